//! Broken exports: each fault is told with file, row, field, and value, and what is not broken is taken all the same.

use migrate::Desk;
use testkit::TestApp;

use crate::house::{Refused, copy, replace, take};

/// Breaks a copy, and gives back what its import took and what it refused.
async fn broken(desk: Desk, faults: &[(&str, &str, &str)], map: Option<&str>) -> (u64, Vec<Refused>) {
    let app = TestApp::open().await;
    let folder = copy(desk);
    for (file, from, to) in faults {
        replace(folder.path(), file, from, to);
    }
    let (dry, told) = take(&app, desk, folder.path(), map, true).await;
    let (summary, refused) = take(&app, desk, folder.path(), map, false).await;
    assert_eq!(
        (dry.tickets, told),
        (summary.tickets, refused.clone()),
        "a dry run says the same"
    );
    (summary.tickets, refused)
}

fn told(file: &str, row: u64, subject: &str, field: &str, value: &str) -> Refused {
    (
        file.to_owned(),
        row,
        subject.to_owned(),
        field.to_owned(),
        value.to_owned(),
    )
}

#[tokio::test]
async fn zammads_faults_are_told_where_they_are() {
    let faults = [
        (
            "tickets-1.json",
            "\"state\": \"pending reminder\"",
            "\"state\": \"with vendor\"",
        ),
        ("tickets-2.json", "\"customer_id\": 2", "\"customer_id\": 99"),
        ("articles/50.json", "2026-01-12T09:40:00.000Z", "yesterday"),
    ];
    let (taken, refused) = broken(Desk::Zammad, &faults, None).await;
    let mut refused = refused;
    refused.sort();
    assert_eq!(taken, 0);
    assert_eq!(
        refused,
        [
            told("articles/50.json", 3, "22050", "created_at", "yesterday"),
            told("tickets-1.json", 2, "22051", "state", "with vendor"),
            told("tickets-2.json", 1, "22052", "customer_id", "99"),
        ]
    );
    let map = "requester = \"desk@example.com\"\n[states]\n\"With Vendor\" = \"waiting_supplier\"\n";
    let (taken, refused) = broken(Desk::Zammad, &faults[..2], Some(map)).await;
    assert_eq!((taken, refused), (3, vec![]), "the mapping file mends both");
}

#[tokio::test]
async fn a_missing_attachment_refuses_its_ticket_unless_the_mapping_says_otherwise() {
    let app = TestApp::open().await;
    let folder = copy(Desk::Zammad);
    std::fs::remove_file(folder.path().join("attachments/50/87/123")).unwrap();
    let (summary, refused) = take(&app, Desk::Zammad, folder.path(), None, false).await;
    assert_eq!(summary.tickets, 2);
    assert_eq!(
        refused,
        [told("tickets-1.json", 1, "22050", "attachment", "vpn.log")]
    );
    let map = Some("missing_files = \"name\"");
    let (summary, refused) = take(&app, Desk::Zammad, folder.path(), map, false).await;
    assert_eq!((summary.tickets, summary.known, refused), (1, 2, vec![]));
}

