//! A text as Markdown that means the same. Pure.
//!
//! Words of the other system are escaped, so that none of them becomes a mark by accident; no HTML is written but breaks in cells. Emphasis beside
//! Chinese punctuation is laid so that Markdown's rule of word borders does not undo it.

use crate::document::{Block, Entry, Inline, Table};

/// Between two lines of a cell, where Markdown has no mark of its own.
const IN_CELL: &str = "<br>";

/// Writes the blocks, one blank line between them and one line end behind.
#[must_use]
pub fn render(blocks: &[Block]) -> String {
    joined(blocks, "\n")
}

fn joined(blocks: &[Block], gap: &str) -> String {
    let mut out = String::new();
    for block in blocks {
        let text = one(block);
        if text.trim().is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(gap);
        }
        out.push_str(text.trim_end_matches([' ', '\n']));
        out.push('\n');
    }
    out
}

fn one(block: &Block) -> String {
    match block {
        Block::Heading(level, inner) => {
            let line = inlines(inner).replace('\n', " ");
            let line = line.trim().trim_end_matches('\\');
            if line.is_empty() {
                return String::new();
            }
            format!("{} {line}", "#".repeat(usize::from((*level).clamp(1, 6))))
        }
        Block::Paragraph(inner) => paragraph(inner),
        Block::List { first, items } => list(*first, items),
        Block::Quote(inner) => prefixed(&render(inner), "> "),
        Block::Callout(kind, inner) => {
            format!("> [!{}]\n{}", kind.word(), prefixed(&render(inner), "> "))
        }
        Block::Code { language, text } => fenced(language, text),
        Block::Table(rows) => table(rows),
        Block::Rule => "---".to_owned(),
    }
}

fn paragraph(inner: &[Inline]) -> String {
    let text = inlines(inner);
    let mut out = String::with_capacity(text.len());
    for line in text.trim().lines() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&line_start(line.trim_start()));
    }
    out.trim_end_matches('\\').to_owned()
}

/// Escapes what would be a mark only because it begins a line.
fn line_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let behind = line.get(digits..).unwrap_or_default();
    if (1..10).contains(&digits)
        && (behind.starts_with(". ") || behind.starts_with(") ") || behind == "." || behind == ")")
    {
        return format!("{}\\{behind}", line.get(..digits).unwrap_or_default());
    }
    let is_mark = line.starts_with(['#', '>', '=', '|'])
        || line.starts_with("~~~")
        || ["-", "+"].iter().any(|mark| {
            line.strip_prefix(mark)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '-', '\t']))
        });
    if is_mark {
        format!("\\{line}")
    } else {
        line.to_owned()
    }
}

fn list(first: Option<u64>, items: &[Entry]) -> String {
    let mut out = String::new();
    let is_loose = items.iter().any(|entry| {
        let others = entry
            .blocks
            .iter()
            .filter(|block| !matches!(block, Block::List { .. }));
        others.clone().count() > 1 || !others.clone().all(|block| matches!(block, Block::Paragraph(_)))
    });
    for (number, entry) in (first.unwrap_or(1)..).zip(items) {
        let mark = match first {
            Some(_) => format!("{number}. "),
            None => "- ".to_owned(),
        };
        let task = match entry.done {
            Some(true) => "[x] ",
            Some(false) => "[ ] ",
            None => "",
        };
        let body = joined(&entry.blocks, if is_loose { "\n" } else { "" });
        let indent = " ".repeat(mark.len());
        if is_loose && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&mark);
        out.push_str(task);
        for (place, line) in body.trim_end().lines().enumerate() {
            if place > 0 {
                out.push('\n');
                if !line.is_empty() {
                    out.push_str(&indent);
                }
            }
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

fn prefixed(text: &str, prefix: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = format!("{prefix}{line}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    let language: String = language
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '#' | '-' | '_' | '.'))
        .take(30)
        .collect();
    format!("{fence}{language}\n{}\n{fence}", text.trim_end_matches('\n'))
}

fn longest_run(text: &str, of: char) -> usize {
    let (mut longest, mut now) = (0, 0);
    for letter in text.chars() {
        now = if letter == of { now + 1 } else { 0 };
        longest = longest.max(now);
    }
    longest
}

fn table(table: &Table) -> String {
    let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns == 0 {
        return String::new();
    }
    let line = |row: &[Vec<Inline>]| {
        let cells = row.iter().map(|cell| format!(" {} |", in_cell(cell)));
        format!("|{}", cells.collect::<String>())
    };
    let mut rows = table.rows.iter();
    let mut out = String::new();
    if !table.caption.is_empty() {
        out.push_str(&paragraph(&[Inline::Strong(table.caption.clone())]));
        out.push_str("\n\n");
    }
    let mut head = if table.has_head {
        rows.next().cloned().unwrap_or_default()
    } else {
        Vec::new()
    };
    head.resize(columns, Vec::new());
    out.push_str(&line(&head));
    out.push_str("\n|");
    out.push_str(&" --- |".repeat(columns));
    for row in rows {
        out.push('\n');
        out.push_str(&line(row));
    }
    out
}

fn in_cell(inner: &[Inline]) -> String {
    let text = inlines(inner);
    let mut out = String::new();
    for line in text.trim().lines() {
        let line = line.trim().trim_end_matches('\\');
        if line.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(IN_CELL);
        }
        out.push_str(&unescaped_bars(line));
    }
    out
}

