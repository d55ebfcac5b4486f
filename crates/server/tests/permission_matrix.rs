//! Who may call which route: the matrix role × route as a reviewed text, and the proof that the program keeps to it.
//!
//! The text is `permission_matrix.txt`. A route that is new, gone, or asks for another right makes the test fail; run it
//! with `MAINSTAY_TEST_WRITE=1` to write the text anew, and read the difference before it is committed. What a right
//! reaches (own, team, all) is the operations' to decide and tested there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, Response, StatusCode, header};
use kernel::Scope;
use people::role::{BUILT_IN, built_in_grants};
use testkit::TestApp;
use testkit::paths::filled;
use testkit::reviewed::assert_reviewed;
use tower::ServiceExt as _;
use web::testing::Browser;
use web::{Need, RouteEntry, SESSION_COOKIE, Surface};

const REVIEWED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/permission_matrix.txt");

/// Nobody, and every built-in role.
fn roles() -> impl Iterator<Item = &'static str> {
    ["anonymous"].into_iter().chain(BUILT_IN)
}

/// Where an operation asks for more than its route does, whatever the thing.
const STRICTER: [(&str, &str); 6] = [
    // Replying to one's own ticket and logging a call for the desk are one right; only the desk has it beyond its own.
    ("POST /tickets/{number}/calls", "requester"),
    // A stream is opened by our own pages only, and this caller names no page; the others have no such request.
    ("GET /portal/requests/{number}/share/stream", "requester"),
    // The status page is for people who signed in until a setting opens it to anybody.
    ("GET /status", "anonymous"),
    ("GET /status.json", "anonymous"),
    ("GET /status.atom", "anonymous"),
    // Who is not signed in is asked to, whether there is such an article or not.
    ("GET /help/{number}", "anonymous"),
];

/// Doors for programs, with whose token opens them: they ask for a proof of their own (a token with the right to hand inventories in,
/// a word signed by another node). Their own tests say more.
const FOR_PROGRAMS: [(&str, Option<&str>); 6] = [
    ("GET /agent/v1/between", None),
    ("POST /front/inventory.php", Some("admin")),
    ("POST /inventory", Some("admin")),
    ("POST /ocsinventory", Some("admin")),
    ("POST /plugins/fusioninventory/", Some("admin")),
    ("POST /plugins/glpiinventory/", Some("admin")),
];

/// What the matrix says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Open,
    Within(Scope),
    Refused,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Within(Scope::Own) => "own",
            Self::Within(Scope::Team) => "team",
            Self::Within(Scope::All) => "all",
            Self::Refused => "-",
        }
    }
}

fn verdict(need: Need, role: &str, grants: &BTreeMap<String, Scope>) -> Verdict {
    match need {
        Need::Public => Verdict::Open,
        _ if role == "anonymous" => Verdict::Refused,
        Need::SignedIn => Verdict::Open,
        Need::Permission(name) => grants
            .get(name)
            .map_or(Verdict::Refused, |scope| Verdict::Within(*scope)),
    }
}

fn sorted(app: &TestApp) -> Vec<RouteEntry> {
    let mut routes = app.house.app.route_table().to_vec();
    routes.sort_by(|a, b| (a.slice, &a.path, a.method.as_str()).cmp(&(b.slice, &b.path, b.method.as_str())));
    routes
}

