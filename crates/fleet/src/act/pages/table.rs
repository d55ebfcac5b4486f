//! What a device answers, as tables: lists of things by their fields, the rest as facts, in the words and units of the reader.
//! Everything is text here and escaped where it is shown.

use kernel::cx::Cx;
use kernel::i18n::{InstantStyle, format_instant, has_key};
use kernel::time::Timestamp;
use kernel::{Locale, i18n::format_size};
use serde_json::Value;

use crate::pages::wording;

const ROWS_MOST: usize = 2_000;
const COLUMNS_MOST: usize = 12;
const CELL_MOST: usize = 300;
/// A command with all its words would fill the page.
const COMMAND_MOST: usize = 120;
/// What names a thing stands first and what tells most of it next, whatever the order in which the device wrote it.
const FIRST: [&str; 18] = [
    "name",
    "unit",
    "pid",
    "hop",
    "mount",
    "path",
    "host",
    "address",
    "user",
    "state",
    "kind",
    "cpu",
    "kilobytes",
    "size",
    "bytes",
    "free_bytes",
    "used_percent",
    "modified",
];
/// Fields of processes that are only there for the key beside them.
const OF_PROCESSES: [&str; 4] = ["parent", "start", "started_at", "threads"];

/// A value of a row.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// As it is read.
    pub text: String,
    /// Numbers stand below each other.
    pub is_number: bool,
}

/// Things of one kind.
pub(super) struct Table {
    /// Where they stood in the answer.
    pub name: String,
    /// Keys of the columns.
    pub columns: Vec<String>,
    /// Their values.
    pub rows: Vec<Vec<Cell>>,
    /// The answer as it was, for whoever puts keys beside the rows.
    pub items: Vec<Value>,
}

impl Table {
    /// Whether a column holds numbers.
    pub fn is_number(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.any(|cell| cell.is_number)
    }
}

/// An answer, taken apart.
#[derive(Default)]
pub(super) struct Answer {
    /// Single values: key and text.
    pub facts: Vec<(String, String)>,
    /// Lists.
    pub tables: Vec<Table>,
    /// The folder or file that it is about, as the device wrote it.
    pub path: Option<String>,
}

/// Takes an answer apart for a reader.
pub(super) fn read(cx: &Cx, verb: &str, summary: &Value) -> Answer {
    let mut answer = Answer::default();
    match summary {
        Value::Array(items) => answer.tables.extend(table(cx, verb, "", items)),
        Value::Object(fields) => {
            answer.path = fields.get("path").and_then(Value::as_str).map(str::to_owned);
            for (name, value) in fields {
                match value {
                    Value::Array(items) => match table(cx, verb, name, items) {
                        Some(table) => answer.tables.push(table),
                        None => answer.facts.push((name.clone(), cell(cx, name, value).text)),
                    },
                    _ if is_said_already(verb, name, value) => {}
                    other => answer.facts.push((name.clone(), cell(cx, name, other).text)),
                }
            }
            answer.facts.retain(|(_, text)| !text.is_empty());
        }
        _ => {}
    }
    answer
}

/// What stands in the title or beside the file, and what says that nothing was left out.
fn is_said_already(verb: &str, name: &str, value: &Value) -> bool {
    match name {
        "path" | "cut" | "replaced" => name == "path" || *value == Value::Bool(false),
        "size" | "sent" => verb.starts_with("file."),
        "name" | "host" => verb.starts_with("net."),
        _ => false,
    }
}

fn table(cx: &Cx, verb: &str, name: &str, items: &[Value]) -> Option<Table> {
    let mut columns: Vec<String> = Vec::new();
    for item in items.iter().take(ROWS_MOST) {
        for (key, value) in item.as_object()? {
            let is_shown =
                key != "askable" && !(verb == "process.list" && OF_PROCESSES.contains(&key.as_str()));
            // A column that is empty in every row tells nothing.
            let is_empty = matches!(value, Value::Null) || *value == Value::String(String::new());
            if is_shown && !is_empty && !columns.contains(key) {
                columns.push(key.clone());
            }
        }
    }
    if columns.is_empty() {
        return None;
    }
    let place = |column: &String| FIRST.iter().position(|first| first == column);
    columns.sort_by_key(|column| place(column).unwrap_or(FIRST.len()));
    columns.truncate(COLUMNS_MOST);
    let kept: Vec<Value> = items.iter().take(ROWS_MOST).cloned().collect();
    let rows = kept.iter().map(|item| {
        columns
            .iter()
            .map(|column| cell(cx, column, &item[column.as_str()]))
            .collect()
    });
    Some(Table {
        name: name.to_owned(),
        rows: rows.collect(),
        columns,
        items: kept,
    })
}

