//! The recording: written as it happens, in pieces that are safe within half a second, and a file when the session is over.

use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use protocol::recording::{Header, Kind, Record, Words, Writer};
use serde_json::json;

use super::store::Line;
use super::{Kept, Session, store};
use crate::act::ActId;
use crate::device::{self, DeviceId};
use crate::link::{Epoch, lease};
use crate::session;

/// So large a recording may become.
const RECORDING_MOST: i64 = 48 * 1024 * 1024;
/// Lines of words that are kept of a session.
const LINES_MOST: i64 = 50_000;
/// What waits is written when it is so much, whatever the clock says.
const PIECE: usize = 256 * 1024;

/// What was not written yet, and how far it goes.
pub(crate) struct Recorder {
    id: ActId,
    device: DeviceId,
    writer: Writer,
    words: Words,
    kept: Kept,
    now: Kept,
    text: String,
    lines: Vec<Line>,
    has_failed: bool,
}

impl session::Recorder<Session> for Recorder {
    fn of(session: &Session) -> Self {
        Self {
            id: session.act,
            device: session.device,
            writer: Writer::continuing(u64::try_from(session.kept.last_millis).unwrap_or(0)),
            words: Words::default(),
            kept: session.kept,
            now: session.kept,
            text: String::new(),
            lines: Vec::new(),
            has_failed: !session.is_recorded,
        }
    }

    fn place(&self) -> u64 {
        u64::try_from(self.now.place).unwrap_or(0)
    }

    fn begins(&mut self, place: u64) {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        if place > self.now.place {
            let gap = Record {
                at: self.writer.last(),
                kind: Kind::Marker,
                bytes: b"gap".to_vec(),
            };
            self.text.extend(self.writer.line(&gap));
        }
        self.now.place = place;
    }

    fn take(&mut self, record: &Record, length: usize) {
        self.now.place += i64::try_from(length).unwrap_or(0);
        if self.has_failed {
            return;
        }
        if let Some(line) = self.writer.line(record) {
            self.text.push_str(&line);
        }
        self.now.last_millis = i64::try_from(self.writer.last()).unwrap_or(0);
        if record.kind == Kind::Output {
            self.words.take(&String::from_utf8_lossy(&record.bytes));
            let at = self.now.last_millis;
            let lines = self.words.lines().into_iter().map(|words| Line { at, words });
            self.lines.extend(lines);
        }
    }

    fn is_full(&self) -> bool {
        self.text.len() >= PIECE
    }

    fn has_failed(&self) -> bool {
        self.has_failed
    }

    fn fail(&mut self) {
        self.has_failed = true;
    }

    async fn flush(&mut self, kernel: &Kernel, epoch: Option<Epoch>) -> Result<()> {
        if self.now == self.kept && self.text.is_empty() {
            return Ok(());
        }
        let size = i64::try_from(self.text.len()).unwrap_or(i64::MAX);
        if self.kept.bytes.saturating_add(size) > RECORDING_MOST {
            return Err(Error::too_large("fleet.terminal.recording_full"));
        }
        let room = usize::try_from(LINES_MOST - self.kept.lines).unwrap_or(0);
        self.lines.truncate(room);
        let after = Kept {
            bytes: self.kept.bytes + size,
            pieces: self.kept.pieces + i64::from(!self.text.is_empty()),
            lines: self.kept.lines + i64::try_from(self.lines.len()).unwrap_or(0),
            ..self.now
        };
        let (id, device, before) = (self.id, self.device, self.kept);
        let (text, lines) = (self.text.clone(), self.lines.clone());
        let write = move |tx: &mut Tx<'_>| {
            if let Some(epoch) = epoch {
                lease::guard(tx, device, epoch)?;
            }
            store::keep(tx, id, &before, &after, &text, &lines)
        };
        kernel.db.write(write).await?;
        self.text.clear();
        self.lines.clear();
        (self.kept, self.now) = (after, after);
        Ok(())
    }

    fn last_words(&mut self) {
        // The last line has no end of its own.
        let at = self.now.last_millis;
        let words = std::mem::take(&mut self.words).finish();
        self.lines
            .extend(words.into_iter().map(|words| Line { at, words }));
    }
}

/// A recording as a file: what stands in the pieces, under its header.
pub(super) fn file(session: &Session, device: &str, pieces: &str) -> String {
    let header = Header {
        columns: session.columns,
        rows: session.rows,
        terminal: "xterm-256color".to_owned(),
        at: session.opened_at.map(|at| at.millis() / 1000),
        title: Some(format!("{device} #{}", session.ticket)),
    };
    Writer::header(&header) + pieces
}

/// A session is over: its recording becomes a file, once.
pub(super) async fn finish(kernel: &Kernel, id: ActId, reason: &str) -> Result<()> {
    const MOST: u64 = 64 * 1024 * 1024;
    let read = move |tx: &mut Tx<'_>| {
        let Some(session) = store::find(tx, id)?.filter(|session| !session.is_over()) else {
            return Ok(None);
        };
        let name = device::store::find(tx, session.device)?.map(|device| device.name);
        let pieces = store::pieces(tx, id)?;
        Ok(Some((session, name.unwrap_or_default(), pieces)))
    };
    let Some((session, name, pieces)) = kernel.db.read(read).await? else {
        return Ok(());
    };
    let hash = if pieces.is_empty() {
        None
    } else {
        let stored = kernel.files.put(file(&session, &name, &pieces), MOST).await?;
        Some(stored.hash)
    };
    let (cx, reason) = (kernel.cx_system("fleet.terminal"), reason.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        if store::ended(tx, id, &reason, hash.as_deref(), cx.now())? {
            tell(tx, &cx, &session, &reason, hash.as_deref())?;
        }
        Ok(())
    };
    kernel.db.write(write).await
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, session: &Session, reason: &str, hash: Option<&str>) -> Result<()> {
    let new = New {
        kind: super::ENDED,
        subject: device::subject(session.device),
        data: json!({ "act": session.act.to_string(), "ticket": session.ticket, "reason": reason, "hash": hash }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
