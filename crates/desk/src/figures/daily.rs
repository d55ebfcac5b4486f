//! What a ticket adds to the sums of a day: pure. A ticket that changed takes back what it added before.
//!
//! Durations go into a histogram whose steps grow by a fifth from one to the next, so that a percentile read from it is within a
//! tenth of the true one; a page about few tickets reads the true ones.

use std::collections::BTreeMap;

use super::fact::Fact;
use crate::ticket::value::Priority;

/// What days are added up by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub figure: &'static str,
    pub day: i64,
    pub team: String,
    pub bucket: i64,
}

pub const OPENED: &str = "opened";
pub const SOLVED: &str = "solved";
pub const MET: &str = "met";
pub const MISSED: &str = "missed";
pub const FIRST_CONTACT: &str = "first_contact";
pub const REOPENED: &str = "reopened";
pub const BOUNCED: &str = "bounced";
pub const RESPONSE: &str = "response";
pub const SOLUTION: &str = "solution";

/// What changes of the sums.
pub type Sums = BTreeMap<Key, i64>;

/// Adds (1) or takes back (-1) what a ticket counts.
pub fn count(sums: &mut Sums, fact: &Fact, sign: i64) {
    let team = fact.team.map(|team| team.to_string()).unwrap_or_default();
    let mut add = |figure: &'static str, day: i64, bucket: i64| {
        let key = Key {
            figure,
            day,
            team: team.clone(),
            bucket,
        };
        *sums.entry(key).or_default() += sign;
    };
    let priority = rank(fact.priority);
    add(OPENED, fact.opened_day, priority);
    if let Some(waited) = fact.responded_ms {
        add(RESPONSE, fact.opened_day, bucket(waited));
    }
    let Some(day) = fact.solved_day else { return };
    add(SOLVED, day, priority);
    if let Some(waited) = fact.solved_ms {
        add(SOLUTION, day, bucket(waited));
    }
    let yes_or_no = [
        (MET, fact.met == Some(true)),
        (MISSED, fact.met == Some(false)),
        (FIRST_CONTACT, fact.first_contact),
        (REOPENED, fact.reopenings > 0),
        (BOUNCED, fact.team_changes + fact.tier_changes > 0),
    ];
    for (figure, _) in yes_or_no.into_iter().filter(|(_, holds)| *holds) {
        add(figure, day, 0);
    }
}

fn rank(priority: Priority) -> i64 {
    match priority {
        Priority::P0 => 0,
        Priority::P1 => 1,
        Priority::P2 => 2,
        Priority::P3 => 3,
    }
}

const STEP: f64 = 1.2;

/// The step of the histogram for a duration.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a logarithm is small"
)]
pub fn bucket(millis: i64) -> i64 {
    let minutes = millis.max(0) as f64 / 60_000.0;
    ((minutes + 1.0).ln() / STEP.ln()).floor() as i64
}

/// The middle of a step, in milliseconds.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "buckets are small"
)]
pub fn middle(bucket: i64) -> i64 {
    let edge = |bucket: i64| STEP.powf(bucket as f64) - 1.0;
    ((edge(bucket) + edge(bucket + 1)) / 2.0 * 60_000.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_read_back_from_its_step_is_within_a_tenth() {
        for minutes in [10, 90, 600, 5_000, 100_000] {
            let millis = minutes * 60_000;
            let read = middle(bucket(millis));
            assert!((read - millis).abs() * 9 <= millis, "{minutes}: {read}");
        }
        assert_eq!(bucket(0), 0);
    }
}
