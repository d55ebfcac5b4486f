//! Where everything of the question stands, and its drawing.

use crate::x11::area::Area;
use crate::x11::canvas::{Canvas, Colour, Frame};
use crate::x11::desktop::Fault;
use crate::x11::dialog::Question;
use crate::x11::text::{Letters, Weight};
use crate::x11::words::{self, Language};

const SURFACE: Colour = 0x00ff_ffff;
const SUNKEN: Colour = 0x00ec_eff1;
const LINE: Colour = 0x0084_8f99;
const TEXT: Colour = 0x001a_2127;
const MUTED: Colour = 0x0054_606a;
const ACCENT: Colour = 0x000b_6a8a;
const ACCENT_HOVER: Colour = 0x0008_5670;
const DANGER: Colour = 0x00b3_261e;

/// So many lines has the title in each language.
const TITLE_MOST: usize = 3;

/// A button of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Button {
    Refuse,
    Allow,
}

struct Line {
    x: f32,
    /// The middle of the line.
    y: f32,
    text: String,
    size: f32,
    weight: Weight,
    colour: Colour,
}

/// The question laid out for a monitor.
pub(super) struct Layout {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) radius: f32,
    scale: f32,
    lines: Vec<Line>,
    sunken: Option<Frame>,
    dots: Vec<(f32, f32)>,
    /// Where the countdown begins, and the middle of its first line.
    countdown: (f32, f32),
    refuse: Frame,
    allow: Frame,
    language: Language,
}

impl Layout {
    /// Lays it out as large as the monitor allows.
    pub(super) fn fitting(question: &Question, letters: &Letters, monitor: Area, scale: f32) -> Self {
        let mut scale = scale;
        loop {
            let made = Self::at(question, letters, monitor, scale);
            if made.height + 16 <= monitor.height || scale < 0.6 {
                return made;
            }
            scale *= 0.92;
        }
    }

    fn at(question: &Question, letters: &Letters, monitor: Area, scale: f32) -> Self {
        let width = (460.0 * scale)
            .min(f32::from(monitor.width) - 16.0)
            .max(120.0)
            .floor();
        let pad = if width < 420.0 * scale { 20.0 } else { 28.0 } * scale;
        let mut made = Self {
            width: width as u16,
            height: 0,
            radius: 10.0 * scale,
            scale,
            lines: Vec::new(),
            sunken: None,
            dots: Vec::new(),
            countdown: (pad, 0.0),
            refuse: Frame::default(),
            allow: Frame::default(),
            language: question.language,
        };
        let inside = Frame {
            x: pad,
            y: pad,
            width: width - 2.0 * pad,
            height: 0.0,
        };
        let mut y = made.title(question, letters, inside);
        y = made.subject(question, letters, Frame { y, ..inside });
        y = made.facts(question, letters, Frame { y, ..inside });
        y = made.buttons(letters, Frame { y, ..inside });
        made.height = (y + pad).ceil() as u16;
        made
    }

    fn title(&mut self, question: &Question, letters: &Letters, inside: Frame) -> f32 {
        let mut y = inside.y;
        let style = (20.0, Weight::Strong, TEXT);
        let size = (20.0 * self.scale, Weight::Strong);
        // What is asked must never be cut off behind a long name: the name is, to as much as leaves three lines.
        let fits = |who: &str| {
            let texts = words::question(question.language, question.part, who);
            texts
                .iter()
                .all(|text| letters.wrap(text, size, inside.width, usize::MAX).len() <= TITLE_MOST)
        };
        let mut who = question.who.clone();
        let mut kept: Vec<char> = who.chars().collect();
        while !fits(&who) && kept.pop().is_some() {
            who = format!("{}...", kept.iter().collect::<String>().trim_end());
        }
        for text in words::question(question.language, question.part, &who) {
            y = self.paragraph(letters, &text, Frame { y, ..inside }, style, TITLE_MOST) + 2.0 * self.scale;
        }
        y + 12.0 * self.scale
    }

    fn subject(&mut self, question: &Question, letters: &Letters, inside: Frame) -> f32 {
        if question.subject.is_empty() {
            return inside.y;
        }
        let pad = 12.0 * self.scale;
        let within = Frame {
            y: inside.y + pad,
            ..inside.inset(pad)
        };
        let label = words::ticket(question.language);
        let y = self.paragraph(letters, &label, within, (13.0, Weight::Regular, MUTED), 1);
        let style = (15.0, Weight::Regular, TEXT);
        let y = self.paragraph(letters, &question.subject, Frame { y, ..within }, style, 2) + pad;
        self.sunken = Some(Frame {
            height: y - inside.y,
            ..inside
        });
        y + 16.0 * self.scale
    }

    fn facts(&mut self, question: &Question, letters: &Letters, inside: Frame) -> f32 {
        let mut y = inside.y;
        let style = (15.0, Weight::Regular, TEXT);
        for text in words::consequences(question.language, question.part, question.clipboard) {
            y = self.paragraph(letters, &text, Frame { y, ..inside }, style, 3) + 2.0 * self.scale;
        }
        y += 6.0 * self.scale;
        let indent = 18.0 * self.scale;
        self.dots
            .push((inside.x + 5.0 * self.scale, y + 11.0 * self.scale));
        for text in words::recorded(question.language) {
            let beside = Frame {
                x: inside.x + indent,
                y,
                width: inside.width - indent,
                height: 0.0,
            };
            y = self.paragraph(letters, &text, beside, style, 2) + 2.0 * self.scale;
        }
        y + 22.0 * self.scale
    }

