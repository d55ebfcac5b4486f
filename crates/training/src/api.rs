//! Training in the JSON interface: courses, assignments, and hours. Questions and right answers are not in it: a test is taken on
//! its page.

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::error::Error;
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes};

use crate::assignment::{self, Target};
use crate::course::{self, Course, CourseId, Facts, State, making};
use crate::hours::{self, Line};
use crate::learner::{self, Mine};
use crate::part::{self, Part};
use crate::{LEARN, REPORT, TEACH, moment};

/// Courses in one answer.
const PIECE: i64 = 50;

pub(crate) fn routes() -> Routes {
    let (learn, teach) = (Need::permission(LEARN), Need::permission(TEACH));
    Routes::new()
        .api(teach, routes!(list_training_courses))
        .api(teach, routes!(add_training_course))
        .api(learn, routes!(get_training_course))
        .api(teach, routes!(assign_training_course))
        .api(learn, routes!(list_training_assignments))
        .api(Need::permission(REPORT), routes!(list_training_hours))
}

/// A course.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrainingCourse)]
pub(crate) struct CourseJson {
    /// Identifier.
    id: String,
    #[serde(flatten)]
    facts: Facts,
    /// How far it is.
    state: State,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
}

impl From<Course> for CourseJson {
    fn from(course: Course) -> Self {
        Self {
            id: course.id.to_string(),
            facts: course.facts,
            state: course.state,
            made_at: course.made_at,
        }
    }
}

/// A part of a course.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrainingPart)]
pub(crate) struct PartJson {
    /// Number.
    id: i64,
    /// article, file, session, test.
    kind: &'static str,
    /// What it is called, in English.
    title_en: String,
    /// In Chinese.
    title_zh: String,
    /// The number of the article, or of the one whose file it is.
    article: Option<i64>,
    /// Whether the caller has done it.
    done: bool,
}

/// A course with its parts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrainingCourseWhole)]
pub(crate) struct WholeJson {
    #[serde(flatten)]
    course: CourseJson,
    /// In their order.
    parts: Vec<PartJson>,
}

/// Courses.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrainingCourses)]
pub(crate) struct CoursesJson {
    /// The latest first.
    courses: Vec<CourseJson>,
    /// Pass as `cursor` for older ones; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Where an answer begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Beginning {
    /// The cursor of the answer before.
    #[param(value_type = Option<String>)]
    cursor: Option<CourseId>,
}

/// All courses, for those who teach.
#[utoipa::path(get, path = "/training/courses", tag = "training", params(Beginning),
    responses((status = 200, body = CoursesJson)))]
pub(crate) async fn list_training_courses(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(from): Query<Beginning>,
) -> web::Result<Json<CoursesJson>> {
    let read = move |tx: &mut Tx<'_>| {
        cx.require(TEACH)?;
        course::store::list(tx, from.cursor, PIECE)
    };
    let courses = app.db.read(read).await?;
    let is_full = i64::try_from(courses.len()).unwrap_or(0) >= PIECE;
    let cursor = courses.last().filter(|_| is_full).map(|last| last.id.to_string());
    Ok(Json(CoursesJson {
        courses: courses.into_iter().map(CourseJson::from).collect(),
        cursor,
    }))
}

/// Makes a course, as a draft.
#[utoipa::path(post, path = "/training/courses", tag = "training", request_body = Facts,
    responses((status = 201, body = CourseJson), (status = 422)))]
pub(crate) async fn add_training_course(
    Given(app): Given<App>,
    CxX(cx): CxX,
    once: Once,
    Json(facts): Json<Facts>,
) -> web::Result<Reply> {
    let write = move |tx: &mut Tx<'_>| {
        let course = making::add(tx, &cx, &facts)?;
        let place = format!("/api/v1/training/courses/{}", course.id);
        once.created(tx, &place, &CourseJson::from(course))
    };
    Ok(app.db.write(write).await?)
}

/// A course that the caller takes, may take, or teaches.
#[utoipa::path(get, path = "/training/courses/{id}", tag = "training", params(("id" = String, Path)),
    responses((status = 200, body = WholeJson), (status = 404)))]
pub(crate) async fn get_training_course(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<CourseId>,
) -> web::Result<Json<WholeJson>> {
    let read = move |tx: &mut Tx<'_>| {
        let course = course::load(tx, &cx, id)?;
        let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
        let ticks = learner::store::ticks(tx, id, person)?;
        let part = |part: Part| PartJson {
            id: part.id,
            kind: part.what.as_str(),
            article: part.what.article(),
            done: ticks.contains(&part.id),
            title_en: part.title_en,
            title_zh: part.title_zh,
        };
        let parts = part::store::of_course(tx, id)?;
        Ok(WholeJson {
            course: course.into(),
            parts: parts.into_iter().map(part).collect(),
        })
    };
    Ok(Json(app.db.read(read).await?))
}

