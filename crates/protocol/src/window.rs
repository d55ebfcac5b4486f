//! The accounting of one channel: how much each side may still send.
//!
//! Both sides begin with [`WINDOW`] bytes of credit. Who received bytes and has passed them on gives credit back, in
//! portions of at least half a window, so that credit costs few frames and a sender can never wait for ever.

use std::fmt;

use crate::frame::{CHUNK, WINDOW};

/// When so much was consumed, credit goes back.
const PORTION: u32 = WINDOW / 2;

/// What is left for one channel, as one of its two ends sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// What this end may still send.
    sending: u32,
    /// What the other end may still send, as far as this end has told it.
    receiving: u32,
    /// What arrived and was not consumed yet.
    held: u32,
    /// What was consumed and not yet given back.
    owed: u32,
}

/// The other side sent more than it was allowed to, or gave more credit than a window: the channel must be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overrun;

impl fmt::Display for Overrun {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the other side broke the flow control of the channel")
    }
}

impl std::error::Error for Overrun {}

impl Default for Window {
    fn default() -> Self {
        Self {
            sending: WINDOW,
            receiving: WINDOW,
            held: 0,
            owed: 0,
        }
    }
}

impl Window {
    /// A channel as it begins.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes may be sent now.
    pub fn may_send(&self) -> usize {
        self.sending as usize
    }

    /// Takes room for the next frame: how many of the wanted bytes may go into it (0: wait for credit).
    pub fn send(&mut self, wanted: usize) -> usize {
        let taken = wanted.min(CHUNK).min(self.may_send());
        self.sending -= u32::try_from(taken).unwrap_or(self.sending);
        taken
    }

    /// The other side gave credit.
    pub fn credited(&mut self, bytes: u32) -> Result<(), Overrun> {
        let sending = self
            .sending
            .checked_add(bytes)
            .filter(|sum| *sum <= WINDOW)
            .ok_or(Overrun)?;
        self.sending = sending;
        Ok(())
    }

    /// Bytes of the other side arrived.
    pub fn arrived(&mut self, bytes: usize) -> Result<(), Overrun> {
        let bytes = u32::try_from(bytes).map_err(|_| Overrun)?;
        self.receiving = self.receiving.checked_sub(bytes).ok_or(Overrun)?;
        self.held += bytes;
        Ok(())
    }

    /// Bytes that had arrived were passed on. The answer is the credit to send now, if any.
    pub fn consumed(&mut self, bytes: usize) -> Option<u32> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX).min(self.held);
        self.held -= bytes;
        self.owed += bytes;
        if self.owed < PORTION {
            return None;
        }
        let credit = std::mem::take(&mut self.owed);
        self.receiving += credit;
        Some(credit)
    }
}
