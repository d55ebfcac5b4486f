//! Bytes to text: declared charsets, the lies told about them, and a guess when nothing is declared.
//!
//! Mail says `gb2312` and means GB18030, says `us-ascii` and holds UTF-8, or says nothing at all. Text is worth more
//! than the label: a label is followed when the bytes agree with it, and otherwise the bytes are looked at. This does
//! not try to be a statistical detector; it knows UTF-8, the Chinese national encodings, and Windows-1252.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, REPLACEMENT, UTF_8, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// Decodes `bytes` that a header declares to be in the charset `label`.
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    let text = match label.map(normal_label) {
        None => guess(bytes),
        Some(label) => decode_labelled(bytes, &label),
    };
    without_nul(text)
}

/// Decodes bytes nobody has declared anything about, such as raw 8-bit text in a header.
pub(crate) fn decode_undeclared(bytes: &[u8]) -> String {
    without_nul(guess(bytes))
}

const MIN_PAIRS_AGAINST_LATIN: usize = 4;

fn decode_labelled(bytes: &[u8], label: &str) -> String {
    // RFC 2045 section 5.2 makes US-ASCII the default, so many programs write it without looking at the text.
    if matches!(
        label,
        "" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "unknown-8bit" | "x-unknown" | "default" | "binary"
    ) {
        return guess(bytes);
    }
    if matches!(label, "hz-gb-2312" | "hz") {
        return decode_hz(bytes);
    }
    if label == "utf-8" {
        return match std::str::from_utf8(strip_utf8_mark(bytes)) {
            Ok(text) => text.to_owned(),
            // Wrong bytes in what calls itself UTF-8 are either a damaged tail or another charset altogether.
            Err(_) if is_plausible_gb(bytes) => GB18030.decode(bytes).0.into_owned(),
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        };
    }
    // Old Chinese webmail writes GBK and calls it Latin-1. Accented Latin letters hardly ever come only in pairs.
    if matches!(label, "iso-8859-1" | "latin1" | "windows-1252") && gb_pairs(bytes) >= MIN_PAIRS_AGAINST_LATIN
    {
        return GB18030.decode(bytes).0.into_owned();
    }
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if encoding != REPLACEMENT => {
            // GB2312 and GBK are subsets of GB18030, and senders use characters beyond them under the old names.
            let encoding = if encoding == encoding_rs::GBK {
                GB18030
            } else {
                encoding
            };
            encoding.decode(bytes).0.into_owned()
        }
        _ => charset_decoder(label.as_bytes()).map_or_else(|| guess(bytes), |decoder| decoder(bytes)),
    }
}

fn normal_label(label: &str) -> Cow<'_, str> {
    let label = label.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    // RFC 2231 section 5 allows a language after the charset of an encoded word.
    let label = label.split('*').next().unwrap_or_default().trim();
    Cow::Owned(match label {
        "utf8" | "utf-8-mac" | "utf8mb4" | "utf_8" | "unicode-1-1-utf-8" => "utf-8".to_owned(),
        "utf7" | "unicode-1-1-utf-7" | "x-unicode-1-1-utf-7" => "utf-7".to_owned(),
        "cp936" | "ms936" | "windows-936" | "gb_2312" | "gb-2312" | "x-gbk" | "euc-cn" | "gb2312-80" => {
            "gb18030".to_owned()
        }
        "cp950" | "ms950" | "windows-950" => "big5".to_owned(),
        "cp932" | "ms932" | "sjis" => "shift_jis".to_owned(),
        "cp949" | "ms949" | "uhc" | "ks_c_5601" => "euc-kr".to_owned(),
        other => other.to_owned(),
    })
}

fn guess(bytes: &[u8]) -> String {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return UTF_8.decode(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(strip_utf8_mark(bytes)) {
        return text.to_owned();
    }
    if is_plausible_gb(bytes) {
        return GB18030.decode(bytes).0.into_owned();
    }
    if mostly_utf8(bytes) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    WINDOWS_1252.decode(bytes).0.into_owned()
}

/// True when every byte above ASCII belongs to a pair of the GB2312 plane, which accented Latin text never does.
fn is_plausible_gb(bytes: &[u8]) -> bool {
    gb_pairs(bytes) > 0
}

/// The number of pairs of the GB2312 plane; none when any other byte above ASCII stands among them.
fn gb_pairs(bytes: &[u8]) -> usize {
    let mut pairs = 0_usize;
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        if first < 0x80 {
            rest = tail;
            continue;
        }
        let Some((&second, tail)) = tail.split_first() else {
            return 0;
        };
        if !(0xA1..=0xF7).contains(&first) || second < 0xA1 || second == 0xFF {
            return 0;
        }
        pairs += 1;
        rest = tail;
    }
    if pairs > 0 && GB18030.decode(bytes).2 {
        0
    } else {
        pairs
    }
}

/// True when the text is UTF-8 except for a few broken places, as after a cut in the middle of a character.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0x80).count();
        broken += chunk.invalid().len();
    }
    good > broken * 4
}

fn strip_utf8_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes)
}

/// RFC 1843: `~{` switches to pairs of 7-bit GB2312, `~}` back, `~~` is a tilde, `~` at a line end joins lines.
fn decode_hz(bytes: &[u8]) -> String {
    let mut wide = Vec::with_capacity(bytes.len());
    let mut in_gb = false;
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1).copied()) {
            (b'~', Some(b'{')) => in_gb = true,
            (b'~', Some(b'}')) => in_gb = false,
            (b'~', Some(b'~')) if !in_gb => wide.push(b'~'),
            (b'~', Some(b'\n')) => {}
            (b'\n', _) => {
                in_gb = false;
                wide.push(b'\n');
                at += 1;
                continue;
            }
            (first, Some(second)) if in_gb => wide.extend([first | 0x80, second | 0x80]),
            (first, _) => {
                wide.push(first);
                at += 1;
                continue;
            }
        }
        at += 2;
    }
    GB18030.decode(&wide).0.into_owned()
}

/// A NUL has no meaning in mail (RFC 5322 section 4 only mentions it as obsolete) and databases refuse it in text.
fn without_nul(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "")
    } else {
        text
    }
}
