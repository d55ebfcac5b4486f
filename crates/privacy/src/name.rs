//! Names of people: those one is told of, and whoever signs.

use crate::{Kind, Piece, stands_alone};

/// Letters of a part of a name that is looked for by itself.
const PART_LEAST: usize = 3;
/// Lines behind which somebody signs, in small letters.
const GREETINGS: [&str; 9] = [
    "regards",
    "best",
    "kind",
    "thanks",
    "thank you",
    "sincerely",
    "cheers",
    "谢谢",
    "此致",
];
/// What stands before a name that somebody says of themselves.
const INTRODUCTIONS: [&str; 3] = ["my name is ", "我叫", "本人"];
const GREETING_MOST: usize = 30;

/// Where people are named; pieces may overlap.
pub(super) fn found(text: &str, known: &[String]) -> Vec<Piece> {
    let mut found = Vec::new();
    let lower = text.to_ascii_lowercase();
    let mut keep = |start: usize, end: usize| {
        found.push(Piece {
            start,
            end,
            kind: Kind::Name,
        });
    };
    for name in known.iter().map(|name| name.trim()) {
        if name.chars().count() < 2 {
            continue;
        }
        for (start, part) in lower.match_indices(&name.to_ascii_lowercase()) {
            if stands_alone(text, start, start + part.len()) {
                keep(start, start + part.len());
            }
        }
        // A part in the middle of a sentence is a name only with its capital.
        for part in name.split_whitespace().filter(|part| is_part(part)) {
            for (start, _) in text.match_indices(part) {
                if stands_alone(text, start, start + part.len()) {
                    keep(start, start + part.len());
                }
            }
        }
    }
    for (start, end) in signed(text).into_iter().chain(introduced(text, &lower)) {
        keep(start, end);
    }
    found
}

fn is_part(part: &str) -> bool {
    part.chars().count() >= PART_LEAST && part.starts_with(|letter: char| letter.is_uppercase())
}

/// The line behind a greeting, when it is a name by its looks.
fn signed(text: &str) -> Vec<(usize, usize)> {
    let (mut found, mut at, mut is_behind) = (Vec::new(), 0, false);
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if !words.is_empty() {
            if is_behind && looks_like_name(words) {
                let start = at + (line.len() - line.trim_start().len());
                found.push((start, start + words.len()));
            }
            let lower = words.to_lowercase();
            is_behind = lower.chars().count() <= GREETING_MOST
                && GREETINGS.iter().any(|greeting| lower.starts_with(greeting));
        }
        at += line.len();
    }
    found
}

fn introduced(text: &str, lower: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for word in INTRODUCTIONS {
        for (at, _) in lower.match_indices(word) {
            let start = at + word.len();
            let behind = text.get(start..).unwrap_or_default();
            let end = if word.is_ascii() {
                behind.find(|letter: char| !(letter.is_alphabetic() || matches!(letter, ' ' | '-' | '\'')))
            } else {
                behind.find(|letter: char| !is_han(letter))
            };
            let name = behind
                .get(..end.unwrap_or(behind.len()))
                .unwrap_or_default()
                .trim_end();
            if looks_like_name(name) {
                found.push((start, start + name.len()));
            }
        }
    }
    found
}

/// One to three words with a capital, or two to four Chinese characters.
fn looks_like_name(words: &str) -> bool {
    let letters = words.chars().count();
    if words.chars().all(is_han) {
        return (2..=4).contains(&letters);
    }
    let parts: Vec<&str> = words.split(' ').collect();
    let is_word = |part: &&str| {
        part.starts_with(|letter: char| letter.is_uppercase())
            && part
                .chars()
                .all(|letter| letter.is_alphabetic() || matches!(letter, '-' | '\'' | '.'))
    };
    (1..=3).contains(&parts.len()) && letters > 2 && parts.iter().all(is_word)
}

const fn is_han(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}')
}
