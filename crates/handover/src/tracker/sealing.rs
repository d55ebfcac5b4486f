//! Secrets of trackers, sealed before they are stored: whoever sees a row, an export, or a log sees none.
//!
//! The key is one of the house's own, so this does not help against somebody who has the whole database. A seal is bound to its
//! tracker and its direction and cannot be moved to another.

use data_encoding::BASE64;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::secret;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::TrackerId;

/// Name of the key.
const KEY: &str = "handover.tracker";

/// Which of a tracker's two secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Signs what leaves.
    Out,
    /// Checks what comes in.
    In,
}

fn place(id: TrackerId, direction: Direction) -> String {
    match direction {
        Direction::Out => format!("{id}/out"),
        Direction::In => format!("{id}/in"),
    }
}

/// Seals a secret; in a writing transaction.
///
/// # Errors
/// The database's.
pub fn seal(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId, direction: Direction, secret: &str) -> Result<String> {
    let key = key(&secret::get(tx, cx, KEY)?)?;
    let nonce = cx.random_bytes::<NONCE_LEN>();
    let mut sealed = secret.as_bytes().to_vec();
    let bound = place(id, direction);
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(bound.as_bytes()),
        &mut sealed,
    )
    .map_err(|_| Error::internal("a tracker's secret could not be sealed"))?;
    Ok(BASE64.encode(&[nonce.as_slice(), &sealed].concat()))
}

/// Opens what [`seal`] made.
///
/// # Errors
/// Internal, when it was made for another tracker or direction, or is damaged.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId, direction: Direction, sealed: &str) -> Result<String> {
    let bound = place(id, direction);
    let broken = || Error::internal(format!("the sealed secret {bound} cannot be opened"));
    let key = key(&secret::get(tx, cx, KEY)?)?;
    let bytes = BASE64.decode(sealed.as_bytes()).map_err(|_| broken())?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(broken)?;
    let mut rest = rest.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = key
        .open_in_place(nonce, Aad::from(bound.as_bytes()), &mut rest)
        .map_err(|_| broken())?;
    String::from_utf8(plain.to_vec()).map_err(|_| broken())
}

/// The same for what may not be there: a house that was read back from an export without secrets has none, and the page on which they
/// are made anew must open all the same. What is damaged is no secret either.
pub fn opened(tx: &mut Tx<'_>, cx: &Cx, id: TrackerId, direction: Direction, sealed: &str) -> Option<String> {
    if sealed.is_empty() {
        return None;
    }
    match open(tx, cx, id, direction, sealed) {
        Ok(secret) => Some(secret),
        Err(error) => {
            tracing::error!(%error, tracker = %id, "a tracker's secret cannot be opened");
            None
        }
    }
}

fn key(bytes: &[u8; 32]) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, bytes)
        .map_err(|_| Error::internal("a key of the wrong length"))?;
    Ok(LessSafeKey::new(key))
}
