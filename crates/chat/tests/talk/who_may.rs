//! What is not one's own does not exist; what the desk says among itself is heard by nobody else.

use chat::ANSWER;
use kernel::Scope;
use people::role::built_in_grants;

use crate::house::{asked, conversation, does, house, send};

#[tokio::test]
async fn the_conversation_of_another_does_not_exist() {
    let app = house().await;
    let (mut li_na, mut bruno) = (app.requester().await, app.browser_of(&app.cast.bruno).await);
    let hers = asked(&mut li_na, "a", "打印机 kingfisher 卡纸").await;
    let nowhere = app.cx().new_id::<()>();
    for (id, what) in [(hers.to_string(), "hers"), (nowhere.to_string(), "none")] {
        let path = format!("/portal/chat/{id}");
        let seen = bruno.get(&path).await;
        assert_eq!(seen.status, 404, "{what}");
        assert!(!seen.text.contains("kingfisher"));
        let said = bruno
            .post(&format!("{path}/messages"), &[("token", "x"), ("body", "me too")])
            .await;
        assert_eq!(said.status, 404, "{what}");
        assert_eq!(
            bruno.post(&format!("{path}/end"), &[]).await.status,
            404,
            "{what}"
        );
    }
    // A technician reads it where technicians read, not where she does.
    assert_eq!(
        app.technician()
            .await
            .get(&format!("/portal/chat/{hers}"))
            .await
            .status,
        404
    );
    assert_eq!(conversation(&app, hers).await.messages, 1);
}

#[tokio::test]
async fn a_requester_has_no_queue() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    for path in [
        "/chats".to_owned(),
        format!("/chats/{id}"),
        "/settings/chat".to_owned(),
    ] {
        assert_eq!(bruno.get(&path).await.status, 403, "{path}");
    }
    assert_eq!(send(&mut bruno, id, "taking", &[]).await.status, 403);
    for (role, expected) in [
        ("requester", None),
        ("auditor", None),
        ("technician", Some(Scope::All)),
        ("engineer", Some(Scope::All)),
        ("manager", Some(Scope::All)),
        ("admin", Some(Scope::All)),
    ] {
        assert_eq!(built_in_grants(role).get(ANSWER).copied(), expected, "{role}");
    }
}

#[tokio::test]
async fn a_technician_with_a_question_is_a_requester_like_everybody() {
    let app = house().await;
    let mut cheng_li = app.engineer().await;
    let id = asked(&mut cheng_li, "a", "My own laptop").await;
    let mut amy = app.technician().await;
    does(&mut amy, id, "taking", &[]).await;
    does(
        &mut amy,
        id,
        "messages",
        &[("kind", "aside"), ("token", "1"), ("body", "zinnober")],
    )
    .await;
    assert_eq!(cheng_li.get(&format!("/chats/{id}")).await.status, 409);
    assert_eq!(send(&mut cheng_li, id, "taking", &[]).await.status, 409);
    let page = cheng_li.get(&format!("/portal/chat/{id}")).await.text;
    assert!(page.contains("My own laptop") && !page.contains("zinnober"));
}

#[tokio::test]
async fn live_pages_hear_only_of_what_their_reader_may_see() {
    let app = house().await;
    let mut bruno = app.browser_of(&app.cast.bruno).await;
    let id = asked(&mut bruno, "a", "VPN is down").await;
    let topics: Vec<web::Topic> = chat::slice().topics;
    let may = |prefix: &'static str| topics.iter().find(|topic| topic.prefix == prefix).unwrap().may;
    let wanted = [
        (app.cast.bruno.clone(), [true, false, false, true, false]),
        (app.cast.li_na.clone(), [false, false, false, true, false]),
        (app.cast.amy.clone(), [true, true, true, true, true]),
        (app.cast.cheng_li.clone(), [true, true, true, true, false]),
    ];
    for (person, expected) in wanted {
        let asked = [
            may("chat"),
            may("chat-aside"),
            may("chat-desk"),
            may("chat-queue"),
        ];
        let (as_holder, of_amy) = (may("chat-holder"), app.cast.amy.id.to_string());
        let heard = app
            .act(&person, move |tx, cx| {
                let of = id.to_string();
                let mut heard = Vec::new();
                for may in asked {
                    heard.push(may(tx, cx, &of)?);
                }
                heard.push(as_holder(tx, cx, &of_amy)?);
                Ok(heard)
            })
            .await;
        assert_eq!(heard, expected, "{}", person.name);
    }
}
