//! The card beside a ticket: what stands in it, for whom, and what its buttons do.

use axum::http::Method;
use testkit::TestApp;
use web::testing::{Answer, Browser};

use crate::house::{article, printer_article, used};

async fn card(browser: &mut Browser, number: i64) -> Answer {
    let headers = [("hx-request", "true")];
    browser
        .send(Method::GET, &format!("/tickets/{number}/articles"), "", &headers)
        .await
}

#[tokio::test]
async fn the_best_article_is_put_into_the_reply_in_the_requesters_language_by_two_keys() {
    let app = TestApp::open().await;
    let article = printer_article(&app).await;
    let ticket = app.li_na_cannot_print().await.number;
    app.settle().await;
    let mut amy = app.technician().await;
    let page = amy.get(&format!("/tickets/{ticket}")).await;
    assert!(
        page.text
            .contains(&format!("hx-get=\"/tickets/{ticket}/articles\"")),
        "{}",
        page.text
    );
    let card = card(&mut amy, ticket).await;
    assert_eq!(card.status, 200, "{}", card.text);
    // Amy reads English, Li Na Chinese.
    let text = &card.text;
    assert!(text.contains("Printer kingfisher jams"), "{text}");
    assert!(
        text.contains("data-key=\"h 1\"") && text.contains("data-key=\"H 1\""),
        "{text}"
    );
    let insert = text
        .split("data-insert=\"")
        .nth(2)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert!(insert.contains("打印机 kingfisher 卡纸"), "{insert}");
    assert!(insert.contains("1. 打开 上盖。\n2. 取出纸张。"), "{insert}");
    assert!(insert.contains(&format!("/help/{article}")), "{insert}");
}

#[tokio::test]
async fn without_scripts_the_steps_stand_behind_what_was_begun() {
    let app = TestApp::open().await;
    let article = printer_article(&app).await;
    let ticket = app.li_na_cannot_print().await.number;
    app.settle().await;
    app.act(&app.cast.amy, move |tx, cx| {
        desk::ticket::save_draft(tx, cx, ticket, "您好，", false)
    })
    .await;
    let mut amy = app.technician().await;
    let page = amy.get(&format!("/tickets/{ticket}/articles")).await;
    assert!(page.text.contains("Printer kingfisher jams") && !page.text.contains("hx-post=\"/tickets"));
    let path = format!("/tickets/{ticket}/articles/{article}");
    let done = amy.post(&path, &[("how", "text")]).await;
    assert_eq!(
        (done.status.as_u16(), done.header("location")),
        (303, format!("/tickets/{ticket}").as_str())
    );
    let draft = app
        .act(&app.cast.amy, move |tx, cx| desk::ticket::draft(tx, cx, ticket))
        .await
        .unwrap()
        .body;
    assert!(
        draft.starts_with("您好，\n\n") && draft.contains("2. 取出纸张。"),
        "{draft}"
    );
    let links = app
        .read(move |tx| kernel::link::of(tx, &format!("ticket:{ticket}"), 10))
        .await
        .unwrap();
    assert!(
        links
            .iter()
            .any(|link| link.to == format!("article:{article}") && link.kind == "answered_by")
    );
    assert!(card(&mut amy, ticket).await.text.contains("Used here"));
}

#[tokio::test]
async fn what_the_requester_may_not_read_is_shown_and_not_sent() {
    let app = TestApp::open().await;
    let number = article(&app, ("Fuser of kingfisher", "kingfisher 定影器"), "staff").await;
    let ticket = app.li_na_cannot_print().await.number;
    app.settle().await;
    let mut amy = app.technician().await;
    let text = card(&mut amy, ticket).await.text;
    assert!(
        text.contains("Fuser of kingfisher") && text.contains("Not for the requester"),
        "{text}"
    );
    assert!(!text.contains("value=\"text\""), "{text}");
    let refused = amy
        .post(
            &format!("/tickets/{ticket}/articles/{number}"),
            &[("how", "link")],
        )
        .await;
    assert_eq!(refused.status, 404);
    let named = amy
        .post(
            &format!("/tickets/{ticket}/articles/{number}"),
            &[("how", "named")],
        )
        .await;
    assert_eq!(named.status, 303, "it may have been the answer all the same");
}

#[tokio::test]
async fn who_may_not_see_the_ticket_or_has_no_right_finds_nothing() {
    let app = TestApp::open().await;
    let article = printer_article(&app).await;
    let theirs = app.li_na_misses_her_mail().await.number;
    let hers = app.li_na_cannot_print().await.number;
    app.settle().await;
    let path = |number: i64| format!("/tickets/{number}/articles/{article}");
    let mut amy = app.technician().await;
    // The systems team has it.
    assert_eq!(amy.get(&format!("/tickets/{theirs}/articles")).await.status, 404);
    assert_eq!(amy.post(&path(theirs), &[("how", "link")]).await.status, 404);
    assert_eq!(amy.post(&path(hers), &[("how", "clerk")]).await.status, 422);
    assert_eq!(
        amy.post(&format!("/tickets/{hers}/articles/999999"), &[("how", "link")])
            .await
            .status,
        404
    );
    let mut li_na = app.requester().await;
    assert_eq!(li_na.get(&format!("/tickets/{hers}/articles")).await.status, 403);
    assert_eq!(li_na.post(&path(hers), &[("how", "link")]).await.status, 403);
}

#[tokio::test]
async fn the_ticket_page_pays_nothing_for_it_and_the_card_costs_the_same_for_many() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await.number;
    printer_article(&app).await;
    let mut amy = app.technician().await;
    card(&mut amy, ticket).await;
    let (_, few) = app.queries(card(&mut amy, ticket)).await;
    for place in 0..4 {
        let title = format!("打印机 kingfisher 第 {place} 种故障");
        let number = article(&app, (&format!("Printer kingfisher {place}"), &title), "everyone").await;
        used(&app, ticket, number).await;
    }
    let (_, many) = app.queries(card(&mut amy, ticket)).await;
    assert_eq!(few, many);
    assert!(many <= 30, "the card took {many} statements");
}

#[tokio::test]
async fn a_flag_is_set_and_taken_back() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await.number;
    let mut amy = app.technician().await;
    let path = format!("/tickets/{ticket}/article-flag");
    assert_eq!(amy.post(&path, &[("flagged", "true")]).await.status, 303);
    let open = || app.read(|tx| answers::beside::flagging::open(tx, 10));
    assert_eq!(open().await.unwrap()[0].ticket, ticket);
    let shown = card(&mut amy, ticket).await.text;
    assert!(shown.contains("Need not be one"), "{shown}");
    amy.post(&path, &[("flagged", "false")]).await;
    assert!(open().await.unwrap().is_empty());
    let long = "x".repeat(501);
    let refused = amy.post(&path, &[("flagged", "true"), ("note", &long)]).await;
    assert_eq!(refused.status, 422);
}
