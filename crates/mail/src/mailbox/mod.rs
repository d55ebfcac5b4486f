//! Mailboxes: where the house fetches mail from and which it sends by.
//!
//! A mailbox serves a purpose (`desk`), which decides who receives its mail; what that owner needs to know about it
//! (such as the team) lies in its settings as JSON. Passwords go in and never come out again except to the servers.

pub mod api;
pub mod check;
mod input;
pub mod pages;
mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::event;
use kernel::i18n::Locale;
use kernel::id::Id;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::events;
use crate::letter::Sender;
use crate::sealing;

pub use input::MailboxInput;
pub use store::{Health, Watched};
pub(crate) use store::{acquire_lease, note_imap, note_place, note_smtp, release_lease, watched};

/// A mailbox's identifier.
pub type MailboxId = Id<Mailbox>;

/// How the connection to a server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte (ports 993 and 465).
    #[default]
    Implicit,
    /// TLS after a plain greeting, and nothing without it (ports 143 and 587).
    Starttls,
    /// In the clear; only for servers on the same machine or wire.
    None,
}

impl Security {
    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::Starttls => "starttls",
            Self::None => "none",
        }
    }

    /// Reads [`Security::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Implicit, Self::Starttls, Self::None]
            .into_iter()
            .find(|one| one.as_str() == text)
    }
}

/// The server that mail is fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who signs in.
    pub user: String,
    /// Sealed, see [`sealing`].
    pub(crate) password: Option<String>,
    /// The folder that is watched.
    pub folder: String,
    /// Where mail goes after it was taken; without, it stays and is marked as seen.
    pub move_to: Option<String>,
    /// How often to look when the server cannot tell by itself.
    pub poll_seconds: i64,
}

/// The server that mail is handed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who signs in; empty when nobody need.
    pub user: String,
    /// Sealed, see [`sealing`].
    pub(crate) password: Option<String>,
}

/// A mailbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Mailbox {
    /// Which.
    pub id: MailboxId,
    /// What people here call it.
    pub name: String,
    /// Its address.
    pub address: String,
    /// The name that readers see beside the address.
    pub display_name: String,
    /// Whether mail is fetched and sent.
    pub enabled: bool,
    /// The language of what the house writes to strangers by it.
    pub locale: Locale,
    /// Whose mail it is: `desk`.
    pub purpose: String,
    /// What the owner keeps with it.
    pub settings: Value,
    /// Where mail comes from; without, it comes by `mail deliver` alone.
    pub imap: Option<Incoming>,
    /// Where mail goes.
    pub smtp: Option<Outgoing>,
    /// Certificates (PEM) of the authority that signed its servers' certificates, when the system does not know it.
    pub authority: Option<String>,
    /// Grows with every change.
    pub revision: i64,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Mailbox {
    /// The domain of its address.
    pub fn domain(&self) -> &str {
        self.address
            .rsplit_once('@')
            .map_or("localhost", |(_, domain)| domain)
    }

    /// `mailbox:ID`, the subject of its events.
    pub fn subject(&self) -> String {
        subject(self.id)
    }
}

fn subject(id: MailboxId) -> String {
    format!("mailbox:{id}")
}

/// Every mailbox, by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Mailbox>> {
    store::list(tx)
}

/// One mailbox.
pub fn get(tx: &mut Tx<'_>, id: MailboxId) -> Result<Mailbox> {
    store::get(tx, id)?.ok_or_else(Error::not_found)
}

/// How watching and sending go.
pub fn health(tx: &mut Tx<'_>, id: MailboxId) -> Result<Health> {
    Ok(store::health(tx, id)?.unwrap_or_default())
}

/// The first enabled mailbox that serves a purpose.
pub fn for_purpose(tx: &mut Tx<'_>, purpose: &str) -> Result<Option<Mailbox>> {
    store::for_purpose(tx, purpose)
}

/// Whether an address belongs to the house itself.
pub fn is_ours(tx: &mut Tx<'_>, address: &str) -> Result<bool> {
    Ok(store::by_address(tx, &address.trim().to_lowercase())?.is_some())
}

/// The mailbox that a letter goes out by, if any can send it.
pub fn for_sending(tx: &mut Tx<'_>, sender: &Sender) -> Result<Option<Mailbox>> {
    match sender {
        Sender::Mailbox(id) => {
            Ok(store::get(tx, *id)?.filter(|mailbox| mailbox.enabled && mailbox.smtp.is_some()))
        }
        Sender::Purpose(purpose) => store::for_sending(tx, purpose),
    }
}

/// The mailbox that `mail deliver` means: by id, address, or name; without a name the first of the desk, which is
/// made when there is no mailbox at all, so that the first mail of a fresh house has somewhere to go.
pub fn for_delivery(tx: &mut Tx<'_>, cx: &Cx, named: Option<&str>) -> Result<Option<Mailbox>> {
    if let Some(name) = named {
        return store::named(tx, name);
    }
    if let Some(found) = store::first(tx, crate::DESK)? {
        return Ok(Some(found));
    }
    tx.lock("mail.mailbox", "local")?;
    if let Some(found) = store::first(tx, crate::DESK)? {
        return Ok(Some(found));
    }
    let mailbox = local(cx);
    store::insert(tx, &mailbox)?;
    note_change(tx, cx, mailbox.id, events::MAILBOX_CREATED, &mailbox)?;
    Ok(Some(mailbox))
}

