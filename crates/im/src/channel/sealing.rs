//! Secrets of channels, sealed before they are stored: whoever sees a row, a log, or a page sees none.
//!
//! The key is one of the house's own ([`kernel::secret`]), so this does not help against somebody who has the whole database. A
//! seal is bound to its channel and field and cannot be moved to another.

use data_encoding::BASE64;
use kernel::db::Tx;
use kernel::{Cx, Error, Result, secret};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Name of the key.
const KEY: &str = "im.settings";

/// Seals a secret for a place such as `ID/token`.
pub(crate) fn seal(tx: &mut Tx<'_>, cx: &Cx, place: &str, plain: &str) -> Result<String> {
    let key = key(&secret::get(tx, cx, KEY)?)?;
    let nonce = cx.random_bytes::<NONCE_LEN>();
    let mut sealed = plain.as_bytes().to_vec();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(place.as_bytes()),
        &mut sealed,
    )
    .map_err(|_| Error::internal("a secret could not be sealed"))?;
    Ok(BASE64.encode(&[nonce.as_slice(), &sealed].concat()))
}

/// Opens what [`seal`] made for the same place.
pub(crate) fn open(tx: &mut Tx<'_>, cx: &Cx, place: &str, sealed: &str) -> Result<String> {
    let broken = || Error::internal(format!("the sealed secret {place} cannot be opened"));
    let key = key(&secret::get(tx, cx, KEY)?)?;
    let bytes = BASE64.decode(sealed.as_bytes()).map_err(|_| broken())?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(broken)?;
    let mut rest = rest.to_vec();
    let plain = key
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(place.as_bytes()),
            &mut rest,
        )
        .map_err(|_| broken())?;
    String::from_utf8(plain.to_vec()).map_err(|_| broken())
}

fn key(bytes: &[u8; 32]) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, bytes)
        .map_err(|_| Error::internal("a key of the wrong length"))?;
    Ok(LessSafeKey::new(key))
}
