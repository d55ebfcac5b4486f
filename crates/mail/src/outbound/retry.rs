//! When a letter that could not be handed over is tried again.
//!
//! Quickly at first, for most troubles are a restart; then ever more slowly, for two days, as RFC 5321 section
//! 4.5.4.1 asks of those who send.

const PAUSES_SECS: [i64; 8] = [15, 60, 120, 300, 600, 1200, 1800, 3600];

/// Seconds to wait after the `attempts`th attempt (counted from 1).
pub(super) fn pause_secs(attempts: i64) -> i64 {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or_default();
    PAUSES_SECS[place.min(PAUSES_SECS.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::pause_secs;

    #[test]
    fn the_pauses_grow_up_to_an_hour() {
        let pauses: Vec<i64> = (1..=10).map(pause_secs).collect();
        assert_eq!(pauses, [15, 60, 120, 300, 600, 1200, 1800, 3600, 3600, 3600]);
        assert_eq!(pause_secs(0), 15);
    }
}
