//! `/training/courses/{id}/parts/new` and `…/edit`: what a part is, and for a test, its questions.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use knowledge::Number;
use serde::Deserialize;
use web::{App, Choice, FormData, FormView, Need, Page, Path, Query, Routes, Shell, html, unprocessable};

use super::{done, given, mend};
use crate::TEACH;
use crate::course::{self, CourseId};
use crate::part::{self, KINDS, NewPart, Part, What, arranging};
use crate::quiz::{Quiz, text};

/// Offered for a new test.
const USUAL_PERCENT: i64 = 80;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(TEACH);
    Routes::new()
        .page(Method::GET, "/training/courses/{id}/parts/new", needed, new)
        .page(Method::POST, "/training/courses/{id}/parts", needed, add)
        .page(
            Method::GET,
            "/training/courses/{id}/parts/{part}/edit",
            needed,
            edit,
        )
        .page(
            Method::POST,
            "/training/courses/{id}/parts/{part}/edit",
            needed,
            save,
        )
}

#[derive(Template)]
#[template(path = "pages/views/part_form.html")]
struct Form {
    shell: Shell,
    course: CourseId,
    /// None for a new one.
    part: Option<i64>,
    kind: &'static str,
    form: FormView,
    /// The files of the article that was named.
    files: Vec<Choice>,
    example: String,
}

impl Form {
    fn action_path(&self) -> String {
        match self.part {
            Some(part) => format!("/training/courses/{}/parts/{part}/edit", self.course),
            None => format!("/training/courses/{}/parts", self.course),
        }
    }

    /// A file is chosen among those of an article, which is named first.
    fn asks_article_first(&self) -> bool {
        self.kind == "file" && self.files.is_empty()
    }
}

/// A part that is to be made.
#[derive(Deserialize)]
struct Wanted {
    kind: Option<String>,
    article: Option<Number>,
}

fn kind_of(word: &str) -> Result<&'static str> {
    let found = KINDS.into_iter().find(|kind| *kind == word);
    found.ok_or_else(|| Error::invalid("web.form.choice").field("kind"))
}

fn files(tx: &mut Tx<'_>, cx: &Cx, article: Option<Number>) -> Result<Vec<Choice>> {
    let Some(article) = article else {
        return Ok(Vec::new());
    };
    let found = match knowledge::file::of_article(tx, cx, article) {
        Err(error) if error.kind() == kernel::error::Kind::NotFound => Vec::new(),
        other => other?,
    };
    Ok(found
        .into_iter()
        .map(|file| Choice::new(file.id.to_string(), file.name))
        .collect())
}

async fn view(
    app: &App,
    page: &Page,
    course: CourseId,
    (part, kind): (Option<i64>, &'static str),
    form: FormView,
) -> web::Result<Form> {
    let cx = page.cx.clone();
    let article: Option<Number> = form.value("article").parse().ok();
    let asked = (kind == "file").then_some(article).flatten();
    let read = move |tx: &mut Tx<'_>| {
        course::load(tx, &cx, course)?;
        files(tx, &cx, asked)
    };
    let files = app.db.read(read).await?;
    let title = if part.is_some() {
        "training-part-edit"
    } else {
        "training-part-new"
    };
    Ok(Form {
        shell: page.shell(app, page.t(title)).await?,
        course,
        part,
        kind,
        form,
        files,
        example: page.t("training-questions-example"),
    })
}

/// `GET /training/courses/{id}/parts/new?kind=…&article=…`
async fn new(
    State(app): State<App>,
    page: Page,
    Path(id): Path<CourseId>,
    Query(wanted): Query<Wanted>,
) -> web::Result {
    let kind = kind_of(wanted.kind.as_deref().unwrap_or("article"))?;
    let article = wanted
        .article
        .map(|number| number.to_string())
        .unwrap_or_default();
    let form = FormView::of([("article", article), ("pass_percent", USUAL_PERCENT.to_string())]);
    html(view(&app, &page, id, (None, kind), form).await?)
}

fn read(form: &FormData, kind: &str) -> Result<NewPart> {
    let missing = |field: &'static str| Error::invalid("web.form.missing").field(field);
    let article = || given(form, "article")?.ok_or_else(|| missing("article"));
    let what = match kind {
        "article" => What::Article(article()?),
        "file" => What::File {
            article: article()?,
            file: given(form, "file")?.ok_or_else(|| missing("file"))?,
        },
        "session" => What::Session,
        _ => What::Test(Quiz {
            pass_percent: given(form, "pass_percent")?.ok_or_else(|| missing("pass_percent"))?,
            questions: text::read(form.text("questions_en"), form.text("questions_zh"))?,
        }),
    };
    Ok(NewPart {
        title_en: form.text("title_en").to_owned(),
        title_zh: form.text("title_zh").to_owned(),
        what,
    })
}

/// `POST /training/courses/{id}/parts`
async fn add(State(app): State<App>, page: Page, Path(id): Path<CourseId>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let kind = kind_of(form.text("kind"))?;
    let adding = match read(&form, kind) {
        Ok(new) => {
            let write = move |tx: &mut Tx<'_>| arranging::add(tx, &cx, id, &new);
            app.db.write(write).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match adding {
        Ok(()) => done(
            &page,
            &format!("/training/courses/{id}/manage"),
            "training-part-added",
        ),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, id, (None, kind), form).await?)
        }
    }
}

async fn found(app: &App, page: &Page, id: CourseId, part: i64) -> web::Result<Part> {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        course::load(tx, &cx, id)?;
        part::store::find(tx, id, part)?.ok_or_else(Error::not_found)
    };
    Ok(app.db.read(read).await?)
}

/// `GET /training/courses/{id}/parts/{part}/edit`
async fn edit(State(app): State<App>, page: Page, Path((id, part)): Path<(CourseId, i64)>) -> web::Result {
    let found = found(&app, &page, id, part).await?;
    let mut values = vec![
        ("title_en", found.title_en.clone()),
        ("title_zh", found.title_zh.clone()),
    ];
    if let Some(article) = found.what.article() {
        values.push(("article", article.to_string()));
    }
    if let What::File { file, .. } = &found.what {
        values.push(("file", file.to_string()));
    }
    if let What::Test(quiz) = &found.what {
        values.push(("pass_percent", quiz.pass_percent.to_string()));
        values.push(("questions_en", text::write(&quiz.questions, Locale::En)));
        values.push(("questions_zh", text::write(&quiz.questions, Locale::ZhCn)));
    }
    let kind = found.what.as_str();
    html(view(&app, &page, id, (Some(part), kind), FormView::of(values)).await?)
}

/// `POST /training/courses/{id}/parts/{part}/edit`
async fn save(
    State(app): State<App>,
    page: Page,
    Path((id, part)): Path<(CourseId, i64)>,
    form: FormData,
) -> web::Result {
    let kind = found(&app, &page, id, part).await?.what.as_str();
    let cx = page.cx.clone();
    let saving = match read(&form, kind) {
        Ok(new) => {
            let write = move |tx: &mut Tx<'_>| arranging::change(tx, &cx, id, part, &new);
            app.db.write(write).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match saving {
        Ok(()) => done(&page, &format!("/training/courses/{id}/manage"), "training-saved"),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, id, (Some(part), kind), form).await?)
        }
    }
}
