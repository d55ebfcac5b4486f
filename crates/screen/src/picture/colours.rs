//! Which colours an area has: Tight writes up to 256 as numbers in a list, which packs much better than the colours themselves.

/// A list of Tight's has at most so many colours.
pub const FEW: usize = 256;

/// Four times as many places as colours, so that a search ends soon.
const PLACES: usize = 4 * FEW;

/// Different colours (`0x00RRGGBB`) in the order in which they were met, each with its number.
pub struct Colours {
    list: Vec<u32>,
    /// The number of a colour and one, at the place that the colour leads to or behind it; zero is free.
    places: [u16; PLACES],
}

impl Colours {
    pub fn new() -> Self {
        Self {
            list: Vec::new(),
            places: [0; PLACES],
        }
    }

    /// The colours of a list, each of which is in it once.
    pub fn of(list: &[u32]) -> Self {
        let mut colours = Self::new();
        for colour in list {
            colours.add(*colour);
        }
        colours
    }

    /// Adds the colours of some pixels; false when there are more than [`FEW`].
    pub fn count(&mut self, pixels: &[u32]) -> bool {
        let mut last = None;
        // Most pixels look like the one beside them.
        pixels
            .iter()
            .all(|pixel| last.replace(pixel) == Some(pixel) || self.add(*pixel))
    }

    /// The number of a colour that is in the list.
    pub fn number(&self, colour: u32) -> u8 {
        let number = self.places[self.place(colour)].saturating_sub(1);
        u8::try_from(number).unwrap_or(0)
    }

    /// The list in rising order.
    pub fn sorted(mut self) -> Vec<u32> {
        self.list.sort_unstable();
        self.list
    }

    fn add(&mut self, colour: u32) -> bool {
        let place = self.place(colour);
        if self.places[place] != 0 {
            return true;
        }
        if self.list.len() == FEW {
            return false;
        }
        self.list.push(colour);
        self.places[place] = u16::try_from(self.list.len()).unwrap_or(0);
        true
    }

    /// Where the colour is, or where it would be.
    fn place(&self, colour: u32) -> usize {
        // The golden ratio spreads neighbouring numbers (Knuth, The Art of Computer Programming, 6.4).
        let mut place = (colour.wrapping_mul(0x9E37_79B1) >> 22) as usize % PLACES;
        loop {
            match self.places[place] {
                0 => return place,
                number if self.list[usize::from(number) - 1] == colour => return place,
                _ => place = (place + 1) % PLACES,
            }
        }
    }
}

/// All that is in one of two rising lists, rising; none when it is more than [`FEW`].
pub fn both(a: &[u32], b: &[u32]) -> Option<Vec<u32>> {
    let (mut a, mut b, mut all) = (a.iter().peekable(), b.iter().peekable(), Vec::new());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(left), Some(right)) => **left.min(right),
            (Some(only), None) | (None, Some(only)) => **only,
            (None, None) => return Some(all),
        };
        a.next_if(|one| **one == next);
        b.next_if(|one| **one == next);
        if all.len() == FEW {
            return None;
        }
        all.push(next);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn colours_are_counted_once(pixels in proptest::collection::vec(0..400_u32, 0..900)) {
            let wanted: BTreeSet<u32> = pixels.iter().copied().collect();
            let mut colours = Colours::new();
            prop_assert_eq!(colours.count(&pixels), wanted.len() <= FEW);
            if wanted.len() <= FEW {
                for pixel in &pixels {
                    prop_assert_eq!(colours.list[usize::from(colours.number(*pixel))], *pixel);
                }
                prop_assert_eq!(colours.sorted(), wanted.into_iter().collect::<Vec<_>>());
            }
        }

        #[test]
        fn two_lists_become_one(a: BTreeSet<u8>, b in proptest::collection::btree_set(0..400_u32, 0..200)) {
            let a: BTreeSet<u32> = a.into_iter().map(u32::from).collect();
            let wanted: Vec<u32> = a.union(&b).copied().collect();
            let (a, b): (Vec<_>, Vec<_>) = (a.into_iter().collect(), b.into_iter().collect());
            prop_assert_eq!(both(&a, &b), (wanted.len() <= FEW).then_some(wanted));
        }
    }
}
