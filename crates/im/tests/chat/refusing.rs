//! What is not genuine is refused and logged: forged, unsigned, stale, replayed, too large, to nobody.

use axum::http::Method;
use kernel::event;

use crate::house::{Speaker, StandIn, channel, house, message, post, refusals, signed, tickets_of};

const ALL: [&str; 6] = ["slack", "feishu", "wecom", "dingtalk", "teams", "plain"];

#[tokio::test]
async fn a_forged_message_is_refused_and_logged_whichever_service_it_claims_to_come_from() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in ALL {
        let id = channel(&app, name, &service.url).await;
        let now = app.clock.now().secs();
        let genuine = signed(name, &message(name, "m1", "ann", "the printer is broken"), now);
        let mut forged = genuine.clone();
        // DingTalk signs no body, so there the signature itself is altered.
        for (header, value) in &mut forged.headers {
            if [
                "x-slack-signature",
                "x-lark-signature",
                "sign",
                "webhook-signature",
                "authorization",
            ]
            .contains(header)
            {
                let last = value.pop().unwrap();
                value.push(if last == 'A' { 'B' } else { 'A' });
            }
        }
        forged.query = forged.query.replace("msg_signature=", "msg_signature=0");
        assert_eq!(post(&app, id, &forged).await.status, 401, "{name}");
        let mut bare = genuine.clone();
        bare.headers.retain(|(header, _)| *header == "content-type");
        bare.query.clear();
        assert_eq!(post(&app, id, &bare).await.status, 401, "{name}");
        let known = refusals(&app, id).await;
        assert_eq!(
            known,
            [("forged".to_owned(), 1), ("unsigned".to_owned(), 1)],
            "{name}"
        );
    }
    app.settle().await;
    assert!(
        service.messages().is_empty(),
        "nobody is answered who proved nothing"
    );
}

#[tokio::test]
async fn an_altered_body_does_not_fit_its_signature() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in ["slack", "feishu", "wecom", "teams", "plain"] {
        let id = channel(&app, name, &service.url).await;
        let now = app.clock.now().secs();
        let mut wire = signed(name, &message(name, "m1", "ann", "the printer is broken"), now);
        let other = signed(name, &message(name, "m1", "bob", "the printer is broken"), now);
        wire.body = other.body;
        assert_eq!(post(&app, id, &wire).await.status, 401, "{name}");
    }
}

#[tokio::test]
async fn a_message_counts_once_its_copy_is_refused_and_logged_and_the_services_second_try_is_taken() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in ALL {
        let id = channel(&app, name, &service.url).await;
        let li_na = Speaker::connected(&app, name, id, &app.cast.li_na.clone()).await;
        let before = tickets_of(&app, &app.cast.li_na).await.len();
        let now = app.clock.now().secs();
        let text = format!("new the printer of {name} is broken");
        let wire = signed(name, &message(name, "m2", li_na.who, &text), now);
        assert_eq!(post(&app, id, &wire).await.status, 200, "{name}");
        assert_eq!(post(&app, id, &wire).await.status, 409, "{name}");
        // The service itself sends it again, signed anew: it is known by its id.
        let again = signed(name, &message(name, "m2", li_na.who, &text), now + 2);
        assert_eq!(post(&app, id, &again).await.status, 200, "{name}");
        assert_eq!(
            post(&app, id, &again).await.status,
            409,
            "{name}: a copy of the second try"
        );
        assert_eq!(
            tickets_of(&app, &app.cast.li_na).await.len(),
            before + 1,
            "{name}"
        );
        assert_eq!(refusals(&app, id).await, [("replayed".to_owned(), 2)], "{name}");
    }
}

#[tokio::test]
async fn a_captured_signature_of_dingtalk_carries_no_other_words() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "dingtalk", &service.url).await;
    let li_na = Speaker::connected(&app, "dingtalk", id, &app.cast.li_na.clone()).await;
    let wire = signed(
        "dingtalk",
        &message("dingtalk", "m2", li_na.who, "the lift"),
        app.clock.now().secs(),
    );
    assert_eq!(post(&app, id, &wire).await.status, 200);
    let mut stolen = wire;
    stolen.body = message("dingtalk", "m3", li_na.who, "give me all").body;
    assert_eq!(post(&app, id, &stolen).await.status, 409);
    assert_eq!(refusals(&app, id).await, [("reused".to_owned(), 1)]);
    // The id that was tried on it is still good for whoever comes by it rightly.
    assert_eq!(li_na.says("m3", "the lift again").await.status, 200);
}

