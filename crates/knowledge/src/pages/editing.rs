//! `/knowledge/{number}/edit`: the editor, what it saves by itself, and its preview.
//!
//! The form carries the words it was opened with, so that the operation can tell what its writer changed from what others saved
//! meanwhile; the script does the same every few seconds and puts the merged words back under the writer's hands.

use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde::{Deserialize, Serialize};
use web::{App, FormData, FormView, Json, Need, Page, Path, Query, Routes, Shell, html, unprocessable};

use super::{FileLine, done, files, language, locale_of, mend};
use crate::rendering::{self, Hrefs};
use crate::text::checking;
use crate::writing::{self, Save, Saved};
use crate::{Article, Number, PUBLISH, State as How, WRITE, Words, reading, text};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(WRITE);
    Routes::new()
        .page(Method::GET, "/knowledge/{number}/edit", needed, ask)
        .page(Method::POST, "/knowledge/{number}/edit", needed, save)
        .page(Method::GET, "/knowledge/{number}/draft", needed, look)
        .page(Method::POST, "/knowledge/{number}/draft", needed, keep)
        .page(Method::POST, "/knowledge/{number}/preview", needed, preview)
}

/// A button above the text.
struct Tool {
    what: &'static str,
    key: &'static str,
    icon: &'static str,
}

const fn tool(what: &'static str, key: &'static str, icon: &'static str) -> Tool {
    Tool { what, key, icon }
}

const TOOLS: &[Tool] = &[
    tool("bold", "knowledge-page-tool-bold", "bold"),
    tool("italic", "knowledge-page-tool-italic", "italic"),
    tool("heading", "knowledge-page-tool-heading", "heading-2"),
    tool("subheading", "knowledge-page-tool-subheading", "heading-3"),
    tool("list", "knowledge-page-tool-list", "list"),
    tool("steps", "knowledge-page-tool-steps", "list-ordered"),
    tool("tasks", "knowledge-page-tool-tasks", "list-checks"),
    tool("quote", "knowledge-page-tool-quote", "quote"),
    tool("code", "knowledge-page-tool-code", "code"),
    tool("codeblock", "knowledge-page-tool-codeblock", "square-code"),
    tool("table", "knowledge-page-tool-table", "table"),
    tool("link", "knowledge-page-tool-link", "link"),
    tool("diagram", "knowledge-page-tool-diagram", "workflow"),
];

const CALLOUTS: &[Tool] = &[
    tool("callout-note", "knowledge-page-tool-note", "info"),
    tool("callout-tip", "knowledge-page-tool-tip", "lightbulb"),
    tool("callout-warning", "knowledge-page-tool-warning", "triangle-alert"),
    tool("callout-caution", "knowledge-page-tool-caution", "shield-alert"),
];

#[derive(Template)]
#[template(path = "pages/views/edit.html")]
struct Editor {
    shell: Shell,
    article: Article,
    locale: Locale,
    languages: Vec<Locale>,
    step: i64,
    /// What the writer has before their eyes as the state of things.
    base: Words,
    base_tags: String,
    form: FormView,
    preview: String,
    may_publish: bool,
    files: Vec<FileLine>,
    file_most: u64,
}

impl Editor {
    fn language(&self, locale: &Locale) -> String {
        language(self.shell.cx.locale, *locale)
    }

    fn tools(&self) -> &'static [Tool] {
        TOOLS
    }

    fn callouts(&self) -> &'static [Tool] {
        CALLOUTS
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    locale: String,
    step: i64,
}

/// `GET /knowledge/{number}/edit`
async fn ask(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    Query(wish): Query<Wish>,
) -> web::Result {
    html(view(&app, &page, number, &wish.locale, None).await?)
}

