//! What viewers say after the greeting (RFC 6143, 7.5, and the extensions): read from bytes that come in any pieces.

use crate::Fault;
use crate::area::Area;
use crate::clipboard::{self, TEXT_MOST, Word};
use crate::format::{self, Format};

/// So many encodings may be named.
pub const ENCODINGS_MOST: usize = 512;
/// A fence carries at most so many bytes (rfbproto).
pub const FENCE_MOST: usize = 64;
/// A screen has at most so many parts.
pub const PARTS_MOST: usize = 32;
/// No message is longer; what is still unread is never more than this and one piece.
pub const MESSAGE_MOST: usize = TEXT_MOST + 64;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Write pixels so from now on.
    Format(Format),
    /// What it can read, the best first.
    Encodings(Vec<i32>),
    /// Send an area: what changed in it, or all of it.
    Update {
        /// What changed is enough.
        changes: bool,
        /// Of the screen.
        area: Area,
    },
    /// A key went down or came up.
    Key {
        /// Down.
        down: bool,
        /// What stands on it, as X11 counts signs (`keysymdef.h`).
        sign: u32,
        /// Where it is on a keyboard, as a code of a PC's keyboard (set 1), when the viewer says so.
        place: Option<u32>,
    },
    /// The pointer moved, or its buttons.
    Pointer {
        /// The buttons that are down, the left one in the lowest bit; 4 to 7 (from 1) are the wheel.
        buttons: u8,
        /// From the left.
        x: u16,
        /// From above.
        y: u16,
    },
    /// A text in Latin-1, from a viewer that knows no other.
    Text(String),
    /// A word of the clipboard of any language.
    Clipboard(Word),
    /// Send changes of an area without being asked for each, or cease to.
    Continuous {
        /// Whether to.
        on: bool,
        /// Of the screen.
        area: Area,
    },
    /// A fence of the viewer's, or the answer to one of ours.
    Fence {
        /// What has to be done before it is answered, and whether an answer is wanted.
        flags: u32,
        /// Comes back as it came.
        payload: Vec<u8>,
    },
    /// Make the screen so large.
    Size {
        /// To the right.
        width: u16,
        /// Downwards.
        height: u16,
    },
    /// Something that concerns nobody here.
    Nothing,
}

/// Reads the message at the beginning; gives it back with its length, or none when not all of it is here.
///
/// # Errors
/// When no viewer may say so.
pub fn read(bytes: &[u8]) -> Result<Option<(Said, usize)>, Fault> {
    let mut from = Bytes { bytes, at: 0 };
    match from.message() {
        Ok(said) => Ok(Some((said, from.at))),
        Err(Stop::Short) => Ok(None),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

enum Stop {
    /// The rest has not come yet.
    Short,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let taken = self.bytes[self.at..].first_chunk::<N>().ok_or(Stop::Short)?;
        self.at += N;
        Ok(*taken)
    }

    fn some(&mut self, size: usize) -> Result<&[u8], Stop> {
        let taken = self.bytes[self.at..].get(..size).ok_or(Stop::Short)?;
        self.at += size;
        Ok(taken)
    }

    fn one(&mut self) -> Result<u8, Stop> {
        self.take::<1>().map(|[one]| one)
    }

    fn pair(&mut self) -> Result<u16, Stop> {
        self.take().map(u16::from_be_bytes)
    }

    fn four(&mut self) -> Result<u32, Stop> {
        self.take().map(u32::from_be_bytes)
    }

    fn area(&mut self) -> Result<Area, Stop> {
        Ok(Area {
            x: self.pair()?,
            y: self.pair()?,
            width: self.pair()?,
            height: self.pair()?,
        })
    }

    fn message(&mut self) -> Result<Said, Stop> {
        match self.one()? {
            0 => {
                self.take::<3>()?;
                Ok(Said::Format(Format::read(&self.take::<{ format::BYTES }>()?)?))
            }
            2 => self.encodings(),
            3 => Ok(Said::Update {
                changes: self.one()? != 0,
                area: self.area()?,
            }),
            4 => {
                let down = self.one()? != 0;
                self.pair()?;
                let (sign, place) = (self.four()?, None);
                Ok(Said::Key { down, sign, place })
            }
            5 => Ok(Said::Pointer {
                buttons: self.one()?,
                x: self.pair()?,
                y: self.pair()?,
            }),
            6 => self.text(),
            150 => Ok(Said::Continuous {
                on: self.one()? != 0,
                area: self.area()?,
            }),
            248 => self.fence(),
            251 => self.size(),
            255 => self.placed_key(),
            kind => Err(Fault::Message(kind).into()),
        }
    }

    fn encodings(&mut self) -> Result<Said, Stop> {
        self.one()?;
        let count = usize::from(self.pair()?);
        if count > ENCODINGS_MOST {
            return Err(Fault::Long.into());
        }
        let listed = (0..count).map(|_| self.take().map(i32::from_be_bytes));
        listed.collect::<Result<_, _>>().map(Said::Encodings)
    }

    fn text(&mut self) -> Result<Said, Stop> {
        self.take::<3>()?;
        let size = self.take().map(i32::from_be_bytes)?;
        let length = usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX);
        if length > TEXT_MOST {
            return Err(Fault::Long.into());
        }
        let body = self.some(length)?;
        if size < 0 {
            let word = clipboard::read(body)?;
            return Ok(word.map_or(Said::Nothing, Said::Clipboard));
        }
        // Latin-1 is the beginning of Unicode.
        Ok(Said::Text(body.iter().map(|byte| char::from(*byte)).collect()))
    }

    fn fence(&mut self) -> Result<Said, Stop> {
        self.take::<3>()?;
        let (flags, length) = (self.four()?, usize::from(self.one()?));
        if length > FENCE_MOST {
            return Err(Fault::Long.into());
        }
        let payload = self.some(length)?.to_vec();
        Ok(Said::Fence { flags, payload })
    }

    fn size(&mut self) -> Result<Said, Stop> {
        self.one()?;
        let (width, height) = (self.pair()?, self.pair()?);
        let parts = usize::from(self.one()?);
        self.one()?;
        if parts > PARTS_MOST {
            return Err(Fault::Long.into());
        }
        self.some(parts * 16)?;
        Ok(Said::Size { width, height })
    }

    /// QEMU's extension; it knows one kind of message.
    fn placed_key(&mut self) -> Result<Said, Stop> {
        match self.one()? {
            0 => {
                let down = self.pair()? != 0;
                let (sign, place) = (self.four()?, Some(self.four()?));
                Ok(Said::Key { down, sign, place })
            }
            _ => Err(Fault::Message(255).into()),
        }
    }
}
