//! Tasks: what several teams must do before a request is fulfilled, stage after stage. Pure.
//!
//! Tasks of one stage run side by side; the next stage begins when all of the earlier ones are done or skipped. Stages are
//! numbers without meaning of their own, and gaps between them are fine.

use kernel::error::Errors;
use kernel::id::TeamId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Texts, said};
use crate::article;
use crate::ticket::value::{Category, words};

words!(
    /// How a task stands.
    TaskState, "task_state" {
        /// An earlier stage is not done yet.
        Waiting => "waiting",
        /// Somebody can do it now.
        Open => "open",
        Done => "done",
        /// It was not needed, or its ticket ended without it.
        Skipped => "skipped",
    }
);

/// A task as a request type names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestTask)]
pub struct Task {
    /// What is to be done, in each language.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub title: Texts,
    /// Who does it; none: the team of the category, else that of the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub team: Option<TeamId>,
    /// Whose team does it, when no team is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// From 1 on; those of one stage run side by side.
    #[serde(default = "first_stage")]
    pub stage: u8,
    /// Working hours from when it opens until it is due; none: it is never due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u16>,
}

const fn first_stage() -> u8 {
    1
}

/// As many tasks and stages as make sense.
pub const TASKS_MAX: usize = 20;
/// The last stage there can be.
pub const STAGE_MAX: u8 = 9;
/// Half a working year.
pub const HOURS_MAX: u16 = 1_000;
/// Letters of a title.
pub const TITLE_MAX: usize = 120;

/// Pushes everything that is wrong with the tasks of a type, at `tasks[N].…`.
pub fn check(tasks: &[Task], errors: &mut Errors) {
    if tasks.len() > TASKS_MAX {
        let max = i64::try_from(TASKS_MAX).unwrap_or(i64::MAX);
        errors.push_with(
            "tasks",
            "desk.catalogue.too_many_tasks",
            vec![("max".to_owned(), max.into())],
        );
    }
    for (index, task) in tasks.iter().enumerate() {
        let at = |name: &str| format!("tasks[{index}].{name}");
        if said(&task.title, kernel::i18n::Locale::En).trim().is_empty() {
            errors.push(at("title"), "desk.task.title_missing");
        }
        for text in task.title.values() {
            article::line(errors, &at("title"), text, TITLE_MAX);
        }
        if !(1..=STAGE_MAX).contains(&task.stage) {
            errors.push_with(
                at("stage"),
                "desk.task.stage_wrong",
                vec![("max".to_owned(), i64::from(STAGE_MAX).into())],
            );
        }
        check_hours(errors, &at("hours"), task.hours.map(i64::from));
    }
}

/// Pushes what is wrong with the hours that a task may take.
pub fn check_hours(errors: &mut Errors, field: &str, hours: Option<i64>) {
    if hours.is_some_and(|hours| !(1..=i64::from(HOURS_MAX)).contains(&hours)) {
        errors.push_with(
            field,
            "desk.task.hours_wrong",
            vec![("max".to_owned(), i64::from(HOURS_MAX).into())],
        );
    }
}

/// What follows from how the tasks of a ticket stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Somebody is still at work, or there is nothing to do at all.
    Nothing,
    /// This stage begins.
    Open(i64),
    /// All of them are done or skipped.
    Done,
}

/// What follows, from the stage and state of each task.
#[must_use]
pub fn next(tasks: &[(i64, TaskState)]) -> Next {
    if tasks.is_empty() || tasks.iter().any(|(_, state)| *state == TaskState::Open) {
        return Next::Nothing;
    }
    let waiting = tasks
        .iter()
        .filter(|(_, state)| *state == TaskState::Waiting)
        .map(|(stage, _)| *stage);
    waiting.min().map_or(Next::Done, Next::Open)
}

/// The stage that a task added by hand belongs to: the one under way, else the last there was.
#[must_use]
pub fn stage_of_addition(tasks: &[(i64, TaskState)]) -> i64 {
    let under_way = tasks
        .iter()
        .filter(|(_, state)| *state == TaskState::Open)
        .map(|(stage, _)| *stage);
    let last = || tasks.iter().map(|(stage, _)| *stage).max();
    under_way.min().or_else(last).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::TaskState::{Done, Open, Skipped, Waiting};
    use super::*;

    fn task(title: &str, stage: u8, hours: Option<u16>) -> Task {
        Task {
            title: Texts::from([("en".to_owned(), title.to_owned())]),
            team: None,
            category: None,
            stage,
            hours,
        }
    }

    #[test]
    fn a_stage_begins_only_when_all_of_the_earlier_ones_are_done_or_skipped() {
        assert_eq!(next(&[(1, Done), (1, Open), (2, Waiting)]), Next::Nothing);
        assert_eq!(
            next(&[(1, Done), (1, Skipped), (2, Waiting), (4, Waiting)]),
            Next::Open(2)
        );
        assert_eq!(next(&[(1, Done), (2, Skipped), (4, Waiting)]), Next::Open(4));
        assert_eq!(next(&[(1, Done), (4, Skipped)]), Next::Done);
        assert_eq!(next(&[]), Next::Nothing);
    }

    #[test]
    fn what_is_added_by_hand_belongs_to_the_stage_under_way() {
        assert_eq!(stage_of_addition(&[(1, Done), (3, Open), (5, Waiting)]), 3);
        assert_eq!(stage_of_addition(&[(1, Done), (3, Done)]), 3);
        assert_eq!(stage_of_addition(&[]), 1);
    }

    #[test]
    fn every_wrong_field_of_a_task_is_named() {
        let mut errors = Errors::new();
        check(
            &[
                task("Account", 1, Some(8)),
                task(" ", 0, Some(0)),
                task("Laptop", 10, Some(1_001)),
            ],
            &mut errors,
        );
        let error = errors.finish().unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|one| one.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "tasks[1].title",
                "tasks[1].stage",
                "tasks[1].hours",
                "tasks[2].stage",
                "tasks[2].hours"
            ]
        );
        let mut errors = Errors::new();
        check(&vec![task("Account", 1, None); TASKS_MAX + 1], &mut errors);
        assert_eq!(errors.finish().unwrap_err().fields()[0].field, "tasks");
    }

    proptest! {
        #[test]
        fn however_tasks_are_finished_each_stage_opens_once_in_order_and_all_end(
            stages in prop::collection::vec(1_i64..5, 1..9), order in prop::collection::vec(any::<prop::sample::Index>(), 40)
        ) {
            let mut tasks: Vec<(i64, TaskState)> = stages.iter().map(|stage| (*stage, Waiting)).collect();
            let (mut opened, mut choices) = (Vec::new(), order.iter());
            loop {
                match next(&tasks) {
                    Next::Open(stage) => {
                        prop_assert!(opened.last().is_none_or(|last| *last < stage));
                        opened.push(stage);
                        for task in tasks.iter_mut().filter(|task| task.0 == stage) {
                            task.1 = Open;
                        }
                    }
                    Next::Nothing => {
                        let open: Vec<usize> = (0..tasks.len()).filter(|index| tasks[*index].1 == Open).collect();
                        let chosen = choices.next().map_or(open[0], |choice| *choice.get(&open));
                        tasks[chosen].1 = if chosen % 2 == 0 { Done } else { Skipped };
                    }
                    Next::Done => break,
                }
            }
            let mut all = stages;
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(opened, all);
        }
    }
}
