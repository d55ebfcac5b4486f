//! The words of a line as pieces: emphasis, links, addresses, tags, letters written as entities.

use super::strip::{OPEN, Part, Tag, tag};
use super::{DEEPEST, Reading, entity};
use crate::document::{self, Inline};

/// What a line is made of, before its marks have found each other.
enum Token {
    Piece(Inline),
    Words(String),
    /// So many apostrophes.
    Quotes(usize),
    Open(Mark),
    Close(Mark),
    /// The end of a line, where emphasis ends.
    End,
}

/// Marks that words can be between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Strong,
    Emphasis,
    Strike,
    Code,
}

/// Protocols of addresses that stand in a text as they are.
pub(super) const PROTOCOLS: [&str; 5] = ["https://", "http://", "ftp://", "mailto:", "tel:"];

/// Where a text stands while it is read, and what was found out about what comes.
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
    pub line: usize,
    pub depth: usize,
    /// Where each `[[` that is closed ends, by its place; sorted.
    pub pairs: Vec<(usize, usize)>,
    /// Where the next `]` is, once looked for.
    pub next_close: Option<usize>,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

impl Reading<'_> {
    /// Reads the words of a paragraph, a point, or a cell that begins on this line.
    pub fn inline(&mut self, text: &str, line: usize, depth: usize) -> Vec<Inline> {
        if depth > DEEPEST {
            return vec![Inline::text(text)];
        }
        let mut cursor = Cursor {
            text,
            at: 0,
            line,
            depth,
            pairs: pairs(text),
            next_close: None,
        };
        let mut tokens = Vec::new();
        while cursor.at < text.len() {
            self.token(&mut cursor, &mut tokens);
        }
        tokens.push(Token::End);
        assemble(settle(tokens))
    }

    fn token(&mut self, cursor: &mut Cursor<'_>, tokens: &mut Vec<Token>) {
        let rest = cursor.rest();
        let plain = rest.find(special).unwrap_or(rest.len());
        if plain > 0 {
            let (words, used) = with_address(rest, plain, cursor);
            tokens.extend(words);
            cursor.at += used;
            return;
        }
        let Some(first) = rest.chars().next() else { return };
        let used = match first {
            '\n' => {
                cursor.line += 1;
                tokens.push(Token::End);
                tokens.push(Token::Words(" ".to_owned()));
                1
            }
            OPEN => self.marked_part(rest, tokens),
            '\'' => {
                let run = rest.bytes().take_while(|byte| *byte == b'\'').count();
                tokens.push(if run == 1 {
                    Token::Words("'".to_owned())
                } else {
                    Token::Quotes(run)
                });
                run
            }
            '&' => {
                let (letter, length) = entity::at_start(rest).unwrap_or(('&', 1));
                tokens.push(Token::Words(letter.to_string()));
                length
            }
            '<' => match tag(rest) {
                Some(tag) => tagged(&tag, tokens),
                None => word(tokens, "<"),
            },
            '[' => self.bracket(cursor, tokens),
            '_' => match behaviour(rest) {
                Some(length) => length,
                None => {
                    let run = rest.bytes().take_while(|byte| *byte == b'_').count();
                    word(tokens, rest.get(..run).unwrap_or("_"))
                }
            },
            other => word(tokens, other.encode_utf8(&mut [0; 4])),
        };
        cursor.at += used.max(1);
    }

    fn marked_part(&self, rest: &str, tokens: &mut Vec<Token>) -> usize {
        match self.marked(rest) {
            Some((Part::Inline(inner), length)) => {
                tokens.extend(inner.iter().cloned().map(Token::Piece));
                length
            }
            Some((Part::Block(blocks), length)) => {
                tokens.extend(document::flat(blocks.clone()).into_iter().map(Token::Piece));
                length
            }
            None => OPEN.len_utf8(),
        }
    }

    fn bracket(&mut self, cursor: &mut Cursor<'_>, tokens: &mut Vec<Token>) -> usize {
        let found = if cursor.rest().starts_with("[[") {
            self.link(cursor)
        } else {
            self.outward(cursor)
        };
        match found {
            Some((pieces, used)) => {
                tokens.extend(pieces.into_iter().map(Token::Piece));
                used
            }
            None => word(tokens, "["),
        }
    }
}

