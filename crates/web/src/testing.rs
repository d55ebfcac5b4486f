//! For tests: a browser and an API client that talk to the router without a socket, and the check that no route is
//! outside the gate. Nothing here is used by the product.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use tower::ServiceExt;

use crate::app::App;
use crate::cookie;
use crate::csrf;
use crate::router::router;
use crate::routes::{Need, Surface};
use crate::urlencoded;

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as text.
    pub text: String,
    /// Its body.
    pub bytes: Bytes,
}

impl Answer {
    /// A header as text; `""` when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

/// Sends one request to the router.
pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = match router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text,
        bytes,
    }
}

/// A browser: keeps cookies, and sends the CSRF token of the last page it saw with each form.
#[derive(Clone, Debug)]
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    headers: Vec<(String, String)>,
    /// The token of the last page.
    pub csrf: String,
}

impl Browser {
    /// A fresh browser.
    pub fn new(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
            csrf: String::new(),
        }
    }

    /// With a header on every request: `browser.with("accept-language", "zh-CN")`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a session that exists already.
    pub fn sign_in_with_session(&mut self, token: &str) {
        self.cookies.insert(cookie::SESSION.to_owned(), token.to_owned());
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, "", &[]).await
    }

    /// Sends a form as the last page would; looks at a page first when it has seen none.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        if self.csrf.is_empty() {
            self.get("/api/docs").await;
        }
        let token = self.csrf.clone();
        let fields: Vec<(&str, &str)> = [(csrf::FIELD, token.as_str())]
            .into_iter()
            .chain(fields.iter().copied())
            .collect();
        self.post_raw(path, &fields).await
    }

    /// Sends exactly these fields.
    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &urlencoded::join(fields), &kind)
            .await
    }

    /// Sends a body with headers, and keeps what the answer says of cookies and the token.
    pub async fn send(&mut self, method: Method, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "desk.test");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let own = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(headers.iter().copied()) {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap_or_default();
        let answer = send(&self.router, request).await;
        self.remember(&answer);
        answer
    }

    fn remember(&mut self, answer: &Answer) {
        for value in answer.headers.get_all(header::SET_COOKIE) {
            let text = value.to_str().unwrap_or_default();
            let pair = text.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                if value.is_empty() {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        let found = answer
            .text
            .split_once("name=\"csrf-token\" content=\"")
            .and_then(|(_, rest)| rest.split_once('"'));
        if let Some((token, _)) = found {
            self.csrf = token.to_owned();
        }
    }
}

/// A program with a bearer token.
#[derive(Clone, Debug)]
pub struct ApiClient {
    router: Router,
    token: Option<String>,
}

impl ApiClient {
    /// With a token, or without.
    pub fn new(router: Router, token: Option<&str>) -> Self {
        Self {
            router,
            token: token.map(str::to_owned),
        }
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// `POST` with JSON.
    pub async fn post(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    /// Any method, with headers.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "desk.test");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        send(&self.router, request.body(body).unwrap_or_default()).await
    }
}

/// The routes that let somebody in whom they should not: each that is not public is called by nobody, and must send
/// pages to sign-in and answer 401 to programs. Empty when all is well.
pub async fn routes_open_to_nobody(app: &App) -> Vec<String> {
    let router = router(app.clone());
    let mut open = Vec::new();
    for entry in app
        .route_table()
        .iter()
        .filter(|entry| entry.need != Need::Public)
    {
        let path = filled(&entry.path);
        let request = Request::builder()
            .method(entry.method.clone())
            .uri(&path)
            .header(header::HOST, "desk.test");
        let answer = send(&router, request.body(Body::empty()).unwrap_or_default()).await;
        let sent_away = match entry.surface {
            Surface::Page => {
                answer.status == StatusCode::SEE_OTHER && answer.header("location").starts_with("/sign-in")
            }
            Surface::Api | Surface::Machine => answer.status == StatusCode::UNAUTHORIZED,
        };
        if !sent_away {
            open.push(format!(
                "{} {} answered {}",
                entry.method, entry.path, answer.status
            ));
        }
    }
    open
}

/// A path with its names replaced by something that fits numbers and texts.
fn filled(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
