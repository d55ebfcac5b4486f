//! One's own API tokens in the JSON interface. They are made in a browser session only: see [`super::create`].

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Error, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Path, Routes, no_content, shown_once};

use super::{Token, TokenId, store};
use crate::listed::Listed;
use crate::token;

pub(super) fn routes() -> Routes {
    Routes::new()
        .api(Need::SignedIn, routes!(list_tokens))
        .api(Need::SignedIn, routes!(create_token))
        .api(Need::SignedIn, routes!(revoke_token))
}

/// A token to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// What it is for.
    name: String,
    /// Permissions, prefixes ending in `.*`, or `*`.
    scopes: Vec<String>,
    /// Until when; without it, until revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A token that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeToken {
    /// Identifier.
    #[schema(value_type = String)]
    id: TokenId,
    /// Shown this once.
    secret: String,
}

/// One's own tokens, without their secrets.
#[utoipa::path(get, path = "/tokens", tag = "people", responses((status = 200, body = Listed<Token>)))]
pub(crate) async fn list_tokens(State(app): State<App>, cx: CxX) -> web::Result<Json<Listed<Token>>> {
    let user = cx.user_id().ok_or_else(Error::unauthenticated)?;
    Ok(Json(Listed::whole(
        app.db.read(move |tx| store::of_user(tx, user)).await?,
    )))
}

/// Makes a token of one's own; a token itself may not.
#[utoipa::path(post, path = "/tokens", tag = "people", request_body = NewToken,
    responses((status = 201, body = MadeToken)))]
pub(crate) async fn create_token(State(app): State<App>, cx: CxX, Json(new): Json<NewToken>) -> web::Result {
    let cx = cx.0;
    let user = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let (id, secret) = app
        .db
        .write(move |tx| token::create(tx, &cx, user, &new.name, &new.scopes, new.expires_at))
        .await?;
    // Repeating the call makes another token: a kept answer would keep the secret.
    Ok(shown_once((StatusCode::CREATED, Json(MadeToken { id, secret }))))
}

/// Ends a token.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "people", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn revoke_token(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<TokenId>,
) -> web::Result<Response> {
    let cx = cx.0;
    app.db.write(move |tx| token::revoke(tx, &cx, id)).await?;
    no_content()
}
