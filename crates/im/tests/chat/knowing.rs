//! Who it is: codes of others, accounts that were given up, and services that take their time to say it.

use crate::house::{Speaker, StandIn, channel, code, house, settings, tickets_of, with_settings, words_of};

#[tokio::test]
async fn a_code_that_somebody_was_talked_into_sending_changes_nothing() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let (bruno, li_na) = (app.cast.bruno.clone(), app.cast.li_na.clone());
    let speaker = Speaker::connected(&app, "slack", id, &bruno).await;
    let bait = code(&app, &li_na, true).await;
    speaker.says("m1", &bait).await;
    app.settle().await;
    assert!(
        service.last().body.contains(&bruno.name),
        "{}",
        service.last().body
    );
    speaker.says("m2", "My salary statement").await;
    assert_eq!(tickets_of(&app, &bruno).await.len(), 1);
    assert!(tickets_of(&app, &li_na).await.is_empty());
    // It was not spent: its owner can still use it.
    let own = Speaker {
        who: "U2",
        ..Speaker {
            app: &app,
            service: "slack",
            channel: id,
            who: "",
        }
    };
    own.says("m3", &bait).await;
    own.says("m4", "打印机卡纸").await;
    assert_eq!(tickets_of(&app, &li_na).await.len(), 1);
}

#[tokio::test]
async fn who_disconnected_is_known_by_a_new_code_and_not_by_an_address() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "plain", &service.url).await;
    let li_na = app.cast.li_na.clone();
    let speaker = Speaker {
        app: &app,
        service: "plain",
        channel: id,
        who: "li.na",
    };
    let said = |mark: &str, text: &str| crate::house::Plain {
        id: mark.to_owned(),
        body: serde_json::json!({
            "type": "message", "from": { "id": "li.na", "email": "Li.Na@example.test" }, "text": text,
        })
        .to_string(),
        is_form: false,
    };
    speaker.post(said("m1", "new The printer jams")).await;
    assert_eq!(tickets_of(&app, &li_na).await.len(), 1);
    let mut browser = app.requester().await;
    browser.get("/im/connect").await;
    browser.post(&format!("/im/connect/{id}/removal"), &[]).await;
    speaker.post(said("m2", "new The lift is slow")).await;
    assert_eq!(
        tickets_of(&app, &li_na).await.len(),
        1,
        "she said that it is not hers"
    );
    let code = code(&app, &li_na, true).await;
    speaker.says("m3", &code).await;
    speaker.post(said("m4", "new The lift is slow")).await;
    assert_eq!(tickets_of(&app, &li_na).await.len(), 2);
}

#[tokio::test]
async fn first_words_wait_in_their_order_until_the_service_says_who_it_is() {
    let (app, service) = (house().await, StandIn::start().await);
    let li_na = app.cast.li_na.clone();
    let mut trusting = settings("slack", &service.url);
    trusting.push(("trust_email", "yes".to_owned()));
    let id = with_settings(&app, "slack", trusting).await;
    let stranger = Speaker {
        app: &app,
        service: "slack",
        channel: id,
        who: "U1",
    };
    service.says_of_people_next(serde_json::json!({ "ok": false, "error": "ratelimited" }));
    for (mark, line) in [
        ("m1", "The printer jams"),
        ("m2", "since Monday"),
        ("m3", "tray two"),
    ] {
        app.clock.advance_millis(1);
        stranger.says(mark, line).await;
    }
    app.settle().await;
    assert!(tickets_of(&app, &li_na).await.is_empty());
    assert!(
        service.messages().is_empty(),
        "nobody is taken for a stranger in haste"
    );
    app.clock.advance_millis(30_000);
    app.settle().await;
    let tickets = tickets_of(&app, &li_na).await;
    assert_eq!(tickets.len(), 1);
    assert_eq!(tickets[0].title, "The printer jams");
    assert_eq!(
        words_of(&app, tickets[0].number).await[1..],
        ["since Monday", "tray two"]
    );
    assert_eq!(
        service.asked("/api/users.info"),
        2,
        "asked for all of them together"
    );
}

#[tokio::test]
async fn of_whom_the_service_tells_nothing_for_ten_minutes_is_told_how_to_become_known() {
    let (app, service) = (house().await, StandIn::start().await);
    let mut trusting = settings("slack", &service.url);
    trusting.push(("trust_email", "yes".to_owned()));
    let id = with_settings(&app, "slack", trusting).await;
    let stranger = Speaker {
        app: &app,
        service: "slack",
        channel: id,
        who: "U1",
    };
    for _ in 0..3 {
        service.says_of_people_next(serde_json::json!({ "ok": false, "error": "ratelimited" }));
    }
    stranger.says("m1", "The printer jams").await;
    app.settle().await;
    app.clock.advance_millis(300_000);
    app.settle().await;
    assert!(service.messages().is_empty());
    app.clock.advance_millis(301_000);
    app.settle().await;
    assert!(
        service.last().body.contains("/im/connect"),
        "{}",
        service.last().body
    );
    assert!(tickets_of(&app, &app.cast.li_na).await.is_empty());
}