fn word(tokens: &mut Vec<Token>, text: &str) -> usize {
    tokens.push(Token::Words(text.to_owned()));
    text.len()
}

const fn special(letter: char) -> bool {
    matches!(letter, '\n' | '\'' | '&' | '<' | '[' | '_' | OPEN)
}

/// `__TOC__` and its like, which nobody reads.
fn behaviour(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("__")?;
    let length = inner.bytes().take(40).take_while(u8::is_ascii_uppercase).count();
    (length > 2 && inner.get(length..)?.starts_with("__")).then_some(length + 4)
}

/// Words up to what is special; an address among them is a link, and may go on over some special letters.
fn with_address(rest: &str, plain: usize, cursor: &Cursor<'_>) -> (Vec<Token>, usize) {
    let words = rest.get(..plain).unwrap_or_default();
    let found = PROTOCOLS
        .iter()
        .filter(|protocol| protocol.ends_with('/'))
        .filter_map(|protocol| words.find(protocol))
        .min();
    let Some(at) = found else {
        return (vec![Token::Words(words.to_owned())], plain);
    };
    let behind = rest.get(at..).unwrap_or_default();
    let end = behind.find(|letter: char| {
        letter.is_whitespace()
            || matches!(letter, '<' | '>' | '[' | ']' | '"' | '|' | '{' | '}' | OPEN)
            || is_wide_mark(letter)
    });
    let address = behind.get(..end.unwrap_or(behind.len())).unwrap_or_default();
    let address = address.split("''").next().unwrap_or_default();
    let address = address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
    debug_assert!(
        cursor.at + at + address.len() <= cursor.text.len(),
        "an address ends within its text"
    );
    let mut tokens = vec![Token::Words(rest.get(..at).unwrap_or_default().to_owned())];
    tokens.push(Token::Piece(Inline::Link {
        address: entity::decode(address),
        text: Vec::new(),
    }));
    (tokens, at + address.len().max(1))
}

/// Punctuation of Chinese: an address ends before it.
const fn is_wide_mark(letter: char) -> bool {
    matches!(letter, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

fn tagged(tag: &Tag<'_>, tokens: &mut Vec<Token>) -> usize {
    let mark = match tag.name.as_str() {
        "b" | "strong" => Mark::Strong,
        "i" | "em" | "dfn" | "cite" => Mark::Emphasis,
        "s" | "del" | "strike" => Mark::Strike,
        "code" | "tt" | "kbd" | "samp" | "var" => Mark::Code,
        "br" | "p" | "li" | "tr" | "hr" => {
            if !tag.is_end {
                tokens.push(Token::Piece(Inline::Break));
            }
            return tag.length;
        }
        "sup" if !tag.is_end => {
            tokens.push(Token::Words("^".to_owned()));
            return tag.length;
        }
        // Marks that Markdown does not have: their words stay.
        "u" | "ins" | "sub" | "sup" | "small" | "big" | "span" | "font" | "div" | "center" | "blockquote"
        | "abbr" | "table" | "td" | "th" | "ul" | "ol" | "dl" | "dt" | "dd" | "caption" | "thead"
        | "tbody" | "q" | "mark" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "section" | "poem" | "rp"
        | "rt" | "ruby" | "bdi" | "wbr" | "a" | "img" | "script" | "style" | "iframe" | "object" => {
            return tag.length;
        }
        _ => return word(tokens, "<"),
    };
    tokens.push(if tag.is_end {
        Token::Close(mark)
    } else {
        Token::Open(mark)
    });
    tag.length
}

/// Gives apostrophes their meaning, line by line, as MediaWiki does: two are emphasis, three are strong, five are both.
fn settle(tokens: Vec<Token>) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len());
    let mut open: Vec<Mark> = Vec::new();
    let mut line: Vec<Token> = Vec::new();
    for token in tokens {
        let ends = matches!(token, Token::End);
        line.push(token);
        if ends {
            settle_line(std::mem::take(&mut line), &mut open, &mut out);
        }
    }
    out
}

