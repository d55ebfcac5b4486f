//! How the sign looks on a monitor.

use crate::x11::area::Area;
use crate::x11::canvas::{Canvas, Colour, Frame};
use crate::x11::desktop::Fault;
use crate::x11::sign::Notice;
use crate::x11::text::{Letters, Weight};
use crate::x11::words;

const SURFACE: Colour = 0x001f_262b;
const EDGE: Colour = 0x006b_7882;
const TEXT: Colour = 0x00ff_ffff;
const SOFT: Colour = 0x00c9_d1d6;
const RED: Colour = 0x00f0_5248;
const BUTTON: Colour = 0x003b_464d;
const BUTTON_HOVER: Colour = 0x00b3_261e;
/// How the sign looks on a monitor.
pub(super) struct Looks {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) scale: f32,
    who: String,
    what: String,
    pub(super) stop: Frame,
    word: String,
}

impl Looks {
    /// With the longest words that fit, and the name cut when even the shortest do not.
    pub(super) fn fitting(notice: &Notice, letters: &Letters, monitor: Area, scale: f32) -> Self {
        let most = f32::from(monitor.width) - 16.0;
        let size = 14.0 * scale;
        let word = words::stop(notice.language);
        let button = (letters.width(&word, size, Weight::Strong) + 24.0 * scale).ceil();
        // Edge, dot, gaps, button, edge.
        let rest = (16.0 + 10.0 + 8.0 + 6.0 + 14.0 + 4.0) * scale + button;
        let texts = words::signs(notice.language, notice.part);
        let wide = |text: &str, weight: Weight| letters.width(text, size, weight);
        let name_least = wide(&notice.who, Weight::Strong).min(96.0 * scale);
        let fits = texts
            .iter()
            .find(|text| rest + name_least + wide(text, Weight::Regular) <= most);
        let what = fits.or(texts.last()).cloned().unwrap_or_default();
        let room = (most - rest - wide(&what, Weight::Regular)).clamp(24.0 * scale, 220.0 * scale);
        let who = letters.cut(&notice.who, size, Weight::Strong, room);
        let width = (rest + wide(&who, Weight::Strong) + wide(&what, Weight::Regular)).ceil();
        let height = (36.0 * scale).ceil();
        let inset = 4.0 * scale;
        let stop = Frame {
            x: width - inset - button,
            y: inset,
            width: button,
            height: height - 2.0 * inset,
        };
        Self {
            width: width as u16,
            height: height as u16,
            scale,
            who,
            what,
            stop,
            word,
        }
    }

    pub(super) fn draw(&self, letters: &Letters, is_hovered: bool) -> Canvas {
        let scale = self.scale;
        let (wide, high) = (f32::from(self.width), f32::from(self.height));
        let mut canvas = Canvas::new(self.width, self.height, EDGE);
        let whole = Frame {
            x: 0.0,
            y: 0.0,
            width: wide,
            height: high,
        };
        canvas.fill_edged(whole, high, (EDGE, scale.round().max(1.0)), SURFACE);
        let dot = 10.0 * scale;
        let mut x = 16.0 * scale;
        canvas.fill(
            Frame {
                x,
                y: (high - dot) / 2.0,
                width: dot,
                height: dot,
            },
            dot,
            RED,
        );
        x += dot + 8.0 * scale;
        let size = 14.0 * scale;
        let base = high / 2.0 + size * 0.36;
        letters.draw(&mut canvas, (x, base), &self.who, (size, Weight::Strong, TEXT));
        x += letters.width(&self.who, size, Weight::Strong) + 6.0 * scale;
        letters.draw(&mut canvas, (x, base), &self.what, (size, Weight::Regular, SOFT));
        canvas.fill(self.stop, high, if is_hovered { BUTTON_HOVER } else { BUTTON });
        let x = self.stop.x + (self.stop.width - letters.width(&self.word, size, Weight::Strong)) / 2.0;
        letters.draw(&mut canvas, (x, base), &self.word, (size, Weight::Strong, TEXT));
        canvas
    }
}

/// The letters of all that it may say.
pub(super) fn letters(notice: &Notice) -> Result<Letters, Fault> {
    let mut fixed = words::signs(notice.language, notice.part);
    fixed.push(words::stop(notice.language));
    Letters::for_words(&fixed.concat(), &notice.who, "")
}
