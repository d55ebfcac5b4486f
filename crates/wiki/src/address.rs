//! Neutral addresses: how a page of an export leads to another page or file of it, until whoever keeps the pages has given
//! them numbers. Pure.
//!
//! `[text](wiki-page:Printers%20and%20paper)` and `![text](wiki-file:Tray.png)`. What follows the colon is a key, in percent
//! signs; nothing that an export says can be taken for one, for readers encode every address that they write.

use crate::percent;

const PAGE: &str = "wiki-page:";
const FILE: &str = "wiki-file:";
/// The text of a link is looked for no further back than so many bytes.
const TEXT_MAX: usize = 4_000;

/// What an address means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Page(String),
    File(String),
}

/// What it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// Another address.
    Address(String),
    /// No link: only its text stays.
    Text,
}

/// The address of a page.
#[must_use]
pub fn page(key: &str) -> String {
    format!("{PAGE}{}", percent::encode(key))
}

/// The address of a file.
#[must_use]
pub fn file(key: &str) -> String {
    format!("{FILE}{}", percent::encode(key))
}

/// Reads an address.
#[must_use]
pub fn target(address: &str) -> Option<Target> {
    if let Some(key) = address.strip_prefix(PAGE) {
        return Some(Target::Page(percent::decode(key)));
    }
    let key = address.strip_prefix(FILE)?;
    Some(Target::File(percent::decode(key)))
}

/// Every neutral address of a text in its order, with its line from 1.
#[must_use]
pub fn all(markdown: &str) -> Vec<(Target, usize)> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = markdown;
    while let Some(at) = next(rest) {
        line += rest.get(..at).map_or(0, |before| before.matches('\n').count());
        let Some(address) = rest.get(at + 2..) else { break };
        let end = address.find(')').unwrap_or(address.len());
        if let Some(target) = address.get(..end).and_then(target) {
            found.push((target, line));
        }
        rest = address;
    }
    found
}

/// Where the next `](wiki-` begins.
fn next(text: &str) -> Option<usize> {
    text.find("](wiki-")
}

/// Replaces the neutral addresses of a text.
pub fn replace(markdown: &str, mut by: impl FnMut(&Target) -> Becomes) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(at) = next(rest) {
        let (before, behind) = rest.split_at(at);
        let address = behind.get(2..).unwrap_or_default();
        let end = address.find(')').unwrap_or(address.len());
        let meant = address.get(..end).and_then(target);
        let Some(meant) = meant else {
            out.push_str(before);
            out.push_str("](");
            rest = address;
            continue;
        };
        match by(&meant) {
            Becomes::Address(new) => {
                out.push_str(before);
                out.push_str("](");
                out.push_str(&new);
                out.push(')');
            }
            Becomes::Text => {
                out.push_str(before);
                unlink(&mut out);
            }
        }
        rest = address.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Takes the opening bracket of the link whose text stands at the end.
fn unlink(out: &mut String) {
    let bytes = out.as_bytes();
    let mut depth = 0_usize;
    let mut at = bytes.len();
    let earliest = bytes.len().saturating_sub(TEXT_MAX);
    while at > earliest {
        at -= 1;
        let escapes = bytes.get(..at).map_or(0, |before| {
            before.iter().rev().take_while(|byte| **byte == b'\\').count()
        });
        if escapes % 2 == 1 {
            continue;
        }
        match bytes.get(at) {
            Some(b']') => depth += 1,
            Some(b'[') if depth > 0 => depth -= 1,
            Some(b'[') => break,
            Some(b'\n') if bytes.get(at.wrapping_sub(1)) == Some(&b'\n') => return,
            _ => {}
        }
    }
    if bytes.get(at) != Some(&b'[') {
        return;
    }
    out.remove(at);
    if at > 0 && out.as_bytes().get(at - 1) == Some(&b'!') {
        out.remove(at - 1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_become_numbers_and_what_leads_nowhere_stays_as_text() {
        let text = format!(
            "See [paper]({}) and [ink \\[black\\]]({}).\n\n![tray]({}) ![lost]({})",
            page("Printers/paper (A4)"),
            page("Gone"),
            file("Tray 1.png"),
            file("Lost.png"),
        );
        let found: Vec<Target> = all(&text).into_iter().map(|(target, _)| target).collect();
        assert_eq!(found[0], Target::Page("Printers/paper (A4)".to_owned()));
        assert_eq!(all(&text)[2].1, 3);
        let new = replace(&text, |target| match target {
            Target::Page(key) if key.starts_with("Printers") => Becomes::Address("article:7".to_owned()),
            Target::File(key) if key == "Tray 1.png" => Becomes::Address("file:abc".to_owned()),
            _ => Becomes::Text,
        });
        assert_eq!(
            new,
            "See [paper](article:7) and ink \\[black\\].\n\n![tray](file:abc) lost"
        );
    }

    proptest! {
        #[test]
        fn a_key_comes_back_whole(key in "\\PC{1,40}") {
            prop_assert_eq!(target(&page(&key)), Some(Target::Page(key.clone())));
            prop_assert!(!page(&key).contains([')', ' ', '(']));
        }

        #[test]
        fn any_text_can_be_gone_over(text in "[\\[\\]()!\\\\a\n]{0,30}(\\]\\(wiki-page:x\\))?[\\[\\]()!\\\\]{0,10}") {
            let out = replace(&text, |_| Becomes::Text);
            prop_assert!(out.len() <= text.len());
        }
    }
}
