//! Where trackers post to: `POST /handover/hooks/{tracker}`. Nobody is signed in there; the secret of the tracker is what proves
//! it, so there is neither a cookie nor a token of a form. Answers are one word and no more: whoever guesses learns nothing.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::Error;
use kernel::i18n::Locale;
use web::{App, CxX, Need, Path, Routes};

use super::hearing::{self, Incoming};
use super::reading::Headers;
use super::{Outcome, TrackerId};

/// Payloads of issues are some ten kilobytes; GitHub's largest are capped at 25 MB, which nobody writes into an issue.
const BYTES_MOST: usize = 2 * 1024 * 1024;
/// The headers that are looked at.
const HEADERS: [&str; 12] = [
    "x-hub-signature-256",
    "x-github-event",
    "x-github-delivery",
    "x-gitlab-token",
    "x-gitlab-event",
    "x-gitlab-event-uuid",
    "idempotency-key",
    "x-hub-signature",
    "x-atlassian-webhook-identifier",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];

pub(crate) fn routes() -> Routes {
    Routes::new().machine(Method::POST, "/handover/hooks/{tracker}", Need::Public, take)
}

async fn take(State(app): State<App>, cx: CxX, Path(id): Path<TrackerId>, request: Request) -> web::Result {
    let header = |name: &&str| {
        let value = request.headers().get(*name)?.to_str().ok()?;
        Some(((*name).to_owned(), value.to_owned()))
    };
    let headers = Headers::of(HEADERS.iter().filter_map(header));
    let body = to_bytes(request.into_body(), BYTES_MOST)
        .await
        .map_err(|_| Error::too_large("web.json.too_large"))?;
    let incoming = Incoming {
        headers,
        body: body.to_vec(),
    };
    let house = Cx {
        actor: Actor::System("handover.tracker"),
        locale: Locale::En,
        ..cx.0
    };
    let base = app.config.base_url.clone();
    let take = move |tx: &mut Tx<'_>| hearing::take(tx, &house, id, &incoming, &base);
    Ok(answer(app.db.write(take).await?))
}

fn answer(outcome: Outcome) -> Response {
    let status = match outcome {
        Outcome::Taken | Outcome::Ignored => StatusCode::OK,
        Outcome::Forged => StatusCode::UNAUTHORIZED,
        // Not 409: Jira tries such an answer again.
        Outcome::Replayed | Outcome::Stale | Outcome::Malformed => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, outcome.as_str()).into_response()
}
