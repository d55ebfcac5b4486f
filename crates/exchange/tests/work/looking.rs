//! What other programs find in an export: one object a line, and tickets as the interface shows them.

use std::collections::BTreeMap;

use exchange::Secrets;
use serde_json::{Map, Value, json};
use server::house::program;
use testkit::TestApp;

use crate::house::{NOW, Place, every_file, manifest};

type Object = Map<String, Value>;

async fn export_of(app: &TestApp) -> (Place, std::path::PathBuf) {
    let (place, kernel) = (Place::on(testkit::Database::Sqlite), &app.house.kernel);
    let export = place.path("export");
    let made = exchange::export(
        &kernel.db,
        &kernel.files,
        &program(),
        NOW,
        &export,
        Secrets::LeftOut,
    )
    .await
    .unwrap();
    assert_eq!(made.manifest.missing_count, 0);
    (place, export)
}

fn lines(export: &std::path::Path, file: &str) -> Vec<Object> {
    let text = std::fs::read_to_string(export.join(file)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn list<'a>(object: &'a Value, key: &str) -> &'a [Value] {
    object[key].as_array().map_or(&[], Vec::as_slice)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_is_one_object_and_every_file_is_named_with_its_rows() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await;
    app.amy_notes_a_secret(ticket.number).await;
    let (_place, export) = export_of(&app).await;
    let manifest = manifest(&export);
    let mut named: BTreeMap<String, u64> = manifest
        .tables
        .iter()
        .map(|table| &table.part)
        .chain(&manifest.nested)
        .map(|part| (part.file.clone(), part.rows))
        .collect();
    for (name, _) in every_file(&export) {
        if name.ends_with(".jsonl") {
            let rows = lines(&export, &name).len() as u64;
            assert_eq!(named.remove(&name), Some(rows), "{name}");
        }
    }
    assert!(named.is_empty(), "{named:?}");
    assert_eq!(manifest.files.count, 2);
    for readme in ["README.md", "README.zh-CN.md"] {
        assert!(
            std::fs::read_to_string(export.join(readme))
                .unwrap()
                .contains("tickets.jsonl")
        );
    }
    use std::os::unix::fs::PermissionsExt as _;
    for path in [
        export.clone(),
        export.join("tables"),
        export.join("manifest.json"),
    ] {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is open to others", path.display());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nested_ticket_is_what_the_interface_says() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await;
    let other = app.li_na_misses_her_mail().await;
    app.amy_notes_a_secret(ticket.number).await;
    app.amy_answers(ticket.number, "We are coming.").await;
    app.amy_solves(ticket.number).await;
    let admin = app.token(&["*"]).await;
    let tags = json!({ "tags": ["kingfisher", "third-floor"], "environment": { "device": "PRN-3E", "os": "Windows 11" } });
    let path = format!("/api/v1/tickets/{}", ticket.number);
    let answer = admin
        .send(axum::http::Method::PATCH, &path, Some(&tags), &[])
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    app.settle().await;
    let said = admin.get(&path).await.json();
    let (_place, export) = export_of(&app).await;
    let all = lines(&export, "tickets.jsonl");
    assert_eq!(all.len(), 2);
    assert!(all.iter().any(|one| one["number"] == other.number));
    let nested = all
        .into_iter()
        .find(|one| one["number"] == ticket.number)
        .unwrap();
    let nested = Value::Object(nested);
    for key in [
        "number",
        "title",
        "type",
        "category",
        "impact",
        "urgency",
        "priority",
        "state",
        "tier",
        "requester",
        "assignee",
        "team",
        "channel",
        "environment",
        "tags",
        "created_at",
        "updated_at",
        "resolved_at",
        "closed_at",
        "next_due_at",
        "overdue",
        "reopen_count",
        "version",
    ] {
        assert!(said.get(key).is_some(), "the interface has no {key} to compare");
        assert_eq!(nested[key], said[key], "{key}");
    }
    assert_eq!(list(&nested, "articles").len(), list(&said, "articles").len());
    for (here, there) in list(&nested, "articles").iter().zip(list(&said, "articles")) {
        for key in ["id", "kind", "public", "author", "body", "quoted", "at"] {
            assert_eq!(here[key], there[key], "{key}");
        }
        assert_eq!(list(here, "attachments").len(), list(there, "attachments").len());
        for (here, there) in list(here, "attachments").iter().zip(list(there, "attachments")) {
            for key in ["id", "name", "media_type", "size", "sha256"] {
                assert_eq!(here[key], there[key], "{key}");
            }
            let hash = here["sha256"].as_str().unwrap();
            assert!(export.join("files").join(&hash[..2]).join(hash).exists());
        }
    }
    assert_eq!(list(&nested, "clocks").len(), list(&said, "clocks").len());
    for there in list(&said, "clocks") {
        let here = list(&nested, "clocks")
            .iter()
            .find(|here| here["kind"] == there["kind"])
            .unwrap();
        assert_eq!(
            (&here["kind"], &here["state"], &here["deadline"]),
            (&there["kind"], &there["state"], &there["deadline"])
        );
        assert_eq!(here["target"], there["target_ms"]);
    }
    the_rest_is_there(&nested, &app);
    people_and_teams(&export, &app);
}

/// What the interface shows elsewhere.
fn the_rest_is_there(ticket: &Value, app: &TestApp) {
    assert!(list(ticket, "clocks").len() > 1);
    let kinds: Vec<&str> = list(ticket, "history")
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds.first(), Some(&"desk.ticket.opened"));
    assert!(kinds.contains(&"desk.ticket.resolved"), "{kinds:?}");
    let amy = json!({ "id": app.cast.amy.id, "name": app.cast.amy.name, "email": app.cast.amy.email });
    assert_eq!(list(ticket, "resolutions")[0]["by_person"], amy);
    assert_eq!(
        list(ticket, "resolutions")[0]["solution"],
        "The roller was replaced."
    );
    assert_eq!(list(ticket, "questions").len(), 1);
    assert!(list(ticket, "history").iter().any(|event| event["actor"] == amy));
}

fn people_and_teams(export: &std::path::Path, app: &TestApp) {
    let people = lines(export, "people.jsonl");
    let amy = people
        .iter()
        .find(|one| one["id"] == app.cast.amy.id.to_string())
        .unwrap();
    assert_eq!(amy["roles"], json!(["technician"]));
    assert_eq!(amy["teams"][0]["team"]["name"], "服务台 Service Desk");
    assert!(amy.get("password_hash").is_none() && amy.get("totp_secret").is_none());
    let teams = lines(export, "teams.jsonl");
    let desk = teams
        .iter()
        .find(|one| one["name"] == "服务台 Service Desk")
        .unwrap();
    assert_eq!(desk["members"][0]["person"]["email"], app.cast.amy.email.as_str());
}
