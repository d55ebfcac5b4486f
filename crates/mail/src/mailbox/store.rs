//! Every SQL statement about mailboxes and how watching them goes.

use kernel::db::{Row, Tx, params};
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::time::Timestamp;

use super::{Incoming, Mailbox, MailboxId, Outgoing, Security};
use crate::trouble::Trouble;

const COLUMNS: &str =
    "id, name, address, display_name, enabled, locale, purpose, settings, imap_host, imap_port,
    imap_security, imap_user, imap_password, imap_folder, imap_move_to, poll_seconds, smtp_host, smtp_port,
    smtp_security, smtp_user, smtp_password, authority, revision, created_at, updated_at";

/// How watching and sending go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// The last time that mail could be looked for.
    pub imap_ok_at: Option<Timestamp>,
    /// Code of what is wrong with fetching now.
    pub imap_error: Option<String>,
    /// What the server said.
    pub imap_detail: Option<String>,
    /// Since when.
    pub imap_error_at: Option<Timestamp>,
    /// The last time that a letter was accepted.
    pub smtp_ok_at: Option<Timestamp>,
    /// Code of what is wrong with sending now.
    pub smtp_error: Option<String>,
    /// What the server said.
    pub smtp_detail: Option<String>,
    /// Since when.
    pub smtp_error_at: Option<Timestamp>,
}

/// A mailbox that should be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Which.
    pub id: MailboxId,
    /// Which of its settings.
    pub revision: i64,
}

fn read(row: &Row<'_>) -> Result<Mailbox> {
    let locale: String = row.get("locale")?;
    let imap = match row.get::<Option<String>>("imap_host")? {
        None => None,
        Some(host) => Some(Incoming {
            host,
            port: port(row.get("imap_port")?),
            security: security(&row.get::<String>("imap_security")?)?,
            user: row.get("imap_user")?,
            password: row.get("imap_password")?,
            folder: row.get("imap_folder")?,
            move_to: row.get("imap_move_to")?,
            poll_seconds: row.get("poll_seconds")?,
        }),
    };
    let smtp = match row.get::<Option<String>>("smtp_host")? {
        None => None,
        Some(host) => Some(Outgoing {
            host,
            port: port(row.get("smtp_port")?),
            security: security(&row.get::<String>("smtp_security")?)?,
            user: row.get("smtp_user")?,
            password: row.get("smtp_password")?,
        }),
    };
    Ok(Mailbox {
        id: row.get("id")?,
        name: row.get("name")?,
        address: row.get("address")?,
        display_name: row.get("display_name")?,
        enabled: row.get("enabled")?,
        locale: Locale::parse(&locale).unwrap_or_default(),
        purpose: row.get("purpose")?,
        settings: row.get("settings")?,
        imap,
        smtp,
        authority: row.get("authority")?,
        revision: row.get("revision")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn port(number: i64) -> u16 {
    u16::try_from(number).unwrap_or_default()
}

fn security(word: &str) -> Result<Security> {
    Security::parse(word).ok_or_else(|| Error::internal(format!("unknown protection {word}")))
}

pub(super) fn list(tx: &mut Tx<'_>) -> Result<Vec<Mailbox>> {
    tx.query(
        &format!("SELECT {COLUMNS} FROM mail_mailbox ORDER BY name, id LIMIT 1000"),
        &[],
        read,
    )
}

pub(super) fn get(tx: &mut Tx<'_>, id: MailboxId) -> Result<Option<Mailbox>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM mail_mailbox WHERE id = $1"),
        params![id],
        read,
    )
}

pub(super) fn by_address(tx: &mut Tx<'_>, address: &str) -> Result<Option<Mailbox>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM mail_mailbox WHERE address = $1"),
        params![address],
        read,
    )
}

pub(super) fn named(tx: &mut Tx<'_>, name: &str) -> Result<Option<Mailbox>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mail_mailbox WHERE id = $1 OR address = $2 OR name = $1 ORDER BY created_at, id LIMIT 1"
    );
    tx.query_opt(&sql, params![name, name.to_lowercase()], read)
}

