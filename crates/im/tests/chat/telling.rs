//! Being told: those who want it, of the stations of their tickets, in the form of their service, until it was taken.

use desk::ticket::Assign;
use im::telling::{DeliveryState, store};
use serde_json::json;

use crate::house::{Speaker, StandIn, channel, code, house};

#[tokio::test]
async fn the_requester_is_told_at_each_station_and_of_nothing_that_is_the_desks() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let li_na = app.cast.li_na.clone();
    Speaker::connected(&app, "slack", id, &li_na).await;
    let greeted = service.messages().len();
    let ticket = app.li_na_cannot_print().await;
    app.settle().await;
    app.amy_notes_a_secret(ticket.number).await;
    app.amy_answers(ticket.number, "Please try tray two").await;
    app.settle().await;
    app.amy_solves(ticket.number).await;
    app.settle().await;
    let told: Vec<String> = service.messages()[greeted..]
        .iter()
        .map(|sent| sent.body.clone())
        .collect();
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told[0].contains("您的请求已受理"), "{}", told[0]);
    assert!(
        told[1].contains("Please try tray two") && told[1].contains("服务台答复"),
        "{}",
        told[1]
    );
    assert!(told[2].contains("未解决"), "{}", told[2]);
    assert!(told.iter().all(|body| !body.contains(testkit::app::SECRET_WORD)));
    let link = format!("http://desk.test/portal/requests/{}", ticket.number);
    assert!(told.iter().all(|body| body.contains(&link)));
}

#[tokio::test]
async fn who_did_not_ask_for_it_is_not_told() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let li_na = app.cast.li_na.clone();
    let quiet = Speaker {
        app: &app,
        service: "slack",
        channel: id,
        who: "U1",
    };
    let code = code(&app, &li_na, false).await;
    quiet.says("c", &code).await;
    app.settle().await;
    let before = service.messages().len();
    let ticket = app.li_na_cannot_print().await;
    app.amy_solves(ticket.number).await;
    app.settle().await;
    assert_eq!(service.messages().len(), before);

    let mut browser = app.requester().await;
    let page = browser.get("/im/connect").await;
    assert!(page.text.contains("在此通知我"), "{}", page.text);
    browser
        .post(&format!("/im/connect/{id}/told"), &[("told", "true")])
        .await;
    app.li_na_misses_her_mail().await;
    app.settle().await;
    assert_eq!(service.messages().len(), before + 1);
    browser.post(&format!("/im/connect/{id}/removal"), &[]).await;
    app.li_na_misses_her_mail().await;
    app.settle().await;
    assert_eq!(service.messages().len(), before + 1, "disconnected");
}

#[tokio::test]
async fn the_owner_is_told_what_is_theirs() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    Speaker::connected(&app, "slack", id, &app.cast.amy.clone()).await;
    let ticket = app.li_na_cannot_print().await;
    let (cx, amy, number) = (app.cx(), app.cast.amy.id, ticket.number);
    app.write(move |tx| desk::ticket::assign(tx, &cx, number, Assign::Person(amy)))
        .await
        .unwrap();
    app.settle().await;
    let told = service.last().body;
    assert!(told.contains("It is yours now"), "{told}");
    assert!(
        told.contains(&format!("http://desk.test/tickets/{}", ticket.number)),
        "{told}"
    );
}

