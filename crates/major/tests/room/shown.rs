//! What stands on the status page and what does not: incidents of security, and words that were taken back.

use desk::ticket::{self, Category};
use major::incident::declaring::{Declaration, declare};
use major::incident::steering;
use serde_json::json;
use testkit::TestApp;

use crate::house::{BASE, declaration, incident, replies, say, two_tickets};

async fn status(app: &TestApp) -> String {
    let mut all = String::new();
    for path in ["/status", "/status.json", "/status.atom"] {
        all += &app.requester().await.get(path).await.text;
    }
    all
}

#[tokio::test]
async fn an_incident_of_security_is_not_told_to_whoever_broke_in() {
    let app = TestApp::open().await;
    let (first, second) = two_tickets(&app).await;
    let (cx, number) = (app.cx(), first.number);
    app.write(move |tx| {
        let change = ticket::Change {
            category: Some(Category::Security),
            ..ticket::Change::default()
        };
        ticket::change(tx, &cx, number, change)
    })
    .await
    .unwrap();
    let form = app
        .engineer()
        .await
        .get(&format!("/tickets/{number}/major"))
        .await
        .text;
    let field = form.split("id=\"on_status\"").nth(1).unwrap();
    assert!(!field.split('>').next().unwrap().contains("checked"), "{form}");
    let links = [second.number];
    let made = app
        .act(&app.cast.cheng_li, move |tx, cx| {
            declare(tx, cx, BASE, number, &declaration(&links))
        })
        .await;
    say(&app, made.id, "We are on it.", "正在处理。").await;
    app.settle().await;
    let shown = status(&app).await;
    assert!(
        !shown.contains("Mail is down") && !shown.contains("正在处理。"),
        "{shown}"
    );
    assert_eq!(
        replies(&app, second.number).await,
        ["We are on it."],
        "those affected hear"
    );
    // Whoever leads it may open it to everybody later.
    let mut facts = declaration(&[]).facts;
    facts.on_status = Some(true);
    app.act(&app.cast.cheng_li, move |tx, cx| {
        steering::change(tx, cx, made.id, &facts, None)
    })
    .await;
    assert!(status(&app).await.contains("Mail is down"));
}

#[tokio::test]
async fn the_plan_for_security_keeps_it_off_the_page_as_well() {
    let app = TestApp::open().await;
    let (first, _) = two_tickets(&app).await;
    let number = first.number;
    app.act(&app.cast.cheng_li, move |tx, cx| {
        let declaration = Declaration {
            plan: Some("security-incident".to_owned()),
            ..declaration(&[])
        };
        declare(tx, cx, BASE, number, &declaration)
    })
    .await;
    assert!(!status(&app).await.contains("Mail is down"));
}

#[tokio::test]
async fn a_false_alarm_is_taken_off_the_page_in_its_details() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    assert!(status(&app).await.contains("Mail is down"));
    let mut engineer = app.engineer().await;
    let facts = format!("/major/{}/facts", incident.id);
    let form = engineer.get(&facts).await.text;
    let field = form.split("id=\"on_status\"").nth(1).unwrap();
    assert!(field.split('>').next().unwrap().contains("checked"), "{form}");
    let fields = [("title", "Mail is down"), ("update_minutes", "30")];
    assert_eq!(engineer.post(&facts, &fields).await.status, 303);
    assert!(!status(&app).await.contains("Mail is down"));
    let room = engineer.get(&format!("/major/{}", incident.id)).await.text;
    assert!(room.contains("不在状态页上"), "{room}");
}

#[tokio::test]
async fn words_are_taken_off_the_page_by_who_leads_and_put_back() {
    let app = TestApp::open().await;
    let (incident, _, second) = incident(&app).await;
    let update = say(&app, incident.id, "The password is tide.", "密码是 tide。").await;
    app.settle().await;
    let path = format!("/major/{}/updates/{}", incident.id, update.id);
    let off = [("shown", "no")];
    assert_eq!(app.technician().await.post(&path, &off).await.status, 403);
    assert!(status(&app).await.contains("tide"));
    let mut engineer = app.engineer().await;
    assert_eq!(engineer.post(&path, &off).await.status, 303);
    let shown = status(&app).await;
    assert!(
        !shown.contains("tide") && shown.contains("Mail is down"),
        "{shown}"
    );
    let room = engineer.get(&format!("/major/{}", incident.id)).await.text;
    assert!(
        room.contains("从状态页撤下一条通报"),
        "the record says it: {room}"
    );
    // Whoever joins now does not hear it any more; whoever did keeps their reply.
    let bruno = app.cast.bruno.clone();
    let late = app.reported(&bruno, "Mail does not go out").await.number;
    let id = incident.id;
    app.act(&app.cast.cheng_li, move |tx, cx| steering::link(tx, cx, id, late))
        .await;
    app.settle().await;
    assert!(replies(&app, late).await.is_empty());
    assert_eq!(replies(&app, second.number).await.len(), 1);
    assert_eq!(engineer.post(&path, &[("shown", "yes")]).await.status, 303);
    assert!(status(&app).await.contains("tide"));
    let unknown = format!("/major/{}/updates/{}", incident.id, incident.id);
    assert_eq!(engineer.post(&unknown, &off).await.status, 404);
}

#[tokio::test]
async fn words_do_not_move_the_state_for_whoever_does_not_lead_and_end_it_for_nobody() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    let (id, amy) = (incident.id, app.cast.amy.clone());
    let helper = amy.id;
    app.act(&app.cast.cheng_li, move |tx, cx| {
        let role = major::incident::Role::Support;
        steering::assign(tx, cx, BASE, id, role, Some(helper))
    })
    .await;
    let path = format!("/api/v1/major-incidents/{id}/updates");
    let words = |state: &str| json!({ "text": { "en": "Soon." }, "state": state });
    let technician = app.token_of(&amy, &["*"]).await;
    assert_eq!(technician.post(&path, &words("monitoring")).await.status, 403);
    assert_eq!(
        technician.post(&path, &words("declared")).await.status,
        201,
        "as it is"
    );
    let engineer = app.token_of(&app.cast.cheng_li.clone(), &["*"]).await;
    let refused = engineer.post(&path, &words("resolved")).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["errors"][0]["field"], "state");
    assert_eq!(engineer.post(&path, &words("monitoring")).await.status, 201);
}
