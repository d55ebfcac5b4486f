//! A screen as it runs: how viewers are greeted, what they are told, and what they may press.
//!
//! A viewer is greeted here and asks for the whole picture; from the next beginning on it is passed the device's bytes as they come.
//! Of what it says, keys and the pointer reach the device while its person takes part and the session is one of control; that a frame
//! was shown is said by the leading viewer only, whose pace all keep.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bytes::Bytes;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use protocol::recording::{Kind as What, Record};
use protocol::screen::{self, Hello, Monitor};
use protocol::text;
use rfb::saying::Said;
use rfb::telling;
use rfb::viewer::Viewer;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast;

use super::keeping::{self, Recorder};
use super::{Session, find_or_make, store};
use crate::act::ActId;
use crate::device::DeviceId;
use crate::session::room::{Phase, Room, Word};
use crate::session::{Happened, Kind, Left, Piece, Row};

/// The kind of session that is a screen.
#[derive(Clone, Debug)]
pub(crate) struct Screen;

/// What changes in a screen's room.
#[derive(Debug, Default)]
pub(crate) struct Live {
    control: bool,
    clipboard: bool,
    has_met: bool,
    has_agreed: bool,
    /// Of the picture; 0 before the first.
    width: u16,
    height: u16,
    monitors: Vec<Monitor>,
    chosen: u32,
}

/// What its room tells.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// The whole picture follows, of this size.
    Begins { width: u16, height: u16 },
    /// What the device tells viewers.
    Shown(Bytes),
    /// The link is another: what was begun is never finished.
    CutOff,
    /// What there is to see.
    Monitors,
    /// What was copied on the device.
    Clipboard(String),
}

/// What a browser says of a screen besides the words that devices know.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Wish {
    /// It dropped what it had, and what comes from now on is of its new viewer.
    Again,
}

/// One browser.
#[derive(Debug, Default)]
pub(crate) struct Eyes {
    viewer: Option<Viewer>,
    /// Of the picture that it was greeted with.
    size: (u16, u16),
    /// It was told that updates come by themselves.
    is_greeted: bool,
    /// It has heard a beginning.
    has_begun: bool,
    held: Held,
    /// When it last asked for the whole picture.
    asked_at: Option<Instant>,
    /// How often it was told to begin anew and has not said yet that it does: until then its bytes are of what it drops.
    dropping: u32,
}

/// The whole picture costs everybody, and fills the recording: nobody asks for it more often.
const WHOLE_EVERY: Duration = Duration::from_secs(3);

impl Eyes {
    /// Whether it may ask for the whole picture by now; whatever else is said may be.
    fn may_ask(&mut self, said: &Said) -> bool {
        if !matches!(said, Said::Update { .. }) {
            return true;
        }
        let now = Instant::now();
        if self.asked_at.is_some_and(|at| now < at + WHOLE_EVERY) {
            return false;
        }
        self.asked_at = Some(now);
        true
    }
}

/// Keys that lie on more fingers than hands have are not held.
const HELD_MOST: usize = 32;

/// The keys and buttons that a browser holds down.
#[derive(Debug, Default)]
struct Held {
    keys: BTreeSet<u32>,
    /// Where buttons are down, when some are.
    pointer: Option<(u16, u16)>,
}

impl Held {
    fn note(&mut self, said: &Said) {
        match *said {
            Said::Key { down: true, sign } if self.keys.len() < HELD_MOST => {
                self.keys.insert(sign);
            }
            Said::Key { down: false, sign } => {
                self.keys.remove(&sign);
            }
            Said::Pointer { buttons, x, y } => self.pointer = (buttons != 0).then_some((x, y)),
            _ => {}
        }
    }

    /// What lets all of them go.
    fn let_go(&mut self) -> Vec<Said> {
        let keys = std::mem::take(&mut self.keys).into_iter();
        let keys = keys.map(|sign| Said::Key { down: false, sign });
        let pointer = self
            .pointer
            .take()
            .map(|(x, y)| Said::Pointer { buttons: 0, x, y });
        keys.chain(pointer).collect()
    }
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

impl Kind for Screen {
    const NAME: &'static str = "screen";
    const FLUSH: Duration = keeping::FLUSH;
    // A screen is shown to people, never to a recording alone.
    const ALONE_MOST: Option<Duration> = Some(Duration::from_secs(10 * 60));
    type Session = Session;
    type Live = Live;
    type Word = Told;
    type Recorder = Recorder;
    type Eyes = Eyes;

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
        (live.own.control, live.own.clipboard) = (session.control, session.clipboard);
        live.own.has_agreed |= session.agreed_at.is_some();
    }

