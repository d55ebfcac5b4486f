//! Shapes drawn into pixels with smooth edges.

/// A colour, 0xRRGGBB.
pub(crate) type Colour = u32;

/// A picture; pixels are 0x00RRGGBB, line by line.
pub(crate) struct Canvas {
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) pixels: Vec<u32>,
}

/// A rectangle in pixels and parts of pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Frame {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Frame {
    pub(crate) fn holds(&self, x: f32, y: f32) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }

    pub(crate) fn inset(self, by: f32) -> Self {
        Self {
            x: self.x + by,
            y: self.y + by,
            width: self.width - 2.0 * by,
            height: self.height - 2.0 * by,
        }
    }
}

impl Canvas {
    pub(crate) fn new(width: u16, height: u16, colour: Colour) -> Self {
        Self {
            width,
            height,
            pixels: vec![colour; usize::from(width) * usize::from(height)],
        }
    }

    /// Mixes a colour over a pixel; what lies outside is ignored.
    pub(crate) fn mix(&mut self, x: i32, y: i32, colour: Colour, cover: f32) {
        let (Ok(x), Ok(y)) = (u16::try_from(x), u16::try_from(y)) else {
            return;
        };
        if x >= self.width || y >= self.height || cover <= 0.0 {
            return;
        }
        let pixel = &mut self.pixels[usize::from(y) * usize::from(self.width) + usize::from(x)];
        let cover = (cover.min(1.0) * 256.0) as u32;
        let channel = |shift: u32| {
            let (below, above) = (*pixel >> shift & 0xff, colour >> shift & 0xff);
            ((below * (256 - cover) + above * cover) >> 8) << shift
        };
        *pixel = channel(16) | channel(8) | channel(0);
    }

    /// Fills a rectangle with round corners.
    pub(crate) fn fill(&mut self, frame: Frame, radius: f32, colour: Colour) {
        let radius = radius.min(frame.width / 2.0).min(frame.height / 2.0);
        let (middle_x, middle_y) = (frame.x + frame.width / 2.0, frame.y + frame.height / 2.0);
        for y in frame.y.floor() as i32..=(frame.y + frame.height).ceil() as i32 {
            for x in frame.x.floor() as i32..=(frame.x + frame.width).ceil() as i32 {
                // How far the pixel's middle is outside of the edge.
                let far_x = (x as f32 + 0.5 - middle_x).abs() - frame.width / 2.0 + radius;
                let far_y = (y as f32 + 0.5 - middle_y).abs() - frame.height / 2.0 + radius;
                let outside = far_x.max(0.0).hypot(far_y.max(0.0)) + far_x.max(far_y).min(0.0) - radius;
                self.mix(x, y, colour, 0.5 - outside);
            }
        }
    }

    /// Fills it with an edge of another colour.
    pub(crate) fn fill_edged(
        &mut self,
        frame: Frame,
        radius: f32,
        (edge, wide): (Colour, f32),
        colour: Colour,
    ) {
        self.fill(frame, radius, edge);
        self.fill(frame.inset(wide), (radius - wide).max(0.0), colour);
    }
}

/// The lines of a rectangle with round corners, as (from, length) of each: what a shaped window shows.
pub(crate) fn lines(width: u16, height: u16, radius: f32) -> Vec<(u16, u16)> {
    let radius = radius.min(f32::from(height) / 2.0).min(f32::from(width) / 2.0);
    (0..height)
        .map(|line| {
            let middle = f32::from(line) + 0.5;
            let near = middle.min(f32::from(height) - middle);
            let up = (radius - near).max(0.0);
            let cut = (radius - (radius * radius - up * up).max(0.0).sqrt()).round() as u16;
            (cut, width.saturating_sub(2 * cut))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_rectangle_covers_its_pixels_and_no_other() {
        let mut canvas = Canvas::new(6, 4, 0);
        canvas.fill(
            Frame {
                x: 1.0,
                y: 1.0,
                width: 3.0,
                height: 2.0,
            },
            0.0,
            0x00ff_ffff,
        );
        let drawn: Vec<usize> = (0..24).filter(|at| canvas.pixels[*at] != 0).collect();
        assert_eq!(drawn, [7, 8, 9, 13, 14, 15]);
        assert_eq!(canvas.pixels[7], 0x00ff_ffff);
    }

    #[test]
    fn round_corners_are_cut() {
        let lines = lines(10, 8, 4.0);
        assert!(lines[0].0 > 1 && lines[7] == lines[0]);
        assert_eq!(lines[4], (0, 10));
    }
}
