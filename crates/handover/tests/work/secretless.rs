//! Trackers that were read back from an export without secrets: their page opens, nothing is genuine, and they get new ones.

use handover::tracker::{Kind, MessageState, TrackerId, keeping, store};
use testkit::TestApp;

use crate::hooks::{post, tracker};
use crate::sending::{Receiver, house};

/// A tracker as such an export leaves it.
async fn read_back(app: &TestApp, kind: Kind, lost: &'static str) -> TrackerId {
    let (id, _) = tracker(app, kind, "http://example.test/issues").await;
    app.write(move |tx| {
        let mut tracker = store::find(tx, id)?.unwrap();
        (tracker.definition.enabled, tracker.definition.url) = (false, String::new());
        (tracker.secret_out, tracker.secret_in) = (lost.to_owned(), lost.to_owned());
        store::update(tx, &tracker)
    })
    .await
    .unwrap();
    id
}

#[tokio::test]
async fn one_without_secrets_is_shown_and_given_new_ones_when_it_is_switched_on() {
    // Exports of the first days have letters at random where the secrets were.
    for lost in ["", "6a1d7f0e5c3b2a196a1d7f0e5c3b2a19"] {
        let (app, receiver) = (house().await, Receiver::start().await);
        let id = read_back(&app, Kind::Github, lost).await;
        let mut noor = app.admin().await;
        let path = format!("/settings/trackers/{id}");
        let page = noor.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(!page.text.contains("id=\"secret-in\"") && !page.text.contains("id=\"secret-out\""));
        let off = [
            ("name", "Hub"),
            ("kind", "github"),
            ("url", receiver.url.as_str()),
        ];
        assert_eq!(noor.post(&path, &off).await.status, 303);
        assert!(!noor.get(&path).await.text.contains("whsec_"), "it is still off");
        let on = [off.as_slice(), &[("enabled", "yes")]].concat();
        assert_eq!(noor.post(&path, &on).await.status, 303);
        let page = noor.get(&path).await;
        assert_eq!(page.text.matches("whsec_").count(), 2, "{}", page.text);
        assert_eq!(noor.post(&format!("{path}/test"), &[]).await.status, 303);
        app.settle().await;
        assert_eq!(receiver.heard().len(), 1);
        // Those that are there stay.
        assert_eq!(noor.post(&path, &on).await.status, 303);
        let secret = |page: &str| page.split("whsec_").nth(1).unwrap()[..20].to_owned();
        assert_eq!(secret(&noor.get(&path).await.text), secret(&page.text));
    }
}

#[tokio::test]
async fn nothing_is_genuine_without_a_secret_and_nothing_is_sent() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let id = read_back(&app, Kind::Gitlab, "").await;
    let url = receiver.url.clone();
    app.write(move |tx| {
        let mut tracker = store::find(tx, id)?.unwrap();
        (tracker.definition.enabled, tracker.definition.url) = (true, url.clone());
        store::update(tx, &tracker)
    })
    .await
    .unwrap();
    for headers in [
        vec![("x-gitlab-event", "Issue Hook")],
        vec![("x-gitlab-event", "Issue Hook"), ("x-gitlab-token", "")],
    ] {
        let answer = post(&app, id, &headers, "{\"object_kind\":\"issue\"}").await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (401, "forged"));
    }
    let cx = app.cx();
    app.write(move |tx| keeping::test(tx, &cx, id)).await.unwrap();
    app.settle().await;
    let log = app.read(move |tx| store::messages(tx, id, 10)).await.unwrap();
    assert_eq!(
        (log[0].state, log[0].answer.as_deref()),
        (MessageState::GivenUp, Some("handover-message-no-secret"))
    );
    assert!(receiver.heard().is_empty());
}
