//! The picture as viewers have it: what the screen shows is compared with it, and what differs is written as updates.
//!
//! Pure: where pixels come from and where updates go is not known here, and the time is passed in. Pixels are `0x00RRGGBB`.

pub mod colours;
pub mod grid;
pub mod tight;

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use rfb::area::Area;
use rfb::telling::Update;

use colours::{Colours, both};
use grid::{Grid, SIDE};
use tight::{Look, PIXELS_MOST, Tight, WIDTH_MOST};

/// A tile that stood still for so long is sent exactly when it was not yet.
pub const STILL: Duration = Duration::from_millis(300);

/// With more tiles of many colours in one frame they are written nearly: what is sent at once has to arrive soon. Fewer are
/// written exactly when they stood still before, so that a letter on a photograph needs no second sending.
const SUDDEN_MOST: usize = 8;
/// So many tiles are sent exactly in one frame (some 600 KB before packing), so that a change between is not held up.
const SETTLED_MOST: usize = 48;
/// Of a rectangle, in tiles.
const RECTANGLE_MOST: (usize, usize) = (
    (WIDTH_MOST / SIDE) as usize,
    PIXELS_MOST / (SIDE as usize * SIDE as usize),
);

/// Pixels in rows, as they are seen.
pub trait Seen {
    /// Writes the pixels of an area, which is within the picture, row by row behind what is there.
    fn read(&self, area: Area, out: &mut Vec<u32>);
}

/// What is known of a tile.
#[derive(Clone, Copy, Default)]
struct Tile {
    /// Viewers do not have it.
    is_new: bool,
    /// Viewers have it nearly.
    is_blurred: bool,
    /// It has more than a few colours, and moves or is one of many.
    moves: bool,
    /// When it changed last; none before it was ever sent.
    changed: Option<Instant>,
}

impl Tile {
    fn stood_still(&self, now: Instant) -> bool {
        self.changed
            .is_none_or(|changed| now.duration_since(changed) >= STILL)
    }
}

/// A picture, and what viewers have of it.
pub struct Picture {
    grid: Grid,
    pixels: Vec<u32>,
    tiles: Vec<Tile>,
    tight: Tight,
    scratch: Vec<u32>,
}

impl Picture {
    /// A black one of this size in pixels, of which viewers have nothing.
    pub fn new(width: u16, height: u16) -> Self {
        let grid = Grid { width, height };
        let fresh = Tile {
            is_new: true,
            ..Tile::default()
        };
        Self {
            grid,
            pixels: vec![0; usize::from(width) * usize::from(height)],
            tiles: vec![fresh; grid.tiles()],
            tight: Tight::new(),
            scratch: Vec::new(),
        }
    }

    #[cfg(test)]
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// Viewers have nothing any more; what is written next is for those who come now.
    pub fn begin(&mut self) {
        self.tight.begin();
        for tile in &mut self.tiles {
            (tile.is_new, tile.is_blurred) = (true, false);
        }
    }

    /// Looks at tiles that may have changed.
    pub fn look(&mut self, seen: &impl Seen, tiles: impl Iterator<Item = usize>, now: Instant) {
        let mut scratch = std::mem::take(&mut self.scratch);
        for at in tiles {
            let area = self.grid.area(at);
            scratch.clear();
            seen.read(area, &mut scratch);
            if self.replace(area, &scratch) {
                let tile = &mut self.tiles[at];
                // One that was never sent does not move yet.
                tile.moves = tile.changed.is_some() && !tile.stood_still(now);
                (tile.is_new, tile.changed) = (true, Some(now));
            }
        }
        self.scratch = scratch;
    }

    /// Keeps the pixels of an area; whether some are others than before.
    fn replace(&mut self, area: Area, pixels: &[u32]) -> bool {
        let (width, across) = (usize::from(area.width), usize::from(self.grid.width));
        let from = usize::from(area.y) * across + usize::from(area.x);
        let mut differs = false;
        let rows = self.pixels[from..]
            .chunks_mut(across)
            .map(|row| &mut row[..width]);
        for (kept, row) in rows.zip(pixels.chunks(width)) {
            if differs || kept != row {
                differs = true;
                kept.copy_from_slice(row);
            }
        }
        differs
    }

