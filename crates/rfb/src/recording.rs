//! A recording of what a viewer was told: the form that rfbproxy began and that players of VNC sessions know ("FBS 001.000").
//! Behind a line that names it come blocks: how many bytes, the bytes, zeros up to a multiple of four, and when, in
//! milliseconds since the beginning; numbers have 32 bits, the largest byte first. Together the bytes are the stream that
//! begins with [`viewer::greeting`](crate::viewer::greeting).

use crate::Fault;

/// What a recording begins with.
pub const HEADER: &[u8; 12] = b"FBS 001.000\n";
/// No block that is read has more bytes.
pub const BLOCK_MOST: usize = 1024 * 1024;

/// One block: bytes that were told in one go. Long ones may be cut into several of the same time.
#[must_use]
pub fn block(told: &[u8], millis: u32) -> Vec<u8> {
    let length = u32::try_from(told.len()).unwrap_or(u32::MAX);
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.extend(told);
    bytes.resize(4 + padded(told.len()), 0);
    bytes.extend(millis.to_be_bytes());
    bytes
}

/// Reads a whole recording: what was told, and when in milliseconds.
///
/// # Errors
/// [`Fault::Recording`] when it does not begin like one, ends within a block, or goes back in time;
/// [`Fault::Long`] when a block is too long.
pub fn read(recording: &[u8]) -> Result<Vec<(&[u8], u32)>, Fault> {
    let mut rest = recording.strip_prefix(HEADER).ok_or(Fault::Recording)?;
    let mut blocks: Vec<(&[u8], u32)> = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = number(rest)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > BLOCK_MOST {
            return Err(Fault::Long);
        }
        let (body, behind) = behind.split_at_checked(padded(length)).ok_or(Fault::Recording)?;
        let (millis, behind) = number(behind)?;
        if blocks.last().is_some_and(|(_, before)| *before > millis) {
            return Err(Fault::Recording);
        }
        blocks.push((&body[..length], millis));
        rest = behind;
    }
    Ok(blocks)
}

const fn padded(length: usize) -> usize {
    length.next_multiple_of(4)
}

fn number(bytes: &[u8]) -> Result<(u32, &[u8]), Fault> {
    let (number, rest) = bytes.split_first_chunk().ok_or(Fault::Recording)?;
    Ok((u32::from_be_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_block_is_padded_to_four() {
        assert_eq!(block(b"RFB..", 7), b"\0\0\0\x05RFB..\0\0\0\0\0\0\x07");
        assert_eq!(block(b"RFB.", 256), b"\0\0\0\x04RFB.\0\0\x01\0");
        assert_eq!(read(b"FBS 001.001\n"), Err(Fault::Recording));
        assert_eq!(read(&[HEADER, &[255; 8][..]].concat()), Err(Fault::Long));
    }

    proptest! {
        #[test]
        fn a_recording_is_read_as_it_was_written(
            told in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..40), 0..1000_u32), 0..8),
            cut in 1..8_usize,
        ) {
            let (mut recording, mut wanted, mut now) = (HEADER.to_vec(), Vec::new(), 0);
            for (bytes, later) in &told {
                now += later;
                recording.extend(block(bytes, now));
                wanted.push((&bytes[..], now));
            }
            prop_assert_eq!(read(&recording), Ok(wanted));
            let cut = &recording[..recording.len() - cut];
            prop_assert!(read(cut).is_err());
        }

        #[test]
        fn whatever_comes_is_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _read_or_refused = read(&[HEADER, &body[..]].concat());
        }
    }
}
