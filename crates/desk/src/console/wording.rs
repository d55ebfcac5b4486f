//! Small words that several pages need: names of values, and people's plain text as HTML.

use std::fmt::Write as _;

use kernel::i18n::Locale;
use web::Choice;

use crate::ticket::value::State;

/// A state's name.
pub(super) fn state(state: State, locale: Locale) -> String {
    locale.t(state.text_key())
}

/// The values of a closed set as choices of a select: `choices!(State, locale)`.
macro_rules! choices {
    ($set:ty, $locale:expr) => {
        <$set>::ALL
            .iter()
            .map(|value| web::Choice::new(value.as_str(), $locale.t(value.text_key())))
            .collect::<Vec<web::Choice>>()
    };
}
pub(super) use choices;

/// Choices with "whatever" before them.
pub(super) fn with_any(label: String, mut choices: Vec<Choice>) -> Vec<Choice> {
    choices.insert(0, Choice::new("", label));
    choices
}

/// Plain text as HTML: blank lines part paragraphs, web addresses and ticket numbers are links. Nothing else in it means
/// anything.
pub(super) fn paragraphs(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for paragraph in text
        .split("\n\n")
        .map(|part| part.trim_matches('\n'))
        .filter(|part| !part.trim().is_empty())
    {
        html.push_str("<p>");
        for (index, line) in paragraph.lines().enumerate() {
            if index > 0 {
                html.push_str("<br>");
            }
            write_line(&mut html, line);
        }
        html.push_str("</p>");
    }
    html
}

/// Each link is looked for in all that follows, so a line of nothing but links would take the square of its length.
const LINKS_IN_A_LINE: usize = 200;

fn write_line(html: &mut String, line: &str) {
    let mut rest = line;
    for _ in 0..LINKS_IN_A_LINE {
        let Some((start, length)) = next_link(rest) else {
            break;
        };
        escape(html, &rest[..start]);
        let found = &rest[start..start + length];
        if let Some(number) = found.strip_prefix('#') {
            // Writing to a String cannot fail.
            let _ = write!(html, "<a href=\"/tickets/{number}\">#{number}</a>");
        } else {
            html.push_str("<a rel=\"noopener noreferrer nofollow\" target=\"_blank\" href=\"");
            escape(html, found);
            html.push_str("\">");
            escape(html, found);
            html.push_str("</a>");
        }
        rest = &rest[start + length..];
    }
    escape(html, rest);
}

/// The next thing to link in a line: where it starts and how many bytes it has.
fn next_link(line: &str) -> Option<(usize, usize)> {
    let address = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| line.find(scheme))
        .min();
    let number = number_at(line);
    match (address, number) {
        (Some(at), Some((start, length))) if start < at => Some((start, length)),
        (Some(at), _) => Some((at, address_length(&line[at..]))),
        (None, found) => found,
    }
}

/// An address ends at a blank, a quote, an angle bracket, or full-width punctuation; a sentence's full stop is not its.
fn address_length(text: &str) -> usize {
    let stop = |letter: char| letter.is_whitespace() || "<>\"'`，。；：！？、）】》」".contains(letter);
    let whole = &text[..text.find(stop).unwrap_or(text.len())];
    whole
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']'])
        .len()
}

/// `#1042`, standing by itself.
fn number_at(line: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = line[from..].find('#') {
        let start = from + found;
        let digits = line[start + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let before = line[..start].chars().next_back();
        let after = line[start + 1 + digits..].chars().next();
        let alone = !before.is_some_and(|letter| letter.is_ascii_alphanumeric() || "/&#".contains(letter))
            && !after.is_some_and(|letter| letter.is_ascii_alphanumeric());
        if alone && (1..=15).contains(&digits) {
            return Some((start, digits + 1));
        }
        from = start + 1;
    }
    None
}

fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_nothing_but_numbers_keeps_its_words_and_takes_no_time() {
        let begun = std::time::Instant::now();
        let html = paragraphs(&"#1 ".repeat(60_000));
        assert!(begun.elapsed().as_secs() < 2);
        assert_eq!(html.matches("<a ").count(), LINKS_IN_A_LINE);
        assert_eq!(html.matches("#1").count(), 60_000);
    }

    #[test]
    fn nothing_that_a_person_writes_becomes_markup() {
        let html = paragraphs("<script>x()</script> & \"q\"");
        assert_eq!(
            html,
            "<p>&lt;script&gt;x()&lt;/script&gt; &amp; &quot;q&quot;</p>"
        );
    }

    #[test]
    fn blank_lines_part_paragraphs_and_line_ends_stay() {
        assert_eq!(paragraphs("a\nb\n\n\nc\n"), "<p>a<br>b</p><p>c</p>");
    }

    #[test]
    fn an_address_is_a_link_without_the_full_stop_after_it() {
        let html = paragraphs("见 https://wiki.example.com/a?b=1&c=2。完");
        assert!(
            html.contains("href=\"https://wiki.example.com/a?b=1&amp;c=2\""),
            "{html}"
        );
        assert!(html.contains("</a>。完"), "{html}");
        assert!(paragraphs("see http://a.example.").contains("\">http://a.example</a>."));
    }

    #[test]
    fn a_ticket_number_is_a_link_and_a_colour_is_not() {
        assert!(paragraphs("like #1042, again").contains("<a href=\"/tickets/1042\">#1042</a>, again"));
        for text in ["#12ab", "x#12", "&#39;", "C#", "#"] {
            assert!(!paragraphs(text).contains("<a"), "{text}");
        }
    }
}
