//! An open link: what the device says is taken in, what we say is sent, and silence ends it.
//!
//! One task for each link, reading and writing at once: a device that does not read cannot keep us from hearing it, but it is
//! given up when it takes nothing for [`SLOW`]. What it says is handled one by one, in order.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};
use protocol::frame::Frame;
use protocol::message::{self, Admission, FromAgent, FromServer};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message};
use web::App;

use super::beats::Heard;
use super::channel::Channels;
use super::door::Socket;
use super::greeting::{BEAT_SECONDS, Guest};
use super::hub::{self, FRAMES_MOST, Handle, Hub, Out};
use super::lease::Epoch;
use super::taking;
use crate::device::DeviceId;

/// Three beats and some.
const SILENCE: Duration = Duration::from_secs(BEAT_SECONDS as u64 * 4);
/// A device that takes nothing for so long is given up.
const SLOW: Duration = Duration::from_secs(30);
/// A message of more bytes than this is read in turn: what it says takes up to ten times its room. No output of an act is so large.
const IN_TURN: usize = 48 * 1024;
/// Messages that cannot be read before the link is given up.
const MISTAKES_MOST: u32 = 20;

/// A link as its task holds it.
pub(super) struct Link {
    pub app: App,
    pub hub: Arc<Hub>,
    pub device: DeviceId,
    pub epoch: Epoch,
    pub admission: Admission,
    pub address: Arc<str>,
    handle: Handle,
    mistakes: u32,
}

/// Runs a link to its end.
pub(super) async fn run(app: App, address: Arc<str>, guest: Guest) {
    let hub = hub::of(&app);
    let (out, inbox) = mpsc::channel(FRAMES_MOST);
    let handle = Handle {
        epoch: guest.epoch,
        admission: guest.admission,
        out,
        channels: Arc::<Channels>::default(),
    };
    let mut link = Link {
        hub: Arc::clone(&hub),
        app,
        device: guest.device,
        epoch: guest.epoch,
        admission: guest.admission,
        address,
        handle: handle.clone(),
        mistakes: 0,
    };
    let (mut sink, stream) = guest.socket.split();
    // Welcome is the first word; what others send once the link is in the hub waits behind it.
    let is_here = hub.join(link.device, handle);
    let is_welcome = is_here && welcome(&mut sink, &guest.welcome).await;
    if is_welcome {
        tracing::debug!(device = %link.device, "a link is open");
        let code = link.talk(&mut sink, stream, inbox).await;
        tracing::debug!(device = %link.device, code, "a link is over");
        goodbye(&mut sink, code).await;
    }
    link.handle.channels.end_all("link_lost");
    hub.leave(link.device, link.epoch);
    taking::gone(&link.app, link.device, link.epoch).await;
}

type Sink = SplitSink<Socket, Message>;
/// What a socket gives: a message, an error, or its end.
type Came = Option<Result<Message, tungstenite::Error>>;

async fn welcome(sink: &mut Sink, message: &FromServer) -> bool {
    let Ok(json) = message::write(message) else {
        return false;
    };
    let frame = Message::Binary(Frame::Control(json).encode().into());
    matches!(tokio::time::timeout(SLOW, sink.send(frame)).await, Ok(Ok(())))
}

async fn goodbye(sink: &mut Sink, code: &'static str) {
    let frame = CloseFrame {
        code: CloseCode::Away,
        reason: code.into(),
    };
    let closing = sink.send(Message::Close(Some(frame)));
    let _closed = tokio::time::timeout(Duration::from_secs(5), closing).await;
}

