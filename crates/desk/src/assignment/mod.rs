//! Who shall have a ticket, and why: a pure scoring of candidates.
//!
//! Each candidate gets points for skill, for having room, and for being there; whoever is absent or stands below the
//! ticket's tier is left out, with the reason. The whole reckoning is stored with the assignment, as data, so that the
//! question "why this person?" has one answer in every language. Equal points are decided by less work, then by id:
//! the same situation always gives the same person.
//!
//! What is chosen is written down by `ticket::assigning`; nothing here reads or writes.

use std::collections::BTreeMap;

use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::neighbours::Candidate;
use crate::ticket::Ticket;
use crate::ticket::value::{Priority, Stage, State, words};
use crate::triage::Route;

pub mod store;

/// What a ticket asks of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    pub skill: Option<String>,
    pub level: i64,
    pub tier: i64,
    pub complexity: i64,
    pub priority: Priority,
}

impl Demand {
    /// What this ticket asks, by its category's route.
    #[must_use]
    pub fn of(ticket: &Ticket, route: &Route) -> Demand {
        Demand {
            skill: route.skill.clone(),
            // Heavy work asks for one level more than the category usually does.
            level: (route.level + i64::from(ticket.complexity >= 3)).min(3),
            tier: ticket.tier.level(),
            complexity: ticket.complexity,
            priority: ticket.priority,
        }
    }
}

words!(
    /// Why a candidate was left out.
    LeftOut, "left_out" {
        Absent => "absent",
        OffShift => "off_shift",
        TierTooLow => "tier_too_low",
        SkillMissing => "skill_missing",
    }
);

words!(
    /// Why nobody could be chosen, or how it came about.
    Outcome, "outcome" {
        Chosen => "chosen",
        ByHand => "by_hand",
        Taken => "taken",
        NoTeam => "no_team",
        TeamQueue => "team_queue",
        NobodyInTeam => "nobody_in_team",
        NobodyFree => "nobody_free",
    }
);

/// The points of one candidate, each factor by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    /// 0 to 40: how well the skill fits; more than asked is a little worse than exactly, for it binds the best.
    pub skill: i64,
    /// 0 to 40: room beside the work at hand.
    pub room: i64,
    /// 0 to 15: there now, or soon.
    pub presence: i64,
    /// 0 to 5: the tier fits exactly.
    pub tier: i64,
}

impl Points {
    /// All points together.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.skill + self.room + self.presence + self.tier
    }
}

/// What was reckoned of one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoned {
    pub user: UserId,
    pub tier: i64,
    /// The level in the asked skill, 0 without it.
    pub level: i64,
    /// Open work in weighted points.
    pub load: i64,
    pub on_shift: bool,
    pub next_shift: Option<Timestamp>,
    pub points: Points,
    pub total: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<LeftOut>,
}

/// The stored answer to "why this person?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<Demand>,
    /// The best first, those left out last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Reckoned>,
}

impl Reason {
    /// A reason that needs no reckoning.
    #[must_use]
    pub fn plain(outcome: Outcome) -> Reason {
        Reason {
            outcome,
            demand: None,
            candidates: Vec::new(),
        }
    }
}

/// Who gets it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub team: Option<TeamId>,
    pub assignee: Option<UserId>,
    pub by_hand: bool,
    pub reason: Reason,
}

/// An assignment as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    pub id: i64,
    pub team: Option<TeamId>,
    pub assignee: Option<UserId>,
    pub by_hand: bool,
    pub reason: Reason,
    pub at: Timestamp,
}

/// How much an open ticket weighs on the person who has it.
#[must_use]
pub fn weight(priority: Priority, complexity: i64, state: State) -> i64 {
    if state.stage() != Stage::Open {
        return 0;
    }
    let urgency = match priority {
        Priority::P0 => 16,
        Priority::P1 => 8,
        Priority::P2 => 4,
        Priority::P3 => 2,
    };
    let full = urgency * complexity.clamp(1, 3);
    // A ticket that waits for others binds attention, not hands.
    if state.is_waiting() { full / 2 } else { full }
}

