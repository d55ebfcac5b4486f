//! Seats are taken and given back; the trainer says who was there, and can be wrong once.

use training::session::{attending, seating};

use crate::house::{assign_to, course, date, done_at, minutes, tried};
use testkit::TestApp;

#[tokio::test]
async fn seats_are_as_many_as_there_are_and_one_for_each_part() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    for person in [&app.cast.li_na, &app.cast.bruno] {
        assign_to(&app, &made, &person.clone()).await;
    }
    let (cheng_li, li_na, bruno) = (
        app.cast.cheng_li.clone(),
        app.cast.li_na.clone(),
        app.cast.bruno.clone(),
    );
    let first = date(&app, &made, 30, 1, &cheng_li).await.id;
    let second = date(&app, &made, 50, 1, &cheng_li).await.id;
    let take = async |person: &testkit::Person, id| {
        tried(&app, person, move |tx, cx| seating::take(tx, cx, id)).await
    };
    assert_eq!(take(&li_na, first).await, Ok(()));
    assert_eq!(take(&bruno, first).await, Err("training.no_seat".to_owned()));
    assert_eq!(
        take(&li_na, second).await,
        Err("training.another_date".to_owned())
    );
    assert_eq!(
        take(&app.cast.amy.clone(), second).await,
        Err("kernel.not_found".to_owned())
    );
    let mut browser = app.requester().await;
    let page = browser.get(&made.part(made.session)).await.text;
    assert!(page.contains("Room 3.12") && page.contains("已报名"), "{page}");
    let back = browser
        .post(&format!("/training/sessions/{first}/seat/removal"), &[])
        .await;
    assert_eq!(back.status, 303);
    assert_eq!(take(&bruno, first).await, Ok(()));
    app.clock.advance_millis(31 * 3_600_000);
    let late = tried(&app, &bruno, move |tx, cx| seating::give_back(tx, cx, first)).await;
    assert_eq!(late, Err("training.session_begun".to_owned()));
    assert_eq!(
        take(&li_na, first).await,
        Err("training.session_begun".to_owned())
    );
}

#[tokio::test]
async fn the_trainer_says_who_was_there_and_nobody_else() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    assign_to(&app, &made, &app.cast.li_na.clone()).await;
    // A technician holds it, without the right to teach.
    let amy = app.cast.amy.clone();
    let id = date(&app, &made, 2, 5, &amy).await.id;
    let (li_na, bruno) = (app.cast.li_na.clone(), app.cast.bruno.clone());
    app.act(&li_na, move |tx, cx| seating::take(tx, cx, id)).await;
    let present = [li_na.id];
    let early = tried(&app, &amy, move |tx, cx| attending::say(tx, cx, id, &present)).await;
    assert_eq!(early, Err("training.session_to_come".to_owned()));
    app.clock.advance_millis(3 * 3_600_000);
    for stranger in [&li_na, &bruno] {
        let said = tried(&app, stranger, move |tx, cx| attending::say(tx, cx, id, &present)).await;
        assert_eq!(said, Err("kernel.not_found".to_owned()));
    }
    let mut browser = app.technician().await;
    let path = format!("/training/sessions/{id}");
    assert!(
        browser.get("/training").await.text.contains(&path),
        "it stands among those she holds"
    );
    assert!(browser.get(&path).await.text.contains("李娜"));
    let unknown = browser
        .post(
            &format!("{path}/attendance"),
            &[("others", "nobody@example.test")],
        )
        .await;
    assert_eq!(unknown.status, 422, "{}", unknown.text);
    // Bruno came without a seat, and the course became his.
    let fields = [("present", li_na.id.to_string()), ("others", bruno.email.clone())];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        browser.post(&format!("{path}/attendance"), &fields).await.status,
        303
    );
    for person in [li_na.id, bruno.id] {
        assert_eq!(minutes(&app, person, 2026).await, 90);
    }
}

#[tokio::test]
async fn attendance_that_was_wrong_is_taken_back_with_all_that_followed() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    let li_na = app.cast.li_na.clone();
    assign_to(&app, &made, &li_na).await;
    let id = date(&app, &made, 2, 5, &app.cast.cheng_li.clone()).await.id;
    app.act(&li_na, move |tx, cx| seating::take(tx, cx, id)).await;
    let mut browser = app.requester().await;
    let path = made.part(made.article);
    assert_eq!(
        browser
            .post(&format!("{path}/tick"), &[("done", "yes")])
            .await
            .status,
        303
    );
    let answers = [("q0", "1"), ("q1", "0"), ("q1", "2")];
    let path = made.part(made.test);
    assert_eq!(
        browser.post(&format!("{path}/attempts"), &answers).await.status,
        303
    );
    app.clock.advance_millis(3 * 3_600_000);
    let say = async |present: Vec<kernel::UserId>| {
        app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
            attending::say(tx, cx, id, &present)
        })
        .await;
    };
    say(vec![li_na.id]).await;
    assert!(done_at(&app, made.course, li_na.id).await.is_some());
    assert_eq!(
        minutes(&app, li_na.id, 2026).await,
        45 + 90,
        "the course and the session"
    );
    say(vec![li_na.id]).await;
    assert_eq!(
        minutes(&app, li_na.id, 2026).await,
        45 + 90,
        "said twice, counted once"
    );
    say(vec![]).await;
    assert_eq!(minutes(&app, li_na.id, 2026).await, 0);
    assert_eq!(done_at(&app, made.course, li_na.id).await, None);
    say(vec![li_na.id]).await;
    assert_eq!(minutes(&app, li_na.id, 2026).await, 45 + 90);
}
