//! When a share is over: its browser does not come back, or what it rests on has changed.

use desk::ticket;
use people::user;

use crate::house::Scene;

#[tokio::test]
async fn a_closed_ticket_ends_it() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    let app = scene.app();
    app.amy_solves(scene.ticket).await;
    app.settle().await;
    assert_eq!(scene.stands(id).await["state"], "open", "solved is not closed");
    let number = scene.ticket;
    app.act(&app.cast.li_na.clone(), move |tx, cx| {
        let verify = ticket::Verify {
            accepted: true,
            comment: None,
        };
        ticket::verify(tx, cx, number, verify).map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(sharer.hears("ended").await["reason"], "ticket_closed");
    sharer.is_closed().await;
    let token = app.session_of(&app.cast.li_na).await;
    let refused = crate::sharer::Sharer::open(scene.address(), scene.ticket, &token).await;
    assert_eq!(refused.err(), Some(409));
}

#[tokio::test]
async fn another_requester_ends_it() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    sharer.opened().await;
    let app = scene.app();
    let (number, bruno) = (scene.ticket, app.cast.bruno.id);
    app.act(&app.cast.amy.clone(), move |tx, cx| {
        let change = ticket::Change {
            requester: Some(bruno),
            ..ticket::Change::default()
        };
        ticket::change(tx, cx, number, change).map(drop)
    })
    .await;
    app.settle().await;
    assert_eq!(sharer.hears("ended").await["reason"], "requester_changed");
}

#[tokio::test]
async fn a_closed_account_ends_it() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    sharer.opened().await;
    let app = scene.app();
    let li_na = app.cast.li_na.id;
    app.act(&app.cast.noor.clone(), move |tx, cx| {
        user::changing::deactivate(tx, cx, li_na)
    })
    .await;
    app.settle().await;
    assert_eq!(sharer.hears("ended").await["reason"], "person_left");
}

#[tokio::test]
async fn a_browser_that_does_not_come_back_ends_it_and_one_that_is_kept_goes_on() {
    let scene = Scene::open().await;
    let app = scene.app();
    let mut away = scene.li_na_shares().await;
    let gone = away.opened().await;
    away.shows(true, (64, 64), 1).await;
    drop(away);
    scene.until_state(gone, "waiting").await;
    app.clock.advance_millis(59_000);
    app.settle().await;
    assert_eq!(scene.stands(gone).await["state"], "waiting");
    app.clock.advance_millis(62_000);
    app.settle().await;
    let stands = scene.stands(gone).await;
    assert_eq!(
        (&stands["state"], &stands["reason"]),
        (&"ended".into(), &"gone".into())
    );
    // The next begins a new one.
    let mut next = scene.li_na_shares().await;
    assert_ne!(next.opened().await, gone);
}

#[tokio::test]
async fn eight_hours_are_the_longest() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    scene.app().pass_hours(9).await;
    scene.until_state(id, "ended").await;
    sharer.hears("ended").await;
}

#[tokio::test]
async fn what_no_browser_sends_ends_it_and_reaches_nobody() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    let area = rfb::area::Area::sized(64, 64);
    // A JPEG that says it is of another size.
    let wrong = crate::sharer::jpeg(64, 32, 1);
    let bytes = crate::sharer::frame(1, true, (64, 64), &[(area, wrong)]);
    sharer.bytes(bytes).await;
    assert_eq!(sharer.hears("ended").await["reason"], "unreadable");
    assert_eq!(scene.stands(id).await["bytes"], 0);
}
