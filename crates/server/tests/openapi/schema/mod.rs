//! Holds a JSON value against a schema of the API document: as much of JSON Schema as the document uses.
//!
//! Stricter than the standard in one point: a field that the schema of an object does not name is an error, because a
//! document that leaves fields out is not complete.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Everything that disagrees, with the place in the value.
pub fn disagreements(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Check { document }.value(schema, value, "", &mut found);
    found
}

struct Check<'a> {
    document: &'a Value,
}

impl<'a> Check<'a> {
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(name) => {
                let target = self.document.pointer(name.trim_start_matches('#'));
                self.resolved(target.unwrap_or_else(|| panic!("the document has no {name}")))
            }
            None => schema,
        }
    }

    fn value(&self, schema: &'a Value, value: &Value, place: &str, found: &mut Vec<String>) {
        let schema = self.resolved(schema);
        for word in ["oneOf", "anyOf"] {
            if let Some(choices) = schema[word].as_array() {
                self.one_of(choices, value, place, found);
            }
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.contains(value)
        {
            found.push(format!("{place}: {value} is not one of {allowed:?}"));
        }
        let kinds = kinds(schema);
        if !kinds.is_empty() && !kinds.iter().any(|kind| is_kind(kind, value)) {
            found.push(format!("{place}: {value} is not {kinds:?}"));
            return;
        }
        match value {
            Value::Object(fields) => self.object(schema, fields, place, found),
            Value::Array(items) if schema["items"].is_object() => {
                for (number, item) in items.iter().enumerate() {
                    self.value(&schema["items"], item, &format!("{place}/{number}"), found);
                }
            }
            Value::String(text) if schema["format"] == "date-time" && !is_instant(text) => {
                found.push(format!("{place}: {text} is no date-time"));
            }
            _ => {}
        }
    }

    fn one_of(&self, choices: &'a [Value], value: &Value, place: &str, found: &mut Vec<String>) {
        let mut nearest: Option<Vec<String>> = None;
        for choice in choices {
            let mut wrong = Vec::new();
            self.value(choice, value, place, &mut wrong);
            if wrong.is_empty() {
                return;
            }
            if nearest.as_ref().is_none_or(|nearest| wrong.len() < nearest.len()) {
                nearest = Some(wrong);
            }
        }
        found.extend(nearest.unwrap_or_default());
    }

    fn object(&self, schema: &'a Value, fields: &Map<String, Value>, place: &str, found: &mut Vec<String>) {
        let parts = self.parts(schema);
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let mut is_open = parts.iter().all(|part| !part["properties"].is_object());
        for part in parts {
            for name in part["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
            {
                if !fields.contains_key(name) {
                    found.push(format!("{place}: {name} is missing"));
                }
            }
            for (name, of) in part["properties"].as_object().into_iter().flatten() {
                known.insert(name);
                if let Some(value) = fields.get(name) {
                    self.value(of, value, &format!("{place}/{name}"), found);
                }
            }
            let more = &part["additionalProperties"];
            if more.is_object() {
                is_open = true;
                for (name, value) in fields {
                    self.value(more, value, &format!("{place}/{name}"), found);
                }
            }
        }
        if !is_open {
            let unknown = fields.keys().filter(|name| !known.contains(name.as_str()));
            found.extend(unknown.map(|name| format!("{place}/{name} is not in the document")));
        }
    }

    /// A schema and everything `allOf` puts together with it.
    fn parts(&self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.resolved(schema);
        let others = schema["allOf"].as_array().into_iter().flatten();
        std::iter::once(schema)
            .chain(others.flat_map(|part| self.parts(part)))
            .collect()
    }
}

fn kinds(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_kind(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn is_instant(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}
