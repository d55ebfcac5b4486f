//! What is made, changed, and read so that each kind of answer is seen once while it is there.

use axum::http::Method;
use fleet::device::{self, DeviceId, NewDevice, Source, State};
use fleet::script::{self, Draft};
use protocol::inventory::{Content, Item, Report, Section};
use protocol::key::KeyPair;
use protocol::message::Identity;
use protocol::verb::Shell;
use serde_json::{Value, json};
use testkit::TestApp;
use web::testing::ApiClient;

use crate::Truth;

/// Calls that make a ticket go all the way round, so that each answer can be seen once.
pub async fn the_loop(admin: &ApiClient, truth: &mut Truth) -> i64 {
    let new = json!({
        "title": "The scanner is silent", "body": "It does not scan.", "requester": "li.na@example.test",
        "type": "incident", "category": "hardware", "impact": "team", "urgency": "high",
        "environment": { "device": "SC-7", "os": "none" }, "tags": ["scanner"], "steps": "Press scan.", "error_text": "E7"
    });
    let made = admin.post("/api/v1/tickets", &new).await;
    truth.hold("POST", "/api/v1/tickets", &made);
    let number = made.json()["number"]
        .as_i64()
        .unwrap_or_else(|| panic!("{}", made.text));
    let steps = [
        (
            Method::PATCH,
            "",
            json!({ "title": "The scanner on floor 2 is silent", "tags": ["scanner", "floor-2"] }),
        ),
        (
            Method::POST,
            "/assignment",
            json!({ "assignee": "amy@example.test" }),
        ),
        (Method::POST, "/notes", json!({ "body": "The fuse, I think." })),
        (Method::POST, "/replies", json!({ "body": "We are looking." })),
        (
            Method::POST,
            "/waiting",
            json!({ "for": "supplier", "reason": "a fuse", "until": "2026-03-04T10:00:00Z" }),
        ),
        (Method::DELETE, "/waiting", Value::Null),
        (
            Method::POST,
            "/escalation",
            json!({ "tier": 2, "handoff": { "tried": "fuse", "known": "silent", "boundary": "tools" } }),
        ),
        (
            Method::POST,
            "/resolution",
            json!({ "solution": "A new fuse.", "tested": true }),
        ),
        (
            Method::POST,
            "/verification",
            json!({ "accepted": false, "comment": "still silent" }),
        ),
        (
            Method::POST,
            "/resolution",
            json!({ "solution": "Another fuse.", "tested": false, "untested_reason": "no paper" }),
        ),
        (Method::DELETE, "/resolution", json!({ "reason": "wrong ticket" })),
    ];
    for (method, rest, body) in steps {
        let path = format!("/api/v1/tickets/{number}{rest}");
        let answer = admin
            .send(method.clone(), &path, (!body.is_null()).then_some(&body), &[])
            .await;
        truth.hold(
            method.as_str(),
            &format!("/api/v1/tickets/{{number}}{rest}"),
            &answer,
        );
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.text);
    }
    number
}

/// A rule, read while it is there: the walk through all calls removes what can be removed.
pub async fn rules(admin: &ApiClient, truth: &mut Truth) {
    let new = json!({ "name": "Scanners", "when": ["opened"], "then": [{ "kind": "add_tags", "value": "scanner" }] });
    let made = admin.post("/api/v1/rules", &new).await;
    truth.hold("POST", "/api/v1/rules", &made);
    let place = format!("/api/v1/rules/{}", made.json()["id"].as_str().unwrap_or_default());
    truth.hold("GET", "/api/v1/rules/{id}", &admin.get(&place).await);
    let tried = admin
        .post(&format!("{place}/dry-run"), &json!({ "days": 7 }))
        .await;
    truth.hold("POST", "/api/v1/rules/{id}/dry-run", &tried);
    let log = admin.get(&format!("{place}/firings")).await;
    truth.hold("GET", "/api/v1/rules/{id}/firings", &log);
    let change = json!({ "definition": new, "version": 1 });
    let changed = admin
        .send("PUT".parse().unwrap(), &place, Some(&change), &[])
        .await;
    truth.hold("PUT", "/api/v1/rules/{id}", &changed);
}

