//! The API document is complete (every route is in it and nothing else) and true (answers are as it says).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod schema;
mod walks;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use testkit::TestApp;
use testkit::reviewed::assert_reviewed;
use web::Surface;
use web::testing::{Answer, ApiClient};

const REVIEWED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openapi_calls.txt");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document(app: &TestApp) -> Value {
    serde_json::to_value(app.house.app.api_document()).unwrap()
}

/// Method, path, and description of each call.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| {
            item.get(method)
                .map(|operation| (method.to_uppercase(), path.clone(), operation))
        })
    });
    each.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_names_every_call_and_no_other() {
    let app = TestApp::open().await;
    let document = document(&app);
    let mut described: Vec<(String, String)> = operations(&document)
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect();
    let api = app
        .house
        .app
        .route_table()
        .iter()
        .filter(|route| route.surface == Surface::Api);
    let mut routed: Vec<(String, String)> = api
        .map(|route| (route.method.to_string(), route.path.clone()))
        .collect();
    described.sort();
    routed.sort();
    assert!(routed.len() > 20, "{routed:?}");
    assert_eq!(described, routed);
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3."))
    );
    let served = app.anonymous().get("/api/v1/openapi.json").await;
    assert_eq!(served.json(), document, "what is served is what was checked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_calls_are_the_reviewed_ones() {
    let app = TestApp::open().await;
    let document = document(&app);
    let mut text = String::new();
    for (method, path, operation) in operations(&document) {
        let needs = app
            .house
            .app
            .route_table()
            .iter()
            .find(|route| route.path == path && route.method.as_str() == method);
        let statuses: Vec<&str> = operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let needs = needs.unwrap().need;
        writeln!(text, "{method:<7} {path:<50} {needs:<26} {}", statuses.join(" ")).unwrap();
    }
    assert_reviewed(REVIEWED, &text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_says_what_it_does_takes_and_answers() {
    let app = TestApp::open().await;
    let document = document(&app);
    let mut wanting = Vec::new();
    for (method, path, operation) in operations(&document) {
        let call = format!("{method} {path}");
        if operation["summary"].as_str().unwrap_or_default().is_empty() {
            wanting.push(format!("{call} has no summary"));
        }
        let named: Vec<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        for name in named {
            if !parameters
                .iter()
                .any(|one| one["in"] == "path" && one["name"] == name)
            {
                wanting.push(format!("{call} does not describe {{{name}}}"));
            }
        }
        let responses = operation["responses"].as_object().unwrap();
        if !responses.keys().any(|status| status.starts_with('2')) {
            wanting.push(format!("{call} does not say how it succeeds"));
        }
        if responses["default"]["content"]["application/problem+json"].is_null() {
            wanting.push(format!("{call} does not say how it fails"));
        }
    }
    for pointer in references(&document) {
        if document.pointer(pointer.trim_start_matches('#')).is_none() {
            wanting.push(format!("{pointer} is referred to and not there"));
        }
    }
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter()
                .chain(fields.values().flat_map(references))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Compares answers with the document.
struct Truth {
    document: Value,
    wrong: Vec<String>,
    succeeded: BTreeMap<String, u16>,
}

impl Truth {
    fn hold(&mut self, method: &str, path: &str, answer: &Answer) {
        let call = format!("{method} {path}");
        let status = answer.status.as_u16();
        let responses = &self.document["paths"][path][method.to_lowercase()]["responses"];
        let described = responses
            .get(status.to_string())
            .or_else(|| (status >= 400).then(|| responses.get("default")).flatten());
        let Some(described) = described else {
            self.wrong.push(format!(
                "{call} answered {status}, which the document does not know: {}",
                answer.text
            ));
            return;
        };
        let media = answer
            .header("content-type")
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned();
        let content = &described["content"];
        let schema = if status >= 400 {
            &self.document["paths"][path][method.to_lowercase()]["responses"]["default"]["content"][&media]["schema"]
        } else {
            &content[&media]["schema"]
        };
        if schema.is_null() {
            if !(answer.text.is_empty() && content.is_null()) {
                self.wrong.push(format!(
                    "{call} answered {status} with {media:?}, which the document does not know"
                ));
            }
        } else {
            let wrong = schema::disagreements(&self.document, schema, &answer.json());
            self.wrong
                .extend(wrong.into_iter().map(|wrong| format!("{call} {status}: {wrong}")));
        }
        if answer.status.is_success() {
            self.succeeded.insert(call, status);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_as_the_document_says() {
    let app = TestApp::open().await;
    let admin = app.token(&["*"]).await;
    let mut truth = Truth {
        document: document(&app),
        wrong: Vec::new(),
        succeeded: BTreeMap::new(),
    };
    let number = walks::the_loop(&admin, &mut truth).await;
    let mailbox = json!({ "name": "IT", "address": "it@example.test", "enabled": true, "locale": "en", "purpose": "desk" });
    let made = admin.post("/api/v1/mailboxes", &mailbox).await;
    truth.hold("POST", "/api/v1/mailboxes", &made);
    let mail = b"From: <li.na@example.test>\r\nTo: <it@example.test>\r\nSubject: hello\r\nMessage-ID: <x1@example.test>\r\n\r\nwords\r\n";
    mail::deliver(&app.house.kernel, None, mail.to_vec()).await;
    app.settle().await;
    walks::rules(&admin, &mut truth).await;
    walks::webhooks(&admin, &mut truth).await;
    walks::views(&admin, &mut truth).await;
    walks::channels(&admin, &mut truth).await;
    walks::chats(&app, &mut truth).await;
    walks::around(&admin, &app, &mut truth).await;
    walks::devices(&admin, &app, &mut truth).await;
    let cx = app.cx();
    let hours = worktime::Definition::weekdays("Europe/Berlin", &["09:00-17:00"]);
    let calendar = app
        .write(move |tx| people::calendar::add(tx, &cx, "Office hours", &hours))
        .await
        .unwrap();
    let cx = app.cx();
    app.write(move |tx| knowledge::installing::shipped(tx, &cx))
        .await
        .unwrap();
    let course = admin
        .post(
            "/api/v1/training/courses",
            &json!({ "title_en": "New laptop", "minutes": 20 }),
        )
        .await;
    truth.hold("POST", "/api/v1/training/courses", &course);
    let ids: BTreeMap<&str, String> = BTreeMap::from([
        ("texts", "en".to_owned()),
        ("versions", "en".to_owned()),
        (
            "courses",
            course.json()["id"].as_str().unwrap_or_default().to_owned(),
        ),
        ("calendars", calendar.to_string()),
        (
            "mailboxes",
            made.json()["id"].as_str().unwrap_or_default().to_owned(),
        ),
        ("users", app.cast.amy.id.to_string()),
        ("people", app.cast.amy.id.to_string()),
        ("teams", app.cast.service_desk.to_string()),
        ("roles", "technician".to_owned()),
        ("tickets", number.to_string()),
    ]);
    let document = truth.document.clone();
    for (method, path, _) in operations(&document) {
        let mut parts: Vec<String> = Vec::new();
        for part in path.split('/') {
            let before = parts.last().cloned().unwrap_or_default();
            let value = ids
                .get(before.as_str())
                .cloned()
                .unwrap_or_else(|| "1".to_owned());
            parts.push(if part.starts_with('{') {
                value
            } else {
                part.to_owned()
            });
        }
        let real = parts.join("/");
        let real = match path.rsplit('/').next() {
            Some("search") => format!("{real}?q=scanner"),
            Some("offer") => format!("{real}?technical=DNS"),
            _ => real,
        };
        if method == "GET" {
            truth.hold(&method, &path, &admin.get(&real).await);
        } else {
            // What is malformed is refused in the form that the document promises.
            let body = json!({ "no_such_field": true });
            truth.hold(
                &method,
                &path,
                &admin.send(method.parse().unwrap(), &real, Some(&body), &[]).await,
            );
        }
    }
    let unauthenticated = ApiClient::new(app.router.clone(), None)
        .get("/api/v1/tickets")
        .await;
    truth.hold("GET", "/api/v1/tickets", &unauthenticated);
    assert!(truth.wrong.is_empty(), "{}", truth.wrong.join("\n"));
    let reads = operations(&document)
        .into_iter()
        .filter(|(method, _, _)| method == "GET");
    let unseen: Vec<String> = reads
        .map(|(method, path, _)| format!("{method} {path}"))
        .filter(|call| !truth.succeeded.contains_key(call))
        .collect();
    println!(
        "{} calls of {} were seen to succeed",
        truth.succeeded.len(),
        operations(&document).len()
    );
    assert!(
        unseen.is_empty(),
        "no success was seen of {unseen:?}, and so nothing was held against the document"
    );
}

#[test]
fn the_check_itself_finds_what_is_wrong() {
    let document = json!({ "components": { "schemas": { "Name": { "type": "string" } } } });
    let schema = json!({
        "type": "object", "required": ["name", "age"],
        "properties": {
            "name": { "$ref": "#/components/schemas/Name" }, "age": { "type": ["integer", "null"] },
            "at": { "type": "string", "format": "date-time" }, "kind": { "enum": ["a", "b"] }
        }
    });
    let check = |value: &Value| schema::disagreements(&document, &schema, value);
    assert_eq!(
        check(&json!({ "name": "x", "age": null, "at": "2026-03-02T10:00:00Z", "kind": "a" })),
        Vec::<String>::new()
    );
    assert_eq!(check(&json!({ "name": 1, "age": 1.5 })).len(), 2);
    assert_eq!(
        check(&json!({ "age": 1 })),
        ["/name is missing".trim_start_matches('/').to_owned()].map(|text| format!(": {text}"))
    );
    assert_eq!(
        check(&json!({ "name": "x", "age": 1, "more": 1 })),
        ["/more is not in the document"]
    );
    assert_eq!(
        check(&json!({ "name": "x", "age": 1, "at": "yesterday", "kind": "c" })).len(),
        2
    );
}
