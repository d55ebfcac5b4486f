//! Reports by mail: a person is answered, a program never.

use desk::article::ArticleKind;
use kernel::db::Tx;
use mail::mailbox::{MailboxInput, Security};
use testkit::TestApp;

use crate::house::{REPORT, answer, link, ready, said};

async fn mailbox(app: &TestApp) {
    let cx = app.cx();
    let input = MailboxInput {
        name: "Support".to_owned(),
        address: "support@desk.test".to_owned(),
        display_name: "IT Support".to_owned(),
        enabled: true,
        locale: "en".to_owned(),
        purpose: "desk".to_owned(),
        // Nobody listens there: letters stay in the outbox.
        smtp_host: "127.0.0.1".to_owned(),
        smtp_port: Some(9),
        smtp_security: Security::None,
        ..MailboxInput::default()
    };
    app.write(move |tx: &mut Tx<'_>| mail::mailbox::create(tx, &cx, &input).map(drop))
        .await
        .unwrap();
}

async fn arrives(app: &TestApp, id: &str, headers: &str) -> i64 {
    let raw = format!(
        "From: Bruno <{}>\r\nTo: support@desk.test\r\nSubject: {REPORT}\r\nMessage-ID: <{id}@corp.test>\r\n\
         Date: Mon, 2 Mar 2026 10:00:00 +0000\r\n{headers}Content-Type: text/plain; charset=utf-8\r\n\r\n\
         Nobody gets in. Error 49 on the display.\r\n",
        app.cast.bruno.email
    );
    let delivery = mail::deliver(&app.house.kernel, None, raw).await;
    assert_eq!(delivery.exit_code(), 0, "{delivery:?}");
    app.settle().await;
    let id = format!("{id}@corp.test");
    app.read(move |tx| desk::article::store::by_message_id(tx, &id))
        .await
        .unwrap()
        .unwrap()
        .0
}

#[tokio::test]
async fn a_person_who_writes_is_answered_and_a_program_is_not() {
    let app = TestApp::open().await;
    ready(&app).await;
    mailbox(&app).await;
    let machine = arrives(&app, "m1", "Auto-Submitted: auto-generated\r\n").await;
    assert!(answer(&app, machine).await.is_none());
    let person = arrives(&app, "p1", "").await;
    assert!(answer(&app, person).await.is_some());
    let replies = said(&app, person, ArticleKind::Reply).await;
    assert_eq!(replies.len(), 1);
    // The letter that carries the answer carries both links.
    let cx = app.cx();
    let letters = app
        .read(move |tx| mail::outbound::list(tx, &cx, None, i64::MAX, 100))
        .await
        .unwrap();
    let yes = link(&app, person, "yes").await;
    assert!(
        letters
            .iter()
            .any(|letter| format!("{:?}", letter.letter).contains(&yes)),
        "no letter with {yes} among {}",
        letters.len()
    );
}
