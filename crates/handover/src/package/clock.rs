//! When a report is due and when somebody is asked for it. Pure.
//!
//! Step 0 is half of the time, step 1 the deadline, each further one a day more. A step is taken once; a house that slept takes
//! the latest one that passed and not those before it.

use kernel::time::Timestamp;

const DAY_MILLIS: i64 = 86_400_000;
/// Hours of a returned report's clock.
pub const RETURN_HOURS: i64 = 24;
/// Hours of the first clock, unless set otherwise.
pub const REPORT_HOURS: i64 = 48;
/// Nothing was asked yet.
pub const NO_STEP: i64 = -1;

/// When a step falls due.
#[must_use]
pub fn instant_of(step: i64, started: Timestamp, due: Timestamp) -> Timestamp {
    match step {
        ..=0 => started.add_millis(due.since(started) / 2),
        1 => due,
        later => due.add_millis((later - 1).saturating_mul(DAY_MILLIS)),
    }
}

/// The latest step that has fallen due after the last one taken.
#[must_use]
pub fn due_step(last: i64, started: Timestamp, due: Timestamp, now: Timestamp) -> Option<i64> {
    let days = now.since(due).div_euclid(DAY_MILLIS);
    let reached = if now >= due {
        1 + days
    } else if now >= instant_of(0, started, due) {
        0
    } else {
        NO_STEP
    };
    (reached > last).then_some(reached)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_000_000);

    fn at_hour(hour: i64) -> Timestamp {
        START.add_secs(hour * 3_600)
    }

    #[test]
    fn of_forty_eight_hours_the_first_step_is_at_twenty_four_the_second_at_the_end_then_daily() {
        let due = at_hour(48);
        let hours: Vec<i64> = (0..4)
            .map(|step| instant_of(step, START, due).since(START) / 3_600_000)
            .collect();
        assert_eq!(hours, [24, 48, 72, 96]);
    }

    #[test]
    fn a_step_is_due_once_and_a_house_that_slept_takes_the_latest() {
        let due = at_hour(48);
        assert_eq!(due_step(NO_STEP, START, due, at_hour(23)), None);
        assert_eq!(due_step(NO_STEP, START, due, at_hour(24)), Some(0));
        assert_eq!(due_step(0, START, due, at_hour(47)), None);
        assert_eq!(due_step(0, START, due, at_hour(48)), Some(1));
        assert_eq!(due_step(1, START, due, at_hour(71)), None);
        assert_eq!(due_step(NO_STEP, START, due, at_hour(100)), Some(3));
    }

    proptest! {
        #[test]
        fn no_step_is_due_before_its_instant_and_the_next_one_never_is(hours in 1_i64..500, now in 0_i64..3_000, last in -1_i64..20) {
            let due = at_hour(hours);
            if let Some(step) = due_step(last, START, due, at_hour(now)) {
                prop_assert!(step > last);
                prop_assert!(instant_of(step, START, due) <= at_hour(now));
                prop_assert!(instant_of(step + 1, START, due) > at_hour(now));
            }
        }
    }
}
