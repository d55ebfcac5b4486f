//! Our Markdown as the Markdown that MkDocs reads. Pure.
//!
//! MkDocs' library is older than CommonMark: lists are further in by four, a list and a table begin behind a blank line, boxes have
//! marks of their own, fewer letters may be escaped, and HTML in a page runs. Code is left as it is.

use kernel::Locale;
use wiki::address::{Becomes, Target, replace};
use wiki::document::Callout;
use wiki::folder::{Meaning, neutral};

/// HTML that means only how words look.
const TAGS: [&str; 16] = [
    "<br>", "<br/>", "<br />", "<kbd>", "</kbd>", "<sub>", "</sub>", "<sup>", "</sup>", "<del>", "</del>",
    "<ins>", "</ins>", "<mark>", "</mark>", "<wbr>",
];

/// A text for MkDocs; `meaning` says what an address becomes, none when only its words stay.
pub fn portable(text: &str, locale: Locale, meaning: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut addresses: Vec<String> = Vec::new();
    let marked = neutral(
        text,
        &mut |address| match meaning(address) {
            Some(new) => {
                addresses.push(new);
                Meaning::Page(format!("{}", addresses.len() - 1))
            }
            None => Meaning::File("gone".to_owned()),
        },
        &|_| None,
    );
    let text = replace(&marked.text, |target| match target {
        Target::Page(place) => match place.parse::<usize>().ok().and_then(|place| addresses.get(place)) {
            Some(address) => Becomes::Address(address.clone()),
            None => Becomes::Text,
        },
        Target::File(_) => Becomes::Text,
    });
    let lines: Vec<&str> = text.lines().collect();
    let mut out = blocks(&lines, locale, 0).trim_end().to_owned();
    out.push('\n');
    out
}

/// Boxes in boxes.
const DEEPEST: usize = 6;

/// A list that a line stands in: where its words begin.
struct List {
    words: usize,
}

/// What is written so far, and where.
struct Writing {
    out: String,
    lists: Vec<List>,
    /// The kind of the line before.
    before: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Words,
    Point,
    Row,
}

fn blocks(lines: &[&str], locale: Locale, depth: usize) -> String {
    let mut writing = Writing {
        out: String::new(),
        lists: Vec::new(),
        before: Kind::Blank,
    };
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let start = line.trim_start();
        if let Some(length) = fence_length(lines.get(at..).unwrap_or_default()) {
            writing.code(lines.get(at..at + length).unwrap_or_default());
            at += length;
        } else if start.starts_with('>') && depth < DEEPEST {
            let length = lines
                .iter()
                .skip(at)
                .take_while(|line| line.trim_start().starts_with('>'))
                .count();
            writing.quote(lines.get(at..at + length).unwrap_or_default(), locale, depth);
            at += length;
        } else {
            writing.line(line);
            at += 1;
        }
    }
    writing.out
}

/// How many lines a stretch of code has that begins on the first of these.
fn fence_length(lines: &[&str]) -> Option<usize> {
    let start = lines.first()?.trim_start();
    let letter = ['`', '~'].into_iter().find(|letter| start.starts_with(*letter))?;
    let mark: String = start.chars().take_while(|other| *other == letter).collect();
    if mark.len() < 3 {
        return None;
    }
    let is_end = |line: &&str| {
        let line = line.trim();
        line.starts_with(&mark) && line.chars().all(|other| other == letter)
    };
    let inner = lines.iter().skip(1).position(is_end);
    Some(inner.map_or(lines.len(), |inner| inner + 2))
}

impl Writing {
    fn push(&mut self, indent: usize, text: &str) {
        if !text.is_empty() {
            self.out.push_str(&" ".repeat(indent));
            self.out.push_str(text);
        }
        self.out.push('\n');
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.before = Kind::Blank;
    }

    /// Leaves the lists that a line so far in does not belong to.
    fn leave(&mut self, indent: usize) {
        while self.lists.last().is_some_and(|list| indent < list.words) {
            self.lists.pop();
        }
    }

    fn line(&mut self, line: &str) {
        let start = line.trim_start();
        if start.is_empty() {
            self.blank();
            return;
        }
        let indent = line.len() - start.len();
        if let Some((mark, words)) = point(start) {
            self.leave(indent);
            let depth = self.lists.len();
            if depth == 0 && self.before == Kind::Words {
                self.blank();
            }
            self.lists.push(List {
                words: indent + (start.len() - words.len()).min(6),
            });
            self.push(4 * depth, &format!("{mark} {}", plain(words)));
            self.before = Kind::Point;
            return;
        }
        if self.before == Kind::Blank {
            self.leave(indent);
        }
        if start.starts_with('|') && self.before == Kind::Words {
            self.blank();
        }
        self.before = if start.starts_with('|') {
            Kind::Row
        } else {
            Kind::Words
        };
        let indent = 4 * self.lists.len();
        if start.starts_with('#') {
            self.lists.clear();
            self.push(0, &plain(start));
        } else {
            self.push(indent, &plain(start));
        }
    }

