//! An iCalendar file that was handed in with a form, and what could not be taken over from it.

use kernel::{Error, Errors, Locale, Result};
use web::{App, FormData};
use worktime::{Import, WhySkipped};

/// A year of holidays takes a few kilobytes.
const LARGEST: i64 = 2 * 1024 * 1024;

/// # Errors
/// What is wrong with the file, on `file`.
pub(super) async fn read(app: &App, form: &FormData) -> Result<Import> {
    let upload = form
        .files("file")
        .next()
        .ok_or_else(|| Error::invalid("people.calendar.file_missing").field("file"))?;
    if upload.stored.size > LARGEST {
        return Err(Error::invalid("people.calendar.file_too_large").field("file"));
    }
    let bytes = app.files.get(&upload.stored.hash).await?;
    let text = String::from_utf8_lossy(&bytes);
    worktime::import(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let args = error
            .arguments()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let mut errors = Errors::new();
        errors.push_with("file", error.code(), args);
        errors
            .finish()
            .err()
            .unwrap_or_else(|| Error::internal(error.to_string()))
    })
}

/// The lines that were left out, in words.
pub(super) fn skipped(locale: Locale, import: &Import) -> Vec<String> {
    let line = |one: &worktime::Skipped| {
        let key = match one.why {
            WhySkipped::NotAllDay => "worktime-skipped-not-all-day",
            WhySkipped::Repeats => "worktime-skipped-repeats",
            WhySkipped::Cancelled => "worktime-skipped-cancelled",
        };
        locale.t_with(
            key,
            &[
                ("line", one.line.into()),
                ("summary", one.summary.as_str().into()),
            ],
        )
    };
    import.skipped.iter().map(line).collect()
}

/// Hours that make-up days would get are the only field of these forms that the calendar itself can refuse.
pub(super) fn to_form_fields(error: &Error) -> Error {
    let mut errors = Errors::new();
    for field in error.fields() {
        let own = matches!(field.field.as_str(), "file" | "year" | "hours");
        errors.push_with(
            if own { field.field.as_str() } else { "hours" },
            field.code.clone(),
            field.args.clone(),
        );
    }
    errors
        .finish()
        .err()
        .unwrap_or_else(|| Error::internal("an error without fields"))
}
