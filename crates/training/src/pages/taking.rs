//! `/training/courses/{id}` and its parts: reading, watching, taking a seat, taking a test.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use knowledge::file::{File, media};
use knowledge::rendering::{self, Hrefs};
use web::{App, FormData, FormView, Need, Page, Path, Routes, Shell};

use super::{done, framed, length, mend, refused, works_here};
use crate::course::{self, Course, CourseId};
use crate::learner::{self, Done, Learner};
use crate::part::{self, Part, What};
use crate::quiz::Quiz;
use crate::quiz::taking::{self as attempts, Attempt};
use crate::session::{self, Session, SessionId};
use crate::{LEARN, TEACH, moment};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(LEARN);
    Routes::new()
        .page(Method::GET, "/training/courses/{id}", needed, show)
        .page(Method::GET, "/training/courses/{id}/parts/{part}", needed, open)
        .page(
            Method::POST,
            "/training/courses/{id}/parts/{part}/tick",
            needed,
            tick,
        )
        .page(
            Method::POST,
            "/training/courses/{id}/parts/{part}/attempts",
            needed,
            attempt,
        )
}

#[derive(Template)]
#[template(path = "pages/views/course.html")]
struct Overview {
    shell: Shell,
    course: Course,
    parts: Vec<Part>,
    ticks: BTreeSet<i64>,
    learner: Option<Learner>,
}

impl Overview {
    fn description(&self) -> &str {
        self.course.facts.description(self.shell.cx.locale)
    }

    fn title<'a>(&self, part: &'a Part) -> &'a str {
        part.title(self.shell.cx.locale)
    }

    fn is_ticked(&self, part: &Part) -> bool {
        self.ticks.contains(&part.id)
    }

    fn done(&self) -> usize {
        self.parts.iter().filter(|part| self.is_ticked(part)).count()
    }

    /// What is to be done next.
    fn next(&self) -> Option<&Part> {
        self.parts.iter().find(|part| !self.is_ticked(part))
    }

    fn length(&self) -> String {
        length(self.course.facts.minutes, self.shell.cx.locale)
    }

    fn due(&self) -> Option<String> {
        let open = self
            .learner
            .as_ref()
            .filter(|learner| learner.done_at.is_none())?;
        let day = open.due_on.as_ref()?;
        Some(moment::show_day(day, self.shell.cx.locale))
    }

    fn is_late(&self) -> bool {
        let cx = &self.shell.cx;
        let learner = self.learner.as_ref();
        learner.is_some_and(|learner| learner.is_late(cx.now(), &cx.time_zone))
    }

    fn done_at(&self) -> Option<Timestamp> {
        self.learner.as_ref().and_then(|learner| learner.done_at)
    }

    fn is_open(&self) -> bool {
        self.course.state == course::State::Open
    }

    fn may_teach(&self) -> bool {
        self.shell.may(TEACH)
    }
}

/// `GET /training/courses/{id}`
async fn show(State(app): State<App>, page: Page, Path(id): Path<CourseId>) -> web::Result {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let course = course::load(tx, &cx, id)?;
        let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
        let ticks = learner::store::ticks(tx, id, person)?;
        let learner = learner::store::find(tx, id, person)?;
        Ok((course, part::store::of_course(tx, id)?, ticks, learner))
    };
    let (course, parts, ticks, learner) = app.db.read(read).await?;
    let body = Overview {
        shell: page.shell(&app, course.title(page.cx.locale)).await?,
        course,
        parts,
        ticks,
        learner,
    };
    framed(&body.shell, &body)
}

/// An answer as it is shown: whether it is right only to who has passed.
struct ShownChoice {
    text: String,
    is_chosen: bool,
    is_right: Option<bool>,
}

/// A question as it is shown.
struct ShownQuestion {
    text: String,
    is_many: bool,
    choices: Vec<ShownChoice>,
}

/// A date as it is shown to who takes the course.
struct Date {
    session: Session,
    taken: i64,
    is_mine: bool,
    trainer: String,
}

/// What a part shows.
enum Content {
    /// An article, rendered.
    Article {
        number: i64,
        html: String,
        lang: &'static str,
    },
    /// A file.
    File(File),
    /// Dates, the next first.
    Dates(Vec<Date>),
    /// A test.
    Test {
        questions: Vec<ShownQuestion>,
        attempts: Vec<Attempt>,
        pass_percent: i64,
        free_at: Timestamp,
    },
    /// The reader may not see what it is about.
    Hidden,
}

#[derive(Template)]
#[template(path = "pages/views/part.html")]
struct Shown {
    shell: Shell,
    course: Course,
    part: Part,
    content: Content,
    form: FormView,
    is_ticked: bool,
    before: Option<i64>,
    after: Option<i64>,
    place: usize,
    parts: usize,
}

impl Shown {
    fn course_title(&self) -> &str {
        self.course.title(self.shell.cx.locale)
    }

