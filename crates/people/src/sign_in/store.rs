//! Every statement about passwords and sessions.

use kernel::db::{Tx, params};
use kernel::id::UserId;
use kernel::{Result, Timestamp};
use serde::Serialize;

use super::{Origin, SessionId};

pub(super) struct StoredPassword {
    pub user: UserId,
    pub hash: String,
    pub active: bool,
    pub second_factor: bool,
}

pub(super) fn password_of(tx: &mut Tx<'_>, email: &str) -> Result<Option<StoredPassword>> {
    tx.query_opt(
        "SELECT id, password_hash, active, totp_confirmed FROM people_user
         WHERE email = $1 AND password_hash IS NOT NULL",
        params![email],
        |row| {
            Ok(StoredPassword {
                user: row.get("id")?,
                hash: row.get("password_hash")?,
                active: row.get("active")?,
                second_factor: row.get("totp_confirmed")?,
            })
        },
    )
}

pub(super) fn hash_of(tx: &mut Tx<'_>, user: UserId) -> Result<Option<String>> {
    let row = tx.query_opt(
        "SELECT password_hash FROM people_user WHERE id = $1",
        params![user],
        |row| row.get::<Option<String>>("password_hash"),
    )?;
    Ok(row.flatten())
}

pub(super) fn set_password(tx: &mut Tx<'_>, user: UserId, hash: &str, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE people_user SET password_hash = $2, updated_at = $3 WHERE id = $1",
        params![user, hash, now],
    )?;
    Ok(())
}

pub(super) struct NewSession {
    pub id: SessionId,
    pub user: UserId,
    pub secret_hash: String,
    pub now: Timestamp,
    pub expires_at: Timestamp,
    pub elevated_until: Timestamp,
    pub pending: bool,
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &NewSession, origin: &Origin) -> Result<()> {
    let agent: String = origin.agent.chars().take(300).collect();
    tx.execute(
        "INSERT INTO people_session (id, secret_hash, user_id, created_at, expires_at, elevated_until, pending,
           address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            new.id,
            &new.secret_hash,
            new.user,
            new.now,
            new.expires_at,
            new.elevated_until,
            new.pending,
            &origin.address,
            agent
        ],
    )?;
    Ok(())
}

pub(super) fn note_sign_in(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE people_user SET last_sign_in_at = $2 WHERE id = $1",
        params![user, now],
    )?;
    Ok(())
}

pub(super) struct Live {
    pub id: SessionId,
    pub user: UserId,
    pub elevated_until: Timestamp,
}

pub(super) fn live(tx: &mut Tx<'_>, secret_hash: &str, now: Timestamp) -> Result<Option<Live>> {
    tx.query_opt(
        "SELECT id, user_id, elevated_until FROM people_session
         WHERE secret_hash = $1 AND expires_at > $2 AND NOT pending",
        params![secret_hash, now],
        |row| {
            Ok(Live {
                id: row.get("id")?,
                user: row.get("user_id")?,
                elevated_until: row.get("elevated_until")?,
            })
        },
    )
}

pub(super) struct Pending {
    pub id: SessionId,
    pub user: UserId,
    pub failures: i64,
}

pub(super) fn pending(tx: &mut Tx<'_>, secret_hash: &str, now: Timestamp) -> Result<Option<Pending>> {
    tx.query_opt(
        "SELECT id, user_id, failures FROM people_session WHERE secret_hash = $1 AND expires_at > $2 AND pending",
        params![secret_hash, now],
        |row| Ok(Pending { id: row.get("id")?, user: row.get("user_id")?, failures: row.get("failures")? }),
    )
}

pub(super) fn count_failure(tx: &mut Tx<'_>, id: SessionId) -> Result<()> {
    tx.execute(
        "UPDATE people_session SET failures = failures + 1 WHERE id = $1",
        params![id],
    )?;
    Ok(())
}

/// A session as its owner sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Session {
    /// Identifier.
    pub id: SessionId,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// Network address it began from.
    pub address: String,
    /// What the browser called itself.
    pub agent: String,
}

