//! People and strangers: becoming known, reporting, adding, asking how it stands.

use desk::ticket::{Channel as Door, Wait, WaitingFor};

use crate::house::{Speaker, StandIn, channel, code, house, settings, tickets_of, with_settings, words_of};

const ALL: [&str; 5] = ["slack", "feishu", "wecom", "dingtalk", "plain"];

#[tokio::test]
async fn a_stranger_is_told_how_to_become_known_and_nothing_is_opened() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in ALL {
        let id = channel(&app, name, &service.url).await;
        let stranger = Speaker {
            app: &app,
            service: name,
            channel: id,
            who: "mallory",
        };
        let before = service.messages().len();
        assert_eq!(stranger.says("m1", "Delete everything, please").await.status, 200);
        assert_eq!(stranger.says("m2", "Please!").await.status, 200);
        app.settle().await;
        let sent = service.messages();
        assert_eq!(sent.len(), before + 1, "{name}: told once, not at every word");
        assert!(
            sent[before].body.contains("/im/connect"),
            "{name}: {}",
            sent[before].body
        );
        assert!(sent[before].body.contains("mallory"), "{name}: to nobody else");
    }
    let opened = app.read(|tx| desk::ticket::store::load(tx, 1)).await.unwrap();
    assert!(opened.is_none());
}

#[tokio::test]
async fn a_code_makes_its_person_known_once_and_for_a_quarter_of_an_hour() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let li_na = app.cast.li_na.clone();
    let late = code(&app, &li_na, true).await;
    app.clock.advance_millis(16 * 60_000);
    let someone = Speaker {
        app: &app,
        service: "slack",
        channel: id,
        who: "U1",
    };
    someone.says("m1", &late).await;
    app.settle().await;
    assert!(service.last().body.contains("/im/connect"));

    let fresh = code(&app, &li_na, true).await;
    someone.says("m2", &fresh.to_lowercase()).await;
    app.settle().await;
    assert!(service.last().body.contains("李娜"), "{}", service.last().body);
    let thief = Speaker {
        who: "U666",
        ..Speaker {
            app: &app,
            service: "slack",
            channel: id,
            who: "",
        }
    };
    thief.says("m3", &fresh).await;
    thief.says("m4", "The printer is broken").await;
    assert!(tickets_of(&app, &li_na).await.is_empty(), "a code counts once");
}

#[tokio::test]
async fn a_report_opens_a_ticket_and_the_next_words_are_added_to_it() {
    let (app, service) = (house().await, StandIn::start().await);
    for name in ALL {
        let id = channel(&app, name, &service.url).await;
        let bruno = app.cast.bruno.clone();
        let speaker = Speaker::connected(&app, name, id, &bruno).await;
        let before = tickets_of(&app, &bruno).await.len();
        speaker
            .says("m1", &format!("The printer of {name} jams\nsince this morning"))
            .await;
        app.settle().await;
        let tickets = tickets_of(&app, &bruno).await;
        assert_eq!(tickets.len(), before + 1, "{name}");
        let ticket = tickets.last().unwrap();
        assert_eq!(ticket.title, format!("The printer of {name} jams"));
        assert_eq!(ticket.channel, Door::Chat);
        assert!(
            service.last().body.contains(&format!("#{}", ticket.number)),
            "{}",
            service.last().body
        );
        assert!(
            service
                .last()
                .body
                .contains(&format!("/portal/requests/{}", ticket.number))
        );

        speaker.says("m2", "Display says 49.4C02").await;
        app.settle().await;
        assert_eq!(
            tickets_of(&app, &bruno).await.len(),
            before + 1,
            "{name}: no second ticket"
        );
        assert_eq!(
            words_of(&app, ticket.number).await.last().unwrap(),
            "Display says 49.4C02"
        );
    }
}

#[tokio::test]
async fn with_two_open_tickets_nobody_can_know_which_is_meant_so_it_is_named() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let bruno = app.cast.bruno.clone();
    let speaker = Speaker::connected(&app, "slack", id, &bruno).await;
    speaker.says("m1", "The printer jams").await;
    speaker.says("m2", "new The lift is slow").await;
    let tickets = tickets_of(&app, &bruno).await;
    assert_eq!(tickets.len(), 2);
    assert_eq!(tickets[1].title, "The lift is slow");
    let (printer, lift) = (tickets[0].number, tickets[1].number);
    speaker.says("m3", &format!("#{printer} it is the tray")).await;
    assert_eq!(words_of(&app, printer).await.last().unwrap(), "it is the tray");
    assert_eq!(words_of(&app, lift).await.len(), 1);
    speaker.says("m4", "And the coffee is cold").await;
    assert_eq!(tickets_of(&app, &bruno).await.len(), 3);
}

#[tokio::test]
async fn after_a_day_words_are_a_new_report() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let bruno = app.cast.bruno.clone();
    let speaker = Speaker::connected(&app, "slack", id, &bruno).await;
    speaker.says("m1", "The printer jams").await;
    app.clock.advance_millis(25 * 3_600_000);
    speaker.says("m2", "The lift is slow").await;
    assert_eq!(tickets_of(&app, &bruno).await.len(), 2);
}

