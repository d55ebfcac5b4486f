//! A session as it runs on this node: how it stands, who is here, and where their keys go.
//!
//! Rooms lie on the kernel's shelf and are gone with the process; what must last is in the database.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::Kernel;
use protocol::recording::Record;
use serde::Serialize;
use tokio::sync::{broadcast, mpsc};

use super::Kind;
use crate::act::ActId;
use crate::link::{Channel, Epoch};

/// A browser that falls behind by so many pieces begins anew.
const BACKLOG: usize = 512;
/// People in a room at a time, in all their windows.
const SEATS_MOST: usize = 32;

/// What a room tells its people.
#[derive(Clone, Debug)]
pub(crate) enum Word<K: Kind> {
    /// Something of this kind of session.
    Own(K::Word),
    /// Who is here changed, or who takes part.
    People,
    /// The state, or the sign that it is recorded.
    State,
}

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The device has not opened it yet.
    Waiting,
    /// Whoever sits at the device is asked.
    Asking,
    Open,
    /// The link dropped; the device keeps it for a while.
    Away,
    Ended,
}

impl Phase {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Asking => "asking",
            Self::Open => "open",
            Self::Away => "away",
            Self::Ended => "ended",
        }
    }
}

/// Somebody in a room.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Seat {
    pub name: String,
    pub takes_part: bool,
}

/// What changes in a room.
#[derive(Debug)]
pub(crate) struct Live<L> {
    pub phase: Phase,
    pub reason: String,
    pub recorded: bool,
    pub people: BTreeMap<u64, Seat>,
    next: u64,
    /// What this kind of session has besides.
    pub own: L,
    /// Somebody serves it; new channels go there.
    pub attach: Option<mpsc::UnboundedSender<(Epoch, Channel)>>,
}

impl<L> Live<L> {
    /// Who decides for all: the first of those who take part.
    pub fn leader(&self) -> Option<u64> {
        self.people
            .iter()
            .find(|(_, seat)| seat.takes_part)
            .map(|(number, _)| *number)
    }

    /// Whether this person takes part.
    pub fn takes_part(&self, number: u64) -> bool {
        self.people.get(&number).is_some_and(|seat| seat.takes_part)
    }
}

/// See the module's text.
#[derive(Debug)]
pub(crate) struct Room<K: Kind> {
    pub id: ActId,
    live: Mutex<Live<K::Live>>,
    words: broadcast::Sender<Word<K>>,
    keys: Mutex<Option<mpsc::Sender<Record>>>,
}

/// The rooms of this node.
#[derive(Debug)]
struct Rooms<K: Kind> {
    open: Mutex<HashMap<ActId, Arc<Room<K>>>>,
}

impl<K: Kind> Default for Rooms<K> {
    fn default() -> Self {
        Self {
            open: Mutex::default(),
        }
    }
}

/// The room of a session on this node, made when nobody was in it.
pub(super) fn enter<K: Kind>(kernel: &Kernel, id: ActId) -> Arc<Room<K>> {
    let rooms = kernel.shelf.get::<Rooms<K>>();
    let mut open = rooms.open.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(open.entry(id).or_insert_with(|| Arc::new(Room::new(id))))
}

/// Whether somebody serves this session here.
pub(super) fn is_served<K: Kind>(kernel: &Kernel, id: ActId) -> bool {
    let rooms = kernel.shelf.get::<Rooms<K>>();
    let open = rooms.open.lock().unwrap_or_else(PoisonError::into_inner);
    open.get(&id).is_some_and(|room| room.live().attach.is_some())
}

/// Nobody needs it any more.
pub(super) fn leave<K: Kind>(kernel: &Kernel, id: ActId) {
    let rooms = kernel.shelf.get::<Rooms<K>>();
    let mut open = rooms.open.lock().unwrap_or_else(PoisonError::into_inner);
    let is_empty = open.get(&id).is_some_and(|room| {
        let live = room.live();
        live.people.is_empty() && live.attach.is_none()
    });
    if is_empty {
        open.remove(&id);
    }
}

impl<K: Kind> Room<K> {
    fn new(id: ActId) -> Self {
        Self {
            id,
            live: Mutex::new(Live {
                phase: Phase::Waiting,
                reason: String::new(),
                recorded: true,
                people: BTreeMap::new(),
                next: 1,
                own: K::Live::default(),
                attach: None,
            }),
            words: broadcast::Sender::new(BACKLOG),
            keys: Mutex::default(),
        }
    }

    pub fn live(&self) -> MutexGuard<'_, Live<K::Live>> {
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
        {
            let mut live = self.live();
            match live.people.get_mut(&number) {
                Some(seat) if seat.takes_part != takes_part => seat.takes_part = takes_part,
                _ => return,
            }
        }
        self.tell(Word::People);
    }

    pub fn stand_up(&self, number: u64) {
        self.live().people.remove(&number);
        self.tell(Word::People);
    }

    /// All that is told from now on. Whoever must miss nothing between this and what they read holds the lock of `live`.
    pub fn words(&self) -> broadcast::Receiver<Word<K>> {
        self.words.subscribe()
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

    pub fn tell(&self, word: Word<K>) {
        let _nobody = self.words.send(word);
    }

    /// Where keys go from now on.
    pub fn set_keys(&self, keys: Option<mpsc::Sender<Record>>) {
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// What somebody typed. While nobody takes it, it is lost: a key that acts a minute later is worse than none.
    pub fn type_in(&self, record: Record) {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(keys) = keys {
            let _full = keys.try_send(record);
        }
    }
}
