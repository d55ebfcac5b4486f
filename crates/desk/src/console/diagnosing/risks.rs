//! Risky steps on pages: planning one, naming its backup and way back, doing it, striking it out.

use askama::Template;
use kernel::error::Error;
use web::{FormData, FormView, Path, Shell};

use super::{answered, answered_or_mended};
use crate::console::acting::{Act, OnTicket, shown};
use crate::diagnosis::{self, NewRiskyStep};
use crate::ticket::access;

#[derive(Template)]
#[template(path = "console/views/risky_step.html", blocks = ["act"])]
struct Form {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show(on: &OnTicket, id: Option<i64>, form: FormView) -> web::Result {
    let path = id.map_or_else(|| "risky-steps".to_owned(), |id| format!("risky-steps/{id}"));
    let (shell, act) = on.frame(&path, "desk-page-risk-title", "desk-page-save").await?;
    shown!(Form { shell, act, form })
}

/// `GET /tickets/{number}/risky-steps/new`
pub(in crate::console) async fn ask(on: OnTicket) -> web::Result {
    on.load(access::NOTE).await?;
    show(&on, None, FormView::empty()).await
}

/// `GET /tickets/{number}/risky-steps/{id}`
pub(in crate::console) async fn edit(on: OnTicket, Path((_, id)): Path<(i64, i64)>) -> web::Result {
    on.load(access::NOTE).await?;
    let found = on.read(diagnosis::load).await?;
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
    show(&on, Some(id), form).await
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
pub(in crate::console) async fn add(on: OnTicket, form: FormData) -> web::Result {
    let adding = on.run_with(Ok(wanted(&form)), diagnosis::add_risky_step).await;
    let again = async |on: &OnTicket, form| show(on, None, form).await;
    answered_or_mended(&on, adding, &form, "desk-page-risk-noted", again).await
}

/// `POST /tickets/{number}/risky-steps/{id}`
pub(in crate::console) async fn change(
    on: OnTicket,
    Path((_, id)): Path<(i64, i64)>,
    form: FormData,
) -> web::Result {
    let changing = on
        .run_with(Ok(wanted(&form)), move |tx, cx, number, new| {
            diagnosis::change_risky_step(tx, cx, number, id, new)
        })
        .await;
    let again = async |on: &OnTicket, form| show(on, Some(id), form).await;
    answered_or_mended(&on, changing, &form, "desk-page-risk-noted", again).await
}

/// `POST /tickets/{number}/risky-steps/{id}/removal`
pub(in crate::console) async fn remove(on: OnTicket, Path((_, id)): Path<(i64, i64)>) -> web::Result {
    on.run(move |tx, cx, number| diagnosis::remove_risky_step(tx, cx, number, id))
        .await?;
    answered(&on, "desk-page-risk-removed").await
}
