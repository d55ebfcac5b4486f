//! Answers held against a form. Pure.
//!
//! What comes in is what a browser sends: texts by key. What goes out is what is stored: each answer in its own shape, and
//! nothing of a field that is not shown. Persons were looked up before and stand here by their identifiers; files by name.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::error::{Errors, Result};
use kernel::i18n::{Arg, Locale};
use kernel::id::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::{self, Field, FieldKind};
use super::said;

/// What was given, by key; several values for several choices and files.
pub type Given = BTreeMap<String, Vec<String>>;

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Answer {
    /// Yes or no.
    YesNo(bool),
    /// A number.
    Number(i64),
    /// A text, a choice, a date (`2026-03-02`), or a person's identifier.
    Text(String),
    /// Choices, or names of files.
    Several(Vec<String>),
}

/// All answers to a form, by key.
pub type Answers = BTreeMap<String, Answer>;

const TEXT_MAX: i64 = 200;
const LONG_TEXT_MAX: i64 = 20_000;

/// The name of a field's place in forms and errors.
#[must_use]
pub fn place(key: &str) -> String {
    format!("answers.{key}")
}

/// Reads what was given, or refuses with everything that is wrong, each at its field.
pub fn read(fields: &[Field], given: &Given, today: Date) -> Result<Answers> {
    let mut errors = Errors::new();
    for key in given.keys() {
        if !fields.iter().any(|field| field.key == *key) {
            errors.push(place(key), "desk.catalogue.answer_unknown");
        }
    }
    let shown = form::shown(fields, given);
    let mut answers = Answers::new();
    for field in fields.iter().filter(|field| shown.contains(field.key.as_str())) {
        let values: Vec<&str> = given
            .get(&field.key)
            .into_iter()
            .flatten()
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
            .collect();
        if values.is_empty() {
            if field.required {
                errors.push(place(&field.key), "desk.catalogue.answer_missing");
            }
            continue;
        }
        match one(field, &values, today) {
            Ok(answer) => drop(answers.insert(field.key.clone(), answer)),
            Err((code, args)) => errors.push_with(place(&field.key), code, args),
        }
    }
    errors.finish()?;
    Ok(answers)
}

/// A limit that is not there, for the texts.
const NONE: &str = "none";

