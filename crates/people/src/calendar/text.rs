//! A calendar between its form and its definition: hours as `09:00-12:00, 13:30-18:00`, special days one a line.
//!
//! Nothing is checked here but the shape of a line; `worktime` checks the rest and names the field.

use std::collections::BTreeMap;

use kernel::{Error, Errors, Result};
use web::{FormData, FormView};
use worktime::{Definition, Replaced, split_hours};

/// The fields of the weekly hours, Monday first.
pub(super) const DAYS: [&str; 7] = [
    "weekly.monday",
    "weekly.tuesday",
    "weekly.wednesday",
    "weekly.thursday",
    "weekly.friday",
    "weekly.saturday",
    "weekly.sunday",
];

/// What a form says.
pub(super) fn definition(form: &FormData) -> Result<Definition> {
    let mut errors = Errors::new();
    let mut definition = Definition {
        time_zone: form.text("time_zone").to_owned(),
        holidays: holidays(form.text("holidays")),
        replaced: replaced(form.text("replaced")),
        known_until: form.optional("known_until").map(str::to_owned),
        ..Definition::default()
    };
    for (field, (_, day)) in DAYS.iter().zip(definition.weekly.days_mut()) {
        *day = split_hours(form.text(field));
    }
    let twice = definition
        .holidays
        .keys()
        .find(|date| definition.replaced.contains_key(*date));
    if let Some(date) = twice {
        errors.push_with(
            "replaced",
            "people.calendar.day_twice",
            vec![("date".to_owned(), date.as_str().into())],
        );
    }
    errors.finish()?;
    Ok(definition)
}

/// `2026-10-01 国庆节` a line.
fn holidays(text: &str) -> BTreeMap<String, String> {
    lines(text)
        .map(|line| {
            let (date, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            (date.to_owned(), name.trim().to_owned())
        })
        .collect()
}

/// `2026-10-10 09:00-12:00 13:30-18:00 国庆节调休` a line: what holds a colon is hours, the rest is the name.
fn replaced(text: &str) -> BTreeMap<String, Replaced> {
    lines(text)
        .map(|line| {
            let mut words = line.split_whitespace();
            let date = words.next().unwrap_or_default().to_owned();
            let rest: Vec<&str> = words.collect();
            let is_hours = |word: &&str| word.contains([':', '：']);
            let count = rest.iter().take_while(|word| is_hours(word)).count();
            let hours = rest[..count].iter().flat_map(|word| split_hours(word)).collect();
            (
                date,
                Replaced {
                    hours,
                    name: rest[count..].join(" "),
                },
            )
        })
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// A stored calendar as the form shows it.
pub(super) fn filled(name: &str, definition: &Definition) -> FormView {
    let holidays = definition
        .holidays
        .iter()
        .map(|(date, name)| format!("{date} {name}").trim_end().to_owned());
    let replaced = definition.replaced.iter().map(|(date, day)| {
        format!("{date} {} {}", day.hours.join(" "), day.name)
            .trim_end()
            .to_owned()
    });
    let mut values = vec![
        ("name", name.to_owned()),
        ("time_zone", definition.time_zone.clone()),
        ("holidays", holidays.collect::<Vec<_>>().join("\n")),
        ("replaced", replaced.collect::<Vec<_>>().join("\n")),
        ("known_until", definition.known_until.clone().unwrap_or_default()),
    ];
    values.extend(
        DAYS.into_iter()
            .zip(definition.weekly.days())
            .map(|(field, (_, day))| (field, day.join(", "))),
    );
    FormView::of(values)
}

/// What is wrong with one date is said at the box that holds all of them.
pub(super) fn to_form_fields(error: &Error) -> Error {
    let mut errors = Errors::new();
    for field in error.fields() {
        let name = match field.field.split('.').next() {
            Some(part @ ("holidays" | "replaced")) => part.to_owned(),
            _ if field.field == "weekly" || field.field == "definition" => DAYS[0].to_owned(),
            _ => field.field.clone(),
        };
        errors.push_with(name, field.code.clone(), field.args.clone());
    }
    errors
        .finish()
        .err()
        .unwrap_or_else(|| Error::internal("an error without fields"))
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

    const FILLED: [(&str, &str); 6] = [
        ("name", "办公室"),
        ("time_zone", "Asia/Shanghai"),
        ("weekly.monday", "09:00-12:00，13:30-18:00"),
        ("holidays", "2026-10-01 国庆节\n\n2026-12-25"),
        (
            "replaced",
            "2026-10-10 09:00-12:00 13:30-18:00 国庆节 调休\n2026-12-31 09:00-12:00,13:00-14:00",
        ),
        ("known_until", "2026-12-31"),
    ];

    #[test]
    fn a_form_becomes_a_definition_and_the_same_form_again() {
        let read = definition(&form(&FILLED)).unwrap();
        assert_eq!(read.weekly.monday, ["09:00-12:00", "13:30-18:00"]);
        assert_eq!(read.holidays["2026-12-25"], "");
        assert_eq!(read.replaced["2026-10-10"].name, "国庆节 调休");
        assert_eq!(read.replaced["2026-12-31"].hours, ["09:00-12:00", "13:00-14:00"]);
        let shown = filled("办公室", &read);
        assert_eq!(shown.value("holidays"), "2026-10-01 国庆节\n2026-12-25");
        assert_eq!(shown.value("weekly.monday"), "09:00-12:00, 13:30-18:00");
        let again = DAYS
            .iter()
            .chain(&["time_zone", "holidays", "replaced", "known_until"]);
        let pairs: Vec<(&str, &str)> = again.map(|name| (*name, shown.value(name))).collect();
        assert_eq!(definition(&form(&pairs)).unwrap(), read);
    }

    #[test]
    fn a_day_that_is_both_off_and_worked_is_refused() {
        let both = [("holidays", "2026-10-10"), ("replaced", "2026-10-10 09:00-18:00")];
        let error = definition(&form(&both)).unwrap_err();
        assert_eq!(error.fields()[0].field, "replaced");
    }
}
