//! What the signer lets pass. Pure: the file's words, what was signed lately, and a clock that is handed in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use protocol::grant::Grant;
use protocol::verb::{Danger, Verb};
use serde::{Deserialize, Serialize};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// The clocks of the two processes may differ by so much.
const SKEW: i64 = 5 * MINUTE;

/// The file `signer.toml`. What it does not name is as here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Grants that one person gets within a minute.
    pub per_minute: usize,
    /// Grants for everybody together within a minute.
    pub all_per_minute: usize,
    /// Devices on which one person changes or runs something within an hour without a second person.
    pub fan_out: usize,
    /// The same for everybody together without a second person who proved it: persons are names that the web process says.
    pub everybody_fan_out: usize,
    /// Second persons by their id, each with the secret of their codes. While there are none, the web process's word counts.
    pub approvers: BTreeMap<String, String>,
    /// The verbs that are signed for; all when empty.
    pub verbs: Vec<String>,
    /// Verbs for which a second person is always needed.
    pub second_person: Vec<String>,
    /// The longest a grant may hold.
    pub hours_most: i64,
    /// Who may speak to the socket: `600` the same account, `660` its group too.
    pub socket_mode: String,
    /// Nothing is signed while this is true.
    pub stopped: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            per_minute: 60,
            all_per_minute: 600,
            fan_out: 25,
            everybody_fan_out: 200,
            approvers: BTreeMap::new(),
            verbs: Vec::new(),
            second_person: Vec::new(),
            hours_most: 8,
            socket_mode: "600".to_owned(),
            stopped: false,
        }
    }
}

/// Why something is not signed; the word is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The file says that nothing is signed.
    Stopped,
    /// The grant is not for exactly this act.
    NotThisAct,
    /// The verb is not among those that are signed for.
    Verb,
    /// It would hold too long, or not now.
    Lifetime,
    /// Too many within a minute.
    Rate,
    /// Too many devices for one person alone.
    FanOut,
    /// A verb that always needs a second person.
    SecondPerson,
    /// The second person is the first.
    SamePerson,
    /// The second person is only a name: they gave no code, or a wrong one.
    Unproved,
    /// A text is longer than any honest one, or an id is none.
    Malformed,
}

impl Refusal {
    /// The word in the answer and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "signer_stopped",
            Self::NotThisAct => "signer_act",
            Self::Verb => "signer_verb",
            Self::Lifetime => "signer_lifetime",
            Self::Rate => "signer_rate",
            Self::FanOut => "signer_fan_out",
            Self::SecondPerson => "signer_second_person",
            Self::SamePerson => "signer_same_person",
            Self::Unproved => "signer_unproved",
            Self::Malformed => "signer_malformed",
        }
    }
}

/// A grant that was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When, in milliseconds.
    pub at: i64,
    /// Which grant.
    pub grant: String,
    /// For whom.
    pub person: String,
    /// On which device.
    pub device: String,
    /// For which ticket.
    pub subject: String,
    /// Which verb.
    pub verb: String,
    /// Whether it only looks.
    pub views: bool,
    /// Who agreed.
    #[serde(default)]
    pub approved_by: Option<String>,
    /// `signed`, or the word of a refusal.
    pub verdict: String,
}

/// What was signed within the last hour.
#[derive(Debug, Default)]
pub struct Book {
    lines: VecDeque<Line>,
}

impl Book {
    /// Notes a line of the log; refusals are not counted.
    pub fn note(&mut self, line: Line) {
        while self.lines.front().is_some_and(|first| line.at - first.at > HOUR) {
            self.lines.pop_front();
        }
        if line.verdict == "signed" {
            self.lines.push_back(line);
        }
    }

