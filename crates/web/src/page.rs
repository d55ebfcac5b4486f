//! What the kit knows of the request in hand: the reader, the language, the token, whether a script asked.
//!
//! The gate around each route makes a [`Page`] once; handlers take it as an extractor. [`CxX`] is the same for handlers
//! of the API, which need nothing but the kernel's context.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use data_encoding::HEXLOWER;
use kernel::cx::{Actor, Cx, Via};
use kernel::error::Error;
use kernel::i18n::Locale;

use crate::app::App;
use crate::cookie::{self, Transport};
use crate::failure::{Failure, Result};
use crate::flash::Flash;
use crate::pipeline;
use crate::shell::Shell;

/// The request in hand, as a page sees it.
#[derive(Clone, Debug)]
pub struct Page {
    /// Who acts, in which language, when.
    pub cx: Cx,
    /// Path and query as the browser asked for them.
    pub path: Arc<str>,
    /// htmx asked for a part of the page: answer one block.
    pub partial: bool,
    /// A script asked (htmx, whole page or part): errors become toasts.
    pub scripted: bool,
    /// The element that htmx will put the answer into: `section#detail`; `""` when it did not ask.
    pub target: Arc<str>,
    /// The page asks by itself because something changed; nobody clicked.
    pub is_live: bool,
    /// The token that forms carry.
    pub csrf: Arc<str>,
    /// The address of the browser.
    pub client_address: Arc<str>,
    /// What the browser calls itself.
    pub user_agent: Arc<str>,
    /// The connection came from this machine without a proxy between.
    pub(crate) is_local: bool,
    pub(crate) is_read: bool,
    pub(crate) referer: Option<Arc<str>>,
    pub(crate) flash: Option<Flash>,
    pub(crate) session: Option<Arc<str>>,
    pub(crate) transport: Transport,
}

impl Page {
    /// What can be said before anybody asked who it is.
    pub(crate) fn arriving(app: &App, request: &Request) -> Self {
        let headers = request.headers();
        let transport = app.transport();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let scripted = text("hx-request") == Some("true");
        let (client_address, is_local) = pipeline::origin(app, request);
        let mut cx = Cx::system(app.clock.clone(), "web.request");
        cx.actor = Actor::Anonymous;
        cx.via = Via::Page;
        cx.locale = visitor_locale(transport, headers);
        cx.time_zone = app.time_zone();
        cx.request = Arc::from(HEXLOWER.encode(&cx.random_bytes::<8>()));
        Self {
            cx,
            path: request
                .uri()
                .path_and_query()
                .map_or_else(|| Arc::from("/"), |path| Arc::from(path.as_str())),
            partial: scripted && text("hx-request-type") != Some("full"),
            scripted,
            target: Arc::from(if scripted {
                text("hx-target").unwrap_or_default()
            } else {
                ""
            }),
            is_live: text("x-live") == Some("true"),
            csrf: Arc::from(""),
            client_address: client_address
                .map_or_else(|| Arc::from("unknown"), |ip| Arc::from(ip.to_string())),
            user_agent: Arc::from(text("user-agent").unwrap_or_default()),
            is_local,
            is_read: matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS),
            referer: text("referer").map(Arc::from),
            flash: transport
                .read(headers, cookie::FLASH)
                .and_then(|value| Flash::from_cookie(&value)),
            session: transport.read(headers, cookie::SESSION).map(Arc::from),
            transport,
        }
    }

    /// A text in the reader's language.
    pub fn t(&self, key: &str) -> String {
        self.cx.locale.t(key)
    }

    /// The opaque token of the session that this request came with, valid or not.
    pub fn session_token(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Whether the answer goes into the element of this id: `page.targets("dialog")`.
    pub fn targets(&self, id: &str) -> bool {
        self.target.rsplit_once('#').is_some_and(|(_, found)| found == id)
    }

    /// The frame around a page of the console or portal: navigation, counts, the reader.
    ///
    /// # Errors
    /// When a count cannot be read.
    pub async fn shell(&self, app: &App, title: impl Into<String>) -> Result<Shell> {
        let shell = self.bare(app, title);
        // A part has no navigation around it, so nothing is counted for it.
        if self.partial {
            Ok(shell)
        } else {
            shell.with_navigation(app, &self.cx).await
        }
    }

    /// The frame of sign-in and error pages: no navigation.
    pub fn bare(&self, _app: &App, title: impl Into<String>) -> Shell {
        Shell::of(self, title.into())
    }

    /// Where to go after signing in: this page, or the one whose form was sent.
    pub(crate) fn return_path(&self) -> String {
        if self.is_read {
            return self.path.to_string();
        }
        let referer = self.referer.as_deref().unwrap_or_default();
        let path = referer
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|start| &rest[start..]));
        crate::answer::local_path(path.unwrap_or("/")).to_owned()
    }
}

/// The language before anybody has signed in: what they chose, else what the browser asks for.
fn visitor_locale(transport: Transport, headers: &HeaderMap) -> Locale {
    let chosen = transport
        .read(headers, cookie::LOCALE)
        .and_then(|tag| Locale::parse(&tag));
    let accepted = || {
        let value = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        Locale::negotiate(value)
    };
    chosen.or_else(accepted).unwrap_or_default()
}

impl<S: Sync> FromRequestParts<S> for Page {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("a route outside the gate").into())
    }
}

/// The kernel's context of this request.
#[derive(Clone, Debug)]
pub struct CxX(pub Cx);

impl Deref for CxX {
    type Target = Cx;

    fn deref(&self) -> &Cx {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for CxX {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        Page::from_request_parts(parts, state)
            .await
            .map(|page| Self(page.cx))
    }
}
