//! A session as it runs on this node: what is on its screen, who is here, and where their keys go.
//!
//! Rooms lie on the kernel's shelf and are gone with the process; what must last is in the database (`keeping`).

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use kernel::Kernel;
use serde::Serialize;
use tokio::sync::{broadcast, mpsc};

use crate::act::ActId;
use crate::link::{Channel, Epoch};

/// So much of what was shown a newcomer is shown.
const SHOWN_MOST: usize = 128 * 1024;
/// A browser that falls behind by so many pieces begins anew.
const BACKLOG: usize = 512;
/// People in a room at a time, in all their windows.
const SEATS_MOST: usize = 32;

/// What a room tells its people.
#[derive(Clone, Debug)]
pub(super) enum Word {
    /// Shown on the device.
    Shown(Bytes),
    /// Who is here changed, or who takes part.
    People,
    /// The state, or the sign that it is recorded.
    State,
    /// Another size.
    Size,
}

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The device has not opened it yet.
    Waiting,
    Open,
    /// The link dropped; the device keeps it for a while.
    Away,
    Ended,
}

impl Phase {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Away => "away",
            Self::Ended => "ended",
        }
    }
}

/// Somebody in a room.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Seat {
    pub name: String,
    pub takes_part: bool,
}

/// What changes in a room.
#[derive(Debug)]
pub(super) struct Live {
    pub phase: Phase,
    pub reason: String,
    pub recorded: bool,
    pub columns: u16,
    pub rows: u16,
    pub people: BTreeMap<u64, Seat>,
    next: u64,
    shown: VecDeque<u8>,
    /// Somebody serves it; new channels go there.
    pub attach: Option<mpsc::UnboundedSender<(Epoch, Channel)>>,
}

impl Live {
    /// Who decides the size: the first of those who take part.
    pub fn leader(&self) -> Option<u64> {
        self.people
            .iter()
            .find(|(_, seat)| seat.takes_part)
            .map(|(number, _)| *number)
    }
}

/// See the module's text.
#[derive(Debug)]
pub(super) struct Room {
    pub id: ActId,
    live: Mutex<Live>,
    words: broadcast::Sender<Word>,
    keys: Mutex<Option<mpsc::Sender<Bytes>>>,
}

/// The rooms of this node.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    open: Mutex<HashMap<ActId, Arc<Room>>>,
}

/// The room of a session on this node, made when nobody was in it.
pub(super) fn enter(kernel: &Kernel, id: ActId) -> Arc<Room> {
    let rooms = kernel.shelf.get::<Rooms>();
    let mut open = rooms.open.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(open.entry(id).or_insert_with(|| Arc::new(Room::new(id))))
}

/// Whether somebody serves this session here.
pub(super) fn is_served(kernel: &Kernel, id: ActId) -> bool {
    let rooms = kernel.shelf.get::<Rooms>();
    let open = rooms.open.lock().unwrap_or_else(PoisonError::into_inner);
    open.get(&id).is_some_and(|room| room.live().attach.is_some())
}

/// Nobody needs it any more.
pub(super) fn leave(kernel: &Kernel, id: ActId) {
    let rooms = kernel.shelf.get::<Rooms>();
    let mut open = rooms.open.lock().unwrap_or_else(PoisonError::into_inner);
    let is_empty = open.get(&id).is_some_and(|room| {
        let live = room.live();
        live.people.is_empty() && live.attach.is_none()
    });
    if is_empty {
        open.remove(&id);
    }
}

impl Room {
    fn new(id: ActId) -> Self {
        let (columns, rows) = super::SIZE;
        Self {
            id,
            live: Mutex::new(Live {
                phase: Phase::Waiting,
                reason: String::new(),
                recorded: true,
                columns,
                rows,
                people: BTreeMap::new(),
                next: 1,
                shown: VecDeque::new(),
                attach: None,
            }),
            words: broadcast::Sender::new(BACKLOG),
            keys: Mutex::default(),
        }
    }

    pub fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody sits down; none when there is no room.
    pub fn sit(&self, seat: Seat) -> Option<u64> {
        let number = {
            let mut live = self.live();
            if live.people.len() >= SEATS_MOST {
                return None;
            }
            let number = live.next;
            live.next += 1;
            live.people.insert(number, seat);
            number
        };
        self.tell(Word::People);
        Some(number)
    }

    /// Somebody takes part from now on, or only watches.
    pub fn take_part(&self, number: u64, takes_part: bool) {
        if let Some(seat) = self.live().people.get_mut(&number) {
            seat.takes_part = takes_part;
        }
        self.tell(Word::People);
    }

    pub fn stand_up(&self, number: u64) {
        self.live().people.remove(&number);
        self.tell(Word::People);
    }

    /// What to show somebody who comes now, and all that comes after it: nothing twice, nothing missed.
    pub fn listen(&self) -> (Bytes, broadcast::Receiver<Word>) {
        let live = self.live();
        let shown: Vec<u8> = live.shown.iter().copied().collect();
        (shown.into(), self.words.subscribe())
    }

    pub fn show(&self, bytes: Bytes) {
        let mut live = self.live();
        live.shown.extend(bytes.iter());
        let excess = live.shown.len().saturating_sub(SHOWN_MOST);
        live.shown.drain(..excess);
        // Under the lock, so that whoever begins to listen sees each piece once.
        let _nobody = self.words.send(Word::Shown(bytes));
    }

    pub fn change(&self, phase: Phase, reason: &str) {
        {
            let mut live = self.live();
            if live.phase == Phase::Ended {
                return;
            }
            live.phase = phase;
            reason.clone_into(&mut live.reason);
        }
        self.tell(Word::State);
    }

    pub fn tell(&self, word: Word) {
        let _nobody = self.words.send(word);
    }

    /// Where keys go from now on.
    pub fn set_keys(&self, keys: Option<mpsc::Sender<Bytes>>) {
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// What somebody typed. While nobody takes it, it is lost: a key that acts a minute later is worse than none.
    pub fn type_in(&self, bytes: Bytes) {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(keys) = keys {
            let _full = keys.try_send(bytes);
        }
    }
}
