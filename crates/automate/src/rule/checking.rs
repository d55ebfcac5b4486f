//! What a definition must be before it is kept: every row complete, every word known, every text renderable.
//!
//! Errors name the field as the form and JSON call it. Whether a team or person exists is `naming`'s to say.

use kernel::error::{Errors, Result};
use kernel::i18n::Arg;

use super::word::{self, Kind, Operator, Takes};
use super::{Action, ActionKind, Definition, Field, Test, path};
use crate::running::words;

const NAME_MAX: usize = 100;
const GROUPS_MAX: usize = 10;
const TESTS_MAX: usize = 30;
const ACTIONS_MAX: usize = 20;
const VALUES_MAX: usize = 100;
const VALUE_MAX: usize = 200;
const TEXT_MAX: usize = 5_000;

/// Refuses what could not run.
///
/// # Errors
/// Each field that is wrong, with the remedy.
pub fn check(definition: &Definition) -> Result<()> {
    let mut errors = Errors::new();
    let name = definition.name.trim();
    if name.is_empty() {
        errors.push("name", "automate.rule.name_missing");
    } else if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        too_long(&mut errors, "name", NAME_MAX);
    }
    if !(0..=9_999).contains(&definition.place) {
        errors.push("place", "automate.rule.place_range");
    }
    if definition.when.is_empty() {
        errors.push("when", "automate.rule.when_missing");
    }
    if definition.then.is_empty() {
        errors.push("then", "automate.rule.then_missing");
    }
    most(&mut errors, "groups", definition.groups.len(), GROUPS_MAX);
    most(&mut errors, "then", definition.then.len(), ACTIONS_MAX);
    for (group, found) in definition.groups.iter().enumerate() {
        if found.tests.is_empty() {
            errors.push(format!("groups.{group}.tests"), "automate.rule.group_empty");
        }
        most(
            &mut errors,
            &format!("groups.{group}.tests"),
            found.tests.len(),
            TESTS_MAX,
        );
        for (index, test) in found.tests.iter().enumerate() {
            check_test(&mut errors, test, &|part| path::test(group, index, part));
        }
    }
    for (index, action) in definition.then.iter().enumerate() {
        check_action(&mut errors, action, &|part| path::action(index, part));
    }
    errors.finish()
}

fn most(errors: &mut Errors, field: &str, count: usize, most: usize) {
    if count > most {
        errors.push_with(
            field,
            "automate.rule.too_many",
            vec![("max".to_owned(), number(most))],
        );
    }
}

fn too_long(errors: &mut Errors, field: &str, most: usize) {
    errors.push_with(
        field,
        "automate.rule.too_long",
        vec![("max".to_owned(), number(most))],
    );
}

