//! `GET /agent/v1/between`: where the other nodes of this house knock, and nobody else comes in.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use web::App;

use super::{between, door, hub};
use crate::share;

/// Looks at who asks, and makes the connection a stream.
pub(super) async fn knock(State(app): State<App>, mut request: Request) -> Response {
    let Some((device, purpose, seals)) = between::passes(&app, request.headers()).await else {
        return (StatusCode::FORBIDDEN, "this door is for the nodes of this house").into_response();
    };
    let is_here = match share::named(&purpose) {
        Some(id) => share::is_kept(&app, id),
        None => hub::of(&app).is_here(&device),
    };
    if !is_here {
        return (StatusCode::NOT_FOUND, "it is not here any more").into_response();
    }
    let Some((answer, upgrade)) = door::switch(&mut request) else {
        return (StatusCode::UPGRADE_REQUIRED, "this is for nodes").into_response();
    };
    tokio::spawn(between::receive(app, device, purpose, seals, upgrade));
    answer
}
