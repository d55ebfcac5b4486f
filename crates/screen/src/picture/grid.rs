//! The screen cut into tiles of 64 by 64 pixels: what changed is kept and compared by tile, and sent in rectangles of tiles
//! that go together.

use rfb::area::Area;

/// The side of a tile in pixels. Smaller ones make more heads than they spare pixels, larger ones send too much for one letter.
pub const SIDE: u16 = 64;

/// A screen's tiles, numbered by rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub width: u16,
    pub height: u16,
}

impl Grid {
    pub fn columns(self) -> usize {
        usize::from(self.width.div_ceil(SIDE))
    }

    pub fn rows(self) -> usize {
        usize::from(self.height.div_ceil(SIDE))
    }

    pub fn tiles(self) -> usize {
        self.columns() * self.rows()
    }

    /// The pixels of a tile; those at the right and the lower edge may be smaller.
    pub fn area(self, tile: usize) -> Area {
        self.of(tile % self.columns(), tile / self.columns(), 1, 1)
    }

    /// The tiles that an area touches.
    pub fn touched(self, area: Area) -> impl Iterator<Item = usize> {
        let area = area.within(&Area::sized(self.width, self.height));
        let range = |from: u16, length: u16| {
            let (from, end) = (usize::from(from), usize::from(from) + usize::from(length));
            let side = usize::from(SIDE);
            from / side..if length == 0 {
                from / side
            } else {
                end.div_ceil(side)
            }
        };
        let (columns, rows) = (range(area.x, area.width), range(area.y, area.height));
        rows.flat_map(move |row| columns.clone().map(move |column| row * self.columns() + column))
    }

    fn of(self, column: usize, row: usize, columns: usize, rows: usize) -> Area {
        let side = usize::from(SIDE);
        let cut = |at: usize, most: u16| u16::try_from(at * side).map_or(most, |at| at.min(most));
        let (x, y) = (cut(column, self.width), cut(row, self.height));
        Area {
            x,
            y,
            width: cut(column + columns, self.width) - x,
            height: cut(row + rows, self.height) - y,
        }
    }

    /// Puts tiles together into rectangles: `look` tells what is to be known of a tile, or none when it is not wanted, and
    /// `join` what is known of two parts together, or none when they had better stay apart. No rectangle is wider than
    /// `most.0` tiles, or has more than `most.1` of them.
    pub fn merge<T>(
        self,
        mut look: impl FnMut(usize) -> Option<T>,
        join: impl Fn(&T, &T) -> Option<T>,
        most: (usize, usize),
    ) -> Vec<(Area, T)> {
        let mut done: Vec<Part<T>> = Vec::new();
        // Those of the row above, which may grow downwards.
        let mut open: Vec<Part<T>> = Vec::new();
        for row in 0..self.rows() {
            let mut here: Vec<Part<T>> = Vec::new();
            for column in 0..self.columns() {
                let Some(new) = look(row * self.columns() + column) else {
                    continue;
                };
                if let Some(left) = here.last_mut()
                    && left.column + left.columns == column
                    && left.columns < most.0
                    && let Some(both) = join(&left.known, &new)
                {
                    left.columns += 1;
                    left.known = both;
                } else {
                    here.push(Part::of(column, row, new));
                }
            }
            for part in &mut here {
                let above = open.iter().position(|above| above.column == part.column);
                let Some(above) = above.map(|at| open.swap_remove(at)) else {
                    continue;
                };
                if above.columns == part.columns
                    && (above.rows + 1) * above.columns <= most.1
                    && let Some(both) = join(&above.known, &part.known)
                {
                    part.known = both;
                    (part.row, part.rows) = (above.row, above.rows + 1);
                } else {
                    done.push(above);
                }
            }
            done.append(&mut open);
            open = here;
        }
        done.append(&mut open);
        // From above, as one reads.
        done.sort_by_key(|part| (part.row, part.column));
        let area = |part: &Part<T>| self.of(part.column, part.row, part.columns, part.rows);
        done.into_iter().map(|part| (area(&part), part.known)).collect()
    }
}

struct Part<T> {
    column: usize,
    row: usize,
    columns: usize,
    rows: usize,
    known: T,
}

impl<T> Part<T> {
    fn of(column: usize, row: usize, known: T) -> Self {
        Self {
            column,
            row,
            columns: 1,
            rows: 1,
            known,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rectangles_hold_the_wanted_tiles_once_and_no_other(
            width in 1..700_u16, height in 1..700_u16, wanted in proptest::collection::vec(0..3_u8, 121),
            most in (1..6_usize, 6..20_usize),
        ) {
            let grid = Grid { width, height };
            let look = |tile: usize| (wanted[tile] > 0).then_some(wanted[tile]);
            let parts = grid.merge(look, |a, b| (a == b).then_some(*a), most);
            let mut held = vec![0; grid.tiles()];
            for (area, kind) in parts {
                prop_assert!(!area.is_empty());
                prop_assert!(usize::from(area.width.div_ceil(SIDE)) <= most.0);
                prop_assert!(usize::from(area.width.div_ceil(SIDE) * area.height.div_ceil(SIDE)) <= most.1);
                for tile in grid.touched(area) {
                    prop_assert_eq!(held[tile], 0);
                    prop_assert_eq!(grid.area(tile).within(&area), grid.area(tile));
                    held[tile] = kind;
                }
            }
            prop_assert_eq!(&held[..], &wanted[..grid.tiles()]);
        }
    }

    #[test]
    fn neighbours_become_one_rectangle() {
        let grid = Grid {
            width: 200,
            height: 130,
        };
        let parts = grid.merge(|tile| (tile % 4 != 0).then_some(()), |(), ()| Some(()), (8, 64));
        let area = Area {
            x: 64,
            y: 0,
            width: 136,
            height: 130,
        };
        assert_eq!(parts, [(area, ())]);
        let empty = Area {
            x: 64,
            y: 64,
            width: 0,
            height: 9,
        };
        assert_eq!(grid.touched(empty).count(), 0);
    }
}
