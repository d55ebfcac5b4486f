//! Text drawn into pixels with the fonts of the device.
//!
//! Faces are chosen by the letters they have, not by their name; a name only decides between faces that have the same.
//! Nothing of a font stays loaded: the files are mapped while letters are measured or drawn and let go again. There is no
//! shaping: letters stand side by side, which is right for Latin, Greek, Cyrillic, and the scripts of East Asia.

use std::collections::{BTreeSet, HashMap};

use ab_glyph::{Font as _, FontRef, GlyphId};
use fontdb::{Database, FaceInfo, ID, Style};

use crate::x11::canvas::{Canvas, Colour};
use crate::x11::desktop::Fault;

/// How strong letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
    /// For reading.
    Regular,
    /// For what matters.
    Strong,
}

/// Where a letter is found.
#[derive(Clone, Copy)]
struct Found {
    face: ID,
    glyph: GlyphId,
    /// To the next letter, in heights of the font.
    advance: f32,
}

/// The letters that a window needs.
pub struct Letters {
    /// The chosen faces only.
    faces: Database,
    found: HashMap<(Weight, char), Found>,
}

/// Names that go first, when they have the letters. With Han characters first those that draw them as on the mainland.
const FOR_HAN: &[&str] = &[
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans",
    "WenQuanYi",
    "PingFang SC",
    "YaHei",
];
const FOR_ALL: &[&str] = &[
    "Noto Sans",
    "Inter",
    "Cantarell",
    "Ubuntu",
    "Open Sans",
    "Source Sans",
    "Noto Sans CJK SC",
    "Liberation Sans",
    "DejaVu Sans",
];
/// What stands for a letter that no font has, and what a cut text ends in.
const ALWAYS: &str = "?…. ";

impl Letters {
    /// Finds faces for all letters of a text.
    ///
    /// # Errors
    /// [`Fault::NoLetters`] when a letter of it is in no font of the device.
    #[cfg(test)]
    pub fn for_text(text: &str) -> Result<Self, Fault> {
        let letters = Self::as_far_as_possible(text);
        let missing: String = text
            .chars()
            .filter(|letter| !letters.has(*letter))
            .take(20)
            .collect();
        if missing.is_empty() {
            Ok(letters)
        } else {
            Err(Fault::NoLetters(missing))
        }
    }

    /// Finds faces for the words of a window and for names in it. All words must be readable; of the first name one
    /// letter at least: who asks has to be known.
    ///
    /// # Errors
    /// [`Fault::NoLetters`].
    pub(crate) fn for_words(fixed: &str, who: &str, other: &str) -> Result<Self, Fault> {
        let letters = Self::as_far_as_possible(&[fixed, who, other].concat());
        let missing: String = fixed
            .chars()
            .filter(|letter| !letters.has(*letter))
            .take(20)
            .collect();
        if !missing.is_empty() {
            return Err(Fault::NoLetters(missing));
        }
        if !who
            .chars()
            .any(|letter| letter.is_alphanumeric() && letters.has(letter))
        {
            return Err(Fault::NoLetters(who.to_owned()));
        }
        Ok(letters)
    }

    /// Finds faces for as many letters of a text as the device has.
    #[must_use]
    pub fn as_far_as_possible(text: &str) -> Self {
        let mut all = Database::new();
        all.load_system_fonts();
        let wanted: BTreeSet<char> = text
            .chars()
            .chain(ALWAYS.chars())
            .filter(|one| !one.is_control())
            .collect();
        let mut letters = Self {
            faces: Database::new(),
            found: HashMap::new(),
        };
        for weight in [Weight::Regular, Weight::Strong] {
            letters.choose(&all, &wanted, weight);
        }
        letters
    }

    /// Whether a letter can be shown.
    #[must_use]
    pub fn has(&self, letter: char) -> bool {
        self.found.contains_key(&(Weight::Regular, letter))
    }

