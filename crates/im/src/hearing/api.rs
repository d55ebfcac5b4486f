//! The door that services call: `/im/{channel}`. It identifies nobody by cookie or token; the service proves each request by its
//! signature, so it carries no CSRF token either.
//!
//! A request is proved outside of any transaction, taken in one, and answered at once: what people are told goes out by jobs,
//! so that every service gets its answer within its seconds.

use axum::body::Body;
use axum::extract::{Request as Incoming, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::rate::Limit;
use web::{App, Need, Page, Path, Routes};

use super::refusing;
use super::taking::{self, Taken};
use crate::channel::{Channel, ChannelId, keeping, store};
use crate::service::{Heard, Refusal, Reply, Request, Said, Word};

/// Larger than any service's message.
const BODY_MOST: usize = 256 * 1024;
/// Refused requests of one address that are written down; who proves nothing writes little.
const REFUSED: Limit = Limit {
    name: "im.refused",
    burst: 60.0,
    per_minute: 60.0,
};
/// What one person says. Nobody types faster, and a script opens no thousand tickets. What is not heard is not acknowledged, so the
/// service brings it again.
const FLOOD: Limit = Limit {
    name: "im.flood",
    burst: 15.0,
    per_minute: 30.0,
};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .machine(Method::POST, "/im/{channel}", Need::Public, knock)
        .machine(Method::GET, "/im/{channel}", Need::Public, knock)
}

async fn knock(
    State(app): State<App>,
    page: Page,
    Path(id): Path<ChannelId>,
    incoming: Incoming,
) -> web::Result {
    let cx = system(&app, &page);
    let of = cx.clone();
    let channel = app
        .db
        .read(move |tx| open(tx, &of, id))
        .await?
        .ok_or_else(Error::not_found)?;
    let request = match read(incoming).await {
        Ok(request) => request,
        Err(refusal) => return refused(&app, &page, cx, id, refusal).await,
    };
    match channel.service.hear(&channel.settings, &request, app.clock.now()) {
        Ok(Word::Handshake(reply)) => answered(&reply),
        Ok(Word::Nothing) => answered(&channel.service.reply(&channel.settings, &cx, &nobody(), None)?),
        Ok(Word::Heard(heard)) => take(&app, &page, cx, channel, heard).await,
        Err(refusal) => refused(&app, &page, cx, id, refusal).await,
    }
}

/// The house hears, whoever the browser belongs to that somebody may have led here.
fn system(app: &App, page: &Page) -> Cx {
    let mut cx = app.cx_system("im.hearing");
    cx.request = page.cx.request.clone();
    cx
}

/// A channel that is on.
fn open(tx: &mut Tx<'_>, cx: &Cx, id: ChannelId) -> Result<Option<Channel>> {
    match store::find(tx, id)?.filter(|stored| stored.enabled) {
        Some(stored) => keeping::opened(tx, cx, stored).map(Some),
        None => Ok(None),
    }
}

async fn read(incoming: Incoming) -> std::result::Result<Request, Refusal> {
    let (parts, body) = incoming.into_parts();
    let body: Bytes = axum::body::to_bytes(body, BODY_MOST)
        .await
        .map_err(|_| Refusal::TooLarge)?;
    let query = parts.uri.query().unwrap_or_default();
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    Ok(Request {
        is_read: parts.method == Method::GET,
        query: web::urlencoded::parse(query.as_bytes()),
        headers: parts.headers.iter().filter_map(text).collect(),
        body,
    })
}

async fn take(app: &App, page: &Page, cx: Cx, channel: Channel, heard: Heard) -> web::Result {
    app.rates
        .take(FLOOD, &format!("{}:{}", channel.id, heard.who), cx.now())?;
    let base = app.config.base_url.clone();
    let (of, with, who) = (channel.clone(), cx.clone(), heard.clone());
    let take = move |tx: &mut Tx<'_>| taking::take(tx, &with, &of, &who, &base);
    let taken = match app.db.write(take).await {
        Err(error) if taking::is_refusal(&error) => {
            let (of, with, who) = (channel.clone(), cx.clone(), heard.clone());
            app.db
                .write(move |tx| taking::refuse(tx, &with, &of, &who, &error))
                .await?
        }
        done => done?,
    };
    let outcome = match taken {
        Taken::Done(outcome) => outcome,
        Taken::Known => None,
        Taken::Refused(refusal) => return refused(app, page, cx, channel.id, refusal).await,
    };
    let pressed = matches!(heard.said, Said::Pressed { .. });
    let shown = outcome
        .as_ref()
        .filter(|_| pressed || channel.service.answers_at_once());
    answered(&channel.service.reply(&channel.settings, &cx, &heard, shown)?)
}

/// Nobody in particular, for the plain answer to what does not concern us.
const fn nobody() -> Heard {
    Heard {
        marks: Vec::new(),
        who: String::new(),
        email: None,
        said: Said::Text(String::new()),
        card: None,
    }
}

fn answered(reply: &Reply) -> web::Result {
    let mut response = Body::from(reply.body.clone()).into_response();
    let kind = HeaderValue::from_static(reply.content_type);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// Says no, and nothing of why to whoever has proved nothing.
async fn refused(app: &App, page: &Page, cx: Cx, id: ChannelId, refusal: Refusal) -> web::Result {
    let address = page.client_address.to_string();
    if app.rates.take(REFUSED, &address, cx.now()).is_err() {
        return Ok((StatusCode::TOO_MANY_REQUESTS, "refused\n").into_response());
    }
    tracing::warn!(channel = %id, reason = refusal.as_str(), "a chat request was refused");
    app.db
        .write(move |tx| refusing::note(tx, &cx, id, refusal, &address))
        .await?;
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let response: Response = (status, "refused\n").into_response();
    Ok(response)
}