fn number(count: usize) -> Arg {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

fn check_test(errors: &mut Errors, test: &Test, path: &dyn Fn(&str) -> String) {
    let allowed = test.field.operators();
    if !allowed.contains(&test.operator) {
        let words: Vec<&str> = allowed.iter().map(|one| one.as_str()).collect();
        unknown(errors, path("operator"), test.operator.as_str(), &words);
        return;
    }
    let field = path("values");
    if !test.operator.takes_values() {
        if !test.values.is_empty() {
            errors.push(field, "automate.rule.value_needless");
        }
        return;
    }
    if test.values.is_empty() || test.values.iter().any(|value| value.trim().is_empty()) {
        errors.push(field, "automate.rule.value_missing");
        return;
    }
    most(errors, &field, test.values.len(), VALUES_MAX);
    for value in &test.values {
        check_value(errors, test, value, &field);
    }
}

fn check_value(errors: &mut Errors, test: &Test, value: &str, field: &str) {
    if value.chars().count() > VALUE_MAX || value.contains(['\n', '\r', '\0']) {
        too_long(errors, field, VALUE_MAX);
        return;
    }
    let words = test.field.words();
    match test.field.kind() {
        Kind::Word | Kind::Flag if !words.contains(&value) => {
            unknown(errors, field.to_owned(), value, &words)
        }
        Kind::Number if value.parse::<i64>().is_err() => errors.push(field, "automate.rule.not_a_number"),
        Kind::Duration if word::minutes(value, 480).is_none() => {
            errors.push(field, "automate.rule.not_a_duration")
        }
        _ => {}
    }
    // One bound is meant; of two the reader could not say which holds.
    if matches!(test.operator, Operator::AtLeast | Operator::AtMost) && test.values.len() > 1 {
        errors.push(field, "automate.rule.one_value");
    }
}

fn check_action(errors: &mut Errors, action: &Action, path: &dyn Fn(&str) -> String) {
    let (field, value) = (path("value"), action.value.trim());
    match action.kind.takes() {
        Takes::Nothing if value.is_empty() => {}
        Takes::Nothing => errors.push(field, "automate.rule.value_needless"),
        _ if value.is_empty() => errors.push(field, "automate.rule.value_missing"),
        _ if value.chars().count() > VALUE_MAX || action.value.chars().any(char::is_control) => {
            too_long(errors, &field, VALUE_MAX);
        }
        Takes::Word(words) if !words.contains(&value) => unknown(errors, field, value, &words),
        Takes::Duration if word::minutes(value, 480).is_none() => {
            errors.push(field, "automate.rule.not_a_duration")
        }
        Takes::Whom if !is_whom(value) => unknown(
            errors,
            field,
            value,
            &["assignee", "team", "managers", "team:…", "person:…"],
        ),
        Takes::Tags if tags(value).is_empty() => errors.push(field, "automate.rule.value_missing"),
        _ => {}
    }
    check_text(errors, action, path("text"));
}

fn check_text(errors: &mut Errors, action: &Action, field: String) {
    let text = action.text.trim();
    if !action.kind.takes_text() {
        if !text.is_empty() {
            errors.push(field, "automate.rule.text_needless");
        }
    } else if text.is_empty() {
        errors.push(field, "automate.rule.text_missing");
    } else if text.chars().count() > TEXT_MAX {
        too_long(errors, &field, TEXT_MAX);
    } else if let Err(detail) = words::render(text, &words::sample()) {
        let names = words::NAMES.join(", ");
        errors.push_with(
            field,
            "automate.rule.text_broken",
            vec![
                ("detail".to_owned(), detail.into()),
                ("names".to_owned(), names.into()),
            ],
        );
    }
}

fn is_whom(value: &str) -> bool {
    word::WHOM.contains(&value)
        || ["team:", "person:"].iter().any(|prefix| {
            value
                .strip_prefix(prefix)
                .is_some_and(|name| !name.trim().is_empty())
        })
}

/// The tags of an action's value.
#[must_use]
pub fn tags(value: &str) -> Vec<String> {
    let pieces = value
        .split([',', '，', '、'])
        .map(|tag| tag.trim().to_lowercase());
    pieces.filter(|tag| !tag.is_empty()).collect()
}

/// A word that is not known, with those that are.
pub(crate) fn unknown(errors: &mut Errors, field: String, word: &str, words: &[&str]) {
    let word: String = word.chars().take(40).collect();
    errors.push_with(
        field,
        "automate.rule.unknown_word",
        vec![
            ("word".to_owned(), word.into()),
            ("words".to_owned(), words.join(", ").into()),
        ],
    );
}

/// Whether an action of this kind ends the asking of later rules.
#[must_use]
pub fn stops(definition: &Definition) -> bool {
    definition
        .then
        .iter()
        .any(|action| action.kind == ActionKind::Stop)
}

/// The fields that a dry run judges by what they are today.
#[must_use]
pub fn todays(definition: &Definition) -> Vec<Field> {
    let tests = definition.groups.iter().flat_map(|group| &group.tests);
    let mut fields: Vec<Field> = tests
        .map(|test| test.field)
        .filter(|field| field.is_todays())
        .collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}
