//! What is shared is seen live and replayed, and nobody presses anything.

use rfb::area::Area;
use rfb::saying::Said;

use crate::house::Scene;

const SIZE: (u16, u16) = (640, 480);

#[tokio::test]
async fn a_screen_is_seen_by_whoever_is_on_the_ticket_and_replayed_as_it_was() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    let first = sharer.shows(true, SIZE, 1).await;
    let amy = scene.app().cast.amy.clone();
    let mut window = scene.watched_by(&amy, id).await;
    window.greeted().await;
    assert_eq!(window.size, SIZE);
    sharer.watched_by(&[amy.name.as_str()]).await;
    // Whoever comes is shown all of it, and from then on what changes.
    sharer.hears("whole").await;
    let part = Area {
        x: 64,
        y: 64,
        width: 64,
        height: 64,
    };
    let unseen = sharer.shows_part(false, SIZE, part, 2).await;
    let whole = sharer.shows(true, SIZE, 3).await;
    let moved = sharer.shows_part(false, SIZE, part, 4).await;
    window.sees(&[&whole[..], &moved].concat()).await;
    sharer.stops().await;
    sharer.hears("ended").await;
    scene.until_state(id, "ended").await;
    scene.app().settle().await;
    window.until("it is over", |window| window.state == "ended").await;
    assert_eq!(scene.stands(id).await["reason"], "stopped_by_sharer");
    let greeting = rfb::viewer::greeting(SIZE.0, SIZE.1, &id.to_string());
    assert_eq!(scene.recorded(id).await, [greeting, first, unseen, whole, moved]);
    let mut browser = scene.app().technician().await;
    let page = browser.get(&format!("/shares/{id}")).await;
    assert!(
        page.text.contains("data-screen-player") && page.text.contains(&amy.name),
        "{}",
        page.text
    );
    let ticket = browser.get(&format!("/tickets/{}", scene.ticket)).await;
    assert!(ticket.text.contains(&format!("/shares/{id}")), "{}", ticket.text);
}

#[tokio::test]
async fn whatever_a_viewer_presses_reaches_nobody() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    sharer.shows(true, SIZE, 1).await;
    let amy = scene.app().cast.amy.clone();
    let mut window = scene.watched_by(&amy, id).await;
    window.greeted().await;
    sharer.hears("whole").await;
    window
        .says(&Said::Key {
            down: true,
            sign: 0x61,
        })
        .await;
    window
        .says(&Said::Pointer {
            buttons: 1,
            x: 1,
            y: 1,
        })
        .await;
    let whole = sharer.shows(true, SIZE, 2).await;
    window.sees(&whole).await;
    assert!(
        sharer.heard.is_empty(),
        "the browser hears no key: {:?}",
        sharer.heard
    );
}

#[tokio::test]
async fn another_size_begins_the_picture_anew() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    let first = sharer.shows(true, SIZE, 1).await;
    let mut window = scene.watched_by(&scene.app().cast.amy.clone(), id).await;
    window.greeted().await;
    sharer.hears("whole").await;
    // A part of a picture of another size is nothing that anybody could draw.
    sharer.shows_part(false, (800, 600), Area::sized(64, 64), 2).await;
    sharer.hears("whole").await;
    let second = sharer.shows(true, (800, 600), 3).await;
    window.greeted().await;
    assert_eq!(window.size, (800, 600));
    sharer.hears("whole").await;
    let whole = sharer.shows(true, (800, 600), 4).await;
    window.sees(&whole).await;
    sharer.stops().await;
    sharer.hears("ended").await;
    let mut resized = rfb::telling::Update::new();
    resized.resize(800, 600);
    let greeting = rfb::viewer::greeting(SIZE.0, SIZE.1, &id.to_string());
    assert_eq!(
        scene.recorded(id).await,
        [greeting, first, resized.finish(), second, whole]
    );
}

#[tokio::test]
async fn whoever_comes_back_goes_on_with_the_same_share_and_recording() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    let before = sharer.shows(true, SIZE, 1).await;
    let mut window = scene.watched_by(&scene.app().cast.amy.clone(), id).await;
    window.greeted().await;
    // Her page is reloaded.
    drop(sharer);
    scene.until_state(id, "waiting").await;
    window.until("she is away", |window| window.state == "away").await;
    let mut again = scene.li_na_shares().await;
    assert_eq!(again.opened().await, id);
    window.until("she is back", |window| window.state == "open").await;
    let after = again.shows(true, SIZE, 2).await;
    window.sees(&after).await;
    again.stops().await;
    again.hears("ended").await;
    let greeting = rfb::viewer::greeting(SIZE.0, SIZE.1, &id.to_string());
    assert_eq!(scene.recorded(id).await, [greeting, before, after]);
    assert_eq!(scene.stands(id).await["generation"], 2);
}

#[tokio::test]
async fn a_second_window_takes_over_and_the_first_hears_it() {
    let scene = Scene::open().await;
    let mut first = scene.li_na_shares().await;
    let id = first.opened().await;
    first.shows(true, SIZE, 1).await;
    let mut second = scene.li_na_shares().await;
    assert_eq!(second.opened().await, id);
    first.hears("taken").await;
    first.is_closed().await;
    second.shows(true, SIZE, 2).await;
    assert_eq!(scene.stands(id).await["state"], "open");
}
