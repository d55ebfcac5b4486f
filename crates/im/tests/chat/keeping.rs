//! Setting channels up by page and by interface: secrets go in and never come out.

use axum::http::Method;
use kernel::i18n::Locale;
use serde_json::json;

use crate::house::{Speaker, StandIn, channel, house};

#[tokio::test]
async fn a_channel_is_made_completed_tried_and_removed_on_its_pages() {
    let (app, service) = (house().await, StandIn::start().await);
    let mut admin = app.admin().await;
    let chooser = admin.get("/settings/channels/new").await;
    assert!(
        chooser.text.contains("/settings/channels/new?service=wecom"),
        "{}",
        chooser.text
    );
    admin.get("/settings/channels/new?service=slack").await;
    let unfinished = [
        ("service", "slack"),
        ("name", "IT on Slack"),
        ("locale", "en"),
        ("enabled", "true"),
    ];
    let refused = admin.post("/settings/channels", &unfinished).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("IT on Slack") && refused.text.contains("signing_secret-error"),
        "{}",
        refused.text
    );
    // Off, it may wait for what the service gives only when it knows the address.
    let made = admin.post("/settings/channels", &unfinished[..3]).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.header("location").to_owned();
    let page = admin.get(&path).await;
    let id = path.rsplit('/').next().unwrap();
    assert!(
        page.text.contains(&format!("http://desk.test/im/{id}")),
        "{}",
        page.text
    );
    let whole = [
        ("name", "IT on Slack"),
        ("locale", "en"),
        ("enabled", "true"),
        ("signing_secret", "slack secret"),
        ("bot_token", "xoxb-1"),
        ("api", service.url.as_str()),
        ("version", "1"),
    ];
    assert_eq!(admin.post(&path, &whole).await.status, 303);
    let page = admin.get(&path).await;
    assert!(
        !page.text.contains("xoxb-1") && !page.text.contains("slack secret"),
        "{}",
        page.text
    );

    // A test goes to oneself, so one must be known there.
    admin.post(&format!("{path}/test"), &[]).await;
    app.settle().await;
    assert!(service.messages().is_empty());
    Speaker::connected(&app, "slack", id.parse().unwrap(), &app.cast.noor.clone()).await;
    let before = service.messages().len();
    admin.post(&format!("{path}/test"), &[]).await;
    app.settle().await;
    assert_eq!(service.messages().len(), before + 1);
    let log = admin.get(&format!("{path}/log")).await;
    assert!(log.text.contains("chip-success"), "{}", log.text);

    // Empty secrets stay what they were.
    let renamed = [
        ("name", "Slack"),
        ("locale", "en"),
        ("enabled", "true"),
        ("version", "2"),
        ("api", service.url.as_str()),
    ];
    assert_eq!(admin.post(&path, &renamed).await.status, 303);
    assert_eq!(
        admin.post(&path, &renamed).await.status,
        422,
        "an old copy does not overwrite"
    );
    admin.post(&format!("{path}/test"), &[]).await;
    app.settle().await;
    assert_eq!(service.last().header("authorization"), "Bearer xoxb-1");
    admin.post(&format!("{path}/removal"), &[]).await;
    assert_eq!(admin.get(&path).await.status, 404);
}

#[tokio::test]
async fn the_interface_tells_which_secrets_are_kept_and_not_what_they_are() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "feishu", &service.url).await;
    let admin = app.token(&["*"]).await;
    let path = format!("/api/v1/channels/{id}");
    let shown = admin.get(&path).await;
    assert_eq!(
        shown.json()["secrets"],
        json!(["app_secret", "encrypt_key", "verification_token"])
    );
    assert!(!shown.text.contains("test key") && !shown.text.contains("feishu app secret"));
    assert_eq!(shown.json()["address"], format!("http://desk.test/im/{id}"));
    let definition = json!({
        "name": "飞书", "service": "feishu", "locale": "zh-CN", "enabled": true, "settings": { "app_id": "cli_2" },
    });
    let change = json!({ "definition": definition, "version": 1 });
    let put = || admin.send(Method::PUT, &path, Some(&change), &[]);
    assert_eq!(put().await.status, 200);
    assert_eq!(put().await.status, 409);
    let strange =
        json!({ "name": "x", "service": "feishu", "locale": "en", "settings": { "colour": "red" } });
    let refused = admin.post("/api/v1/channels", &strange).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let row = app
        .read(move |tx| im::channel::store::load(tx, id))
        .await
        .unwrap();
    assert!(
        row.settings.values().all(|value| !value.contains("test key")),
        "sealed at rest"
    );
    let log = app.auditor().await.get("/audit").await;
    assert!(!log.text.contains("test key"));
}

