//! Files from a device and to it, over a channel of its link.
//!
//! What comes is written into a file of this node's own until all of it is here and its SHA-256 is what the device says; then it is a
//! stored file like any other. When the link breaks, the next act goes on where this one ended, a few times by itself.

use std::collections::{HashMap, HashSet};
use std::io::SeekFrom;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use protocol::message::Outcome;
use protocol::verb::{Bundle, FILE_MOST, Verb};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::store::{self, Transfer};
use super::{Act, ActId, State, events};
use crate::device;
use crate::link::channel::Channel;
use crate::link::lease::Epoch;

/// The end of the bytes is waited for so long after the device said that it was done.
const PATIENCE: Duration = Duration::from_secs(120);
/// A transfer goes on by itself so often.
const GO_ON_MOST: usize = 8;
const CHUNK: usize = 64 * 1024;
/// After so many bytes it is noted how far a file came: no more than this comes again when this process dies.
const NOTE_EVERY: i64 = 8 * 1024 * 1024;
const PICK_UP_SECONDS: i64 = 15 * 60;

/// The transfers of this node, each with the sign that its bytes are over.
#[derive(Default)]
struct Here {
    ends: Mutex<HashMap<ActId, Mover>>,
    /// Those whose end was told over a link of this epoch and is being taken in.
    arriving: Mutex<HashSet<(ActId, i64)>>,
}

impl Here {
    fn note(&self, act: ActId, mover: Mover) {
        self.ends
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(act, mover);
    }
}

/// Who moves the bytes at our end.
#[derive(Clone)]
struct Mover {
    over: watch::Receiver<bool>,
    task: AbortHandle,
}

/// Somebody takes in the end of a transfer; given up when dropped.
pub(crate) struct Arriving {
    here: Arc<Here>,
    what: (ActId, i64),
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let mut arriving = self.here.arriving.lock().unwrap_or_else(PoisonError::into_inner);
        arriving.remove(&self.what);
    }
}

/// Begins to take in the end of a transfer; none while that goes on: a device may say it a thousand times.
#[must_use]
pub(crate) fn begin_arriving(kernel: &Kernel, act: ActId, epoch: Epoch) -> Option<Arriving> {
    let here = kernel.shelf.get::<Here>();
    let is_first = {
        let mut arriving = here.arriving.lock().unwrap_or_else(PoisonError::into_inner);
        arriving.insert((act, epoch.0))
    };
    let what = (act, epoch.0);
    is_first.then_some(Arriving { here, what })
}

/// Whether this node moves the bytes of an act.
#[must_use]
pub(crate) fn is_one(kernel: &Kernel, act: ActId) -> bool {
    let here = kernel.shelf.get::<Here>();
    let ends = here.ends.lock().unwrap_or_else(PoisonError::into_inner);
    ends.contains_key(&act)
}

/// Takes our end of a channel: reads into the file, or sends the file.
///
/// # Errors
/// When the file cannot be had.
pub(crate) async fn begin(kernel: &Kernel, act: &Act, verb: &Verb, channel: Channel) -> Result<()> {
    let id = act.id;
    let transfer = kernel
        .db
        .read(move |tx| store::transfer(tx, id))
        .await?
        .ok_or_else(Error::not_found)?;
    let (over, end) = watch::channel(false);
    let here = kernel.shelf.get::<Here>();
    let own = kernel.clone();
    let task = match verb {
        Verb::FilePut { offset, size, .. } => {
            let hash = transfer.hash.clone().ok_or_else(Error::not_found)?;
            let content = if offset < size {
                kernel.files.get_part(&hash, *offset..*size).await?.stream
            } else {
                // An empty file, or one that the device may have whole already: there is no such part of it.
                futures::stream::empty().boxed()
            };
            tokio::spawn(send(content, channel, over))
        }
        _ => {
            let mut part = open_part(kernel, &transfer).await?;
            tokio::spawn(async move {
                let came = receive(&own, &mut part, &channel, &transfer).await;
                note_moved(&own, &transfer, came).await;
                over.send_replace(true);
            })
        }
    };
    let mover = Mover {
        over: end,
        task: task.abort_handle(),
    };
    here.note(id, mover);
    Ok(())
}

