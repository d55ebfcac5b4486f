//! Every operation on an article that is not for somebody says that there is none.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::{Locale, Result};
use knowledge::reviewing::{self, Verdict};
use knowledge::writing::{self, Save};
use knowledge::{Facts, Number, State, reading};

use crate::house::{SPACE, draft, facts, open, published, refused, words};

type Attempt = fn(&mut Tx<'_>, &Cx, Number) -> Result<()>;

/// Everything that can be done with an article by its number.
const ATTEMPTS: &[(&str, Attempt)] = &[
    ("article", |tx, cx, n| reading::article(tx, cx, n).map(drop)),
    ("see", |tx, cx, n| reading::see(tx, cx, n, None).map(drop)),
    ("texts", |tx, cx, n| reading::texts(tx, cx, n).map(drop)),
    ("drafts", |tx, cx, n| reading::drafts(tx, cx, n).map(drop)),
    ("open_draft", |tx, cx, n| {
        reading::open_draft(tx, cx, n, Locale::En).map(drop)
    }),
    ("versions", |tx, cx, n| {
        reading::versions(tx, cx, n, Locale::En, i64::MAX, 9).map(drop)
    }),
    ("version", |tx, cx, n| {
        reading::version(tx, cx, n, Locale::En, 1).map(drop)
    }),
    ("save", |tx, cx, n| {
        let save = Save {
            words: words("Mine", "now"),
            ..Save::default()
        };
        writing::save(tx, cx, n, Locale::En, &save).map(drop)
    }),
    ("discard", |tx, cx, n| writing::discard(tx, cx, n, Locale::En)),
    ("restore", |tx, cx, n| {
        writing::restore(tx, cx, n, Locale::En, 1).map(drop)
    }),
    ("translate", |tx, cx, n| {
        writing::translate(tx, cx, n, Locale::ZhCn).map(drop)
    }),
    ("in_step", |tx, cx, n| writing::in_step(tx, cx, n, Locale::ZhCn)),
    ("change", |tx, cx, n| {
        writing::change(tx, cx, n, 1, &facts(&["everyone"])).map(drop)
    }),
    ("set_state", |tx, cx, n| {
        writing::set_state(tx, cx, n, State::Withdrawn, "").map(drop)
    }),
    ("from_template", |tx, cx, n| {
        writing::from_template(tx, cx, n, Locale::En, SPACE).map(drop)
    }),
    ("ask", |tx, cx, n| {
        let own = cx.user_id().into_iter().collect::<Vec<_>>();
        reviewing::ask(tx, cx, "http://desk.test", n, &own, "").map(drop)
    }),
    ("decide", |tx, cx, n| {
        reviewing::decide(tx, cx, n, Verdict::Approved, "").map(drop)
    }),
    ("reviewers", |tx, cx, n| reviewing::reviewers(tx, cx, n).map(drop)),
    ("hold", |tx, cx, n| reviewing::hold(tx, cx, n).map(drop)),
    ("make_due", |tx, cx, n| reviewing::make_due(tx, cx, n).map(drop)),
    ("comment", |tx, cx, n| {
        knowledge::comment::add(tx, cx, n, Locale::En, "hello").map(drop)
    }),
    ("comments", |tx, cx, n| {
        knowledge::comment::list(tx, cx, n, 0).map(drop)
    }),
];

#[tokio::test]
async fn a_writer_outside_of_its_readers_gets_nothing_of_an_article() {
    let app = open().await;
    let amy = app.cast.amy.clone();
    let systems = format!("team:{}", app.cast.systems);
    let secret = published(&app, facts(&[&systems]), words("Secret", "text"))
        .await
        .number;
    for (name, attempt) in ATTEMPTS {
        let code = refused(&app, &amy, move |tx, cx| attempt(tx, cx, secret)).await;
        assert_eq!(code, "kernel.not_found", "{name}");
    }
    let lines = app
        .act(&amy, move |tx, cx| reading::lines(tx, cx, &[secret]))
        .await;
    assert!(lines.is_empty());
    let tree = app.act(&amy, |tx, cx| reading::tree(tx, cx, SPACE)).await;
    assert!(tree.is_empty());
    // Nor under it, which would say that it is there.
    let under = Facts {
        parent: Some(secret),
        ..facts(&["everyone"])
    };
    let code = refused(&app, &amy, move |tx, cx| {
        writing::create(tx, cx, &under, Locale::En, &words("Below", "x"))
    })
    .await;
    let unknown = Facts {
        parent: Some(999_999),
        ..facts(&["everyone"])
    };
    let nothing = refused(&app, &amy, move |tx, cx| {
        writing::create(tx, cx, &unknown, Locale::En, &words("Below", "x"))
    })
    .await;
    assert!(!code.is_empty());
    assert_eq!(code, nothing, "hidden and unknown are answered alike");
    // Cheng Li is in that team, the manager sees all.
    for person in [&app.cast.cheng_li, &app.cast.shen] {
        let seen = app
            .act(person, move |tx, cx| reading::see(tx, cx, secret, None))
            .await;
        assert_eq!(seen.text.words.title, "Secret");
    }
}

#[tokio::test]
async fn a_requester_gets_nothing_of_a_draft_nor_of_what_is_for_the_department() {
    let app = open().await;
    let li_na = app.cast.li_na.clone();
    let unpublished = draft(&app, facts(&["everyone"]), words("Draft", "text"))
        .await
        .number;
    let internal = published(&app, facts(&["staff"]), words("Internal", "text"))
        .await
        .number;
    for number in [unpublished, internal] {
        for (name, attempt) in ATTEMPTS {
            let code = refused(&app, &li_na, move |tx, cx| attempt(tx, cx, number)).await;
            assert!(
                code == "kernel.not_found" || code == "kernel.forbidden" && is_only_writing(name),
                "{name}: {code}"
            );
        }
    }
    let open_to_all = published(&app, facts(&["everyone"]), words("Open", "text"))
        .await
        .number;
    for (name, attempt) in ATTEMPTS {
        let code = refused(&app, &li_na, move |tx, cx| attempt(tx, cx, open_to_all)).await;
        let is_reading = ["article", "see", "texts", "comment", "comments"].contains(name);
        assert_eq!(code, if is_reading { "" } else { "kernel.forbidden" }, "{name}");
    }
}

fn is_only_writing(name: &str) -> bool {
    !["article", "see", "texts", "comment", "comments"].contains(&name)
}

#[tokio::test]
async fn only_who_publishes_puts_words_before_readers() {
    let app = open().await;
    let amy = app.cast.amy.clone();
    let number = draft(&app, facts(&["everyone"]), words("Draft", "text"))
        .await
        .number;
    for to in [State::Published, State::Outdated] {
        let code = refused(&app, &amy, move |tx, cx| {
            writing::set_state(tx, cx, number, to, "")
        })
        .await;
        assert!(
            ["kernel.forbidden", "knowledge.no_such_step"].contains(&code.as_str()),
            "{code}"
        );
    }
    let article = published(&app, facts(&["staff"]), words("For us", "text")).await;
    let (number, version) = (article.number, article.version);
    let wider = refused(&app, &amy, move |tx, cx| {
        writing::change(tx, cx, number, version, &facts(&["public"]))
    });
    assert_eq!(wider.await, "kernel.forbidden");
}
