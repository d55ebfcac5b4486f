//! The executor before another program takes its place, and while it is on trial itself.
//!
//! From the wish on no order begins; what runs is waited for. A terminal, a screen, or a log that is followed has no end of its own
//! and gets some minutes. Everything else is bounded by what it was ordered with.

use super::executor::Executor;
use super::running::Running;
use crate::link::{Pause, ToLink};
use crate::logging;
use protocol::verb::Verb;
use std::time::Duration;
use tokio::time::Instant;

/// So long what has no end of its own may go on.
const SESSIONS: Duration = Duration::from_secs(5 * 60);
/// So long the last words to the server may take.
const WORDS: Duration = Duration::from_secs(5);

/// How far the restart is.
#[derive(Debug, Default)]
pub(super) struct Restarting {
    /// When sessions are ended.
    sessions_until: Option<Instant>,
    /// When nothing runs any more, and what is left to say is given up.
    words_until: Option<Instant>,
    /// An order came and was left to the server.
    has_passed_over: bool,
}

impl Restarting {
    /// When there is something to look at again.
    pub(super) fn due(&self) -> Option<Instant> {
        self.words_until.or(self.sessions_until)
    }
}

impl Executor {
    /// Whether an order is left to the server, to be sent again over the next link.
    pub(super) fn leaves(&mut self, act: &str) -> bool {
        let leaves = self.surroundings.restart.is_asked();
        if leaves {
            logging::note(&format!(
                "{act} came during the restart and is left to the next link"
            ));
            self.restarting.has_passed_over = true;
        }
        leaves
    }

    /// Whether it is time for another program.
    pub(super) fn may_restart(&mut self) -> bool {
        if !self.surroundings.restart.is_asked() {
            self.resume();
            return false;
        }
        let now = Instant::now();
        if !self.running.is_empty() {
            let until = *self.restarting.sessions_until.get_or_insert(now + SESSIONS);
            if now >= until {
                self.end_sessions();
                self.restarting.sessions_until = Some(now + SESSIONS);
            }
            return false;
        }
        let until = *self.restarting.words_until.get_or_insert(now + WORDS);
        // The server should have heard how everything ended, the step that wishes the restart first of all.
        let is_told = self.outbox.is_empty() && self.log.untold().next().is_none();
        is_told || now >= until || !self.outbox.is_up()
    }

    /// The wish was taken back: what was left to the server meanwhile comes with a new link.
    fn resume(&mut self) {
        let before = std::mem::take(&mut self.restarting);
        if before.has_passed_over {
            self.outbox.tell_link(ToLink::Leave(Pause { within_seconds: 0 }));
        }
    }

    fn end_sessions(&self) {
        for running in self.running.values().filter(|running| is_endless(running)) {
            running.cancel.send_replace(true);
        }
    }
}

fn is_endless(running: &Running) -> bool {
    matches!(
        Verb::read(&running.verb),
        Ok(Verb::Terminal { .. }
            | Verb::Screen { .. }
            | Verb::Journal { follow: true, .. }
            | Verb::LogRead { follow: true, .. })
    )
}
