//! `/knowledge/{number}/translations`: the languages of an article, which of them the original has left behind, and what to do.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::Locale;
use kernel::db::Tx;
use web::{App, FormData, Need, Page, Path, Routes, Shell, html, see_other};

use super::{done, language, locale_of};
use crate::{Article, Draft, Number, Text, WRITE, reading, writing};

pub(super) fn routes() -> Routes {
    let needed = Need::permission(WRITE);
    Routes::new()
        .page(Method::GET, "/knowledge/{number}/translations", needed, show)
        .page(Method::POST, "/knowledge/{number}/translations", needed, start)
        .page(
            Method::POST,
            "/knowledge/{number}/translations/in-step",
            needed,
            in_step,
        )
}

/// A language of the article.
struct Row {
    locale: &'static str,
    language: String,
    title: String,
    state: String,
    tone: &'static str,
    has_draft: bool,
    is_missing: bool,
    is_stale: bool,
    /// Where the changes of the original since then are shown.
    changes: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/views/translations.html")]
struct View {
    shell: Shell,
    number: Number,
    title: String,
    rows: Vec<Row>,
}

/// `GET /knowledge/{number}/translations`
async fn show(State(app): State<App>, page: Page, Path(number): Path<Number>) -> web::Result {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let article = reading::writable(tx, &cx, number)?;
        Ok((
            article,
            reading::texts(tx, &cx, number)?,
            reading::drafts(tx, &cx, number)?,
        ))
    };
    let (article, texts, drafts) = app.db.read(read).await?;
    let mut locales = Locale::ALL;
    locales.sort_by_key(|locale| *locale != article.original);
    let rows: Vec<Row> = locales
        .into_iter()
        .map(|locale| row(&page, &article, &texts, &drafts, locale))
        .collect();
    let title = rows.iter().map(|row| &row.title).find(|title| !title.is_empty());
    html(View {
        shell: page.shell(&app, page.t("knowledge-page-translations")).await?,
        number,
        title: title.cloned().unwrap_or_else(|| article.key()),
        rows,
    })
}

fn row(page: &Page, article: &Article, texts: &[Text], drafts: &[Draft], locale: Locale) -> Row {
    let text = texts.iter().find(|text| text.locale == locale);
    let draft = drafts.iter().find(|draft| draft.locale == locale);
    let original = texts.iter().find(|text| text.locale == article.original);
    let is_original = locale == article.original;
    let made_from = text.and_then(|text| text.original_version);
    let is_stale = !is_original
        && text.is_some()
        && original.is_some_and(|original| made_from.is_none_or(|then| then < original.version));
    let (key, tone) = match (text, draft) {
        _ if is_original => ("knowledge-page-translation-original", "accent"),
        _ if is_stale => ("knowledge-page-translation-stale", "warning"),
        (Some(_), _) => ("knowledge-page-translation-in-step", "success"),
        (None, Some(_)) => ("knowledge-page-translation-draft", "neutral"),
        (None, None) => ("knowledge-page-translation-missing", "neutral"),
    };
    let changes = made_from
        .zip(original)
        .filter(|_| is_stale)
        .map(|(then, original)| {
            format!(
                "/knowledge/{}/history?locale={}&from={then}&to={}",
                article.number,
                article.original.tag(),
                original.version
            )
        });
    let title = text
        .map(|text| &text.words.title)
        .or(draft.map(|draft| &draft.words.title));
    Row {
        locale: locale.tag(),
        language: language(page.cx.locale, locale),
        title: title.cloned().unwrap_or_default(),
        state: page.t(key),
        tone,
        has_draft: draft.is_some() && text.is_some(),
        is_missing: text.is_none() && draft.is_none(),
        is_stale,
        changes,
    }
}

/// `POST /knowledge/{number}/translations`
async fn start(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    form: FormData,
) -> web::Result {
    let (cx, locale) = (page.cx.clone(), locale_of(&page, form.text("locale")));
    app.db
        .write(move |tx| writing::translate(tx, &cx, number, locale).map(drop))
        .await?;
    see_other(&format!("/knowledge/{number}/edit?locale={}", locale.tag()))
}

/// `POST /knowledge/{number}/translations/in-step`
async fn in_step(
    State(app): State<App>,
    page: Page,
    Path(number): Path<Number>,
    form: FormData,
) -> web::Result {
    let (cx, locale) = (page.cx.clone(), locale_of(&page, form.text("locale")));
    app.db
        .write(move |tx| writing::in_step(tx, &cx, number, locale).map(drop))
        .await?;
    let path = format!("/knowledge/{number}/translations");
    done(&page, &path, "knowledge-page-translation-marked")
}
