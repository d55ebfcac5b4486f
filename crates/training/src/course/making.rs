//! Courses are made, changed, opened, and closed.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use serde_json::json;

use super::{Course, CourseId, Facts, State, begin, store};
use crate::{TEACH, events, part, tell};

/// Letters of a title.
pub const TITLE_MOST: usize = 160;
const DESCRIPTION_MOST: usize = 4_000;
/// A course counts for two weeks of work at most.
const MINUTES_MOST: i64 = 4_800;

/// Makes a course, as a draft.
///
/// # Errors
/// 403, 422 with the fields.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, facts: &Facts) -> Result<Course> {
    cx.require(TEACH)?;
    let course = Course {
        id: cx.new_id(),
        facts: checked(facts)?,
        state: State::Draft,
        made_by: cx.user_id(),
        made_at: cx.now(),
        version: 1,
    };
    store::insert(tx, &course)?;
    tell(
        tx,
        cx,
        course.id,
        events::COURSE_ADDED,
        json!({}),
        titles(&course),
    )?;
    Ok(course)
}

/// Changes what is said of it.
///
/// # Errors
/// 403, 404, 409 when it was changed since `version` was read, 422 with the fields.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, facts: &Facts, version: Option<i64>) -> Result<Course> {
    let mut course = begin(tx, cx, id)?;
    if version.is_some_and(|read| read != course.version) {
        return Err(Error::conflict("training.changed_meanwhile"));
    }
    let facts = checked(facts)?;
    if facts == course.facts {
        return Ok(course);
    }
    course.facts = facts;
    course.version += 1;
    store::update(tx, &course)?;
    tell(tx, cx, id, events::COURSE_CHANGED, json!({}), titles(&course))?;
    Ok(course)
}

/// Opens a course, or closes it. What was opened once is a draft no more, for people have done parts of it.
///
/// # Errors
/// 403, 404, 409 when the step is not possible or there is nothing in it.
pub fn set_state(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, state: State) -> Result<Course> {
    let mut course = begin(tx, cx, id)?;
    let before = course.state;
    if before == state {
        return Ok(course);
    }
    if state == State::Draft {
        return Err(Error::conflict("training.no_such_step"));
    }
    if state == State::Open && part::store::of_course(tx, id)?.is_empty() {
        return Err(Error::conflict("training.no_parts"));
    }
    course.state = state;
    course.version += 1;
    store::update(tx, &course)?;
    let data = json!({ "state": state.as_str(), "before": before.as_str() });
    tell(tx, cx, id, events::STATE_CHANGED, data, None)?;
    Ok(course)
}

fn titles(course: &Course) -> Option<serde_json::Value> {
    Some(json!({ "title_en": course.facts.title_en, "title_zh": course.facts.title_zh }))
}

fn checked(facts: &Facts) -> Result<Facts> {
    let mut errors = Errors::new();
    let facts = Facts {
        title_en: line(&facts.title_en),
        title_zh: line(&facts.title_zh),
        description_en: facts.description_en.trim().replace('\0', ""),
        description_zh: facts.description_zh.trim().replace('\0', ""),
        minutes: facts.minutes,
        for_all: facts.for_all,
    };
    if facts.title_en.is_empty() && facts.title_zh.is_empty() {
        errors.push("title_en", "training.title_missing");
    }
    let mut not_longer = |field: &str, text: &str, most: usize| {
        if text.chars().count() > most {
            errors.push_with(field, "training.too_long", vec![("most".to_owned(), most.into())]);
        }
    };
    not_longer("title_en", &facts.title_en, TITLE_MOST);
    not_longer("title_zh", &facts.title_zh, TITLE_MOST);
    not_longer("description_en", &facts.description_en, DESCRIPTION_MOST);
    not_longer("description_zh", &facts.description_zh, DESCRIPTION_MOST);
    if !(0..=MINUTES_MOST).contains(&facts.minutes) {
        let most = vec![("most".to_owned(), MINUTES_MOST.into())];
        errors.push_with("minutes", "training.minutes_range", most);
    }
    errors.finish()?;
    Ok(facts)
}

/// A text on one line.
pub(crate) fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('\0', "")
}
