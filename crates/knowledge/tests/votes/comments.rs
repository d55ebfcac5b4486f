//! Comments: from whoever reads, for those who look after the article.

use kernel::Locale;
use kernel::error::Kind;
use knowledge::comment;

use crate::house::{draft, open, published};

#[tokio::test]
async fn readers_see_their_own_comments_and_the_department_sees_and_settles_all() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "everyone").await;
    for person in [&app.cast.li_na, &app.cast.bruno] {
        let words = format!("From {}", person.name);
        app.act(person, move |tx, cx| {
            comment::add(tx, cx, number, Locale::En, &words).map(drop)
        })
        .await;
    }
    let seen = app
        .act(&app.cast.bruno, move |tx, cx| comment::list(tx, cx, number, 0))
        .await;
    assert_eq!(seen.len(), 1);
    let all = app
        .act(&app.cast.amy, move |tx, cx| comment::list(tx, cx, number, 0))
        .await;
    assert_eq!(all.len(), 2);
    let first = all[0].id;
    let settled = app
        .act(&app.cast.amy, move |tx, cx| {
            comment::settle(tx, cx, number, first, true)
        })
        .await;
    assert_eq!(settled.settled_by, Some(app.cast.amy.id));
    let refused = app
        .act(&app.cast.bruno, move |tx, cx| {
            Ok(comment::settle(tx, cx, number, first, false).unwrap_err().kind())
        })
        .await;
    assert_eq!(refused, Kind::Forbidden);
    let other = published(&app, "Other", "everyone").await;
    let wrong = app
        .act(&app.cast.amy, move |tx, cx| {
            Ok(comment::settle(tx, cx, other, first, false).unwrap_err().kind())
        })
        .await;
    assert_eq!(wrong, Kind::NotFound, "a comment belongs to its article");
}

#[tokio::test]
async fn what_cannot_be_read_cannot_be_commented_and_nothing_is_no_comment() {
    let app = open().await;
    let (hidden, number) = (
        draft(&app).await,
        published(&app, "Modem blinks", "everyone").await,
    );
    app.act(&app.cast.li_na, move |tx, cx| {
        let refused = comment::add(tx, cx, hidden, Locale::En, "x").unwrap_err();
        assert_eq!(refused.kind(), Kind::NotFound);
        let empty = comment::add(tx, cx, number, Locale::En, "  ").unwrap_err();
        assert_eq!(empty.fields()[0].code, "knowledge.comment.empty");
        let long = comment::add(tx, cx, number, Locale::En, &"x".repeat(comment::BODY_MAX + 1)).unwrap_err();
        assert_eq!(long.fields()[0].code, "knowledge.comment.too_long");
        Ok(())
    })
    .await;
}
