//! What lies between a sharing browser and its viewers on the node that keeps the share: who is here, and what is told.
//!
//! Rooms lie on the kernel's shelf and last as long as somebody holds a [`Place`] in one, however that ends. Nothing waits here for
//! anybody: a viewer that falls behind by [`BACKLOG`] messages loses them, begins anew, and the browser is asked for a whole picture. So
//! a room holds at most that many messages, each bounded ([`super::frame::MESSAGE_MOST`]), however many look on and however slowly.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use kernel::Kernel;
use tokio::sync::{Notify, broadcast, watch};

use super::ShareId;

/// Messages that wait for the slowest viewer.
const BACKLOG: usize = 16;
/// Viewers at a time, in all their windows.
const SEATS_MOST: usize = 32;

/// What a room tells.
#[derive(Clone, Debug)]
pub(super) enum Told {
    /// A frame: whether it is the whole picture, how large that is, and the bytes for viewers.
    Frame {
        is_whole: bool,
        size: (u16, u16),
        bytes: Bytes,
    },
    /// Who looks on has changed.
    People,
    /// How it stands has changed.
    State,
}

/// What changes in a room.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// Who keeps it here, by how often it was taken up.
    keeper: Option<i64>,
    /// Why it is over, once it is.
    pub over: Option<String>,
    /// Of the picture; (0, 0) before the first.
    pub size: (u16, u16),
    viewers: BTreeMap<u64, String>,
    next: u64,
}

impl Live {
    /// How it stands, as viewers are told.
    pub fn state(&self) -> &'static str {
        match (&self.over, self.keeper) {
            (Some(_), _) => "ended",
            (None, Some(_)) => "open",
            (None, None) => "away",
        }
    }

    /// Who looks on, each once.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.viewers.values().cloned().collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// See the module's text.
#[derive(Debug)]
pub(super) struct Room {
    live: Mutex<Live>,
    told: broadcast::Sender<Told>,
    /// A viewer needs the whole picture.
    pub whole: Notify,
    /// Whoever keeps it looks here whether it is theirs still.
    turn: watch::Sender<Turn>,
}

/// Whose turn it is to keep a share on this node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    pub generation: i64,
    /// It is over, for this reason.
    pub over: Option<String>,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            live: Mutex::default(),
            told: broadcast::Sender::new(BACKLOG),
            whole: Notify::new(),
            turn: watch::Sender::default(),
        }
    }
}

impl Room {
    pub fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that is told from now on.
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.told.subscribe()
    }

    pub fn tell(&self, told: Told) {
        let _nobody = self.told.send(told);
    }

    pub fn turn(&self) -> watch::Receiver<Turn> {
        self.turn.subscribe()
    }

    /// It is over: everybody here hears it, once.
    fn end(&self, reason: &str) {
        {
            let mut live = self.live();
            if live.over.is_some() {
                return;
            }
            live.over = Some(reason.to_owned());
        }
        self.turn.send_modify(|turn| turn.over = Some(reason.to_owned()));
        self.tell(Told::State);
    }
}

type Open = Mutex<HashMap<ShareId, (Arc<Room>, usize)>>;

/// The rooms of this node, each with how many places are held in it.
#[derive(Debug, Default)]
struct Rooms(Open);

impl Rooms {
    fn open(&self) -> MutexGuard<'_, HashMap<ShareId, (Arc<Room>, usize)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a place is held for.
#[derive(Clone, Copy, Debug)]
enum Role {
    Keeper(i64),
    Viewer(u64),
}

/// A place in a room, given up when it is dropped; with the last one the room is gone.
#[derive(Debug)]
pub(super) struct Place {
    rooms: Arc<Rooms>,
    id: ShareId,
    pub room: Arc<Room>,
    role: Role,
}

/// Somebody keeps a share here from now on; whoever did before hears that it is no longer theirs.
pub(super) fn keep(kernel: &Kernel, id: ShareId, generation: i64) -> Place {
    let place = enter(kernel, id, Role::Keeper(generation));
    {
        let mut live = place.room.live();
        live.keeper = live.keeper.max(Some(generation));
    }
    place.room.turn.send_modify(|turn| {
        turn.generation = turn.generation.max(generation);
    });
    place.room.tell(Told::State);
    place
}

/// Somebody looks on; none when there is no room for more.
pub(super) fn look_on(kernel: &Kernel, id: ShareId, name: String) -> Option<Place> {
    let mut place = enter(kernel, id, Role::Viewer(0));
    {
        let mut live = place.room.live();
        if live.viewers.len() >= SEATS_MOST {
            return None;
        }
        live.next += 1;
        let number = live.next;
        live.viewers.insert(number, name);
        place.role = Role::Viewer(number);
    }
    place.room.tell(Told::People);
    Some(place)
}

fn enter(kernel: &Kernel, id: ShareId, role: Role) -> Place {
    let rooms = kernel.shelf.get::<Rooms>();
    let mut open = rooms.open();
    let (room, places) = open.entry(id).or_default();
    *places += 1;
    let room = Arc::clone(room);
    drop(open);
    Place {
        rooms,
        id,
        room,
        role,
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let word = {
            let mut live = self.room.live();
            match self.role {
                Role::Keeper(generation) if live.keeper == Some(generation) => {
                    live.keeper = None;
                    Told::State
                }
                Role::Keeper(_) => Told::People,
                Role::Viewer(number) => {
                    live.viewers.remove(&number);
                    Told::People
                }
            }
        };
        self.room.tell(word);
        let mut open = self.rooms.open();
        if let Some((_, places)) = open.get_mut(&self.id) {
            *places = places.saturating_sub(1);
            if *places == 0 {
                open.remove(&self.id);
            }
        }
    }
}

/// Whether a share is kept on this node.
pub(crate) fn is_kept(kernel: &Kernel, id: ShareId) -> bool {
    let rooms = kernel.shelf.get::<Rooms>();
    let open = rooms.open();
    open.get(&id)
        .is_some_and(|(room, _)| room.live().keeper.is_some())
}

/// A share is over, as its event says: whoever keeps it or looks on here hears it.
pub(super) fn over(kernel: &Kernel, id: ShareId, reason: &str) {
    let rooms = kernel.shelf.get::<Rooms>();
    let room = rooms.open().get(&id).map(|(room, _)| Arc::clone(room));
    if let Some(room) = room {
        room.end(reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(rooms: &Arc<Rooms>, id: ShareId, role: Role) -> Place {
        let mut open = rooms.open();
        let (room, places) = open.entry(id).or_default();
        *places += 1;
        let room = Arc::clone(room);
        drop(open);
        Place {
            rooms: Arc::clone(rooms),
            id,
            room,
            role,
        }
    }

    #[test]
    fn a_room_is_gone_with_whoever_leaves_last_in_whatever_order() {
        let (rooms, id) = (Arc::new(Rooms::default()), ShareId::from_parts(1, &[1; 10]));
        let viewer = enter(&rooms, id, Role::Viewer(1));
        let keeper = enter(&rooms, id, Role::Keeper(1));
        drop(viewer);
        assert!(rooms.open().contains_key(&id));
        drop(keeper);
        assert!(rooms.open().is_empty());
        let keeper = enter(&rooms, id, Role::Keeper(2));
        let viewer = enter(&rooms, id, Role::Viewer(1));
        drop(keeper);
        assert_eq!(viewer.room.live().state(), "away");
        drop(viewer);
        assert!(rooms.open().is_empty());
    }
}
