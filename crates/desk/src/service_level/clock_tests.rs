//! What clocks promise, as examples and as laws over random histories.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::fixture::{DAY, HOUR, MINUTE, MONDAY};
use crate::service_level::explaining::{self, PartKind};
use crate::service_level::{Conditions, Definition, Step, Unit, hours};
use crate::ticket::value::WaitingFor;

fn target(clock: ClockKind, amount: i64, unit: Unit) -> Target {
    let step = |percent| Step {
        percent,
        actions: Vec::new(),
    };
    Target {
        clock,
        amount,
        unit,
        steps: vec![step(75), step(100)],
    }
}

fn policy(version: i64, targets: Vec<Target>) -> Policy {
    let definition = Definition {
        name: BTreeMap::from([("en".to_owned(), "P".to_owned())]),
        conditions: Conditions::default(),
        calendar: "default".to_owned(),
        pauses: vec![State::WaitingRequester, State::WaitingSupplier],
        targets,
    };
    Policy {
        id: "p".to_owned(),
        version,
        place: 1,
        definition,
    }
}

fn usual() -> Vec<Target> {
    vec![
        target(ClockKind::FirstResponse, 1, Unit::Hour),
        target(ClockKind::NextUpdate, 1, Unit::WorkingDay),
        target(ClockKind::Solution, 4, Unit::Hour),
    ]
}

fn weekdays() -> Hours {
    Hours::Calendar(worktime::Calendar::new(&hours::fallback("UTC")).unwrap())
}

fn book_of(policies: Vec<(Policy, Hours)>) -> Book {
    Book {
        pages: policies
            .into_iter()
            .map(|page| (page.0.reference(), Arc::new(page)))
            .collect(),
    }
}

fn book() -> Book {
    book_of(vec![(policy(1, usual()), weekdays())])
}

#[derive(Debug)]
struct Past(Vec<HistoryPoint>);

impl Past {
    fn opened() -> Past {
        Past(Vec::new()).state(0, State::New).policy(0, "p@1")
    }

    fn at(mut self, millis: i64, happening: Happening) -> Past {
        self.0.push(HistoryPoint {
            at: MONDAY.add_millis(millis),
            happening,
        });
        self
    }

    fn state(self, millis: i64, state: State) -> Past {
        self.at(millis, Happening::State(state))
    }

    fn policy(self, millis: i64, reference: &str) -> Past {
        self.at(millis, Happening::Policy(Some(reference.to_owned())))
    }

    fn spoke(self, millis: i64) -> Past {
        self.at(millis, Happening::Spoke)
    }

    fn clock(&self, kind: ClockKind) -> Clock {
        let clocks = replay(&book(), &self.0).unwrap();
        clocks.into_iter().find(|clock| clock.kind == kind).unwrap()
    }
}

fn after(millis: i64) -> Option<Timestamp> {
    Some(MONDAY.add_millis(millis))
}

#[test]
fn a_new_ticket_runs_all_its_clocks_in_working_hours() {
    let past = Past::opened();
    // Monday 10:00; the pause at noon is an hour, so four working hours end at 15:00.
    assert_eq!(past.clock(ClockKind::Solution).deadline, after(5 * HOUR));
    assert_eq!(past.clock(ClockKind::FirstResponse).deadline, after(HOUR));
    assert_eq!(past.clock(ClockKind::FirstResponse).warn_at, after(45 * MINUTE));
    // A working day of eight hours: Tuesday 10:00.
    assert_eq!(past.clock(ClockKind::NextUpdate).deadline, after(DAY));
}

#[test]
fn the_first_word_meets_the_first_response_and_starts_the_next_update_anew() {
    let past = Past::opened()
        .state(30 * MINUTE, State::InProgress)
        .spoke(30 * MINUTE);
    let first = past.clock(ClockKind::FirstResponse);
    assert_eq!((first.state, first.elapsed), (ClockState::Met, 30 * MINUTE));
    assert_eq!(
        past.clock(ClockKind::NextUpdate).deadline,
        after(DAY + 30 * MINUTE)
    );
}

#[test]
fn a_word_on_the_deadline_is_in_time_and_one_moment_later_is_not() {
    assert_eq!(
        Past::opened().spoke(HOUR).clock(ClockKind::FirstResponse).state,
        ClockState::Met
    );
    assert_eq!(
        Past::opened()
            .spoke(HOUR + 1)
            .clock(ClockKind::FirstResponse)
            .state,
        ClockState::Breached
    );
}

#[test]
fn waiting_for_others_stops_the_clock_and_leaves_no_deadline() {
    let waiting = Past::opened().state(HOUR, WaitingFor::Supplier.state());
    let clock = waiting.clock(ClockKind::Solution);
    assert_eq!(
        (clock.state, clock.elapsed, clock.deadline),
        (ClockState::Paused, HOUR, None)
    );
    // Three working hours are left when it goes on on Wednesday at 10:00.
    let resumed = waiting.state(2 * DAY, State::InProgress);
    assert_eq!(
        resumed.clock(ClockKind::Solution).deadline,
        after(2 * DAY + 4 * HOUR)
    );
}

#[test]
fn waiting_in_a_state_that_the_policy_does_not_pause_in_counts() {
    let past = Past::opened().state(HOUR, State::WaitingDevelopment);
    assert_eq!(past.clock(ClockKind::Solution).deadline, after(5 * HOUR));
}

