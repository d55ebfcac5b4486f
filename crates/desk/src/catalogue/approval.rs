//! Approval: who must say yes before the desk begins. Pure.
//!
//! A step asks people; it is passed when enough of them said yes, and the request is refused as soon as enough no longer
//! can. Nobody decides on what they asked for themselves; who is absent is stood in for by whom the step names.

use kernel::error::Errors;
use kernel::id::{TeamId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ticket::value::words;

words!(
    /// Who is asked.
    Approvers, "approvers" {
        /// The manager of who asks.
        Manager => "manager",
        /// The people who are named.
        People => "people",
        /// Everybody with a role.
        Role => "role",
        /// Everybody of a team.
        Team => "team",
    }
);

words!(
    /// How many of them must say yes.
    ApprovalRule, "approval_rule" { One => "one", All => "all", Quorum => "quorum" }
);

words!(
    /// What came of being asked.
    Decision, "decision" {
        Approved => "approved",
        Refused => "refused",
        /// The step was decided without them, or somebody else was asked in their place.
        Withdrawn => "withdrawn",
    }
);

words!(
    /// How the approval of a request stands.
    Progress, "approval" {
        None => "none",
        Waiting => "waiting",
        Approved => "approved",
        Refused => "refused",
        /// Taken back while it waited.
        Withdrawn => "withdrawn",
    }
);

/// A step of an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApprovalStep)]
pub struct Step {
    /// Who is asked.
    pub who: Approvers,
    /// The people, when they are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub people: Vec<UserId>,
    /// The role.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// The team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub team: Option<TeamId>,
    /// How many must say yes.
    pub rule: ApprovalRule,
    /// So many, when it is a quorum.
    #[serde(default)]
    pub quorum: i64,
    /// Who is asked in place of somebody who is absent, has left, or asks themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub stand_ins: Vec<UserId>,
}

/// As many steps, and people in a step, as make sense.
pub const STEPS_MAX: usize = 5;
const PEOPLE_MAX: usize = 20;

/// Pushes everything that is wrong with the steps, at `approval[N].…`.
pub fn check(steps: &[Step], errors: &mut Errors) {
    if steps.len() > STEPS_MAX {
        let max = i64::try_from(STEPS_MAX).unwrap_or(i64::MAX);
        errors.push_with(
            "approval",
            "desk.catalogue.too_many_steps",
            vec![("max".to_owned(), max.into())],
        );
    }
    for (index, step) in steps.iter().enumerate() {
        let at = |name: &str| format!("approval[{index}].{name}");
        match step.who {
            Approvers::People if step.people.is_empty() => {
                errors.push(at("people"), "desk.catalogue.approvers_missing");
            }
            Approvers::Role if step.role.trim().is_empty() => {
                errors.push(at("role"), "desk.catalogue.approvers_missing");
            }
            Approvers::Team if step.team.is_none() => {
                errors.push(at("team"), "desk.catalogue.approvers_missing")
            }
            _ => {}
        }
        for (name, people) in [("people", &step.people), ("stand_ins", &step.stand_ins)] {
            if people.len() > PEOPLE_MAX {
                let max = i64::try_from(PEOPLE_MAX).unwrap_or(i64::MAX);
                errors.push_with(
                    at(name),
                    "desk.catalogue.too_many_people",
                    vec![("max".to_owned(), max.into())],
                );
            }
        }
        let named = i64::try_from(step.people.len()).unwrap_or(i64::MAX);
        let is_too_many = step.who == Approvers::People && step.quorum > named;
        if step.rule == ApprovalRule::Quorum && (step.quorum < 1 || is_too_many) {
            errors.push(at("quorum"), "desk.catalogue.quorum_wrong");
        }
    }
}

/// Somebody who is asked, and for whom they stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub person: UserId,
    pub instead_of: Option<UserId>,
}

