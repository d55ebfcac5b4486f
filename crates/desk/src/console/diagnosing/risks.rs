//! Risky steps on pages: planning one, naming its backup and way back, doing it, striking it out.

use askama::Template;
use axum::extract::State;
use kernel::error::Error;
use web::{App, FormData, FormView, Page, Path, Query, Shell};

use super::answered;
use crate::console::asked::Asked;
use crate::console::changed::{Act, may, mend, shown};
use crate::diagnosis::{self, NewRiskyStep};
use crate::ticket::access;

#[derive(Template)]
#[template(path = "console/views/risky_step.html", blocks = ["act"])]
struct Form {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show(
    app: &App,
    page: &Page,
    number: i64,
    id: Option<i64>,
    asked: &Asked,
    form: FormView,
) -> web::Result {
    let path = id.map_or_else(|| "risky-steps".to_owned(), |id| format!("risky-steps/{id}"));
    let act = Act::new(page, number, &path, asked, "desk-page-save");
    let shell = page.shell(app, page.t("desk-page-risk-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    shown!(Form { shell, act, form }, dialog, refused)
}

/// `GET /tickets/{number}/risky-steps/new`
pub(in crate::console) async fn ask(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::NOTE).await?;
    show(&app, &page, number, None, &asked, FormView::empty()).await
}

/// `GET /tickets/{number}/risky-steps/{id}`
pub(in crate::console) async fn edit(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::NOTE).await?;
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| diagnosis::load(tx, &cx, number)).await?;
    let step = found.risky_steps.into_iter().find(|step| step.id == id);
    let step = step.ok_or_else(Error::not_found)?;
    let done = if step.done_at.is_some() { "true" } else { "" };
    let form = FormView::of([
        ("step", step.step),
        ("risk", step.risk),
        ("backup", step.backup),
        ("way_back", step.way_back),
        ("done", done.to_owned()),
        ("version", step.version.to_string()),
    ]);
    show(&app, &page, number, Some(id), &asked, form).await
}

fn wanted(form: &FormData) -> NewRiskyStep {
    NewRiskyStep {
        step: form.text("step").to_owned(),
        risk: form.text("risk").to_owned(),
        backup: form.text("backup").to_owned(),
        way_back: form.text("way_back").to_owned(),
        is_done: form.checked("done"),
        expected_version: form.text("version").parse().ok(),
    }
}

/// `POST /tickets/{number}/risky-steps`
pub(in crate::console) async fn add(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let (cx, new) = (page.cx.clone(), wanted(&form));
    let writing = app
        .db
        .write(move |tx| diagnosis::add_risky_step(tx, &cx, number, &new));
    match writing.await {
        Ok(_) => answered(&app, &page, number, &asked, "desk-page-risk-noted").await,
        Err(error) => show(&app, &page, number, None, &asked, mend(&form, error, &page)?).await,
    }
}

/// `POST /tickets/{number}/risky-steps/{id}`
pub(in crate::console) async fn change(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let (cx, new) = (page.cx.clone(), wanted(&form));
    let writing = app
        .db
        .write(move |tx| diagnosis::change_risky_step(tx, &cx, number, id, &new));
    match writing.await {
        Ok(_) => answered(&app, &page, number, &asked, "desk-page-risk-noted").await,
        Err(error) => {
            let form = mend(&form, error, &page)?;
            show(&app, &page, number, Some(id), &asked, form).await
        }
    }
}

/// `POST /tickets/{number}/risky-steps/{id}/removal`
pub(in crate::console) async fn remove(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| diagnosis::remove_risky_step(tx, &cx, number, id))
        .await?;
    answered(&app, &page, number, &asked, "desk-page-risk-removed").await
}