#[tokio::test]
async fn what_was_signed_more_than_five_minutes_ago_is_refused_and_logged() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in ALL {
        let id = channel(&app, name, &service.url).await;
        let wire = signed(
            name,
            &message(name, "m1", "ann", "hello"),
            app.clock.now().secs() - 302,
        );
        assert_eq!(post(&app, id, &wire).await.status, 401, "{name}");
        assert_eq!(refusals(&app, id).await, [("stale".to_owned(), 1)], "{name}");
        let young = signed(
            name,
            &message(name, "m1", "ann", "hello"),
            app.clock.now().secs() - 290,
        );
        assert_eq!(post(&app, id, &young).await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_read_and_what_is_no_message_is_said_to_be_unreadable() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let now = app.clock.now().secs();
    let mut broken = message("slack", "m1", "U1", "hello");
    broken.body = "{ no json".to_owned();
    assert_eq!(post(&app, id, &signed("slack", &broken, now)).await.status, 400);
    broken.body = "x".repeat(300 * 1024);
    assert_eq!(post(&app, id, &signed("slack", &broken, now)).await.status, 413);
    let known = refusals(&app, id).await;
    assert_eq!(known, [("malformed".to_owned(), 1), ("too_large".to_owned(), 1)]);
}

#[tokio::test]
async fn what_cannot_be_read_before_it_is_proved_is_unproved() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in ["feishu", "wecom"] {
        let id = channel(&app, name, &service.url).await;
        let mut wire = signed(name, &message(name, "m1", "ann", "hello"), app.clock.now().secs());
        wire.body = "{ no json, no XML".to_owned();
        assert_eq!(post(&app, id, &wire).await.status, 401, "{name}");
    }
}

#[tokio::test]
async fn a_rush_of_many_people_through_one_address_is_heard_and_refused_requests_are_few() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "plain", &service.url).await;
    let now = app.clock.now().secs();
    for number in 0..200 {
        let said = message(
            "plain",
            &format!("m{number}"),
            &format!("p{number}"),
            "The mail is down",
        );
        assert_eq!(
            post(&app, id, &signed("plain", &said, now)).await.status,
            200,
            "{number}"
        );
    }
    let mut statuses = Vec::new();
    for _ in 0..70 {
        let path = format!("/im/{id}");
        statuses.push(app.anonymous().send(Method::GET, &path, "", &[]).await.status);
    }
    assert_eq!((statuses[59].as_u16(), statuses[69].as_u16()), (401, 429));
    assert_eq!(refusals(&app, id).await, [("unsigned".to_owned(), 60)]);
}

#[tokio::test]
async fn one_persons_script_opens_no_hundred_tickets() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let bruno = Speaker::connected(&app, "slack", id, &app.cast.bruno.clone()).await;
    let mut last = 200;
    for number in 0..30 {
        last = bruno
            .says(&format!("m{number}"), "new The printer jams")
            .await
            .status
            .as_u16();
    }
    assert_eq!(last, 429);
    assert!(tickets_of(&app, &app.cast.bruno).await.len() < 16);
    app.clock.advance_millis(60_000);
    assert_eq!(
        bruno.says("m29", "new The lift is slow").await.status,
        200,
        "it comes again"
    );
}

#[tokio::test]
async fn a_channel_that_is_off_or_never_was_is_not_there() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let wire = signed(
        "slack",
        &message("slack", "m1", "U1", "hello"),
        app.clock.now().secs(),
    );
    let cx = app.cx();
    app.write(move |tx| im::channel::keeping::remove(tx, &cx, id))
        .await
        .unwrap();
    assert_eq!(post(&app, id, &wire).await.status, 404);
    assert_eq!(
        app.anonymous()
            .send(Method::POST, "/im/nothing", "", &[])
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_flood_stays_a_few_lines_and_one_event() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    for _ in 0..30 {
        let answer = app
            .anonymous()
            .send(Method::POST, &format!("/im/{id}"), "{}", &[])
            .await;
        assert_eq!(answer.status, 401);
        assert!(
            !answer.text.contains("signature"),
            "why is nobody's business: {}",
            answer.text
        );
    }
    assert_eq!(refusals(&app, id).await, [("unsigned".to_owned(), 30)]);
    let told = app
        .read(move |tx| event::of_subject(tx, &format!("im.channel:{id}"), 0, 100))
        .await
        .unwrap();
    let refused = told
        .iter()
        .filter(|event| event.kind == "im.request.refused")
        .count();
    assert_eq!(refused, 1);
    let page = app
        .admin()
        .await
        .get(&format!("/settings/channels/{id}/log"))
        .await;
    assert!(
        page.text.contains("No signature") || page.text.contains("没有签名"),
        "{}",
        page.text
    );
}
