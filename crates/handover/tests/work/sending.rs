//! Packages on their way to a tracker: signed, tried again, given up with a word on the ticket; the settings of trackers.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use handover::tracker::{Kind, MessageState, keeping, signing, store};
use serde_json::Value;
use testkit::{Database, TestApp};

use crate::hooks::tracker;
use crate::house::{given, notes, package, to_systems};

/// A program that makes issues, and answers as it is bidden.
#[derive(Clone)]
pub struct Receiver {
    heard: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answer: Arc<Mutex<(StatusCode, String)>>,
    pub url: String,
}

impl Receiver {
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1:0").await
    }

    pub async fn start_at(address: &str) -> Self {
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let receiver = Self {
            heard: Arc::default(),
            answer: Arc::new(Mutex::new((StatusCode::NO_CONTENT, String::new()))),
            url: format!("http://{}/issues", listener.local_addr().unwrap()),
        };
        let router = Router::new()
            .route("/issues", post(take))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub fn heard(&self) -> Vec<(HeaderMap, String)> {
        self.heard.lock().unwrap().clone()
    }

    pub fn answers(&self, status: StatusCode, body: &str) {
        *self.answer.lock().unwrap() = (status, body.to_owned());
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    receiver.heard.lock().unwrap().push((headers, body));
    receiver.answer.lock().unwrap().clone()
}

/// A house that may reach this machine.
pub async fn house() -> TestApp {
    let open = |config: &mut kernel::config::Config| {
        config.outgoing_networks = vec!["127.0.0.0/8".parse().unwrap()];
    };
    TestApp::with(Database::of_this_run(), open).await
}

#[tokio::test]
async fn a_package_becomes_an_issue_by_a_signed_message_without_its_evidence() {
    let (app, receiver) = (house().await, Receiver::start().await);
    receiver.answers(
        StatusCode::CREATED,
        r#"{"key":"APP-9","url":"https://jira.test/browse/APP-9"}"#,
    );
    let (id, _) = tracker(&app, Kind::Jira, &receiver.url).await;
    let ticket = app.li_na_cannot_print().await;
    let mut giving = to_systems(&app);
    giving.tracker = Some(id);
    giving.checked = true;
    giving.evidence = vec![format!("file:{}", app.files_of(ticket.number).await[0].id)];
    let given = given(&app, ticket.number, giving).await;
    app.settle().await;
    let (headers, body) = receiver.heard().remove(0);
    let told: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (told["type"].as_str(), told["data"]["title"].as_str()),
        (Some("handover.created"), Some("Printing stops at page 7"))
    );
    let words = told["data"]["body"].as_str().unwrap();
    assert!(
        words.contains(&given.reference()) && words.contains("display.txt") && words.contains("/handovers/"),
        "{words}"
    );
    assert!(!body.contains("PAPER JAM"), "evidence is fetched here");
    let cx = app.cx();
    let secret = app
        .write(move |tx| keeping::open(tx, &cx, id))
        .await
        .unwrap()
        .secret_out;
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    let seconds: i64 = text("webhook-timestamp").parse().unwrap();
    let signature = signing::signature(&secret, &text("webhook-id"), seconds, body.as_bytes()).unwrap();
    assert_eq!(text("webhook-signature"), signature);
    let known = package(&app, given.id).await;
    assert_eq!(
        (known.issue_key.as_deref(), known.issue_url.as_deref()),
        (Some("APP-9"), Some("https://jira.test/browse/APP-9"))
    );
}

#[tokio::test]
async fn a_package_that_no_tracker_takes_is_tried_again_and_then_told_of_on_the_ticket() {
    let (app, receiver) = (house().await, Receiver::start().await);
    receiver.answers(StatusCode::BAD_GATEWAY, "down");
    let (id, _) = tracker(&app, Kind::Plain, &receiver.url).await;
    let ticket = app.li_na_cannot_print().await;
    let mut giving = to_systems(&app);
    giving.tracker = Some(id);
    given(&app, ticket.number, giving).await;
    for _ in 0..60 {
        app.pass_hours(1).await;
    }
    let log = app.read(move |tx| store::messages(tx, id, 10)).await.unwrap();
    assert_eq!(
        (log.len(), log[0].state, log[0].status),
        (1, MessageState::GivenUp, Some(502))
    );
    assert!(log[0].attempts >= 10, "{}", log[0].attempts);
    let ids: Vec<String> = receiver
        .heard()
        .iter()
        .map(|(headers, _)| headers["webhook-id"].to_str().unwrap().to_owned())
        .collect();
    assert!(ids.iter().all(|one| *one == ids[0]), "the same message");
    let notes = notes(&app, ticket.number).await;
    assert!(notes.last().unwrap().contains("502"), "{notes:?}");
    receiver.answers(StatusCode::OK, "");
    let mut noor = app.admin().await;
    let again = noor
        .post(
            &format!("/settings/trackers/{id}/messages/{}/again", log[0].id),
            &[],
        )
        .await;
    assert_eq!(again.status, 303, "{}", again.text);
    app.settle().await;
    let log = app.read(move |tx| store::messages(tx, id, 10)).await.unwrap();
    assert_eq!(log[0].state, MessageState::Delivered);
}

#[tokio::test]
async fn a_tracker_is_set_up_and_tried_on_its_pages() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let mut noor = app.admin().await;
    let wrong = noor
        .post(
            "/settings/trackers",
            &[("name", "Hub"), ("kind", "github"), ("url", "nowhere")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("value=\"Hub\"") && wrong.text.contains("id=\"url-error\""));
    let form = [
        ("name", "Hub"),
        ("kind", "github"),
        ("url", receiver.url.as_str()),
        ("enabled", "yes"),
    ];
    let made = noor.post("/settings/trackers", &form).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.header("location").to_owned();
    let page = noor.get(&path).await;
    assert!(page.text.contains("/handover/hooks/") && page.text.contains("whsec_"));
    assert_eq!(
        noor.post("/settings/trackers", &form).await.status,
        422,
        "the name is taken"
    );
    assert_eq!(noor.post(&format!("{path}/test"), &[]).await.status, 303);
    app.settle().await;
    let told: Value = serde_json::from_str(&receiver.heard()[0].1).unwrap();
    assert_eq!(told["type"], "mainstay.test");
    let log = noor.get(&format!("{path}/log")).await;
    assert!(
        log.text.contains("mainstay.test") && log.text.contains("chip-success"),
        "{}",
        log.text
    );
    assert_eq!(noor.post(&format!("{path}/secrets"), &[]).await.status, 303);
    let renewed = noor.get(&path).await;
    let secret = |page: &str| {
        page.split("id=\"secret-in\">")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_ne!(secret(&page.text), secret(&renewed.text));
    // Nothing of it stands in the record.
    let audit = app.auditor().await.get("/audit").await;
    assert!(!audit.text.contains("whsec_"));
}

#[tokio::test]
async fn the_machines_own_network_is_not_reached_unless_it_was_opened() {
    let (app, receiver) = (TestApp::open().await, Receiver::start().await);
    let (id, _) = tracker(&app, Kind::Plain, &receiver.url).await;
    let cx = app.cx();
    app.write(move |tx| keeping::test(tx, &cx, id)).await.unwrap();
    app.settle().await;
    assert!(receiver.heard().is_empty());
    let log = app.read(move |tx| store::messages(tx, id, 10)).await.unwrap();
    assert_eq!(log[0].answer.as_deref(), Some("kernel-outgoing-internal"));
}
