//! Rules: what is decided of a patch where no person has spoken.
//!
//! The oldest rule that fits a patch by its name decides it, once its days are over; until then no younger one does. A rule is never
//! changed: it is ended, and what it decided stays.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;

use super::{Patch, PatchId, State, running, store, telling};
use crate::{APPROVE, READ};

/// Letters of a pattern: the longest name of a package with its architecture.
const PATTERN_MOST: usize = 161;
/// Parts of a pattern that stand for anything.
const STARS_MOST: usize = 8;
/// Days that a rule can wait.
pub const DAYS_MOST: i64 = 365;
/// Rules that hold at the same time.
pub const RULES_MOST: i64 = 200;
/// Ended rules that are shown.
const ENDED_MOST: i64 = 20;
const DAY: i64 = 86_400;

/// Marks the identifiers of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleMark;
/// Names a rule.
pub type RuleId = Id<RuleMark>;

/// What a rule decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be rolled out.
    Approve,
    /// It shall not be.
    Decline,
}

impl Verdict {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Approve, Self::Decline];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
        }
    }

    /// Reads [`Verdict::as_str`] back.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }

    /// How a patch stands after it.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::Approve => State::Approved,
            Self::Decline => State::Declined,
        }
    }

    /// The key of its name.
    #[must_use]
    pub fn text_key(self) -> String {
        format!("fleet-patch-verdict-{}", self.as_str())
    }
}

/// What somebody wants a rule to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    /// The name of a package; `*` stands for anything.
    pub pattern: String,
    /// Whether it is only for what closes holes.
    pub security_only: bool,
    /// So many days after a patch was first seen.
    pub after_days: i64,
    /// What it decides.
    pub verdict: Verdict,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which.
    pub id: RuleId,
    /// The name of a package; `*` stands for anything.
    pub pattern: String,
    /// Whether it is only for what closes holes.
    pub security_only: bool,
    /// So many days after a patch was first seen.
    pub after_days: i64,
    /// What it decides.
    pub verdict: Verdict,
    /// Who made it.
    pub created_by: UserId,
    /// What they were called then.
    pub created_name: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

impl Rule {
    /// Whether it is about this patch.
    #[must_use]
    pub fn fits(&self, patch: &Patch) -> bool {
        (!self.security_only || patch.is_security) && matches(&self.pattern, &patch.name)
    }

    /// When it decides a patch that it fits.
    #[must_use]
    pub const fn due_at(&self, patch: &Patch) -> Timestamp {
        patch.first_seen_at.add_secs(self.after_days * DAY)
    }
}

/// Whether a pattern fits a whole name; `*` stands for any letters, also for none.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

/// The rule that a patch falls under: the first one that fits, of those that hold in the order of their age.
#[must_use]
pub fn rule_of<'a>(rules: &'a [Rule], patch: &Patch) -> Option<&'a Rule> {
    if patch.state != State::Waiting || patch.decided_by.is_some() {
        return None;
    }
    rules.iter().find(|rule| rule.fits(patch))
}

/// Decides some patches by the rules, where no person has spoken and the time has come.
///
/// # Errors
/// The database's.
pub(super) fn decide(tx: &mut Tx<'_>, cx: &Cx, ids: &[PatchId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    // A rule that is ended meanwhile decides nothing any more.
    tx.lock("fleet.patch_rules", "all")?;
    let rules = store::rules(tx, RULES_MOST)?;
    if rules.is_empty() {
        return Ok(());
    }
    let now = cx.now();
    for mut patch in store::find_many(tx, ids)?.into_values() {
        let Some(rule) = rule_of(&rules, &patch).filter(|rule| rule.due_at(&patch) <= now) else {
            continue;
        };
        if store::decide_by_rule(tx, patch.id, rule, now)? {
            (patch.state, patch.rule) = (rule.verdict.state(), Some(rule.id));
            telling::decided(tx, cx, &patch)?;
        }
    }
    Ok(())
}

/// The rules that hold, the oldest first, and the last that were ended.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The oldest first: the first that fits decides.
    pub holding: Vec<Rule>,
    /// The latest first.
    pub ended: Vec<Rule>,
}

/// The rules.
///
/// # Errors
/// 403 without the right to see devices.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Rules> {
    cx.require(READ)?;
    Ok(Rules {
        holding: store::rules(tx, RULES_MOST)?,
        ended: store::ended_rules(tx, ENDED_MOST)?,
    })
}

fn checked(new: &NewRule) -> Result<String> {
    let mut errors = Errors::new();
    let pattern = new.pattern.trim().to_lowercase();
    let is_sign = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'.' | b'-' | b':' | b'*')
    };
    let is_well = (1..=PATTERN_MOST).contains(&pattern.len())
        && pattern.bytes().all(is_sign)
        && pattern.matches('*').count() <= STARS_MOST;
    if !is_well {
        errors.push("pattern", "fleet.patch_pattern");
    }
    if !(0..=DAYS_MOST).contains(&new.after_days) {
        errors.push_with(
            "after_days",
            "fleet.patch_days",
            vec![("most".to_owned(), DAYS_MOST.into())],
        );
    }
    errors.finish()?;
    Ok(pattern)
}

