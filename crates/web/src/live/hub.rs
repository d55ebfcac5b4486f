//! The switchboard of one node: topics in, to every open stream out.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use kernel::id::UserId;
use tokio::sync::{Notify, broadcast};

/// A stream that falls behind by this many publications is told to fetch everything again.
const BACKLOG: usize = 256;
/// Tabs of a browser share one stream, so this is a person with as many browsers.
const STREAMS_PER_USER: usize = 8;

/// The streams of each person, oldest first.
type Streams = HashMap<UserId, VecDeque<(u64, Arc<Notify>)>>;

/// See the module's text. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    sender: broadcast::Sender<Arc<[String]>>,
    streams: Arc<Mutex<Streams>>,
    next: Arc<AtomicU64>,
}

impl Default for Hub {
    fn default() -> Self {
        let streams = Arc::new(Mutex::new(HashMap::new()));
        Self {
            sender: broadcast::Sender::new(BACKLOG),
            streams,
            next: Arc::new(AtomicU64::new(1)),
        }
    }
}

impl Hub {
    /// Tells every open stream of this node that these things changed. Never waits.
    pub fn publish<T: AsRef<str>>(&self, topics: &[T]) {
        if topics.is_empty() {
            return;
        }
        let topics: Arc<[String]> = topics.iter().map(|topic| topic.as_ref().to_owned()).collect();
        // Nobody listening is no failure.
        let _listeners = self.sender.send(topics);
    }

    /// How many streams are open on this node.
    pub fn open_streams(&self) -> usize {
        self.sender.receiver_count()
    }

    /// A seat for a stream; the person's oldest stream ends when there are too many.
    pub(super) fn join(&self, user: UserId) -> Seat {
        let (number, ended) = (self.next.fetch_add(1, Ordering::Relaxed), Arc::new(Notify::new()));
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let own = streams.entry(user).or_default();
        own.push_back((number, Arc::clone(&ended)));
        if own.len() > STREAMS_PER_USER
            && let Some((_, oldest)) = own.pop_front()
        {
            oldest.notify_one();
        }
        Seat {
            hub: self.clone(),
            user,
            number,
            ended,
            receiver: self.sender.subscribe(),
        }
    }

    fn leave(&self, user: UserId, number: u64) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = streams.get_mut(&user) {
            own.retain(|(other, _)| *other != number);
            if own.is_empty() {
                streams.remove(&user);
            }
        }
    }
}

/// One stream's place in the hub; given up when dropped.
pub(super) struct Seat {
    hub: Hub,
    user: UserId,
    number: u64,
    pub(super) ended: Arc<Notify>,
    pub(super) receiver: broadcast::Receiver<Arc<[String]>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.leave(self.user, self.number);
    }
}