type Wrong = (&'static str, Vec<(String, Arg)>);

fn wrong(code: &'static str) -> Wrong {
    (code, Vec::new())
}

/// One answer; the values are trimmed and there is at least one.
fn one(field: &Field, values: &[&str], today: Date) -> Result<Answer, Wrong> {
    let is_list = matches!(field.kind, FieldKind::Several | FieldKind::File);
    if !is_list && values.len() > 1 {
        return Err(wrong("desk.catalogue.answer_twice"));
    }
    let value = values[0];
    let text = |max: i64| {
        let letters = i64::try_from(value.chars().count()).unwrap_or(i64::MAX);
        let limits = (field.min.unwrap_or(0), field.max.unwrap_or(max).min(max));
        within(letters, limits, "desk.catalogue.text_length").map(|()| Answer::Text(value.replace('\0', "")))
    };
    match field.kind {
        FieldKind::Text | FieldKind::Device => text(TEXT_MAX),
        FieldKind::LongText => text(LONG_TEXT_MAX),
        FieldKind::Number => {
            let number = value
                .parse::<i64>()
                .map_err(|_| wrong("desk.catalogue.not_a_number"))?;
            let limits = (field.min.unwrap_or(i64::MIN), field.max.unwrap_or(i64::MAX));
            within(number, limits, "desk.catalogue.number_range").map(|()| Answer::Number(number))
        }
        FieldKind::Choice => known(field, value).map(|()| Answer::Text(value.to_owned())),
        FieldKind::Several => {
            let mut chosen: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            chosen.dedup();
            for value in values {
                known(field, value)?;
            }
            counted(field, chosen, "desk.catalogue.choices_count")
        }
        FieldKind::File => {
            let names = values.iter().map(|value| (*value).to_owned()).collect();
            counted(field, names, "desk.catalogue.files_count")
        }
        FieldKind::YesNo => match value {
            "yes" | "true" => Ok(Answer::YesNo(true)),
            "no" | "false" => Ok(Answer::YesNo(false)),
            _ => Err(wrong("desk.catalogue.not_yes_or_no")),
        },
        FieldKind::Person => match value.parse::<UserId>() {
            Ok(person) => Ok(Answer::Text(person.to_string())),
            Err(_) => Err(wrong("desk.catalogue.person_unknown")),
        },
        FieldKind::Date => date(field, value, today),
    }
}

fn within(number: i64, (min, max): (i64, i64), code: &'static str) -> Result<(), Wrong> {
    if (min..=max).contains(&number) {
        return Ok(());
    }
    let bound = |limit: i64, none: i64| {
        if limit == none {
            NONE.to_owned()
        } else {
            limit.to_string()
        }
    };
    let args = vec![
        ("min".to_owned(), bound(min, i64::MIN).into()),
        ("max".to_owned(), bound(max, i64::MAX).into()),
    ];
    Err((code, args))
}

fn known(field: &Field, value: &str) -> Result<(), Wrong> {
    let is_offered = field.choices.iter().any(|choice| choice.value == value);
    is_offered.then_some(()).ok_or_else(|| {
        let short: String = value.chars().take(40).collect();
        (
            "desk.catalogue.choice_unknown",
            vec![("value".to_owned(), short.into())],
        )
    })
}

fn counted(field: &Field, values: Vec<String>, code: &'static str) -> Result<Answer, Wrong> {
    let count = i64::try_from(values.len()).unwrap_or(i64::MAX);
    let limits = (field.min.unwrap_or(0), field.max.unwrap_or(i64::MAX));
    within(count, limits, code).map(|()| Answer::Several(values))
}

/// Limits of a date are days from today, so that "not in the past" needs no new form every day.
fn date(field: &Field, value: &str, today: Date) -> Result<Answer, Wrong> {
    let date: Date = value.parse().map_err(|_| wrong("desk.catalogue.not_a_date"))?;
    let days = today
        .until(date)
        .map(|span| i64::from(span.get_days()))
        .map_err(|_| wrong("desk.catalogue.not_a_date"))?;
    let edge = |limit: Option<i64>| {
        let days = limit.map(|limit| jiff::Span::new().try_days(limit))?.ok()?;
        today.checked_add(days).ok().map(|edge| edge.to_string())
    };
    if field.min.is_some_and(|min| days < min) || field.max.is_some_and(|max| days > max) {
        let args = vec![
            (
                "min".to_owned(),
                edge(field.min).unwrap_or_else(|| NONE.to_owned()).into(),
            ),
            (
                "max".to_owned(),
                edge(field.max).unwrap_or_else(|| NONE.to_owned()).into(),
            ),
        ];
        return Err(("desk.catalogue.date_range", args));
    }
    Ok(Answer::Text(date.to_string()))
}

/// The people whom answers name.
#[must_use]
pub fn people(fields: &[Field], answers: &Answers) -> Vec<UserId> {
    let of_people = fields.iter().filter(|field| field.kind == FieldKind::Person);
    of_people
        .filter_map(|field| match answers.get(&field.key)? {
            Answer::Text(id) => id.parse().ok(),
            _ => None,
        })
        .collect()
}

/// Question and answer as they are read, in the order of the form; unanswered ones are left out.
#[must_use]
pub fn lines(
    fields: &[Field],
    answers: &Answers,
    locale: Locale,
    names: &BTreeMap<UserId, String>,
) -> Vec<(String, String)> {
    let line = |field: &Field| {
        let label = Some(said(&field.label, locale)).filter(|label| !label.is_empty());
        let words = words(field, answers.get(&field.key)?, locale, names);
        Some((label.unwrap_or(&field.key).to_owned(), words))
    };
    fields.iter().filter_map(line).collect()
}

fn words(field: &Field, answer: &Answer, locale: Locale, names: &BTreeMap<UserId, String>) -> String {
    let choice = |value: &str| {
        let offered = field.choices.iter().find(|choice| choice.value == value);
        let label = offered.map_or("", |choice| said(&choice.label, locale));
        if label.is_empty() {
            value.to_owned()
        } else {
            label.to_owned()
        }
    };
    match answer {
        Answer::YesNo(true) => locale.t("desk-catalogue-yes"),
        Answer::YesNo(false) => locale.t("desk-catalogue-no"),
        Answer::Number(number) => number.to_string(),
        Answer::Text(text) if field.kind == FieldKind::Choice => choice(text),
        Answer::Text(text) if field.kind == FieldKind::Person => {
            let name = text.parse().ok().and_then(|person: UserId| names.get(&person));
            name.cloned()
                .unwrap_or_else(|| locale.t("desk-catalogue-person-gone"))
        }
        Answer::Text(text) => text.clone(),
        Answer::Several(values) => {
            let words: Vec<String> = values.iter().map(|value| choice(value)).collect();
            words.join(&locale.t("desk-catalogue-between"))
        }
    }
}

/// What a program sent, as a browser would have: texts by key.
pub fn given_by_json(answers: &BTreeMap<String, serde_json::Value>) -> Result<Given> {
    use serde_json::Value;
    let mut errors = Errors::new();
    let mut given = Given::new();
    for (key, value) in answers {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
            _ => None,
        };
        let values = match value {
            Value::Null => Some(Vec::new()),
            Value::Array(values) => values.iter().map(text).collect(),
            value => text(value).map(|text| vec![text]),
        };
        match values {
            Some(values) => drop(given.insert(key.clone(), values)),
            None => errors.push(place(key), "desk.catalogue.answer_malformed"),
        }
    }
    errors.finish()?;
    Ok(given)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::form::tests::{field, when};

    const TODAY: Date = jiff::civil::date(2026, 3, 2);

    fn given(pairs: &[(&str, &str)]) -> Given {
        let mut given = Given::new();
        for (key, value) in pairs {
            given
                .entry((*key).to_owned())
                .or_default()
                .push((*value).to_owned());
        }
        given
    }

    fn refused(fields: &[Field], pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let error = read(fields, &given(pairs), TODAY).unwrap_err();
        error
            .fields()
            .iter()
            .map(|one| (one.field.clone(), one.code.clone()))
            .collect()
    }

    #[test]
    fn what_stands_in_a_hidden_field_is_not_kept_and_not_asked_for() {
        let mut hidden = when(field("where", FieldKind::Text), "abroad", "yes");
        hidden.required = true;
        let fields = [field("abroad", FieldKind::YesNo), hidden];
        let answers = read(&fields, &given(&[("abroad", "no"), ("where", "Paris")]), TODAY).unwrap();
        assert_eq!(
            answers,
            Answers::from([("abroad".to_owned(), Answer::YesNo(false))])
        );
        assert_eq!(
            refused(&fields, &[("abroad", "yes")]),
            [(
                "answers.where".to_owned(),
                "desk.catalogue.answer_missing".to_owned()
            )]
        );
    }

    #[test]
    fn every_wrong_answer_is_named_at_once() {
        let mut number = field("count", FieldKind::Number);
        (number.min, number.max) = (Some(1), Some(5));
        let mut day = field("day", FieldKind::Date);
        day.min = Some(0);
        let fields = [
            number,
            day,
            field("colour", FieldKind::Choice),
            field("who", FieldKind::Person),
        ];
        let codes = refused(
            &fields,
            &[
                ("count", "6"),
                ("day", "2026-03-01"),
                ("colour", "c"),
                ("who", "Ann"),
                ("extra", "1"),
            ],
        );
        let codes: Vec<&str> = codes.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "desk.catalogue.answer_unknown",
                "desk.catalogue.number_range",
                "desk.catalogue.date_range",
                "desk.catalogue.choice_unknown",
                "desk.catalogue.person_unknown",
            ]
        );
    }

    #[test]
    fn a_date_is_measured_in_days_from_today_over_the_end_of_a_month() {
        let mut day = field("day", FieldKind::Date);
        (day.min, day.max) = (Some(0), Some(60));
        let fields = [day];
        for (text, fits) in [
            ("2026-03-02", true),
            ("2026-05-01", true),
            ("2026-05-02", false),
            ("2026-03-01", false),
        ] {
            assert_eq!(
                read(&fields, &given(&[("day", text)]), TODAY).is_ok(),
                fits,
                "{text}"
            );
        }
    }

    #[test]
    fn answers_read_in_the_readers_language_with_the_names_of_people() {
        let person: UserId = kernel::id::Id::from_parts(1, &[7; 10]);
        let mut colour = field("colour", FieldKind::Several);
        colour.choices[0]
            .label
            .insert("zh-CN".to_owned(), "甲".to_owned());
        let fields = [colour, field("who", FieldKind::Person)];
        let answers = Answers::from([
            (
                "colour".to_owned(),
                Answer::Several(vec!["a".to_owned(), "b".to_owned()]),
            ),
            ("who".to_owned(), Answer::Text(person.to_string())),
        ]);
        let names = BTreeMap::from([(person, "Ann".to_owned())]);
        kernel::i18n::register(crate::LOCALES);
        let lines = lines(&fields, &answers, Locale::ZhCn, &names);
        assert_eq!(lines[0].1, "甲、b");
        assert_eq!(lines[1].1, "Ann");
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_makes_an_answer_outside_of_the_form(
            values in prop::collection::btree_map("[a-d]", prop::collection::vec("[ -~]{0,8}|yes|no|a|b|2026-03-0[1-9]|[0-9]{1,3}", 0..3), 0..4)
        ) {
            let mut number = field("b", FieldKind::Number);
            number.max = Some(99);
            let fields = [field("a", FieldKind::Choice), number, when(field("c", FieldKind::Date), "a", "a"), field("d", FieldKind::YesNo)];
            if let Ok(answers) = read(&fields, &values, TODAY) {
                let shown = form::shown(&fields, &values);
                for (key, answer) in &answers {
                    prop_assert!(shown.contains(key.as_str()));
                    match (key.as_str(), answer) {
                        ("a", Answer::Text(choice)) => prop_assert!(choice == "a" || choice == "b"),
                        ("b", Answer::Number(number)) => prop_assert!(*number <= 99),
                        ("c", Answer::Text(day)) => prop_assert!(day.parse::<Date>().is_ok()),
                        ("d", Answer::YesNo(_)) => {}
                        other => prop_assert!(false, "{other:?}"),
                    }
                }
            }
        }

        #[test]
        fn what_was_kept_reads_back_from_its_json(text in "\\PC{1,40}", number in any::<i64>(), yes in any::<bool>()) {
            let answers = Answers::from([
                ("a".to_owned(), Answer::Text(text)), ("b".to_owned(), Answer::Number(number)), ("c".to_owned(), Answer::YesNo(yes)),
            ]);
            let json = serde_json::to_string(&answers).unwrap();
            prop_assert_eq!(serde_json::from_str::<Answers>(&json).unwrap(), answers);
        }
    }
}
