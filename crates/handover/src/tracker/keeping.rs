//! Adding, changing, and removing trackers, making their secrets anew, and asking for messages: a test, or one again.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use kernel::outgoing::Target;
use serde_json::{Value, json};

use super::sealing::{self, Direction};
use super::{Definition, Message, MessageId, Tracker, TrackerId, delivering, signing, store, turns};
use crate::{access, events};

/// More nobody can oversee.
pub const MOST: i64 = 50;
const NAME_MOST: usize = 80;
const URL_MOST: usize = 2_000;

/// A tracker with its secrets opened, for the page of who may see them.
#[derive(Debug)]
pub struct Opened {
    /// The tracker.
    pub tracker: Tracker,
    /// Signs what leaves; empty when there is none.
    pub secret_out: String,
    /// Checks what comes in; empty when there is none.
    pub secret_in: String,
}

/// All of them.
///
/// # Errors
/// Without the right.
pub fn list(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Tracker>> {
    cx.require(access::TRACKERS)?;
    store::list(tx)
}

/// One.
///
/// # Errors
/// Not found.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId) -> Result<Tracker> {
    cx.require(access::TRACKERS)?;
    store::find(tx, id)?.ok_or_else(Error::not_found)
}

/// One, with its secrets.
///
/// # Errors
/// Not found.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId) -> Result<Opened> {
    let tracker = load(tx, cx, id)?;
    Ok(Opened {
        secret_out: sealing::opened(tx, cx, id, Direction::Out, &tracker.secret_out).unwrap_or_default(),
        secret_in: sealing::opened(tx, cx, id, Direction::In, &tracker.secret_in).unwrap_or_default(),
        tracker,
    })
}

fn fresh(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId, direction: Direction) -> Result<String> {
    let secret = signing::secret(&cx.random_bytes::<32>());
    sealing::seal(tx, cx, id, direction, &secret)
}

/// Adds one; its secrets are made here.
///
/// # Errors
/// The fields that are wrong.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, definition: &Definition) -> Result<Tracker> {
    cx.require(access::TRACKERS)?;
    tx.lock("handover.trackers", "all")?;
    let known = store::list(tx)?;
    if i64::try_from(known.len()).unwrap_or(MOST) >= MOST {
        return Err(Error::conflict("handover.tracker.too_many").arg("most", MOST));
    }
    let id: TrackerId = cx.new_id();
    let tracker = Tracker {
        id,
        definition: checked(definition, &known, None)?,
        secret_out: fresh(tx, cx, id, Direction::Out)?,
        secret_in: fresh(tx, cx, id, Direction::In)?,
        version: 1,
        updated_at: cx.now(),
        failing_since: None,
        rests_until: None,
        busy_until: None,
    };
    store::insert(tx, &tracker)?;
    saved(tx, cx, &tracker)?;
    Ok(tracker)
}

/// Changes one.
///
/// # Errors
/// The fields that are wrong; 409 when it was changed since it was read.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: TrackerId,
    definition: &Definition,
    read: Option<i64>,
) -> Result<Tracker> {
    cx.require(access::TRACKERS)?;
    tx.lock("handover.trackers", "all")?;
    let mut tracker = load(tx, cx, id)?;
    if read.is_some_and(|read| read != tracker.version) {
        let name = tracker.definition.name.as_str();
        return Err(Error::conflict("handover.tracker.changed_meanwhile").arg("name", name));
    }
    tracker.definition = checked(definition, &store::list(tx)?, Some(id))?;
    tracker.version += 1;
    tracker.updated_at = cx.now();
    // Read back without its secrets: they are made anew when it is switched on, and set up again over there.
    let mut is_there = |direction, sealed: &str| sealing::opened(tx, cx, id, direction, sealed).is_some();
    let has_none =
        !is_there(Direction::Out, &tracker.secret_out) || !is_there(Direction::In, &tracker.secret_in);
    let is_renewed = tracker.definition.enabled && has_none;
    if is_renewed {
        renew(tx, cx, &mut tracker)?;
    }
    store::update(tx, &tracker)?;
    saved(tx, cx, &tracker)?;
    if is_renewed {
        tell_secrets(tx, cx, &tracker)?;
    }
    // It may answer now, or be off.
    turns::wake(tx, cx, &mut tracker)?;
    Ok(tracker)
}

