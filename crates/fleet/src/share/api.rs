//! Shares in the JSON interface: looking, and ending one.

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Query, Routes};

use super::{Share, ShareId, ending, seeing, store};
use crate::{CHANGE, READ};

/// Shares in one answer.
const PIECE: i64 = 100;

pub(super) fn routes() -> Routes {
    let (read, change) = (Need::permission(READ), Need::permission(CHANGE));
    Routes::new()
        .api(read, routes!(list_screen_shares))
        .api(read, routes!(get_screen_share))
        .api(change, routes!(end_screen_share))
}

/// The screen of somebody's browser, shown by themselves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScreenShare)]
pub(crate) struct ShareJson {
    /// Identifier.
    id: String,
    /// The ticket from which it is shared.
    ticket: i64,
    /// Whose screen it is.
    person: String,
    /// `waiting` for the browser to come back, `open`, `ended`.
    state: String,
    /// Why it is over, as a code.
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// When it was over.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    /// Bytes of its recording.
    bytes: i64,
}

impl From<Share> for ShareJson {
    fn from(share: Share) -> Self {
        Self {
            id: share.id.to_string(),
            ticket: share.ticket,
            person: share.person.to_string(),
            state: share.state.as_str().to_owned(),
            reason: share.reason,
            started_at: share.started_at,
            ended_at: share.ended_at,
            bytes: share.kept.bytes,
        }
    }
}

/// Shares, the latest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScreenShares)]
pub(crate) struct SharesJson {
    /// Them.
    items: Vec<ShareJson>,
    /// For the next answer; none when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Which shares.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// Those of one ticket.
    ticket: Option<i64>,
    /// The cursor of the answer before.
    cursor: String,
}

/// Screens that people showed from their tickets, the latest first, as far as the caller sees the internal side of the ticket. A piece may
/// hold fewer than there are; go on until there is no cursor.
#[utoipa::path(get, path = "/screen-shares", tag = "devices", params(Wanted), responses((status = 200, body = SharesJson)))]
pub(crate) async fn list_screen_shares(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(wanted): Query<Wanted>,
) -> web::Result<Json<SharesJson>> {
    let before: Option<ShareId> = match wanted.cursor.as_str() {
        "" => None,
        cursor => Some(cursor.parse()?),
    };
    let read = move |tx: &mut Tx<'_>| {
        let (shares, cursor) = match wanted.ticket {
            Some(number) => (store::of_ticket(tx, number, PIECE)?, None),
            None => {
                let shares = store::latest(tx, before, PIECE)?;
                let is_full = i64::try_from(shares.len()).is_ok_and(|count| count >= PIECE);
                let last = shares
                    .last()
                    .filter(|_| is_full)
                    .map(|share| share.id.to_string());
                (shares, last)
            }
        };
        Ok((seeing::seen(tx, &cx, shares)?, cursor))
    };
    let (shares, cursor) = app.db.read(read).await?;
    Ok(Json(SharesJson {
        items: shares.into_iter().map(ShareJson::from).collect(),
        cursor,
    }))
}

/// One share.
#[utoipa::path(get, path = "/screen-shares/{id}", tag = "devices", params(("id" = String, Path)),
    responses((status = 200, body = ShareJson), (status = 404)))]
pub(crate) async fn get_screen_share(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<ShareId>,
) -> web::Result<Json<ShareJson>> {
    let share = app.db.read(move |tx| seeing::load(tx, &cx, id)).await?;
    Ok(Json(share.into()))
}

/// Ends a share. One that is over stays as it is.
#[utoipa::path(post, path = "/screen-shares/{id}/end", tag = "devices", params(("id" = String, Path)),
    responses((status = 200, body = ShareJson), (status = 404)))]
pub(crate) async fn end_screen_share(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<ShareId>,
) -> web::Result<Json<ShareJson>> {
    let share = app.db.write(move |tx| ending::by_desk(tx, &cx, id)).await?;
    Ok(Json(share.into()))
}
