//! A row as a line of JSON, and back, losing nothing and trusting nothing. Pure.
//!
//! Keys are columns. What cannot be told apart in JSON, or would lose something there, is a string: real numbers as they are
//! printed, bytes in Base64. A line that is read must have every column once, and no other.

use std::fmt;

use data_encoding::BASE64;
use kernel::db::{ColumnKind, TableColumn, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;

/// Why a line is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Not one JSON object; why, as the JSON reader says it.
    NotAnObject(String),
    /// The same key twice.
    Twice(String),
    /// A key that is no column.
    Unknown(String),
    /// A column that is not there.
    Absent(String),
    /// A value of another kind than the column's.
    Kind(String, ColumnKind),
}

/// Writes a row behind what is there, without a line break.
pub fn write(columns: &[TableColumn], values: &[Value], line: &mut Vec<u8>) -> serde_json::Result<()> {
    line.push(b'{');
    for (place, (column, value)) in columns.iter().zip(values).enumerate() {
        if place > 0 {
            line.push(b',');
        }
        serde_json::to_writer(&mut *line, &column.name)?;
        line.push(b':');
        serde_json::to_writer(&mut *line, &json(value))?;
    }
    line.push(b'}');
    Ok(())
}

/// A value as JSON.
pub fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(number) => Json::from(*number),
        Value::Real(number) => Json::String(format!("{number:?}")),
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Text(text) => Json::String(text.clone()),
        Value::Bytes(bytes) => Json::String(BASE64.encode(bytes)),
    }
}

/// Reads a row; values in the order of the columns.
pub fn read(columns: &[TableColumn], line: &[u8]) -> Result<Vec<Value>, Broken> {
    let pairs: Pairs =
        serde_json::from_slice(line).map_err(|error| Broken::NotAnObject(error.to_string()))?;
    let mut values: Vec<Option<Value>> = vec![None; columns.len()];
    for (key, json) in pairs.0 {
        let Ok(place) = columns.binary_search_by(|column| column.name.as_str().cmp(&key)) else {
            return Err(Broken::Unknown(key));
        };
        let kind = columns[place].kind;
        if values[place].is_some() {
            return Err(Broken::Twice(key));
        }
        values[place] = Some(value(kind, json).ok_or(Broken::Kind(key, kind))?);
    }
    let absent = |place: usize| Broken::Absent(columns[place].name.clone());
    let found = values.into_iter().enumerate();
    found
        .map(|(place, value)| value.ok_or_else(|| absent(place)))
        .collect()
}

fn value(kind: ColumnKind, json: Json) -> Option<Value> {
    match (kind, json) {
        (_, Json::Null) => Some(Value::Null),
        (ColumnKind::Int, Json::Number(number)) => number.as_i64().map(Value::Int),
        (ColumnKind::Bool, Json::Bool(truth)) => Some(Value::Bool(truth)),
        // PostgreSQL's text holds no U+0000, and an export never has one.
        (ColumnKind::Text, Json::String(text)) if !text.contains('\0') => Some(Value::Text(text)),
        (ColumnKind::Real, Json::String(text)) => text.parse().ok().map(Value::Real),
        (ColumnKind::Bytes, Json::String(text)) => BASE64.decode(text.as_bytes()).ok().map(Value::Bytes),
        _ => None,
    }
}

/// The pairs of an object as they stand, so that a key that comes twice is seen.
struct Pairs(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(name: &str, kind: ColumnKind) -> TableColumn {
        TableColumn {
            name: name.to_owned(),
            kind,
        }
    }

    fn any_value() -> impl Strategy<Value = (ColumnKind, Value)> {
        prop_oneof![
            prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)]
                .prop_map(|number| (ColumnKind::Int, Value::Int(number))),
            any::<f64>()
                .prop_filter("a number", |number| !number.is_nan())
                .prop_map(|number| (ColumnKind::Real, Value::Real(number))),
            any::<bool>().prop_map(|truth| (ColumnKind::Bool, Value::Bool(truth))),
            any::<String>().prop_map(|text| (ColumnKind::Text, Value::Text(text.replace('\0', "")))),
            any::<Vec<u8>>().prop_map(|bytes| (ColumnKind::Bytes, Value::Bytes(bytes))),
            Just((ColumnKind::Text, Value::Null)),
        ]
    }

    proptest! {
        #[test]
        fn a_row_reads_back_what_was_written_and_stands_on_one_line(
            row in proptest::collection::vec(any_value(), 1..9),
        ) {
            let (kinds, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
            let columns: Vec<_> = kinds.into_iter().enumerate()
                .map(|(place, kind)| column(&format!("c{place}"), kind)).collect();
            let mut line = Vec::new();
            write(&columns, &values, &mut line).unwrap();
            prop_assert!(!line.contains(&b'\n'));
            prop_assert_eq!(read(&columns, &line).unwrap(), values);
        }

        #[test]
        fn lines_that_nobody_wrote_are_refused_and_never_a_crash(line in any::<Vec<u8>>()) {
            let _ = read(&[column("a", ColumnKind::Int)], &line);
        }
    }

    #[test]
    fn a_line_must_have_every_column_once_and_nothing_else() {
        let columns = [column("a", ColumnKind::Int), column("b", ColumnKind::Text)];
        let why = |line: &str| read(&columns, line.as_bytes()).unwrap_err();
        assert_eq!(why(r#"{"a":1,"b":"x","a":2}"#), Broken::Twice("a".to_owned()));
        assert_eq!(why(r#"{"a":1,"b":"x","c":2}"#), Broken::Unknown("c".to_owned()));
        assert_eq!(why(r#"{"a":1}"#), Broken::Absent("b".to_owned()));
        for line in [
            r#"{"a":"1","b":"x"}"#,
            r#"{"a":1.5,"b":"x"}"#,
            r#"{"a":true,"b":"x"}"#,
            r#"{"a":9223372036854775808,"b":"x"}"#,
            r#"{"a":[],"b":"x"}"#,
        ] {
            assert_eq!(why(line), Broken::Kind("a".to_owned(), ColumnKind::Int), "{line}");
        }
        assert_eq!(
            why("{\"a\":1,\"b\":\"\\u0000\"}"),
            Broken::Kind("b".to_owned(), ColumnKind::Text)
        );
        for line in ["", "[1]", "1", "{\"a\":1", "{\"a\":1,\"b\":\"x\"} {}", "null"] {
            assert!(matches!(why(line), Broken::NotAnObject(_)), "{line}");
        }
    }
}