/// A bar ends a cell, in code as well.
fn unescaped_bars(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut is_escaped = false;
    for letter in line.chars() {
        if letter == '|' && !is_escaped {
            out.push('\\');
        }
        is_escaped = letter == '\\' && !is_escaped;
        out.push(letter);
    }
    out
}

/// Writes the pieces of a paragraph; breaks are `\` at the end of a line.
fn inlines(inner: &[Inline]) -> String {
    let pieces: Vec<(Option<&'static str>, String)> = inner.iter().map(piece).collect();
    let mut out = String::new();
    for (place, (mark, text)) in pieces.iter().enumerate() {
        let Some(mark) = mark else {
            // What stood between two blanks may have gone.
            let is_double = out.ends_with(' ') && text.starts_with(' ');
            out.push_str(text.get(usize::from(is_double)..).unwrap_or_default());
            continue;
        };
        let behind = pieces.get(place + 1..).unwrap_or_default();
        let next = behind.iter().find_map(|(mark, text)| match mark {
            Some(_) if !text.is_empty() => Some('*'),
            _ => text.chars().next(),
        });
        let before = out.chars().next_back();
        out.push_str(&marked(mark, text, before, next));
    }
    out
}

/// A mark that must be laid with care, and the text; or only the text.
fn piece(inline: &Inline) -> (Option<&'static str>, String) {
    match inline {
        Inline::Text(text) => (None, escape(text)),
        Inline::Strong(inner) => (Some("**"), inlines(inner)),
        Inline::Emphasis(inner) => (Some("*"), inlines(inner)),
        Inline::Strike(inner) => (Some("~~"), inlines(inner)),
        Inline::Code(text) => (None, code(text)),
        Inline::Link { address, text } => (None, link(address, &inlines(text))),
        Inline::Picture { address, text } => {
            let text = escape(text).replace('\n', " ");
            (None, format!("![{}]({})", text.trim(), safe_address(address)))
        }
        Inline::Break => (None, "\\\n".to_owned()),
    }
}

fn link(address: &str, text: &str) -> String {
    let text = text.replace("\\\n", " ").replace('\n', " ");
    let text = text.trim();
    let address = safe_address(address);
    if address.is_empty() {
        return text.to_owned();
    }
    if text.is_empty() || text == address {
        let is_plain = address.starts_with("http") && !address.contains(['<', '>', '|']);
        return if is_plain {
            format!("<{address}>")
        } else {
            format!("[{}]({address})", escape(&address))
        };
    }
    format!("[{text}]({address})")
}

/// An address without what would end it early.
fn safe_address(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for letter in address.trim().chars() {
        match letter {
            ' ' => out.push_str("%20"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '|' => out.push_str("%7C"),
            '\\' => out.push_str("%5C"),
            '"' => out.push_str("%22"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    if text.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A letter at which a word may end: neither letter nor blank.
fn is_punctuation(letter: char) -> bool {
    !letter.is_alphanumeric() && !letter.is_whitespace()
}

/// Lays a mark around a text. Blanks go outside, and so does punctuation where the rule of word borders would undo the mark.
fn marked(mark: &str, text: &str, before: Option<char>, next: Option<char>) -> String {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let mut start = text.len() - text.trim_start_matches([' ', '\n', '\t']).len();
    let mut end = text.trim_end_matches([' ', '\n', '\t']).len();
    if start >= end {
        return text.to_owned();
    }
    if start == 0 && is_word(before) {
        start += leading(text.get(start..end).unwrap_or_default());
    }
    if end == text.len() && is_word(next) && start < end {
        end -= trailing(text.get(start..end).unwrap_or_default());
    }
    let (Some(head), Some(core), Some(tail)) = (text.get(..start), text.get(start..end), text.get(end..))
    else {
        return text.to_owned();
    };
    if core.is_empty() || core.ends_with('\\') {
        return text.to_owned();
    }
    format!("{head}{mark}{core}{mark}{tail}")
}

/// Bytes of punctuation in front that are no marks.
fn leading(text: &str) -> usize {
    let plain = |letter: char| is_punctuation(letter) && !letter.is_ascii();
    text.len() - text.trim_start_matches(plain).len()
}

fn trailing(text: &str) -> usize {
    let plain = |letter: char| {
        is_punctuation(letter) && (!letter.is_ascii() || matches!(letter, ':' | '.' | ',' | ';' | '?'))
    };
    text.len() - text.trim_end_matches(plain).len()
}

/// Escapes a text of another system.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        let needs = match letter {
            '\\' | '`' | '*' | '[' | ']' => true,
            '_' => !(before.is_alphanumeric() && next.is_alphanumeric()),
            '<' => next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'),
            '&' => next == '#' || next.is_ascii_alphabetic(),
            '~' => next == '~' || before == '~',
            _ => false,
        };
        if needs {
            out.push('\\');
        }
        match letter {
            '\r' => {}
            '\u{a0}' | '\t' => out.push(' '),
            letter if letter.is_control() && letter != '\n' => {}
            letter => out.push(letter),
        }
        before = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(words: &str) -> Inline {
        Inline::text(words)
    }

    #[test]
    fn words_of_another_system_are_no_marks() {
        let block = Block::Paragraph(vec![text("1. *not* a [list] of <b>snake_case</b> & &amp;")]);
        assert_eq!(
            render(&[block]),
            "1\\. \\*not\\* a \\[list\\] of \\<b>snake_case\\</b> & \\&amp;\n"
        );
        let block = Block::Paragraph(vec![text("# no heading"), Inline::Break, text("- no list")]);
        assert_eq!(render(&[block]), "\\# no heading\\\n\\- no list\n");
    }

    #[test]
    fn emphasis_beside_chinese_keeps_its_effect() {
        let block = Block::Paragraph(vec![Inline::Strong(vec![text("注意：")]), text("先关机。")]);
        assert_eq!(render(&[block]), "**注意**：先关机。\n");
        let block = Block::Paragraph(vec![text("a"), Inline::Strong(vec![text(" b ")]), text("c")]);
        assert_eq!(render(&[block]), "a **b** c\n");
    }

    #[test]
    fn lists_hold_what_belongs_to_their_points() {
        let inner = Block::List {
            first: None,
            items: vec![Entry {
                done: Some(true),
                blocks: vec![Block::Paragraph(vec![text("x")])],
            }],
        };
        let code = Block::Code {
            language: "sh".to_owned(),
            text: "ls\n\npwd".to_owned(),
        };
        let point = |blocks| Entry { done: None, blocks };
        let list = Block::List {
            first: Some(3),
            items: vec![
                point(vec![Block::Paragraph(vec![text("one")]), inner]),
                point(vec![Block::Paragraph(vec![text("two")]), code]),
            ],
        };
        let wanted = "3. one\n\n   - [x] x\n\n4. two\n\n   ```sh\n   ls\n\n   pwd\n   ```\n";
        assert_eq!(render(&[list]), wanted);
    }

    #[test]
    fn tables_hold_bars_and_lines() {
        let table = Table {
            caption: vec![text("Ports")],
            has_head: true,
            rows: vec![
                vec![vec![text("a|b")], vec![text("c")]],
                vec![vec![text("1"), Inline::Break, text("2")]],
            ],
        };
        assert_eq!(
            render(&[Block::Table(table)]),
            "**Ports**\n\n| a\\|b | c |\n| --- | --- |\n| 1<br>2 |\n"
        );
    }

    proptest! {
        #[test]
        fn code_is_never_left_early(text in "[`a\n ]{1,20}") {
            let block = render(&[Block::Code { language: String::new(), text: text.clone() }]);
            let fence = block.lines().next().unwrap().to_owned();
            prop_assert_eq!(block.lines().filter(|line| line.trim() == fence).count(), 2);
        }
    }
}
