//! Sessions: what terminals and screens have in common. An act with a channel to its device, people who watch and take part, and a
//! recording that is written as it happens.
//!
//! A session is an act and has its id. `room` is a session as it runs on this node, `serving` moves records between its device and its
//! people and into the recording, `film` is the recording of what viewers of a picture were told, `socket` is a browser in it, `reaching` finds the node that has it, `sweeping` ends what nobody
//! serves any more. What is said and shown is the [`Kind`]'s. Whoever may see the act may watch; taking part asks for the right of
//! the act on the device.
//!
//! A dropped link ends nothing: the device keeps the session for two minutes, and this side goes on where its recording ends.

pub(crate) mod film;
pub(crate) mod reaching;
pub(crate) mod room;
mod serving;
pub(crate) mod socket;
pub(crate) mod sweeping;

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use protocol::message::FromAgent;
use protocol::recording::Record;
use tokio::sync::broadcast;

use crate::act::ActId;
use crate::device::DeviceId;
use crate::link::{self, Channel, Epoch};
use room::{Room, Word};

/// A kind of session: what its device says and its people see.
pub(crate) trait Kind: Clone + Debug + Send + Sync + 'static {
    /// Its name between nodes and in the log.
    const NAME: &'static str;
    /// What came from the device is safe within this time.
    const FLUSH: Duration;
    /// It ends when nobody was here for so long; none: it goes on.
    const ALONE_MOST: Option<Duration>;
    /// A session as the database has it.
    type Session: Row;
    /// What changes in a room besides what all rooms have.
    type Live: Debug + Default + Send;
    /// What a room tells its people besides what all rooms tell.
    type Word: Clone + Debug + Send;
    /// Writes the recording.
    type Recorder: Recorder<Self::Session>;
    /// What is known of one browser.
    type Eyes: Default + Send + Sync;

    /// A session.
    fn find(tx: &mut Tx<'_>, id: ActId) -> Result<Option<Self::Session>>;
    /// The same, made when its act came another way.
    fn find_or_make(tx: &mut Tx<'_>, id: ActId) -> Result<Self::Session>;
    /// Sessions that are not over.
    fn open(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Self::Session>>;
    /// Not all of it is in the recording any more.
    fn unrecorded(tx: &mut Tx<'_>, id: ActId) -> Result<()>;
    /// Somebody looked on, or took part.
    fn was_there(tx: &mut Tx<'_>, id: ActId, person: UserId, took_part: bool, at: Timestamp) -> Result<()>;
    /// It is over, for this reason: once.
    fn finish(kernel: &Kernel, id: ActId, reason: &str) -> impl Future<Output = Result<()>> + Send;

    /// A room is served from now on.
    fn begin(room: &Room<Self>, session: &Self::Session);
    /// The device's stream can be reached again.
    fn reached(room: &Room<Self>);
    /// Something happened on the device.
    fn happened(
        kernel: &Kernel,
        room: &Room<Self>,
        session: &Self::Session,
        record: &Record,
    ) -> impl Future<Output = Happened> + Send;

    /// What a newcomer is shown, and all that comes after it.
    fn listen(room: &Room<Self>, eyes: &mut Self::Eyes) -> (Vec<Piece>, broadcast::Receiver<Word<Self>>);
    /// How one browser is told what concerns this kind.
    fn tell(room: &Room<Self>, number: u64, eyes: &mut Self::Eyes, word: Self::Word) -> Vec<Piece>;
    /// A browser sent bytes. An answer goes back; an error ends the visit.
    ///
    /// # Errors
    /// When no browser of ours says so.
    fn heard(
        room: &Room<Self>,
        number: u64,
        eyes: &mut Self::Eyes,
        bytes: &[u8],
    ) -> std::result::Result<Vec<Piece>, Left>;
    /// A browser is gone: what it held is let go.
    fn left(room: &Room<Self>, number: u64, eyes: &mut Self::Eyes);
    /// A browser said a word that not all kinds know.
    fn wished(
        kernel: &Kernel,
        device: &DeviceId,
        room: &Room<Self>,
        number: u64,
        eyes: &mut Self::Eyes,
        word: &[u8],
    );
}

/// What a browser is sent.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Bytes of the session.
    Bytes(Bytes),
    /// A word, as JSON.
    Word(String),
}

impl Piece {
    /// A word.
    pub fn word(value: &serde_json::Value) -> Self {
        Self::Word(value.to_string())
    }
}

/// A browser is no longer in the session.
#[derive(Debug)]
pub(crate) struct Left;

/// What follows from something that happened on a device.
pub(crate) enum Happened {
    /// Nothing for the session itself.
    Shown,
    /// The device said whether it ends a session that is not recorded.
    MustRecord(bool),
    /// The session is over, for this reason.
    Over(String),
}

/// A session as the database has it.
pub(crate) trait Row: Send + Sync + 'static {
    /// Its act.
    fn act(&self) -> ActId;
    /// Where.
    fn device(&self) -> DeviceId;
    /// Whether it is over.
    fn is_over(&self) -> bool;
    /// Whether all of it is recorded by now.
    fn is_recorded(&self) -> bool;
    /// Whether the beginning of the device's stream was taken in.
    fn has_begun(&self) -> bool;
}

/// What was not written yet of a recording, and how far it goes.
pub(crate) trait Recorder<S>: Send + Sync + 'static {
    /// Goes on where the recording of a session ends.
    fn of(session: &S) -> Self;
    /// From which byte on the device's stream is needed.
    fn place(&self) -> u64;
    /// The device begins here: what lies before is lost when it is later than was asked for.
    fn begins(&mut self, place: u64);
    /// Takes in a record that took so many bytes on its way.
    fn take(&mut self, record: &Record, length: usize);
    /// Whether what waits should be written at once.
    fn is_full(&self) -> bool;
    /// Whether nothing is kept any more.
    fn has_failed(&self) -> bool;
    /// Not all of it could be kept: nothing is from now on.
    fn fail(&mut self);
    /// Nothing more will come.
    fn last_words(&mut self);
    /// Writes what waits, under the epoch of the link it came by; without one when no link is left. What could not be written waits
    /// on.
    fn flush(&mut self, kernel: &Kernel, epoch: Option<Epoch>) -> impl Future<Output = Result<()>> + Send;
}

/// An order for a session is about to leave on this channel.
///
/// # Errors
/// Not found for one that is over, whatever its device still holds open: nothing of it would be recorded. The database's.
pub(crate) async fn begin<K: Kind>(kernel: &Kernel, id: ActId, epoch: Epoch, channel: Channel) -> Result<()> {
    let session = kernel.db.write(move |tx| K::find_or_make(tx, id)).await?;
    if session.is_over() {
        return Err(Error::not_found());
    }
    serving::attach::<K>(kernel, session, epoch, channel);
    Ok(())
}

/// A device says that a session can be reached on a channel, or is over.
///
/// # Errors
/// The database's.
pub(crate) async fn heard(kernel: &Kernel, device: DeviceId, epoch: Epoch, said: FromAgent) -> Result<()> {
    // The end is in the stream itself, and in the act's outcome.
    let FromAgent::Opened { session, channel } = said else {
        return Ok(());
    };
    let Ok(id) = session.parse::<ActId>() else {
        return Ok(());
    };
    if !reopened::<crate::terminal::Terminal>(kernel, device, epoch, id, channel).await? {
        reopened::<crate::screen::Screen>(kernel, device, epoch, id, channel).await?;
    }
    Ok(())
}

/// Whether the session was one of this kind.
async fn reopened<K: Kind>(
    kernel: &Kernel,
    device: DeviceId,
    epoch: Epoch,
    id: ActId,
    channel: u32,
) -> Result<bool> {
    let Some(session) = kernel.db.read(move |tx| K::find(tx, id)).await? else {
        return Ok(false);
    };
    if session.device() != device || session.is_over() {
        return Ok(true);
    }
    // The first channel is ours, and has somebody at this end already.
    if let Some(channel) = link::of(kernel).take_channel(&device, channel) {
        serving::attach::<K>(kernel, session, epoch, channel);
    }
    Ok(true)
}
