//! The JSON interface: what fits, what was used, and the flag.

use serde_json::json;
use testkit::TestApp;

use crate::house::printer_article;

#[tokio::test]
async fn another_program_reads_uses_and_flags() {
    let app = TestApp::open().await;
    let article = printer_article(&app).await;
    let ticket = app.li_na_cannot_print().await.number;
    app.settle().await;
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let path = format!("/api/v1/tickets/{ticket}/knowledge");
    let found = amy.get(&path).await.json();
    assert_eq!(found["suggestions"][0]["article"], article, "{found}");
    assert_eq!(found["suggestions"][0]["open_to_requester"], true);
    let used = amy
        .post(&path, &json!({ "article": article, "how": "named" }))
        .await;
    assert_eq!(used.status, 201, "{}", used.text);
    assert_eq!(used.json()["answered"], true);
    let flag = amy
        .send(
            axum::http::Method::PUT,
            &format!("/api/v1/tickets/{ticket}/article-flag"),
            Some(&json!({ "flagged": true, "note": "roller" })),
            &[],
        )
        .await;
    assert_eq!(flag.status, 204, "{}", flag.text);
    let found = amy.get(&path).await.json();
    assert_eq!(
        (&found["flagged"], &found["used"][0]["how"]),
        (&json!(true), &json!("named"))
    );
    let li_na = app.token_of(&app.cast.li_na.clone(), &["*"]).await;
    assert_eq!(li_na.get(&path).await.status, 403);
    assert_eq!(
        amy.post(&path, &json!({ "article": 999_999, "how": "link" }))
            .await
            .status,
        404
    );
}
