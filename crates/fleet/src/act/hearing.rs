//! Hearing: what devices say of acts, kept before it is confirmed, and each thing once.

use std::collections::{BTreeMap, HashSet};

use data_encoding::BASE64;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;
use protocol::grant::Refusal;
use protocol::message::{FromAgent, FromServer, Outcome, Stream};

use super::store::{self, Piece};
use super::{Act, ActId, State, asking, ending, sending, stopping, transferring};
use crate::device::DeviceId;
use crate::link::hub;
use crate::link::lease::{self, Epoch};
use crate::{grant, rollout};

const NAME: &str = "fleet.heard";
/// What an act may write; the rest is left out and the act says so.
pub const OUTPUT_MOST: i64 = 10 * 1024 * 1024;
/// One piece.
const PIECE_MOST: usize = 256 * 1024;
const NUMBERS_MOST: u64 = 10_000_000;
/// Acts in one account.
const ACTS_MOST: usize = 1_000;

/// A device says something about its acts, over the link of this epoch.
///
/// # Errors
/// The database's; then nothing is confirmed, and the device says it again.
pub async fn heard(kernel: &Kernel, device: DeviceId, epoch: Epoch, said: FromAgent) -> Result<()> {
    match said {
        FromAgent::Output {
            act,
            seq,
            stream,
            text_b64,
        } => output(kernel, device, epoch, &act, seq, stream, &text_b64).await,
        FromAgent::Done { act, outcome } => done(kernel, device, epoch, &act, outcome).await,
        FromAgent::Acts { running, known } => account(kernel, device, epoch, running, known).await,
        _ => Ok(()),
    }
}

async fn output(
    kernel: &Kernel,
    device: DeviceId,
    epoch: Epoch,
    act: &str,
    seq: u64,
    stream: Stream,
    text: &str,
) -> Result<()> {
    let took = FromServer::Took {
        act: act.to_owned(),
        seq,
    };
    let id = asking::id_of(act);
    let body = BASE64
        .decode(text.as_bytes())
        .ok()
        .filter(|body| body.len() <= PIECE_MOST && seq <= NUMBERS_MOST);
    if let (Some(id), Some(body)) = (id, body) {
        let at = kernel.clock.now();
        let stream = match stream {
            Stream::Out => "out",
            Stream::Err => "err",
            Stream::Note => "note",
        };
        let piece = Piece {
            seq: i64::try_from(seq).unwrap_or(i64::MAX),
            stream: stream.to_owned(),
            at,
            body,
        };
        let write = move |tx: &mut Tx<'_>| {
            lease::guard(tx, device, epoch)?;
            keep(tx, device, id, &piece)
        };
        if kernel.db.write(write).await? {
            kernel.shelf.get::<web::Hub>().publish(&[format!("act:{id}")]);
        }
    }
    // What is malformed, too long, or nobody's is forgotten on both sides: it would come back for ever.
    hub::of(kernel).send(&device, &took);
    Ok(())
}

/// Keeps a piece of output. Gives back whether the page has something new.
fn keep(tx: &mut Tx<'_>, device: DeviceId, id: ActId, piece: &Piece) -> Result<bool> {
    let Some(mut act) = store::find(tx, id)?.filter(|act| act.device == device && act.hash.is_none()) else {
        return Ok(false);
    };
    let size = i64::try_from(piece.body.len()).unwrap_or(i64::MAX);
    if act.bytes.saturating_add(size) > OUTPUT_MOST {
        store::cut(tx, id)?;
        return Ok(!act.is_cut);
    }
    if !store::keep_piece(tx, id, piece)? {
        return Ok(false);
    }
    store::add_bytes(tx, id, size)?;
    if matches!(act.state, State::Granted | State::Sent) {
        act.bytes += size;
        act.state = State::Running;
        store::update(tx, &act)?;
    }
    Ok(true)
}

async fn done(kernel: &Kernel, device: DeviceId, epoch: Epoch, act: &str, outcome: Outcome) -> Result<()> {
    let outcome = match outcome {
        // Only the server assumes an end that a later word may replace.
        Outcome::Lost { text } if text == ending::NEVER_HEARD => Outcome::Lost { text: String::new() },
        outcome => outcome,
    };
    let Some(id) = asking::id_of(act) else {
        hub::of(kernel).send(&device, &FromServer::TookDone { act: act.to_owned() });
        return Ok(());
    };
    // An order that came twice is no end: the act's own is still to come.
    if matches!(&outcome, Outcome::Refused { code } if code == Refusal::Replayed.code()) {
        return Ok(());
    }
    if !transferring::is_one(kernel, id) {
        return ended(kernel, device, epoch, id, outcome).await;
    }
    // Its last bytes may still be on their way into the file, and whoever reads the link must not wait for them.
    let Some(arriving) = transferring::begin_arriving(kernel, id, epoch) else {
        return Ok(());
    };
    let kernel = kernel.clone();
    tokio::spawn(async move {
        let _arriving = arriving;
        let ending = async {
            let outcome = transferring::arrived(&kernel, id, outcome).await?;
            ended(&kernel, device, epoch, id, outcome).await
        };
        if let Err(error) = ending.await {
            tracing::warn!(%error, act = %id, "a transfer has ended, but not for us; the device says it again");
        }
    });
    Ok(())
}

