//! What arrives by `mail deliver` and what becomes of it, without any mail server.

mod house;

use house::{House, letter, plain};
use mail::inbound::State;
use mail::{Delivery, Outcome};

#[tokio::test]
async fn a_delivered_mail_is_taken_once_however_often_it_is_delivered() {
    let house = House::open().await;
    let raw = plain("li@person.test", "Printer", "a1");
    let first = house.deliver(&raw).await;
    assert!(matches!(first, Delivery::Taken { known: false, .. }), "{first:?}");
    assert_eq!(first.exit_code(), 0);
    house.work().await;
    let second = house.deliver(&raw).await;
    assert!(
        matches!(second, Delivery::Taken { known: true, .. }),
        "{second:?}"
    );
    house.work().await;
    let journal = house.journal().await;
    assert_eq!(journal.len(), 1);
    assert_eq!(
        (journal[0].state, journal[0].subject.as_deref()),
        (State::Taken, Some("Printer"))
    );
    assert_eq!(house.events("test.ticket").await.len(), 1);
}

#[tokio::test]
async fn the_address_of_a_sender_stands_only_in_the_personal_part_of_events() {
    let house = House::open().await;
    house.deliver(&plain("li@person.test", "Printer", "a1")).await;
    let event = house.events("mail.inbound.journaled").await.remove(0);
    assert!(
        !event.data.to_string().contains("li@person.test"),
        "{}",
        event.data
    );
    assert_eq!(event.personal.unwrap()["from"], "li@person.test");
}

#[tokio::test]
async fn a_mail_for_an_unknown_mailbox_stays_with_the_pipe() {
    let house = House::open().await;
    let delivery = mail::deliver(&house.kernel, Some("nobody@example.com"), "From: a@b\r\n\r\nx").await;
    assert_eq!(delivery.exit_code(), 75);
    assert!(house.journal().await.is_empty());
}

#[tokio::test]
async fn a_mail_that_cannot_be_stored_stays_with_the_pipe() {
    let house = House::open().await;
    let files = house.folder().join("files");
    std::fs::rename(&files, house.folder().join("away")).unwrap();
    std::fs::write(&files, "a file where the folder should be").unwrap();
    let delivery = house.deliver(&plain("li@person.test", "Printer", "a1")).await;
    assert_eq!(delivery.exit_code(), 75, "{delivery:?}");
    assert!(house.journal().await.is_empty());
}

#[tokio::test]
async fn what_is_no_mail_is_taken_and_waits_in_quarantine() {
    let house = House::open().await;
    let delivery = house.deliver(" \n\n").await;
    assert_eq!(delivery.exit_code(), 0);
    house.work().await;
    let journal = house.journal().await;
    assert_eq!(
        (journal[0].state, journal[0].reason.as_deref()),
        (State::Quarantined, Some("unreadable"))
    );
}

#[tokio::test]
async fn a_defect_of_the_owner_leaves_the_mail_in_quarantine_where_it_can_be_retried_or_ignored() {
    let house = House::open().await;
    house.deliver(&plain("li@person.test", "panic", "a1")).await;
    house.work().await;
    let mail = house.journal().await.remove(0);
    assert_eq!(
        (mail.state, mail.reason.as_deref()),
        (State::Quarantined, Some("owner_failed"))
    );
    let (cx, id) = (house.cx(), mail.id);
    house
        .kernel
        .db
        .write(move |tx| mail::inbound::retry(tx, &cx, id))
        .await
        .unwrap();
    assert_eq!(house.journal().await[0].state, State::Journaled);
    house.work().await;
    assert_eq!(house.journal().await[0].state, State::Quarantined);
    let cx = house.cx();
    house
        .kernel
        .db
        .write(move |tx| mail::inbound::ignore(tx, &cx, id))
        .await
        .unwrap();
    assert_eq!(house.journal().await[0].state, State::Ignored);
}

#[tokio::test]
async fn an_owner_that_keeps_failing_is_asked_again_and_then_a_person() {
    let house = House::open().await;
    house.deliver(&plain("li@person.test", "fail", "a1")).await;
    let id = house.journal().await[0].id;
    for attempt in 1..=8 {
        assert!(
            mail::inbound::take(&house.kernel, id).await.is_err(),
            "attempt {attempt}"
        );
        assert_eq!(house.journal().await[0].state, State::Journaled);
    }
    mail::inbound::take(&house.kernel, id).await.unwrap();
    assert_eq!(house.journal().await[0].state, State::Quarantined);
}

#[tokio::test]
async fn an_owner_that_forgets_to_settle_does_not_lose_the_mail() {
    let house = House::open().await;
    house.deliver(&plain("li@person.test", "forget", "a1")).await;
    let id = house.journal().await[0].id;
    assert!(mail::inbound::take(&house.kernel, id).await.is_err());
    assert_eq!(house.journal().await[0].state, State::Journaled);
}

