//! How long to wait before something that failed is tried again.
//!
//! The pause doubles with every failure up to a longest one, and is then shortened by chance to between half and
//! all of it, so that many that failed together do not come back together.

use std::time::Duration;

/// The pause after the `failures`th failure in a row (counted from 1); `random` is any number.
pub fn pause(failures: u32, first: Duration, longest: Duration, random: u64) -> Duration {
    let doublings = failures.saturating_sub(1).min(30);
    let full = first.saturating_mul(1 << doublings).min(longest);
    let half = full / 2;
    let spread = u64::try_from(half.as_millis())
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    half + Duration::from_millis(random % spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(60);

    #[test]
    fn the_pause_doubles_and_then_stays_at_the_longest() {
        let most = |failures| pause(failures, FIRST, LONGEST, 0) * 2;
        assert_eq!(most(1), Duration::from_secs(1));
        assert_eq!(most(2), Duration::from_secs(2));
        assert_eq!(most(6), Duration::from_secs(32));
        assert_eq!(most(7), LONGEST);
        assert_eq!(most(u32::MAX), LONGEST);
    }

    #[test]
    fn chance_keeps_the_pause_between_half_and_all_of_it() {
        for random in (0..5_000).chain([u64::MAX]) {
            let pause = pause(3, FIRST, LONGEST, random);
            assert!(
                pause >= Duration::from_secs(2) && pause <= Duration::from_secs(4),
                "{pause:?}"
            );
        }
    }
}
