//! Turns of channels: a service that does not answer costs little, holds up neither other channels nor other work, and gets what waits
//! for it in its order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use im::channel::{ChannelId, Definition, keeping};
use im::telling::{DeliveryState, store};
use kernel::job::{self, New, Settings, State};
use serde_json::Value;
use testkit::TestApp;

use crate::house::{Speaker, StandIn, channel, house, settings};

/// An address that nobody listens at.
async fn nobody() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

/// Takes every connection and never says a word; counts them.
async fn silent() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counting = Arc::clone(&count);
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
            counting.fetch_add(1, Ordering::SeqCst);
        }
    });
    (address, count)
}

/// How it stands with the messages of a channel, and how often each was tried; oldest first.
async fn messages(app: &TestApp, id: ChannelId) -> Vec<(DeliveryState, i64)> {
    let mut all = app.read(move |tx| store::list(tx, id, None, 100)).await.unwrap();
    all.reverse();
    all.into_iter().map(|one| (one.state, one.attempts)).collect()
}

async fn waiting_jobs(app: &TestApp, kind: &'static str) -> usize {
    app.read(move |tx| {
        let mut jobs = job::list(tx, State::Queued, None, 1_000)?;
        jobs.extend(job::list(tx, State::Running, None, 1_000)?);
        Ok(jobs.into_iter().filter(|listed| listed.job.kind == kind).count())
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_that_never_answer_leave_the_workers_to_other_jobs() {
    const OTHER: &str = "im.forget";
    let (app, (address, connections)) = (house().await, silent().await);
    let cx = app.cx();
    app.write(move |tx| {
        for number in 0..12 {
            let entered = settings("plain", &format!("http://{address}"));
            let definition = Definition {
                name: format!("Silent {number}"),
                service: "plain".to_owned(),
                locale: "en".to_owned(),
                enabled: true,
                settings: entered
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
            };
            let channel = keeping::add(tx, &cx, &definition)?;
            for _ in 0..3 {
                keeping::test(tx, &cx, channel.id)?;
            }
        }
        // Behind them all in the queue.
        job::enqueue(tx, &cx, New::now(OTHER, Value::Null)).map(drop)
    })
    .await
    .unwrap();
    let (runner, kernel) = (app.house.jobs().await.unwrap(), app.house.kernel.clone());
    let settings = Settings {
        workers: 8,
        grace: Duration::from_millis(50),
    };
    let working = tokio::spawn(async move { runner.run(&kernel, settings).await });
    let done = async {
        while waiting_jobs(&app, OTHER).await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(7), done).await;
    let connected = connections.load(Ordering::SeqCst);
    app.house.kernel.stop.stop();
    working.await.unwrap();
    assert!(in_time.is_ok(), "the other job got no turn");
    assert!(connected <= 2, "{connected} services were waited for at once");
}

#[tokio::test]
async fn what_waits_for_a_service_goes_out_in_its_order_when_it_is_back() {
    let (app, address) = (house().await, nobody().await);
    let id = channel(&app, "wecom", &format!("http://{address}")).await;
    let bruno = Speaker::connected(&app, "wecom", id, &app.cast.bruno.clone()).await;
    for (number, what) in ["printer", "lift", "coffee"].into_iter().enumerate() {
        app.clock.advance_millis(1);
        bruno
            .says(&format!("m{number}"), &format!("new The {what}"))
            .await;
    }
    app.settle().await;
    let tried: i64 = messages(&app, id)
        .await
        .iter()
        .map(|(_, attempts)| attempts)
        .sum();
    assert_eq!(tried, 1, "one attempt for all that waits");
    let service = StandIn::start_at(&address.to_string()).await;
    app.settle().await;
    assert_eq!(service.asked("/cgi-bin/gettoken"), 0, "it rests");
    app.pass_hours(1).await;
    let told: Vec<String> = service.messages().into_iter().map(|sent| sent.body).collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    for (place, what) in ["printer", "lift", "coffee"].into_iter().enumerate() {
        assert!(told[place + 1].contains(&format!("The {what}")), "{told:#?}");
    }
    assert_eq!(service.asked("/cgi-bin/gettoken"), 1, "one access token for all");
}

#[tokio::test]
async fn what_waited_for_four_hours_is_given_up_and_a_test_tries_the_way_at_once() {
    let (app, address) = (house().await, nobody().await);
    let id = channel(&app, "plain", &format!("http://{address}")).await;
    let bruno = Speaker::connected(&app, "plain", id, &app.cast.bruno.clone()).await;
    app.clock.advance_millis(1);
    bruno.says("m1", "status").await;
    app.settle().await;
    app.pass_hours(3).await;
    app.clock.advance_millis(1);
    bruno.says("m2", "help").await;
    app.settle().await;
    app.pass_hours(2).await;
    use DeliveryState::{Delivered, GivenUp, Waiting};
    let states = async || -> Vec<DeliveryState> {
        let all = messages(&app, id).await;
        all.into_iter().map(|(state, _)| state).collect()
    };
    assert_eq!(states().await, [GivenUp, GivenUp, Waiting]);
    let service = StandIn::start_at(&address.to_string()).await;
    let cx = app.cx();
    app.clock.advance_millis(1);
    app.write(move |tx| keeping::test(tx, &cx, id)).await.unwrap();
    app.settle().await;
    let first = service.messages().remove(0);
    assert!(first.body.contains("It works"), "{}", first.body);
    assert_eq!(states().await, [GivenUp, GivenUp, Delivered, Delivered]);
}

#[tokio::test]
async fn a_message_that_is_refused_holds_up_no_other() {
    let (app, service) = (house().await, StandIn::start().await);
    let id = channel(&app, "plain", &service.url).await;
    let bruno = Speaker::connected(&app, "plain", id, &app.cast.bruno.clone()).await;
    service.answers_next(400, Value::Null);
    app.clock.advance_millis(1);
    bruno.says("m1", "status").await;
    app.settle().await;
    app.clock.advance_millis(1);
    bruno.says("m2", "help").await;
    app.settle().await;
    use DeliveryState::{Delivered, Waiting};
    assert_eq!(
        messages(&app, id).await,
        [(Delivered, 1), (Waiting, 1), (Delivered, 1)]
    );
    app.pass_hours(1).await;
    assert_eq!(
        messages(&app, id).await,
        [(Delivered, 1), (Delivered, 2), (Delivered, 1)]
    );
}
