//! The keys by which agents know this house: made here, kept under seal, several at a time so that they can change.
//!
//! A document carries every key that is not withdrawn, and the oldest of them signs: so each document that is still good names
//! the key that will greet its agent. A change is: make a new key, hand out new documents for as long as the old one lives, then
//! withdraw the old one; agents that only know that one must enrol anew.

pub(crate) mod store;

use std::sync::Arc;

use kernel::cx::{Cx, Scope};
use kernel::db::{Tx, Watched};
use kernel::error::{Error, Result};
use kernel::event;
use kernel::time::Timestamp;
use protocol::key::{KeyPair, PublicKey};
use serde_json::json;

use super::sealing;

/// Kept between transactions: each handshake needs them.
pub const KEPT: Watched = Watched::Table("fleet_link_key");
/// So many may live at a time; a document carries them all.
const KEYS_MOST: usize = 4;

/// Every key that lives, the one that signs first.
#[derive(Debug)]
pub struct Keys {
    pairs: Vec<KeyPair>,
}

impl Keys {
    /// The key that greets agents and signs documents.
    ///
    /// # Errors
    /// Internal: there is always one.
    pub fn signing(&self) -> Result<&KeyPair> {
        self.pairs
            .first()
            .ok_or_else(|| Error::internal("the server has no key for agents"))
    }

    /// What documents carry.
    #[must_use]
    pub fn public(&self) -> Vec<PublicKey> {
        self.pairs.iter().map(KeyPair::public).collect()
    }
}

/// A key as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its identifier.
    pub id: String,
    /// Its public half.
    pub public: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// The keys that live. The first call makes the first key and must be in a writing transaction.
///
/// # Errors
/// The database's; internal when a seal is broken.
pub fn living(tx: &mut Tx<'_>, cx: &Cx) -> Result<Arc<Keys>> {
    tx.lock("fleet.link_key", "all")?;
    if store::living(tx)?.is_empty() {
        add(tx, cx)?;
    }
    read(tx, cx)
}

/// The keys that live, kept in memory. There may be none before the first document was made.
///
/// # Errors
/// As [`living`].
pub fn read(tx: &mut Tx<'_>, cx: &Cx) -> Result<Arc<Keys>> {
    tx.kept("fleet.link_keys", &["fleet_link_key"], |tx| {
        let mut pairs = Vec::new();
        for kept in store::living(tx)? {
            let pkcs8 = sealing::open(tx, cx, &place(&kept.shown.id), &kept.sealed)?;
            pairs.push(KeyPair::from_pkcs8(&pkcs8).map_err(Error::internal)?);
        }
        Ok(Keys { pairs })
    })
}

/// The keys that live, for the page.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Shown>> {
    Ok(store::living(tx)?.into_iter().map(|kept| kept.shown).collect())
}

/// Makes another key. It signs once those before it are withdrawn.
///
/// # Errors
/// 403; 409 `fleet.link_key.too_many`.
pub fn make(tx: &mut Tx<'_>, cx: &Cx) -> Result<String> {
    of_all(cx)?;
    tx.lock("fleet.link_key", "all")?;
    if store::living(tx)?.len() >= KEYS_MOST {
        return Err(Error::conflict("fleet.link_key.too_many"));
    }
    add(tx, cx)
}

/// Withdraws a key. Agents that know no other must enrol anew.
///
/// # Errors
/// 403, 404; 409 `fleet.link_key.last` for the only one.
pub fn withdraw(tx: &mut Tx<'_>, cx: &Cx, id: &str) -> Result<()> {
    of_all(cx)?;
    tx.lock("fleet.link_key", "all")?;
    let living = store::living(tx)?;
    if !living.iter().any(|kept| kept.shown.id == id) {
        return Err(Error::not_found());
    }
    if living.len() == 1 {
        return Err(Error::conflict("fleet.link_key.last"));
    }
    store::withdraw(tx, id, cx.now())?;
    tell(tx, cx, super::events::KEY_WITHDRAWN, id)
}

/// The keys are every device's, so whoever manages those of the own teams only leaves them alone.
fn of_all(cx: &Cx) -> Result<()> {
    match cx.may(crate::MANAGE) {
        Some(Scope::All) => Ok(()),
        _ => Err(Error::forbidden().arg("permission", crate::MANAGE)),
    }
}

fn add(tx: &mut Tx<'_>, cx: &Cx) -> Result<String> {
    let pair = KeyPair::generate().map_err(Error::internal)?;
    let id = cx.new_id::<KeyPair>().to_string();
    let sealed = sealing::seal(tx, cx, &place(&id), pair.to_pkcs8())?;
    // The order of the keys decides which one signs, so a clock that was set back must not change it.
    let youngest = store::living(tx)?.pop().map(|kept| kept.shown.made_at);
    let made_at = youngest.map_or(cx.now(), |youngest| cx.now().max(youngest.add_millis(1)));
    store::insert(tx, &id, &pair.public().to_string(), &sealed, made_at)?;
    tell(tx, cx, super::events::KEY_MADE, &id)?;
    Ok(id)
}

fn place(id: &str) -> String {
    format!("key/{id}")
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, kind: &'static str, id: &str) -> Result<()> {
    let new = event::New {
        kind,
        subject: "fleet:keys".to_owned(),
        data: json!({ "key": id }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
