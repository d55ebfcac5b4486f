//! What the tests share: a proven article, a clerk that is on, and reports.

use answers::clerk::{Answer, Outcome, Policy, policy, store};
use desk::article::{Article, ArticleKind};
use desk::ticket::{self, Channel, Opening, Ticket, View};
use kernel::Locale;
use knowledge::voting::{self, Place, Voter};
use knowledge::{Facts, Kind, Number, State, Words, writing};
use testkit::{Person, TestApp};

pub const TITLE: &str = "Kingfisher badge terminal shows error 49 and beeps";
pub const REPORT: &str = "The kingfisher badge terminal shows error 49 and beeps all the time";

const BODY: &str = "## Symptom\nThe kingfisher badge terminal shows error 49 and beeps.\n\n## Environment\nAll floors.\n\n\
## Cause\nIts clock is wrong.\n\n## Solution\n1. Hold **reset** for ten seconds.\n2. Wait for the green light.\n\n\
## Verification\nThe badge opens the door.";
const BODY_ZH: &str = "## 症状\n门禁终端 kingfisher 显示错误 49 并一直响。\n\n## 环境\n所有楼层。\n\n## 原因\n时钟不准。\n\n\
## 解决办法\n1. 长按 **复位** 十秒。\n2. 等绿灯亮起。\n\n## 验证\n刷卡能开门。";

/// Cheng Li publishes the article, in both languages.
pub async fn article(app: &TestApp) -> Number {
    space(app).await;
    let number = app
        .act(&app.cast.cheng_li, |tx, cx| {
            let facts = Facts {
                kind: Kind::Fault,
                space: "tests".to_owned(),
                category: Some("hardware".to_owned()),
                audience: vec!["everyone".to_owned()],
                ..Facts::default()
            };
            let words = |title: &str, body: &str| Words {
                title: title.to_owned(),
                summary: String::new(),
                tags: vec!["kingfisher".to_owned(), "error 49".to_owned()],
                body: body.to_owned(),
            };
            let made = writing::create(tx, cx, &facts, Locale::En, &words(TITLE, BODY))?;
            let draft = writing::translate(tx, cx, made.number, Locale::ZhCn)?;
            let save = writing::Save {
                words: words("门禁终端 kingfisher 显示错误 49 并一直响", BODY_ZH),
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

async fn space(app: &TestApp) {
    app.act(&app.cast.shen, |tx, cx| {
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

/// Three people say that it solved their trouble.
pub async fn proved(app: &TestApp, number: Number) {
    let people = [app.cast.amy.id, app.cast.cheng_li.id, app.cast.shen.id];
    helped(app, number, people.map(Voter::User).to_vec()).await;
}

/// These say that it solved their trouble.
pub async fn helped(app: &TestApp, number: Number, voters: Vec<Voter>) {
    let cx = app.cx();
    app.write(move |tx| {
        for voter in &voters {
            voting::vote(tx, &cx, number, voter, true, "", Place::Article, "")?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

/// Shen lets the clerk answer from 60 % on.
pub fn usual() -> Policy {
    Policy {
        is_on: true,
        threshold: Some(60),
        ..Policy::default()
    }
}

/// Shen sets the clerk up.
pub async fn set(app: &TestApp, policy: Policy) {
    app.act(&app.cast.shen, move |tx, cx| {
        policy::save(tx, cx, &policy).map(drop)
    })
    .await;
}

/// A proven article and a clerk that is on.
pub async fn ready(app: &TestApp) -> Number {
    let number = article(app).await;
    proved(app, number).await;
    set(app, usual()).await;
    app.settle().await;
    number
}

/// Somebody reports it; other doors and words by `change`.
pub async fn reports(app: &TestApp, person: &Person, change: fn(&mut Opening)) -> Ticket {
    let requester = person.id;
    let ticket = app
        .act(person, move |tx, cx| {
            let mut opening = Opening::new(
                requester,
                REPORT,
                "Nobody gets in. Error 49 on the display.",
                Channel::Portal,
            );
            change(&mut opening);
            ticket::open(tx, cx, opening)
        })
        .await;
    app.settle().await;
    ticket
}

/// What the clerk answered on a ticket.
pub async fn answer(app: &TestApp, number: i64) -> Option<Answer> {
    app.read(move |tx| store::of_ticket(tx, number)).await.unwrap()
}

pub async fn outcome(app: &TestApp, number: i64) -> Option<Outcome> {
    answer(app, number).await.and_then(|answer| answer.outcome)
}

pub async fn view(app: &TestApp, number: i64) -> View {
    let cx = app.cx();
    app.read(move |tx| ticket::load(tx, &cx, number)).await.unwrap()
}

/// What was said on a ticket in one way.
pub async fn said(app: &TestApp, number: i64, kind: ArticleKind) -> Vec<Article> {
    let view = view(app, number).await;
    let all = app.read(move |tx| ticket::said(tx, &view)).await.unwrap();
    all.into_iter().filter(|article| article.kind == kind).collect()
}

/// The path of one of the two links of an answer: `yes` or `no`.
pub async fn link(app: &TestApp, number: i64, answer: &str) -> String {
    let replies = said(app, number, ArticleKind::Reply).await;
    let body = &replies.first().unwrap().body;
    let end = format!("?answer={answer}");
    let word = body
        .split_whitespace()
        .find(|word| word.ends_with(&end))
        .unwrap_or_else(|| panic!("no link for {answer} in {body}"));
    let start = word.find("/answers/said/").unwrap();
    word[start..].to_owned()
}
