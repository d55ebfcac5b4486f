//! A test cannot be cheated: right answers are sent to nobody who has not passed, answers are judged by the server, attempts are
//! kept and counted.

use training::quiz::taking;

use crate::house::{Made, RIGHT, assign_to, course, done_at, tried};
use testkit::TestApp;

const WRONG: [(&str, &str); 2] = [("q0", "0"), ("q1", "1")];
const ALL_RIGHT: [(&str, &str); 3] = [("q0", "1"), ("q1", "0"), ("q1", "2")];

async fn ready() -> (TestApp, Made) {
    let app = TestApp::open().await;
    let made = course(&app).await;
    assign_to(&app, &made, &app.cast.li_na.clone()).await;
    (app, made)
}

async fn attempts(app: &TestApp, made: &Made) -> Vec<(i64, bool)> {
    let (part, person) = (made.test, app.cast.li_na.id);
    let found = app
        .read(move |tx| training::quiz::store::attempts(tx, part, person))
        .await
        .unwrap();
    found.into_iter().map(|one| (one.right, one.passed)).collect()
}

#[tokio::test]
async fn right_answers_are_told_to_who_has_passed_and_to_nobody_else() {
    let (app, made) = ready().await;
    let mut li_na = app.requester().await;
    let path = made.part(made.test);
    let before = li_na.get(&path).await.text;
    assert!(
        before.contains("Which one is false?") && before.contains("type=\"checkbox\""),
        "{before}"
    );
    let marks = [
        "正确答案",
        "chip-success\">Right",
        "data-right",
        "\"right\"",
        "[x]",
    ];
    let tells = |text: &str| marks.iter().any(|mark| text.contains(mark));
    assert!(!tells(&before), "{before}");
    assert!(before.contains(RIGHT), "it is one of the answers to choose from");
    assert_eq!(li_na.post(&format!("{path}/attempts"), &WRONG).await.status, 303);
    let after = li_na.get(&path).await.text;
    assert!(after.contains("答对 0 题，共 2 题") && !tells(&after), "{after}");
    assert_eq!(
        li_na.post(&format!("{path}/attempts"), &ALL_RIGHT).await.status,
        303
    );
    let passed = li_na.get(&path).await.text;
    assert!(
        passed.contains("正确答案") && passed.contains("您的选择"),
        "{passed}"
    );
    assert_eq!(attempts(&app, &made).await, [(2, true), (0, false)]);
    let api = app.token_of(&app.cast.li_na.clone(), &["*"]).await;
    let whole = api.get(&format!("/api/v1{}", made.path())).await;
    assert_eq!(whole.status, 200, "{}", whole.text);
    assert!(!whole.text.contains(RIGHT), "{}", whole.text);
}

#[tokio::test]
async fn a_test_is_neither_ticked_by_hand_nor_taken_by_a_session_or_for_a_course_that_is_not_theirs() {
    let (app, made) = ready().await;
    let mut li_na = app.requester().await;
    for part in [made.test, made.session] {
        let answer = li_na
            .post(&format!("{}/tick", made.part(part)), &[("done", "yes")])
            .await;
        assert_eq!(answer.status, 409, "{}", answer.text);
    }
    let answer = li_na
        .post(&format!("{}/attempts", made.part(made.article)), &ALL_RIGHT)
        .await;
    assert_eq!(answer.status, 404);
    let mut bruno = app.browser_of(&app.cast.bruno.clone()).await;
    assert_eq!(bruno.get(&made.part(made.test)).await.status, 404);
    let answer = bruno
        .post(&format!("{}/attempts", made.part(made.test)), &ALL_RIGHT)
        .await;
    assert_eq!(answer.status, 404);
    assert_eq!(attempts(&app, &made).await, []);
}

#[tokio::test]
async fn every_question_is_answered_with_what_it_offers() {
    let (app, made) = ready().await;
    let mut li_na = app.requester().await;
    let path = format!("{}/attempts", made.part(made.test));
    let missing = li_na.post(&path, &[("q1", "0"), ("q1", "2")]).await;
    assert_eq!(missing.status, 422);
    assert!(
        missing.text.contains("field-invalid\" id=\"q0\""),
        "{}",
        missing.text
    );
    // All boxes of a question with one right answer, and an answer that is not offered.
    for wrong in [
        [("q0", "0"), ("q0", "1"), ("q1", "0")],
        [("q0", "9"), ("q1", "0"), ("q1", "2")],
    ] {
        assert_eq!(li_na.post(&path, &wrong).await.status, 422);
    }
    assert_eq!(
        attempts(&app, &made).await,
        [],
        "a form that is not filled is no attempt"
    );
}

#[tokio::test]
async fn three_attempts_a_day_and_none_after_passing() {
    let (app, made) = ready().await;
    let mut li_na = app.requester().await;
    let path = format!("{}/attempts", made.part(made.test));
    for _ in 0..taking::ATTEMPTS {
        assert_eq!(li_na.post(&path, &WRONG).await.status, 303);
        app.clock.advance_millis(60_000);
    }
    let refused = li_na.post(&path, &ALL_RIGHT).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(
        attempts(&app, &made).await.len(),
        3,
        "also the right one is not taken"
    );
    let page = li_na.get(&made.part(made.test)).await.text;
    assert!(!page.contains("/attempts\""), "{page}");
    app.clock.advance_millis(24 * 3_600_000);
    let mut li_na = app.requester().await;
    assert_eq!(li_na.post(&path, &ALL_RIGHT).await.status, 303);
    let (course, part) = (made.course, made.test);
    let again = tried(&app, &app.cast.li_na.clone(), move |tx, cx| {
        taking::take(tx, cx, course, part, &[vec![1], vec![0, 2]])
    })
    .await;
    assert_eq!(again, Err("training.passed_already".to_owned()));
    assert_eq!(
        done_at(&app, made.course, app.cast.li_na.id).await,
        None,
        "the rest is to do"
    );
}
