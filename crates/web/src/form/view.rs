//! A form on its way to the reader: what stands in its fields, and what is wrong with them.

use std::collections::BTreeMap;

use kernel::error::Error;
use kernel::i18n::Locale;

use crate::present::words;

/// One choice of a select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// A value and its words.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The field.
    pub field: String,
    /// The words.
    pub text: String,
}

/// See the module's text.
#[derive(Clone, Debug, Default)]
pub struct FormView {
    values: BTreeMap<String, Vec<String>>,
    wrong: Vec<Wrong>,
    message: Option<String>,
}

impl FormView {
    /// Nothing filled in.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Filled with what is stored, for an edit form.
    pub fn of<V: Into<String>>(values: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        let mut view = Self::default();
        for (name, value) in values {
            view.values.entry(name.to_owned()).or_default().push(value.into());
        }
        view
    }

    pub(super) fn filled(fields: &[(String, String)]) -> Self {
        let mut view = Self::default();
        for (name, value) in fields {
            view.values.entry(name.clone()).or_default().push(value.clone());
        }
        view
    }

    /// With what is wrong, in the reader's words.
    #[must_use]
    pub fn refused(mut self, error: &Error, locale: Locale) -> Self {
        self.wrong = error
            .fields()
            .iter()
            .map(|field| Wrong {
                field: field.field.clone(),
                text: field.message(locale),
            })
            .collect();
        self.message = self.wrong.is_empty().then(|| words(error, locale));
        self
    }

    /// What stands in a field.
    pub fn value(&self, name: &str) -> &str {
        self.values
            .get(name)
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    /// Whether a value is chosen or checked.
    pub fn has(&self, name: &str, value: &str) -> bool {
        match self.values.get(name) {
            Some(values) => values.iter().any(|found| found == value),
            None => value.is_empty(),
        }
    }

    /// Whether a box is checked.
    pub fn checked(&self, name: &str) -> bool {
        !matches!(self.value(name), "" | "false" | "0" | "off")
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.wrong
            .iter()
            .find(|wrong| wrong.field == name)
            .map(|wrong| wrong.text.as_str())
    }

    /// Everything that is wrong with fields.
    pub fn errors(&self) -> &[Wrong] {
        &self.wrong
    }

    /// What is wrong with the whole.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Whether anything is wrong.
    pub fn is_refused(&self) -> bool {
        self.message.is_some() || !self.wrong.is_empty()
    }
}
