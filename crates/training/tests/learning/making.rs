//! A course is made on its pages, from a title and an article that came along, to what a learner sees.

use crate::house::{article, course, done_at};
use testkit::TestApp;

#[tokio::test]
async fn a_course_begins_with_an_article_and_is_put_together_on_its_pages() {
    let app = TestApp::open().await;
    let number = article(&app, "everyone").await;
    let mut engineer = app.engineer().await;
    let new = engineer
        .get(&format!("/training/courses/new?title=VPN&article={number}"))
        .await;
    assert!(new.text.contains("value=\"VPN\""), "{}", new.text);
    let number = number.to_string();
    let fields = [
        ("title_zh", "VPN 断线"),
        ("minutes", "30"),
        ("article", number.as_str()),
    ];
    let made = engineer.post("/training/courses", &fields).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let manage = made.header("location").to_owned();
    let course = manage.trim_end_matches("/manage").to_owned();
    let page = engineer.get(&manage).await.text;
    assert!(
        page.contains("How to know a false mail"),
        "the part has the article's title: {page}"
    );
    for (kind, field) in [
        ("article", "article"),
        ("file", "article"),
        ("session", "title_en"),
        ("test", "questions_zh"),
    ] {
        let form = engineer.get(&format!("{course}/parts/new?kind={kind}")).await;
        assert_eq!(form.status, 200, "{kind}");
        assert!(
            form.text.contains(&format!("name=\"{field}\"")),
            "{kind}: {}",
            form.text
        );
    }
    let test = [
        ("kind", "test"),
        ("title_zh", "测验"),
        ("pass_percent", "80"),
        ("questions_zh", "怎么办？\n[x] 重连\n[ ] 等待"),
    ];
    let mut wrong = test;
    wrong[3].1 = "怎么办？\n[ ] 重连\n[ ] 等待";
    let refused = engineer.post(&format!("{course}/parts"), &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("第 1 题"), "{}", refused.text);
    assert_eq!(engineer.post(&format!("{course}/parts"), &test).await.status, 303);
    assert_eq!(
        engineer
            .post(&format!("{course}/state"), &[("state", "open")])
            .await
            .status,
        303
    );
    let nobody = engineer.post(&format!("{course}/assignments"), &[]).await;
    assert_eq!(nobody.status, 422);
    let due = [
        ("people", "amy@example.test, li.na@example.test"),
        ("due_on", "2026-01-01"),
    ];
    let past = engineer.post(&format!("{course}/assignments"), &due).await;
    assert_eq!(past.status, 422);
    assert!(
        past.text.contains("amy@example.test"),
        "what was typed stays: {}",
        past.text
    );
    let due = [
        ("people", "amy@example.test, li.na@example.test"),
        ("due_on", "2026-03-31"),
    ];
    assert_eq!(
        engineer.post(&format!("{course}/assignments"), &due).await.status,
        303
    );
    let page = engineer.get(&manage).await.text;
    assert!(page.contains("Amy Lindqvist") && page.contains("0/2"), "{page}");
    let mut li_na = app.requester().await;
    let part = li_na.get(&course).await.text;
    assert!(part.contains("开始学习"), "{part}");
}

#[tokio::test]
async fn parts_are_moved_and_whoever_did_all_the_others_is_done_when_one_is_taken_out() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    let li_na = app.cast.li_na.clone();
    crate::house::assign_to(&app, &made, &li_na).await;
    let mut engineer = app.engineer().await;
    let up = format!("{}/place", made.part(made.test));
    assert_eq!(engineer.post(&up, &[("to", "up")]).await.status, 303);
    let id = made.course;
    let parts = app
        .read(move |tx| training::part::store::of_course(tx, id))
        .await
        .unwrap();
    let order: Vec<i64> = parts.iter().map(|part| part.id).collect();
    assert_eq!(order, [made.article, made.test, made.session]);
    let mut browser = app.requester().await;
    let tick = format!("{}/tick", made.part(made.article));
    assert_eq!(browser.post(&tick, &[("done", "yes")]).await.status, 303);
    for part in [made.test, made.session] {
        assert_eq!(done_at(&app, id, li_na.id).await, None);
        assert_eq!(
            engineer
                .post(&format!("{}/removal", made.part(part)), &[])
                .await
                .status,
            303
        );
    }
    assert!(done_at(&app, id, li_na.id).await.is_some());
    let last = engineer
        .post(&format!("{}/removal", made.part(made.article)), &[])
        .await;
    assert_eq!(last.status, 409, "an open course keeps a part");
    // What is done stays done: the tick is not taken back, and a part that is added later asks nobody who was done.
    assert_eq!(browser.post(&tick, &[("done", "no")]).await.status, 409);
}
