//! Bytes both ways beside the messages: files and terminals. Each direction of each channel has a window of its own, so
//! one slow reader never holds up another, nor the messages.
//!
//! A channel outlives the link. While there is none, sending answers [`Gone::Away`] at once and receiving says
//! [`Heard::Away`]. When the server wants it back, it sends the same order again with a channel of the new link; then the
//! channel goes on under that number with fresh windows ([`Heard::Back`]), and the session says so with
//! [`super::Teller::opened`]. Nothing runs twice by that: the order is only accepted for an act that is running.
//!
//! What was sent and not yet read at the other end when the link dropped may be lost: whoever cares keeps it. A file
//! transfer simply fails with `link_lost` and is asked for again from its offset.

use protocol::frame::Frame;
use protocol::window::Window;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc};

/// Channels open at once, whatever the server asks for.
const MOST: usize = 64;

/// One open channel; its halves can go to different places.
#[derive(Debug)]
pub struct Channel {
    pub sending: Sending,
    pub receiving: Receiving,
}

/// The half that sends.
#[derive(Debug)]
pub struct Sending {
    line: Arc<Line>,
    frames: mpsc::Sender<Frame>,
}

/// The half that receives.
#[derive(Debug)]
pub struct Receiving {
    line: Arc<Line>,
    frames: mpsc::Sender<Frame>,
    inbox: mpsc::UnboundedReceiver<Heard>,
}

/// What comes out of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Bytes(Vec<u8>),
    /// The link dropped; what is sent now goes nowhere.
    Away,
    /// There is a link again, under this number.
    Back(u32),
    /// The other end is done with it, and says why. Nothing comes after this.
    Closed(String),
}

/// Why nothing can be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gone {
    #[error("the link dropped")]
    Away,
    #[error("the other end closed the channel: {0}")]
    Closed(String),
}

#[derive(Debug)]
struct Line {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Debug)]
struct State {
    number: u32,
    window: Window,
    gone: Option<Gone>,
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Channel {
    /// The number it has now.
    pub fn number(&self) -> u32 {
        self.sending.line.state().number
    }
}

impl Sending {
    /// Sends all of it, as fast as the other end reads.
    pub async fn send(&mut self, mut bytes: &[u8]) -> Result<(), Gone> {
        while !bytes.is_empty() {
            let (channel, room) = self.room(bytes.len()).await?;
            let (now, later) = bytes.split_at(room);
            let frame = Frame::Data {
                channel,
                bytes: now.to_vec(),
            };
            self.frames.send(frame).await.map_err(|_| Gone::Away)?;
            bytes = later;
        }
        Ok(())
    }

    /// Ends it after everything that was sent. No reason means that all went well.
    pub async fn close(self, reason: &str) {
        let channel = {
            let mut state = self.line.state();
            if state.gone.replace(Gone::Closed(reason.to_owned())).is_some() {
                return;
            }
            state.number
        };
        let reason = reason.to_owned();
        self.frames.send(Frame::Close { channel, reason }).await.ok();
    }

    async fn room(&self, wanted: usize) -> Result<(u32, usize), Gone> {
        loop {
            let woken = self.line.wake.notified();
            {
                let mut state = self.line.state();
                if let Some(gone) = &state.gone {
                    return Err(gone.clone());
                }
                let room = state.window.send(wanted);
                if room > 0 {
                    return Ok((state.number, room));
                }
            }
            woken.await;
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let mut state = self.line.state();
        if state.gone.is_none() {
            state.gone = Some(Gone::Closed(String::new()));
            let close = Frame::Close {
                channel: state.number,
                reason: String::new(),
            };
            // Full means that the link is stuck; the other end hears by the act's outcome.
            self.frames.try_send(close).ok();
        }
    }
}

impl Receiving {
    /// The next thing that comes. After `Closed` it is always `Closed`.
    pub async fn receive(&mut self) -> Heard {
        let Some(heard) = self.inbox.recv().await else {
            return Heard::Closed(String::new());
        };
        if let Heard::Bytes(bytes) = &heard {
            self.give_back(bytes.len()).await;
        }
        heard
    }

