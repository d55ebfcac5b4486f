//! The gate around every route: who is it, may they, did they mean it.
//!
//! In order: the reader is identified, the route's need is held against them, changes are checked for CSRF and rate,
//! repeated API calls are answered from memory ([`crate::idempotency`]), and a failure of the handler is shown
//! ([`crate::present`]). What an operation may do to which thing is not decided here.

use std::sync::Arc;

use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use kernel::cx::{Actor, Cx, Via};
use kernel::error::{Error, Kind};

use crate::app::App;
use crate::authentication::{Credentials, SignedIn, credentials};
use crate::cookie;
use crate::csrf;
use crate::failure::Failure;
use crate::idempotency;
use crate::page::Page;
use crate::present::present;
use crate::rate;
use crate::routes::{Need, Surface};
use crate::urlencoded;

/// A urlencoded form is held in memory.
const FORM_BYTES: usize = 2 * 1024 * 1024;
/// The forms of people nobody knows (sign-in, a forgotten password, the answer to a link) are short, and none takes a
/// file: what they send is neither stored nor held in memory by the megabyte.
const STRANGERS_FORM_BYTES: usize = 64 * 1024;
/// The CSRF field is the first of a multipart form, so it is within this much.
const PEEK_BYTES: usize = 16 * 1024;

/// What the gate found out about the caller.
struct Caller {
    page: Page,
    proof: Option<Credentials>,
    /// The cookie that the CSRF token is bound to.
    bound_to: String,
    /// A new visitor cookie to hand out.
    new_visitor: Option<String>,
}

pub(crate) async fn gate(need: Need, surface: Surface, request: Request, next: Next) -> Response {
    let Some(app) = request.extensions().get::<App>().cloned() else {
        return Failure::from(Error::internal("the router was built without its app")).into_response();
    };
    let (mut caller, identified) = meet(&app, Claim::of(&app, surface, &request)).await;
    let outcome = match identified {
        Ok(signed_in) => {
            caller.know(signed_in);
            pass(&app, &caller, need, surface, request, next).await
        }
        Err(error) => Err(error),
    };
    let response = outcome.unwrap_or_else(|error| Failure::from(error).into_response());
    let response = present(&app, &caller.page, surface, response).await;
    with_cookies(response, &caller)
}

/// What the request itself says of its caller.
struct Claim {
    page: Page,
    proof: Option<Credentials>,
    visitor: Option<String>,
}

impl Claim {
    fn of(app: &App, surface: Surface, request: &Request) -> Self {
        let mut page = match request.extensions().get::<Page>() {
            Some(page) => page.clone(),
            None => Page::arriving(app, request),
        };
        page.cx.via = via(surface, request.uri().path());
        Self {
            page,
            proof: credentials(request.headers(), surface, app.transport()),
            visitor: app.transport().read(request.headers(), cookie::VISITOR),
        }
    }
}

/// Who it is, and the token that their forms must carry.
async fn meet(app: &App, claim: Claim) -> (Caller, Result<Option<SignedIn>, Error>) {
    let Claim {
        mut page,
        proof,
        visitor,
    } = claim;
    let mut identified = app.identify(proof.as_ref()).await;
    if identified.is_err() && matches!(proof, Some(Credentials::Bearer(_))) {
        let limited = app
            .rates
            .take(rate::BAD_TOKEN, &page.client_address, page.cx.now());
        identified = limited.and(identified);
    }
    let live_session = matches!(
        (&proof, &identified),
        (Some(Credentials::Session(_)), Ok(Some(_)))
    );
    let (bound_to, new_visitor) = match (live_session, &page.session, visitor) {
        (true, Some(token), _) => (format!("session:{token}"), None),
        (_, _, Some(visitor)) => (format!("visitor:{visitor}"), None),
        _ => {
            let fresh = data_encoding::BASE64URL_NOPAD.encode(&page.cx.random_bytes::<18>());
            (format!("visitor:{fresh}"), Some(fresh))
        }
    };
    // Without the key (database down) forms carry no token and are refused; the page can still say why.
    page.csrf = app
        .csrf_key()
        .await
        .map_or_else(|_| Arc::from(""), |key| Arc::from(key.token(&bound_to)));
    (
        Caller {
            page,
            proof,
            bound_to,
            new_visitor,
        },
        identified,
    )
}

impl Caller {
    fn know(&mut self, signed_in: Option<SignedIn>) {
        let Some(signed_in) = signed_in else { return };
        let cx = &mut self.page.cx;
        cx.actor = Actor::User(signed_in.identity);
        if let Some(locale) = signed_in.locale {
            cx.locale = locale;
        }
        if let Some(time_zone) = signed_in.time_zone {
            cx.time_zone = time_zone;
        }
    }
}

async fn pass(
    app: &App,
    caller: &Caller,
    need: Need,
    surface: Surface,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let page = &caller.page;
    allowed(need, &page.cx)?;
    limited(app, page, surface)?;
    let mut request = request;
    if surface == Surface::Page && !page.is_read {
        csrf::check_origin(request.headers(), app.base_url())?;
        request = checked_form(app, caller, request).await?;
    }
    if surface == Surface::Api && !page.is_read && matches!(caller.proof, Some(Credentials::Session(_))) {
        csrf::check_origin(request.headers(), app.base_url())?;
        check_header(app, caller, request.headers()).await?;
    }
    request.extensions_mut().insert(page.clone());
    if surface == Surface::Api && *request.method() == Method::POST {
        return idempotency::answer(app, page, request, next).await;
    }
    Ok(next.run(request).await)
}

