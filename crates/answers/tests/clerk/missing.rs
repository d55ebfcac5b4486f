//! What people search for, and the work list that comes of it.

use answers::asked;
use answers::gap::{self, Filter, Kind, State, building, changing};
use kernel::error::Kind as ErrorKind;
use serde_json::json;
use testkit::TestApp;
use web::Searched;

/// Somebody searched twice for something that is not there, and ten times for what nobody opened.
async fn searched(app: &TestApp) {
    let cx = app.cx();
    app.write(move |tx| {
        for time in 0..2 {
            asked::searched(tx, &cx, &search(&format!("a{time}"), "Parking permit?", 0))?;
        }
        for time in 0..10 {
            asked::searched(tx, &cx, &search(&format!("b{time}"), "travel expenses", 4))?;
        }
        asked::searched(tx, &cx, &search("c", "ann@example.com", 0))?;
        asked::searched(tx, &cx, &search("d", "mail requester:ann@example.com", 0))?;
        asked::found(tx, &cx, "b0", "article_en", "KB-1")?;
        asked::found(tx, &cx, "b0", "article_en", "KB-2")
    })
    .await
    .unwrap();
}

fn search(id: &str, text: &str, found: usize) -> Searched {
    Searched {
        id: id.to_owned(),
        text: text.to_owned(),
        place: "console",
        found,
    }
}

async fn gaps(app: &TestApp, filter: Filter) -> Vec<gap::Gap> {
    app.act(&app.cast.shen, move |tx, cx| Ok(gap::list(tx, cx, &filter, 0)?.0))
        .await
}

#[tokio::test]
async fn searches_in_vain_become_lines_that_are_given_drafted_and_dismissed() {
    let app = TestApp::open().await;
    searched(&app).await;
    building::build(&app.house.kernel.db, &app.cx()).await.unwrap();
    let found = gaps(&app, Filter::default()).await;
    let lines: Vec<(Kind, &str, i64)> = found
        .iter()
        .map(|gap| (gap.kind, gap.title.as_str(), gap.weight))
        .collect();
    assert_eq!(
        lines,
        [
            (Kind::NotOpened, "travel expenses", 9),
            (Kind::NothingFound, "Parking permit?", 2)
        ]
    );
    let (travel, parking) = (found[0].id, found[1].id);
    let amy = app.cast.amy.id;
    app.act(&app.cast.shen, move |tx, cx| {
        changing::give(tx, cx, travel, Some(amy)).map(drop)
    })
    .await;
    let refused = app
        .write({
            let cx = app.cx();
            move |tx| changing::dismiss(tx, &cx, parking, "  ")
        })
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    app.act(&app.cast.shen, move |tx, cx| {
        changing::dismiss(tx, cx, parking, "Facilities does that.").map(drop)
    })
    .await;
    // The next night changes nothing of what people decided.
    app.clock.advance_millis(3_600_000);
    building::build(&app.house.kernel.db, &app.cx()).await.unwrap();
    let open = gaps(&app, Filter::default()).await;
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].id, open[0].owner), (travel, Some(amy)));
    let dismissed = gaps(
        &app,
        Filter {
            state: State::Dismissed,
            ..Filter::default()
        },
    )
    .await;
    assert_eq!(dismissed[0].reason, "Facilities does that.");
}

#[tokio::test]
async fn a_line_that_is_found_no_more_goes_and_texts_are_forgotten_after_ninety_days() {
    let app = TestApp::open().await;
    searched(&app).await;
    building::build(&app.house.kernel.db, &app.cx()).await.unwrap();
    app.pass_hours(24 * 91).await;
    building::build(&app.house.kernel.db, &app.cx()).await.unwrap();
    let open = gaps(
        &app,
        Filter {
            kind: Some(Kind::NothingFound),
            ..Filter::default()
        },
    )
    .await;
    assert_eq!(open, []);
    let kept = app
        .read(|tx| asked::store::count_since(tx, kernel::Timestamp::from_millis(0)))
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn the_search_page_and_the_json_interface_are_heard_and_the_list_can_be_worked_by_programs() {
    let app = TestApp::open().await;
    let mut amy = app.technician().await;
    for _ in 0..2 {
        assert_eq!(amy.get("/search?q=flugelhorn").await.status, 200);
    }
    // Told after the answer; a second question comes behind it.
    testkit_settles(&app).await;
    building::build(&app.house.kernel.db, &app.cx()).await.unwrap();
    let api = app
        .token_of(
            &app.cast.shen,
            &[
                "answers.report",
                "answers.use",
                "knowledge.read",
                "knowledge.write",
            ],
        )
        .await;
    let list = api.get("/api/v1/knowledge/missing").await;
    assert_eq!(list.status, 200, "{}", list.text);
    let line = list.json()["items"][0].clone();
    assert_eq!(line["title"], "flugelhorn");
    assert_eq!(line["kind"], "nothing_found");
    let path = format!("/api/v1/knowledge/missing/{}", line["id"]);
    let done = api
        .post(&path, &json!({ "act": "dismiss", "reason": "An instrument." }))
        .await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(done.json()["state"], "dismissed");
    let auditor = app.token_of(&app.cast.ottilie, &["answers.report"]).await;
    assert_eq!(auditor.get("/api/v1/knowledge/missing").await.status, 200);
    assert_eq!(auditor.post(&path, &json!({ "act": "reopen" })).await.status, 403);
}

/// Waits until both searches are kept.
async fn testkit_settles(app: &TestApp) {
    for _ in 0..200 {
        let kept = app
            .read(|tx| asked::store::count_since(tx, kernel::Timestamp::from_millis(0)))
            .await
            .unwrap();
        if kept >= 2 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the searches were not kept");
}