    async fn give_back(&mut self, eaten: usize) {
        let (channel, bytes) = {
            let mut state = self.line.state();
            if state.gone.is_some() {
                return;
            }
            let Some(bytes) = state.window.consumed(eaten) else {
                return;
            };
            (state.number, bytes)
        };
        self.frames.send(Frame::Credit { channel, bytes }).await.ok();
    }
}

/// All open channels of one process, and where their frames go.
#[derive(Debug)]
pub struct Switchboard {
    open: HashMap<u32, Slot>,
    frames: mpsc::Sender<Frame>,
    /// Those of links that dropped, by the numbers they had.
    away: HashMap<u32, Slot>,
}

#[derive(Debug)]
enum Slot {
    /// Its ends are in this process.
    Here {
        line: Arc<Line>,
        inbox: mpsc::UnboundedSender<Heard>,
    },
    /// Its ends are in a session helper, which keeps the accounts itself.
    Beyond(mpsc::UnboundedSender<Passed>),
}

/// What is passed on to a session helper about its channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passed {
    Frame(Frame),
    Away,
    Back(u32),
}

impl Switchboard {
    /// Nothing open; frames of channels go here.
    pub fn new(frames: mpsc::Sender<Frame>) -> Self {
        Self {
            open: HashMap::new(),
            frames,
            away: HashMap::new(),
        }
    }

    /// Opens a channel whose ends are in this process. `None` when the number is taken or too many are open.
    pub fn open(&mut self, number: u32) -> Option<Channel> {
        let (inbox, heard) = mpsc::unbounded_channel();
        let line = Arc::new(Line {
            state: Mutex::new(State {
                number,
                window: Window::new(),
                gone: None,
            }),
            wake: Notify::new(),
        });
        self.keep(
            number,
            Slot::Here {
                line: line.clone(),
                inbox,
            },
        )?;
        let frames = self.frames.clone();
        Some(Channel {
            sending: Sending {
                line: line.clone(),
                frames: frames.clone(),
            },
            receiving: Receiving {
                line,
                frames,
                inbox: heard,
            },
        })
    }

    /// Passes a channel's frames on to a session helper.
    pub fn open_beyond(&mut self, number: u32, helper: mpsc::UnboundedSender<Passed>) -> Option<()> {
        self.keep(number, Slot::Beyond(helper))
    }

    fn keep(&mut self, number: u32, slot: Slot) -> Option<()> {
        self.open.retain(|_, slot| slot.is_alive());
        if self.open.len() >= MOST || self.open.contains_key(&number) {
            return None;
        }
        self.open.insert(number, slot);
        Some(())
    }

    /// A frame of a channel came.
    pub fn heard(&mut self, frame: Frame) {
        let number = match &frame {
            Frame::Control(_) => return,
            Frame::Data { channel, .. } | Frame::Credit { channel, .. } | Frame::Close { channel, .. } => {
                *channel
            }
        };
        let is_close = matches!(frame, Frame::Close { .. });
        let outcome = match self.open.get(&number) {
            None => Err("there is no such channel"),
            Some(slot) => slot.heard(frame),
        };
        if is_close {
            self.open.remove(&number);
        } else if let Err(reason) = outcome {
            self.open.remove(&number);
            let close = Frame::Close {
                channel: number,
                reason: reason.to_owned(),
            };
            self.frames.try_send(close).ok();
        }
    }

    /// The link dropped. A number means something only within one link.
    pub fn away(&mut self) {
        self.away.retain(|_, slot| slot.is_alive());
        for (number, slot) in self.open.drain().filter(|(_, slot)| slot.is_alive()) {
            slot.away();
            self.away.insert(number, slot);
        }
    }

    /// A channel of a link that dropped goes on under a number of this link. Answers whether it does.
    pub fn back(&mut self, before: u32, now: u32) -> bool {
        if self.open.contains_key(&now) {
            return false;
        }
        let Some(slot) = self.away.remove(&before).filter(Slot::is_alive) else {
            return false;
        };
        slot.back(now);
        self.open.insert(now, slot);
        true
    }
}

impl Slot {
    fn is_alive(&self) -> bool {
        match self {
            Self::Here { inbox, .. } => !inbox.is_closed(),
            Self::Beyond(helper) => !helper.is_closed(),
        }
    }

    fn heard(&self, frame: Frame) -> Result<(), &'static str> {
        let (line, inbox) = match self {
            Self::Beyond(helper) => {
                helper.send(Passed::Frame(frame)).ok();
                return Ok(());
            }
            Self::Here { line, inbox } => (line, inbox),
        };
        let mut state = line.state();
        match frame {
            Frame::Control(_) => {}
            Frame::Credit { bytes, .. } => {
                if state.window.credited(bytes).is_err() {
                    return Err(shut(&mut state, line, inbox));
                }
                line.wake.notify_waiters();
            }
            Frame::Close { reason, .. } => {
                state.gone = Some(Gone::Closed(reason.clone()));
                line.wake.notify_waiters();
                inbox.send(Heard::Closed(reason)).ok();
            }
            Frame::Data { bytes, .. } => {
                if state.window.arrived(bytes.len()).is_err() {
                    return Err(shut(&mut state, line, inbox));
                }
                inbox.send(Heard::Bytes(bytes)).ok();
            }
        }
        Ok(())
    }

