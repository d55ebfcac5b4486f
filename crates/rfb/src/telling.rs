//! What viewers are told (RFC 6143, 7.6, and the extensions).

use crate::area::Area;
use crate::saying::TIGHT;

/// A fence waits until everything before it was done (rfbproto, BlockBefore).
pub const FENCE_BEFORE: u32 = 1;
/// A fence wants an answer (Request).
pub const FENCE_REQUEST: u32 = 1 << 31;

/// A screen of another size (`DesktopSize`; RFC 6143, 7.8.2).
const SIZE: i32 = -223;

/// A rectangle that is a JPEG (rfbproto, "Tight Encoding").
const JPEG: u8 = 0x90;

/// A length as Tight writes it: seven bits, seven bits, eight bits, the smallest first.
fn compact(length: usize) -> Option<Vec<u8>> {
    let seven = |shift: u32| u8::try_from(length >> shift & 0x7F).unwrap_or(0);
    match length {
        0..0x80 => Some(vec![seven(0)]),
        0x80..0x4000 => Some(vec![seven(0) | 0x80, seven(7)]),
        0x4000..0x40_0000 => {
            let last = u8::try_from(length >> 14).unwrap_or(0);
            Some(vec![seven(0) | 0x80, seven(7) | 0x80, last])
        }
        _ => None,
    }
}

/// An update (7.6.1): rectangles are added, then it is finished.
#[derive(Debug)]
pub struct Update {
    bytes: Vec<u8>,
    count: u16,
}

impl Default for Update {
    fn default() -> Self {
        Self::new()
    }
}

impl Update {
    /// One without rectangles.
    #[must_use]
    pub fn new() -> Self {
        Self {
            bytes: vec![0, 0, 0, 0],
            count: 0,
        }
    }

    /// Whether it holds nothing, and need not be sent.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// A rectangle of a picture; what Tight says of it is written behind its head by the caller.
    pub fn picture(&mut self, area: Area) -> &mut Vec<u8> {
        self.head(area, TIGHT);
        &mut self.bytes
    }

    /// A rectangle that is a JPEG as it is (rfbproto, "Tight Encoding", JpegCompression). Nothing is written of one that is longer than
    /// Tight can say; whether it was is the answer.
    pub fn jpeg(&mut self, area: Area, jpeg: &[u8]) -> bool {
        let Some(length) = compact(jpeg.len()) else {
            return false;
        };
        let bytes = self.picture(area);
        bytes.push(JPEG);
        bytes.extend(length);
        bytes.extend(jpeg);
        true
    }

    /// That the screen is so large from now on, in pixels; nothing else may come in the same update.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.head(Area::sized(width, height), SIZE);
    }

    /// The bytes to send.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes[2..4].copy_from_slice(&self.count.to_be_bytes());
        self.bytes
    }

    fn head(&mut self, area: Area, encoding: i32) {
        self.count += 1;
        self.bytes.extend(area.write());
        self.bytes.extend(encoding.to_be_bytes());
    }
}

/// That updates are sent without being asked for (rfbproto, "EndOfContinuousUpdates"): a viewer that hears it once, in the
/// beginning, asks no more for each; heard twice it means that they have ended.
#[must_use]
pub fn continuous_over() -> Vec<u8> {
    vec![150]
}

/// A fence, or the answer to one (rfbproto, "ServerFence"). Of a payload at most 64 bytes are written.
#[must_use]
pub fn fence(flags: u32, payload: &[u8]) -> Vec<u8> {
    let payload = &payload[..payload.len().min(crate::saying::FENCE_MOST)];
    let mut bytes = vec![248, 0, 0, 0];
    bytes.extend(flags.to_be_bytes());
    bytes.push(u8::try_from(payload.len()).unwrap_or(u8::MAX));
    bytes.extend(payload);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_written_as_tight_writes_it() {
        assert_eq!(compact(0x7F), Some(vec![0x7F]));
        // The example of rfbproto: 10000 is 0x90 0x4E.
        assert_eq!(compact(10_000), Some(vec![0x90, 0x4E]));
        assert_eq!(compact(0x3F_FFFF), Some(vec![0xFF, 0xFF, 0xFF]));
        assert_eq!(compact(0x40_0000), None);
    }

    #[test]
    fn a_jpeg_stands_behind_its_head() {
        let mut update = Update::new();
        assert!(update.jpeg(Area::sized(16, 8), b"jpeg"));
        let wanted = [
            &[0, 0, 0, 1, 0, 0, 0, 0, 0, 16, 0, 8, 0, 0, 0, 7, 0x90, 4][..],
            b"jpeg",
        ]
        .concat();
        assert_eq!(update.finish(), wanted);
    }
}
