//! Two who write in one article at once: both texts are there.

use kernel::Locale;
use knowledge::writing::{self, Save, Saved};
use knowledge::{Number, State, Words, reading};
use testkit::{Person, TestApp};

use crate::house::{draft, facts, moved, open, words};

/// What a writer has on the screen.
struct Screen {
    words: Words,
    base: Words,
    step: i64,
}

async fn opened(app: &TestApp, person: &Person, number: Number) -> Screen {
    let (words, step) = app
        .act(person, move |tx, cx| {
            reading::open_draft(tx, cx, number, Locale::En)
        })
        .await;
    Screen {
        base: words.clone(),
        words,
        step,
    }
}

async fn keeps(app: &TestApp, person: &Person, number: Number, screen: &mut Screen) -> Saved {
    let save = Save {
        words: screen.words.clone(),
        base: screen.base.clone(),
        step: screen.step,
        by_itself: true,
        note: String::new(),
    };
    let saved = app
        .act(person, move |tx, cx| {
            writing::save(tx, cx, number, Locale::En, &save)
        })
        .await;
    (screen.words, screen.base, screen.step) = (saved.words.clone(), saved.words.clone(), saved.step);
    saved
}

#[tokio::test]
async fn two_who_type_for_a_minute_lose_nothing() {
    let app = open().await;
    let (amy, cheng) = (app.cast.amy.clone(), app.cast.cheng_li.clone());
    let number = draft(
        &app,
        facts(&["everyone"]),
        words("VPN hangs", "## Symptom\n\n## Solution\n"),
    )
    .await
    .number;
    let mut amys = opened(&app, &amy, number).await;
    let mut chengs = opened(&app, &cheng, number).await;
    for second in 0..30 {
        let line = format!("## Symptom\nAmy saw it {second} times.");
        amys.words.body = match second {
            0 => amys.words.body.replace("## Symptom", &line),
            _ => amys.words.body.replace(
                &format!("Amy saw it {} times.", second - 1),
                &format!("Amy saw it {second} times."),
            ),
        };
        keeps(&app, &amy, number, &mut amys).await;
        chengs
            .words
            .body
            .push_str(&format!("\n{second}. Step {second} of Cheng's."));
        keeps(&app, &cheng, number, &mut chengs).await;
    }
    let both = opened(&app, &amy, number).await.words.body;
    assert_eq!(both.matches("Amy saw it").count(), 1, "{both}");
    assert!(both.contains("Amy saw it 29 times."), "{both}");
    for second in 0..30 {
        assert!(
            both.contains(&format!("{second}. Step {second} of Cheng's.")),
            "{both}"
        );
    }
}

#[tokio::test]
async fn the_same_line_stands_twice_and_the_writer_is_told() {
    let app = open().await;
    let (amy, cheng) = (app.cast.amy.clone(), app.cast.cheng_li.clone());
    let number = draft(&app, facts(&["everyone"]), words("VPN hangs", "one\ntwo"))
        .await
        .number;
    let mut amys = opened(&app, &amy, number).await;
    let mut chengs = opened(&app, &cheng, number).await;
    amys.words.body = "one\nAmy's two".to_owned();
    amys.words.tags.push("tunnel".to_owned());
    chengs.words.body = "one\nCheng's two".to_owned();
    chengs.words.title = "VPN hangs at home".to_owned();
    assert!(!keeps(&app, &amy, number, &mut amys).await.merged);
    let saved = keeps(&app, &cheng, number, &mut chengs).await;
    assert!(saved.merged);
    assert_eq!(saved.conflicts, 1);
    assert_eq!(saved.words.body, "one\nAmy's two\nCheng's two");
    assert_eq!(saved.words.title, "VPN hangs at home");
    assert_eq!(saved.words.tags, ["marmalade", "tunnel"]);
}

#[tokio::test]
async fn who_was_away_while_it_was_published_loses_nothing_either() {
    let app = open().await;
    let (amy, cheng) = (app.cast.amy.clone(), app.cast.cheng_li.clone());
    let number = draft(&app, facts(&["everyone"]), words("VPN hangs", "one\ntwo\nthree"))
        .await
        .number;
    let mut amys = opened(&app, &amy, number).await;
    let mut chengs = opened(&app, &cheng, number).await;
    chengs.words.body = "one\ntwo\nthree\nfour".to_owned();
    keeps(&app, &cheng, number, &mut chengs).await;
    moved(&app, number, State::Published).await;
    amys.words.body = "zero\none\ntwo\nthree".to_owned();
    let saved = keeps(&app, &amy, number, &mut amys).await;
    assert!(saved.merged);
    assert_eq!(saved.words.body, "zero\none\ntwo\nthree\nfour");
}
