//! `/training/courses` for those who teach: all courses, a new one, what is said of one.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use serde::Deserialize;
use web::{App, FormData, FormView, Need, Page, Path, Query, Routes, Shell, html, unprocessable};

use super::{done, given, length, mend};
use crate::TEACH;
use crate::course::{self, Course, CourseId, Facts, making};
use crate::part::arranging;
use crate::part::{self, NewPart, What};

/// Courses on a page.
const PIECE: i64 = 50;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(TEACH);
    Routes::new()
        .page(Method::GET, "/training/courses", needed, list)
        .page(Method::POST, "/training/courses", needed, add)
        .page(Method::GET, "/training/courses/new", needed, new)
        .page(Method::GET, "/training/courses/{id}/edit", needed, edit)
        .page(Method::POST, "/training/courses/{id}/edit", needed, save)
        .page(Method::POST, "/training/courses/{id}/state", needed, set_state)
}

struct Row {
    course: Course,
    parts: i64,
    people: i64,
    done: i64,
}

#[derive(Template)]
#[template(path = "pages/views/courses.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    older: Option<String>,
}

impl List {
    fn title<'a>(&self, row: &'a Row) -> &'a str {
        row.course.title(self.shell.cx.locale)
    }

    fn length(&self, row: &Row) -> String {
        length(row.course.facts.minutes, self.shell.cx.locale)
    }
}

#[derive(Deserialize)]
struct Before {
    before: Option<CourseId>,
}

/// `GET /training/courses`
async fn list(State(app): State<App>, page: Page, Query(from): Query<Before>) -> web::Result {
    let read = move |tx: &mut Tx<'_>| -> Result<Vec<Row>> {
        let courses = course::store::list(tx, from.before, PIECE)?;
        let ids: Vec<CourseId> = courses.iter().map(|course| course.id).collect();
        let parts: BTreeMap<CourseId, i64> = part::store::counts(tx, &ids)?;
        let totals = crate::learner::store::totals_of(tx, &ids)?;
        let row = |course: Course| {
            let (people, done) = totals.get(&course.id).copied().unwrap_or_default();
            Row {
                parts: parts.get(&course.id).copied().unwrap_or_default(),
                people,
                done,
                course,
            }
        };
        Ok(courses.into_iter().map(row).collect())
    };
    let rows = app.db.read(read).await?;
    let is_full = i64::try_from(rows.len()).unwrap_or(0) >= PIECE;
    let last = rows.last().filter(|_| is_full);
    html(List {
        older: last.map(|row| format!("/training/courses?before={}", row.course.id)),
        shell: page.shell(&app, page.t("training-courses")).await?,
        rows,
    })
}

#[derive(Template)]
#[template(path = "pages/views/course_form.html")]
struct Form {
    shell: Shell,
    /// None for a new one.
    course: Option<CourseId>,
    form: FormView,
    /// The article it begins with.
    article: Option<i64>,
}

impl Form {
    fn action_path(&self) -> String {
        self.course.map_or_else(
            || "/training/courses".to_owned(),
            |id| format!("/training/courses/{id}/edit"),
        )
    }

    fn back_path(&self) -> String {
        self.course.map_or_else(
            || "/training/courses".to_owned(),
            |id| format!("/training/courses/{id}/manage"),
        )
    }
}

/// How a course begins elsewhere: with a title, with an article.
#[derive(Deserialize)]
struct Beginning {
    title: Option<String>,
    article: Option<i64>,
}

/// `GET /training/courses/new?title=…&article=…`
async fn new(State(app): State<App>, page: Page, Query(from): Query<Beginning>) -> web::Result {
    let title: String = from
        .title
        .unwrap_or_default()
        .chars()
        .take(making::TITLE_MOST)
        .collect();
    let field = match page.cx.locale {
        Locale::En => "title_en",
        Locale::ZhCn => "title_zh",
    };
    html(Form {
        shell: page.shell(&app, page.t("training-course-new")).await?,
        course: None,
        form: FormView::of([(field, title), ("minutes", "60".to_owned())]),
        article: from.article,
    })
}

fn facts(form: &FormData) -> Result<Facts> {
    Ok(Facts {
        title_en: form.text("title_en").to_owned(),
        title_zh: form.text("title_zh").to_owned(),
        description_en: form.text("description_en").to_owned(),
        description_zh: form.text("description_zh").to_owned(),
        minutes: given(form, "minutes")?.unwrap_or_default(),
        for_all: form.checked("for_all"),
    })
}

/// `POST /training/courses`: with `article` it gets that as its first part.
async fn add(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let article: Option<i64> = form.optional("article").and_then(|number| number.parse().ok());
    let adding = match facts(&form) {
        Ok(facts) => {
            let write = move |tx: &mut Tx<'_>| {
                let course = making::add(tx, &cx, &facts)?;
                if let Some(article) = article {
                    let part = NewPart {
                        title_en: String::new(),
                        title_zh: String::new(),
                        what: What::Article(article),
                    };
                    arranging::add(tx, &cx, course.id, &part)?;
                }
                Ok(course)
            };
            app.db.write(write).await
        }
        Err(error) => Err(error),
    };
    match adding {
        Ok(course) => done(
            &page,
            &format!("/training/courses/{}/manage", course.id),
            "training-course-added",
        ),
        Err(error) => unprocessable(Form {
            form: mend(&page, &form, error)?,
            shell: page.shell(&app, page.t("training-course-new")).await?,
            course: None,
            article,
        }),
    }
}

/// `GET /training/courses/{id}/edit`
async fn edit(State(app): State<App>, page: Page, Path(id): Path<CourseId>) -> web::Result {
    let cx = page.cx.clone();
    let course = app.db.read(move |tx| course::load(tx, &cx, id)).await?;
    let facts = &course.facts;
    let form = FormView::of([
        ("title_en", facts.title_en.clone()),
        ("title_zh", facts.title_zh.clone()),
        ("description_en", facts.description_en.clone()),
        ("description_zh", facts.description_zh.clone()),
        ("minutes", facts.minutes.to_string()),
        ("for_all", if facts.for_all { "true" } else { "" }.to_owned()),
        ("version", course.version.to_string()),
    ]);
    html(Form {
        shell: page.shell(&app, page.t("training-course-edit")).await?,
        course: Some(id),
        form,
        article: None,
    })
}

/// `POST /training/courses/{id}/edit`
async fn save(State(app): State<App>, page: Page, Path(id): Path<CourseId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let saving = match facts(&form).and_then(|facts| Ok((facts, given(&form, "version")?))) {
        Ok((facts, version)) => {
            let write = move |tx: &mut Tx<'_>| making::change(tx, &cx, id, &facts, version);
            app.db.write(write).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match saving {
        Ok(()) => done(&page, &format!("/training/courses/{id}/manage"), "training-saved"),
        Err(error) => unprocessable(Form {
            form: mend(&page, &form, error)?,
            shell: page.shell(&app, page.t("training-course-edit")).await?,
            course: Some(id),
            article: None,
        }),
    }
}

/// `POST /training/courses/{id}/state`
async fn set_state(
    State(app): State<App>,
    page: Page,
    Path(id): Path<CourseId>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let state = course::State::parse(form.text("state"));
    let state = state.ok_or_else(|| kernel::Error::invalid("web.form.choice").field("state"))?;
    app.db
        .write(move |tx| making::set_state(tx, &cx, id, state))
        .await?;
    let key = if state == course::State::Open {
        "training-opened"
    } else {
        "training-closed"
    };
    done(&page, &format!("/training/courses/{id}/manage"), key)
}
