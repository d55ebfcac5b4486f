//! Templates: each is kept as a note with its name and its words. None is run, for what it would make depends on the other wiki.

use super::strip::Part;
use super::{DEEPEST, Line, Reading};
use crate::What;
use crate::document::{Block, Callout, Inline};

/// Templates that only lay out a page, or say what no reader sees.
const SILENT: [&str; 22] = [
    "defaultsort",
    "displaytitle",
    "reflist",
    "references",
    "clear",
    "-",
    "toc",
    "tocright",
    "notoc",
    "br",
    "stub",
    "#invoke",
    "#seo",
    "#set",
    "#declare",
    "pp",
    "anchor",
    "shortcut",
    "short description",
    "use dmy dates",
    "-clear",
    "nbsp",
];

/// A run of braces that is not closed yet.
struct Open {
    at: usize,
    length: usize,
    line: usize,
}

/// A pair of braces: where it begins and ends, and whether it is a parameter (three braces).
struct Pair {
    start: usize,
    end: usize,
    is_parameter: bool,
    line: usize,
}

impl Reading<'_> {
    /// The lines with a mark for each template. A template over several lines leaves one.
    pub fn templates(&mut self, lines: &[Line], depth: usize) -> Vec<Line> {
        let mut text = String::new();
        for (place, line) in lines.iter().enumerate() {
            if place > 0 {
                text.push('\n');
            }
            text.push_str(&line.text);
        }
        let pairs = self.pairs(&text, lines);
        let mut out = String::with_capacity(text.len());
        // The number of each line that is left.
        let mut numbers = vec![lines.first().map_or(1, |line| line.number)];
        let mut place = 0;
        let mut from = 0;
        for pair in pairs {
            let Some(before) = text.get(from..pair.start) else {
                continue;
            };
            carry(before, lines, &mut place, &mut numbers);
            out.push_str(before);
            let (Some(whole), Some(rest)) = (text.get(pair.start..pair.end), text.get(pair.end..)) else {
                continue;
            };
            let is_alone = out.rsplit('\n').next().unwrap_or_default().trim().is_empty()
                && rest.split('\n').next().unwrap_or_default().trim().is_empty();
            let part = self.template(whole, &pair, is_alone, depth);
            if let Some(part) = part {
                let mark = self.mark(part);
                out.push_str(&mark);
            }
            place += whole.matches('\n').count();
            from = pair.end;
        }
        let rest = text.get(from..).unwrap_or_default();
        carry(rest, lines, &mut place, &mut numbers);
        out.push_str(rest);
        out.split('\n')
            .zip(numbers)
            .map(|(text, number)| Line {
                text: text.to_owned(),
                number,
            })
            .collect()
    }

    /// The outermost pairs of braces, in their order.
    fn pairs(&mut self, text: &str, lines: &[Line]) -> Vec<Pair> {
        let bytes = text.as_bytes();
        let mut open: Vec<Open> = Vec::new();
        let mut found: Vec<Pair> = Vec::new();
        let (mut at, mut place) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            let run = bytes
                .get(at..)
                .map_or(0, |rest| rest.iter().take_while(|other| *other == byte).count());
            match byte {
                b'\n' => place += run,
                b'{' if run >= 2 => open.push(Open {
                    at,
                    length: run,
                    line: lines.get(place).map_or(1, |line| line.number),
                }),
                b'}' if run >= 2 => close(&mut open, &mut found, at, run),
                _ => {}
            }
            at += run;
        }
        for left in open {
            self.complain(left.line, What::Unclosed, "{{");
        }
        found.sort_by_key(|pair| (pair.start, std::cmp::Reverse(pair.end)));
        let mut end = 0;
        found.retain(|pair| {
            let is_outer = pair.start >= end;
            if is_outer {
                end = pair.end;
            }
            is_outer
        });
        found
    }

    fn template(&mut self, whole: &str, pair: &Pair, is_alone: bool, depth: usize) -> Option<Part> {
        let width = if pair.is_parameter { 3 } else { 2 };
        let inner = whole.get(width..whole.len() - width).unwrap_or_default();
        if depth >= DEEPEST {
            return Some(Part::Inline(vec![Inline::text(inner)]));
        }
        if pair.is_parameter {
            // Only its own wiki knows the value; what it would be without one is shown.
            let words = inner.split_once('|').map_or("", |(_, otherwise)| otherwise);
            return Some(Part::Inline(self.words_of(words, pair.line, depth)));
        }
        let mut arguments = split(inner).into_iter();
        let head = arguments.next().unwrap_or_default().trim().to_owned();
        let arguments: Vec<&str> = arguments.collect();
        let lower = head.to_lowercase();
        let word = lower.split([':', ' ']).next().unwrap_or_default();
        if SILENT.contains(&lower.as_str()) || SILENT.contains(&word) {
            return None;
        }
        let plain = match head.as_str() {
            "!" => Some("|".to_owned()),
            "=" => Some("=".to_owned()),
            "PAGENAME" | "FULLPAGENAME" | "SUBPAGENAME" | "BASEPAGENAME" => Some(self.title.to_owned()),
            _ => None,
        };
        if let Some(plain) = plain {
            return Some(Part::Inline(vec![Inline::Text(plain)]));
        }
        self.complain(pair.line, What::Template, &head);
        Some(if is_alone {
            Part::Block(vec![self.note(&head, &arguments, pair.line, depth)])
        } else {
            Part::Inline(self.aside(&head, &arguments, pair.line, depth))
        })
    }

    fn note(&mut self, head: &str, arguments: &[&str], line: usize, depth: usize) -> Block {
        let kind = Callout::of(head);
        let mut blocks = Vec::new();
        // A box says of itself what it is.
        if !head.eq_ignore_ascii_case(kind.word()) {
            let title = Inline::Strong(self.words_of(head, line, depth));
            blocks.push(Block::Paragraph(vec![title]));
        }
        for argument in arguments {
            let (name, value) = named(argument);
            if value.trim().is_empty() {
                continue;
            }
            let mut inner = self.blocks_of(value.trim(), line, depth);
            if let (Some(name), Some(Block::Paragraph(words))) = (name, inner.first_mut()) {
                words.insert(0, Inline::text(format!("{name}: ")));
            }
            blocks.extend(inner);
        }
        Block::Callout(kind, blocks)
    }

    fn aside(&mut self, head: &str, arguments: &[&str], line: usize, depth: usize) -> Vec<Inline> {
        let mut out = vec![Inline::text("(")];
        out.extend(self.words_of(head, line, depth));
        for (place, argument) in arguments.iter().enumerate() {
            out.push(Inline::text(if place == 0 { ": " } else { ", " }));
            out.extend(self.words_of(argument.trim(), line, depth));
        }
        out.push(Inline::text(")"));
        out
    }

    pub(super) fn words_of(&mut self, text: &str, line: usize, depth: usize) -> Vec<Inline> {
        let lines = self.templates(&numbered(text, line), depth + 1);
        let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        self.inline(&text.join(" "), line, depth + 1)
    }

    fn blocks_of(&mut self, text: &str, line: usize, depth: usize) -> Vec<Block> {
        let lines = self.templates(&numbered(text, line), depth + 1);
        self.blocks(&lines, depth + 1)
    }
}

