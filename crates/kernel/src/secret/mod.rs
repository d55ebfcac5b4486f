//! Keys that the house makes for itself: signing keys, CSRF keys.
//!
//! Each is made when it is first asked for and then stays the same on every node. They lie in the database, so whoever
//! has the database has them; passwords and tokens of people are never kept here, only hashed, by `people`.

mod store;

use crate::cx::Cx;
use crate::db::Tx;
use crate::error::{Error, Result};

/// The key of a name. The first call must be in a writing transaction, because it makes the key; [`prepare`] it at
/// the start when it will be needed while reading.
pub fn get(tx: &mut Tx<'_>, cx: &Cx, name: &str) -> Result<[u8; 32]> {
    let key = match store::load(tx, name)? {
        Some(key) => key,
        None => {
            // Two nodes may make it at once; both then use the one that was stored first.
            store::insert(tx, name, &cx.random_bytes::<32>(), cx.now())?;
            store::load(tx, name)?.ok_or_else(|| Error::internal(format!("the key {name} was not stored")))?
        }
    };
    key.try_into()
        .map_err(|_| Error::internal(format!("the key {name} is not 32 bytes long")))
}

/// Makes keys that are not there yet.
pub fn prepare(tx: &mut Tx<'_>, cx: &Cx, names: &[&str]) -> Result<()> {
    for name in names {
        get(tx, cx, name)?;
    }
    Ok(())
}
