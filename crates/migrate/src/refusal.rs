//! What could not be taken and why: told by file, row, and field, so that it can be mended where it came from.

use kernel::error::Error;
use kernel::i18n::Locale;

use crate::record::Place;

/// Why something of the export was not taken.
#[derive(Debug)]
pub struct Refusal {
    pub place: Place,
    /// The number of the ticket or the address of the person, when it is known.
    pub subject: String,
    pub field: String,
    pub value: String,
    /// What is wrong and what to do.
    pub error: Error,
}

impl Refusal {
    /// The reason in words.
    #[must_use]
    pub fn reason(&self, locale: Locale) -> String {
        match self.error.fields().first() {
            Some(field) => field.message(locale),
            None => self.error.message(locale),
        }
    }
}

/// A field that is wrong, before it is known of what.
#[derive(Debug)]
pub struct Wrong {
    pub field: String,
    pub value: String,
    pub error: Error,
}

/// What a field says, or what is wrong with it.
pub type Read<T> = std::result::Result<T, Wrong>;

/// A field that is wrong for the reason with this code.
pub fn wrong(field: &str, value: &str, code: &str) -> Wrong {
    Wrong {
        field: field.to_owned(),
        value: value.chars().take(200).collect(),
        error: Error::invalid(code),
    }
}

impl Wrong {
    /// The refusal of what stands at this place.
    #[must_use]
    pub fn at(self, place: &Place, subject: &str) -> Refusal {
        Refusal {
            place: place.clone(),
            subject: subject.to_owned(),
            field: self.field,
            value: self.value,
            error: self.error,
        }
    }

    /// With an argument of the text.
    #[must_use]
    pub fn arg(self, name: &str, value: impl Into<String>) -> Wrong {
        Wrong {
            error: self.error.arg(name, value.into()),
            ..self
        }
    }
}