    fn since(&self, instant: i64) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.at > instant)
    }

    /// Whether this grant may be signed now.
    ///
    /// # Errors
    /// Why it may not.
    pub fn judge(
        &self,
        policy: &Policy,
        grant: &Grant,
        verb: &Verb,
        digest: &str,
        now: i64,
    ) -> Result<(), Refusal> {
        if policy.stopped {
            return Err(Refusal::Stopped);
        }
        let name = verb.name();
        if grant.act.as_deref() != Some(digest) || !matches!(grant.verbs.as_slice(), [only] if only == name) {
            return Err(Refusal::NotThisAct);
        }
        if !policy.verbs.is_empty() && !policy.verbs.iter().any(|one| one == name) {
            return Err(Refusal::Verb);
        }
        let holds = grant.expires_at.saturating_sub(grant.issued_at);
        let is_now = grant.issued_at.saturating_sub(now).saturating_abs() <= SKEW;
        if !is_now || holds <= 0 || holds > policy.hours_most.saturating_mul(HOUR) {
            return Err(Refusal::Lifetime);
        }
        self.pace(policy, grant, now)?;
        self.persons(policy, grant, verb, now)
    }

    fn pace(&self, policy: &Policy, grant: &Grant, now: i64) -> Result<(), Refusal> {
        let all = self.since(now - MINUTE).count();
        let own = self
            .since(now - MINUTE)
            .filter(|line| line.person == grant.person)
            .count();
        // Whoever was allowed to act on many devices at once is not held up by the pace of one.
        if all >= policy.all_per_minute || (own >= policy.per_minute && grant.approved_by.is_none()) {
            return Err(Refusal::Rate);
        }
        Ok(())
    }

    fn persons(&self, policy: &Policy, grant: &Grant, verb: &Verb, now: i64) -> Result<(), Refusal> {
        if grant.approved_by.as_ref() == Some(&grant.person) {
            return Err(Refusal::SamePerson);
        }
        let changes = verb.danger() != Danger::View;
        // Whether the second person was asked for their code is `approval`'s to know; where nobody is named nobody was.
        let is_proved = grant.approved_by.is_some() && !policy.approvers.is_empty();
        if changes && !is_proved && self.touched(policy, grant, now, None) > policy.everybody_fan_out {
            return Err(Refusal::FanOut);
        }
        if grant.approved_by.is_some() {
            return Ok(());
        }
        if policy.second_person.iter().any(|one| one == verb.name()) {
            return Err(Refusal::SecondPerson);
        }
        if usize::try_from(grant.fan_out).unwrap_or(usize::MAX) > policy.fan_out
            || (changes && self.touched(policy, grant, now, Some(&grant.person)) > policy.fan_out)
        {
            return Err(Refusal::FanOut);
        }
        Ok(())
    }

    /// On how many devices something was changed within an hour, with this one: by one person alone, or by everybody without a
    /// second person who proved it.
    fn touched(&self, policy: &Policy, grant: &Grant, now: i64, person: Option<&str>) -> usize {
        let counts = |line: &&Line| match person {
            Some(person) => line.approved_by.is_none() && line.person == person,
            None => line.approved_by.is_none() || policy.approvers.is_empty(),
        };
        let lines = self.since(now - HOUR).filter(|line| !line.views).filter(counts);
        let mut devices: BTreeSet<&str> = lines.map(|line| line.device.as_str()).collect();
        devices.insert(&grant.device);
        devices.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    fn grant(device: &str, verb: &Verb, digest: &str) -> Grant {
        Grant {
            id: "g".to_owned(),
            device: device.to_owned(),
            person: "amy".to_owned(),
            person_name: "Amy".to_owned(),
            subject: "ticket:7".to_owned(),
            verbs: vec![verb.name().to_owned()],
            act: Some(digest.to_owned()),
            issued_at: NOW,
            expires_at: NOW + HOUR,
            approved_by: None,
            fan_out: 1,
        }
    }

    fn signed(grant: &Grant, views: bool) -> Line {
        Line {
            at: NOW - 2 * MINUTE,
            grant: grant.id.clone(),
            person: grant.person.clone(),
            device: grant.device.clone(),
            subject: grant.subject.clone(),
            verb: grant.verbs[0].clone(),
            views,
            approved_by: grant.approved_by.clone(),
            verdict: "signed".to_owned(),
        }
    }

    fn restart() -> Verb {
        serde_json::from_value(serde_json::json!({ "verb": "service", "name": "cups", "action": "restart" }))
            .unwrap()
    }

    #[test]
    fn the_26th_device_within_an_hour_needs_a_second_person() {
        let (policy, verb, mut book) = (Policy::default(), restart(), Book::default());
        for number in 0..25 {
            let grant = grant(&format!("d{number}"), &verb, "h");
            assert_eq!(book.judge(&policy, &grant, &verb, "h", NOW), Ok(()));
            book.note(signed(&grant, false));
        }
        let mut next = grant("d25", &verb, "h");
        assert_eq!(book.judge(&policy, &next, &verb, "h", NOW), Err(Refusal::FanOut));
        // One that was touched already is no further device.
        assert_eq!(
            book.judge(&policy, &grant("d3", &verb, "h"), &verb, "h", NOW),
            Ok(())
        );
        next.approved_by = Some("amy".to_owned());
        assert_eq!(
            book.judge(&policy, &next, &verb, "h", NOW),
            Err(Refusal::SamePerson)
        );
        next.approved_by = Some("shen".to_owned());
        assert_eq!(book.judge(&policy, &next, &verb, "h", NOW), Ok(()));
    }

    #[test]
    fn made_up_persons_do_not_widen_the_reach() {
        let (verb, mut book) = (restart(), Book::default());
        let mut policy = Policy {
            everybody_fan_out: 3,
            ..Policy::default()
        };
        let by = |number: usize, second: Option<String>| Grant {
            person: format!("made-up-{number}"),
            approved_by: second,
            ..grant(&format!("d{number}"), &verb, "h")
        };
        for number in 0..3 {
            let grant = by(number, Some(format!("made-up-too-{number}")));
            assert_eq!(book.judge(&policy, &grant, &verb, "h", NOW), Ok(()));
            book.note(signed(&grant, false));
        }
        let next = by(3, Some("made-up-too".to_owned()));
        assert_eq!(book.judge(&policy, &next, &verb, "h", NOW), Err(Refusal::FanOut));
        // Where second persons are named, `approval` has asked them, and they count.
        policy.approvers.insert("shen".to_owned(), String::new());
        assert_eq!(book.judge(&policy, &next, &verb, "h", NOW), Ok(()));
    }

    #[test]
    fn no_number_makes_an_old_grant_a_new_one() {
        let (policy, verb, book) = (Policy::default(), restart(), Book::default());
        let mut old = grant("d", &verb, "h");
        old.issued_at = i64::MIN + 7;
        old.expires_at = old.issued_at + HOUR;
        assert_eq!(book.judge(&policy, &old, &verb, "h", NOW), Err(Refusal::Lifetime));
    }

    #[test]
    fn a_grant_is_for_one_act_now_and_not_for_long() {
        let (policy, verb, book) = (Policy::default(), restart(), Book::default());
        let good = grant("d", &verb, "h");
        assert_eq!(
            book.judge(&policy, &good, &verb, "other", NOW),
            Err(Refusal::NotThisAct)
        );
        let mut wide = good.clone();
        wide.verbs.push("command.run".to_owned());
        assert_eq!(
            book.judge(&policy, &wide, &verb, "h", NOW),
            Err(Refusal::NotThisAct)
        );
        let mut long = good.clone();
        long.expires_at = NOW + 9 * HOUR;
        assert_eq!(
            book.judge(&policy, &long, &verb, "h", NOW),
            Err(Refusal::Lifetime)
        );
        assert_eq!(
            book.judge(&policy, &good, &verb, "h", NOW + HOUR),
            Err(Refusal::Lifetime)
        );
        let closed = Policy {
            stopped: true,
            ..Policy::default()
        };
        assert_eq!(book.judge(&closed, &good, &verb, "h", NOW), Err(Refusal::Stopped));
        let narrow = Policy {
            verbs: vec!["health.check".to_owned()],
            ..Policy::default()
        };
        assert_eq!(book.judge(&narrow, &good, &verb, "h", NOW), Err(Refusal::Verb));
    }

    #[test]
    fn one_person_gets_only_so_many_a_minute() {
        let (policy, verb, mut book) = (
            Policy {
                per_minute: 2,
                ..Policy::default()
            },
            restart(),
            Book::default(),
        );
        for _ in 0..2 {
            let mut line = signed(&grant("d", &verb, "h"), false);
            line.at = NOW - 1_000;
            book.note(line);
        }
        assert_eq!(
            book.judge(&policy, &grant("d", &verb, "h"), &verb, "h", NOW),
            Err(Refusal::Rate)
        );
        let mut bruno = grant("d", &verb, "h");
        bruno.person = "bruno".to_owned();
        assert_eq!(book.judge(&policy, &bruno, &verb, "h", NOW), Ok(()));
    }
}
