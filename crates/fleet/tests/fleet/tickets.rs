//! The card on a ticket: whose device it is, and what changed before the report.

use axum::http::Method;
use testkit::TestApp;

use crate::house::{li_nas, packages, report, takes};

#[tokio::test]
async fn a_ticket_names_the_requesters_device_and_shows_what_changed_before_the_report() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    takes(
        &app,
        &device,
        report(vec![packages(&[("driver", "1"), ("old", "1")])]),
    )
    .await;
    app.clock.advance_millis(4 * 3_600_000);
    takes(
        &app,
        &device,
        report(vec![packages(&[("driver", "1"), ("old", "2")])]),
    )
    .await;
    app.clock.advance_millis(3 * 3_600_000);
    takes(
        &app,
        &device,
        report(vec![packages(&[("driver", "2"), ("old", "2")])]),
    )
    .await;
    app.clock.advance_millis(30 * 60_000);
    let ticket = app.li_na_cannot_print().await.number;
    let mut amy = app.technician().await;
    let page = amy.get(&format!("/tickets/{ticket}")).await.text;
    assert!(
        page.contains(&format!("hx-get=\"/tickets/{ticket}/devices\"")),
        "{page}"
    );
    let path = format!("/tickets/{ticket}/devices");
    let headers = [("hx-request", "true")];
    let card = amy.send(Method::GET, &path, "", &headers).await.text;
    assert!(
        card.contains("li-na-t14") && card.contains("No device is named"),
        "{card}"
    );
    let id = device.id.to_string();
    assert_eq!(amy.post(&path, &[("device", &id)]).await.status, 303);
    let card = amy.send(Method::GET, &path, "", &headers).await.text;
    assert!(
        card.contains("<b>driver</b>") && card.contains("<del>1</del> → <ins>2</ins>"),
        "{card}"
    );
    assert!(
        !card.contains("<b>old</b>"),
        "what changed earlier is not of it: {card}"
    );
    let shown = amy.get(&format!("/devices/{id}")).await.text;
    assert!(shown.contains(&format!("/tickets/{ticket}\"")), "{shown}");
    amy.post(&path, &[("device", &id), ("do", "remove")]).await;
    let card = amy.send(Method::GET, &path, "", &headers).await.text;
    assert!(card.contains("No device is named"), "{card}");
}

#[tokio::test]
async fn another_device_is_found_by_words_and_a_ticket_one_may_not_see_shows_nothing() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    let hers = app.li_na_cannot_print().await.number;
    let theirs = app.li_na_misses_her_mail().await.number;
    let mut amy = app.technician().await;
    let found = amy.get(&format!("/tickets/{hers}/devices?q=pf3a77")).await;
    assert!(
        found.status == 200 && found.text.contains("li-na-t14"),
        "{}",
        found.text
    );
    assert_eq!(amy.get(&format!("/tickets/{theirs}/devices")).await.status, 404);
    let id = device.id.to_string();
    assert_eq!(
        amy.post(&format!("/tickets/{theirs}/devices"), &[("device", &id)])
            .await
            .status,
        404
    );
    assert_eq!(
        amy.post(&format!("/tickets/{hers}/devices"), &[("device", "x")])
            .await
            .status,
        422
    );
    let mut li_na = app.requester().await;
    assert_eq!(li_na.get(&format!("/tickets/{hers}/devices")).await.status, 403);
}

#[tokio::test]
async fn a_persons_page_shows_their_devices() {
    let app = TestApp::open().await;
    li_nas(&app).await;
    let mut cheng = app.admin().await;
    let page = cheng
        .get(&format!("/settings/people/{}", app.cast.li_na.id))
        .await
        .text;
    assert!(page.contains("li-na-t14"), "{page}");
}
