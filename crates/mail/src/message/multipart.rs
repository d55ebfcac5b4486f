//! Cutting a multipart body at its boundary lines (RFC 2046 section 5.1.1).
//!
//! A delimiter is a whole line: `--boundary`, perhaps `--`, then only white space — or, as the RFC's note to
//! implementors demands, text after white space. Requiring that what follows is not more boundary characters keeps an
//! inner boundary that begins with the outer one from being cut.

use super::header::take_line;

/// The pieces of a multipart body; the epilogue is not part of the message and is left out.
pub(crate) struct Pieces<'a> {
    pub preamble: &'a [u8],
    pub parts: Vec<&'a [u8]>,
    /// True when any delimiter, even only the closing one, was found.
    pub found: bool,
}

/// Cuts `body`; at most `limit` parts are cut, the last of which then holds all the rest.
pub(crate) fn cut<'a>(body: &'a [u8], boundary: &str, limit: usize) -> Pieces<'a> {
    let exact = cut_exact(body, boundary, limit);
    let trimmed = boundary.trim_end();
    // RFC 2046: a boundary cannot end in white space; one that does may have lost it on the way.
    if exact.found || trimmed.len() == boundary.len() {
        exact
    } else {
        cut_exact(body, trimmed, limit)
    }
}

fn cut_exact<'a>(body: &'a [u8], boundary: &str, limit: usize) -> Pieces<'a> {
    let mut pieces = Pieces {
        preamble: body,
        parts: Vec::new(),
        found: false,
    };
    if boundary.is_empty() {
        return pieces;
    }
    let mut part_start: Option<usize> = None;
    let mut at = 0;
    while at < body.len() {
        let (line, next) = take_line(&body[at..]);
        let line_end = body.len() - next.len();
        let Some(delimiter) = delimiter(line, boundary.as_bytes()) else {
            at = line_end;
            continue;
        };
        let content_end = before_line_break(body, at);
        match part_start {
            // An empty part has its delimiter's line break taken twice, hence `max`.
            Some(start) => pieces.parts.push(&body[start..content_end.max(start)]),
            None if !pieces.found => pieces.preamble = &body[..content_end],
            None => {}
        }
        pieces.found = true;
        part_start = (delimiter == Delimiter::Next).then_some(line_end);
        if delimiter == Delimiter::Close || pieces.parts.len() + 1 >= limit {
            break;
        }
        at = line_end;
    }
    // Without a closing delimiter the last part goes to the end (the message was cut off).
    if let Some(start) = part_start {
        pieces.parts.push(&body[start..]);
    }
    pieces
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Delimiter {
    Next,
    Close,
}

fn delimiter(line: &[u8], boundary: &[u8]) -> Option<Delimiter> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    let is_end = |rest: &[u8]| rest.first().is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    if is_end(rest) {
        return Some(Delimiter::Next);
    }
    rest.strip_prefix(b"--")
        .filter(|rest| is_end(rest))
        .map(|_| Delimiter::Close)
}

/// The line break before a delimiter belongs to the delimiter.
fn before_line_break(body: &[u8], at: usize) -> usize {
    let before = &body[..at];
    match before {
        [.., b'\r', b'\n'] => at - 2,
        [.., b'\n'] => at - 1,
        _ => at,
    }
}

/// The boundary a body evidently uses when its Content-Type forgot to name it: a first line of dashes and more that
/// comes again as a closing delimiter.
pub(crate) fn evident_boundary(body: &[u8]) -> Option<String> {
    let (line, rest) = std::iter::successors(Some(take_line(body)), |(_, rest)| {
        (!rest.is_empty()).then(|| take_line(rest))
    })
    .take(20)
    .find(|(line, _)| !line.trim_ascii().is_empty())?;
    let boundary = line
        .strip_prefix(b"--")
        .filter(|boundary| (4..=200).contains(&boundary.len()))?;
    let boundary = std::str::from_utf8(boundary).ok()?.trim_end();
    let closing = format!("--{boundary}--");
    let mut rest = rest;
    while !rest.is_empty() {
        let (line, next) = take_line(rest);
        if line.trim_ascii_end() == closing.as_bytes() {
            return Some(boundary.to_owned());
        }
        rest = next;
    }
    None
}
