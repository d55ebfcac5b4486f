//! RFC 2047 encoded words in header text: `=?charset?B?…?=` and `=?charset?Q?…?=`.
//!
//! Read more kindly than the RFC asks: words inside quoted strings, words without space around them, with spaces in
//! them, or with a character cut in two between them are all seen daily. What cannot be decoded stays as it was written.

use super::{charset, transfer};

/// Text with its encoded words decoded and the white space between adjacent ones removed (RFC 2047 section 6.2).
pub(crate) fn decode(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let mut output = String::with_capacity(text.len());
    let mut pending: Option<Pending> = None;
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let (before, from_mark) = rest.split_at(start);
        let Some((word, after)) = take_word(from_mark) else {
            flush(&mut pending, &mut output);
            output.push_str(before);
            output.push_str("=?");
            rest = &from_mark[2..];
            if !rest.contains("?=") {
                break;
            }
            continue;
        };
        let is_adjacent = pending.is_some() && before.chars().all(char::is_whitespace);
        if !is_adjacent {
            flush(&mut pending, &mut output);
            output.push_str(before);
        }
        match &mut pending {
            // Programs that cut by bytes split a character over two words, so equal charsets are joined first.
            Some(previous) if previous.charset.eq_ignore_ascii_case(word.charset) => {
                previous.bytes.extend(word.bytes)
            }
            _ => {
                flush(&mut pending, &mut output);
                pending = Some(Pending {
                    charset: word.charset.to_owned(),
                    bytes: word.bytes,
                });
            }
        }
        rest = after;
    }
    flush(&mut pending, &mut output);
    output.push_str(rest);
    output
}

struct Pending {
    charset: String,
    bytes: Vec<u8>,
}

struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
}

fn flush(pending: &mut Option<Pending>, output: &mut String) {
    if let Some(word) = pending.take() {
        // A line break smuggled in through the encoding must not become a new header line anywhere.
        let text = charset::decode(&word.bytes, Some(&word.charset));
        output.extend(text.chars().map(|letter| {
            if matches!(letter, '\r' | '\n') {
                ' '
            } else {
                letter
            }
        }));
    }
}

/// Splits a word from text that starts with `=?`; `None` when it is not one.
fn take_word(text: &str) -> Option<(Word<'_>, &str)> {
    let inner = text.strip_prefix("=?")?;
    let charset_end = inner.bytes().take(80).position(|byte| byte == b'?')?;
    let charset = &inner[..charset_end];
    if charset.is_empty() || charset.contains(|letter: char| letter.is_whitespace() || letter == '=') {
        return None;
    }
    let rest = &inner[charset_end + 1..];
    let encoding = rest.bytes().next()?;
    let data = rest.get(1..)?.strip_prefix('?')?;
    if !matches!(encoding, b'b' | b'B' | b'q' | b'Q') {
        return None;
    }
    let end = data.find("?=")?;
    let (data, after) = (&data[..end], &data[end + 2..]);
    // Raw 8-bit text inside a word has been read with the header and is no longer in the word's charset.
    let charset = if data.is_ascii() { charset } else { "utf-8" };
    let bytes = if encoding.eq_ignore_ascii_case(&b'b') {
        transfer::base64(data.as_bytes())
    } else {
        decode_q(data.as_bytes())
    };
    Some((Word { charset, bytes }, after))
}

/// The Q encoding (RFC 2047 section 4.2): like quoted-printable, with `_` for a space.
fn decode_q(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len());
    let mut at = 0;
    while at < data.len() {
        match data[at] {
            b'_' => bytes.push(b' '),
            b'=' => match transfer::hex_pair(data.get(at + 1), data.get(at + 2)) {
                Some(byte) => {
                    bytes.push(byte);
                    at += 2;
                }
                None => bytes.push(b'='),
            },
            other => bytes.push(other),
        }
        at += 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_examples_of_the_rfc_come_out_as_it_shows() {
        for (written, read) in [
            ("=?ISO-8859-1?Q?a?=", "a"),
            ("=?ISO-8859-1?Q?a?= b", "a b"),
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a_b?=", "a b"),
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
            (
                "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>",
                "Keith Moore <moore@cs.utk.edu>",
            ),
        ] {
            assert_eq!(decode(written), read);
        }
    }

    #[test]
    fn broken_words_are_read_or_left_alone() {
        for (written, read) in [
            ("=?gb2312?B?0fs=?=", "邀"),
            ("=?utf-8?B?5L2?= =?utf-8?B?oOWlvQ==?=", "你好"),
            ("=?utf-8?Q?=E4=BD?= =?utf-8?Q?=A0?=", "你"),
            ("=?utf-8?Q?two words?=", "two words"),
            ("a=?utf-8?Q?b?=c", "abc"),
            ("=?utf-8?X?nothing?=", "=?utf-8?X?nothing?="),
            ("=?utf-8?Q?unfinished", "=?utf-8?Q?unfinished"),
            ("=?utf-8*en?Q?hi?=", "hi"),
            ("=?x-nobody-knows?Q?=E4=BD=A0?=", "你"),
            ("=?iso-8859-1?Q?Frösche?=", "Frösche"),
            ("what =? is ?= this", "what =? is ?= this"),
        ] {
            assert_eq!(decode(written), read, "{written}");
        }
    }
}
