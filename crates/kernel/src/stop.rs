//! The sign that the process is to end, handed to everything that runs in the background.
//!
//! It only asks; each piece of work ends at its own next safe place, and whoever started it waits for that.

use tokio::sync::watch;

/// The sign that the process is to end. Clones are the same sign.
#[derive(Clone, Debug)]
pub struct Stop {
    sender: watch::Sender<bool>,
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

impl Stop {
    /// Not yet.
    pub fn new() -> Self {
        Self {
            sender: watch::Sender::new(false),
        }
    }

    /// Asks everything that was given this sign to end.
    pub fn stop(&self) {
        self.sender.send_replace(true);
    }

    /// Whether the end was asked for.
    pub fn is_stopped(&self) -> bool {
        *self.sender.borrow()
    }

    /// Waits until the end is asked for.
    pub async fn stopped(&self) {
        let mut receiver = self.sender.subscribe();
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ended = receiver.wait_for(|stopped| *stopped).await;
    }
}
