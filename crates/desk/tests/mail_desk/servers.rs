//! One ticket all the way round by real servers: Dovecot holds the mailboxes, Postfix carries what the house and the person
//! send.

use std::time::{Duration, Instant};

use desk::ticket::value::{State, Voice};
use desk::ticket::{self, Verify};
use desk::verification;
use kernel::Clock;
use mail::mailbox::{MailboxInput, Security};
use mail::message::Message;

use crate::house::{ANN, BOB, House, SUPPORT, mail_of, mailbox};
use crate::parts::{Account, MailServer};

const PATIENCE: Duration = Duration::from_secs(60);

fn fetching_and_sending(server: &MailServer) -> MailboxInput {
    MailboxInput {
        imap_host: "localhost".to_owned(),
        imap_port: Some(i64::from(server.imap_address().port())),
        imap_security: Security::Starttls,
        imap_user: SUPPORT.to_owned(),
        imap_password: Some("support-secret".to_owned()),
        smtp_host: "localhost".to_owned(),
        smtp_port: Some(i64::from(server.smtp_address().port())),
        smtp_security: Security::Starttls,
        smtp_user: SUPPORT.to_owned(),
        smtp_password: Some("support-secret".to_owned()),
        authority: std::fs::read_to_string(&server.certificate().authority).unwrap(),
        ..mailbox(SUPPORT)
    }
}

/// Works until it holds; fails after a minute.
async fn until(house: &House, what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    loop {
        house.settle().await;
        if holds().await {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The person's inbox, read as a mail program reads it.
async fn inbox(server: &MailServer) -> Vec<Message> {
    let raw = server.messages(ANN).unwrap();
    raw.iter().map(|raw| Message::parse(raw).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_ticket_goes_all_the_way_round_by_mail() {
    let accounts = [
        Account::new(SUPPORT, "support-secret"),
        Account::new(ANN, "ann-secret"),
        Account::new(BOB, "bob-secret"),
    ];
    let server = MailServer::start(&accounts).unwrap();
    let house = House::without_mailbox(&["mail.take", "mail.send"], Clock::System).await;
    house.add_mailbox(fetching_and_sending(&server)).await;
    let watching = tokio::spawn({
        let kernel = house.kernel.clone();
        async move { mail::imap::run(kernel.clone(), kernel.stop.clone()).await }
    });

    let wire = |text: String| text.replace('\n', "\r\n").into_bytes();
    let report = mail_of(
        "Ann <ann@desk.test>",
        "Printer",
        "It does not print.",
        "<report@desk.test>",
    );
    server.send(ANN, &[SUPPORT], &wire(report)).unwrap();
    until(&house, "the acknowledgement", async || {
        inbox(&server).await.len() == 1
    })
    .await;
    let number = house.tickets().await[0];
    let received = inbox(&server).await.remove(0);
    assert_eq!(received.subject, Some(format!("[#{number}] Printer")));
    assert_eq!(received.auto_submitted.as_deref(), Some("auto-replied"));
    assert_eq!(received.in_reply_to.as_deref(), Some("report@desk.test"));
    assert_eq!(received.from[0].email, SUPPORT);

    let (cx, bob, team) = (house.cx(), house.bob.id, house.team);
    house
        .write(move |tx| ticket::assign(tx, &cx, number, ticket::Assign::PersonInTeam(bob, team)))
        .await;
    house.bob_says(number, "Please switch it off and on.").await;
    // Who has it is told two minutes later, unless something better was said by then.
    until(&house, "the reply", async || inbox(&server).await.len() == 2).await;
    let replied = inbox(&server).await.pop().unwrap();
    assert!(replied.text.contains("Please switch it off and on.") && replied.auto_submitted.is_none());
    assert_eq!(replied.reply_to[0].email, SUPPORT);
    assert!(
        replied.references.contains(&"report@desk.test".to_owned()),
        "{:?}",
        replied.references
    );

    let id = replied.message_id.unwrap();
    let headers = format!(
        "Message-ID: <answer@desk.test>\nIn-Reply-To: <{id}>\nReferences: <report@desk.test> <{id}>\n"
    );
    let body = "It prints again, thank you!\n\nOn Mon, IT Support wrote:\n> Please switch it off and on.";
    let answer = crate::house::with_headers(ANN, "Re: Printer", body, &headers);
    server.send(ANN, &[SUPPORT], &wire(answer)).unwrap();
    until(&house, "the answer", async || {
        house.articles(number).await.len() == 3
    })
    .await;
    let article = house.articles(number).await.pop().unwrap();
    assert_eq!(
        (article.voice, article.body.as_str()),
        (Voice::Requester, "It prints again, thank you!")
    );
    assert!(
        article
            .quoted
            .is_some_and(|quoted| quoted.contains("> Please switch it off"))
    );

    house.bob_resolves(number).await;
    until(&house, "the question", async || inbox(&server).await.len() == 3).await;
    let question = inbox(&server).await.pop().unwrap();
    let link = question
        .text
        .split_whitespace()
        .find(|word| word.ends_with("?answer=yes"))
        .unwrap()
        .to_owned();
    assert!(
        question
            .html
            .is_some_and(|html| html.contains("answer=no") && !html.contains("<img"))
    );
    let token = link
        .strip_prefix("https://desk.test/confirm/")
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let (cx, yes) = (
        house.cx(),
        Verify {
            accepted: true,
            comment: None,
        },
    );
    house
        .write(move |tx| verification::answer(tx, &cx, &token, yes.clone()))
        .await;
    assert_eq!(house.ticket(number).await.state, State::Closed);
    assert_eq!(house.tickets().await.len(), 1);
    house.kernel.stop.stop();
    tokio::time::timeout(PATIENCE, watching).await.unwrap().unwrap();
}
