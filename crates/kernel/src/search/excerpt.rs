//! Titles and snippets with the found words marked, as escaped HTML.
//!
//! Latin words are compared by stem, Chinese ones by their characters: cutting every shown text with the
//! dictionary again would cost more than the search itself and mark the same places.

use std::collections::HashSet;

use super::analysis::{self, Script, Stems};

/// About this many columns of text make a snippet; a Chinese character fills two.
const SNIPPET_COLUMNS: usize = 180;
/// So much is shown before the first found word.
const LEAD_COLUMNS: usize = 40;

/// What to mark.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Stems of the words asked for.
    pub stems: HashSet<String>,
    /// Chinese words asked for.
    pub han: Vec<String>,
    /// The last word, possibly unfinished.
    pub beginning: Option<String>,
}

/// A stretch of the text to mark, in bytes.
type Range = (usize, usize);

/// A whole text, marked.
pub(super) fn marked(text: &str, marks: &Marks) -> String {
    let ranges = marks.ranges(text);
    render(text, 0, text.len(), &ranges)
}

/// The part of a text with the most different found words, marked; its beginning when there are none.
pub(super) fn snippet(text: &str, marks: &Marks) -> String {
    let ranges = marks.ranges(text);
    let start = best_start(text, &ranges);
    let end = forward(text, start, SNIPPET_COLUMNS);
    let mut html = String::new();
    if start > 0 {
        html.push('…');
    }
    html.push_str(&render(text, start, end, &ranges));
    if end < text.len() {
        html.push('…');
    }
    html
}

impl Marks {
    /// Marks a stem, of whichever script.
    pub fn add(&mut self, stem: &str) {
        if analysis::is_han(stem) {
            self.han.push(stem.to_owned());
        } else {
            self.stems.insert(stem.to_owned());
        }
    }

    fn ranges(&self, text: &str) -> Vec<Range> {
        let mut stems = Stems::new();
        let mut ranges = Vec::new();
        for (script, start, end) in analysis::runs(text) {
            let run = &text[start..end];
            match script {
                Script::Han => {
                    for word in &self.han {
                        ranges.extend(
                            run.match_indices(word.as_str())
                                .map(|(at, found)| (start + at, start + at + found.len())),
                        );
                    }
                }
                Script::Spaced if self.wants(&analysis::fold(run), &mut stems) => ranges.push((start, end)),
                Script::Spaced => {}
            }
        }
        merge(ranges)
    }

    fn wants(&self, word: &str, stems: &mut Stems) -> bool {
        if self
            .beginning
            .as_ref()
            .is_some_and(|beginning| word.starts_with(beginning.as_str()))
        {
            return true;
        }
        // Stemming costs more than looking at two letters, and stems keep those.
        let head = |text: &str| text.chars().take(2).collect::<String>();
        let word_head = head(word);
        self.stems.iter().any(|stem| head(stem) == word_head) && self.stems.contains(&stems.of(word))
    }
}

fn merge(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    let mut merged: Vec<Range> = Vec::with_capacity(ranges.len());
    for (start, end) in ranges {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// Where to begin so that as many different found words as possible follow.
fn best_start(text: &str, ranges: &[Range]) -> usize {
    let mut best = (0, 0);
    for (index, &(start, _)) in ranges.iter().enumerate().take(64) {
        let window_end = forward(text, start, SNIPPET_COLUMNS - LEAD_COLUMNS);
        let found: HashSet<String> = ranges[index..]
            .iter()
            .take_while(|(_, end)| *end <= window_end)
            .map(|(start, end)| analysis::fold(&text[*start..*end]))
            .collect();
        if found.len() > best.1 {
            best = (start, found.len());
        }
    }
    let (start, count) = best;
    if count == 0 {
        return 0;
    }
    word_start(text, backward(text, start, LEAD_COLUMNS), start)
}

/// The next gap between words after `from`, so that no snippet begins inside a Latin word.
fn word_start(text: &str, from: usize, limit: usize) -> usize {
    if from == 0 {
        return 0;
    }
    text[from..limit]
        .char_indices()
        .find(|(_, character)| !character.is_ascii_alphanumeric())
        .map_or(from, |(at, character)| {
            from + at
                + if character.is_whitespace() {
                    character.len_utf8()
                } else {
                    0
                }
        })
}

fn columns(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

fn forward(text: &str, start: usize, budget: usize) -> usize {
    let mut left = budget;
    for (at, character) in text[start..].char_indices() {
        let width = columns(character);
        if width > left {
            return start + at;
        }
        left -= width;
    }
    text.len()
}

fn backward(text: &str, end: usize, budget: usize) -> usize {
    let mut left = budget;
    let mut start = end;
    for (at, character) in text[..end].char_indices().rev() {
        let width = columns(character);
        if width > left {
            break;
        }
        left -= width;
        start = at;
    }
    start
}

/// Escapes `text[from..to]` and marks what of `ranges` lies in it.
fn render(text: &str, from: usize, to: usize, ranges: &[Range]) -> String {
    let mut html = String::with_capacity(to - from + 32);
    let mut at = from;
    for &(start, end) in ranges {
        let (start, end) = (start.max(at), end.min(to));
        if start >= end {
            continue;
        }
        escape_into(&text[at..start], &mut html);
        html.push_str("<mark>");
        escape_into(&text[start..end], &mut html);
        html.push_str("</mark>");
        at = end;
    }
    escape_into(&text[at..to], &mut html);
    html
}

fn escape_into(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' | '\r' | '\t' => html.push(' '),
            _ => html.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(stems: &[&str], han: &[&str]) -> Marks {
        Marks {
            stems: stems.iter().map(|stem| (*stem).to_owned()).collect(),
            han: han.iter().map(|word| (*word).to_owned()).collect(),
            beginning: None,
        }
    }

    #[test]
    fn found_words_are_marked_in_any_form_and_html_is_escaped() {
        let html = marked(
            "<b>Printers</b> & \"打印机\"",
            &marks(&["printer"], &["打印", "打印机"]),
        );
        assert_eq!(
            html,
            "&lt;b&gt;<mark>Printers</mark>&lt;/b&gt; &amp; &quot;<mark>打印机</mark>&quot;"
        );
    }

    #[test]
    fn an_unfinished_word_is_marked_by_its_beginning() {
        let unfinished = Marks {
            beginning: Some("inst".to_owned()),
            ..Marks::default()
        };
        assert_eq!(
            marked("Installing now", &unfinished),
            "<mark>Installing</mark> now"
        );
    }

    #[test]
    fn a_snippet_shows_where_most_words_meet() {
        let text = format!(
            "{} the printer alone {} printer and toner together",
            "x ".repeat(300),
            "y ".repeat(300)
        );
        let html = snippet(&text, &marks(&["printer", "toner"], &[]));
        assert!(html.starts_with('…'), "{html}");
        assert!(
            html.contains("<mark>printer</mark> and <mark>toner</mark>"),
            "{html}"
        );
        assert!(html.chars().count() < 260, "{html}");
    }

    #[test]
    fn a_text_without_found_words_shows_its_beginning() {
        assert_eq!(snippet("短文本", &marks(&["absent"], &[])), "短文本");
        assert!(snippet(&"长".repeat(500), &Marks::default()).ends_with('…'));
    }
}