/// A value in the reader's words and units.
fn cell(cx: &Cx, name: &str, value: &Value) -> Cell {
    let is_number = value.is_number();
    let text = match (name, value.as_i64(), value.as_f64()) {
        ("modified" | "started_at" | "expires_at" | "valid_from", Some(millis), _) => format_instant(
            Timestamp::from_millis(millis),
            cx.locale,
            &cx.time_zone,
            InstantStyle::Full,
        ),
        ("size", Some(bytes), _) => format_size(u64::try_from(bytes).unwrap_or(0), cx.locale),
        ("cpu", _, Some(percent)) => format!("{percent:.1} %"),
        ("milliseconds" | "least" | "mean" | "most", _, Some(millis)) => format!("{millis:.1} ms"),
        _ => wording::value(cx.locale, name, &line(cx.locale, value)),
    };
    let most = if name == "command" {
        COMMAND_MOST
    } else {
        CELL_MOST
    };
    Cell {
        text: shortened(&text, most),
        is_number,
    }
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A value in one line.
fn line(locale: Locale, value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(|item| line(locale, item)).collect();
            parts.join(", ")
        }
        Value::Object(fields) => {
            let part = |(key, value): (&String, &Value)| {
                let text = wording::value(locale, key, &line(locale, value));
                (!text.is_empty()).then(|| format!("{} {text}", column(locale, key)))
            };
            fields.iter().filter_map(part).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    let plain = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(CELL_MOST * 4).collect()
}

/// The name of a column: ours where we have words, else the device's.
pub(super) fn column(locale: Locale, key: &str) -> String {
    let is_plain = key
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let text = format!("fleet-column-{}", key.replace('_', "-"));
    if is_plain && has_key(locale, &text) {
        locale.t(&text)
    } else {
        wording::field(
            locale,
            &shortened(&line(locale, &Value::String(key.to_owned())), CELL_MOST),
        )
    }
}

#[cfg(test)]
mod tests {
    use kernel::Clock;
    use serde_json::json;

    use super::*;

    fn reader() -> Cx {
        Cx::system(Clock::manual(Timestamp::from_secs(1_772_445_600)), "test")
    }

    #[test]
    fn lists_become_tables_and_the_rest_facts() {
        let answer = read(
            &reader(),
            "file.list",
            &json!({ "path": "/etc", "count": 2, "cut": false, "entries": [
                { "size": 2_000, "name": "a\u{1b}[31m", "target": "" }, { "name": "b", "target": null }
            ] }),
        );
        assert_eq!(answer.facts, [("count".to_owned(), "2".to_owned())]);
        assert_eq!(answer.path.as_deref(), Some("/etc"));
        let [table] = answer.tables.as_slice() else {
            panic!("one table");
        };
        assert_eq!(table.columns, ["name", "size"]);
        let texts = |row: &[Cell]| row.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&table.rows[0]), ["a [31m", &format_size(2_000, Locale::En)]);
        assert_eq!(texts(&table.rows[1]), ["b", ""]);
        assert!(read(&reader(), "file.list", &json!("text")).tables.is_empty());
    }

    #[test]
    fn instants_sizes_and_shares_are_in_the_words_of_the_reader() {
        let text = |name: &str, value: Value| cell(&reader(), name, &value).text;
        assert_eq!(
            text("modified", json!(1_772_445_600_000_i64)),
            "2 Mar 2026, 10:00"
        );
        assert_eq!(text("cpu", json!(37.04)), "37.0 %");
        assert_eq!(text("used_percent", json!(83)), "83 %");
        assert_eq!(
            text("after", json!({ "state": "running", "pid": null })),
            "state running"
        );
        assert_eq!(
            text("command", json!("x".repeat(500))).chars().count(),
            COMMAND_MOST + 1
        );
    }
}