pub(super) fn first(tx: &mut Tx<'_>, purpose: &str) -> Result<Option<Mailbox>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mail_mailbox ORDER BY (CASE WHEN purpose = $1 THEN 0 ELSE 1 END),
         (CASE WHEN enabled THEN 0 ELSE 1 END), created_at, id LIMIT 1"
    );
    tx.query_opt(&sql, params![purpose], read)
}

pub(super) fn for_purpose(tx: &mut Tx<'_>, purpose: &str) -> Result<Option<Mailbox>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mail_mailbox WHERE enabled AND purpose = $1 ORDER BY created_at, id LIMIT 1"
    );
    tx.query_opt(&sql, params![purpose], read)
}

pub(super) fn for_sending(tx: &mut Tx<'_>, purpose: &str) -> Result<Option<Mailbox>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mail_mailbox WHERE enabled AND smtp_host IS NOT NULL
         ORDER BY (CASE WHEN purpose = $1 THEN 0 ELSE 1 END), created_at, id LIMIT 1"
    );
    tx.query_opt(&sql, params![purpose], read)
}

pub(super) fn insert(tx: &mut Tx<'_>, mailbox: &Mailbox) -> Result<()> {
    let sql = format!(
        "INSERT INTO mail_mailbox ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
         $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)"
    );
    tx.execute(&sql, &values(mailbox))?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx<'_>, mailbox: &Mailbox) -> Result<()> {
    tx.execute(
        "UPDATE mail_mailbox SET name = $2, address = $3, display_name = $4, enabled = $5, locale = $6, purpose = $7,
         settings = $8, imap_host = $9, imap_port = $10, imap_security = $11, imap_user = $12, imap_password = $13,
         imap_folder = $14, imap_move_to = $15, poll_seconds = $16, smtp_host = $17, smtp_port = $18,
         smtp_security = $19, smtp_user = $20, smtp_password = $21, authority = $22, revision = $23,
         created_at = $24, updated_at = $25 WHERE id = $1",
        &values(mailbox),
    )?;
    Ok(())
}

fn values(mailbox: &Mailbox) -> Vec<kernel::db::Value> {
    let (imap, smtp) = (mailbox.imap.as_ref(), mailbox.smtp.as_ref());
    params![
        mailbox.id,
        &mailbox.name,
        &mailbox.address,
        &mailbox.display_name,
        mailbox.enabled,
        mailbox.locale.tag(),
        &mailbox.purpose,
        &mailbox.settings,
        imap.map(|imap| imap.host.clone()),
        imap.map_or(993, |imap| i64::from(imap.port)),
        imap.map_or(Security::Implicit, |imap| imap.security).as_str(),
        imap.map(|imap| imap.user.clone()).unwrap_or_default(),
        imap.and_then(|imap| imap.password.clone()),
        imap.map_or_else(|| "INBOX".to_owned(), |imap| imap.folder.clone()),
        imap.and_then(|imap| imap.move_to.clone()),
        imap.map_or(60, |imap| imap.poll_seconds),
        smtp.map(|smtp| smtp.host.clone()),
        smtp.map_or(465, |smtp| i64::from(smtp.port)),
        smtp.map_or(Security::Implicit, |smtp| smtp.security).as_str(),
        smtp.map(|smtp| smtp.user.clone()).unwrap_or_default(),
        smtp.and_then(|smtp| smtp.password.clone()),
        &mailbox.authority,
        mailbox.revision,
        mailbox.created_at,
        mailbox.updated_at,
    ]
    .to_vec()
}

/// The mailboxes that should be watched.
pub(crate) fn watched(tx: &mut Tx<'_>) -> Result<Vec<Watched>> {
    tx.query(
        "SELECT id, revision FROM mail_mailbox WHERE enabled AND imap_host IS NOT NULL ORDER BY id LIMIT 1000",
        &[],
        |row| Ok(Watched { id: row.get("id")?, revision: row.get("revision")? }),
    )
}

