//! The texts people read: the same keys with the same variables in every language, and no key in code without a text.
//!
//! A key put together at run time (`format!("desk-state-{state}")`) cannot be seen here; tests of the slice that makes it
//! have to try every value.

use super::source::Source;
use super::{Complaint, File};
use std::collections::{BTreeMap, BTreeSet};

/// The languages; the first is the one the others are compared with.
const LANGUAGES: &[&str] = &["en", "zh-CN"];

/// What stands in code before a key.
const CALLS: &[&str] = &[".t(", ".t_with(", ".n(", ".w(", "NavigationItem::new("];

#[derive(Debug)]
struct Message {
    path: String,
    line: usize,
    variables: BTreeSet<String>,
}

type Messages = BTreeMap<String, Message>;

/// Complaints about all texts and all code that names them.
pub fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut languages = Vec::new();
    for language in LANGUAGES {
        let folder = format!("locales/{language}/");
        let mut messages = Messages::new();
        for file in files
            .iter()
            .filter(|file| file.path.starts_with(&folder) && file.ending() == "ftl")
        {
            complaints.extend(collect(file, &mut messages));
        }
        languages.push(messages);
    }
    let Some((first, others)) = languages.split_first() else {
        return complaints;
    };
    for (other, language) in others.iter().zip(&LANGUAGES[1..]) {
        complaints.extend(compare(first, other, language));
        complaints.extend(absent(other, first, LANGUAGES[0]));
    }
    complaints.extend(files.iter().flat_map(|file| unknown(file, first)));
    complaints
}

/// Reads one file of texts; a key written twice hides one of its texts.
fn collect(file: &File, messages: &mut Messages) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut current: Option<String> = None;
    for (index, line) in file.text.lines().enumerate() {
        if let Some(key) = key_of(line) {
            let message = Message {
                path: file.path.clone(),
                line: index + 1,
                variables: BTreeSet::new(),
            };
            if messages.insert(key.clone(), message).is_some() {
                complaints.push(Complaint::new(
                    &file.path,
                    index + 1,
                    format!("the text {key} is written twice"),
                ));
            }
            current = Some(key);
        } else if !line.starts_with([' ', '\t', '}', '[', '*']) && !line.is_empty() {
            current = None;
        }
        if let Some(message) = current.as_ref().and_then(|key| messages.get_mut(key)) {
            message.variables.extend(variables(line));
        }
    }
    complaints
}

/// The key in `key = text`; a term keeps its dash.
fn key_of(line: &str) -> Option<String> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    let is_name = |rest: &str| {
        rest.chars()
            .all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_'))
    };
    let begins = key
        .strip_prefix('-')
        .unwrap_or(key)
        .starts_with(|first: char| first.is_ascii_alphabetic());
    (begins && is_name(key)).then(|| key.to_owned())
}

