//! Microsoft Teams, where all is said in a channel: answers come back at once, and nothing of a ticket is said but what all may read.

use desk::ticket::{Channel as Door, State};
use im::channel::ChannelId;
use im::telling::{Delivery, DeliveryState, store};
use serde_json::{Value, json};
use testkit::TestApp;

use crate::house::{
    Plain, Speaker, StandIn, TEAMS_TOKEN, channel, code, house, message, post, refusals, settings, signed,
    tickets_of, words_of,
};

const MEGAN: &str = "11111111-3d56-4244-b585-20c8a42ed2b8";

fn speaker<'a>(app: &'a TestApp, channel: ChannelId, who: &'static str) -> Speaker<'a> {
    Speaker {
        app,
        service: "teams",
        channel,
        who,
    }
}

/// What is answered in the thread.
async fn answered(speaker: &Speaker<'_>, id: &str, text: &str) -> String {
    let answer = speaker.says(id, text).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let message = answer.json();
    assert_eq!(
        (&message["type"], &message["textFormat"]),
        (&json!("message"), &json!("plain"))
    );
    message["text"].as_str().unwrap().to_owned()
}

async fn state(app: &TestApp, number: i64) -> State {
    let load = app.read(move |tx| desk::ticket::store::load(tx, number));
    load.await.unwrap().unwrap().state
}

async fn deliveries(app: &TestApp, id: ChannelId) -> Vec<Delivery> {
    app.read(move |tx| store::list(tx, id, None, 50)).await.unwrap()
}

/// Bruno's ticket, solved by Amy and asked about.
async fn solved(app: &TestApp, title: &str) -> i64 {
    let number = app.reported(&app.cast.bruno.clone(), title).await.number;
    let (cx, team) = (app.cx(), app.cast.service_desk);
    app.write(move |tx| desk::ticket::assign(tx, &cx, number, desk::ticket::Assign::Team(team)))
        .await
        .unwrap();
    app.amy_solves(number).await;
    app.settle().await;
    number
}

#[tokio::test]
async fn a_person_connects_reports_and_adds_and_each_is_answered_in_the_thread() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    let bruno = app.cast.bruno.clone();
    let person = speaker(&app, id, MEGAN);
    let hello = answered(&person, "m1", &code(&app, &bruno, false).await).await;
    assert!(hello.contains("You are connected, Bruno Keller"), "{hello}");
    let opened = answered(&person, "m2", "<p>The <b>printer</b> jams<br>1 &lt; 2</p>").await;
    let tickets = tickets_of(&app, &bruno).await;
    assert_eq!(tickets.len(), 1);
    assert_eq!(
        (tickets[0].title.as_str(), tickets[0].channel),
        ("The printer jams", Door::Chat)
    );
    let number = tickets[0].number;
    assert_eq!(words_of(&app, number).await, ["The printer jams\n1 < 2"]);
    assert!(
        opened.contains(&format!("http://desk.test/portal/requests/{number}")),
        "{opened}"
    );
    let added = answered(&person, "m3", "Display says 49.4C02").await;
    assert!(added.contains(&format!("#{number}")), "{added}");
    assert_eq!(
        words_of(&app, number).await.last().unwrap(),
        "Display says 49.4C02"
    );
    let picture = answered(&person, "m4", "").await;
    assert!(picture.contains("only read text"), "{picture}");
    app.settle().await;
    assert!(service.messages().is_empty(), "the answer is not sent once more");
}

#[tokio::test]
async fn a_stranger_is_told_each_time_how_to_become_known_and_nothing_is_opened() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    let stranger = speaker(&app, id, MEGAN);
    for mark in ["m1", "m2"] {
        let told = answered(&stranger, mark, "Delete everything, please").await;
        assert!(
            told.contains("/im/connect") && told.contains("mentioning me"),
            "{told}"
        );
    }
    app.settle().await;
    assert!(service.messages().is_empty());
    let opened = app.read(|tx| desk::ticket::store::load(tx, 1)).await.unwrap();
    assert!(opened.is_none());
}