/// Counts the line ends of a text that goes on unchanged.
fn carry(text: &str, lines: &[Line], place: &mut usize, numbers: &mut Vec<usize>) {
    for _ in text.matches('\n') {
        *place += 1;
        numbers.push(lines.get(*place).map_or(1, |line| line.number));
    }
}

fn close(open: &mut Vec<Open>, found: &mut Vec<Pair>, at: usize, mut run: usize) {
    let mut at = at;
    while run >= 2 {
        let Some(last) = open.last_mut() else { return };
        let width = if last.length >= 3 && run >= 3 { 3 } else { 2 };
        found.push(Pair {
            start: last.at + last.length - width,
            end: at + width,
            is_parameter: width == 3,
            line: last.line,
        });
        last.length -= width;
        at += width;
        run -= width;
        if last.length < 2 {
            open.pop();
        }
    }
}

/// Lines of a text that begins on this line.
pub(super) fn numbered(text: &str, line: usize) -> Vec<Line> {
    text.split('\n')
        .enumerate()
        .map(|(below, text)| Line {
            text: text.to_owned(),
            number: line + below,
        })
        .collect()
}

/// `name = value`
fn named(argument: &str) -> (Option<&str>, &str) {
    let Some((name, value)) = argument.split_once('=') else {
        return (None, argument);
    };
    let name = name.trim();
    if name.is_empty() || name.contains(['[', '{', '<', '\n', '/', ':']) {
        return (None, argument);
    }
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    ((!is_number).then_some(name), value)
}

/// The parts between bars, but not those inside links and other templates.
fn split(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut depth, mut from, mut at) = (0_usize, 0, 0);
    let mut parts = Vec::new();
    while let Some(byte) = bytes.get(at) {
        let is_double = bytes.get(at + 1) == Some(byte);
        match byte {
            b'[' | b'{' if is_double => {
                depth += 1;
                at += 1;
            }
            b']' | b'}' if is_double => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b'|' if depth == 0 => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}
