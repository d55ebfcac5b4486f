//! The trial as the program on trial sees it: once the server welcomed it and it lived on for a while, it writes that it settled.
//!
//! The same place writes down what the guard could not. What cannot be written is tried again until it can.

use super::notes::{Place, Slots, Unread};
use super::{Origin, settle};
use crate::logging;
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

/// So soon it is tried again to write.
const AGAIN: Duration = Duration::from_secs(2);

/// See the module's text.
#[derive(Debug)]
pub struct Watch {
    slots: Slots,
    pending: Option<Pending>,
    due: Option<Instant>,
}

#[derive(Debug)]
enum Pending {
    /// We are on trial.
    Settle,
    /// The guard went back and could not say so.
    Record {
        why: String,
        /// We are the program that the package installed.
        is_installed: bool,
    },
}

impl Watch {
    /// What there is to do for a process that came to run so.
    pub fn open(state: &Path, origin: &Origin) -> Self {
        let slots = Slots::new(state);
        let is_on_trial = || {
            origin.guard.is_some()
                && match slots.read() {
                    Ok(notes) => notes.trial.is_some_and(|trial| trial.tries > 0),
                    Err(error) => {
                        logging::warn(&error.to_string());
                        false
                    }
                }
        };
        let pending = match &origin.fell_back {
            Some(why) => Some(Pending::Record {
                why: why.clone(),
                is_installed: origin.guard.is_some() && std::env::current_exe().ok() == origin.guard,
            }),
            None => is_on_trial().then_some(Pending::Settle),
        };
        let due = matches!(pending, Some(Pending::Record { .. })).then(Instant::now);
        Self { slots, pending, due }
    }

    /// The server welcomed us.
    pub fn up(&mut self) {
        if matches!(self.pending, Some(Pending::Settle)) {
            self.due = Some(Instant::now() + settle());
        }
    }

    /// The link dropped: the time begins anew with the next one.
    pub fn down(&mut self) {
        if matches!(self.pending, Some(Pending::Settle)) {
            self.due = None;
        }
    }

    /// When there is something to do.
    #[must_use]
    pub const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Does it.
    pub fn act(&mut self) {
        let Some(pending) = &self.pending else {
            self.due = None;
            return;
        };
        match write(&self.slots, pending) {
            Ok(text) => {
                logging::note(&text);
                self.pending = None;
                self.due = None;
            }
            Err(text) => {
                logging::warn(&format!("it is tried again: {text}"));
                self.due = Some(Instant::now() + AGAIN);
            }
        }
    }
}

fn write(slots: &Slots, pending: &Pending) -> Result<String, String> {
    let mut notes = match (slots.read(), pending) {
        (Err(error @ Unread::Damaged(_)), Pending::Record { why, .. }) => {
            slots
                .begin_anew(&format!("{why}; {error}"))
                .map_err(|error| error.to_string())?;
            return Ok(format!("the notes on the slots begin anew: {error}"));
        }
        (read, _) => read.map_err(|error| error.to_string())?,
    };
    let text = match pending {
        Pending::Settle => {
            notes.settle();
            "this program is not on trial any more: it settled".to_owned()
        }
        Pending::Record { why, is_installed } => {
            notes.give_up("unwritten", why);
            if *is_installed {
                notes.current = Place::Installed;
            }
            notes.fault = Some(protocol::text::line(why, 1000));
            format!("the guard went back: {why}")
        }
    };
    slots.write(&notes).map_err(|error| error.to_string())?;
    Ok(text)
}