#[tokio::test]
async fn an_address_is_not_changed_without_the_secrets_that_would_be_sent_there() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let admin = app.token(&["*"]).await;
    let put = |settings: serde_json::Value| {
        let definition = json!({
            "name": "Slack", "service": "slack", "locale": "en", "enabled": true, "settings": settings,
        });
        let (admin, path) = (&admin, format!("/api/v1/channels/{id}"));
        async move {
            let change = json!({ "definition": definition });
            admin.send(Method::PUT, &path, Some(&change), &[]).await
        }
    };
    let refused = put(json!({ "api": "https://evil.example" })).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(
        refused.text.contains("bot_token") && refused.text.contains("im.channel.secret_again"),
        "{}",
        refused.text
    );
    assert_eq!(put(json!({ "api": service.url })).await.status, 200, "as it was");
    let whole = json!({ "api": "https://slack.example", "bot_token": "xoxb-2", "signing_secret": "another" });
    assert_eq!(put(whole).await.status, 200);
    // To the service's own address nothing is lost.
    assert_eq!(put(json!({})).await.status, 200);
}

#[tokio::test]
async fn channels_are_the_administrators() {
    let (app, service) = (house().await, StandIn::start().await);
    let home = app.requester().await.get("/portal").await.text;
    assert!(!home.contains("/im/connect"), "a way to nothing: {home}");
    let id = channel(&app, "slack", &service.url).await;
    assert_eq!(app.manager().await.get("/settings/channels").await.status, 403);
    assert_eq!(
        app.technician()
            .await
            .get(&format!("/settings/channels/{id}/log"))
            .await
            .status,
        403
    );
    let mut employee = app.requester().await;
    let page = employee.get("/im/connect").await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("/portal/requests"),
        "there is a way back: {}",
        page.text
    );
    assert!(
        employee.get("/portal").await.text.contains("/im/connect"),
        "and a way there"
    );
    assert_eq!(app.technician().await.get("/im/connect").await.status, 200);
    assert_eq!(app.anonymous().get("/im/connect").await.status, 303);
}

/// Keys that are put together at run time.
#[test]
fn every_service_field_kind_and_station_has_its_texts() {
    use im::service::{ALL, Refusal};
    use im::telling::stations::Station;
    let mut keys = vec![
        "im-kind-answer".to_owned(),
        "im-kind-test".to_owned(),
        "im-unwritable".to_owned(),
    ];
    for service in ALL {
        let name = service.name();
        keys.extend([
            format!("im-service-{name}"),
            format!("im-service-{name}-about"),
            format!("im-service-{name}-steps"),
        ]);
        keys.extend(service.fields().iter().map(im::service::Field::text_key));
    }
    for refusal in [
        Refusal::Unsigned,
        Refusal::Forged,
        Refusal::Stale,
        Refusal::Replayed,
        Refusal::Reused,
        Refusal::Malformed,
        Refusal::TooLarge,
    ] {
        keys.push(format!("im-refused-{}", refusal.as_str()));
    }
    for station in Station::ALL {
        let word = station.as_str().replace('_', "-");
        keys.extend([format!("im-kind-{word}"), format!("im-told-{word}")]);
    }
    for key in keys {
        for locale in Locale::ALL {
            let known = im::LOCALES.iter().any(|(of, text)| {
                *of == locale && text.lines().any(|line| line.starts_with(&format!("{key} =")))
            });
            assert!(known, "{key} in {locale}");
        }
    }
}
