//! A package as Markdown: the file that leaves the house, and the words of an issue. Pure.

use kernel::i18n::Locale;

use super::{Package, Piece};
use crate::deadline;

/// Letters of an issue's text; GitHub takes 65,536.
const ISSUE_MOST: usize = 60_000;

/// The whole package. `files` are the names under which the evidence lies beside it.
#[must_use]
pub fn whole(package: &Package, pieces: &[Piece], files: &[String], link: &str) -> String {
    let mut text = format!("# {}\n\n", line(&package.fault.title));
    text.push_str(&facts(package, link));
    text.push_str(&sections(package));
    if !pieces.is_empty() {
        heading(&mut text, package.locale, "handover-evidence");
        for (piece, file) in pieces.iter().zip(files) {
            text.push_str(&format!("- `evidence/{file}` – {}\n", line(&piece.name)));
        }
        text.push('\n');
    }
    text
}

/// The words of an issue: evidence stays here and is fetched by the link, for a tracker may be read by many.
#[must_use]
pub fn issue(package: &Package, pieces: &[Piece], link: &str) -> String {
    let mut text = facts(package, link);
    text.push_str(&sections(package));
    if !pieces.is_empty() {
        heading(&mut text, package.locale, "handover-evidence");
        for piece in pieces {
            text.push_str(&format!("- {}\n", line(&piece.name)));
        }
        text.push('\n');
    }
    let end = format!("\n{}\n", package.reference());
    let room = ISSUE_MOST - end.chars().count();
    if text.chars().count() > room {
        text = text.chars().take(room - 1).collect();
        text.push('…');
    }
    text + &end
}

fn facts(package: &Package, link: &str) -> String {
    let locale = package.locale;
    let due = deadline::words(package.due_at, locale, "UTC");
    let severity = locale.t(package.fault.severity.text_key());
    let rows = [
        ("handover-severity", severity),
        ("handover-report-due-at", format!("{due} UTC")),
        ("handover-package", format!("<{link}>")),
        ("handover-reference", format!("`{}`", package.reference())),
    ];
    let lines = rows.map(|(key, value)| format!("- **{}**: {value}\n", locale.t(key)));
    lines.concat() + "\n"
}

fn sections(package: &Package) -> String {
    let fault = &package.fault;
    let parts = [
        ("handover-steps", &fault.steps),
        ("handover-expected", &fault.expected),
        ("handover-actual", &fault.actual),
        ("handover-environment", &fault.environment),
        ("handover-versions", &fault.versions),
        ("handover-found", &fault.found),
        ("handover-tried", &fault.tried),
    ];
    let mut text = String::new();
    for (key, words) in parts.into_iter().filter(|(_, words)| !words.is_empty()) {
        heading(&mut text, package.locale, key);
        text.push_str(&fenced(words));
    }
    text
}

fn heading(text: &mut String, locale: Locale, key: &str) {
    text.push_str(&format!("## {}\n\n", locale.t(key)));
}

/// What people wrote stands as they wrote it: nothing in it is a heading, a mention, or a link of the tracker's. The fence is
/// longer than any run of its letter inside.
fn fenced(words: &str) -> String {
    let longest = words
        .split(|letter| letter != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n\n", words.trim_end())
}

/// In one line, without what Markdown would take for its own.
fn line(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = String::with_capacity(flat.len());
    for letter in flat.chars() {
        if matches!(
            letter,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!'
        ) {
            safe.push('\\');
        }
        safe.push(letter);
        // `@name` would call somebody in a tracker.
        if letter == '@' {
            safe.push('\u{200b}');
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_words_break_out_of_their_fence() {
        let text = fenced("before\n````\n# not a heading\n````");
        assert!(text.starts_with("`````text\n"), "{text}");
        assert!(text.trim_end().ends_with("\n`````"), "{text}");
    }

    #[test]
    fn a_title_calls_nobody_and_links_nowhere() {
        assert_eq!(
            line("fails for\n@all [here](x)"),
            "fails for @\u{200b}all \\[here\\](x)"
        );
    }
}
