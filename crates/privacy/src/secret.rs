//! Shapes of secrets: what stands behind words like `password`, and keys that are known by how they begin.

use crate::{Kind, Piece, words};

/// Words behind which a secret stands, in small letters.
const WORDS: [&str; 21] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "secret_key",
    "access_key",
    "private_key",
    "token",
    "api_key",
    "api-key",
    "apikey",
    "authorization",
    "cookie",
    "sessionid",
    "session_id",
    "sessid",
    "密码",
    "口令",
    "密钥",
    "令牌",
];

/// How keys of widely used services begin.
const BEGINNINGS: [&str; 16] = [
    "AKIA",
    "ASIA",
    "AIza",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxa-",
    "xoxb-",
    "xoxp-",
    "npm_",
    "sk-",
    "eyJ",
    "whsec_",
];
const KEY_LEAST: usize = 20;
/// Letters of the shortest secret.
const LEAST: usize = 3;

/// Words before a secret that are none themselves.
const SCHEMES: [&str; 3] = ["basic", "bearer", "digest"];
const BLOCK: &str = "-----BEGIN ";
const BLOCK_END: &str = "-----END ";
/// What surrounds a value and is no part of it.
const AROUND: [char; 10] = ['"', '\'', '`', '{', '}', ',', ';', '。', '，', '\\'];

/// The secrets that a text seems to hold; pieces may overlap.
pub(super) fn found(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut keep = |start: usize, end: usize| {
        found.push(Piece {
            start,
            end,
            kind: Kind::Secret,
        });
    };
    for (start, _) in text.match_indices(BLOCK) {
        let rest = text.get(start..).unwrap_or_default();
        let last = rest.find(BLOCK_END).and_then(|at| Some((at, rest.get(at..)?)));
        let length = match last {
            Some((at, line)) => at + line.find('\n').unwrap_or(line.len()),
            None => rest.len(),
        };
        keep(start, start + length);
    }
    for (start, word) in words(text, is_of_key) {
        if is_key(word) {
            keep(start, start + word.len());
        }
    }
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        for (start, end) in given(line) {
            keep(begin + start, begin + end);
        }
        begin += line.len();
    }
    found
}

fn is_of_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

/// A key has digits; a word that begins like one has none.
fn is_key(word: &str) -> bool {
    word.len() >= KEY_LEAST
        && word.contains(|letter: char| letter.is_ascii_digit())
        && BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
}

/// What stands behind a word that names a secret.
fn given(line: &str) -> Vec<(usize, usize)> {
    // Small letters of the Latin kind only, so that places stay the same.
    let line = line.to_ascii_lowercase();
    let mut found = Vec::new();
    for word in WORDS {
        for (at, _) in line.match_indices(word) {
            let from = at + word.len();
            let before = line.get(..at).unwrap_or_default();
            let behind = line.get(from..).unwrap_or_default();
            let value = value(behind).or_else(|| {
                let is_given = is_option(before) && behind.starts_with(' ');
                is_given.then(|| long(behind)).flatten()
            });
            found.extend(value.map(|(start, end)| (from + start, from + end)));
        }
    }
    found
}

/// `=` or `:` and a value, with the quotes of JSON or of a program; or in Chinese, where it reads `密码是abc123`.
fn value(behind: &str) -> Option<(usize, usize)> {
    let rest = behind.trim_start_matches(['"', '\'', '\\', '`', ' ']);
    let place = |value: &str| behind.len() - value.len();
    if let Some(value) = rest.strip_prefix(['=', ':', '：']) {
        return long(value).map(|(start, end)| (place(value) + start, place(value) + end));
    }
    let value = rest.strip_prefix(['是', '为'])?.trim_start();
    let length = value.chars().take_while(char::is_ascii_graphic).count();
    (length >= LEAST).then(|| (place(value), place(value) + length))
}

/// The word is the end of `--db-password` or the like.
fn is_option(before: &str) -> bool {
    before
        .rsplit(char::is_whitespace)
        .next()
        .is_some_and(|start| start.starts_with('-'))
}

/// The first word, when it is long enough for a secret; behind the name of a scheme also the second.
fn long(value: &str) -> Option<(usize, usize)> {
    let word = |from: usize| {
        let rest = value.get(from..)?;
        let start = from + rest.find(|letter: char| !letter.is_whitespace())?;
        let rest = value.get(start..)?;
        Some((
            start,
            start + rest.find(char::is_whitespace).unwrap_or(rest.len()),
        ))
    };
    let (mut start, mut end) = word(0)?;
    let first = value.get(start..end)?;
    if first.chars().count() < LEAST {
        return None;
    }
    if SCHEMES.contains(&first.trim_matches(AROUND)) {
        end = word(end).map_or(end, |(_, end)| end);
    }
    let whole = value.get(start..end)?;
    let kept = whole.trim_start_matches(AROUND);
    start += whole.len() - kept.len();
    end = start + kept.trim_end_matches(AROUND).len();
    if start == end {
        // Nothing but marks: whoever looks will see it.
        return word(0);
    }
    Some((start, end))
}
