//! Two versions side by side: line against line, with the words marked that differ. Pure.
//!
//! Lines that were replaced stand beside each other when they have something in common; long stretches without a difference are
//! folded to one row that says how many lines there are.

use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};

/// Lines without a difference that are shown around one.
const AROUND: usize = 3;
/// Lines this long are compared as a whole: their words would take too long.
const LONG: usize = 20_000;
/// Two lines with less in common than this are no change of one into the other.
const ALIKE: f32 = 0.3;
/// In longer stretches lines stand alone: to find each one's fellow would take too long.
const BLOCK: usize = 40;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub changed: bool,
}

/// A line of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: usize,
    pub pieces: Vec<Piece>,
}

/// What stands beside each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub left: Option<Line>,
    pub right: Option<Line>,
    /// So many lines without a difference, instead of lines.
    pub folded: usize,
    differs: bool,
}

impl Row {
    /// What happened to the line, for its dress.
    pub fn class(&self) -> &'static str {
        match (&self.left, &self.right) {
            (Some(_), Some(_)) if !self.differs => "same",
            (Some(_), Some(_)) => "changed",
            (Some(_), None) => "removed",
            _ => "added",
        }
    }

    /// The number of the line on the left.
    pub fn left_number(&self) -> Option<usize> {
        self.left.as_ref().map(|line| line.number)
    }

    /// The number of the line on the right.
    pub fn right_number(&self) -> Option<usize> {
        self.right.as_ref().map(|line| line.number)
    }
}

/// What differs; empty when nothing does.
pub fn compare(before: &str, after: &str) -> Vec<Row> {
    if before.trim_end() == after.trim_end() {
        return Vec::new();
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut rows = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        match op {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => {
                for step in 0..len {
                    rows.push(same(old[old_index + step], old_index + step, new_index + step));
                }
            }
            DiffOp::Delete {
                old_index, old_len, ..
            } => rows.extend((old_index..old_index + old_len).map(|at| removed(old[at], at))),
            DiffOp::Insert {
                new_index, new_len, ..
            } => rows.extend((new_index..new_index + new_len).map(|at| added(new[at], at))),
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => replaced(
                &mut rows,
                (&old[old_index..old_index + old_len], old_index),
                (&new[new_index..new_index + new_len], new_index),
            ),
        }
    }
    folded(rows)
}

fn whole(text: &str, at: usize, changed: bool) -> Line {
    let piece = Piece {
        text: text.to_owned(),
        changed,
    };
    Line {
        number: at + 1,
        pieces: vec![piece],
    }
}

fn same(text: &str, left: usize, right: usize) -> Row {
    Row {
        left: Some(whole(text, left, false)),
        right: Some(whole(text, right, false)),
        ..Row::default()
    }
}

fn removed(text: &str, at: usize) -> Row {
    Row {
        left: Some(whole(text, at, false)),
        differs: true,
        ..Row::default()
    }
}

fn added(text: &str, at: usize) -> Row {
    Row {
        right: Some(whole(text, at, false)),
        differs: true,
        ..Row::default()
    }
}

/// Lines that became each other stand beside each other; what has no fellow stands alone.
fn replaced(rows: &mut Vec<Row>, (old, old_at): (&[&str], usize), (new, new_at): (&[&str], usize)) {
    let (mut left, mut right) = (0, 0);
    for (one, other) in fellows(old, new).into_iter().chain([(old.len(), new.len())]) {
        rows.extend((left..one).map(|at| removed(old[at], old_at + at)));
        rows.extend((right..other).map(|at| added(new[at], new_at + at)));
        if let (Some(before), Some(after)) = (old.get(one), new.get(other)) {
            let (pieces, others) = words(before, after);
            rows.push(Row {
                left: Some(Line {
                    number: old_at + one + 1,
                    pieces,
                }),
                right: Some(Line {
                    number: new_at + other + 1,
                    pieces: others,
                }),
                folded: 0,
                differs: true,
            });
        }
        (left, right) = (one + 1, other + 1);
    }
}

/// Which lines became which, in their order, so that as much as possible is alike.
fn fellows(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    if old.len() > BLOCK || new.len() > BLOCK {
        return Vec::new();
    }
    let width = new.len() + 1;
    let mut likeness = vec![0.0_f32; (old.len() + 1) * width];
    let mut sums = likeness.clone();
    for left in (0..old.len()).rev() {
        for right in (0..new.len()).rev() {
            let at = left * width + right;
            likeness[at] = alike(old[left], new[right]);
            let together = likeness[at] + sums[at + width + 1];
            sums[at] = together.max(sums[at + width]).max(sums[at + 1]);
        }
    }
    let (mut left, mut right, mut pairs) = (0, 0, Vec::new());
    while left < old.len() && right < new.len() {
        let at = left * width + right;
        if likeness[at] > 0.0 && sums[at] <= likeness[at] + sums[at + width + 1] {
            pairs.push((left, right));
            (left, right) = (left + 1, right + 1);
        } else if sums[at + width] >= sums[at + 1] {
            left += 1;
        } else {
            right += 1;
        }
    }
    pairs
}

