//! What viewers are told (RFC 6143, 7.6, and the extensions), written behind what is there already.

use crate::area::Area;
use crate::clipboard::{self, Word};
use crate::encodings;

/// A fence waits until everything before it was done.
pub const FENCE_BEFORE: u32 = 1;
/// What follows a fence waits until it was answered.
pub const FENCE_AFTER: u32 = 1 << 1;
/// A fence wants an answer.
pub const FENCE_REQUEST: u32 = 1 << 31;

/// Why a screen has another size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The device did it.
    Device,
    /// This viewer asked for it.
    Viewer,
}

/// What came of a viewer's wish for another size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has it.
    Done,
    /// It is not allowed here.
    Forbidden,
}

/// An update: rectangles are added, then it is finished.
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

    /// A rectangle of a picture; what follows its head is written by the encoding.
    pub fn picture(&mut self, area: Area, encoding: i32) -> &mut Vec<u8> {
        self.head(area, encoding);
        &mut self.bytes
    }

    /// Pixels that stand elsewhere already.
    pub fn copy(&mut self, to: Area, from_x: u16, from_y: u16) {
        self.head(to, encodings::COPY);
        self.bytes.extend(from_x.to_be_bytes());
        self.bytes.extend(from_y.to_be_bytes());
    }

    /// The shape of the pointer in the viewer's format, what of it is seen (a bit for each pixel, rows in whole bytes), and the
    /// place in it that points.
    pub fn pointer(&mut self, spot: (u16, u16), size: (u16, u16), pixels: &[u8], seen: &[u8]) {
        let area = Area {
            x: spot.0,
            y: spot.1,
            width: size.0,
            height: size.1,
        };
        self.head(area, encodings::POINTER);
        self.bytes.extend(pixels);
        self.bytes.extend(seen);
    }

    /// What the desktop is called.
    pub fn name(&mut self, name: &str) {
        self.head(Area::default(), encodings::NAME);
        self.bytes.extend(length(name.len()).to_be_bytes());
        self.bytes.extend(name.as_bytes());
    }

    /// That keys may be named by their place.
    pub fn places(&mut self) {
        self.head(Area::default(), encodings::PLACES);
    }

    /// The size of the whole screen and the parts of it that monitors show, each with a number that stays its own.
    pub fn size(&mut self, whole: (u16, u16), parts: &[(u32, Area)], cause: Cause, outcome: Outcome) {
        let area = Area {
            x: match cause {
                Cause::Device => 0,
                Cause::Viewer => 1,
            },
            y: match outcome {
                Outcome::Done => 0,
                Outcome::Forbidden => 1,
            },
            width: whole.0,
            height: whole.1,
        };
        self.head(area, encodings::SIZE);
        let parts = &parts[..parts.len().min(usize::from(u8::MAX))];
        self.bytes.extend([u8::try_from(parts.len()).unwrap_or(u8::MAX), 0, 0, 0]);
        for (number, part) in parts {
            self.bytes.extend(number.to_be_bytes());
            self.area(*part);
            self.bytes.extend([0; 4]);
        }
    }

    /// The bytes to send.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes[2..4].copy_from_slice(&self.count.to_be_bytes());
        self.bytes
    }

    fn head(&mut self, area: Area, encoding: i32) {
        self.count += 1;
        self.area(area);
        self.bytes.extend(encoding.to_be_bytes());
    }

    fn area(&mut self, area: Area) {
        for side in [area.x, area.y, area.width, area.height] {
            self.bytes.extend(side.to_be_bytes());
        }
    }
}

/// That continuous updates are known, and, again, that they have ended.
#[must_use]
pub fn continuous_over() -> Vec<u8> {
    vec![150]
}

/// A fence, or the answer to one.
#[must_use]
pub fn fence(flags: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![248, 0, 0, 0];
    bytes.extend(flags.to_be_bytes());
    bytes.push(u8::try_from(payload.len()).unwrap_or(u8::MAX));
    bytes.extend(payload);
    bytes
}

/// A text for viewers that know Latin-1 only; other signs become question marks.
#[must_use]
pub fn text(text: &str) -> Vec<u8> {
    let latin: Vec<u8> = text
        .chars()
        .map(|sign| u8::try_from(u32::from(sign)).unwrap_or(b'?'))
        .collect();
    let mut bytes = vec![3, 0, 0, 0];
    bytes.extend(length(latin.len()).to_be_bytes());
    bytes.extend(latin);
    bytes
}

/// A word of the clipboard of any language.
#[must_use]
pub fn clipboard(word: &Word) -> Vec<u8> {
    let body = clipboard::write(word);
    let size = i32::try_from(body.len()).unwrap_or(i32::MAX);
    let mut bytes = vec![3, 0, 0, 0];
    bytes.extend((-size).to_be_bytes());
    bytes.extend(body);
    bytes
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