fn allowed(need: Need, cx: &Cx) -> Result<(), Error> {
    match (need, &cx.actor) {
        (Need::Public, _) => Ok(()),
        (_, Actor::Anonymous) => Err(Error::unauthenticated()),
        (Need::SignedIn, _) => Ok(()),
        (Need::Permission(name), _) => cx.require(name).map(drop),
    }
}

fn limited(app: &App, page: &Page, surface: Surface) -> Result<(), Error> {
    let now = page.cx.now();
    match (surface, page.cx.user_id()) {
        (Surface::Api, Some(user)) => app.rates.take(rate::API, &user.to_string(), now),
        (Surface::Machine, _) => app.rates.take(rate::MACHINE, &page.client_address, now),
        (_, None) if !page.is_read => app.rates.take(rate::ANONYMOUS, &page.client_address, now),
        _ => Ok(()),
    }
}

async fn check_header(app: &App, caller: &Caller, headers: &HeaderMap) -> Result<(), Error> {
    let token = headers
        .get(csrf::HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    check_token(app, caller, token).await
}

async fn check_token(app: &App, caller: &Caller, token: &str) -> Result<(), Error> {
    let key = app.csrf_key().await?;
    if key.accepts(&caller.bound_to, token) {
        Ok(())
    } else {
        Err(csrf::refused())
    }
}

/// Checks the token of a form and gives the request back with its body whole.
async fn checked_form(app: &App, caller: &Caller, request: Request) -> Result<Request, Error> {
    let is_stranger = caller.page.cx.user_id().is_none();
    let has_header = request.headers().contains_key(csrf::HEADER);
    if has_header {
        check_header(app, caller, request.headers()).await?;
        if !is_stranger {
            return Ok(request);
        }
    }
    if is_multipart(&request) {
        if is_stranger {
            return Err(Error::too_large("web.form.too_large"));
        }
        let (token, request) = first_field(request).await?;
        check_token(app, caller, &token).await?;
        return Ok(request);
    }
    let limit = if is_stranger {
        STRANGERS_FORM_BYTES
    } else {
        FORM_BYTES
    };
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, limit)
        .await
        .map_err(|_| Error::too_large("web.form.too_large"))?;
    if !has_header {
        let token = urlencoded::pairs(&bytes).find(|(name, _)| name == csrf::FIELD);
        check_token(
            app,
            caller,
            token.as_ref().map_or("", |(_, value)| value.as_str()),
        )
        .await?;
    }
    Ok(Request::from_parts(parts, bytes.into()))
}

fn is_multipart(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    kind.and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"))
}

/// The CSRF token of a multipart form, read from its first bytes, so that nobody makes us take in a file without it.
async fn first_field(request: Request) -> Result<(String, Request), Error> {
    let (parts, body) = request.into_parts();
    let mut stream = body.into_data_stream();
    let mut head = BytesMut::new();
    while head.len() < PEEK_BYTES {
        match stream.next().await {
            Some(Ok(piece)) => head.extend_from_slice(&piece),
            Some(Err(error)) => return Err(Error::invalid("web.form.broken").caused_by(error)),
            None => break,
        }
    }
    let head: Bytes = head.freeze();
    let mut peek = Request::new(head.slice(..head.len().min(PEEK_BYTES)).into());
    if let Some(kind) = parts.headers.get(header::CONTENT_TYPE) {
        peek.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    let token = token_of(peek).await.unwrap_or_default();
    let whole = futures::stream::once(std::future::ready(Ok(head))).chain(stream);
    Ok((
        token,
        Request::from_parts(parts, axum::body::Body::from_stream(whole)),
    ))
}

async fn token_of(peek: Request) -> Option<String> {
    let mut form = Multipart::from_request(peek, &()).await.ok()?;
    let field = form.next_field().await.ok()??;
    if field.name() == Some(csrf::FIELD) {
        field.text().await.ok()
    } else {
        None
    }
}

fn with_cookies(mut response: Response, caller: &Caller) -> Response {
    let page = &caller.page;
    let is_html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_html || page.partial {
        return response;
    }
    let visitor = caller
        .new_visitor
        .as_deref()
        .and_then(|value| page.transport.write(cookie::VISITOR, value, None));
    let flash = page
        .flash
        .as_ref()
        .and_then(|_| page.transport.forget(cookie::FLASH));
    for cookie in visitor.into_iter().chain(flash) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn via(surface: Surface, path: &str) -> Via {
    match surface {
        Surface::Api | Surface::Machine => Via::Api,
        Surface::Page if path.starts_with("/portal") => Via::Portal,
        Surface::Page => Via::Page,
    }
}

/// The answer for what no slice has, in the language of whoever asked.
pub(crate) async fn nothing_here(State(app): State<App>, request: Request) -> Response {
    let surface = surface_of(request.uri().path());
    let (mut caller, identified) = meet(&app, Claim::of(&app, surface, &request)).await;
    if let Ok(signed_in) = identified {
        caller.know(signed_in);
    }
    let response = Failure::from(Error::not_found()).into_response();
    present(&app, &caller.page, surface, response).await
}

/// By the path alone, for failures outside any gate.
pub(crate) fn surface_of(path: &str) -> Surface {
    if path.starts_with("/api/v") {
        Surface::Api
    } else if matches!(path, "/healthz" | "/readyz") {
        Surface::Machine
    } else {
        Surface::Page
    }
}

/// The answer to a method that a path does not have.
pub(crate) async fn wrong_method() -> Failure {
    let error = Error::new(Kind::NotFound, "web.method_not_allowed");
    Failure::with_status(error, axum::http::StatusCode::METHOD_NOT_ALLOWED)
}
