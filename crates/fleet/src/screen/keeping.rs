//! The recording of a screen: what viewers were told, as the same bytes, in pieces that are files. Together they are one recording in
//! the form of rfbproxy ([`rfb::recording`]).

use std::time::Duration;

use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use protocol::recording::{Kind, Record};
use serde_json::json;

use super::{Kept, Session, store};
use crate::act::ActId;
use crate::device::{self, DeviceId};
use crate::link::{Epoch, lease};
use crate::session;
use crate::session::film::{Film, PIECE, PIECE_MOST, RECORDING_MOST};

/// No message is longer: a whole picture of a large screen, hardly packed.
const MESSAGE_MOST: usize = 32 * 1024 * 1024;

/// What came is safe within this time; each piece is a file.
pub(super) const FLUSH: Duration = Duration::from_secs(2);

/// What was not written yet, and how far it goes.
pub(crate) struct Recorder {
    id: ActId,
    device: DeviceId,
    kept: Kept,
    now: Kept,
    film: Film,
    /// A message of which the rest has not come: when the link drops now, nobody can read it.
    unfinished: Vec<u8>,
    /// What is told is understood by a player: the first picture has begun.
    has_begun: bool,
    has_failed: bool,
}

impl Recorder {
    /// From here on the picture is whole, and so large.
    fn beginning(&mut self, width: u16, height: u16) {
        let before = (self.now.width, self.now.height);
        self.film.beginning(before, (width, height), self.now.last_millis);
        (self.now.width, self.now.height) = (width, height);
        self.has_begun = true;
    }

    /// A message whose end has come. One that is longer than any honest one is not kept, nor what follows it until all begins anew.
    fn message(&mut self, message: &[u8]) {
        if message.len() >= MESSAGE_MOST {
            self.has_begun = false;
            return;
        }
        self.film.message(message, self.now.last_millis);
    }
}

impl session::Recorder<Session> for Recorder {
    fn of(session: &Session) -> Self {
        Self {
            id: session.act,
            device: session.device,
            kept: session.kept,
            now: session.kept,
            film: Film::new(session.act.to_string()),
            unfinished: Vec::new(),
            has_begun: false,
            has_failed: !session.is_recorded,
        }
    }

    fn place(&self) -> u64 {
        u64::try_from(self.now.place).unwrap_or(0)
    }

    fn begins(&mut self, place: u64) {
        // Nothing is sent twice: a picture that was cut off is begun anew, and until then nothing can be understood.
        self.now.place = i64::try_from(place).unwrap_or(i64::MAX).max(self.now.place);
        self.has_begun = false;
        self.unfinished.clear();
    }

    fn take(&mut self, record: &Record, length: usize) {
        self.now.place += i64::try_from(length).unwrap_or(0);
        if self.has_failed {
            return;
        }
        // Clocks of a hostile agent may go backwards; a recording's does not.
        let at = i64::try_from(record.at).unwrap_or(i64::MAX);
        self.now.last_millis = self.now.last_millis.max(at);
        match record.kind {
            Kind::Resize => {
                if let Some((width, height)) = super::size(&record.bytes) {
                    self.beginning(width, height);
                }
            }
            Kind::Output if self.has_begun && self.unfinished.len() < MESSAGE_MOST => {
                self.unfinished.extend(&record.bytes);
            }
            Kind::Marker => {
                let message = std::mem::take(&mut self.unfinished);
                self.message(&message);
            }
            _ => {}
        }
    }

    fn is_full(&self) -> bool {
        self.film.waiting.len() >= PIECE
    }

    fn has_failed(&self) -> bool {
        self.has_failed
    }

    fn fail(&mut self) {
        self.has_failed = true;
        self.film.waiting.clear();
        self.unfinished.clear();
    }

    fn last_words(&mut self) {}

    async fn flush(&mut self, kernel: &Kernel, epoch: Option<Epoch>) -> Result<()> {
        if self.now == self.kept && self.film.waiting.is_empty() {
            return Ok(());
        }
        let size = i64::try_from(self.film.waiting.len()).unwrap_or(i64::MAX);
        if self.kept.bytes.saturating_add(size) > RECORDING_MOST {
            return Err(Error::too_large("fleet.screen.recording_full"));
        }
        let piece = if self.film.waiting.is_empty() {
            None
        } else {
            let stored = kernel.files.put(self.film.waiting.clone(), PIECE_MOST).await?;
            Some(stored.hash)
        };
        let after = Kept {
            bytes: self.kept.bytes + size,
            pieces: self.kept.pieces + i64::from(piece.is_some()),
            ..self.now
        };
        let (id, device, before) = (self.id, self.device, self.kept);
        let write = move |tx: &mut Tx<'_>| {
            if let Some(epoch) = epoch {
                lease::guard(tx, device, epoch)?;
            }
            store::keep(tx, id, &before, &after, piece.as_deref())
        };
        kernel.db.write(write).await?;
        self.film.waiting.clear();
        (self.kept, self.now) = (after, after);
        Ok(())
    }
}

/// A session is over: once.
pub(super) async fn finish(kernel: &Kernel, id: ActId, reason: &str) -> Result<()> {
    let (cx, reason) = (kernel.cx_system("fleet.screen"), reason.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let Some(session) = store::find(tx, id)? else {
            return Ok(());
        };
        if !store::ended(tx, id, &reason, cx.now())? {
            return Ok(());
        }
        let new = New {
            kind: super::ENDED,
            subject: device::subject(session.device),
            data: json!({ "act": session.act.to_string(), "ticket": session.ticket, "reason": reason }),
            personal: None,
        };
        event::append(tx, &cx, new).map(drop)
    };
    kernel.db.write(write).await
}
