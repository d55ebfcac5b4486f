//! Webhooks that were read back from an export without secrets: off, without address and secret, until somebody switches them on.

use automate::webhook::{DeliveryState, WebhookId, keeping, store};
use axum::http::Method;
use kernel::Timestamp;
use serde_json::json;
use testkit::TestApp;

use crate::telling::{Receiver, house, state, webhook};

/// A webhook as such an export leaves it.
async fn read_back(app: &TestApp, secret: &'static str) -> WebhookId {
    let (id, _) = webhook(app, "http://example.test/hook", &["opened"]).await;
    app.write(move |tx| {
        let mut webhook = store::load(tx, id)?;
        webhook.definition.enabled = false;
        webhook.definition.url = String::new();
        webhook.secret = secret.to_owned();
        store::update(tx, &webhook)
    })
    .await
    .unwrap();
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_without_a_secret_is_given_one_when_it_is_switched_on_and_sends() {
    // Exports of the first days have letters at random where the secret was.
    for lost in ["", "6a1d7f0e5c3b2a19"] {
        let (app, receiver) = (house().await, Receiver::start().await);
        let id = read_back(&app, lost).await;
        let admin = app.token_of(&app.cast.by_role("admin").clone(), &["*"]).await;
        let mut change =
            json!({ "definition": { "name": "Intranet", "url": "", "events": ["opened"], "enabled": true } });
        let path = format!("/api/v1/webhooks/{id}");
        let answer = admin.send(Method::PUT, &path, Some(&change), &[]).await;
        assert_eq!(answer.status, 422, "it needs an address: {}", answer.text);
        change["definition"]["url"] = receiver.url.as_str().into();
        let answer = admin.send(Method::PUT, &path, Some(&change), &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let secret = answer.json()["secret"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("whsec_"), "{secret}");

        let cx = app.cx();
        app.write(move |tx| keeping::test(tx, &cx, id)).await.unwrap();
        app.settle().await;
        assert_eq!(state(&app, id).await, (vec![DeliveryState::Delivered], true));
        let heard = receiver.heard();
        assert_eq!(heard[0].header("webhook-signature"), heard[0].signature(&secret));

        // Changed again it keeps its secret, and nobody is shown it.
        let answer = admin.send(Method::PUT, &path, Some(&change), &[]).await;
        assert_eq!((answer.status.as_u16(), answer.json().get("secret")), (200, None));
        let kept = app.read(move |tx| store::load(tx, id)).await.unwrap().secret;
        assert_eq!(kept, secret);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_no_secret_does_not_sign_beside_a_new_one() {
    let app = house().await;
    let id = read_back(&app, "").await;
    let cx = app.cx();
    let webhook = app
        .write(move |tx| keeping::exchange_secret(tx, &cx, id))
        .await
        .unwrap();
    assert!(webhook.has_secret());
    let none: Option<(String, Timestamp)> = None;
    assert_eq!(webhook.former_secret, none);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_page_says_so_and_leads_back_to_the_new_secret() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let id = read_back(&app, "").await;
    let mut browser = app.admin().await;
    let path = format!("/settings/webhooks/{id}");
    let page = browser.get(&path).await;
    assert!(
        page.text.contains("One is made when the webhook is switched on"),
        "{}",
        page.text
    );
    let form = [
        ("name", "Intranet"),
        ("url", receiver.url.as_str()),
        ("events", "opened"),
        ("enabled", "yes"),
    ];
    let saved = browser.post(&path, &form).await;
    assert_eq!(
        (saved.status.as_u16(), saved.header("location")),
        (303, path.as_str())
    );
    assert!(browser.get(&path).await.text.contains("whsec_"));
}
