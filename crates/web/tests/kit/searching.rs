//! The search page and its endpoint: filters by typing, what is offered instead, synonyms, and who hears of a search.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;

use crate::guest_book::House;

async fn book(titles: &[&str]) -> House {
    let house = House::open().await;
    for title in titles {
        let note = serde_json::json!({ "title": title });
        house.client("writer").post("/api/v1/notes", &note).await;
    }
    web::indexing::catch_up(&house.app).await.unwrap();
    house
}

async fn found(house: &House, reader: &str, question: &str) -> Value {
    let address = format!("/api/v1/search?{}", web::urlencoded::join(&[("q", question)]));
    let answer = house.client(reader).get(&address).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

fn keys(found: &Value) -> Vec<&str> {
    let items = found["items"].as_array().unwrap();
    items.iter().map(|item| item["key"].as_str().unwrap()).collect()
}

/// What was kept beside the answers, once so many lines are there.
async fn heard(house: &House, lines: usize) -> Vec<String> {
    for _ in 0..200 {
        let read = house.app.db.read(|tx| {
            tx.query("SELECT what FROM book_heard ORDER BY number", &[], |row| {
                row.get("what")
            })
        });
        let all: Vec<String> = read.await.unwrap();
        if all.len() >= lines {
            return all;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never kept");
}

#[tokio::test]
async fn filters_narrow_and_a_wrong_value_is_explained_in_the_readers_language() {
    let house = book(&["printer on fire", "printer out of paper"]).await;
    assert_eq!(keys(&found(&house, "boss", "printer about:fire").await), ["1"]);
    assert_eq!(keys(&found(&house, "boss", "主题：paper").await), ["2"]);
    assert_eq!(keys(&found(&house, "boss", "kind:note printer").await).len(), 2);
    assert!(keys(&found(&house, "boss", "printer after:2100").await).is_empty());
    let wrong = found(&house, "boss", "printer about:love").await;
    assert_eq!(keys(&wrong).len(), 2, "the words still find");
    assert_eq!(
        wrong["notes"][0],
        "“about:love” was left out. Notes are about paper or fire."
    );
    let wrong = found(&house, "boss", "printer before:soon kind:dream").await;
    assert_eq!(wrong["notes"].as_array().unwrap().len(), 2);
    let page = house
        .browser("boss")
        .get("/search?q=printer+about:fire+about:love")
        .await;
    assert!(
        page.text.contains("/search?q=printer%20about%3Alove"),
        "a filter can be taken away: {}",
        page.text
    );
    assert!(page.text.contains("was left out"));
}

#[tokio::test]
async fn a_better_word_is_offered_and_leads_to_the_same_search_with_it() {
    let house = book(&["printer on fire", "printer out of paper"]).await;
    let answer = found(&house, "boss", "about:fire pritner").await;
    assert_eq!(answer["did_you_mean"], "about:fire printer");
    let page = house.browser("boss").get("/search?q=about:fire+pritner").await;
    assert!(
        page.text.contains("/search?q=about%3Afire%20printer"),
        "{}",
        page.text
    );
    assert_eq!(
        keys(&found(&house, "boss", "hard copy").await).len(),
        2,
        "the department calls it so"
    );
}

#[tokio::test]
async fn what_one_may_not_see_is_neither_found_nor_offered() {
    let house = book(&["redundancies in the spring", "裁员名单"]).await;
    for question in [
        "redundancies",
        "redundancis",
        "裁员",
        "caiyuan",
        "about:fire",
        "kind:note",
    ] {
        let answer = found(&house, "reader", question).await;
        assert!(
            keys(&answer).is_empty() && answer.get("did_you_mean").is_none(),
            "{question}: {answer}"
        );
    }
    assert_eq!(keys(&found(&house, "boss", "caiyuan").await), ["2"]);
    assert_eq!(
        found(&house, "boss", "redundamcies").await["did_you_mean"],
        "redundancies"
    );
}

#[tokio::test]
async fn a_search_and_the_hit_that_was_opened_are_told_and_typing_is_not() {
    let house = book(&["printer on fire"]).await;
    let typing = house
        .client("boss")
        .get("/api/v1/search?q=print&typing=true")
        .await;
    assert_eq!(keys(&typing.json()), ["1"]);
    found(&house, "boss", "printer").await;
    let lines = heard(&house, 1).await;
    assert!(lines[0].ends_with(" api printer 1"), "{lines:?}");
    let mut browser = house.browser("boss");
    let page = browser.get("/search?q=fire").await;
    let link = page
        .text
        .split("href=\"")
        .find(|rest| rest.starts_with("/search/open"))
        .unwrap();
    let link = link
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let opened = browser.get(&link).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    assert_eq!(
        opened.headers["location"], "/notes/1",
        "the address of the note carries no name of a search"
    );
    let lines = heard(&house, 3).await;
    assert!(lines.contains(&"opened note 1".to_owned()), "{lines:?}");
    let nothing = browser.get("/search/open?found=1&kind=dream&key=1").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_command_line_may_ask_a_running_house_for_a_new_index() {
    let house = book(&["printer on fire"]).await;
    let erase = house.app.db.write(|tx| tx.execute("DELETE FROM book_note", &[]));
    erase.await.unwrap();
    let folder = house.app.config.search_folder();
    kernel::search::ask_rebuild(&folder).unwrap();
    let feeding = tokio::spawn(web::indexing::feed(house.app.clone()));
    for _ in 0..500 {
        if kernel::search::wish_in(&folder) == kernel::search::Wish::None {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(
        house.app.search.is_empty(),
        "what is gone from the tables is gone from the index"
    );
    feeding.abort();
}