/// A webhook with a message, read while it is there.
pub async fn webhooks(admin: &ApiClient, truth: &mut Truth) {
    let new = json!({ "name": "Intranet", "url": "https://intranet.example/hook", "events": ["opened"] });
    let made = admin.post("/api/v1/webhooks", &new).await;
    truth.hold("POST", "/api/v1/webhooks", &made);
    let place = format!(
        "/api/v1/webhooks/{}",
        made.json()["id"].as_str().unwrap_or_default()
    );
    truth.hold("GET", "/api/v1/webhooks/{id}", &admin.get(&place).await);
    truth.hold("GET", "/api/v1/webhooks", &admin.get("/api/v1/webhooks").await);
    let tried = admin.post(&format!("{place}/test"), &json!({})).await;
    truth.hold("POST", "/api/v1/webhooks/{id}/test", &tried);
    let log = admin.get(&format!("{place}/deliveries")).await;
    truth.hold("GET", "/api/v1/webhooks/{id}/deliveries", &log);
    let secret = admin.post(&format!("{place}/secret"), &json!({})).await;
    truth.hold("POST", "/api/v1/webhooks/{id}/secret", &secret);
    let change = json!({ "definition": new, "version": 2 });
    let changed = admin
        .send("PUT".parse().unwrap(), &place, Some(&change), &[])
        .await;
    truth.hold("PUT", "/api/v1/webhooks/{id}", &changed);
}

/// A saved view, read while it is there.
pub async fn views(admin: &ApiClient, truth: &mut Truth) {
    let made = admin
        .post("/api/v1/views", &json!({ "name": "Everything" }))
        .await;
    truth.hold("POST", "/api/v1/views", &made);
    let place = format!("/api/v1/views/{}", made.json()["id"].as_str().unwrap_or_default());
    truth.hold("GET", "/api/v1/views/{id}", &admin.get(&place).await);
    let tickets = admin.get(&format!("{place}/tickets")).await;
    truth.hold("GET", "/api/v1/views/{id}/tickets", &tickets);
}

