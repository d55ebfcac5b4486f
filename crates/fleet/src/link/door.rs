//! The door: `GET /agent/v1/link` becomes a WebSocket, for agents and for nobody else.
//!
//! A browser always says from which page it comes when it opens a WebSocket, and an agent never does: whoever names an origin is
//! sent away. There is no gate around this route: agents prove themselves in the handshake, and until then they are few, short of
//! time, and short of room ([`super::doorstep`]).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header};
use axum::response::{IntoResponse as _, Response};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use protocol::frame::FRAME_MOST;
use protocol::websocket::FRAGMENT_MOST;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use web::{App, Page};

use super::doorstep::Doorstep;
use super::hub::{self, Hub};
use super::{greeting, keeping, running};

/// Strangers on this node at a time.
const STRANGERS_MOST: usize = 4_096;
/// Strangers from one address at a time; a whole site may stand behind one.
const STRANGERS_OF_ADDRESS: usize = 1_024;
/// What a link reads at a time: most messages are small, and there are many links.
const READ_BYTES: usize = 1024;
/// What may wait to be sent on one link before sending waits.
const WRITE_BYTES: usize = 4 * FRAME_MOST;

/// The socket of a link.
pub(super) type Socket = WebSocketStream<Doorstep<TokioIo<hyper::upgrade::Upgraded>>>;

/// Whoever has not proved yet who they are, counted by address.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    all: usize,
    by_address: HashMap<Arc<str>, usize>,
}

/// A place among the strangers; given up when dropped.
#[derive(Debug)]
pub(super) struct Place {
    hub: Arc<Hub>,
    address: Arc<str>,
}

impl Place {
    /// None when there are too many.
    fn take(hub: &Arc<Hub>, address: &Arc<str>) -> Option<Self> {
        let mut counted = hub.waiting.lock();
        let of_address = counted.by_address.get(address).copied().unwrap_or(0);
        if counted.all >= STRANGERS_MOST || of_address >= STRANGERS_OF_ADDRESS {
            return None;
        }
        counted.all += 1;
        counted.by_address.insert(Arc::clone(address), of_address + 1);
        Some(Self {
            hub: Arc::clone(hub),
            address: Arc::clone(address),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counted = self.hub.waiting.lock();
        counted.all = counted.all.saturating_sub(1);
        let left = counted.by_address.get(&self.address).copied().unwrap_or(0);
        if left > 1 {
            counted.by_address.insert(Arc::clone(&self.address), left - 1);
        } else {
            counted.by_address.remove(&self.address);
        }
    }
}

impl Waiting {
    fn lock(&self) -> std::sync::MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `GET /agent/v1/link`
pub(super) async fn knock(State(app): State<App>, page: Page, mut request: Request) -> Response {
    if let Some((status, words)) = unfit(&request) {
        return no(status, words);
    }
    let hub = hub::of(&app);
    if hub.is_draining() || app.stop.is_stopped() {
        return later();
    }
    let address = Arc::clone(&page.client_address);
    let Some(place) = Place::take(&hub, &address) else {
        return later();
    };
    drop(page);
    let Some((answer, upgrade)) = switch(&mut request) else {
        return no(StatusCode::UPGRADE_REQUIRED, "this is for agents");
    };
    keeping::ensure(&app);
    let task = hub.enter();
    tokio::spawn(async move {
        let _task = task;
        let Ok(socket) = socket(upgrade).await else {
            return;
        };
        // Greeting needs much room for a short time; the link needs little for a long time.
        let Some(link) = Box::pin(greeting::greet(&app, socket, &address)).await else {
            return;
        };
        drop(place);
        running::run(app, address, link).await;
    });
    answer
}

/// What no agent ever sends, and how it is answered.
fn unfit(request: &Request) -> Option<(StatusCode, &'static str)> {
    let headers = request.headers();
    let is_browser = headers.contains_key(header::ORIGIN)
        || headers.contains_key(header::COOKIE)
        || headers.contains_key("sec-fetch-site");
    if is_browser {
        return Some((StatusCode::FORBIDDEN, "this door is not for browsers"));
    }
    let is_upgradable = *request.method() == Method::GET && request.version() <= Version::HTTP_11;
    (!is_upgradable).then_some((StatusCode::UPGRADE_REQUIRED, "this is for agents"))
}

/// The answer that makes the connection a WebSocket, and what the connection becomes.
pub(super) fn switch(request: &mut Request) -> Option<(Response, OnUpgrade)> {
    let headers = request.headers();
    let is_wanted = has(headers, header::CONNECTION.as_str(), "upgrade")
        && has(headers, header::UPGRADE.as_str(), "websocket")
        && has(headers, header::SEC_WEBSOCKET_VERSION.as_str(), "13");
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .filter(|key| is_wanted && key.len() <= 64)?;
    let accept = HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>()?;
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    Some((answer, upgrade))
}

async fn socket(upgrade: OnUpgrade) -> hyper::Result<Socket> {
    let connection = Doorstep::new(TokioIo::new(upgrade.await?));
    Ok(WebSocketStream::from_raw_socket(connection, Role::Server, Some(of_devices())).await)
}

/// How much of anything a socket between us and an agent or a node takes.
pub(super) fn sizes() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BYTES)
        .max_message_size(Some(FRAME_MOST))
        .max_frame_size(Some(FRAME_MOST))
}

/// The same of a link with a device.
fn of_devices() -> WebSocketConfig {
    sizes().max_frame_size(Some(FRAGMENT_MOST))
}

fn has(headers: &HeaderMap, name: &str, wanted: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|word| word.trim().eq_ignore_ascii_case(wanted))
}

fn no(status: StatusCode, words: &'static str) -> Response {
    (status, words).into_response()
}

fn later() -> Response {
    let headers = [(header::RETRY_AFTER, HeaderValue::from_static("10"))];
    (StatusCode::SERVICE_UNAVAILABLE, headers, "come back later").into_response()
}
