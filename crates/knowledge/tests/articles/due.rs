//! An article is due again after its months, and when its software has another version.

use knowledge::reading::{self, Filter};
use knowledge::{Facts, Number, ReviewReason, reviewing, software};
use mail::mailbox::{MailboxInput, Security};
use testkit::TestApp;

use crate::house::{facts, open, published, words};

const DAY: i64 = 24;

#[tokio::test]
async fn an_article_is_due_after_its_months_until_somebody_says_that_it_holds() {
    let app = open().await;
    let cheng = app.cast.cheng_li.clone();
    let wanted = Facts {
        review_months: Some(1),
        owner: Some(cheng.id),
        ..facts(&["everyone"])
    };
    let number = published(&app, wanted, words("VPN hangs", "x")).await.number;
    app.pass_hours(20 * DAY).await;
    let load = move |tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx| reading::article(tx, cx, number);
    assert_eq!(app.act(&cheng, load).await.review_reason, None);
    app.pass_hours(12 * DAY).await;
    let article = app.act(&cheng, load).await;
    assert_eq!(article.review_reason, Some(ReviewReason::Date));
    let filter = Filter {
        due: true,
        ..Filter::default()
    };
    let due = app
        .act(&cheng, move |tx, cx| reading::list(tx, cx, &filter, None, 50))
        .await;
    assert!(due.items.iter().any(|line| line.number == number && line.is_due));
    let held = app
        .act(&cheng, move |tx, cx| reviewing::hold(tx, cx, number))
        .await;
    assert_eq!(held.review_reason, None);
    assert!(held.review_at.unwrap() > app.clock.now());
}

#[tokio::test]
async fn a_new_version_of_a_software_makes_its_articles_due() {
    let app = open().await;
    let (shen, cheng) = (app.cast.shen.clone(), app.cast.cheng_li.clone());
    let about = |version: Option<&str>| Facts {
        software: Some("Quokka VPN".to_owned()),
        software_version: version.map(str::to_owned),
        ..facts(&["everyone"])
    };
    let old = published(&app, about(Some("5.1")), words("Old", "x"))
        .await
        .number;
    let new = published(&app, about(Some("5.2")), words("New", "x"))
        .await
        .number;
    let other = published(&app, facts(&["everyone"]), words("Other", "x"))
        .await
        .number;
    app.act(&shen, |tx, cx| software::save(tx, cx, "Quokka VPN", "5.2"))
        .await;
    app.settle().await;
    let reasons = app
        .act(&cheng, move |tx, cx| {
            let mut reasons = Vec::new();
            for number in [old, new, other] {
                reasons.push(reading::article(tx, cx, number)?.review_reason);
            }
            Ok(reasons)
        })
        .await;
    assert_eq!(reasons, [Some(ReviewReason::Software), None, None]);
    let held = app.act(&cheng, move |tx, cx| reviewing::hold(tx, cx, old)).await;
    assert_eq!(held.software_version.as_deref(), Some("5.2"));
}

/// A mailbox that letters leave by, as far as the outbox.
async fn mailbox(app: &TestApp) {
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
}

/// What was written about an article.
async fn letters(app: &TestApp, number: Number) -> Vec<mail::Letter> {
    let cx = app.cx();
    let all = app
        .read(move |tx| mail::outbound::list(tx, &cx, None, i64::MAX, 50))
        .await
        .unwrap();
    let about = format!("article:{number}");
    all.into_iter()
        .map(|one| one.letter)
        .filter(|letter| letter.about == about)
        .collect()
}

#[tokio::test]
async fn whoever_looks_after_it_is_told_by_mail_once() {
    let app = open().await;
    mailbox(&app).await;
    let (shen, cheng) = (app.cast.shen.clone(), app.cast.cheng_li.clone());
    let wanted = Facts {
        owner: Some(cheng.id),
        software: Some("Quokka VPN".to_owned()),
        ..facts(&["everyone"])
    };
    let number = published(&app, wanted, words("Quokka hangs", "x")).await.number;
    for version in ["5.2", "5.3"] {
        app.act(&shen, move |tx, cx| software::save(tx, cx, "Quokka VPN", version))
            .await;
        app.settle().await;
    }
    let letters = letters(&app, number).await;
    assert_eq!(letters.len(), 1, "it was due already when the next version came");
    assert!(letters[0].subject.contains("Quokka hangs"));
    assert_eq!(letters[0].recipients(), std::slice::from_ref(&cheng.email));
    let asked = [cheng.id, shen.id];
    app.act(&shen, move |tx, cx| {
        reviewing::ask(tx, cx, "http://desk.test", number, &asked, "Please.")
    })
    .await;
    let count = self::letters(&app, number).await.len();
    assert_eq!(count, 2, "nobody writes to themselves");
}
