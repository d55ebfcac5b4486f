//! What serves a session on the node that has its device: bytes to the people in the room and into the recording, keys back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Error;
use protocol::recording::{Hello, Kind, Record, Records};
use protocol::text;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::keeping::{self, Recorder};
use super::room::{self, Phase, Room, Word};
use super::{Session, store};
use crate::link::{self, Channel, Epoch, lease};

/// The device waits for two minutes; this side a little longer.
const PATIENCE: Duration = Duration::from_secs(130);
/// What came is safe within this time.
const FLUSH: Duration = Duration::from_millis(500);
/// Keys that wait for the device.
const KEYS_MOST: usize = 256;

/// A session can be reached on this channel.
pub(super) fn attach(kernel: &Kernel, session: Session, epoch: Epoch, channel: Channel) {
    let room = room::enter(kernel, session.act);
    let mut live = room.live();
    let arrived = match &live.attach {
        Some(serving) => match serving.send((epoch, channel)) {
            Ok(()) => return,
            // Whoever served it has just ended.
            Err(returned) => returned.0,
        },
        None => (epoch, channel),
    };
    let (attach, attached) = mpsc::unbounded_channel();
    let _here = attach.send(arrived);
    live.attach = Some(attach);
    (live.columns, live.rows) = (session.columns, session.rows);
    drop(live);
    let serving = Serving {
        kernel: kernel.clone(),
        recorder: Recorder::of(&session),
        // What the device asked for stands at the beginning of its stream, which is not sent again.
        must_record: session.kept.place > 0 && session.is_recorded,
        session,
        room,
        epoch,
    };
    tokio::spawn(serving.run(attached));
}

struct Serving {
    kernel: Kernel,
    session: Session,
    room: Arc<Room>,
    recorder: Recorder,
    /// The device's floor: no recording, no session.
    must_record: bool,
    epoch: Epoch,
}

/// Why a channel is not read any more.
enum Stopped {
    /// The link dropped.
    Away,
    /// Another channel takes its place.
    Replaced((Epoch, Channel)),
    /// The session is over, for this reason.
    Over(String),
    /// Another node has the device.
    Elsewhere,
}

type Attached = mpsc::UnboundedReceiver<(Epoch, Channel)>;

impl Serving {
    async fn run(mut self, mut attached: Attached) {
        let mut next = None;
        let reason = loop {
            let arrived = match next.take() {
                Some(arrived) => Some(arrived),
                None => tokio::time::timeout(PATIENCE, attached.recv())
                    .await
                    .ok()
                    .flatten(),
            };
            let Some((epoch, channel)) = arrived else {
                break self.given_up().await;
            };
            self.epoch = epoch;
            match self.serve(Arc::new(channel), &mut attached).await {
                Stopped::Away => self.room.change(Phase::Away, ""),
                Stopped::Replaced(arrived) => next = Some(arrived),
                Stopped::Over(reason) => break Some(reason),
                Stopped::Elsewhere => break None,
            }
        };
        self.room.set_keys(None);
        if let Some(reason) = reason {
            if let Err(error) = keeping::finish(&self.kernel, self.session.act, &reason).await {
                tracing::warn!(%error, act = %self.session.act, "a recording could not be made a file; it is tried again");
            }
            self.room.change(Phase::Ended, &reason);
        } else {
            self.room.change(Phase::Away, "");
        }
        self.room.live().attach = None;
        room::leave(&self.kernel, self.session.act);
    }

    /// Nobody came back. Unless another node has the device, what still waits is written.
    async fn given_up(&mut self) -> Option<String> {
        if self.is_elsewhere().await {
            return None;
        }
        self.recorder.last_words();
        if let Err(error) = self.recorder.flush(&self.kernel, None).await {
            tracing::warn!(%error, act = %self.session.act, "the last words of a terminal could not be kept");
        }
        Some("link_lost".to_owned())
    }

    /// Whether another node has the link by now: then the session is that node's.
    async fn is_elsewhere(&self) -> bool {
        let (cx, device) = (self.kernel.cx_system("fleet.terminal"), self.session.device);
        let holder = self
            .kernel
            .db
            .read(move |tx| lease::holder(tx, &cx, device))
            .await;
        matches!(holder, Ok(Some((node, _))) if *node != *self.kernel.node)
    }

    async fn serve(&mut self, channel: Arc<Channel>, attached: &mut Attached) -> Stopped {
        let from = Record::from(self.recorder.place()).encode();
        if channel.send(&from).await.is_err() {
            return Stopped::Away;
        }
        let (keys, typed) = mpsc::channel(KEYS_MOST);
        self.room.set_keys(Some(keys));
        let typing = tokio::spawn(type_in(Arc::clone(&channel), typed));
        let stopped = self.read(&channel, attached).await;
        typing.abort();
        stopped
    }

