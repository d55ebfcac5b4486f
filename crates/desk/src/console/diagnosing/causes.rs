//! Causes on pages: noting one, judging it, striking it out.

use askama::Template;
use axum::extract::State;
use kernel::error::Error;
use web::{App, Choice, FormData, FormView, Page, Path, Query, Shell};

use super::answered;
use crate::console::asked::Asked;
use crate::console::changed::{Act, may, mend, shown};
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

async fn show(
    app: &App,
    page: &Page,
    number: i64,
    id: Option<i64>,
    asked: &Asked,
    form: FormView,
) -> web::Result {
    let path = id.map_or_else(|| "causes".to_owned(), |id| format!("causes/{id}"));
    let act = Act::new(page, number, &path, asked, "desk-page-save");
    let shell = page.shell(app, page.t("desk-page-cause-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    let view = Form {
        shell,
        act,
        form,
        outcomes: choices!(Outcome, page.cx.locale),
        is_new: id.is_none(),
    };
    shown!(view, dialog, refused)
}

/// `GET /tickets/{number}/causes/new`
pub(in crate::console) async fn ask(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::NOTE).await?;
    let form = FormView::of([("outcome", Outcome::Open.as_str())]);
    show(&app, &page, number, None, &asked, form).await
}

/// `GET /tickets/{number}/causes/{id}`
pub(in crate::console) async fn edit(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::NOTE).await?;
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| diagnosis::load(tx, &cx, number)).await?;
    let cause = found.causes.into_iter().find(|cause| cause.id == id);
    let cause = cause.ok_or_else(Error::not_found)?;
    let form = FormView::of([
        ("cause", cause.cause),
        ("tested_how", cause.tested_how),
        ("outcome", cause.outcome.as_str().to_owned()),
        ("place", cause.place.to_string()),
        ("version", cause.version.to_string()),
    ]);
    show(&app, &page, number, Some(id), &asked, form).await
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
pub(in crate::console) async fn add(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match wanted(&form) {
        Ok(new) => {
            let writing = app
                .db
                .write(move |tx| diagnosis::add_cause(tx, &cx, number, &new));
            writing.await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => answered(&app, &page, number, &asked, "desk-page-cause-noted").await,
        Err(error) if page.targets(&format!("gate-{number}")) => Err(error.into()),
        Err(error) => show(&app, &page, number, None, &asked, mend(&form, error, &page)?).await,
    }
}

/// `POST /tickets/{number}/causes/{id}`
pub(in crate::console) async fn change(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match wanted(&form) {
        Ok(new) => {
            let writing = app
                .db
                .write(move |tx| diagnosis::change_cause(tx, &cx, number, id, &new));
            writing.await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => answered(&app, &page, number, &asked, "desk-page-cause-noted").await,
        Err(error) => {
            let form = mend(&form, error, &page)?;
            show(&app, &page, number, Some(id), &asked, form).await
        }
    }
}

/// `POST /tickets/{number}/causes/{id}/removal`
pub(in crate::console) async fn remove(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| diagnosis::remove_cause(tx, &cx, number, id))
        .await?;
    answered(&app, &page, number, &asked, "desk-page-cause-removed").await
}
