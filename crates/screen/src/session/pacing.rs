//! When the next frame may be sent: not before viewers have shown the last but one, and not so often that the device's user
//! feels it.

use std::time::{Duration, Instant};

/// Between the beginnings of two frames: some 60 in a second, which is what monitors show.
const GAP: Duration = Duration::from_millis(16);
/// So many frames are on their way at once: one is drawn while the other travels.
const UNANSWERED_MOST: u64 = 2;
/// So long after a frame the next one is sent though nobody has shown the last: recordings have no viewer.
const PATIENCE: Duration = Duration::from_secs(1);

/// A recording can be entered as often, when something changed meanwhile.
const BEGINNING_EVERY: Duration = Duration::from_secs(30);

/// What was sent, and what was answered.
#[derive(Debug, Default)]
pub struct Pacing {
    /// The number of the last frame; the first is 1.
    sent: u64,
    /// All up to this one were shown or given up.
    answered: u64,
    /// When the last one was begun and finished.
    last: Option<(Instant, Instant)>,
    /// When there was a beginning last.
    began: Option<Instant>,
}

impl Pacing {
    /// A viewer has shown a frame. Numbers that were never sent are not believed.
    pub fn shown(&mut self, number: u64) {
        if number <= self.sent {
            self.answered = self.answered.max(number);
        }
    }

    /// Somebody comes now: what others have not shown yet is not waited for.
    pub fn forgive(&mut self) {
        self.answered = self.sent;
    }

    /// The screen was looked at from one moment to the other. Afterwards there is a rest half as long, so that a part of each
    /// processor remains the person's; waiting for a busy display counts, which makes us step back then.
    pub fn worked(&mut self, begun: Instant, finished: Instant) {
        self.last = Some((begun, finished));
    }

    /// There is a beginning now.
    pub fn began(&mut self, now: Instant) {
        self.began = Some(now);
    }

    /// Whether the next change should come as a beginning.
    pub fn wants_beginning(&self, now: Instant) -> bool {
        self.began
            .is_none_or(|began| now.duration_since(began) >= BEGINNING_EVERY)
    }

    /// The number of a frame that is sent now.
    pub fn next(&mut self) -> u64 {
        self.sent += 1;
        self.sent
    }

    /// When the next frame may be sent; none: at once.
    pub fn ready_at(&self) -> Option<Instant> {
        let (begun, finished) = self.last?;
        let rested = (begun + GAP).max(finished + (finished - begun) / 2);
        let waits = self.sent - self.answered >= UNANSWERED_MOST;
        Some(if waits {
            rested.max(begun + PATIENCE)
        } else {
            rested
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    fn frame(pacing: &mut Pacing, begun: Instant, work: Duration) -> u64 {
        pacing.worked(begun, begun + work);
        pacing.next()
    }

    #[test]
    fn two_frames_are_on_their_way_and_no_third() {
        let (mut pacing, now) = (Pacing::default(), Instant::now());
        assert_eq!(pacing.ready_at(), None);
        assert_eq!(frame(&mut pacing, now, MILLI), 1);
        assert_eq!(pacing.ready_at(), Some(now + GAP));
        assert_eq!(frame(&mut pacing, now, MILLI), 2);
        assert_eq!(pacing.ready_at(), Some(now + PATIENCE));
        pacing.shown(1);
        assert_eq!(pacing.ready_at(), Some(now + GAP));
        // What is said late or was never sent changes nothing.
        assert_eq!(frame(&mut pacing, now, MILLI), 3);
        pacing.shown(0);
        pacing.shown(9);
        assert_eq!(pacing.ready_at(), Some(now + PATIENCE));
        pacing.forgive();
        assert_eq!(pacing.ready_at(), Some(now + GAP));
    }

    #[test]
    fn a_beginning_comes_twice_a_minute() {
        let (mut pacing, now) = (Pacing::default(), Instant::now());
        assert!(pacing.wants_beginning(now));
        pacing.began(now);
        assert!(!pacing.wants_beginning(now + BEGINNING_EVERY - MILLI));
        assert!(pacing.wants_beginning(now + BEGINNING_EVERY));
    }

    #[test]
    fn much_work_is_followed_by_rest() {
        let (mut pacing, now) = (Pacing::default(), Instant::now());
        frame(&mut pacing, now, 40 * MILLI);
        assert_eq!(pacing.ready_at(), Some(now + 60 * MILLI));
    }
}
