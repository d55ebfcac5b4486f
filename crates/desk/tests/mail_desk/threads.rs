//! Which ticket a mail belongs to, and what its sender may do there.

use desk::article::ArticleKind;
use desk::ticket::value::{State, Voice};
use desk::ticket::{self, Assign, Note};
use kernel::link;
use mail::inbound::State as Standing;

use crate::house::{
    ANN, BOB, CAROL, DAY, House, STRANGER, SUPPORT, answer, mail_of, mailbox, number_of, users, with_headers,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_our_letter_comes_onto_its_ticket() {
    let house = House::open().await;
    let number = house.reported().await;
    let letter = house.letters_to(ANN).await.remove(0);
    let came = house
        .receive(&answer(
            ANN,
            &letter,
            "Now it smokes.\n\nOn Mon, 2 Mar 2026 at 10:00, IT Support wrote:\n> we have your request",
        ))
        .await;
    assert_eq!(number_of(&came), number);
    let article = house.articles(number).await.pop().unwrap();
    assert_eq!(
        (article.kind, article.voice),
        (ArticleKind::Mail, Voice::Requester)
    );
    assert_eq!(article.body, "Now it smokes.");
    assert!(
        article
            .quoted
            .is_some_and(|quoted| quoted.ends_with("> we have your request"))
    );
    assert_eq!(house.tickets().await, [number]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_found_by_a_mail_that_was_taken_in_and_by_the_number() {
    let house = House::open().await;
    let number = house.reported().await;
    let headers = "Message-ID: <b@desk.test>\nReferences: <nobody@x.test> <report@desk.test>\n";
    let by_reference = house
        .receive(&with_headers(ANN, "no number here", "first", headers))
        .await;
    assert_eq!(number_of(&by_reference), number);
    let by_number = house
        .receive(&mail_of(
            ANN,
            &format!("Re: [#{number}] x"),
            "second",
            "<c@desk.test>",
        ))
        .await;
    assert_eq!(number_of(&by_number), number);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_token_opens_a_request_of_its_own_and_is_told_of() {
    let house = House::open().await;
    let number = house.reported().await;
    let mut letter = house.letters_to(ANN).await.remove(0);
    letter.letter.references.clear();
    letter.letter.subject = "Hello".to_owned();
    // Another ticket's number under this ticket's signature.
    letter.message_id = letter
        .message_id
        .replacen(&format!("ms.{number}."), "ms.9999.", 1);
    let came = house.receive(&answer(ANN, &letter, "let me in")).await;
    assert_ne!(number_of(&came), number);
    let notes: Vec<String> = house
        .articles(number_of(&came))
        .await
        .into_iter()
        .filter(|one| !one.public)
        .map(|one| one.body)
        .collect();
    assert!(
        notes
            .iter()
            .any(|note| note.contains("we never wrote that letter")),
        "{notes:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_the_subject_counts_only_for_who_takes_part() {
    let house = House::open().await;
    let number = house.reported().await;
    let came = house
        .receive(&mail_of(
            STRANGER,
            &format!("Re: [#{number}] Printer"),
            "me too",
            "<d@x.test>",
        ))
        .await;
    assert_ne!(number_of(&came), number);
    let subject = ticket::subject(number);
    assert!(house.read(move |tx| link::of(tx, &subject, 10)).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_answer_becomes_a_linked_request_and_learns_nothing() {
    let house = House::open().await;
    let number = house.reported().await;
    house.bob_says(number, "The door code is 4711.").await;
    let letter = house.letters_to(ANN).await.pop().unwrap();
    let came = house.receive(&answer(STRANGER, &letter, "Who are you?")).await;
    assert_ne!(number_of(&came), number);
    let subject = ticket::subject(number);
    let links = house.read(move |tx| link::of(tx, &subject, 10)).await;
    assert_eq!(
        (links[0].from.as_str(), links[0].kind.as_str()),
        (ticket::subject(number_of(&came)).as_str(), "follows")
    );
    for letter in house.letters_to(STRANGER).await {
        assert!(!letter.letter.text.contains("4711") && !letter.letter.text.contains(&format!("#{number} ")));
        assert!(
            !letter
                .letter
                .references
                .iter()
                .any(|id| id.starts_with(&format!("ms.{number}.")))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_technicians_answer_counts_only_when_it_answers_their_own_letter() {
    let house = House::open().await;
    let number = house.reported().await;
    let to_ann = house.letters_to(ANN).await.remove(0);
    // Ann holds a letter of the ticket and writes Bob's name into From.
    let forged = house.receive(&answer(BOB, &to_ann, "Transfer the money.")).await;
    assert_eq!(number_of(&forged), number);
    let article = house.articles(number).await.pop().unwrap();
    assert!(!article.public && article.author.is_none(), "{article:?}");
    assert!(article.body.contains("Transfer the money."));
    assert!(
        !house
            .letters_to(ANN)
            .await
            .iter()
            .any(|letter| letter.letter.text.contains("Transfer"))
    );

    house.receive(&answer(ANN, &to_ann, "It smokes.")).await;
    let to_bob = house.letters_to(BOB).await.pop().unwrap();
    assert!(to_bob.letter.text.contains("It smokes."));
    house.receive(&answer(BOB, &to_bob, "Pull the plug.")).await;
    let article = house.articles(number).await.pop().unwrap();
    assert_eq!(
        (article.public, article.voice, article.author),
        (true, Voice::Staff, Some(house.bob.id))
    );
    let passed_on = house.letters_to(ANN).await.pop().unwrap();
    assert!(passed_on.letter.text.contains("Pull the plug."));
    assert_eq!(house.ticket(number).await.state, State::InProgress);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_an_internal_letter_stays_internal() {
    let house = House::open().await;
    let number = house.reported().await;
    let (cx, mentions) = (house.cx_of(&house.carol).await, users(&[&house.bob]));
    let note = Note {
        body: "She is the chairman's niece.".to_owned(),
        mentions,
        ..Note::default()
    };
    house
        .write(move |tx| ticket::note(tx, &cx, number, note.clone()))
        .await;
    house.settle().await;
    let to_bob = house.letters_to(BOB).await.pop().unwrap();
    assert!(to_bob.letter.text.contains("niece"));
    house.receive(&answer(BOB, &to_bob, "I know.")).await;
    let article = house.articles(number).await.pop().unwrap();
    assert_eq!(
        (article.public, article.author, article.body.as_str()),
        (false, Some(house.bob.id), "I know.")
    );
    assert!(
        !house
            .letters_to(ANN)
            .await
            .iter()
            .any(|letter| letter.letter.text.contains("I know"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absence_notice_is_noted_and_never_answered() {
    let house = House::open().await;
    let number = house.reported().await;
    house.bob_resolves(number).await;
    let letter = house.letters_to(ANN).await.pop().unwrap();
    let before = house.letters().await.len();
    let absent =
        answer(ANN, &letter, "I am on holiday.").replacen("MIME", "Auto-Submitted: auto-replied\nMIME", 1);
    let came = house.receive(&absent).await;
    assert_eq!(number_of(&came), number);
    let article = house.articles(number).await.pop().unwrap();
    assert!(!article.public && article.body.contains("I am on holiday."));
    assert_eq!(house.ticket(number).await.state, State::Resolved);
    assert_eq!(house.letters().await.len(), before);

    let unasked = with_headers(
        STRANGER,
        "Automatic reply",
        "Away.",
        "Auto-Submitted: auto-replied\nMessage-ID: <oo@x>\n",
    );
    let came = house.receive(&unasked).await;
    assert_eq!((came.state, came.became()), (Standing::Ignored, None));
    assert_eq!(house.letters().await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_ignored_with_its_reason() {
    let house = House::open().await;
    let raw = with_headers(
        STRANGER,
        "News",
        "Buy!",
        "List-Id: <news.x.test>\nMessage-ID: <n@x.test>\n",
    );
    let came = house.receive(&raw).await;
    assert_eq!(came.state, Standing::Ignored);
    assert!(
        came.reason
            .as_deref()
            .is_some_and(|reason| reason.starts_with("desk.")),
        "{:?}",
        came.reason
    );
    assert!(house.letters().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_mail_becomes_something_once() {
    let house = House::open().await;
    let raw = mail_of(ANN, "Printer", "It does not print.", "<once@desk.test>");
    house.receive(&raw).await;
    house.receive(&raw).await;
    assert_eq!(house.journal().await.len(), 1);
    // It comes by another mailbox of ours too, with another trace of its way.
    house.add_mailbox(mailbox("it@desk.test")).await;
    let other_way = format!("Delivered-To: it@desk.test\n{raw}");
    let delivery = mail::deliver(
        &house.kernel,
        Some("it@desk.test"),
        other_way.replace('\n', "\r\n").into_bytes(),
    )
    .await;
    assert_eq!(delivery.exit_code(), 0);
    house.settle().await;
    let journal = house.journal().await;
    assert_eq!((journal.len(), journal[0].state), (2, Standing::Ignored));
    assert_eq!(journal[0].reason.as_deref(), Some("desk.duplicate"));
    assert_eq!(house.tickets().await.len(), 1);
    assert_eq!(house.letters_to(ANN).await.len(), 1);
    // Another mail under the same identifier is not lost.
    let another = house
        .receive(&mail_of(ANN, "Screen", "It flickers.", "<once@desk.test>"))
        .await;
    assert_eq!(another.state, Standing::Taken);
    assert_eq!(house.tickets().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_brings_a_closed_ticket_back_for_a_while() {
    let house = House::open().await;
    let number = house.reported().await;
    house.bob_resolves(number).await;
    let cx = house.cx_of(&house.ann).await;
    let yes = ticket::Verify {
        accepted: true,
        comment: None,
    };
    house
        .write(move |tx| ticket::verify(tx, &cx, number, yes.clone()))
        .await;
    house.settle().await;
    let letter = house.letters_to(ANN).await.remove(0);
    house.kernel.clock.advance_millis(29 * DAY * 1000);
    house.receive(&answer(ANN, &letter, "It is broken again.")).await;
    let ticket = house.ticket(number).await;
    assert_eq!(
        (ticket.state, ticket.assignee, ticket.reopen_count),
        (State::InProgress, Some(house.bob.id), 1)
    );
    assert!(
        house
            .letters_to(BOB)
            .await
            .iter()
            .any(|letter| letter.letter.subject.contains("Reopened"))
    );

    house.bob_resolves(number).await;
    let (cx, yes) = (
        house.cx_of(&house.ann).await,
        ticket::Verify {
            accepted: true,
            comment: None,
        },
    );
    house
        .write(move |tx| ticket::verify(tx, &cx, number, yes.clone()))
        .await;
    house.kernel.clock.advance_millis(31 * DAY * 1000);
    let came = house
        .receive(&answer(ANN, &letter, "And again, a month later."))
        .await;
    assert_ne!(number_of(&came), number);
    assert_eq!(house.ticket(number).await.state, State::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_got_a_copy_takes_part() {
    let house = House::open().await;
    let headers =
        format!("Message-ID: <copy@desk.test>\nCc: Dora <dora@desk.test>, {STRANGER}, {SUPPORT}, {CAROL}\n");
    let number = number_of(
        &house
            .receive(&with_headers(ANN, "Room", "No heating.", &headers))
            .await,
    );
    let (cx, bob) = (house.cx(), house.bob.id);
    house
        .write(move |tx| ticket::assign(tx, &cx, number, Assign::Person(bob)))
        .await;
    house.bob_says(number, "Somebody comes at noon.").await;
    let to_dora = house.letters_to("dora@desk.test").await.pop().unwrap();
    assert!(to_dora.letter.text.contains("Somebody comes at noon."));
    assert_eq!(house.letters_to(CAROL).await.len(), 1);
    assert!(
        house.letters_to(STRANGER).await.is_empty(),
        "a stranger could have the desk write to anybody"
    );
    house
        .receive(&answer("dora@desk.test", &to_dora, "Noon is fine."))
        .await;
    let article = house.articles(number).await.pop().unwrap();
    assert_eq!(
        (article.public, article.voice, article.body.as_str()),
        (true, Voice::Requester, "Noon is fine.")
    );
    assert!(
        house
            .letters_to(ANN)
            .await
            .pop()
            .unwrap()
            .letter
            .text
            .contains("Noon is fine.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_and_a_forged_sender_let_nobody_listen() {
    let house = House::open().await;
    let number = house.reported().await;
    let headers = format!("Message-ID: <forged@evil.test>\nCc: {CAROL}\n");
    let forged = with_headers(ANN, &format!("Re: [#{number}] x"), "More people.", &headers);
    assert_eq!(number_of(&house.receive(&forged).await), number);
    let watchers = house
        .read(move |tx| desk::ticket::store::watchers(tx, number))
        .await;
    assert!(watchers.is_empty(), "{watchers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_not_given_to_who_does_none() {
    let house = House::open().await;
    let number = house.reported().await;
    let cx = house.cx();
    let refused = house
        .write(move |tx| {
            let eve = people::user::adding::find_or_add_requester(tx, &cx, "eve@desk.test", "Eve")?;
            Ok(ticket::assign(tx, &cx, number, Assign::Person(eve.id))
                .unwrap_err()
                .code()
                .to_owned())
        })
        .await;
    assert_eq!(refused, "desk.ticket.assignee_unfit");
    assert_eq!(house.ticket(number).await.assignee, Some(house.bob.id));
}
