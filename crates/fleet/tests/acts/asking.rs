//! Who may ask what of which device.

use axum::http::Method;
use testkit::TestApp;

use crate::house::{acts, device, health, restart};

#[tokio::test]
async fn a_technician_looks_and_changes_but_runs_nothing() {
    let app = TestApp::open().await;
    let (id, ticket) = (device(&app, 1, None).await, app.li_na_cannot_print().await.number);
    let amy = app.token_of(&app.cast.amy, &["*"]).await;
    assert_eq!(amy.post(&acts(id), &health(ticket)).await.status, 201);
    assert_eq!(amy.post(&acts(id), &restart(ticket)).await.status, 201);
    let command = serde_json::json!({
        "ticket": ticket,
        "verb": { "verb": "command_run", "line": "id", "run_as": "root", "timeout_seconds": 10, "memory_mb": 64, "cpu_percent": 50 },
    });
    assert_eq!(amy.post(&acts(id), &command).await.status, 403);
    let ottilie = app.token_of(&app.cast.ottilie, &["*"]).await;
    assert_eq!(ottilie.post(&acts(id), &health(ticket)).await.status, 403);
    let li_na = app.token_of(&app.cast.li_na, &["*"]).await;
    assert_eq!(li_na.post(&acts(id), &health(ticket)).await.status, 403);
    let listed = amy.get(&acts(id)).await.json();
    assert_eq!(listed["acts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_with_its_field() {
    let app = TestApp::open().await;
    let (id, ticket) = (device(&app, 1, None).await, app.li_na_cannot_print().await.number);
    let amy = app.token_of(&app.cast.amy, &["*"]).await;
    for verb in [
        serde_json::json!({ "verb": "file_list", "path": "/var/../etc" }),
        serde_json::json!({ "verb": "service", "name": "--all", "action": "restart" }),
        serde_json::json!({ "verb": "health_check", "and": "more" }),
        serde_json::json!({ "verb": "reboot" }),
    ] {
        let answer = amy
            .post(&acts(id), &serde_json::json!({ "ticket": ticket, "verb": verb }))
            .await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
}

#[tokio::test]
async fn the_ticket_must_be_open_and_seen_by_the_asker() {
    let app = TestApp::open().await;
    let id = device(&app, 1, None).await;
    let other = app.li_na_misses_her_mail().await.number;
    let amy = app.token_of(&app.cast.amy, &["*"]).await;
    assert_eq!(
        amy.post(&acts(id), &health(other)).await.status,
        404,
        "the ticket of another team"
    );
    assert_eq!(amy.post(&acts(id), &health(999_999)).await.status, 404);
    let ticket = app.li_na_cannot_print().await.number;
    app.amy_solves(ticket).await;
    let refused = amy.post(&acts(id), &health(ticket)).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json()["code"], "fleet.ticket_not_open");
}

#[tokio::test]
async fn a_device_without_an_agent_or_not_admitted_is_left_alone() {
    let app = TestApp::open().await;
    let (id, ticket) = (device(&app, 1, None).await, app.li_na_cannot_print().await.number);
    app.act(&app.cast.noor, move |tx, cx| fleet::device::retire(tx, cx, id))
        .await;
    let amy = app.token_of(&app.cast.amy, &["*"]).await;
    let refused = amy.post(&acts(id), &health(ticket)).await;
    assert_eq!(refused.json()["code"], "fleet.device_not_admitted");
}

#[tokio::test]
async fn after_the_global_stop_nothing_begins_and_what_waited_is_over() {
    let app = TestApp::open().await;
    let (id, ticket) = (device(&app, 1, None).await, app.li_na_cannot_print().await.number);
    let amy = app.token_of(&app.cast.amy, &["*"]).await;
    let waiting = amy.post(&acts(id), &health(ticket)).await.json();
    let stop = serde_json::json!({ "stopped": true, "reason": "a break-in" });
    assert_eq!(
        amy.send(Method::PUT, "/api/v1/devices/stop", Some(&stop), &[])
            .await
            .status,
        403
    );
    let shen = app.token_of(&app.cast.shen, &["*"]).await;
    assert_eq!(
        shen.send(Method::PUT, "/api/v1/devices/stop", Some(&stop), &[])
            .await
            .status,
        200
    );
    assert_eq!(
        amy.post(&acts(id), &health(ticket)).await.json()["code"],
        "fleet.stopped"
    );
    let path = format!("{}/{}", acts(id), waiting["id"].as_str().unwrap());
    assert_eq!(amy.get(&path).await.json()["state"], "refused");
    let lift = serde_json::json!({ "stopped": false });
    assert_eq!(
        shen.send(Method::PUT, "/api/v1/devices/stop", Some(&lift), &[])
            .await
            .json()["stopped"],
        false
    );
    assert_eq!(amy.post(&acts(id), &health(ticket)).await.status, 201);
}

#[tokio::test]
async fn the_pages_show_what_can_be_asked_and_what_came_of_it() {
    let app = TestApp::open().await;
    let (id, ticket) = (device(&app, 1, None).await, app.li_na_cannot_print().await.number);
    let mut amy = app.technician().await;
    let connect = amy.get(&format!("/devices/{id}/connect?ticket={ticket}")).await;
    assert_eq!(connect.status, 200, "{}", connect.text);
    assert!(connect.text.contains("health.check") && !connect.text.contains("command.run"));
    let number = ticket.to_string();
    let asked = amy
        .post(
            &format!("/devices/{id}/acts"),
            &[("ticket", number.as_str()), ("verb", "health.check")],
        )
        .await;
    assert_eq!(asked.status, 303, "{}", asked.text);
    let place = asked.header("location").to_owned();
    let act = amy.get(&place).await;
    assert!(act.text.contains("laptop-1"), "{}", act.text);
    let empty = amy
        .post(
            &format!("/devices/{id}/acts"),
            &[
                ("ticket", number.as_str()),
                ("verb", "file.list"),
                ("path", "etc"),
            ],
        )
        .await;
    assert_eq!(empty.status, 422);
    let mut ottilie = app.auditor().await;
    assert_eq!(ottilie.get(&place).await.status, 200);
    let mut li_na = app.requester().await;
    assert_eq!(li_na.get(&place).await.status, 403);
    assert_eq!(ottilie.get("/devices/safety").await.status, 200);
    // What may be run on devices is for auditors to read, and not to write.
    assert_eq!(ottilie.get("/devices/scripts").await.status, 200);
    assert_eq!(
        ottilie.post("/devices/scripts", &[("name", "x")]).await.status,
        403
    );
    assert_eq!(amy.get("/devices/scripts").await.status, 200);
}
