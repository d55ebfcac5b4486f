//! How much one person may share at once, and what a viewer may cost.

use rfb::area::Area;

use crate::house::Scene;

#[tokio::test]
async fn two_tickets_at_a_time_and_one_share_for_each() {
    let scene = Scene::open().await;
    let app = scene.app();
    let li_na = app.cast.li_na.clone();
    let (second, third) = (
        app.reported(&li_na, "The mouse stops").await.number,
        app.reported(&li_na, "The fan is loud").await.number,
    );
    let mut one = scene.li_na_shares().await;
    one.opened().await;
    let mut two = scene.shares(scene.address(), second).await;
    two.opened().await;
    let mut three = scene.shares(scene.address(), third).await;
    let word = three.hears("refused").await;
    assert_eq!(word["again"], false);
    three.is_closed().await;
    two.stops().await;
    two.hears("ended").await;
    let mut three = scene.shares(scene.address(), third).await;
    three.opened().await;
}

#[tokio::test]
async fn nobody_begins_too_often() {
    let scene = Scene::open().await;
    for _ in 0..20 {
        let mut sharer = scene.li_na_shares().await;
        sharer.opened().await;
        sharer.stops().await;
        sharer.hears("ended").await;
    }
    let mut sharer = scene.li_na_shares().await;
    sharer.hears("refused").await;
}

#[tokio::test]
async fn a_viewer_that_does_not_read_holds_up_nobody_and_begins_anew() {
    const SIZE: (u16, u16) = (640, 480);
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    sharer.shows(true, SIZE, 1).await;
    let amy = scene.app().cast.amy.clone();
    let mut slow = scene.watched_by(&amy, id).await;
    slow.greeted().await;
    sharer.hears("whole").await;
    sharer.shows(true, SIZE, 2).await;
    // More than a room, its queues, and the system's buffers hold together; each is answered all the same.
    let mut jpeg = crate::sharer::jpeg(SIZE.0, SIZE.1, 3);
    let end = jpeg.split_off(jpeg.len() - 2);
    jpeg.resize(jpeg.len() + 1_500_000, 0x55);
    jpeg.extend(end);
    for _ in 0..30 {
        let rectangles = [(Area::sized(SIZE.0, SIZE.1), jpeg.clone())];
        sharer
            .bytes(crate::sharer::frame(3, false, SIZE, &rectangles))
            .await;
        sharer.hears("ack").await;
    }
    // Now it reads: what it missed is gone, and it is greeted again.
    slow.greeted().await;
    sharer.hears("whole").await;
    let whole = sharer.shows(true, SIZE, 4).await;
    slow.sees(&whole).await;
}
