//! Which letters go out, in which words, on which thread.

use desk::ticket::changing::Pin;
use desk::ticket::value::State;
use desk::ticket::{self, Opening, Verify, Wait, WaitingFor};
use desk::verification;
use kernel::Timestamp;
use mail::AutoSubmitted;
use mail::inbound::State as Standing;

use crate::house::{ANN, BOB, CAROL, DAY, House, STRANGER, SUPPORT, mail_of, number_of, with_headers};

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_acknowledged_in_the_language_it_was_written_in() {
    let house = House::open().await;
    let number = number_of(
        &house
            .receive(&mail_of(
                STRANGER,
                "打印机坏了",
                "三楼的打印机打不出来，请帮忙看看。",
                "<zh@x.test>",
            ))
            .await,
    );
    let letters = house.letters_to(STRANGER).await;
    assert_eq!(letters.len(), 1);
    let letter = &letters[0].letter;
    assert_eq!(letter.subject, format!("[#{number}] 打印机坏了"));
    assert!(
        letter.text.contains("您的请求已经收到") && letter.text.contains(&format!("#{number}")),
        "{}",
        letter.text
    );
    assert_eq!(letter.auto_submitted, AutoSubmitted::Replied);
    assert_eq!(letter.in_reply_to.as_deref(), Some("zh@x.test"));
    assert_eq!(
        letter.reply_to.as_ref().map(|address| address.email.as_str()),
        Some(SUPPORT)
    );
    assert!(letters[0].message_id.starts_with(&format!("ms.{number}.")));
    let person = house
        .read(|tx| people::user::store::find_by_email(tx, STRANGER))
        .await
        .unwrap();
    assert_eq!(person.locale, Some(kernel::Locale::ZhCn));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_gets_only_so_many_acknowledgements() {
    let house = House::open().await;
    for number in 0..30 {
        let raw = mail_of(
            STRANGER,
            &format!("Alarm {number}"),
            "Disk full",
            &format!("<{number}@x.test>"),
        );
        assert_eq!(house.receive(&raw).await.state, Standing::Taken);
    }
    let answered = house.letters_to(STRANGER).await.len();
    assert!((1..30).contains(&answered), "{answered}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_carries_its_words_and_the_thread_and_counts_as_a_persons_mail() {
    let house = House::open().await;
    let number = house.reported().await;
    house.bob_says(number, "Please switch it off and on.").await;
    let sent = house.letters_to(ANN).await.pop().unwrap();
    let letter = &sent.letter;
    assert!(
        letter.text.starts_with("Please switch it off and on.\n"),
        "{}",
        letter.text
    );
    assert!(letter.text.contains("> It does not print."), "{}", letter.text);
    assert_eq!(letter.auto_submitted, AutoSubmitted::No);
    assert_eq!(letter.subject, format!("[#{number}] Printer"));
    assert_eq!(letter.in_reply_to.as_deref(), Some("report@desk.test"));
    assert_eq!(
        letter.references.last().map(String::as_str),
        Some("report@desk.test")
    );
    assert!(
        house
            .letters_to(BOB)
            .await
            .iter()
            .all(|letter| !letter.letter.text.contains("switch it off"))
    );
    let named = house.articles(number).await.pop().unwrap().message_id;
    assert_eq!(named.as_deref(), Some(sent.message_id.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_read_twice_is_told_once() {
    let house = House::open().await;
    let number = house.reported().await;
    house.bob_says(number, "Hello").await;
    let before = house.letters().await.len();
    let events = house
        .read(move |tx| kernel::event::of_subject(tx, &ticket::subject(number), 0, 100))
        .await;
    let again = kernel::event::Runner::new(&house.kernel, vec![desk::notice::subscriber()])
        .await
        .unwrap();
    assert!(!events.is_empty());
    again.drain(&house.kernel).await.unwrap();
    house.settle().await;
    assert_eq!(house.letters().await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_requester_is_asked_whether_it_works_and_the_link_answers() {
    let house = House::open().await;
    let number = house.reported().await;
    house.bob_resolves(number).await;
    let letter = house.letters_to(ANN).await.pop().unwrap().letter;
    assert!(
        letter.text.contains("A sheet was stuck.") && letter.text.contains("Does it work?"),
        "{}",
        letter.text
    );
    let link = |answer: &str| {
        let link = letter
            .text
            .split_whitespace()
            .find(|word| word.ends_with(&format!("?answer={answer}")))
            .unwrap();
        link.strip_prefix("https://desk.test/confirm/")
            .unwrap()
            .split('?')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(link("yes"), link("no"));
    let (cx, token) = (house.cx(), link("no"));
    let no = Verify {
        accepted: false,
        comment: Some("Still stuck.".to_owned()),
    };
    house
        .write(move |tx| verification::answer(tx, &cx, &token, no.clone()))
        .await;
    house.settle().await;
    assert_eq!(house.ticket(number).await.state, State::InProgress);
    let to_bob = house.letters_to(BOB).await.pop().unwrap().letter;
    assert!(
        to_bob.subject.contains("Not solved") && to_bob.text.contains("Still stuck."),
        "{to_bob:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_request_is_acknowledged_and_its_owner_told() {
    let house = House::open().await;
    let (cx, team, bob) = (house.cx(), house.team, house.bob.id);
    let mut opening = Opening::new(
        house.ann.id,
        "VPN",
        "It does not connect.",
        desk::ticket::Channel::Portal,
    );
    (opening.team, opening.assignee) = (Some(team), Some(bob));
    let ticket = house
        .write(move |tx| ticket::open(tx, &cx, opening.clone()))
        .await;
    house.settle().await;
    let to_ann = house.letters_to(ANN).await;
    assert!(to_ann[0].letter.text.contains(&format!("#{}", ticket.number)));
    assert_eq!(to_ann[0].letter.auto_submitted, AutoSubmitted::Generated);
    let to_bob = house.letters_to(BOB).await;
    assert_eq!(to_bob.len(), 1);
    assert!(
        to_bob[0].letter.text.contains("It does not connect.") && to_bob[0].letter.text.contains("/tickets/")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_needed_of_the_requester_is_asked_by_mail() {
    let house = House::open().await;
    let number = house.reported().await;
    let cx = house.cx_of(&house.bob).await;
    let wait = Wait {
        whom: WaitingFor::Requester,
        reason: "Which floor are you on?".to_owned(),
        until: None,
    };
    house
        .write(move |tx| ticket::wait(tx, &cx, number, wait.clone()))
        .await;
    house.settle().await;
    assert!(
        house
            .letters_to(ANN)
            .await
            .pop()
            .unwrap()
            .letter
            .text
            .contains("Which floor are you on?")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_breach_of_an_urgent_ticket_reaches_owner_and_manager() {
    let house = House::open().await;
    let number = house.reported().await;
    let cx = house.cx();
    let change = ticket::Change {
        priority: Some(Pin::To(ticket::Priority::P1)),
        ..ticket::Change::default()
    };
    house
        .write(move |tx| ticket::change(tx, &cx, number, change.clone()))
        .await;
    house.kernel.clock.advance_millis(10 * DAY * 1000);
    desk::service_level::sweep(&house.kernel.db, &house.cx())
        .await
        .unwrap();
    house.settle().await;
    for address in [BOB, CAROL] {
        let letters = house.letters_to(address).await;
        assert!(
            letters
                .iter()
                .any(|letter| letter.letter.subject.contains("overdue")),
            "{address}"
        );
    }
    assert!(
        !house
            .letters_to(ANN)
            .await
            .iter()
            .any(|letter| letter.letter.subject.contains("overdue"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn managers_get_the_forgotten_tickets_once_a_morning() {
    let house = House::open().await;
    let number = house.reported().await;
    let tell = || {
        let cx = house.cx();
        house.write(move |tx| desk::notice::forgotten::tell_managers(tx, &cx, "https://desk.test"))
    };
    assert_eq!(tell().await, 1);
    assert_eq!(tell().await, 0, "this morning's letter is written");
    let letter = house.letters_to(CAROL).await.pop().unwrap().letter;
    assert!(
        letter.text.contains(&format!("#{number}")) && letter.text.contains("Bob"),
        "{}",
        letter.text
    );
    house.kernel.clock.advance_millis((DAY / 2 + 4 * 3600) * 1000);
    assert_eq!(tell().await, 0, "it is two in the morning");
    house.kernel.clock.advance_millis(8 * 3600 * 1000);
    assert_eq!(tell().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_does_not_exist_is_noted_and_not_written_to_again() {
    let house = House::open().await;
    let number = house.reported().await;
    let letter = house.letters_to(ANN).await.remove(0);
    let bounce = format!(
        "From: MAILER-DAEMON@mx.test\nTo: {SUPPORT}\nSubject: Undelivered\nMessage-ID: <bounce@mx.test>\nMIME-Version: 1.0\n\
         Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nNo such user.\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; {ANN}\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 no such user\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <{}>\nSubject: x\n\nx\n--b--\n",
        letter.message_id
    );
    let came = house.receive(&bounce).await;
    assert_eq!(number_of(&came), number);
    let note = house.articles(number).await.pop().unwrap();
    assert!(
        !note.public && note.body.contains(ANN) && note.body.contains("did not reach"),
        "{}",
        note.body
    );
    let before = house.letters_to(ANN).await.len();
    house.bob_says(number, "Are you there?").await;
    assert_eq!(house.letters_to(ANN).await.len(), before);
    // Mail from the address shows that it lives.
    house
        .receive(&mail_of(
            ANN,
            &format!("[#{number}]"),
            "Here I am.",
            "<alive@desk.test>",
        ))
        .await;
    house.bob_says(number, "Good.").await;
    assert!(house.letters_to(ANN).await.len() > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mailbox_nothing_is_queued_and_the_desk_works() {
    let house = House::without_mailbox(&["mail.take"], kernel::Clock::manual(crate::house::MONDAY)).await;
    let number = house.reported().await;
    house.bob_says(number, "Hello").await;
    assert!(house.letters().await.is_empty());
    assert_eq!(house.articles(number).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_pictures_come_along_and_go_along() {
    let house = House::open().await;
    let headers = "Message-ID: <files@desk.test>\n";
    let raw = with_headers(ANN, "Picture", "BODY", headers)
        .replace("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit", "Content-Type: multipart/mixed; boundary=b")
        .replace(
            "BODY",
            "--b\nContent-Type: text/plain\n\nSee the picture.\n--b\nContent-Type: image/png; name=\"../../a.png\"\n\
             Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--",
        );
    let number = number_of(&house.receive(&raw).await);
    let article = house.articles(number).await.remove(0);
    assert_eq!(article.body, "See the picture.");
    assert_eq!(
        (article.attachments[0].name.as_str(), article.attachments[0].size),
        ("a.png", 8)
    );
    let stored = house
        .kernel
        .files
        .get(&article.attachments[0].hash)
        .await
        .unwrap();
    assert_eq!(&stored[..4], b"\x89PNG");
}

#[test]
fn the_clock_of_these_tests_stands_on_a_monday_morning() {
    assert_eq!(
        crate::house::MONDAY,
        "2026-03-02T10:00:00Z"
            .parse::<jiff::Timestamp>()
            .map(Timestamp::from)
            .unwrap()
    );
}
