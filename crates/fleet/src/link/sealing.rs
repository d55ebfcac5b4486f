//! Seals what must lie in the database and be read by nobody who only sees a row: keys of the server, documents not yet fetched.
//!
//! The key is one of the house's own ([`kernel::secret`]); a seal is bound to its place and cannot be moved to another.

use data_encoding::BASE64;
use kernel::db::Tx;
use kernel::{Cx, Error, Result, secret};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Name of the key.
const KEY: &str = "fleet.link.seal";

/// Seals bytes for a place such as `key/ID`.
pub fn seal(tx: &mut Tx<'_>, cx: &Cx, place: &str, plain: &[u8]) -> Result<String> {
    let key = key(&secret::get(tx, cx, KEY)?)?;
    let nonce = cx.random_bytes::<NONCE_LEN>();
    let mut sealed = plain.to_vec();
    let aad = Aad::from(place.as_bytes());
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
        .map_err(|_| Error::internal(format!("{place} could not be sealed")))?;
    Ok(BASE64.encode(&[nonce.as_slice(), &sealed].concat()))
}

/// Opens what [`seal`] made for the same place.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, place: &str, sealed: &str) -> Result<Vec<u8>> {
    let broken = || Error::internal(format!("the seal of {place} cannot be opened"));
    let key = key(&secret::get(tx, cx, KEY)?)?;
    let bytes = BASE64.decode(sealed.as_bytes()).map_err(|_| broken())?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(broken)?;
    let mut rest = rest.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = key
        .open_in_place(nonce, Aad::from(place.as_bytes()), &mut rest)
        .map_err(|_| broken())?;
    Ok(plain.to_vec())
}

fn key(bytes: &[u8; 32]) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, bytes)
        .map_err(|_| Error::internal("a key of the wrong length"))?;
    Ok(LessSafeKey::new(key))
}
