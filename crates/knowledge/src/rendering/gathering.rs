//! What can only be written once its end is known: headings with their anchors, code and diagrams, pictures and videos.

use std::fmt::Write as _;

use kernel::Locale;

use super::Heading;
use super::escaping::{attribute, push};
use super::links::{self, Shows};
use super::writer::Writer;
use crate::diagram;

/// Drawn on one page.
const DIAGRAMS: usize = 20;

/// What is gathered until its end is known.
pub(super) enum Gathered {
    Heading {
        level: u8,
        begin: usize,
        text: String,
    },
    Code {
        language: Option<String>,
        is_drawn: bool,
        text: String,
    },
    Picture {
        href: String,
        title: String,
        depth: usize,
        text: String,
    },
}

impl Writer<'_> {
    pub(super) fn finish(&mut self, gathered: Gathered) {
        self.line_ended = false;
        match gathered {
            Gathered::Heading { level, begin, text } => self.heading(level, begin, text),
            Gathered::Code {
                language,
                is_drawn,
                text,
            } => self.block(language.as_deref(), is_drawn, &text),
            Gathered::Picture {
                href,
                title,
                depth,
                text,
            } => {
                self.closing.truncate(depth);
                self.picture(&href, &title, &text);
            }
        }
    }

    fn heading(&mut self, level: u8, begin: usize, text: String) {
        let id = self.anchor(&text);
        let mut tag = format!("<h{level}");
        attribute(&mut tag, "id", &id);
        tag.push('>');
        self.page.html.insert_str(begin, &tag);
        let _ = writeln!(self.page.html, "</h{level}>");
        self.page.plain.push('\n');
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.page.headings.push(Heading { level, id, text });
    }

    fn anchor(&mut self, text: &str) -> String {
        let base = links::anchor(text);
        let mut id = base.clone();
        while !self.anchors.insert(id.clone()) {
            let counter = self.counters.entry(base.clone()).or_insert(1);
            *counter += 1;
            id = format!("{base}-{counter}");
        }
        id
    }

    fn block(&mut self, language: Option<&str>, is_drawn: bool, text: &str) {
        let out = &mut self.page.html;
        if is_drawn && self.diagrams < DIAGRAMS {
            self.diagrams += 1;
            match diagram::draw(text) {
                Ok(drawing) => {
                    out.push_str("<figure class=\"diagram\">");
                    out.push_str(&drawing.svg);
                    out.push_str("</figure>\n");
                    self.page.plain.push_str(&drawing.words);
                    self.page.plain.push('\n');
                    return;
                }
                Err(error) => {
                    let locale = self.hrefs.locale;
                    let title = locale.t("knowledge-diagram-refused");
                    out.push_str(&callout_begin("warning", &title));
                    out.push_str("<p>");
                    push(out, &error.message(locale));
                    out.push_str("</p></div>\n");
                }
            }
        }
        out.push_str("<pre tabindex=\"0\"><code");
        if let Some(language) = language {
            attribute(out, "class", &format!("language-{language}"));
        }
        out.push('>');
        push(out, text);
        out.push_str("</code></pre>\n");
        if !is_drawn {
            self.page.plain.push_str(text);
            self.page.plain.push('\n');
        }
    }

    fn picture(&mut self, address: &str, title: &str, words: &str) {
        self.page.plain.push_str(words);
        // A picture in the words of a picture is only words.
        if let Some(Gathered::Picture { text, .. }) = self.gathered.last_mut() {
            text.push_str(words);
            return;
        }
        if let Some(Gathered::Heading { text, .. }) = self.gathered.last_mut() {
            text.push_str(words);
        }
        let out = &mut self.page.html;
        match links::shown(address, self.hrefs) {
            Some(Shows::Picture(href)) => {
                out.push_str("<img");
                attribute(out, "src", &href);
                attribute(out, "alt", words);
                if !title.is_empty() {
                    attribute(out, "title", title);
                }
                out.push_str(" loading=\"lazy\" decoding=\"async\">");
            }
            Some(Shows::Video(href)) => {
                out.push_str("<video controls preload=\"metadata\"");
                attribute(out, "src", &href);
                if !words.is_empty() {
                    attribute(out, "aria-label", words);
                }
                out.push_str("></video>");
            }
            None => self.elsewhere(address, words),
        }
    }

    /// Pictures from elsewhere are not fetched: that would tell others who reads what.
    fn elsewhere(&mut self, address: &str, words: &str) {
        let leads = links::read(address, self.hrefs).filter(|_| self.links_open == 0);
        let words = if words.is_empty() { address } else { words };
        let Some(leads) = leads else {
            push(&mut self.page.html, words);
            return;
        };
        let tags = self.opening(&leads);
        self.page.html.push_str(&tags);
        self.page.html.push('>');
        push(&mut self.page.html, words);
        self.page.html.push_str("</a>");
    }
}

pub(super) fn callout_begin(name: &str, title: &str) -> String {
    let mut tags = format!("<div class=\"callout callout-{name}\" role=\"note\"><p class=\"callout-title\">");
    push(&mut tags, title);
    tags.push_str("</p>\n");
    tags
}

pub(super) fn callout(locale: Locale, name: &str) -> String {
    locale.t(&format!("knowledge-callout-{name}"))
}
