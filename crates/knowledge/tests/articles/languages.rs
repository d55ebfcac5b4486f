//! The languages of an article: begun from the original, and told when it went on.

use kernel::Locale;
use knowledge::{State, reading, writing};

use crate::house::{facts, moved, open, published, refused, saved, words};

#[tokio::test]
async fn a_translation_is_in_step_until_the_original_goes_on() {
    let app = open().await;
    let (cheng, li_na, bruno) = (
        app.cast.cheng_li.clone(),
        app.cast.li_na.clone(),
        app.cast.bruno.clone(),
    );
    let number = published(&app, facts(&["everyone"]), words("VPN hangs", "Restart it."))
        .await
        .number;
    let see =
        move |tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx| reading::see(tx, cx, number, Some(Locale::ZhCn));
    let see_original = move |tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx| reading::see(tx, cx, number, None);
    let seen = app.act(&li_na, see).await;
    assert_eq!((seen.text.locale, seen.is_stale), (Locale::En, false));
    let begun = app
        .act(&cheng, move |tx, cx| {
            writing::translate(tx, cx, number, Locale::ZhCn)
        })
        .await;
    assert_eq!(begun.words.body, "Restart it.");
    saved(
        &app,
        &cheng,
        number,
        Locale::ZhCn,
        words("VPN 卡住", "重启一下。"),
    )
    .await;
    moved(&app, number, State::Published).await;
    let seen = app.act(&li_na, see).await;
    assert_eq!((seen.text.locale, seen.is_stale), (Locale::ZhCn, false));
    assert_eq!(seen.locales, [Locale::En, Locale::ZhCn]);
    saved(
        &app,
        &cheng,
        number,
        Locale::En,
        words("VPN hangs", "Restart it twice."),
    )
    .await;
    moved(&app, number, State::Published).await;
    assert!(app.act(&li_na, see).await.is_stale);
    assert!(
        !app.act(&bruno, see_original).await.is_stale,
        "the original is never stale"
    );
    app.act(&cheng, move |tx, cx| {
        writing::in_step(tx, cx, number, Locale::ZhCn)
    })
    .await;
    assert!(!app.act(&li_na, see).await.is_stale);
    // Both changed and published together stay in step.
    saved(
        &app,
        &cheng,
        number,
        Locale::En,
        words("VPN hangs", "Restart it thrice."),
    )
    .await;
    saved(
        &app,
        &cheng,
        number,
        Locale::ZhCn,
        words("VPN 卡住", "重启三次。"),
    )
    .await;
    moved(&app, number, State::Published).await;
    assert!(!app.act(&li_na, see).await.is_stale);
    let again = refused(&app, &cheng, move |tx, cx| {
        writing::translate(tx, cx, number, Locale::ZhCn)
    });
    assert_eq!(again.await, "knowledge.language_known");
}
