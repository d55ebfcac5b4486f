//! Settings as they were given, with where each came from, so that an error can point at the place.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::SETTINGS;

/// Why the settings cannot be used. Printed before anything runs, so in plain words and without a language to
/// translate into.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the settings in {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} is not valid TOML: {message}", path.display())]
    Malformed { path: PathBuf, message: String },
    #[error("unknown setting `{name}` in {origin}{}; known settings are: {}", suggestion(name), SETTINGS.join(", "))]
    Unknown { name: String, origin: Origin },
    #[error("setting `{name}` in {origin} is `{value}`, but must be {expected}")]
    Invalid {
        name: &'static str,
        origin: Origin,
        value: String,
        expected: &'static str,
    },
}

/// Where a setting was given.
#[derive(Clone, Debug)]
pub enum Origin {
    File(PathBuf),
    Variable(String),
    Flag(&'static str),
}

#[derive(Default)]
pub(super) struct Given {
    settings: BTreeMap<&'static str, (String, Origin)>,
}

impl Given {
    /// Takes a setting; a later one replaces an earlier one.
    pub fn add(&mut self, name: &str, value: String, origin: Origin) -> Result<(), ConfigError> {
        let Some(known) = SETTINGS.iter().find(|known| **known == name) else {
            return Err(ConfigError::Unknown {
                name: name.to_owned(),
                origin,
            });
        };
        self.settings.insert(known, (value, origin));
        Ok(())
    }

    pub fn add_toml(&mut self, path: &Path, text: &str) -> Result<(), ConfigError> {
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| ConfigError::Malformed {
                path: path.to_owned(),
                message: error.to_string().trim_end().to_owned(),
            })?;
        for (name, value) in table {
            self.add(&name, plain_text(value), Origin::File(path.to_owned()))?;
        }
        Ok(())
    }

    pub fn text(&self, name: &'static str) -> Option<&str> {
        self.settings.get(name).map(|(value, _)| value.trim())
    }

    /// The value when it could be read, an error that names place and remedy when not.
    pub fn check<T>(
        &self,
        name: &'static str,
        read: Option<T>,
        expected: &'static str,
    ) -> Result<T, ConfigError> {
        match (read, self.settings.get(name)) {
            (Some(value), _) => Ok(value),
            (None, given) => {
                let (value, origin) = given.cloned().unwrap_or((String::new(), Origin::Flag(name)));
                Err(ConfigError::Invalid {
                    name,
                    origin,
                    value,
                    expected,
                })
            }
        }
    }

    pub fn parse<T: FromStr>(
        &self,
        name: &'static str,
        expected: &'static str,
    ) -> Result<Option<T>, ConfigError> {
        self.text(name)
            .map(|text| self.check(name, text.parse().ok(), expected))
            .transpose()
    }

    pub fn positive(&self, name: &'static str, expected: &'static str) -> Result<Option<u64>, ConfigError> {
        let number = |text: &str| text.replace('_', "").parse().ok().filter(|number| *number > 0);
        self.text(name)
            .map(|text| self.check(name, number(text), expected))
            .transpose()
    }

    pub fn list<T: FromStr>(
        &self,
        name: &'static str,
        expected: &'static str,
    ) -> Result<Vec<T>, ConfigError> {
        let Some(text) = self.text(name) else {
            return Ok(Vec::new());
        };
        text.split(',')
            .map(str::trim)
            .filter(|piece| !piece.is_empty())
            .map(|piece| self.check(name, piece.parse().ok(), expected))
            .collect()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(path) => path.display().fmt(formatter),
            Origin::Variable(name) => write!(formatter, "the environment variable {name}"),
            Origin::Flag(name) => write!(formatter, "--{}", name.replace('_', "-")),
        }
    }
}

/// A variable can only hold text, so values of the file become text as well: lists separated by commas.
fn plain_text(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        toml::Value::Array(items) => items.into_iter().map(plain_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn suggestion(name: &str) -> String {
    SETTINGS
        .iter()
        .map(|known| (distance(name, known), known))
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map_or_else(String::new, |(_, known)| format!(" (did you mean `{known}`?)"))
}

/// How many letters must be added, removed, or changed (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (column, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}