/// Whom a step asks: those who are there, and for each who is not, the next stand-in who is. Nobody twice, and nobody who is
/// barred. When that is fewer than the step needs, those who are away are asked all the same: they come back, and a rule
/// of two does not become one of one because it is August.
#[must_use]
pub fn pick(
    wanted: &[UserId],
    step: &Step,
    barred: &[UserId],
    is_there: impl Fn(UserId) -> bool,
) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    let mut gone = Vec::new();
    for person in wanted.iter().copied() {
        if barred.contains(&person) || !is_there(person) {
            gone.push(person);
        } else if !is_asked(&asked, person) {
            let instead_of = None;
            asked.push(Asked { person, instead_of });
        }
    }
    gone.dedup();
    let mut standing_in = step
        .stand_ins
        .iter()
        .copied()
        .filter(|person| !barred.contains(person) && is_there(*person));
    for missing in &gone {
        let next = standing_in.find(|person| !is_asked(&asked, *person));
        let Some(person) = next else { break };
        let instead_of = Some(*missing);
        asked.push(Asked { person, instead_of });
    }
    let is_stood_in_for = |asked: &[Asked], person| asked.iter().any(|one| one.instead_of == Some(person));
    for person in gone.into_iter().filter(|person| !barred.contains(person)) {
        let is_enough = !asked.is_empty() && asked.len() >= least(step) && step.rule != ApprovalRule::All;
        if !is_enough && !is_asked(&asked, person) && !is_stood_in_for(&asked, person) {
            let instead_of = None;
            asked.push(Asked { person, instead_of });
        }
    }
    asked
}

/// How many must be asked at least, so that the rule can be kept.
#[must_use]
pub fn least(step: &Step) -> usize {
    match step.rule {
        ApprovalRule::One | ApprovalRule::All => 1,
        ApprovalRule::Quorum => usize::try_from(step.quorum).unwrap_or(1).max(1),
    }
}

fn is_asked(asked: &[Asked], person: UserId) -> bool {
    asked.iter().any(|one| one.person == person)
}

/// How many of those asked must say yes.
#[must_use]
pub fn needed(step: &Step, asked: usize) -> usize {
    match step.rule {
        ApprovalRule::One => 1,
        ApprovalRule::All => asked.max(1),
        ApprovalRule::Quorum => usize::try_from(step.quorum).unwrap_or(1).clamp(1, asked.max(1)),
    }
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Open,
    Passed,
    Refused,
}

/// How a step stands after so many yes and no of those asked.
#[must_use]
pub fn standing(needed: usize, asked: usize, yes: usize, no: usize) -> Standing {
    if yes >= needed {
        Standing::Passed
    } else if asked.saturating_sub(no) < needed {
        Standing::Refused
    } else {
        Standing::Open
    }
}

#[cfg(test)]
mod tests {
    use kernel::id::Id;
    use proptest::prelude::*;

    use super::*;

    fn person(name: u8) -> UserId {
        Id::from_parts(1, &[name; 10])
    }

    fn step(rule: ApprovalRule, quorum: i64) -> Step {
        Step {
            who: Approvers::People,
            people: (1..=5).map(person).collect(),
            role: String::new(),
            team: None,
            rule,
            quorum,
            stand_ins: Vec::new(),
        }
    }

    fn with(rule: ApprovalRule, stand_ins: &[u8]) -> Step {
        Step {
            stand_ins: stand_ins.iter().map(|name| person(*name)).collect(),
            ..step(rule, 1)
        }
    }

    #[test]
    fn nobody_is_asked_about_their_own_request_and_a_stand_in_takes_their_place() {
        let one = with(ApprovalRule::One, &[1, 3]);
        let asked = pick(&[person(1), person(2)], &one, &[person(1)], |_| true);
        let instead_of = Some(person(1));
        assert_eq!(
            asked,
            [
                Asked {
                    person: person(2),
                    instead_of: None
                },
                Asked {
                    person: person(3),
                    instead_of
                }
            ]
        );
    }

