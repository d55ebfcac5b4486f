//! A rule on its way through the form: every row as it was filled, complete or not, so that adding and removing rows
//! loses nothing and works without scripts.

use kernel::error::{Errors, Result};
use web::FormData;

use crate::rule::text::value;
use crate::rule::text_reading::values;
use crate::rule::word::{ActionKind, Field, Operator};
use crate::rule::{Action, Definition, Group, Join, Test, Trigger, checking, path};

/// See the module's text.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub name: String,
    pub place: String,
    pub enabled: bool,
    pub when: Vec<String>,
    pub join: String,
    pub groups: Vec<GroupDraft>,
    pub then: Vec<ActionDraft>,
}

/// A group of conditions.
#[derive(Debug, Clone, Default)]
pub(super) struct GroupDraft {
    pub join: String,
    pub tests: Vec<TestDraft>,
}

/// A condition.
#[derive(Debug, Clone, Default)]
pub(super) struct TestDraft {
    pub field: String,
    pub operator: String,
    pub values: String,
}

/// An action.
#[derive(Debug, Clone, Default)]
pub(super) struct ActionDraft {
    pub kind: String,
    pub value: String,
    pub text: String,
}

impl TestDraft {
    fn fresh() -> Self {
        Self {
            field: Field::Words.to_string(),
            operator: Operator::Contains.to_string(),
            values: String::new(),
        }
    }
}

impl ActionDraft {
    fn fresh() -> Self {
        Self {
            kind: ActionKind::AddTags.to_string(),
            ..Self::default()
        }
    }
}

impl Draft {
    /// A rule that is begun.
    pub(super) fn fresh() -> Self {
        Self {
            place: "100".to_owned(),
            join: Join::All.to_string(),
            groups: vec![GroupDraft {
                join: Join::All.to_string(),
                tests: vec![TestDraft::fresh()],
            }],
            then: vec![ActionDraft::fresh()],
            ..Self::default()
        }
    }

    /// A rule as it is stored, names instead of ids.
    pub(super) fn of(definition: &Definition) -> Self {
        let test = |test: &Test| TestDraft {
            field: test.field.to_string(),
            operator: test.operator.to_string(),
            values: test
                .values
                .iter()
                .map(|one| value(one))
                .collect::<Vec<_>>()
                .join(", "),
        };
        Self {
            name: definition.name.clone(),
            place: definition.place.to_string(),
            enabled: definition.enabled,
            when: definition.when.iter().map(ToString::to_string).collect(),
            join: definition.join.to_string(),
            groups: definition
                .groups
                .iter()
                .map(|group| GroupDraft {
                    join: group.join.to_string(),
                    tests: group.tests.iter().map(test).collect(),
                })
                .collect(),
            then: definition
                .then
                .iter()
                .map(|action| ActionDraft {
                    kind: action.kind.to_string(),
                    value: action.value.clone(),
                    text: action.text.clone(),
                })
                .collect(),
        }
    }

    /// What a browser sent.
    pub(super) fn sent(form: &FormData) -> Self {
        let mut groups = Vec::new();
        while let Some(join) = form.optional(&format!("groups.{}.join", groups.len())) {
            let (group, mut tests) = (groups.len(), Vec::new());
            while let Some(field) = form.optional(&path::test(group, tests.len(), "field")) {
                let part = |name: &str| form.text(&path::test(group, tests.len(), name)).to_owned();
                tests.push(TestDraft {
                    field: field.to_owned(),
                    operator: part("operator"),
                    values: part("values"),
                });
            }
            groups.push(GroupDraft {
                join: join.to_owned(),
                tests,
            });
        }
        let mut then = Vec::new();
        while let Some(kind) = form.optional(&path::action(then.len(), "kind")) {
            let part = |name: &str| form.text(&path::action(then.len(), name)).to_owned();
            then.push(ActionDraft {
                kind: kind.to_owned(),
                value: part("value"),
                text: part("text"),
            });
        }
        Self {
            name: form.text("name").to_owned(),
            place: form.text("place").to_owned(),
            enabled: form.checked("enabled"),
            when: form.all("when").map(str::to_owned).collect(),
            join: form.text("join").to_owned(),
            groups,
            then,
        }
    }