/// Takes our end of a channel by which a bundle goes to a device. It lies here; whether it is what was signed, the device judges.
///
/// # Errors
/// When the file cannot be had.
pub(crate) async fn begin_bundle(
    kernel: &Kernel,
    act: ActId,
    bundle: &Bundle,
    channel: Channel,
) -> Result<()> {
    let content = kernel
        .files
        .get_part(&bundle.sha256, 0..bundle.size)
        .await?
        .stream;
    let (over, end) = watch::channel(false);
    let task = tokio::spawn(send(content, channel, over));
    let mover = Mover {
        over: end,
        task: task.abort_handle(),
    };
    kernel.shelf.get::<Here>().note(act, mover);
    Ok(())
}

/// Sends a content, and stays until the device has what it needs: it ends the channel then. Closing it here would cut off what is under way.
async fn send(mut content: BoxStream<'static, Result<Bytes>>, channel: Channel, over: watch::Sender<bool>) {
    while let Some(Ok(piece)) = content.next().await {
        if channel.send(&piece).await.is_err() {
            break;
        }
    }
    while channel.recv().await.is_some() {}
    over.send_replace(true);
}

fn part_of(kernel: &Kernel, transfer: &Transfer) -> PathBuf {
    let first = transfer.continues.unwrap_or(transfer.act);
    kernel.config.data.join("transfers").join(format!("{first}.part"))
}

async fn open_part(kernel: &Kernel, transfer: &Transfer) -> Result<File> {
    let path = part_of(kernel, transfer);
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(unavailable)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false).mode(0o600);
    let mut part = options.open(path).await.map_err(unavailable)?;
    let start = u64::try_from(transfer.start_at).unwrap_or(0);
    if part.metadata().await.map_err(unavailable)?.len() < start {
        return Err(Error::unavailable("fleet.transfer_part_gone"));
    }
    part.set_len(start).await.map_err(unavailable)?;
    part.seek(SeekFrom::Start(start)).await.map_err(unavailable)?;
    Ok(part)
}

/// Writes what comes; answers how far it came.
async fn receive(kernel: &Kernel, part: &mut File, channel: &Channel, transfer: &Transfer) -> i64 {
    let most = i64::try_from(FILE_MOST).unwrap_or(i64::MAX);
    let (mut came, mut noted) = (transfer.start_at, transfer.start_at);
    while let Some(bytes) = channel.recv().await {
        let next = came.saturating_add(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        if next > most || part.write_all(&bytes).await.is_err() {
            break;
        }
        came = next;
        // What is noted is on the disk, so that a transfer may go on from there whatever happens.
        if came - noted >= NOTE_EVERY && part.sync_data().await.is_ok() {
            noted = came;
            note_moved(kernel, transfer, came).await;
        }
    }
    if part.sync_all().await.is_err() {
        return noted;
    }
    came
}

async fn note_moved(kernel: &Kernel, transfer: &Transfer, moved: i64) {
    let act = transfer.act;
    let noted = kernel
        .db
        .write(move |tx| store::moved(tx, act, moved, None))
        .await;
    if let Err(error) = noted {
        tracing::warn!(%error, %act, "how far a file came could not be noted");
    }
}

/// The device says how a transfer ended: waits for the last bytes, and looks whether they are what it says.
///
/// # Errors
/// When the file could not be kept; the device says it again.
pub(crate) async fn arrived(kernel: &Kernel, act: ActId, outcome: Outcome) -> Result<Outcome> {
    let here = kernel.shelf.get::<Here>();
    let mover = here
        .ends
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&act)
        .cloned();
    let transfer = kernel.db.read(move |tx| store::transfer(tx, act)).await?;
    let Some(mut mover) = mover else {
        return Ok(outcome);
    };
    let Some(transfer) = transfer else {
        // A bundle: nothing of it is kept here, and the device needs no more of it.
        mover.task.abort();
        here.ends
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&act);
        return Ok(outcome);
    };
    if !matches!(outcome, Outcome::Done { .. }) && !may_go_on(&outcome) {
        // A device that refuses never takes the channel up, so nothing would end it but the link.
        mover.task.abort();
    }
    let over = async { mover.over.wait_for(|over| *over).await.is_ok() };
    let waited = tokio::time::timeout(PATIENCE, over).await;
    let kept = match (&outcome, waited, transfer.is_get) {
        (Outcome::Done { hash: Some(hash), .. }, Ok(true), true) => keep(kernel, &transfer, hash).await?,
        (Outcome::Done { .. }, Ok(true), false) => true,
        (Outcome::Done { .. }, _, _) => false,
        _ => true,
    };
    here.ends
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&act);
    if transfer.is_get && !may_go_on(&outcome) {
        // Nothing will go on from what came of it.
        tokio::fs::remove_file(part_of(kernel, &transfer)).await.ok();
    }
    if kept {
        return Ok(outcome);
    }
    Ok(Outcome::Failed {
        code: "hash".to_owned(),
        text: String::new(),
    })
}

