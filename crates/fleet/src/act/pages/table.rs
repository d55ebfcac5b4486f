//! What a device answers, as tables: lists of things by their fields, the rest as facts. Everything is text here and escaped where it
//! is shown.

use kernel::Locale;
use kernel::i18n::has_key;
use serde_json::Value;

const ROWS_MOST: usize = 2_000;
const COLUMNS_MOST: usize = 12;
const CELL_MOST: usize = 300;

/// Things of one kind.
pub(super) struct Table {
    /// Where they stood in the answer.
    pub name: String,
    /// Keys of the columns.
    pub columns: Vec<String>,
    /// Their values.
    pub rows: Vec<Vec<String>>,
    /// The answer as it was, for whoever puts keys beside the rows.
    pub items: Vec<Value>,
}

/// An answer, taken apart.
pub(super) struct Answer {
    /// Single values.
    pub facts: Vec<(String, String)>,
    /// Lists.
    pub tables: Vec<Table>,
}

/// Takes an answer apart.
pub(super) fn read(summary: &Value) -> Answer {
    let mut answer = Answer {
        facts: Vec::new(),
        tables: Vec::new(),
    };
    match summary {
        Value::Array(items) => answer.tables.extend(table("", items)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::Array(items) => match table(name, items) {
                        Some(table) => answer.tables.push(table),
                        None => answer.facts.push((name.clone(), line(value))),
                    },
                    Value::Null => {}
                    other => answer.facts.push((name.clone(), line(other))),
                }
            }
        }
        _ => {}
    }
    answer
}

fn table(name: &str, items: &[Value]) -> Option<Table> {
    let mut columns: Vec<String> = Vec::new();
    for item in items.iter().take(ROWS_MOST) {
        for key in item.as_object()?.keys() {
            if columns.len() < COLUMNS_MOST && !columns.contains(key) && key != "askable" {
                columns.push(key.clone());
            }
        }
    }
    if columns.is_empty() {
        return None;
    }
    // What names a thing stands first, whatever the order in which the device wrote it.
    columns.sort_by_key(|column| !matches!(column.as_str(), "name" | "unit" | "pid" | "mount" | "host"));
    let kept: Vec<Value> = items.iter().take(ROWS_MOST).cloned().collect();
    let rows = kept.iter().map(|item| {
        columns
            .iter()
            .map(|column| line(&item[column.as_str()]))
            .collect()
    });
    Some(Table {
        name: name.to_owned(),
        rows: rows.collect(),
        columns,
        items: kept,
    })
}

/// A value in one line.
pub(super) fn line(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(line).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let plain = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(CELL_MOST).collect()
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
        line(&Value::String(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_become_tables_and_the_rest_facts() {
        let answer = read(
            &json!({ "path": "/etc", "count": 2, "entries": [{ "size": 1, "name": "a\u{1b}[31m" }, { "name": "b" }] }),
        );
        assert_eq!(
            answer.facts,
            [
                ("count".to_owned(), "2".to_owned()),
                ("path".to_owned(), "/etc".to_owned())
            ]
        );
        assert_eq!(answer.tables[0].columns, ["name", "size"]);
        assert_eq!(answer.tables[0].rows, [["a [31m", "1"], ["b", ""]]);
        assert!(read(&json!("text")).tables.is_empty());
    }
}
