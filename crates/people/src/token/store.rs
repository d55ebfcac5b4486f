//! Every statement about API tokens.

use kernel::db::{Tx, params};
use kernel::id::UserId;
use kernel::{Result, Timestamp};

use super::{Token, TokenId};

pub(super) struct NewToken<'a> {
    pub id: TokenId,
    pub user: UserId,
    pub name: &'a str,
    pub scopes: &'a [String],
    pub secret_hash: String,
    pub expires_at: Option<Timestamp>,
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &NewToken<'_>, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO people_token (id, secret_hash, user_id, name, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            new.id,
            &new.secret_hash,
            new.user,
            new.name,
            serde_json::to_string(new.scopes)?,
            now,
            new.expires_at
        ],
    )?;
    Ok(())
}

/// A token that may be used.
#[derive(Debug)]
pub struct Live {
    /// Identifier.
    pub id: TokenId,
    /// Whose.
    pub user: UserId,
    /// What it lets through.
    pub scopes: Vec<String>,
}

pub(crate) fn live(tx: &mut Tx<'_>, secret_hash: &str, now: Timestamp) -> Result<Option<Live>> {
    tx.query_opt(
        "SELECT id, user_id, scopes FROM people_token
         WHERE secret_hash = $1 AND (expires_at IS NULL OR expires_at > $2)",
        params![secret_hash, now],
        |row| {
            let scopes = serde_json::from_str(&row.get::<String>("scopes")?)?;
            Ok(Live {
                id: row.get("id")?,
                user: row.get("user_id")?,
                scopes,
            })
        },
    )
}

/// A person's tokens, newest first.
///
/// # Errors
/// The database's.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<Token>> {
    tx.query(
        "SELECT id, name, scopes, created_at, expires_at FROM people_token
         WHERE user_id = $1 ORDER BY created_at DESC, id LIMIT 200",
        params![user],
        |row| {
            Ok(Token {
                id: row.get("id")?,
                name: row.get("name")?,
                scopes: serde_json::from_str(&row.get::<String>("scopes")?)?,
                created_at: row.get("created_at")?,
                expires_at: row.get("expires_at")?,
            })
        },
    )
}

pub(super) fn owner(tx: &mut Tx<'_>, id: TokenId) -> Result<Option<UserId>> {
    tx.query_opt(
        "SELECT user_id FROM people_token WHERE id = $1",
        params![id],
        |row| row.get("user_id"),
    )
}

pub(super) fn delete(tx: &mut Tx<'_>, id: TokenId) -> Result<()> {
    tx.execute("DELETE FROM people_token WHERE id = $1", params![id])?;
    Ok(())
}

pub(crate) fn revoke_all(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.execute("DELETE FROM people_token WHERE user_id = $1", params![user])?;
    Ok(())
}

/// Removes tokens a week after their end: until then their owner sees why a program stopped. Answers how many went.
pub(crate) fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM people_token WHERE expires_at < $1",
        params![now.add_secs(-7 * 86_400)],
    )
}
