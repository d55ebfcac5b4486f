//! Why a ticket took no words: a refusal of the desk, kept so that the room can say it in each reader's language.
//!
//! The code alone would not do: most texts name a number, a gate's own words, or what is missing.

use kernel::Locale;
use kernel::error::{Error, FieldError, Result};
use kernel::i18n::Arg;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What [`kernel::error::Errors`] calls the whole: it says nothing that its fields do not say better.
const OF_FIELDS: &str = "kernel.invalid";

/// A refusal as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Its stable code.
    pub code: String,
    /// What is filled into its text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, Value)>,
    /// What it says of single fields: each thing that a close gate misses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Refusal>,
}

impl Refusal {
    /// One whose text needs nothing.
    #[must_use]
    pub fn plain(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            args: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// What an error said.
    ///
    /// # Errors
    /// Nothing that happens: its arguments are texts and numbers.
    pub fn of(error: Error) -> Result<Self> {
        let fields = error.fields().iter().map(Self::of_field).collect::<Result<_>>()?;
        // An error shows its own arguments only as those of a field.
        let named = error.field("");
        let whole = named.fields().last().map(Self::of_field).transpose()?;
        Ok(Self {
            fields,
            ..whole.unwrap_or_else(|| Self::plain(named.code()))
        })
    }

    fn of_field(field: &FieldError) -> Result<Self> {
        let arg = |(name, value): &(String, Arg)| Ok((name.clone(), serde_json::to_value(value)?));
        Ok(Self {
            code: field.code.clone(),
            args: field.args.iter().map(arg).collect::<Result<_>>()?,
            fields: Vec::new(),
        })
    }

    /// In the reader's words.
    #[must_use]
    pub fn words(&self, locale: Locale) -> String {
        let mut words = Vec::new();
        if self.code != OF_FIELDS || self.fields.is_empty() {
            words.push(self.own_words(locale));
        }
        words.extend(self.fields.iter().map(|field| field.own_words(locale)));
        words.iter().map(|text| text.trim()).collect::<Vec<_>>().join(" ")
    }

    fn own_words(&self, locale: Locale) -> String {
        let error = Error::conflict(self.code.clone());
        let error = self
            .args
            .iter()
            .fold(error, |error, (name, value)| error.arg(name.clone(), arg(value)));
        error.message(locale)
    }
}

fn arg(value: &Value) -> Arg {
    match value {
        Value::String(text) => Arg::Text(text.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Arg::Integer(whole),
            None => Arg::Decimal(number.as_f64().unwrap_or_default()),
        },
        other => Arg::Text(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use kernel::error::Errors;
    use kernel::i18n::register;

    use super::*;

    fn kept(error: Error) -> Refusal {
        let kept = serde_json::to_string(&Refusal::of(error).unwrap()).unwrap();
        serde_json::from_str(&kept).unwrap()
    }

    #[test]
    fn its_numbers_and_words_come_back_in_either_language() {
        register(crate::LOCALES);
        let error = || Error::conflict("major.already_declared").arg("number", 1042);
        for locale in Locale::ALL {
            assert_eq!(kept(error()).words(locale), error().message(locale));
        }
    }

    #[test]
    fn of_several_fields_each_is_said_and_the_whole_is_not() {
        register(crate::LOCALES);
        let mut errors = Errors::new();
        errors.push("happened", "major.review_missing");
        errors.push_with(
            "title",
            "major.title_length",
            vec![("most".to_owned(), 120.into())],
        );
        let words = kept(errors.finish().unwrap_err()).words(Locale::En);
        assert!(
            words.starts_with("Write this") && words.contains("120"),
            "{words}"
        );
    }
}
