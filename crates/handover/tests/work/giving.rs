//! Handing over: the form is filled from the ticket, only what was chosen goes along, the ticket waits, names in the file are safe.

use std::io::Read as _;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use desk::ticket::State as TicketState;
use flate2::read::DeflateDecoder;
use handover::package::{Package, State, picking};
use kernel::error::Kind;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::TestApp;
use testkit::app::SECRET_WORD;
use tower::ServiceExt as _;

use crate::house::{given, handed_over, judged, notes, package, to_systems, view};

/// The files of an archive, by its central directory.
fn unpacked(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let number = |at: usize, bytes: usize| {
        archive[at..at + bytes]
            .iter()
            .rev()
            .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let end = archive.len() - 22;
    assert_eq!(&archive[end..end + 4], b"PK\x05\x06");
    let mut at = number(end + 16, 4);
    let mut files = Vec::new();
    for _ in 0..number(end + 10, 2) {
        assert_eq!(&archive[at..at + 4], b"PK\x01\x02");
        let (packed, size, name) = (number(at + 20, 4), number(at + 24, 4), number(at + 28, 2));
        let start = number(at + 42, 4);
        let content = start + 30 + number(start + 26, 2) + number(start + 28, 2);
        let mut file = Vec::new();
        DeflateDecoder::new(&archive[content..content + packed])
            .read_to_end(&mut file)
            .unwrap();
        assert_eq!(file.len(), size);
        files.push((
            String::from_utf8(archive[at + 46..at + 46 + name].to_vec()).unwrap(),
            file,
        ));
        at += 46 + name;
    }
    files
}

/// The archive as somebody's browser gets it.
async fn archive(app: &TestApp, session: &str, package: &Package) -> Vec<(String, Vec<u8>)> {
    let request = Request::builder()
        .uri(format!("/handovers/{}/package.zip", package.id))
        .header(header::HOST, "desk.test")
        .header(header::COOKIE, format!("{}={session}", web::SESSION_COOKIE))
        .body(Body::empty())
        .unwrap();
    let response = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    unpacked(&to_bytes(response.into_body(), usize::MAX).await.unwrap())
}

/// Everything that could go along, by source.
async fn offered(app: &TestApp, number: i64) -> Vec<picking::Offer> {
    app.act(&app.cast.amy.clone(), move |tx, cx| {
        Ok(picking::basis(tx, cx, number)?.offers)
    })
    .await
}

#[tokio::test]
async fn a_package_carries_what_was_chosen_and_nothing_else() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await;
    app.amy_notes_a_secret(ticket.number).await;
    app.amy_diagnoses(ticket.number).await;
    let display = offered(&app, ticket.number)
        .await
        .into_iter()
        .find(|offer| offer.name == "display.txt");
    let mut giving = to_systems(&app);
    giving.evidence = vec![display.unwrap().source];
    giving.checked = true;
    let package = given(&app, ticket.number, giving).await;
    let session = app.session_of(&app.cast.cheng_li.clone()).await;
    let files = archive(&app, &session, &package).await;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["README.md", "evidence/01-display.txt", "manifest.json"]);
    assert_eq!(files[1].1, b"PAPER JAM 49.4C02");
    for (name, content) in &files {
        let text = String::from_utf8_lossy(content);
        assert!(
            !text.contains(SECRET_WORD) && !text.contains("李娜") && !text.contains("li.na"),
            "{name}: {text}"
        );
    }
    let readme = String::from_utf8(files[0].1.clone()).unwrap();
    assert!(
        readme.contains("1. Print 10 pages") && readme.contains(&package.reference()),
        "{readme}"
    );
    let manifest: Value = serde_json::from_slice(&files[2].1).unwrap();
    for (place, (name, content)) in files[..2].iter().enumerate() {
        let hash = data_encoding::HEXLOWER.encode(Sha256::digest(content).as_slice());
        assert_eq!(manifest["files"][place]["name"], *name);
        assert_eq!(manifest["files"][place]["sha256"], hash);
    }
    assert_eq!(manifest["files"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_ticket_waits_for_development_with_a_note_and_a_card() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await;
    let mut amy = app.technician().await;
    let before = amy.get(&format!("/tickets/{}", ticket.number)).await;
    assert!(
        before
            .text
            .contains(&format!("/tickets/{}/handover/new", ticket.number))
    );
    let package = given(&app, ticket.number, to_systems(&app)).await;
    let seen = view(&app, ticket.number).await.ticket;
    assert_eq!(seen.state, TicketState::WaitingDevelopment);
    let notes = notes(&app, ticket.number).await;
    let link = format!("http://desk.test/handovers/{}", package.id);
    assert!(
        notes[0].contains(&link) && notes[0].contains("Systems"),
        "{notes:?}"
    );
    let after = amy.get(&format!("/tickets/{}", ticket.number)).await;
    assert!(
        after
            .text
            .contains(&format!("href=\"/handovers/{}\"", package.id))
    );
    assert!(!after.text.contains("/handover/new"), "not twice");
    // The requester hears that it waits, and nothing of the package.
    let portal = app
        .requester()
        .await
        .get(&format!("/portal/requests/{}", ticket.number))
        .await;
    assert!(!portal.text.contains("/handovers/"), "{}", portal.text);
}

#[tokio::test]
async fn the_form_is_filled_from_the_ticket_and_keeps_what_was_typed() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await;
    app.amy_diagnoses(ticket.number).await;
    let mut amy = app.technician().await;
    let path = format!("/tickets/{}/handover", ticket.number);
    let form = amy.get(&format!("{path}/new")).await;
    assert_eq!(form.status, 200);
    for words in [
        "打印机 kingfisher 卡纸",
        "display.txt",
        "evidence.txt",
        SECRET_WORD,
    ] {
        assert!(form.text.contains(words), "{words}");
    }
    let wrong = [
        ("title", "Printing stops"),
        ("severity", "awful"),
        ("steps", "1. Print"),
        ("developer", "nobody@example.test"),
        ("evidence", "file:999999"),
    ];
    let refused = amy.post(&path, &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("value=\"Printing stops\"") && refused.text.contains("id=\"severity-error\"")
    );
    let wrong: Vec<(&str, &str)> = wrong
        .into_iter()
        .map(|(name, value)| (name, if name == "severity" { "high" } else { value }))
        .collect();
    let refused = amy.post(&path, &wrong).await;
    assert_eq!(refused.status, 422);
    for field in ["expected", "actual", "developer", "evidence"] {
        assert!(
            refused.text.contains(&format!("id=\"{field}-error\"")),
            "{field}: {}",
            refused.text
        );
    }
    let right = [
        ("title", "Printing stops"),
        ("severity", "high"),
        ("steps", "1. Print"),
        ("expected", "All"),
        ("actual", "Some"),
        ("developer", "cheng.li@example.test"),
    ];
    let done = amy.post(&path, &right).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let page = amy.get(done.header("location")).await;
    assert!(page.text.contains("程立") && page.text.contains("Printing stops"));
    let again = amy.post(&path, &right).await;
    assert_eq!(again.status, 422, "one at a time");
}

