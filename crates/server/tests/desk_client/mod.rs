//! A desk client over HTTP: what tests of the running server ask again and again.
#![expect(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use testkit::visitor::NoAnswer;
use testkit::{ServerProcess, Visitor};

/// The binary that is tested.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_mainstay");
pub const ADMIN: &str = "noor@example.test";
pub const PASSWORD: &str = "rock in midstream";

/// Makes the administrator, before the first start.
pub fn install(server: &ServerProcess) {
    std::fs::create_dir_all(server.data()).unwrap();
    server.must(
        &[
            "init",
            "--admin",
            ADMIN,
            "--name",
            "Noor Hadley",
            "--password-stdin",
        ],
        PASSWORD,
    );
}

/// A program that may do everything.
pub fn admin(server: &ServerProcess) -> Visitor {
    let token = server.token(ADMIN, "*");
    server.visitor().with_token(&token)
}

/// Opens a ticket; its number.
pub async fn open(visitor: &Visitor, title: &str) -> i64 {
    let answer = visitor
        .post(
            "/api/v1/tickets",
            &json!({ "title": title, "body": "It does not work." }),
        )
        .await
        .unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["number"].as_i64().unwrap()
}

/// How many tickets have each title. Looks at all of them.
pub async fn titles(visitor: &Visitor) -> Result<BTreeMap<String, Vec<i64>>, NoAnswer> {
    let mut found: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut path = "/api/v1/tickets?limit=200&order=created".to_owned();
    loop {
        let answer = visitor.get(&path).await?;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let page = answer.json();
        for item in page["items"].as_array().unwrap() {
            let title = item["title"].as_str().unwrap().to_owned();
            found
                .entry(title)
                .or_default()
                .push(item["number"].as_i64().unwrap());
        }
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/tickets?limit=200&order=created&cursor={next}"),
            None => return Ok(found),
        }
    }
}

/// A desk mailbox without servers, for `mail deliver`.
pub fn mailbox(address: &str) -> Value {
    json!({ "name": "IT support", "address": address, "enabled": true, "locale": "en", "purpose": "desk" })
}

/// The same, watched by IMAP on this machine.
pub fn watched_mailbox(address: &str, password: &str, port: u16) -> Value {
    let mut mailbox = mailbox(address);
    mailbox["imap_host"] = json!("127.0.0.1");
    mailbox["imap_port"] = json!(port);
    mailbox["imap_security"] = json!("none");
    mailbox["imap_user"] = json!(address);
    mailbox["imap_password"] = json!(password);
    mailbox["poll_seconds"] = json!(10);
    mailbox
}

/// A mail of somebody outside.
pub fn mail(subject: &str, to: &str) -> Vec<u8> {
    format!(
        "From: <lin@person.test>\r\nTo: <{to}>\r\nSubject: {subject}\r\nMessage-ID: <{subject}@person.test>\r\n\
         Date: Mon, 2 Mar 2026 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nIt hums, and prints nothing.\r\n"
    )
    .into_bytes()
}