    fn is_open(&self) -> bool {
        self.course.state == course::State::Open
    }

    fn is_ticked_by_hand(&self) -> bool {
        self.part.what.is_ticked_by_hand() && !matches!(self.content, Content::Hidden)
    }

    fn is_video(&self, file: &File) -> bool {
        media::is_video(&file.media_type)
    }

    fn is_picture(&self, file: &File) -> bool {
        media::is_picture(&file.media_type)
    }

    fn file_href(&self, file: &File) -> String {
        format!("{}{}", rendering::FILES, file.place())
    }

    fn article_href(&self, number: &i64) -> String {
        if works_here(&self.shell) {
            format!("/knowledge/{number}")
        } else {
            format!("/help/{number}")
        }
    }

    fn length(&self, minutes: &i64) -> String {
        length(*minutes, self.shell.cx.locale)
    }

    fn has_begun(&self, date: &Date) -> bool {
        date.session.has_begun(self.shell.cx.now())
    }

    fn has_seats(&self, date: &Date) -> bool {
        date.taken < date.session.facts.seats
    }

    fn has_mine(&self, dates: &[Date]) -> bool {
        dates.iter().any(|date| date.is_mine && !self.has_begun(date))
    }

    fn seats_left(&self, date: &Date) -> i64 {
        (date.session.facts.seats - date.taken).max(0)
    }

    fn has_passed(&self) -> bool {
        self.is_ticked
    }

    fn must_wait(&self, free_at: &Timestamp) -> bool {
        *free_at > self.shell.cx.now()
    }

    fn score(&self, attempt: &Attempt) -> String {
        let arguments = [
            ("right", attempt.right.into()),
            ("questions", attempt.questions.into()),
        ];
        self.shell.cx.locale.t_with("training-score", &arguments)
    }

    fn answer_is_chosen(&self, question: &usize, answer: &usize, choice: &ShownChoice) -> bool {
        choice.is_chosen || self.form.has(&format!("q{question}"), &answer.to_string())
    }

    fn wrong(&self, question: &usize) -> Option<&str> {
        self.form.error(&format!("q{question}"))
    }
}

async fn view(app: &App, page: &Page, id: CourseId, part: i64, form: FormView) -> web::Result<Shown> {
    let (cx, is_staff) = (page.cx.clone(), page.cx.may("people.user.read").is_some());
    let read = move |tx: &mut Tx<'_>| {
        let course = course::load(tx, &cx, id)?;
        let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
        let parts = part::store::of_course(tx, id)?;
        let at = parts
            .iter()
            .position(|one| one.id == part)
            .ok_or_else(Error::not_found)?;
        let is_ticked = learner::store::ticks(tx, id, person)?.contains(&part);
        let part = parts.get(at).cloned().ok_or_else(Error::not_found)?;
        let content = match content(tx, &cx, &part, person, is_ticked, is_staff) {
            Err(error) if error.kind() == Kind::NotFound => Content::Hidden,
            other => other?,
        };
        let before = at.checked_sub(1).and_then(|at| parts.get(at)).map(|one| one.id);
        let after = parts.get(at + 1).map(|one| one.id);
        Ok((
            course,
            part,
            content,
            is_ticked,
            (before, after),
            (at + 1, parts.len()),
        ))
    };
    let (course, part, content, is_ticked, (before, after), (place, parts)) = app.db.read(read).await?;
    Ok(Shown {
        shell: page.shell(app, part.title(page.cx.locale)).await?,
        course,
        part,
        content,
        form,
        is_ticked,
        before,
        after,
        place,
        parts,
    })
}

fn content(
    tx: &mut Tx<'_>,
    cx: &kernel::Cx,
    part: &Part,
    person: UserId,
    is_ticked: bool,
    is_staff: bool,
) -> Result<Content> {
    match &part.what {
        What::Article(number) => {
            let seen = knowledge::reading::see(tx, cx, *number, None)?;
            let locale = seen.text.locale;
            let hrefs = if is_staff {
                Hrefs::console(locale)
            } else {
                Hrefs::help(locale)
            };
            Ok(Content::Article {
                number: *number,
                html: rendering::page(&seen.text.words.body, &hrefs).html,
                lang: locale.tag(),
            })
        }
        What::File { file, .. } => Ok(Content::File(knowledge::file::open(tx, cx, *file)?)),
        What::Session => Ok(Content::Dates(dates(tx, cx, part, person)?)),
        What::Test(quiz) => {
            let attempts = crate::quiz::store::attempts(tx, part.id, person)?;
            Ok(Content::Test {
                questions: questions(quiz, cx.locale, &attempts, is_ticked),
                pass_percent: quiz.pass_percent,
                free_at: attempts::free_at(&attempts, cx.now()),
                attempts,
            })
        }
    }
}

