//! `/training/courses/{id}/manage`: a course as those who teach see it, with its parts, dates, assignments, and people.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::{TeamId, UserId};
use serde::Deserialize;
use web::{App, Choice, FormData, FormView, Need, Page, Path, Query, Routes, Shell, html, unprocessable};

use super::{done, length, mend, people_of};
use crate::assignment::{self, Assignment, Target};
use crate::course::{self, Course, CourseId, State as CourseState};
use crate::learner::{self, Learner};
use crate::part::arranging::{self, Step};
use crate::part::{self, Part, What};
use crate::session::{self, Session, SessionId};
use crate::{TEACH, moment};

/// People on a page.
const PIECE: i64 = 100;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(TEACH);
    Routes::new()
        .page(Method::GET, "/training/courses/{id}/manage", needed, show)
        .page(Method::POST, "/training/courses/{id}/assignments", needed, assign)
        .page(
            Method::POST,
            "/training/courses/{id}/assignments/{assignment}/removal",
            needed,
            withdraw,
        )
        .page(
            Method::POST,
            "/training/courses/{id}/parts/{part}/place",
            needed,
            shift,
        )
        .page(
            Method::POST,
            "/training/courses/{id}/parts/{part}/removal",
            needed,
            remove,
        )
}

/// What is known of a course.
struct Known {
    course: Course,
    parts: Vec<Part>,
    sessions: Vec<(Session, i64)>,
    assignments: Vec<Assignment>,
    learners: Vec<Learner>,
    counts: BTreeMap<UserId, i64>,
    totals: (i64, i64),
    names: BTreeMap<UserId, String>,
    teams: Vec<people::team::Team>,
    roles: Vec<people::role::Role>,
}

#[derive(Template)]
#[template(path = "pages/views/manage.html")]
struct View {
    shell: Shell,
    known: Known,
    teams: Vec<Choice>,
    roles: Vec<Choice>,
    more: Option<String>,
    form: FormView,
}

impl View {
    fn title<'a>(&self, part: &'a Part) -> &'a str {
        part.title(self.shell.cx.locale)
    }

    fn length(&self, minutes: &i64) -> String {
        length(*minutes, self.shell.cx.locale)
    }

    fn name(&self, person: &UserId) -> &str {
        self.known.names.get(person).map_or("–", String::as_str)
    }

    fn sessions_of<'a>(&'a self, part: &Part) -> Vec<&'a (Session, i64)> {
        let sessions = self.known.sessions.iter();
        sessions.filter(|(session, _)| session.part == part.id).collect()
    }

    fn is_session(&self, part: &Part) -> bool {
        part.what == What::Session
    }

    fn questions(&self, part: &Part) -> Option<String> {
        match &part.what {
            What::Test(quiz) => Some(self.shell.n("training-questions-count", quiz.questions.len())),
            _ => None,
        }
    }

    fn target(&self, assignment: &Assignment) -> String {
        match &assignment.target {
            Target::Person(id) => self.name(id).to_owned(),
            Target::Team(id) => {
                let team = self.known.teams.iter().find(|team| team.id == *id);
                team.map_or_else(|| "–".to_owned(), |team| team.name.clone())
            }
            Target::Role(name) => {
                let role = self.known.roles.iter().find(|role| role.name == *name);
                role.map_or_else(|| name.clone(), |role| role.words(&self.shell))
            }
        }
    }

    fn target_kind(&self, assignment: &Assignment) -> String {
        self.shell.t(match assignment.target {
            Target::Person(_) => "training-target-person",
            Target::Team(_) => "training-team",
            Target::Role(_) => "training-target-role",
        })
    }

    fn day(&self, day: &Option<String>) -> String {
        day.as_ref().map_or_else(
            || "–".to_owned(),
            |day| moment::show_day(day, self.shell.cx.locale),
        )
    }

    fn is_late(&self, learner: &Learner) -> bool {
        learner.is_late(self.shell.cx.now(), &self.shell.cx.time_zone)
    }

    fn count(&self, learner: &Learner) -> i64 {
        self.known
            .counts
            .get(&learner.person)
            .copied()
            .unwrap_or_default()
    }

    fn is_open(&self) -> bool {
        self.known.course.state == CourseState::Open
    }

    fn is_chosen(&self, field: &str, choice: &Choice) -> bool {
        self.form.has(field, &choice.value)
    }

    fn totals(&self) -> String {
        let (people, done) = self.known.totals;
        let arguments = [("people", people.into()), ("done", done.into())];
        self.shell.cx.locale.t_with("training-totals", &arguments)
    }
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, after: Option<UserId>) -> Result<Known> {
    cx.require(TEACH)?;
    let course = course::load(tx, cx, id)?;
    let parts = part::store::of_course(tx, id)?;
    let mut sessions: Vec<Session> = Vec::new();
    for part in parts.iter().filter(|part| part.what == What::Session) {
        sessions.extend(session::store::of_part(tx, part.id)?);
    }
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let taken = session::store::taken(tx, &ids)?;
    let assignments = assignment::store::of_course(tx, id)?;
    let learners = learner::store::of_course(tx, id, after, PIECE)?;
    let mut named: Vec<UserId> = learners.iter().map(|learner| learner.person).collect();
    named.extend(sessions.iter().map(|session| session.facts.trainer));
    named.extend(assignments.iter().filter_map(|one| match one.target {
        Target::Person(person) => Some(person),
        _ => None,
    }));
    let cards = people::user::store::cards(tx, &named)?;
    let totals = learner::store::totals_of(tx, &[id])?;
    Ok(Known {
        sessions: sessions
            .into_iter()
            .map(|session| {
                let taken = taken.get(&session.id).copied().unwrap_or_default();
                (session, taken)
            })
            .collect(),
        counts: learner::store::counts_of_course(tx, id)?,
        totals: totals.get(&id).copied().unwrap_or_default(),
        names: cards.into_iter().map(|(id, card)| (id, card.name)).collect(),
        teams: people::team::store::list(tx)?,
        roles: people::role::all(tx)?,
        course,
        parts,
        assignments,
        learners,
    })
}

