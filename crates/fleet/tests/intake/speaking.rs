//! The words that agents and the server exchange.

use testkit::app::TestApp;

use crate::house::{computer, devices, packed, post, token};

const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<REQUEST>\n  <DEVICEID>pc-2026-03-02-10-00-00</DEVICEID>\n  <QUERY>PROLOG</QUERY>\n  <TOKEN>12345678</TOKEN>\n</REQUEST>\n";

#[tokio::test]
async fn an_agent_is_asked_who_it_is_then_greeted_and_its_inventory_taken() {
    let app = TestApp::open().await;
    let token = token(&app).await;
    for path in [
        "/inventory",
        "/front/inventory.php",
        "/plugins/fusioninventory/",
        "/ocsinventory",
    ] {
        let asked = post(&app, path, None, packed(PROLOG)).await;
        assert_eq!(asked.status, 401);
        assert!(asked.header("www-authenticate").starts_with("Basic realm=\""));

        let greeted = post(&app, path, Some(&token), packed(PROLOG)).await;
        assert_eq!(greeted.status, 200);
        assert!(
            greeted
                .text
                .contains("<PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE>")
        );

        let told = computer("pc", "ABC1234", &[("bash", "5.2")]);
        let taken = post(&app, path, Some(&token), packed(&told)).await;
        assert_eq!(taken.status, 200, "{}", taken.text);
        assert!(taken.text.contains("<REPLY>"));
    }
    assert_eq!(devices(&app).await.len(), 1);
}

#[tokio::test]
async fn a_glpi_agent_is_greeted_in_json_and_told_to_send_inventories_only() {
    let app = TestApp::open().await;
    let token = token(&app).await;
    let contact = r#"{"action":"contact","deviceid":"pc-2026","name":"GLPI-Agent","version":"1.7","enabled-tasks":["inventory","deploy"]}"#;
    let greeted = post(&app, "/front/inventory.php", Some(&token), packed(contact)).await;
    assert_eq!(greeted.status, 200);
    assert_eq!(greeted.json()["status"], "ok");
    assert_eq!(greeted.json()["expiration"], 24);
    assert!(greeted.json()["tasks"]["inventory"].is_object());
    assert!(
        greeted.json()["disabled"]
            .as_array()
            .unwrap()
            .contains(&"deploy".into())
    );

    let told = r#"{"action":"inventory","deviceid":"pc-2026","itemtype":"Computer","content":{"hardware":{"name":"pc","uuid":"1234-5678"},"versionclient":"GLPI-Agent_v1.7"}}"#;
    let taken = post(&app, "/front/inventory.php", Some(&token), packed(told)).await;
    assert_eq!(taken.json()["status"], "ok");
    assert_eq!(devices(&app).await[0].source, fleet::device::Source::Glpi);

    let deploy = post(
        &app,
        "/inventory",
        Some(&token),
        packed(r#"{"action":"deploy","deviceid":"pc"}"#),
    )
    .await;
    assert_eq!(deploy.status, 400);
    assert_eq!(deploy.json()["status"], "error");
}
