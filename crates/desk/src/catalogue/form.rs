//! The form of a request type: its fields, and which of them are shown for what was answered so far. Pure.
//!
//! A field can depend on the answer to another. Chains are allowed, circles are not. What stands in a field that is not
//! shown counts as not given (`answering.rs`).

use std::collections::{BTreeMap, BTreeSet};

use kernel::error::Errors;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Given, Texts};
use crate::article;
use crate::ticket::value::words;

words!(
    /// What a field takes.
    FieldKind, "field_kind" {
        Text => "text", LongText => "long_text", Number => "number", Choice => "choice", Several => "several",
        YesNo => "yes_no", Person => "person", Device => "device", Date => "date", File => "file",
    }
);

/// One question of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestField)]
pub struct Field {
    /// Its name in answers: small letters, digits, underscores.
    pub key: String,
    /// What it takes.
    pub kind: FieldKind,
    /// The question.
    pub label: BTreeMap<String, String>,
    /// What helps to answer.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub help: BTreeMap<String, String>,
    /// Whether it must be answered while it is shown.
    #[serde(default)]
    pub required: bool,
    /// The least: of a number, of letters in a text, of chosen choices, of files, of days from today for a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// What can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Offer>,
    /// Shown only when another field is answered so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_when: Option<ShownWhen>,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FieldChoice)]
pub struct Offer {
    /// As it stands in answers.
    pub value: String,
    /// As it is read.
    pub label: BTreeMap<String, String>,
}

/// On what a field depends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShownWhen {
    /// The other field: a choice, several choices, or yes/no.
    pub field: String,
    /// One of its values; `yes` or `no`.
    pub is: String,
}

/// As many questions as a person answers.
pub const FIELDS_MAX: usize = 40;
const CHOICES_MAX: usize = 60;
const KEY_MAX: usize = 40;
const LABEL_MAX: usize = 160;
const HELP_MAX: usize = 300;
const VALUE_MAX: usize = 60;
/// Limits are within this.
const LIMIT: i64 = 1_000_000_000;

impl Field {
    /// The values that another field can depend on; none for kinds that cannot be depended on.
    #[must_use]
    pub fn values(&self) -> Vec<&str> {
        match self.kind {
            FieldKind::Choice | FieldKind::Several => {
                self.choices.iter().map(|choice| choice.value.as_str()).collect()
            }
            FieldKind::YesNo => vec!["yes", "no"],
            _ => Vec::new(),
        }
    }
}

/// The fields that are shown for what was given so far, by key.
#[must_use]
pub fn shown<'a>(fields: &'a [Field], given: &Given) -> BTreeSet<&'a str> {
    let stand = fields
        .iter()
        .filter(|field| stands(fields, field, given, fields.len()));
    stand.map(|field| field.key.as_str()).collect()
}

fn stands(fields: &[Field], field: &Field, given: &Given, depth: usize) -> bool {
    let Some(when) = &field.shown_when else {
        return true;
    };
    let is_so = given
        .get(&when.field)
        .is_some_and(|values| values.iter().any(|value| value.trim() == when.is));
    let above = fields.iter().find(|other| other.key == when.field);
    // The depth ends a circle that nobody could have saved.
    is_so && depth > 0 && above.is_some_and(|above| stands(fields, above, given, depth - 1))
}

/// Pushes everything that is wrong with a form, at `fields[N].…`.
pub fn check(fields: &[Field], errors: &mut Errors) {
    if fields.len() > FIELDS_MAX {
        let max = i64::try_from(FIELDS_MAX).unwrap_or(i64::MAX);
        errors.push_with(
            "fields",
            "desk.catalogue.too_many_fields",
            vec![("max".to_owned(), max.into())],
        );
    }
    for (index, field) in fields.iter().enumerate() {
        let at = |name: &str| format!("fields[{index}].{name}");
        if !is_key(&field.key) {
            errors.push(at("key"), "desk.catalogue.key_malformed");
        }
        if fields[..index].iter().any(|earlier| earlier.key == field.key) {
            errors.push(at("key"), "desk.catalogue.key_twice");
        }
        if field.label.values().all(|label| label.trim().is_empty()) {
            errors.push(at("label"), "desk.catalogue.label_missing");
        }
        for (name, texts, max) in [
            ("label", &field.label, LABEL_MAX),
            ("help", &field.help, HELP_MAX),
        ] {
            for text in texts.values() {
                article::line(errors, &at(name), text, max);
            }
        }
        check_limits(field, errors, at("max"));
        check_choices(field, errors, &at("choices"));
        if let Some(when) = &field.shown_when {
            check_dependence(fields, field, when, errors, at("shown_when"));
        }
    }
}

