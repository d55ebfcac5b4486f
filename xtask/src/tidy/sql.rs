//! Where SQL stands, and whose tables a migration makes.
//!
//! SQL lives in `store.rs` (or a folder `store/`), and in the kernel's own rooms. Tests may look into tables; the
//! programs that measure and diagnose may ask the database about itself.

use super::source::Source;
use super::{Complaint, File};

/// Rooms and folders in which SQL may stand outside of a store.
const FOREIGN_TO_RULES: &[&str] = &[
    "crates/kernel/src/db/",
    "crates/testkit/",
    "crates/server/src/bench/",
    "xtask/",
];

/// Complaints about one file.
pub fn check(file: &File) -> Vec<Complaint> {
    match file.ending() {
        "rs" => statements(file),
        "sql" if file.is_under("migrations") => tables(file),
        _ => Vec::new(),
    }
}

fn statements(file: &File) -> Vec<Complaint> {
    let at_home = file.stem() == "store" || file.stem().ends_with("_store") || file.is_under("store");
    let excused = FOREIGN_TO_RULES.iter().any(|place| file.path.starts_with(place));
    if at_home || excused || file.is_test() {
        return Vec::new();
    }
    let source = Source::of(&file.text);
    let found = source
        .literals
        .iter()
        .filter(|literal| !source.is_test(literal.line) && is_statement(&literal.text));
    found
        .map(|literal| {
            let words = literal
                .text
                .split_whitespace()
                .take(4)
                .collect::<Vec<_>>()
                .join(" ");
            Complaint::new(
                &file.path,
                literal.line,
                format!("SQL outside of a store: {words} …"),
            )
        })
        .collect()
}

/// Whether a string is SQL. Two words are demanded, because "Select a team" is not.
fn is_statement(text: &str) -> bool {
    let text = text.trim_start().replace("\\n", " ").to_ascii_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let has = |word: &str| words.contains(&word);
    match (words.first().copied(), words.get(1).copied()) {
        (Some("select"), Some(_)) => has("from") || words.len() == 2,
        (Some("insert"), Some("into")) | (Some("delete"), Some("from")) => true,
        (Some("update"), Some(_)) => words.get(2) == Some(&"set"),
        (Some("with"), Some(_)) => has("as") && (has("select") || text.contains("(select")),
        (Some("create" | "drop" | "alter"), Some("table" | "index")) => true,
        _ => false,
    }
}

fn tables(file: &File) -> Vec<Complaint> {
    let Some(room) = file.room().filter(|room| *room != "kernel") else {
        return Vec::new();
    };
    let prefix = format!("{room}_");
    let mut complaints = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let code = line.split("--").next().unwrap_or_default();
        let Some(name) = table_made(code) else { continue };
        if !name.starts_with(&prefix) {
            let what = format!("the table {name} does not begin with {prefix}, the prefix of its room");
            complaints.push(Complaint::new(&file.path, index + 1, what));
        }
    }
    complaints
}

/// The name in `CREATE [VIRTUAL] TABLE [IF NOT EXISTS] name`.
fn table_made(code: &str) -> Option<String> {
    let lower = code.to_ascii_lowercase();
    let mut words = lower
        .split(|character: char| character.is_whitespace() || character == '(')
        .filter(|word| !word.is_empty());
    if words.next()? != "create" {
        return None;
    }
    let mut word = words.next()?;
    while matches!(word, "virtual" | "temp" | "temporary" | "unlogged") {
        word = words.next()?;
    }
    if word != "table" {
        return None;
    }
    words
        .find(|word| !matches!(*word, "if" | "not" | "exists"))
        .map(|name| name.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::file;
    use super::*;

    const QUERY: &str = "fn list() { tx.query(\"SELECT id FROM desk_ticket\") }\n";

    #[test]
    fn sql_in_a_rule_is_found_with_its_line() {
        let complaints = check(&file(
            "crates/desk/src/ticket/closing.rs",
            &format!("//! Closing.\n\n{QUERY}"),
        ));
        assert_eq!(complaints.len(), 1);
        assert_eq!(complaints[0].line, 3);
    }

    #[test]
    fn sql_is_at_home_in_stores_and_in_the_kernels_database() {
        for path in [
            "crates/desk/src/ticket/store.rs",
            "crates/desk/src/store/queue.rs",
            "crates/kernel/src/db/mod.rs",
        ] {
            assert_eq!(check(&file(path, QUERY)), [], "{path}");
        }
    }

    #[test]
    fn tests_may_look_into_tables() {
        assert_eq!(check(&file("crates/desk/tests/closing.rs", QUERY)), []);
        let inside = format!("#[cfg(test)]\nmod tests {{\n{QUERY}}}\n");
        assert_eq!(check(&file("crates/desk/src/ticket/closing.rs", &inside)), []);
    }

    #[test]
    fn every_kind_of_statement_is_known_and_english_is_not() {
        for statement in [
            "SELECT 1",
            "select a\nfrom b",
            "INSERT INTO a VALUES ($1)",
            "UPDATE a SET b = $1",
            "DELETE FROM a",
            "WITH open AS (SELECT 1) SELECT * FROM open",
            "CREATE TABLE a (b TEXT)",
        ] {
            assert!(is_statement(statement), "{statement}");
        }
        for words in [
            "select a team",
            "update failed",
            "with a reason",
            "delete",
            "create table-top",
        ] {
            assert!(!is_statement(words), "{words}");
        }
    }

    #[test]
    fn a_table_carries_the_prefix_of_its_room() {
        let good = "CREATE TABLE desk_ticket (\n  id TEXT\n);\nCREATE INDEX a ON desk_ticket (id);\n";
        assert_eq!(check(&file("crates/desk/migrations/0001_ticket.sql", good)), []);
        let bad = "-- tickets\nCREATE TABLE IF NOT EXISTS ticket(id TEXT);\n";
        let complaints = check(&file("crates/desk/migrations/0001_ticket.sql", bad));
        assert_eq!(complaints.len(), 1);
        assert_eq!(complaints[0].line, 2);
        assert_eq!(check(&file("crates/kernel/migrations/0001_event.sql", bad)), []);
    }
}