/// Removes one; what still waits for it is not sent.
///
/// # Errors
/// Not found.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId) -> Result<()> {
    let tracker = load(tx, cx, id)?;
    store::remove(tx, id, cx.now())?;
    turns::ask_at(tx, cx, id, cx.now())?;
    tell(
        tx,
        cx,
        &tracker,
        events::TRACKER_REMOVED,
        json!({ "name": tracker.definition.name }),
    )
}

/// Makes both secrets anew; the former ones are worth nothing from now on.
///
/// # Errors
/// Not found.
pub fn exchange_secrets(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId) -> Result<()> {
    tx.lock("handover.trackers", "all")?;
    let mut tracker = load(tx, cx, id)?;
    renew(tx, cx, &mut tracker)?;
    tracker.version += 1;
    tracker.updated_at = cx.now();
    store::update(tx, &tracker)?;
    tell_secrets(tx, cx, &tracker)
}

fn renew(tx: &mut Tx<'_>, cx: &Cx, tracker: &mut Tracker) -> Result<()> {
    tracker.secret_out = fresh(tx, cx, tracker.id, Direction::Out)?;
    tracker.secret_in = fresh(tx, cx, tracker.id, Direction::In)?;
    Ok(())
}

fn tell_secrets(tx: &mut Tx<'_>, cx: &Cx, tracker: &Tracker) -> Result<()> {
    let version = json!({ "version": tracker.version });
    tell(tx, cx, tracker, events::TRACKER_SECRETS_CHANGED, version)
}

/// Sends a message that carries nothing.
///
/// # Errors
/// 409 when the tracker is off or has no address.
pub fn test(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId) -> Result<MessageId> {
    let mut tracker = reachable(tx, cx, id)?;
    turns::wake(tx, cx, &mut tracker)?;
    delivering::send_test(tx, cx, &tracker)
}

/// Sends a message again that was settled, or has been lying there for hours; it keeps its id, by which a receiver knows it has seen it.
///
/// # Errors
/// Not found; 409 when it is still on its way.
pub fn again(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId, message: MessageId) -> Result<()> {
    let mut tracker = reachable(tx, cx, id)?;
    turns::wake(tx, cx, &mut tracker)?;
    tx.lock("handover.message", message)?;
    let mut message = message_of(tx, cx, id, message)?;
    if !message.may_go_again(&cx.now()) {
        return Err(Error::conflict("handover.message.still_waiting"));
    }
    delivering::begin_anew(&mut message, cx.now());
    store::update_message(tx, &message)
}

/// A message to a tracker.
///
/// # Errors
/// Not found.
pub fn message_of(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId, message: MessageId) -> Result<Message> {
    load(tx, cx, id)?;
    store::find_message(tx, message)?
        .filter(|found| found.tracker == id)
        .ok_or_else(Error::not_found)
}

fn reachable(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId) -> Result<Tracker> {
    let tracker = load(tx, cx, id)?;
    if !tracker.definition.enabled || tracker.definition.url.is_empty() {
        return Err(Error::conflict("handover.tracker.unreachable"));
    }
    Ok(tracker)
}

fn checked(definition: &Definition, known: &[Tracker], own: Option<TrackerId>) -> Result<Definition> {
    let mut errors = Errors::new();
    let name = definition.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > NAME_MOST {
        let most = vec![("most".to_owned(), NAME_MOST.into())];
        errors.push_with("name", "handover.tracker.name_length", most);
    }
    let is_taken = |other: &Tracker| other.definition.name == name && Some(other.id) != own;
    if known.iter().any(is_taken) {
        let taken = vec![("name".to_owned(), name.as_str().into())];
        errors.push_with("name", "handover.tracker.name_taken", taken);
    }
    let url = definition.url.trim();
    if !url.is_empty() && (url.len() > URL_MOST || Target::read(url).is_err()) {
        errors.push("url", "handover.tracker.url_malformed");
    }
    errors.finish()?;
    Ok(Definition {
        name,
        url: url.to_owned(),
        ..definition.clone()
    })
}

/// The log says that it was changed and how, not where it leads: an address may hold a key.
fn saved(tx: &mut Tx<'_>, cx: &Cx, tracker: &Tracker) -> Result<()> {
    let definition = &tracker.definition;
    let data = json!({
        "version": tracker.version, "name": definition.name, "kind": definition.kind.as_str(), "enabled": definition.enabled,
        "host": Target::read(&definition.url).ok().map(|target| target.host().to_owned()),
    });
    tell(tx, cx, tracker, events::TRACKER_SAVED, data)
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, tracker: &Tracker, kind: &'static str, data: Value) -> Result<()> {
    let new = New {
        kind,
        subject: tracker.subject(),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
