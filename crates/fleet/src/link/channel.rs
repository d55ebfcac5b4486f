//! A channel of a link: a stream of bytes each way with credit, beside the messages.
//!
//! Whoever opened it holds a [`Channel`]; the link holds its [`State`] and puts what arrives into it. A sender waits for credit, a
//! receiver gives it back by reading, so that neither side ever holds more than a window of a channel in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};
use protocol::frame::Frame;
use protocol::window::Window;
use tokio::sync::{Notify, mpsc};

use super::hub::Out;

/// A link has no more channels at a time.
const CHANNELS_MOST: usize = 64;
/// Numbers from here on are given by agents.
const AGENTS: u32 = 1 << 31;

/// The channel is over; why is [`Channel::reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended;

/// One end of a channel. Dropping it closes the channel.
#[derive(Debug)]
pub struct Channel {
    state: Arc<State>,
    out: mpsc::Sender<Box<Out>>,
    open: Arc<Channels>,
}

impl Channel {
    /// Its number, as orders name it.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.state.id
    }

    /// Nothing is sent on it before the order that names it is on its way: a device closes a channel that it has not heard of.
    #[must_use]
    pub fn held(self) -> Self {
        self.state.lock().is_held = true;
        self
    }

    /// Sends bytes; waits while there is no credit, or while it is held.
    ///
    /// # Errors
    /// When the channel is over.
    pub async fn send(&self, bytes: &[u8]) -> Result<(), Ended> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = {
                let mut inner = self.state.lock();
                if inner.ended.is_some() {
                    return Err(Ended);
                }
                if inner.is_held {
                    0
                } else {
                    inner.window.send(rest.len())
                }
            };
            if taken == 0 {
                self.state.writable.notified().await;
                continue;
            }
            let (now, later) = rest.split_at(taken);
            let frame = Frame::Data {
                channel: self.state.id,
                bytes: now.to_vec(),
            };
            self.frame(&frame).await?;
            rest = later;
        }
        Ok(())
    }

    /// What arrived since; waits until there is something. None when the channel is over and everything was read.
    pub async fn recv(&self) -> Option<Bytes> {
        loop {
            let arrived = {
                let mut inner = self.state.lock();
                if inner.arrived.is_empty() {
                    if inner.ended.is_some() {
                        return None;
                    }
                    None
                } else {
                    let bytes = inner.arrived.split().freeze();
                    let credit = inner.window.consumed(bytes.len());
                    Some((bytes, credit))
                }
            };
            match arrived {
                None => self.state.readable.notified().await,
                Some((bytes, None)) => return Some(bytes),
                Some((bytes, Some(credit))) => {
                    let frame = Frame::Credit {
                        channel: self.state.id,
                        bytes: credit,
                    };
                    // When the link is gone, what arrived before is still worth reading.
                    let _gone = self.frame(&frame).await;
                    return Some(bytes);
                }
            }
        }
    }

    /// Why it is over, once it is; empty when the agent ended it in order.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        self.state.lock().ended.clone()
    }

    /// Ends it and says why.
    pub fn close(self, reason: &str) {
        self.end(reason);
    }

    fn end(&self, reason: &str) {
        self.open.remove(self.state.id);
        if self.state.end(reason) {
            let frame = Frame::Close {
                channel: self.state.id,
                reason: reason.to_owned(),
            };
            // A link that is full or gone ends its channels by itself.
            let _full = self.out.try_send(Box::new(Out::Bytes(frame.encode().into())));
        }
    }

    async fn frame(&self, frame: &Frame) -> Result<(), Ended> {
        let bytes = Bytes::from(frame.encode());
        self.out
            .send(Box::new(Out::Bytes(bytes)))
            .await
            .map_err(|_| Ended)
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.end("");
    }
}

/// What a link and a [`Channel`] share.
#[derive(Debug)]
struct State {
    id: u32,
    inner: Mutex<Inner>,
    readable: Notify,
    writable: Notify,
}

