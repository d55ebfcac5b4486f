//! Comparing facts with conditions. Pure.
//!
//! Words in texts: without regard to case; Latin words as whole words (`print*` finds printer too), Chinese anywhere.

use serde::{Deserialize, Serialize};

use super::facts::{Facts, Value};
use crate::rule::word::{Operator, minutes};
use crate::rule::{Definition, Field, Group, Join, Test};

/// A condition that held: its place in the rule, and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// The condition.
    pub test: Test,
    /// The value that decided; empty when none is to be shown.
    pub found: String,
}

impl Matched {
    /// In the words of the text form, with what was found.
    #[must_use]
    pub fn told(&self) -> String {
        let test = &self.test;
        let mut told = format!("{} {}", test.field, test.operator);
        if self.found.is_empty() {
            if !test.values.is_empty() {
                told.push(' ');
                told.push_str(&test.values.join(", "));
            }
        } else {
            told.push(' ');
            told.push_str(&self.found);
        }
        told
    }
}

/// Whether the conditions hold; the ones that did.
#[must_use]
pub fn judge(definition: &Definition, facts: &Facts) -> Option<Vec<Matched>> {
    let mut matched = Vec::new();
    let mut held = 0;
    for group in &definition.groups {
        if let Some(found) = group_holds(group, facts) {
            matched.extend(found);
            held += 1;
        }
    }
    let holds = match definition.join {
        _ if definition.groups.is_empty() => true,
        Join::All => held == definition.groups.len(),
        Join::Any => held > 0,
    };
    holds.then_some(matched)
}

fn group_holds(group: &Group, facts: &Facts) -> Option<Vec<Matched>> {
    let matched: Vec<Matched> = group
        .tests
        .iter()
        .filter_map(|test| test_holds(test, facts))
        .collect();
    let holds = match group.join {
        Join::All => matched.len() == group.tests.len(),
        Join::Any => !matched.is_empty(),
    };
    holds.then_some(matched)
}

fn test_holds(test: &Test, facts: &Facts) -> Option<Matched> {
    let value = facts.get(test.field);
    let found = match test.operator {
        Operator::Changed => facts.change(test.field).map(|(_, after)| after.join(", ")),
        Operator::Was => facts
            .change(test.field)
            .and_then(|(before, _)| any(before, &test.values)),
        Operator::Became => facts
            .change(test.field)
            .and_then(|(_, after)| any(after, &test.values)),
        Operator::Empty => is_empty(value).then(String::new),
        Operator::Filled => (!is_empty(value)).then(String::new),
        Operator::Is => is(value, &test.values),
        Operator::IsNot => is(value, &test.values).is_none().then(String::new),
        Operator::Contains => contains(value, &test.values),
        Operator::ContainsNone => contains(value, &test.values).is_none().then(String::new),
        Operator::AtLeast => bound(test, value?, facts)
            .filter(|(have, want)| have >= want)
            .map(shown),
        Operator::AtMost => bound(test, value?, facts)
            .filter(|(have, want)| have <= want)
            .map(shown),
    };
    found.map(|found| Matched {
        test: test.clone(),
        found,
    })
}

fn shown((have, _): (i64, i64)) -> String {
    have.to_string()
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None => true,
        Some(Value::Words(words)) => words.is_empty(),
        Some(Value::Text(text)) => text.trim().is_empty(),
        Some(Value::Number(_) | Value::Flag(_)) => false,
    }
}

fn any(found: &[String], wanted: &[String]) -> Option<String> {
    found.iter().find(|one| wanted.contains(one)).cloned()
}

fn is(value: Option<&Value>, wanted: &[String]) -> Option<String> {
    match value? {
        Value::Words(words) => any(words, wanted),
        Value::Text(text) => {
            let text = text.trim().to_lowercase();
            wanted
                .iter()
                .find(|one| one.trim().to_lowercase() == text)
                .cloned()
        }
        Value::Number(number) => any(&[number.to_string()], wanted),
        Value::Flag(flag) => any(&[if *flag { "yes" } else { "no" }.to_owned()], wanted),
    }
}

fn contains(value: Option<&Value>, wanted: &[String]) -> Option<String> {
    match value? {
        Value::Words(words) => wanted
            .iter()
            .find(|one| {
                words
                    .iter()
                    .any(|word| word.to_lowercase() == one.trim().to_lowercase())
            })
            .cloned(),
        Value::Text(text) => {
            let text = text.to_lowercase();
            wanted
                .iter()
                .find(|one| has_word(&text, &one.trim().to_lowercase()))
                .cloned()
        }
        Value::Number(_) | Value::Flag(_) => None,
    }
}

/// Whether a text holds a word; both in lower case.
#[must_use]
pub fn has_word(text: &str, word: &str) -> bool {
    let (word, open_end) = match word.strip_suffix('*') {
        Some(start) => (start, true),
        None => (word, false),
    };
    if word.is_empty() {
        return false;
    }
    let is_latin =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() && !is_cjk(letter));
    let (first, last) = (word.chars().next(), word.chars().next_back());
    text.match_indices(word).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !(is_latin(first) && is_latin(before)) && (open_end || !(is_latin(last) && is_latin(after)))
    })
}

/// Letters of scripts that set no blanks between words.
const fn is_cjk(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn bound(test: &Test, value: &Value, facts: &Facts) -> Option<(i64, i64)> {
    let Value::Number(have) = value else { return None };
    let want = test.values.first()?;
    let want = match test.field {
        Field::Age | Field::InState | Field::Quiet | Field::Unassigned => minutes(want, facts.day_minutes)?,
        _ => want.parse().ok()?,
    };
    Some((*have, want))
}
