//! The pointer: displays keep it apart from the picture, and we draw it into it, so that recordings show it, too.

use rfb::area::Area;
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use x11rb::rust_connection::RustConnection;

use crate::x11::desktop::Fault;

/// Where the pointer is and what it looks like.
pub struct Pointer {
    /// Of the spot that points, on the root window.
    at: (i32, i32),
    /// That spot in the shape.
    spot: (i32, i32),
    size: (u16, u16),
    /// In rows: opacity, red, green, blue, the colours multiplied by the opacity already.
    shape: Vec<u32>,
    is_elsewhere: bool,
    is_another: bool,
}

impl Pointer {
    /// As it is now.
    pub fn asked(connection: &RustConnection, root: Window) -> Result<Self, Fault> {
        let mut pointer = Self {
            at: (0, 0),
            spot: (0, 0),
            size: (0, 0),
            shape: Vec::new(),
            is_elsewhere: true,
            is_another: true,
        };
        pointer.ask(connection, root)?;
        Ok(pointer)
    }

    pub fn has_moved(&mut self) {
        self.is_elsewhere = true;
    }

    pub fn has_another_shape(&mut self) {
        self.is_another = true;
    }

    /// Asks what was said to be different; whether it is.
    pub fn ask(&mut self, connection: &RustConnection, root: Window) -> Result<bool, Fault> {
        let (elsewhere, another) = (self.is_elsewhere, self.is_another);
        (self.is_elsewhere, self.is_another) = (false, false);
        let position = if elsewhere {
            Some(connection.query_pointer(root)?)
        } else {
            None
        };
        let shape = if another {
            Some(connection.xfixes_get_cursor_image()?)
        } else {
            None
        };
        if let Some(position) = position {
            let position = position.reply()?;
            self.at = (position.root_x.into(), position.root_y.into());
        }
        if let Some(shape) = shape {
            let shape = shape.reply()?;
            self.spot = (shape.xhot.into(), shape.yhot.into());
            self.size = (shape.width, shape.height);
            self.shape = shape.cursor_image;
        }
        Ok(elsewhere || another)
    }

    /// What it covers of a view of the root window.
    pub fn area(&self, view: Area) -> Area {
        cut(view, self.corner(), self.size)
    }

    /// Draws what of it is in a part of a view over the pixels of the part.
    pub fn draw(&self, view: Area, part: Area, pixels: &mut [u32]) {
        let both = self.area(view).within(&part);
        let (x, y) = self.corner();
        let (across, width) = (usize::from(part.width), usize::from(self.size.0));
        for row in both.y..both.y + both.height {
            for column in both.x..both.x + both.width {
                let from = |seen: u16, view: u16, corner: i32| {
                    usize::try_from(i32::from(seen) + i32::from(view) - corner).unwrap_or(0)
                };
                let at = from(row, view.y, y) * width + from(column, view.x, x);
                let under = &mut pixels[usize::from(row - part.y) * across + usize::from(column - part.x)];
                if let Some(over) = self.shape.get(at) {
                    *under = blended(*over, *under);
                }
            }
        }
    }

    fn corner(&self) -> (i32, i32) {
        (self.at.0 - self.spot.0, self.at.1 - self.spot.1)
    }
}

/// What a view of the root window holds of an area of it, counted from the view's corner.
pub fn cut(view: Area, corner: (i32, i32), size: (u16, u16)) -> Area {
    let side = |at: i32, length: u16, from: u16, most: u16| {
        let within = |at: i32| u16::try_from(at.clamp(0, i32::from(most))).unwrap_or(0);
        let begin = within(at - i32::from(from));
        let end = within(at + i32::from(length) - i32::from(from));
        (begin, end - begin)
    };
    let (x, width) = side(corner.0, size.0, view.x, view.width);
    let (y, height) = side(corner.1, size.1, view.y, view.height);
    Area { x, y, width, height }
}

fn blended(over: u32, under: u32) -> u32 {
    let [opacity, over @ ..] = over.to_be_bytes();
    let [_, under @ ..] = under.to_be_bytes();
    let shade = |at: usize| {
        let through = u16::from(under[at]) * (255 - u16::from(opacity)) / 255;
        u8::try_from(u16::from(over[at]) + through).unwrap_or(u8::MAX)
    };
    u32::from_be_bytes([0, shade(0), shade(1), shade(2)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: Area = Area {
        x: 100,
        y: 0,
        width: 50,
        height: 40,
    };

    fn pointer(at: (i32, i32)) -> Pointer {
        Pointer {
            at,
            spot: (1, 1),
            size: (3, 2),
            shape: vec![0xFF_10_20_30; 6],
            is_elsewhere: false,
            is_another: false,
        }
    }

    #[test]
    fn a_view_holds_what_is_in_it() {
        assert_eq!(
            pointer((110, 10)).area(VIEW),
            Area {
                x: 9,
                y: 9,
                width: 3,
                height: 2
            }
        );
        assert_eq!(
            pointer((100, 0)).area(VIEW),
            Area {
                x: 0,
                y: 0,
                width: 2,
                height: 1
            }
        );
        assert_eq!(
            pointer((149, 39)).area(VIEW),
            Area {
                x: 48,
                y: 38,
                width: 2,
                height: 2
            }
        );
        assert!(pointer((10, 10)).area(VIEW).is_empty());
        assert!(pointer((-1000, 30_000)).area(VIEW).is_empty());
    }

    #[test]
    fn it_is_drawn_where_it_points() {
        let part = Area {
            x: 8,
            y: 8,
            width: 8,
            height: 8,
        };
        let mut pixels = [0; 64];
        pointer((110, 10)).draw(VIEW, part, &mut pixels);
        let drawn: Vec<_> = (0..64).filter(|at| pixels[*at] == 0x10_20_30).collect();
        assert_eq!(drawn, [9, 10, 11, 17, 18, 19]);
        // At the corner of the view a part of it is outside.
        pixels.fill(0);
        pointer((100, 0)).draw(VIEW, Area::sized(8, 8), &mut pixels);
        assert_eq!(pixels.iter().filter(|pixel| **pixel != 0).count(), 2);
    }

    #[test]
    fn what_is_half_clear_lets_half_through() {
        assert_eq!(blended(0, 0x12_34_56), 0x12_34_56);
        assert_eq!(blended(0xFF_00_00_09, 0xFF_FF_FF), 0x09);
        assert_eq!(blended(0x80_40_00_00, 0xFF_FF_FF), 0xBF_7F_7F);
    }
}
