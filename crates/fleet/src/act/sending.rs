//! Sending: the node that holds a device's link takes its acts up, gets each a grant, and sends the order.
//!
//! The row says what is about to happen before it happens, so that after a death the device's own account decides
//! (`hearing::account`): what it never saw is sent again under the same id, and no device runs an id twice.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use desk::ticket::{self, Stage};
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{Event, Subscriber};
use protocol::grant::{Grant, Order};
use protocol::message::{FromServer, Outcome};
use protocol::signed::Signed;
use protocol::verb::{Bundle, Verb};

use super::{
    Act, ActId, State, approving, asking, ending, events, measuring, seeing, stopping, store, transferring,
};
use crate::device::{self, Device, DeviceId};
use crate::grant::{self, Kept};
use crate::link::hub::{self, Hub};
use crate::release::bundling;
use crate::screen::Screen;
use crate::session;
use crate::signing::client::{self, Asked};
use crate::terminal::Terminal;

const NAME: &str = "fleet.acts";
/// After its grant is over, a device that was away has so long to say what became of an act.
const AWAY_MILLIS: i64 = 24 * 3_600_000;

/// On every node: acts of the devices that are here.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::node(NAME, hear)
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let hub = hub::of(kernel);
        for event in events {
            hear_one(kernel, &hub, event).await?;
        }
        Ok(())
    })
}

async fn hear_one(kernel: &Kernel, hub: &Arc<Hub>, event: &Event) -> Result<()> {
    let data = &event.data;
    match event.kind.as_str() {
        events::ASKED => {
            let device: Option<DeviceId> = data["device"].as_str().and_then(|id| id.parse().ok());
            let is_mine = device.is_some_and(|device| hub.is_here(&device)) && data["held"] != true;
            if let Some(act) = data["act"].as_str().and_then(asking::id_of).filter(|_| is_mine) {
                take_up(kernel, act).await?;
            }
        }
        events::APPROVED => {
            for act in data["acts"].as_array().into_iter().flatten() {
                if let Some(act) = act.as_str().and_then(asking::id_of) {
                    take_up(kernel, act).await?;
                }
            }
        }
        events::CANCELLING => {
            let device: Option<DeviceId> = data["device"].as_str().and_then(|id| id.parse().ok());
            if let (Some(device), Some(act)) = (device, data["act"].as_str()) {
                hub.send(&device, &FromServer::Cancel { act: act.to_owned() });
            }
        }
        events::REVOKED => {
            for (device, grants) in data["devices"].as_object().into_iter().flatten() {
                let grants = grants.as_array().into_iter().flatten();
                let grants = grants
                    .filter_map(|grant| grant.as_str().map(str::to_owned))
                    .collect();
                if let Ok(device) = device.parse::<DeviceId>() {
                    hub.send(&device, &FromServer::Revoke { grants });
                }
            }
        }
        events::STOPPED => {
            hub.send_all(&FromServer::Stop { all: true });
        }
        events::RELEASED => {
            hub.send_all(&FromServer::Stop { all: false });
        }
        _ => {}
    }
    Ok(())
}

/// An event and a device's account may both lead to an act, at the same moment; who comes second finds it sent. Acts share the
/// turns of so many.
#[derive(Default)]
struct Turns {
    of: [tokio::sync::Mutex<()>; 32],
}

impl Turns {
    async fn take(&self, id: ActId) -> tokio::sync::MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let at = usize::try_from(hasher.finish() % self.of.len() as u64).unwrap_or(0);
        self.of[at].lock().await
    }
}