/// A channel that speaks with nobody yet.
pub async fn channels(admin: &ApiClient, truth: &mut Truth) {
    let new = json!({
        "name": "Intranet", "service": "plain", "locale": "en",
        "settings": { "url": "https://intranet.example/in", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
    });
    let made = admin.post("/api/v1/channels", &new).await;
    truth.hold("POST", "/api/v1/channels", &made);
    let id = made.json()["id"].as_str().unwrap_or_default().to_owned();
    for part in ["", "/messages", "/refusals"] {
        let answer = admin.get(&format!("/api/v1/channels/{id}{part}")).await;
        truth.hold("GET", &format!("/api/v1/channels/{{id}}{part}"), &answer);
    }
}

/// A conversation, seen from both sides.
pub async fn chats(app: &TestApp, truth: &mut Truth) {
    let bruno = app.token_of(&app.cast.bruno.clone(), &["*"]).await;
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    for colleague in [&app.cast.amy, &app.cast.cheng_li] {
        let token = app.token_of(&colleague.clone(), &["*"]).await;
        let on = json!({ "on": true });
        let switched = token
            .send(Method::PUT, "/api/v1/chats/duty", Some(&on), &[])
            .await;
        truth.hold("PUT", "/api/v1/chats/duty", &switched);
    }
    let begun = bruno
        .post("/api/v1/chat", &json!({ "body": "VPN is down" }))
        .await;
    truth.hold("POST", "/api/v1/chat", &begun);
    let id = begun.json()["id"].as_str().unwrap_or_default().to_owned();
    let own = bruno.get(&format!("/api/v1/chat/{id}")).await;
    truth.hold("GET", "/api/v1/chat/{id}", &own);
    let acts = [
        ("taking", json!({})),
        ("messages", json!({ "body": "Looking", "aside": true })),
        ("messages", json!({ "body": "Try now" })),
        (
            "hand-over",
            json!({ "to": app.cast.cheng_li.id.to_string(), "note": "DNS" }),
        ),
    ];
    for (act, body) in acts {
        let answer = amy.post(&format!("/api/v1/chats/{id}/{act}"), &body).await;
        truth.hold("POST", &format!("/api/v1/chats/{{id}}/{act}"), &answer);
        assert!(answer.status.is_success(), "{act}: {}", answer.text);
    }
    let seen = amy.get(&format!("/api/v1/chats/{id}")).await;
    truth.hold("GET", "/api/v1/chats/{id}", &seen);
}

/// A ticket that is handed over to development, and one that becomes a major incident.
pub async fn around(admin: &ApiClient, app: &TestApp, truth: &mut Truth) {
    let number = app.li_na_cannot_print().await.number;
    let fault = json!({
        "title": "Sign-in fails", "severity": "critical", "steps": "Sign in", "expected": "In", "actual": "Out",
        "team": app.cast.systems.to_string(),
    });
    let given = admin
        .post(&format!("/api/v1/tickets/{number}/handovers"), &fault)
        .await;
    truth.hold("POST", "/api/v1/tickets/{number}/handovers", &given);
    let id = given.json()["id"].as_str().unwrap_or_default().to_owned();
    let read = admin.get(&format!("/api/v1/handovers/{id}")).await;
    truth.hold("GET", "/api/v1/handovers/{id}", &read);

    let other = app.li_na_cannot_print().await.number;
    let outage = json!({
        "ticket": other, "title": "Mail is down", "services": ["Mail"], "text": { "en": "We are on it." },
    });
    let declared = admin.post("/api/v1/major-incidents", &outage).await;
    truth.hold("POST", "/api/v1/major-incidents", &declared);
    let id = declared.json()["id"].as_str().unwrap_or_default().to_owned();
    let read = admin.get(&format!("/api/v1/major-incidents/{id}")).await;
    truth.hold("GET", "/api/v1/major-incidents/{id}", &read);
}

/// A device with an agent, and an act that waits for its link.
pub async fn devices(admin: &ApiClient, app: &TestApp, truth: &mut Truth) {
    let cx = app.cx();
    let identity = Identity {
        host: "NB-7".to_owned(),
        serial: "C02-7".to_owned(),
        ..Identity::default()
    };
    let made = app.write(move |tx| {
        let mut new = NewDevice::told(identity.clone(), Source::Agent, State::Admitted);
        new.key = Some(KeyPair::generate().unwrap().public());
        device::create(tx, &cx, new)
    });
    let device = made.await.unwrap().id;
    patches(admin, app, device, truth).await;
    let place = format!("/api/v1/devices/{device}");
    let ticket = app.li_na_cannot_print().await.number;
    let wish = json!({ "ticket": ticket, "verb": { "verb": "health_check" } });
    let asked = admin.post(&format!("{place}/acts"), &wish).await;
    truth.hold("POST", "/api/v1/devices/{id}/acts", &asked);
    let act = asked.json()["id"].as_str().unwrap_or_default().to_owned();
    for part in ["", "/inventory", "/changes", "/acts"] {
        let answer = admin.get(&format!("{place}{part}")).await;
        truth.hold("GET", &format!("/api/v1/devices/{{id}}{part}"), &answer);
    }
    for part in ["", "/output"] {
        let answer = admin.get(&format!("{place}/acts/{act}{part}")).await;
        truth.hold(
            "GET",
            &format!("/api/v1/devices/{{id}}/acts/{{act}}{part}"),
            &answer,
        );
    }
    rollouts(admin, app, ticket, truth).await;
    shares(admin, app, ticket, truth).await;
}

/// A screen that the requester of a ticket shares.
async fn shares(admin: &ApiClient, app: &TestApp, ticket: i64, truth: &mut Truth) {
    let li_na = app.cast.li_na.clone();
    let share = app
        .act(&li_na, move |tx, cx| {
            fleet::share::starting::start(tx, cx, ticket, "node-1")
        })
        .await;
    let list = admin.get("/api/v1/screen-shares").await;
    truth.hold("GET", "/api/v1/screen-shares", &list);
    let one = admin.get(&format!("/api/v1/screen-shares/{}", share.id)).await;
    truth.hold("GET", "/api/v1/screen-shares/{id}", &one);
    let ended = admin
        .post(&format!("/api/v1/screen-shares/{}/end", share.id), &json!({}))
        .await;
    truth.hold("POST", "/api/v1/screen-shares/{id}/end", &ended);
}

/// An update that a device reports, decided, and a rule.
async fn patches(admin: &ApiClient, app: &TestApp, device: DeviceId, truth: &mut Truth) {
    let item = Item::new("openssl:amd64")
        .with("name", "openssl")
        .with("version", "3.0.17-1~deb12u2")
        .with("source", "apt");
    let report = Report {
        at: 0,
        full: false,
        sections: [(Section::Updates, Content::of(vec![item]))].into(),
    };
    let cx = app.cx();
    app.write(move |tx| fleet::inventory::take(tx, &cx, device, &report))
        .await
        .unwrap();
    app.settle().await;
    let releases = admin.get("/api/v1/agent-releases").await;
    truth.hold("GET", "/api/v1/agent-releases", &releases);
    let list = admin.get("/api/v1/patches").await;
    truth.hold("GET", "/api/v1/patches", &list);
    let id = list.json()["items"][0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let one = admin.get(&format!("/api/v1/patches/{id}")).await;
    truth.hold("GET", "/api/v1/patches/{id}", &one);
    let decision = json!({ "patches": [id], "state": "approved", "note": "Urgent." });
    let decided = admin.post("/api/v1/patches/decisions", &decision).await;
    truth.hold("POST", "/api/v1/patches/decisions", &decided);
    let rule = json!({ "pattern": "lib*", "after_days": 7, "verdict": "approve" });
    let made = admin.post("/api/v1/patches/rules", &rule).await;
    truth.hold("POST", "/api/v1/patches/rules", &made);
    let rules = admin.get("/api/v1/patches/rules").await;
    truth.hold("GET", "/api/v1/patches/rules", &rules);
    let id = made.json()["id"].as_str().unwrap_or_default().to_owned();
    let ended = admin
        .post(&format!("/api/v1/patches/rules/{id}/end"), &json!({}))
        .await;
    truth.hold("POST", "/api/v1/patches/rules/{id}/end", &ended);
}

/// The draft of a rollout, by a script that a second person has read.
async fn rollouts(admin: &ApiClient, app: &TestApp, ticket: i64, truth: &mut Truth) {
    let draft = Draft {
        name: "Set the greeting".to_owned(),
        purpose: String::new(),
        shell: Shell::Sh,
        body: "exit 0".to_owned(),
        parameters: "step: text".to_owned(),
    };
    let script = app
        .act(&app.cast.noor, move |tx, cx| script::add(tx, cx, &draft))
        .await
        .id;
    app.act(&app.cast.shen, move |tx, cx| script::review(tx, cx, script, 1))
        .await;
    let id = script.to_string();
    let content = json!({ "kind": "script", "dry_run": id, "check": id, "apply": id });
    let wish = json!({ "ticket": ticket, "title": "Greeting", "content": content });
    let made = admin.post("/api/v1/rollouts", &wish).await;
    truth.hold("POST", "/api/v1/rollouts", &made);
    let made = made.json()["id"].as_str().unwrap_or_default().to_owned();
    for part in ["", "/targets"] {
        let answer = admin.get(&format!("/api/v1/rollouts/{made}{part}")).await;
        truth.hold("GET", &format!("/api/v1/rollouts/{{id}}{part}"), &answer);
    }
}