fn settle_line(line: Vec<Token>, open: &mut Vec<Mark>, out: &mut Vec<Token>) {
    let count = |fits: fn(usize) -> bool| {
        line.iter()
            .filter(|token| matches!(token, Token::Quotes(run) if fits(*run)))
            .count()
    };
    let strong = count(|run| run == 3 || run >= 5 || run == 4);
    let emphasis = count(|run| run == 2 || run >= 5);
    // One of three apostrophes is a letter when nothing else comes out even.
    let mut is_odd = strong % 2 == 1 && emphasis % 2 == 1;
    for token in line {
        match token {
            Token::Quotes(run) => {
                let mut run = run;
                if run == 4 || run > 5 {
                    let extra = if run == 4 { 1 } else { run - 5 };
                    out.push(Token::Words("'".repeat(extra)));
                    run -= extra;
                }
                if run == 3 && is_odd {
                    is_odd = false;
                    out.push(Token::Words("'".to_owned()));
                    run = 2;
                }
                if run == 3 || run == 5 {
                    toggle(Mark::Strong, open, out);
                }
                if run == 2 || run == 5 {
                    toggle(Mark::Emphasis, open, out);
                }
            }
            Token::End => {
                for mark in std::mem::take(open) {
                    out.push(Token::Close(mark));
                }
            }
            other => out.push(other),
        }
    }
}

fn toggle(mark: Mark, open: &mut Vec<Mark>, out: &mut Vec<Token>) {
    if let Some(place) = open.iter().position(|other| *other == mark) {
        open.remove(place);
        out.push(Token::Close(mark));
    } else {
        open.push(mark);
        out.push(Token::Open(mark));
    }
}

/// Puts pieces into the marks they stand between. A mark that ends while another is open inside it takes that up again behind.
fn assemble(tokens: Vec<Token>) -> Vec<Inline> {
    let mut stack: Vec<(Mark, Vec<Inline>)> = Vec::new();
    let mut out: Vec<Inline> = Vec::new();
    for token in tokens {
        match token {
            Token::Piece(piece) => top(&mut stack, &mut out).push(piece),
            Token::Words(words) => match top(&mut stack, &mut out).last_mut() {
                // Between two blanks a category may have stood.
                Some(Inline::Text(text)) if words == " " && text.ends_with(' ') => {}
                Some(Inline::Text(text)) if text == " " && words.starts_with(' ') => *text = words,
                Some(Inline::Text(text)) => text.push_str(&words),
                _ => top(&mut stack, &mut out).push(Inline::Text(words)),
            },
            Token::Open(mark) => {
                if !stack.iter().any(|(other, _)| *other == mark) {
                    stack.push((mark, Vec::new()));
                }
            }
            Token::Close(mark) => {
                let Some(place) = stack.iter().rposition(|(other, _)| *other == mark) else {
                    continue;
                };
                let mut again = Vec::new();
                while stack.len() > place {
                    let Some((inner_mark, inner)) = stack.pop() else {
                        break;
                    };
                    if stack.len() > place {
                        again.push(inner_mark);
                    }
                    if let Some(piece) = wrap(inner_mark, inner) {
                        top(&mut stack, &mut out).push(piece);
                    }
                }
                stack.extend(again.into_iter().rev().map(|mark| (mark, Vec::new())));
            }
            Token::Quotes(_) | Token::End => {}
        }
    }
    while let Some((mark, inner)) = stack.pop() {
        if let Some(piece) = wrap(mark, inner) {
            top(&mut stack, &mut out).push(piece);
        }
    }
    out
}

fn top<'a>(stack: &'a mut [(Mark, Vec<Inline>)], out: &'a mut Vec<Inline>) -> &'a mut Vec<Inline> {
    stack.last_mut().map_or(out, |(_, inner)| inner)
}

fn wrap(mark: Mark, inner: Vec<Inline>) -> Option<Inline> {
    if inner.is_empty() {
        return None;
    }
    Some(match mark {
        Mark::Strong => Inline::Strong(inner),
        Mark::Emphasis => Inline::Emphasis(inner),
        Mark::Strike => Inline::Strike(inner),
        Mark::Code => Inline::Code(document::words(&inner)),
    })
}

/// Where each `[[` that is closed ends.
fn pairs(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let is_double = bytes.get(at + 1) == Some(byte);
        match byte {
            b'[' if is_double => {
                open.push(at);
                at += 1;
            }
            b']' if is_double => {
                if let Some(start) = open.pop() {
                    found.push((start, at + 2));
                }
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    found.sort_unstable();
    found
}