/// `new` is the address where a field is made.
fn is_key(key: &str) -> bool {
    let fits = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
    key != "new"
        && key.len() <= KEY_MAX
        && key.bytes().all(fits)
        && key.starts_with(|letter: char| letter.is_ascii_lowercase())
}

fn check_limits(field: &Field, errors: &mut Errors, at: String) {
    let limits = [field.min, field.max];
    let is_wide = limits
        .into_iter()
        .flatten()
        .any(|limit| !(-LIMIT..=LIMIT).contains(&limit));
    if is_wide || matches!(limits, [Some(min), Some(max)] if min > max) {
        errors.push(at, "desk.catalogue.limits_wrong");
    }
}

fn check_choices(field: &Field, errors: &mut Errors, at: &str) {
    let takes = matches!(field.kind, FieldKind::Choice | FieldKind::Several);
    if takes == field.choices.is_empty() {
        let code = if takes {
            "desk.catalogue.choices_missing"
        } else {
            "desk.catalogue.choices_unfit"
        };
        errors.push(at, code);
    }
    if field.choices.len() > CHOICES_MAX {
        let max = i64::try_from(CHOICES_MAX).unwrap_or(i64::MAX);
        errors.push_with(
            at,
            "desk.catalogue.too_many_choices",
            vec![("max".to_owned(), max.into())],
        );
    }
    let mut seen = BTreeSet::new();
    for choice in &field.choices {
        let is_plain = !choice.value.is_empty()
            && choice.value.trim() == choice.value
            && choice.value.chars().count() <= VALUE_MAX
            && !choice.value.chars().any(char::is_control);
        if !is_plain || choice.label.values().all(|label| label.trim().is_empty()) {
            errors.push(at, "desk.catalogue.choice_malformed");
        }
        if !seen.insert(choice.value.as_str()) {
            errors.push_with(
                at,
                "desk.catalogue.choice_twice",
                vec![("value".to_owned(), choice.value.clone().into())],
            );
        }
    }
}

fn check_dependence(fields: &[Field], field: &Field, when: &ShownWhen, errors: &mut Errors, at: String) {
    let Some(above) = fields.iter().find(|other| other.key == when.field) else {
        let named = vec![("field".to_owned(), when.field.clone().into())];
        errors.push_with(at, "desk.catalogue.depends_on_unknown", named);
        return;
    };
    if !above.values().contains(&when.is.as_str()) {
        let named = vec![
            ("field".to_owned(), when.field.clone().into()),
            ("values".to_owned(), above.values().join(", ").into()),
        ];
        errors.push_with(at, "desk.catalogue.depends_on_value", named);
    } else if is_in_circle(fields, field) {
        errors.push(at, "desk.catalogue.depends_in_circle");
    }
}