/// Chooses among the candidates.
#[must_use]
pub fn choose(
    demand: &Demand,
    candidates: &[Candidate],
    loads: &BTreeMap<UserId, i64>,
    now: Timestamp,
) -> (Option<UserId>, Reason) {
    // Somebody who is there goes before everybody who is not: only when nobody is, the next to come is asked.
    let anybody_there = candidates
        .iter()
        .any(|candidate| leaves_out(demand, candidate).is_none() && candidate.on_shift);
    let mut reckoned: Vec<Reckoned> = candidates
        .iter()
        .map(|candidate| reckon(demand, candidate, loads, now, anybody_there))
        .collect();
    reckoned.sort_by_key(|one| (one.left_out.is_some(), -one.total, one.load, one.user));
    let chosen = reckoned
        .first()
        .filter(|best| best.left_out.is_none())
        .map(|best| best.user);
    let outcome = match (chosen, candidates.is_empty()) {
        (Some(_), _) => Outcome::Chosen,
        (None, true) => Outcome::NobodyInTeam,
        (None, false) => Outcome::NobodyFree,
    };
    (
        chosen,
        Reason {
            outcome,
            demand: Some(demand.clone()),
            candidates: reckoned,
        },
    )
}

/// An urgent ticket does not wait for the morning, a planned one does not either: a day.
const SOON_MILLIS: i64 = 24 * 3_600_000;

fn leaves_out(demand: &Demand, candidate: &Candidate) -> Option<LeftOut> {
    if candidate.absent {
        Some(LeftOut::Absent)
    } else if candidate.tier < demand.tier {
        Some(LeftOut::TierTooLow)
    } else if demand.skill.is_some() && level(demand, candidate) == 0 {
        Some(LeftOut::SkillMissing)
    } else {
        None
    }
}

fn level(demand: &Demand, candidate: &Candidate) -> i64 {
    demand
        .skill
        .as_ref()
        .and_then(|skill| candidate.skills.get(skill))
        .copied()
        .unwrap_or(0)
}

