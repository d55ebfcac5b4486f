//! The list, an article, votes, and comments.

use crate::house::{self, SPACE};

#[tokio::test]
async fn an_article_shows_its_headings_its_facts_and_asks_whether_it_helped() {
    let (app, number) = house::open().await;
    let mut engineer = app.engineer().await;
    let page = engineer.get(&format!("/knowledge/{number}?locale=en")).await;
    assert_eq!(page.status, 200);
    for part in [
        "Marmalade press",
        "symptom\">Symptom</a>",
        "工坊",
        "id=\"vote\"",
        "/edit?locale=en",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    let asked = engineer
        .post(
            &format!("/knowledge/{number}/vote"),
            &[("solved", "no"), ("reason", "still sticks")],
        )
        .await;
    assert_eq!(asked.status, 303);
    let page = engineer.get(&format!("/knowledge/{number}")).await.text;
    assert!(page.contains("still sticks"), "those who write read the reason");
}

#[tokio::test]
async fn whoever_only_reads_gets_no_buttons_of_writers_and_no_pages_of_theirs() {
    let (app, number) = house::open().await;
    let mut requester = app.requester().await;
    let page = requester.get(&format!("/knowledge/{number}")).await;
    assert_eq!(page.status, 200);
    for part in ["/edit", "/history", "/facts", "/state"] {
        assert!(
            !page.text.contains(&format!("/knowledge/{number}{part}")),
            "{part}"
        );
    }
    for part in ["edit", "history", "translations", "facts", "draft"] {
        let answer = requester.get(&format!("/knowledge/{number}/{part}")).await;
        assert_eq!(answer.status, 403, "{part}");
    }
    let secret = house::published(&app, &["role:auditor"], "For few").await.number;
    assert_eq!(requester.get(&format!("/knowledge/{secret}")).await.status, 404);
    let mut technician = app.technician().await;
    for part in ["", "/edit", "/history", "/translations", "/facts", "/draft"] {
        let answer = technician.get(&format!("/knowledge/{secret}{part}")).await;
        assert_eq!(answer.status, 404, "{part}");
    }
}

#[tokio::test]
async fn the_list_narrows_and_the_number_of_an_article_leads_to_it() {
    let (app, number) = house::open().await;
    let mut engineer = app.engineer().await;
    let page = engineer.get(&format!("/knowledge?space={SPACE}")).await.text;
    assert!(page.contains("Marmalade press"));
    let none = engineer
        .get(&format!("/knowledge?space={SPACE}&kind=policy"))
        .await
        .text;
    assert!(!none.contains("id=\"row-"));
    let drafts = engineer.get("/knowledge?show=draft").await.text;
    assert!(!drafts.contains("Marmalade press"));
    let found = engineer.get(&format!("/knowledge?q=kb-{number}")).await;
    assert_eq!(
        (found.status.as_u16(), found.header("location")),
        (303, &*format!("/knowledge/{number}"))
    );
}

#[tokio::test]
async fn a_comment_that_says_nothing_is_refused_beside_its_field_and_one_that_does_is_settled() {
    let (app, number) = house::open().await;
    let mut engineer = app.engineer().await;
    let path = format!("/knowledge/{number}/comments");
    assert_eq!(engineer.post(&path, &[("body", " ")]).await.status, 422);
    assert_eq!(engineer.post(&path, &[("body", "Which soap?")]).await.status, 303);
    let page = engineer.get(&format!("/knowledge/{number}")).await.text;
    let action = page.split(&format!("action=\"{path}/")).nth(1).unwrap();
    let id = action.split('"').next().unwrap();
    let settled = engineer
        .post(&format!("{path}/{id}"), &[("settled", "yes")])
        .await;
    assert_eq!(settled.status, 303);
    assert!(
        engineer
            .get(&format!("/knowledge/{number}"))
            .await
            .text
            .contains("value=\"no\"")
    );
}
