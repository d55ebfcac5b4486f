//! The devices as Ansible's inventory.

use fleet::device::Source;
use fleet::inventory::ansible;
use protocol::message::Identity;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::house::{li_nas, told};

async fn named(app: &TestApp, host: &str, serial: &str) {
    let identity = Identity {
        host: host.to_owned(),
        serial: serial.to_owned(),
        ..Identity::default()
    };
    told(app, identity, Source::Agent).await;
}

async fn list(app: &TestApp, query: &str) -> Value {
    let (cx, query) = (app.cx(), query.to_owned());
    app.read(move |tx| ansible::list(tx, &cx, &query)).await.unwrap()
}

#[tokio::test]
async fn each_device_is_one_host_in_the_groups_of_what_it_is() {
    let app = TestApp::open().await;
    li_nas(&app).await;
    named(&app, "files 01", "SRV1").await;
    named(&app, "files 01", "SRV2").await;
    named(&app, "{{ lookup('pipe','id') }}", "SRV3").await;
    let all = list(&app, "").await;
    let hosts: Vec<String> = serde_json::from_value(all["mainstay"]["hosts"].clone()).unwrap();
    assert_eq!(hosts.len(), all["_meta"]["hostvars"].as_object().unwrap().len());
    assert!(hosts.contains(&"files-01".to_owned()), "{hosts:?}");
    assert_eq!(
        hosts.iter().filter(|name| name.starts_with("files-01")).count(),
        2
    );
    let odd = hosts.iter().find(|name| name.contains("lookup")).unwrap();
    assert!(!odd.contains(['{', '(', '\'', ',']), "{odd}");
    // What a device says of itself is never a template.
    let variables = &all["_meta"]["hostvars"][odd];
    assert_eq!(
        variables["mainstay_name"],
        json!({ "__ansible_unsafe": "{{ lookup('pipe','id') }}" })
    );
    assert!(
        all["os_ubuntu"]["hosts"]
            .as_array()
            .unwrap()
            .contains(&json!("li-na-t14"))
    );
    let cx = app.cx();
    let one = app
        .read(move |tx| ansible::host(tx, &cx, "li-na-t14"))
        .await
        .unwrap();
    assert_eq!(one, all["_meta"]["hostvars"]["li-na-t14"]);
    let cx = app.cx();
    let none = app.read(move |tx| ansible::host(tx, &cx, "nobody")).await;
    assert_eq!(none.unwrap(), json!({}));
}

#[tokio::test]
async fn a_filter_chooses_and_one_that_means_nothing_is_an_error() {
    let app = TestApp::open().await;
    li_nas(&app).await;
    named(&app, "files-01", "SRV1").await;
    let found = list(&app, "os:ubuntu").await;
    assert_eq!(found["mainstay"]["hosts"], json!(["li-na-t14"]));
    let cx = app.cx();
    let error = app
        .read(move |tx| ansible::list(tx, &cx, "kind:nonsense"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "fleet.filter_unknown");
}