    fn reached(room: &Room<Self>) {
        let has_agreed = room.live().own.has_agreed;
        room.change(if has_agreed { Phase::Open } else { Phase::Asking }, "");
        room.tell(Word::Own(Told::CutOff));
    }

    async fn happened(kernel: &Kernel, room: &Room<Self>, session: &Session, record: &Record) -> Happened {
        match record.kind {
            What::Output => room.tell(Word::Own(Told::Shown(Bytes::copy_from_slice(&record.bytes)))),
            What::Resize => begins(room, &record.bytes),
            What::Hello => return Happened::MustRecord(met(kernel, room, session, &record.bytes).await),
            What::Word => word(kernel, room, session, &record.bytes).await,
            What::Exit => {
                let reason = String::from_utf8_lossy(&record.bytes).into_owned();
                let is_known = screen::REASONS.contains(&reason.as_str());
                return Happened::Over(if is_known { reason } else { "closed".to_owned() });
            }
            What::Input | What::Marker | What::From => {}
        }
        Happened::Shown
    }

    fn listen(room: &Room<Self>, eyes: &mut Eyes) -> (Vec<Piece>, broadcast::Receiver<Word<Self>>) {
        // Whoever begins to listen is told to begin anew.
        *eyes = Eyes {
            dropping: eyes.dropping + 1,
            held: std::mem::take(&mut eyes.held),
            ..Eyes::default()
        };
        let live = room.live();
        let words = room.words();
        let mut messages = vec![monitors(&live.own)];
        if live.own.width > 0 {
            messages.extend(greet(eyes, &room.id, (live.own.width, live.own.height)));
        }
        (messages, words)
    }

    fn tell(room: &Room<Self>, number: u64, eyes: &mut Eyes, word: Told) -> Vec<Piece> {
        match word {
            Told::Begins { width, height } if eyes.viewer.is_none() || eyes.size != (width, height) => {
                greet(eyes, &room.id, (width, height))
            }
            Told::Begins { .. } => {
                eyes.has_begun = eyes.is_greeted;
                Vec::new()
            }
            Told::Shown(bytes) if eyes.has_begun => vec![Piece::Bytes(bytes)],
            Told::Shown(_) => Vec::new(),
            Told::CutOff if eyes.has_begun => greet(eyes, &room.id, eyes.size),
            Told::CutOff => Vec::new(),
            Told::Monitors => vec![monitors(&room.live().own)],
            Told::Clipboard(text) if room.live().takes_part(number) => {
                vec![Piece::word(&json!({ "kind": "clipboard", "text": text }))]
            }
            Told::Clipboard(_) => Vec::new(),
        }
    }

    fn heard(
        room: &Room<Self>,
        number: u64,
        eyes: &mut Eyes,
        bytes: &[u8],
    ) -> std::result::Result<Vec<Piece>, Left> {
        let Some(viewer) = eyes.viewer.as_mut().filter(|_| eyes.dropping == 0) else {
            return Ok(Vec::new());
        };
        let said = viewer.hear(bytes).map_err(|fault| {
            tracing::debug!(%fault, act = %room.id, "a viewer of a screen was not understood");
            Left
        })?;
        let mut answer = viewer.answer();
        if viewer.is_open() && !eyes.is_greeted {
            eyes.is_greeted = true;
            answer.extend(telling::continuous_over());
            // What it is shown first is all of it, whether it asks for that or not.
            let area = rfb::area::Area::sized(eyes.size.0, eyes.size.1);
            press(room, &Said::Update { changes: false, area });
            eyes.asked_at = Some(Instant::now());
        }
        for one in &said {
            if may_say(room, number, one) && eyes.may_ask(one) {
                eyes.held.note(one);
                press(room, one);
            }
        }
        let answers = (!answer.is_empty()).then(|| Piece::Bytes(answer.into()));
        Ok(answers.into_iter().collect())
    }

    fn left(room: &Room<Self>, _: u64, eyes: &mut Eyes) {
        for said in eyes.held.let_go() {
            press(room, &said);
        }
    }