#[tokio::test]
async fn a_mail_is_settled_once_and_the_second_transaction_does_not_happen() {
    let house = House::open().await;
    house.deliver(&plain("li@person.test", "Printer", "a1")).await;
    house.work().await;
    let (cx, id) = (house.cx(), house.journal().await[0].id);
    let again = house.kernel.db.write(move |tx| {
        let new = kernel::event::New {
            kind: "test.second",
            subject: "x:1".into(),
            data: serde_json::json!({}),
            personal: None,
        };
        kernel::event::append(tx, &cx, new)?;
        mail::settle(
            tx,
            &cx,
            id,
            &Outcome::Ignored {
                reason: "late".into(),
            },
        )
    });
    assert_eq!(again.await.unwrap_err().code(), mail::inbound::ALREADY_SETTLED);
    assert!(house.events("test.second").await.is_empty());
}

#[tokio::test]
async fn our_own_mail_coming_back_is_ignored() {
    let house = House::open().await;
    house.add_mailbox(house::mailbox("support@mainstay.test")).await;
    house
        .deliver(&plain("Support@Mainstay.test", "Printer", "a1"))
        .await;
    house.work().await;
    let mail = house.journal().await.remove(0);
    assert_eq!(
        (mail.state, mail.reason.as_deref()),
        (State::Ignored, Some("own_mail"))
    );
}

#[tokio::test]
async fn a_bounce_of_a_letter_is_told_where_the_letter_belongs_and_reaches_no_owner() {
    let house = House::open().await;
    let mut written = letter("li@person.test", "k1");
    written.message_id = Some("letter-1@mainstay.test".to_owned());
    house.send(written).await;
    let bounce = "Return-Path: <>\nFrom: MAILER-DAEMON@person.test\nTo: support@mainstay.test\nSubject: Undelivered Mail\n\
        MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n\
        Sorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; person.test\n\n\
        Final-Recipient: rfc822; li@person.test\nAction: failed\nStatus: 5.1.1\n\
        Diagnostic-Code: smtp; 550 no such user\n--b\nContent-Type: message/rfc822\n\n\
        Message-ID: <letter-1@mainstay.test>\nSubject: x\n\nx\n--b--\n";
    house.deliver(bounce).await;
    mail::inbound::take(&house.kernel, house.journal().await[0].id)
        .await
        .unwrap();
    assert_eq!(house.outbox().await[0].state, mail::outbound::State::Bounced);
    let event = house.events("mail.outbound.bounced").await.remove(0);
    assert_eq!(event.subject, "ticket:1042");
    assert!(
        event.personal.unwrap()["detail"]
            .as_str()
            .unwrap()
            .contains("no such user")
    );
    assert!(house.events("test.ticket").await.is_empty());
}

#[tokio::test]
async fn two_letters_with_one_key_are_one_letter() {
    let house = House::open().await;
    let first = house.send(letter("li@person.test", "k1")).await;
    let second = house.send(letter("li@person.test", "k1")).await;
    assert_eq!(first, second);
    assert_eq!(house.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_letter_without_any_mailbox_waits_and_says_why() {
    let house = House::open().await;
    let id = house.send(letter("li@person.test", "k1")).await;
    let state = mail::outbound::attempt(&house.kernel, id).await.unwrap();
    assert_eq!(state, Some(mail::outbound::State::Queued));
    assert_eq!(house.outbox().await[0].error.as_deref(), Some("smtp_missing"));
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_kept_and_politely_refused_unless_a_machine_sent_it() {
    let house = House::with(|config| config.max_mail_bytes = 1_000).await;
    let body = "x".repeat(2_000);
    house
        .deliver(&format!("{}{body}\n", plain("li@person.test", "Pictures", "a1")))
        .await;
    house
        .deliver(&format!(
            "Auto-Submitted: auto-replied\n{}{body}\n",
            plain("bot@person.test", "Away", "a2")
        ))
        .await;
    let journal = house.journal().await;
    assert!(
        journal.iter().all(|mail| mail.state == State::Quarantined),
        "{journal:?}"
    );
    let outbox = house.outbox().await;
    assert_eq!(outbox.len(), 1);
    assert_eq!(outbox[0].letter.recipients(), ["li@person.test"]);
    assert!(
        outbox[0].letter.text.contains("Pictures"),
        "{}",
        outbox[0].letter.text
    );
    assert_eq!(outbox[0].letter.in_reply_to.as_deref(), Some("a1@person.test"));
}

#[tokio::test]
async fn a_sender_gets_only_so_many_automatic_answers_in_an_hour() {
    let house = House::with(|config| (config.max_mail_bytes, config.mail_answers_per_hour) = (100, 3)).await;
    for number in 0..5 {
        house
            .deliver(&plain("li@person.test", "Pictures", &format!("a{number}")))
            .await;
    }
    assert_eq!(house.journal().await.len(), 5);
    assert_eq!(house.outbox().await.len(), 3);
}

#[tokio::test]
async fn a_password_is_stored_sealed() {
    let house = House::open().await;
    let mut input = house::mailbox("support@mainstay.test");
    input.imap_host = "imap.test".to_owned();
    input.imap_user = "support".to_owned();
    input.imap_password = Some("correct horse".to_owned());
    house.add_mailbox(input).await;
    let stored = house.kernel.db.read(|tx| {
        tx.query_one("SELECT imap_password FROM mail_mailbox", &[], |row| {
            row.get::<String>("imap_password")
        })
    });
    let stored = stored.await.unwrap();
    let bytes = data_encoding::BASE64.decode(stored.as_bytes()).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("correct"));
}
