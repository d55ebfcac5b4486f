//! Search: articles are found by those they are for, in either language, and by nobody else.

use kernel::cx::Cx;
use kernel::{Locale, Result};
use knowledge::{Number, State, searching};
use testkit::{Person, TestApp};

use crate::house::{draft, facts, moved, open, published, saved, words};

async fn found(app: &TestApp, person: Option<&Person>, text: &str) -> Vec<(Number, String)> {
    let cx: Cx = match person {
        Some(person) => Cx {
            locale: if person.name.is_ascii() {
                Locale::En
            } else {
                Locale::ZhCn
            },
            ..app.act(person, |_, cx| Result::Ok(cx.clone())).await
        },
        None => Cx {
            actor: kernel::cx::Actor::Anonymous,
            ..app.cx()
        },
    };
    let hits = searching::find(&app.house.app.search, &cx, text, 10).unwrap();
    hits.into_iter()
        .map(|(number, hit)| (number, hit.title_html))
        .collect()
}

async fn numbers(app: &TestApp, person: Option<&Person>, text: &str) -> Vec<Number> {
    let hits = found(app, person, text).await;
    hits.into_iter().map(|(number, _)| number).collect()
}

#[tokio::test]
async fn an_article_is_found_by_those_it_is_for() {
    let app = open().await;
    let systems = format!("team:{}", app.cast.systems);
    let for_all = published(&app, facts(&["everyone"]), words("Quokka modem blinks", "x"))
        .await
        .number;
    let public = published(&app, facts(&["public"]), words("Quokka password", "x"))
        .await
        .number;
    let internal = published(&app, facts(&["staff"]), words("Quokka wiring", "x"))
        .await
        .number;
    let of_team = published(&app, facts(&[&systems]), words("Quokka keys", "x"))
        .await
        .number;
    let role = published(&app, facts(&["role:manager"]), words("Quokka budget", "x"))
        .await
        .number;
    let work = draft(&app, facts(&["everyone"]), words("Quokka draft", "x"))
        .await
        .number;
    app.settle().await;
    let sorted = |mut numbers: Vec<Number>| {
        numbers.sort_unstable();
        numbers
    };
    let cast = &app.cast;
    assert_eq!(numbers(&app, None, "quokka").await, [public]);
    let employees = numbers(&app, Some(&cast.bruno), "quokka").await;
    assert_eq!(sorted(employees), [for_all, public]);
    let technicians = numbers(&app, Some(&cast.amy), "quokka").await;
    assert_eq!(sorted(technicians), [for_all, public, internal]);
    let engineers = numbers(&app, Some(&cast.cheng_li), "quokka").await;
    assert_eq!(sorted(engineers), [for_all, public, internal, of_team]);
    let managers = numbers(&app, Some(&cast.shen), "quokka").await;
    assert_eq!(sorted(managers), [for_all, public, internal, role]);
    // The search over everything knows drafts, for those who write.
    let of = async |person: &Person| {
        let browser = app.token_of(person, &["*"]).await;
        let answer = browser.get("/api/v1/search?q=quokka&limit=50").await.json();
        let keys = answer["items"].as_array().unwrap().iter();
        keys.map(|item| item["key"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(of(&cast.amy).await.contains(&format!("KB-{work}")));
    assert!(!of(&cast.amy).await.contains(&format!("KB-{of_team}")));
    assert!(of(&cast.shen).await.contains(&format!("KB-{of_team}")));
    assert_eq!(of(&cast.li_na).await.len(), 2);
}

#[tokio::test]
async fn both_languages_are_one_hit_and_what_is_withdrawn_is_gone() {
    let app = open().await;
    let (cheng, li_na) = (app.cast.cheng_li.clone(), app.cast.li_na.clone());
    let number = published(
        &app,
        facts(&["everyone"]),
        words("Quokka modem blinks", "Unplug it."),
    )
    .await
    .number;
    saved(
        &app,
        &cheng,
        number,
        Locale::ZhCn,
        words("Quokka 调制解调器闪烁", "拔掉电源。"),
    )
    .await;
    app.settle().await;
    assert!(found(&app, Some(&li_na), "调制解调器").await.is_empty());
    moved(&app, number, State::Published).await;
    app.settle().await;
    let hits = found(&app, Some(&li_na), "quokka").await;
    assert_eq!(hits.len(), 1);
    assert!(hits[0].1.contains("调制解调器"), "{hits:?}");
    assert_eq!(numbers(&app, Some(&li_na), "调制解调器").await, [number]);
    let browser = app.token_of(&li_na, &["*"]).await;
    let answer = browser.get("/api/v1/search?q=quokka").await.json();
    assert_eq!(answer["items"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(answer["items"][0]["href"], format!("/help/{number}"));
    moved(&app, number, State::Withdrawn).await;
    app.settle().await;
    assert!(numbers(&app, Some(&li_na), "quokka").await.is_empty());
}

#[tokio::test]
async fn typed_filters_narrow_articles_too() {
    let app = open().await;
    let number = published(&app, facts(&["everyone"]), words("Quokka modem blinks", "x"))
        .await
        .number;
    app.settle().await;
    let browser = app.token_of(&app.cast.amy.clone(), &["*"]).await;
    let count = async |text: &str| {
        let answer = browser.get(&format!("/api/v1/search?q={text}")).await.json();
        answer["items"].as_array().unwrap().len()
    };
    assert_eq!(count("quokka%20type:fault").await, 1);
    assert_eq!(count("quokka%20type:policy").await, 0);
    assert_eq!(count("quokka%20space:workshop").await, 1);
    assert_eq!(count("quokka%20state:published").await, 1);
    assert_eq!(count("quokka%20state:draft").await, 0);
    assert_eq!(count("quokka%20category:network").await, 1);
    assert_eq!(count(&format!("KB-{number}")).await, 1);
}
