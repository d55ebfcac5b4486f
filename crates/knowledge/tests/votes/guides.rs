//! Guides: edited by those who manage, checked before they are kept.

use axum::http::Method;
use kernel::error::Kind;
use knowledge::guide::{self, Definition, Guide};
use serde_json::json;

use crate::house::{open, published};

fn leading_to(article: i64) -> Definition {
    let json = json!({ "title": { "en": "Modem" }, "icon": "wifi", "start": "a", "steps": { "a": {
        "question": { "en": "Does it blink?", "zh-CN": "在闪吗？" },
        "options": [
            { "label": { "en": "Yes" }, "article": article },
            { "label": { "en": "No" }, "report": { "en": "Modem is dark" } },
        ],
    } } });
    Definition::parse(&json.to_string()).unwrap()
}

#[tokio::test]
async fn a_guide_is_kept_by_who_manages_and_not_over_somebody_elses() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "everyone").await;
    let new = Guide {
        key: "modem".to_owned(),
        place: 1,
        enabled: true,
        definition: leading_to(number),
        version: 0,
    };
    let shen = app.cast.shen.clone();
    let first = new.clone();
    let saved = app.act(&shen, move |tx, cx| guide::save(tx, cx, &first)).await;
    assert_eq!(saved.version, 1);
    let stale = new.clone();
    let nowhere = Guide {
        definition: leading_to(999_999),
        ..saved.clone()
    };
    let bad_key = Guide {
        key: "Mo dem".to_owned(),
        ..new.clone()
    };
    app.act(&shen, move |tx, cx| {
        assert_eq!(
            guide::save(tx, cx, &stale).unwrap_err().code(),
            "knowledge.guide.key_taken"
        );
        let refused = guide::save(tx, cx, &nowhere).unwrap_err();
        assert_eq!(refused.fields()[0].code, "knowledge.guide.article_unknown");
        let refused = guide::save(tx, cx, &bad_key).unwrap_err();
        assert_eq!(refused.fields()[0].code, "knowledge.guide.key_malformed");
        Ok(())
    })
    .await;
    let off = Guide {
        enabled: false,
        ..saved
    };
    let wanted = off.clone();
    let off = app.act(&shen, move |tx, cx| guide::save(tx, cx, &wanted)).await;
    let found = app.read(|tx| guide::find(tx, "modem")).await.unwrap().unwrap();
    assert_eq!((found.enabled, found.version), (false, 2), "{off:?}");
    let refused = app
        .act(&app.cast.cheng_li, move |tx, cx| {
            Ok(guide::save(tx, cx, &off).unwrap_err().kind())
        })
        .await;
    assert_eq!(refused, Kind::Forbidden);
}

#[tokio::test]
async fn another_program_saves_lists_and_removes_guides() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "everyone").await;
    let manager = app.token_of(&app.cast.shen.clone(), &["*"]).await;
    let reader = app.token_of(&app.cast.li_na.clone(), &["*"]).await;
    let path = "/api/v1/knowledge/guides/modem";
    let wanted = json!({ "definition": leading_to(number), "enabled": false, "version": 0 });
    let saved = manager.send(Method::PUT, path, Some(&wanted), &[]).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    assert_eq!(
        saved.json()["definition"]["steps"]["a"]["options"][0]["article"],
        number.to_string()
    );
    let count = |answer: web::testing::Answer| answer.json()["items"].as_array().unwrap().len();
    assert_eq!(count(manager.get("/api/v1/knowledge/guides").await), 1);
    assert_eq!(count(reader.get("/api/v1/knowledge/guides").await), 0);
    assert_eq!(reader.send(Method::DELETE, path, None, &[]).await.status, 403);
    assert_eq!(manager.send(Method::DELETE, path, None, &[]).await.status, 204);
    assert_eq!(manager.send(Method::DELETE, path, None, &[]).await.status, 404);
}
