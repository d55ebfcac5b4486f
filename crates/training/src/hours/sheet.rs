//! The table of hours as CSV.

use kernel::error::{Error, Result};
use kernel::i18n::Locale;

use super::Line;

/// With a mark that tells spreadsheets that it is UTF-8.
pub fn csv(lines: &[Line], hours: i64, locale: Locale) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    let heading = [
        "training-person",
        "training-email",
        "training-hours-have",
        "training-hours-wanted",
        "training-courses-done",
        "training-courses-open",
        "training-courses-late",
    ];
    writer
        .write_record(heading.map(|key| locale.t(key)))
        .map_err(Error::internal)?;
    for line in lines {
        writer
            .write_record([
                plain(&line.name),
                plain(&line.email),
                hours_of(line.minutes),
                hours.to_string(),
                line.done.to_string(),
                line.open.to_string(),
                line.late.to_string(),
            ])
            .map_err(Error::internal)?;
    }
    writer
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))
}

/// Hours with two places: a sheet reckons with them.
fn hours_of(minutes: i64) -> String {
    format!("{}.{:02}", minutes / 60, minutes % 60 * 100 / 60)
}

/// A name that a sheet would take for a formula stands behind a quote (OWASP, CSV injection).
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_hours_and_no_name_is_a_formula() {
        assert_eq!(hours_of(90), "1.50");
        assert_eq!(hours_of(5), "0.08");
        assert_eq!(plain("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(plain("李娜"), "李娜");
    }
}
