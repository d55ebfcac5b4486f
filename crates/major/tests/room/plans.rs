//! Plans: shipped ones are changed and removed like others, and an incident keeps the steps it began with.

use major::incident::store;
use testkit::TestApp;

use crate::house::incident;

#[tokio::test]
async fn a_shipped_plan_is_changed_and_the_incident_that_follows_it_keeps_its_copy() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    let mut manager = app.manager().await;
    let list = manager.get("/settings/major").await;
    for name in ["核心系统不可用", "网络中断", "安全事件"] {
        assert!(list.text.contains(name), "no {name}");
    }
    let path = "/settings/major/plans/core-system-down";
    let form = manager.get(path).await;
    assert!(
        form.text.contains("Operations: ") && form.text.contains("运维："),
        "{}",
        form.text
    );
    let fields = [
        ("name_en", "Core system down"),
        ("name_zh", "核心系统故障"),
        ("category", "software"),
        ("words", "erp、crm"),
        ("steps_en", "Operations: Restart it"),
        ("steps_zh", "运维：重启"),
    ];
    assert_eq!(manager.post(path, &fields).await.status, 303);
    assert!(manager.get("/settings/major").await.text.contains("核心系统故障"));
    let id = incident.id;
    let steps = app.read(move |tx| store::steps(tx, id)).await.unwrap();
    assert!(steps.len() > 1, "what was begun stays");
    assert_eq!(manager.post(&format!("{path}/removal"), &[]).await.status, 303);
    assert!(
        !manager.get("/settings/major").await.text.contains("核心系统故障"),
        "a removed one does not come back"
    );
    assert_eq!(manager.get(path).await.status, 404);
}

#[tokio::test]
async fn a_plan_is_made_and_what_is_wrong_with_it_is_said_beside_its_field() {
    let app = TestApp::open().await;
    let mut manager = app.manager().await;
    let wrong = [("name_en", "Flood"), ("steps_en", "One\nTwo"), ("steps_zh", "一")];
    let refused = manager.post("/settings/major/plans", &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"steps_zh-error\"") && refused.text.contains("value=\"Flood\""));
    let empty = manager.post("/settings/major/plans", &[("name_en", "")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text.contains("id=\"name_en-error\"") && empty.text.contains("id=\"steps_en-error\""));
    let right = [
        ("name_en", "Flood"),
        ("steps_en", "Commander: Switch the power off"),
        ("steps_zh", ""),
    ];
    assert_eq!(manager.post("/settings/major/plans", &right).await.status, 303);
    assert!(manager.get("/settings/major").await.text.contains("Flood"));
    assert_eq!(
        app.engineer()
            .await
            .post("/settings/major/plans", &right)
            .await
            .status,
        403
    );
    let unknown = manager.post("/settings/major/plans/no-such", &right).await;
    assert_eq!(unknown.status, 404);
}
