//! What an article is worth among others on the same matter, from 0 to 1: the lower end of what its votes allow, fading with their age.
//!
//! It orders solutions under one symptom and weighs in search. [`worth`] is pure; `reckoning.rs` keeps it with each article, after
//! each vote and once a night; `falling.rs` notices an article that stops solving and tells its owner.

pub mod falling;
pub mod reckoning;
pub mod store;

/// What was said loses half its weight in so many days.
pub const HALF_LIFE_DAYS: f64 = 180.0;
/// What became of a real ticket says more than a click under an article.
pub const TICKET_WEIGHT: f64 = 2.0;
/// Everything begins with one voice for and one against, so that a single vote decides nothing.
const PRIOR: f64 = 1.0;
/// 95 of 100 times the truth lies above the lower end.
const Z: f64 = 1.644_853_6;

/// The lower end of Wilson's interval for the share of those it helped; the older the votes are on average, the less they weigh.
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
#[must_use]
pub fn worth(solved: i64, unsolved: i64, tickets_solved: i64, tickets_unsolved: i64, age_days: f64) -> f64 {
    let weight = 0.5_f64.powf(age_days.max(0.0) / HALF_LIFE_DAYS);
    let voices =
        |clicks: i64, tickets: i64| PRIOR + weight * (count(clicks) + TICKET_WEIGHT * count(tickets));
    let (yes, no) = (voices(solved, tickets_solved), voices(unsolved, tickets_unsolved));
    let all = yes + no;
    let share = yes / all;
    let square = Z * Z;
    let middle = share + square / (2.0 * all);
    let spread = Z * ((share * (1.0 - share) + square / (4.0 * all)) / all).sqrt();
    ((middle - spread) / (1.0 + square / all)).clamp(0.0, 1.0)
}

/// Counts are far below 2^53; a negative one would be a slip elsewhere and counts as none.
fn count(number: i64) -> f64 {
    u32::try_from(number.max(0)).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_helped_many_stands_above_what_helped_one_and_what_helped_nobody_stands_last() {
        let many = worth(40, 4, 0, 0, 0.0);
        let one = worth(1, 0, 0, 0, 0.0);
        let fresh = worth(0, 0, 0, 0, 0.0);
        let nobody = worth(0, 10, 0, 0, 0.0);
        assert!(
            many > one && one > fresh && fresh > nobody,
            "{many} {one} {fresh} {nobody}"
        );
    }

    #[test]
    fn a_solved_ticket_weighs_more_than_a_click() {
        assert!(worth(0, 0, 5, 0, 0.0) > worth(5, 0, 0, 0, 0.0));
    }

    #[test]
    fn praise_and_blame_both_fade() {
        assert!(worth(30, 2, 0, 0, 720.0) < worth(30, 2, 0, 0, 0.0));
        assert!(worth(0, 30, 0, 0, 720.0) > worth(0, 30, 0, 0, 0.0));
    }

    proptest! {
        #[test]
        fn it_stays_between_nothing_and_one_and_another_yes_never_lowers_it(
            solved in 0_i64..1_000_000, unsolved in 0_i64..1_000_000, won in 0_i64..10_000, lost in 0_i64..10_000,
            age in -10.0_f64..10_000.0,
        ) {
            let now = worth(solved, unsolved, won, lost, age);
            prop_assert!((0.0..=1.0).contains(&now));
            // As far as numbers are told apart: what was said many years ago weighs next to nothing.
            prop_assert!(worth(solved + 1, unsolved, won, lost, age) >= now - 1e-9);
            prop_assert!(worth(solved, unsolved + 1, won, lost, age) <= now + 1e-9);
        }
    }
}