/// How much two lines have in common, 0 to 1; nothing when that is too little to speak of.
fn alike(old: &str, new: &str) -> f32 {
    if old.len() + new.len() > LONG {
        return 0.0;
    }
    let spoken = |text| -> Vec<&str> {
        let all = pieces(text).into_iter();
        all.filter(|piece| piece.chars().any(char::is_alphanumeric))
            .collect()
    };
    let (old, new) = (spoken(old), spoken(new));
    let ratio = TextDiff::from_slices(&old, &new).ratio();
    if ratio < ALIKE || old.is_empty() || new.is_empty() {
        0.0
    } else {
        ratio
    }
}

/// Both lines with their differing words marked.
fn words(old: &str, new: &str) -> (Vec<Piece>, Vec<Piece>) {
    let (old, new) = (pieces(old), pieces(new));
    let diff = TextDiff::from_slices(&old, &new);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => {
                push(&mut left, change.value(), false);
                push(&mut right, change.value(), false);
            }
            ChangeTag::Delete => push(&mut left, change.value(), true),
            ChangeTag::Insert => push(&mut right, change.value(), true),
        }
    }
    (left, right)
}

fn push(pieces: &mut Vec<Piece>, text: &str, changed: bool) {
    match pieces.last_mut() {
        Some(last) if last.changed == changed => last.text.push_str(text),
        _ => pieces.push(Piece {
            text: text.to_owned(),
            changed,
        }),
    }
}

/// Words of letters that are written with spaces whole, all else by the character: Chinese has no spaces to cut at.
fn pieces(text: &str) -> Vec<&str> {
    let is_word = |letter: char| {
        letter.is_alphanumeric() && !matches!(letter, '\u{3040}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
    };
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut in_word = false;
    for (place, letter) in text.char_indices() {
        let joins = is_word(letter);
        if place > from && !(joins && in_word) {
            pieces.push(&text[from..place]);
            from = place;
        }
        in_word = joins;
    }
    if from < text.len() {
        pieces.push(&text[from..]);
    }
    pieces
}

/// Long stretches without a difference become one row.
fn folded(rows: Vec<Row>) -> Vec<Row> {
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        let to = (at + AROUND + 1).min(rows.len());
        rows[from..to].iter().any(|row| row.differs)
    };
    let kept: Vec<bool> = (0..rows.len()).map(near).collect();
    let mut shown: Vec<Row> = Vec::new();
    for (row, is_kept) in rows.into_iter().zip(kept) {
        match shown.last_mut() {
            _ if is_kept => shown.push(row),
            Some(last) if last.folded > 0 => last.folded += 1,
            _ => shown.push(Row {
                folded: 1,
                ..Row::default()
            }),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: Option<&Line>) -> String {
        let mark = |piece: &Piece| {
            if piece.changed {
                format!("[{}]", piece.text)
            } else {
                piece.text.clone()
            }
        };
        line.map(|line| line.pieces.iter().map(mark).collect())
            .unwrap_or_default()
    }

    #[test]
    fn a_changed_word_is_marked_on_both_sides() {
        let rows = compare("Open the menu.\nEnd.", "Open the settings.\nEnd.");
        assert_eq!(rows[0].class(), "changed");
        assert_eq!(text(rows[0].left.as_ref()), "Open the [menu].");
        assert_eq!(text(rows[0].right.as_ref()), "Open the [settings].");
        assert_eq!(rows[1].class(), "same");
    }

    #[test]
    fn a_line_that_only_got_another_number_is_no_new_line() {
        let rows = compare(
            "1. Wash.\n2. Plug it in again.",
            "1. Wash.\n2. Look for dust.\n3. Plug it in again.",
        );
        let classes: Vec<&str> = rows.iter().map(Row::class).collect();
        assert_eq!(classes, ["same", "added", "changed"]);
        assert_eq!(text(rows[2].right.as_ref()), "[3]. Plug it in again.");
    }

    #[test]
    fn chinese_is_compared_by_the_character() {
        let rows = compare("重启打印机。", "重启路由器。");
        assert_eq!(text(rows[0].right.as_ref()), "重启[路由器]。");
    }

    #[test]
    fn a_new_line_stands_alone_and_far_lines_are_folded() {
        let before: String = (0..40).map(|line| format!("line {line}\n")).collect();
        let after = before.replace("line 20\n", "line 20\nsomething altogether new\n");
        let rows = compare(&before, &after);
        let added: Vec<&Row> = rows
            .iter()
            .filter(|row| row.class() == "added" && row.folded == 0)
            .collect();
        assert_eq!(added.len(), 1);
        assert_eq!(added[0].right_number(), Some(22));
        assert_eq!(
            rows[0].folded + rows.iter().skip(1).map(|row| row.folded).sum::<usize>(),
            34
        );
    }

    #[test]
    fn nothing_differs_in_the_same_text() {
        assert!(compare("a\nb\n", "a\nb").is_empty());
    }
}
