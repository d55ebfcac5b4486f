//! Spaces, synonyms, software, and guides, by their forms.

use crate::house::{self, SPACE};

#[tokio::test]
async fn the_settings_are_the_managers() {
    let (app, _) = house::open().await;
    for path in [
        "/settings/knowledge",
        "/settings/knowledge/synonyms",
        "/settings/knowledge/software",
        "/settings/knowledge/guides",
        "/settings/knowledge/guides/new",
        "/settings/knowledge/spaces/new",
    ] {
        assert_eq!(app.engineer().await.get(path).await.status, 403, "{path}");
        assert_eq!(app.manager().await.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_space_is_made_once_and_removed_when_it_is_empty() {
    let (app, _) = house::open().await;
    let mut manager = app.manager().await;
    let space = [
        ("new", "yes"),
        ("id", "kitchen"),
        ("title_en", "Kitchen"),
        ("icon", "flame"),
        ("parent", SPACE),
    ];
    let made = manager.post("/settings/knowledge/spaces", &space).await;
    assert_eq!(made.status, 303, "{}", made.text);
    assert_eq!(
        manager.post("/settings/knowledge/spaces", &space).await.status,
        422
    );
    assert!(manager.get("/settings/knowledge").await.text.contains("Kitchen"));
    let kept = manager
        .post(&format!("/settings/knowledge/spaces/{SPACE}/removal"), &[])
        .await;
    assert_eq!(kept.status, 409);
    let gone = manager
        .post("/settings/knowledge/spaces/kitchen/removal", &[])
        .await;
    assert_eq!(gone.status, 303);
}

#[tokio::test]
async fn synonyms_and_software_are_kept_by_their_forms() {
    let (app, _) = house::open().await;
    let mut manager = app.manager().await;
    let synonyms = "/settings/knowledge/synonyms";
    assert_eq!(manager.post(synonyms, &[("words", "alone")]).await.status, 422);
    assert_eq!(
        manager.post(synonyms, &[("words", "zorbing, 滚球")]).await.status,
        303
    );
    assert!(
        manager
            .get(&format!("{synonyms}?q=zorb"))
            .await
            .text
            .contains("滚球")
    );
    let software = "/settings/knowledge/software";
    assert_eq!(
        manager
            .post(software, &[("name", "Press"), ("version", "2")])
            .await
            .status,
        303
    );
    assert!(manager.get(software).await.text.contains("Press"));
    let gone = [("name", "Press"), ("do", "remove")];
    assert_eq!(manager.post(software, &gone).await.status, 303);
}

#[tokio::test]
async fn a_guide_is_made_by_its_form_and_comes_back_as_it_was() {
    let (app, number) = house::open().await;
    let mut manager = app.manager().await;
    let number = number.to_string();
    let fields = [
        ("version", "0"),
        ("key", "press"),
        ("title_en", "The press sticks"),
        ("title_zh", "压榨机卡住"),
        ("icon", "gauge"),
        ("enabled", "true"),
        ("steps.1.key", "where"),
        ("steps.1.question_en", "Where does it stick?"),
        ("steps.1.answers.1.label_en", "At the bottom"),
        ("steps.1.answers.1.leads", "article"),
        ("steps.1.answers.1.target", &number),
        ("steps.1.answers.2.label_en", "Elsewhere"),
        ("steps.1.answers.2.leads", "report"),
        ("steps.1.answers.2.report_en", "The press sticks somewhere"),
        ("steps.1.answers.3.leads", "step"),
    ];
    let made = manager.post("/settings/knowledge/guides", &fields).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let page = manager.get("/settings/knowledge/guides/press").await.text;
    for part in [
        "Where does it stick?",
        "At the bottom",
        "The press sticks somewhere",
        "压榨机卡住",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let broken = [
        ("version", "1"),
        ("key", "press"),
        ("title_en", "x"),
        ("steps.1.key", "where"),
    ];
    let refused = manager.post("/settings/knowledge/guides", &broken).await;
    assert_eq!(refused.status, 422);
    let gone = manager
        .post("/settings/knowledge/guides/press/removal", &[])
        .await;
    assert_eq!(gone.status, 303);
}
