//! What serves a session on the node that has its device: bytes to the people in the room and into the recording, keys back.

use std::sync::Arc;
use std::time::Duration;

use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Error;
use kernel::time::Timestamp;
use protocol::recording::{Record, Records};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::room::{self, Phase, Room, Word};
use super::{Happened, Kind, Recorder as _, Row as _};
use crate::act::cancelling;
use crate::link::{self, Channel, Epoch, lease};

/// The device waits for two minutes; this side a little longer.
const PATIENCE: Duration = Duration::from_secs(130);
/// Keys that wait for the device.
const KEYS_MOST: usize = 256;
/// How often it is looked whether anybody is here.
const LOOK: Duration = Duration::from_secs(1);

/// A session can be reached on this channel.
pub(super) fn attach<K: Kind>(kernel: &Kernel, session: K::Session, epoch: Epoch, channel: Channel) {
    let room = room::enter::<K>(kernel, session.act());
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
    drop(live);
    K::begin(&room, &session);
    let serving = Serving::<K> {
        kernel: kernel.clone(),
        recorder: super::Recorder::of(&session),
        // What the device asked for stands at the beginning of its stream, which is not sent again.
        must_record: session.has_begun() && session.is_recorded(),
        is_unsaid: false,
        alone_since: None,
        is_left: false,
        session,
        room,
        epoch,
    };
    tokio::spawn(serving.run(attached));
}

struct Serving<K: Kind> {
    kernel: Kernel,
    session: K::Session,
    room: Arc<Room<K>>,
    recorder: K::Recorder,
    /// The device's floor: no recording, no session.
    must_record: bool,
    /// It is not whole, and that could not be written yet.
    is_unsaid: bool,
    /// Since when nobody is here.
    alone_since: Option<Timestamp>,
    /// Nobody was here for too long, and the device is told to end it.
    is_left: bool,
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

impl<K: Kind> Serving<K> {
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
                Stopped::Over(reason) if self.is_left && reason == "cancelled" => {
                    break Some("unwatched".to_owned());
                }
                Stopped::Over(reason) => break Some(reason),
                Stopped::Elsewhere => break None,
            }
        };
        self.room.set_keys(None);
        if let Some(reason) = reason {
            self.say_unrecorded().await;
            if let Err(error) = K::finish(&self.kernel, self.session.act(), &reason).await {
                tracing::warn!(%error, act = %self.session.act(), kind = K::NAME, "a recording could not be made a file; it is tried again");
            }
            self.room.change(Phase::Ended, &reason);
        } else {
            self.room.change(Phase::Away, "");
        }
        self.room.live().attach = None;
        room::leave::<K>(&self.kernel, self.session.act());
    }

    /// Nobody came back. Unless another node has the device, what still waits is written.
    async fn given_up(&mut self) -> Option<String> {
        if self.is_elsewhere().await {
            return None;
        }
        self.recorder.last_words();
        if let Err(error) = self.recorder.flush(&self.kernel, None).await {
            tracing::warn!(%error, act = %self.session.act(), kind = K::NAME, "the last words of a session could not be kept");
        }
        Some("link_lost".to_owned())
    }

    /// Whether another node has the link by now: then the session is that node's.
    async fn is_elsewhere(&self) -> bool {
        let (cx, device) = (self.kernel.cx_system("fleet.session"), self.session.device());
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
        let mut look_at = Instant::now() + LOOK;
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
                        flush_at = flush_at.or_else(|| Some(Instant::now() + K::FLUSH));
                    }
                }
                Some(arrived) = attached.recv() => {
                    if let Some(stopped) = self.flush().await {
                        return stopped;
                    }
                    return Stopped::Replaced(arrived);
                }
                () = tokio::time::sleep_until(look_at) => {
                    look_at = Instant::now() + LOOK;
                    self.look_for_people().await;
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
            K::reached(&self.room);
            return None;
        }
        self.recorder.take(record, length);
        match K::happened(&self.kernel, &self.room, &self.session, record).await {
            Happened::Shown => None,
            Happened::MustRecord(must) => {
                self.must_record = must;
                None
            }
            Happened::Over(reason) => Some(reason),
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
        if self.recorder.has_failed() {
            self.say_unrecorded().await;
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
            let now = link::of(&self.kernel).epoch(&self.session.device());
            match now.filter(|epoch| epoch.0 != self.epoch.0) {
                Some(epoch) => self.epoch = epoch,
                None => return None,
            }
        }
    }

    async fn not_recorded(&mut self, error: &Error) -> Option<Stopped> {
        let id = self.session.act();
        tracing::error!(%error, act = %id, kind = K::NAME, "a session is not recorded any more");
        self.recorder.fail();
        // When the database is what fails, this fails, too, is tried again, and the device's floor still decides.
        self.is_unsaid = true;
        self.say_unrecorded().await;
        if self.must_record {
            return Some(Stopped::Over("recording_failed".to_owned()));
        }
        self.room.live().recorded = false;
        self.room.tell(Word::State);
        None
    }
}

impl<K: Kind> Serving<K> {
    /// Ends what nobody has watched for too long.
    async fn look_for_people(&mut self) {
        let Some(most) = K::ALONE_MOST.filter(|_| !self.is_left) else {
            return;
        };
        if !self.room.live().people.is_empty() {
            self.alone_since = None;
            return;
        }
        let now = self.kernel.clock.now();
        let since = *self.alone_since.get_or_insert(now);
        if now.since(since) < i64::try_from(most.as_millis()).unwrap_or(i64::MAX) {
            return;
        }
        let (cx, id) = (self.kernel.cx_system("fleet.session"), self.session.act());
        let asked = self
            .kernel
            .db
            .write(move |tx| cancelling::by_house(tx, &cx, id))
            .await;
        match asked {
            Ok(()) => self.is_left = true,
            Err(error) => {
                tracing::warn!(%error, act = %id, kind = K::NAME, "a session that nobody watches could not be ended; it is tried again");
            }
        }
    }

    /// Writes that not all of it is recorded, as often as it takes.
    async fn say_unrecorded(&mut self) {
        if !self.is_unsaid {
            return;
        }
        let id = self.session.act();
        let written = self
            .kernel
            .db
            .write(move |tx: &mut Tx<'_>| K::unrecorded(tx, id))
            .await;
        self.is_unsaid = written.is_err();
    }
}

/// Sends what is typed. Its own task: a device that reads no keys must still be heard.
async fn type_in(channel: Arc<Channel>, mut typed: mpsc::Receiver<Record>) {
    while let Some(record) = typed.recv().await {
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
