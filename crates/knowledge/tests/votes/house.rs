//! What the tests share: a space, and articles that somebody looks after.

use kernel::Locale;
use knowledge::space::Space;
use knowledge::writing;
use knowledge::{Facts, Kind, Number, State, Words, space};
use testkit::TestApp;

/// The space of the tests.
pub const SPACE: &str = "workshop";

/// Opens the house with a space in it.
pub async fn open() -> TestApp {
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
    app
}

/// A fault that Cheng Li looks after, published for some.
pub async fn published(app: &TestApp, title: &str, audience: &str) -> Number {
    let words = Words {
        title: title.to_owned(),
        summary: "It blinks.".to_owned(),
        tags: vec!["modem".to_owned()],
        body: "Unplug it.".to_owned(),
    };
    let facts = Facts {
        kind: Kind::Fault,
        space: SPACE.to_owned(),
        audience: vec![audience.to_owned()],
        owner: Some(app.cast.cheng_li.id),
        ..Facts::default()
    };
    app.act(&app.cast.shen.clone(), move |tx, cx| {
        let number = writing::create(tx, cx, &facts, Locale::En, &words)?.number;
        writing::set_state(tx, cx, number, State::Published, "")?;
        Ok(number)
    })
    .await
}

/// Cheng Li begins an article that nobody reads yet.
pub async fn draft(app: &TestApp) -> Number {
    let facts = Facts {
        space: SPACE.to_owned(),
        audience: vec!["public".to_owned()],
        ..Facts::default()
    };
    let words = Words {
        title: "Not yet".to_owned(),
        body: "x".to_owned(),
        ..Words::default()
    };
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        Ok(writing::create(tx, cx, &facts, Locale::En, &words)?.number)
    })
    .await
}