async fn ended(kernel: &Kernel, device: DeviceId, epoch: Epoch, id: ActId, outcome: Outcome) -> Result<()> {
    let cx = kernel.cx_system(NAME);
    let write = move |tx: &mut Tx<'_>| {
        lease::guard(tx, device, epoch)?;
        end(tx, &cx, device, id, outcome.clone())
    };
    kernel.db.write(write).await?;
    hub::of(kernel).send(&device, &FromServer::TookDone { act: id.to_string() });
    Ok(())
}

fn end(tx: &mut Tx<'_>, cx: &Cx, device: DeviceId, id: ActId, outcome: Outcome) -> Result<()> {
    tx.lock("fleet.act", id)?;
    match store::find(tx, id)? {
        Some(mut act) if act.device == device => {
            if ending::settle(tx, cx, &mut act, outcome)? {
                transferring::go_on(tx, cx, &act)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The device's own account after a link was made: what runs, what ended. All else it never saw.
async fn account(
    kernel: &Kernel,
    device: DeviceId,
    epoch: Epoch,
    running: Vec<String>,
    known: Vec<(String, Outcome)>,
) -> Result<()> {
    // The end of a transfer may still be being taken in when the rest is compared.
    let mut told = HashSet::new();
    for (act, outcome) in known.into_iter().take(ACTS_MOST) {
        told.extend(asking::id_of(&act));
        done(kernel, device, epoch, &act, outcome).await?;
    }
    let running: Vec<ActId> = running
        .iter()
        .take(ACTS_MOST)
        .filter_map(|act| asking::id_of(act))
        .collect();
    let cx = kernel.cx_system(NAME);
    let now = cx.now();
    // A whole department that comes back at once mostly has nothing to say, and then nothing is written.
    if kernel.db.read(move |tx| is_quiet(tx, device, now)).await? {
        return Ok(());
    }
    let write = move |tx: &mut Tx<'_>| {
        lease::guard(tx, device, epoch)?;
        compare(tx, &cx, device, epoch, &running, &told)
    };
    let Compared {
        unseen,
        sessions,
        cancelled,
        revoked,
        is_stopped,
    } = kernel.db.write(write).await?;
    let hub = hub::of(kernel);
    if is_stopped {
        hub.send(&device, &FromServer::Stop { all: true });
    }
    if !revoked.is_empty() {
        hub.send(&device, &FromServer::Revoke { grants: revoked });
    }
    for act in cancelled {
        hub.send(&device, &FromServer::Cancel { act });
    }
    for act in unseen {
        sending::take_up(kernel, act).await?;
    }
    for act in sessions {
        sending::go_on(kernel, act).await?;
    }
    Ok(())
}

/// Whether nothing follows from any account of a device. What is asked from now on reaches it by itself: its link is known.
fn is_quiet(tx: &mut Tx<'_>, device: DeviceId, now: Timestamp) -> Result<bool> {
    Ok(store::open_of_device(tx, device)?.is_empty()
        && rollout::store::waiting_for(tx, device)?.is_empty()
        && grant::store::revoked_of_device(tx, device, now)?.is_empty()
        && !stopping::is_stopped(tx)?)
}

/// What follows from an account.
struct Compared {
    unseen: Vec<ActId>,
    /// Those that go on and want a channel of the new link.
    sessions: Vec<ActId>,
    cancelled: Vec<String>,
    revoked: Vec<String>,
    is_stopped: bool,
}

/// What runs there, what the device said the end of, and what neither says.
fn compare(
    tx: &mut Tx<'_>,
    cx: &Cx,
    device: DeviceId,
    epoch: Epoch,
    running: &[ActId],
    told: &HashSet<ActId>,
) -> Result<Compared> {
    let open: BTreeMap<ActId, Act> = store::open_of_device(tx, device)?
        .into_iter()
        .map(|act| (act.id, act))
        .collect();
    let (mut unseen, mut cancelled, mut sessions) = (Vec::new(), Vec::new(), Vec::new());
    for (id, mut act) in open.into_iter().filter(|(id, _)| !told.contains(id)) {
        tx.lock("fleet.act", id)?;
        let runs = running.contains(&id);
        match act.state {
            _ if runs => {
                if act.cancel_at.is_some() {
                    cancelled.push(id.to_string());
                } else if act.is_session() {
                    sessions.push(id);
                }
                if act.state != State::Running {
                    act.state = State::Running;
                    store::update(tx, &act)?;
                }
            }
            // It began there and is not known there any more: nobody can know how it ended.
            State::Running => {
                let text = "the device does not know it any more".to_owned();
                ending::settle(tx, cx, &mut act, Outcome::Lost { text })?;
                transferring::go_on(tx, cx, &act)?;
            }
            _ if act.cancel_at.is_some() => {
                ending::settle(tx, cx, &mut act, Outcome::Cancelled)?;
            }
            // It left by this very link, after the device wrote its account.
            State::Sent if act.epoch == Some(epoch.0) => {}
            _ => unseen.push(id),
        }
    }
    // What waited for this device goes on.
    for waiting in rollout::store::waiting_for(tx, device)? {
        rollout::wake(tx, cx, waiting)?;
    }
    let revoked = grant::store::revoked_of_device(tx, device, cx.now())?;
    Ok(Compared {
        unseen,
        sessions,
        cancelled,
        revoked: revoked.iter().map(ToString::to_string).collect(),
        is_stopped: stopping::is_stopped(tx)?,
    })
}
