//! What a sharing browser sends: a frame of rectangles, each a JPEG. Pure; written by `frontend/src/share-wire.ts`.
//!
//! Numbers have the largest byte first: a byte of flags (1: the whole picture), the frame's number (32 bits), width and height of the
//! picture, and how many rectangles (16 bits each); then for each its x, y, width, height (16 bits each), the length of its JPEG (32
//! bits), and the JPEG. A frame without rectangles says that nothing has changed.

use rfb::area::Area;
use rfb::jpeg;
use rfb::telling::{FENCE_BEFORE, FENCE_REQUEST, Update, fence};

/// No message of a browser is longer.
pub(super) const MESSAGE_MOST: usize = 2 * 1024 * 1024;
/// No side of the picture is longer.
pub(super) const SIDE_MOST: u16 = 1920;
/// Rectangles of a frame.
const RECTANGLES_MOST: u16 = 1024;
const WHOLE: u8 = 1;

/// A frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub number: u32,
    /// Nothing of what was before is left.
    pub is_whole: bool,
    pub size: (u16, u16),
    rectangles: Vec<(Area, &'a [u8])>,
}

/// Bytes that no browser of ours sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl<'a> Frame<'a> {
    /// Reads a frame, and looks at each of its pictures.
    ///
    /// # Errors
    /// When any of it is not what it should be: nothing of it may reach a viewer then.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        let mut rest = bytes;
        let [flags] = take(&mut rest)?;
        let number = u32::from_be_bytes(take(&mut rest)?);
        let size = (pair(&mut rest)?, pair(&mut rest)?);
        let count = pair(&mut rest)?;
        let is_side = |side: u16| (1..=SIDE_MOST).contains(&side);
        if flags > WHOLE || !is_side(size.0) || !is_side(size.1) || count > RECTANGLES_MOST {
            return Err(Unreadable);
        }
        let picture = Area::sized(size.0, size.1);
        let (mut rectangles, mut pixels) = (Vec::with_capacity(usize::from(count)), 0);
        for _ in 0..count {
            let area = Area {
                x: pair(&mut rest)?,
                y: pair(&mut rest)?,
                width: pair(&mut rest)?,
                height: pair(&mut rest)?,
            };
            let length = usize::try_from(u32::from_be_bytes(take(&mut rest)?)).map_err(|_| Unreadable)?;
            let (jpeg, behind) = rest.split_at_checked(length).ok_or(Unreadable)?;
            rest = behind;
            if area.is_empty() || area.within(&picture) != area {
                return Err(Unreadable);
            }
            jpeg::check(jpeg, area.width, area.height).map_err(|_| Unreadable)?;
            pixels += area.pixels();
            rectangles.push((area, jpeg));
        }
        // Nobody draws the same place twice in one frame, and who says that it is all of it draws all of it.
        let is_whole = flags == WHOLE;
        let fits = pixels <= picture.pixels() && (!is_whole || pixels == picture.pixels());
        if !rest.is_empty() || !fits {
            return Err(Unreadable);
        }
        Ok(Self {
            number,
            is_whole,
            size,
            rectangles,
        })
    }

    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.rectangles.is_empty()
    }

    /// What viewers are told of it: an update, and behind it a fence, which a viewer answers once all of it is drawn.
    pub fn told(&self) -> Vec<u8> {
        let mut update = Update::new();
        for (area, jpeg) in &self.rectangles {
            update.jpeg(*area, jpeg);
        }
        let mut bytes = update.finish();
        bytes.extend(fence(
            FENCE_REQUEST | FENCE_BEFORE,
            &u64::from(self.number).to_be_bytes(),
        ));
        bytes
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Unreadable> {
    let (taken, behind) = rest.split_first_chunk::<N>().ok_or(Unreadable)?;
    *rest = behind;
    Ok(*taken)
}

fn pair(rest: &mut &[u8]) -> Result<u16, Unreadable> {
    take(rest).map(u16::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head(flags: u8, size: (u16, u16), count: u16) -> Vec<u8> {
        let mut bytes = vec![flags, 0, 0, 0, 7];
        for number in [size.0, size.1, count] {
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    #[test]
    fn a_frame_in_which_nothing_changed_is_read() {
        let bytes = head(0, (1920, 1080), 0);
        let frame = Frame::read(&bytes).unwrap();
        assert!(frame.is_empty() && !frame.is_whole);
        assert_eq!((frame.number, frame.size), (7, (1920, 1080)));
    }

    #[test]
    fn what_no_browser_of_ours_sends_is_refused() {
        for bytes in [
            head(2, (8, 8), 0),
            head(0, (0, 8), 0),
            head(0, (8, 1921), 0),
            head(0, (8, 8), 1025),
            // Says that it is whole, and holds nothing.
            head(1, (8, 8), 0),
            [head(0, (8, 8), 0), vec![0]].concat(),
            [
                head(0, (8, 8), 1),
                vec![0, 0, 0, 0, 0, 8, 0, 8, 0xFF, 0xFF, 0xFF, 0xFF],
            ]
            .concat(),
            [head(0, (8, 8), 1), vec![0, 4, 0, 0, 0, 8, 0, 8, 0, 0, 0, 0]].concat(),
        ] {
            assert_eq!(Frame::read(&bytes), Err(Unreadable), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _read_or_refused = Frame::read(&body);
        }
    }
}
