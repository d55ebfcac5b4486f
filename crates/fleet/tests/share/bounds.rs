//! How much one person may share at once.

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
