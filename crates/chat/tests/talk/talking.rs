//! Asking, waiting, answering, handing over.

use chat::conversation::{Kind, State, store};

use crate::house::{answers, ask, asked, conversation, does, house, id_of, says, send, writes};

#[tokio::test]
async fn who_has_waited_longest_comes_first_and_each_sees_their_place() {
    let app = house().await;
    let (mut li_na, mut bruno) = (app.requester().await, app.browser_of(&app.cast.bruno).await);
    let first = asked(&mut li_na, "a", "打印机卡纸").await;
    app.clock.advance_millis(60_000);
    let second = asked(&mut bruno, "b", "VPN is down").await;
    let place = |page: &str, place: &str| assert!(page.contains(place), "{place}: {page}");
    place(
        &bruno.get(&format!("/portal/chat/{second}")).await.text,
        "number 2",
    );
    place(&li_na.get(&format!("/portal/chat/{first}")).await.text, "第 1 位");

    let mut amy = app.technician().await;
    let queue = amy.get("/chats").await.text;
    let (one, two) = (
        queue.find("打印机卡纸").unwrap(),
        queue.find("VPN is down").unwrap(),
    );
    assert!(one < two, "the longest wait comes first");
    assert!(amy.get("/chats/rail?at=/chats").await.text.contains(">2<"));

    does(&mut amy, first, "taking", &[]).await;
    place(
        &bruno.get(&format!("/portal/chat/{second}")).await.text,
        "number 1",
    );
    writes(&mut amy, first, "reply", "您好").await;
    assert!(amy.get("/chats/rail?at=/chats").await.text.contains(">1<"));
    let hers = li_na.get(&format!("/portal/chat/{first}")).await.text;
    assert!(hers.contains("Amy Lindqvist 已接手"), "{hers}");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_begins_one_conversation_and_says_one_thing() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let first = ask(&mut bruno, "form-1", "VPN is down").await;
    assert_eq!(ask(&mut bruno, "form-1", "VPN is down").await, first);
    let id = id_of(&first);
    let path = format!("/portal/chat/{id}/messages");
    for _ in 0..2 {
        let fields = [("token", "form-2"), ("body", "since nine")];
        assert_eq!(bruno.post(&path, &fields).await.status, 303);
    }
    let messages = app.read(move |tx| store::messages(tx, id)).await.unwrap();
    let said: Vec<&str> = messages.iter().map(|one| one.body.as_str()).collect();
    assert_eq!(said, ["VPN is down", "since nine"]);
    // Another form is another message, also with the same words.
    assert_eq!(
        bruno
            .post(&path, &[("token", "form-3"), ("body", "since nine")])
            .await
            .status,
        303
    );
    assert_eq!(conversation(&app, id).await.messages, 3);
}

#[tokio::test]
async fn who_has_a_conversation_already_says_it_there() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "tab-1", "VPN is down").await;
    assert_eq!(asked(&mut bruno, "tab-2", "and the printer").await, id);
    assert_eq!(conversation(&app, id).await.messages, 2);
    let front = bruno.get("/portal/chat").await;
    assert_eq!(front.header("location"), format!("/portal/chat/{id}"));
}

