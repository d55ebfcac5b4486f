//! What the tests share: articles, tickets, and what becomes of them.

use desk::ticket::{self, Resolve, Verify};
use kernel::Locale;
use knowledge::{Facts, Kind, Number, State, Words, writing};
use testkit::TestApp;

/// A word that no article which ships has in its title.
pub const PRINTER: &str = "kingfisher";

fn facts(audience: &str) -> Facts {
    Facts {
        kind: Kind::Fault,
        space: "tests".to_owned(),
        category: Some("hardware".to_owned()),
        audience: vec![audience.to_owned()],
        ..Facts::default()
    }
}

/// Cheng Li publishes an article in English and Chinese.
pub async fn article(app: &TestApp, title: (&str, &str), audience: &str) -> Number {
    let (en, zh) = (title.0.to_owned(), title.1.to_owned());
    let facts = facts(audience);
    space(app).await;
    let number = app
        .act(&app.cast.cheng_li, move |tx, cx| {
            let words = Words {
                title: en.clone(),
                tags: vec![PRINTER.to_owned()],
                body: "## Symptom\nIt is jammed.\n\n## Solution\n1. Open **the lid**.\n2. Pull the paper.\n\n## Verification\nIt prints.".to_owned(),
                ..Words::default()
            };
            let made = writing::create(tx, cx, &facts, Locale::En, &words)?;
            let draft = writing::translate(tx, cx, made.number, Locale::ZhCn)?;
            let words = Words {
                title: zh.clone(),
                tags: vec![PRINTER.to_owned()],
                body: "## 症状\n卡纸\n\n## 解决办法\n1. 打开 **上盖**。\n2. 取出纸张。\n\n## 验证\n能打印。".to_owned(),
                ..Words::default()
            };
            let save = writing::Save {
                words,
                base: draft.words,
                step: draft.step,
                by_itself: false,
                note: String::new(),
            };
            writing::save(tx, cx, made.number, Locale::ZhCn, &save)?;
            writing::set_state(tx, cx, made.number, State::Published, "")?;
            Ok(made.number)
        })
        .await;
    app.settle().await;
    number
}

/// A space of the tests' own.
pub async fn space(app: &TestApp) {
    app.act(&app.cast.shen, |tx, cx| {
        let known = knowledge::space::all(tx)?;
        if known.iter().any(|space| space.id == "tests") {
            return Ok(());
        }
        let space = knowledge::space::Space {
            id: "tests".to_owned(),
            title_en: "Tests".to_owned(),
            title_zh: "测试".to_owned(),
            icon: "folder".to_owned(),
            parent: None,
            place: 99,
        };
        knowledge::space::save(tx, cx, &space).map(drop)
    })
    .await;
}

/// The one about Li Na's printer.
pub async fn printer_article(app: &TestApp) -> Number {
    article(
        app,
        ("Printer kingfisher jams", "打印机 kingfisher 卡纸"),
        "everyone",
    )
    .await
}

/// Amy resolves it with these words.
pub async fn solve(app: &TestApp, number: i64, solution: &str) {
    let solution = solution.to_owned();
    app.act(&app.cast.amy, move |tx, cx| {
        if ticket::load(tx, cx, number)?.ticket.state == ticket::State::New {
            ticket::take(tx, cx, number)?;
        }
        let resolve = Resolve {
            solution: solution.clone(),
            tested: true,
            untested_reason: None,
        };
        ticket::resolve(tx, cx, number, resolve).map(drop)
    })
    .await;
}

/// Li Na says yes or no.
pub async fn answer(app: &TestApp, number: i64, is_yes: bool) {
    app.act(&app.cast.li_na, move |tx, cx| {
        let verify = Verify {
            accepted: is_yes,
            comment: None,
        };
        ticket::verify(tx, cx, number, verify).map(drop)
    })
    .await;
    app.settle().await;
}

/// Amy uses an article.
pub async fn used(app: &TestApp, ticket: i64, article: Number) {
    app.act(&app.cast.amy, move |tx, cx| {
        answers::beside::using::record(tx, cx, ticket, article, answers::beside::using::How::Link)
    })
    .await;
}