/// Who is to take a course, and by when.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TrainingAssignmentWanted)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignJson {
    /// People, teams, and roles.
    targets: Vec<Target>,
    /// A day, as `2026-03-09`.
    #[serde(default)]
    due_on: Option<String>,
}

/// Assigns an open course.
#[utoipa::path(post, path = "/training/courses/{id}/assignments", tag = "training", params(("id" = String, Path)),
    request_body = AssignJson, responses((status = 201, body = CourseJson), (status = 404), (status = 409), (status = 422)))]
pub(crate) async fn assign_training_course(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<CourseId>,
    once: Once,
    Json(wanted): Json<AssignJson>,
) -> web::Result<Reply> {
    let base = app.base_url().to_owned();
    let write = move |tx: &mut Tx<'_>| {
        assignment::assign(tx, &cx, &base, id, &wanted.targets, wanted.due_on.as_deref())?;
        let course = course::load(tx, &cx, id)?;
        let place = format!("/api/v1/training/courses/{id}");
        once.created(tx, &place, &CourseJson::from(course))
    };
    Ok(app.db.write(write).await?)
}

/// A course of the caller's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrainingAssignment)]
pub(crate) struct MineJson {
    course: CourseJson,
    /// Whether somebody assigned it; else the caller took it up.
    assigned: bool,
    /// By which day.
    due_on: Option<String>,
    /// Parts that are done.
    parts_done: i64,
    /// All parts.
    parts: i64,
    /// When all of it was done.
    #[schema(value_type = Option<String>, format = DateTime)]
    done_at: Option<Timestamp>,
}

impl From<Mine> for MineJson {
    fn from(mine: Mine) -> Self {
        Self {
            assigned: mine.learner.assignment.is_some(),
            due_on: mine.learner.due_on,
            parts_done: mine.done,
            parts: mine.parts,
            done_at: mine.learner.done_at,
            course: mine.course.into(),
        }
    }
}

/// The courses of the caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrainingAssignments)]
pub(crate) struct AllMineJson {
    /// What is to be done first, then what was done.
    assignments: Vec<MineJson>,
}

/// The caller's courses.
#[utoipa::path(get, path = "/training/assignments", tag = "training", responses((status = 200, body = AllMineJson)))]
pub(crate) async fn list_training_assignments(
    Given(app): Given<App>,
    CxX(cx): CxX,
) -> web::Result<Json<AllMineJson>> {
    let mine = app.db.read(move |tx| learner::mine(tx, &cx)).await?;
    Ok(Json(AllMineJson {
        assignments: mine.into_iter().map(MineJson::from).collect(),
    }))
}

/// Which year, whose.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HoursWanted {
    /// This one when missing.
    year: Option<i64>,
    /// A team; everybody whom the caller may look at when missing.
    #[param(value_type = Option<String>)]
    team: Option<TeamId>,
}

/// What somebody has of a year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrainingHoursLine)]
pub(crate) struct LineJson {
    /// The person's identifier.
    #[schema(value_type = String)]
    person: UserId,
    /// What they are called.
    name: String,
    /// Minutes that count.
    minutes: i64,
    /// Courses done, ever.
    courses_done: i64,
    /// Courses to be done by a day.
    courses_open: i64,
    /// Of these, such whose day has passed.
    courses_late: i64,
}

impl From<Line> for LineJson {
    fn from(line: Line) -> Self {
        Self {
            person: line.person,
            name: line.name,
            minutes: line.minutes,
            courses_done: line.done,
            courses_open: line.open,
            courses_late: line.late,
        }
    }
}

/// The hours of a year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrainingHours)]
pub(crate) struct HoursJson {
    /// Which.
    year: i64,
    /// How many hours are wanted.
    hours_wanted: i64,
    /// By name.
    people: Vec<LineJson>,
}

/// Who has how many hours of a year.
#[utoipa::path(get, path = "/training/hours", tag = "training", params(HoursWanted),
    responses((status = 200, body = HoursJson), (status = 404)))]
pub(crate) async fn list_training_hours(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(wanted): Query<HoursWanted>,
) -> web::Result<Json<HoursJson>> {
    let year = wanted
        .year
        .unwrap_or_else(|| moment::year(cx.now(), &cx.time_zone));
    let read = move |tx: &mut Tx<'_>| {
        let lines = hours::report(tx, &cx, year, wanted.team)?;
        Ok(HoursJson {
            year,
            hours_wanted: hours::wanted(tx)?,
            people: lines.into_iter().map(LineJson::from).collect(),
        })
    };
    Ok(Json(app.db.read(read).await?))
}