    fn buttons(&mut self, letters: &Letters, inside: Frame) -> f32 {
        let scale = self.scale;
        let (gap, high) = (12.0 * scale, 44.0 * scale);
        let wide = |text: &str| letters.width(text, 16.0 * scale, Weight::Strong) + 40.0 * scale;
        let both = wide(&words::refuse(self.language))
            .max(wide(&words::allow(self.language)))
            .max(104.0 * scale);
        let texts = words::countdown(self.language, 888);
        let line = 20.0 * scale;
        let counting = texts
            .iter()
            .map(|text| letters.width(text, 13.0 * scale, Weight::Regular))
            .fold(0.0, f32::max);
        let mut y = inside.y;
        let mut both = both.min((inside.width - gap) / 2.0);
        let tall = line * texts.len() as f32;
        if counting + gap + 2.0 * both + gap <= inside.width {
            self.countdown = (inside.x, y + (high - tall) / 2.0 + line / 2.0);
        } else {
            self.countdown = (inside.x, y + line / 2.0);
            y += tall + 8.0 * scale;
            both = (inside.width - gap) / 2.0;
        }
        let right = inside.x + inside.width;
        self.allow = Frame {
            x: right - both,
            y,
            width: both,
            height: high,
        };
        self.refuse = Frame {
            x: right - both - gap - both,
            ..self.allow
        };
        y + high
    }

    /// Adds lines of text and gives the end of the last one.
    fn paragraph(
        &mut self,
        letters: &Letters,
        text: &str,
        inside: Frame,
        (size, weight, colour): (f32, Weight, Colour),
        most: usize,
    ) -> f32 {
        let size = size * self.scale;
        let high = size * 1.45;
        let mut y = inside.y;
        for text in letters.wrap(text, (size, weight), inside.width, most) {
            self.lines.push(Line {
                x: inside.x,
                y: y + high / 2.0,
                text,
                size,
                weight,
                colour,
            });
            y += high;
        }
        y
    }

    /// The button at a place of the window.
    pub(super) fn button(&self, x: f32, y: f32) -> Option<Button> {
        let buttons = [(Button::Refuse, self.refuse), (Button::Allow, self.allow)];
        buttons
            .into_iter()
            .find(|(_, frame)| frame.holds(x, y))
            .map(|(button, _)| button)
    }

    /// Draws it with so many seconds left and the pointer over a button.
    pub(super) fn draw(&self, letters: &Letters, seconds: u64, hover: Option<Button>) -> Canvas {
        let scale = self.scale;
        let mut canvas = Canvas::new(self.width, self.height, LINE);
        let whole = Frame {
            x: 0.0,
            y: 0.0,
            width: f32::from(self.width),
            height: f32::from(self.height),
        };
        canvas.fill_edged(whole, self.radius, (LINE, scale.round().max(1.0)), SURFACE);
        if let Some(frame) = self.sunken {
            canvas.fill(frame, 6.0 * scale, SUNKEN);
        }
        for (x, y) in &self.dots {
            let wide = 10.0 * scale;
            let dot = Frame {
                x: x - wide / 2.0,
                y: y - wide / 2.0,
                width: wide,
                height: wide,
            };
            canvas.fill(dot, wide, DANGER);
        }
        for line in &self.lines {
            let base = line.y + line.size * 0.36;
            letters.draw(
                &mut canvas,
                (line.x, base),
                &line.text,
                (line.size, line.weight, line.colour),
            );
        }
        self.draw_countdown(&mut canvas, letters, seconds);
        self.draw_buttons(&mut canvas, letters, hover);
        canvas
    }

    fn draw_countdown(&self, canvas: &mut Canvas, letters: &Letters, seconds: u64) {
        let scale = self.scale;
        let (x, mut y) = self.countdown;
        for text in words::countdown(self.language, seconds) {
            let size = 13.0 * scale;
            letters.draw(
                canvas,
                (x, y + size * 0.36),
                &text,
                (size, Weight::Regular, MUTED),
            );
            y += 20.0 * scale;
        }
    }

    fn draw_buttons(&self, canvas: &mut Canvas, letters: &Letters, hover: Option<Button>) {
        let is_over = |button: Button| hover == Some(button);
        let refuse = if is_over(Button::Refuse) { SUNKEN } else { SURFACE };
        let allow = if is_over(Button::Allow) {
            ACCENT_HOVER
        } else {
            ACCENT
        };
        self.draw_button(
            canvas,
            letters,
            (self.refuse, &words::refuse(self.language)),
            (LINE, refuse, TEXT),
        );
        self.draw_button(
            canvas,
            letters,
            (self.allow, &words::allow(self.language)),
            (allow, allow, SURFACE),
        );
    }

    fn draw_button(
        &self,
        canvas: &mut Canvas,
        letters: &Letters,
        (frame, text): (Frame, &str),
        (edge, inside, ink): (Colour, Colour, Colour),
    ) {
        let size = 16.0 * self.scale;
        canvas.fill_edged(
            frame,
            6.0 * self.scale,
            (edge, self.scale.round().max(1.0)),
            inside,
        );
        let x = frame.x + (frame.width - letters.width(text, size, Weight::Strong)) / 2.0;
        let y = frame.y + frame.height / 2.0 + size * 0.36;
        letters.draw(canvas, (x, y), text, (size, Weight::Strong, ink));
    }
}

/// The letters of the whole question. A person who cannot read who asks, or what, cannot agree to it.
pub(super) fn letters(question: &Question) -> Result<Letters, Fault> {
    let (language, part) = (question.language, question.part);
    let mut fixed = words::question(language, part, "");
    fixed.extend(words::consequences(language, part, question.clipboard));
    fixed.extend(words::recorded(language));
    fixed.extend(words::countdown(language, 1_234_567_890));
    fixed.extend([
        words::ticket(language),
        words::refuse(language),
        words::allow(language),
    ]);
    Letters::for_words(&fixed.concat(), &question.who, &question.subject)
}