/// Makes a rule. What waits already is looked at soon.
///
/// # Errors
/// 403 without the right, 422 with the fields, 409 when there is the same already or there are too many.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, new: &NewRule) -> Result<Rule> {
    let identity = cx.identity().ok_or_else(Error::unauthenticated)?;
    cx.require(APPROVE)?;
    let pattern = checked(new)?;
    tx.lock("fleet.patch_rules", "all")?;
    let present = store::rules(tx, RULES_MOST)?;
    if i64::try_from(present.len()).is_ok_and(|count| count >= RULES_MOST) {
        return Err(Error::conflict("fleet.patch_rules_many").arg("most", RULES_MOST));
    }
    // A younger rule about the very same patches could never decide anything.
    let is_same = |one: &Rule| one.pattern == pattern && one.security_only == new.security_only;
    if present.iter().any(is_same) {
        return Err(Error::conflict("fleet.patch_rule_same").field("pattern"));
    }
    let rule = Rule {
        id: cx.new_id(),
        pattern,
        security_only: new.security_only,
        after_days: new.after_days,
        verdict: new.verdict,
        created_by: identity.user,
        created_name: identity.name.clone(),
        created_at: cx.now(),
        ended_at: None,
    };
    store::insert_rule(tx, &rule)?;
    telling::rule_saved(tx, cx, &rule)?;
    running::wake(tx, cx)?;
    Ok(rule)
}

/// Ends a rule. What it decided stays; what waited for it falls under the next that fits.
///
/// # Errors
/// 403 without the right, 404 when there is none, 409 when it was ended before.
pub fn end(tx: &mut Tx<'_>, cx: &Cx, id: RuleId) -> Result<Rule> {
    cx.require(APPROVE)?;
    tx.lock("fleet.patch_rules", "all")?;
    let mut rule = store::find_rule(tx, id)?.ok_or_else(Error::not_found)?;
    if rule.ended_at.is_some() {
        return Err(Error::conflict("fleet.patch_rule_ended"));
    }
    rule.ended_at = Some(cx.now());
    store::end_rule(tx, id, cx.now())?;
    telling::rule_ended(tx, cx, &rule)?;
    running::wake(tx, cx)?;
    Ok(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(name: &str) -> Patch {
        Patch {
            id: Id::from_parts(1, &[0; 10]),
            name: name.to_owned(),
            version: "1".to_owned(),
            is_security: false,
            first_seen_at: Timestamp::from_secs(1_000),
            state: State::Waiting,
            decided_by: None,
            decided_name: String::new(),
            decided_at: None,
            rule: None,
            note: String::new(),
            devices: 1,
            gone_at: None,
        }
    }

    fn rule(number: u8, pattern: &str, verdict: Verdict) -> Rule {
        Rule {
            id: Id::from_parts(1, &[number; 10]),
            pattern: pattern.to_owned(),
            security_only: false,
            after_days: 0,
            verdict,
            created_by: Id::from_parts(1, &[9; 10]),
            created_name: String::new(),
            created_at: Timestamp::from_secs(i64::from(number)),
            ended_at: None,
        }
    }

    #[test]
    fn a_star_stands_for_anything_and_for_nothing() {
        for (pattern, name) in [
            ("*", "openssl"),
            ("openssl", "openssl"),
            ("lib*", "libc6"),
            ("*-dev", "libssl-dev"),
            ("linux-*-amd64", "linux-image-6.1-amd64"),
            ("a*b**c", "abc"),
            ("libssl3*", "libssl3:i386"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("openssl", "openssl-dev"),
            ("lib*", "glib"),
            ("*-dev", "devscripts"),
            ("ab*bc", "abc"),
            ("a*b*c", "acb"),
            ("", "a"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn the_oldest_rule_that_fits_is_the_one() {
        let rules = [
            rule(1, "linux-*", Verdict::Decline),
            rule(2, "*", Verdict::Approve),
        ];
        let of = |name: &str| rule_of(&rules, &patch(name)).map(|rule| rule.verdict);
        assert_eq!(of("linux-image-amd64"), Some(Verdict::Decline));
        assert_eq!(of("curl"), Some(Verdict::Approve));
    }

    #[test]
    fn a_rule_for_holes_passes_over_the_rest() {
        let only = [Rule {
            security_only: true,
            ..rule(1, "*", Verdict::Approve)
        }];
        let mut curl = patch("curl");
        assert_eq!(rule_of(&only, &curl), None);
        curl.is_security = true;
        assert!(rule_of(&only, &curl).is_some());
    }

    #[test]
    fn a_patch_that_a_person_spoke_of_falls_under_no_rule() {
        let rules = [rule(1, "*", Verdict::Approve)];
        let mut curl = patch("curl");
        curl.decided_by = Some(Id::from_parts(1, &[7; 10]));
        assert_eq!(rule_of(&rules, &curl), None);
    }

    #[test]
    fn days_count_from_the_first_report() {
        let later = Rule {
            after_days: 2,
            ..rule(1, "*", Verdict::Approve)
        };
        assert_eq!(
            later.due_at(&patch("curl")),
            Timestamp::from_secs(1_000 + 2 * DAY)
        );
    }

    #[test]
    fn a_pattern_holds_what_names_hold() {
        let new = |pattern: &str, after_days: i64| NewRule {
            pattern: pattern.to_owned(),
            security_only: false,
            after_days,
            verdict: Verdict::Approve,
        };
        assert_eq!(checked(&new(" Lib* ", 0)).unwrap(), "lib*");
        for wrong in ["", "a b", "a,b", "\"", "*********", "名称"] {
            assert_eq!(
                checked(&new(wrong, 0)).unwrap_err().fields()[0].field,
                "pattern",
                "{wrong}"
            );
        }
        for days in [-1, DAYS_MOST + 1] {
            assert_eq!(
                checked(&new("*", days)).unwrap_err().fields()[0].field,
                "after_days"
            );
        }
    }
}
