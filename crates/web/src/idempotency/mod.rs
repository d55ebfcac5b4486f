//! `Idempotency-Key` on API POST: the same call again gets the same answer, and is carried out once.
//!
//! Before the handler runs, the key is claimed in a transaction of its own. A handler that takes [`Once`] stores its
//! answer **in the transaction of the operation**, fenced by the claim: either both are there after a crash or neither
//! is, so a retry replays or carries out, and never does it twice. (A response cannot be stored afterwards and be exact:
//! between the operation's commit and the second one, a crash forgets that it was done.) A claim whose attempt died is
//! taken over after [`LEASE_SECONDS`], and the fence makes a straggler's transaction fail. The answer of a handler
//! without [`Once`] is stored after it ran: right but for that one crash.
//!
//! Only successes are kept: a refused call changed nothing and may be corrected under the same key. An answer with a
//! secret in it ([`shown_once`]) is not kept at all, and an API token is answered only with what it did itself: another
//! token of the same person may be allowed less.

mod store;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use kernel::cx::{Credential, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::job::{Every, JobHandler, Schedule};
use serde::Serialize;
use sha2::{Digest, Sha256};

pub(crate) use self::store::{Answer, Attempt};
use crate::app::App;
use crate::failure::Failure;
use crate::page::Page;
use crate::routes::API_BYTES;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const KEY_LETTERS_AT_MOST: usize = 255;
/// Longer than any request may take, see [`crate::pipeline::REQUEST_TIME`].
const LEASE_SECONDS: i64 = 90;
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// Carries a POST out once. Called by the gate.
pub(crate) async fn answer(app: &App, page: &Page, request: Request, next: Next) -> Result<Response> {
    // Callers nobody knows share no memory.
    let (Some(key), Some(_)) = (key_of(&request)?, page.cx.identity()) else {
        return Ok(next.run(request).await);
    };
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, API_BYTES)
        .await
        .map_err(|_| Error::too_large("web.json.too_large"))?;
    let attempt = Attempt {
        owner: owner_of(&page.cx),
        key,
        fingerprint: fingerprint(&parts, &body),
        claim: BASE64URL_NOPAD.encode(&page.cx.random_bytes::<12>()),
    };
    if let Some(answer) = claimed(app, page, &attempt).await? {
        return Ok(replay(&answer));
    }
    let once = Once {
        attempt: Some(Arc::new(attempt.clone())),
    };
    parts.extensions.insert(once);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    settle(app, attempt, response).await
}

/// Whose memory it is: a person's, or one token's of theirs.
fn owner_of(cx: &Cx) -> String {
    let person = cx.actor.key();
    match cx.identity().map(|identity| &identity.credential) {
        Some(Credential::Token { token }) => format!("{person} token:{token}"),
        _ => person,
    }
}

fn key_of(request: &Request) -> Result<Option<String>> {
    let Some(value) = request.headers().get(HEADER) else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > KEY_LETTERS_AT_MOST {
        return Err(Error::invalid("web.idempotency.key_malformed").arg("max", KEY_LETTERS_AT_MOST));
    }
    Ok(Some(key.to_owned()))
}

/// The same key for another call is a mistake of the caller; this tells calls apart.
fn fingerprint(parts: &Parts, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update(b" ");
    hash.update(parts.uri.path_and_query().map_or("", |path| path.as_str()));
    hash.update(b"\n");
    hash.update(body);
    HEXLOWER.encode(&hash.finalize())
}

/// The answer of an earlier call, or `None` when the key is now this attempt's.
async fn claimed(app: &App, page: &Page, attempt: &Attempt) -> Result<Option<Answer>> {
    let (attempt, now) = (attempt.clone(), page.cx.now());
    let outcome = app.db.write(move |tx| {
        tx.lock(
            "web.idempotency",
            format_args!("{} {}", attempt.owner, attempt.key),
        )?;
        let Some(kept) = store::find(tx, &attempt)? else {
            store::claim(tx, &attempt, now)?;
            return Ok(None);
        };
        let age = now.since(kept.claimed_at);
        if age > KEPT_SECONDS * 1000 {
            store::claim(tx, &attempt, now)?;
            return Ok(None);
        }
        if kept.fingerprint != attempt.fingerprint {
            return Err(Error::conflict("web.idempotency.key_reused"));
        }
        match kept.answer {
            Some(answer) => Ok(Some(answer)),
            None if age > LEASE_SECONDS * 1000 => {
                store::claim(tx, &attempt, now)?;
                Ok(None)
            }
            None => Err(Error::conflict("web.idempotency.in_progress")),
        }
    });
    outcome.await
}

