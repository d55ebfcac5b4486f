//! The second person: many devices, and scripts.

use fleet::act::approving::{self, Say};
use fleet::script::{self, Draft, Running};
use protocol::verb::Shell;
use serde_json::json;
use testkit::TestApp;

use crate::house::{acts, ask, device, now, restart};

#[tokio::test]
async fn on_26_devices_nobody_acts_alone() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await.number;
    let mut devices = Vec::new();
    for number in 1..=26 {
        devices.push(device(&app, number, None).await);
    }
    let cheng_li = app.token_of(&app.cast.cheng_li, &["*"]).await;
    let mail = app.li_na_misses_her_mail().await.number;
    let all: Vec<String> = devices[1..].iter().map(ToString::to_string).collect();
    let mut wanted = restart(mail);
    wanted["devices"] = json!(all);
    let asked = cheng_li.post(&acts(devices[0]), &wanted).await;
    assert_eq!(asked.json()["state"], "held", "{}", asked.text);
    let batch = asked.json()["batch"].as_str().unwrap().to_owned();
    let id = asked.json()["id"].as_str().unwrap().parse().unwrap();
    app.act(&app.cast.shen, move |tx, cx| {
        approving::decide(tx, cx, &batch, Say::Yes)
    })
    .await;
    let act = now(&app, id).await;
    assert_eq!(
        (act.state.as_str(), act.approved_by),
        ("asked", Some(app.cast.shen.id))
    );
    // One after the other is as many.
    for (number, device) in devices.iter().enumerate().take(25) {
        let amy = app.cast.amy.clone();
        let id = ask(&app, &amy, *device, &restart(ticket)).await;
        assert_eq!(now(&app, id).await.state.as_str(), "asked", "{number}");
    }
    let amy = app.cast.amy.clone();
    let last = ask(&app, &amy, devices[25], &restart(ticket)).await;
    assert_eq!(now(&app, last).await.state.as_str(), "held");
}

#[tokio::test]
async fn a_script_is_run_after_somebody_else_has_read_it() {
    let app = TestApp::open().await;
    let draft = Draft {
        name: "Clear the queue".to_owned(),
        purpose: "When paper is stuck in the spooler.".to_owned(),
        shell: Shell::Sh,
        body: "cancel -a \"$MAINSTAY_printer\"\r\n".to_owned(),
        parameters: "printer: text required".to_owned(),
    };
    let written = app
        .act(&app.cast.noor, move |tx, cx| script::add(tx, cx, &draft))
        .await
        .id;
    let running = |value: &str| Running {
        values: vec![("printer".to_owned(), value.to_owned())],
        run_as: "root".to_owned(),
        timeout_seconds: 10,
        memory_mb: 64,
        cpu_percent: 50,
    };
    let first = running("kingfisher");
    let early = app
        .act(&app.cast.noor, move |tx, cx| {
            Ok(script::verb(tx, cx, written, &first).map(drop))
        })
        .await;
    assert_eq!(early.unwrap_err().code(), "fleet.script_not_reviewed");
    let own = app
        .act(&app.cast.noor, move |tx, cx| {
            Ok(script::review(tx, cx, written, 1))
        })
        .await;
    assert_eq!(own.unwrap_err().code(), "fleet.second_person");
    app.act(&app.cast.shen, move |tx, cx| script::review(tx, cx, written, 1))
        .await;
    let (good, bad) = (running("kingfisher"), running(""));
    let verb = app
        .act(&app.cast.cheng_li, move |tx, cx| {
            script::verb(tx, cx, written, &good)
        })
        .await;
    let mut order: serde_json::Value = serde_json::from_str(&verb.write().unwrap()).unwrap();
    assert_eq!(order["parameters"]["printer"], "kingfisher");
    // Programs cannot hand in another text under the name of one that was read.
    let (id, mail) = (
        device(&app, 1, None).await,
        app.li_na_misses_her_mail().await.number,
    );
    let cheng_li = app.token_of(&app.cast.cheng_li, &["*"]).await;
    let reviewed = cheng_li
        .post(&acts(id), &json!({ "ticket": mail, "verb": order }))
        .await;
    assert_eq!(reviewed.status, 201, "{}", reviewed.text);
    order["body"] = json!("rm -rf /\n");
    let other = cheng_li
        .post(&acts(id), &json!({ "ticket": mail, "verb": order }))
        .await;
    assert_eq!(
        other.json()["code"],
        "fleet.script_not_reviewed",
        "{}",
        other.text
    );
    let missing = app
        .act(&app.cast.cheng_li, move |tx, cx| {
            Ok(script::verb(tx, cx, written, &bad).map(drop))
        })
        .await;
    assert_eq!(missing.unwrap_err().fields()[0].field, "parameter.printer");
    let mut shen = app.manager().await;
    let page = shen.get(&format!("/devices/scripts/{written}")).await;
    assert!(page.text.contains("Clear the queue"), "{}", page.text);
}
