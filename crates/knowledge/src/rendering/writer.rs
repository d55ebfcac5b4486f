//! Writes the HTML of what the parser says.
//!
//! Every tag that opens puts what closes it on a stack, so that whatever is cut off for being too deep or too long is closed all the
//! same.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::escaping::{attribute, push};
use super::gathering::{Gathered, callout, callout_begin};
use super::links::{self, Leads};
use super::stretches::{self, Piece};
use super::{Hrefs, Page};
use crate::article::Number;

/// Tags within each other; browsers draw deeper ones as they like.
const DEEPEST: usize = 48;
/// Bytes of HTML: ten times what the longest article of words makes.
const LONGEST: usize = 5_000_000;
/// Marks of HTML that people write between words, and that do no harm alone.
const MARKS: [&str; 3] = ["kbd", "sub", "sup"];

/// Whether a block of code is to be drawn.
pub(super) fn is_diagram(kind: &CodeBlockKind<'_>) -> bool {
    language(kind).is_some_and(|name| name == "dot" || name == "graphviz")
}

/// The first word behind the fence.
fn language(kind: &CodeBlockKind<'_>) -> Option<String> {
    let CodeBlockKind::Fenced(info) = kind else {
        return None;
    };
    let name = info.split([' ', ',', '\t', '{']).next()?.to_ascii_lowercase();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "+-#_.".contains(letter);
    (!name.is_empty() && name.len() <= 30 && name.chars().all(is_plain)).then_some(name)
}

pub(super) struct Writer<'h> {
    pub(super) hrefs: &'h Hrefs,
    pub(super) page: Page,
    /// What closes the tags that are open; empty for those that were left out.
    pub(super) closing: Vec<String>,
    pub(super) gathered: Vec<Gathered>,
    /// Marks of HTML that are open, with how many tags were open before each.
    pub(super) marks: Vec<(&'static str, usize)>,
    pub(super) columns: Vec<Vec<Alignment>>,
    pub(super) cell: usize,
    pub(super) is_head: bool,
    pub(super) lists: usize,
    /// A line ended; whether that is a space depends on what comes.
    pub(super) line_ended: bool,
    pub(super) links_open: usize,
    pub(super) diagrams: usize,
    pub(super) anchors: HashSet<String>,
    pub(super) counters: HashMap<String, usize>,
    pub(super) known: HashSet<Number>,
}

impl<'h> Writer<'h> {
    pub(super) fn new(hrefs: &'h Hrefs) -> Self {
        Self {
            hrefs,
            page: Page::default(),
            closing: Vec::new(),
            gathered: Vec::new(),
            marks: Vec::new(),
            columns: Vec::new(),
            cell: 0,
            is_head: false,
            lists: 0,
            line_ended: false,
            links_open: 0,
            diagrams: 0,
            anchors: HashSet::new(),
            counters: HashMap::new(),
            known: HashSet::new(),
        }
    }