#[derive(Debug)]
struct Inner {
    window: Window,
    /// The order that names it has not left.
    is_held: bool,
    /// Never more than a window.
    arrived: BytesMut,
    ended: Option<String>,
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers whether it was not over before.
    fn end(&self, reason: &str) -> bool {
        let is_first = {
            let mut inner = self.lock();
            let is_first = inner.ended.is_none();
            inner.ended.get_or_insert_with(|| reason.to_owned());
            is_first
        };
        self.readable.notify_one();
        self.writable.notify_one();
        is_first
    }
}

impl Open {
    fn insert(&mut self, id: u32, out: mpsc::Sender<Box<Out>>, all: &Arc<Channels>) -> Option<Channel> {
        if self.is_over || self.states.len() >= CHANNELS_MOST || self.states.contains_key(&id) {
            return None;
        }
        let state = Arc::new(State {
            id,
            inner: Mutex::new(Inner {
                window: Window::new(),
                is_held: false,
                arrived: BytesMut::new(),
                ended: None,
            }),
            readable: Notify::new(),
            writable: Notify::new(),
        });
        self.states.insert(id, Arc::clone(&state));
        Some(Channel {
            state,
            out,
            open: Arc::clone(all),
        })
    }
}

/// The channels of one link.
#[derive(Debug, Default)]
pub struct Channels {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    states: BTreeMap<u32, Arc<State>>,
    last: u32,
    /// The link is gone: no more are opened.
    is_over: bool,
}

impl Channels {
    /// Opens one more; none when there are too many or the link is gone.
    pub(super) fn begin(self: &Arc<Self>, out: mpsc::Sender<Box<Out>>) -> Option<Channel> {
        let mut open = self.lock();
        let id = open.last.checked_add(1).filter(|id| *id < AGENTS)?;
        let channel = open.insert(id, out, self)?;
        open.last = id;
        Some(channel)
    }

    /// One that the agent opened, under the number it gave: it has the highest bit, which ours never have.
    pub(super) fn take(self: &Arc<Self>, id: u32, out: mpsc::Sender<Box<Out>>) -> Option<Channel> {
        if id < AGENTS {
            return None;
        }
        let mut open = self.lock();
        open.insert(id, out, self)
    }

    /// The order that names a channel is on its way.
    pub(super) fn release(&self, id: u32) {
        if let Some(state) = self.find(id) {
            state.lock().is_held = false;
            state.writable.notify_one();
        }
    }

    /// Bytes came. The answer is what to say back when the channel is unknown or the agent sent more than it may.
    pub(super) fn arrived(&self, id: u32, bytes: &[u8]) -> Option<Frame> {
        let Some(state) = self.find(id) else {
            return Some(closing(id, "unknown"));
        };
        let is_kept = {
            let mut inner = state.lock();
            let is_kept = inner.window.arrived(bytes.len()).is_ok();
            if is_kept {
                inner.arrived.extend_from_slice(bytes);
            }
            is_kept
        };
        if is_kept {
            state.readable.notify_one();
            return None;
        }
        self.overrun(&state)
    }

    /// The agent may be sent more.
    pub(super) fn credited(&self, id: u32, bytes: u32) -> Option<Frame> {
        // Credit for what was closed meanwhile is no mistake.
        let state = self.find(id)?;
        let is_kept = state.lock().window.credited(bytes).is_ok();
        if is_kept {
            state.writable.notify_one();
            return None;
        }
        self.overrun(&state)
    }

    /// The agent ended it.
    pub(super) fn closed(&self, id: u32, reason: &str) {
        if let Some(state) = self.find(id) {
            self.remove(id);
            state.end(reason);
        }
    }

    /// The link is gone.
    pub(super) fn end_all(&self, reason: &str) {
        let states = {
            let mut open = self.lock();
            open.is_over = true;
            std::mem::take(&mut open.states)
        };
        for state in states.values() {
            state.end(reason);
        }
    }

    fn overrun(&self, state: &State) -> Option<Frame> {
        self.remove(state.id);
        state.end("overrun");
        Some(closing(state.id, "overrun"))
    }

    fn find(&self, id: u32) -> Option<Arc<State>> {
        self.lock().states.get(&id).cloned()
    }

