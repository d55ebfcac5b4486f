//! Webhooks: a receiver of ours is told what happens, signed and once; what it does not take is tried again; one that is gone is
//! switched off; nobody reaches the machine's own network by them.

use std::sync::{Arc, Mutex};

use automate::webhook::{DeliveryState, WebhookId, keeping, signing, store};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::post;
use desk::catalogue::asking::{self, Asking};
use desk::catalogue::deciding::{self, Verdict};
use desk::ticket::Channel;
use kernel::Timestamp;
use serde_json::{Value, json};
use testkit::{Database, TestApp};

use crate::house::report;

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Heard {
    headers: HeaderMap,
    body: String,
}

impl Heard {
    pub fn header(&self, name: &str) -> String {
        self.headers[name].to_str().unwrap().to_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The signature that belongs to this message.
    pub fn signature(&self, secret: &str) -> String {
        let seconds: i64 = self.header("webhook-timestamp").parse().unwrap();
        let at = Timestamp::from_millis(seconds * 1_000);
        signing::signatures(&[secret], &self.header("webhook-id"), at, &self.body).unwrap()
    }
}

/// A program that is told, and answers as it is bidden.
#[derive(Clone)]
pub struct Receiver {
    heard: Arc<Mutex<Vec<Heard>>>,
    answer: Arc<Mutex<StatusCode>>,
    /// Words of a message that it refuses with 500, whatever it answers to others.
    unwanted: Arc<Mutex<Option<&'static str>>>,
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
            answer: Arc::new(Mutex::new(StatusCode::NO_CONTENT)),
            unwanted: Arc::default(),
            url: format!("http://{}/hook", listener.local_addr().unwrap()),
        };
        let router = Router::new()
            .route("/hook", post(take))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    fn answers(&self, status: StatusCode) {
        *self.answer.lock().unwrap() = status;
    }

