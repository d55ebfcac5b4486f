//! The body of a request as text: bare, or packed with zlib or gzip, whatever its header claims.
//!
//! What it unpacks to is bounded while it is unpacked, so that a small body cannot become a large one in memory.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::Broken;

/// The most text that a body may unpack to. The inventories of large switches come near 20 MB.
pub const UNPACKED_MOST: usize = 24 * 1024 * 1024;

/// The text of a body.
///
/// # Errors
/// When it is empty, too large, or not what it begins as.
pub fn unpack(body: &[u8], most: usize) -> Result<String, Broken> {
    let bytes = match body {
        [] => return Err(Broken::Empty),
        [0x1f, 0x8b, ..] => Cow::Owned(bounded(MultiGzDecoder::new(body), most)?),
        // RFC 1950: deflate with a window of 32 kB or less, and the first two bytes divisible by 31.
        [first, second, ..]
            if first & 0x0f == 8
                && first >> 4 <= 7
                && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31) =>
        {
            Cow::Owned(bounded(ZlibDecoder::new(body), most)?)
        }
        _ if body.len() > most => return Err(Broken::TooLarge),
        _ => Cow::Borrowed(body),
    };
    Ok(text(&bytes))
}

fn bounded(packed: impl Read, most: usize) -> Result<Vec<u8>, Broken> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    packed
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|_| Broken::Packing)?;
    if bytes.len() > most {
        return Err(Broken::TooLarge);
    }
    Ok(bytes)
}

/// Agents before 2010 wrote Latin-1; nothing else is not UTF-8.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn zlib(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::new(level));
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn the_three_ways_give_the_same_text() {
        let words = "<REQUEST>四</REQUEST>";
        assert_eq!(unpack(words.as_bytes(), 100).unwrap(), words);
        for level in [0, 1, 6, 9] {
            assert_eq!(unpack(&zlib(words.as_bytes(), level), 100).unwrap(), words);
        }
        assert_eq!(unpack(&gzip(words.as_bytes()), 100).unwrap(), words);
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_large() {
        let (zeros, most) = (vec![b' '; 4_000_000], 1_000_000);
        assert_eq!(unpack(&zlib(&zeros, 9), most), Err(Broken::TooLarge));
        assert_eq!(unpack(&gzip(&zeros), most), Err(Broken::TooLarge));
        assert_eq!(unpack(&zeros, most), Err(Broken::TooLarge));
    }

    #[test]
    fn what_is_cut_off_or_empty_is_said() {
        let packed = gzip(b"<REQUEST></REQUEST>");
        assert_eq!(unpack(&packed[..packed.len() - 9], 100), Err(Broken::Packing));
        assert_eq!(unpack(b"", 100), Err(Broken::Empty));
    }

    #[test]
    fn old_agents_write_latin_1() {
        assert_eq!(
            unpack(b"<NAME>T\xe9l\xe9phone</NAME>", 100).unwrap(),
            "<NAME>Téléphone</NAME>"
        );
    }
}