    /// Code: with its fences, or further in where it belongs to a point, for MkDocs knows fences at the margin only.
    fn code(&mut self, lines: &[&str]) {
        let Some(first) = lines.first() else { return };
        let indent = first.len() - first.trim_start().len();
        self.leave(indent);
        let depth = self.lists.len();
        self.blank();
        if depth == 0 {
            let start = first.trim_start();
            let mark: String = start
                .chars()
                .take_while(|letter| start.starts_with(*letter))
                .collect();
            // MkDocs takes a fence with more than a word behind it for words.
            let word: String = start
                .get(mark.len()..)
                .unwrap_or_default()
                .trim()
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || "_#+.-".contains(*letter))
                .collect();
            self.push(0, &format!("{mark}{word}"));
            for line in lines.iter().skip(1) {
                self.push(0, strip(line, indent));
            }
            if lines.len() < 2 || lines.last().is_some_and(|last| !last.trim().starts_with(&mark)) {
                self.push(0, &mark);
            }
        } else {
            for line in lines.iter().take(lines.len().saturating_sub(1)).skip(1) {
                self.push(4 * depth + 4, strip(line, indent));
            }
        }
        self.blank();
    }

    fn quote(&mut self, lines: &[&str], locale: Locale, depth: usize) {
        let Some(first) = lines.first() else { return };
        self.leave(first.len() - first.trim_start().len());
        let indent = 4 * self.lists.len();
        let inner: Vec<&str> = lines
            .iter()
            .map(|line| {
                let line = line.trim_start().trim_start_matches('>');
                line.strip_prefix(' ').unwrap_or(line)
            })
            .collect();
        let kind = inner
            .first()
            .and_then(|line| line.trim().strip_prefix("[!")?.split(']').next());
        self.blank();
        match kind {
            Some(kind) => {
                let (class, title) = named(kind, locale);
                self.push(indent, &format!("!!! {class} \"{title}\""));
                let body = blocks(inner.get(1..).unwrap_or_default(), locale, depth + 1);
                for line in body.lines() {
                    self.push(indent + 4, line);
                }
            }
            None => {
                let body = blocks(&inner, locale, depth + 1);
                for line in body.lines() {
                    self.push(indent, format!("> {line}").trim_end());
                }
            }
        }
        self.blank();
    }
}

fn strip(line: &str, indent: usize) -> &str {
    let blanks = line.bytes().take(indent).take_while(|byte| *byte == b' ').count();
    line.get(blanks..).unwrap_or_default()
}

/// A box's class and title.
fn named(kind: &str, locale: Locale) -> (&'static str, String) {
    match Callout::of(kind) {
        Callout::Note => ("note", locale.t("knowledge-export-note")),
        Callout::Tip => ("tip", locale.t("knowledge-export-tip")),
        Callout::Warning => ("warning", locale.t("knowledge-export-warning")),
        Callout::Caution => ("danger", locale.t("knowledge-export-caution")),
    }
}

/// The mark of a point and its words.
fn point(start: &str) -> Option<(String, &str)> {
    for mark in ["- ", "* ", "+ "] {
        if let Some(words) = start.strip_prefix(mark) {
            return Some(("-".to_owned(), words.trim_start()));
        }
    }
    let digits = start.bytes().take_while(u8::is_ascii_digit).count();
    let rest = start.get(digits..)?;
    let words = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))?;
    (1..10).contains(&digits).then(|| {
        (
            format!("{}.", start.get(..digits).unwrap_or("1")),
            words.trim_start(),
        )
    })
}

/// A line outside code: HTML that could run is words, and what is escaped that MkDocs does not escape is written otherwise.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['`', '<', '\\']) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let used = match behind.as_bytes().first() {
            Some(b'`') => {
                let length = code_length(behind);
                out.push_str(behind.get(..length).unwrap_or_default());
                length
            }
            Some(b'<') => tag(behind, &mut out),
            _ => escaped(behind, &mut out),
        };
        rest = behind.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn code_length(text: &str) -> usize {
    let length = |from: usize| text.bytes().skip(from).take_while(|byte| *byte == b'`').count();
    let run = length(0);
    let mut at = run;
    // Only as many as began it end it.
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('`')) {
        let end = length(at + next);
        at += next + end;
        if end == run {
            return at;
        }
    }
    run
}