#[tokio::test]
async fn who_has_nothing_to_do_with_a_package_does_not_find_it() {
    let app = TestApp::open().await;
    let package = handed_over(&app).await;
    let page = format!("/handovers/{}", package.id);
    for person in [
        &app.cast.amy,
        &app.cast.cheng_li,
        &app.cast.shen,
        &app.cast.ottilie,
    ] {
        let answer = app.browser_of(person).await.get(&page).await;
        assert_eq!(answer.status, 200, "{}", person.role);
    }
    for person in [&app.cast.li_na, &app.cast.bruno] {
        let mut browser = app.browser_of(person).await;
        for path in ["", "/package.zip", "/evidence/1"] {
            assert_eq!(
                browser.get(&format!("{page}{path}")).await.status,
                404,
                "{}{path}",
                person.role
            );
        }
        let token = app.token_of(person, &["*"]).await;
        assert_eq!(token.get(&format!("/api/v1{page}")).await.status, 404);
        let list = token.get("/api/v1/handovers").await.json();
        assert_eq!(list["items"], json!([]));
    }
    let list = app.engineer().await.get("/handovers").await;
    assert!(list.text.contains(&package.fault.title));
    // Reading every ticket is not reading every package.
    let report = app
        .requester()
        .await
        .post(&format!("{page}/report"), &[("fix", "none")])
        .await;
    assert_eq!(report.status, 404);
}