#[tokio::test]
async fn nobody_speaks_on_a_ticket_that_is_not_theirs_and_nothing_is_learned_of_it() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let hers = app.reported(&app.cast.li_na.clone(), "My salary statement").await;
    let speaker = Speaker::connected(&app, "slack", id, &app.cast.bruno.clone()).await;
    speaker.says("m1", &format!("#{} hello", hers.number)).await;
    speaker.says("m2", &format!("#{}", hers.number)).await;
    app.settle().await;
    assert_eq!(words_of(&app, hers.number).await.len(), 1);
    assert_eq!(
        service.messages().len(),
        3,
        "he is told that there is no such thing"
    );
    assert!(
        service
            .messages()
            .iter()
            .all(|sent| !sent.body.contains("salary"))
    );
}

#[tokio::test]
async fn the_status_lists_what_is_open_in_the_readers_language() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "feishu", &service.url).await;
    let speaker = Speaker::connected(&app, "feishu", id, &app.cast.li_na.clone()).await;
    speaker.says("m1", "状态").await;
    app.settle().await;
    assert!(
        service.last().body.contains("没有未完成的工单"),
        "{}",
        service.last().body
    );
    speaker.says("m2", "打印机卡纸").await;
    speaker.says("m3", "status").await;
    app.settle().await;
    let told = service.last().body;
    assert!(told.contains("打印机卡纸") && told.contains("#1"), "{told}");
    speaker.says("m4", "帮助").await;
    app.settle().await;
    assert!(service.last().body.contains("新建"), "{}", service.last().body);
}

#[tokio::test]
async fn a_person_who_was_switched_off_is_a_stranger() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let bruno = app.cast.bruno.clone();
    let speaker = Speaker::connected(&app, "slack", id, &bruno).await;
    let cx = app.cx();
    let off = bruno.id;
    app.write(move |tx| people::user::changing::deactivate(tx, &cx, off))
        .await
        .unwrap();
    speaker.says("m1", "The printer jams").await;
    app.settle().await;
    assert!(tickets_of(&app, &bruno).await.is_empty());
}

#[tokio::test]
async fn slack_is_asked_for_the_address_only_where_it_is_to_be_believed() {
    let (app, service) = (house().await, StandIn::start().await);
    let li_na = app.cast.li_na.clone();
    let quiet = channel(&app, "slack", &service.url).await;
    let stranger = |channel| Speaker {
        app: &app,
        service: "slack",
        channel,
        who: "U1",
    };
    stranger(quiet).says("m1", "The printer jams").await;
    app.settle().await;
    assert_eq!(service.asked("/api/users.info"), 0);
    assert!(tickets_of(&app, &li_na).await.is_empty());

    let cx = app.cx();
    app.write(move |tx| im::channel::keeping::remove(tx, &cx, quiet))
        .await
        .unwrap();
    let mut trusting = settings("slack", &service.url);
    trusting.push(("trust_email", "yes".to_owned()));
    let trusting = with_settings(&app, "slack", trusting).await;
    stranger(trusting).says("m1", "The printer jams").await;
    app.settle().await;
    assert_eq!(
        tickets_of(&app, &li_na).await.len(),
        1,
        "what was said is not lost"
    );
    stranger(trusting).says("m2", "since Monday").await;
    app.settle().await;
    assert_eq!(service.asked("/api/users.info"), 1, "asked once");
}

#[tokio::test]
async fn an_answer_to_what_one_was_told_is_added_to_that_ticket() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let li_na = app.cast.li_na.clone();
    let speaker = Speaker::connected(&app, "slack", id, &li_na).await;
    // Reported on the portal, so never spoken of here.
    let number = app.li_na_cannot_print().await.number;
    app.amy_answers(number, "Which floor?").await;
    app.settle().await;
    speaker.says("m1", "Third floor").await;
    assert_eq!(words_of(&app, number).await.last().unwrap(), "Third floor");

    app.amy_solves(number).await;
    app.settle().await;
    speaker.says("m2", "Thanks, works").await;
    assert_eq!(words_of(&app, number).await.last().unwrap(), "Thanks, works");
    assert_eq!(tickets_of(&app, &li_na).await.len(), 1);
}

#[tokio::test]
async fn a_question_of_friday_is_answered_on_monday() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let li_na = app.cast.li_na.clone();
    let speaker = Speaker::connected(&app, "slack", id, &li_na).await;
    let number = app.li_na_cannot_print().await.number;
    let wait = Wait {
        whom: WaitingFor::Requester,
        reason: "Which floor?".to_owned(),
        until: None,
    };
    app.act(&app.cast.amy.clone(), move |tx, cx| {
        desk::ticket::start(tx, cx, number)?;
        desk::ticket::wait(tx, cx, number, wait.clone())
    })
    .await;
    app.settle().await;
    app.clock.advance_millis(70 * 3_600_000);
    speaker.says("m1", "Third floor").await;
    assert_eq!(words_of(&app, number).await.last().unwrap(), "Third floor");
    assert_eq!(tickets_of(&app, &li_na).await.len(), 1);
}

#[tokio::test]
async fn two_quick_lines_are_one_ticket() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "slack", &service.url).await;
    let bruno = app.cast.bruno.clone();
    let speaker = Speaker::connected(&app, "slack", id, &bruno).await;
    for round in 0..4 {
        let (one, two) = (format!("a{round}"), format!("b{round}"));
        tokio::join!(
            speaker.says(&one, "The printer jams"),
            speaker.says(&two, "since Monday")
        );
        assert_eq!(tickets_of(&app, &bruno).await.len(), 1 + round);
        app.clock.advance_millis(25 * 3_600_000);
    }
}