async fn view(
    app: &App,
    page: &Page,
    id: CourseId,
    after: Option<UserId>,
    form: FormView,
) -> web::Result<View> {
    let cx = page.cx.clone();
    let known = app.db.read(move |tx| read(tx, &cx, id, after)).await?;
    let shell = page.shell(app, known.course.title(page.cx.locale)).await?;
    let is_full = i64::try_from(known.learners.len()).unwrap_or(0) >= PIECE;
    let last = known.learners.last().filter(|_| is_full);
    Ok(View {
        more: last.map(|last| format!("/training/courses/{id}/manage?after={}#learners", last.person)),
        teams: known
            .teams
            .iter()
            .map(|team| Choice::new(team.id.to_string(), &team.name))
            .collect(),
        roles: known
            .roles
            .iter()
            .map(|role| Choice::new(&role.name, role.words(&shell)))
            .collect(),
        shell,
        known,
        form,
    })
}

#[derive(Deserialize)]
struct After {
    after: Option<UserId>,
}

/// `GET /training/courses/{id}/manage`
async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<CourseId>,
    Query(from): Query<After>,
) -> web::Result {
    html(view(&app, &page, id, from.after, FormView::empty()).await?)
}

fn targets(tx: &mut Tx<'_>, form: &FormData) -> Result<Vec<Target>> {
    let people = people_of(tx, form.text("people"), "people")?;
    let teams = form.all("teams").filter_map(|id| id.parse::<TeamId>().ok());
    let roles = form.all("roles").filter(|name| !name.is_empty());
    Ok(people
        .into_iter()
        .map(Target::Person)
        .chain(teams.map(Target::Team))
        .chain(roles.map(|name| Target::Role(name.to_owned())))
        .collect())
}

/// `POST /training/courses/{id}/assignments`
async fn assign(State(app): State<App>, page: Page, Path(id): Path<CourseId>, form: FormData) -> web::Result {
    let (cx, base, filled) = (page.cx.clone(), app.base_url().to_owned(), form.clone());
    let write = move |tx: &mut Tx<'_>| {
        cx.require(TEACH)?;
        let targets = targets(tx, &filled)?;
        assignment::assign(tx, &cx, &base, id, &targets, filled.optional("due_on"))
    };
    match app.db.write(write).await {
        Ok(()) => done(
            &page,
            &format!("/training/courses/{id}/manage"),
            "training-assigned",
        ),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, id, None, form).await?)
        }
    }
}

/// `POST /training/courses/{id}/assignments/{assignment}/removal`
async fn withdraw(
    State(app): State<App>,
    page: Page,
    Path((id, assignment)): Path<(CourseId, i64)>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| assignment::withdraw(tx, &cx, id, assignment))
        .await?;
    done(
        &page,
        &format!("/training/courses/{id}/manage"),
        "training-withdrawn",
    )
}

/// `POST /training/courses/{id}/parts/{part}/place`
async fn shift(
    State(app): State<App>,
    page: Page,
    Path((id, part)): Path<(CourseId, i64)>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let step = if form.text("to") == "up" {
        Step::Up
    } else {
        Step::Down
    };
    app.db
        .write(move |tx| arranging::shift(tx, &cx, id, part, step))
        .await?;
    done(&page, &format!("/training/courses/{id}/manage"), "training-saved")
}

/// `POST /training/courses/{id}/parts/{part}/removal`
async fn remove(State(app): State<App>, page: Page, Path((id, part)): Path<(CourseId, i64)>) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| arranging::remove(tx, &cx, id, part))
        .await?;
    done(
        &page,
        &format!("/training/courses/{id}/manage"),
        "training-part-removed",
    )
}
