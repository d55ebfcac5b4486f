//! What a script asks for, with types. Pure.
//!
//! People write one parameter a line: `path: text required`, `days: number`, `force: switch`, `level: choice low, high`.

use std::collections::BTreeMap;

use kernel::error::{Error, Errors, Result};
use protocol::inventory::Value;
use serde::{Deserialize, Serialize};

const PARAMETERS_MOST: usize = 20;
const NAME_MOST: usize = 40;
const TEXT_MOST: usize = 4_000;

/// What may be entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Any text of one line.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Switch,
    /// One of these.
    Choice(Vec<String>),
}

/// One thing that a script asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name in the script.
    pub name: String,
    /// What may be entered.
    pub sort: Sort,
    /// Whether it must be.
    pub required: bool,
}

/// Reads the lines.
///
/// # Errors
/// 422 on the field `parameters`, with the line.
pub fn read(text: &str) -> Result<Vec<Parameter>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let parameters: Vec<Parameter> = lines.map(line).collect::<Result<_>>()?;
    let mut names: Vec<&str> = parameters.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < parameters.len() || parameters.len() > PARAMETERS_MOST {
        return Err(Error::invalid("fleet.script_parameters")
            .field("parameters")
            .arg("most", PARAMETERS_MOST));
    }
    Ok(parameters)
}

fn line(line: &str) -> Result<Parameter> {
    let bad = || {
        Error::invalid("fleet.script_parameter")
            .field("parameters")
            .arg("line", line)
    };
    let (name, rest) = line.split_once([':', '：']).ok_or_else(bad)?;
    let name = name.trim();
    let is_name = name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.len() <= NAME_MOST
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !is_name {
        return Err(bad());
    }
    let rest = rest.trim();
    let (rest, required) = match rest.strip_suffix("required") {
        Some(rest) => (rest.trim(), true),
        None => (rest, false),
    };
    let sort = match rest {
        "text" => Sort::Text,
        "number" => Sort::Number,
        "switch" => Sort::Switch,
        other => {
            let choices: Vec<String> = other
                .strip_prefix("choice")
                .ok_or_else(bad)?
                .split([',', '，'])
                .map(|choice| choice.trim().to_owned())
                .filter(|choice| !choice.is_empty())
                .collect();
            if choices.len() < 2 {
                return Err(bad());
            }
            Sort::Choice(choices)
        }
    };
    Ok(Parameter {
        name: name.to_owned(),
        sort,
        required,
    })
}

/// Writes them back as lines.
#[must_use]
pub fn write(parameters: &[Parameter]) -> String {
    let line = |one: &Parameter| {
        let sort = match &one.sort {
            Sort::Text => "text".to_owned(),
            Sort::Number => "number".to_owned(),
            Sort::Switch => "switch".to_owned(),
            Sort::Choice(choices) => format!("choice {}", choices.join(", ")),
        };
        format!(
            "{}: {sort}{}",
            one.name,
            if one.required { " required" } else { "" }
        )
    };
    parameters.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What was entered, typed; each under the name of its field `parameter.NAME`.
///
/// # Errors
/// 422 with the fields that do not fit.
pub fn fill(parameters: &[Parameter], entered: &[(String, String)]) -> Result<BTreeMap<String, Value>> {
    let (mut filled, mut errors) = (BTreeMap::new(), Errors::new());
    for one in parameters {
        let text = entered
            .iter()
            .find(|(name, _)| *name == one.name)
            .map_or("", |(_, text)| text.trim());
        let field = format!("parameter.{}", one.name);
        if text.is_empty() && one.sort != Sort::Switch {
            if one.required {
                errors.push(field, "fleet.parameter_missing");
            }
            continue;
        }
        match value(&one.sort, text) {
            Some(value) => {
                filled.insert(one.name.clone(), value);
            }
            None => errors.push(field, "fleet.parameter_wrong"),
        }
    }
    errors.finish()?;
    Ok(filled)
}

/// Whether values are what [`fill`] would give: each known and of its sort, and none missing that must be there.
#[must_use]
pub fn are_of(parameters: &[Parameter], values: &BTreeMap<String, Value>) -> bool {
    let known = |name: &String| parameters.iter().any(|one| one.name == *name);
    let fits = |one: &Parameter| match (&one.sort, values.get(&one.name)) {
        (_, None) => !one.required,
        (Sort::Number, Some(Value::Number(_))) | (Sort::Switch, Some(Value::Bool(_))) => true,
        (sort @ (Sort::Text | Sort::Choice(_)), Some(Value::Text(text))) => value(sort, text).is_some(),
        _ => false,
    };
    values.keys().all(known) && parameters.iter().all(fits)
}

fn value(sort: &Sort, text: &str) -> Option<Value> {
    match sort {
        Sort::Text => {
            let fits = text.len() <= TEXT_MOST && !text.chars().any(char::is_control);
            fits.then(|| Value::Text(text.to_owned()))
        }
        Sort::Number => text
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(Value::Number),
        Sort::Switch => match text {
            "" | "false" | "no" => Some(Value::Bool(false)),
            "true" | "yes" => Some(Value::Bool(true)),
            _ => None,
        },
        Sort::Choice(choices) => choices
            .iter()
            .any(|choice| choice == text)
            .then(|| Value::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_values_are_typed() {
        let text = "path: text required\ndays: number\nforce: switch\nlevel: choice low, high";
        let parameters = read(text).unwrap();
        assert_eq!(write(&parameters), text);
        let entered = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect()
        };
        let filled = fill(
            &parameters,
            &entered(&[("path", "/var/log"), ("days", "7"), ("level", "low")]),
        )
        .unwrap();
        assert_eq!(filled["days"], Value::Number(7.0));
        assert_eq!(filled["force"], Value::Bool(false));
        assert!(are_of(&parameters, &filled));
        for (name, value) in [
            ("days", Value::Text("7".to_owned())),
            ("level", Value::Text("odd".to_owned())),
            ("other", Value::Bool(true)),
        ] {
            let mut changed = filled.clone();
            changed.insert(name.to_owned(), value);
            assert!(!are_of(&parameters, &changed), "{name}");
        }
        let wrong = fill(&parameters, &entered(&[("days", "seven"), ("level", "odd")])).unwrap_err();
        let fields: Vec<&str> = wrong.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["parameter.path", "parameter.days", "parameter.level"]);
    }

    #[test]
    fn a_line_that_says_nothing_known_is_refused() {
        for text in [
            "Path: text",
            "a b: text",
            "path text",
            "path: blob",
            "x: choice one",
            "x: text\nx: number",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
