//! Building one item without repeating what is absent.

use protocol::inventory::{Item, Value};

/// An item while it is being filled.
pub(super) struct Filling(Item);

/// Begins an item. The key names the thing within its section and stays the same while the thing does.
pub(super) fn item(key: impl Into<String>) -> Filling {
    Filling(Item::new(key))
}

impl Filling {
    pub(super) fn text(self, name: &str, text: Option<String>) -> Self {
        self.with(name, text.filter(|text| !text.is_empty()))
    }

    pub(super) fn number(self, name: &str, number: Option<i64>) -> Self {
        self.with(name, number)
    }

    pub(super) fn flag(self, name: &str, is: Option<bool>) -> Self {
        self.with(name, is)
    }

    fn with(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => Self(self.0.with(name, value)),
            None => self,
        }
    }

    /// The item, unless it says nothing beyond its key.
    pub(super) fn unless_empty(self) -> Option<Item> {
        (!self.0.values.is_empty()).then_some(self.0)
    }

    pub(super) fn done(self) -> Item {
        self.0
    }
}
