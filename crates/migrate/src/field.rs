//! Fields of an object as every reader needs them: texts, ids, yes and no, instants. An empty text is no text.

use desk::import::dates::Dates;
use desk::import::row::text_at;
use kernel::time::Timestamp;
use serde_json::Value;

use crate::refusal::{Read, wrong};

/// The text at a path (`fields.status.name`).
pub fn text(value: &Value, path: &str) -> Option<String> {
    let text = text_at(value, path)?.replace('\0', "");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The text, which must be there.
pub fn needed(value: &Value, path: &str) -> Read<String> {
    text(value, path).ok_or_else(|| wrong(path, "", "migrate.value_missing"))
}

/// The id of something else; `0` and `-1` name nothing in these desks.
pub fn id(value: &Value, path: &str) -> Option<String> {
    text(value, path).filter(|id| !["0", "-1", "null"].contains(&id.as_str()))
}

/// Yes or no; what is not said is no.
pub fn flag(value: &Value, path: &str) -> bool {
    text(value, path).is_some_and(|text| ["1", "true", "t", "yes"].contains(&text.to_lowercase().as_str()))
}

/// An instant. What databases and RT write for "never" is none.
pub fn instant(value: &Value, path: &str, dates: &Dates) -> Read<Option<Timestamp>> {
    let Some(text) = text(value, path) else {
        return Ok(None);
    };
    if text.starts_with("0000-00-00") || text.starts_with("1970-01-01") || text == "Not set" {
        return Ok(None);
    }
    dates
        .read(&text)
        .map(Some)
        .ok_or_else(|| wrong(path, &text, "migrate.date_unreadable"))
}

/// An instant that must be there.
pub fn needed_instant(value: &Value, path: &str, dates: &Dates) -> Read<Timestamp> {
    instant(value, path, dates)?.ok_or_else(|| wrong(path, "", "migrate.value_missing"))
}

/// A list at a path; none is an empty one.
pub fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    let found = path.split('.').try_fold(value, |value, name| value.get(name));
    found.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Names put together.
pub fn joined(parts: &[Option<String>]) -> String {
    let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
    parts.join(" ")
}
