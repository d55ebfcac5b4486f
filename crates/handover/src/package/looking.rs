//! Looks for private data into what could go along, before it does and outside of every transaction: a ticket may hold megabytes.
//!
//! Words are looked into as a whole; of files only short texts, and not many. What is not looked into is said to be unread.

use std::collections::BTreeMap;

use kernel::Kernel;
use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::file::Files;

use super::picking::{self, Offer};
use super::privacy::{self, Warning};

/// Bytes of a file that is looked into.
const BYTES_MOST: i64 = 1024 * 1024;
/// Files of one ticket that are looked into.
const FILES_MOST: usize = 30;

/// What words and files seem to hold, by [`Offer::content_key`]: what was looked into is known again, wherever it stands.
pub type Seen = BTreeMap<String, Vec<Warning>>;

/// Looks into some offers.
///
/// # Errors
/// Internal, when the thread broke off.
pub async fn look(files: &Files, offers: &[Offer]) -> Result<Seen> {
    let words: Vec<(String, String)> = offers
        .iter()
        .filter_map(|offer| Some((offer.content_key(), offer.words.clone()?)))
        .collect();
    let read = move || {
        words
            .into_iter()
            .map(|(key, words)| (key, privacy::warnings(&words)))
    };
    let mut seen: Seen = apart(move || read().collect()).await?;
    let text_files = offers.iter().filter(|offer| offer.is_text_file());
    for (place, offer) in text_files.enumerate() {
        let Some(hash) = &offer.hash else { continue };
        // A file that cannot be read now cannot be judged either.
        let content = if place < FILES_MOST && offer.size <= BYTES_MOST {
            files.get(hash).await.ok()
        } else {
            None
        };
        let found = match content {
            Some(content) => apart(move || in_file(&content)).await?,
            None => vec![Warning::Unread],
        };
        seen.insert(offer.content_key(), found);
    }
    Ok(seen)
}

/// On a thread where nobody waits for an answer.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// What a file of text seems to hold. Of an encoding that is not known, letters and digits of ASCII are seen and the rest is not.
fn in_file(content: &[u8]) -> Vec<Warning> {
    if let Some(text) = decoded(content) {
        return privacy::warnings(&text);
    }
    let mut found = privacy::warnings(&String::from_utf8_lossy(content));
    found.push(Warning::Unread);
    found
}

/// UTF-8, or UTF-16 with its mark, as Windows writes logs. A zero in it means that it is something else.
fn decoded(content: &[u8]) -> Option<String> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let text: Option<String> = char::decode_utf16(units)
            .collect::<std::result::Result<_, _>>()
            .ok();
        text.filter(|_| odd.is_empty())
    };
    let text = match content {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(content).ok().map(str::to_owned),
    };
    text.filter(|text| !text.contains('\0'))
}

/// The same for what was chosen of a ticket.
///
/// # Errors
/// Not found, also when it is not for the reader's eyes.
pub async fn at_ticket(kernel: &Kernel, cx: &Cx, number: i64, chosen: &[String]) -> Result<Seen> {
    let (cx, chosen) = (cx.clone(), chosen.to_vec());
    let basis = kernel.db.read(move |tx| picking::basis(tx, &cx, number)).await?;
    let wanted: Vec<Offer> = basis
        .offers
        .into_iter()
        .filter(|offer| chosen.contains(&offer.source))
        .collect();
    look(&kernel.files, &wanted).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_windows_is_read_and_what_cannot_be_read_is_said_to_be_unread() {
        let line = "login 13812345678";
        let wide = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> { line.encode_utf16().flat_map(unit).collect() };
        let little = [vec![0xff, 0xfe], wide(u16::to_le_bytes)].concat();
        let big = [vec![0xfe, 0xff], wide(u16::to_be_bytes)].concat();
        for content in [line.as_bytes(), &little, &big] {
            assert_eq!(in_file(content), [Warning::Phone]);
        }
        // Without its mark it looks like ASCII with zeros between the letters.
        assert_eq!(in_file(&wide(u16::to_le_bytes)), [Warning::Unread]);
        // GBK: "密码" and a number that is seen all the same.
        let gbk = [b"\xc3\xdc\xc2\xeb 13812345678".as_slice()].concat();
        assert_eq!(in_file(&gbk), [Warning::Phone, Warning::Unread]);
    }
}
