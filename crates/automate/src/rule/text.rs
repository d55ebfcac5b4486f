//! A rule as text: the same as the form, line by line, for reading, copying between installations, and review.
//!
//! ```text
//! rule "Printers to hardware"
//! enabled yes
//! order 20
//! when opened, changed
//! if all
//!   any
//!     words contains printer, 打印机
//!     tags contains printer
//! then
//!   assign_team "Hardware"
//!   note
//!     | Sent on by {{ rule }}.
//! ```
//! Writing is here, reading in `text_reading`. Every definition reads back as it was (held to by a law in the tests).

use std::fmt::Write as _;

use super::{Action, Definition, Test};

/// Words that need no quotes.
fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value
            .chars()
            .all(|letter| letter.is_alphanumeric() || "_-.@:/*+".contains(letter))
}

/// A value as it stands in a line.
pub(crate) fn value(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// The text of a rule; ends with a line feed.
#[must_use]
pub fn write(definition: &Definition) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "rule {}", quoted(&definition.name));
    let _ = writeln!(out, "enabled {}", if definition.enabled { "yes" } else { "no" });
    let _ = writeln!(out, "order {}", definition.place);
    let when: Vec<&str> = definition.when.iter().map(|one| one.as_str()).collect();
    let _ = writeln!(out, "when {}", when.join(", "));
    let _ = writeln!(out, "if {}", definition.join);
    for group in &definition.groups {
        let _ = writeln!(out, "  {}", group.join);
        group.tests.iter().for_each(|test| write_test(&mut out, test));
    }
    let _ = writeln!(out, "then");
    definition
        .then
        .iter()
        .for_each(|action| write_action(&mut out, action));
    out
}

fn write_test(out: &mut String, test: &Test) {
    let _ = write!(out, "    {} {}", test.field, test.operator);
    let values: Vec<String> = test.values.iter().map(|one| value(one)).collect();
    if !values.is_empty() {
        let _ = write!(out, " {}", values.join(", "));
    }
    out.push('\n');
}

fn write_action(out: &mut String, action: &Action) {
    let _ = write!(out, "  {}", action.kind);
    if !action.value.is_empty() {
        let _ = write!(out, " {}", value(&action.value));
    }
    out.push('\n');
    if !action.text.is_empty() {
        for line in action.text.split('\n') {
            let _ = writeln!(out, "    |{}{line}", if line.is_empty() { "" } else { " " });
        }
    }
}

/// Several rules in one text, in their order.
#[must_use]
pub fn write_all<'a>(definitions: impl IntoIterator<Item = &'a Definition>) -> String {
    let texts: Vec<String> = definitions.into_iter().map(write).collect();
    texts.join("\n")
}
