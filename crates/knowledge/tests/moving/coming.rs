//! Articles that come: with their past, once, and what does not come is named.

use kernel::Locale;
use knowledge::importing::{Format, store};
use knowledge::{Number, article, file, reading, text};
use testkit::TestApp;

use crate::house::{import, open, packed, wiki};

async fn numbers(app: &TestApp, source: &'static str) -> std::collections::HashMap<String, Number> {
    app.read(move |tx| store::known(tx, source)).await.unwrap()
}

#[tokio::test]
async fn a_wiki_comes_with_its_past_pictures_links_and_redirects() {
    let app = open().await;
    let report = import(&app, Format::MediaWiki, &wiki(), "workshop")
        .await
        .unwrap();
    assert_eq!(
        (report.pages.found, report.pages.here, report.pages.known),
        (4, 3, 0)
    );
    assert_eq!((report.revisions.found, report.revisions.here), (4, 4));
    assert_eq!((report.files.found, report.files.here), (2, 1));
    assert_eq!((report.links.found, report.links.here), (5, 4));
    assert_eq!((report.redirects.found, report.redirects.here), (1, 1));
    assert_eq!(report.passed_over.get("Talk"), Some(&1));
    let told: Vec<(&str, u64, &str)> = report
        .complaints
        .iter()
        .map(|line| (line.page.as_str(), line.line, line.what.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("Toast/Burnt", 3, "file_missing"),
            ("Torn", 15, "broken"),
            ("Toast/Burnt", 7, "link_broken")
        ]
    );

    let numbers = numbers(&app, "mediawiki:Kitchen wiki").await;
    let (burnt, jar, toast) = (numbers["11"], numbers["14"], numbers["15"]);
    let mei = app.cast.li_na.clone();
    let seen = app
        .act(&mei, move |tx, cx| reading::see(tx, cx, burnt, None))
        .await;
    assert_eq!(seen.text.words.tags, ["Kitchen"]);
    assert_eq!(seen.article.parent, Some(toast));
    let files = app.act(&mei, move |tx, cx| file::of_article(tx, cx, burnt)).await;
    assert_eq!(files.len(), 1);
    assert_eq!(
        seen.text.words.body,
        format!(
            "## Steps\n\nSee [marmalade jar](article:{jar}), [Jam](article:{jar}), Nowhere.\n\n![A jar](file:{}) Lost.png\n",
            files[0].place()
        )
    );
    let versions = app
        .read(move |tx| text::store::versions(tx, burnt, Locale::En, i64::MAX, 10))
        .await
        .unwrap();
    let past: Vec<(i64, Option<&str>, &str, &str)> = versions
        .iter()
        .map(|version| {
            (
                version.at.millis(),
                version.author_name.as_deref(),
                version.note.as_str(),
                version.words.body.trim(),
            )
        })
        .collect();
    assert_eq!(past[1], (1_704_164_645_000, Some("Ann"), "a note", "Old words"));
    assert_eq!((past.len(), past[0].1), (2, Some("Bo")));
    let page = app.requester().await.get(&format!("/knowledge/{burnt}")).await;
    assert!(page.text.contains(&format!("/{jar}\"")), "{}", page.text);
}

#[tokio::test]
async fn what_runs_twice_brings_nothing_twice() {
    let app = open().await;
    let first = import(&app, Format::MediaWiki, &wiki(), "workshop")
        .await
        .unwrap();
    let before = app
        .read(|tx| store::counts(tx, "mediawiki:Kitchen wiki"))
        .await
        .unwrap();
    let second = import(&app, Format::MediaWiki, &wiki(), "workshop")
        .await
        .unwrap();
    let after = app
        .read(|tx| store::counts(tx, "mediawiki:Kitchen wiki"))
        .await
        .unwrap();
    assert_eq!((before, before), (after, (3, 4, 1)));
    assert_eq!((second.pages.here, second.pages.known), (3, 3));
    assert_eq!((first.links, second.links.here), (second.links, 4));
}

#[tokio::test]
async fn both_languages_of_a_page_are_one_article() {
    let app = open().await;
    let folder = packed(&[
        ("index.md", b"# Handbook\n\n[jar](jam/jar.md)"),
        (
            "jam/jar.md",
            b"---\ntitle: Jar\nkind: faq\ntags: glass, lid\nsummary: About jars.\n---\nOf glass.",
        ),
        ("jam/jar.zh-CN.md", "---\ntitle: 罐子\n---\n玻璃做的。".as_bytes()),
    ]);
    let report = import(&app, Format::Markdown, &folder, "attic").await.unwrap();
    assert_eq!(
        (report.pages.found, report.pages.here, report.complaint_count()),
        (3, 3, 0)
    );
    let numbers = numbers(&app, "markdown:export").await;
    assert_eq!(numbers.len(), 2);
    let jar = numbers["jam/jar.md"];
    let li_na = app.cast.li_na.clone();
    let (english, chinese) = app
        .act(&li_na, move |tx, cx| {
            Ok((
                reading::see(tx, cx, jar, Some(Locale::En))?,
                reading::see(tx, cx, jar, Some(Locale::ZhCn))?,
            ))
        })
        .await;
    assert_eq!(
        (
            english.text.words.title.as_str(),
            english.text.words.summary.as_str()
        ),
        ("Jar", "About jars.")
    );
    assert_eq!(
        (chinese.text.words.title.as_str(), chinese.is_stale),
        ("罐子", false)
    );
    assert_eq!(english.article.kind, knowledge::Kind::Faq);
    let found = app
        .read(move |tx| article::store::find(tx, jar))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.source.as_deref(), Some("markdown:export"));
}

#[tokio::test]
async fn what_is_no_export_brings_nothing_and_says_so() {
    let app = open().await;
    for (format, content) in [
        (Format::MediaWiki, &b"<html></html>"[..]),
        (Format::Confluence, b"no zip"),
        (Format::Markdown, &packed(&[("a.txt", b"x")])[..]),
        (Format::BookStack, &packed(&[("data.json", b"{}")])[..]),
    ] {
        let refused = import(&app, format, content, "workshop").await.unwrap_err();
        assert!(
            refused.code().starts_with("knowledge.import_"),
            "{}",
            refused.code()
        );
    }
    let nowhere = import(&app, Format::MediaWiki, &wiki(), "no-such-space")
        .await
        .unwrap();
    assert_eq!(nowhere.pages.here, 0);
    assert!(nowhere.complaints.iter().any(|line| line.what == "invalid"));
}