/// Makes a stored file of what came, when it is what the device says.
async fn keep(kernel: &Kernel, transfer: &Transfer, hash: &str) -> Result<bool> {
    let path = part_of(kernel, transfer);
    if hash_of(&path).await? != hash {
        return Ok(false);
    }
    let file = File::open(&path).await.map_err(unavailable)?;
    let pieces = futures::stream::try_unfold(file, |mut file| async move {
        let mut buffer = vec![0; CHUNK];
        let read = file.read(&mut buffer).await?;
        buffer.truncate(read);
        let piece = (read > 0).then(|| (bytes::Bytes::from(buffer), file));
        Ok::<_, std::io::Error>(piece)
    });
    let stored = kernel.files.put_stream(Box::pin(pieces), FILE_MOST).await?;
    let act = transfer.act;
    let write = move |tx: &mut Tx<'_>| store::moved(tx, act, stored.size, Some(&stored.hash));
    kernel.db.write(write).await?;
    tokio::fs::remove_file(path).await.ok();
    Ok(true)
}

async fn hash_of(path: &std::path::Path) -> Result<String> {
    let mut file = File::open(path).await.map_err(unavailable)?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        let read = file.read(&mut buffer).await.map_err(unavailable)?;
        if read == 0 {
            return Ok(data_encoding::HEXLOWER.encode(&hasher.finalize()));
        }
        hasher.update(&buffer[..read]);
    }
}

/// A transfer that was cut off goes on in a new act, where the bytes ended.
pub(crate) fn go_on(tx: &mut Tx<'_>, cx: &Cx, act: &Act) -> Result<()> {
    let Some(outcome) = act.outcome.as_ref().filter(|outcome| may_go_on(outcome)) else {
        return Ok(());
    };
    if act.cancel_at.is_some() {
        return Ok(());
    }
    let Some(transfer) = store::transfer(tx, act.id)? else {
        return Ok(());
    };
    let first = transfer.continues.unwrap_or(transfer.act);
    if store::count_continuing(tx, first)? >= GO_ON_MOST {
        return Ok(());
    }
    let verb = match act.read_verb() {
        Some(Verb::FileGet { path, .. }) => Verb::FileGet {
            path,
            offset: u64::try_from(transfer.moved).unwrap_or(0),
        },
        Some(Verb::FilePut {
            path,
            size,
            sha256,
            offset,
            overwrite,
        }) => Verb::FilePut {
            path,
            size,
            sha256,
            offset: match outcome {
                // A device that died cannot say how much it has. Asked to go on at the end, it is done when it has all, and
                // otherwise refuses with the number from which the next one goes on.
                Outcome::Lost { .. } => size,
                Outcome::Failed { text, .. } => leading_number(text).unwrap_or(offset).min(size),
                _ => offset,
            },
            overwrite,
        },
        _ => return Ok(()),
    };
    let body = verb.write().map_err(|unfit| super::asking::malformed(&unfit))?;
    let next = Act {
        id: cx.new_id(),
        body,
        state: State::Asked,
        node: None,
        epoch: None,
        asked_at: cx.now(),
        due_at: cx.now().add_secs(PICK_UP_SECONDS),
        sent_at: None,
        ended_at: None,
        outcome: None,
        bytes: 0,
        is_cut: false,
        hash: None,
        ..act.clone()
    };
    store::insert(tx, &next)?;
    let start_at = match &verb {
        Verb::FilePut { offset, .. } => i64::try_from(*offset).unwrap_or(0),
        _ => transfer.moved,
    };
    let moving = Transfer {
        act: next.id,
        continues: Some(first),
        start_at,
        moved: start_at,
        ..transfer
    };
    store::insert_transfer(tx, &moving)?;
    let new = New {
        kind: events::ASKED,
        subject: device::subject(next.device),
        data: json!({
            "act": next.id.to_string(), "device": next.device.to_string(), "ticket": next.ticket, "verb": next.verb,
            "danger": next.danger, "held": false, "continues": first.to_string(),
        }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// Whether a transfer that ended so is taken up again.
fn may_go_on(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Lost { .. } => true,
        Outcome::Failed { code, .. } => code == "link_lost" || code == "offset",
        _ => false,
    }
}

/// The words of a device begin with the number of bytes that it has.
fn leading_number(text: &str) -> Option<u64> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn unavailable(source: std::io::Error) -> Error {
    Error::unavailable("fleet.transfer_disk").caused_by(source)
}