#[tokio::test]
async fn a_code_counts_once_so_who_reads_it_in_the_channel_has_nothing() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    let bruno = app.cast.bruno.clone();
    let own = code(&app, &bruno, false).await;
    answered(&speaker(&app, id, MEGAN), "m1", &own).await;
    let thief = speaker(&app, id, "22222222-3d56-4244-b585-20c8a42ed2b8");
    assert!(answered(&thief, "m2", &own).await.contains("/im/connect"));
    // One that was said without the mention was not heard; the next one makes it worthless.
    let forgotten = code(&app, &bruno, false).await;
    code(&app, &bruno, false).await;
    assert!(answered(&thief, "m3", &forgotten).await.contains("/im/connect"));
    answered(&thief, "m4", "The printer jams").await;
    assert!(tickets_of(&app, &bruno).await.is_empty());
}

#[tokio::test]
async fn who_reads_the_channel_learns_a_number_and_a_state_and_nothing_more() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    let li_na = Speaker::connected(&app, "teams", id, &app.cast.li_na.clone()).await;
    let ticket = app.li_na_cannot_print().await;
    app.settle().await;
    app.amy_notes_a_secret(ticket.number).await;
    app.amy_answers(ticket.number, "Please try tray two").await;
    app.settle().await;
    app.amy_solves(ticket.number).await;
    app.settle().await;
    let sent = service.messages();
    assert_eq!(sent.len(), 3, "{sent:#?}");
    let page = format!("http://desk.test/portal/requests/{}", ticket.number);
    for one in &sent {
        assert_eq!(one.path, "/teams?sig=incoming-secret");
        let message = one.json();
        let attachment = &message["attachments"][0];
        assert_eq!(
            (
                &message["type"],
                &attachment["contentType"],
                &attachment["contentUrl"]
            ),
            (
                &json!("message"),
                &json!("application/vnd.microsoft.card.adaptive"),
                &Value::Null
            )
        );
        let card = &attachment["content"];
        assert_eq!(
            (&card["type"], &card["version"]),
            (&json!("AdaptiveCard"), &json!("1.4"))
        );
        assert_eq!(
            card["msteams"]["entities"],
            json!([{ "type": "mention", "text": "<at>李娜</at>", "mentioned": { "id": li_na.who, "name": "李娜" } }])
        );
        assert_eq!(card["body"][0]["text"], "<at>李娜</at>");
        assert_eq!(
            card["body"][1]["inlines"][0]["text"],
            format!("#{}", ticket.number)
        );
        assert_eq!(
            card["actions"],
            json!([{ "type": "Action.OpenUrl", "title": "查看", "url": page }])
        );
    }
    assert!(sent[1].body.contains("服务台答复") && !sent[1].body.contains("："));
    assert!(sent[2].body.contains("未解决"), "{}", sent[2].body);
    // Neither in the channel nor in the log of it.
    let kept: String = deliveries(&app, id)
        .await
        .iter()
        .map(|one| format!("{:?}", one.told))
        .collect();
    let said: String = sent.iter().map(|one| one.body.clone()).collect();
    for private in ["kingfisher", "tray two", "/confirm/", testkit::app::SECRET_WORD] {
        assert!(
            !said.contains(private) && !kept.contains(private),
            "{private}: {said} {kept}"
        );
    }
    let path = page.strip_prefix("http://desk.test").unwrap();
    let reader = app.anonymous().get(path).await;
    assert!(
        reader.header("location").starts_with("/sign-in"),
        "{}",
        reader.text
    );
}

