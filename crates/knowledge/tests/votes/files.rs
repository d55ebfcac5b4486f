//! Files of articles through the router: told by their bytes, sent in parts, to those who may read the article.

use axum::http::Method;
use kernel::Locale;
use knowledge::file::{self, NewFile};
use knowledge::writing::{self, Save};
use knowledge::{Number, State, reading};
use testkit::{Person, TestApp};
use web::testing::{Answer, Browser};

use crate::house::{draft, open, published};

const VIDEO: &str = "\0\0\0\u{18}ftypisom0123456789abcdefghij";

async fn upload(browser: &mut Browser, number: Number, name: &str, content: &str) -> Answer {
    let page = browser.get("/knowledge").await;
    let token = page.text.split_once("name=\"csrf-token\" content=\"").unwrap().1;
    let token = token.split('"').next().unwrap().to_owned();
    let body = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--cut\r\nContent-Disposition: form-data; \
         name=\"files\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n{content}\r\n--cut--\r\n"
    );
    let headers = [
        ("content-type", "multipart/form-data; boundary=cut"),
        ("accept", "application/json"),
        ("x-csrf-token", token.as_str()),
    ];
    browser
        .send(
            Method::POST,
            &format!("/knowledge/{number}/files"),
            &body,
            &headers,
        )
        .await
}

async fn stored(app: &TestApp, person: &Person, number: Number, content: &str) -> file::File {
    let kept = app
        .house
        .kernel
        .files
        .put(content.as_bytes().to_vec(), 1_000_000)
        .await
        .unwrap();
    let media_type = file::media::sniff(content.as_bytes()).to_owned();
    app.act(person, move |tx, cx| {
        let new = NewFile {
            hash: kept.hash.clone(),
            name: "how to.mp4".to_owned(),
            media_type: media_type.clone(),
            size: kept.size,
        };
        file::add(tx, cx, number, &new)
    })
    .await
}

#[tokio::test]
async fn an_upload_is_what_its_bytes_say_and_comes_back_as_markdown() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "everyone").await;
    let mut engineer = app.engineer().await;
    let video = upload(&mut engineer, number, "clip.png", VIDEO).await;
    assert_eq!(video.status, 201, "{}", video.text);
    let markdown = video.json()["markdown"].as_str().unwrap().to_owned();
    assert!(
        markdown.starts_with("![clip.png](file:") && markdown.ends_with(".mp4)"),
        "{markdown}"
    );
    let page = upload(
        &mut engineer,
        number,
        "x.png",
        "<html><script>alert(1)</script></html>",
    )
    .await;
    let href = page.json()["files"][0]["href"].as_str().unwrap().to_owned();
    assert!(
        page.json()["markdown"].as_str().unwrap().starts_with("[x.png]"),
        "{}",
        page.text
    );
    let sent = engineer.get(&href).await;
    assert_eq!(sent.header("content-type"), "application/octet-stream");
    assert!(sent.header("content-disposition").starts_with("attachment"));
    assert_eq!(sent.header("x-content-type-options"), "nosniff");
    assert!(sent.header("content-security-policy").contains("sandbox"));
    let refused = upload(&mut app.requester().await, number, "x.png", VIDEO).await;
    assert_eq!(refused.status, 403);
    let nothing = upload(&mut engineer, 999_999, "x.png", VIDEO).await;
    assert_eq!(nothing.status, 404, "{}", nothing.text);
    assert!(!nothing.json()["said"].as_str().unwrap().is_empty());
    let token = app.token_of(&app.cast.cheng_li.clone(), &["*"]).await;
    let listed = token
        .get(&format!("/api/v1/knowledge/articles/{number}/files"))
        .await
        .json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{listed}");
    assert!(
        items.iter().any(|item| item["media_type"] == "video/mp4"),
        "{listed}"
    );
}

#[tokio::test]
async fn a_video_is_sent_in_the_parts_that_are_asked_for() {
    let app = open().await;
    let number = published(&app, "Modem blinks", "public").await;
    let video = stored(&app, &app.cast.cheng_li.clone(), number, VIDEO).await;
    let href = format!("/knowledge/files/{}", video.place());
    let mut visitor = app.anonymous();
    // Until a published text names it, it is for who writes.
    assert_eq!(visitor.get(&href).await.status, 404);
    let markdown = video.markdown();
    app.act(&app.cast.shen.clone(), move |tx, cx| {
        let (base, step) = reading::open_draft(tx, cx, number, Locale::En)?;
        let mut words = base.clone();
        words.body = markdown.clone();
        let save = Save {
            words,
            base,
            step,
            ..Save::default()
        };
        writing::save(tx, cx, number, Locale::En, &save)?;
        writing::set_state(tx, cx, number, State::Published, "")
    })
    .await;
    let whole = visitor.get(&href).await;
    assert_eq!((whole.status.as_u16(), whole.text.as_str()), (200, VIDEO));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("content-type"), "video/mp4");
    let tag = whole.header("etag").to_owned();
    let size = VIDEO.len();
    let part = visitor
        .send(Method::GET, &href, "", &[("range", "bytes=4-7")])
        .await;
    assert_eq!(part.status, 206);
    assert_eq!(part.text, "ftyp");
    assert_eq!(part.header("content-range"), format!("bytes 4-7/{size}"));
    assert_eq!(part.header("content-length"), "4");
    let tail = visitor
        .send(
            Method::GET,
            &href,
            "",
            &[("range", "bytes=-3"), ("if-range", &tag)],
        )
        .await;
    assert_eq!((tail.status.as_u16(), tail.text.as_str()), (206, "hij"));
    let other = visitor
        .send(
            Method::GET,
            &href,
            "",
            &[("range", "bytes=-3"), ("if-range", "\"x\"")],
        )
        .await;
    assert_eq!(other.status, 200);
    let beyond = visitor
        .send(Method::GET, &href, "", &[("range", "bytes=900-")])
        .await;
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.header("content-range"), format!("bytes */{size}"));
    let known = visitor
        .send(Method::GET, &href, "", &[("if-none-match", &tag)])
        .await;
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
}

#[tokio::test]
async fn a_file_is_as_hidden_as_its_article_and_gone_when_it_was_taken_out() {
    let app = open().await;
    let (hidden, inside) = (draft(&app).await, published(&app, "Modem blinks", "staff").await);
    let cheng = app.cast.cheng_li.clone();
    for number in [hidden, inside] {
        let href = format!(
            "/knowledge/files/{}",
            stored(&app, &cheng, number, VIDEO).await.place()
        );
        assert_eq!(app.anonymous().get(&href).await.status, 404);
        assert_eq!(app.requester().await.get(&href).await.status, 404);
        assert_eq!(app.engineer().await.get(&href).await.status, 200);
    }
    for nonsense in ["x", "../../etc/passwd", "00000000000000000000000000"] {
        let href = format!("/knowledge/files/{nonsense}");
        assert_eq!(app.anonymous().get(&href).await.status, 404, "{nonsense}");
    }
    let kept = stored(&app, &cheng, inside, VIDEO).await;
    let id = kept.id;
    app.act(&cheng, move |tx, cx| file::remove(tx, cx, inside, id))
        .await;
    let href = format!("/knowledge/files/{}", kept.place());
    assert_eq!(app.engineer().await.get(&href).await.status, 404);
}
