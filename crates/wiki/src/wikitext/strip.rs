//! Taking out what is not wikitext. A mark stays in its place: a private letter, a number, and another private letter.

use std::collections::HashSet;

use super::{Line, Reading, entity};
use crate::What;
use crate::address;
use crate::document::{Block, Inline};

/// Begins a mark.
pub const OPEN: char = '\u{e000}';
/// Ends it.
pub const CLOSE: char = '\u{e001}';

/// What a mark stands for.
#[derive(Debug, Clone)]
pub enum Part {
    Inline(Vec<Inline>),
    Block(Vec<Block>),
}

/// Tags whose content is not wikitext, or that are read here.
const TAGS: [&str; 12] = [
    "nowiki",
    "pre",
    "syntaxhighlight",
    "source",
    "math",
    "gallery",
    "ref",
    "references",
    "includeonly",
    "noinclude",
    "onlyinclude",
    "score",
];

/// A tag at the start of a text that begins with `<`.
pub struct Tag<'a> {
    /// In lower case.
    pub name: String,
    pub attributes: &'a str,
    pub is_end: bool,
    /// `<br/>`
    pub is_empty: bool,
    /// Bytes.
    pub length: usize,
}

/// As much of a tag as is looked at.
const TAG_MAX: usize = 2_000;

/// Reads a tag.
pub fn tag(text: &str) -> Option<Tag<'_>> {
    let is_end = text.as_bytes().get(1) == Some(&b'/');
    let start = if is_end { 2 } else { 1 };
    let bytes = text.as_bytes();
    if !bytes.get(start)?.is_ascii_alphabetic() {
        return None;
    }
    let end = bytes.iter().take(TAG_MAX).position(|byte| *byte == b'>')?;
    let inner = text.get(start..end)?;
    let is_empty = inner.ends_with('/');
    let inner = inner.trim_end_matches('/');
    let name_end = inner
        .find(|letter: char| !letter.is_ascii_alphanumeric())
        .unwrap_or(inner.len());
    let (name, attributes) = inner.split_at(name_end);
    (!attributes.contains('<')).then(|| Tag {
        name: name.to_ascii_lowercase(),
        attributes: attributes.trim(),
        is_end,
        is_empty,
        length: end + 1,
    })
}

