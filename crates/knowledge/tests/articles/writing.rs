//! The life of an article: begun, saved, published, changed behind the readers' back, taken back, withdrawn.

use kernel::Locale;
use knowledge::writing::{self, Save};
use knowledge::{Facts, State, reading};

use crate::house::{SPACE, draft, facts, moved, open, published, refused, saved, words};

#[tokio::test]
async fn readers_see_what_is_published_and_not_what_is_being_written() {
    let app = open().await;
    let (cheng, li_na) = (app.cast.cheng_li.clone(), app.cast.li_na.clone());
    let number = draft(&app, facts(&["everyone"]), words("VPN hangs", "Restart it."))
        .await
        .number;
    let see = move |tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx| reading::see(tx, cx, number, None);
    assert_eq!(refused(&app, &li_na, see).await, "kernel.not_found");
    let article = moved(&app, number, State::Published).await;
    assert_eq!(article.state, State::Published);
    let seen = app.act(&li_na, see).await;
    assert_eq!(seen.text.words.body, "Restart it.");
    assert_eq!(seen.text.version, 1);
    saved(
        &app,
        &cheng,
        number,
        Locale::En,
        words("VPN hangs", "Restart it twice."),
    )
    .await;
    assert_eq!(app.act(&li_na, see).await.text.words.body, "Restart it.");
    moved(&app, number, State::Published).await;
    let seen = app.act(&li_na, see).await;
    assert_eq!(seen.text.words.body, "Restart it twice.");
    assert_eq!(seen.text.version, 2);
    let shen = app.cast.shen.clone();
    let again = refused(&app, &shen, move |tx, cx| {
        writing::set_state(tx, cx, number, State::Published, "")
    });
    assert_eq!(again.await, "knowledge.nothing_to_publish");
    moved(&app, number, State::Withdrawn).await;
    assert_eq!(refused(&app, &li_na, see).await, "kernel.not_found");
}

#[tokio::test]
async fn every_version_is_kept_and_comes_back() {
    let app = open().await;
    let cheng = app.cast.cheng_li.clone();
    let number = draft(&app, facts(&["everyone"]), words("One", "First text."))
        .await
        .number;
    saved(&app, &cheng, number, Locale::En, words("One", "Second text.")).await;
    saved(&app, &cheng, number, Locale::En, words("One", "Second text.")).await;
    let versions = app
        .act(&cheng, move |tx, cx| {
            reading::versions(tx, cx, number, Locale::En, i64::MAX, 10)
        })
        .await;
    let numbers: Vec<i64> = versions.iter().map(|version| version.version).collect();
    assert_eq!(numbers, [2, 1], "saving what stands there is no version");
    let back = app
        .act(&cheng, move |tx, cx| {
            writing::restore(tx, cx, number, Locale::En, 1)
        })
        .await;
    assert_eq!(back.words.body, "First text.");
    assert_eq!(back.version, Some(3));
    let (now, _) = app
        .act(&cheng, move |tx, cx| {
            reading::open_draft(tx, cx, number, Locale::En)
        })
        .await;
    assert_eq!(now.body, "First text.");
}

#[tokio::test]
async fn a_working_copy_can_be_given_up_once_something_was_published() {
    let app = open().await;
    let cheng = app.cast.cheng_li.clone();
    let number = draft(&app, facts(&["everyone"]), words("One", "Text."))
        .await
        .number;
    let discard =
        move |tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx| writing::discard(tx, cx, number, Locale::En);
    assert_eq!(
        refused(&app, &cheng, discard).await,
        "knowledge.nothing_published"
    );
    moved(&app, number, State::Published).await;
    saved(&app, &cheng, number, Locale::En, words("One", "Worse text.")).await;
    app.act(&cheng, discard).await;
    let (now, step) = app
        .act(&cheng, move |tx, cx| {
            reading::open_draft(tx, cx, number, Locale::En)
        })
        .await;
    assert_eq!((now.body.as_str(), step), ("Text.", 0));
}

