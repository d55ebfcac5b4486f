//! What the tests share: a space, articles in it, and people who try things.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::{Locale, Result};
use knowledge::space::Space;
use knowledge::writing::{self, Save};
use knowledge::{Article, Facts, Kind, Number, State, Words, reading, space};
use testkit::{Person, TestApp};

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

/// A fault for these readers.
pub fn facts(audience: &[&str]) -> Facts {
    Facts {
        kind: Kind::Fault,
        space: SPACE.to_owned(),
        category: Some("network".to_owned()),
        audience: audience.iter().map(|term| (*term).to_owned()).collect(),
        ..Facts::default()
    }
}

/// Words with a title and a body.
pub fn words(title: &str, body: &str) -> Words {
    Words {
        title: title.to_owned(),
        summary: format!("About: {title}"),
        tags: vec!["marmalade".to_owned()],
        body: body.to_owned(),
    }
}

/// Cheng Li begins an article in English.
pub async fn draft(app: &TestApp, facts: Facts, words: Words) -> Article {
    app.act(&app.cast.cheng_li.clone(), move |tx, cx| {
        writing::create(tx, cx, &facts, Locale::En, &words)
    })
    .await
}

/// The manager, who may everything, begins an article and publishes it.
pub async fn published(app: &TestApp, facts: Facts, words: Words) -> Article {
    app.act(&app.cast.shen.clone(), move |tx, cx| {
        let article = writing::create(tx, cx, &facts, Locale::En, &words)?;
        writing::set_state(tx, cx, article.number, State::Published, "")
    })
    .await
}

/// Moves an article on, as the manager.
pub async fn moved(app: &TestApp, number: Number, to: State) -> Article {
    app.act(&app.cast.shen.clone(), move |tx, cx| {
        writing::set_state(tx, cx, number, to, "")
    })
    .await
}

/// Saves words of the hand, as somebody, over what stands there.
pub async fn saved(app: &TestApp, person: &Person, number: Number, locale: Locale, words: Words) {
    app.act(person, move |tx, cx| {
        let (base, step) = reading::open_draft(tx, cx, number, locale)?;
        let save = Save {
            words: words.clone(),
            base,
            step,
            ..Save::default()
        };
        writing::save(tx, cx, number, locale, &save)
    })
    .await;
}

/// What somebody gets who tries: the code of the refusal, or nothing.
pub async fn refused<T>(
    app: &TestApp,
    person: &Person,
    mut attempt: impl FnMut(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
) -> String {
    let tried = app
        .act(person, move |tx, cx| {
            Ok(attempt(tx, cx).err().map(|error| error.code().to_owned()))
        })
        .await;
    tried.unwrap_or_default()
}