fn reckon(
    demand: &Demand,
    candidate: &Candidate,
    loads: &BTreeMap<UserId, i64>,
    now: Timestamp,
    anybody_there: bool,
) -> Reckoned {
    let load = loads.get(&candidate.user).copied().unwrap_or(0);
    let level = level(demand, candidate);
    let wait = candidate
        .next_shift
        .map_or(i64::MAX, |next| next.since(now).max(0));
    let left_out = leaves_out(demand, candidate).or_else(|| {
        let away = !candidate.on_shift && (anybody_there || wait > SOON_MILLIS);
        away.then_some(LeftOut::OffShift)
    });
    let points = Points {
        skill: match (&demand.skill, level - demand.level) {
            (None, _) => 30,
            (Some(_), 0) => 40,
            (Some(_), 1..) => 35,
            (Some(_), short) => (40 + 15 * short).max(0),
        },
        // Forty points at an empty desk, twenty at forty points of work, towards none.
        room: 40 * 40 / (40 + load.max(0)),
        presence: if candidate.on_shift {
            15
        } else {
            15 - (wait.min(SOON_MILLIS) * 15 / SOON_MILLIS)
        },
        tier: if candidate.tier == demand.tier { 5 } else { 0 },
    };
    Reckoned {
        user: candidate.user,
        tier: candidate.tier,
        level,
        load,
        on_shift: candidate.on_shift,
        next_shift: candidate.next_shift,
        points,
        total: points.total(),
        left_out,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{self, Who};

    fn candidate(name: u8, network: i64) -> Candidate {
        Candidate {
            user: Who::technician(name, 1).user,
            name: format!("T{name}"),
            tier: 1,
            skills: BTreeMap::from([("network".to_owned(), network)]),
            on_shift: true,
            absent: false,
            next_shift: None,
        }
    }

    fn demand(level: i64) -> Demand {
        Demand {
            skill: Some("network".to_owned()),
            level,
            tier: 1,
            complexity: 1,
            priority: Priority::P2,
        }
    }

    fn chosen(demand: &Demand, candidates: &[Candidate], loads: &BTreeMap<UserId, i64>) -> Option<UserId> {
        choose(demand, candidates, loads, fixture::MONDAY).0
    }

    #[test]
    fn the_level_that_is_asked_for_wins_over_less_and_over_more() {
        let team = [candidate(1, 1), candidate(2, 2), candidate(3, 3)];
        assert_eq!(chosen(&demand(2), &team, &BTreeMap::new()), Some(team[1].user));
    }

    #[test]
    fn much_work_outweighs_a_better_skill() {
        let team = [candidate(1, 1), candidate(2, 2)];
        let loads = BTreeMap::from([(team[1].user, 60)]);
        assert_eq!(chosen(&demand(2), &team, &loads), Some(team[0].user));
    }

    #[test]
    fn nobody_absent_or_below_the_tier_or_without_the_skill_is_chosen_and_each_is_told_why() {
        let absent = Candidate {
            absent: true,
            ..candidate(1, 3)
        };
        let low = Candidate {
            tier: 1,
            ..candidate(2, 3)
        };
        let unskilled = Candidate {
            tier: 2,
            skills: BTreeMap::new(),
            ..candidate(3, 0)
        };
        let asked = Demand { tier: 2, ..demand(1) };
        let (nobody, reason) = choose(
            &asked,
            &[absent, low, unskilled],
            &BTreeMap::new(),
            fixture::MONDAY,
        );
        assert_eq!(nobody, None);
        assert_eq!(reason.outcome, Outcome::NobodyFree);
        let mut why: Vec<_> = reason.candidates.iter().filter_map(|one| one.left_out).collect();
        why.sort();
        assert_eq!(why, [LeftOut::Absent, LeftOut::TierTooLow, LeftOut::SkillMissing]);
    }

    #[test]
    fn who_comes_next_is_asked_only_when_nobody_is_there() {
        let next = fixture::MONDAY.add_secs(3 * 3600);
        let away = Candidate {
            on_shift: false,
            next_shift: Some(next),
            ..candidate(1, 2)
        };
        let there = candidate(2, 1);
        let both = [away.clone(), there.clone()];
        assert_eq!(chosen(&demand(2), &both, &BTreeMap::new()), Some(there.user));
        assert_eq!(
            chosen(&demand(2), std::slice::from_ref(&away), &BTreeMap::new()),
            Some(away.user)
        );
        let gone = Candidate {
            next_shift: Some(fixture::MONDAY.add_secs(72 * 3600)),
            ..away
        };
        assert_eq!(chosen(&demand(2), &[gone], &BTreeMap::new()), None);
    }

    #[test]
    fn a_waiting_ticket_weighs_half_and_a_resolved_one_nothing() {
        assert_eq!(weight(Priority::P1, 2, State::InProgress), 16);
        assert_eq!(weight(Priority::P1, 2, State::WaitingSupplier), 8);
        assert_eq!(weight(Priority::P1, 2, State::Resolved), 0);
    }

    proptest! {
        #[test]
        fn the_order_of_the_candidates_changes_nothing(
            levels in prop::collection::vec((0_i64..=3, 0_i64..80, any::<bool>()), 1..12), turn in 0_usize..12
        ) {
            let mut loads = BTreeMap::new();
            let mut team = Vec::new();
            for (index, (level, load, there)) in levels.iter().enumerate() {
                let one = candidate(u8::try_from(index).unwrap_or(0) + 1, *level);
                loads.insert(one.user, *load);
                team.push(Candidate { on_shift: *there, ..one });
            }
            let first = choose(&demand(2), &team, &loads, fixture::MONDAY);
            let middle = turn % team.len();
            team.rotate_left(middle);
            prop_assert_eq!(first, choose(&demand(2), &team, &loads, fixture::MONDAY));
        }
    }
}
