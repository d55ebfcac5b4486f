//! Texts for templates that have no [`crate::Shell`]: mails, fragments, cards.

use kernel::i18n::{Arg, Locale};

/// A language with the methods that templates call: `{{ t.t("key") }}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct T(pub Locale);

impl T {
    /// A text.
    pub fn t(self, key: &str) -> String {
        self.0.t(key)
    }

    /// A text with `{ $count }`.
    pub fn n(self, key: &str, count: impl TryInto<i64>) -> String {
        self.w(key, "count", count.try_into().unwrap_or(i64::MAX))
    }

    /// A text with one argument.
    pub fn w(self, key: &str, name: &str, value: impl Into<Arg>) -> String {
        self.0.t_with(key, &[(name, value.into())])
    }

    /// For `lang`.
    pub fn tag(self) -> &'static str {
        self.0.tag()
    }
}
