//! Where it stays silent, whatever an article would say.

use answers::clerk::Policy;
use answers::clerk::store;
use desk::ticket::{Category, Channel, Impact, TicketType, Urgency};
use knowledge::voting::Voter;
use major::incident::declaring::{Declaration, Facts, declare};
use testkit::TestApp;

use crate::house::{answer, article, helped, proved, ready, reports, set, usual};

#[tokio::test]
async fn it_is_off_until_somebody_turns_it_on() {
    let app = TestApp::open().await;
    let number = article(&app).await;
    proved(&app, number).await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await;
    assert!(answer(&app, ticket.number).await.is_none());
}

#[tokio::test]
async fn it_never_answers_what_is_urgent_or_about_security_or_came_by_another_door() {
    let app = TestApp::open().await;
    ready(&app).await;
    let urgent = reports(&app, &app.cast.bruno, |opening| {
        opening.impact = Impact::Organisation;
        opening.urgency = Urgency::High;
    })
    .await;
    let security = reports(&app, &app.cast.bruno, |opening| {
        opening.category = Category::Security
    })
    .await;
    let phone = reports(&app, &app.cast.bruno, |opening| opening.channel = Channel::Phone).await;
    let waiting = reports(&app, &app.cast.bruno, |opening| opening.awaits_approval = true).await;
    let change = reports(&app, &app.cast.bruno, |opening| {
        opening.ticket_type = TicketType::ChangeRequest;
    })
    .await;
    let amy = app.cast.amy.id;
    let requester = app.cast.bruno.id;
    let watched = app
        .act(&app.cast.bruno, move |tx, cx| {
            let mut opening =
                desk::ticket::Opening::new(requester, crate::house::REPORT, "Error 49.", Channel::Portal);
            opening.watchers = vec![amy];
            desk::ticket::open(tx, cx, opening)
        })
        .await;
    app.settle().await;
    for (ticket, what) in [
        (watched, "watched"),
        (urgent, "urgent"),
        (security, "security"),
        (phone, "phone"),
        (waiting, "approval"),
        (change, "a change"),
    ] {
        assert!(
            answer(&app, ticket.number).await.is_none(),
            "{what}: {}",
            ticket.priority
        );
    }
    let counted = app.read(|tx| store::silences(tx, 0)).await.unwrap();
    let whys: Vec<&str> = counted.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(whys, ["excluded", "security", "state", "urgent", "watched"]);
    // None of these refusals keeps it from the next report of the same person.
    let plain = reports(&app, &app.cast.bruno, |_| {}).await;
    assert!(answer(&app, plain.number).await.is_some());
}

#[tokio::test]
async fn what_people_say_whom_nobody_knows_proves_nothing() {
    let app = TestApp::open().await;
    let number = article(&app).await;
    let visitors = (0..9).map(|name| Voter::Visitor(format!("visitor {name}")));
    helped(&app, number, visitors.collect()).await;
    set(&app, usual()).await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await;
    assert!(answer(&app, ticket.number).await.is_none());
    let counted = app.read(|tx| store::silences(tx, 0)).await.unwrap();
    assert_eq!(counted[0].0, "unproven");
}

#[tokio::test]
async fn the_policy_keeps_it_out_of_senders_teams_and_categories_and_asks_for_proof() {
    let app = TestApp::open().await;
    ready(&app).await;
    let domain = app.cast.bruno.email.rsplit_once('@').unwrap().1.to_owned();
    let policies = [
        Policy {
            senders: vec![domain],
            ..usual()
        },
        Policy {
            categories: vec![Category::Other],
            ..usual()
        },
        Policy { proven: 4, ..usual() },
        Policy {
            threshold: Some(100),
            ..usual()
        },
    ];
    for policy in policies {
        set(&app, policy.clone()).await;
        let ticket = reports(&app, &app.cast.bruno, |_| {}).await;
        assert!(answer(&app, ticket.number).await.is_none(), "{policy:?}");
    }
    let team = app.cast.service_desk;
    set(
        &app,
        Policy {
            teams: vec![team],
            ..usual()
        },
    )
    .await;
    let requester = app.cast.bruno.id;
    let ticket = app
        .act(&app.cast.bruno, move |tx, cx| {
            let mut opening =
                desk::ticket::Opening::new(requester, crate::house::REPORT, "Error 49.", Channel::Portal);
            opening.team = Some(team);
            desk::ticket::open(tx, cx, opening)
        })
        .await;
    app.settle().await;
    assert!(answer(&app, ticket.number).await.is_none());
}

#[tokio::test]
async fn while_a_major_incident_goes_on_nobody_who_may_be_hit_is_told_to_restart() {
    let app = TestApp::open().await;
    ready(&app).await;
    let other = app.li_na_misses_her_mail().await.number;
    app.act(&app.cast.cheng_li, move |tx, cx| {
        let declaration = Declaration {
            facts: Facts {
                title: "Doors are dead".to_owned(),
                impact: "Nobody gets in.".to_owned(),
                services: vec!["badge terminal".to_owned()],
                update_minutes: 30,
                on_status: None,
            },
            commander: None,
            plan: None,
            links: Vec::new(),
            words: None,
        };
        declare(tx, cx, "http://desk.test", other, &declaration).map(drop)
    })
    .await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await;
    assert!(answer(&app, ticket.number).await.is_none());
}

#[tokio::test]
async fn another_matter_and_an_article_that_the_requester_may_not_read_are_not_answered() {
    let app = TestApp::open().await;
    let number = ready(&app).await;
    let other = reports(&app, &app.cast.bruno, |opening| {
        opening.title = "The coffee machine on floor 2 leaks".to_owned();
        opening.body = "Water everywhere.".to_owned();
    })
    .await;
    assert!(answer(&app, other.number).await.is_none());
    app.act(&app.cast.shen, move |tx, cx| {
        let article = knowledge::reading::article(tx, cx, number)?;
        let facts = knowledge::Facts {
            audience: vec!["staff".to_owned()],
            ..article.facts()
        };
        knowledge::writing::change(tx, cx, number, article.version, &facts).map(drop)
    })
    .await;
    app.settle().await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await;
    assert!(answer(&app, ticket.number).await.is_none());
}
