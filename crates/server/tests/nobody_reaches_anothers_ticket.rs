//! A requester reaches their own tickets and nothing else: by page, API, search, palette, live stream, file, or link.
//!
//! Bruno has nothing to do with what Li Na reported. For him her ticket must be exactly like one that does not exist; and
//! Li Na herself must not see what the desk notes among itself.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use futures::StreamExt as _;
use kernel::Scope;
use people::role::built_in_grants;
use serde_json::json;
use testkit::app::SECRET_WORD;
use testkit::paths::filled;
use testkit::{Person, TestApp};
use tower::ServiceExt as _;
use web::testing::{Answer, Browser};
use web::{Need, RouteEntry, SESSION_COOKIE, Surface};

/// Words that only Li Na's ticket contains.
const HER_WORDS: [&str; 3] = ["kingfisher", "卡纸", "display.txt"];
/// No ticket has this number.
const NOWHERE: i64 = 987_654;

struct Story {
    app: TestApp,
    /// Li Na's ticket, with a note and files.
    hers: i64,
    /// A piece of the desk's evidence on it, with text and file.
    evidence: i64,
}

async fn story() -> Story {
    let app = TestApp::open().await;
    let hers = app.li_na_cannot_print().await.number;
    app.amy_notes_a_secret(hers).await;
    let evidence = app.amy_diagnoses(hers).await;
    app.settle().await;
    Story { app, hers, evidence }
}

/// Routes with a ticket's number in their path.
fn of_a_ticket(app: &TestApp) -> Vec<RouteEntry> {
    let routes = app.house.app.route_table().iter();
    routes
        .filter(|route| route.path.contains("{number}") && !is_of_an_article(&route.path))
        .cloned()
        .collect()
}

/// Articles have numbers of their own, and rights of their own.
fn is_of_an_article(path: &str) -> bool {
    ["/knowledge/", "/help/", "/api/v1/knowledge/"]
        .iter()
        .any(|begin| path.starts_with(begin))
}