/// Takes an act up when its device is here: grant, order, and off. Nothing happens when it left by this very link.
///
/// # Errors
/// The database's.
pub async fn take_up(kernel: &Kernel, id: ActId) -> Result<()> {
    let turns = kernel.shelf.get::<Turns>();
    let _turn = turns.take(id).await;
    let hub = hub::of(kernel);
    let cx = kernel.cx_system(NAME);
    let found = kernel.db.read(move |tx| store::find(tx, id)).await?;
    let Some(act) = found.filter(|act| hub.is_here(&act.device)) else {
        return Ok(());
    };
    let epoch = hub.epoch(&act.device).map(|epoch| epoch.0);
    let (node, own) = (kernel.node.to_string(), cx.clone());
    let begun = kernel
        .db
        .write(move |tx| begin(tx, &own, act.id, &node, epoch))
        .await?;
    let Some((act, verb, kept)) = begun else {
        return Ok(());
    };
    let kept = match kept {
        Some(kept) => kept,
        None => match signed(kernel, &cx, &act, &verb).await? {
            Some(kept) => kept,
            None => return Ok(()),
        },
    };
    let channel = match channel(kernel, &hub, &act, &verb).await {
        Ok(channel) => channel,
        // The link went meanwhile; the next one takes it up.
        Err(Hindrance::Away) => return Ok(()),
        Err(Hindrance::Over(code)) => {
            return kernel.db.write(move |tx| give_up(tx, &cx, act.id, code)).await;
        }
        Err(Hindrance::Broken(error)) => {
            tracing::warn!(%error, act = %act.id, "a transfer could not begin");
            return kernel.db.write(move |tx| begin_anew(tx, &cx, act.id)).await;
        }
    };
    let order = Order {
        act: act.id.to_string(),
        grant: kept.signed,
        verb: act.body.clone(),
        channel,
    };
    hub.send(&act.device, &FromServer::Act(order));
    Ok(())
}

/// A session goes on over a new link: the same order again, with a channel of this link. The agent begins nothing by it.
///
/// # Errors
/// The database's.
pub async fn go_on(kernel: &Kernel, id: ActId) -> Result<()> {
    let hub = hub::of(kernel);
    let read = move |tx: &mut Tx<'_>| Ok(store::find(tx, id)?.zip(grant::store::of_act(tx, id)?));
    let Some((act, kept)) = kernel.db.read(read).await? else {
        return Ok(());
    };
    let Some(verb) = act.read_verb().filter(|_| kept.revoked_at.is_none()) else {
        return Ok(());
    };
    match channel(kernel, &hub, &act, &verb).await {
        Ok(channel) => {
            let order = Order {
                act: act.id.to_string(),
                grant: kept.signed,
                verb: act.body.clone(),
                channel,
            };
            hub.send(&act.device, &FromServer::Act(order));
        }
        Err(Hindrance::Away | Hindrance::Over(_)) => {}
        Err(Hindrance::Broken(error)) => tracing::warn!(%error, act = %act.id, "a session cannot go on"),
    }
    Ok(())
}

/// Marks an act as taken up, when it may still be done; with the grant it has already.
fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: ActId,
    node: &str,
    epoch: Option<i64>,
) -> Result<Option<(Act, Verb, Option<Kept>)>> {
    tx.lock("fleet.act", id)?;
    let Some(mut act) = store::find(tx, id)? else {
        return Ok(None);
    };
    if !matches!(act.state, State::Asked | State::Granted | State::Sent) || act.cancel_at.is_some() {
        return Ok(None);
    }
    if act.state == State::Sent && epoch.is_some() && act.epoch == epoch {
        return Ok(None);
    }
    let verb = match (act.read_verb(), obstacle(tx, cx, &act)?) {
        (Some(verb), None) => verb,
        (_, obstacle) => {
            let code = obstacle.unwrap_or("verb").to_owned();
            ending::settle(tx, cx, &mut act, Outcome::Refused { code })?;
            return Ok(None);
        }
    };
    let kept =
        grant::store::of_act(tx, id)?.filter(|kept| kept.revoked_at.is_none() && kept.expires_at > cx.now());
    if kept.is_none() && act.state == State::Sent {
        // It had its time, and its device never saw it.
        ending::settle(
            tx,
            cx,
            &mut act,
            Outcome::Failed {
                code: "expired".to_owned(),
                text: String::new(),
            },
        )?;
        return Ok(None);
    }
    if kept.is_none() {
        act.state = State::Granted;
    }
    (act.node, act.epoch) = (Some(node.to_owned()), epoch);
    store::update(tx, &act)?;
    Ok(Some((act, verb, kept)))
}

