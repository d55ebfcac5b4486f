//! Where a page of a list ended: the sort keys of its last line, opaque to whoever sends it back.

use data_encoding::BASE64URL_NOPAD;
use kernel::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) fn write(keys: &impl Serialize) -> Result<String> {
    Ok(BASE64URL_NOPAD.encode(&serde_json::to_vec(keys)?))
}

/// # Errors
/// `people.cursor_malformed` on `cursor`.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    let malformed = || Error::invalid("people.cursor_malformed").field("cursor");
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| malformed())?;
    serde_json::from_slice(&bytes).map_err(|_| malformed())
}
