//! The JSON interface of people.

use axum::http::Method;
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn people_are_added_read_and_changed() {
    let house = House::open().await;
    let api = house.client("ada@example.com", &["people.*"]).await;
    let body = json!({ "email": "lina@example.com", "name": "李娜", "roles": ["technician"], "tier": 1 });
    let added = api.post("/api/v1/users", &body).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let id = added.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(added.json()["roles"], json!(["technician"]));
    let body = json!({ "email": "lina@example.com", "name": "李娜娜", "roles": ["engineer"], "tier": 2 });
    let changed = api
        .send(Method::PUT, &format!("/api/v1/users/{id}"), Some(&body), &[])
        .await;
    assert_eq!(changed.json()["name"], "李娜娜");
    let body = json!({ "active": false });
    let out = api
        .send(
            Method::PUT,
            &format!("/api/v1/users/{id}/active"),
            Some(&body),
            &[],
        )
        .await;
    assert_eq!(out.json()["active"], false);
    let read = api.get(&format!("/api/v1/users/{id}")).await.json();
    assert_eq!(
        (read["tier"].as_i64(), read["active"].as_bool()),
        (Some(2), Some(false))
    );
    assert!(read.get("password_hash").is_none());
}

#[tokio::test]
async fn a_refused_person_names_its_fields_with_stable_codes() {
    let house = House::open().await;
    let api = house.client("ada@example.com", &["people.*"]).await;
    let refused = api
        .post("/api/v1/users", &json!({ "email": "x", "name": "" }))
        .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("people.user.email_malformed")
            && refused.text.contains("people.user.name_missing")
    );
    let unknown = api
        .post(
            "/api/v1/users",
            &json!({ "email": "x@y.z", "name": "X", "admin": true }),
        )
        .await;
    assert_eq!(unknown.status, 422, "fields nobody knows are not swallowed");
}

#[tokio::test]
async fn the_list_is_read_to_its_end_by_cursor() {
    let house = House::open().await;
    for number in 0..4 {
        house
            .add(&format!("p{number}@example.com"), "Same name", &["requester"])
            .await;
    }
    let api = house.client("ada@example.com", &["people.user.read"]).await;
    let (mut emails, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api
            .get(&format!("/api/v1/users?limit=2&cursor={cursor}"))
            .await
            .json();
        let items = page["items"].as_array().unwrap();
        emails.extend(
            items
                .iter()
                .map(|item| item["email"].as_str().unwrap().to_owned()),
        );
        match page["cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    emails.sort_unstable();
    let all = ["ada", "p0", "p1", "p2", "p3"].map(|name| format!("{name}@example.com"));
    assert_eq!(emails, all);
    assert_eq!(api.get("/api/v1/users?cursor=nonsense").await.status, 422);
}

#[tokio::test]
async fn a_token_opens_only_what_its_scopes_open() {
    let house = House::open().await;
    let api = house.client("ada@example.com", &["people.user.read"]).await;
    assert_eq!(
        api.get("/api/v1/users/me").await.json()["email"],
        "ada@example.com"
    );
    assert_eq!(api.get("/api/v1/teams").await.status, 200);
    assert_eq!(api.get("/api/v1/roles").await.status, 403);
    assert_eq!(
        api.post("/api/v1/teams", &json!({ "name": "Desk", "tier": 1 }))
            .await
            .status,
        403
    );
    assert_eq!(
        api.post("/api/v1/tokens", &json!({ "name": "more", "scopes": ["*"] }))
            .await
            .status,
        403
    );
    assert_eq!(
        api.get("/api/v1/tokens").await.json()["items"][0]["scopes"],
        json!(["people.user.read"])
    );
}

#[tokio::test]
async fn teams_roles_skills_calendars_sites_and_spans_go_there_and_back() {
    let house = House::open().await;
    let api = house.client("ada@example.com", &["*"]).await;
    let ada = house.user("ada@example.com").await.id.to_string();
    let put = |path: String, body: serde_json::Value| {
        let api = api.clone();
        async move { api.send(Method::PUT, &path, Some(&body), &[]).await }
    };
    let team = api
        .post(
            "/api/v1/teams",
            &json!({ "name": "Desk", "tier": 1, "members": [ada] }),
        )
        .await
        .json();
    assert_eq!(team["people"], json!([ada]));
    let role = json!({ "name": "watch", "title": "Watch", "grants": { "people.user.read": "all" } });
    assert_eq!(api.post("/api/v1/roles", &role).await.status, 201);
    assert_eq!(
        put("/api/v1/skills/network".into(), json!({ "title": "Networks" }))
            .await
            .status,
        200
    );
    let levels = put(format!("/api/v1/users/{ada}/skills"), json!({ "network": 2 })).await;
    assert_eq!(levels.json(), json!({ "network": 2 }));
    let definition = json!({ "time_zone": "Asia/Shanghai", "weekly": { "monday": ["09:00-18:00"] } });
    let calendar = api
        .post(
            "/api/v1/calendars",
            &json!({ "name": "Office", "definition": definition }),
        )
        .await;
    assert_eq!(calendar.status, 201, "{}", calendar.text);
    let never = json!({ "name": "Never", "definition": { "time_zone": "Asia/Shanghai" } });
    assert_eq!(api.post("/api/v1/calendars", &never).await.status, 422);
    let site = json!({ "name": "Shanghai", "time_zone": "Asia/Shanghai", "calendar": calendar.json()["id"] });
    assert_eq!(api.post("/api/v1/sites", &site).await.status, 201);
    let span = json!({ "user": ada, "starts_at": "2026-12-01T00:00:00Z", "ends_at": "2026-12-02T00:00:00Z" });
    for kind in ["shifts", "absences"] {
        let made = api.post(&format!("/api/v1/{kind}"), &span).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(
            api.get(&format!("/api/v1/{kind}")).await.json()["items"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        let path = format!("/api/v1/{kind}/{}", made.json()["id"].as_str().unwrap());
        assert_eq!(api.send(Method::DELETE, &path, None, &[]).await.status, 204);
        assert_eq!(
            api.get(&format!("/api/v1/{kind}")).await.json()["items"],
            json!([])
        );
    }
}

#[tokio::test]
async fn the_secret_of_a_token_is_not_kept_for_a_repeated_call() {
    let house = House::open().await;
    let mut browser = house.browser("ada@example.com").await;
    let body = json!({ "name": "script", "scopes": ["*"] }).to_string();
    let token = browser.csrf.clone();
    let headers = [
        ("content-type", "application/json"),
        ("x-csrf-token", token.as_str()),
        ("idempotency-key", "once"),
    ];
    let mut secrets = Vec::new();
    for _ in 0..2 {
        let answer = browser
            .send(Method::POST, "/api/v1/tokens", &body, &headers)
            .await;
        assert_eq!(answer.status, 201);
        secrets.push(answer.json()["secret"].as_str().unwrap().to_owned());
    }
    assert_ne!(secrets[0], secrets[1]);
    let kept = house
        .read(|tx| {
            tx.query_one("SELECT COUNT(*) AS n FROM web_idempotency", &[], |row| {
                row.get::<i64>("n")
            })
        })
        .await;
    assert_eq!(kept, 0);
}