fn is_in_circle(fields: &[Field], field: &Field) -> bool {
    let mut current = field;
    for _ in 0..fields.len() {
        let above = current.shown_when.as_ref().map(|when| &when.field);
        let Some(next) = above.and_then(|key| fields.iter().find(|other| other.key == *key)) else {
            return false;
        };
        if next.key == field.key {
            return true;
        }
        current = next;
    }
    true
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn field(key: &str, kind: FieldKind) -> Field {
        let choice = |value: &str| Offer {
            value: value.to_owned(),
            label: Texts::from([("en".to_owned(), value.to_owned())]),
        };
        Field {
            key: key.to_owned(),
            kind,
            label: Texts::from([("en".to_owned(), key.to_owned())]),
            help: Texts::new(),
            required: false,
            min: None,
            max: None,
            choices: match kind {
                FieldKind::Choice | FieldKind::Several => vec![choice("a"), choice("b")],
                _ => Vec::new(),
            },
            shown_when: None,
        }
    }

    pub(crate) fn when(mut field: Field, other: &str, is: &str) -> Field {
        field.shown_when = Some(ShownWhen {
            field: other.to_owned(),
            is: is.to_owned(),
        });
        field
    }

    fn wrong(fields: &[Field]) -> Vec<(String, String)> {
        let mut errors = Errors::new();
        check(fields, &mut errors);
        let found = errors.finish().err();
        let fields = found.iter().flat_map(|error| error.fields().to_vec());
        fields.map(|one| (one.field.clone(), one.code.clone())).collect()
    }

    #[test]
    fn a_field_is_shown_when_the_whole_chain_above_it_is_answered_so() {
        let fields = [
            field("one", FieldKind::Choice),
            when(field("two", FieldKind::YesNo), "one", "a"),
            when(field("three", FieldKind::Text), "two", "yes"),
        ];
        let given = |pairs: &[(&str, &str)]| -> Given {
            let pairs = pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()]));
            pairs.collect()
        };
        assert_eq!(shown(&fields, &given(&[])).len(), 1);
        assert_eq!(shown(&fields, &given(&[("one", "a"), ("two", "yes")])).len(), 3);
        // The answer in the middle still stands there, but its question is no longer asked.
        assert_eq!(shown(&fields, &given(&[("one", "b"), ("two", "yes")])).len(), 1);
    }

    #[test]
    fn fields_that_depend_on_each_other_in_a_circle_are_refused() {
        let fields = [
            when(field("one", FieldKind::YesNo), "two", "yes"),
            when(field("two", FieldKind::YesNo), "one", "yes"),
        ];
        let codes = wrong(&fields);
        assert!(
            codes
                .iter()
                .all(|(_, code)| code == "desk.catalogue.depends_in_circle"),
            "{codes:?}"
        );
        assert_eq!(codes.len(), 2);
        assert_eq!(
            wrong(&[when(field("one", FieldKind::YesNo), "one", "yes")]).len(),
            1
        );
    }

    #[test]
    fn a_field_can_depend_only_on_a_value_that_can_be_chosen() {
        let fields = [
            field("one", FieldKind::Choice),
            when(field("two", FieldKind::Text), "one", "c"),
        ];
        assert_eq!(
            wrong(&fields),
            [(
                "fields[1].shown_when".to_owned(),
                "desk.catalogue.depends_on_value".to_owned()
            )]
        );
        let fields = [
            field("one", FieldKind::Text),
            when(field("two", FieldKind::Text), "one", "a"),
        ];
        assert_eq!(wrong(&fields).len(), 1);
        let fields = [when(field("two", FieldKind::Text), "gone", "a")];
        assert_eq!(wrong(&fields)[0].1, "desk.catalogue.depends_on_unknown");
    }

    #[test]
    fn keys_and_choices_are_unique_and_plain() {
        let mut twice = field("one", FieldKind::Choice);
        twice.choices[1].value = "a".to_owned();
        let codes = wrong(&[
            twice,
            field("one", FieldKind::Text),
            field("Not so", FieldKind::Text),
        ]);
        let codes: Vec<&str> = codes.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "desk.catalogue.choice_twice",
                "desk.catalogue.key_twice",
                "desk.catalogue.key_malformed"
            ]
        );
    }

    proptest! {
        #[test]
        fn a_form_that_passes_the_check_shows_a_field_only_below_shown_ones(
            above in prop::collection::vec(prop::option::of(0_usize..6), 6), chosen in prop::collection::vec(0_usize..3, 6)
        ) {
            let fields: Vec<Field> = above
                .iter()
                .enumerate()
                .map(|(index, above)| {
                    let plain = field(&format!("f{index}"), FieldKind::Choice);
                    match above {
                        Some(other) => when(plain, &format!("f{other}"), "a"),
                        None => plain,
                    }
                })
                .collect();
            let given: Given = chosen
                .iter()
                .enumerate()
                .filter_map(|(index, choice)| Some((format!("f{index}"), vec![(*["a", "b"].get(*choice)?).to_owned()])))
                .collect();
            if wrong(&fields).is_empty() {
                let shown = shown(&fields, &given);
                for field in &fields {
                    let expected = field.shown_when.as_ref().is_none_or(|when| {
                        shown.contains(when.field.as_str()) && given.get(&when.field).is_some_and(|values| values[0] == "a")
                    });
                    prop_assert_eq!(shown.contains(field.key.as_str()), expected);
                }
            }
        }
    }
}
