//! Rectangles of the root window.

/// A rectangle in pixels; the corner counts from the root's and may lie outside of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Area {
    /// From the left.
    pub x: i16,
    /// From above.
    pub y: i16,
    /// To the right.
    pub width: u16,
    /// Downwards.
    pub height: u16,
}

impl Area {
    /// Whether a point lies in it.
    #[must_use]
    pub fn holds(&self, x: i16, y: i16) -> bool {
        let (right, bottom) = self.ends();
        (i32::from(self.x)..right).contains(&i32::from(x))
            && (i32::from(self.y)..bottom).contains(&i32::from(y))
    }

    /// Whether both hold a point.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let (right, bottom) = self.ends();
        let (other_right, other_bottom) = other.ends();
        i32::from(self.x) < other_right
            && i32::from(other.x) < right
            && i32::from(self.y) < other_bottom
            && i32::from(other.y) < bottom
    }

    fn ends(&self) -> (i32, i32) {
        (
            i32::from(self.x) + i32::from(self.width),
            i32::from(self.y) + i32::from(self.height),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_far_edges_are_outside() {
        let area = Area {
            x: -2,
            y: 3,
            width: 4,
            height: 1,
        };
        assert!(area.holds(-2, 3) && area.holds(1, 3));
        assert!(!area.holds(2, 3) && !area.holds(0, 4) && !area.holds(-3, 3));
        assert!(!area.meets(&Area { x: 2, ..area }));
        assert!(area.meets(&Area { x: 1, ..area }));
    }
}
