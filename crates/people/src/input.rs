//! What several forms of this slice share: choices of language and time zone, and instants typed in local time.

use std::sync::OnceLock;

use kernel::{Error, Errors, Locale, Result, Timestamp};
use web::{Choice, FormData};

/// The languages by their own names.
pub(crate) fn locales() -> Vec<Choice> {
    Locale::ALL
        .into_iter()
        .map(|locale| Choice::new(locale.tag(), locale.t("web-locale-name")))
        .collect()
}

/// The names of the IANA database that people look for: `Area/City`, and UTC. Aliases without an area are left out;
/// whoever types one is understood all the same.
pub(crate) fn time_zones() -> &'static [&'static str] {
    static ZONES: OnceLock<Vec<&'static str>> = OnceLock::new();
    ZONES.get_or_init(|| {
        let areas = [
            "Africa",
            "America",
            "Antarctica",
            "Arctic",
            "Asia",
            "Atlantic",
            "Australia",
            "Europe",
            "Indian",
            "Pacific",
        ];
        let mut names: Vec<String> = jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .filter(|name| {
                name.split_once('/')
                    .is_some_and(|(area, _)| areas.contains(&area))
            })
            .collect();
        names.sort_unstable();
        names.push("UTC".to_owned());
        // The list lives as long as the program; leaking it once gives templates plain references.
        names.into_iter().map(|name| &*name.leak()).collect()
    })
}

/// A local date and time as `<input type="datetime-local">` sends it.
fn instant(text: &str, time_zone: &str) -> Option<Timestamp> {
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    let zone = jiff::tz::TimeZone::get(time_zone).ok()?;
    Some(Timestamp::from_millis(
        civil.to_zoned(zone).ok()?.timestamp().as_millisecond(),
    ))
}

/// From, to, and a note, as the forms of shifts and absences have them.
///
/// # Errors
/// Names the wrong fields `starts_at`, `ends_at`, `note`.
pub(crate) fn span(form: &FormData, time_zone: &str) -> Result<((Timestamp, Timestamp), String)> {
    let mut errors = Errors::new();
    let mut read = |name: &str| match form.optional(name) {
        None => {
            errors.push(name, "web.form.missing");
            None
        }
        Some(text) => {
            let at = instant(text, time_zone);
            if at.is_none() {
                errors.push(name, "people.shift.time_malformed");
            }
            at
        }
    };
    let (starts_at, ends_at) = (read("starts_at"), read("ends_at"));
    if form.text("note").chars().count() > 200 {
        errors.push("note", "people.shift.note_too_long");
    }
    errors.finish()?;
    match (starts_at, ends_at) {
        (Some(starts_at), Some(ends_at)) => Ok(((starts_at, ends_at), form.text("note").to_owned())),
        _ => Err(Error::internal("errors were found and not said")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> FormData {
        FormData::from_pairs(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn local_times_are_read_in_the_readers_zone() {
        let filled = form(&[
            ("starts_at", "2026-11-23T09:00"),
            ("ends_at", "2026-11-23T18:30"),
            ("note", "培训"),
        ]);
        let ((from, to), note) = span(&filled, "Asia/Shanghai").unwrap();
        assert_eq!(from.to_string(), "2026-11-23T01:00:00Z");
        assert_eq!(to.since(from), 570 * 60_000);
        assert_eq!(note, "培训");
    }

    #[test]
    fn every_wrong_time_is_named() {
        let error = span(&form(&[("starts_at", "tomorrow")]), "Asia/Shanghai").unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["starts_at", "ends_at"]);
    }

    #[test]
    fn cities_are_offered_and_aliases_are_not() {
        assert!(time_zones().contains(&"Asia/Shanghai") && time_zones().contains(&"UTC"));
        assert!(!time_zones().contains(&"PRC") && !time_zones().contains(&"Etc/GMT+8"));
    }
}
