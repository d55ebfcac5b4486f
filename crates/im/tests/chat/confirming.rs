//! Solved or not, by the button of a card: as the requester, once.

use desk::ticket::State;
use testkit::TestApp;

use crate::house::{Sent, Speaker, StandIn, channel, house, tickets_of, words_of};

const BUTTONS: [&str; 4] = ["slack", "feishu", "wecom", "plain"];

/// The question in a card, as the service would send it back.
fn question(service: &str, sent: &Sent) -> String {
    let json = sent.json();
    let found = match service {
        "slack" => json["blocks"].as_array().unwrap().last().unwrap()["elements"][0]["value"].clone(),
        "feishu" => {
            let card: serde_json::Value = serde_json::from_str(json["content"].as_str().unwrap()).unwrap();
            card["elements"].as_array().unwrap().last().unwrap()["actions"][0]["value"]["question"].clone()
        }
        "wecom" => json["template_card"]["task_id"].clone(),
        _ => json["data"]["question"]["id"].clone(),
    };
    found
        .as_str()
        .unwrap_or_else(|| panic!("no question in {}", sent.body))
        .to_owned()
}

/// Bruno reports by chat, Amy solves it; gives back the question that Bruno is asked.
async fn asked(app: &TestApp, service: &StandIn, speaker: &Speaker<'_>, mark: &str) -> (i64, String) {
    speaker
        .says(&format!("{mark}-report"), "new The printer jams")
        .await;
    let number = tickets_of(app, &app.cast.bruno).await.last().unwrap().number;
    give_to_amy(app, number).await;
    (number, solved(app, service, speaker.service, number).await)
}

/// Amy solves it; gives back the question. What was written down at the same moment goes out in no promised order.
async fn solved(app: &TestApp, service: &StandIn, name: &str, number: i64) -> String {
    app.settle().await;
    let before = service.messages().len();
    app.amy_solves(number).await;
    app.settle().await;
    let asks = |sent: &&Sent| sent.body.contains("Not solved");
    question(name, service.messages()[before..].iter().find(asks).unwrap())
}

async fn give_to_amy(app: &TestApp, number: i64) {
    let (cx, team) = (app.cx(), app.cast.service_desk);
    let assign = move |tx: &mut kernel::db::Tx<'_>| {
        desk::ticket::assign(tx, &cx, number, desk::ticket::Assign::Team(team))
    };
    app.write(assign).await.unwrap();
}

async fn state(app: &TestApp, number: i64) -> State {
    app.read(move |tx| desk::ticket::store::load(tx, number))
        .await
        .unwrap()
        .unwrap()
        .state
}

#[tokio::test]
async fn yes_closes_and_a_second_press_changes_nothing() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in BUTTONS {
        let id = channel(&app, name, &service.url).await;
        let speaker = Speaker::connected(&app, name, id, &app.cast.bruno.clone()).await;
        let (number, question) = asked(&app, &service, &speaker, name).await;
        assert_eq!(state(&app, number).await, State::Resolved);
        let answer = speaker.presses(&format!("{name}-yes"), &question, true).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        assert_eq!(state(&app, number).await, State::Closed, "{name}");
        let again = speaker.presses(&format!("{name}-no"), &question, false).await;
        assert_eq!(again.status, 200);
        assert_eq!(
            state(&app, number).await,
            State::Closed,
            "{name}: the first answer stands"
        );
        let cx = app.cx();
        app.write(move |tx| im::channel::keeping::remove(tx, &cx, id))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn no_goes_on_and_what_is_written_next_is_the_reason() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in BUTTONS {
        let id = channel(&app, name, &service.url).await;
        let speaker = Speaker::connected(&app, name, id, &app.cast.bruno.clone()).await;
        let (number, question) = asked(&app, &service, &speaker, name).await;
        app.clock.advance_millis(30 * 3_600_000);
        speaker.presses(&format!("{name}-no"), &question, false).await;
        assert_eq!(state(&app, number).await, State::InProgress, "{name}");
        speaker.says(&format!("{name}-why"), "It jams in tray two").await;
        assert_eq!(
            words_of(&app, number).await.last().unwrap(),
            "It jams in tray two",
            "{name}"
        );
        let cx = app.cx();
        app.write(move |tx| im::channel::keeping::remove(tx, &cx, id))
            .await
            .unwrap();
        app.clock.advance_millis(48 * 3_600_000);
    }
}

#[tokio::test]
async fn nobody_answers_for_the_requester() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let bruno = Speaker::connected(&app, "slack", id, &app.cast.bruno.clone()).await;
    let (number, question) = asked(&app, &service, &bruno, "m").await;
    let stranger = Speaker {
        app: &app,
        service: "slack",
        channel: id,
        who: "U666",
    };
    stranger.presses("s1", &question, true).await;
    assert_eq!(state(&app, number).await, State::Resolved);
    let li_na = Speaker {
        who: "U2",
        ..Speaker {
            app: &app,
            service: "slack",
            channel: id,
            who: "",
        }
    };
    let code = crate::house::code(&app, &app.cast.li_na.clone(), true).await;
    li_na.says("c", &code).await;
    li_na.presses("s2", &question, true).await;
    assert_eq!(state(&app, number).await, State::Resolved);
}

#[tokio::test]
async fn a_card_of_a_former_solution_does_not_answer_for_the_new_one() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "feishu", &service.url).await;
    let bruno = Speaker::connected(&app, "feishu", id, &app.cast.bruno.clone()).await;
    let (number, old) = asked(&app, &service, &bruno, "m").await;
    bruno.presses("p1", &old, false).await;
    let new = solved(&app, &service, "feishu", number).await;
    let answer = bruno.presses("p2", &old, true).await;
    assert_eq!(answer.json()["toast"]["type"], "warning", "{}", answer.text);
    assert!(
        answer.json()["card"].is_object(),
        "nothing is left to be asked: {}",
        answer.text
    );
    let stranger = Speaker {
        app: &app,
        service: "feishu",
        channel: id,
        who: "ou_666",
    };
    let answer = stranger.presses("s1", &new, true).await;
    assert!(
        answer.json()["card"].is_null(),
        "the buttons stay: {}",
        answer.text
    );
    assert_eq!(state(&app, number).await, State::Resolved);
    assert_ne!(new, old);
    let answer = bruno.presses("p3", &new, true).await;
    assert_eq!(answer.json()["toast"]["type"], "success");
    assert_eq!(state(&app, number).await, State::Closed);
}

#[tokio::test]
async fn a_service_without_buttons_gets_signed_links() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "dingtalk", &service.url).await;
    let bruno = Speaker::connected(&app, "dingtalk", id, &app.cast.bruno.clone()).await;
    bruno.says("m1", "The printer jams").await;
    let number = tickets_of(&app, &app.cast.bruno).await[0].number;
    give_to_amy(&app, number).await;
    app.settle().await;
    app.amy_solves(number).await;
    app.settle().await;
    let all: Vec<serde_json::Value> = service.messages().iter().map(Sent::json).collect();
    let sent = all
        .iter()
        .find(|sent| sent["msgKey"] == "sampleActionCard2")
        .unwrap();
    let card: serde_json::Value = serde_json::from_str(sent["msgParam"].as_str().unwrap()).unwrap();
    let link = card["actionURL1"]
        .as_str()
        .unwrap()
        .strip_prefix("http://desk.test")
        .unwrap()
        .to_owned();
    let mut browser = app.anonymous();
    let page = browser.get(&link).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let path = link.split('?').next().unwrap();
    browser.post(path, &[("answer", "yes")]).await;
    assert_eq!(state(&app, number).await, State::Closed);
}