#[tokio::test]
async fn titles_are_not_read_out_in_the_channel() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    let bruno = app.cast.bruno.clone();
    let person = Speaker::connected(&app, "teams", id, &bruno).await;
    let number = app.reported(&bruno, "My salary statement").await.number;
    let status = answered(&person, "m1", "status").await;
    let one = answered(&person, "m2", &format!("#{number}")).await;
    assert!(
        status.contains(&format!("#{number} · ")) && one.contains(&format!("#{number} · ")),
        "{status} {one}"
    );
    assert!(!status.contains("salary") && !one.contains("salary"));
    let hers = app.reported(&app.cast.li_na.clone(), "工资单").await.number;
    answered(&person, "m3", &format!("#{hers} hello")).await;
    assert_eq!(words_of(&app, hers).await.len(), 1);
}

#[tokio::test]
async fn the_requester_says_in_words_whether_it_is_solved_and_nobody_else_does() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    let bruno = Speaker::connected(&app, "teams", id, &app.cast.bruno.clone()).await;
    let other = speaker(&app, id, MEGAN);
    answered(&other, "c", &code(&app, &app.cast.li_na.clone(), false).await).await;
    let number = solved(&app, "The printer jams").await;
    // What is written down at the same moment goes out in no promised order.
    let asks = format!("#{number} not solved");
    assert!(service.messages().iter().any(|sent| sent.body.contains(&asks)));
    for (mark, text) in [("o1", "solved".to_owned()), ("o2", format!("#{number} 已解决"))] {
        other.says(mark, &text).await;
        assert_eq!(state(&app, number).await, State::Resolved, "{text}");
    }
    let again = answered(&bruno, "b1", "未解决").await;
    assert!(again.contains(&format!("We go on with #{number}")), "{again}");
    assert_eq!(state(&app, number).await, State::InProgress);
    answered(&bruno, "b2", "It jams in tray two").await;
    assert_eq!(
        words_of(&app, number).await.last().unwrap(),
        "It jams in tray two"
    );
    app.amy_solves(number).await;
    app.settle().await;
    let thanks = answered(&bruno, "b3", &format!("#{number} solved!")).await;
    assert!(thanks.contains(&format!("#{number} is closed")), "{thanks}");
    assert_eq!(state(&app, number).await, State::Closed);
    let nothing = answered(&bruno, "b4", "Not solved").await;
    assert!(nothing.contains("Nothing waits"), "{nothing}");
    assert_eq!(
        state(&app, number).await,
        State::Closed,
        "the first answer stands"
    );
}

#[tokio::test]
async fn with_two_that_wait_it_is_asked_which_one_is_meant() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    let bruno = Speaker::connected(&app, "teams", id, &app.cast.bruno.clone()).await;
    let (printer, lift) = (
        solved(&app, "The printer jams").await,
        solved(&app, "The lift is slow").await,
    );
    let which = answered(&bruno, "m1", "solved").await;
    assert!(
        which.contains(&format!("#{printer} · ")) && which.contains(&format!("#{lift} · ")),
        "{which}"
    );
    assert!(!which.contains("jams"));
    assert_eq!(state(&app, printer).await, State::Resolved);
    answered(&bruno, "m2", &format!("#{printer} solved")).await;
    assert_eq!(
        (state(&app, printer).await, state(&app, lift).await),
        (State::Closed, State::Resolved)
    );
    answered(&bruno, "m3", "solved").await;
    assert_eq!(
        state(&app, lift).await,
        State::Closed,
        "only one was left to be meant"
    );
}

