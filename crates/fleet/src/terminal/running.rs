//! A terminal as it runs: what is on it, how large it is, and what is typed.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use protocol::message::FromServer;
use protocol::recording::{Hello, Kind as What, Record, SIDE_MOST};
use protocol::text;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast;

use super::keeping::{self, Recorder};
use super::{SIZE, Session, find_or_make, store};
use crate::act::ActId;
use crate::device::DeviceId;
use crate::link;
use crate::session::room::{Phase, Room, Word};
use crate::session::{Happened, Kind, Left, Piece, Row};

/// So much of what was shown a newcomer is shown.
const SHOWN_MOST: usize = 128 * 1024;

/// The kind of session that is a terminal.
#[derive(Clone, Debug)]
pub(crate) struct Terminal;

/// What changes in a terminal's room.
#[derive(Debug)]
pub(crate) struct Live {
    columns: u16,
    rows: u16,
    shown: VecDeque<u8>,
}

impl Default for Live {
    fn default() -> Self {
        let (columns, rows) = SIZE;
        Self {
            columns,
            rows,
            shown: VecDeque::new(),
        }
    }
}

/// What its room tells.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// Shown on the device.
    Shown(Bytes),
    /// Another size.
    Size,
}

/// What a browser asks of a terminal.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Wish {
    Size { columns: u16, rows: u16 },
}

impl Row for Session {
    fn act(&self) -> ActId {
        self.act
    }

    fn device(&self) -> DeviceId {
        self.device
    }

    fn is_over(&self) -> bool {
        Self::is_over(self)
    }

    fn is_recorded(&self) -> bool {
        self.is_recorded
    }

    fn has_begun(&self) -> bool {
        self.kept.place > 0
    }
}

impl Kind for Terminal {
    const NAME: &'static str = "terminal";
    const FLUSH: Duration = Duration::from_millis(500);
    // What runs in a terminal goes on when its window is closed.
    const ALONE_MOST: Option<Duration> = None;
    type Session = Session;
    type Live = Live;
    type Word = Told;
    type Recorder = Recorder;
    type Eyes = ();

    fn find(tx: &mut Tx<'_>, id: ActId) -> Result<Option<Session>> {
        store::find(tx, id)
    }

    fn find_or_make(tx: &mut Tx<'_>, id: ActId) -> Result<Session> {
        find_or_make(tx, id)
    }

    fn open(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Session>> {
        store::open(tx, limit)
    }

    fn unrecorded(tx: &mut Tx<'_>, id: ActId) -> Result<()> {
        store::unrecorded(tx, id)
    }

    fn was_there(tx: &mut Tx<'_>, id: ActId, person: UserId, took_part: bool, at: Timestamp) -> Result<()> {
        store::was_there(tx, id, person, took_part, at)
    }

    async fn finish(kernel: &Kernel, id: ActId, reason: &str) -> Result<()> {
        keeping::finish(kernel, id, reason).await
    }

    fn begin(room: &Room<Self>, session: &Session) {
        let mut live = room.live();
        (live.own.columns, live.own.rows) = (session.columns, session.rows);
    }

    fn reached(room: &Room<Self>) {
        room.change(Phase::Open, "");
    }

    async fn happened(kernel: &Kernel, room: &Room<Self>, session: &Session, record: &Record) -> Happened {
        match record.kind {
            What::Output => show(room, Bytes::copy_from_slice(&record.bytes)),
            What::Hello => return Happened::MustRecord(met(kernel, session, &record.bytes).await),
            What::Resize => resized(room, &record.bytes),
            What::Exit => {
                let code = String::from_utf8_lossy(&record.bytes);
                return Happened::Over(if code == "-1" { "stopped" } else { "exit" }.to_owned());
            }
            What::Input | What::Marker | What::From | What::Word => {}
        }
        Happened::Shown
    }

    /// Nothing twice, nothing missed: what is shown is sent on under the same lock.
    fn listen(room: &Room<Self>, (): &mut ()) -> (Vec<Piece>, broadcast::Receiver<Word<Self>>) {
        let live = room.live();
        let shown: Vec<u8> = live.own.shown.iter().copied().collect();
        let mut messages = vec![size(&live.own)];
        if !shown.is_empty() {
            messages.push(Piece::Bytes(shown.into()));
        }
        (messages, room.words())
    }

    fn tell(room: &Room<Self>, _: u64, (): &mut (), word: Told) -> Vec<Piece> {
        vec![match word {
            Told::Shown(bytes) => Piece::Bytes(bytes),
            Told::Size => size(&room.live().own),
        }]
    }

    fn heard(
        room: &Room<Self>,
        number: u64,
        (): &mut (),
        bytes: &[u8],
    ) -> std::result::Result<Vec<Piece>, Left> {
        if room.live().takes_part(number) {
            room.type_in(Record {
                at: 0,
                kind: What::Input,
                bytes: bytes.to_vec(),
            });
        }
        Ok(Vec::new())
    }

    fn left(_: &Room<Self>, _: u64, (): &mut ()) {}

    fn wished(kernel: &Kernel, device: &DeviceId, room: &Room<Self>, number: u64, (): &mut (), word: &[u8]) {
        if room.live().leader() != Some(number) {
            return;
        }
        if let Ok(Wish::Size { columns, rows }) = serde_json::from_slice(word) {
            let message = FromServer::Resize {
                session: room.id.to_string(),
                columns: columns.clamp(2, SIDE_MOST),
                rows: rows.clamp(1, SIDE_MOST),
            };
            link::of(kernel).send(device, &message);
        }
    }
}

fn size(live: &Live) -> Piece {
    Piece::word(&json!({ "kind": "size", "columns": live.columns, "rows": live.rows }))
}

fn show(room: &Room<Terminal>, bytes: Bytes) {
    let mut live = room.live();
    live.own.shown.extend(bytes.iter());
    let excess = live.own.shown.len().saturating_sub(SHOWN_MOST);
    live.own.shown.drain(..excess);
    // Under the lock, so that whoever begins to listen sees each piece once.
    room.tell(Word::Own(Told::Shown(bytes)));
}

/// Who the device says it is; the answer is whether it ends a session that is not recorded.
async fn met(kernel: &Kernel, session: &Session, bytes: &[u8]) -> bool {
    let hello: Hello = serde_json::from_slice(bytes).unwrap_or_default();
    let user = text::line(&hello.user, 100);
    let (id, at) = (session.act, kernel.clock.now());
    let noted = kernel.db.write(move |tx| store::opened(tx, id, &user, at)).await;
    if let Err(error) = noted {
        tracing::warn!(%error, act = %id, "that a terminal is open could not be noted");
    }
    hello.require_recording
}

fn resized(room: &Room<Terminal>, bytes: &[u8]) {
    let size = String::from_utf8_lossy(bytes);
    let Some((columns, rows)) = size.split_once('x') else {
        return;
    };
    if let (Ok(columns), Ok(rows)) = (columns.parse(), rows.parse()) {
        {
            let mut live = room.live();
            (live.own.columns, live.own.rows) = (columns, rows);
        }
        room.tell(Word::Own(Told::Size));
    }
}
