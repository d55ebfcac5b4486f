//! What the requester hears at each station of a ticket, and that it is no flood.

use desk::rating::{self, Rate};
use desk::ticket::changing::Pin;
use desk::ticket::escalating::Handoff;
use desk::ticket::{self, Assign, Change, Priority, Reply, Resolve, Tier, Verify, Wait, WaitingFor};
use desk::{finding, verification};
use kernel::{Clock, Locale};

use crate::house::{ANN, House, MONDAY, mail_of, mailbox, number_of};

const JOBS: [&str; 2] = ["mail.take", "desk.tell_gathered"];
/// Longer than changes are gathered.
const A_MOMENT: i64 = 150_000;

async fn open() -> House {
    let house = House::without_mailbox(&JOBS, Clock::manual(MONDAY)).await;
    house.add_mailbox(mailbox(crate::house::SUPPORT)).await;
    house
}

async fn a_moment_later(house: &House) {
    house.settle().await;
    house.kernel.clock.advance_millis(A_MOMENT);
    house.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_changes_in_a_moment_are_one_letter_about_the_last() {
    let house = open().await;
    let number = house.reported().await;
    a_moment_later(&house).await;
    let before = house.letters_to(ANN).await.len();
    let (cx, bob) = (house.cx_of(&house.carol).await, house.bob.id);
    house
        .write(move |tx| {
            ticket::assign(tx, &cx, number, Assign::Nobody)?;
            ticket::assign(tx, &cx, number, Assign::Person(bob))?;
            let wait = Wait {
                whom: WaitingFor::Supplier,
                reason: "Spare part ordered".to_owned(),
                until: Some(cx.now().add_secs(86_400)),
            };
            ticket::wait(tx, &cx, number, wait)
        })
        .await;
    house.settle().await;
    assert_eq!(
        house.letters_to(ANN).await.len(),
        before,
        "nothing is told before the moment is over"
    );
    a_moment_later(&house).await;
    let letters = house.letters_to(ANN).await;
    assert_eq!(letters.len(), before + 1);
    let text = &letters.last().unwrap().letter.text;
    assert!(
        text.contains("waiting for the supplier") && text.contains("You will hear from us by"),
        "{text}"
    );
    assert!(!text.contains("Spare part"), "the reason is the desk's: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_since_makes_a_gathered_letter_superfluous() {
    let house = open().await;
    let number = house.reported().await;
    house.bob_says(number, "I am Bob and I look into it.").await;
    let before = house.letters_to(ANN).await.len();
    a_moment_later(&house).await;
    assert_eq!(house.letters_to(ANN).await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_did_oneself_is_not_told_to_oneself() {
    let house = open().await;
    let number = house.reported().await;
    a_moment_later(&house).await;
    house.bob_resolves(number).await;
    let before = house.letters_to(ANN).await.len();
    let cx = house.cx_of(&house.ann).await;
    house
        .write(move |tx| {
            let no = Verify {
                accepted: false,
                comment: None,
            };
            ticket::verify(tx, &cx, number, no)
        })
        .await;
    a_moment_later(&house).await;
    assert_eq!(house.letters_to(ANN).await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_that_asks_tells_the_plain_cause_and_never_the_technical_one() {
    let house = open().await;
    let number = house.reported().await;
    let cx = house.cx_of(&house.bob).await;
    house
        .write(move |tx| {
            let cause = finding::Wanted {
                technical: "fuser NTC open, 12 Ω".to_owned(),
                plain: "A part that heats the paper was worn out.".to_owned(),
            };
            finding::write(tx, &cx, number, &cause)
        })
        .await;
    house.bob_resolves(number).await;
    let sent = house.letters_to(ANN).await.pop().unwrap().letter;
    for words in [&sent.text, sent.html.as_ref().unwrap()] {
        assert!(
            words.contains("A part that heats the paper was worn out."),
            "{words}"
        );
        assert!(!words.contains("NTC"), "{words}");
    }
    assert!(
        sent.html.unwrap().contains(">Yes, it works</a>"),
        "the answers are buttons"
    );
}

/// One ticket from the report to the closing, with everything a requester hears of it.
async fn whole_story(locale: Locale) -> (House, i64) {
    let house = open().await;
    let (report, plain, solution, reply) = match locale {
        Locale::En => (
            (
                "ERP is down",
                "Nobody in sales can open the order list since nine o'clock.",
            ),
            "So many people were using the system at once that no connection to its database was left.",
            "We raised the number of connections and restarted the service.",
            "We have found that the database is the bottleneck and are working on it.",
        ),
        Locale::ZhCn => (
            ("ERP 打不开", "从九点开始，销售部所有人都打不开订单列表，急。"),
            "同时使用系统的人太多，通往数据库的通道都被占满了。",
            "我们调大了连接数，并重启了服务。",
            "我们已经查到是数据库的问题，正在处理。",
        ),
    };
    let raw = mail_of(ANN, report.0, report.1, "<story@desk.test>");
    let (now, ann) = (house.kernel.clock.now(), house.ann.id);
    house
        .write(move |tx| people::user::store::set_locale(tx, ann, locale, now))
        .await;
    let number = number_of(&house.receive(&raw).await);
    let (cx, team, bob) = (house.cx_of(&house.carol).await, house.team, house.bob.id);
    let urgent = Change {
        priority: Some(Pin::To(Priority::P0)),
        ..Change::default()
    };
    house
        .write(move |tx| ticket::change(tx, &cx, number, urgent.clone()))
        .await;
    house.settle().await;
    house.kernel.clock.advance_millis(60_000);
    let cx = house.cx_of(&house.carol).await;
    house
        .write(move |tx| ticket::assign(tx, &cx, number, Assign::PersonInTeam(bob, team)))
        .await;
    a_moment_later(&house).await;
    let cx = house.cx_of(&house.bob).await;
    house
        .write(move |tx| {
            let reply = Reply {
                body: reply.to_owned(),
                ..Reply::default()
            };
            ticket::reply(tx, &cx, number, reply)
        })
        .await;
    a_moment_later(&house).await;
    let cx = house.cx_of(&house.carol).await;
    house
        .write(move |tx| {
            let handed = ticket::Escalate {
                tier: Tier::new(2)?,
                handoff: Handoff {
                    tried: "Restarted the service.".to_owned(),
                    known: "Pool exhausted.".to_owned(),
                    boundary: "Needs the database team.".to_owned(),
                },
                team: None,
                assignee: None,
            };
            ticket::escalate(tx, &cx, number, handed)
        })
        .await;
    a_moment_later(&house).await;
    let cx = house.cx_of(&house.carol).await;
    house
        .write(move |tx| {
            let wait = Wait {
                whom: WaitingFor::Supplier,
                reason: "Ticket at the vendor".to_owned(),
                until: Some(cx.now().add_secs(2 * 3600)),
            };
            ticket::wait(tx, &cx, number, wait)
        })
        .await;
    a_moment_later(&house).await;
    let cx = house.cx_of(&house.carol).await;
    house
        .write(move |tx| {
            ticket::resume(tx, &cx, number)?;
            let cause = finding::Wanted {
                technical: "HikariPool-1 connection pool exhausted".to_owned(),
                plain: plain.to_owned(),
            };
            finding::write(tx, &cx, number, &cause)?;
            let resolve = Resolve {
                solution: solution.to_owned(),
                tested: true,
                ..Resolve::default()
            };
            ticket::resolve(tx, &cx, number, resolve)
        })
        .await;
    a_moment_later(&house).await;
    (house, number)
}

/// Writes the letters where they can be opened and looked at, when a folder is named.
async fn show(house: &House, locale: Locale) {
    let letters = house.letters_to(ANN).await;
    for (index, sent) in letters.iter().enumerate() {
        let letter = &sent.letter;
        println!(
            "----- {}\nSubject: {}\n\n{}",
            index + 1,
            letter.subject,
            letter.text
        );
        if let Ok(folder) = std::env::var("MAINSTAY_TEST_LETTERS") {
            let path = std::path::Path::new(&folder).join(format!("{}-{}", locale.tag(), index + 1));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(path.with_extension("txt"), &letter.text).unwrap();
            let html = letter.html.clone().unwrap_or_default();
            std::fs::write(path.with_extension("html"), html).unwrap();
        }
    }
}

async fn told(locale: Locale, words: &[&str]) {
    let (house, number) = whole_story(locale).await;
    // The clock of silence runs out, and the closing letter asks how satisfied Ann is.
    house.kernel.clock.advance_millis(30 * 86_400_000);
    desk::jobs::close_all_silent(&house.kernel.db, &house.kernel.cx_system("desk.close_silent"))
        .await
        .unwrap();
    a_moment_later(&house).await;
    show(&house, locale).await;
    let letters = house.letters_to(ANN).await;
    assert_eq!(letters.len(), words.len(), "one letter a station");
    for (sent, words) in letters.iter().zip(words) {
        assert!(sent.letter.text.contains(words), "{words}: {}", sent.letter.text);
        assert!(
            !sent.letter.text.contains("Hikari") && !sent.letter.text.contains("vendor"),
            "{}",
            sent.letter.text
        );
    }
    let closing = &letters.last().unwrap().letter.text;
    let link = closing
        .split_whitespace()
        .find(|word| word.contains("/rate/") && word.ends_with("score=4"))
        .unwrap();
    let (_, token) = link.split_once("/rate/").unwrap();
    let token = token.split('?').next().unwrap().to_owned();
    let cx = house.cx();
    let rated = house
        .write(move |tx| {
            let four = Rate {
                score: 4,
                comment: None,
            };
            rating::rate(tx, &cx, &token, &four)
        })
        .await;
    assert_eq!((rated.score, rated.ticket), (4, number));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requester_hears_of_every_station_in_english() {
    told(
        Locale::En,
        &[
            "we have your request",
            "Bob is now looking after",
            "You will hear from us again by",
            "who know this field better",
            "waiting for the supplier",
            "What was wrong",
            "How satisfied are you?",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requester_hears_of_every_station_in_chinese() {
    told(
        Locale::ZhCn,
        &[
            "您的请求已经收到",
            "现在由Bob负责处理",
            "前会再告诉您进展",
            "更熟悉这方面的",
            "我们正在等待供应商的答复",
            "问题出在哪里",
            "这次服务您满意吗？",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_by_link_closes_without_a_letter_and_can_be_rated() {
    let house = open().await;
    let number = house.reported().await;
    a_moment_later(&house).await;
    house.bob_resolves(number).await;
    let before = house.letters_to(ANN).await.len();
    let cx = house.cx();
    let token = house
        .write(move |tx| {
            let token = verification::link_token(tx, &cx, number)?.unwrap();
            let yes = Verify {
                accepted: true,
                comment: None,
            };
            verification::answer(tx, &cx, &token, yes)?;
            rating::token(tx, &cx, number)
        })
        .await;
    a_moment_later(&house).await;
    assert!(token.is_some(), "the page that thanks asks");
    let after = house.letters_to(ANN).await.len();
    assert_eq!(after, before, "the page has thanked Ann");
}
