//! Rectangles of a screen.

/// A rectangle in pixels from the upper left corner. RFC 6143 writes all four as 16 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Area {
    /// From the left.
    pub x: u16,
    /// From above.
    pub y: u16,
    /// To the right.
    pub width: u16,
    /// Downwards.
    pub height: u16,
}

impl Area {
    /// One that begins in the corner.
    #[must_use]
    pub const fn sized(width: u16, height: u16) -> Self {
        Self {
            x: 0,
            y: 0,
            width,
            height,
        }
    }

    /// Whether it holds no pixel.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// How many pixels it holds.
    #[must_use]
    pub const fn pixels(&self) -> usize {
        self.width as usize * self.height as usize
    }

    /// What both hold; empty when they do not meet.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let right = self.right().min(other.right());
        let bottom = self.bottom().min(other.bottom());
        // A side that ends before it begins is none.
        let side = |from: u16, to: u32| u16::try_from(to.saturating_sub(u32::from(from))).unwrap_or(u16::MAX);
        Self {
            x,
            y,
            width: side(x, right),
            height: side(y, bottom),
        }
    }

    /// As it stands in a message: x, y, width, height.
    #[must_use]
    pub fn write(&self) -> [u8; 8] {
        let [[a, b], [c, d], [e, f], [g, h]] =
            [self.x, self.y, self.width, self.height].map(u16::to_be_bytes);
        [a, b, c, d, e, f, g, h]
    }

    fn right(&self) -> u32 {
        u32::from(self.x) + u32::from(self.width)
    }

    fn bottom(&self) -> u32 {
        u32::from(self.y) + u32::from(self.height)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any() -> impl Strategy<Value = Area> {
        let side = || prop_oneof![0..8_u16, any_side()];
        (side(), side(), side(), side()).prop_map(|(x, y, width, height)| Area { x, y, width, height })
    }

    fn any_side() -> impl Strategy<Value = u16> {
        proptest::num::u16::ANY
    }

    fn holds(area: &Area, (x, y): (u32, u32)) -> bool {
        (u32::from(area.x)..area.right()).contains(&x) && (u32::from(area.y)..area.bottom()).contains(&y)
    }

    proptest! {
        #[test]
        fn what_both_hold_is_held_by_both(a in any(), b in any(), x in 0..20_u32, y in 0..20_u32) {
            let both = a.within(&b);
            prop_assert_eq!(holds(&both, (x, y)), holds(&a, (x, y)) && holds(&b, (x, y)));
            prop_assert_eq!(both.pixels(), b.within(&a).pixels());
        }
    }
}
