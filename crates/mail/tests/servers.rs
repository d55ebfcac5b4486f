//! Against a real IMAP server (Dovecot) and a real SMTP server (Postfix), started by each test for itself.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod house;
#[expect(dead_code, unused_imports, reason = "the tests use some of the parts")]
#[path = "../../testkit/src/parts/mod.rs"]
mod parts;

use std::time::{Duration, Instant};

use house::{House, Watch, eventually, letter, plain};
use mail::inbound::State;
use mail::mailbox::{MailboxInput, Security, check};
use mail::outbound;
use parts::{Account, Dovecot, MailServer};

const SUPPORT: &str = "support@mainstay.test";
const LI: &str = "li@person.test";

fn accounts() -> Vec<Account> {
    vec![
        Account::new(SUPPORT, "support-secret"),
        Account::new(LI, "li-secret"),
    ]
}

fn fetching(server: &Dovecot) -> MailboxInput {
    MailboxInput {
        imap_host: "localhost".to_owned(),
        imap_port: Some(i64::from(server.imap_address().port())),
        imap_user: SUPPORT.to_owned(),
        imap_password: Some("support-secret".to_owned()),
        ..house::mailbox(SUPPORT)
    }
}

fn sending(server: &MailServer) -> MailboxInput {
    MailboxInput {
        smtp_host: "localhost".to_owned(),
        smtp_port: Some(i64::from(server.smtp_address().port())),
        smtp_security: Security::Starttls,
        smtp_user: SUPPORT.to_owned(),
        smtp_password: Some("support-secret".to_owned()),
        authority: std::fs::read_to_string(&server.certificate().authority).unwrap(),
        ..fetching(&server.imap)
    }
}

