//! Nobody there, nobody writing: it is said honestly, and nothing is lost.

use chat::conversation::{EndedBy, Kind, State, store};
use desk::article::ArticleKind;
use desk::ticket::Channel;
use testkit::TestApp;

use crate::house::{answers, ask, asked, conversation, does, house, says, ticket, ticket_of, words, writes};

const MINUTE: i64 = 60_000;

/// So much later; what fell due meanwhile is done once.
async fn pass_minutes(app: &TestApp, minutes: i64) {
    app.clock.advance_millis(minutes * MINUTE);
    app.settle().await;
}

#[tokio::test]
async fn a_silent_conversation_is_warned_then_ended_and_is_a_ticket() {
    let app = house().await;
    app.settle().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    writes(&mut amy, id, "reply", "Which gateway?").await;

    pass_minutes(&app, 11).await;
    let warned = conversation(&app, id).await;
    assert_eq!(warned.state, State::Talking);
    assert!(warned.warned_at.is_some(), "first it is said");
    let page = bruno.get(&format!("/portal/chat/{id}")).await.text;
    assert!(page.contains("Without another word"), "{page}");

    says(&mut bruno, id, "Berlin").await;
    writes(&mut amy, id, "reply", "Try again, please").await;
    pass_minutes(&app, 7).await;
    assert_eq!(
        conversation(&app, id).await.state,
        State::Talking,
        "a word begins it anew"
    );

    pass_minutes(&app, 4).await;
    assert_eq!(conversation(&app, id).await.state, State::Talking, "warned again");
    pass_minutes(&app, 5).await;
    let ended = conversation(&app, id).await;
    assert_eq!(
        (ended.state, ended.ended_by),
        (State::Ended, Some(EndedBy::Silence))
    );
    let (view, articles) = ticket_of(&app, id).await;
    assert_eq!(
        (view.ticket.channel, view.ticket.assignee),
        (Channel::Chat, Some(app.cast.amy.id))
    );
    let report = words(&articles, ArticleKind::Report);
    for said in ["VPN is down", "Which gateway?", "Berlin", "Try again"] {
        assert!(report.contains(said), "{said}: {report}");
    }
    let warnings = app.read(move |tx| store::messages(tx, id)).await.unwrap();
    assert_eq!(warnings.iter().filter(|one| one.kind == Kind::Warned).count(), 2);
}

#[tokio::test]
async fn after_a_night_in_which_nothing_ran_the_warning_comes_first() {
    let app = house().await;
    app.settle().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    pass_minutes(&app, 14 * 60).await;
    let warned = conversation(&app, id).await;
    assert_eq!(warned.state, State::Waiting);
    assert!(warned.warned_at.is_some());
    pass_minutes(&app, 5).await;
    let (_, articles) = ticket_of(&app, id).await;
    assert!(words(&articles, ArticleKind::Report).contains("VPN is down"));
}

#[tokio::test]
async fn nobody_loses_their_place_because_the_desk_is_slow_until_nobody_is_there_any_more() {
    let app = house().await;
    app.settle().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    for _ in 0..3 {
        pass_minutes(&app, 30).await;
        let waits = conversation(&app, id).await;
        assert_eq!((waits.state, waits.warned_at), (State::Waiting, None));
    }
    // From before noon past six in the evening: the desk has closed, Amy's switch holds no more.
    pass_minutes(&app, 6 * 60 + 31).await;
    let warned = conversation(&app, id).await;
    assert!(warned.state == State::Waiting && warned.warned_at.is_some());
    pass_minutes(&app, 5).await;
    let ended = conversation(&app, id).await;
    assert_eq!(ended.ended_by, Some(EndedBy::Silence));
    let (_, articles) = ticket_of(&app, id).await;
    assert!(words(&articles, ArticleKind::Report).contains("VPN is down"));
}

#[tokio::test]
async fn an_answer_that_the_desk_owes_is_no_silence_while_somebody_is_there() {
    let app = house().await;
    app.settle().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    writes(&mut amy, id, "reply", "Which gateway?").await;
    says(&mut bruno, id, "Berlin").await;
    pass_minutes(&app, 45).await;
    assert_eq!(conversation(&app, id).await.warned_at, None, "Bruno has answered");
    let to = app.cast.cheng_li.id.to_string();
    writes(&mut amy, id, "reply", "A colleague helps you").await;
    does(&mut amy, id, "hand-over", &[("to", &to), ("note", "please")]).await;
    pass_minutes(&app, 45).await;
    assert_eq!(
        conversation(&app, id).await.warned_at,
        None,
        "the next one is asked"
    );
    let mut amy = app.technician().await;
    assert_eq!(amy.post("/chats/duty", &[("on", "false")]).await.status, 303);
    pass_minutes(&app, 1).await;
    assert!(
        conversation(&app, id).await.warned_at.is_some(),
        "nobody is there"
    );
    pass_minutes(&app, 5).await;
    assert_eq!(conversation(&app, id).await.ended_by, Some(EndedBy::Silence));
}