/// What changed since it was asked for.
fn obstacle(tx: &mut Tx<'_>, cx: &Cx, act: &Act) -> Result<Option<&'static str>> {
    if stopping::is_stopped(tx)? {
        return Ok(Some("stopped"));
    }
    let ticket = ticket::store::load(tx, act.ticket)?;
    if ticket.is_none_or(|ticket| ticket.state.stage() != Stage::Open) {
        return Ok(Some("ticket"));
    }
    let device = device::store::find(tx, act.device)?;
    let Some(device) = device.filter(|device| device.state == device::State::Admitted) else {
        return Ok(Some("device"));
    };
    Ok((!may_still(tx, cx, act, &device)?).then_some("person"))
}

/// Whether whoever asked has the right still: what waited for a device or for a second person may have waited for a day.
fn may_still(tx: &mut Tx<'_>, cx: &Cx, act: &Act, device: &Device) -> Result<bool> {
    let theirs = seeing::as_person(tx, cx, act.person)?;
    Ok(theirs.is_some_and(|theirs| device::may(&theirs, seeing::right_of(act), device)))
}

/// Asks the signer, and keeps what it signed before anything leaves.
async fn signed(kernel: &Kernel, cx: &Cx, act: &Act, verb: &Verb) -> Result<Option<Kept>> {
    let wanted = grant::wanted(act, verb, cx.now());
    let answer = client::sign(&kernel.config, &wanted, &act.body).await;
    let (id, cx) = (act.id, cx.clone());
    let write = move |tx: &mut Tx<'_>| {
        tx.lock("fleet.act", id)?;
        let Some(mut act) = store::find(tx, id)?.filter(|act| !act.state.is_over()) else {
            return Ok(None);
        };
        let outcome = match &answer {
            Ok(Asked::Signed(signed)) => {
                // The ticket may have closed while the signer signed.
                if let Some(code) = obstacle(tx, &cx, &act)?.filter(|_| act.cancel_at.is_none()) {
                    ending::settle(
                        tx,
                        &cx,
                        &mut act,
                        Outcome::Refused {
                            code: code.to_owned(),
                        },
                    )?;
                    return Ok(None);
                }
                if act.cancel_at.is_some() {
                    ending::settle(tx, &cx, &mut act, Outcome::Cancelled)?;
                    return Ok(None);
                }
                return keep(tx, &cx, act, (**signed).clone(), wanted.expires_at).map(Some);
            }
            Ok(Asked::Refused(code)) if wants_second_person(&act, code) => {
                return approving::hold(tx, &cx, &mut act).map(|()| None);
            }
            Ok(Asked::Refused(code)) if waits_for_signer(&act, code) => {
                return wait(tx, &cx, act).map(|()| None);
            }
            Ok(Asked::Refused(code)) => Outcome::Refused { code: code.clone() },
            Err(error) => {
                tracing::error!(%error, "the signer does not answer");
                if act.rollout.is_some() {
                    return wait(tx, &cx, act).map(|()| None);
                }
                Outcome::Failed {
                    code: "signer_away".to_owned(),
                    text: String::new(),
                }
            }
        };
        ending::settle(tx, &cx, &mut act, outcome)?;
        Ok(None)
    };
    kernel.db.write(write).await
}

/// Whether the signer would sign it with a second person, or did not believe the one that was named.
fn wants_second_person(act: &Act, code: &str) -> bool {
    match code {
        "signer_second_person" | "signer_fan_out" => act.approved_by.is_none(),
        "signer_unproved" => true,
        _ => false,
    }
}

/// Whether the signer signs it later: a rollout goes at the signer's pace, and none of its devices has failed for that.
fn waits_for_signer(act: &Act, code: &str) -> bool {
    act.rollout.is_some() && matches!(code, "signer_rate" | "signer_fan_out" | "signer_stopped")
}

/// Puts an act back: its rollout sees to it that it is taken up again.
fn wait(tx: &mut Tx<'_>, cx: &Cx, mut act: Act) -> Result<()> {
    if act.cancel_at.is_some() {
        return ending::settle(tx, cx, &mut act, Outcome::Cancelled).map(drop);
    }
    (act.state, act.node, act.epoch) = (State::Asked, None, None);
    // The signer's pace is no absence of the device.
    act.due_at = cx.now().add_secs(asking::PICK_UP_SECONDS);
    store::update(tx, &act)
}

