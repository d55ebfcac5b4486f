//! However a conversation ends, it leaves a ticket with everything that was said.

use chat::conversation::{EndedBy, State};
use desk::article::ArticleKind;
use desk::ticket::{self, Channel, State as TicketState, Voice, Wait, WaitingFor};

use crate::house::{END, asked, conversation, does, house, says, send, ticket_of, words, writes};

#[tokio::test]
async fn a_technician_ends_it_as_a_new_ticket_with_the_whole_transcript() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down\nsince nine").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    does(
        &mut amy,
        id,
        "messages",
        &[("kind", "reply"), ("token", "1"), ("body", "Which gateway?")],
    )
    .await;
    does(
        &mut amy,
        id,
        "messages",
        &[("kind", "aside"), ("token", "2"), ("body", "zinnober again")],
    )
    .await;
    bruno
        .post(
            &format!("/portal/chat/{id}/messages"),
            &[("token", "3"), ("body", "Berlin")],
        )
        .await;
    let fields = [
        ("ticket", ""),
        ("category", "network"),
        ("urgency", "high"),
        ("title", "VPN Berlin"),
        ("next", "I call the provider."),
    ];
    let answer = does(&mut amy, id, "end", &fields).await;

    let (view, articles) = ticket_of(&app, id).await;
    assert_eq!(
        answer.header("location"),
        format!("/tickets/{}", view.ticket.number)
    );
    let made = &view.ticket;
    assert_eq!(
        (made.title.as_str(), made.channel, made.requester),
        ("VPN Berlin", Channel::Chat, app.cast.bruno.id)
    );
    assert_eq!(
        (made.category.as_str(), made.urgency.as_str()),
        ("network", "high")
    );
    assert_eq!(made.assignee, Some(app.cast.amy.id));
    assert_eq!(made.state, TicketState::InProgress);
    assert!(made.first_response_at.is_some(), "the desk has answered");
    let report = words(&articles, ArticleKind::Report);
    let places: Vec<usize> = [
        "VPN is down\n\u{2003}\u{2003}since nine",
        "Amy Lindqvist has taken over",
        "Which gateway?",
        "Berlin",
    ]
    .iter()
    .map(|one| report.find(one).unwrap_or_else(|| panic!("{one}: {report}")))
    .collect();
    assert!(places.is_sorted(), "{report}");
    assert_eq!(words(&articles, ArticleKind::Reply), "I call the provider.");
    let note = articles.iter().find(|one| one.kind == ArticleKind::Note).unwrap();
    assert!(note.body.contains("zinnober again") && !note.public);
    assert!(
        articles
            .iter()
            .filter(|one| one.public)
            .all(|one| !one.body.contains("zinnober"))
    );

    let over = conversation(&app, id).await;
    assert_eq!((over.state, over.ended_by), (State::Ended, Some(EndedBy::Desk)));
    let page = bruno.get(&format!("/portal/chat/{id}")).await.text;
    assert!(
        page.contains(&format!("/portal/requests/{}", made.number)),
        "{page}"
    );
    // Sent again, it makes nothing more, and who writes into it is told where to go on.
    let again = does(&mut amy, id, "end", &fields).await;
    assert_eq!(again.header("location"), answer.header("location"));
    let late = bruno
        .post(
            &format!("/portal/chat/{id}/messages"),
            &[("token", "9"), ("body", "One more thing")],
        )
        .await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("One more thing") && late.text.contains("action=\"/portal/chat\""));
}

#[tokio::test]
async fn solved_on_the_spot_the_requester_is_asked() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "No sound").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    let mut fields = END.to_vec();
    fields.push(("solved", "true"));
    let refused = send(&mut amy, id, "end", &fields).await;
    assert_eq!(refused.status, 422, "what solved it is asked for");
    assert!(refused.text.contains("solution-error"));
    assert_eq!(conversation(&app, id).await.state, State::Talking);
    fields.push(("solution", "The headset was muted."));
    does(&mut amy, id, "end", &fields).await;
    let (view, _) = ticket_of(&app, id).await;
    assert_eq!(view.ticket.state, TicketState::Resolved);
    assert!(view.question.is_some(), "the requester is asked");
    let page = bruno
        .get(&format!("/portal/requests/{}", view.ticket.number))
        .await
        .text;
    assert!(page.contains("The headset was muted."), "{page}");
}

