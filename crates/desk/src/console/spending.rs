//! Time spent and the checklist of a ticket, from the cards beside its conversation.

use axum::extract::State;
use kernel::error::Error;
use web::{App, FormData, Page, Path, Query};

use super::asked::Asked;
use super::changed;
use crate::ticket::checklist::{self, Way};
use crate::ticket::timing;

/// `POST /tickets/{number}/time`
pub(super) async fn log_time(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let (cx, what) = (page.cx.clone(), form.text("what").to_owned());
    let minutes: i64 = form
        .text("minutes")
        .parse()
        .map_err(|_| Error::invalid("desk.time.minutes_out_of_range").field("minutes"))?;
    app.db
        .write(move |tx| timing::log_time(tx, &cx, number, minutes, &what))
        .await?;
    changed::answer(&app, &page, number, &asked, "desk-page-time-logged").await
}

/// `POST /tickets/{number}/time/{id}/removal`
pub(super) async fn take_back(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| timing::take_back(tx, &cx, number, id))
        .await?;
    changed::answer(&app, &page, number, &asked, "desk-page-time-taken-back").await
}

/// `POST /tickets/{number}/checklist`: one step a line.
pub(super) async fn add_items(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let items: Vec<String> = form.text("item").lines().map(str::to_owned).collect();
    app.db
        .write(move |tx| checklist::add(tx, &cx, number, &items))
        .await?;
    changed::answer(&app, &page, number, &asked, "desk-page-saved").await
}

/// `POST /tickets/{number}/checklist/{id}`: `act` is done, undone, up, down, or remove.
pub(super) async fn change_item(
    State(app): State<App>,
    page: Page,
    Path((number, id)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let (cx, act) = (page.cx.clone(), form.text("act").to_owned());
    app.db
        .write(move |tx| match act.as_str() {
            "done" => checklist::tick(tx, &cx, number, id, true).map(drop),
            "undone" => checklist::tick(tx, &cx, number, id, false).map(drop),
            "up" => checklist::move_item(tx, &cx, number, id, Way::Up),
            "down" => checklist::move_item(tx, &cx, number, id, Way::Down),
            "remove" => checklist::remove(tx, &cx, number, id).map(drop),
            _ => Err(Error::invalid("web.form.malformed").field("act")),
        })
        .await?;
    changed::answer(&app, &page, number, &asked, "desk-page-saved").await
}
