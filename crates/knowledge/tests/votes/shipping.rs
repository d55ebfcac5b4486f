//! What ships comes in once, whole and searchable, and what people make of it stays.

use std::time::Instant;

use kernel::Locale;
use kernel::cx::Cx;
use knowledge::reading::{self, Filter};
use knowledge::{State, content, guide, installing, rendering, searching, space, synonym, writing};
use testkit::TestApp;

async fn install(app: &TestApp) {
    let cx = app.house.kernel.cx_system("server.install");
    app.write(move |tx| installing::shipped(tx, &cx)).await.unwrap();
}

#[tokio::test]
async fn what_ships_is_read_found_and_walked_in_both_languages() {
    let app = TestApp::open().await;
    let started = Instant::now();
    let ((), cost) = app.queries(install(&app)).await;
    eprintln!("installing: {cost} statements, {:?}", started.elapsed());
    assert!(cost <= 80, "{cost} statements");
    let started = Instant::now();
    let ((), again) = app.queries(install(&app)).await;
    eprintln!("again: {again} statements, {:?}", started.elapsed());
    assert_eq!(again, 1);
    app.settle().await;
    let li_na = app.cast.li_na.clone();
    let (articles, groups) = (content::articles().unwrap().len(), content::synonyms().len());
    app.act(&li_na, move |tx, cx| {
        let page = reading::list(tx, cx, &Filter::default(), None, 100)?;
        assert_eq!(page.items.len(), articles);
        for line in &page.items {
            for locale in Locale::ALL {
                let seen = reading::see(tx, cx, line.number, Some(locale))?;
                assert_eq!((seen.text.locale, seen.is_stale), (locale, false));
                let shown = rendering::page(&seen.text.words.body, &rendering::Hrefs::help(locale));
                assert!(!seen.text.words.body.contains("](article:v"), "links are numbers");
                assert_eq!(reading::lines(tx, cx, &shown.links)?.len(), shown.links.len());
            }
        }
        assert_eq!(synonym::all(tx)?.len(), groups);
        assert!(space::all(tx)?.len() >= 9);
        for guide in guide::all(tx)? {
            let names: Vec<String> = guide.definition.articles().into_iter().collect();
            assert_eq!(guide::articles(tx, &names)?.len(), names.len(), "{}", guide.key);
        }
        Ok(())
    })
    .await;
    let cx = app.act(&li_na, |_, cx| Ok(cx.clone())).await;
    for (locale, asked, wanted) in [
        (Locale::ZhCn, "VPN 连不上", "VPN"),
        (Locale::ZhCn, "打印机不打印", "打印机"),
        (Locale::ZhCn, "忘记密码", "密码"),
        (Locale::En, "forgot my password", "password"),
        (Locale::En, "printer does not print", "Printer"),
    ] {
        let cx = Cx { locale, ..cx.clone() };
        let hits = searching::find(&app.house.app.search, &cx, asked, 3).unwrap();
        let plain = |title: &str| title.replace("<mark>", "").replace("</mark>", "");
        let titles: Vec<String> = hits.iter().map(|(_, hit)| plain(&hit.title_html)).collect();
        eprintln!("{asked}: {titles:?}");
        assert!(
            titles.iter().any(|title| title.contains(wanted)),
            "{asked}: {titles:?}"
        );
    }
}

#[tokio::test]
async fn templates_are_for_those_who_write() {
    let app = TestApp::open().await;
    install(&app).await;
    let filter = Filter {
        is_template: true,
        ..Filter::default()
    };
    let all = filter.clone();
    let seen = app
        .act(&app.cast.cheng_li, move |tx, cx| {
            reading::list(tx, cx, &all, None, 100)
        })
        .await;
    assert_eq!(seen.items.len(), content::templates().unwrap().len());
    let template = seen.items[0].number;
    let begun = app
        .act(&app.cast.cheng_li, move |tx, cx| {
            writing::from_template(tx, cx, template, Locale::ZhCn, "network")
        })
        .await;
    assert_eq!((begun.state, begun.is_template), (State::Draft, false));
    let hidden = app
        .act(&app.cast.li_na, move |tx, cx| {
            reading::list(tx, cx, &filter, None, 100)
        })
        .await;
    assert!(hidden.items.is_empty());
}

#[tokio::test]
async fn what_people_changed_or_took_away_stays_so_when_more_comes() {
    let app = TestApp::open().await;
    install(&app).await;
    let shen = app.cast.shen.clone();
    app.act(&shen, |tx, cx| {
        let first = reading::list(tx, cx, &Filter::default(), None, 1)?.items[0].number;
        writing::set_state(tx, cx, first, State::Withdrawn, "ours is better")?;
        let key = guide::all(tx)?[0].key.clone();
        guide::remove(tx, cx, &key)?;
        // As a later release finds it.
        let mut mark: serde_json::Value = kernel::setting::get(tx, "knowledge.shipped")?.unwrap();
        mark["hash"] = "of before".into();
        kernel::setting::put(tx, cx, "knowledge.shipped", &mark)
    })
    .await;
    install(&app).await;
    let articles = content::articles().unwrap().len();
    app.act(&shen, move |tx, cx| {
        let published = Filter {
            state: Some(State::Published),
            ..Filter::default()
        };
        assert_eq!(
            reading::list(tx, cx, &published, None, 100)?.items.len(),
            articles - 1
        );
        assert_eq!(guide::all(tx)?.len(), content::guides()?.len() - 1);
        assert_eq!(synonym::all(tx)?.len(), content::synonyms().len());
        Ok(())
    })
    .await;
}
