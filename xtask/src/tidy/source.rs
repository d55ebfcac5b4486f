//! Rust source taken apart just far enough: code without comments and strings, the strings, and which lines are tests.
//!
//! Not a parser. It knows comments, strings of every kind, and characters, which is what searching for words needs so that
//! a word in a comment is not taken for code.

/// A string as written, without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    pub line: usize,
    /// What stands on the same line before it, in code.
    pub before: String,
    pub text: String,
}

/// A source file taken apart.
#[derive(Debug)]
pub struct Source {
    /// The code, with comments and the insides of strings left out; lines stay where they were.
    pub code: String,
    pub literals: Vec<Literal>,
    tests: Vec<(usize, usize)>,
}

impl Source {
    /// Takes a text apart.
    pub fn of(text: &str) -> Self {
        let mut reader = Reader {
            bytes: text.as_bytes(),
            at: 0,
            line: 1,
            code: Vec::new(),
            literals: Vec::new(),
        };
        while reader.at < reader.bytes.len() {
            reader.step();
        }
        let code = String::from_utf8_lossy(&reader.code).into_owned();
        let tests = test_modules(&code);
        Self {
            code,
            literals: reader.literals,
            tests,
        }
    }

    /// Whether a line belongs to code that is compiled for tests only.
    pub fn is_test(&self, line: usize) -> bool {
        self.tests
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&line))
    }

    /// The lines of code with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
    code: Vec<u8>,
    literals: Vec<Literal>,
}

impl Reader<'_> {
    fn step(&mut self) {
        let rest = &self.bytes[self.at..];
        let after_word = self
            .code
            .last()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if rest.starts_with(b"//") {
            let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            self.skip(length);
        } else if rest.starts_with(b"/*") {
            self.skip(block_comment(rest));
        } else if let Some((open, close)) = raw_string(rest).filter(|_| !after_word) {
            let length = rest[open..]
                .windows(close.len())
                .position(|window| window == close)
                .unwrap_or(rest.len() - open);
            self.literal(open, length, close.len());
        } else if rest[0] == b'"' {
            self.literal(1, string(&rest[1..]), 1);
        } else if rest[0] == b'\'' {
            let length = character(rest);
            self.code.push(b'\'');
            self.skip(length.max(1));
        } else {
            self.code.push(rest[0]);
            if rest[0] == b'\n' {
                self.line += 1;
            }
            self.at += 1;
        }
    }

    /// Passes over bytes and keeps only their line breaks.
    fn skip(&mut self, length: usize) {
        let end = (self.at + length).min(self.bytes.len());
        let breaks = self.bytes[self.at..end]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        self.code.extend(std::iter::repeat_n(b'\n', breaks));
        self.line += breaks;
        self.at = end;
    }

    fn literal(&mut self, open: usize, length: usize, close: usize) {
        let start = (self.at + open).min(self.bytes.len());
        let end = (start + length).min(self.bytes.len());
        let line_start = self
            .code
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        self.literals.push(Literal {
            line: self.line,
            before: String::from_utf8_lossy(&self.code[line_start..]).into_owned(),
            text: String::from_utf8_lossy(&self.bytes[start..end]).into_owned(),
        });
        self.code.extend_from_slice(b"\"\"");
        self.skip(open + length + close);
    }
}

/// The length of a comment between `/*` and its `*/`; such comments nest.
fn block_comment(text: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        match text.get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// For `r"`, `br#"` and kin: how long the opening is, and what closes it.
fn raw_string(text: &[u8]) -> Option<(usize, Vec<u8>)> {
    let prefix = [&b"br"[..], b"cr", b"r"]
        .into_iter()
        .find(|prefix| text.starts_with(prefix))?
        .len();
    let hashes = text[prefix..].iter().take_while(|byte| **byte == b'#').count();
    if text.get(prefix + hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.extend(std::iter::repeat_n(b'#', hashes));
    Some((prefix + hashes + 1, close))
}

/// The length of what stands before the closing quote.
fn string(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at.min(text.len())
}

/// The length of a character in quotes; of a lifetime, one.
fn character(text: &[u8]) -> usize {
    if text.get(1) == Some(&b'\\') {
        return text
            .iter()
            .skip(3)
            .position(|byte| *byte == b'\'')
            .map_or(1, |at| at + 4);
    }
    // One character is at most four bytes of UTF-8; a lifetime has no quote that near, unless in `'a'`.
    let text = String::from_utf8_lossy(&text[1..text.len().min(6)]).into_owned();
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some('\'')) => first.len_utf8() + 2,
        _ => 1,
    }
}

/// First and last lines of what stands behind `#[cfg(test)]`.
fn test_modules(code: &str) -> Vec<(usize, usize)> {
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    code.match_indices("#[cfg(test)]")
        .map(|(start, mark)| {
            let mut depth = 0_usize;
            for (offset, character) in code[start + mark.len()..].char_indices() {
                let at = start + mark.len() + offset;
                match character {
                    '{' => depth += 1,
                    '}' if depth <= 1 => return (line_of(start), line_of(at)),
                    '}' => depth -= 1,
                    ';' if depth == 0 => return (line_of(start), line_of(at)),
                    _ => {}
                }
            }
            (line_of(start), line_of(code.len()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        Source::of(source)
            .literals
            .into_iter()
            .map(|literal| literal.text)
            .collect()
    }

    #[test]
    fn words_in_comments_and_strings_are_not_code() {
        let source = Source::of(
            "use a; // axum\n/* axum /* nested */ axum */ let b = \"axum\\\"axum\"; let c = 'x';\n",
        );
        assert!(!source.code.contains("axum"), "{}", source.code);
        assert!(source.code.contains("let c"), "{}", source.code);
    }

    #[test]
    fn strings_of_every_kind_are_found() {
        assert_eq!(
            texts(r###"f("a\"b", r"c\", r#"d"e"#, b"f", br#"g"#)"###),
            ["a\\\"b", "c\\", "d\"e", "f", "g"]
        );
    }

    #[test]
    fn quotes_in_characters_and_lifetimes_open_nothing() {
        assert_eq!(
            texts(r#"fn f<'a>(x: &'a str) { g('"', '\'', '\u{22}', '中', "real") }"#),
            ["real"]
        );
    }

    #[test]
    fn lines_are_counted_through_strings_of_several_lines() {
        let source = Source::of("let a = \"one\ntwo\";\nlet b = \"three\";\n");
        assert_eq!(source.literals[1].line, 3);
        assert_eq!(source.literals[1].before, "let b = ");
        assert_eq!(source.code.lines().count(), 3);
    }

    #[test]
    fn a_test_module_ends_with_its_brace() {
        let source =
            Source::of("fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { c(\"}\") }\n}\nfn d() {}\n");
        assert!(!source.is_test(1) && source.is_test(4) && source.is_test(5) && !source.is_test(6));
    }
}