    fn remove(&self, id: u32) {
        self.lock().states.remove(&id);
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closing(channel: u32, reason: &str) -> Frame {
    Frame::Close {
        channel,
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::frame::{CHUNK, WINDOW};

    use super::*;

    fn link() -> (Arc<Channels>, mpsc::Sender<Box<Out>>, mpsc::Receiver<Box<Out>>) {
        let (out, inbox) = mpsc::channel(256);
        (Arc::default(), out, inbox)
    }

    async fn said(inbox: &mut mpsc::Receiver<Box<Out>>) -> Frame {
        match *inbox.recv().await.unwrap() {
            Out::Bytes(bytes) => Frame::decode(&bytes).unwrap(),
            Out::End(code) => panic!("the link ended: {code}"),
        }
    }

    #[tokio::test]
    async fn a_sender_waits_for_credit_and_goes_on_with_it() {
        let (channels, out, mut inbox) = link();
        let channel = Arc::new(channels.begin(out).unwrap());
        let (id, sender) = (channel.id(), Arc::clone(&channel));
        let window = WINDOW as usize;
        let sending = tokio::spawn(async move { sender.send(&vec![1; window + 10]).await });
        let mut came = 0;
        while came < window {
            let Frame::Data { bytes, .. } = said(&mut inbox).await else {
                panic!("something else than data");
            };
            assert!(bytes.len() <= CHUNK);
            came += bytes.len();
        }
        assert!(inbox.try_recv().is_err());
        assert_eq!(channels.credited(id, 10), None);
        assert!(matches!(said(&mut inbox).await, Frame::Data { bytes, .. } if bytes.len() == 10));
        assert_eq!(sending.await.unwrap(), Ok(()));
    }

    #[tokio::test]
    async fn nothing_is_sent_before_the_order_that_names_the_channel() {
        let (channels, out, mut inbox) = link();
        let channel = channels.begin(out).unwrap().held();
        let id = channel.id();
        let sending = tokio::spawn(async move { channel.send(&[1]).await.map(|()| channel) });
        tokio::task::yield_now().await;
        assert!(inbox.try_recv().is_err());
        channels.release(id);
        assert!(matches!(said(&mut inbox).await, Frame::Data { channel, .. } if channel == id));
        assert!(sending.await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn who_sends_more_than_the_window_is_closed_and_what_came_before_can_be_read() {
        let (channels, out, mut inbox) = link();
        let channel = channels.begin(out).unwrap();
        let window = WINDOW as usize;
        assert_eq!(channels.arrived(channel.id(), &vec![1; window]), None);
        let answer = channels.arrived(channel.id(), &[1]);
        assert!(matches!(answer, Some(Frame::Close { reason, .. }) if reason == "overrun"));
        assert_eq!(channel.recv().await.unwrap().len(), window);
        assert!(matches!(said(&mut inbox).await, Frame::Credit { bytes, .. } if bytes as usize == window));
        assert_eq!(channel.recv().await, None);
        assert_eq!(channel.reason().as_deref(), Some("overrun"));
        assert_eq!(channel.send(&[1]).await, Err(Ended));
    }

    #[tokio::test]
    async fn the_end_of_a_link_ends_its_channels_and_opens_no_more() {
        let (channels, out, _inbox) = link();
        let channel = channels.begin(out.clone()).unwrap();
        channels.end_all("link_lost");
        assert_eq!(channel.recv().await, None);
        assert_eq!(channel.reason().as_deref(), Some("link_lost"));
        assert!(channels.begin(out).is_none());
    }

    #[tokio::test]
    async fn dropping_a_channel_closes_it_for_the_agent() {
        let (channels, out, mut inbox) = link();
        let channel = channels.begin(out).unwrap();
        let id = channel.id();
        drop(channel);
        assert!(matches!(said(&mut inbox).await, Frame::Close { channel, .. } if channel == id));
        let answer = channels.arrived(id, &[1]);
        assert!(matches!(answer, Some(Frame::Close { reason, .. }) if reason == "unknown"));
    }
}
