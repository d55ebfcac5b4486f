//! Mail from machines: it must be recognised, and it must never be answered.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where the story breaks")]

use mail::message::Message;
use mail::message::classify::{Kind, LOOP_HEADER, OwnMail, classify};
use mail::message::threading::{self, Keys};

fn read(header: &str) -> Message {
    let header = if header.contains("From:") {
        header.to_owned()
    } else {
        format!("From: Ann <ann@example.com>\n{header}")
    };
    Message::parse(format!("{header}\n\nbody\n").as_bytes()).unwrap()
}

fn kind(header: &str) -> Kind {
    classify(&read(header), &OwnMail::default()).kind
}

#[test]
fn a_person_is_a_person() {
    for header in [
        "Subject: hi",
        "Auto-Submitted: no",
        "X-Autoreply: no",
        "Return-Path: <ann@example.com>",
        "Precedence: first-class",
    ] {
        let found = classify(&read(header), &OwnMail::default());
        assert_eq!(
            (found.kind, found.may_answer_automatically),
            (Kind::Person, true),
            "{header}"
        );
    }
}

#[test]
fn machines_are_recognised_by_any_of_their_signs() {
    for (header, expected) in [
        ("Auto-Submitted: auto-replied (vacation)", Kind::AutoReply),
        (
            "Auto-Submitted: auto-replied\nSubject: Automatic reply: away",
            Kind::OutOfOffice,
        ),
        ("Auto-Submitted: Auto-Generated", Kind::Generated),
        ("X-Autoreply: yes", Kind::AutoReply),
        ("X-Autorespond: away\nSubject: 自动回复：出差", Kind::OutOfOffice),
        ("Precedence: auto_reply", Kind::AutoReply),
        (
            "X-Auto-Response-Suppress: All\nSubject: Out of office",
            Kind::OutOfOffice,
        ),
        ("Return-Path: <>", Kind::AutoReply),
        ("X-Loop: somebody@example.org", Kind::Generated),
        (
            "List-Id: Our list <list.example.com>",
            Kind::List("list.example.com".to_owned()),
        ),
        ("Precedence: list", Kind::List(String::new())),
        ("Precedence: bulk", Kind::Bulk),
        ("List-Unsubscribe: <https://example.com/u>", Kind::Bulk),
    ] {
        let found = classify(&read(header), &OwnMail::default());
        assert_eq!(found.kind, expected, "{header}");
        assert!(!found.may_answer_automatically, "{header}");
    }
}

#[test]
fn weak_signs_leave_a_person_but_forbid_answering() {
    for header in [
        "Subject: 自动回复: 出差",
        "From: no-reply@example.com",
        "From: list-request@example.com",
        "From: nobody",
    ] {
        let found = classify(&read(header), &OwnMail::default());
        assert_eq!(
            (found.kind, found.may_answer_automatically),
            (Kind::Person, false),
            "{header}"
        );
    }
    assert!(classify(&read("Subject: 请问如何设置自动回复"), &OwnMail::default()).may_answer_automatically);
}

#[test]
fn our_own_mail_is_known_when_it_comes_back() {
    let keys = Keys::new(*b"a secret of the test", []);
    let addresses = ["it@example.com".to_owned()];
    let own = OwnMail {
        addresses: &addresses,
        loop_mark: "mark-1",
        keys: Some(&keys),
    };
    let id = threading::message_id(7, "a", "example.com", &keys);
    for header in [
        format!("{LOOP_HEADER}: mark-1"),
        "X-Loop: mark-1".to_owned(),
        "From: Desk <IT@example.com>".to_owned(),
        format!("Message-ID: <{id}>"),
    ] {
        assert_eq!(classify(&read(&header), &own).kind, Kind::Loop, "{header}");
    }
    assert_eq!(
        classify(&read(&format!("{LOOP_HEADER}: other")), &own).kind,
        Kind::Person
    );
}

const DSN: &str = "Return-Path: <>
From: MAILER-DAEMON@mx.example.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; gone@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

Final-Recipient: rfc822;late@example.com
Action: delayed
Status: 4.4.1
--b
Content-Type: message/rfc822

Message-ID: <original@desk.example.com>
Subject: [#1042] Printer

text
--b--
";

#[test]
fn a_delivery_report_names_the_recipient_and_the_message() {
    let message = Message::parse(DSN.as_bytes()).unwrap();
    let Kind::Bounce(bounce) = classify(&message, &OwnMail::default()).kind else {
        panic!("no bounce")
    };
    assert_eq!(
        bounce.original_message_id.as_deref(),
        Some("original@desk.example.com")
    );
    assert_eq!(bounce.recipients.len(), 1);
    let recipient = &bounce.recipients[0];
    assert_eq!(
        (recipient.email.as_str(), recipient.status.as_str()),
        ("gone@example.com", "5.1.1")
    );
    assert_eq!(recipient.diagnostic, "550 5.1.1 no such user");
    assert!(!bounce.delayed);
    assert_eq!(message.text, "I'm sorry.");
    assert!(message.attachments.is_empty());
}

#[test]
fn a_delay_is_not_a_failure() {
    let raw = DSN
        .replace("Action: failed", "Action: delayed")
        .replace("Status: 5.1.1", "Status: 4.2.1");
    let Kind::Bounce(bounce) = classify(&Message::parse(raw.as_bytes()).unwrap(), &OwnMail::default()).kind
    else {
        panic!("no bounce")
    };
    assert!(bounce.delayed);
}

#[test]
fn bounces_without_a_report_are_known_too() {
    let raw = "Return-Path: <>\nFrom: postmaster@qq.com\nSubject: 来自qq.com的退信\nContent-Type: text/plain; charset=utf-8\n\n抱歉\n> Message-ID: <x@desk.example.com>\n";
    let Kind::Bounce(bounce) = classify(&Message::parse(raw.as_bytes()).unwrap(), &OwnMail::default()).kind
    else {
        panic!("no bounce")
    };
    assert_eq!(bounce.original_message_id.as_deref(), Some("x@desk.example.com"));
    let Kind::Bounce(bounce) = kind(
        "X-Failed-Recipients: gone@example.com\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.com>",
    ) else {
        panic!("no bounce")
    };
    assert_eq!(bounce.recipients[0].email, "gone@example.com");
}

#[test]
fn a_receipt_is_not_answered() {
    let raw = "From: ann@example.com\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\nOriginal-Message-ID: <o@x>\n--b--\n";
    let message = Message::parse(raw.as_bytes()).unwrap();
    assert_eq!(classify(&message, &OwnMail::default()).kind, Kind::AutoReply);
    assert_eq!(
        message.report.unwrap().original_message_id.as_deref(),
        Some("o@x")
    );
}
