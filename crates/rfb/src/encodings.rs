//! The numbers of encodings and of what viewers call so: an ability is announced as an encoding that carries no picture.

/// Pixels as they are (RFC 6143, 7.7.1).
pub const RAW: i32 = 0;
/// Pixels that are elsewhere on the screen already (7.7.2).
pub const COPY: i32 = 1;
/// Tight: one colour, few colours, or all of them, compressed; or a JPEG (rfbproto).
pub const TIGHT: i32 = 7;
/// Tiles of runs, compressed (RFC 6143, 7.7.6).
pub const ZRLE: i32 = 16;
/// The shape of the pointer (7.8.1).
pub const POINTER: i32 = -239;
/// An update may end before all of its rectangles came.
pub const LAST: i32 = -224;
/// What the desktop is called.
pub const NAME: i32 = -307;
/// A screen of another size, or of other parts.
pub const SIZE: i32 = -308;
/// Fences: what was said before one has been done when it comes back.
pub const FENCE: i32 = -312;
/// Updates without being asked for each.
pub const CONTINUOUS: i32 = -313;
/// Keys by their place on the keyboard.
pub const PLACES: i32 = -258;
/// A clipboard of any language.
pub const CLIPBOARD: i32 = 0xC0A1_E5CE_u32 as i32;

const QUALITY: std::ops::RangeInclusive<i32> = -32..=-23;
const EFFORT: std::ops::RangeInclusive<i32> = -256..=-247;

/// What a viewer can read, in the order in which it likes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    listed: Vec<i32>,
}

impl Abilities {
    /// From the numbers of a `SetEncodings`.
    #[must_use]
    pub fn of(listed: Vec<i32>) -> Self {
        Self { listed }
    }

    /// Whether it names this one.
    #[must_use]
    pub fn has(&self, number: i32) -> bool {
        self.listed.contains(&number)
    }

    /// The picture encoding it likes best of those that we write.
    #[must_use]
    pub fn picture(&self) -> i32 {
        let ours = [TIGHT, ZRLE, RAW];
        let best = self.listed.iter().find(|number| ours.contains(number));
        best.copied().unwrap_or(RAW)
    }

    /// How good a JPEG has to be, 0 to 9; none when pictures may not lose anything.
    #[must_use]
    pub fn quality(&self) -> Option<u8> {
        self.level(QUALITY)
    }

    /// How hard to compress, 0 to 9.
    #[must_use]
    pub fn effort(&self) -> Option<u8> {
        self.level(EFFORT)
    }

    fn level(&self, range: std::ops::RangeInclusive<i32>) -> Option<u8> {
        let found = self.listed.iter().find(|number| range.contains(number))?;
        u8::try_from(found - range.start()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_picture_encoding_that_we_write_is_taken() {
        let browser = Abilities::of(vec![COPY, TIGHT, 5, ZRLE, RAW, -26, -254, NAME, CLIPBOARD]);
        assert_eq!(browser.picture(), TIGHT);
        assert_eq!((browser.quality(), browser.effort()), (Some(6), Some(2)));
        assert!(browser.has(CLIPBOARD) && !browser.has(FENCE));
        let plain = Abilities::of(vec![5, ZRLE]);
        assert_eq!((plain.picture(), plain.quality()), (ZRLE, None));
        assert_eq!(Abilities::default().picture(), RAW);
    }
}