    /// Does what a button of the form asks for: `add_condition:0`, `remove_action:2`; whether it was one.
    pub(super) fn edit(&mut self, button: &str) -> bool {
        let mut pieces = button.split(':');
        let act = pieces.next().unwrap_or_default();
        let mut place = || {
            pieces
                .next()
                .and_then(|number| number.parse::<usize>().ok())
                .unwrap_or(usize::MAX)
        };
        match act {
            "add_group" => self.groups.push(GroupDraft {
                join: Join::All.to_string(),
                tests: vec![TestDraft::fresh()],
            }),
            "remove_group" => drop_at(&mut self.groups, place()),
            "add_condition" => {
                if let Some(group) = self.groups.get_mut(place()) {
                    group.tests.push(TestDraft::fresh());
                }
            }
            "remove_condition" => {
                if let Some(group) = self.groups.get_mut(place()) {
                    drop_at(&mut group.tests, place());
                }
            }
            "add_action" => self.then.push(ActionDraft::fresh()),
            "remove_action" => drop_at(&mut self.then, place()),
            "raise_action" => {
                let place = place();
                if place > 0 && place < self.then.len() {
                    self.then.swap(place - 1, place);
                }
            }
            _ => return false,
        }
        true
    }

    /// The rule, when every row can be read.
    ///
    /// # Errors
    /// The fields that cannot.
    pub(super) fn read(&self) -> Result<Definition> {
        let mut errors = Errors::new();
        let mut definition = Definition {
            name: self.name.clone(),
            enabled: self.enabled,
            when: known(&mut errors, "when", &self.when, Trigger::known),
            join: one(&mut errors, "join", &self.join, Join::known, Join::ALL).unwrap_or(Join::All),
            ..Definition::default()
        };
        match self.place.parse() {
            Ok(place) => definition.place = place,
            Err(_) => errors.push("place", "automate.rule.place_range"),
        }
        for (index, group) in self.groups.iter().enumerate() {
            let name = format!("groups.{index}.join");
            let join = one(&mut errors, &name, &group.join, Join::known, Join::ALL).unwrap_or(Join::All);
            let tests = group.tests.iter().enumerate();
            let tests = tests
                .filter_map(|(at, test)| test.read(&mut errors, (index, at)))
                .collect();
            definition.groups.push(Group { join, tests });
        }
        for (index, action) in self.then.iter().enumerate() {
            let name = path::action(index, "kind");
            if let Some(kind) = one(
                &mut errors,
                &name,
                &action.kind,
                ActionKind::known,
                ActionKind::ALL,
            ) {
                definition.then.push(Action {
                    kind,
                    value: action.value.clone(),
                    text: action.text.clone(),
                });
            }
        }
        errors.finish()?;
        Ok(definition)
    }
}

impl TestDraft {
    fn read(&self, errors: &mut Errors, (group, at): (usize, usize)) -> Option<Test> {
        let path = |part: &str| path::test(group, at, part);
        let field = one(errors, &path("field"), &self.field, Field::known, Field::ALL);
        let operator = one(
            errors,
            &path("operator"),
            &self.operator,
            Operator::known,
            Operator::ALL,
        );
        match values(&self.values) {
            Ok(values) => Some(Test {
                field: field?,
                operator: operator?,
                values,
            }),
            Err((code, arguments)) => {
                let arguments = arguments
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value.into()));
                errors.push_with(path("values"), code, arguments.collect());
                None
            }
        }
    }
}

fn drop_at<T>(rows: &mut Vec<T>, place: usize) {
    if place < rows.len() {
        rows.remove(place);
    }
}

fn one<T: Copy + std::fmt::Display>(
    errors: &mut Errors,
    field: &str,
    word: &str,
    known: fn(&str) -> Option<T>,
    all: &[T],
) -> Option<T> {
    let found = known(word);
    if found.is_none() {
        let words: Vec<String> = all.iter().map(ToString::to_string).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        checking::unknown(errors, field.to_owned(), word, &words);
    }
    found
}

fn known<T: Copy + std::fmt::Display>(
    errors: &mut Errors,
    field: &str,
    words: &[String],
    read: fn(&str) -> Option<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    for word in words {
        match read(word) {
            Some(one) => found.push(one),
            None => checking::unknown(errors, field.to_owned(), word, &[]),
        }
    }
    found
}
