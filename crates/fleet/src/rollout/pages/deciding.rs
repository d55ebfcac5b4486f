//! Who decided what about a rollout, what is still missing before its rings, and what a reader may order now.

use std::collections::BTreeMap;

use ::rollout::plan::WayBack;
use ::rollout::state::{Exception, Halt, Signature};
use ::rollout::{Course, Gate, Missing, Person, Phase, Reason, Step};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use protocol::verb::Verb;
use web::Shell;

use crate::act::right_for;
use crate::rollout::{Rollout, bar, drafting, ordering, seeing, wording};
use crate::{APPROVE, CHANGE};

/// Names of people by their id.
pub(super) type Names = BTreeMap<UserId, String>;

/// The halt, when there is one.
pub(super) const fn halt_of(rollout: &Rollout) -> Option<&Halt> {
    match &rollout.head.course {
        Course::Halted(halt) | Course::Cancelling(halt) => Some(halt),
        Course::Going | Course::Retrying => None,
    }
}

/// The names of everybody who had a hand in it.
pub(super) fn names(tx: &mut Tx<'_>, rollout: &Rollout) -> Result<Names> {
    let head = &rollout.head;
    let signed = head.started.iter().chain(&head.approved).map(|one| &one.by);
    let excepted = head.exceptions.iter().map(|one| &one.by);
    let halted = halt_of(rollout).and_then(|halt| match &halt.reason {
        Reason::Person { by, .. } => Some(by),
        _ => None,
    });
    let ids: Vec<UserId> = signed
        .chain(excepted)
        .chain(halted)
        .filter_map(|by| by.0.parse().ok())
        .collect();
    let cards = people::user::store::cards(tx, &ids)?;
    Ok(cards.into_iter().map(|(id, card)| (id, card.name)).collect())
}

/// The name of whoever ordered something; the house itself has none.
pub(super) fn name_of(names: &Names, by: &Person) -> String {
    let id = by.0.parse().ok();
    id.and_then(|id: UserId| names.get(&id).cloned())
        .unwrap_or_else(|| "Mainstay".to_owned())
}

/// What people did with it so far.
pub(super) struct Past {
    pub started: Option<(String, Timestamp)>,
    pub approved: Option<(String, Timestamp)>,
    pub dry_run_passed: Option<Timestamp>,
    /// The target on which the way back was rehearsed, and when.
    pub proved: Option<(String, Timestamp)>,
    pub exceptions: Vec<Excepted>,
}

/// What somebody took upon themselves.
pub(super) struct Excepted {
    pub text: String,
    pub by: String,
    pub reason: String,
    pub at: Timestamp,
}

impl Past {
    pub(super) fn of(shell: &Shell, rollout: &Rollout, names: &Names) -> Self {
        let head = &rollout.head;
        let signed = |one: &Signature| (name_of(names, &one.by), Timestamp::from_millis(one.at));
        Self {
            started: head.started.as_ref().map(signed),
            approved: head.approved.as_ref().map(signed),
            dry_run_passed: head.dry_run_passed.map(Timestamp::from_millis),
            proved: head.way_back_proved.map(|proof| {
                let href = format!("{}/targets/{}", rollout.href(), proof.target.0);
                (href, Timestamp::from_millis(proof.at))
            }),
            exceptions: head
                .exceptions
                .iter()
                .map(|one| excepted(shell, names, one))
                .collect(),
        }
    }

    /// Whether there is anything to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.started.is_none() && self.exceptions.is_empty()
    }
}

fn excepted(shell: &Shell, names: &Names, one: &Exception) -> Excepted {
    Excepted {
        text: shell.t(match one.gate {
            Gate::DryRun => "fleet-rollout-without-dry-run",
            Gate::WayBack => "fleet-rollout-without-way-back",
        }),
        by: name_of(names, &one.by),
        reason: one.reason.clone(),
        at: Timestamp::from_millis(one.at),
    }
}

