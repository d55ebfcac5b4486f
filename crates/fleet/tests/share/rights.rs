//! Who may share, and who may look on.

use serde_json::json;

use crate::house::Scene;
use crate::sharer::Sharer;

#[tokio::test]
async fn only_the_requester_of_an_open_ticket_shares_from_it() {
    let scene = Scene::open().await;
    let app = scene.app();
    for person in [&app.cast.bruno, &app.cast.amy, &app.cast.noor] {
        let token = app.session_of(person).await;
        let refused = Sharer::open(scene.address(), scene.ticket, &token).await;
        assert_eq!(refused.err(), Some(404), "{}", person.name);
        let mut browser = app.browser_of(person).await;
        let page = browser
            .get(&format!("/portal/requests/{}/share", scene.ticket))
            .await;
        assert_eq!(page.status, 404, "{}", person.name);
    }
    let nobody = Sharer::open(scene.address(), scene.ticket, "nobody").await;
    assert!(matches!(nobody.err(), Some(401 | 303)));
    let mut li_na = app.requester().await;
    let page = li_na
        .get(&format!("/portal/requests/{}/share", scene.ticket))
        .await;
    assert_eq!(page.status, 200, "{}", page.text);
    // Another site's page opens nothing with her cookie.
    let token = app.session_of(&app.cast.li_na).await;
    let elsewhere = Sharer::open_from(scene.address(), "http://evil.test", scene.ticket, &token).await;
    assert_eq!(elsewhere.err(), Some(403));
}

#[tokio::test]
async fn who_does_not_see_the_inside_of_the_ticket_does_not_hear_of_the_share() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    sharer.shows(true, (64, 64), 1).await;
    let app = scene.app();
    // Those who report see nothing of it at the desk: not even the one whose screen it is.
    for person in [&app.cast.bruno, &app.cast.li_na] {
        let mut browser = app.browser_of(person).await;
        for part in ["", "/stream", "/recording"] {
            let answer = browser.get(&format!("/shares/{id}{part}")).await;
            assert!(
                matches!(answer.status.as_u16(), 403 | 404),
                "{} {part}: {}",
                person.name,
                answer.status
            );
        }
    }
    let mut amy = app.technician().await;
    let list = amy.get("/shares").await;
    assert!(list.text.contains(&format!("/shares/{id}")), "{}", list.text);
    // Not while it lasts: whoever looks on then is seen.
    assert_eq!(amy.get(&format!("/shares/{id}/recording")).await.status, 404);
    let client = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let one = client.get(&format!("/api/v1/screen-shares/{id}")).await.json();
    assert_eq!(
        (&one["state"], &one["ticket"]),
        (&json!("open"), &json!(scene.ticket))
    );
    let all = client
        .get(&format!("/api/v1/screen-shares?ticket={}", scene.ticket))
        .await;
    assert_eq!(all.json()["items"][0]["id"], json!(id.to_string()));
    let nothing = app.cx().new_id::<fleet::share::ShareMark>();
    let none = client.get(&format!("/api/v1/screen-shares/{nothing}")).await;
    assert_eq!(none.status, 404);
}

#[tokio::test]
async fn the_desk_ends_a_share_and_an_auditor_only_looks() {
    let scene = Scene::open().await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    let app = scene.app();
    let mut auditor = app.auditor().await;
    auditor.get("/shares").await;
    let refused = auditor.post(&format!("/shares/{id}/end"), &[]).await;
    assert!(matches!(refused.status.as_u16(), 403 | 404), "{}", refused.status);
    let mut amy = app.technician().await;
    amy.get("/shares").await;
    assert_eq!(amy.post(&format!("/shares/{id}/end"), &[]).await.status, 303);
    app.settle().await;
    let word = sharer.hears("ended").await;
    assert_eq!(word["reason"], "stopped_by_desk");
    sharer.is_closed().await;
}

#[tokio::test]
async fn the_desk_asks_in_a_reply_with_the_link() {
    let scene = Scene::open().await;
    let app = scene.app();
    let mut amy = app.technician().await;
    let path = format!("/tickets/{}/shares/asking", scene.ticket);
    let asking = amy.get(&path).await;
    let link = format!("/portal/requests/{}/share", scene.ticket);
    assert!(asking.text.contains(&link), "{}", asking.text);
    assert_eq!(amy.post(&path, &[("body", "")]).await.status, 422);
    let words = format!("Please show us: {link}?seen");
    let asked = amy.post(&path, &[("body", words.as_str())]).await;
    assert_eq!(asked.status, 303, "{}", asked.text);
    let mut li_na = app.requester().await;
    let page = li_na.get(&format!("/portal/requests/{}", scene.ticket)).await;
    assert!(page.text.contains(&words), "{}", page.text);
    let mut bruno = app.browser_of(&app.cast.bruno.clone()).await;
    bruno.get("/portal").await;
    let refused = bruno.post(&path, &[("body", "Show me")]).await;
    assert!(matches!(refused.status.as_u16(), 403 | 404));
}