/// Takes or keeps the lease of a mailbox; `false` while another holds it.
pub(crate) fn acquire_lease(
    tx: &mut Tx<'_>,
    id: MailboxId,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "INSERT INTO mail_watch (mailbox, lease_owner, lease_until) VALUES ($1, $2, $3)
         ON CONFLICT (mailbox) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
         WHERE mail_watch.lease_owner IS NULL OR mail_watch.lease_owner = $2 OR mail_watch.lease_until < $4",
        params![id, owner, until, now],
    )?;
    Ok(changed == 1)
}

/// Gives the lease back, so that another node need not wait for its end.
pub(crate) fn release_lease(tx: &mut Tx<'_>, id: MailboxId, owner: &str) -> Result<()> {
    tx.execute(
        "UPDATE mail_watch SET lease_owner = NULL, lease_until = 0 WHERE mailbox = $1 AND lease_owner = $2",
        params![id, owner],
    )?;
    Ok(())
}

/// Remembers how fetching went.
pub(crate) fn note_imap(
    tx: &mut Tx<'_>,
    id: MailboxId,
    now: Timestamp,
    trouble: Option<&Trouble>,
) -> Result<()> {
    make_row(tx, id)?;
    match trouble {
        None => tx.execute(
            "UPDATE mail_watch SET imap_ok_at = $2, imap_error = NULL, imap_detail = NULL, imap_error_at = NULL
             WHERE mailbox = $1",
            params![id, now],
        )?,
        Some(trouble) => tx.execute(
            "UPDATE mail_watch SET imap_error = $2, imap_detail = $3, imap_error_at = COALESCE(imap_error_at, $4)
             WHERE mailbox = $1",
            params![id, trouble.code, &trouble.detail, now],
        )?,
    };
    Ok(())
}

/// Remembers how sending went.
pub(crate) fn note_smtp(
    tx: &mut Tx<'_>,
    id: MailboxId,
    now: Timestamp,
    trouble: Option<&Trouble>,
) -> Result<()> {
    make_row(tx, id)?;
    match trouble {
        None => tx.execute(
            "UPDATE mail_watch SET smtp_ok_at = $2, smtp_error = NULL, smtp_detail = NULL, smtp_error_at = NULL
             WHERE mailbox = $1",
            params![id, now],
        )?,
        Some(trouble) => tx.execute(
            "UPDATE mail_watch SET smtp_error = $2, smtp_detail = $3, smtp_error_at = COALESCE(smtp_error_at, $4)
             WHERE mailbox = $1",
            params![id, trouble.code, &trouble.detail, now],
        )?,
    };
    Ok(())
}

/// Remembers how far fetching has come, for whoever looks into a trouble.
pub(crate) fn note_place(
    tx: &mut Tx<'_>,
    id: MailboxId,
    uid_validity: Option<i64>,
    last_uid: i64,
) -> Result<()> {
    make_row(tx, id)?;
    tx.execute(
        "UPDATE mail_watch SET uid_validity = $2, last_uid = $3 WHERE mailbox = $1",
        params![id, uid_validity, last_uid],
    )?;
    Ok(())
}

fn make_row(tx: &mut Tx<'_>, id: MailboxId) -> Result<()> {
    tx.execute(
        "INSERT INTO mail_watch (mailbox) VALUES ($1) ON CONFLICT (mailbox) DO NOTHING",
        params![id],
    )?;
    Ok(())
}

pub(super) fn health(tx: &mut Tx<'_>, id: MailboxId) -> Result<Option<Health>> {
    tx.query_opt(
        "SELECT imap_ok_at, imap_error, imap_detail, imap_error_at, smtp_ok_at, smtp_error, smtp_detail, smtp_error_at
         FROM mail_watch WHERE mailbox = $1",
        params![id],
        |row| {
            Ok(Health {
                imap_ok_at: row.get("imap_ok_at")?,
                imap_error: row.get("imap_error")?,
                imap_detail: row.get("imap_detail")?,
                imap_error_at: row.get("imap_error_at")?,
                smtp_ok_at: row.get("smtp_ok_at")?,
                smtp_error: row.get("smtp_error")?,
                smtp_detail: row.get("smtp_detail")?,
                smtp_error_at: row.get("smtp_error_at")?,
            })
        },
    )
}
