//! The journal of mail that arrived: nothing is marked as seen, and no pipe is told "taken", before it is in here.
//!
//! A row goes from journaled to taken, ignored, or quarantined. What a mail becomes is its owner's to decide, in a
//! transaction that ends with [`settle`]; what nobody could take waits in quarantine for a person.

pub mod api;
mod deliver;
pub mod pages;
mod store;
mod take;
mod too_large;

use kernel::Kernel;
use kernel::Via;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event;
use kernel::job;
use kernel::time::Timestamp;
use serde_json::{Value, json};

use crate::events;
use crate::mailbox::{Mailbox, MailboxId};
use crate::message::Message;
use crate::message::classify::{OwnMail, classify};

pub use deliver::{Delivery, deliver};
pub use store::{Filter, Inbound};
pub use take::{TAKE, take};
pub(crate) use take::{run, sweep};
pub(crate) use too_large::refuse_politely;

/// What this house takes and gives, from its settings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The largest mail that is taken; a larger one is answered politely and kept in quarantine.
    pub(crate) mail_bytes: u64,
    /// Automatic answers that a sender may get in an hour.
    pub(crate) answers_per_hour: i64,
}

impl Limits {
    pub(crate) fn of(kernel: &Kernel) -> Self {
        let config = &kernel.config;
        Self {
            mail_bytes: config.max_mail_bytes,
            answers_per_hour: i64::from(config.mail_answers_per_hour),
        }
    }
}

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InboundState)]
pub enum State {
    /// It is safe and waits for its owner.
    Journaled,
    /// It became something.
    Taken,
    /// It needs nobody's attention.
    Ignored,
    /// Somebody has to look at it.
    Quarantined,
}

impl State {
    /// All of them, for filters.
    pub const ALL: [Self; 4] = [Self::Journaled, Self::Taken, Self::Ignored, Self::Quarantined];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Journaled => "journaled",
            Self::Taken => "taken",
            Self::Ignored => "ignored",
            Self::Quarantined => "quarantined",
        }
    }

    /// Reads [`State::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It became this thing, or a part of it (`ticket:1042`).
    Taken {
        /// The thing.
        subject: String,
    },
    /// It needs nobody's attention.
    Ignored {
        /// Why; the text is `mail-reason-…`.
        reason: String,
    },
    /// Somebody has to look at it.
    Quarantine {
        /// Why; the text is `mail-reason-…`.
        reason: String,
    },
}

impl Outcome {
    const fn state(&self) -> State {
        match self {
            Self::Taken { .. } => State::Taken,
            Self::Ignored { .. } => State::Ignored,
            Self::Quarantine { .. } => State::Quarantined,
        }
    }

    const fn event(&self) -> &'static str {
        match self {
            Self::Taken { .. } => events::INBOUND_TAKEN,
            Self::Ignored { .. } => events::INBOUND_IGNORED,
            Self::Quarantine { .. } => events::INBOUND_QUARANTINED,
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Taken { .. } => None,
            Self::Ignored { reason } | Self::Quarantine { reason } => Some(reason),
        }
    }

    fn data(&self) -> Value {
        match self {
            Self::Taken { subject } => json!({ "subject": subject }),
            Self::Ignored { reason } | Self::Quarantine { reason } => json!({ "reason": reason }),
        }
    }
}

/// What settling an already settled mail is refused with.
pub const ALREADY_SETTLED: &str = "mail.inbound.already_settled";

/// The subject of a mail's events.
pub fn subject_of(id: i64) -> String {
    format!("mail:{id}")
}

/// A raw mail that lies in the file store and is to be journaled.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    pub(crate) hash: String,
    pub(crate) size: i64,
    /// Only the header was fetched; the mail itself is still on its server.
    pub(crate) header_only: bool,
    pub(crate) message_id: Option<String>,
    pub(crate) sender: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) dedupe_key: String,
    /// Whether a person seems to have written it, as far as the header shows.
    pub(crate) may_answer: bool,
}

impl Raw {
    /// What the journal shows of a mail before anybody has read it; wrong headers only make this part empty.
    pub(crate) fn of(mailbox: MailboxId, hash: &str, raw: &[u8]) -> Self {
        let preview = preview(raw).unwrap_or_default();
        let may_answer = classify(&preview, &OwnMail::default()).may_answer_automatically;
        let sender = preview.from.iter().find(|address| address.is_mailbox());
        Self {
            hash: hash.to_owned(),
            size: i64::try_from(raw.len()).unwrap_or(i64::MAX),
            header_only: false,
            message_id: preview.message_id.as_deref().map(short),
            sender: sender.map(|address| short(&address.email)),
            subject: preview.subject.as_deref().map(short),
            dedupe_key: format!("{mailbox}/{hash}"),
            may_answer,
        }
    }
}

/// The header, read. Journaling must not depend on a mail being readable, so not even a defect of ours stops it.
fn preview(raw: &[u8]) -> Option<Message> {
    const HEADER_AT_MOST: usize = 256 * 1024;
    let end = raw
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n" || &bytes[..2] == b"\n\n");
    let header = &raw[..end.unwrap_or(raw.len()).min(HEADER_AT_MOST)];
    std::panic::catch_unwind(|| Message::parse(header).ok())
        .ok()
        .flatten()
}

