//! Routes as a slice writes them: method, path, the right they need, handler.
//!
//! There is no way to add a route without naming its [`Need`]; the gate that enforces it is put around the handler
//! here. The list of all routes is data, so that the matrix role × route can be a reviewed snapshot.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodFilter, MethodRouter};
use utoipa::openapi::path::{Operation, PathItem, Paths};
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::app::App;
use crate::gate::gate;

/// Whatever is under here is the JSON interface.
pub const API_PREFIX: &str = "/api/v1";

/// Forms may carry files, which are streamed to storage and limited one by one; this bounds the whole.
pub(crate) const PAGE_BYTES: usize = 128 * 1024 * 1024;
/// JSON is held in memory.
pub(crate) const API_BYTES: usize = 2 * 1024 * 1024;

/// What a route asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: sign-in, signed links in mail.
    Public,
    /// Any signed-in person.
    SignedIn,
    /// This right, in any scope; how far it reaches is the operation's to decide.
    Permission(&'static str),
}

impl Need {
    /// This right, in any scope.
    pub const fn permission(name: &'static str) -> Self {
        Self::Permission(name)
    }
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::SignedIn => "signed in",
            Self::Permission(name) => name,
        })
    }
}

/// Who calls a route, which decides what proves the caller and how failures look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A browser: session cookie, CSRF token, HTML.
    Page,
    /// The JSON interface: bearer token (or cookie with the CSRF header), problem+json, in the API document.
    Api,
    /// Another program with its own protocol (health, metrics, SCIM …): bearer token, problem+json, no CSRF.
    Machine,
}

/// One route, as data.
#[derive(Clone, Debug)]
pub struct RouteEntry {
    /// The slice that has it.
    pub slice: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path with `{names}`.
    pub path: String,
    /// What it asks of its caller.
    pub need: Need,
    /// Who calls it.
    pub surface: Surface,
}

/// The schemas and paths of some endpoints in the API document.
pub(crate) type Document = (Vec<(String, RefOr<Schema>)>, Paths);

/// The routes of a slice.
#[derive(Default)]
pub struct Routes {
    pub(crate) router: Router<App>,
    pub(crate) entries: Vec<RouteEntry>,
    pub(crate) documents: Vec<Document>,
}

impl Routes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A route for browsers.
    #[must_use]
    pub fn page<H, T>(self, method: Method, path: &str, need: Need, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.route(method, path, need, Surface::Page, handler)
    }

    /// A route for programs with a protocol of their own.
    #[must_use]
    pub fn machine<H, T>(self, method: Method, path: &str, need: Need, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.route(method, path, need, Surface::Machine, handler)
    }

    /// A route that is the same for everybody and must answer whatever state the database is in (assets, health): there
    /// is no gate around it, so nobody is identified.
    #[must_use]
    pub fn fixed<H, T>(mut self, path: &str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.entries
            .push(entry(Method::GET, path, Need::Public, Surface::Machine));
        self.router = self.router.route(path, axum::routing::get(handler));
        self
    }

    /// Endpoints of the JSON interface, as `utoipa_axum::routes!` collects them; their paths are under `/api/v1`.
    #[must_use]
    pub fn api(mut self, need: Need, (schemas, paths, methods): UtoipaMethodRouter<App>) -> Self {
        let methods = guarded(
            methods.layer(DefaultBodyLimit::max(API_BYTES)),
            need,
            Surface::Api,
        );
        for (path, item) in &paths.paths {
            let full_path = format!("{API_PREFIX}{path}");
            self.router = self.router.route(&full_path, methods.clone());
            for (method, _) in operations(item) {
                self.entries.push(entry(method, &full_path, need, Surface::Api));
            }
        }
        self.documents.push((schemas, paths));
        self
    }

    /// These and those.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.entries.extend(other.entries);
        self.documents.extend(other.documents);
        self
    }

    fn route<H, T>(mut self, method: Method, path: &str, need: Need, surface: Surface, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.entries.push(entry(method.clone(), path, need, surface));
        // Methods outside the standard have no filter; no slice has use for one.
        let filter = MethodFilter::try_from(method).unwrap_or(MethodFilter::GET);
        let methods = MethodRouter::new()
            .on(filter, handler)
            .layer(DefaultBodyLimit::max(PAGE_BYTES));
        self.router = self.router.route(path, guarded(methods, need, surface));
        self
    }
}

fn entry(method: Method, path: &str, need: Need, surface: Surface) -> RouteEntry {
    RouteEntry {
        slice: "",
        method,
        path: path.to_owned(),
        need,
        surface,
    }
}

/// The gate around handlers. `route_layer` leaves the answer to a wrong method (405) outside.
pub(crate) fn guarded(methods: MethodRouter<App>, need: Need, surface: Surface) -> MethodRouter<App> {
    methods.route_layer(from_fn(move |request: Request, next: Next| {
        gate(need, surface, request, next)
    }))
}

/// The operations of a path of the API document.
pub(crate) fn operations(item: &PathItem) -> Vec<(Method, &Operation)> {
    let all = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
        .collect()
}
