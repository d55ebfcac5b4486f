//! Devices in the JSON interface.

use serde_json::json;
use testkit::TestApp;

use crate::house::{li_nas, packages, report, takes};

#[tokio::test]
async fn devices_are_read_entered_and_changed_by_programs() {
    let app = TestApp::open().await;
    let device = li_nas(&app).await;
    takes(&app, &device, report(vec![packages(&[("bash", "5.1")])])).await;
    app.clock.advance_millis(1_000);
    takes(&app, &device, report(vec![packages(&[("bash", "5.2")])])).await;
    let reader = app.token(&["fleet.read"]).await;
    let list = reader.get("/api/v1/devices?q=thinkpad").await;
    assert_eq!(list.status, 200, "{}", list.text);
    assert_eq!(list.json()["items"][0]["name"], "li-na-t14");
    let path = format!("/api/v1/devices/{}", device.id);
    assert_eq!(reader.get(&path).await.json()["serial"], "PF3A77Q1");
    let inventory = reader
        .get(&format!("{path}/inventory?section=packages"))
        .await
        .json();
    assert_eq!(inventory["sections"][0]["items"][0]["key"], "bash:amd64");
    let changes = reader.get(&format!("{path}/changes")).await.json();
    assert_eq!(changes["items"][0]["after"]["version"], "5.2");
    assert_eq!(
        reader
            .get(&format!("{path}/inventory?section=nonsense"))
            .await
            .status,
        422
    );
    let facts = json!({ "name": "Beamer", "kind": "other" });
    assert_eq!(reader.post("/api/v1/devices", &facts).await.status, 403);
    let writer = app.token(&["fleet.read", "fleet.manage"]).await;
    let made = writer.post("/api/v1/devices", &facts).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(
        writer
            .get("/api/v1/devices/00000000000000000000000000")
            .await
            .status,
        404
    );
}
