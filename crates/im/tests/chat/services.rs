//! The handshakes by which services try an address, and what concerns nobody.

use axum::http::Method;
use im::service::WINDOW_SECONDS;
use serde_json::json;

use crate::house::{Plain, StandIn, channel, house, post, refusals, sealed_for_wecom, signed, wecom_query};

fn plain(body: serde_json::Value) -> Plain {
    Plain {
        id: "h1".to_owned(),
        body: body.to_string(),
        is_form: false,
    }
}

#[tokio::test]
async fn slack_and_feishu_get_their_challenge_back() {
    let (app, service) = (house().await, StandIn::start().await);
    let now = app.clock.now().secs();
    let slack = channel(&app, "slack", &service.url).await;
    let challenge =
        plain(json!({ "token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV", "type": "url_verification" }));
    let answer = post(&app, slack, &signed("slack", &challenge, now)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (200, "3eZbrw1aBm2rZgRNFdxV")
    );

    let feishu = channel(&app, "feishu", &service.url).await;
    let challenge =
        plain(json!({ "challenge": "ajls384kdj", "token": "feishu token", "type": "url_verification" }));
    let mut wire = signed("feishu", &challenge, now);
    let answer = post(&app, feishu, &wire).await;
    assert_eq!(
        answer.json(),
        json!({ "challenge": "ajls384kdj" }),
        "{}",
        answer.text
    );
    wire.headers.retain(|(name, _)| !name.starts_with("x-lark"));
    assert_eq!(
        post(&app, feishu, &wire).await.status,
        200,
        "the handshake may come unsigned: it is sealed"
    );
    let stranger = plain(json!({ "challenge": "x", "token": "another", "type": "url_verification" }));
    assert_eq!(
        post(&app, feishu, &signed("feishu", &stranger, now)).await.status,
        401
    );
}

#[tokio::test]
async fn wecom_gets_its_echo_back_as_it_is() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "wecom", &service.url).await;
    let echo = sealed_for_wecom("1616140317555161061");
    let get = |query: String| {
        let app = &app;
        async move {
            app.anonymous()
                .send(Method::GET, &format!("/im/{id}{query}"), "", &[])
                .await
        }
    };
    let now = app.clock.now().secs();
    let tail = format!("&{}", web::urlencoded::join(&[("echostr", &echo)]));
    let answer = get(format!("{}{tail}", wecom_query(&echo, now, "n1"))).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (200, "1616140317555161061")
    );
    let stale = get(format!(
        "{}{tail}",
        wecom_query(&echo, now - WINDOW_SECONDS - 1, "n1")
    ))
    .await;
    assert_eq!(stale.status, 401);
    assert_eq!(get(String::new()).await.status, 401);
    assert_eq!(refusals(&app, id).await.len(), 2);
}

#[tokio::test]
async fn what_robots_and_lists_say_opens_nothing_and_is_taken() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let events = [
        json!({ "type": "message", "channel_type": "im", "user": "U1", "bot_id": "B1", "text": "beep" }),
        json!({ "type": "message", "channel_type": "channel", "user": "U1", "text": "talk among us" }),
        json!({ "type": "message", "channel_type": "im", "subtype": "message_changed", "text": "x" }),
        json!({ "type": "reaction_added", "user": "U1" }),
    ];
    for (place, event) in events.into_iter().enumerate() {
        let body =
            plain(json!({ "type": "event_callback", "event_id": format!("e{place}"), "event": event }));
        assert_eq!(
            post(&app, id, &signed("slack", &body, app.clock.now().secs()))
                .await
                .status,
            200
        );
    }
    app.settle().await;
    assert!(service.messages().is_empty());
}
