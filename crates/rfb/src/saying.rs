//! What viewers say after the greeting (RFC 6143, 7.5, and the extensions): read from bytes that come in any pieces, and
//! written again to be passed on to the device.

use crate::Fault;
use crate::area::Area;
use crate::format;
use crate::telling;

/// So many encodings may be named.
pub const ENCODINGS_MOST: usize = 512;
/// A fence carries at most so many bytes (rfbproto).
pub const FENCE_MOST: usize = 64;
/// A text that is read past has at most so many bytes.
pub const TEXT_MOST: usize = 256 * 1024;
/// No message is longer; what is still unread is never more than this and one piece.
pub const MESSAGE_MOST: usize = TEXT_MOST + 64;

/// A screen has at most so many parts.
const PARTS_MOST: usize = 32;
/// The encoding of all pictures (rfbproto).
pub(crate) const TIGHT: i32 = 7;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Send an area: what changed in it, or all of it (RFC 6143, 7.5.3).
    Update {
        /// What changed is enough.
        changes: bool,
        /// Of the screen.
        area: Area,
    },
    /// A key went down or came up (7.5.4).
    Key {
        /// Down.
        down: bool,
        /// What stands on it, as X11 counts signs (`keysymdef.h`).
        sign: u32,
    },
    /// The pointer moved, or its buttons (7.5.5).
    Pointer {
        /// The buttons that are down, the left one in the lowest bit; 4 to 7 (from 1) are the wheel.
        buttons: u8,
        /// From the left, in pixels.
        x: u16,
        /// From above, in pixels.
        y: u16,
    },
    /// The answer to a fence, or a fence of the viewer's (rfbproto, "ClientFence").
    Fence {
        /// What has to be done before it is answered, and whether an answer is wanted: `telling::FENCE_…`.
        flags: u32,
        /// Comes back as it came; at most [`FENCE_MOST`] bytes.
        payload: Vec<u8>,
    },
    /// Something that concerns nobody here.
    Nothing,
}

impl Said {
    /// Writes the message as a viewer does; [`read`] gives the same again. Nothing is written as nothing.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        match self {
            Self::Update { changes, area } => [&[3, u8::from(*changes)][..], &area.write()].concat(),
            Self::Key { down, sign } => [&[4, u8::from(*down), 0, 0][..], &sign.to_be_bytes()].concat(),
            Self::Pointer { buttons, x, y } => {
                [&[5, *buttons][..], &x.to_be_bytes(), &y.to_be_bytes()].concat()
            }
            // Fences look the same in both directions.
            Self::Fence { flags, payload } => telling::fence(*flags, payload),
            Self::Nothing => Vec::new(),
        }
    }
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
            0 => self.format(),
            2 => self.encodings(),
            3 => Ok(Said::Update {
                changes: self.one()? != 0,
                area: self.area()?,
            }),
            4 => {
                let down = self.one()? != 0;
                self.pair()?;
                let sign = self.four()?;
                Ok(Said::Key { down, sign })
            }
            5 => Ok(Said::Pointer {
                buttons: self.one()?,
                x: self.pair()?,
                y: self.pair()?,
            }),
            6 => self.text(),
            // Updates go out without being asked for, whether a viewer says that it likes it or not.
            150 => {
                self.take::<9>()?;
                Ok(Said::Nothing)
            }
            248 => self.fence(),
            251 => self.size(),
            kind => Err(Fault::Message(kind).into()),
        }
    }

    fn format(&mut self) -> Result<Said, Stop> {
        self.take::<3>()?;
        let format = self.take()?;
        if !format::is_ours(&format) {
            return Err(Fault::Format.into());
        }
        Ok(Said::Nothing)
    }

    fn encodings(&mut self) -> Result<Said, Stop> {
        self.one()?;
        let count = usize::from(self.pair()?);
        if count > ENCODINGS_MOST {
            return Err(Fault::Long.into());
        }
        let listed = self.some(count * 4)?;
        if !listed.chunks_exact(4).any(|one| one == TIGHT.to_be_bytes()) {
            return Err(Fault::Encodings.into());
        }
        Ok(Said::Nothing)
    }

    /// A text of Latin-1, or, when its length is negative, a word of the clipboard of any language (rfbproto).
    fn text(&mut self) -> Result<Said, Stop> {
        self.take::<3>()?;
        let size = self.take().map(i32::from_be_bytes)?;
        let length = usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX);
        if length > TEXT_MOST {
            return Err(Fault::Long.into());
        }
        self.some(length)?;
        Ok(Said::Nothing)
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

    /// A wish for a screen of another size: the screen is somebody's, and stays as it is.
    fn size(&mut self) -> Result<Said, Stop> {
        self.take::<5>()?;
        let parts = usize::from(self.one()?);
        self.one()?;
        if parts > PARTS_MOST {
            return Err(Fault::Long.into());
        }
        self.some(parts * 16)?;
        Ok(Said::Nothing)
    }
}
