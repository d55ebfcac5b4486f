//! The outbox: letters wait here until a server has accepted them.
//!
//! [`send`] writes a letter in the transaction of the change it tells of, so that no change goes untold and nothing is
//! told that did not happen. Sending is at least once: when the house dies between a server's "accepted" and its own
//! commit, the letter is sent again with the same Message-ID, by which mail programs know it for the same.

pub mod api;
mod attempt;
pub mod pages;
mod retry;
pub(crate) mod smtp;
mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use kernel::{event, job};
use serde_json::json;

use crate::events;
use crate::letter::Letter;
use crate::mailbox;
use crate::message::Message;
use crate::message::classify::Bounce;

pub use attempt::{SEND, attempt};
pub(crate) use attempt::{run, sweep};
pub use store::{Outbound, Refused};

/// How long a letter is tried before it counts as failed.
const GIVE_UP_AFTER_SECS: i64 = 2 * 24 * 3600;

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutboundState)]
pub enum State {
    /// It waits for its turn.
    Queued,
    /// A node is handing it over.
    Sending,
    /// The next server has accepted it for at least one recipient.
    Sent,
    /// It is not tried any more.
    Failed,
    /// It was accepted and came back.
    Bounced,
}

impl State {
    /// All of them, for filters.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Failed,
        Self::Bounced,
    ];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Bounced => "bounced",
        }
    }

    /// Reads [`State::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Puts a letter into the outbox, in the caller's transaction; gives back its number. A letter whose key is known
/// is not written again.
pub fn send(tx: &mut Tx<'_>, cx: &Cx, letter: &Letter) -> Result<i64> {
    let recipients = letter.recipients();
    if recipients.is_empty() {
        return Err(Error::invalid("mail.letter.no_recipient").field("to"));
    }
    let mailbox = mailbox::for_sending(tx, &letter.from)?;
    let message_id = letter.message_id.clone().unwrap_or_else(|| {
        let domain = mailbox
            .as_ref()
            .map_or("mainstay.invalid", |mailbox| mailbox.domain());
        format!("{}@{domain}", cx.new_id::<Letter>())
    });
    let now = cx.now();
    let new = store::New {
        letter,
        message_id: &message_id,
        recipients: &recipients,
        now,
    };
    let Some(id) = store::insert(tx, &new, now.add_secs(GIVE_UP_AFTER_SECS))? else {
        return store::id_of(tx, &letter.key)?
            .ok_or_else(|| Error::internal("a letter vanished while it was written"));
    };
    enqueue(tx, cx, id, now)?;
    Ok(id)
}

fn enqueue(tx: &mut Tx<'_>, cx: &Cx, id: i64, at: Timestamp) -> Result<()> {
    let new = job::New::now(SEND, json!({ "outbound": id }))
        .at(at)
        .key(id.to_string());
    job::enqueue(tx, cx, new)?;
    Ok(())
}

/// The subject of a letter's events: what it is about, else the letter itself.
fn subject_of(id: i64, about: &str) -> String {
    if about.is_empty() {
        format!("letter:{id}")
    } else {
        about.to_owned()
    }
}

/// One letter.
pub fn get(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<Outbound> {
    cx.require(crate::MANAGE)?;
    store::get(tx, id)?.ok_or_else(Error::not_found)
}

/// The outbox, newest first, before a number.
pub fn list(
    tx: &mut Tx<'_>,
    cx: &Cx,
    state: Option<State>,
    before: i64,
    limit: i64,
) -> Result<Vec<Outbound>> {
    cx.require(crate::MANAGE)?;
    store::list(tx, state, before, limit)
}

/// How many letters could not be sent, counted up to 1,000.
pub fn count_failed(tx: &mut Tx<'_>) -> Result<i64> {
    store::count(tx, State::Failed)
}

/// A person asks to send a letter again that failed or came back.
pub fn send_again(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<()> {
    let letter = get(tx, cx, id)?;
    let now = cx.now();
    if !store::reopen(
        tx,
        id,
        &letter.letter.recipients(),
        now,
        now.add_secs(GIVE_UP_AFTER_SECS),
    )? {
        return Err(Error::conflict("mail.outbound.not_failed"));
    }
    let subject = subject_of(id, &letter.about);
    let data = json!({ "letter": id });
    event::append(
        tx,
        cx,
        event::New {
            kind: events::OUTBOUND_AGAIN,
            subject,
            data,
            personal: None,
        },
    )?;
    enqueue(tx, cx, id, now)
}

/// Lets letters go on that waited for a mailbox or its settings: after a mailbox was changed they are tried at once.
pub(crate) fn wake_waiting(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    const WOKEN_AT_MOST: i64 = 1000;
    for id in store::waiting(tx, WOKEN_AT_MOST)? {
        enqueue(tx, cx, id, cx.now())?;
    }
    Ok(())
}

/// A mail says that a letter was not delivered. Answers what the letter was about when it is one of ours and is lost;
/// a letter that is only late stays as it is.
pub(crate) fn bounced(
    tx: &mut Tx<'_>,
    cx: &Cx,
    bounce: &Bounce,
    message: &Message,
) -> Result<Option<String>> {
    let candidates = bounce
        .original_message_id
        .iter()
        .chain(&message.in_reply_to)
        .chain(&message.references);
    let mut found = None;
    for id in candidates {
        found = found.or(store::by_message_id(tx, id)?);
    }
    let Some(letter) = found else { return Ok(None) };
    let subject = subject_of(letter.id, &letter.about);
    if bounce.delayed {
        return Ok(Some(subject));
    }
    let diagnostics: Vec<String> = bounce
        .recipients
        .iter()
        .map(|one| format!("{} {}", one.status, one.diagnostic).trim().to_owned())
        .collect();
    let detail: String = diagnostics.join("; ").chars().take(500).collect();
    store::mark_bounced(tx, letter.id, &detail)?;
    let statuses: Vec<&str> = bounce.recipients.iter().map(|one| one.status.as_str()).collect();
    let to: Vec<&str> = bounce.recipients.iter().map(|one| one.email.as_str()).collect();
    let data = json!({ "letter": letter.id, "statuses": statuses });
    let personal = Some(json!({ "to": to, "detail": detail }));
    event::append(
        tx,
        cx,
        event::New {
            kind: events::OUTBOUND_BOUNCED,
            subject: subject.clone(),
            data,
            personal,
        },
    )?;
    Ok(Some(subject))
}
