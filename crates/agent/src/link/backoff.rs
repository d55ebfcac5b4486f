//! How long to wait before knocking again: full jitter from 1 to 60 s, so that 20,000 devices do not come back at once.

use rand::RngExt;
use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// A device that is not wanted (revoked token, retired) asks again seldom.
const UNWANTED: Duration = Duration::from_secs(300);

/// Counts how often in a row it did not work.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The link stood: the next failure is the first again.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// It did not work; how long to wait now: a random time up to a limit that doubles.
    pub fn failed(&mut self) -> Duration {
        let limit = FIRST.saturating_mul(1 << self.failures.min(6)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        between(FIRST / 4, limit)
    }

    /// How long to wait when the server does not want this device.
    pub fn unwanted(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        between(LONGEST / 2, UNWANTED)
    }
}

/// A random time within a span.
pub fn between(least: Duration, most: Duration) -> Duration {
    let (least, most) = (least.as_millis() as u64, most.as_millis() as u64);
    Duration::from_millis(rand::rng().random_range(least..=most.max(least)))
}

/// A period, give or take a fifth.
pub fn about(period: Duration) -> Duration {
    between(period * 4 / 5, period * 6 / 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_ever_longer_but_never_more_than_a_minute() {
        let mut backoff = Backoff::default();
        assert!(backoff.failed() <= FIRST);
        for _ in 0..1000 {
            assert!(backoff.failed() <= LONGEST);
        }
        let long: Vec<Duration> = (0..1000).map(|_| backoff.failed()).collect();
        assert!(long.iter().any(|one| *one > LONGEST / 2) && long.iter().any(|one| *one < LONGEST / 4));
        backoff.succeeded();
        assert!(backoff.failed() <= FIRST);
    }

    #[test]
    fn a_beat_comes_within_a_fifth_of_its_time() {
        for _ in 0..1000 {
            let beat = about(LONGEST);
            assert!(beat >= Duration::from_secs(48) && beat <= Duration::from_secs(72));
        }
    }
}
