//! What is read back: the whole record however long it is, and no number of a ticket that is not the reader's to see.

use desk::ticket::changing::Pin;
use desk::ticket::{self, Priority};
use kernel::Locale;
use kernel::error::Kind;
use major::incident::declaring::declare;
use major::incident::{Incident, State, steering, store};
use major::timeline;
use testkit::TestApp;

use crate::house::{BASE, declaration, incident, say, two_tickets};

async fn lines(app: &TestApp, incident: &Incident) -> Vec<String> {
    let (incident, cx) = (incident.clone(), app.cx());
    let lines = app
        .read(move |tx| timeline::lines(tx, Some(&cx), &incident, Locale::En))
        .await
        .unwrap();
    lines.into_iter().map(|line| line.text).collect()
}

#[tokio::test]
async fn a_long_record_hides_neither_the_end_nor_the_ticket() {
    let app = TestApp::open().await;
    let (incident, first, _) = incident(&app).await;
    let id = incident.id;
    let step = app.read(move |tx| store::steps(tx, id)).await.unwrap()[0].id;
    app.act(&app.cast.cheng_li, move |tx, cx| {
        for _ in 0..300 {
            steering::tick(tx, cx, id, step, steering::Done::Yes)?;
            steering::tick(tx, cx, id, step, steering::Done::No)?;
        }
        steering::move_to(tx, cx, id, State::Identified)
    })
    .await;
    let cx = app.cx();
    app.write(move |tx| {
        let change = ticket::Change {
            priority: Some(Pin::To(Priority::P1)),
            ..ticket::Change::default()
        };
        ticket::change(tx, &cx, first.number, change)
    })
    .await
    .unwrap();
    let lines = lines(&app, &incident).await;
    assert!(lines.len() <= 500, "{}", lines.len());
    assert!(
        lines[0].contains("declared a major incident"),
        "what stands out stays: {}",
        lines[0]
    );
    assert!(lines.iter().any(|line| line.contains("Cause known")));
    assert!(
        lines.iter().any(|line| line.contains("priority P1")),
        "the ticket's"
    );
}

#[tokio::test]
async fn tickets_linked_in_one_go_are_one_line() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    let bruno = app.cast.bruno.clone();
    let mut more = Vec::new();
    for title in ["No mail", "No mail here", "Mail?"] {
        more.push(app.reported(&bruno, title).await.number);
    }
    app.clock.advance_millis(120_000);
    let (id, cx) = (incident.id, app.cx());
    app.write(move |tx| {
        for number in &more {
            steering::link(tx, &cx, id, *number)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let lines = lines(&app, &incident).await;
    assert!(lines.contains(&"linked 3 tickets".to_owned()), "{lines:?}");
}

#[tokio::test]
async fn a_ticket_that_a_reader_may_not_see_is_counted_and_not_named() {
    let app = TestApp::open().await;
    let (incident, first, _) = incident(&app).await;
    // Amy's team is the first line; this one stands with the second, like the incident's own.
    let hidden = app.li_na_misses_her_mail().await.number;
    let id = incident.id;
    app.clock.advance_millis(120_000);
    app.act(&app.cast.cheng_li, move |tx, cx| {
        steering::link(tx, cx, id, hidden)
    })
    .await;
    say(&app, id, "We are on it.", "正在处理。").await;
    app.clock.advance_millis(11 * 60_000);
    let room = format!("/major/{id}");
    let named = format!("#{hidden}");
    let engineer = app.engineer().await.get(&room).await.text;
    assert!(engineer.contains(&format!("关联 {named}")), "{engineer}");
    assert!(engineer.contains(&format!("{named} 尚未通知")), "{engineer}");
    let technician = app.technician().await.get(&room).await.text;
    assert!(!technician.contains(&named), "{technician}");
    assert!(technician.contains("linked a ticket"), "{technician}");
    assert!(technician.contains("and 2 that you may not see"), "{technician}");
    assert_ne!(first.number, hidden);
    let token = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let json = token.get(&format!("/api/v1/major-incidents/{id}")).await.json();
    let links = json["links"].as_array().unwrap();
    assert!(links.iter().all(|number| *number != hidden), "{json}");
    assert_eq!(json["links_hidden"], 1);
}

#[tokio::test]
async fn more_links_than_can_be_are_refused_by_name_and_so_are_more_steps() {
    let app = TestApp::open().await;
    let (first, _) = two_tickets(&app).await;
    let number = first.number;
    let many: Vec<i64> = (1_000..1_201).collect();
    let cx = app.cx();
    let refused = app
        .write(move |tx| declare(tx, &cx, BASE, number, &declaration(&many)))
        .await
        .unwrap_err();
    let field = &refused.fields()[0];
    assert_eq!(
        (field.field.as_str(), field.code.as_str()),
        ("links", "major.links_most")
    );
    let cx = app.cx();
    let made = app
        .write(move |tx| declare(tx, &cx, BASE, number, &declaration(&[])))
        .await
        .unwrap();
    let cx = app.cx();
    let full = app
        .write(move |tx| {
            for _ in 0..100 {
                steering::add_step(tx, &cx, made.id, "Look once more")?;
            }
            Ok(())
        })
        .await
        .unwrap_err();
    assert_eq!(full.fields()[0].code, "major.steps_most");
}

#[tokio::test]
async fn a_ticket_is_not_declared_and_linked_at_the_same_time() {
    let app = TestApp::open().await;
    let (made, ..) = incident(&app).await;
    let bruno = app.cast.bruno.clone();
    let third = app.reported(&bruno, "The calendar is empty").await.number;
    let (one, two, id) = (app.cx(), app.cx(), made.id);
    let (declared, linked) = tokio::join!(
        app.write(move |tx| declare(tx, &one, BASE, third, &declaration(&[]))),
        app.write(move |tx| steering::link(tx, &two, id, third)),
    );
    let kinds = [declared.err(), linked.err()].map(|error| error.map(|error| error.kind()));
    assert!(
        kinds == [None, Some(Kind::Invalid)] || kinds == [Some(Kind::Conflict), None],
        "one of both: {kinds:?}"
    );
}
