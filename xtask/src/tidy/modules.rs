//! The shape of a file: what it says first, how long it is, and what it must not name.

use super::source::Source;
use super::{Complaint, File};

/// More than this does not fit in a head.
const LONGEST: usize = 600;

/// Rooms that are about HTTP or put everything together.
const ROOMS_OF_HTTP: &[&str] = &["web", "server", "portal", "testkit"];

/// Files and folders in the other rooms that translate between HTTP and operations.
const PLACES_OF_HTTP: &[&str] = &[
    "api", "pages", "console", "account", "routes", "lib", "door", "socket",
];

/// Beginnings of paths that exist on one machine only, in two halves so that this file may be checked too.
const MACHINES: &[(&str, &str)] = &[
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("/ho", "me/"),
    ("/Us", "ers/"),
    ("C:\\U", "sers"),
];

/// Complaints about one file.
pub fn check(file: &File) -> Vec<Complaint> {
    let mut complaints = machine_paths(file);
    complaints.extend(length(file));
    match file.ending() {
        "rs" => {
            let source = Source::of(&file.text);
            complaints.extend(introduction(file));
            complaints.extend(allow(file, &source));
            complaints.extend(http(file, &source));
        }
        "html" => complaints.extend(inline(file)),
        _ => {}
    }
    complaints
}

/// Every module begins by saying what it is.
fn introduction(file: &File) -> Option<Complaint> {
    let first = file
        .text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("#!"));
    let introduced = first.is_some_and(|line| line.len() > "//! ".len() && line.starts_with("//! "));
    (!introduced).then(|| Complaint::new(&file.path, 1, "does not begin with `//!` and what it is"))
}

fn length(file: &File) -> Option<Complaint> {
    let written_by_hand = matches!(file.ending(), "rs" | "ts" | "mjs" | "js" | "css" | "html" | "sql");
    let lines = file.text.lines().count();
    (written_by_hand && lines > LONGEST).then(|| {
        Complaint::new(
            &file.path,
            lines,
            format!("{lines} lines; split it by behaviour, {LONGEST} is the end"),
        )
    })
}

fn machine_paths(file: &File) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for (start, end) in MACHINES {
            let path = format!("{start}{end}");
            // A path begins after a space, a quote, or the like; `https://example.test/home/` is none.
            let begins = line.match_indices(&path).any(|(at, _)| {
                !line[..at].ends_with(|before: char| {
                    before.is_alphanumeric() || matches!(before, '/' | '.' | '}' | '-' | '_' | ')')
                })
            });
            if begins {
                complaints.push(Complaint::new(
                    &file.path,
                    index + 1,
                    format!("names a path of one machine: {path}"),
                ));
            }
        }
    }
    complaints
}

/// A lint is expected with a reason, so that it is heard of when the reason is gone.
fn allow(file: &File, source: &Source) -> Vec<Complaint> {
    let allowing = source
        .lines()
        .filter(|(_, line)| line.contains("#[allow(") || line.contains("#![allow("));
    allowing
        .map(|(line, _)| {
            Complaint::new(
                &file.path,
                line,
                "use #[expect(…, reason = …)] instead of #[allow]",
            )
        })
        .collect()
}

/// Rules, operations, and stores know nothing of HTTP.
fn http(file: &File, source: &Source) -> Vec<Complaint> {
    let Some(room) = file.room() else {
        return Vec::new();
    };
    let at_home = ROOMS_OF_HTTP.contains(&room)
        || PLACES_OF_HTTP
            .iter()
            .any(|place| file.is_under(place) || is_named(file.stem(), place));
    if at_home || file.is_test() {
        return Vec::new();
    }
    let naming = source
        .lines()
        .filter(|(number, line)| !source.is_test(*number) && names(line, "axum"));
    naming
        .map(|(line, _)| {
            Complaint::new(
                &file.path,
                line,
                "axum outside of api.rs, pages.rs, and the rooms of HTTP",
            )
        })
        .collect()
}

fn is_named(stem: &str, place: &str) -> bool {
    stem == place || stem.strip_suffix(place).is_some_and(|rest| rest.ends_with('_'))
}

/// Whether a line of code names a crate, not a longer word.
fn names(line: &str, word: &str) -> bool {
    let part_of_word = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(part_of_word) && !line[at + word.len()..].starts_with(part_of_word)
    })
}

