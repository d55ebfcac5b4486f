//! What happens to every request, whichever route it takes: a number, the caller's address, a time limit, a net under
//! panics, security headers, one line in the log, one count in the metrics.

use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use kernel::config::Network;
use kernel::error::Error;

use crate::app::App;
use crate::cookie::Transport;
use crate::failure::Failure;
use crate::gate::surface_of;
use crate::page::Page;
use crate::present::present;

/// Longer than this no answer may take to begin. Uploads are within it.
pub(crate) const REQUEST_TIME: Duration = Duration::from_secs(60);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a page of ours may load and do.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; font-src 'self'; media-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The headers that every answer carries unless its handler set its own.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    // "no-referrer" would make browsers send "Origin: null" with forms, which the origin check refuses.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self)",
        ),
    ),
];

pub(crate) async fn pipeline(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let page = Page::arriving(&app, &request);
    let surface = surface_of(request.uri().path());
    request.extensions_mut().insert(page.clone());
    request.extensions_mut().insert(app.clone());
    let response = guarded_run(request, next).await;
    // Most failures were shown by the gate of their route; what is left has none: 405, a panic, a timeout.
    let mut response = present(&app, &page, surface, response).await;
    finish(&app, &page, response.headers_mut());
    account(
        &method,
        route.as_deref().unwrap_or("unmatched"),
        &response,
        started,
        &page,
    );
    response
}

fn finish(app: &App, page: &Page, headers: &mut HeaderMap) {
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(value);
    }
    if app.transport() == Transport::Secure {
        let a_year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(a_year);
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-store"));
    headers.append(
        header::VARY,
        HeaderValue::from_static("HX-Request, HX-Request-Type"),
    );
    if let Ok(value) = HeaderValue::from_str(&page.cx.request) {
        headers.insert(REQUEST_ID, value);
    }
}

/// A handler that panics or hangs costs its own request only.
async fn guarded_run(request: Request, next: Next) -> Response {
    let run = tokio::time::timeout(REQUEST_TIME, AssertUnwindSafe(next.run(request)).catch_unwind());
    match run.await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Failure::from(Error::internal("a handler panicked")).into_response(),
        Err(_) => Failure::from(Error::unavailable("web.timeout")).into_response(),
    }
}

/// The address of the other end of the connection, and whether it is this machine without a proxy between.
pub(crate) fn origin(app: &App, request: &Request) -> (Option<IpAddr>, bool) {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip());
    let client = client_address(peer, request.headers(), &app.config.trusted_proxies);
    let is_direct = is_direct(request.headers());
    (
        client,
        is_direct && peer.is_some_and(|ip| ip.to_canonical().is_loopback()),
    )
}

/// What proxies add to a request, each by its own habit.
const MARKS_OF_PROXIES: [&str; 6] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// Whether a program on this machine asked for this machine: no proxy between, and no name of ours that a proxy passed on
/// or that a foreign page made its browser believe to be here.
fn is_direct(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let is_this_machine = host.is_none_or(|host| {
        let name = host.rsplit_once(':').map_or(host, |(name, port)| {
            if port.bytes().all(|byte| byte.is_ascii_digit()) {
                name
            } else {
                host
            }
        });
        let name = name.trim_matches(['[', ']']);
        name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    });
    is_this_machine && !MARKS_OF_PROXIES.iter().any(|name| headers.contains_key(*name))
}

/// The caller's address. `X-Forwarded-For` counts only when the connection comes from a proxy that the configuration
/// trusts or from this machine: from anywhere else it is a claim. Its last entry is the one that proxy wrote.
fn client_address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let peer = peer?.to_canonical();
    if !peer.is_loopback() && !trusted.iter().any(|network| network.contains(peer)) {
        return Some(peer);
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let last = forwarded
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.rsplit(',').next());
    Some(last.and_then(|text| text.trim().parse().ok()).unwrap_or(peer))
}

fn account(method: &Method, route: &str, response: &Response, started: Instant, page: &Page) {
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    let millis = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX) / 1000;
    // Health checks and scrapes come every few seconds and say nothing.
    if matches!(route, "/healthz" | "/readyz" | "/metrics") {
        tracing::trace!(%method, route, status, millis, "request");
    } else {
        tracing::info!(%method, route, status, millis, request = &*page.cx.request, "request");
    }
    let labels = [
        ("method", method.to_string()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::counter!("mainstay_http_requests_total", &labels).increment(1);
    metrics::histogram!("mainstay_http_request_seconds", &labels[..2]).record(elapsed.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_through_a_proxy_or_by_another_name_is_not_of_this_machine() {
        let headers = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            headers
        };
        for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST"] {
            assert!(is_direct(&headers("host", host)), "{host}");
        }
        for host in [
            "desk.example.org",
            "desk.example.org:8080",
            "10.0.0.7",
            "127.0.0.1.evil.example",
        ] {
            assert!(!is_direct(&headers("host", host)), "{host}");
        }
        for mark in MARKS_OF_PROXIES {
            assert!(!is_direct(&headers(mark, "x")), "{mark}");
        }
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            HeaderValue::from_static("1.1.1.1, 203.0.113.9"),
        );
        let trusted: [Network; 1] = ["10.9.0.0/16".parse().unwrap()];
        let seen = |peer: &str| {
            client_address(Some(peer.parse().unwrap()), &headers, &trusted)
                .unwrap()
                .to_string()
        };
        assert_eq!(seen("127.0.0.1"), "203.0.113.9");
        assert_eq!(seen("::ffff:127.0.0.1"), "203.0.113.9");
        assert_eq!(seen("10.9.3.3"), "203.0.113.9");
        assert_eq!(seen("10.0.0.7"), "10.0.0.7");
    }
}