    #[test]
    fn who_is_away_is_stood_in_for_once_and_asked_when_nobody_else_is_there() {
        let away = |one: UserId| one != person(1);
        let barred = [person(9)];
        let asked = pick(&[person(1)], &with(ApprovalRule::One, &[2, 3]), &barred, away);
        assert_eq!(
            asked,
            [Asked {
                person: person(2),
                instead_of: Some(person(1))
            }]
        );
        let asked = pick(&[person(1)], &with(ApprovalRule::One, &[]), &barred, away);
        assert_eq!(
            asked,
            [Asked {
                person: person(1),
                instead_of: None
            }]
        );
        assert!(pick(&[person(9)], &with(ApprovalRule::One, &[9]), &barred, |_| true).is_empty());
    }

    #[test]
    fn a_rule_of_several_is_kept_while_they_are_away() {
        let away = |one: UserId| one == person(1);
        let named = [person(1), person(2), person(3)];
        let asked = |step: &Step| -> Vec<UserId> {
            let asked = pick(&named, step, &[person(9)], away);
            asked.into_iter().map(|one| one.person).collect()
        };
        assert_eq!(asked(&with(ApprovalRule::One, &[])), [person(1)]);
        assert_eq!(asked(&with(ApprovalRule::All, &[])), named);
        let two = Step {
            quorum: 2,
            ..with(ApprovalRule::Quorum, &[])
        };
        assert_eq!(asked(&two), [person(1), person(2)]);
        assert_eq!(needed(&two, 2), 2);
    }

    #[test]
    fn a_quorum_larger_than_those_who_are_named_is_refused() {
        let mut errors = Errors::new();
        check(&[step(ApprovalRule::Quorum, 6)], &mut errors);
        assert_eq!(
            errors.finish().unwrap_err().fields()[0].field,
            "approval[0].quorum"
        );
        let mut errors = Errors::new();
        check(
            &[step(ApprovalRule::Quorum, 5), step(ApprovalRule::All, 0)],
            &mut errors,
        );
        assert!(errors.finish().is_ok());
    }

    proptest! {
        #[test]
        fn every_vote_leads_to_one_end_and_never_back(
            quorum in 1_i64..6, rule in prop::sample::select(vec![ApprovalRule::One, ApprovalRule::All, ApprovalRule::Quorum]),
            votes in prop::collection::vec(any::<bool>(), 5)
        ) {
            let needed = needed(&step(rule, quorum), votes.len());
            let (mut yes, mut no, mut last) = (0, 0, Standing::Open);
            for vote in &votes {
                if *vote { yes += 1 } else { no += 1 }
                let now = standing(needed, votes.len(), yes, no);
                prop_assert!(last == Standing::Open || last == now);
                last = now;
            }
            // When all have spoken there is an end, and it is the one that the count says.
            prop_assert_eq!(last, if yes >= needed { Standing::Passed } else { Standing::Refused });
        }

        #[test]
        fn whom_a_step_asks_are_different_people_and_never_who_asks(
            wanted in prop::collection::vec(0_u8..6, 0..6), stand_ins in prop::collection::vec(0_u8..8, 0..4), there in any::<u8>(),
            rule in prop::sample::select(vec![ApprovalRule::One, ApprovalRule::All, ApprovalRule::Quorum]), quorum in 1_i64..5
        ) {
            let people = |names: &[u8]| -> Vec<UserId> { names.iter().map(|name| person(*name)).collect() };
            let is_there = |one: UserId| (0..8).any(|name| person(name) == one && there & (1 << name) != 0);
            let step = Step { rule, quorum, ..with(rule, &stand_ins) };
            let asked = pick(&people(&wanted), &step, &[person(0)], is_there);
            for (index, one) in asked.iter().enumerate() {
                prop_assert_ne!(one.person, person(0));
                prop_assert!(asked[..index].iter().all(|other| other.person != one.person));
            }
            let several: std::collections::BTreeSet<u8> = wanted.iter().copied().filter(|name| *name != 0).collect();
            prop_assert!(asked.len() >= several.len().min(least(&step)));
            if rule == ApprovalRule::All {
                let is_heard = |name: &u8| asked.iter().any(|one| one.person == person(*name) || one.instead_of == Some(person(*name)));
                prop_assert!(several.iter().all(is_heard));
            }
        }
    }
}
