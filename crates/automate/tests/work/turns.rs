//! Turns of webhooks: a receiver that does not answer costs little and holds up neither other receivers nor other work; a
//! message that is not wanted holds up no other.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use automate::webhook::{Definition, DeliveryState, WebhookId, keeping, store};
use kernel::job::{self, New, Settings, State};
use serde_json::Value;
use testkit::TestApp;

use crate::house::report;
use crate::telling::{Receiver, house, state, webhook};

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

/// Attempts of each message, newest first.
async fn attempts(app: &TestApp, id: WebhookId) -> Vec<i64> {
    app.read(move |tx| {
        let all = store::deliveries(tx, id, None, 100)?;
        Ok(all.into_iter().map(|delivery| delivery.attempts).collect())
    })
    .await
    .unwrap()
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
async fn receivers_that_never_answer_leave_the_workers_to_other_jobs() {
    const OTHER: &str = "automate.forget_deliveries";
    let (app, (address, connections)) = (house().await, silent().await);
    let cx = app.cx();
    app.write(move |tx| {
        for number in 0..12 {
            let definition = Definition {
                name: format!("Silent {number}"),
                url: format!("http://{address}/hook"),
                events: vec![automate::rule::Trigger::Opened],
                enabled: true,
            };
            let webhook = keeping::add(tx, &cx, &definition)?;
            for _ in 0..3 {
                keeping::test(tx, &cx, webhook.id)?;
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
    assert!(connected <= 2, "{connected} receivers were waited for at once");
}

#[tokio::test]
async fn a_receiver_that_is_not_there_costs_one_attempt_for_all_that_waits_and_gets_it_when_it_is_back() {
    let (app, address) = (house().await, nobody().await);
    let (id, _) = webhook(&app, &format!("http://{address}/hook"), &["opened"]).await;
    for number in 0..4 {
        report(&app, &format!("Report {number}")).await;
    }
    app.settle().await;
    // What comes while it rests waits with the others.
    report(&app, "One more").await;
    app.settle().await;
    assert_eq!(attempts(&app, id).await.iter().sum::<i64>(), 1);
    let receiver = Receiver::start_at(&address.to_string()).await;
    app.pass_hours(1).await;
    assert_eq!(receiver.heard().len(), 5);
    assert_eq!(state(&app, id).await, (vec![DeliveryState::Delivered; 5], true));
}

#[tokio::test]
async fn what_waited_for_a_day_is_given_up_and_asked_for_again_it_has_its_day_again() {
    let (app, address) = (house().await, nobody().await);
    let (id, _) = webhook(&app, &format!("http://{address}/hook"), &["opened"]).await;
    report(&app, "The first").await;
    report(&app, "The second").await;
    app.settle().await;
    app.pass_hours(20).await;
    assert_eq!(state(&app, id).await, (vec![DeliveryState::Waiting; 2], true));
    report(&app, "The third").await;
    app.settle().await;
    app.pass_hours(5).await;
    let (states, enabled) = state(&app, id).await;
    use DeliveryState::{GivenUp, Waiting};
    assert_eq!((states, enabled), (vec![Waiting, GivenUp, GivenUp], true));
    let cx = app.cx();
    app.write(move |tx| {
        let oldest = store::deliveries(tx, id, None, 100)?.remove(2);
        keeping::again(tx, &cx, id, oldest.id)
    })
    .await
    .unwrap();
    app.settle().await;
    assert_eq!(state(&app, id).await.0, [Waiting, GivenUp, Waiting]);
    app.pass_hours(24).await;
    assert_eq!(state(&app, id).await.0, [GivenUp; 3]);
}

#[tokio::test]
async fn a_message_that_is_refused_holds_up_no_other() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let (id, _) = webhook(&app, &receiver.url, &["opened"]).await;
    receiver.refuses("Poison");
    for title in ["Poison", "A printer", "A screen"] {
        report(&app, title).await;
    }
    app.settle().await;
    use DeliveryState::{Delivered, GivenUp, Waiting};
    let mut states = state(&app, id).await.0;
    states.sort_by_key(|one| *one != Delivered);
    assert_eq!(states, [Delivered, Delivered, Waiting]);
    // Each on its own clock, for about a day.
    for _ in 0..40 {
        app.pass_hours(1).await;
    }
    let mut states = state(&app, id).await.0;
    states.sort_by_key(|one| *one != Delivered);
    assert_eq!(states, [Delivered, Delivered, GivenUp]);
    let mut attempts = attempts(&app, id).await;
    attempts.sort_unstable();
    assert_eq!(attempts, [1, 1, 34]);
}

#[tokio::test]
async fn a_test_goes_out_at_once_and_first_whatever_waits_and_rests() {
    let (app, address) = (house().await, nobody().await);
    let (id, _) = webhook(&app, &format!("http://{address}/hook"), &["opened"]).await;
    for number in 0..3 {
        report(&app, &format!("Report {number}")).await;
    }
    app.settle().await;
    app.pass_hours(3).await;
    let receiver = Receiver::start_at(&address.to_string()).await;
    app.settle().await;
    assert!(receiver.heard().is_empty(), "it rests");
    let cx = app.cx();
    app.write(move |tx| keeping::test(tx, &cx, id)).await.unwrap();
    app.settle().await;
    assert_eq!(receiver.heard()[0].json()["type"], "mainstay.test");
    app.pass_hours(1).await;
    assert_eq!(receiver.heard().len(), 4, "the others follow");
}
