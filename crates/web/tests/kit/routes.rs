//! Routes as data: the matrix, the proof that none is outside the gate, the API document.

use axum::http::StatusCode;
use web::testing::routes_open_to_nobody;

use crate::guest_book::House;

#[tokio::test]
async fn no_route_lets_a_stranger_in() {
    let house = House::open().await;
    assert_eq!(routes_open_to_nobody(&house.app).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_table_names_every_route_with_what_it_needs() {
    let house = House::open().await;
    let lines: Vec<String> = house
        .app
        .route_table()
        .iter()
        .filter(|entry| entry.slice == "book")
        .map(|entry| format!("{} {} {}", entry.method, entry.path, entry.need))
        .collect();
    assert!(
        lines.contains(&"GET /notes/{number} book.note.read".to_owned()),
        "{lines:?}"
    );
    assert!(
        lines.contains(&"POST /api/v1/notes book.note.write".to_owned()),
        "{lines:?}"
    );
    assert!(
        lines.contains(&"POST /open-letter public".to_owned()),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 9);
}

#[tokio::test]
async fn the_document_describes_every_call_with_its_problems() {
    let house = House::open().await;
    let answer = house.client("").get("/api/v1/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    let document = answer.json();
    let post = &document["paths"]["/api/v1/notes"]["post"];
    assert_eq!(post["parameters"][0]["name"], "Idempotency-Key");
    assert!(
        post["responses"]["default"]["content"]["application/problem+json"].is_object(),
        "{post}"
    );
    assert!(document["components"]["schemas"]["Problem"].is_object());
    assert!(document["components"]["schemas"]["Note"].is_object());
    assert_eq!(
        document["components"]["securitySchemes"]["token"]["scheme"],
        "bearer"
    );
    assert!(document["paths"]["/api/v1/search"]["get"].is_object());
    let page = house.browser("").get("/api/docs").await;
    assert!(
        page.text.contains("/api/v1/notes/{number}") && page.text.contains("Read a note"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn health_and_readiness_are_told_apart() {
    let house = House::open().await;
    assert_eq!(house.client("").get("/healthz").await.status, StatusCode::OK);
    assert_eq!(house.client("").get("/readyz").await.status, StatusCode::OK);
    house
        .app
        .db
        .write(|tx| tx.execute("DELETE FROM kernel_migration WHERE slice = 'book'", &[]))
        .await
        .unwrap();
    let answer = house.client("").get("/readyz").await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"web.not_ready".into())
    );
}

#[tokio::test]
async fn assets_are_served_for_ever_under_their_hashed_names() {
    let house = House::open().await;
    let path = web::assets::path("app.css");
    let answer = house.browser("").with("accept-encoding", "gzip").get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    assert!(answer.header("cache-control").contains("immutable"));
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert_eq!(
        house.browser("").get("/assets/../Cargo.toml").await.status,
        StatusCode::NOT_FOUND
    );
}
