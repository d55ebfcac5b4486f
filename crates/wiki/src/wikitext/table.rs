//! Tables of wikitext: `{|`, `|-`, `!`, `|`, `|}`.

use super::strip::{OPEN, attribute};
use super::{Line, Reading};
use crate::What;
use crate::document::{self, Block, Inline, Table};

/// Cells in a row; more of them are put together in the last.
const COLUMNS_MAX: usize = 60;

/// A cell while its lines are gathered.
#[derive(Debug, Default)]
struct Cell {
    lines: Vec<Line>,
    is_head: bool,
    across: usize,
    down: usize,
}

/// How many lines a table has that begins on the first of these.
pub fn length(lines: &[Line]) -> usize {
    let mut depth = 0_usize;
    for (place, line) in lines.iter().enumerate() {
        let text = line.text.trim_start().trim_start_matches(':').trim_start();
        if text.starts_with("{|") {
            depth += 1;
        } else if text.starts_with("|}") && !text.starts_with("|}}") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return place + 1;
            }
        }
    }
    lines.len()
}

impl Reading<'_> {
    /// Reads the lines of a table.
    pub fn table(&mut self, lines: &[Line], depth: usize) -> Block {
        let is_closed = lines.len() > 1
            && lines
                .last()
                .is_some_and(|line| line.text.trim_start().starts_with("|}"));
        let number = lines.first().map_or(1, |line| line.number);
        if !is_closed {
            self.complain(number, What::Unclosed, "{|");
        }
        let inner = lines
            .get(1..lines.len() - usize::from(is_closed))
            .unwrap_or_default();
        let (caption, rows) = gather(inner);
        let caption = caption.map_or_else(Vec::new, |line| self.inline(&line.text, line.number, depth));
        let mut table = Table {
            caption,
            has_head: rows
                .first()
                .is_some_and(|row| row.iter().all(|cell| cell.is_head)),
            rows: Vec::new(),
        };
        let mut from_above: Vec<usize> = Vec::new();
        for row in rows {
            let row = self.row(row, &mut from_above, depth);
            table.rows.push(row);
        }
        Block::Table(table)
    }

    fn row(&mut self, row: Vec<Cell>, from_above: &mut Vec<usize>, depth: usize) -> Vec<Vec<Inline>> {
        let is_head_row = row.iter().all(|cell| cell.is_head);
        let mut cells: Vec<(Vec<Inline>, usize, usize)> = Vec::new();
        for cell in row {
            let blocks = self.blocks(&cell.lines, depth + 1);
            let words = document::flat(blocks);
            let words = if cell.is_head && !is_head_row && !words.is_empty() {
                vec![Inline::Strong(words)]
            } else {
                words
            };
            cells.push((words, cell.across, cell.down));
        }
        lay(cells, from_above)
    }
}

/// Lays the cells of a row beside each other, empty ones where a cell is wider or comes from above.
pub fn lay(cells: Vec<(Vec<Inline>, usize, usize)>, from_above: &mut Vec<usize>) -> Vec<Vec<Inline>> {
    let mut out: Vec<Vec<Inline>> = Vec::new();
    let skip = |out: &mut Vec<Vec<Inline>>, from_above: &mut Vec<usize>| {
        while let Some(left) = from_above.get_mut(out.len()).filter(|left| **left > 0) {
            *left -= 1;
            out.push(Vec::new());
        }
    };
    for (words, across, down) in cells {
        skip(&mut out, from_above);
        if out.len() >= COLUMNS_MAX {
            if let Some(last) = out.last_mut() {
                last.push(Inline::Break);
                last.extend(words);
            }
            continue;
        }
        let mut words = Some(words);
        for _ in 0..across.clamp(1, COLUMNS_MAX) {
            let place = out.len();
            if from_above.len() <= place {
                from_above.resize(place + 1, 0);
            }
            if let Some(left) = from_above.get_mut(place) {
                *left = down.saturating_sub(1);
            }
            out.push(words.take().unwrap_or_default());
        }
    }
    skip(&mut out, from_above);
    out
}

/// The caption and the cells, each with its lines.
fn gather(lines: &[Line]) -> (Option<Line>, Vec<Vec<Cell>>) {
    let mut caption = None;
    let mut rows: Vec<Vec<Cell>> = vec![Vec::new()];
    let mut nested = 0_usize;
    for line in lines {
        let text = line.text.trim_start();
        let is_inner = nested > 0;
        if text.starts_with("{|") {
            nested += 1;
        } else if text.starts_with("|}") {
            nested = nested.saturating_sub(1);
        }
        if is_inner || nested > 0 {
            add_line(&mut rows, line);
        } else if let Some(rest) = text.strip_prefix("|+") {
            caption = Some(Line {
                text: without_attributes(rest).1.to_owned(),
                number: line.number,
            });
        } else if text.starts_with("|-") {
            rows.push(Vec::new());
        } else if let Some(rest) = text.strip_prefix('!') {
            add_cells(&mut rows, rest, line.number, true);
        } else if let Some(rest) = text.strip_prefix('|') {
            add_cells(&mut rows, rest, line.number, false);
        } else {
            add_line(&mut rows, line);
        }
    }
    rows.retain(|row| !row.is_empty());
    (caption, rows)
}

fn add_line(rows: &mut [Vec<Cell>], line: &Line) {
    if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
        cell.lines.push(line.clone());
    }
}

fn add_cells(rows: &mut [Vec<Cell>], text: &str, number: usize, is_head: bool) {
    let Some(row) = rows.last_mut() else { return };
    for part in apart(text, is_head) {
        let (attributes, words) = without_attributes(part);
        let span = |name| {
            let value = attribute(attributes, name).and_then(|value| value.trim().parse::<usize>().ok());
            value.unwrap_or(1).clamp(1, 200)
        };
        row.push(Cell {
            lines: vec![Line {
                text: words.trim().to_owned(),
                number,
            }],
            is_head,
            across: span("colspan"),
            down: span("rowspan"),
        });
    }
}

/// The cells of one line: between `||`, and between `!!` in a row of heads, but not inside links.
fn apart(text: &str, is_head: bool) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut links, mut from, mut at) = (0_usize, 0, 0);
    let mut parts = Vec::new();
    while let Some(byte) = bytes.get(at) {
        let is_double = bytes.get(at + 1) == Some(byte);
        match byte {
            b'[' if is_double => {
                links += 1;
                at += 1;
            }
            b']' if is_double => {
                links = links.saturating_sub(1);
                at += 1;
            }
            b'|' | b'!' if is_double && links == 0 && (*byte == b'|' || is_head) => {
                parts.push(text.get(from..at).unwrap_or_default());
                at += 1;
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

/// `style="…" | words`: the attributes and the words of a cell. What is no attribute stays with the words, for `a|b` is more
/// often a slip than a wish to hide `a`.
fn without_attributes(text: &str) -> (&str, &str) {
    match text.split_once('|') {
        Some((attributes, words)) if is_attributes(attributes) => (attributes, words),
        _ => ("", text),
    }
}

fn is_attributes(text: &str) -> bool {
    text.trim().is_empty() || (text.contains('=') && !text.contains(['<', OPEN]) && !text.contains("[["))
}
