//! The frame: menu by rights, counts, panels, parts for scripts, language.

use axum::http::StatusCode;

use crate::guest_book::House;

#[tokio::test]
async fn the_menu_shows_what_the_reader_may_use() {
    let house = House::open().await;
    let reader = house.browser("reader").get("/notes").await;
    assert!(
        reader.text.contains("href=\"/notes\" aria-current=\"page\""),
        "{}",
        reader.text
    );
    assert!(!reader.text.contains("class=\"rail-link\" href=\"/notes/new\""));
    assert!(
        house
            .browser("writer")
            .get("/notes")
            .await
            .text
            .contains("class=\"rail-link\" href=\"/notes/new\"")
    );
    assert!(!reader.text.contains("class=\"count\""), "nothing is no news");
    house.browser("writer").post("/notes", &[("title", "x")]).await;
    let after = house.browser("reader").get("/notes").await.text;
    assert!(after.contains("<span class=\"count\">1</span>"), "{after}");
    assert!(
        reader.text.contains("rail-panel"),
        "a broken panel took another with it"
    );
}

#[tokio::test]
async fn a_script_gets_the_part_without_the_frame() {
    let house = House::open().await;
    let part = house
        .browser("reader")
        .with("hx-request", "true")
        .get("/notes")
        .await;
    assert!(
        part.text.contains("id=\"count\"") && !part.text.contains("<html"),
        "{}",
        part.text
    );
    let whole = house
        .browser("reader")
        .with("hx-request", "true")
        .with("hx-request-type", "full")
        .get("/notes")
        .await;
    assert!(whole.text.contains("<html"));
}

#[test]
fn every_text_is_there_in_both_languages_and_well_formed() {
    let texts = |tag: &str| std::fs::read_to_string(format!("../../locales/{tag}/web.ftl")).unwrap();
    let keys = |tag: &str| -> std::collections::BTreeSet<String> {
        let lines = texts(tag);
        let keys = lines
            .lines()
            .filter(|line| line.starts_with(|letter: char| letter.is_ascii_lowercase()));
        keys.filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key.to_owned())
            .collect()
    };
    assert_eq!(keys("en"), keys("zh-CN"));
    let sources = [
        (kernel::Locale::En, &*texts("en").leak()),
        (kernel::Locale::ZhCn, &*texts("zh-CN").leak()),
    ];
    kernel::i18n::register(&sources);
    assert_eq!(kernel::i18n::problems(), Vec::<String>::new());
}

#[tokio::test]
async fn no_page_of_the_kit_shows_the_name_of_a_text() {
    let house = House::open().await;
    for session in ["writer", "reader-zh"] {
        for path in [
            "/notes",
            "/search",
            "/search?q=x",
            "/palette?q=",
            "/api/docs",
            "/nowhere",
            "/broken/database",
        ] {
            let answer = house.browser(session).get(path).await;
            assert!(!answer.text.contains('⟨'), "{path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn the_frame_of_a_page_costs_one_read() {
    let house = House::open().await;
    let mut reader = house.browser("reader");
    reader.get("/notes").await;
    let before = house.app.db.query_count();
    reader.get("/notes").await;
    assert_eq!(house.app.db.query_count() - before, 1, "the menu's count");
}

#[tokio::test]
async fn a_visitor_chooses_a_language_and_a_person_has_their_own() {
    let house = House::open().await;
    let mut visitor = house.browser("");
    assert!(visitor.get("/api/docs").await.text.contains("<html lang=\"en\">"));
    let answer = visitor
        .post("/locale", &[("locale", "zh-CN"), ("next", "//evil.example")])
        .await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/")
    );
    assert!(
        visitor
            .get("/api/docs")
            .await
            .text
            .contains("<html lang=\"zh-CN\">")
    );
    assert!(
        house
            .browser("reader-zh")
            .get("/notes")
            .await
            .text
            .contains("留言簿")
    );
}

#[tokio::test]
async fn the_palette_goes_to_pages_by_their_names() {
    let house = House::open().await;
    let mut reader = house.browser("reader-zh");
    let lines = reader.get("/palette?q=%E7%95%99%E8%A8%80").await;
    assert!(
        lines.text.contains("data-href=\"/notes\"") && lines.text.contains("留言簿"),
        "{}",
        lines.text
    );
    assert!(!reader.get("/palette?q=zzz").await.text.contains("data-href"));
}

#[tokio::test]
async fn what_happens_is_found_by_those_who_may_see_it_also_after_a_rebuild() {
    let house = House::open().await;
    house
        .client("writer")
        .post("/api/v1/notes", &serde_json::json!({"title": "printer on fire"}))
        .await;
    let found =
        async |token: &str| house.client(token).get("/api/v1/search?q=printer").await.json()["items"].clone();
    web::indexing::catch_up(&house.app).await.unwrap();
    house
        .client("writer")
        .post(
            "/api/v1/notes",
            &serde_json::json!({"title": "printer out of paper"}),
        )
        .await;
    web::indexing::catch_up(&house.app).await.unwrap();
    assert_eq!(found("writer").await.as_array().unwrap().len(), 2);
    assert_eq!(
        found("writer").await[0]["href"]
            .as_str()
            .unwrap()
            .split('/')
            .nth(1),
        Some("notes")
    );
    assert_eq!(found("reader").await, serde_json::json!([]));
    let erase = house
        .app
        .db
        .write(|tx| tx.execute("DELETE FROM book_note WHERE number = 1", &[]));
    erase.await.unwrap();
    assert_eq!(web::indexing::rebuild(&house.app).await.unwrap(), 1);
    assert_eq!(found("writer").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn search_finds_nothing_without_rights_and_shows_a_page() {
    let house = House::open().await;
    let answer = house.client("reader").get("/api/v1/search?q=vpn").await;
    assert_eq!(
        (answer.status, &answer.json()["items"]),
        (StatusCode::OK, &serde_json::json!([]))
    );
    let page = house.browser("reader").get("/search?q=%3Cscript%3E").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("<script>"));
}