/// The value of an attribute.
pub fn attribute(attributes: &str, name: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower.get(from..)?.find(name) {
        let at = from + found;
        from = at + name.len();
        let is_start = at == 0
            || lower
                .as_bytes()
                .get(at - 1)
                .is_some_and(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
        let rest = attributes.get(from..)?.trim_start();
        let Some(value) = rest.strip_prefix('=').filter(|_| is_start) else {
            continue;
        };
        let value = value.trim_start();
        let quoted = value
            .strip_prefix('"')
            .map(|value| (value, '"'))
            .or_else(|| value.strip_prefix('\'').map(|value| (value, '\'')));
        return Some(match quoted {
            Some((value, quote)) => value.split(quote).next().unwrap_or_default().to_owned(),
            None => value
                .split(char::is_whitespace)
                .next()
                .unwrap_or_default()
                .to_owned(),
        });
    }
    None
}

impl Reading<'_> {
    /// Keeps a part and gives its mark.
    pub fn mark(&mut self, part: Part) -> String {
        self.parts.push(part);
        format!("{OPEN}{}{CLOSE}", self.parts.len() - 1)
    }

    /// The part of a mark at the start of a text, and how many bytes the mark has.
    pub fn marked(&self, text: &str) -> Option<(&Part, usize)> {
        let rest = text.strip_prefix(OPEN)?;
        let end = rest.bytes().take(12).position(|byte| byte == 0xee)?;
        let number: usize = rest.get(..end)?.parse().ok()?;
        let is_closed = rest.get(end..)?.starts_with(CLOSE);
        let part = self.parts.get(number).filter(|_| is_closed)?;
        Some((part, OPEN.len_utf8() + end + CLOSE.len_utf8()))
    }

    /// The page without what is not wikitext, line by line.
    pub fn strip(&mut self, text: &str) -> Vec<Line> {
        let mut out = vec![Line {
            text: String::new(),
            number: 1,
        }];
        let mut number = 1;
        let mut never_closed = HashSet::new();
        let mut rest = text;
        while let Some(at) = rest.find(['<', '\n']) {
            let (before, behind) = rest.split_at(at);
            push(&mut out, before);
            if behind.starts_with('\n') {
                number += 1;
                out.push(Line {
                    text: String::new(),
                    number,
                });
                rest = behind.get(1..).unwrap_or_default();
                continue;
            }
            let used = self.take_out(behind, number, &mut out, &mut never_closed);
            let (taken, left) = behind.split_at(used);
            number += taken.matches('\n').count();
            if taken.contains('\n')
                && left.starts_with('\n')
                && out.last().is_some_and(|line| line.text.trim().is_empty())
            {
                // A comment on lines of its own leaves no blank line.
                out.pop();
            }
            rest = left;
        }
        push(&mut out, rest);
        out
    }

    /// Reads what begins with `<`; gives how many bytes are done with.
    fn take_out(
        &mut self,
        text: &str,
        line: usize,
        out: &mut [Line],
        never_closed: &mut HashSet<String>,
    ) -> usize {
        if text.starts_with("<!--") {
            return self.comment(text, line, never_closed);
        }
        let Some(tag) = tag(text).filter(|tag| TAGS.contains(&tag.name.as_str())) else {
            push(out, "<");
            return 1;
        };
        if tag.is_end || tag.is_empty {
            return tag.length;
        }
        if matches!(tag.name.as_str(), "includeonly" | "noinclude" | "onlyinclude") {
            return if tag.name == "includeonly" {
                content(text, &tag, never_closed).map_or(tag.length, |(_, used)| used)
            } else {
                tag.length
            };
        }
        let Some((inner, used)) = content(text, &tag, never_closed) else {
            self.complain(line, What::Unclosed, &format!("<{}>", tag.name));
            push(out, "<");
            return 1;
        };
        if let Some(part) = self.part(&tag, inner, line) {
            let mark = self.mark(part);
            push(out, &mark);
        }
        used
    }

    fn comment(&mut self, text: &str, line: usize, never_closed: &mut HashSet<String>) -> usize {
        if never_closed.contains("!--") {
            return 4;
        }
        match text.find("-->") {
            Some(end) => end + 3,
            None => {
                never_closed.insert("!--".to_owned());
                self.complain(line, What::Unclosed, "<!--");
                4
            }
        }
    }

    fn part(&mut self, tag: &Tag<'_>, inner: &str, line: usize) -> Option<Part> {
        let words = || entity::decode(inner);
        let code = |language: &str, text: &str| {
            Part::Block(vec![Block::Code {
                language: language.to_owned(),
                text: text.trim_start_matches('\n').trim_end().to_owned(),
            }])
        };
        Some(match tag.name.as_str() {
            "nowiki" => Part::Inline(vec![Inline::Text(words())]),
            "pre" => code("", &words().replace("<nowiki>", "").replace("</nowiki>", "")),
            "syntaxhighlight" | "source" => {
                let language = attribute(tag.attributes, "lang").unwrap_or_default();
                let is_inline = tag.attributes.contains("inline")
                    || attribute(tag.attributes, "enclose").as_deref() == Some("none");
                if is_inline {
                    Part::Inline(vec![Inline::Code(inner.trim().to_owned())])
                } else {
                    code(&language, inner)
                }
            }
            "math" | "score" => Part::Inline(vec![Inline::Code(inner.trim().to_owned())]),
            "gallery" => self.gallery(inner, line),
            "ref" => {
                let words = self.words_of(inner.trim(), line, super::DEEPEST - 2);
                let mut all = vec![Inline::text(" (")];
                all.extend(words);
                all.push(Inline::text(")"));
                Part::Inline(all)
            }
            _ => return None,
        })
    }

    fn gallery(&mut self, inner: &str, line: usize) -> Part {
        let mut blocks = Vec::new();
        for (below, entry) in inner.lines().enumerate() {
            let (name, caption) = entry.split_once('|').unwrap_or((entry, ""));
            let (space, name) = self.names.split(name.trim());
            if name.is_empty() || !matches!(space, super::names::FILE | super::names::MAIN) {
                continue;
            }
            let key = self.names.file(&entity::decode(name));
            let words = self.inline(caption.trim(), line + below, super::DEEPEST - 1);
            let text = crate::document::words(&words);
            self.found.files.push(key.clone());
            blocks.push(Block::Paragraph(vec![Inline::Picture {
                address: address::file(&key),
                text: if text.is_empty() { key } else { text },
            }]));
        }
        Part::Block(blocks)
    }
}

fn push(out: &mut [Line], text: &str) {
    if let Some(line) = out.last_mut() {
        line.text.push_str(text);
    }
}

/// What stands between a tag and its end, and how many bytes both have with it.
fn content<'a>(text: &'a str, tag: &Tag<'_>, never_closed: &mut HashSet<String>) -> Option<(&'a str, usize)> {
    if never_closed.contains(&tag.name) {
        return None;
    }
    let body = text.get(tag.length..)?;
    let mut from = 0;
    loop {
        let Some(found) = body.get(from..).and_then(|rest| rest.find("</")) else {
            never_closed.insert(tag.name.clone());
            return None;
        };
        let at = from + found;
        let name = body.get(at + 2..at + 2 + tag.name.len());
        if name.is_some_and(|name| name.eq_ignore_ascii_case(&tag.name)) {
            let end = body.get(at..)?.find('>')?;
            return Some((body.get(..at)?, tag.length + at + end + 1));
        }
        from = at + 2;
    }
}