fn variables(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split('$').skip(1).map(|rest| {
        rest.chars()
            .take_while(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_'))
            .collect::<String>()
    })
}

fn compare(first: &Messages, other: &Messages, language: &str) -> Vec<Complaint> {
    let mut complaints = absent(first, other, language);
    for (key, message) in first {
        let Some(translated) = other
            .get(key)
            .filter(|translated| translated.variables != message.variables)
        else {
            continue;
        };
        let (ours, theirs) = (list(&message.variables), list(&translated.variables));
        let what = format!("{key} uses {theirs} here, and {ours} in {}", LANGUAGES[0]);
        complaints.push(Complaint::new(&translated.path, translated.line, what));
    }
    complaints
}

fn absent(these: &Messages, those: &Messages, language: &str) -> Vec<Complaint> {
    let missing = these.iter().filter(|(key, _)| !those.contains_key(*key));
    missing
        .map(|(key, message)| {
            Complaint::new(
                &message.path,
                message.line,
                format!("{key} has no text in {language}"),
            )
        })
        .collect()
}

fn list(variables: &BTreeSet<String>) -> String {
    if variables.is_empty() {
        return "no variable".to_owned();
    }
    variables
        .iter()
        .map(|name| format!("${name}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Keys in code and templates that no language knows.
fn unknown(file: &File, known: &Messages) -> Vec<Complaint> {
    let is_source = file.path.starts_with("crates/") && file.is_under("src");
    if !is_source || file.is_test() {
        return Vec::new();
    }
    let named = match file.ending() {
        "rs" => keys_in_code(&file.text),
        "html" | "txt" | "xml" => keys_in_template(&file.text),
        _ => Vec::new(),
    };
    named
        .into_iter()
        .filter(|(_, key)| !known.contains_key(key))
        .map(|(line, key)| Complaint::new(&file.path, line, format!("there is no text {key}")))
        .collect()
}

fn keys_in_code(text: &str) -> Vec<(usize, String)> {
    let source = Source::of(text);
    let asked = source.literals.iter().filter(|literal| {
        !source.is_test(literal.line) && CALLS.iter().any(|call| literal.before.trim_end().ends_with(call))
    });
    asked
        .filter(|literal| is_key(&literal.text))
        .map(|literal| (literal.line, literal.text.clone()))
        .collect()
}

fn keys_in_template(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for call in [".t(\"", ".t_with(\"", ".n(\"", ".w(\""] {
            let keys = line
                .match_indices(call)
                .filter_map(|(at, _)| line[at + call.len()..].split_once('"'));
            found.extend(
                keys.filter(|(key, _)| is_key(key))
                    .map(|(key, _)| (index + 1, key.to_owned())),
            );
        }
    }
    found
}

/// Keys are `slice-what-it-says`; a string without a dash, or one that is put together, is something else.
fn is_key(text: &str) -> bool {
    text.contains('-')
        && !text.ends_with('-')
        && text
            .chars()
            .all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::file;
    use super::*;

    fn complaints(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<File> = files.iter().map(|(path, text)| file(path, text)).collect();
        check(&files)
            .into_iter()
            .map(|one| format!("{}:{}: {}", one.path, one.line, one.what))
            .collect()
    }

    const ENGLISH: &str =
        "# Tickets\ndesk-close = Close\ndesk-open = { $count ->\n    [one] one\n   *[other] { $count }\n}\n";
    const CHINESE: &str = "desk-close = 关闭\ndesk-open = { $count } 个\n";

    #[test]
    fn two_complete_languages_are_fine() {
        assert_eq!(
            complaints(&[
                ("locales/en/desk.ftl", ENGLISH),
                ("locales/zh-CN/desk.ftl", CHINESE)
            ]),
            [""; 0]
        );
    }

    #[test]
    fn a_text_missing_in_either_language_is_found() {
        let found = complaints(&[
            ("locales/en/desk.ftl", ENGLISH),
            ("locales/zh-CN/desk.ftl", "desk-close = 关闭\n"),
        ]);
        assert_eq!(found, ["locales/en/desk.ftl:3: desk-open has no text in zh-CN"]);
        let found = complaints(&[("locales/zh-CN/desk.ftl", "desk-close = 关闭\n")]);
        assert_eq!(found, ["locales/zh-CN/desk.ftl:1: desk-close has no text in en"]);
    }

    #[test]
    fn a_forgotten_variable_is_found() {
        let chinese = "desk-close = 关闭\ndesk-open = 若干\n";
        let found = complaints(&[
            ("locales/en/desk.ftl", ENGLISH),
            ("locales/zh-CN/desk.ftl", chinese),
        ]);
        assert_eq!(
            found,
            ["locales/zh-CN/desk.ftl:2: desk-open uses no variable here, and $count in en"]
        );
    }

    #[test]
    fn a_text_written_twice_is_found() {
        let twice = "desk-close = Close\ndesk-close = Shut\n";
        let found = complaints(&[
            ("locales/en/desk.ftl", twice),
            ("locales/zh-CN/desk.ftl", "desk-close = 关闭\n"),
        ]);
        assert_eq!(
            found,
            ["locales/en/desk.ftl:2: the text desk-close is written twice"]
        );
    }

    #[test]
    fn a_key_without_text_is_found_in_code_and_templates() {
        let texts = [
            ("locales/en/desk.ftl", ENGLISH),
            ("locales/zh-CN/desk.ftl", CHINESE),
        ];
        let code = "//! A.\nfn a() { page.t(\"desk-close\"); page.t_with(\"desk-closed\", &[]); b(\"desk-other\") }\n";
        let template = "<p>{{ shell.t(\"desk-close\") }}</p>\n<p>{{ shell.n(\"desk-shut\", 2) }}</p>\n";
        let sources = [
            ("crates/desk/src/a.rs", code),
            ("crates/desk/src/views/a.html", template),
        ];
        let found = complaints(&[texts, sources].concat());
        assert_eq!(
            found,
            [
                "crates/desk/src/a.rs:2: there is no text desk-closed",
                "crates/desk/src/views/a.html:2: there is no text desk-shut"
            ]
        );
    }

    #[test]
    fn keys_made_at_run_time_are_left_to_tests() {
        let code = "//! A.\nfn a() { page.t(&format!(\"desk-{state}\")); page.t(\"title\") }\n";
        assert_eq!(complaints(&[("crates/desk/src/a.rs", code)]), [""; 0]);
    }
}