async fn call(
    browser: &mut Browser,
    token: &web::testing::ApiClient,
    route: &RouteEntry,
    number: i64,
) -> Answer {
    let path = filled(&route.path, number);
    if route.surface == Surface::Page {
        if browser.csrf.is_empty() {
            browser.get("/api/docs").await;
        }
        let csrf = browser.csrf.clone();
        let headers = [
            ("x-csrf-token", csrf.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let body = if route.method == Method::GET {
            ""
        } else {
            "body=words&title=words&reason=words&answer=yes&accepted=yes"
        };
        browser.send(route.method.clone(), &path, body, &headers).await
    } else {
        let body = body_of(&route.method, &route.path);
        token
            .send(
                route.method.clone(),
                &path,
                (route.method != Method::GET).then_some(&body),
                &[],
            )
            .await
    }
}

/// What each call of the API must be given, so that it is the ticket it fails at.
fn body_of(method: &Method, path: &str) -> serde_json::Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "replies" | "notes" => json!({ "body": "words" }),
        "proposals" => json!({ "field": "category" }),
        "assignment" => json!({ "assignee": "me" }),
        "escalation" => json!({ "tier": 2, "handoff": { "tried": "a", "known": "b", "boundary": "c" } }),
        "waiting" => json!({ "for": "supplier", "reason": "a part" }),
        "resolution" if *method == Method::DELETE => json!({ "reason": "words" }),
        "resolution" => json!({ "solution": "words", "tested": true }),
        "verification" => json!({ "accepted": true }),
        _ => json!({ "title": "words" }),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anothers_ticket_is_like_one_that_does_not_exist_on_every_route() {
    let Story { app, hers, .. } = story().await;
    let mut browser = app.browser_of(&app.cast.bruno).await;
    let token = app.token_of(&app.cast.bruno, &["*"]).await;
    let grants = built_in_grants("requester");
    let mut wrong = Vec::new();
    let (mut hidden, mut gated) = (0, 0);
    for route in of_a_ticket(&app) {
        let to_hers = call(&mut browser, &token, &route, hers).await;
        let to_nothing = call(&mut browser, &token, &route, NOWHERE).await;
        let passes_gate = match route.need {
            Need::Permission(name) => grants.get(name) == Some(&Scope::Own),
            Need::SignedIn | Need::Public => true,
        };
        let expected = if passes_gate {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::FORBIDDEN
        };
        if passes_gate {
            hidden += 1
        } else {
            gated += 1
        }
        let told =
            HER_WORDS.iter().any(|word| to_hers.text.contains(word)) || to_hers.text.contains(SECRET_WORD);
        if to_hers.status != expected || to_nothing.status != expected || told {
            wrong.push(format!(
                "{} {}: hers {}, nothing {}, expected {expected}, told: {told}",
                route.method, route.path, to_hers.status, to_nothing.status
            ));
        }
    }
    assert!(
        hidden > 5 && gated > 10,
        "{hidden} hidden, {gated} gated: the routes were not found"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let untouched = app
        .act(&app.cast.noor, move |tx, cx| desk::ticket::load(tx, cx, hers))
        .await;
    assert_eq!(untouched.ticket.title, "打印机 kingfisher 卡纸");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requester_herself_reaches_it_so_that_the_proof_is_worth_something() {
    let Story { app, hers, .. } = story().await;
    let page = app
        .requester()
        .await
        .get(&format!("/portal/requests/{hers}"))
        .await;
    assert!(
        page.status == StatusCode::OK && page.text.contains("kingfisher"),
        "{}",
        page.text
    );
    let token = app.token_of(&app.cast.li_na, &["*"]).await;
    let json = token.get(&format!("/api/v1/tickets/{hers}")).await.json();
    assert_eq!(json["title"], "打印机 kingfisher 卡纸");
    let found = token.get("/api/v1/search?q=kingfisher").await.json();
    assert_eq!(found["items"][0]["key"], hers.to_string(), "{found}");
    for file in app.files_of(hers).await {
        let fetched = app
            .requester()
            .await
            .get(&format!("/portal/files/{}", file.id))
            .await;
        let expected = if file.public {
            StatusCode::OK
        } else {
            StatusCode::NOT_FOUND
        };
        assert_eq!(fetched.status, expected, "{file:?}");
    }
    let note = app.technician().await.get(&format!("/tickets/{hers}")).await;
    assert!(note.text.contains(SECRET_WORD), "the desk reads its notes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_of_anothers_ticket_can_be_fetched() {
    let Story { app, hers, .. } = story().await;
    let files = app.files_of(hers).await;
    assert_eq!(files.iter().filter(|file| file.public).count(), 1, "{files:?}");
    assert_eq!(files.iter().filter(|file| !file.public).count(), 1, "{files:?}");
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let mut nobody = app.anonymous();
    let mut li_na = app.requester().await;
    for file in &files {
        for door in ["/attachments", "/portal/files"] {
            let path = format!("{door}/{}", file.id);
            assert_eq!(bruno.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(nobody.get(&path).await.status, StatusCode::SEE_OTHER, "{path}");
            let own = li_na.get(&path).await.status;
            assert_eq!(
                own,
                if file.public {
                    StatusCode::OK
                } else {
                    StatusCode::NOT_FOUND
                },
                "{path}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_evidence_is_fetched_by_whoever_is_not_of_the_desk() {
    let Story { app, hers, evidence } = story().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let mut nobody = app.anonymous();
    let mut li_na = app.requester().await;
    for piece in ["file", "text"] {
        let path = format!("/tickets/{hers}/evidence/{evidence}/{piece}");
        let desk = app.technician().await.get(&path).await;
        assert!(
            desk.status == StatusCode::OK && desk.text.contains(SECRET_WORD),
            "{path}: {}",
            desk.text
        );
        for stranger in [&mut bruno, &mut li_na] {
            let answer = stranger.get(&path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert!(!answer.text.contains(SECRET_WORD), "{path}");
        }
        assert_eq!(nobody.get(&path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    // By the number of another ticket it is not there, whoever asks.
    let other = app
        .reported(&app.cast.bruno, "The projector in room 4 is dark")
        .await
        .number;
    let astray = format!("/tickets/{other}/evidence/{evidence}/file");
    let answer = app.technician().await.get(&astray).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let token = app.token_of(&app.cast.li_na, &["*"]).await;
    for path in ["diagnosis", "gate"] {
        let answer = token.get(&format!("/api/v1/tickets/{hers}/{path}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_search_and_palette_hold_nothing_of_others() {
    let Story { app, hers, .. } = story().await;
    let bruno = app.cast.bruno.clone();
    let mine = app
        .reported(&bruno, "The projector in room 4 is dark")
        .await
        .number;
    app.settle().await;
    let token = app.token_of(&bruno, &["*"]).await;
    let all = token.get("/api/v1/tickets?limit=200").await.json();
    let numbers: Vec<i64> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item["number"].as_i64())
        .collect();
    assert_eq!(numbers, [mine]);
    let mut browser = app.browser_of(&bruno).await;
    let words = [
        "kingfisher",
        "%E5%8D%A1%E7%BA%B8",
        SECRET_WORD,
        "display.txt",
        "internal.txt",
    ];
    let (her_number, own_key) = (hers.to_string(), mine.to_string());
    for word in words.into_iter().chain([her_number.as_str()]) {
        for path in [
            "/api/v1/tickets?q=",
            "/api/v1/search?q=",
            "/api/v1/search?kind=ticket_note&q=",
        ] {
            let found = token.get(&format!("{path}{word}")).await;
            assert_eq!(found.status, StatusCode::OK, "{path}{word}");
            let items = found.json()["items"].as_array().cloned().unwrap_or_default();
            // What can be asked for is everybody's.
            let others = items.iter().filter(|item| {
                item["number"] != mine
                    && item["key"].as_str() != Some(own_key.as_str())
                    && item["kind"] != "request_type"
            });
            assert_eq!(others.count(), 0, "{path}{word}: {items:?}");
        }
        for path in ["/palette?q=", "/search?q=", "/portal/requests?q="] {
            let page = browser.get(&format!("{path}{word}")).await;
            assert_eq!(page.status, StatusCode::OK, "{path}{word}");
            // The page repeats the words that were looked for; what it must not have is a way to her ticket, or her title.
            let typed = if word.starts_with('%') { "卡纸" } else { word };
            let text = page.text.replace(word, "").replace(typed, "");
            let link = [format!("/tickets/{hers}\""), format!("/requests/{hers}\"")];
            assert!(
                !link.iter().any(|link| text.contains(link)),
                "{path}{word} links to her ticket"
            );
            assert!(
                !["三楼东侧", "卡纸", "kingfisher"]
                    .iter()
                    .any(|hers| text.contains(hers)),
                "{path}{word}: {text}"
            );
        }
    }
    let person = token
        .get(&format!("/api/v1/tickets?requester={}", app.cast.li_na.email))
        .await;
    let listed = person.json()["items"].as_array().map_or(0, Vec::len);
    assert_eq!(listed, 0, "{}", person.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn internal_notes_are_nowhere_for_their_requester() {
    let Story { app, hers, .. } = story().await;
    let li_na = app.cast.li_na.clone();
    let token = app.token_of(&li_na, &["*"]).await;
    let mut browser = app.browser_of(&li_na).await;
    let mut seen = 0;
    for route in of_a_ticket(&app)
        .into_iter()
        .filter(|route| route.method == Method::GET)
    {
        for partial in [false, true] {
            let path = filled(&route.path, hers);
            let answer = if route.surface == Surface::Page {
                let headers: &[(&str, &str)] = if partial { &[("hx-request", "true")] } else { &[] };
                browser.send(Method::GET, &path, "", headers).await
            } else {
                token.get(&path).await
            };
            assert!(!answer.text.contains(SECRET_WORD), "{path} shows the note");
            assert!(
                !answer.text.contains("internal.txt"),
                "{path} shows the note's file"
            );
            seen += usize::from(answer.status == StatusCode::OK);
        }
    }
    assert!(seen >= 2, "her own ticket was nowhere to be seen");
    for path in [
        "/api/v1/search?q=",
        "/api/v1/search?kind=ticket_note&q=",
        "/api/v1/tickets?q=",
    ] {
        let found = token.get(&format!("{path}{SECRET_WORD}")).await.json();
        assert_eq!(
            found["items"].as_array().map(Vec::len),
            Some(0),
            "{path}: {found}"
        );
    }
    for path in ["/palette?q=", "/search?q=", "/portal/requests?q="] {
        let page = browser.get(&format!("{path}{SECRET_WORD}")).await;
        assert!(
            !page.text.contains(&format!("/{hers}\"")),
            "{path} finds the ticket by a word of the note"
        );
    }
    let found = app
        .token_of(&app.cast.amy, &["*"])
        .await
        .get(&format!("/api/v1/search?q={SECRET_WORD}"))
        .await
        .json();
    assert_ne!(
        found["items"].as_array().map(Vec::len),
        Some(0),
        "the desk finds its notes: {found}"
    );
}

/// Everything a person's live stream says while something is done to a ticket.
async fn heard(app: &TestApp, person: &Person, topics: &str, number: i64) -> String {
    let session = app.session_of(person).await;
    let request = Request::builder()
        .uri(format!("/live{topics}"))
        .header(header::HOST, "desk.test")
        .header(header::COOKIE, format!("{SESSION_COOKIE}={session}"))
        .body(Body::empty())
        .unwrap();
    let response = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let mut stream = response.into_body().into_data_stream();
    app.amy_answers(number, "We are on our way.").await;
    app.settle().await;
    let mut text = String::new();
    // The stream has no end; what was published has arrived by now, because nothing leaves this process.
    while let Ok(Some(Ok(piece))) = tokio::time::timeout(Duration::from_millis(400), stream.next()).await {
        text.push_str(&String::from_utf8_lossy(&piece));
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_live_stream_tells_nobody_of_anothers_ticket() {
    let Story { app, hers, .. } = story().await;
    let topic = format!("ticket:{hers}");
    let asked = format!("?topics={topic},queue,user:{}", app.cast.li_na.id);
    assert!(
        heard(&app, &app.cast.li_na, &asked, hers).await.contains(&topic),
        "she hears of her own ticket"
    );
    for topics in [asked.as_str(), ""] {
        let told = heard(&app, &app.cast.bruno, topics, hers).await;
        assert!(!told.contains("change"), "Bruno heard: {told}");
    }
    let told = heard(&app, &app.cast.li_na, "", hers).await;
    assert!(
        !told.contains("queue"),
        "a requester hears nothing of queues: {told}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_was_guessed_or_altered_opens_nothing() {
    let Story { app, hers, .. } = story().await;
    let bruno = app.cast.bruno.clone();
    let his = app.reported(&bruno, "The projector is dark").await.number;
    let (her_link, his_link) = (app.amy_solves(hers).await, app.amy_solves(his).await);
    let mut nobody = app.anonymous();
    let opened = nobody.get(&format!("/confirm/{her_link}")).await;
    assert_eq!(
        opened.status,
        StatusCode::OK,
        "a true link opens: {}",
        opened.text
    );
    let swapped = his_link.replace(&format!(".{his}."), &format!(".{hers}."));
    assert_ne!(swapped, his_link, "the link names its ticket");
    let (claim, signature) = her_link.rsplit_once('.').unwrap();
    let (_, his_signature) = his_link.rsplit_once('.').unwrap();
    let mut forged = vec![
        swapped,
        format!("{claim}.{his_signature}"),
        format!("{claim}."),
        claim.to_owned(),
        signature.to_owned(),
        hers.to_string(),
        "1".to_owned(),
        "a".repeat(2000),
    ];
    for place in (0..her_link.len()).step_by(3) {
        let mut letters: Vec<char> = her_link.chars().collect();
        letters[place] = if letters[place] == 'x' { 'y' } else { 'x' };
        forged.push(letters.into_iter().collect());
    }
    for link in forged {
        let path = format!("/confirm/{link}");
        let looked = nobody.get(&path).await;
        assert_eq!(looked.status, StatusCode::NOT_FOUND, "{path}: {}", looked.text);
        let answered = nobody.post(&path, &[("answer", "yes")]).await;
        assert_eq!(
            answered.status,
            StatusCode::NOT_FOUND,
            "{path}: {}",
            answered.text
        );
        assert!(
            !HER_WORDS
                .iter()
                .any(|word| answered.text.contains(word) || looked.text.contains(word))
        );
        // Otherwise the limit for strangers would answer in place of what is tried here.
        app.clock.advance_millis(2_000);
    }
    let ticket = app
        .act(&app.cast.noor, move |tx, cx| desk::ticket::load(tx, cx, hers))
        .await
        .ticket;
    assert_eq!(
        ticket.state,
        desk::ticket::State::Resolved,
        "nobody's guess closed it"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_at_a_link_answers_nothing_and_a_used_link_is_spent() {
    let Story { app, hers, .. } = story().await;
    let path = format!("/confirm/{}?answer=yes", app.amy_solves(hers).await);
    let mut nobody = app.anonymous();
    for _ in 0..3 {
        assert_eq!(nobody.get(&path).await.status, StatusCode::OK);
    }
    assert_eq!(state_of(&app, hers).await, desk::ticket::State::Resolved);
    let answered = nobody.post(&path, &[("answer", "yes")]).await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
    assert_eq!(state_of(&app, hers).await, desk::ticket::State::Closed);
    let again = nobody.post(&path, &[("answer", "no")]).await;
    assert_eq!(again.status, StatusCode::OK, "it says why it is spent");
    assert_eq!(
        state_of(&app, hers).await,
        desk::ticket::State::Closed,
        "a spent link does not reopen"
    );
}

async fn state_of(app: &TestApp, number: i64) -> desk::ticket::State {
    let load = app.act(&app.cast.noor, move |tx, cx| desk::ticket::load(tx, cx, number));
    load.await.ticket.state
}
