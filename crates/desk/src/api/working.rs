//! Calls for time spent and checklists.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use kernel::Timestamp;
use kernel::id::UserId;
use people::user::Card;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Json, Path};

use super::call::Call;
use super::json::TicketJson;
use crate::ticket::checklist::{self, Item};
use crate::ticket::timing::{self, Spent};

/// Time to write down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTimeJson {
    /// 1 to 1440.
    minutes: i64,
    /// One line.
    #[serde(default)]
    what: String,
}

/// Time that was spent.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeJson {
    /// Minutes of all entries.
    sum: i64,
    /// The latest hundred, the latest last.
    items: Vec<TimeItemJson>,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeItemJson {
    id: i64,
    minutes: i64,
    what: String,
    /// Mail address of who did it.
    person: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Steps to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewItemsJson {
    /// One line each.
    items: Vec<String>,
}

/// Whether a step is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TickJson {
    done: bool,
}

/// A step of a checklist.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemJson {
    id: i64,
    text: String,
    done: bool,
    /// Mail address of who ticked it off.
    done_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    done_at: Option<Timestamp>,
}

fn email(cards: &BTreeMap<UserId, Card>, person: UserId) -> Option<String> {
    cards.get(&person).map(|card| card.email.clone())
}

/// The time that was spent on a ticket.
#[utoipa::path(get, path = "/tickets/{number}/time", tag = "tickets", params(("number" = i64, Path)),
    responses((status = 200, body = TimeJson)))]
pub async fn list_time(call: Call, Path(number): Path<i64>) -> web::Result<Json<TimeJson>> {
    call.read(move |tx, cx| {
        let (spent, sum) = timing::spent(tx, cx, number)?;
        let people: Vec<UserId> = spent.iter().map(|one| one.person).collect();
        let cards = people::user::store::cards(tx, &people)?;
        let one = |one: Spent| TimeItemJson {
            id: one.id,
            minutes: one.minutes,
            what: one.what,
            person: email(&cards, one.person),
            at: one.at,
        };
        let items = spent.into_iter().map(one).collect();
        Ok(TimeJson { sum, items })
    })
    .await
}

/// Write down time that was spent.
#[utoipa::path(post, path = "/tickets/{number}/time", tag = "tickets", params(("number" = i64, Path)),
    request_body = NewTimeJson, responses((status = 201, body = TicketJson)))]
pub async fn log_time(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<NewTimeJson>,
) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        timing::log_time(tx, cx, number, new.minutes, &new.what)
    })
    .await
}

/// The checklist of a ticket.
#[utoipa::path(get, path = "/tickets/{number}/checklist", tag = "tickets", params(("number" = i64, Path)),
    responses((status = 200, body = Vec<ItemJson>)))]
pub async fn list_checklist(call: Call, Path(number): Path<i64>) -> web::Result<Json<Vec<ItemJson>>> {
    call.read(move |tx, cx| {
        let items = checklist::items(tx, cx, number)?;
        let people: Vec<UserId> = items.iter().filter_map(|item| item.done_by).collect();
        let cards = people::user::store::cards(tx, &people)?;
        let one = |item: Item| ItemJson {
            id: item.id,
            text: item.text,
            done: item.done_at.is_some(),
            done_by: item.done_by.and_then(|person| email(&cards, person)),
            done_at: item.done_at,
        };
        Ok(items.into_iter().map(one).collect())
    })
    .await
}

/// Add steps to the checklist.
#[utoipa::path(post, path = "/tickets/{number}/checklist", tag = "tickets", params(("number" = i64, Path)),
    request_body = NewItemsJson, responses((status = 201, body = TicketJson)))]
pub async fn add_to_checklist(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<NewItemsJson>,
) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        checklist::add(tx, cx, number, &new.items)
    })
    .await
}

/// Tick a step off, or take that back.
#[utoipa::path(patch, path = "/tickets/{number}/checklist/{id}", tag = "tickets",
    params(("number" = i64, Path), ("id" = i64, Path)), request_body = TickJson, responses((status = 200, body = TicketJson)))]
pub async fn tick(
    call: Call,
    Path((number, id)): Path<(i64, i64)>,
    Json(new): Json<TickJson>,
) -> web::Result<Response> {
    call.act(StatusCode::OK, move |tx, cx| {
        checklist::tick(tx, cx, number, id, new.done)
    })
    .await
}
