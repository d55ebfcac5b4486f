//! Bold and slanted words of Chinese, which the standard overlooks. Pure.
//!
//! CommonMark does not take the stars of `点**“确定”**后` for what they are: its rule about what may stand beside them is made for languages
//! with spaces between words (<https://github.com/commonmark/commonmark-spec/issues/650>). A sign that is no letter, no blank, and no
//! punctuation, put between star and quotation mark, makes the rule fit; it is taken out again of what the parser says.

use std::borrow::Cow;

use pulldown_cmark::{CowStr, Event, Tag};

/// Never a character, says Unicode; in what people write it is dropped.
const SIGN: char = '\u{fdd0}';

/// The text with the sign where stars stand between punctuation and a wide letter.
pub(super) fn eased(markdown: &str) -> Cow<'_, str> {
    if !markdown.contains(['*', SIGN]) {
        return Cow::Borrowed(markdown);
    }
    let mut out = String::with_capacity(markdown.len() + 64);
    let mut before = None;
    let mut letters = markdown.chars().filter(|letter| *letter != SIGN).peekable();
    while let Some(letter) = letters.next() {
        if letter != '*' {
            out.push(letter);
            before = Some(letter);
            continue;
        }
        let begin = out.len();
        out.push('*');
        while letters.next_if_eq(&'*').is_some() {
            out.push('*');
        }
        let behind = letters.peek().copied();
        if is_mark(before) && is_wide(behind) {
            out.insert(begin, SIGN);
        } else if is_wide(before) && is_mark(behind) {
            out.push(SIGN);
        }
        before = Some('*');
    }
    Cow::Owned(out)
}

/// Punctuation; what stands behind a backslash is meant as it is.
fn is_mark(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| {
        (letter.is_ascii_punctuation() && letter != '\\')
            || "“”‘’—…·".contains(letter)
            || matches!(letter, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}')
            || matches!(letter, '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}')
            || matches!(letter, '\u{ff5b}'..='\u{ff65}')
    })
}

fn is_wide(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| letter >= '\u{2e80}' && letter.is_alphanumeric())
}

/// What the parser says, without the sign.
pub(super) fn taken_out(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Text(text) => Event::Text(clean(text)),
        Event::Code(text) => Event::Code(clean(text)),
        Event::Html(text) => Event::Html(clean(text)),
        Event::InlineHtml(text) => Event::InlineHtml(clean(text)),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: clean(dest_url),
            title: clean(title),
            id,
        }),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Image {
            link_type,
            dest_url: clean(dest_url),
            title: clean(title),
            id,
        }),
        event => event,
    }
}

fn clean(text: CowStr<'_>) -> CowStr<'_> {
    if text.contains(SIGN) {
        text.replace(SIGN, "").into()
    } else {
        text
    }
}