    pub fn refuses(&self, words: &'static str) {
        *self.unwanted.lock().unwrap() = Some(words);
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
    let is_unwanted = receiver
        .unwanted
        .lock()
        .unwrap()
        .is_some_and(|words| body.contains(words));
    receiver.heard.lock().unwrap().push(Heard { headers, body });
    if is_unwanted {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    *receiver.answer.lock().unwrap()
}

pub async fn house() -> TestApp {
    let open = |config: &mut kernel::config::Config| {
        config.outgoing_networks = vec!["127.0.0.0/8".parse().unwrap()];
    };
    TestApp::with(Database::of_this_run(), open).await
}

/// Sets a webhook up over the interface; gives back its identifier and its secret.
pub async fn webhook(app: &TestApp, url: &str, events: &[&str]) -> (WebhookId, String) {
    let admin = app.token_of(&app.cast.by_role("admin").clone(), &["*"]).await;
    let answer = admin
        .post(
            "/api/v1/webhooks",
            &json!({ "name": "Intranet", "url": url, "events": events }),
        )
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let body = answer.json();
    (
        body["id"].as_str().unwrap().parse().unwrap(),
        body["secret"].as_str().unwrap().to_owned(),
    )
}

pub async fn state(app: &TestApp, id: WebhookId) -> (Vec<DeliveryState>, bool) {
    app.read(move |tx| {
        let states = store::deliveries(tx, id, None, 100)?
            .into_iter()
            .map(|delivery| delivery.state)
            .collect();
        Ok((states, store::load(tx, id)?.definition.enabled))
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn what_happens_is_told_signed_and_once_and_what_is_not_asked_for_is_not() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let (id, secret) = webhook(&app, &receiver.url, &["opened", "resolved"]).await;
    let ticket = report(&app, "The VPN is slow").await;
    app.settle().await;
    app.amy_notes_a_secret(ticket.number).await;
    app.settle().await;
    let heard = receiver.heard();
    assert_eq!(heard.len(), 1, "a note was not asked for: {heard:?}");
    let told = heard[0].json();
    assert_eq!(told["type"], "ticket.opened");
    assert_eq!(told["data"]["ticket"]["number"], ticket.number);
    assert_eq!(
        told["data"]["ticket"]["url"],
        format!("http://desk.test/tickets/{}", ticket.number)
    );
    assert!(
        !heard[0].body.contains("It is as I say"),
        "the words of people are not told"
    );
    assert_eq!(heard[0].header("webhook-signature"), heard[0].signature(&secret));
    assert_eq!(state(&app, id).await, (vec![DeliveryState::Delivered], true));
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_under_the_same_id_until_it_is() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let (id, secret) = webhook(&app, &receiver.url, &["opened"]).await;
    receiver.answers(StatusCode::INTERNAL_SERVER_ERROR);
    report(&app, "The VPN is slow").await;
    app.settle().await;
    assert_eq!(state(&app, id).await, (vec![DeliveryState::Waiting], true));
    app.pass_hours(2).await;
    receiver.answers(StatusCode::OK);
    app.pass_hours(2).await;
    let heard = receiver.heard();
    assert!(heard.len() >= 3, "{}", heard.len());
    let ids: Vec<String> = heard.iter().map(|one| one.header("webhook-id")).collect();
    assert!(ids.iter().all(|one| *one == ids[0]), "{ids:?}");
    assert!(
        heard.iter().all(|one| one.body == heard[0].body),
        "the same message"
    );
    let last = heard.last().unwrap();
    assert_ne!(
        last.header("webhook-timestamp"),
        heard[0].header("webhook-timestamp")
    );
    assert_eq!(last.header("webhook-signature"), last.signature(&secret));
    assert_eq!(state(&app, id).await, (vec![DeliveryState::Delivered], true));
    let failing = app
        .read(move |tx| Ok(store::load(tx, id)?.failing_since))
        .await
        .unwrap();
    assert_eq!(failing, None);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_switched_off_and_what_waits_for_it_is_given_up() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let (id, _) = webhook(&app, &receiver.url, &["opened"]).await;
    receiver.answers(StatusCode::SERVICE_UNAVAILABLE);
    report(&app, "The first").await;
    app.settle().await;
    receiver.answers(StatusCode::GONE);
    report(&app, "The second").await;
    app.settle().await;
    app.pass_hours(2).await;
    let (states, enabled) = state(&app, id).await;
    assert_eq!((states, enabled), (vec![DeliveryState::GivenUp; 2], false));
    let page = app.admin().await.get(&format!("/settings/webhooks/{id}")).await;
    assert!(page.text.contains("banner-danger"), "{}", page.text);
    let before = receiver.heard().len();
    report(&app, "The third").await;
    app.settle().await;
    assert_eq!(receiver.heard().len(), before);
}

#[tokio::test]
async fn five_days_without_a_success_switch_it_off() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let (id, _) = webhook(&app, &receiver.url, &["opened"]).await;
    receiver.answers(StatusCode::BAD_GATEWAY);
    for day in 0..5 {
        report(&app, &format!("On day {day}")).await;
        app.settle().await;
        assert!(state(&app, id).await.1, "still on at the beginning of day {day}");
        app.pass_hours(24).await;
    }
    assert!(!state(&app, id).await.1);
}

#[tokio::test]
async fn the_machines_own_network_is_not_reached_unless_it_was_opened() {
    let (app, receiver) = (TestApp::open().await, Receiver::start().await);
    let (id, _) = webhook(&app, &receiver.url, &["opened"]).await;
    report(&app, "The VPN is slow").await;
    app.settle().await;
    assert!(receiver.heard().is_empty());
    let answer = app
        .read(move |tx| Ok(store::deliveries(tx, id, None, 1)?[0].answer.clone()))
        .await
        .unwrap();
    assert_eq!(answer.as_deref(), Some("kernel-outgoing-internal"));
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_former_one_for_a_day() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let (id, former) = webhook(&app, &receiver.url, &["opened"]).await;
    let cx = app.cx();
    let fresh = app
        .write(move |tx| keeping::exchange_secret(tx, &cx, id))
        .await
        .unwrap()
        .secret;
    report(&app, "The first").await;
    app.settle().await;
    app.pass_hours(25).await;
    report(&app, "The second").await;
    app.settle().await;
    let heard = receiver.heard();
    let both = format!("{} {}", heard[0].signature(&fresh), heard[0].signature(&former));
    assert_eq!(heard[0].header("webhook-signature"), both);
    assert_eq!(heard[1].header("webhook-signature"), heard[1].signature(&fresh));
}

#[tokio::test]
async fn a_webhook_is_made_tried_and_followed_on_its_pages() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let mut admin = app.admin().await;
    let wrong = admin
        .post("/settings/webhooks", &[("name", "Intranet"), ("url", "intranet")])
        .await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains("value=\"Intranet\""),
        "what was typed is kept"
    );
    let form = [
        ("name", "Intranet"),
        ("url", receiver.url.as_str()),
        ("events", "opened"),
        ("enabled", "yes"),
    ];
    let made = admin.post("/settings/webhooks", &form).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.header("location").to_owned();
    assert_eq!(admin.post(&format!("{path}/test"), &[]).await.status, 303);
    app.settle().await;
    assert_eq!(receiver.heard()[0].json()["type"], "mainstay.test");
    let log = admin.get(&format!("{path}/deliveries")).await;
    assert!(
        log.text.contains("mainstay.test") && log.text.contains("chip-success"),
        "{}",
        log.text
    );
    // Who manages rules does not thereby carry what happens out of the house.
    assert_eq!(app.manager().await.get("/settings/webhooks").await.status, 403);
}

#[tokio::test]
async fn the_secret_is_not_told_twice_and_an_old_copy_does_not_overwrite() {
    let app = house().await;
    let (id, secret) = webhook(&app, "https://intranet.example/hook", &["opened"]).await;
    let admin = app.token_of(&app.cast.by_role("admin").clone(), &["*"]).await;
    let path = format!("/api/v1/webhooks/{id}");
    assert!(!admin.get(&path).await.text.contains(&secret));
    let definition =
        json!({ "name": "Intranet", "url": "https://intranet.example/other", "events": ["closed"] });
    let change = json!({ "definition": definition, "version": 1 });
    let put = || admin.send(Method::PUT, &path, Some(&change), &[]);
    assert_eq!(put().await.status, 200);
    assert_eq!(put().await.status, 409);
    let log = app.auditor().await.get("/audit").await;
    assert!(!log.text.contains(&secret));
}

#[tokio::test]
async fn a_repeated_call_is_not_answered_with_a_secret_that_was_kept_for_it() {
    let app = house().await;
    let admin = app.token_of(&app.cast.by_role("admin").clone(), &["*"]).await;
    let body = json!({ "name": "Intranet", "url": "https://intranet.example/hook", "events": ["opened"] });
    let once = [("idempotency-key", "the-same-call")];
    let made = admin
        .send(Method::POST, "/api/v1/webhooks", Some(&body), &once)
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(made.header("location").starts_with("/api/v1/webhooks/"));
    let again = admin
        .send(Method::POST, "/api/v1/webhooks", Some(&body), &once)
        .await;
    assert_eq!(
        again.status, 422,
        "it acts again, and the name is taken: {}",
        again.text
    );
    let path = format!("/api/v1/webhooks/{}/secret", made.json()["id"].as_str().unwrap());
    let exchange = || admin.send(Method::POST, &path, None, &once);
    let (first, second) = (exchange().await.json(), exchange().await.json());
    assert!(first["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_ne!(first["secret"], second["secret"]);
}

#[tokio::test]
async fn an_attempt_that_ends_after_the_removal_does_not_write_the_secret_back() {
    let app = house().await;
    let (id, _) = webhook(&app, "https://intranet.example/hook", &["opened"]).await;
    let cx = app.cx();
    let left = app.write(move |tx| {
        let mut before = store::load(tx, id)?;
        keeping::remove(tx, &cx, id)?;
        before.failing_since = Some(cx.now());
        store::update(tx, &before)?;
        tx.query_one(
            "SELECT secret, enabled FROM automate_webhook WHERE id = $1",
            kernel::db::params![id],
            |row| Ok((row.get::<String>("secret")?, row.get::<bool>("enabled")?)),
        )
    });
    assert_eq!(left.await.unwrap(), (String::new(), false));
}

/// Li Na asks for a folder, and who manages the desk says yes or no.
async fn folder(app: &TestApp, approved: bool) {
    let li_na = app.cast.li_na.clone();
    let requester = li_na.id;
    let ticket = app.act(&li_na, move |tx, cx| {
        let answers = [
            ("folder", "Finance"),
            ("for_me", "yes"),
            ("right", "read"),
            ("until", "always"),
            ("reason", "Closing the year"),
        ];
        let given = answers.map(|(key, value)| (key.to_owned(), vec![value.to_owned()]));
        let asking = Asking {
            type_id: "shared-folder".to_owned(),
            requester,
            given: given.into_iter().collect(),
            files: std::collections::BTreeMap::new(),
            channel: Channel::Portal,
        };
        asking::ask(tx, cx, asking)
    });
    let number = ticket.await.number;
    app.settle().await;
    let shen = app.cast.by_role("manager").clone();
    app.act(&shen, move |tx, cx| {
        let verdict = Verdict {
            approved,
            comment: "It is as I say".to_owned(),
        };
        let waiting = deciding::mine(tx, cx)?;
        let mine = waiting.iter().find(|one| one.ticket == number).unwrap();
        deciding::decide(tx, cx, mine.id, &verdict)
    })
    .await;
    app.settle().await;
}

#[tokio::test]
async fn a_receiver_hears_what_became_of_a_request_that_waited_for_approval() {
    let (app, receiver) = (house().await, Receiver::start().await);
    webhook(&app, &receiver.url, &["opened", "approved", "declined"]).await;
    folder(&app, true).await;
    folder(&app, false).await;
    let told: Vec<Value> = receiver.heard().iter().map(Heard::json).collect();
    let kinds: Vec<_> = told.iter().map(|one| one["type"].as_str().unwrap()).collect();
    let opened = "ticket.opened";
    assert_eq!(kinds, [opened, "ticket.approved", opened, "ticket.declined"]);
    assert_eq!(told[0]["data"]["ticket"]["state"], "waiting_approval");
    assert_eq!(told[3]["data"]["ticket"]["state"], "closed");
    assert!(
        !told[3].to_string().contains("It is as I say"),
        "the words of people are not told"
    );
}
