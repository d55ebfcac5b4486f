//! A house with a few articles about a turnstile, each for other readers.

use kernel::Locale;
use knowledge::{Facts, Kind, Number, State, Words, installing, reading, writing};
use testkit::TestApp;

pub struct Shelf {
    pub app: TestApp,
    /// For whoever passes by.
    pub public: Number,
    /// For everybody who signs in.
    pub common: Number,
    /// For the department.
    pub staff: Number,
    /// Not published.
    pub draft: Number,
}

impl Shelf {
    pub async fn open() -> Self {
        let app = TestApp::open().await;
        let cx = app.cx();
        app.write(move |tx| installing::shipped(tx, &cx)).await.unwrap();
        let shelf = Self {
            public: add(&app, "The public turnstile", "public", true).await,
            common: add(&app, "The common turnstile", "everyone", true).await,
            staff: add(&app, "The secret turnstile", "staff", true).await,
            draft: add(&app, "The unwritten turnstile", "everyone", false).await,
            app,
        };
        shelf.app.settle().await;
        shelf
    }

    /// How many said yes and no of the public one.
    pub async fn counted(&self) -> (i64, i64) {
        let (cx, number) = (self.app.cx(), self.public);
        let article = self
            .app
            .read(move |tx| reading::article(tx, &cx, number))
            .await
            .unwrap();
        (article.solved, article.unsolved)
    }

    /// Faults that were solved by reading.
    pub async fn cases(&self) -> i64 {
        self.app
            .read(|tx| {
                tx.query_one(
                    "SELECT COUNT(*) AS n FROM knowledge_case",
                    kernel::db::params![],
                    |row| row.get("n"),
                )
            })
            .await
            .unwrap()
    }
}

async fn add(app: &TestApp, title: &str, audience: &str, published: bool) -> Number {
    let facts = Facts {
        kind: Kind::HowTo,
        space: "devices".to_owned(),
        audience: vec![audience.to_owned()],
        ..Facts::default()
    };
    let words = Words {
        title: title.to_owned(),
        summary: "What to do at the turnstile.".to_owned(),
        tags: vec!["turnstile".to_owned()],
        body: "Push it gently, and wait for the **green** light.".to_owned(),
    };
    app.act(&app.cast.shen, move |tx, cx| {
        let article = writing::create(tx, cx, &facts, Locale::En, &words)?;
        if published {
            writing::set_state(tx, cx, article.number, State::Published, "")?;
        }
        Ok(article.number)
    })
    .await
}