    fn wished(_: &Kernel, _: &DeviceId, room: &Room<Self>, number: u64, eyes: &mut Eyes, word: &[u8]) {
        if matches!(serde_json::from_slice(word), Ok(Wish::Again)) {
            eyes.dropping = eyes.dropping.saturating_sub(1);
        }
        let Some(word) = screen::Word::read(word) else {
            return;
        };
        let live = room.live();
        let may = match &word {
            screen::Word::Monitor { .. } => live.leader() == Some(number),
            screen::Word::Clipboard { .. } => live.own.clipboard && live.takes_part(number),
            _ => false,
        };
        drop(live);
        if may {
            room.type_in(Record {
                at: 0,
                kind: What::Word,
                bytes: word.write(),
            });
        }
    }
}

/// Whether what a viewer says is passed on to the device.
fn may_say(room: &Room<Screen>, number: u64, said: &Said) -> bool {
    let live = room.live();
    match said {
        Said::Key { .. } | Said::Pointer { .. } => live.own.control && live.takes_part(number),
        Said::Fence { .. } => {
            let first = live.leader().or_else(|| live.people.keys().next().copied());
            first == Some(number)
        }
        Said::Update { changes, .. } => !changes,
        Said::Nothing => false,
    }
}

fn press(room: &Room<Screen>, said: &Said) {
    room.type_in(Record {
        at: 0,
        kind: What::Input,
        bytes: said.write(),
    });
}

/// A viewer begins, or begins anew at another size: it drops what it has.
fn greet(eyes: &mut Eyes, id: &ActId, size: (u16, u16)) -> Vec<Piece> {
    let is_new = eyes.viewer.is_none();
    let mut viewer = Viewer::new(size.0, size.1, &id.to_string());
    let hello = Piece::Bytes(viewer.answer().into());
    *eyes = Eyes {
        viewer: Some(viewer),
        size,
        dropping: eyes.dropping + u32::from(!is_new),
        held: std::mem::take(&mut eyes.held),
        ..Eyes::default()
    };
    if is_new {
        return vec![hello];
    }
    vec![Piece::word(&json!({ "kind": "again" })), hello]
}

fn monitors(live: &Live) -> Piece {
    Piece::word(&json!({ "kind": "monitors", "monitors": live.monitors, "chosen": live.chosen }))
}

fn begins(room: &Room<Screen>, bytes: &[u8]) {
    let Some((width, height)) = super::size(bytes) else {
        return;
    };
    {
        let mut live = room.live();
        (live.own.width, live.own.height) = (width, height);
    }
    room.tell(Word::Own(Told::Begins { width, height }));
}

/// Whose desktop it is; the answer is whether the device ends a session that is not recorded.
async fn met(kernel: &Kernel, room: &Room<Screen>, session: &Session, bytes: &[u8]) -> bool {
    let hello: Hello = serde_json::from_slice(bytes).unwrap_or_default();
    // Said again with each link; written once, however often a device says it.
    if std::mem::replace(&mut room.live().own.has_met, true) {
        return hello.require_recording;
    }
    let user = text::line(&hello.user, 100);
    let (id, at) = (session.act, kernel.clock.now());
    let noted = kernel.db.write(move |tx| store::opened(tx, id, &user, at)).await;
    if let Err(error) = noted {
        tracing::warn!(%error, act = %id, "that a screen was asked for could not be noted");
    }
    hello.require_recording
}

async fn word(kernel: &Kernel, room: &Room<Screen>, session: &Session, bytes: &[u8]) {
    match screen::Word::read(bytes) {
        Some(screen::Word::Asking) => room.change(Phase::Asking, ""),
        Some(screen::Word::Agreed) => {
            let has_agreed = std::mem::replace(&mut room.live().own.has_agreed, true);
            room.change(Phase::Open, "");
            if has_agreed {
                return;
            }
            let (id, at) = (session.act, kernel.clock.now());
            if let Err(error) = kernel.db.write(move |tx| store::agreed(tx, id, at)).await {
                tracing::warn!(%error, act = %id, "that somebody agreed could not be noted");
            }
        }
        Some(screen::Word::Monitors { monitors, chosen }) => {
            {
                let mut live = room.live();
                live.own.chosen = chosen;
                live.own.monitors = monitors
                    .into_iter()
                    .map(|monitor| Monitor {
                        name: text::line(&monitor.name, 60),
                        ..monitor
                    })
                    .collect();
            }
            room.tell(Word::Own(Told::Monitors));
        }
        Some(screen::Word::Clipboard { text }) if session.clipboard => {
            room.tell(Word::Own(Told::Clipboard(text)));
        }
        Some(screen::Word::Clipboard { .. } | screen::Word::Monitor { .. }) | None => {}
    }
}
