//! Shapes of machines: their names, and their addresses in a network.

use std::net::Ipv6Addr;

use crate::{Kind, Piece, stands_alone, words};

/// Last parts of names that only a house itself knows.
const INNER: [&str; 8] = [
    "local", "lan", "intra", "intranet", "internal", "corp", "home", "test",
];
/// How machines are called before their number.
const BEGINNINGS: [&str; 14] = [
    "PC", "LAPTOP", "DESKTOP", "NB", "WS", "SRV", "SERVER", "HOST", "WIN", "MAC", "PRN", "PRINTER", "NAS",
    "SW",
];
/// Endings of files, which look like names of machines.
const FILES: [&str; 22] = [
    "exe", "dll", "log", "txt", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "pdf", "zip", "msi", "bat",
    "ps1", "cmd", "ini", "conf", "json", "xml", "png", "jpg",
];
/// Parts of a public name that stands for itself, like `www.example.com`.
const PARTS_LEAST: usize = 3;

/// The machines that a text seems to name; pieces may overlap.
pub(super) fn found(text: &str, known: &[String]) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut keep = |start: usize, length: usize, kind: Kind| {
        found.push(Piece {
            start,
            end: start + length,
            kind,
        });
    };
    for name in known.iter().filter(|name| name.chars().count() > 2) {
        let (lower, wanted) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
        for (start, _) in lower.match_indices(&wanted) {
            if stands_alone(text, start, start + wanted.len()) {
                keep(start, wanted.len(), Kind::Host);
            }
        }
    }
    for (start, word) in words(text, is_of_host) {
        let kept = word.trim_matches(['.', '-']);
        let start = start + (word.len() - word.trim_start_matches(['.', '-']).len());
        if is_machine(kept) || is_name(kept) {
            keep(start, kept.len(), Kind::Host);
        } else if is_ipv4(kept) && !is_version(text, start) {
            keep(start, kept.len(), Kind::Address);
        }
    }
    for (start, word) in words(text, |letter| {
        letter.is_ascii_hexdigit() || matches!(letter, ':' | '-')
    }) {
        let kept = word.trim_matches('-');
        let start = start + (word.len() - word.trim_start_matches('-').len());
        if (is_ipv6(kept) || is_mac(kept)) && stands_alone(text, start, start + kept.len()) {
            keep(start, kept.len(), Kind::Address);
        }
    }
    for (start, _) in text.match_indices("\\\\") {
        let behind = text.get(start + 2..).unwrap_or_default();
        let length = behind.find(|letter| !is_of_host(letter)).unwrap_or(behind.len());
        if length > 0 {
            keep(start, length + 2, Kind::Host);
        }
    }
    found
}

fn is_of_host(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_')
}

/// `LAPTOP-8H3K2`: a known beginning, and a number behind a hyphen.
fn is_machine(word: &str) -> bool {
    let upper = word.to_ascii_uppercase();
    let Some((beginning, rest)) = upper.split_once('-') else {
        return false;
    };
    BEGINNINGS.contains(&beginning) && rest.len() > 2 && rest.contains(|letter: char| letter.is_ascii_digit())
}

/// `erp.example.com`, `files.local`.
fn is_name(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let Some(last) = parts.last().map(|part| part.to_ascii_lowercase()) else {
        return false;
    };
    let is_whole = parts.iter().all(|part| !part.is_empty() && !part.contains('_'));
    let is_word = last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_file = FILES.contains(&last.as_str());
    let is_long = parts.len() >= PARTS_LEAST && parts.iter().all(|part| part.len() > 1);
    is_whole && is_word && !is_file && (is_long || (parts.len() > 1 && INNER.contains(&last.as_str())))
}

/// Four numbers below 256; those that mean the machine itself or all of them say nothing.
fn is_ipv4(word: &str) -> bool {
    let parts: Vec<Option<u8>> = word.split('.').map(|part| part.parse().ok()).collect();
    match parts.as_slice() {
        [Some(first), Some(_), Some(_), Some(_)] => !matches!(first, 0 | 127 | 255),
        _ => false,
    }
}

/// A version can look like an address; a word says which it is.
fn is_version(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default().trim_end().to_lowercase();
    ["version", "ver", "ver.", "build", "release", "版本", "版", "v"]
        .iter()
        .any(|word| before.ends_with(word))
}

fn is_ipv6(word: &str) -> bool {
    word.matches(':').count() > 2
        && word
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| !address.is_loopback() && !address.is_unspecified())
}

fn is_mac(word: &str) -> bool {
    let is_parted = |mark: char| {
        let parts: Vec<&str> = word.split(mark).collect();
        parts.len() == 6
            && parts
                .iter()
                .all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    is_parted(':') || is_parted('-')
}
