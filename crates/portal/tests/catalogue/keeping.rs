//! Keeping the types: in the settings, and as JSON.

use axum::http::{Method, StatusCode};
use desk::catalogue::store;
use serde_json::json;

use crate::house::{House, call};

const PATH: &str = "/settings/desk/catalogue";

#[tokio::test]
async fn a_type_is_made_with_questions_moved_about_and_asked_at_once() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let first = [
        ("id", "badge"),
        ("name.en", "New badge"),
        ("icon", "key-round"),
        ("type", "request"),
        ("category", "other"),
        ("impact", "person"),
        ("urgency", "low"),
        ("tier", "1"),
    ];
    let made = max.post(PATH, &first).await;
    assert_eq!(
        made.header("location"),
        "/settings/desk/catalogue/badge",
        "{}",
        made.text
    );
    let twice = max.post(PATH, &first).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text.contains("id=\"id-error\""));
    for (key, kind) in [("lost", "yes_no"), ("where", "text")] {
        let field = [
            ("key", key),
            ("kind", kind),
            ("label.en", key),
            ("required", "true"),
        ];
        assert_eq!(
            max.post(&format!("{PATH}/badge/fields"), &field).await.status,
            StatusCode::SEE_OTHER
        );
    }
    let moved = max
        .post(&format!("{PATH}/badge/fields/where/place"), &[("to", "up")])
        .await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    let depends = [
        ("key", "where"),
        ("kind", "text"),
        ("label.en", "Where"),
        ("shown_when", "lost=yes"),
    ];
    let saved = max.post(&format!("{PATH}/badge/fields/where"), &depends).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let keys = house
        .act(house.max, |tx, _| {
            Ok(store::request_type(tx, "badge")?.unwrap().definition.fields)
        })
        .await
        .unwrap();
    assert_eq!(
        keys.iter().map(|field| field.key.as_str()).collect::<Vec<_>>(),
        ["where", "lost"]
    );
    assert!(
        max.get(&format!("{PATH}/badge/preview"))
            .await
            .text
            .contains("answers.lost")
    );
    let mut ann = house.browser(house.ann).await;
    assert!(
        ann.get("/portal/catalogue/badge")
            .await
            .text
            .contains("New badge")
    );
}

/// A task is named by its place. Who read the list before somebody else shortened it would take out another one.
#[tokio::test]
async fn a_task_is_taken_out_of_the_list_that_was_read_and_of_no_other() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let laptop = async |house: &House| {
        house
            .act(house.max, |tx, _| Ok(store::request_type(tx, "laptop")?.unwrap()))
            .await
            .unwrap()
    };
    let (before, path) = (laptop(&house).await, format!("{PATH}/laptop/tasks/1/removal"));
    let read = before.version.to_string();
    let gone = max.post(&path, &[("version", read.as_str())]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text);
    let again = max.post(&path, &[("version", read.as_str())]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
    assert_eq!(
        laptop(&house).await.definition.tasks,
        before.definition.tasks[1..]
    );
}

#[tokio::test]
async fn a_question_that_cannot_be_asked_is_refused_at_its_field_and_kept_as_typed() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let path = format!("{PATH}/laptop/fields");
    let wrong = [
        ("key", "Bad key"),
        ("kind", "choice"),
        ("label.en", "Colour of the lid"),
        ("min", "5"),
        ("max", "2"),
    ];
    let refused = max.post(&path, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["key", "choices", "max"] {
        assert!(refused.text.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    assert!(refused.text.contains("Colour of the lid"));
    // What others depend on can neither go nor lose the value they depend on.
    let gone = max.post(&format!("{PATH}/laptop/fields/kind/removal"), &[]).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    let circle = [
        ("key", "kind"),
        ("kind", "choice"),
        ("label.en", "What do you need"),
        (
            "choices",
            "new | A new one\nreplace | A replacement\nborrow | Borrow",
        ),
        ("shown_when", "kind=new"),
    ];
    let refused = max.post(&format!("{PATH}/laptop/fields/kind"), &circle).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("in a circle"), "{}", refused.text);
}

#[tokio::test]
async fn an_approval_step_names_people_by_address_and_refuses_unknown_ones() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let path = format!("{PATH}/vpn/steps");
    let step = |people: &'static str, quorum: &'static str| {
        [
            ("who", "people"),
            ("rule", "quorum"),
            ("people", people),
            ("quorum", quorum),
            ("stand_ins", "tim@example.test"),
        ]
    };
    let unknown = max
        .post(&path, &step("meg@example.test, x@example.test", "1"))
        .await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text.contains("id=\"people-error\""));
    let many = max.post(&path, &step("meg@example.test", "2")).await;
    assert!(many.text.contains("id=\"quorum-error\""), "{}", many.text);
    let saved = max
        .post(&path, &step("meg@example.test\nbea@example.test", "2"))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = max.get(&format!("{PATH}/vpn/steps/1")).await.text;
    assert!(page.contains("meg@example.test\nbea@example.test") && page.contains("tim@example.test"));
    assert_eq!(
        max.get(&format!("{PATH}/vpn/steps/2")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        max.post(&format!("{PATH}/vpn/steps/1/removal"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn what_was_removed_changed_or_switched_off_stays_so() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    assert_eq!(
        max.post(&format!("{PATH}/leaver/removal"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        max.post(&format!("{PATH}/vpn/state"), &[("on", "false")])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    house.act(house.max, desk::install_defaults).await.unwrap();
    let types = house.act(house.max, |tx, _| store::types(tx)).await.unwrap();
    assert_eq!(types.len(), 9);
    assert!(
        types
            .iter()
            .all(|one| one.id != "leaver" && (one.id != "vpn" || !one.is_on))
    );
}

#[tokio::test]
async fn only_who_keeps_the_settings_keeps_the_catalogue() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    assert_eq!(tim.get(PATH).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        tim.post(&format!("{PATH}/vpn/removal"), &[]).await.status,
        StatusCode::FORBIDDEN
    );
    let listed = call(&mut tim, Method::GET, "/api/v1/request-types", &json!(null)).await;
    assert_eq!(listed.status, StatusCode::FORBIDDEN);
    let mut max = house.browser(house.max).await;
    let listed = call(&mut max, Method::GET, "/api/v1/request-types", &json!(null))
        .await
        .json();
    let vpn = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == "vpn")
        .unwrap();
    let mut definition = vpn["definition"].clone();
    definition["name"]["en"] = json!("Remote access");
    let change = json!({ "definition": definition, "version": 1, "on": false });
    let changed = call(&mut max, Method::PUT, "/api/v1/request-types/vpn", &change).await;
    assert_eq!(
        (changed.json()["version"].as_i64(), changed.json()["on"].as_bool()),
        (Some(2), Some(false))
    );
    let stale = call(&mut max, Method::PUT, "/api/v1/request-types/vpn", &change).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    definition["fields"][0]["shown_when"] = json!({ "field": "kind", "is": "new" });
    let circle = json!({ "id": "remote", "definition": definition });
    let refused = call(&mut max, Method::POST, "/api/v1/request-types", &circle).await;
    assert!(refused.text.contains("fields[0].shown_when"), "{}", refused.text);
    let removed = call(&mut max, Method::DELETE, "/api/v1/request-types/vpn", &json!({})).await;
    assert_eq!(removed.json()["items"].as_array().unwrap().len(), 9);
}
