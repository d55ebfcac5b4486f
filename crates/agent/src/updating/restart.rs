//! The wish to be started anew. From the moment it is there, no order begins: what comes then stays unknown to the agent, and
//! the server sends it again over the next link.

use std::sync::Arc;
use tokio::sync::watch;

/// Shared by the steps of an update, which wish, and the executor, which does it.
#[derive(Clone, Debug)]
pub struct Restart(Arc<watch::Sender<bool>>);

impl Default for Restart {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Restart {
    /// Wishes it.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Takes the wish back: what was to follow came to nothing.
    pub fn withdraw(&self) {
        self.0.send_replace(false);
    }

    /// Whether it is wished for.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Hears of each change.
    pub fn changes(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}