#[tokio::test]
async fn wrong_input_names_its_fields_and_nothing_is_stored() {
    let app = open().await;
    let cheng = app.cast.cheng_li.clone();
    let wrong = Facts {
        space: "nowhere".to_owned(),
        audience: vec!["team:".to_owned()],
        review_months: Some(0),
        parent: Some(999_999),
        ..Facts::default()
    };
    let fields = app
        .act(&cheng, move |tx, cx| {
            let error = writing::create(tx, cx, &wrong, Locale::En, &words("", "")).unwrap_err();
            Ok(error
                .fields()
                .iter()
                .map(|field| field.field.clone())
                .collect::<Vec<_>>())
        })
        .await;
    assert_eq!(fields, ["audience", "review_months", "space", "parent"]);
    let huge = words("Huge", &"x".repeat(500_001));
    let code = refused(&app, &cheng, move |tx, cx| {
        writing::create(tx, cx, &facts(&["everyone"]), Locale::En, &huge)
    });
    assert_eq!(code.await, "kernel.invalid");
    let empty = draft(&app, facts(&["everyone"]), words("Empty", " "))
        .await
        .number;
    let shen = app.cast.shen.clone();
    let code = refused(&app, &shen, move |tx, cx| {
        writing::set_state(tx, cx, empty, State::Published, "")
    });
    assert_eq!(code.await, "knowledge.body_missing");
}

#[tokio::test]
async fn facts_change_for_whoever_read_them_last_and_an_article_never_stands_under_itself() {
    let app = open().await;
    let cheng = app.cast.cheng_li.clone();
    let top = draft(&app, facts(&["everyone"]), words("Top", "a")).await;
    let under = Facts {
        parent: Some(top.number),
        ..facts(&["everyone"])
    };
    let below = draft(&app, under, words("Below", "b")).await;
    let tree = app.act(&cheng, |tx, cx| reading::tree(tx, cx, SPACE)).await;
    assert_eq!(tree.len(), 1);
    assert_eq!(tree[0].under[0].line.number, below.number);
    let ring = Facts {
        parent: Some(below.number),
        ..facts(&["everyone"])
    };
    let (number, version) = (top.number, top.version);
    let code = refused(&app, &cheng, move |tx, cx| {
        writing::change(tx, cx, number, version, &ring)
    });
    assert_eq!(code.await, "kernel.invalid");
    let staff = facts(&["staff"]);
    let changed = app
        .act(&cheng, move |tx, cx| {
            writing::change(tx, cx, number, version, &staff)
        })
        .await;
    assert_eq!(changed.audience, ["staff"]);
    let code = refused(&app, &cheng, move |tx, cx| {
        writing::change(tx, cx, number, version, &facts(&["everyone"]))
    });
    assert_eq!(code.await, "knowledge.changed_meanwhile");
}

#[tokio::test]
async fn an_article_is_begun_from_a_template_that_readers_never_see() {
    let app = open().await;
    let (shen, amy, li_na) = (
        app.cast.shen.clone(),
        app.cast.amy.clone(),
        app.cast.li_na.clone(),
    );
    let template = app
        .act(&shen, |tx, cx| {
            let words = words("Emergency plan", "## Who decides");
            let made = writing::create_template(tx, cx, &facts(&["everyone"]), Locale::En, &words)?;
            writing::set_state(tx, cx, made.number, State::Published, "")
        })
        .await
        .number;
    let see = move |tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx| reading::see(tx, cx, template, None);
    assert_eq!(refused(&app, &li_na, see).await, "kernel.not_found");
    let begun = app
        .act(&amy, move |tx, cx| {
            writing::from_template(tx, cx, template, Locale::ZhCn, SPACE)
        })
        .await;
    assert_eq!(
        (begun.is_template, begun.original, begun.owner),
        (false, Locale::ZhCn, Some(amy.id))
    );
    let save = refused(&app, &amy, move |tx, cx| {
        let save = Save {
            words: words("Mine now", "x"),
            ..Save::default()
        };
        writing::save(tx, cx, template, Locale::En, &save)
    });
    assert_eq!(save.await, "kernel.forbidden");
    let other = published(&app, facts(&["everyone"]), words("No template", "x"))
        .await
        .number;
    let code = refused(&app, &amy, move |tx, cx| {
        writing::from_template(tx, cx, other, Locale::En, SPACE)
    });
    assert_eq!(code.await, "kernel.not_found");
}

#[tokio::test]
async fn nobody_shuts_themselves_out_by_choosing_readers() {
    let app = open().await;
    let (amy, cheng) = (app.cast.amy.clone(), app.cast.cheng_li.clone());
    let article = draft(&app, facts(&["everyone"]), words("One", "x")).await;
    assert_eq!(article.owner, Some(cheng.id), "whoever begins it looks after it");
    let (number, version) = (article.number, article.version);
    let wanted = Facts {
        owner: Some(cheng.id),
        ..facts(&[&format!("team:{}", app.cast.systems)])
    };
    let code = refused(&app, &amy, move |tx, cx| {
        writing::change(tx, cx, number, version, &wanted)
    });
    assert_eq!(code.await, "knowledge.audience_without_you");
}