fn tag(text: &str, out: &mut String) -> usize {
    let lower = text
        .get(..text.floor_char_boundary(8))
        .unwrap_or(text)
        .to_ascii_lowercase();
    if let Some(tag) = TAGS.iter().find(|tag| lower.starts_with(**tag)) {
        out.push_str(tag);
        return tag.len();
    }
    let is_address = ["<http://", "<https://", "<mailto:"]
        .iter()
        .any(|start| lower.starts_with(start.get(..8).unwrap_or(start)));
    let end = text.find('>').filter(|end| *end < 2_000);
    if let Some(end) = end.filter(|_| is_address && !text.get(1..).unwrap_or_default().starts_with(' ')) {
        let address = text.get(..=end).unwrap_or_default();
        let is_mail = lower.starts_with("<mailto:");
        let is_right = !is_mail || address.contains('@') && !address.contains(['/', '=']);
        if is_right && !address.contains([' ', '"', '\'']) {
            out.push_str(address);
            return end + 1;
        }
    }
    out.push_str("&lt;");
    1
}

fn escaped(text: &str, out: &mut String) -> usize {
    let Some(next) = text.chars().nth(1) else {
        // A break at the end of a line.
        out.push_str("  ");
        return 1;
    };
    match next {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '-' | '.' | '!' | '|' => {
            out.push('\\');
            out.push(next);
        }
        next if next.is_ascii_punctuation() => out.push(next),
        _ => {
            out.push('\\');
            return 1;
        }
    }
    1 + next.len_utf8()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        kernel::i18n::register(crate::LOCALES);
        let mut meaning = |address: &str| match address.strip_prefix("article:") {
            Some("12") => Some("../network/12-vpn.md".to_owned()),
            Some(_) => None,
            None => address.starts_with("https:").then(|| address.to_owned()),
        };
        portable(text, Locale::En, &mut meaning)
    }

    #[test]
    fn lists_tables_and_boxes_are_as_mkdocs_wants_them() {
        let text = "Do:\n1. one\n   - two\n\n     more\n2. three\n\n   ```sh\n   ls\n   ```\n\n> [!WARNING]\n> Hot\n> - x\n\nSee:\n| a |\n| --- |\n| 1 |\n";
        let wanted = "Do:\n\n1. one\n    - two\n\n        more\n\n2. three\n\n        ls\n\n!!! warning \"Warning\"\n    Hot\n\n    - x\n\nSee:\n\n| a |\n| --- |\n| 1 |\n";
        assert_eq!(written(text), wanted);
    }

    #[test]
    fn links_are_relative_and_nothing_runs() {
        let text = "[v](article:12) [gone](article:9) [x](javascript:1) [o](https://example.org) <script>a</script> <kbd>C</kbd> `<b>` \\<i\\> <https://example.org/a>\n\n```html\n<script>\n```\n";
        let wanted = "[v](../network/12-vpn.md) gone x [o](https://example.org) &lt;script>a&lt;/script> <kbd>C</kbd> `<b>` &lt;i&gt; <https://example.org/a>\n\n```html\n<script>\n```\n";
        assert_eq!(written(text), wanted);
    }

    #[test]
    fn code_ends_where_it_began_and_only_a_mail_address_is_one() {
        assert_eq!(written("`a``<b>` <i>\n"), "`a``<b>` &lt;i>\n");
        assert_eq!(written("`a``<b>\n"), "`a``&lt;b>\n");
        assert_eq!(written("<mailto:x/onload=y>\n"), "&lt;mailto:x/onload=y>\n");
        assert_eq!(written("```sh title=<b>\nls\n```\n"), "```sh\nls\n```\n");
    }

    proptest! {
        #[test]
        fn no_tag_of_ours_or_theirs_runs(text in "(<script>|<img onerror=x>|<|>|`|\\\\|a|\n|> |- |    |\\[x\\]\\(|\\)|1\\. |\\| ){0,40}") {
            let out = written(&text);
            let mut is_code = false;
            for line in out.lines() {
                if line.trim_start().starts_with("```") {
                    is_code = !is_code;
                }
                if !is_code && !line.contains('`') && !line.starts_with("    ") {
                    prop_assert!(!line.contains("<script") && !line.contains("<img"), "{}", out);
                }
            }
        }
    }
}
