//! Calls of a telephone system: a telephone rings, and rings no longer.
//!
//! The answer says whose telephone it is and nothing of the caller: a telephone system's token need not read people.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::error::Error;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, CxX, Json, Path};

use super::call::Call;
use super::json::PersonJson;
use crate::ringing::{self, Announced};

/// A telephone that rings.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RingingJson {
    /// The number that calls, written in any way; 64 letters at most.
    from: String,
    /// Whose telephone rings: a mail address, or the phone number or extension recorded on a person of the desk.
    to: String,
    /// The telephone system's name of the call; the same one at the same person is one notice. Left out: it gets one.
    #[serde(default)]
    call: Option<String>,
}

/// A notice on somebody's pages.
#[derive(Debug, Serialize, ToSchema)]
pub struct RangJson {
    /// The name of the call.
    call: String,
    /// Whose pages show it.
    to: PersonJson,
    /// Until when, unless the call ends before.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// Show a call on the open pages of whoever is called, for a minute.
#[utoipa::path(post, path = "/calls/ringing", tag = "calls", request_body = RingingJson,
    responses((status = 202, body = RangJson)))]
pub async fn ring(call: Call, Json(new): Json<RingingJson>) -> web::Result<Response> {
    let announced = Announced {
        from: new.from,
        to: new.to,
        call: new.call,
    };
    call.write(StatusCode::ACCEPTED, move |tx, cx| {
        let rang = ringing::ring(tx, cx, &announced)?;
        let cards = people::user::store::cards(tx, &[rang.person])?;
        let to = cards
            .get(&rang.person)
            .map(PersonJson::from)
            .ok_or_else(Error::not_found)?;
        Ok(RangJson {
            call: rang.call,
            to,
            until: rang.until,
        })
    })
    .await
}

/// The call was answered or given up: its notices go. One that is gone already is no mistake.
#[utoipa::path(post, path = "/calls/ringing/{call}/ended", tag = "calls", params(("call" = String, Path)),
    responses((status = 204, description = "No page shows it any more")))]
pub async fn end_ringing(State(app): State<App>, cx: CxX, Path(call): Path<String>) -> web::Result<Response> {
    let cx = cx.0;
    app.db.write(move |tx| ringing::end(tx, &cx, &call)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
