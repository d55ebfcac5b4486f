//! Time spent and the checklist of a ticket, from the cards beside its conversation.

use kernel::error::Error;
use web::{FormData, Path};

use super::acting::{OnTicket, malformed};
use crate::ticket::checklist::{self, Way};
use crate::ticket::timing;

/// `POST /tickets/{number}/time`
pub(super) async fn log_time(on: OnTicket, form: FormData) -> web::Result {
    let what = form.text("what").to_owned();
    let minutes = form.text("minutes").parse::<i64>();
    let minutes = minutes.map_err(|_| Error::invalid("desk.time.minutes_out_of_range").field("minutes"));
    on.run_with(minutes, move |tx, cx, number, minutes| {
        timing::log_time(tx, cx, number, *minutes, &what)
    })
    .await?;
    on.done("desk-page-time-logged").await
}

/// `POST /tickets/{number}/time/{id}/removal`
pub(super) async fn take_back(on: OnTicket, Path((_, id)): Path<(i64, i64)>) -> web::Result {
    on.run(move |tx, cx, number| timing::take_back(tx, cx, number, id))
        .await?;
    on.done("desk-page-time-taken-back").await
}

/// `POST /tickets/{number}/checklist`: one step a line.
pub(super) async fn add_items(on: OnTicket, form: FormData) -> web::Result {
    let items: Vec<String> = form.text("item").lines().map(str::to_owned).collect();
    on.run(move |tx, cx, number| checklist::add(tx, cx, number, &items))
        .await?;
    on.done("desk-page-saved").await
}

/// `POST /tickets/{number}/checklist/{id}`: `act` is done, undone, up, down, or remove.
pub(super) async fn change_item(
    on: OnTicket,
    Path((_, id)): Path<(i64, i64)>,
    form: FormData,
) -> web::Result {
    let act = form.text("act").to_owned();
    on.run(move |tx, cx, number| match act.as_str() {
        "done" => checklist::tick(tx, cx, number, id, true).map(drop),
        "undone" => checklist::tick(tx, cx, number, id, false).map(drop),
        "up" => checklist::move_item(tx, cx, number, id, Way::Up),
        "down" => checklist::move_item(tx, cx, number, id, Way::Down),
        "remove" => checklist::remove(tx, cx, number, id).map(drop),
        _ => Err(malformed("act")),
    })
    .await?;
    on.done("desk-page-saved").await
}
