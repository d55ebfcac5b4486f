//! A course: its words, what it counts, and who may see it. What it is made of is `crate::part`'s.
//!
//! `making` adds and changes courses, `store` is the SQL.

pub mod making;
pub mod store;

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{LEARN, TEACH, in_language, learner, session};

/// Marks the identifiers of courses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourseMark;
/// Names a course.
pub type CourseId = Id<CourseMark>;

/// How far a course is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TrainingCourseState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being made; only who teaches sees it.
    Draft,
    /// Can be taken.
    Open,
    /// Can no longer be taken; who took it still sees it.
    Closed,
}

impl State {
    /// In the order of a course's life.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Open, Self::Closed];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Draft => "training-state-draft",
            Self::Open => "training-state-open",
            Self::Closed => "training-state-closed",
        }
    }

    /// The colour of its chip.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Draft => "warning",
            Self::Open => "success",
            Self::Closed => "info",
        }
    }
}

/// What people say of a course. Title and description stand in one language or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TrainingCourseFacts)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// What it is called, in English.
    pub title_en: String,
    /// In Chinese.
    pub title_zh: String,
    /// What one learns, in English.
    pub description_en: String,
    /// In Chinese.
    pub description_zh: String,
    /// Minutes that count when all of it is done; its sessions count by themselves.
    pub minutes: i64,
    /// Whether whoever likes may take it.
    pub for_all: bool,
}

impl Facts {
    /// What it is called, for the reader.
    #[must_use]
    pub fn title(&self, locale: Locale) -> &str {
        in_language(locale, &self.title_en, &self.title_zh)
    }

    /// What one learns, for the reader.
    #[must_use]
    pub fn description(&self, locale: Locale) -> &str {
        in_language(locale, &self.description_en, &self.description_zh)
    }
}

/// A course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Which.
    pub id: CourseId,
    /// What people say of it.
    pub facts: Facts,
    /// How far it is.
    pub state: State,
    /// Who made it.
    pub made_by: Option<UserId>,
    /// When.
    pub made_at: Timestamp,
    /// Grows with each change.
    pub version: i64,
}

impl Course {
    /// What it is called, for the reader.
    #[must_use]
    pub fn title(&self, locale: Locale) -> &str {
        self.facts.title(locale)
    }
}

/// The name under which the event log knows a course.
#[must_use]
pub fn subject(id: CourseId) -> String {
    format!("course:{id}")
}

/// Reads a course: whoever teaches, all of them; others, what they are to take or have begun, what is open to all, and what they
/// hold sessions of.
///
/// # Errors
/// 403 without the right, 404.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: CourseId) -> Result<Course> {
    cx.require(LEARN)?;
    let course = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    if cx.may(TEACH).is_some() || is_seen(tx, cx, &course)? {
        Ok(course)
    } else {
        Err(Error::not_found())
    }
}

fn is_seen(tx: &mut Tx<'_>, cx: &Cx, course: &Course) -> Result<bool> {
    let Some(person) = cx.user_id() else {
        return Ok(false);
    };
    if course.state == State::Draft {
        return Ok(false);
    }
    if course.state == State::Open && course.facts.for_all {
        return Ok(true);
    }
    Ok(learner::store::find(tx, course.id, person)?.is_some()
        || session::store::holds(tx, course.id, person)?)
}

/// [`load`] for acts of those who take it: it must be open.
pub(crate) fn to_take(tx: &mut Tx<'_>, cx: &Cx, id: CourseId) -> Result<Course> {
    let course = load(tx, cx, id)?;
    if course.state != State::Open {
        return Err(Error::conflict("training.not_open"));
    }
    Ok(course)
}

/// Takes the lock and reads it, for those who teach.
pub(crate) fn begin(tx: &mut Tx<'_>, cx: &Cx, id: CourseId) -> Result<Course> {
    cx.require(TEACH)?;
    tx.lock("training.course", id)?;
    store::find(tx, id)?.ok_or_else(Error::not_found)
}
