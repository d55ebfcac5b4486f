//! Somebody and a course: what they have done of it, by when it is due, and when all of it was done.
//!
//! A part is ticked by reading it (by hand), by passing a test, or by the trainer who saw them. When the last one is ticked the
//! course is done and its minutes count. `store` is the SQL.

pub mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::json;

use crate::course::{self, Course, CourseId};
use crate::part::{self, What};
use crate::{events, hours, moment, tell};

/// Somebody who takes a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learner {
    /// Which course.
    pub course: CourseId,
    /// Who.
    pub person: UserId,
    /// Whose wish it is; none for who took it up.
    pub assignment: Option<i64>,
    /// By which day.
    pub due_on: Option<String>,
    /// When it became theirs.
    pub added_at: Timestamp,
    /// When they did something of it.
    pub began_at: Option<Timestamp>,
    /// When all of it was done.
    pub done_at: Option<Timestamp>,
}

impl Learner {
    /// Whether its day has passed where the reader is.
    #[must_use]
    pub fn is_late(&self, now: Timestamp, time_zone: &str) -> bool {
        let today = moment::day(now, time_zone);
        self.done_at.is_none() && self.due_on.as_ref().is_some_and(|due| *due < today)
    }
}

/// A course that is somebody's, and how far they are.
#[derive(Debug, Clone)]
pub struct Mine {
    /// The course.
    pub course: Course,
    /// What is theirs of it.
    pub learner: Learner,
    /// Parts that are ticked.
    pub done: i64,
    /// All parts.
    pub parts: i64,
}

/// Whether something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was.
    Yes,
    /// Not after all.
    No,
}

/// The reader's courses: what is to be done first, by its day, then what was done, the latest first.
///
/// # Errors
/// 403.
pub fn mine(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Mine>> {
    cx.require(crate::LEARN)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let learners = store::of_person(tx, person)?;
    let ids: Vec<CourseId> = learners.iter().map(|one| one.course).collect();
    let courses = course::store::of_ids(tx, &ids)?;
    let parts = part::store::counts(tx, &ids)?;
    let done = store::counts_of_person(tx, person)?;
    let mut mine: Vec<Mine> = learners
        .into_iter()
        .filter_map(|learner| {
            let course = courses.get(&learner.course)?.clone();
            Some(Mine {
                done: done.get(&course.id).copied().unwrap_or_default(),
                parts: parts.get(&course.id).copied().unwrap_or_default(),
                course,
                learner,
            })
        })
        // What was closed before it was done is nobody's duty any more.
        .filter(|mine| mine.course.state == course::State::Open || mine.learner.done_at.is_some())
        .collect();
    mine.sort_by(|one, other| {
        let open = |mine: &Mine| mine.learner.done_at.is_some();
        let due = |mine: &Mine| (mine.learner.due_on.is_none(), mine.learner.due_on.clone());
        open(one)
            .cmp(&open(other))
            .then_with(|| other.learner.done_at.cmp(&one.learner.done_at))
            .then_with(|| due(one).cmp(&due(other)))
            .then_with(|| other.course.id.cmp(&one.course.id))
    });
    Ok(mine)
}

/// Ticks a part that was read or seen, or takes the tick back while the course is not done.
///
/// # Errors
/// 403, 404 also for an article that the reader may not see, 409 for a session or a test, and when the course is done or not open.
pub fn tick(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, part: i64, done: Done) -> Result<()> {
    let course = course::to_take(tx, cx, id)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let found = part::store::find(tx, id, part)?.ok_or_else(Error::not_found)?;
    match &found.what {
        What::Article(article) => drop(knowledge::reading::see(tx, cx, *article, None)?),
        What::File { file, .. } => drop(knowledge::file::open(tx, cx, *file)?),
        What::Session | What::Test(_) => return Err(Error::conflict("training.not_by_hand")),
    }
    tx.lock("training.learner", format_args!("{id}:{person}"))?;
    let known = store::find(tx, id, person)?;
    if done == Done::No && known.is_some_and(|known| known.done_at.is_some()) {
        return Err(Error::conflict("training.done_already"));
    }
    mark(tx, cx, &course, part, person, done)
}

/// Writes a tick or takes it away, and settles what follows. Whoever calls has judged that it may be.
pub(crate) fn mark(
    tx: &mut Tx<'_>,
    cx: &Cx,
    course: &Course,
    part: i64,
    person: UserId,
    done: Done,
) -> Result<()> {
    began(tx, cx, course.id, person)?;
    let has_changed = match done {
        Done::Yes => store::add_tick(tx, person, part, cx.now())?,
        Done::No => store::remove_tick(tx, person, part)?,
    };
    if !has_changed {
        return Ok(());
    }
    let data = json!({ "part": part, "person": person.to_string(), "done": done == Done::Yes });
    tell(tx, cx, course.id, events::PART_TICKED, data, None)?;
    match done {
        Done::Yes => finish(tx, cx, course, person),
        Done::No => reopen(tx, cx, course, person),
    }
}

/// Somebody does something of a course: it is theirs from now on.
pub(crate) fn began(tx: &mut Tx<'_>, cx: &Cx, course: CourseId, person: UserId) -> Result<()> {
    store::begin(tx, course, person, cx.now())
}

/// Says that a course is done when all its parts are ticked. One that is done stays so when parts are added to it later.
pub(crate) fn finish(tx: &mut Tx<'_>, cx: &Cx, course: &Course, person: UserId) -> Result<()> {
    let open = store::find(tx, course.id, person)?.filter(|learner| learner.done_at.is_none());
    if open.is_none() {
        return Ok(());
    }
    let ticks = store::ticks(tx, course.id, person)?;
    let parts = part::store::of_course(tx, course.id)?;
    if parts.is_empty() || !parts.iter().all(|part| ticks.contains(&part.id)) {
        return Ok(());
    }
    store::set_done(tx, course.id, person, Some(cx.now()))?;
    let source = hours::of_course(course.id);
    hours::credit(tx, cx, person, &source, course.facts.minutes, cx.now())?;
    let data = json!({ "person": person.to_string(), "minutes": course.facts.minutes });
    tell(tx, cx, course.id, events::COURSE_DONE, data, None)
}

/// A tick was taken back: what was done is no longer, and does not count.
fn reopen(tx: &mut Tx<'_>, cx: &Cx, course: &Course, person: UserId) -> Result<()> {
    let done = store::find(tx, course.id, person)?.filter(|learner| learner.done_at.is_some());
    if done.is_none() {
        return Ok(());
    }
    store::set_done(tx, course.id, person, None)?;
    hours::take_back(tx, person, &hours::of_course(course.id))?;
    let data = json!({ "person": person.to_string() });
    tell(tx, cx, course.id, events::COURSE_REOPENED, data, None)
}