#[test]
fn a_refused_fix_lets_the_solution_clock_run_on_from_where_it_stood() {
    let resolved = Past::opened().state(HOUR, State::Resolved).spoke(HOUR);
    let clock = resolved.clock(ClockKind::Solution);
    assert_eq!(
        (clock.state, clock.elapsed, clock.stopped_at),
        (ClockState::Met, HOUR, after(HOUR))
    );
    let refused = resolved.state(DAY, State::InProgress);
    let clock = refused.clock(ClockKind::Solution);
    assert_eq!(
        (clock.state, clock.elapsed, clock.stopped_at),
        (ClockState::Running, HOUR, None)
    );
    assert_eq!(
        clock.deadline,
        after(DAY + 4 * HOUR),
        "three hours more, and the noon"
    );
    // The first response stays as it was given.
    assert_eq!(refused.clock(ClockKind::FirstResponse).state, ClockState::Met);
}

#[test]
fn closing_changes_nothing_about_a_clock_that_stopped_at_the_resolution() {
    let resolved = Past::opened().state(HOUR, State::Resolved);
    let before = resolved.clock(ClockKind::Solution);
    assert_eq!(
        resolved.state(5 * DAY, State::Closed).clock(ClockKind::Solution),
        before
    );
}

#[test]
fn a_higher_priority_counts_from_the_report_but_leaves_what_was_met() {
    let quick = policy(
        2,
        vec![
            target(ClockKind::FirstResponse, 10, Unit::Minute),
            target(ClockKind::Solution, 2, Unit::Hour),
        ],
    );
    let book = book_of(vec![(policy(1, usual()), weekdays()), (quick, Hours::Always)]);
    let past = Past::opened().spoke(50 * MINUTE).policy(HOUR, "p@2");
    let clocks = replay(&book, &past.0).unwrap();
    assert_eq!(clocks.len(), 2, "the new policy promises no updates");
    assert_eq!(
        (clocks[0].kind, clocks[0].state),
        (ClockKind::FirstResponse, ClockState::Met)
    );
    assert_eq!(
        (clocks[1].policy.as_str(), clocks[1].deadline),
        ("p@2", after(2 * HOUR))
    );
}

#[test]
fn a_ticket_without_a_policy_has_no_clocks() {
    let past = Past(Vec::new())
        .state(0, State::New)
        .at(0, Happening::Policy(None));
    assert!(replay(&book(), &past.0).unwrap().is_empty());
}

fn histories() -> impl Strategy<Value = Past> {
    let happening = prop_oneof![
        Just(Happening::Spoke),
        (1_usize..State::ALL.len()).prop_map(|index| Happening::State(State::ALL[index])),
    ];
    prop::collection::vec((0_i64..20 * HOUR, happening), 0..25).prop_map(|steps| {
        let mut past = Past::opened();
        let mut now = 0;
        for (later, happening) in steps {
            now += later;
            past = past.at(now, happening);
        }
        past
    })
}

proptest! {
    #[test]
    fn the_running_parts_of_an_explanation_add_up_to_what_the_clock_counted(past in histories(), later in 0_i64..9 * DAY) {
        let book = book();
        let last = past.0.last().unwrap().at;
        let now = last.add_millis(later);
        for clock in replay(&book, &past.0).unwrap() {
            let parts = explaining::parts(&book, &past.0, &clock, now).unwrap();
            let counted: i64 = parts.iter().filter(|part| part.kind.counts()).map(|part| part.to.since(part.from)).sum();
            prop_assert_eq!(counted, clock.elapsed_at(&weekdays(), now).unwrap());
            for pair in parts.windows(2) {
                prop_assert_eq!(pair[0].to, pair[1].from, "no gaps");
            }
            if let Some(first) = parts.first() {
                prop_assert_eq!(first.from, clock.started_at);
            }
            prop_assert!(parts.iter().all(|part| part.from < part.to && part.kind != PartKind::Paused(State::New)));
        }
    }

    #[test]
    fn a_deadline_is_where_exactly_the_promised_time_was_counted(past in histories()) {
        let book = book();
        for clock in replay(&book, &past.0).unwrap() {
            let Some(deadline) = clock.deadline else {
                prop_assert!(clock.elapsed < clock.target, "a clock that ran out knows when");
                continue;
            };
            let parts = explaining::parts(&book, &past.0, &clock, deadline.max(past.0.last().unwrap().at)).unwrap();
            let counted: i64 = parts
                .iter()
                .filter(|part| part.kind.counts() && part.from < deadline)
                .map(|part| part.to.min(deadline).since(part.from))
                .sum();
            prop_assert_eq!(counted, clock.target);
        }
    }

    #[test]
    fn what_happens_later_never_changes_what_was_counted_before(past in histories(), cut in 0_usize..25) {
        let book = book();
        let cut = 2 + cut % (past.0.len() - 1);
        let early = Past(past.0[..cut.min(past.0.len())].to_vec());
        let find = |past: &Past, kind| replay(&book, &past.0).unwrap().into_iter().find(|clock: &Clock| clock.kind == kind);
        let (Some(then), Some(now)) = (find(&early, ClockKind::Solution), find(&past, ClockKind::Solution)) else {
            return Ok(());
        };
        prop_assert!(now.elapsed >= then.elapsed);
        let met = find(&early, ClockKind::FirstResponse).filter(|clock| !clock.is_alive());
        if let Some(met) = met {
            prop_assert_eq!(find(&past, ClockKind::FirstResponse), Some(met));
        }
    }

    #[test]
    fn a_stopped_clock_is_breached_exactly_when_it_counted_more_than_was_promised(past in histories()) {
        for clock in replay(&book(), &past.0).unwrap() {
            if !clock.is_alive() {
                prop_assert_eq!(clock.state == ClockState::Breached, clock.elapsed > clock.target);
            }
        }
    }
}
