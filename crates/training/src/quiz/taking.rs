//! An attempt at a test: marked here, kept with what was chosen, and never changed.
//!
//! Nobody can try until it fits: three attempts in a day, and a failed one tells how many were right, not which.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::json;

use super::{Mark, Quiz, count, mark, store};
use crate::course::{self, CourseId};
use crate::learner::{self, Done};
use crate::part::{self, Part, What};
use crate::{events, tell};

/// Attempts in [`SECONDS`].
pub const ATTEMPTS: usize = 3;
/// A day.
pub const SECONDS: i64 = 86_400;

/// An attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What was chosen, question by question.
    pub answers: Vec<Vec<usize>>,
    /// Questions that were answered rightly.
    pub right: i64,
    /// All questions.
    pub questions: i64,
    /// Whether that was enough.
    pub passed: bool,
}

/// When the next attempt may be made: now, or a day after the first of the last three. Pure.
#[must_use]
pub fn free_at(attempts: &[Attempt], now: Timestamp) -> Timestamp {
    let lately = attempts.iter().filter(|one| one.at > now.add_secs(-SECONDS));
    let lately: Vec<Timestamp> = lately.map(|one| one.at).collect();
    let first = lately.len().checked_sub(ATTEMPTS).and_then(|place| {
        let mut lately = lately;
        lately.sort_unstable();
        lately.get(place).copied()
    });
    first.map_or(now, |at| at.add_secs(SECONDS))
}

/// Takes a test.
///
/// # Errors
/// 403, 404, 409 when it was passed, the attempts are used up, or the course is not open; 422 when something is not answered.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, part: i64, answers: &[Vec<usize>]) -> Result<Attempt> {
    let course = course::to_take(tx, cx, id)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let found = part::store::find(tx, id, part)?.ok_or_else(Error::not_found)?;
    let What::Test(quiz) = &found.what else {
        return Err(Error::not_found());
    };
    tx.lock("training.learner", format_args!("{id}:{person}"))?;
    let before = store::attempts(tx, part, person)?;
    if learner::store::ticks(tx, id, person)?.contains(&part) {
        return Err(Error::conflict("training.passed_already"));
    }
    if free_at(&before, cx.now()) > cx.now() {
        return Err(Error::conflict("training.attempts_used").arg("most", ATTEMPTS));
    }
    answered(quiz, answers)?;
    let mark = mark(quiz, answers);
    let attempt = keep(tx, cx, &found, person, answers, mark)?;
    learner::began(tx, cx, id, person)?;
    if mark.passed {
        learner::mark(tx, cx, &course, part, person, Done::Yes)?;
    }
    Ok(attempt)
}

fn keep(
    tx: &mut Tx<'_>,
    cx: &Cx,
    part: &Part,
    person: UserId,
    answers: &[Vec<usize>],
    mark: Mark,
) -> Result<Attempt> {
    let mut attempt = Attempt {
        id: 0,
        at: cx.now(),
        answers: answers.to_vec(),
        right: count(mark.right),
        questions: count(mark.questions),
        passed: mark.passed,
    };
    attempt.id = store::insert(tx, part.id, person, &attempt)?;
    let data = json!({
        "part": part.id, "person": person.to_string(), "right": mark.right, "questions": mark.questions, "passed": mark.passed,
    });
    tell(tx, cx, part.course, events::TEST_TAKEN, data, None)?;
    Ok(attempt)
}

/// Every question has an answer that it offers, and only one when one is right.
fn answered(quiz: &Quiz, answers: &[Vec<usize>]) -> Result<()> {
    let mut errors = Errors::new();
    for (place, question) in quiz.questions.iter().enumerate() {
        let chosen = answers.get(place).map_or(&[][..], Vec::as_slice);
        let is_offered = chosen.iter().all(|one| *one < question.choices.len());
        if chosen.is_empty() || !is_offered || (chosen.len() > 1 && !question.is_many()) {
            errors.push(format!("q{place}"), "training.not_answered");
        }
    }
    errors.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fourth_attempt_of_a_day_waits_for_the_first_to_be_a_day_old() {
        let attempt = |hours: i64| Attempt {
            id: hours,
            at: Timestamp::from_secs(hours * 3_600),
            answers: Vec::new(),
            right: 0,
            questions: 1,
            passed: false,
        };
        let at = |hours: i64| Timestamp::from_secs(hours * 3_600);
        let two = [attempt(0), attempt(1)];
        assert_eq!(free_at(&two, at(2)), at(2));
        let three = [attempt(2), attempt(0), attempt(1)];
        assert_eq!(free_at(&three, at(3)), at(24));
        assert_eq!(free_at(&three, at(24)), at(24), "the first is a day old");
    }
}