#[tokio::test]
async fn an_ordinary_person_who_is_named_reads_the_package_and_not_the_ticket() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await;
    let mut giving = to_systems(&app);
    (giving.team, giving.developer) = (None, "bruno@example.test".to_owned());
    let package = given(&app, ticket.number, giving).await;
    let mut bruno = app.browser_of(&app.cast.bruno.clone()).await;
    let page = bruno.get(&format!("/handovers/{}", package.id)).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(&format!("/handovers/{}/report", package.id)));
    assert!(
        !page
            .text
            .contains(&format!("href=\"/tickets/{}\"", ticket.number))
    );
    assert_eq!(
        bruno.get(&format!("/tickets/{}", ticket.number)).await.status,
        404
    );
}

#[tokio::test]
async fn a_package_that_is_taken_back_lets_the_ticket_go_on() {
    let app = TestApp::open().await;
    let package = handed_over(&app).await;
    let mut amy = app.technician().await;
    let path = format!("/handovers/{}/withdrawal", package.id);
    let refused = amy.post(&path, &[("reason", " ")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"reason-error\""));
    assert_eq!(
        amy.post(&path, &[("reason", "It was the cable")]).await.status,
        303
    );
    assert_eq!(
        crate::house::package(&app, package.id).await.state,
        State::Withdrawn
    );
    assert_eq!(
        view(&app, package.ticket).await.ticket.state,
        TicketState::InProgress
    );
    assert_eq!(amy.post(&path, &[("reason", "Again")]).await.status, 409);
    // And it can be handed over again.
    let second = given(&app, package.ticket, to_systems(&app)).await;
    assert_ne!(second.id, package.id);
}

#[tokio::test]
async fn the_list_shows_the_overdue_first_and_pages_by_key() {
    let app = TestApp::open().await;
    let mut made = Vec::new();
    for round in 0..53 {
        let ticket = app
            .reported(&app.cast.li_na.clone(), &format!("Fault {round}"))
            .await;
        made.push(given(&app, ticket.number, to_systems(&app)).await.id.to_string());
        app.clock.advance_millis(60_000);
    }
    let shen = app.token_of(&app.cast.shen.clone(), &["*"]).await;
    let first = shen.get("/api/v1/handovers").await.json();
    let cursor = first["next"].as_str().unwrap().to_owned();
    let second = shen
        .get(&format!("/api/v1/handovers?cursor={cursor}"))
        .await
        .json();
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        [ids(&first), ids(&second)].concat(),
        made,
        "the earliest deadline first"
    );
    assert_eq!(second.get("next"), None);
    assert_eq!(shen.get("/api/v1/handovers?cursor=nonsense").await.status, 422);
    let settled = shen.get("/api/v1/handovers?settled=true").await.json();
    assert_eq!(settled["items"], json!([]));
}

#[tokio::test]
async fn a_package_is_taken_on_once() {
    let app = TestApp::open().await;
    let given = handed_over(&app).await;
    let mut cheng_li = app.engineer().await;
    let path = format!("/handovers/{}/taking", given.id);
    assert_eq!(cheng_li.post(&path, &[]).await.status, 303);
    let taken = package(&app, given.id).await;
    assert_eq!(
        (taken.state, taken.developer),
        (State::ReportDue, Some(app.cast.cheng_li.id))
    );
    // Amy handed it over and is not of the team.
    assert_eq!(app.technician().await.post(&path, &[]).await.status, 403);
    assert_eq!(
        app.manager().await.post(&path, &[]).await.status,
        409,
        "somebody else has it"
    );
    let error = judged(
        &app,
        &app.cast.amy.clone(),
        given.id,
        handover::report::Verdict::Accepted,
        "",
    )
    .await;
    assert_eq!(
        error.unwrap_err().kind(),
        Kind::Conflict,
        "there is no report yet"
    );
}