    /// Whether there is something that viewers do not have.
    pub fn has_changes(&self) -> bool {
        self.tiles.iter().any(|tile| tile.is_new)
    }

    /// Writes all that viewers do not have; none when they have everything, at least nearly.
    pub fn write_changes(&mut self) -> Option<Vec<u8>> {
        let mut looks: Vec<Option<Look>> = vec![None; self.tiles.len()];
        for (at, look) in looks.iter_mut().enumerate() {
            if self.tiles[at].is_new {
                *look = Some(self.colours(at));
            }
        }
        let many = looks.iter().filter(|look| **look == Some(Look::Exact)).count();
        for (tile, look) in self.tiles.iter_mut().zip(&mut looks) {
            let Some(look) = look else {
                continue;
            };
            tile.is_new = false;
            if *look == Look::Exact && (tile.moves || many > SUDDEN_MOST) {
                *look = Look::Nearly;
            }
            tile.is_blurred = *look == Look::Nearly;
        }
        self.write(looks)
    }

    /// Writes some of what viewers have nearly and what stood still; none when there is no such thing.
    pub fn write_settled(&mut self, now: Instant) -> Option<Vec<u8>> {
        let mut looks: Vec<Option<Look>> = vec![None; self.tiles.len()];
        let settled = self.tiles.iter_mut().zip(&mut looks);
        let settled = settled.filter(|(tile, _)| tile.is_blurred && tile.stood_still(now));
        for (tile, look) in settled.take(SETTLED_MOST) {
            tile.is_blurred = false;
            *look = Some(Look::Exact);
        }
        self.write(looks)
    }

    /// When [`Picture::write_settled`] has something to write; none when viewers have everything exactly.
    pub fn settles_at(&self) -> Option<Instant> {
        let blurred = self.tiles.iter().filter(|tile| tile.is_blurred);
        blurred
            .filter_map(|tile| tile.changed)
            .min()
            .map(|changed| changed + STILL)
    }

    fn write(&mut self, looks: Vec<Option<Look>>) -> Option<Vec<u8>> {
        let mut looks = looks;
        let parts = self
            .grid
            .merge(|tile| looks[tile].take(), together, RECTANGLE_MOST);
        let mut update = Update::new();
        for (area, look) in parts {
            self.gather(area);
            let out = update.picture(area);
            self.tight.write(&self.scratch, area.width, &look, out);
        }
        (!update.is_empty()).then(|| update.finish())
    }

    /// The colours of a tile, or that they are many.
    fn colours(&mut self, tile: usize) -> Look {
        self.gather(self.grid.area(tile));
        let mut colours = Colours::new();
        if colours.count(&self.scratch) {
            Look::Few(colours.sorted())
        } else {
            Look::Exact
        }
    }

    /// Puts the pixels of an area one row behind the other.
    fn gather(&mut self, area: Area) {
        let across = usize::from(self.grid.width);
        let from = usize::from(area.y) * across + usize::from(area.x);
        self.scratch.clear();
        let rows = self.pixels[from..].chunks(across).take(usize::from(area.height));
        for row in rows {
            self.scratch.extend_from_slice(&row[..usize::from(area.width)]);
        }
    }
}

/// What two parts are written as together, unless that makes one of them larger than it has to be.
fn together(a: &Look, b: &Look) -> Option<Look> {
    let (Look::Few(left), Look::Few(right)) = (a, b) else {
        return (a == b).then(|| a.clone());
    };
    // One colour needs nothing for a pixel, two a bit, more of them a byte.
    let class = |list: &Vec<u32>| list.len().min(3);
    let all = both(left, right)?;
    let alike = class(left) == class(right) && class(&all) == class(left);
    let (less, more) = (left.len().min(right.len()), left.len().max(right.len()));
    // A plain part beside others costs next to nothing, a rectangle of its own a little.
    let fits = alike || less == 1 && all.len() == more;
    fits.then_some(Look::Few(all))
}
