//! What leaves the house is looked at first: the words, the names, and what goes along.

use desk::diagnosis::{self, EvidenceKind, NewEvidence};
use desk::ticket::Ticket;
use handover::package::picking;
use handover::package::privacy::Warning;
use kernel::db::params;
use serde_json::{Value, json};
use testkit::TestApp;

use crate::house::handed_over;

/// A fault that says nothing private.
fn wanted(app: &TestApp) -> Value {
    json!({
        "title": "Sign-in fails", "severity": "high", "steps": "Sign in", "expected": "In", "actual": "Out",
        "team": app.cast.systems.to_string(),
    })
}

/// Amy adds a file to the diagnosis; answers its source.
async fn evidence(app: &TestApp, ticket: &Ticket, name: &str, media_type: &'static str) -> String {
    containing(app, ticket, name, media_type, &"quiet ".repeat(name.len())).await
}

async fn containing(
    app: &TestApp,
    ticket: &Ticket,
    name: &str,
    media_type: &'static str,
    content: &str,
) -> String {
    let mut file = app.file(name, content).await;
    file.media_type = media_type.to_owned();
    let number = ticket.number;
    let id = app
        .act(&app.cast.amy.clone(), move |tx, cx| {
            let mut evidence = NewEvidence::new(EvidenceKind::Log);
            evidence.file = Some(file.clone());
            diagnosis::add_evidence(tx, cx, number, &evidence)
        })
        .await
        .id;
    format!("evidence:{id}")
}

/// The part of a page from one field to another.
fn between<'page>(page: &'page str, from: &str, to: &str) -> &'page str {
    let rest = page.split(&format!("id=\"{from}\"")).nth(1).unwrap();
    rest.split(&format!("id=\"{to}\"")).next().unwrap()
}

#[tokio::test]
async fn words_that_seem_private_are_marked_where_they_stand_and_leave_only_when_somebody_looked() {
    let app = TestApp::open().await;
    let ticket = app.reported(&app.cast.li_na.clone(), "Sign-in fails").await;
    let mut amy = app.technician().await;
    let path = format!("/tickets/{}/handover", ticket.number);
    let form = amy.get(&format!("{path}/new")).await;
    assert!(!between(&form.text, "actual", "environment").contains("chip-warning"));
    let mut sent = vec![
        ("title", "Sign-in fails"),
        ("severity", "high"),
        ("steps", "Sign in"),
        ("expected", "In"),
        ("actual", "Out. Regards, Li Na, 138 1234 5678"),
        ("developer", "cheng.li@example.test"),
    ];
    let refused = amy.post(&path, &sent).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"checked-error\""), "{}", refused.text);
    assert!(between(&refused.text, "actual", "environment").contains("chip-warning"));
    assert!(!between(&refused.text, "steps", "expected").contains("chip-warning"));
    sent.push(("checked", "true"));
    assert_eq!(amy.post(&path, &sent).await.status, 303);
}

#[tokio::test]
async fn what_seems_private_goes_along_only_when_somebody_looked() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await;
    let words = "login failed, password=hunter2 for li.na@example.test";
    let log = containing(&app, &ticket, "app.log", "text/plain", words).await;
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let path = format!("/api/v1/tickets/{}/handovers", ticket.number);
    let mut wanted = wanted(&app);
    wanted["evidence"] = json!([log]);
    let refused = amy.post(&path, &wanted).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(refused.json()["errors"][0]["field"], "checked");
    wanted["checked"] = json!(true);
    let made = amy.post(&path, &wanted).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(
        made.json()["evidence"][0]["warnings"],
        json!(["secret", "mail_address"])
    );
    assert_eq!(made.json()["evidence"][0]["file"], "01-app.log");
}

#[tokio::test]
async fn a_name_of_a_file_is_looked_at_too() {
    let app = TestApp::open().await;
    let ticket = app.reported(&app.cast.li_na.clone(), "Sign-in fails").await;
    let plain = evidence(&app, &ticket, "a.log", "text/plain").await;
    let named = evidence(&app, &ticket, "li.na@example.test.log", "text/plain").await;
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let path = format!("/api/v1/tickets/{}/handovers", ticket.number);
    let mut wanted = wanted(&app);
    wanted["evidence"] = json!([named]);
    let refused = amy.post(&path, &wanted).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["errors"][0]["field"]),
        (422, &json!("checked"))
    );
    wanted["evidence"] = json!([plain]);
    let made = amy.post(&path, &wanted).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["evidence"][0]["warnings"], json!([]));
}

#[tokio::test]
async fn what_nobody_can_look_into_is_not_ticked_and_goes_along_only_when_somebody_looked() {
    let app = TestApp::open().await;
    let ticket = app.reported(&app.cast.li_na.clone(), "Sign-in fails").await;
    let picture = evidence(&app, &ticket, "screen.png", "image/png").await;
    let log = evidence(&app, &ticket, "app.log", "text/plain").await;
    let form = app
        .technician()
        .await
        .get(&format!("/tickets/{}/handover/new", ticket.number))
        .await;
    assert!(form.text.contains(&format!("value=\"{log}\" checked")));
    assert!(form.text.contains(&format!("value=\"{picture}\">")));
    let amy = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let path = format!("/api/v1/tickets/{}/handovers", ticket.number);
    let mut wanted = wanted(&app);
    wanted["evidence"] = json!([picture]);
    assert_eq!(amy.post(&path, &wanted).await.status, 422);
    wanted["checked"] = json!(true);
    let made = amy.post(&path, &wanted).await;
    assert_eq!(made.json()["evidence"][0]["warnings"], json!(["unread"]));
}

#[tokio::test]
async fn reading_a_ticket_looks_into_nothing_so_that_no_transaction_waits_for_it() {
    let app = TestApp::open().await;
    let number = app
        .reported(&app.cast.li_na.clone(), "Sign-in fails")
        .await
        .number;
    app.amy_answers(number, "Your password: hunter2, call 13812345678")
        .await;
    let mut offers = app
        .act(&app.cast.amy.clone(), move |tx, cx| {
            Ok(picking::basis(tx, cx, number)?.offers)
        })
        .await;
    assert!(offers.iter().all(|offer| offer.warnings.is_empty()));
    let seen = handover::package::looking::look(&app.house.kernel.files, &offers)
        .await
        .unwrap();
    for offer in &mut offers {
        offer.mark(&seen);
    }
    let answer = offers
        .iter()
        .find(|offer| offer.excerpt.contains("hunter2"))
        .unwrap();
    assert_eq!(answer.warnings, [Warning::Secret, Warning::Phone]);
}

#[tokio::test]
async fn evidence_that_is_too_large_for_one_file_is_fetched_piece_by_piece() {
    let app = TestApp::open().await;
    let given = handed_over(&app).await;
    let path = format!("/handovers/{}/package.zip", given.id);
    let mut cheng_li = app.engineer().await;
    assert_eq!(cheng_li.get(&path).await.status, 200);
    app.write(move |tx| {
        tx.execute(
            "INSERT INTO handover_evidence (package, place, source, name, media_type, size, words, warnings)
             VALUES ($1, 1, 'article:1', 'Report', 'text/plain', $2, 'x', '[]')",
            params![given.id, handover::package::file::MOST + 1],
        )
    })
    .await
    .unwrap();
    assert_eq!(cheng_li.get(&path).await.status, 413);
}