/// One thing that is missing before the rings.
pub(super) struct Lack {
    /// `dry_run`, `approval`, `way_back`
    pub word: &'static str,
    pub text: String,
    /// Whether this reader may get it, or go without it.
    pub may: bool,
    /// Why they may not, when that is worth saying.
    pub note: String,
}

/// What is missing before the rings, and what this reader can do about it.
pub(super) fn lacks(cx: &Cx, rollout: &Rollout) -> Vec<Lack> {
    if matches!(rollout.head.course, Course::Cancelling(_)) {
        return Vec::new();
    }
    let may_approve = cx.may(APPROVE).is_some();
    let lack = |missing: Missing| {
        let word = match missing {
            Missing::DryRun => "dry_run",
            Missing::Approval => "approval",
            Missing::WayBack if rollout.plan.way_back == WayBack::Missing => "no_way_back",
            Missing::WayBack => "way_back",
        };
        let note = match missing {
            Missing::Approval if rollout.head.started.is_none() => "fleet-rollout-lack-start-first",
            Missing::Approval if has_a_hand_in_it(cx, rollout) => "fleet-rollout-lack-own",
            _ if !may_approve => "fleet-rollout-lack-approver",
            _ => "",
        };
        Lack {
            word: match missing {
                Missing::DryRun => "dry_run",
                Missing::Approval => "approval",
                Missing::WayBack => "way_back",
            },
            text: cx.locale.t(&wording::key("lack", word)),
            may: note.is_empty(),
            note: if note.is_empty() {
                String::new()
            } else {
                cx.locale.t(note)
            },
        }
    };
    seeing::missing(rollout).into_iter().map(lack).collect()
}

/// Whether the reader made it, began it, or went without a proof: then they are not its second person.
fn has_a_hand_in_it(cx: &Cx, rollout: &Rollout) -> bool {
    let Some(own) = cx.user_id() else {
        return false;
    };
    let name = own.to_string();
    let head = &rollout.head;
    rollout.person == own
        || head.started.as_ref().is_some_and(|started| started.by.0 == name)
        || head.exceptions.iter().any(|one| one.by.0 == name)
}

/// What this reader may order now, as far as that can be seen without looking at each device.
pub(super) struct May {
    pub start: bool,
    pub halt: bool,
    pub cancel: bool,
    pub resume: bool,
    pub needs_approver: bool,
    pub retry: bool,
}

impl May {
    pub(super) fn of(cx: &Cx, rollout: &Rollout, steps: &[(Step, Verb)]) -> Self {
        let head = &rollout.head;
        let right = right_for(drafting::danger_of(steps));
        let is_draft = head.phase == Phase::Draft;
        let is_under_way = !rollout.is_over() && !is_draft;
        let may_change = cx.may(CHANGE).is_some();
        let sum = bar::sum(head);
        let is_at_rest = matches!(head.course, Course::Halted(_)) && sum.running == 0 && !rollout.is_over();
        let after_harm = ordering::is_after_harm(rollout);
        let needed = if after_harm { APPROVE } else { right };
        let may_go_on = cx.may(needed).is_some();
        let has_failed = sum.failed + sum.rolled_back + sum.roll_back_failed + sum.expired > 0;
        Self {
            start: is_draft && matches!(head.course, Course::Going) && cx.may(right).is_some(),
            halt: may_change && is_under_way && matches!(head.course, Course::Going | Course::Retrying),
            cancel: may_change && !rollout.is_over() && !matches!(head.course, Course::Cancelling(_)),
            resume: is_at_rest && may_go_on,
            needs_approver: is_at_rest && after_harm && !may_go_on,
            retry: has_failed && matches!(head.phase, Phase::Ring { .. }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_may_be_missing_has_words() {
        kernel::i18n::register(crate::LOCALES);
        for word in ["dry_run", "approval", "way_back", "no_way_back"] {
            let key = wording::key("lack", word);
            for locale in kernel::Locale::ALL {
                assert!(kernel::i18n::has_key(locale, &key), "{locale}: {key}");
            }
        }
    }
}