async fn view(
    app: &App,
    page: &Page,
    number: Number,
    wanted: &str,
    refused: Option<(FormView, Words, i64)>,
) -> web::Result<Editor> {
    let (cx, wanted) = (page.cx.clone(), Locale::parse(wanted));
    let read = move |tx: &mut Tx<'_>| {
        let article = reading::writable(tx, &cx, number)?;
        let mut languages: Vec<Locale> = reading::texts(tx, &cx, number)?
            .into_iter()
            .map(|text| text.locale)
            .collect();
        languages.extend(
            reading::drafts(tx, &cx, number)?
                .into_iter()
                .map(|draft| draft.locale),
        );
        languages.sort_unstable();
        languages.dedup();
        let fitting = |locale: &Locale| languages.contains(locale);
        let locale = wanted
            .or(Some(cx.locale).filter(fitting))
            .unwrap_or(article.original);
        let (words, step) = reading::open_draft(tx, &cx, number, locale)?;
        Ok((article, languages, locale, words, step, files(tx, &cx, number)?))
    };
    let (article, languages, locale, words, step, files) = app.db.read(read).await?;
    let (form, base, step) = refused.unwrap_or_else(|| (filled(&words), words, step));
    let preview = rendering::page(form.value("body"), &Hrefs::console(locale)).html;
    Ok(Editor {
        shell: page
            .shell(app, format!("{}{}", mark(page), form.value("title")))
            .await?,
        languages,
        locale,
        step,
        base_tags: base.tags.join(", "),
        base,
        form,
        preview,
        may_publish: page.cx.may(PUBLISH).is_some() && !article.is_template,
        files,
        file_most: app.upload_limit(),
        article,
    })
}

fn mark(page: &Page) -> String {
    format!(
        "{}{}",
        page.t("knowledge-page-editing"),
        page.t("knowledge-page-colon")
    )
}

fn filled(words: &Words) -> FormView {
    FormView::of([
        ("title", words.title.clone()),
        ("summary", words.summary.clone()),
        ("tags", words.tags.join(", ")),
        ("body", words.body.clone()),
    ])
}

/// The words of a form: those that were written, or with `base_` those that its writer had read. As they stand there, with the
/// blanks at their ends: what was not changed must be equal to what is stored.
fn words_in(form: &FormView, before: &str) -> Words {
    let text = |name: &str| form.value(&format!("{before}{name}")).to_owned();
    Words {
        title: text("title"),
        summary: text("summary"),
        tags: checking::tags(&text("tags")),
        body: text("body"),
    }
}

/// `POST /knowledge/{number}/edit`
async fn save(State(app): State<App>, page: Page, Path(number): Path<Number>, form: FormData) -> web::Result {
    let locale = locale_of(&page, form.text("locale"));
    let sent = form.view();
    let base = words_in(&sent, "base_");
    let step = form.text("step").parse().unwrap_or_default();
    let save = Save {
        words: words_in(&sent, ""),
        base: base.clone(),
        step,
        by_itself: false,
        note: form.text("note").to_owned(),
    };
    let (cx, publishes) = (page.cx.clone(), form.text("then") == "publish");
    let write = move |tx: &mut Tx<'_>| {
        let saved = writing::save(tx, &cx, number, locale, &save)?;
        if publishes {
            writing::set_state(tx, &cx, number, How::Published, &save.note)?;
        }
        Ok(saved)
    };
    let to_article = format!("/knowledge/{number}?locale={}", locale.tag());
    match app.db.write(write).await {
        Ok(saved) if saved.merged && !publishes => {
            let path = format!("/knowledge/{number}/edit?locale={}", locale.tag());
            done(&page, &path, "knowledge-page-merged")
        }
        Ok(_) if publishes => done(&page, &to_article, "knowledge-page-moved-published"),
        Ok(_) => done(&page, &to_article, "knowledge-page-saved"),
        Err(error) => {
            let filled = mend(&page, &form, error)?;
            let editor = view(&app, &page, number, locale.tag(), Some((filled, base, step)));
            unprocessable(editor.await?)
        }
    }
}

/// Words as the script knows them: tags as they stand in their field.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Written {
    title: String,
    summary: String,
    tags: String,
    body: String,
}

