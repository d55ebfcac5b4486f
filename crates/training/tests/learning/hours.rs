//! Hours add up by person and year, and are shown to those who lead, of their people only.

use training::hours;

use crate::house::{minutes, tried};
use kernel::Timestamp;
use kernel::id::UserId;
use people::team;
use testkit::TestApp;

/// Minutes of somebody, as if courses had been done.
async fn credited(app: &TestApp, person: UserId, source: &str, year: i64, minutes: i64) {
    let source = source.to_owned();
    app.write(move |tx| hours::store::insert(tx, person, &source, year, minutes, Timestamp::default()))
        .await
        .unwrap();
}

async fn with_shen_in_the_service_desk(app: &TestApp) {
    let (team, members) = (app.cast.service_desk, vec![app.cast.amy.id, app.cast.shen.id]);
    let cx = app.cx();
    app.write(move |tx| {
        let known = team::store::load(tx, team)?;
        let new = team::NewTeam {
            name: known.name,
            tier: known.tier,
            members: members.clone(),
            ..team::NewTeam::default()
        };
        team::change(tx, &cx, team, &new)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_source_counts_once_and_years_stand_apart() {
    let app = TestApp::open().await;
    let amy = app.cast.amy.id;
    for (source, year, length) in [
        ("course:1", 2026, 90),
        ("session:1", 2026, 60),
        ("course:2", 2025, 30),
    ] {
        credited(&app, amy, source, year, length).await;
    }
    credited(&app, amy, "course:1", 2026, 500).await;
    assert_eq!(minutes(&app, amy, 2026).await, 150);
    assert_eq!(minutes(&app, amy, 2025).await, 30);
    let mine = app.technician().await.get("/training").await.text;
    assert!(mine.contains("2 h 30 min of 40 h"), "{mine}");
}

#[tokio::test]
async fn a_manager_sees_the_own_teams_and_an_auditor_everybody() {
    let app = TestApp::open().await;
    with_shen_in_the_service_desk(&app).await;
    credited(&app, app.cast.amy.id, "course:1", 2026, 1_200).await;
    credited(&app, app.cast.cheng_li.id, "course:1", 2026, 60).await;
    let mut shen = app.manager().await;
    let page = shen.get("/training/hours").await.text;
    assert!(
        page.contains("Amy Lindqvist") && page.contains("value=\"50\""),
        "{page}"
    );
    assert!(!page.contains("程立"), "{page}");
    let systems = format!("/training/hours?team={}", app.cast.systems);
    assert_eq!(shen.get(&systems).await.status, 404);
    let file = shen.get("/training/hours.csv?year=2026").await;
    assert!(file.header("content-disposition").contains("training-2026.csv"));
    let line = file
        .text
        .lines()
        .find(|line| line.starts_with("Amy"))
        .unwrap()
        .to_owned();
    assert_eq!(line, "Amy Lindqvist,amy@example.test,20.00,40,0,0,0");
    assert!(!file.text.contains("程立"));
    let mut auditor = app.auditor().await;
    let page = auditor.get("/training/hours").await.text;
    assert!(page.contains("Amy Lindqvist") && page.contains("程立"), "{page}");
    assert_eq!(auditor.get(&systems).await.status, 200);
    assert_eq!(auditor.get("/settings/training").await.status, 403);
}

#[tokio::test]
async fn the_department_says_how_many_hours_it_wants() {
    let app = TestApp::open().await;
    let mut shen = app.manager().await;
    assert!(shen.get("/settings/training").await.text.contains("value=\"40\""));
    assert_eq!(
        shen.post("/settings/training", &[("hours", "0")]).await.status,
        422
    );
    assert_eq!(
        shen.post("/settings/training", &[("hours", "many")]).await.status,
        422
    );
    assert_eq!(
        shen.post("/settings/training", &[("hours", "20")]).await.status,
        303
    );
    assert!(
        app.technician()
            .await
            .get("/training")
            .await
            .text
            .contains("of 20 h")
    );
    let refused = tried(&app, &app.cast.amy.clone(), |tx, cx| hours::set_wanted(tx, cx, 1)).await;
    assert_eq!(refused, Err("kernel.forbidden".to_owned()));
}
