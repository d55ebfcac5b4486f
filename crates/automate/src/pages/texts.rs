//! Rules as text: one in the editor, all as a file, many from a text.

use askama::Template;
use axum::extract::State;
use kernel::error::{Error, Kind};
use web::{App, FormData, FormView, Page, Path, Shell, download, html, unprocessable};

use super::{PATH, done};
use crate::rule::{RuleId, keeping, naming, text, text_reading};

#[derive(Template)]
#[template(path = "pages/views/text.html")]
struct AsText {
    shell: Shell,
    /// None for an import of several.
    id: Option<RuleId>,
    form: FormView,
}

async fn view(app: &App, page: &Page, id: Option<RuleId>, form: FormView) -> web::Result<AsText> {
    let title = if id.is_some() {
        "automate-as-text"
    } else {
        "automate-import"
    };
    Ok(AsText {
        shell: page.shell(app, page.t(title)).await?,
        id,
        form,
    })
}

/// `GET /settings/rules/{id}/text`
pub(super) async fn edit(State(app): State<App>, page: Page, Path(id): Path<RuleId>) -> web::Result {
    let cx = page.cx.clone();
    let (text, version) = app
        .db
        .read(move |tx| {
            let rule = keeping::load(tx, &cx, id)?;
            Ok((text::write(&naming::spoken(tx, &rule.definition)?), rule.version))
        })
        .await?;
    let form = FormView::of([("text", text), ("version", version.to_string())]);
    html(view(&app, &page, Some(id), form).await?)
}

/// `POST /settings/rules/{id}/text`
pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RuleId>,
    form: FormData,
) -> web::Result {
    let (cx, version) = (page.cx.clone(), form.text("version").parse().ok());
    let outcome = match text_reading::read(form.text("text"), cx.locale) {
        Ok(rules) if rules.len() == 1 => {
            let change = move |tx: &mut kernel::db::Tx<'_>| {
                let read = &rules[0];
                keeping::change(tx, &cx, id, &read.definition, version).map_err(|error| match error.kind() {
                    Kind::Invalid => read.located(&error, cx.locale),
                    _ => error,
                })
            };
            app.db.write(change).await.map(|_| ())
        }
        Ok(_) => Err(Error::invalid("automate.text.one_rule").field("text")),
        Err(error) => Err(error),
    };
    answer(&app, &page, Some(id), form, outcome, page.t("automate-saved")).await
}

/// `GET /settings/rules/import`
pub(super) async fn ask_import(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, None, FormView::empty()).await?)
}

/// `POST /settings/rules/import`
pub(super) async fn import(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match text_reading::read(form.text("text"), cx.locale) {
        Ok(rules) => app.db.write(move |tx| keeping::import(tx, &cx, &rules)).await,
        Err(error) => Err(error),
    };
    let told = outcome.as_ref().map_or(0, |count| *count);
    let told = page
        .cx
        .locale
        .t_with("automate-imported", &[("count", told.into())]);
    answer(&app, &page, None, form, outcome.map(drop), told).await
}

async fn answer(
    app: &App,
    page: &Page,
    id: Option<RuleId>,
    form: FormData,
    outcome: kernel::Result<()>,
    told: String,
) -> web::Result {
    match outcome {
        Ok(()) => done(page, PATH, &told),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            unprocessable(view(app, page, id, form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /settings/rules/export`
pub(super) async fn export(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let text = app
        .db
        .read(move |tx| {
            let mut shown = Vec::new();
            for rule in keeping::list(tx, &cx)? {
                shown.push(naming::spoken(tx, &rule.definition)?);
            }
            Ok(text::write_all(&shown))
        })
        .await?;
    download(text, "rules.txt", "text/plain; charset=utf-8")
}