#[tokio::test]
async fn a_conversation_goes_from_one_technician_to_another_with_a_note_the_requester_never_sees() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let (mut amy, mut cheng_li) = (app.technician().await, app.engineer().await);
    let cheng = app.cast.cheng_li.id.to_string();

    let answer = send(
        &mut amy,
        id,
        "messages",
        &[("kind", "reply"), ("token", "1"), ("body", "Hello")],
    )
    .await;
    assert_eq!(answer.status, 409, "who has not taken it cannot answer");
    does(&mut amy, id, "taking", &[]).await;
    does(
        &mut amy,
        id,
        "messages",
        &[("kind", "reply"), ("token", "2"), ("body", "Which gateway?")],
    )
    .await;
    does(
        &mut amy,
        id,
        "messages",
        &[
            ("kind", "aside"),
            ("token", "3"),
            ("body", "sounds like zinnober"),
        ],
    )
    .await;
    let refused = send(&mut amy, id, "hand-over", &[("to", &cheng), ("note", " ")]).await;
    assert_eq!(refused.status, 422, "a hand-over without a word is none");
    assert!(refused.text.contains("note-error"));
    does(
        &mut amy,
        id,
        "hand-over",
        &[("to", &cheng), ("note", "gateway amaranth is off")],
    )
    .await;

    let answer = send(
        &mut amy,
        id,
        "messages",
        &[("kind", "reply"), ("token", "4"), ("body", "Late")],
    )
    .await;
    assert_eq!(answer.status, 409, "who gave it away has it no more");
    does(
        &mut cheng_li,
        id,
        "messages",
        &[
            ("kind", "reply"),
            ("token", "5"),
            ("body", "Try https://vpn.example/login now."),
        ],
    )
    .await;
    let page = bruno.get(&format!("/portal/chat/{id}")).await.text;
    assert!(page.contains("程立 has taken over"), "{page}");
    assert!(page.contains(r#"<a href="https://vpn.example/login""#), "{page}");
    for secret in ["zinnober", "amaranth"] {
        assert!(!page.contains(secret), "{secret} is the desk's own");
    }
    let desk = cheng_li.get(&format!("/chats/{id}")).await.text;
    assert!(desk.contains("zinnober") && desk.contains("amaranth"));

    does(
        &mut cheng_li,
        id,
        "hand-over",
        &[("to", ""), ("note", "needs the first line")],
    )
    .await;
    let back = conversation(&app, id).await;
    assert_eq!((back.state, back.technician), (State::Waiting, None));
    assert!(
        bruno
            .get(&format!("/portal/chat/{id}"))
            .await
            .text
            .contains("number 1")
    );
}

#[tokio::test]
async fn of_two_who_take_it_at_once_the_second_is_told_and_takes_it_over_only_if_they_mean_it() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let (mut amy, mut cheng_li) = (app.technician().await, app.engineer().await);
    let page = cheng_li.get(&format!("/chats/{id}")).await.text;
    assert!(page.contains(r#"name="from" value="queue""#), "{page}");
    let from_queue = [("from", "queue")];
    does(&mut amy, id, "taking", &from_queue).await;
    does(&mut amy, id, "taking", &from_queue).await;

    let refused = send(&mut cheng_li, id, "taking", &from_queue).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.text.contains("刚刚已被接手") && refused.text.contains("Amy Lindqvist 正在接待"),
        "{}",
        refused.text
    );
    assert_eq!(conversation(&app, id).await.technician, Some(app.cast.amy.id));
    let of_amy = app.cast.amy.id.to_string();
    assert!(refused.text.contains(&format!(r#"name="from" value="{of_amy}""#)));
    assert_eq!(
        send(&mut cheng_li, id, "taking", &[("from", "him")]).await.status,
        422
    );
    does(&mut cheng_li, id, "taking", &[("from", &of_amy)]).await;
    assert_eq!(
        conversation(&app, id).await.technician,
        Some(app.cast.cheng_li.id)
    );
}

#[tokio::test]
async fn the_rail_counts_what_calls_for_its_reader_and_moves_only_for_them() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let (mut amy, mut cheng_li) = (app.technician().await, app.engineer().await);
    let counts = async |browser: &mut web::testing::Browser, expected: Option<&str>| {
        let rail = browser.get("/chats/rail?at=/tickets").await.text;
        let count = rail
            .split("chip-danger\">")
            .nth(1)
            .and_then(|rest| rest.split('<').next());
        assert_eq!(count, expected, "{rail}");
    };
    counts(&mut cheng_li, Some("1")).await;
    does(&mut amy, id, "taking", &[]).await;
    counts(&mut cheng_li, None).await;
    counts(&mut amy, Some("1")).await;
    writes(&mut amy, id, "reply", "Which gateway?").await;
    counts(&mut amy, None).await;
    says(&mut bruno, id, "Berlin").await;
    counts(&mut amy, Some("1")).await;
    writes(&mut amy, id, "reply", "A colleague helps you").await;
    let (of_amy, of_cheng) = (app.cast.amy.id.to_string(), app.cast.cheng_li.id.to_string());
    does(
        &mut amy,
        id,
        "hand-over",
        &[("to", &of_cheng), ("note", "please")],
    )
    .await;
    counts(&mut amy, None).await;
    counts(&mut cheng_li, Some("1")).await;

    let rail = amy.get("/chats/rail?at=/tickets").await.text;
    assert!(
        rail.contains(&format!(r#"data-live="chat-queue chat-holder:{of_amy}""#)),
        "{rail}"
    );
    let subject = format!("chat:{id}");
    let events = app
        .read(move |tx| kernel::event::of_subject(tx, &subject, 0, 100))
        .await
        .unwrap();
    let topics_of = chat::slice().event_topics.unwrap();
    let told = |kind: &str| topics_of(events.iter().rfind(|event| event.kind == kind).unwrap());
    let (amys, chengs) = (format!("chat-holder:{of_amy}"), format!("chat-holder:{of_cheng}"));
    assert_eq!(told("chat.said"), ["chat-desk".to_owned(), amys.clone()]);
    assert_eq!(told("chat.handed_over"), ["chat-desk".to_owned(), amys, chengs]);
}

#[tokio::test]
async fn the_requester_cannot_count_what_the_desk_says_among_itself() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    writes(&mut amy, id, "aside", "zinnober").await;
    writes(&mut amy, id, "reply", "Which gateway?").await;
    let page = bruno.get(&format!("/portal/chat/{id}")).await.text;
    let places: Vec<&str> = page
        .split("id=\"message-")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(places, ["0", "1", "2"], "{page}");
    let token = app.token_of(&app.cast.bruno.clone(), &["*"]).await;
    let json = token.get(&format!("/api/v1/chat/{id}")).await.json();
    let last = &json["messages"][2];
    assert_eq!(
        (last["place"].as_i64(), last["body"].as_str()),
        (Some(2), Some("Which gateway?"))
    );
}

#[tokio::test]
async fn it_goes_only_to_somebody_who_may_answer() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    let unfit = [
        app.cast.ottilie.id.to_string(),
        app.cast.bruno.id.to_string(),
        app.cast.amy.id.to_string(),
        "nobody".to_owned(),
    ];
    for to in &unfit {
        let answer = send(&mut amy, id, "hand-over", &[("to", to), ("note", "please")]).await;
        assert_eq!(answer.status, 422, "{to}");
        assert!(answer.text.contains("please"), "what was typed stays");
    }
    assert_eq!(conversation(&app, id).await.technician, Some(app.cast.amy.id));
}

#[tokio::test]
async fn what_is_said_is_text_and_never_markup() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "<script>alert(1)</script> javascript:alert(2)").await;
    let page = bruno.get(&format!("/portal/chat/{id}")).await.text;
    let desk = app.technician().await.get(&format!("/chats/{id}")).await.text;
    for text in [page, desk] {
        assert!(
            !text.contains("<script>alert") && !text.contains("href=\"javascript"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn empty_and_endless_messages_are_refused_and_a_flood_is_stopped_in_words() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let long = "x".repeat(4_001);
    assert_eq!(bruno.post("/portal/chat", &[("body", " ")]).await.status, 422);
    let refused = bruno.post("/portal/chat", &[("body", long.as_str())]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains(&long) && refused.text.contains("4,000") | refused.text.contains("4000"));
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let path = format!("/portal/chat/{id}/messages");
    let mut last = 303;
    for index in 0..20 {
        let token = format!("flood-{index}");
        let answer = bruno
            .post(&path, &[("token", token.as_str()), ("body", "hurry")])
            .await;
        last = answer.status.as_u16();
        if last != 303 {
            assert!(
                answer.text.contains("very fast") && answer.text.contains("hurry"),
                "{}",
                answer.text
            );
            break;
        }
    }
    assert_eq!(last, 429);
    app.clock.advance_millis(60_000);
    assert_eq!(
        bruno
            .post(&path, &[("token", "later"), ("body", "still")])
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn a_script_is_answered_with_the_words_alone_and_a_fresh_token() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let path = format!("/portal/chat/{id}");
    bruno.get(&path).await;
    let mut script = bruno
        .clone()
        .with("hx-request", "true")
        .with("hx-target", "div#talk");
    let answer = script
        .post(
            &format!("{path}/messages"),
            &[("token", "once"), ("body", "since nine")],
        )
        .await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("since nine") && answer.text.contains("id=\"talk\""));
    assert!(
        !answer.text.contains("<html") && !answer.text.contains("value=\"once\""),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn what_happens_is_told_in_its_order() {
    let app = house().await;
    answers(&app, &app.cast.cheng_li).await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let (mut amy, mut cheng_li) = (app.technician().await, app.engineer().await);
    does(&mut amy, id, "taking", &[]).await;
    does(&mut amy, id, "taking", &[]).await;
    does(&mut cheng_li, id, "taking", &[]).await;
    let subject = format!("chat:{id}");
    let events = app
        .read(move |tx| kernel::event::of_subject(tx, &subject, 0, 100))
        .await
        .unwrap();
    let told: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(told, ["chat.opened", "chat.taken", "chat.taken"]);
    assert!(events.iter().all(|event| !event.data.to_string().contains("VPN")));
    let messages = app.read(move |tx| store::messages(tx, id)).await.unwrap();
    let kinds: Vec<Kind> = messages.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::Said, Kind::Taken, Kind::Taken]);
}
