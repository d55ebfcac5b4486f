//! Satisfaction through the router: after the yes, by the link of a mail, on one's own request, and in the figures.

use axum::http::StatusCode;
use desk::{finding, rating};
use testkit::TestApp;

async fn solved(app: &TestApp) -> (i64, String) {
    let number = app.li_na_cannot_print().await.number;
    let token = app.amy_solves(number).await;
    app.act(&app.cast.amy, move |tx, cx| {
        let cause = finding::Wanted {
            technical: "pickup roller glazed".to_owned(),
            plain: "The printer could no longer pull the paper in.".to_owned(),
        };
        finding::write(tx, cx, number, &cause)
    })
    .await;
    (number, token)
}

#[tokio::test]
async fn after_the_yes_one_tap_says_it_and_a_comment_may_follow() {
    let app = TestApp::open().await;
    let (number, token) = solved(&app).await;
    let mut stranger = app.anonymous();
    let asked = stranger.get(&format!("/confirm/{token}?answer=yes")).await.text;
    assert!(
        asked.contains("could no longer pull the paper in") && !asked.contains("glazed"),
        "{asked}"
    );
    let thanked = stranger
        .post(&format!("/confirm/{token}"), &[("answer", "yes")])
        .await
        .text;
    let start = thanked.find("action=\"/rate/").unwrap() + "action=\"".len();
    let path = thanked[start..].split('"').next().unwrap().to_owned();
    // A mail scanner that follows the link of the closing letter says nothing.
    let looked = stranger.get(&format!("{path}?score=4")).await;
    assert_eq!(looked.status, StatusCode::OK);
    assert!(looked.text.contains("aria-pressed=\"true\""), "{}", looked.text);
    let ratings = app
        .read(move |tx| rating::store::of_ticket(tx, number))
        .await
        .unwrap();
    assert!(ratings.is_empty());
    let said = stranger.post(&path, &[("score", "4")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    let shown = stranger.get(&path).await.text;
    assert!(shown.contains("name=\"comment\""), "{shown}");
    let commented = stranger
        .post(&path, &[("score", "4"), ("comment", "Quick, thank you <3")])
        .await;
    assert_eq!(commented.status, StatusCode::SEE_OTHER);
    assert!(stranger.get(&path).await.text.contains("Quick, thank you &#60;3"));
    let wrong = stranger.post(&path, &[("score", "9")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        stranger.get("/rate/rate.1.2.3.4").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn on_the_own_request_it_is_asked_when_it_is_closed_and_the_desk_sees_the_score() {
    let app = TestApp::open().await;
    let (number, _) = solved(&app).await;
    let mut li_na = app.requester().await;
    let page = format!("/portal/requests/{number}");
    let asked = li_na.get(&page).await.text;
    assert!(
        asked.contains("could no longer pull the paper in") && !asked.contains("glazed"),
        "{asked}"
    );
    assert!(!asked.contains("/rating\""), "nothing to rate yet");
    li_na
        .post(&format!("{page}/verification"), &[("answer", "yes")])
        .await;
    assert!(li_na.get(&page).await.text.contains(&format!("{page}/rating")));
    let said = li_na.post(&format!("{page}/rating"), &[("score", "2")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    let commented = li_na
        .post(
            &format!("{page}/rating"),
            &[("score", "2"), ("comment", "It took two weeks.")],
        )
        .await;
    assert_eq!(commented.status, StatusCode::SEE_OTHER);
    let of_technician = app
        .technician()
        .await
        .get(&format!("/tickets/{number}"))
        .await
        .text;
    assert!(
        of_technician.contains("2 of 5") || of_technician.contains("2 分"),
        "{of_technician}"
    );
    assert!(
        !of_technician.contains("It took two weeks."),
        "the comment is not theirs to read"
    );
    let mut manager = app.manager().await;
    assert!(
        manager
            .get(&format!("/tickets/{number}"))
            .await
            .text
            .contains("It took two weeks.")
    );
    let figures = manager.get("/figures/satisfaction").await;
    assert_eq!(figures.status, StatusCode::OK);
    assert!(figures.text.contains("<b>2.0</b>"), "{}", figures.text);
    let wrong = manager.get("/figures/satisfaction?from=2026-13").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}