    async fn read(&mut self, channel: &Channel, attached: &mut Attached) -> Stopped {
        let mut records = Records::default();
        let mut flush_at: Option<Instant> = None;
        loop {
            let wake = flush_at;
            tokio::select! {
                came = channel.recv() => {
                    let Some(bytes) = came else {
                        return self.channel_ended(channel).await;
                    };
                    let Ok(came) = records.take(&bytes) else {
                        return Stopped::Over("unreadable".to_owned());
                    };
                    for (record, length) in came {
                        if let Some(code) = self.happened(&record, length).await {
                            self.recorder.last_words();
                            return self.flush().await.unwrap_or(Stopped::Over(code));
                        }
                    }
                    if self.recorder.is_full() {
                        flush_at = None;
                        if let Some(stopped) = self.flush().await {
                            return stopped;
                        }
                    } else {
                        flush_at = flush_at.or_else(|| Some(Instant::now() + FLUSH));
                    }
                }
                Some(arrived) = attached.recv() => {
                    if let Some(stopped) = self.flush().await {
                        return stopped;
                    }
                    return Stopped::Replaced(arrived);
                }
                () = until(wake) => {
                    flush_at = None;
                    if let Some(stopped) = self.flush().await {
                        return stopped;
                    }
                }
            }
        }
    }

    /// Something happened on the device; an answer is why the session is over.
    async fn happened(&mut self, record: &Record, length: usize) -> Option<String> {
        if let Some(place) = record.place() {
            self.recorder.begins(place);
            self.room.change(Phase::Open, "");
            return None;
        }
        self.recorder.take(record, length);
        match record.kind {
            Kind::Output => self.room.show(Bytes::copy_from_slice(&record.bytes)),
            Kind::Hello => self.met(&record.bytes).await,
            Kind::Resize => self.resized(&record.bytes),
            Kind::Exit => {
                let code = String::from_utf8_lossy(&record.bytes).into_owned();
                return Some(if code == "-1" { "stopped" } else { "exit" }.to_owned());
            }
            Kind::Input | Kind::Marker | Kind::From => {}
        }
        None
    }

    async fn met(&mut self, bytes: &[u8]) {
        let hello: Hello = serde_json::from_slice(bytes).unwrap_or_default();
        self.must_record = hello.require_recording;
        let user = text::line(&hello.user, 100);
        let (id, at) = (self.session.act, self.kernel.clock.now());
        let noted = self
            .kernel
            .db
            .write(move |tx| store::opened(tx, id, &user, at))
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, act = %id, "that a terminal is open could not be noted");
        }
    }

    fn resized(&self, bytes: &[u8]) {
        let size = String::from_utf8_lossy(bytes);
        let Some((columns, rows)) = size.split_once('x') else {
            return;
        };
        if let (Ok(columns), Ok(rows)) = (columns.parse(), rows.parse()) {
            {
                let mut live = self.room.live();
                (live.columns, live.rows) = (columns, rows);
            }
            self.room.tell(Word::Size);
        }
    }

    async fn channel_ended(&mut self, channel: &Channel) -> Stopped {
        if let Some(stopped) = self.flush().await {
            return stopped;
        }
        match channel.reason().as_deref() {
            // The device closed it in order, and all it had to say came before.
            Some("ended" | "done" | "") => Stopped::Over("closed".to_owned()),
            Some("unknown") => Stopped::Over("refused".to_owned()),
            _ => Stopped::Away,
        }
    }

    /// Writes what waits. An answer ends the reading: the device is another node's, or what must be recorded is not.
    async fn flush(&mut self) -> Option<Stopped> {
        if self.recorder.has_failed {
            return None;
        }
        loop {
            let error = self.recorder.flush(&self.kernel, Some(self.epoch)).await.err()?;
            if error.code() != "fleet.lease.lost" {
                return self.not_recorded(&error).await;
            }
            if self.is_elsewhere().await {
                return Some(Stopped::Elsewhere);
            }
            // The device came back to this node under a new epoch, or is away: then it waits until the device is back.
            let now = link::of(&self.kernel).epoch(&self.session.device);
            match now.filter(|epoch| epoch.0 != self.epoch.0) {
                Some(epoch) => self.epoch = epoch,
                None => return None,
            }
        }
    }

    async fn not_recorded(&mut self, error: &Error) -> Option<Stopped> {
        let id = self.session.act;
        tracing::error!(%error, act = %id, "a terminal is not recorded any more");
        self.recorder.has_failed = true;
        // When the database is what fails, this fails, too, and the device's floor still decides.
        let _unwritten = self
            .kernel
            .db
            .write(move |tx: &mut Tx<'_>| store::unrecorded(tx, id))
            .await;
        if self.must_record {
            return Some(Stopped::Over("recording_failed".to_owned()));
        }
        self.room.live().recorded = false;
        self.room.tell(Word::State);
        None
    }
}

/// Sends what is typed. Its own task: a device that reads no keys must still be heard.
async fn type_in(channel: Arc<Channel>, mut typed: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = typed.recv().await {
        let record = Record {
            at: 0,
            kind: Kind::Input,
            bytes: bytes.to_vec(),
        };
        if channel.send(&record.encode()).await.is_err() {
            return;
        }
    }
}

/// Returns at this instant, or never.
async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
