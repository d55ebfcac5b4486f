//! Votes: once each, counted as cases where no ticket was needed, fading, and told to the owner when they turn.

use kernel::cx::Cx;
use kernel::db::{Tx, params};
use kernel::error::Kind as ErrorKind;
use kernel::{Error, Result};
use knowledge::voting::{self, Place, Voter};
use knowledge::worth::reckoning;
use knowledge::{Article, Number, ReviewReason, outcome, reading};
use mail::mailbox::{MailboxInput, Security};
use testkit::TestApp;

use crate::house::{open, published};

fn nobody(cx: &Cx) -> Cx {
    Cx {
        actor: kernel::cx::Actor::Anonymous,
        ..cx.clone()
    }
}

async fn says(
    app: &TestApp,
    number: Number,
    who: &str,
    solved: bool,
    reason: &str,
    place: Place,
) -> Result<Article> {
    let cx = nobody(&app.cx());
    let (who, reason) = (Voter::Visitor(who.to_owned()), reason.to_owned());
    app.write(move |tx| voting::vote(tx, &cx, number, &who, solved, &reason, place, "blinking modem"))
        .await
}

async fn cases(app: &TestApp) -> Vec<(String, String)> {
    app.read(|tx: &mut Tx<'_>| {
        tx.query(
            "SELECT place, asked FROM knowledge_case ORDER BY id",
            params![],
            |row| Ok((row.get("place")?, row.get("asked")?)),
        )
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn everybody_has_one_voice_and_may_change_their_mind() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "public").await;
    let li_na = app.cast.li_na.clone();
    let voter = Voter::User(li_na.id);
    for solved in [true, true, false, true] {
        let voter = voter.clone();
        app.act(&li_na, move |tx, cx| {
            voting::vote(tx, cx, number, &voter, solved, "", Place::Article, "")
        })
        .await;
    }
    says(&app, number, "one", false, "  It still blinks.  ", Place::Search)
        .await
        .unwrap();
    let article = says(&app, number, "one", false, "", Place::Search).await.unwrap();
    assert_eq!((article.solved, article.unsolved), (1, 1));
    let mine = app
        .act(&li_na, move |tx, cx| voting::mine(tx, cx, number, &voter))
        .await;
    assert_eq!(mine, Some(true));
    let cheng = app.cast.cheng_li.clone();
    let reasons = app
        .act(&cheng, move |tx, cx| voting::reasons(tx, cx, number))
        .await;
    assert_eq!(reasons.len(), 1);
    assert_eq!(reasons[0].text, "It still blinks.");
    let refused = app
        .act(&li_na, move |tx, cx| {
            Ok(voting::reasons(tx, cx, number).unwrap_err().kind())
        })
        .await;
    assert_eq!(refused, ErrorKind::Forbidden);
}

#[tokio::test]
async fn a_yes_is_a_case_once_a_day_unless_it_is_about_a_ticket() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "public").await;
    says(&app, number, "one", true, "", Place::Report).await.unwrap();
    says(&app, number, "one", true, "", Place::Report).await.unwrap();
    says(&app, number, "two", true, "", Place::Ticket).await.unwrap();
    says(&app, number, "three", false, "", Place::Article)
        .await
        .unwrap();
    let report = ("report".to_owned(), "blinking modem".to_owned());
    assert_eq!(cases(&app).await, std::slice::from_ref(&report));
    app.pass_hours(25).await;
    says(&app, number, "one", true, "", Place::Report).await.unwrap();
    assert_eq!(cases(&app).await, [report.clone(), report]);
}

#[tokio::test]
async fn nobody_votes_on_what_they_may_not_read() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "everyone").await;
    let refused = says(&app, number, "one", true, "", Place::Article)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotFound);
    let long = "x".repeat(voting::REASON_MAX + 1);
    let number = published(&app, "Other", "public").await;
    let refused: Error = says(&app, number, "one", false, &long, Place::Article)
        .await
        .unwrap_err();
    assert_eq!(refused.fields()[0].code, "knowledge.vote.reason_too_long");
}