fn wire(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

/// How many mails of the inbox carry the flag that they were seen.
fn seen(server: &Dovecot) -> usize {
    let inbox = server.mail_folder().join(SUPPORT).join("cur");
    let names = std::fs::read_dir(inbox)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| {
            name.rsplit_once(":2,")
                .is_some_and(|(_, flags)| flags.contains('S'))
        })
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_are_taken_once_although_two_nodes_watch_the_mailbox() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    for number in 0..40 {
        let raw = plain(LI, &format!("Printer {number}"), &format!("a{number}"));
        server.deliver(SUPPORT, &wire(&raw)).unwrap();
    }
    house.add_mailbox(fetching(&server)).await;
    let watches = [Watch::start(&house.kernel), Watch::start(&house.other_node())];
    eventually("everything being seen", async || seen(&server) == 40).await;
    house.work().await;
    for watch in watches {
        watch.stop().await;
    }
    assert_eq!(house.journal().await.len(), 40);
    assert!(
        house
            .journal()
            .await
            .iter()
            .all(|mail| mail.state == State::Taken)
    );
    assert_eq!(house.events("test.ticket").await.len(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_cannot_be_stored_stays_unseen_until_it_can() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    server
        .deliver(SUPPORT, &wire(&plain(LI, "Printer", "a1")))
        .unwrap();
    let (files, away) = (house.folder().join("files"), house.folder().join("away"));
    std::fs::rename(&files, &away).unwrap();
    std::fs::write(&files, "a file where the folder should be").unwrap();
    let id = house.add_mailbox(fetching(&server)).await;
    let watch = Watch::start(&house.kernel);
    eventually("the trouble being shown", async || {
        house.health(id).await.imap_error.is_some()
    })
    .await;
    assert_eq!((seen(&server), house.journal().await.len()), (0, 0));
    std::fs::remove_file(&files).unwrap();
    std::fs::rename(&away, &files).unwrap();
    eventually("the mail being seen", async || seen(&server) == 1).await;
    assert_eq!(house.journal().await.len(), 1);
    eventually("the trouble being over", async || {
        house.health(id).await.imap_error.is_none()
    })
    .await;
    watch.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_in_the_journal_that_was_not_marked_is_marked_and_not_taken_again() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    let raw = wire(&plain(LI, "Printer", "a1"));
    house.add_mailbox(fetching(&server)).await;
    // As if the house had died between the journal and the mark.
    mail::deliver(&house.kernel, Some(SUPPORT), raw.clone()).await;
    server.deliver(SUPPORT, &raw).unwrap();
    let watch = Watch::start(&house.kernel);
    eventually("the mail being seen", async || seen(&server) == 1).await;
    assert_eq!(house.journal().await.len(), 1);
    watch.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_mail_is_fetched_within_two_seconds_without_polling() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    let input = MailboxInput {
        poll_seconds: Some(3600),
        ..fetching(&server)
    };
    let id = house.add_mailbox(input).await;
    let watch = Watch::start(&house.kernel);
    eventually("the first look", async || {
        house.health(id).await.imap_ok_at.is_some()
    })
    .await;
    for number in 1..=3 {
        let began = Instant::now();
        server
            .deliver(SUPPORT, &wire(&plain(LI, "Printer", &format!("a{number}"))))
            .unwrap();
        eventually("the mail being journaled", async || {
            house.journal().await.len() == number
        })
        .await;
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "it took {:?}",
            began.elapsed()
        );
    }
    watch.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_shown_and_a_right_one_mends_it() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    let wrong = MailboxInput {
        imap_password: Some("wrong".to_owned()),
        ..fetching(&server)
    };
    let id = house.add_mailbox(wrong).await;
    let watch = Watch::start(&house.kernel);
    eventually("the trouble being shown", async || {
        house.health(id).await.imap_error.is_some()
    })
    .await;
    let health = house.health(id).await;
    assert_eq!(health.imap_error.as_deref(), Some("imap_login_refused"));
    assert!(!health.imap_detail.unwrap().contains("wrong"));
    let (cx, right) = (house.cx(), fetching(&server));
    house
        .kernel
        .db
        .write(move |tx| mail::mailbox::update(tx, &cx, id, &right))
        .await
        .unwrap();
    eventually("the mailbox working", async || {
        house.health(id).await.imap_error.is_none()
    })
    .await;
    watch.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fetching_goes_on_when_the_server_comes_back() {
    let mut server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    let id = house.add_mailbox(fetching(&server)).await;
    let watch = Watch::start(&house.kernel);
    eventually("the first look", async || {
        house.health(id).await.imap_ok_at.is_some()
    })
    .await;
    server.stop();
    eventually("the trouble being shown", async || {
        house.health(id).await.imap_error.is_some()
    })
    .await;
    server
        .deliver(SUPPORT, &wire(&plain(LI, "Printer", "a1")))
        .unwrap();
    server.start_again().unwrap();
    eventually("the mail being journaled", async || {
        house.journal().await.len() == 1
    })
    .await;
    watch.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_leaves_its_mailbox_to_another() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    let id = house.add_mailbox(fetching(&server)).await;
    let lease = async || {
        house
            .kernel
            .db
            .read(move |tx| {
                tx.query_one("SELECT lease_owner FROM mail_watch", &[], |row| {
                    row.get::<String>("lease_owner")
                })
            })
            .await
            .unwrap()
    };
    let dying = tokio::spawn(mail::imap::run(house.kernel.clone(), kernel::stop::Stop::new()));
    eventually("the first look", async || {
        house.health(id).await.imap_ok_at.is_some()
    })
    .await;
    let other = Watch::start(&house.other_node());
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    assert!(
        !lease().await.starts_with("other-node"),
        "nobody gave the lease back"
    );
    server
        .deliver(SUPPORT, &wire(&plain(LI, "Printer", "a1")))
        .unwrap();
    eventually("the other node taking over", async || {
        house.journal().await.len() == 1
    })
    .await;
    assert!(lease().await.starts_with("other-node"));
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_too_large_is_left_on_the_server_and_its_sender_is_told_once() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::with(|config| config.max_mail_bytes = 10_000).await;
    let large = format!("{}{}\n", plain(LI, "Pictures", "a1"), "x".repeat(20_000));
    server.deliver(SUPPORT, &wire(&large)).unwrap();
    server
        .deliver(SUPPORT, &wire(&plain(LI, "Printer", "a2")))
        .unwrap();
    house.add_mailbox(fetching(&server)).await;
    let watch = Watch::start(&house.kernel);
    eventually("both being seen", async || seen(&server) == 2).await;
    watch.stop().await;
    let mut journal = house.journal().await;
    journal.sort_by_key(|mail| mail.size);
    assert_eq!(journal[1].reason.as_deref(), Some("too_large"));
    assert!(
        journal[1].header_only && journal[1].size > 20_000,
        "{:?}",
        journal[1]
    );
    assert_eq!(house.outbox().await.len(), 1);
    assert!(house.kernel.files.get(&journal[1].raw_hash).await.unwrap().len() < 1_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taken_mail_is_moved_where_the_mailbox_says() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    server
        .deliver(SUPPORT, &wire(&plain(LI, "Printer", "a1")))
        .unwrap();
    house
        .add_mailbox(MailboxInput {
            imap_move_to: "Taken".to_owned(),
            ..fetching(&server)
        })
        .await;
    let watch = Watch::start(&house.kernel);
    let taken = server.mail_folder().join(SUPPORT).join(".Taken").join("cur");
    eventually("the mail being moved", async || {
        std::fs::read_dir(&taken).is_ok_and(|folder| folder.count() == 1)
    })
    .await;
    assert!(server.messages(SUPPORT).unwrap().is_empty());
    watch.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_only_made_to_a_server_whose_certificate_is_trusted() {
    let server = MailServer::start(&accounts()).unwrap();
    let house = House::open().await;
    let protected = MailboxInput {
        imap_security: Security::Implicit,
        imap_port: Some(i64::from(server.imaps_address().port())),
        smtp_security: Security::Implicit,
        smtp_port: Some(i64::from(server.smtps_address().port())),
        ..sending(&server)
    };
    let id = house.add_mailbox(protected.clone()).await;
    let checked = check::check(&house.kernel, &house.cx(), id).await.unwrap();
    assert!(checked.is_good(), "{checked:?}");
    let upgraded = MailboxInput {
        imap_security: Security::Starttls,
        ..sending(&server)
    };
    change(&house, id, upgraded).await;
    let checked = check::check(&house.kernel, &house.cx(), id).await.unwrap();
    assert!(checked.is_good(), "{checked:?}");
    change(
        &house,
        id,
        MailboxInput {
            authority: String::new(),
            ..protected
        },
    )
    .await;
    let checked = check::check(&house.kernel, &house.cx(), id).await.unwrap();
    let codes = [
        checked.imap.unwrap().unwrap_err().code,
        checked.smtp.unwrap().unwrap_err().code,
    ];
    assert_eq!(codes, ["imap_tls", "smtp_tls"]);
}

async fn change(house: &House, id: mail::MailboxId, input: MailboxInput) {
    let cx = house.cx();
    house
        .kernel
        .db
        .write(move |tx| mail::mailbox::update(tx, &cx, id, &input))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_goes_out_and_arrives_with_the_right_headers() {
    let server = MailServer::start(&accounts()).unwrap();
    let house = House::open().await;
    house.add_mailbox(sending(&server)).await;
    let mut written = letter(LI, "k1");
    written.message_id = Some("t1042.a1@mainstay.test".to_owned());
    written.in_reply_to = Some("a1@person.test".to_owned());
    written.references = vec!["a0@person.test".to_owned(), "a1@person.test".to_owned()];
    house.send(written).await;
    house.work().await;
    let arrived = server.wait_for(LI, 1).unwrap().remove(0);
    let message = mail::message::Message::parse(&arrived).unwrap();
    assert_eq!(message.subject.as_deref(), Some("打印机 [#1042]"));
    assert_eq!(message.from[0].email, SUPPORT);
    assert_eq!(message.from[0].name.as_deref(), Some("IT support"));
    assert_eq!(message.message_id.as_deref(), Some("t1042.a1@mainstay.test"));
    assert_eq!(message.in_reply_to.as_deref(), Some("a1@person.test"));
    assert_eq!(message.references, ["a0@person.test", "a1@person.test"]);
    assert_eq!(message.auto_submitted.as_deref(), Some("auto-generated"));
    assert!(message.html.unwrap().contains("https://help.example/t/1042"));
    let letter = house.outbox().await.remove(0);
    assert_eq!((letter.state, letter.attempts), (outbound::State::Sent, 1));
    assert_eq!(house.events("mail.outbound.sent").await[0].subject, "ticket:1042");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_waits_for_a_server_that_is_down_and_is_then_sent_once() {
    let mut server = MailServer::start(&accounts()).unwrap();
    let house = House::open().await;
    let mailbox = house.add_mailbox(sending(&server)).await;
    server.smtp.stop();
    let id = house.send(letter(LI, "k1")).await;
    house.work().await;
    let waiting = house.outbox().await.remove(0);
    assert_eq!(
        (waiting.state, waiting.error.as_deref()),
        (outbound::State::Queued, Some("smtp_connect"))
    );
    assert_eq!(
        house.health(mailbox).await.smtp_error.as_deref(),
        Some("smtp_connect")
    );
    assert!(waiting.next_at > house.kernel.clock.now());
    server.smtp.start_again().unwrap();
    // Two workers at once must not send it twice.
    let (one, two) = tokio::join!(
        outbound::attempt(&house.kernel, id),
        outbound::attempt(&house.kernel, id)
    );
    let states = [one.unwrap(), two.unwrap()];
    assert_eq!(
        states.iter().flatten().collect::<Vec<_>>(),
        [&outbound::State::Sent]
    );
    assert_eq!(outbound::attempt(&house.kernel, id).await.unwrap(), None);
    assert_eq!(server.wait_for(LI, 1).unwrap().len(), 1);
    assert_eq!(house.health(mailbox).await.smtp_error, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_recipient_does_not_keep_the_letter_from_the_others() {
    let server = MailServer::start(&accounts()).unwrap();
    let house = House::open().await;
    house.add_mailbox(sending(&server)).await;
    let mut written = letter("nobody@person.test", "k1");
    written.cc = vec![mail::message::Address {
        name: None,
        email: LI.to_owned(),
    }];
    house.send(written).await;
    house.send(letter("nobody@person.test", "k2")).await;
    house.work().await;
    server.wait_for(LI, 1).unwrap();
    let outbox = house.outbox().await;
    assert_eq!(
        (outbox[0].state, outbox[1].state),
        (outbound::State::Failed, outbound::State::Sent)
    );
    assert_eq!(outbox[1].refused[0].email, "nobody@person.test");
    assert_eq!(
        house.events("mail.outbound.failed").await[0].subject,
        "ticket:1042"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_that_comes_back_is_known_for_ours() {
    let server = MailServer::start(&accounts()).unwrap();
    let house = House::open().await;
    house.add_mailbox(sending(&server)).await;
    house.send(letter("somebody@elsewhere.test", "k1")).await;
    house.work().await;
    assert_eq!(house.outbox().await[0].state, outbound::State::Sent);
    let watch = Watch::start(&house.kernel);
    eventually("the bounce arriving", async || house.journal().await.len() == 1).await;
    watch.stop().await;
    house.work().await;
    assert_eq!(house.outbox().await[0].state, outbound::State::Bounced);
    assert_eq!(house.journal().await[0].became(), Some("ticket:1042"));
    assert!(house.events("test.ticket").await.is_empty());
}

/// Passes bytes on between the house and a server, with a word replaced on the way in one direction.
async fn between(
    server: std::net::SocketAddr,
    from_server: bool,
    word: &'static str,
    other: &'static str,
) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let word_of = move |down: bool| {
        if down == from_server {
            (word, other)
        } else {
            ("", "")
        }
    };
    tokio::spawn(async move {
        while let Ok((house, _)) = listener.accept().await {
            let server = tokio::net::TcpStream::connect(server).await.unwrap();
            let ((from_house, to_house), (from_server, to_server)) =
                (house.into_split(), server.into_split());
            tokio::spawn(pass(from_house, to_server, word_of(false)));
            tokio::spawn(pass(from_server, to_house, word_of(true)));
        }
    });
    port
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    (word, other): (&'static str, &'static str),
) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut piece = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        let text = String::from_utf8(piece[..count].to_vec()).unwrap();
        let text = if word.is_empty() {
            text
        } else {
            text.replace(word, other)
        };
        if to.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_offer_idle_is_asked_from_time_to_time() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    let port = between(server.imap_address(), true, " IDLE", " SLOW").await;
    fetches_by_polling(&server, &house, port).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_refuses_the_idle_it_offers_is_asked_from_time_to_time() {
    let server = Dovecot::start(&accounts()).unwrap();
    let house = House::open().await;
    let port = between(server.imap_address(), false, " IDLE", " SLOW").await;
    fetches_by_polling(&server, &house, port).await;
}

async fn fetches_by_polling(server: &Dovecot, house: &House, port: u16) {
    let input = MailboxInput {
        imap_port: Some(i64::from(port)),
        ..fetching(server)
    };
    let id = house.add_mailbox(input).await;
    let watch = Watch::start(&house.kernel);
    eventually("the first look", async || {
        house.health(id).await.imap_ok_at.is_some()
    })
    .await;
    for number in 1..=2 {
        server
            .deliver(SUPPORT, &wire(&plain(LI, "Printer", &format!("a{number}"))))
            .unwrap();
        eventually("the mail being journaled", async || {
            house.journal().await.len() == number
        })
        .await;
    }
    assert_eq!(house.health(id).await.imap_error, None);
    watch.stop().await;
}