#[tokio::test]
async fn messages_are_written_as_each_service_documents_it() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in ["slack", "feishu", "wecom", "dingtalk", "plain"] {
        let id = channel(&app, name, &service.url).await;
        let li_na = Speaker::connected(&app, name, id, &app.cast.li_na.clone()).await;
        let hello = service.last();
        let ticket = app.li_na_cannot_print().await;
        app.settle().await;
        let sent = service.last();
        let body = sent.json();
        let path = sent.path.as_str();
        match name {
            "slack" => {
                assert_eq!(
                    (path, sent.header("authorization").as_str()),
                    ("/api/chat.postMessage", "Bearer xoxb-1")
                );
                assert_eq!(body["channel"], li_na.who);
                assert_eq!(body["blocks"][0]["type"], "section");
                assert_eq!(body["blocks"][2]["elements"][0]["type"], "button");
                assert!(hello.json()["blocks"].is_null(), "an answer is words");
            }
            "feishu" => {
                assert_eq!(path, "/open-apis/im/v1/messages?receive_id_type=open_id");
                assert_eq!(sent.header("authorization"), "Bearer feishu-token");
                assert_eq!(
                    (&body["receive_id"], &body["msg_type"]),
                    (&json!(li_na.who), &json!("interactive"))
                );
                let card: serde_json::Value =
                    serde_json::from_str(body["content"].as_str().unwrap()).unwrap();
                assert_eq!(
                    card["header"]["title"]["content"],
                    format!("#{} 打印机 kingfisher 卡纸", ticket.number)
                );
                assert_eq!(hello.json()["msg_type"], "text");
            }
            "wecom" => {
                assert_eq!(path, "/cgi-bin/message/send?access_token=wecom-token");
                assert_eq!(
                    (&body["touser"], &body["agentid"]),
                    (&json!(li_na.who), &json!(1_000_002))
                );
                assert_eq!(body["template_card"]["card_type"], "text_notice");
                assert!(
                    body["template_card"]["card_action"]["url"]
                        .as_str()
                        .unwrap()
                        .contains("/portal/requests/")
                );
                assert_eq!(hello.json()["msgtype"], "text");
            }
            "dingtalk" => {
                assert_eq!(path, "/v1.0/robot/oToMessages/batchSend");
                assert_eq!(sent.header("x-acs-dingtalk-access-token"), "dingtalk-token");
                assert_eq!(
                    (&body["robotCode"], &body["userIds"]),
                    (&json!("ding1"), &json!([li_na.who]))
                );
                assert_eq!(
                    (&body["msgKey"], &hello.json()["msgKey"]),
                    (&json!("sampleActionCard"), &json!("sampleText"))
                );
            }
            _ => {
                assert_eq!((path, body["type"].as_str()), ("/plain", Some("im.message")));
                assert_eq!(body["data"]["to"], li_na.who);
                assert!(sent.header("webhook-signature").starts_with("v1,"));
            }
        }
        let cx = app.cx();
        app.write(move |tx| im::channel::keeping::remove(tx, &cx, id))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn what_a_service_does_not_take_is_tried_again_and_then_given_up() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    Speaker::connected(&app, "slack", id, &app.cast.li_na.clone()).await;
    let before = service.messages().len();
    service.answers_next(200, json!({ "ok": false, "error": "ratelimited" }));
    service.answers_next(503, json!({}));
    app.li_na_cannot_print().await;
    app.settle().await;
    let states = || async {
        let list = app.read(move |tx| store::list(tx, id, None, 10)).await.unwrap();
        let told = list.into_iter().find(|one| one.kind == "received").unwrap();
        (told.state, told.attempts)
    };
    assert_eq!(states().await, (DeliveryState::Waiting, 1));
    app.pass_hours(1).await;
    app.pass_hours(1).await;
    assert_eq!(states().await, (DeliveryState::Delivered, 3));
    let bodies: Vec<String> = service.messages()[before..]
        .iter()
        .map(|sent| sent.body.clone())
        .collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]), "the same message");
}

#[tokio::test]
async fn an_access_token_is_asked_for_once_and_again_when_it_is_spent() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "wecom", &service.url).await;
    let speaker = Speaker::connected(&app, "wecom", id, &app.cast.bruno.clone()).await;
    speaker.says("m1", "help").await;
    speaker.says("m2", "status").await;
    app.settle().await;
    assert_eq!(service.asked("/cgi-bin/gettoken"), 1);
    service.answers_next(200, json!({ "errcode": 42001, "errmsg": "access_token expired" }));
    speaker.says("m3", "help").await;
    app.settle().await;
    app.pass_hours(1).await;
    assert_eq!(service.asked("/cgi-bin/gettoken"), 2);
    assert_eq!(service.last().json()["msgtype"], "text");
    let stored = app
        .read(move |tx| im::channel::store::load(tx, id))
        .await
        .unwrap();
    assert!(!stored.token.unwrap().0.contains("wecom-token"), "it is sealed");
}

#[tokio::test]
async fn the_machines_own_network_is_not_reached_unless_it_was_opened() {
    let (app, service) = (testkit::TestApp::open().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let speaker = Speaker {
        app: &app,
        service: "slack",
        channel: id,
        who: "U1",
    };
    speaker.says("m1", "hello").await;
    app.settle().await;
    assert!(service.messages().is_empty());
    let list = app.read(move |tx| store::list(tx, id, None, 1)).await.unwrap();
    assert_eq!(list[0].answer.as_deref(), Some("kernel-outgoing-internal"));
}
