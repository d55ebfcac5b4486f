//! A ticket moves on while development looks into it: its package goes with it, and whoever handed it over can still end it.

use desk::ticket::{self, Assign, State as TicketState};
use handover::package::giving::{self, Giving};
use handover::package::{Package, State, acting};
use handover::report::Verdict;
use kernel::db::params;
use kernel::id::TeamId;
use serde_json::json;
use testkit::TestApp;
use testkit::app::Person;

use crate::house::{
    BASE, fault, given, judged, letters, mailbox, notes, package, reported, to_systems, view,
};

/// Amy has handed Li Na's printer over to Bruno, who has no seat at the desk.
async fn given_to_bruno(app: &TestApp) -> Package {
    let ticket = app.li_na_cannot_print().await;
    let giving = Giving {
        developer: "bruno@example.test".to_owned(),
        ..Giving::of(fault())
    };
    given(app, ticket.number, giving).await
}

async fn moves(app: &TestApp, number: i64, team: TeamId) {
    app.act(&app.cast.shen.clone(), move |tx, cx| {
        ticket::assign(tx, cx, number, Assign::Team(team))
    })
    .await;
}

/// What somebody gets of a package, and how many packages they find in the list.
async fn seen(app: &TestApp, person: &Person, package: &Package) -> (u16, usize) {
    let client = app.token_of(person, &["*"]).await;
    let page = client.get(&format!("/api/v1/handovers/{}", package.id)).await;
    let list = client.get("/api/v1/handovers").await.json();
    (page.status.as_u16(), list["items"].as_array().unwrap().len())
}

#[tokio::test]
async fn the_team_that_has_the_ticket_now_has_its_package_and_who_handed_it_over_judges_still() {
    let app = TestApp::open().await;
    let given = given_to_bruno(&app).await;
    let (amy, cheng_li) = (app.cast.amy.clone(), app.cast.cheng_li.clone());
    assert_eq!(seen(&app, &cheng_li, &given).await, (404, 0));
    moves(&app, given.ticket, app.cast.systems).await;
    app.settle().await;
    assert_eq!(seen(&app, &cheng_li, &given).await, (200, 1));
    assert_eq!(seen(&app, &amy, &given).await, (200, 1));
    reported(&app, &app.cast.bruno.clone(), given.id).await;
    // Amy does not find the ticket any more.
    let hidden = app
        .technician()
        .await
        .get(&format!("/tickets/{}", given.ticket))
        .await;
    assert_eq!(hidden.status, 404);
    judged(&app, &amy, given.id, Verdict::Accepted, "").await.unwrap();
    assert_eq!(package(&app, given.id).await.state, State::Accepted);
    assert_eq!(
        view(&app, given.ticket).await.ticket.state,
        TicketState::InProgress
    );
    assert!(notes(&app, given.ticket).await.len() > 1);
}

#[tokio::test]
async fn a_package_is_taken_back_by_who_handed_it_over_wherever_the_ticket_is() {
    let app = TestApp::open().await;
    let given = given_to_bruno(&app).await;
    moves(&app, given.ticket, app.cast.systems).await;
    let id = given.id;
    app.act(&app.cast.amy.clone(), move |tx, cx| {
        acting::withdraw(tx, cx, id, "It was the cable", BASE)
    })
    .await;
    assert_eq!(
        view(&app, given.ticket).await.ticket.state,
        TicketState::InProgress
    );
}

#[tokio::test]
async fn a_package_of_a_ticket_without_a_team_is_hidden_as_soon_as_one_has_it() {
    let app = TestApp::open().await;
    let number = app.li_na_cannot_print().await.number;
    let giving = Giving {
        developer: "bruno@example.test".to_owned(),
        ..Giving::of(fault())
    };
    let given = app
        .act(&app.cast.shen.clone(), move |tx, cx| {
            tx.execute(
                "UPDATE desk_ticket SET team = NULL WHERE number = $1",
                params![number],
            )?;
            giving::hand_over(tx, cx, number, &giving, BASE)
        })
        .await;
    assert_eq!(given.from_team, None);
    let (amy, cheng_li) = (app.cast.amy.clone(), app.cast.cheng_li.clone());
    assert_eq!(seen(&app, &amy, &given).await, (200, 1));
    moves(&app, number, app.cast.systems).await;
    // Before the news has spread, and after.
    assert_eq!(seen(&app, &amy, &given).await, (404, 0));
    app.settle().await;
    assert_eq!(seen(&app, &amy, &given).await, (404, 0));
    assert_eq!(seen(&app, &cheng_li, &given).await, (200, 1));
}

#[tokio::test]
async fn when_who_handed_over_is_gone_the_team_hears_that_a_report_waits() {
    let app = TestApp::open().await;
    mailbox(&app).await;
    let number = app.li_na_cannot_print().await.number;
    let giving = to_systems(&app);
    let given = app
        .act(&app.cast.shen.clone(), move |tx, cx| {
            giving::hand_over(tx, cx, number, &giving, BASE)
        })
        .await;
    let shen = app.cast.shen.id;
    app.write(move |tx| {
        tx.execute(
            "UPDATE people_user SET active = $2 WHERE id = $1",
            params![shen, false],
        )
    })
    .await
    .unwrap();
    let before = letters(&app).await.len();
    reported(&app, &app.cast.cheng_li.clone(), given.id).await;
    let written = letters(&app).await;
    assert_eq!(written.len(), before + 1, "{written:?}");
    assert!(
        written.iter().any(|(to, _)| to == "amy@example.test"),
        "{written:?}"
    );
    // The list says so, too.
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let list = amy.get("/api/v1/handovers").await.json();
    assert_eq!(list["items"][0]["state"], json!("reported"));
}