    fn away(&self) {
        match self {
            Self::Beyond(helper) => {
                helper.send(Passed::Away).ok();
            }
            Self::Here { line, inbox } => {
                let mut state = line.state();
                if state.gone.is_none() {
                    state.gone = Some(Gone::Away);
                    inbox.send(Heard::Away).ok();
                    line.wake.notify_waiters();
                }
            }
        }
    }

    fn back(&self, number: u32) {
        match self {
            Self::Beyond(helper) => {
                helper.send(Passed::Back(number)).ok();
            }
            Self::Here { line, inbox } => {
                let mut state = line.state();
                if matches!(state.gone, Some(Gone::Closed(_))) {
                    return;
                }
                state.gone = None;
                state.number = number;
                state.window = Window::new();
                inbox.send(Heard::Back(number)).ok();
                line.wake.notify_waiters();
            }
        }
    }
}

/// Ends a channel whose other end broke the flow control.
fn shut(state: &mut State, line: &Line, inbox: &mpsc::UnboundedSender<Heard>) -> &'static str {
    let reason = "the flow control was broken";
    state.gone = Some(Gone::Closed(reason.to_owned()));
    line.wake.notify_waiters();
    inbox.send(Heard::Closed(reason.to_owned())).ok();
    reason
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::frame::{CHUNK, WINDOW};

    fn board() -> (Switchboard, mpsc::Receiver<Frame>) {
        let (frames, sent) = mpsc::channel(1024);
        (Switchboard::new(frames), sent)
    }

    #[tokio::test]
    async fn sending_stops_at_the_window_and_goes_on_with_credit() {
        let (mut board, mut sent) = board();
        let mut channel = board.open(7).unwrap();
        let whole = vec![1; WINDOW as usize + 10];
        let sender = tokio::spawn(async move { channel.sending.send(&whole).await.map(|()| channel) });
        let mut received = 0;
        while received < WINDOW as usize {
            let Some(Frame::Data { channel: 7, bytes }) = sent.recv().await else {
                panic!("no data")
            };
            assert!(bytes.len() <= CHUNK);
            received += bytes.len();
        }
        tokio::task::yield_now().await;
        assert!(sent.try_recv().is_err());
        board.heard(Frame::Credit {
            channel: 7,
            bytes: 10,
        });
        assert!(matches!(sent.recv().await, Some(Frame::Data { bytes, .. }) if bytes.len() == 10));
        sender.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn whoever_sends_more_than_the_window_is_shut_out() {
        let (mut board, mut sent) = board();
        let mut channel = board.open(7).unwrap();
        let bytes = vec![0; CHUNK];
        for _ in 0..WINDOW as usize / CHUNK {
            board.heard(Frame::Data {
                channel: 7,
                bytes: bytes.clone(),
            });
        }
        board.heard(Frame::Data {
            channel: 7,
            bytes: vec![0],
        });
        assert!(matches!(sent.recv().await, Some(Frame::Close { channel: 7, .. })));
        for _ in 0..WINDOW as usize / CHUNK {
            assert!(matches!(channel.receiving.receive().await, Heard::Bytes(_)));
        }
        assert!(matches!(channel.receiving.receive().await, Heard::Closed(_)));
    }

    #[tokio::test]
    async fn a_channel_goes_on_in_the_next_link_under_its_number_there() {
        let (mut board, mut sent) = board();
        let mut channel = board.open(7).unwrap();
        board.away();
        assert_eq!(channel.sending.send(b"lost").await, Err(Gone::Away));
        assert_eq!(channel.receiving.receive().await, Heard::Away);
        assert!(board.open(7).is_some());
        assert!(board.back(7, 9));
        assert!(!board.back(7, 10));
        assert_eq!(channel.receiving.receive().await, Heard::Back(9));
        channel.sending.send(b"found").await.unwrap();
        let bytes = b"found".to_vec();
        let frames = [sent.recv().await, sent.recv().await];
        assert!(frames.contains(&Some(Frame::Data { channel: 9, bytes })));
    }
}