fn keep(tx: &mut Tx<'_>, cx: &Cx, mut act: Act, signed: Signed<Grant>, expires_at: i64) -> Result<Kept> {
    let kept = Kept {
        act: act.id,
        device: act.device,
        ticket: act.ticket,
        signed,
        issued_at: cx.now(),
        expires_at: kernel::Timestamp::from_millis(expires_at),
        revoked_at: None,
    };
    grant::store::insert(tx, &kept)?;
    (act.state, act.sent_at) = (State::Sent, Some(cx.now()));
    act.due_at = kept.expires_at.add_millis(AWAY_MILLIS);
    store::update(tx, &act)?;
    Ok(kept)
}

/// The part of a file that this node should go on with is not here: from the beginning, in a new act.
fn begin_anew(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<()> {
    tx.lock("fleet.act", id)?;
    let Some(mut act) = store::find(tx, id)? else {
        return Ok(());
    };
    store::moved(tx, id, 0, None)?;
    let outcome = Outcome::Failed {
        code: "link_lost".to_owned(),
        text: "0 bytes".to_owned(),
    };
    if ending::settle(tx, cx, &mut act, outcome)? {
        transferring::go_on(tx, cx, &act)?;
    }
    Ok(())
}

/// An act whose bundle is not to be had ends before it begins.
fn give_up(tx: &mut Tx<'_>, cx: &Cx, id: ActId, code: &'static str) -> Result<()> {
    tx.lock("fleet.act", id)?;
    let Some(mut act) = store::find(tx, id)? else {
        return Ok(());
    };
    let outcome = Outcome::Failed {
        code: code.to_owned(),
        text: String::new(),
    };
    ending::settle(tx, cx, &mut act, outcome).map(drop)
}

/// Why there is no channel.
enum Hindrance {
    /// The device is not here any more.
    Away,
    /// Our end of it could not be made.
    Broken(Error),
    /// There is nothing to send any more; the code says why.
    Over(&'static str),
}

/// A bundle is one of those that are published, and lies here.
async fn see_to(kernel: &Kernel, bundle: &Bundle) -> std::result::Result<(), Hindrance> {
    match bundling::is_ready(kernel, bundle).await {
        Ok(true) => Ok(()),
        // Something was published since this was asked.
        Ok(false) => Err(Hindrance::Over("bundle_replaced")),
        Err(error) => {
            tracing::error!(%error, "a bundle is missing and could not be made anew");
            Err(Hindrance::Over("bundle_missing"))
        }
    }
}

/// The channel of a verb that moves bytes, with somebody at our end of it.
async fn channel(
    kernel: &Kernel,
    hub: &Arc<Hub>,
    act: &Act,
    verb: &Verb,
) -> std::result::Result<Option<u32>, Hindrance> {
    if !matches!(
        verb,
        Verb::FileGet { .. }
            | Verb::FilePut { .. }
            | Verb::NetThroughput { .. }
            | Verb::Terminal { .. }
            | Verb::Screen { .. }
            | Verb::AgentUpdate { bundle: Some(_), .. }
    ) {
        return Ok(None);
    }
    if let Verb::AgentUpdate {
        bundle: Some(bundle), ..
    } = verb
    {
        see_to(kernel, bundle).await?;
    }
    let channel = hub.open_channel(&act.device).ok_or(Hindrance::Away)?.held();
    let id = channel.id();
    match verb {
        Verb::FileGet { .. } | Verb::FilePut { .. } => {
            transferring::begin(kernel, act, verb, channel)
                .await
                .map_err(Hindrance::Broken)?;
        }
        Verb::AgentUpdate {
            bundle: Some(bundle), ..
        } => transferring::begin_bundle(kernel, act.id, bundle, channel)
            .await
            .map_err(Hindrance::Broken)?,
        Verb::NetThroughput { bytes } => measuring::begin(channel, *bytes),
        _ => {
            let epoch = hub.epoch(&act.device).ok_or(Hindrance::Away)?;
            let begun = match verb {
                Verb::Screen { .. } => session::begin::<Screen>(kernel, act.id, epoch, channel).await,
                _ => session::begin::<Terminal>(kernel, act.id, epoch, channel).await,
            };
            begun.map_err(Hindrance::Broken)?;
        }
    }
    Ok(Some(id))
}
