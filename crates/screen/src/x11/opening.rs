//! Opens a display that is somebody else's: its name and the file with its key are told, not taken from the environment.

use std::fs;
use std::path::Path;

use x11rb::errors::ConnectError;
use x11rb::reexports::x11rb_protocol::parse_display::parse_display;
use x11rb::rust_connection::{DefaultStream, RustConnection};

/// The one kind of key that displays use: a secret, told as it is (X.Org, Xsecurity(7)).
const COOKIE: &[u8] = b"MIT-MAGIC-COOKIE-1";

/// A connection, and which screen of the display is meant. Without a file the one of the environment is asked.
///
/// # Errors
/// When the display is not there or does not let us in.
pub fn open(display: &str, authority: Option<&Path>) -> Result<(RustConnection, usize), ConnectError> {
    let Some(authority) = authority else {
        return RustConnection::connect(Some(display));
    };
    let parsed = parse_display(Some(display))?;
    let keys = fs::read(authority)?;
    let key = key(&keys, parsed.display).unwrap_or_default();
    let mut last = ConnectError::UnknownError;
    for address in parsed.connect_instruction() {
        match DefaultStream::connect(&address) {
            Ok((stream, _)) => {
                let name = if key.is_empty() {
                    Vec::new()
                } else {
                    COOKIE.to_vec()
                };
                let screen = usize::from(parsed.screen);
                let connection = RustConnection::connect_to_stream_with_auth_info(stream, screen, name, key)?;
                return Ok((connection, screen));
            }
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

/// The key of a display out of the entries of an authority file: what kind of address, which, the display's number (empty: any),
/// what kind of key, the key (libXau, `AuRead.c`). The file is the desktop's own, so whose address it is does not matter.
fn key(mut keys: &[u8], display: u16) -> Option<Vec<u8>> {
    let display = display.to_string();
    loop {
        let (_, rest) = keys.split_first_chunk::<2>()?;
        keys = rest;
        let mut field = || {
            let (length, rest) = keys.split_first_chunk()?;
            let (field, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            keys = rest;
            Some(field)
        };
        let [_, number, name, key] = [field()?, field()?, field()?, field()?];
        if name == COOKIE && (number.is_empty() || number == display.as_bytes()) {
            return Some(key.to_vec());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: &str, name: &[u8], secret: &[u8]) -> Vec<u8> {
        let field = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
        [
            vec![1, 0],
            field(b"pc-7"),
            field(number.as_bytes()),
            field(name),
            field(secret),
        ]
        .concat()
    }

    #[test]
    fn the_key_of_a_display_is_found() {
        let other = entry("1", COOKIE, b"other");
        let strange = entry("0", b"XDM-AUTHORIZATION-1", b"strange");
        let keys = [
            other,
            strange,
            entry("0", COOKIE, b"secret"),
            entry("", COOKIE, b"any"),
        ]
        .concat();
        assert_eq!(key(&keys, 0), Some(b"secret".to_vec()));
        assert_eq!(key(&keys, 1), Some(b"other".to_vec()));
        assert_eq!(key(&keys, 7), Some(b"any".to_vec()));
        assert_eq!(key(&keys[..keys.len() - 1], 7), None);
        assert_eq!(key(&[], 7), None);
    }
}
