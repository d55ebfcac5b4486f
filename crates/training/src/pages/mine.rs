//! `/training`: one's own courses, sessions, and hours.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Need, Page, Routes, Shell};

use super::{framed, length, works_here};
use crate::course::{self, Course, CourseId};
use crate::learner::{self, Mine};
use crate::session::{self, Session};
use crate::{LEARN, hours, moment};

/// Courses that whoever likes may take.
const OFFERED: i64 = 50;
/// A session is still shown to its trainer so long after it began.
const HELD_SECONDS: i64 = 14 * 86_400;

pub(super) fn routes() -> Routes {
    Routes::new().page(Method::GET, "/training", Need::permission(LEARN), show)
}

#[derive(Template)]
#[template(path = "pages/views/mine.html")]
struct Body {
    shell: Shell,
    open: Vec<Mine>,
    done: Vec<Mine>,
    offered: Vec<Course>,
    sessions: Vec<Session>,
    held: Vec<Session>,
    courses: BTreeMap<CourseId, Course>,
    minutes: i64,
    wanted: i64,
}

impl Body {
    fn title<'a>(&self, course: &'a Course) -> &'a str {
        course.title(self.shell.cx.locale)
    }

    fn session_title(&self, session: &Session) -> &str {
        let course = self.courses.get(&session.course);
        course.map_or("–", |course| course.title(self.shell.cx.locale))
    }

    fn is_late(&self, mine: &Mine) -> bool {
        mine.learner
            .is_late(self.shell.cx.now(), &self.shell.cx.time_zone)
    }

    fn day(&self, day: &str) -> String {
        moment::show_day(day, self.shell.cx.locale)
    }

    fn length(&self, minutes: &i64) -> String {
        length(*minutes, self.shell.cx.locale)
    }

    fn percent(&self) -> i64 {
        hours::percent(self.minutes, self.wanted)
    }

    fn of_hours(&self) -> String {
        let (locale, wanted) = (self.shell.cx.locale, self.wanted.saturating_mul(60));
        let arguments = [
            ("have", length(self.minutes, locale).into()),
            ("wanted", length(wanted, locale).into()),
        ];
        locale.t_with("training-hours-of", &arguments)
    }

    /// The hours are wanted of those who work in the department.
    fn is_staff(&self) -> bool {
        works_here(&self.shell)
    }

    fn has_hours(&self) -> bool {
        self.minutes > 0
    }

    fn may_teach(&self) -> bool {
        self.shell.may(crate::TEACH)
    }

    fn may_report(&self) -> bool {
        self.shell.may(crate::REPORT)
    }

    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.done.is_empty() && self.offered.is_empty()
    }
}

/// `GET /training`
async fn show(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let shell = page.shell(&app, page.t("training-mine")).await?;
    let read = move |tx: &mut Tx<'_>| -> Result<Body> {
        let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
        let mine = learner::mine(tx, &cx)?;
        let mut offered = course::store::for_all(tx, OFFERED)?;
        offered.retain(|course| !mine.iter().any(|mine| mine.course.id == course.id));
        let sessions = session::store::upcoming_of_person(tx, person, cx.now())?;
        let held = session::store::held_by(tx, person, cx.now().add_secs(-HELD_SECONDS))?;
        let named: Vec<CourseId> = sessions
            .iter()
            .chain(&held)
            .map(|session| session.course)
            .collect();
        let (done, open) = mine
            .into_iter()
            .partition(|mine: &Mine| mine.learner.done_at.is_some());
        Ok(Body {
            shell: shell.clone(),
            open,
            done,
            offered,
            sessions,
            held,
            courses: course::store::of_ids(tx, &named)?,
            minutes: hours::own(tx, &cx)?,
            wanted: hours::wanted(tx)?,
        })
    };
    let body = app.db.read(read).await?;
    framed(&body.shell, &body)
}