fn local(cx: &Cx) -> Mailbox {
    let now = cx.now();
    Mailbox {
        id: cx.new_id(),
        name: "local".to_owned(),
        address: "support@localhost".to_owned(),
        display_name: "Support".to_owned(),
        enabled: true,
        locale: cx.locale,
        purpose: crate::DESK.to_owned(),
        settings: json!({}),
        imap: None,
        smtp: None,
        authority: None,
        revision: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Sets up a mailbox.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, input: &MailboxInput) -> Result<MailboxId> {
    cx.require(crate::MANAGE)?;
    let id = cx.new_id();
    let mailbox = input::validated(input, id, None, cx.now())?;
    let mailbox = sealed(tx, cx, mailbox, input)?;
    store::insert(tx, &mailbox).map_err(address_taken)?;
    note_change(tx, cx, id, events::MAILBOX_CREATED, &mailbox)?;
    crate::outbound::wake_waiting(tx, cx)?;
    Ok(id)
}

/// Changes a mailbox. A password that is left empty stays as it is.
pub fn update(tx: &mut Tx<'_>, cx: &Cx, id: MailboxId, input: &MailboxInput) -> Result<()> {
    cx.require(crate::MANAGE)?;
    tx.lock("mail.mailbox", id)?;
    let before = get(tx, id)?;
    let mailbox = input::validated(input, id, Some(&before), cx.now())?;
    let mailbox = sealed(tx, cx, mailbox, input)?;
    store::update(tx, &mailbox).map_err(address_taken)?;
    note_change(tx, cx, id, events::MAILBOX_CHANGED, &mailbox)?;
    crate::outbound::wake_waiting(tx, cx)
}

/// Starts a mailbox.
pub fn enable(tx: &mut Tx<'_>, cx: &Cx, id: MailboxId) -> Result<()> {
    switch(tx, cx, id, true)?;
    crate::outbound::wake_waiting(tx, cx)
}

/// Stops a mailbox: nothing is fetched and nothing sent by it. Its journal stays.
pub fn disable(tx: &mut Tx<'_>, cx: &Cx, id: MailboxId) -> Result<()> {
    switch(tx, cx, id, false)
}

fn switch(tx: &mut Tx<'_>, cx: &Cx, id: MailboxId, enabled: bool) -> Result<()> {
    cx.require(crate::MANAGE)?;
    tx.lock("mail.mailbox", id)?;
    let mut mailbox = get(tx, id)?;
    if mailbox.enabled == enabled {
        return Ok(());
    }
    (mailbox.enabled, mailbox.updated_at, mailbox.revision) = (enabled, cx.now(), mailbox.revision + 1);
    store::update(tx, &mailbox)?;
    note_change(tx, cx, id, events::MAILBOX_CHANGED, &mailbox)
}

/// The passwords, for the servers alone.
#[derive(Default)]
pub(crate) struct Passwords {
    pub(crate) imap: String,
    pub(crate) smtp: String,
}

/// Opens the sealed passwords of a mailbox.
pub(crate) fn passwords(tx: &mut Tx<'_>, cx: &Cx, mailbox: &Mailbox) -> Result<Passwords> {
    let mut open = |place: &str, sealed: Option<&String>| match sealed {
        Some(sealed) => sealing::open(tx, cx, &format!("{}/{place}", mailbox.id), sealed),
        None => Ok(String::new()),
    };
    let imap = open(
        "imap",
        mailbox.imap.as_ref().and_then(|imap| imap.password.as_ref()),
    )?;
    let smtp = open(
        "smtp",
        mailbox.smtp.as_ref().and_then(|smtp| smtp.password.as_ref()),
    )?;
    Ok(Passwords { imap, smtp })
}

fn sealed(tx: &mut Tx<'_>, cx: &Cx, mut mailbox: Mailbox, input: &MailboxInput) -> Result<Mailbox> {
    let id = mailbox.id;
    if let (Some(imap), Some(password)) = (mailbox.imap.as_mut(), input::given(&input.imap_password)) {
        imap.password = Some(sealing::seal(tx, cx, &format!("{id}/imap"), password)?);
    }
    if let (Some(smtp), Some(password)) = (mailbox.smtp.as_mut(), input::given(&input.smtp_password)) {
        smtp.password = Some(sealing::seal(tx, cx, &format!("{id}/smtp"), password)?);
    }
    Ok(mailbox)
}

fn address_taken(error: Error) -> Error {
    if error.kind() == Kind::Conflict && error.code() == "kernel.db.unique" {
        return Error::invalid("mail.mailbox.address_taken").field("address");
    }
    error
}

fn note_change(tx: &mut Tx<'_>, cx: &Cx, id: MailboxId, kind: &'static str, mailbox: &Mailbox) -> Result<()> {
    let data = json!({
        "enabled": mailbox.enabled,
        "purpose": mailbox.purpose,
        "fetches": mailbox.imap.is_some(),
        "sends": mailbox.smtp.is_some(),
    });
    let personal = Some(json!({ "name": mailbox.name, "address": mailbox.address }));
    event::append(
        tx,
        cx,
        event::New {
            kind,
            subject: subject(id),
            data,
            personal,
        },
    )?;
    Ok(())
}