#[tokio::test]
async fn an_article_that_stops_solving_is_due_and_its_owner_is_told_why_once() {
    let app = open().await;
    let input = MailboxInput {
        name: "Desk".to_owned(),
        address: "desk@example.test".to_owned(),
        enabled: true,
        locale: "en".to_owned(),
        purpose: mail::DESK.to_owned(),
        smtp_host: "127.0.0.1".to_owned(),
        smtp_port: Some(9),
        smtp_security: Security::None,
        ..MailboxInput::default()
    };
    let cx = app.cx();
    app.write(move |tx| mail::mailbox::create(tx, &cx, &input))
        .await
        .unwrap();
    let number = published(&app, "Modem blinks", "public").await;
    for at in 0..12 {
        let reason = if at == 7 { "The switch is gone." } else { "" };
        says(
            &app,
            number,
            &format!("visitor {at}"),
            at < 3,
            reason,
            Place::Article,
        )
        .await
        .unwrap();
    }
    app.settle().await;
    let cx = app.cx();
    let article = app
        .read(move |tx| reading::article(tx, &cx, number))
        .await
        .unwrap();
    assert_eq!(article.review_reason, Some(ReviewReason::Unsolved));
    let cx = app.cx();
    let mut letters = app
        .read(move |tx| mail::outbound::list(tx, &cx, None, i64::MAX, 50))
        .await
        .unwrap();
    letters.retain(|one| one.letter.about == format!("article:{number}"));
    assert_eq!(letters.len(), 1);
    let letter = &letters[0].letter;
    assert_eq!(
        letter.recipients(),
        std::slice::from_ref(&app.cast.cheng_li.email)
    );
    assert!(letter.subject.contains("Modem blinks"), "{}", letter.subject);
    let text = format!("{letter:?}");
    assert!(
        text.contains("The switch is gone.") && text.contains(&format!("/knowledge/{number}")),
        "{text}"
    );
}

#[tokio::test]
async fn a_ticket_counts_once_and_takes_its_yes_back() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "everyone").await;
    let before = worth(&app, number).await;
    let cx = app.cx();
    let after = app
        .write(move |tx| {
            outcome::used(tx, &cx, number, 7)?;
            outcome::used(tx, &cx, number, 7)?;
            assert_eq!(outcome::settled(tx, &cx, 7, true)?, [number]);
            assert!(outcome::settled(tx, &cx, 7, true)?.is_empty());
            assert!(outcome::settled(tx, &cx, 8, true)?.is_empty());
            reading::article(tx, &cx, number)
        })
        .await
        .unwrap();
    assert_eq!((after.tickets_solved, after.tickets_unsolved), (1, 0));
    assert!(after.worth > before);
    assert!(after.last_used_at.is_some());
    let cx = app.cx();
    let back = app
        .write(move |tx| {
            outcome::settled(tx, &cx, 7, false)?;
            reading::article(tx, &cx, number)
        })
        .await
        .unwrap();
    assert_eq!((back.tickets_solved, back.tickets_unsolved), (0, 1));
    assert!(back.worth < before);
}

async fn worth(app: &TestApp, number: Number) -> f64 {
    let cx = app.cx();
    app.read(move |tx| Ok(reading::article(tx, &cx, number)?.worth))
        .await
        .unwrap()
}

#[tokio::test]
async fn praise_fades_over_night() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "public").await;
    for at in 0..6 {
        says(&app, number, &format!("visitor {at}"), true, "", Place::Article)
            .await
            .unwrap();
    }
    let fresh = worth(&app, number).await;
    assert!(fresh > 0.5, "{fresh}");
    app.clock.advance_millis(200 * 86_400_000);
    let cx = app.cx();
    let last = app.write(move |tx| reckoning::piece(tx, &cx, 0)).await.unwrap();
    assert_eq!(last, Some(number));
    let old = worth(&app, number).await;
    assert!(old < fresh - 0.05, "{old} {fresh}");
}