fn matrix(app: &TestApp) -> String {
    let mut text = format!("{:<7} {:<58} {:<26}", "method", "path", "needs");
    for role in roles() {
        write!(text, " {role:<10}").unwrap();
    }
    let mut slice = "";
    for route in sorted(app) {
        if route.slice != slice {
            slice = route.slice;
            write!(text, "\n\n{slice}").unwrap();
        }
        write!(
            text,
            "\n{:<7} {:<58} {:<26}",
            route.method.as_str(),
            route.path,
            route.need.to_string()
        )
        .unwrap();
        for role in roles() {
            write!(
                text,
                " {:<10}",
                verdict(route.need, role, &built_in_grants(role)).word()
            )
            .unwrap();
        }
    }
    text.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matrix_is_the_reviewed_one() {
    let app = TestApp::open().await;
    assert_reviewed(REVIEWED, &matrix(&app));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_reaches_exactly_what_the_matrix_says() {
    let app = TestApp::open().await;
    let caller = Caller::prepare(&app).await;
    let mut wrong = Vec::new();
    let mut asked = 0;
    for route in sorted(&app) {
        for role in roles() {
            let said = verdict(route.need, role, &built_in_grants(role));
            let answer = caller.call(&app, &route, role).await;
            asked += 1;
            let call = format!("{} {}", route.method, route.path);
            let expected = said == Verdict::Refused
                || STRICTER.contains(&(call.as_str(), role))
                || FOR_PROGRAMS
                    .iter()
                    .any(|(door, whose)| *door == call && *whose != Some(role));
            if answer.is_refusal() != expected {
                wrong.push(format!(
                    "{} {} as {role}: the matrix says {}, but {answer}",
                    route.method,
                    route.path,
                    said.word()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {asked} calls differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("{asked} calls agree with the matrix");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_passes_any_route_that_needs_somebody() {
    let app = TestApp::open().await;
    assert_eq!(
        web::testing::routes_open_to_nobody(&app.house.app).await,
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_reaches_nothing_outside_its_scopes() {
    let app = TestApp::open().await;
    let narrow = app.token(&["web.metrics.read"]).await;
    let mut open = Vec::new();
    for route in sorted(&app) {
        let Need::Permission(name) = route.need else {
            continue;
        };
        if route.surface != Surface::Page && name != "web.metrics.read" {
            let path = filled(&route.path, 1);
            let answer = narrow.send(route.method.clone(), &path, None, &[]).await;
            if answer.status != StatusCode::FORBIDDEN {
                open.push(format!(
                    "{} {} answered {}",
                    route.method, route.path, answer.status
                ));
            }
        }
    }
    assert_eq!(open, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_opens_no_page() {
    let app = TestApp::open().await;
    let whole = app.token(&["*"]).await;
    let answer = whole.get("/portal").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(answer.header("location").starts_with("/sign-in"));
}

/// How a route answered; its body is not read, for a live stream has no end.
struct Said {
    status: StatusCode,
    location: String,
}

impl Said {
    fn of(response: &Response<Body>) -> Self {
        let location = response
            .headers()
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok());
        Self {
            status: response.status(),
            location: location.unwrap_or_default().to_owned(),
        }
    }

    /// Sent away to sign in, 401, or 403.
    fn is_refusal(&self) -> bool {
        let sent_away = self.status == StatusCode::SEE_OTHER && self.location.starts_with("/sign-in?next=");
        sent_away || matches!(self.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it answered {} {}", self.status, self.location)
    }
}

/// Calls routes on a house in which there is something to see.
struct Caller {
    /// A ticket that each role may act on.
    numbers: BTreeMap<&'static str, i64>,
    tokens: Vec<(&'static str, String)>,
}

impl Caller {
    async fn prepare(app: &TestApp) -> Self {
        let hers = app.li_na_cannot_print().await.number;
        let of_the_systems_team = app.li_na_misses_her_mail().await.number;
        let mut numbers = BTreeMap::from([("anonymous", hers)]);
        let mut tokens = Vec::new();
        for role in BUILT_IN {
            let number = if role == "engineer" {
                of_the_systems_team
            } else {
                hers
            };
            numbers.insert(role, number);
            tokens.push((role, app.token_secret_of(app.cast.by_role(role), &["*"]).await));
        }
        Self { numbers, tokens }
    }

    /// Calls a route as the program of a role would, or with a browser that has just been signed in to.
    async fn call(&self, app: &TestApp, route: &RouteEntry, role: &str) -> Said {
        let mut request = Request::builder()
            .method(route.method.clone())
            .uri(filled(&route.path, self.numbers[role]))
            .header(header::HOST, "127.0.0.1:8080")
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
        let mut body = Body::empty();
        if route.surface == Surface::Page {
            let mut browser = app.anonymous();
            if role != "anonymous" {
                let session = app.session_of(app.cast.by_role(role)).await;
                browser.sign_in_with_session(&session);
                request = request.header(header::COOKIE, format!("{SESSION_COOKIE}={session}"));
            }
            if route.method != Method::GET {
                let (token, visitor) = csrf_of(&mut browser).await;
                request = request
                    .header("x-csrf-token", token)
                    .header(header::COOKIE, visitor);
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            }
        } else {
            if let Some((_, token)) = self.tokens.iter().find(|(name, _)| *name == role) {
                request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            }
            if route.method != Method::GET {
                request = request.header(header::CONTENT_TYPE, "application/json");
                body = Body::from("{}");
            }
        }
        Said::of(
            &app.router
                .clone()
                .oneshot(request.body(body).unwrap())
                .await
                .unwrap(),
        )
    }
}

/// The token that forms of this browser carry, and the visitor cookie it may be bound to.
async fn csrf_of(browser: &mut Browser) -> (String, String) {
    let page = browser.get("/api/docs").await;
    let cookies = page
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let visitor = cookies
        .filter_map(|cookie| cookie.split(';').next())
        .find(|pair| pair.starts_with("mainstay_visitor="));
    (
        browser.csrf.clone(),
        visitor.unwrap_or("mainstay_nothing=1").to_owned(),
    )
}