    /// How wide a text is, in pixels, at a size in pixels (of the em).
    #[must_use]
    pub fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        text.chars()
            .filter_map(|letter| self.find(letter, weight))
            .map(|found| found.advance * size)
            .sum()
    }

    /// Draws a text that begins at a place of its base line.
    pub(crate) fn draw(&self, canvas: &mut Canvas, at: (f32, f32), text: &str, style: (f32, Weight, Colour)) {
        let (size, weight, colour) = style;
        let mut x = at.0;
        let mut placed: Vec<(ID, GlyphId, f32)> = Vec::new();
        for found in text.chars().filter_map(|letter| self.find(letter, weight)) {
            placed.push((found.face, found.glyph, x));
            x += found.advance * size;
        }
        let used: BTreeSet<ID> = placed.iter().map(|(face, ..)| *face).collect();
        for face in used {
            self.faces.with_face_data(face, |data, index| {
                let Ok(font) = FontRef::try_from_slice_and_index(data, index) else {
                    return;
                };
                for (_, glyph, x) in placed.iter().filter(|(own, ..)| *own == face) {
                    draw_glyph(
                        canvas,
                        &font,
                        glyph.with_scale_and_position(scale(&font, size), (*x, at.1)),
                        colour,
                    );
                }
            });
        }
    }

    /// A text as far as it fits a width, with an ellipsis when it does not.
    #[must_use]
    pub fn cut(&self, text: &str, size: f32, weight: Weight, most: f32) -> String {
        if self.width(text, size, weight) <= most {
            return text.to_owned();
        }
        // Between Han characters the dots stand in the middle, which looks wrong in other scripts.
        let end = if text.chars().any(is_east_asian) {
            "…"
        } else {
            "..."
        };
        let mut kept: Vec<char> = text.chars().collect();
        while kept.pop().is_some() {
            let shorter = format!("{}{end}", kept.iter().collect::<String>().trim_end());
            if self.width(&shorter, size, weight) <= most {
                return shorter;
            }
        }
        String::new()
    }

    /// A text in lines that fit a width: between words, and between any two Han characters. At most so many lines; the
    /// last one is cut.
    #[must_use]
    pub fn wrap(
        &self,
        text: &str,
        (size, weight): (f32, Weight),
        most: f32,
        lines_most: usize,
    ) -> Vec<String> {
        let mut lines = vec![String::new()];
        for piece in pieces(text) {
            let last = lines.len() - 1;
            let longer = format!("{}{piece}", lines[last]);
            if lines[last].is_empty() || self.width(longer.trim_end(), size, weight) <= most {
                lines[last] = longer;
            } else {
                lines.push(piece.to_owned());
            }
        }
        if lines.len() > lines_most {
            let rest = lines.split_off(lines_most - 1).concat();
            lines.push(rest);
        }
        lines
            .iter()
            .map(|line| self.cut(line.trim(), size, weight, most))
            .collect()
    }

    fn find(&self, letter: char, weight: Weight) -> Option<Found> {
        let other = if weight == Weight::Strong {
            Weight::Regular
        } else {
            Weight::Strong
        };
        [(weight, letter), (other, letter), (weight, '?')]
            .iter()
            .find_map(|key| self.found.get(key))
            .copied()
    }

    /// Takes the face with the most letters, then the one with the most of the rest, until nothing is gained.
    fn choose(&mut self, all: &Database, wanted: &BTreeSet<char>, weight: Weight) {
        let has_han = wanted.iter().any(|letter| is_east_asian(*letter));
        let mut faces: Vec<&FaceInfo> = all.faces().filter(|face| is_plain(face)).collect();
        faces.sort_by_cached_key(|face| rank(face, weight, has_han));
        let mut missing = wanted.clone();
        while !missing.is_empty() {
            let mut best: Option<(&FaceInfo, Vec<(char, Found)>)> = None;
            for face in &faces {
                let found = covered(all, face, &missing);
                if found.len() > best.as_ref().map_or(0, |(_, found)| found.len()) {
                    let complete = found.len() == missing.len();
                    best = Some((face, found));
                    if complete {
                        break;
                    }
                }
            }
            let Some((face, found)) = best else {
                return;
            };
            let own = self.faces.push_face_info(face.clone());
            for (letter, place) in found {
                missing.remove(&letter);
                self.found.insert((weight, letter), Found { face: own, ..place });
            }
        }
    }
}

/// "Source Han Sans CN" is one of its family, but "Noto Sans Thai" is for another script.
fn has_variants(name: &str) -> bool {
    name != "Noto Sans"
}

fn is_plain(face: &FaceInfo) -> bool {
    let name = family(face);
    face.style == Style::Normal
        && face.stretch == fontdb::Stretch::Normal
        && !["Symbol", "Emoji", "Dingbats", "Last Resort", "Math"]
            .iter()
            .any(|other| name.contains(other))
}

fn family(face: &FaceInfo) -> &str {
    face.families.first().map_or("", |(name, _)| name.as_str())
}

