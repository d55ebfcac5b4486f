//! What the tests share: an article, a course with everything in it, and people who take it.

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::id::UserId;
use kernel::{Result, Timestamp};
use knowledge::space::{self, Space};
use knowledge::{Kind, Number, State as ArticleState, Words, writing};
use mail::mailbox::{MailboxInput, Security};
use testkit::{Person, TestApp};
use training::assignment::{self, Target};
use training::course::making;
use training::course::{CourseId, Facts, State};
use training::part::{NewPart, What, arranging};
use training::quiz::{Choice, Question, Quiz};
use training::session::{self, Session};
use training::{hours, learner};

pub const BASE: &str = "http://desk.test";

/// Words that stand in the right answers of the test and in no question.
pub const RIGHT: &str = "zimtstern";

/// A course with an article, a session, and a test.
pub struct Made {
    pub course: CourseId,
    pub article: i64,
    pub session: i64,
    pub test: i64,
}

impl Made {
    pub fn path(&self) -> String {
        format!("/training/courses/{}", self.course)
    }

    pub fn part(&self, part: i64) -> String {
        format!("{}/parts/{part}", self.path())
    }
}

/// An article that these readers see.
pub async fn article(app: &TestApp, audience: &str) -> Number {
    let audience = audience.to_owned();
    app.act(&app.cast.shen.clone(), move |tx, cx| {
        let space = Space {
            id: "workshop".to_owned(),
            title_en: "Workshop".to_owned(),
            title_zh: "工坊".to_owned(),
            icon: "wrench".to_owned(),
            parent: None,
            place: 1,
        };
        space::save(tx, cx, &space)?;
        let facts = knowledge::Facts {
            kind: Kind::HowTo,
            space: "workshop".to_owned(),
            audience: vec![audience.clone()],
            ..knowledge::Facts::default()
        };
        let words = Words {
            title: "How to know a false mail".to_owned(),
            body: "Look at the **sender** first.".to_owned(),
            ..Words::default()
        };
        let article = writing::create(tx, cx, &facts, Locale::En, &words)?;
        writing::set_state(tx, cx, article.number, ArticleState::Published, "").map(|one| one.number)
    })
    .await
}

pub fn facts() -> Facts {
    Facts {
        title_en: "False mails".to_owned(),
        title_zh: "识别钓鱼邮件".to_owned(),
        minutes: 45,
        ..Facts::default()
    }
}

pub fn part(title: &str, what: What) -> NewPart {
    NewPart {
        title_en: title.to_owned(),
        title_zh: String::new(),
        what,
    }
}

/// Two questions: the second of three is right, the first and third of three are.
pub fn quiz() -> Quiz {
    let choice = |text: &str, right: bool| Choice {
        en: text.to_owned(),
        zh: String::new(),
        right,
    };
    let question = |text: &str, choices: Vec<Choice>| Question {
        en: text.to_owned(),
        zh: String::new(),
        choices,
    };
    Quiz {
        pass_percent: 100,
        questions: vec![
            question(
                "Which one is false?",
                vec![
                    choice("The first", false),
                    choice(RIGHT, true),
                    choice("The third", false),
                ],
            ),
            question(
                "What do you do?",
                vec![
                    choice("Ask", true),
                    choice("Answer it", false),
                    choice("Report it", true),
                ],
            ),
        ],
    }
}

/// Cheng Li makes the course and opens it.
pub async fn course(app: &TestApp) -> Made {
    let number = article(app, "everyone").await;
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        let course = making::add(tx, cx, &facts())?.id;
        let article = arranging::add(tx, cx, course, &part("", What::Article(number)))?.id;
        let session = arranging::add(tx, cx, course, &part("An hour together", What::Session))?.id;
        let test = arranging::add(tx, cx, course, &part("What you know now", What::Test(quiz())))?.id;
        making::set_state(tx, cx, course, State::Open)?;
        Ok(Made {
            course,
            article,
            session,
            test,
        })
    })
    .await
}

/// Cheng Li assigns it.
pub async fn assign(app: &TestApp, course: CourseId, target: Target, due_on: Option<&str>) {
    let due_on = due_on.map(str::to_owned);
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        assignment::assign(
            tx,
            cx,
            BASE,
            course,
            std::slice::from_ref(&target),
            due_on.as_deref(),
        )
    })
    .await;
}

/// To one person.
pub async fn assign_to(app: &TestApp, made: &Made, person: &Person) {
    assign(app, made.course, Target::Person(person.id), Some("2026-03-20")).await;
}

/// A date in so many hours, for so many, with 90 minutes, held by somebody.
pub async fn date(app: &TestApp, made: &Made, hours: i64, seats: i64, trainer: &Person) -> Session {
    let facts = session::Facts {
        starts_at: app.cx().now().add_secs(hours * 3_600),
        minutes: 90,
        place: "Room 3.12".to_owned(),
        seats,
        trainer: trainer.id,
    };
    let (course, part) = (made.course, made.session);
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        session::add(tx, cx, course, part, &facts)
    })
    .await
}

/// The minutes of somebody in a year.
pub async fn minutes(app: &TestApp, person: UserId, year: i64) -> i64 {
    app.read(move |tx| {
        Ok(hours::store::sums(tx, year, &[person])?
            .get(&person)
            .copied()
            .unwrap_or(0))
    })
    .await
    .unwrap()
}

/// When somebody had done all of a course.
pub async fn done_at(app: &TestApp, course: CourseId, person: UserId) -> Option<Timestamp> {
    let found = app
        .read(move |tx| learner::store::find(tx, course, person))
        .await
        .unwrap();
    found.and_then(|learner| learner.done_at)
}

/// Whether a course is somebody's.
pub async fn has(app: &TestApp, course: CourseId, person: UserId) -> bool {
    let found = app
        .read(move |tx| learner::store::find(tx, course, person))
        .await
        .unwrap();
    found.is_some()
}

/// Lets somebody try something that may be refused; answers the code of the refusal.
pub async fn tried<T: Send + 'static>(
    app: &TestApp,
    person: &Person,
    mut act: impl FnMut(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
) -> std::result::Result<(), String> {
    app.act(person, move |tx, cx| {
        Ok(act(tx, cx).map(drop).map_err(|error| error.code().to_owned()))
    })
    .await
}

/// A mailbox that letters leave by, as far as the outbox.
pub async fn mailbox(app: &TestApp) {
    let cx = app.cx();
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
    app.write(move |tx| mail::mailbox::create(tx, &cx, &input))
        .await
        .unwrap();
}

/// The letters about courses: to whom, and their subject.
pub async fn letters(app: &TestApp) -> Vec<(String, String)> {
    let cx = app.cx();
    let all = app
        .read(move |tx| mail::outbound::list(tx, &cx, None, i64::MAX, 200))
        .await
        .unwrap();
    let ours = all
        .into_iter()
        .filter(|one| one.letter.about.starts_with("course:"));
    let mut found: Vec<_> = ours
        .map(|one| (one.letter.recipients().remove(0), one.letter.subject))
        .collect();
    found.sort();
    found
}