/// The dates to come, and those in which the reader had a seat.
fn dates(tx: &mut Tx<'_>, cx: &kernel::Cx, part: &Part, person: UserId) -> Result<Vec<Date>> {
    let mut sessions = session::store::of_part(tx, part.id)?;
    sessions.reverse();
    let mine = session::store::of_person_and_part(tx, person, part.id)?;
    sessions.retain(|one| mine.contains(&one.id) || (one.cancelled_at.is_none() && !one.has_begun(cx.now())));
    let ids: Vec<SessionId> = sessions.iter().map(|one| one.id).collect();
    let taken: BTreeMap<SessionId, i64> = session::store::taken(tx, &ids)?;
    let trainers: Vec<UserId> = sessions.iter().map(|one| one.facts.trainer).collect();
    let cards = people::user::store::cards(tx, &trainers)?;
    let date = |session: Session| Date {
        taken: taken.get(&session.id).copied().unwrap_or_default(),
        is_mine: mine.contains(&session.id),
        trainer: cards
            .get(&session.facts.trainer)
            .map_or_else(|| "–".to_owned(), |card| card.name.clone()),
        session,
    };
    Ok(sessions.into_iter().map(date).collect())
}

/// The questions without their right answers, and with them for who has passed.
fn questions(
    quiz: &Quiz,
    locale: kernel::Locale,
    attempts: &[Attempt],
    has_passed: bool,
) -> Vec<ShownQuestion> {
    let passed = attempts
        .iter()
        .find(|attempt| attempt.passed)
        .filter(|_| has_passed);
    let all = quiz.questions.iter().enumerate();
    let shown = all.map(|(place, question)| {
        let chosen = passed.and_then(|attempt| attempt.answers.get(place));
        let choices = question
            .choices
            .iter()
            .enumerate()
            .map(|(answer, choice)| ShownChoice {
                text: choice.text(locale).to_owned(),
                is_chosen: chosen.is_some_and(|chosen| chosen.contains(&answer)),
                is_right: has_passed.then_some(choice.right),
            });
        ShownQuestion {
            text: question.text(locale).to_owned(),
            is_many: question.is_many(),
            choices: choices.collect(),
        }
    });
    shown.collect()
}

/// `GET /training/courses/{id}/parts/{part}`
async fn open(State(app): State<App>, page: Page, Path((id, part)): Path<(CourseId, i64)>) -> web::Result {
    let body = view(&app, &page, id, part, FormView::empty()).await?;
    framed(&body.shell, &body)
}

/// `POST /training/courses/{id}/parts/{part}/tick`: and on to what comes next.
async fn tick(
    State(app): State<App>,
    page: Page,
    Path((id, part)): Path<(CourseId, i64)>,
    form: FormData,
) -> web::Result {
    let is_done = if form.text("done") == "no" {
        Done::No
    } else {
        Done::Yes
    };
    let cx = page.cx.clone();
    let write = move |tx: &mut Tx<'_>| {
        learner::tick(tx, &cx, id, part, is_done)?;
        let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
        let ticks = learner::store::ticks(tx, id, person)?;
        let parts = part::store::of_course(tx, id)?;
        Ok(parts
            .into_iter()
            .map(|one| one.id)
            .find(|one| !ticks.contains(one)))
    };
    let next = app.db.write(write).await?;
    if is_done == Done::No {
        let path = format!("/training/courses/{id}/parts/{part}");
        return done(&page, &path, "training-unticked");
    }
    match next {
        Some(next) => done(
            &page,
            &format!("/training/courses/{id}/parts/{next}"),
            "training-ticked",
        ),
        None => done(&page, &format!("/training/courses/{id}"), "training-all-done"),
    }
}

/// `POST /training/courses/{id}/parts/{part}/attempts`: the answers stand in `q0`, `q1` …
async fn attempt(
    State(app): State<App>,
    page: Page,
    Path((id, part)): Path<(CourseId, i64)>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let filled = form.clone();
    let write = move |tx: &mut Tx<'_>| {
        let found = part::store::find(tx, id, part)?.ok_or_else(Error::not_found)?;
        let What::Test(quiz) = &found.what else {
            return Err(Error::not_found());
        };
        let answers: Vec<Vec<usize>> = (0..quiz.questions.len())
            .map(|place| {
                let name = format!("q{place}");
                filled.all(&name).filter_map(|value| value.parse().ok()).collect()
            })
            .collect();
        attempts::take(tx, &cx, id, part, &answers)
    };
    match app.db.write(write).await {
        Ok(attempt) => {
            let key = if attempt.passed {
                "training-test-passed"
            } else {
                "training-test-failed"
            };
            done(&page, &format!("/training/courses/{id}/parts/{part}"), key)
        }
        Err(error) => {
            let form = mend(&page, &form, error)?;
            let body = view(&app, &page, id, part, form).await?;
            refused(&body.shell, &body)
        }
    }
}