/// What goes first: a name of the lists, then sans, then the nearest weight.
fn rank(face: &FaceInfo, weight: Weight, has_han: bool) -> (usize, bool, bool, u16, String) {
    let name = family(face);
    let lists = if has_han {
        [FOR_HAN, FOR_ALL]
    } else {
        [FOR_ALL, FOR_HAN]
    };
    let listed = lists
        .concat()
        .iter()
        .position(|known| name == *known || has_variants(known) && name.starts_with(&format!("{known} ")));
    let target: u16 = if weight == Weight::Strong { 650 } else { 400 };
    let is_fixed = face.monospaced || name.contains("Mono");
    let is_serif =
        name.contains("Serif") || name.contains("Roman") || name.contains("Ming") || name.contains("Song");
    (
        listed.filter(|_| !is_fixed && !is_serif).unwrap_or(usize::MAX),
        is_fixed,
        is_serif,
        target.abs_diff(face.weight.0),
        name.to_owned(),
    )
}

fn covered(all: &Database, face: &FaceInfo, wanted: &BTreeSet<char>) -> Vec<(char, Found)> {
    let read = |data: &[u8], index: u32| {
        let font = FontRef::try_from_slice_and_index(data, index).ok()?;
        let high = font.units_per_em()?;
        let found = wanted.iter().filter_map(|letter| {
            let glyph = font.glyph_id(*letter);
            // Glyph 0 is the box for what a font does not have.
            (glyph.0 != 0).then(|| {
                let advance = font.h_advance_unscaled(glyph) / high;
                (
                    *letter,
                    Found {
                        face: face.id,
                        glyph,
                        advance,
                    },
                )
            })
        });
        Some(found.collect())
    };
    all.with_face_data(face.id, read).flatten().unwrap_or_default()
}

/// ab_glyph counts sizes from ascent to descent, people count them by the em.
fn scale(font: &FontRef, size: f32) -> f32 {
    font.height_unscaled() / font.units_per_em().unwrap_or(1000.0) * size
}

fn draw_glyph(canvas: &mut Canvas, font: &FontRef, glyph: ab_glyph::Glyph, colour: Colour) {
    let Some(outline) = font.outline_glyph(glyph) else {
        return;
    };
    let bounds = outline.px_bounds();
    let (left, top) = (bounds.min.x as i32, bounds.min.y as i32);
    outline.draw(|x, y, cover| canvas.mix(left + x as i32, top + y as i32, colour, cover));
}

/// Han characters, kana, hangul, and their punctuation.
fn is_east_asian(letter: char) -> bool {
    matches!(u32::from(letter), 0x2e80..=0xa4cf | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff00..=0xffef | 0x20000..=0x3ffff)
}

/// The places where a line may end: after a space, and before a Han character that is no closing punctuation.
fn pieces(text: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        let closes = "，。、；：？！）」』”’》…".contains(letter);
        let opens = "（「『“‘《".contains(before);
        let between = is_east_asian(letter) || is_east_asian(before);
        if at > 0 && !letter.is_whitespace() && (before.is_whitespace() || between && !closes && !opens) {
            cuts.push(at);
        }
        before = letter;
    }
    cuts.push(text.len());
    cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words_and_between_han_characters_but_not_before_a_comma() {
        assert_eq!(pieces("an old printer"), ["an ", "old ", "printer"]);
        assert_eq!(pieces("打印机，PC 坏"), ["打", "印", "机，", "PC ", "坏"]);
    }

    #[test]
    fn faces_cover_latin_and_chinese() {
        let letters = Letters::for_text("Wei Zhang 张伟 Größe 60").unwrap();
        assert!(letters.width("张伟", 16.0, Weight::Strong) >= 31.0);
        assert_eq!(letters.width("", 16.0, Weight::Regular), 0.0);
    }

    #[test]
    fn a_letter_that_no_font_has_is_named() {
        let fault = Letters::for_text("a\u{10fffd}").err().unwrap();
        assert!(fault.to_string().contains('\u{10fffd}'), "{fault}");
    }

    #[test]
    fn words_and_who_asks_must_be_readable_and_the_rest_may_not() {
        assert!(Letters::for_words("allow", "Wei \u{10fffd}", "\u{10fffd}").is_ok());
        assert!(Letters::for_words("allow \u{10fffd}", "Wei", "").is_err());
        assert!(Letters::for_words("allow", "\u{10fffd} ", "").is_err());
        assert!(Letters::for_words("allow", "", "").is_err());
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        let letters = Letters::for_text("a long text").unwrap();
        let cut = letters.cut("a long text", 16.0, Weight::Regular, 50.0);
        assert!(
            cut.ends_with("...") && letters.width(&cut, 16.0, Weight::Regular) <= 50.0,
            "{cut}"
        );
        let lines = letters.wrap("a long text a long text", (16.0, Weight::Regular), 60.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with("..."));
    }
}
