//! Markdown on its way to a page: what people write, as HTML in which nothing runs.
//!
//! The HTML is written here from what the parser says, tag by tag; nothing of the text gets into it but escaped. There is no way to
//! write a script, a style, an event handler, or an address that runs: not by HTML (which is shown as text), not by a link
//! (`links.rs` knows the few kinds there are), not by a diagram (`crate::diagram` draws it itself). What is written has an end,
//! however it is nested: so deep, so long, and so many diagrams, and no more.
//!
//! Besides Markdown with tables, task lists, and struck words there are callouts (`> [!NOTE]`), diagrams (```` ```dot ````), pictures and
//! videos of the house (`![](file:ID)`), and other articles (`[x](article:12)`, or bare `KB-12`). Classes in the HTML, for the
//! style sheet: `callout callout-note|tip|warning|caution|important` with `callout-title`, `steps`, `table-scroll`, `task`,
//! `diagram`, `align-right`, `align-center`.

use kernel::Locale;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use crate::article::Number;

mod easing;
pub(crate) mod escaping;
mod gathering;
mod links;
mod section;
mod stretches;
#[cfg(test)]
mod tests;
mod writer;

pub use section::section;

/// Where the files of articles are.
pub const FILES: &str = "/knowledge/files/";
/// More of a text than this is not looked at; articles are not longer.
const LONGEST: usize = 600_000;

/// A text as it is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Harmless, whatever was written.
    pub html: String,
    /// For a table of contents.
    pub headings: Vec<Heading>,
    /// The articles it leads to, each once, in the order in which they are named.
    pub links: Vec<Number>,
    /// Its words without marks.
    pub plain: String,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 6: the first belongs to the title.
    pub level: u8,
    /// What a link to it names.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// Where links lead, and in which language the house's own words stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hrefs {
    /// What stands before the number of an article: `/knowledge/`, `/help/`.
    pub article: String,
    /// What stands before the id of a file.
    pub file: String,
    /// The language of the text.
    pub locale: Locale,
}

impl Hrefs {
    /// Between the department's pages.
    #[must_use]
    pub fn console(locale: Locale) -> Self {
        Self::under("/knowledge/", locale)
    }

    /// Between the pages for everybody.
    #[must_use]
    pub fn help(locale: Locale) -> Self {
        Self::under("/help/", locale)
    }

    fn under(article: &str, locale: Locale) -> Self {
        Self {
            article: article.to_owned(),
            file: FILES.to_owned(),
            locale,
        }
    }
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM
}

fn within(markdown: &str) -> &str {
    let mut end = markdown.len().min(LONGEST);
    while !markdown.is_char_boundary(end) {
        end -= 1;
    }
    &markdown[..end]
}

/// What the parser says of a text that was eased before.
fn events(eased: &str) -> impl Iterator<Item = Event<'_>> {
    TextMergeStream::new(Parser::new_ext(eased, options())).map(easing::taken_out)
}

/// Renders a text.
#[must_use]
pub fn page(markdown: &str, hrefs: &Hrefs) -> Page {
    let eased = easing::eased(within(markdown));
    writer::Writer::new(hrefs).write(events(&eased))
}

/// The words of a text without marks: for search, excerpts, and letters.
#[must_use]
pub fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut is_drawn = false;
    let eased = easing::eased(within(markdown));
    for event in events(&eased) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => is_drawn = writer::is_diagram(&kind),
            Event::End(TagEnd::CodeBlock) => {
                is_drawn = false;
                out.push('\n');
            }
            Event::Text(text) if !is_drawn => out.push_str(&text),
            Event::Code(text) => out.push_str(&text),
            Event::SoftBreak => out.push(' '),
            Event::HardBreak => out.push('\n'),
            Event::End(TagEnd::TableCell) => out.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow,
            ) => out.push('\n'),
            _ => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}