impl Session {
    /// The browser and system in a few words; all of what it called itself when it is not a known one.
    pub fn browser(&self) -> String {
        let has = |word: &str| self.agent.contains(word);
        // Order matters: Edge also calls itself Chrome, and Chrome also calls itself Safari.
        let browsers = [
            ("Edg", "Edge"),
            ("Firefox", "Firefox"),
            ("Chrome", "Chrome"),
            ("Safari", "Safari"),
        ];
        let systems = [
            ("Windows", "Windows"),
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ];
        let first =
            |known: &[(&str, &'static str)]| known.iter().find(|(word, _)| has(word)).map(|(_, name)| *name);
        match (first(&browsers), first(&systems)) {
            (Some(browser), Some(system)) => format!("{browser} · {system}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) if self.agent.is_empty() => "?".to_owned(),
            (None, None) => self.agent.chars().take(60).collect(),
        }
    }
}

/// The live sessions of a person, newest first.
///
/// # Errors
/// The database's.
pub fn of_user(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<Vec<Session>> {
    tx.query(
        "SELECT id, created_at, expires_at, address, agent FROM people_session
         WHERE user_id = $1 AND expires_at > $2 AND NOT pending ORDER BY created_at DESC LIMIT 100",
        params![user, now],
        |row| {
            Ok(Session {
                id: row.get("id")?,
                created_at: row.get("created_at")?,
                expires_at: row.get("expires_at")?,
                address: row.get("address")?,
                agent: row.get("agent")?,
            })
        },
    )
}

pub(super) fn end(tx: &mut Tx<'_>, id: SessionId) -> Result<()> {
    tx.execute("DELETE FROM people_session WHERE id = $1", params![id])?;
    Ok(())
}

pub(super) fn end_by_secret(tx: &mut Tx<'_>, secret_hash: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM people_session WHERE secret_hash = $1",
        params![secret_hash],
    )?;
    Ok(())
}

/// Ends one session of a person; answers whether there was one.
///
/// # Errors
/// The database's.
pub fn end_of_user(tx: &mut Tx<'_>, user: UserId, id: SessionId) -> Result<bool> {
    Ok(tx.execute(
        "DELETE FROM people_session WHERE id = $1 AND user_id = $2",
        params![id, user],
    )? > 0)
}

/// Ends all sessions of a person but one.
///
/// # Errors
/// The database's.
pub fn end_all(tx: &mut Tx<'_>, user: UserId, except: Option<&str>) -> Result<()> {
    tx.execute(
        "DELETE FROM people_session WHERE user_id = $1 AND id <> $2",
        params![user, except.unwrap_or("")],
    )?;
    Ok(())
}

/// Removes what has expired; answers how many rows went.
///
/// # Errors
/// The database's.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM people_reset WHERE expires_at < $1", params![now])?;
    tx.execute(
        "DELETE FROM people_attempt WHERE updated_at < $1",
        params![now.add_secs(-86_400)],
    )?;
    tx.execute("DELETE FROM people_session WHERE expires_at < $1", params![now])
}

/// Ends the one-time links of a person.
pub(super) fn end_resets(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.execute("DELETE FROM people_reset WHERE user_id = $1", params![user])?;
    Ok(())
}

pub(super) fn insert_reset(
    tx: &mut Tx<'_>,
    secret_hash: &str,
    user: UserId,
    expires_at: Timestamp,
) -> Result<()> {
    end_resets(tx, user)?;
    tx.execute(
        "INSERT INTO people_reset (secret_hash, user_id, expires_at) VALUES ($1, $2, $3)",
        params![secret_hash, user, expires_at],
    )?;
    Ok(())
}

/// The address of the person whose one-time link this is, while it serves.
pub(super) fn reset_email(tx: &mut Tx<'_>, secret_hash: &str, now: Timestamp) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT u.email FROM people_reset r JOIN people_user u ON u.id = r.user_id
         WHERE r.secret_hash = $1 AND r.expires_at > $2 AND u.active",
        params![secret_hash, now],
        |row| row.get("email"),
    )
}

/// Takes a one-time link: it serves once.
pub(super) fn take_reset(tx: &mut Tx<'_>, secret_hash: &str, now: Timestamp) -> Result<Option<UserId>> {
    tx.query_opt(
        "DELETE FROM people_reset WHERE secret_hash = $1 AND expires_at > $2 RETURNING user_id",
        params![secret_hash, now],
        |row| row.get("user_id"),
    )
}

pub(super) struct Attempts {
    pub failures: i64,
    pub blocked_until: Timestamp,
    pub updated_at: Timestamp,
}

pub(super) fn attempts(tx: &mut Tx<'_>, subject: &str) -> Result<Option<Attempts>> {
    tx.query_opt(
        "SELECT failures, blocked_until, updated_at FROM people_attempt WHERE subject = $1",
        params![subject],
        |row| {
            Ok(Attempts {
                failures: row.get("failures")?,
                blocked_until: row.get("blocked_until")?,
                updated_at: row.get("updated_at")?,
            })
        },
    )
}

pub(super) fn save_attempts(
    tx: &mut Tx<'_>,
    subject: &str,
    failures: i64,
    blocked_until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO people_attempt (subject, failures, blocked_until, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, blocked_until = excluded.blocked_until,
           updated_at = excluded.updated_at",
        params![subject, failures, blocked_until, now],
    )?;
    Ok(())
}

pub(super) fn forget_attempts(tx: &mut Tx<'_>, subject: &str) -> Result<()> {
    tx.execute("DELETE FROM people_attempt WHERE subject = $1", params![subject])?;
    Ok(())
}

pub(super) struct Totp {
    pub secret: Vec<u8>,
    pub confirmed: bool,
    pub last_step: i64,
}

pub(super) fn totp(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Totp>> {
    tx.query_opt(
        "SELECT totp_secret, totp_confirmed, totp_last_step FROM people_user
         WHERE id = $1 AND totp_secret IS NOT NULL",
        params![user],
        |row| {
            Ok(Totp {
                secret: row.get("totp_secret")?,
                confirmed: row.get("totp_confirmed")?,
                last_step: row.get("totp_last_step")?,
            })
        },
    )
}

pub(super) fn set_totp(
    tx: &mut Tx<'_>,
    user: UserId,
    secret: Option<Vec<u8>>,
    confirmed: bool,
) -> Result<()> {
    tx.execute(
        "UPDATE people_user SET totp_secret = $2, totp_confirmed = $3 WHERE id = $1",
        params![user, secret, confirmed],
    )?;
    Ok(())
}

pub(super) fn set_totp_step(tx: &mut Tx<'_>, user: UserId, step: i64) -> Result<()> {
    tx.execute(
        "UPDATE people_user SET totp_last_step = $2 WHERE id = $1",
        params![user, step],
    )?;
    Ok(())
}

pub(super) fn replace_recovery_codes(tx: &mut Tx<'_>, user: UserId, hashes: &[String]) -> Result<()> {
    tx.execute(
        "DELETE FROM people_recovery_code WHERE user_id = $1",
        params![user],
    )?;
    for hash in hashes {
        tx.execute(
            "INSERT INTO people_recovery_code (user_id, code_hash) VALUES ($1, $2)",
            params![user, hash],
        )?;
    }
    Ok(())
}

/// Uses up a recovery code; answers whether there was such a one.
pub(super) fn take_recovery_code(tx: &mut Tx<'_>, user: UserId, hash: &str, now: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE people_recovery_code SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
        params![user, hash, now],
    )?;
    Ok(changed > 0)
}

/// How many recovery codes a person has left.
///
/// # Errors
/// The database's.
pub fn recovery_codes_left(tx: &mut Tx<'_>, user: UserId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM people_recovery_code WHERE user_id = $1 AND used_at IS NULL";
    tx.query_one(sql, params![user], |row| row.get("n"))
}
