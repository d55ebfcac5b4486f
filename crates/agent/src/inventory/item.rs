//! Building one item of a section without repeating what is absent.

use std::collections::BTreeMap;

use protocol::inventory::{Item, Value};

/// An item while it is being filled.
#[derive(Debug)]
pub struct Filling {
    key: String,
    values: BTreeMap<String, Value>,
}

/// Begins an item. The key names the thing within its section and stays the same while the thing does.
#[must_use]
pub fn item(key: impl Into<String>) -> Filling {
    Filling {
        key: key.into(),
        values: BTreeMap::new(),
    }
}

impl Filling {
    /// A text, unless it is absent or empty.
    #[must_use]
    pub fn text(mut self, name: &str, text: impl IntoText) -> Self {
        if let Some(text) = text.into_text() {
            let text = text.trim();
            if !text.is_empty() {
                self.values.insert(name.to_owned(), Value::Text(text.to_owned()));
            }
        }
        self
    }

    /// A whole number, unless it is absent.
    #[must_use]
    pub fn number(mut self, name: &str, number: impl Into<Option<i64>>) -> Self {
        if let Some(number) = number.into() {
            self.values.insert(name.to_owned(), number_value(number));
        }
        self
    }

    /// Yes or no, unless it is unknown.
    #[must_use]
    pub fn bool(mut self, name: &str, is: impl Into<Option<bool>>) -> Self {
        if let Some(is) = is.into() {
            self.values.insert(name.to_owned(), Value::Bool(is));
        }
        self
    }

    /// Whether nothing was filled in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The item.
    #[must_use]
    pub fn done(self) -> Item {
        Item {
            key: self.key,
            values: self.values,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the protocol counts up to 2 to the power of 53"
)]
fn number_value(number: i64) -> Value {
    Value::Number(number as f64)
}

/// Texts and texts that may be absent.
pub trait IntoText {
    /// The text, when there is one.
    fn into_text(self) -> Option<String>;
}

impl IntoText for &str {
    fn into_text(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl IntoText for String {
    fn into_text(self) -> Option<String> {
        Some(self)
    }
}

impl IntoText for Option<String> {
    fn into_text(self) -> Option<String> {
        self
    }
}

impl IntoText for Option<&str> {
    fn into_text(self) -> Option<String> {
        self.map(str::to_owned)
    }
}
