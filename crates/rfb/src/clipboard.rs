//! A clipboard of any language: the extension in which a text is first announced, then asked for, then given, compressed and as
//! UTF-8 (rfbproto, "Extended Clipboard"). Only text is exchanged.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use crate::Fault;

/// A text has at most so many bytes, on the way and when it is opened.
pub const TEXT_MOST: usize = 256 * 1024;

const TEXT: u32 = 1;
const CAPS: u32 = 1 << 24;
const REQUEST: u32 = 1 << 25;
const PEEK: u32 = 1 << 26;
const NOTIFY: u32 = 1 << 27;
const PROVIDE: u32 = 1 << 28;

/// What is said of a clipboard, by either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// What the sender understands.
    Abilities,
    /// Send me your text.
    Request,
    /// Say whether you have one.
    Peek,
    /// I have a text, or none any more.
    Notify {
        /// Whether there is one.
        has_text: bool,
    },
    /// The text.
    Provide(String),
}

/// Reads what stands in a cut text of negative length; none when it is about other things than text.
///
/// # Errors
/// When a text cannot be opened or grows too large.
pub fn read(body: &[u8]) -> Result<Option<Word>, Fault> {
    let Some((flags, rest)) = body.split_first_chunk::<4>() else {
        return Err(Fault::Clipboard);
    };
    let flags = u32::from_be_bytes(*flags);
    let has_text = flags & TEXT != 0;
    Ok(match flags & (CAPS | REQUEST | PEEK | NOTIFY | PROVIDE) {
        // Whoever tells its abilities names actions, too.
        with_caps if with_caps & CAPS != 0 => Some(Word::Abilities),
        REQUEST => has_text.then_some(Word::Request),
        PEEK => Some(Word::Peek),
        NOTIFY => Some(Word::Notify { has_text }),
        PROVIDE if has_text => Some(Word::Provide(opened(rest)?)),
        _ => None,
    })
}

fn opened(packed: &[u8]) -> Result<String, Fault> {
    let mut content = Vec::new();
    // The size stands before the text, and a zero byte behind it.
    let most = TEXT_MOST as u64 + 5;
    let mut reader = ZlibDecoder::new(packed).take(most + 1);
    // A stream that was not ended holds its text all the same.
    let _unended = reader.read_to_end(&mut content);
    let Some((size, text)) = content.split_first_chunk::<4>() else {
        return Err(Fault::Clipboard);
    };
    let size = u32::from_be_bytes(*size) as usize;
    if content.len() as u64 > most || size > text.len() {
        return Err(Fault::Clipboard);
    }
    let text = String::from_utf8_lossy(&text[..size]);
    Ok(text.trim_end_matches('\0').replace("\r\n", "\n"))
}

/// The body of a cut text of negative length.
#[must_use]
pub fn write(word: &Word) -> Vec<u8> {
    match word {
        Word::Abilities => {
            let mut body = flags(CAPS | REQUEST | PEEK | NOTIFY | PROVIDE | TEXT);
            body.extend((TEXT_MOST as u32).to_be_bytes());
            body
        }
        Word::Request => flags(REQUEST | TEXT),
        Word::Peek => flags(PEEK),
        Word::Notify { has_text } => flags(NOTIFY | if *has_text { TEXT } else { 0 }),
        Word::Provide(text) => {
            let mut body = flags(PROVIDE | TEXT);
            body.extend(packed(text));
            body
        }
    }
}

fn flags(flags: u32) -> Vec<u8> {
    flags.to_be_bytes().to_vec()
}

fn packed(text: &str) -> Vec<u8> {
    let mut text = text.replace('\n', "\r\n");
    let mut end = text.len().min(TEXT_MOST - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push('\0');
    let size = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let written = encoder
        .write_all(&size.to_be_bytes())
        .and_then(|()| encoder.write_all(text.as_bytes()));
    // Writing into memory does not fail.
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_that_grows_without_end_is_refused() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&u32::MAX.to_be_bytes()).unwrap();
        for _ in 0..64 {
            encoder.write_all(&[b'a'; 64 * 1024]).unwrap();
        }
        let mut body = flags(PROVIDE | TEXT);
        body.extend(encoder.finish().unwrap());
        assert!(body.len() < 8 * 1024);
        assert_eq!(read(&body), Err(Fault::Clipboard));
    }

    #[test]
    fn pictures_and_files_are_passed_over() {
        assert_eq!(read(&flags(PROVIDE | 1 << 3)), Ok(None));
        assert_eq!(read(&flags(REQUEST | 1 << 4)), Ok(None));
        assert_eq!(read(&[1, 2]), Err(Fault::Clipboard));
    }

    proptest! {
        #[test]
        fn a_word_is_read_as_it_was_written(text in "[a-z\n打印机é]{0,200}", has_text: bool) {
            for word in [Word::Abilities, Word::Request, Word::Peek, Word::Notify { has_text }, Word::Provide(text)] {
                prop_assert_eq!(read(&write(&word)), Ok(Some(word)));
            }
        }

        #[test]
        fn whatever_comes_is_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _read_or_refused = read(&body);
        }
    }
}
