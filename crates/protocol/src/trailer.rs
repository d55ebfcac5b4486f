//! A program with an enrolment document behind it, so that one file is all that somebody has to fetch.
//!
//! The end of such a file is the document, its length in eight bytes with the lowest first, and [`MAGIC`]. A program of ELF is
//! loaded by what stands in its head, so bytes behind it change nothing.

/// The last bytes of the file.
pub const MAGIC: [u8; 8] = *b"MSTASSI1";

/// The bytes from which [`length`] is read.
pub const END: usize = 16;

/// The longest document that is read.
pub const DOCUMENT_MOST: u64 = 128 * 1024;

/// What goes behind the program.
#[must_use]
pub fn written(document: &[u8]) -> Vec<u8> {
    let length = document.len() as u64;
    [document, &length.to_le_bytes(), &MAGIC].concat()
}

/// How long the document is whose file ends so; none for a file that carries none.
#[must_use]
pub fn length(end: &[u8; END]) -> Option<u64> {
    let (length, magic) = end.split_first_chunk::<8>()?;
    let length = u64::from_le_bytes(*length);
    (magic == MAGIC && (1..=DOCUMENT_MOST).contains(&length)).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(bytes: &[u8]) -> [u8; END] {
        bytes.last_chunk().copied().unwrap_or_default()
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(length(&end(&written(b"{\"a\":1}"))), Some(7));
    }

    #[test]
    fn other_ends_carry_nothing() {
        assert_eq!(length(&end(b"an ordinary program, and nothing behind it")), None);
        assert_eq!(length(&end(&written(b""))), None);
        let huge = [&u64::MAX.to_le_bytes()[..], &MAGIC].concat();
        assert_eq!(length(&end(&huge)), None);
        let mut spoiled = written(b"document");
        if let Some(last) = spoiled.last_mut() {
            *last ^= 1;
        }
        assert_eq!(length(&end(&spoiled)), None);
    }
}