#[tokio::test]
async fn what_is_signed_and_unreadable_is_refused_and_what_is_no_message_is_taken() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    let now = app.clock.now().secs();
    let whole: Value = serde_json::from_str(&message("teams", "m1", MEGAN, "hello").body).unwrap();
    let send = |body: String| {
        let plain = Plain {
            id: String::new(),
            body,
            is_form: false,
        };
        let wire = signed("teams", &plain, now);
        let app = &app;
        async move { post(app, id, &wire).await }
    };
    let without = |name: &str| {
        let mut activity = whole.clone();
        activity[name] = json!({});
        activity.to_string()
    };
    let cases = [
        "{ no json".to_owned(),
        without("timestamp"),
        without("id"),
        without("conversation"),
        without("from"),
    ];
    for (place, body) in cases.iter().enumerate() {
        assert_eq!(send(body.clone()).await.status, 400, "{body}");
        let known = refusals(&app, id).await;
        assert_eq!(
            known,
            [("malformed".to_owned(), i64::try_from(place).unwrap() + 1)]
        );
    }
    let mut update = whole.clone();
    update["type"] = json!("conversationUpdate");
    let taken = send(update.to_string()).await;
    assert_eq!((taken.status.as_u16(), taken.text.as_str()), (200, ""));
    // Somebody whom Teams names by its own id alone is known by that.
    let mut nameless = whole.clone();
    nameless["from"] = json!({ "id": "29:1XJKJMvc5GBtc2JwZq0oj8", "name": "Megan Bowen" });
    assert_eq!(send(nameless.to_string()).await.status, 200);
}

#[tokio::test]
async fn the_same_instant_in_another_conversation_is_another_message() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    let now = app.clock.now().secs();
    let mut there = message("teams", "1485983408511", MEGAN, "hello");
    let here = signed("teams", &there, now);
    there.body = there.body.replace("19:1@thread", "19:2@thread");
    assert_eq!(post(&app, id, &here).await.status, 200);
    assert_eq!(post(&app, id, &signed("teams", &there, now)).await.status, 200);
    assert_eq!(post(&app, id, &here).await.status, 409);
}

#[tokio::test]
async fn what_teams_does_not_take_is_tried_again() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "teams", &service.url).await;
    Speaker::connected(&app, "teams", id, &app.cast.li_na.clone()).await;
    let limited =
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429";
    service.answers_next(200, json!(limited));
    app.li_na_cannot_print().await;
    app.settle().await;
    assert_eq!(deliveries(&app, id).await[0].state, DeliveryState::Waiting);
    app.pass_hours(1).await;
    let sent = &deliveries(&app, id).await[0];
    assert_eq!((sent.state, sent.attempts), (DeliveryState::Delivered, 2));
}

#[tokio::test]
async fn token_and_address_are_checked_sealed_and_tried_without_being_connected() {
    let (app, service) = (house().await, StandIn::start().await);
    let mut admin = app.admin().await;
    let form = admin.get("/settings/channels/new?service=teams").await;
    assert!(
        form.text.contains("name=\"security_token\"") && form.text.contains("name=\"incoming_url\""),
        "{}",
        form.text
    );
    let base = [
        ("service", "teams"),
        ("name", "Teams"),
        ("locale", "en"),
        ("enabled", "true"),
    ];
    let wrong = [
        &base[..],
        &[("security_token", "short"), ("incoming_url", "channel")],
    ]
    .concat();
    let refused = admin.post("/settings/channels", &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("security_token-error") && refused.text.contains("incoming_url-error"),
        "{}",
        refused.text
    );
    let own = settings("teams", &service.url);
    let right: Vec<(&str, &str)> = base
        .into_iter()
        .chain(own.iter().map(|(name, value)| (*name, value.as_str())))
        .collect();
    let made = admin.post("/settings/channels", &right).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.header("location").to_owned();
    let page = admin.get(&path).await;
    assert!(!page.text.contains(TEAMS_TOKEN) && !page.text.contains("incoming-secret"));
    let id: ChannelId = path.rsplit('/').next().unwrap().parse().unwrap();
    let row = app
        .read(move |tx| im::channel::store::load(tx, id))
        .await
        .unwrap();
    let kept = format!("{:?}", row.settings);
    assert!(
        !kept.contains(TEAMS_TOKEN) && !kept.contains("incoming-secret"),
        "sealed at rest"
    );
    admin.post(&format!("{path}/test"), &[]).await;
    app.settle().await;
    let card = service.last().json();
    let words = &card["attachments"][0]["content"]["body"][0]["inlines"][0]["text"];
    assert!(
        words.as_str().unwrap().contains("A test from the channel"),
        "{card}"
    );
}