#[tokio::test]
async fn a_file_that_was_cut_off_is_told_and_what_stands_before_it_is_taken() {
    let app = TestApp::open().await;
    let folder = copy(Desk::Zammad);
    let path = folder.path().join("tickets-1.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 40]).unwrap();
    let (summary, refused) = take(&app, Desk::Zammad, folder.path(), None, false).await;
    assert_eq!(summary.tickets, 2);
    assert_eq!(refused, [told("tickets-1.json", 2, "", "json", "")]);
}

#[tokio::test]
async fn who_has_no_address_is_refused_or_gets_one_in_the_named_domain() {
    let faults = [
        ("users.json", "Nora.Keller@example.com", ""),
        ("users.json", "emil.brandt@example.com", "not an address"),
    ];
    let (taken, refused) = broken(Desk::Zammad, &faults, None).await;
    assert_eq!(taken, 0);
    assert_eq!(
        refused[0],
        told(
            "users.json",
            2,
            "nora.keller@example.com",
            "email",
            "nora.keller@example.com"
        )
    );
    assert_eq!(
        refused[1],
        told("users.json", 3, "emil", "email", "not an address")
    );
    assert_eq!(refused[2], told("tickets-1.json", 1, "22050", "customer_id", "2"));
    let (taken, refused) = broken(
        Desk::Zammad,
        &faults[..1],
        Some("address_domain = \"old.invalid\""),
    )
    .await;
    assert_eq!((taken, refused), (3, vec![]));
}

#[tokio::test]
async fn glpis_faults_are_told_where_they_are() {
    let faults = [
        (
            "Ticket.json",
            "\"solvedate\": \"2026-01-13 11:00:00\"",
            "\"solvedate\": \"2026-01-11 11:00:00\"",
        ),
        ("Ticket.json", "\"status\": 4", "\"status\": 44"),
        ("Ticket_Ticket.json", "\"link\": 2", "\"link\": 9"),
    ];
    let (taken, refused) = broken(Desk::Glpi, &faults, None).await;
    assert_eq!(taken, 0);
    assert_eq!(
        refused,
        [
            told("Ticket.json", 1, "7", "solved", "2026-01-11T11:00:00Z"),
            told("Ticket.json", 2, "8", "state", "44"),
            told("Ticket_Ticket.json", 1, "10", "link", "9"),
        ]
    );
    let lost = [("Document.json", "\"id\": 62", "\"id\": 63")];
    let (taken, refused) = broken(Desk::Glpi, &lost, None).await;
    assert_eq!(
        (taken, refused),
        (2, vec![told("Document_Item.json", 2, "7", "documents_id", "62")])
    );
    let future = [("Ticket.json", "2026-01-15 08:00:00", "2126-01-15 08:00:00")];
    let (taken, refused) = broken(Desk::Glpi, &future, None).await;
    assert_eq!(
        (taken, refused),
        (
            2,
            vec![told("Ticket.json", 2, "8", "opened", "2126-01-15T08:00:00Z")]
        )
    );
}

#[tokio::test]
async fn ostickets_faults_are_told_where_they_are() {
    let faults = [
        ("ost_file_chunk.jsonl", "aW9uYWw=", "*not base64*"),
        ("ost_ticket.jsonl", "\"status_id\": 6", "\"status_id\": 60"),
    ];
    let (taken, refused) = broken(Desk::Osticket, &faults, None).await;
    assert_eq!(taken, 0);
    assert_eq!(
        refused,
        [
            told("ost_file_chunk.jsonl", 1, "482913", "filedata", ""),
            told("ost_ticket.jsonl", 2, "482914", "status_id", "60"),
        ]
    );
    let faults = [
        ("ost_thread_entry.jsonl", "\"type\": \"R\"", "\"type\": \"X\""),
        ("ost_ticket.jsonl", "\"user_id\": 6", "\"user_id\": 0"),
    ];
    let (taken, refused) = broken(Desk::Osticket, &faults, None).await;
    assert_eq!(taken, 0);
    assert_eq!(
        refused,
        [
            told("ost_thread_entry.jsonl", 2, "482913", "type", "X"),
            told("ost_ticket.jsonl", 2, "482914", "user_id", ""),
        ]
    );
}

#[tokio::test]
async fn rts_faults_are_told_where_they_are() {
    let faults = [
        (
            "history/47.json",
            "\"TimeTaken\": \"30\"",
            "\"TimeTaken\": \"soon\"",
        ),
        (
            "tickets/48.json",
            "\"Priority\": \"Medium\"",
            "\"Priority\": \"Huge\"",
        ),
    ];
    let (taken, refused) = broken(Desk::Rt, &faults, None).await;
    assert_eq!(
        (taken, refused),
        (
            1,
            vec![
                told("history/47.json", 3, "47", "TimeTaken", "soon"),
                told("tickets/48.json", 1, "48", "Priority", "Huge"),
            ]
        )
    );
    let twice = [("tickets/48.json", "\"id\": 48", "\"id\": 47")];
    let (taken, refused) = broken(Desk::Rt, &twice, None).await;
    assert_eq!(
        (taken, refused),
        (2, vec![told("tickets/48.json", 1, "47", "id", "47")])
    );
}

#[tokio::test]
async fn jiras_faults_are_told_where_they_are() {
    let faults = [
        ("issues-1.json", "\"summary\": \"VPN again\"", "\"summary\": null"),
        ("issues-1.json", "\"name\": \"High\"", "\"name\": \"Sky-high\""),
    ];
    let (taken, refused) = broken(Desk::Jira, &faults, None).await;
    assert_eq!(
        (taken, refused),
        (
            0,
            vec![
                told("issues-1.json", 1, "ITSM-12", "priority", "Sky-high"),
                told("issues-1.json", 2, "ITSM-13", "summary", ""),
            ]
        )
    );
}

#[tokio::test]
async fn what_is_no_export_is_refused_before_anything_is_written() {
    let app = TestApp::open().await;
    let empty = tempfile::tempdir().unwrap();
    for desk in Desk::ALL {
        let order = migrate::Order {
            desk: *desk,
            folder: empty.path().to_owned(),
            map: None,
            dry: false,
        };
        let mut nobody = Nobody;
        let error = migrate::run(&app.house.kernel, &app.cx(), &order, &mut nobody)
            .await
            .unwrap_err();
        assert_eq!(error.code(), "migrate.file_missing", "{desk:?}");
    }
}

struct Nobody;

impl migrate::Witness for Nobody {
    fn refused(&mut self, _: &migrate::refusal::Refusal) {}
    fn progress(&mut self, _: u64) {}
}