/// Keeps a success that the handler has not kept itself; gives the key back after a failure or a secret.
async fn settle(app: &App, attempt: Attempt, response: Response) -> Result<Response> {
    if !response.status().is_success() || response.extensions().get::<ShownOnce>().is_some() {
        let outcome = app.db.write(move |tx| store::release(tx, &attempt)).await;
        if let Err(error) = outcome {
            tracing::warn!(error = %error, "an idempotency key could not be given back; it is free after its lease");
        }
        return Ok(response);
    }
    if response.extensions().get::<Stored>().is_some() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(Error::internal)?;
    let location = parts
        .headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok());
    let answer = Answer {
        status: parts.status.as_u16(),
        location: location.map(str::to_owned),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    app.db
        .write(move |tx| store::finish(tx, &attempt, &answer))
        .await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replay(answer: &Answer) -> Response {
    let mut response = shown(answer);
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn shown(answer: &Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body.clone()).into_response();
    let headers = response.headers_mut();
    if answer.body.is_empty() {
        headers.remove(header::CONTENT_TYPE);
    } else {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if let Some(location) = answer
        .location
        .as_deref()
        .and_then(|text| HeaderValue::from_str(text).ok())
    {
        headers.insert(header::LOCATION, location);
    }
    response
}

/// Extractor for handlers of POST: [`Once::keep`] the answer in the transaction of the operation.
#[derive(Clone, Debug, Default)]
pub struct Once {
    attempt: Option<Arc<Attempt>>,
}

/// Rides in the extensions of a response whose answer is already in the table.
#[derive(Clone)]
struct Stored;

/// Rides in the extensions of a response that must not be written down.
#[derive(Clone)]
struct ShownOnce;

/// An answer with a secret that is shown this once: it is not kept for repeated calls, so the same call again acts again.
#[must_use]
pub fn shown_once(response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    response.extensions_mut().insert(ShownOnce);
    response
}

/// An answer that was kept in the operation's transaction.
#[derive(Clone, Debug)]
pub struct Reply {
    answer: Answer,
    is_stored: bool,
}

impl Once {
    /// The JSON answer of the operation, kept with it. Call it last in the transaction.
    ///
    /// # Errors
    /// `web.idempotency.in_progress` when another attempt has taken the key over meanwhile: this transaction must not
    /// be committed, and with the error it is not.
    pub fn keep(&self, tx: &mut Tx<'_>, status: StatusCode, body: &impl Serialize) -> Result<Reply> {
        self.keep_at(tx, status, body, None)
    }

    /// 201 with the address of what was made.
    ///
    /// # Errors
    /// As [`Once::keep`].
    pub fn created(&self, tx: &mut Tx<'_>, location: &str, body: &impl Serialize) -> Result<Reply> {
        self.keep_at(tx, StatusCode::CREATED, body, Some(location))
    }

    fn keep_at(
        &self,
        tx: &mut Tx<'_>,
        status: StatusCode,
        body: &impl Serialize,
        location: Option<&str>,
    ) -> Result<Reply> {
        let body = serde_json::to_string(body)?;
        let answer = Answer {
            status: status.as_u16(),
            location: location.map(str::to_owned),
            body,
        };
        if let Some(attempt) = &self.attempt
            && !store::finish(tx, attempt, &answer)?
        {
            return Err(Error::new(Kind::Conflict, "web.idempotency.in_progress"));
        }
        Ok(Reply {
            answer,
            is_stored: self.attempt.is_some(),
        })
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = shown(&self.answer);
        if self.is_stored {
            response.extensions_mut().insert(Stored);
        }
        response
    }
}

impl<S: Sync> FromRequestParts<S> for Once {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// The job that forgets old answers.
pub(crate) fn purge_handler() -> JobHandler {
    JobHandler {
        kind: "web.idempotency_purge",
        run: |kernel, _job| {
            Box::pin(async move {
                let before = kernel.clock.now().add_secs(-KEPT_SECONDS);
                kernel
                    .db
                    .write(move |tx| store::purge(tx, before))
                    .await
                    .map(drop)
            })
        },
    }
}

/// When old answers are forgotten.
pub(crate) fn purge_schedule() -> Schedule {
    Schedule {
        name: "web.idempotency_purge",
        every: Every::Seconds(3600),
        job: "web.idempotency_purge",
    }
}
