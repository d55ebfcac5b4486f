//! Articles from elsewhere: whole, with their past, and once.

use kernel::Locale;
use kernel::time::Timestamp;
use knowledge::writing::{self, Arriving, Language, Past};
use knowledge::{State, reading};

use crate::house::{facts, open, refused, words};

fn arriving(foreign_id: &str) -> Arriving {
    let past = |title: &str, body: &str, day: i64| Past {
        words: words(title, body),
        note: "as it was".to_owned(),
        author: None,
        author_name: Some("Old Writer".to_owned()),
        at: Timestamp::from_secs(day * 86_400),
    };
    Arriving {
        facts: facts(&["everyone"]),
        state: State::Published,
        is_template: false,
        source: "mediawiki:old".to_owned(),
        foreign_id: foreign_id.to_owned(),
        created_at: Timestamp::from_secs(86_400),
        languages: vec![
            Language {
                locale: Locale::En,
                past: vec![past("VPN", "One.", 1), past("VPN hangs", "Two.", 2)],
            },
            Language {
                locale: Locale::ZhCn,
                past: vec![past("VPN 卡住", "二。", 3)],
            },
        ],
    }
}

#[tokio::test]
async fn an_article_comes_in_with_its_past_and_only_once() {
    let app = open().await;
    let (shen, li_na) = (app.cast.shen.clone(), app.cast.li_na.clone());
    let article = app
        .act(&shen, |tx, cx| writing::take_over(tx, cx, &arriving("7")))
        .await;
    let number = article.number;
    assert_eq!(article.created_at, Timestamp::from_secs(86_400));
    let seen = app
        .act(&li_na, move |tx, cx| {
            reading::see(tx, cx, number, Some(Locale::ZhCn))
        })
        .await;
    assert_eq!((seen.text.words.body.as_str(), seen.is_stale), ("二。", false));
    let versions = app
        .act(&shen, move |tx, cx| {
            reading::versions(tx, cx, number, Locale::En, i64::MAX, 9)
        })
        .await;
    let told: Vec<_> = versions
        .iter()
        .map(|version| {
            (
                version.version,
                version.published,
                version.at.secs() / 86_400,
                version.author_name.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (2, true, 2, Some("Old Writer")),
            (1, false, 1, Some("Old Writer"))
        ]
    );
    let again = refused(&app, &shen, |tx, cx| writing::take_over(tx, cx, &arriving("7")));
    assert_eq!(again.await, "knowledge.known_already");
    let cheng = app.cast.cheng_li.clone();
    let code = refused(&app, &cheng, |tx, cx| writing::take_over(tx, cx, &arriving("8")));
    assert_eq!(code.await, "kernel.forbidden");
}
