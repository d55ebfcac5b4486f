//! What the tests share: a space and an article that is published in English.

use kernel::Locale;
use knowledge::space::{self, Space};
use knowledge::{Article, Facts, Kind, Number, State, Words, writing};
use testkit::TestApp;

/// The space of the tests.
pub const SPACE: &str = "workshop";

/// Opens the house with a space and a published article in it.
pub async fn open() -> (TestApp, Number) {
    let app = TestApp::open().await;
    let wanted = Space {
        id: SPACE.to_owned(),
        title_en: "Workshop".to_owned(),
        title_zh: "工坊".to_owned(),
        icon: "wrench".to_owned(),
        parent: None,
        place: 1,
    };
    app.act(&app.cast.shen.clone(), move |tx, cx| space::save(tx, cx, &wanted))
        .await;
    let number = published(&app, &["everyone"], "Marmalade press").await.number;
    (app, number)
}

/// The manager publishes an article with two sections.
pub async fn published(app: &TestApp, audience: &[&str], title: &str) -> Article {
    let facts = Facts {
        kind: Kind::Fault,
        space: SPACE.to_owned(),
        audience: audience.iter().map(|term| (*term).to_owned()).collect(),
        ..Facts::default()
    };
    let words = Words {
        title: title.to_owned(),
        summary: "It sticks.".to_owned(),
        tags: vec!["marmalade".to_owned()],
        body: "## Symptom\n\nThe press sticks.\n\n## Cause\n\nSugar.\n\n## Solution\n\n1. Wash it.\n"
            .to_owned(),
    };
    app.act(&app.cast.shen.clone(), move |tx, cx| {
        let article = writing::create(tx, cx, &facts, Locale::En, &words)?;
        writing::set_state(tx, cx, article.number, State::Published, "")
    })
    .await
}
