//! Causes on pages: noting one, judging it, striking it out.

use askama::Template;
use kernel::error::Error;
use web::{Choice, FormData, FormView, Path, Shell};

use super::{answered, answered_or_mended};
use crate::console::acting::{Act, OnTicket, shown};
use crate::console::wording::choices;
use crate::diagnosis::{self, NewCause, Outcome};
use crate::ticket::access;

#[derive(Template)]
#[template(path = "console/views/cause.html", blocks = ["act"])]
struct Form {
    shell: Shell,
    act: Act,
    form: FormView,
    outcomes: Vec<Choice>,
    is_new: bool,
}

async fn show(on: &OnTicket, id: Option<i64>, form: FormView) -> web::Result {
    let path = id.map_or_else(|| "causes".to_owned(), |id| format!("causes/{id}"));
    let (shell, act) = on.frame(&path, "desk-page-cause-title", "desk-page-save").await?;
    shown!(Form {
        shell,
        act,
        form,
        outcomes: choices!(Outcome, on.page.cx.locale),
        is_new: id.is_none(),
    })
}

/// `GET /tickets/{number}/causes/new`
pub(in crate::console) async fn ask(on: OnTicket) -> web::Result {
    on.load(access::NOTE).await?;
    let form = FormView::of([("outcome", Outcome::Open.as_str())]);
    show(&on, None, form).await
}

/// `GET /tickets/{number}/causes/{id}`
pub(in crate::console) async fn edit(on: OnTicket, Path((_, id)): Path<(i64, i64)>) -> web::Result {
    on.load(access::NOTE).await?;
    let found = on.read(diagnosis::load).await?;
    let cause = found.causes.into_iter().find(|cause| cause.id == id);
    let cause = cause.ok_or_else(Error::not_found)?;
    let form = FormView::of([
        ("cause", cause.cause),
        ("tested_how", cause.tested_how),
        ("outcome", cause.outcome.as_str().to_owned()),
        ("place", cause.place.to_string()),
        ("version", cause.version.to_string()),
    ]);
    show(&on, Some(id), form).await
}

fn wanted(form: &FormData) -> kernel::Result<NewCause> {
    let place = form.optional("place").map(str::parse).transpose();
    Ok(NewCause {
        cause: form.text("cause").to_owned(),
        tested_how: form.text("tested_how").to_owned(),
        outcome: Outcome::parse(form.text("outcome"))?,
        place: place.map_err(|_| Error::invalid("desk.diagnosis.place_range").field("place"))?,
        expected_version: form.text("version").parse().ok(),
    })
}

/// `POST /tickets/{number}/causes`
pub(in crate::console) async fn add(on: OnTicket, form: FormData) -> web::Result {
    let adding = on.run_with(wanted(&form), diagnosis::add_cause).await;
    let again = async |on: &OnTicket, form| show(on, None, form).await;
    answered_or_mended(&on, adding, &form, "desk-page-cause-noted", again).await
}

/// `POST /tickets/{number}/causes/{id}`
pub(in crate::console) async fn change(
    on: OnTicket,
    Path((_, id)): Path<(i64, i64)>,
    form: FormData,
) -> web::Result {
    let changing = on
        .run_with(wanted(&form), move |tx, cx, number, new| {
            diagnosis::change_cause(tx, cx, number, id, new)
        })
        .await;
    let again = async |on: &OnTicket, form| show(on, Some(id), form).await;
    answered_or_mended(&on, changing, &form, "desk-page-cause-noted", again).await
}

/// `POST /tickets/{number}/causes/{id}/removal`
pub(in crate::console) async fn remove(on: OnTicket, Path((_, id)): Path<(i64, i64)>) -> web::Result {
    on.run(move |tx, cx, number| diagnosis::remove_cause(tx, cx, number, id))
        .await?;
    answered(&on, "desk-page-cause-removed").await
}
