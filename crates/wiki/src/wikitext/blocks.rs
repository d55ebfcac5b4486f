//! Lines as blocks: headings, paragraphs, lists, tables, and what stands indented.

use super::strip::{OPEN, Part};
use super::{DEEPEST, Line, Reading};
use crate::document::{Block, Entry, Inline};

/// Marks that begin a point of a list.
const POINTS: [char; 4] = ['*', '#', ':', ';'];
/// Lists in lists.
const LISTS_MAX: usize = 8;

/// A line of a list: its marks, and its words.
struct Point<'a> {
    marks: &'a str,
    words: &'a str,
    number: usize,
}

impl Reading<'_> {
    /// Reads lines.
    pub fn blocks(&mut self, lines: &[Line], depth: usize) -> Vec<Block> {
        let mut out = Vec::new();
        let mut paragraph: Vec<&Line> = Vec::new();
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let text = line.text.trim_end();
            let used = self.block(lines, at, depth, &mut |reading, found| {
                reading.paragraph(&mut paragraph, &mut out, depth);
                out.extend(found);
            });
            if used > 0 {
                at += used;
                continue;
            }
            if text.trim().is_empty() {
                self.paragraph(&mut paragraph, &mut out, depth);
            } else {
                paragraph.push(line);
            }
            at += 1;
        }
        self.paragraph(&mut paragraph, &mut out, depth);
        out
    }

    /// Reads what is no paragraph and hands it over; how many lines it has, none when a paragraph goes on here.
    fn block(
        &mut self,
        lines: &[Line],
        at: usize,
        depth: usize,
        give: &mut dyn FnMut(&mut Self, Vec<Block>),
    ) -> usize {
        let Some(line) = lines.get(at) else { return 0 };
        let text = line.text.trim_end();
        let start = text.trim_start();
        if let Some(blocks) = self.alone(start) {
            give(self, blocks);
            return 1;
        }
        if start.trim_start_matches(':').trim_start().starts_with("{|") && depth < DEEPEST {
            let used = super::table::length(lines.get(at..).unwrap_or_default());
            let table = self.table(lines.get(at..at + used).unwrap_or_default(), depth);
            give(self, vec![table]);
            return used;
        }
        if let Some((level, words)) = heading(text) {
            let words = self.inline(words, line.number, depth);
            give(self, vec![Block::Heading(level, words)]);
            return 1;
        }
        if text.starts_with("----") {
            let rest = text.trim_start_matches('-').trim();
            let mut blocks = vec![Block::Rule];
            if !rest.is_empty() {
                blocks.push(Block::Paragraph(self.inline(rest, line.number, depth)));
            }
            give(self, blocks);
            return 1;
        }
        if text.starts_with(POINTS) {
            let some: Vec<Point<'_>> = lines.iter().skip(at).map_while(point).collect();
            let blocks = self.list(&some, 0, depth);
            give(self, blocks);
            return some.len();
        }
        if text.starts_with(' ') && !start.is_empty() && !start.starts_with('<') {
            let some: Vec<&Line> = lines
                .iter()
                .skip(at)
                .take_while(|line| line.text.starts_with(' ') && !line.text.trim().is_empty())
                .collect();
            let text = self.indented(&some, depth);
            give(
                self,
                vec![Block::Code {
                    language: String::new(),
                    text,
                }],
            );
            return some.len();
        }
        0
    }

    /// The blocks of a line that holds nothing but marks of them.
    fn alone(&self, text: &str) -> Option<Vec<Block>> {
        if !text.starts_with(OPEN) {
            return None;
        }
        let mut out = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (Part::Block(blocks), length) = self.marked(rest)? else {
                return None;
            };
            out.extend(blocks.iter().cloned());
            rest = rest.get(length..)?.trim_start();
        }
        Some(out)
    }

    fn paragraph(&mut self, lines: &mut Vec<&Line>, out: &mut Vec<Block>, depth: usize) {
        let Some(first) = lines.first() else { return };
        let number = first.number;
        let text: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
        let (words, behind) = self.with_blocks(&text.join("\n"), number, depth);
        lines.clear();
        if !words.is_empty() {
            out.push(Block::Paragraph(words));
        }
        out.extend(behind);
    }

    /// A line of words; blocks that stand in the middle of it come behind it.
    fn with_blocks(&mut self, text: &str, number: usize, depth: usize) -> (Vec<Inline>, Vec<Block>) {
        let mut behind = Vec::new();
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(OPEN) {
            let (before, mark) = rest.split_at(at);
            out.push_str(before);
            let length = match self.marked(mark) {
                Some((Part::Block(blocks), length)) => {
                    behind.extend(blocks.iter().cloned());
                    length
                }
                Some((Part::Inline(_), length)) => {
                    out.push_str(mark.get(..length).unwrap_or_default());
                    length
                }
                None => OPEN.len_utf8(),
            };
            rest = mark.get(length..).unwrap_or_default();
        }
        out.push_str(rest);
        (self.inline(out.trim(), number, depth), behind)
    }

    fn indented(&mut self, lines: &[&Line], depth: usize) -> String {
        let mut out = String::new();
        for line in lines {
            let words = self.inline(line.text.get(1..).unwrap_or_default(), line.number, depth);
            let spaces = line.text.len() - 1 - line.text.trim_start().len().min(line.text.len() - 1);
            out.push_str(&" ".repeat(spaces));
            out.push_str(crate::document::words(&words).trim_start());
            out.push('\n');
        }
        out
    }

    /// Lines of a list, from this mark of theirs on.
    fn list(&mut self, points: &[Point<'_>], level: usize, depth: usize) -> Vec<Block> {
        let mut out = Vec::new();
        let mut rest = points;
        while let Some(first) = rest.first() {
            let mark = first.marks.chars().nth(level).unwrap_or('*');
            let same = |point: &&Point<'_>| {
                point
                    .marks
                    .chars()
                    .nth(level)
                    .is_some_and(|other| kin(mark, other))
            };
            let count = rest.iter().take_while(same).count().max(1);
            let (some, left) = rest.split_at(count);
            match mark {
                ':' | ';' => out.extend(self.indentation(some, level, depth)),
                _ => out.push(self.points(some, level, depth, mark)),
            }
            rest = left;
        }
        out
    }

    fn points(&mut self, points: &[Point<'_>], level: usize, depth: usize, mark: char) -> Block {
        let mut items: Vec<Entry> = Vec::new();
        let mut at = 0;
        while let Some(point) = points.get(at) {
            if point.marks.len() == level + 1 {
                let (words, behind) = self.with_blocks(point.words, point.number, depth);
                let mut blocks = vec![Block::Paragraph(words)];
                blocks.extend(behind);
                items.push(Entry { done: None, blocks });
                at += 1;
                continue;
            }
            let deeper = points
                .iter()
                .skip(at)
                .take_while(|point| point.marks.len() > level + 1)
                .count();
            let inner = self.list(points.get(at..at + deeper).unwrap_or_default(), level + 1, depth);
            match items.last_mut() {
                Some(entry) => entry.blocks.extend(inner),
                None => items.push(Entry {
                    done: None,
                    blocks: inner,
                }),
            }
            at += deeper;
        }
        Block::List {
            first: (mark == '#').then_some(1),
            items,
        }
    }

    /// `;` names what `:` explains; `:` alone only moves to the right.
    fn indentation(&mut self, points: &[Point<'_>], level: usize, depth: usize) -> Vec<Block> {
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(point) = points.get(at) {
            if point.marks.len() > level + 1 {
                let deeper = points
                    .iter()
                    .skip(at)
                    .take_while(|point| point.marks.len() > level + 1)
                    .count();
                out.extend(self.list(points.get(at..at + deeper).unwrap_or_default(), level + 1, depth));
                at += deeper;
                continue;
            }
            if point.marks.ends_with(';') {
                let (term, meaning) = point.words.split_once(" : ").unwrap_or((point.words, ""));
                out.push(Block::Paragraph(vec![Inline::Strong(self.inline(
                    term.trim(),
                    point.number,
                    depth,
                ))]));
                if !meaning.trim().is_empty() {
                    out.push(Block::Paragraph(self.inline(meaning.trim(), point.number, depth)));
                }
            } else {
                let (words, behind) = self.with_blocks(point.words, point.number, depth);
                out.push(Block::Paragraph(words));
                out.extend(behind);
            }
            at += 1;
        }
        out
    }
}

/// `;` and `:` make one list.
const fn kin(mark: char, other: char) -> bool {
    matches!((mark, other), (':' | ';', ':' | ';') | ('*', '*') | ('#', '#'))
}

fn point(line: &Line) -> Option<Point<'_>> {
    let text = line.text.trim_end();
    let length = text.chars().take_while(|letter| POINTS.contains(letter)).count();
    let kept = length.min(LISTS_MAX);
    (length > 0 && !text.get(length..)?.trim_start().starts_with("{|")).then_some(Point {
        marks: text.get(..kept)?,
        words: text.get(length..)?.trim(),
        number: line.number,
    })
}

/// `== Words ==`
fn heading(text: &str) -> Option<(u8, &str)> {
    let level = text.bytes().take_while(|byte| *byte == b'=').count();
    let behind = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    let level = level.min(behind).min(6);
    if level == 0 || text.len() <= 2 * level {
        return None;
    }
    let words = text.get(level..text.len() - level)?.trim();
    (!words.is_empty()).then_some((u8::try_from(level).unwrap_or(6), words))
}
