//! What the department keeps: spaces, software, and words that mean the same.

use axum::http::Method;
use knowledge::{Number, searching, software, space, synonym};
use serde_json::json;

use crate::house::{SPACE, facts, open, published, refused, words};

#[tokio::test]
async fn only_who_manages_keeps_spaces_software_and_synonyms() {
    let app = open().await;
    let cheng = app.cast.cheng_li.clone();
    let code = refused(&app, &cheng, |tx, cx| {
        let mut known = space::load(tx, SPACE)?;
        known.title_en = "Mine".to_owned();
        space::save(tx, cx, &known)
    });
    assert_eq!(code.await, "kernel.forbidden");
    assert_eq!(
        refused(&app, &cheng, |tx, cx| space::remove(tx, cx, SPACE)).await,
        "kernel.forbidden"
    );
    assert_eq!(
        refused(&app, &cheng, |tx, cx| software::save(tx, cx, "a", "1")).await,
        "kernel.forbidden"
    );
    let pair = ["modem".to_owned(), "zeppelin".to_owned()];
    let code = refused(&app, &cheng, move |tx, cx| synonym::save(tx, cx, None, &pair));
    assert_eq!(code.await, "kernel.forbidden");
}

#[tokio::test]
async fn a_space_with_articles_stays() {
    let app = open().await;
    let shen = app.cast.shen.clone();
    published(&app, facts(&["everyone"]), words("VPN hangs", "x")).await;
    let code = refused(&app, &shen, |tx, cx| space::remove(tx, cx, SPACE));
    assert_eq!(code.await, "knowledge.space_not_empty");
}

#[tokio::test]
async fn a_synonym_finds_what_it_means_and_stands_in_one_group_only() {
    let app = open().await;
    let shen = app.cast.shen.clone();
    let number = published(&app, facts(&["everyone"]), words("Quokka modem blinks", "x"))
        .await
        .number;
    let group = ["quokka".to_owned(), "short-tailed scrub wallaby".to_owned()];
    app.act(&shen, move |tx, cx| synonym::save(tx, cx, None, &group))
        .await;
    app.settle().await;
    let groups = app.read(synonym::all).await.unwrap();
    app.house.app.search.keep_synonyms(groups);
    let cx = app.act(&shen, |_, cx| Ok(cx.clone())).await;
    let hits = searching::find(&app.house.app.search, &cx, "short-tailed scrub wallaby", 5).unwrap();
    let found: Vec<Number> = hits.into_iter().map(|(number, _)| number).collect();
    assert_eq!(found, [number]);
    let taken = ["Quokka".to_owned(), "marsupial".to_owned()];
    let code = refused(&app, &shen, move |tx, cx| synonym::save(tx, cx, None, &taken));
    assert_eq!(code.await, "knowledge.synonym_taken");
    let code = refused(&app, &shen, |tx, cx| {
        synonym::save(tx, cx, None, &["alone".to_owned()])
    });
    assert_eq!(code.await, "knowledge.synonym_alone");
}

#[tokio::test]
async fn another_program_says_which_version_is_in_use_and_which_words_mean_the_same() {
    let app = open().await;
    let manager = app.token_of(&app.cast.shen.clone(), &["*"]).await;
    let place = "/api/v1/knowledge/software/Quokka%20VPN";
    let version = json!({ "version": "5.2" });
    let saved = manager.send(Method::PUT, place, Some(&version), &[]).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    let list = manager.get("/api/v1/knowledge/software").await.json();
    assert_eq!(list["items"][0]["version"], "5.2");
    assert_eq!(manager.send(Method::DELETE, place, None, &[]).await.status, 204);
    assert_eq!(manager.send(Method::DELETE, place, None, &[]).await.status, 404);
    let words = json!({ "words": ["quokka", "wallaby"] });
    let made = manager.post("/api/v1/knowledge/synonyms", &words).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let place = made.header("location").to_owned();
    let more = json!({ "words": ["quokka", "wallaby", "袋鼠"] });
    let changed = manager.send(Method::PUT, &place, Some(&more), &[]).await;
    assert_eq!(changed.json()["words"].as_array().unwrap().len(), 3);
    let technician = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    assert_eq!(
        technician.post("/api/v1/knowledge/synonyms", &words).await.status,
        403
    );
    assert_eq!(technician.get("/api/v1/knowledge/synonyms").await.status, 200);
    assert_eq!(manager.send(Method::DELETE, &place, None, &[]).await.status, 204);
}