/// Columns are for lists; whoever sends a subject of a megabyte finds it in the raw mail.
fn short(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(300)
        .collect()
}

/// Writes a mail into the journal, once, with the job that takes it. `None` when it was there already.
pub(crate) fn journal(tx: &mut Tx<'_>, cx: &Cx, mailbox: MailboxId, raw: &Raw) -> Result<Option<i64>> {
    let Some(id) = store::insert(tx, mailbox, raw, cx.now())? else {
        return Ok(None);
    };
    let data = json!({ "mailbox": mailbox.to_string(), "size": raw.size, "hash": raw.hash });
    let personal = Some(json!({ "from": raw.sender, "subject": raw.subject }));
    event::append(
        tx,
        cx,
        event::New {
            kind: events::INBOUND_JOURNALED,
            subject: subject_of(id),
            data,
            personal,
        },
    )?;
    enqueue_take(tx, cx, id)?;
    Ok(Some(id))
}

fn enqueue_take(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<()> {
    let new = job::New::now(TAKE, json!({ "inbound": id }))
        .key(id.to_string())
        .max_attempts(take::ATTEMPTS + 2);
    job::enqueue(tx, cx, new)?;
    Ok(())
}

/// Ends a mail's waiting, in the transaction of what it became.
///
/// # Errors
/// Conflict [`ALREADY_SETTLED`] when somebody else was first: the caller's transaction must then not happen either.
pub fn settle(tx: &mut Tx<'_>, cx: &Cx, id: i64, outcome: &Outcome) -> Result<()> {
    let result = json!({ "outcome": outcome.state().as_str(), "data": outcome.data() });
    let reason = outcome.reason().map(ToOwned::to_owned);
    if !store::settle(tx, id, outcome.state(), reason, &result, cx.now())? {
        return Err(Error::conflict(ALREADY_SETTLED));
    }
    let new = event::New {
        kind: outcome.event(),
        subject: subject_of(id),
        data: outcome.data(),
        personal: None,
    };
    event::append(tx, cx, new)?;
    Ok(())
}

/// One mail of the journal.
pub fn get(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<Inbound> {
    cx.require(crate::MANAGE)?;
    store::get(tx, id)?.ok_or_else(Error::not_found)
}

/// The journal, newest first, before a number.
pub fn list(tx: &mut Tx<'_>, cx: &Cx, filter: &Filter, before: i64, limit: i64) -> Result<Vec<Inbound>> {
    cx.require(crate::MANAGE)?;
    store::list(tx, filter, before, limit)
}

/// Where the raw bytes of the mail with this Message-ID lie in the file store; the latest, when it came more than once.
///
/// # Errors
/// The database's.
pub fn raw_of(tx: &mut Tx<'_>, message_id: &str) -> Result<Option<String>> {
    store::raw_of(tx, message_id)
}

/// How many mails wait in quarantine, counted up to 1,000.
pub fn count_quarantined(tx: &mut Tx<'_>) -> Result<i64> {
    store::count(tx, State::Quarantined)
}

/// Gives a quarantined or ignored mail another try.
pub fn retry(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<()> {
    let inbound = get(tx, cx, id)?;
    if inbound.header_only {
        return Err(Error::conflict("mail.inbound.header_only"));
    }
    if !store::reopen(tx, id)? {
        return Err(Error::conflict(ALREADY_SETTLED));
    }
    let data = json!({ "reason": inbound.reason });
    let new = event::New {
        kind: events::INBOUND_RETRIED,
        subject: subject_of(id),
        data,
        personal: None,
    };
    event::append(tx, cx, new)?;
    enqueue_take(tx, cx, id)
}

/// A person decides that a quarantined mail needs nobody's attention.
pub fn ignore(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<()> {
    get(tx, cx, id)?;
    let outcome = Outcome::Ignored {
        reason: "by_person".to_owned(),
    };
    let result = json!({ "outcome": "ignored", "data": outcome.data() });
    if !store::dismiss(tx, id, &result, cx.now())? {
        return Err(Error::conflict(ALREADY_SETTLED));
    }
    let data = outcome.data();
    event::append(
        tx,
        cx,
        event::New {
            kind: events::INBOUND_IGNORED,
            subject: subject_of(id),
            data,
            personal: None,
        },
    )?;
    Ok(())
}

/// The context in which arriving mail is handled: the house acts, in the language of the mailbox.
pub(crate) fn cx(kernel: &Kernel, mailbox: &Mailbox) -> Cx {
    let mut cx = kernel.cx_system("mail.in");
    (cx.via, cx.locale) = (Via::Mail, mailbox.locale);
    cx
}

/// Before which number a list begins that begins at the end.
pub(crate) const NEWEST: i64 = i64::MAX;

/// How long a journaled mail may wait before it is given another job.
pub(crate) const FORGOTTEN_AFTER_SECS: i64 = 300;

/// The instant before which a waiting mail counts as forgotten.
pub(crate) const fn forgotten_before(now: Timestamp) -> Timestamp {
    now.add_secs(-FORGOTTEN_AFTER_SECS)
}