impl From<Words> for Written {
    fn from(words: Words) -> Self {
        Self {
            title: words.title,
            summary: words.summary,
            tags: words.tags.join(", "),
            body: words.body,
        }
    }
}

impl Written {
    fn words(&self) -> Words {
        Words {
            title: self.title.clone(),
            summary: self.summary.clone(),
            tags: checking::tags(&self.tags),
            body: self.body.clone(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Kept {
    locale: String,
    words: Written,
    base: Written,
    step: i64,
    by_itself: bool,
    note: String,
}

/// What the script hears: the words as they are now, whoever wrote them.
#[derive(Debug, Serialize)]
struct Now {
    words: Written,
    step: i64,
    merged: bool,
    /// Who else writes.
    by: Option<String>,
}

/// `POST /knowledge/{number}/draft`: saves what stands in the editor.
async fn keep(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    Json(kept): Json<Kept>,
) -> web::Result {
    let locale = locale_of(&page, &kept.locale);
    let save = Save {
        words: kept.words.words(),
        base: kept.base.words(),
        step: kept.step,
        by_itself: kept.by_itself,
        note: kept.note,
    };
    let cx = page.cx.clone();
    let write = move |tx: &mut Tx<'_>| {
        let before = writer(tx, &cx, number, locale)?;
        Ok((writing::save(tx, &cx, number, locale, &save)?, before))
    };
    match app.db.write(write).await {
        Ok((saved, by)) => Ok(Json(now(saved, by)).into_response()),
        Err(error) => refuse(&page, &error),
    }
}

fn now(saved: Saved, by: Option<String>) -> Now {
    Now {
        words: saved.words.into(),
        step: saved.step,
        merged: saved.merged,
        by,
    }
}

/// The name of whoever saved the working copy last, when it is somebody else.
fn writer(tx: &mut Tx<'_>, cx: &Cx, number: Number, locale: Locale) -> Result<Option<String>> {
    let draft = text::store::find_draft(tx, number, locale)?;
    let Some(by) = draft.and_then(|draft| draft.updated_by) else {
        return Ok(None);
    };
    if Some(by) == cx.user_id() {
        return Ok(None);
    }
    Ok(super::names(tx, &[by])?.remove(&by))
}

fn refuse(page: &Page, error: &Error) -> web::Result {
    let words = error.fields().first().map(|field| field.message(page.cx.locale));
    let said = words.unwrap_or_else(|| error.message(page.cx.locale));
    let body = serde_json::json!({ "said": said, "code": error.code() });
    Ok((web::status_of(error.kind()), Json(body)).into_response())
}

/// `GET /knowledge/{number}/draft`: what others saved since a step; 204 when nobody did.
async fn look(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    Query(wish): Query<Wish>,
) -> web::Result {
    let (cx, locale, step) = (page.cx.clone(), locale_of(&page, &wish.locale), wish.step);
    let read = move |tx: &mut Tx<'_>| {
        let (words, now) = reading::open_draft(tx, &cx, number, locale)?;
        if now == step {
            return Ok(None);
        }
        let by = writer(tx, &cx, number, locale)?;
        Ok(Some(Now {
            words: words.into(),
            step: now,
            merged: true,
            by,
        }))
    };
    match app.db.read(read).await? {
        Some(now) => Ok(Json(now).into_response()),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    body: String,
    locale: String,
}

/// `POST /knowledge/{number}/preview`
async fn preview(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    Json(asked): Json<Body>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db.read(move |tx| reading::writable(tx, &cx, number)).await?;
    if asked.body.len() > checking::BODY_MAX {
        return Err(Error::too_large("web.form.too_large").into());
    }
    let locale = locale_of(&page, &asked.locale);
    html(Raw {
        html: rendering::page(&asked.body, &Hrefs::console(locale)).html,
    })
}

/// What the renderer made, as an answer.
#[derive(Template)]
#[template(source = "{{ html|safe }}", ext = "html")]
struct Raw {
    html: String,
}