    pub(super) fn write<'e>(mut self, events: impl Iterator<Item = Event<'e>>) -> Page {
        for event in events {
            if self.page.html.len() > LONGEST {
                break;
            }
            self.event(event);
        }
        while let Some(gathered) = self.gathered.pop() {
            self.finish(gathered);
        }
        while !self.closing.is_empty() {
            self.close();
        }
        self.close_marks(0);
        let length = self.page.plain.trim_end().len();
        self.page.plain.truncate(length);
        self.page
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => self.code(&text),
            Event::Html(text) => self.html(&text),
            Event::InlineHtml(text) => self.inline_html(&text),
            Event::SoftBreak => {
                self.line_ended = true;
                self.page.plain.push(' ');
            }
            Event::HardBreak => {
                self.html_out("<br>");
                self.page.plain.push('\n');
            }
            Event::Rule => {
                self.close_marks(self.closing.len());
                self.html_out("<hr>");
            }
            Event::TaskListMarker(is_done) => {
                let sign = if is_done { "\u{2611}" } else { "\u{2610}" };
                let _ = write!(self.page.html, "<span class=\"task\">{sign}</span> ");
            }
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    /// Writes what is known to be harmless, unless words are being gathered.
    fn html_out(&mut self, tags: &str) {
        self.line_ended = false;
        if !matches!(
            self.gathered.last(),
            Some(Gathered::Picture { .. } | Gathered::Code { .. })
        ) {
            self.page.html.push_str(tags);
        }
    }

    fn open(&mut self, tags: &str, closing: &str) {
        // A line that begins with marks is joined as one that begins with words.
        let has_wide_end = self
            .page
            .html
            .chars()
            .next_back()
            .is_some_and(|last| last >= '\u{2e80}');
        if std::mem::take(&mut self.line_ended) && !has_wide_end && !self.is_picture() {
            self.page.html.push('\n');
        }
        // Cells without a table would be torn apart by the browser.
        let is_too_deep = self.closing.len() >= DEEPEST || self.is_picture();
        if is_too_deep {
            self.closing.push(String::new());
            return;
        }
        self.page.html.push_str(tags);
        self.closing.push(closing.to_owned());
    }

    fn close(&mut self) {
        self.line_ended = false;
        self.close_marks(self.closing.len());
        if let Some(tag) = self.closing.pop() {
            self.page.html.push_str(&tag);
        }
    }

    fn is_picture(&self) -> bool {
        matches!(self.gathered.last(), Some(Gathered::Picture { .. }))
    }

    fn start(&mut self, tag: Tag<'_>) {
        if begins_block(&tag) {
            self.close_marks(self.closing.len());
        }
        match tag {
            Tag::Paragraph => self.open("<p>", "</p>\n"),
            Tag::Heading { level, .. } => {
                self.gathered.push(Gathered::Heading {
                    level: level_of(level),
                    begin: self.page.html.len(),
                    text: String::new(),
                });
            }
            Tag::BlockQuote(kind) => self.quote(kind),
            Tag::CodeBlock(kind) => self.gathered.push(Gathered::Code {
                language: language(&kind),
                is_drawn: is_diagram(&kind),
                text: String::new(),
            }),
            Tag::HtmlBlock => self.open("", ""),
            Tag::List(first) => self.list(first),
            Tag::Item => self.open("<li>", "</li>\n"),
            Tag::Table(columns) => {
                self.columns.push(columns);
                let deep = self.closing.len() + 4 >= DEEPEST;
                let (tags, closing) = if deep {
                    ("", "")
                } else {
                    (
                        "<div class=\"table-scroll\" tabindex=\"0\"><table>\n",
                        "</tbody></table></div>\n",
                    )
                };
                self.open(tags, closing);
            }
            Tag::TableHead => {
                (self.is_head, self.cell) = (true, 0);
                self.in_table("<thead><tr>", "</tr></thead><tbody>\n");
            }
            Tag::TableRow => {
                self.cell = 0;
                self.in_table("<tr>", "</tr>\n");
            }
            Tag::TableCell => self.table_cell(),
            Tag::Emphasis => self.open("<em>", "</em>"),
            Tag::Strong => self.open("<strong>", "</strong>"),
            Tag::Strikethrough => self.open("<del>", "</del>"),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => self.link(link_type, &dest_url, &title),
            Tag::Image { dest_url, title, .. } => self.gathered.push(Gathered::Picture {
                href: dest_url.into_string(),
                title: title.into_string(),
                depth: self.closing.len(),
                text: String::new(),
            }),
            _ => self.open("", ""),
        }
    }

    fn in_table(&mut self, tags: &str, closing: &str) {
        // The table itself was left out when it lay too deep.
        if self.closing.len() + 3 >= DEEPEST {
            self.open("", "");
        } else {
            self.open(tags, closing);
        }
    }

    fn table_cell(&mut self) {
        let columns = self.columns.last();
        let alignment = columns.and_then(|columns| columns.get(self.cell)).copied();
        self.cell += 1;
        let class = match alignment {
            Some(Alignment::Right) => " class=\"align-right\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            _ => "",
        };
        if self.is_head {
            self.in_table(&format!("<th scope=\"col\"{class}>"), "</th>");
        } else {
            self.in_table(&format!("<td{class}>"), "</td>");
        }
    }

    fn list(&mut self, first: Option<u64>) {
        self.lists += 1;
        let class = if self.lists == 1 { " class=\"steps\"" } else { "" };
        match first {
            None => self.open("<ul>\n", "</ul>\n"),
            Some(1) => self.open(&format!("<ol{class}>\n"), "</ol>\n"),
            Some(first) => self.open(&format!("<ol{class} start=\"{first}\">\n"), "</ol>\n"),
        }
    }

    fn quote(&mut self, kind: Option<BlockQuoteKind>) {
        let name = match kind {
            None => return self.open("<blockquote>\n", "</blockquote>\n"),
            Some(BlockQuoteKind::Note) => "note",
            Some(BlockQuoteKind::Tip) => "tip",
            Some(BlockQuoteKind::Important) => "important",
            Some(BlockQuoteKind::Warning) => "warning",
            Some(BlockQuoteKind::Caution) => "caution",
        };
        let title = callout(self.hrefs.locale, name);
        self.open(&callout_begin(name, &title), "</div>\n");
        self.page.plain.push_str(&title);
        self.page.plain.push('\n');
    }

    fn link(&mut self, kind: LinkType, address: &str, title: &str) {
        self.links_open += 1;
        let mail = format!("mailto:{address}");
        let address = if kind == LinkType::Email { &mail } else { address };
        let mut tags = match links::read(address, self.hrefs) {
            None => return self.open("", ""),
            Some(leads) => self.opening(&leads),
        };
        if !title.is_empty() {
            attribute(&mut tags, "title", title);
        }
        tags.push('>');
        self.open(&tags, "</a>");
    }

    /// The beginning of a link, without its end.
    pub(super) fn opening(&mut self, leads: &Leads) -> String {
        let mut tags = String::from("<a");
        match leads {
            Leads::Out(address) => {
                attribute(&mut tags, "href", address);
                tags.push_str(" rel=\"noopener noreferrer nofollow\"");
            }
            Leads::In(place) => attribute(&mut tags, "href", place),
            Leads::Article(number) => {
                attribute(&mut tags, "href", &format!("{}{number}", self.hrefs.article));
                if self.known.insert(*number) {
                    self.page.links.push(*number);
                }
            }
        }
        tags
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Image => {
                if !matches!(tag, TagEnd::Image) {
                    self.close_marks(self.closing.len());
                }
                if let Some(gathered) = self.gathered.pop() {
                    self.finish(gathered);
                }
                return;
            }
            TagEnd::List(_) => self.lists = self.lists.saturating_sub(1),
            TagEnd::Link => self.links_open = self.links_open.saturating_sub(1),
            TagEnd::TableHead => self.is_head = false,
            TagEnd::Table => {
                self.columns.pop();
            }
            _ => {}
        }
        match tag {
            TagEnd::Paragraph | TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow => {
                self.page.plain.push('\n');
            }
            TagEnd::TableCell => self.page.plain.push(' '),
            _ => {}
        }
        self.close();
    }

    /// Closes the marks that were opened within so many tags: none may reach out of what it stands in.
    fn close_marks(&mut self, within: usize) {
        while let Some((mark, _)) = self.marks.pop_if(|(_, depth)| *depth >= within) {
            let _ = write!(self.page.html, "</{mark}>");
        }
    }

    fn text(&mut self, text: &str) {
        match self.gathered.last_mut() {
            Some(Gathered::Code { text: code, .. }) => return code.push_str(text),
            Some(Gathered::Picture { text: words, .. }) => return words.push_str(text),
            Some(Gathered::Heading { text: words, .. }) => words.push_str(text),
            None => {}
        }
        self.join(text);
        self.page.plain.push_str(text);
        let mut pieces = Vec::new();
        stretches::each(text, &mut |piece| pieces.push(piece));
        for piece in pieces {
            self.piece(&piece);
        }
    }

    fn piece(&mut self, piece: &Piece<'_>) {
        let (leads, words) = match *piece {
            Piece::Text(words) => (None, words),
            Piece::Key(words, number) => (Some(Leads::Article(number)), words),
            Piece::Address(words) => (links::read(words, self.hrefs), words),
        };
        match leads.filter(|_| self.links_open == 0) {
            None => push(&mut self.page.html, words),
            Some(leads) => {
                let tags = self.opening(&leads);
                self.page.html.push_str(&tags);
                self.page.html.push('>');
                push(&mut self.page.html, words);
                self.page.html.push_str("</a>");
            }
        }
    }

    /// Lines of Chinese are joined without a space, others with one.
    fn join(&mut self, text: &str) {
        if !std::mem::take(&mut self.line_ended) {
            return;
        }
        let is_wide = |letter: Option<char>| letter.is_some_and(|letter| letter >= '\u{2e80}');
        let has_wide_end = is_wide(self.page.html.chars().next_back());
        if !(has_wide_end && is_wide(text.chars().next())) {
            self.page.html.push('\n');
        }
    }

    fn code(&mut self, text: &str) {
        self.join("");
        self.page.plain.push_str(text);
        match self.gathered.last_mut() {
            Some(Gathered::Picture { text: words, .. } | Gathered::Code { text: words, .. }) => {
                return words.push_str(text);
            }
            Some(Gathered::Heading { text: words, .. }) => words.push_str(text),
            None => {}
        }
        self.page.html.push_str("<code>");
        push(&mut self.page.html, text);
        self.page.html.push_str("</code>");
    }

    /// HTML that stands by itself: shown as what it is, text.
    fn html(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() || (text.starts_with("<!--") && text.ends_with("-->")) {
            return;
        }
        self.close_marks(self.closing.len());
        self.page.html.push_str("<p>");
        push(&mut self.page.html, text);
        self.page.html.push_str("</p>\n");
        self.page.plain.push_str(text);
        self.page.plain.push('\n');
    }

    fn inline_html(&mut self, text: &str) {
        let inner = text
            .trim_start_matches('<')
            .trim_end_matches('>')
            .trim()
            .to_ascii_lowercase();
        if self.is_picture() || text.starts_with("<!--") {
            return;
        }
        if inner == "br" || inner == "br/" || inner == "br /" {
            self.html_out("<br>");
            self.page.plain.push('\n');
            return;
        }
        if let Some(mark) = MARKS.into_iter().find(|mark| *mark == inner)
            && self.marks.len() < 4
        {
            self.join("");
            self.marks.push((mark, self.closing.len()));
            let _ = write!(self.page.html, "<{mark}>");
            return;
        }
        if let Some(mark) = inner.strip_prefix('/')
            && self.marks.last() == Some(&(mark, self.closing.len()))
        {
            self.marks.pop();
            let _ = write!(self.page.html, "</{mark}>");
            return;
        }
        self.text(text);
    }
}

/// Whether this ends the words before it: those of a list without blank lines stand in no paragraph that would.
fn begins_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// The first level is the title's.
fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