/// The content security policy lets no inline script or style through, so a page that has one is broken.
fn inline(file: &File) -> Vec<Complaint> {
    let refused = [
        " style=\"",
        "<style",
        " onclick=\"",
        " onchange=\"",
        " onsubmit=\"",
        "javascript:",
        "hx-on",
    ];
    let mut complaints = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let script =
            line.contains("<script") && !line.contains("src=") && !line.contains("type=\"application/json\"");
        let found = refused.iter().find(|word| line.contains(**word)).copied();
        if let Some(word) = found.or(script.then_some("<script")) {
            let what = format!(
                "inline style or script ({}), which the browser will refuse",
                word.trim()
            );
            complaints.push(Complaint::new(&file.path, index + 1, what));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::super::tests::file;
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        check(&file(path, text))
            .into_iter()
            .map(|complaint| format!("{}: {}", complaint.line, complaint.what))
            .collect()
    }

    #[test]
    fn a_module_without_introduction_is_found() {
        assert_eq!(
            complaints(
                "crates/desk/src/closing.rs",
                "//! Closing a ticket.\nfn close() {}\n"
            ),
            [""; 0]
        );
        for text in ["fn close() {}\n", "// Closing.\n", "//!\n", ""] {
            assert!(
                complaints("crates/desk/src/closing.rs", text)[0].contains("does not begin"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_file_past_six_hundred_lines_is_found() {
        let long = format!("//! Long.\n{}", "// line\n".repeat(LONGEST));
        assert!(complaints("crates/desk/src/long.rs", &long)[0].contains("601 lines"));
        assert!(complaints("frontend/css/long.css", &long)[0].contains("601 lines"));
        assert_eq!(complaints("package-lock.json", &long), [""; 0]);
    }

    #[test]
    fn a_path_of_one_machine_is_found_and_an_address_is_not() {
        let path = MACHINES
            .iter()
            .map(|(start, end)| format!("{start}{end}"))
            .next()
            .unwrap();
        assert_eq!(complaints("README.md", &format!("see {path}main\n")).len(), 1);
        assert_eq!(
            complaints("README.md", &format!("see https://example.test{path}main\n")),
            [""; 0]
        );
    }

    #[test]
    fn an_allowed_lint_is_found_but_not_one_in_a_comment() {
        let allow = format!("//! A.\n#[{}(dead_code)]\nfn a() {{}}\n", "allow");
        assert!(complaints("crates/desk/src/a.rs", &allow)[0].starts_with("2: use #[expect"));
        assert_eq!(
            complaints(
                "crates/desk/src/a.rs",
                &format!("//! Never #[{}(dead_code)].\n", "allow")
            ),
            [""; 0]
        );
    }

    #[test]
    fn axum_stays_at_the_edge() {
        let text = "//! A.\nuse axum::extract::State;\n";
        for path in [
            "desk/src/ticket/closing.rs",
            "desk/src/ticket/store.rs",
            "kernel/src/cx.rs",
        ] {
            assert!(
                complaints(&format!("crates/{path}"), text)[0].contains("axum outside"),
                "{path}"
            );
        }
        for path in [
            "desk/src/ticket/api.rs",
            "desk/src/ticket/pages.rs",
            "desk/src/pages/queue.rs",
            "web/src/csrf.rs",
        ] {
            assert_eq!(complaints(&format!("crates/{path}"), text), [""; 0], "{path}");
        }
        assert_eq!(
            complaints(
                "crates/desk/src/closing.rs",
                "//! No axum here.\nfn maxaxum() {}\n"
            ),
            [""; 0]
        );
    }

    #[test]
    fn a_template_with_inline_style_or_script_is_found() {
        for line in [
            "<p style=\"color:red\">",
            "<script>go()</script>",
            "<a onclick=\"go()\">",
            "<style>p{}</style>",
        ] {
            assert_eq!(complaints("crates/web/src/views/a.html", line).len(), 1, "{line}");
        }
        assert_eq!(
            complaints(
                "crates/web/src/views/a.html",
                "<script type=\"module\" src=\"/a.js\"></script>"
            ),
            [""; 0]
        );
    }
}
