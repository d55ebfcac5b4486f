//! The live stream: names of what changed, to those who may know.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use futures::StreamExt;
use kernel::Cx;
use tower::ServiceExt;

use crate::guest_book::{House, write};

struct Ear(BodyDataStream);

impl Ear {
    async fn open(house: &House, session: &str, query: &str, last_event: &str) -> Self {
        let mut request = Request::builder()
            .uri(format!("/live{query}"))
            .header("cookie", format!("mainstay_session={session}"));
        if !last_event.is_empty() {
            request = request.header("last-event-id", last_event);
        }
        let response = web::router(house.app.clone())
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut ear = Self(response.into_body().into_data_stream());
        ear.hear().await;
        ear
    }

    /// The next piece, or nothing within a moment.
    async fn hear(&mut self) -> String {
        match tokio::time::timeout(Duration::from_millis(500), self.0.next()).await {
            Ok(Some(piece)) => String::from_utf8(piece.unwrap().to_vec()).unwrap(),
            Ok(None) => "ended".to_owned(),
            Err(_) => String::new(),
        }
    }
}

async fn note_by_the_house(house: &House) -> i64 {
    let cx = Cx::system(house.app.clock.clone(), "test");
    house.app.db.write(move |tx| write(tx, &cx, "x")).await.unwrap()
}

#[tokio::test]
async fn one_hears_of_what_one_may_see_and_of_nothing_else() {
    let house = House::open().await;
    let number = note_by_the_house(&house).await;
    let mut writer = Ear::open(&house, "writer", "", "").await;
    let mut reader = Ear::open(&house, "reader", "", "").await;
    let mut asking = Ear::open(&house, "reader", &format!("?topics=note:{number}"), "").await;
    house
        .app
        .live
        .publish(&[format!("note:{number}"), "secret:1".to_owned()]);
    let heard = writer.hear().await;
    assert!(
        heard.contains("event: change") && heard.contains(&format!("data: note:{number}\n")),
        "{heard}"
    );
    assert_eq!(reader.hear().await, "", "a reader heard of somebody else's note");
    assert_eq!(asking.hear().await, "", "asking for a topic by name opened it");
}

#[tokio::test]
async fn who_asks_for_topics_hears_of_these_only() {
    let house = House::open().await;
    let (first, second) = (note_by_the_house(&house).await, note_by_the_house(&house).await);
    let mut writer = Ear::open(&house, "writer", &format!("?topics=note:{second}"), "").await;
    house.app.live.publish(&[format!("note:{first}")]);
    house.app.live.publish(&[format!("note:{second}")]);
    assert!(writer.hear().await.contains(&format!("data: note:{second}\n")));
}

#[tokio::test]
async fn after_a_gap_everything_is_fetched_again() {
    let house = House::open().await;
    let mut writer = Ear::open(&house, "writer", "", "41").await;
    let heard = writer.hear().await;
    assert!(
        heard.contains("event: change") && heard.contains("data: *\n"),
        "{heard}"
    );
}

#[tokio::test]
async fn a_ninth_stream_ends_the_persons_first() {
    let house = House::open().await;
    let mut first = Ear::open(&house, "writer", "", "").await;
    let mut others = Vec::new();
    for _ in 0..8 {
        others.push(Ear::open(&house, "writer", "", "").await);
    }
    assert_eq!(first.hear().await, "ended");
    drop(others);
    drop(first);
    assert_eq!(house.app.live.open_streams(), 0);
}

#[tokio::test]
async fn a_stream_ends_with_the_server() {
    let house = House::open().await;
    let mut writer = Ear::open(&house, "writer", "", "").await;
    house.app.stop.stop();
    assert_eq!(writer.hear().await, "ended");
}

#[tokio::test]
async fn what_is_written_in_the_event_log_is_heard_in_the_stream() {
    let house = House::open().await;
    let runner = kernel::event::Runner::new(&house.app, house.app.subscribers())
        .await
        .unwrap();
    let kernel = (*house.app).clone();
    let running = tokio::spawn(async move { runner.run(&kernel).await });
    let mut writer = Ear::open(&house, "writer", "", "").await;
    let number = note_by_the_house(&house).await;
    let mut heard = String::new();
    for _ in 0..10 {
        heard.push_str(&writer.hear().await);
        if heard.contains("change") {
            break;
        }
    }
    assert!(heard.contains(&format!("data: note:{number}\n")), "{heard}");
    house.app.stop.stop();
    running.await.unwrap();
}