impl Link {
    /// Answers why it is over.
    async fn talk(
        &mut self,
        sink: &mut Sink,
        mut stream: SplitStream<Socket>,
        mut inbox: mpsc::Receiver<Box<Out>>,
    ) -> &'static str {
        // Set while bytes wait to be sent: until when they must be gone.
        let mut sending: Option<Instant> = None;
        let mut silent_at = Instant::now() + SILENCE;
        loop {
            let wake = sending.map_or(silent_at, |at| at.min(silent_at));
            tokio::select! {
                came = stream.next() => {
                    if let Err(code) = self.came(came).await {
                        return code;
                    }
                    // It may have waited for its turn, and neither side could do anything about that.
                    silent_at = Instant::now() + SILENCE;
                    sending = sending.map(|_| Instant::now() + SLOW);
                }
                out = inbox.recv(), if sending.is_none() => match out.map(|out| *out) {
                    Some(Out::Bytes(bytes)) => {
                        sending = Some(Instant::now() + SLOW);
                        // Nothing waits, so this does not either.
                        if sink.feed(Message::Binary(bytes)).await.is_err() {
                            return "broken";
                        }
                    }
                    Some(Out::End(code)) => return code,
                    None => return "replaced",
                },
                sent = sink.flush(), if sending.is_some() => {
                    if sent.is_err() {
                        return "broken";
                    }
                    sending = None;
                }
                () = tokio::time::sleep_until(wake) => {
                    let now = Instant::now();
                    if sending.is_some_and(|at| at <= now) {
                        return "slow";
                    }
                    if silent_at <= now {
                        return "silent";
                    }
                }
            }
        }
    }

    /// Takes in what came; or why the link is over.
    async fn came(&mut self, came: Came) -> Result<(), &'static str> {
        match came {
            Some(Ok(Message::Binary(bytes))) => self.hear(&bytes).await,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Text(_))) => Err("no_frame"),
            Some(Ok(Message::Close(_))) | None => Err("closed"),
            Some(Err(_)) => Err("broken"),
        }
    }

    async fn hear(&mut self, bytes: &Bytes) -> Result<(), &'static str> {
        let hub = Arc::clone(&self.hub);
        let _turn = if bytes.len() > IN_TURN {
            hub.in_turn.acquire().await.ok()
        } else {
            None
        };
        let answer = match Frame::decode(bytes) {
            Ok(Frame::Control(json)) => match message::read::<FromAgent>(&json) {
                Ok(message) => return Box::pin(self.take(message)).await,
                Err(error) => {
                    tracing::debug!(device = %self.device, %error, "a message could not be read");
                    return self.mistake();
                }
            },
            Ok(Frame::Data { channel, bytes }) => self.handle.channels.arrived(channel, &bytes),
            Ok(Frame::Credit { channel, bytes }) => self.handle.channels.credited(channel, bytes),
            Ok(Frame::Close { channel, reason }) => {
                let reason = protocol::text::line(&reason, 200);
                self.handle.channels.closed(channel, &reason);
                None
            }
            Err(_) => return Err("no_frame"),
        };
        match answer {
            Some(frame) if !self.handle.say(&frame) => Err("slow"),
            _ => Ok(()),
        }
    }

    /// A message of a newer agent that we do not know is passed over; whoever sends nothing else is given up.
    fn mistake(&mut self) -> Result<(), &'static str> {
        self.mistakes += 1;
        if self.mistakes > MISTAKES_MOST {
            Err("mistakes")
        } else {
            Ok(())
        }
    }

    async fn take(&mut self, message: FromAgent) -> Result<(), &'static str> {
        match message {
            FromAgent::Beat(beat) => {
                let heard = Heard {
                    epoch: self.epoch,
                    at: self.app.clock.now(),
                    beat: beat.cleaned(),
                    address: Arc::clone(&self.address),
                };
                self.hub.beats.put(self.device, heard);
                Ok(())
            }
            FromAgent::Hello { .. } | FromAgent::Proof { .. } => self.mistake(),
            // Whoever waits to be admitted is known by the document and what it said then; all else comes after.
            _ if self.admission == Admission::Pending => Ok(()),
            other => match taking::take(self, other).await {
                Ok(Some(answer)) => self.say(&answer),
                Ok(None) => Ok(()),
                Err(error) if error.code() == "fleet.lease.lost" => Err("replaced"),
                Err(error) => {
                    tracing::warn!(device = %self.device, error = %error, "what a device said could not be kept");
                    Ok(())
                }
            },
        }
    }

    fn say(&self, message: &FromServer) -> Result<(), &'static str> {
        let json = match message::write(message) {
            Ok(json) => json,
            Err(error) => {
                tracing::error!(device = %self.device, %error, "an answer could not be written");
                return Ok(());
            }
        };
        if self.handle.say(&Frame::Control(json)) {
            Ok(())
        } else {
            Err("slow")
        }
    }
}