#[tokio::test]
async fn who_was_warned_while_nobody_was_there_is_warned_anew_before_the_end() {
    let app = house().await;
    app.settle().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let mut amy = app.technician().await;
    amy.post("/chats/duty", &[("on", "false")]).await;
    pass_minutes(&app, 11).await;
    assert!(conversation(&app, id).await.warned_at.is_some());
    answers(&app, &app.cast.cheng_li).await;
    pass_minutes(&app, 30).await;
    let waits = conversation(&app, id).await;
    assert_eq!(
        (waits.state, waits.warned_at),
        (State::Waiting, None),
        "somebody came"
    );
    let mut cheng_li = app.engineer().await;
    cheng_li.post("/chats/duty", &[("on", "false")]).await;
    pass_minutes(&app, 1).await;
    let warned = conversation(&app, id).await;
    assert!(warned.state == State::Waiting && warned.warned_at.is_some());
}

#[tokio::test]
async fn a_technician_who_asks_is_not_kept_waiting_by_their_own_switch() {
    let app = house().await;
    app.settle().await;
    let mut cheng_li = app.engineer().await;
    let id = asked(&mut cheng_li, "a", "My own laptop").await;
    answers(&app, &app.cast.cheng_li).await;
    let mut amy = app.technician().await;
    amy.post("/chats/duty", &[("on", "false")]).await;
    pass_minutes(&app, 11).await;
    pass_minutes(&app, 5).await;
    assert_eq!(conversation(&app, id).await.ended_by, Some(EndedBy::Silence));
}

#[tokio::test]
async fn after_the_desk_has_closed_who_answered_by_day_is_told_and_may_stay() {
    let app = house().await;
    app.clock.advance_millis(9 * 60 * MINUTE);
    let mut amy = app.technician().await;
    let page = amy.get("/chats").await.text;
    assert!(
        page.contains("The desk is closed") && !page.contains("You answer until"),
        "{page}"
    );
    let token = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let duty = token.get("/api/v1/chats/duty").await.json();
    assert_eq!(
        (duty["on"].as_bool(), duty["counts_now"].as_bool()),
        (Some(true), Some(false))
    );
    assert!(page.contains(r#"name="on" value="true""#), "{page}");
    amy.post("/chats/duty", &[("on", "true")]).await;
    let page = amy.get("/chats").await.text;
    assert!(page.contains("You answer until"), "{page}");
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let page = bruno.get("/portal/chat").await.text;
    assert!(page.contains("One colleague answers"), "{page}");
}

#[tokio::test]
async fn who_may_not_answer_any_more_is_not_there() {
    let app = house().await;
    let amy = app.cast.amy.id;
    app.write(move |tx| {
        let taken = "DELETE FROM people_user_role WHERE user_id = $1";
        tx.execute(taken, kernel::db::params![amy])?;
        people::role::store::add(tx, amy, "requester")
    })
    .await
    .unwrap();
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let page = bruno.get("/portal/chat").await.text;
    assert!(page.contains("Nobody answers"), "{page}");
}

#[tokio::test]
async fn a_department_sets_how_long_a_silence_may_be() {
    let app = house().await;
    app.settle().await;
    let mut manager = app.manager().await;
    for wrong in ["", "2", "241", "soon"] {
        let refused = manager.post("/settings/chat", &[("idle_minutes", wrong)]).await;
        assert_eq!(refused.status, 422, "{wrong}");
    }
    assert_eq!(
        manager
            .post("/settings/chat", &[("idle_minutes", "60")])
            .await
            .status,
        303
    );
    assert!(manager.get("/settings/chat").await.text.contains("value=\"60\""));
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    writes(&mut amy, id, "reply", "Which gateway?").await;
    pass_minutes(&app, 30).await;
    assert_eq!(conversation(&app, id).await.warned_at, None);
    pass_minutes(&app, 11).await;
    assert!(conversation(&app, id).await.warned_at.is_some());
    pass_minutes(&app, 20).await;
    assert_eq!(conversation(&app, id).await.state, State::Ended);
}

#[tokio::test]
async fn where_nobody_answers_the_page_says_so_and_the_words_are_a_ticket_at_once() {
    let app = TestApp::open().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let page = bruno.get("/portal/chat").await.text;
    assert!(
        page.contains("Nobody answers") && page.contains("/portal/report"),
        "{page}"
    );
    // Also who saw an open chat that has closed meanwhile.
    let path = ask(&mut bruno, "a", "VPN is down").await;
    assert!(path.starts_with("/portal/requests/"), "{path}");
    assert_eq!(ask(&mut bruno, "a", "VPN is down").await, path, "once");
    let number = path.rsplit('/').next().unwrap().parse().unwrap();
    let (view, articles) = ticket(&app, number).await;
    assert_eq!(
        (view.ticket.title.as_str(), view.ticket.channel),
        ("VPN is down", Channel::Chat)
    );
    assert_eq!(words(&articles, ArticleKind::Report), "VPN is down");
}

#[tokio::test]
async fn outside_of_the_desks_hours_who_answered_by_day_does_not_answer() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    assert!(
        bruno
            .get("/portal/chat")
            .await
            .text
            .contains("One colleague answers")
    );
    // Ten in the morning and nine hours: the switch still holds, the desk has closed.
    app.clock.advance_millis(9 * 60 * MINUTE);
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let page = bruno.get("/portal/chat").await.text;
    assert!(
        page.contains("Nobody answers") && page.contains("opens again on 3 Mar 2026"),
        "{page}"
    );
    answers(&app, &app.cast.cheng_li).await;
    let page = bruno.get("/portal/chat").await.text;
    assert!(
        page.contains("One colleague answers"),
        "who says so at night means the night: {page}"
    );
    app.clock.advance_millis(5 * 60 * MINUTE);
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    assert!(bruno.get("/portal/chat").await.text.contains("Nobody answers"));
}