#[tokio::test]
async fn it_goes_onto_an_open_ticket_of_the_requester_and_onto_no_other() {
    let app = house().await;
    let hers = app.li_na_cannot_print().await.number;
    let his = app
        .reported(&app.cast.bruno, "Bruno's screen flickers")
        .await
        .number;
    let mut li_na = app.requester().await;
    let id = asked(&mut li_na, "a", "还是卡纸").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    let page = amy.get(&format!("/chats/{id}")).await.text;
    assert!(
        page.contains("kingfisher") && !page.contains("flickers"),
        "her open tickets stand beside it"
    );
    for number in [his, 987_654] {
        let number = number.to_string();
        let fields = [
            ("ticket", number.as_str()),
            ("category", "other"),
            ("urgency", "medium"),
            ("next", ""),
        ];
        let refused = send(&mut amy, id, "end", &fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("ticket-error"));
    }
    let number = hers.to_string();
    does(
        &mut amy,
        id,
        "end",
        &[
            ("ticket", number.as_str()),
            ("category", "other"),
            ("urgency", "medium"),
        ],
    )
    .await;
    assert_eq!(conversation(&app, id).await.ticket, Some(hers));
    let (_, articles) = crate::house::ticket(&app, hers).await;
    let reply = articles.last().unwrap();
    assert_eq!((reply.kind, reply.voice), (ArticleKind::Reply, Voice::Staff));
    assert!(
        reply.body.contains("还是卡纸") && reply.body.contains("李娜"),
        "{}",
        reply.body
    );
}

#[tokio::test]
async fn what_happens_next_is_read_on_the_open_ticket_too_and_it_waits_for_the_requester_no_more() {
    let app = house().await;
    let number = app.reported(&app.cast.bruno, "Screen flickers").await.number;
    let wait = Wait {
        whom: WaitingFor::Requester,
        reason: "which cable".to_owned(),
        until: None,
    };
    app.act(&app.cast.amy, move |tx, cx| {
        ticket::start(tx, cx, number)?;
        ticket::wait(tx, cx, number, wait.clone())
    })
    .await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "The short one").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    let onto = number.to_string();
    let fields = [
        ("ticket", onto.as_str()),
        ("category", "other"),
        ("urgency", "medium"),
        ("next", "I bring a new cable at two."),
    ];
    does(&mut amy, id, "end", &fields).await;
    let (view, articles) = crate::house::ticket(&app, number).await;
    let said: Vec<&str> = articles
        .iter()
        .filter(|one| one.kind == ArticleKind::Reply)
        .map(|one| one.body.as_str())
        .collect();
    assert!(said[0].contains("The short one"), "{said:?}");
    assert_eq!(said[1..], ["I bring a new cable at two."]);
    assert_eq!(
        view.ticket.state,
        TicketState::InProgress,
        "the requester has answered"
    );
}

#[tokio::test]
async fn nobody_writes_a_line_of_somebody_else_into_the_ticket() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "I need rights").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    writes(&mut amy, id, "reply", "Not without your manager").await;
    says(
        &mut bruno,
        id,
        "ok\n\n[10:05] Amy Lindqvist\nYes, I approve it.\r[10:06] Amy Lindqvist",
    )
    .await;
    does(&mut amy, id, "end", &END).await;
    let (_, articles) = ticket_of(&app, id).await;
    let report = words(&articles, ArticleKind::Report);
    let of_amy: Vec<&str> = report
        .lines()
        .filter(|line| line.starts_with('[') && line.contains("Amy"))
        .collect();
    assert_eq!(
        of_amy,
        ["[10:00] Amy Lindqvist has taken over.", "[10:00] Amy Lindqvist"],
        "{report}"
    );
    assert!(
        report.contains("Yes, I approve it."),
        "nothing is left out: {report}"
    );
    let page = amy
        .get(&format!(
            "/tickets/{}",
            conversation(&app, id).await.ticket.unwrap()
        ))
        .await
        .text;
    assert!(
        page.contains("\u{2003}(10:05) Amy Lindqvist") && !page.contains("[10:05]"),
        "also where blanks vanish it cannot be taken for hers: {page}"
    );
}

#[tokio::test]
async fn an_employee_who_ends_it_has_a_ticket_in_the_hands_of_whoever_had_it() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    does(
        &mut amy,
        id,
        "messages",
        &[("kind", "reply"), ("token", "1"), ("body", "One moment")],
    )
    .await;
    for _ in 0..2 {
        let answer = bruno.post(&format!("/portal/chat/{id}/end"), &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
    }
    let (view, articles) = ticket_of(&app, id).await;
    assert_eq!(view.ticket.assignee, Some(app.cast.amy.id));
    assert_eq!(articles.len(), 1, "once, whole");
    assert!(articles[0].body.contains("VPN is down") && articles[0].body.contains("One moment"));
    assert_eq!(articles[0].author, Some(app.cast.bruno.id));
    assert_eq!(conversation(&app, id).await.ended_by, Some(EndedBy::Requester));
}

#[tokio::test]
async fn only_who_has_it_ends_it_for_the_desk() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let (mut amy, mut cheng_li) = (app.technician().await, app.engineer().await);
    assert_eq!(send(&mut amy, id, "end", &END).await.status, 409, "nobody has it");
    does(&mut amy, id, "taking", &[]).await;
    assert_eq!(send(&mut cheng_li, id, "end", &END).await.status, 409);
    assert_eq!(conversation(&app, id).await.ticket, None);
}
