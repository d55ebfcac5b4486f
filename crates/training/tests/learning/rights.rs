//! Who sees and does what: courses are seen by those who take or teach them, articles by their own readers, hours by those who
//! lead.

use training::assignment::Target;
use training::course::making;
use training::part::{What, arranging};

use crate::house::{article, assign, assign_to, course, date, facts, has, part, tried};
use testkit::TestApp;

#[tokio::test]
async fn a_course_is_seen_by_those_who_take_it_and_those_who_teach() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    assign_to(&app, &made, &app.cast.li_na.clone()).await;
    let mut li_na = app.requester().await;
    let page = li_na.get(&made.path()).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("识别钓鱼邮件") && page.text.contains("class=\"portal\""),
        "{}",
        page.text
    );
    let mine = li_na.get("/training").await.text;
    assert!(
        mine.contains("识别钓鱼邮件") && mine.contains("2026年3月20日"),
        "{mine}"
    );
    let mut bruno = app.browser_of(&app.cast.bruno.clone()).await;
    let mut amy = app.technician().await;
    for browser in [&mut bruno, &mut amy] {
        assert_eq!(browser.get(&made.path()).await.status, 404);
        assert_eq!(browser.get(&made.part(made.article)).await.status, 404);
        let tick = browser
            .post(&format!("{}/tick", made.part(made.article)), &[("done", "yes")])
            .await;
        assert_eq!(tick.status, 404);
        assert!(!browser.get("/training").await.text.contains("False mails"));
    }
    assert!(amy.get("/training").await.text.contains("class=\"console\""));
    assert_eq!(app.engineer().await.get(&made.path()).await.status, 200);
}

#[tokio::test]
async fn making_assigning_and_dates_are_for_those_who_teach() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    assign_to(&app, &made, &app.cast.amy.clone()).await;
    let session = date(&app, &made, 30, 5, &app.cast.cheng_li.clone()).await;
    let mut amy = app.technician().await;
    for path in [
        "/training/courses".to_owned(),
        "/training/courses/new".to_owned(),
        format!("{}/manage", made.path()),
        format!("{}/edit", made.path()),
        format!("{}/edit", made.part(made.test)),
        format!("{}/sessions/new", made.part(made.session)),
        format!("/training/sessions/{}/edit", session.id),
        "/training/hours".to_owned(),
        "/training/hours.csv".to_owned(),
        "/settings/training".to_owned(),
    ] {
        assert_eq!(amy.get(&path).await.status, 403, "{path}");
    }
    // A seat gives no look at the others'.
    let seat = format!("/training/sessions/{}/seat", session.id);
    assert_eq!(amy.post(&seat, &[]).await.status, 303);
    assert_eq!(
        amy.get(&format!("/training/sessions/{}", session.id))
            .await
            .status,
        404
    );
    for (path, fields) in [
        ("/training/courses".to_owned(), vec![("title_en", "Mine")]),
        (format!("{}/state", made.path()), vec![("state", "closed")]),
        (
            format!("{}/assignments", made.path()),
            vec![("roles", "requester")],
        ),
        (format!("{}/removal", made.part(made.test)), vec![]),
        (format!("/training/sessions/{}/cancellation", session.id), vec![]),
    ] {
        assert_eq!(amy.post(&path, &fields).await.status, 403, "{path}");
    }
    let attendance = format!("/training/sessions/{}/attendance", session.id);
    assert_eq!(amy.post(&attendance, &[]).await.status, 404);
}

#[tokio::test]
async fn an_article_is_read_with_the_readers_own_rights() {
    let app = TestApp::open().await;
    let number = article(&app, "staff").await;
    let (course, staff_only) = app
        .act(&app.cast.cheng_li.clone(), move |tx, cx| {
            let course = making::add(tx, cx, &facts())?.id;
            let part = arranging::add(tx, cx, course, &part("Internal", What::Article(number)))?.id;
            making::set_state(tx, cx, course, training::course::State::Open)?;
            Ok((course, part))
        })
        .await;
    assign(&app, course, Target::Person(app.cast.li_na.id), None).await;
    let path = format!("/training/courses/{course}/parts/{staff_only}");
    let mut li_na = app.requester().await;
    let page = li_na.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(
        !page.text.contains("sender") && page.text.contains("您无法查看"),
        "{}",
        page.text
    );
    assert_eq!(
        li_na
            .post(&format!("{path}/tick"), &[("done", "yes")])
            .await
            .status,
        404
    );
    assign(&app, course, Target::Person(app.cast.amy.id), None).await;
    let page = app.technician().await.get(&path).await.text;
    assert!(page.contains("<strong>sender</strong>"), "{page}");
}

#[tokio::test]
async fn what_the_author_may_not_see_does_not_get_into_a_course() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    let id = made.course;
    let unknown = tried(&app, &app.cast.cheng_li.clone(), move |tx, cx| {
        arranging::add(tx, cx, id, &part("", What::Article(999_999)))
    })
    .await;
    assert_eq!(unknown, Err("kernel.invalid".to_owned()));
}

#[tokio::test]
async fn a_course_for_everybody_is_offered_and_becomes_theirs_with_the_first_part() {
    let app = TestApp::open().await;
    let made = course(&app).await;
    let id = made.course;
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        let mut facts = facts();
        facts.for_all = true;
        making::change(tx, cx, id, &facts, None)
    })
    .await;
    let mut bruno = app.browser_of(&app.cast.bruno.clone()).await;
    assert!(bruno.get("/training").await.text.contains("False mails"));
    assert!(!has(&app, id, app.cast.bruno.id).await);
    let tick = bruno
        .post(&format!("{}/tick", made.part(made.article)), &[("done", "yes")])
        .await;
    assert_eq!(
        (tick.status.as_u16(), tick.header("location")),
        (303, made.part(made.session).as_str())
    );
    assert!(has(&app, id, app.cast.bruno.id).await);
    // Closed, it is still theirs to look at, but nothing of it can be done.
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        making::set_state(tx, cx, id, training::course::State::Closed)
    })
    .await;
    assert_eq!(bruno.get(&made.path()).await.status, 200);
    let tick = bruno
        .post(&format!("{}/tick", made.part(made.article)), &[("done", "no")])
        .await;
    assert_eq!(tick.status, 409);
}
