//! The pages: setting it up, the report, and the work list.

use answers::gap::building;
use answers::{asked, clerk::policy};
use testkit::TestApp;
use web::Searched;

use crate::house::{link, ready, reports};

#[tokio::test]
async fn a_manager_sets_it_up_tries_first_and_is_told_what_is_wrong() {
    let app = TestApp::open().await;
    let mut shen = app.manager().await;
    let page = shen.get("/settings/clerk").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let fields = [
        ("is_on", "true"),
        ("threshold", "85"),
        ("proven", "2"),
        ("silent_days", "4"),
        ("categories", "security"),
        ("categories", "network"),
        ("senders", "bank.example\nboss@corp.example"),
    ];
    let mut tried = fields.to_vec();
    tried.push(("do", "try"));
    assert_eq!(shen.post("/settings/clerk", &tried).await.status, 200);
    assert!(!app.read(policy::load).await.unwrap().is_on);
    let mut saved = fields.to_vec();
    saved.push(("do", "save"));
    assert_eq!(shen.post("/settings/clerk", &saved).await.status, 303);
    let policy = app.read(policy::load).await.unwrap();
    assert_eq!(
        (policy.is_on, policy.threshold, policy.proven),
        (true, Some(85), 2)
    );
    assert_eq!(policy.senders, ["bank.example", "boss@corp.example"]);
    let wrong = [
        ("threshold", "20"),
        ("proven", "2"),
        ("silent_days", "4"),
        ("do", "save"),
    ];
    let refused = shen.post("/settings/clerk", &wrong).await;
    assert_eq!(refused.status, 422);
    assert_eq!(app.technician().await.get("/settings/clerk").await.status, 403);
}

#[tokio::test]
async fn the_report_shows_what_it_did() {
    let app = TestApp::open().await;
    ready(&app).await;
    let ticket = reports(&app, &app.cast.bruno, |_| {}).await.number;
    let path = link(&app, ticket, "yes").await;
    let path = path.split('?').next().unwrap();
    let mut anybody = app.anonymous();
    anybody.get(path).await;
    anybody.post(path, &[("answer", "yes"), ("comment", "")]).await;
    app.settle().await;
    let mut shen = app.manager().await;
    let page = shen.get("/reports/clerk").await;
    assert_eq!(page.status, 200, "{}", page.text);
    for part in ["100%", &format!("#{ticket}")] {
        assert!(page.text.contains(part), "no {part} in {}", page.text);
    }
    assert_eq!(app.requester().await.get("/reports/clerk").await.status, 403);
}

#[tokio::test]
async fn the_work_list_is_worked_by_forms() {
    let app = TestApp::open().await;
    let cx = app.cx();
    app.write(move |tx| {
        for time in 0..3 {
            let searched = Searched {
                id: format!("s{time}"),
                text: "parking permit".to_owned(),
                place: "console",
                found: 0,
            };
            asked::searched(tx, &cx, &searched)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    building::build(&app.house.kernel.db, &app.cx()).await.unwrap();
    let mut engineer = app.engineer().await;
    let page = engineer.get("/knowledge/missing").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("parking permit"), "{}", page.text);
    let start = page.text.find("id=\"gap-").unwrap() + 8;
    let id: String = page.text[start..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let made = engineer
        .post(&format!("/knowledge/missing/{id}/draft"), &[])
        .await;
    assert_eq!(made.status, 303, "{}", made.text);
    assert!(
        made.header("location").starts_with("/knowledge/"),
        "{}",
        made.header("location")
    );
    let mut auditor = app.auditor().await;
    assert_eq!(auditor.get("/knowledge/missing?state=drafted").await.status, 200);
    let refused = auditor
        .post(&format!("/knowledge/missing/{id}/reopening"), &[])
        .await;
    assert_eq!(refused.status, 403);
    assert_eq!(app.requester().await.get("/knowledge/missing").await.status, 403);
}
