//! Turns: one job per tracker; one that does not answer rests, and no message is lost whatever becomes of a job.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use handover::package::Package;
use handover::tracker::{Definition, Kind, Message, MessageState, TrackerId, keeping, store};
use kernel::db::params;
use kernel::job::{self, New, Settings, State};
use serde_json::Value;
use testkit::TestApp;

use crate::hooks::{in_tracker, tracker};
use crate::house::{given, notes, package, to_systems};
use crate::sending::{Receiver, house};

/// An address where nobody listens.
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

/// Messages to a tracker, oldest first.
async fn messages(app: &TestApp, id: TrackerId) -> Vec<Message> {
    let mut all = app.read(move |tx| store::messages(tx, id, 100)).await.unwrap();
    all.reverse();
    all
}

async fn states(app: &TestApp, id: TrackerId) -> Vec<MessageState> {
    messages(app, id).await.iter().map(|one| one.state).collect()
}

/// Amy hands so many tickets over to a tracker.
async fn several(app: &TestApp, id: TrackerId, count: usize) -> Vec<Package> {
    let mut all = Vec::new();
    for number in 0..count {
        let ticket = app
            .reported(&app.cast.li_na.clone(), &format!("Fault {number}"))
            .await;
        let mut giving = to_systems(app);
        giving.tracker = Some(id);
        all.push(given(app, ticket.number, giving).await);
    }
    all
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

/// As if the node had died with the job for the last time.
async fn the_job_is_lost(app: &TestApp) {
    let lost = app
        .write(move |tx| {
            tx.execute(
                "DELETE FROM kernel_job WHERE kind = $1",
                params!["handover.deliver"],
            )
        })
        .await
        .unwrap();
    assert_eq!(lost, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trackers_that_never_answer_leave_the_workers_to_other_jobs() {
    const OTHER: &str = "handover.forget";
    let (app, (address, connections)) = (house().await, silent().await);
    let cx = app.cx();
    app.write(move |tx| {
        for number in 0..12 {
            let definition = Definition {
                name: format!("Silent {number}"),
                kind: Kind::Plain,
                url: format!("http://{address}/issues"),
                enabled: true,
            };
            let tracker = keeping::add(tx, &cx, &definition)?;
            for _ in 0..3 {
                keeping::test(tx, &cx, tracker.id)?;
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
    assert!(connected <= 2, "{connected} trackers were waited for at once");
}

#[tokio::test]
async fn a_tracker_that_is_not_there_costs_one_attempt_for_all_that_waits_and_gets_it_when_it_is_back() {
    let (app, address) = (house().await, nobody().await);
    let (id, _) = tracker(&app, Kind::Plain, &format!("http://{address}/issues")).await;
    several(&app, id, 4).await;
    app.settle().await;
    let tried: i64 = messages(&app, id).await.iter().map(|one| one.attempts).sum();
    assert_eq!(tried, 1);
    let receiver = Receiver::start_at(&address.to_string()).await;
    app.pass_hours(1).await;
    assert_eq!(receiver.heard().len(), 4);
    assert_eq!(states(&app, id).await, [MessageState::Delivered; 4]);
}

#[tokio::test]
async fn what_waited_behind_a_silent_tracker_for_half_a_day_is_told_of_on_its_ticket() {
    let (app, address) = (house().await, nobody().await);
    let (id, _) = tracker(&app, Kind::Plain, &format!("http://{address}/issues")).await;
    let all = several(&app, id, 3).await;
    app.settle().await;
    for _ in 0..14 {
        app.pass_hours(1).await;
    }
    assert_eq!(states(&app, id).await, [MessageState::GivenUp; 3]);
    for given in all {
        let notes = notes(&app, given.ticket).await;
        let told = notes.iter().filter(|note| note.contains("Tracker plain")).count();
        assert_eq!(
            told, 2,
            "that it went there, and that it was not taken: {notes:?}"
        );
    }
}

#[tokio::test]
async fn a_tracker_that_is_switched_off_is_sent_nothing_and_the_ticket_hears_it() {
    let (app, receiver) = (house().await, Receiver::start().await);
    receiver.answers(StatusCode::BAD_GATEWAY, "down");
    let (id, _) = tracker(&app, Kind::Plain, &receiver.url).await;
    let given = in_tracker(&app, id).await;
    app.settle().await;
    let form = [("name", "Off"), ("kind", "plain"), ("url", receiver.url.as_str())];
    let path = format!("/settings/trackers/{id}");
    assert_eq!(app.admin().await.post(&path, &form).await.status, 303);
    app.settle().await;
    assert_eq!(states(&app, id).await, [MessageState::GivenUp]);
    let notes = notes(&app, given.ticket).await;
    assert!(notes.last().unwrap().contains("Off"), "{notes:?}");
    assert_eq!(receiver.heard().len(), 1);
}

#[tokio::test]
async fn a_message_whose_job_is_gone_can_be_sent_again_after_some_hours() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let (id, _) = tracker(&app, Kind::Plain, &receiver.url).await;
    in_tracker(&app, id).await;
    the_job_is_lost(&app).await;
    let message = messages(&app, id).await.remove(0);
    let mut noor = app.admin().await;
    let (log, again) = (
        format!("/settings/trackers/{id}/log"),
        format!("/settings/trackers/{id}/messages/{}/again", message.id),
    );
    assert!(!noor.get(&log).await.text.contains("/again\""));
    assert_eq!(noor.post(&again, &[]).await.status, 409);
    app.clock.advance_millis(3 * 3_600_000);
    assert!(noor.get(&log).await.text.contains("/again\""));
    assert_eq!(noor.post(&again, &[]).await.status, 303);
    // Twice is once.
    assert_eq!(noor.post(&again, &[]).await.status, 409);
    app.settle().await;
    assert_eq!(receiver.heard().len(), 1);
    assert_eq!(states(&app, id).await, [MessageState::Delivered]);
}

#[tokio::test]
async fn a_message_whose_job_is_gone_is_found_within_a_day() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let (id, _) = tracker(&app, Kind::Plain, &receiver.url).await;
    in_tracker(&app, id).await;
    the_job_is_lost(&app).await;
    for _ in 0..25 {
        app.pass_hours(1).await;
    }
    assert_eq!(states(&app, id).await, [MessageState::Delivered]);
    assert_eq!(receiver.heard().len(), 1);
}

#[tokio::test]
async fn an_issue_is_remembered_however_long_the_answer_that_names_it() {
    let (app, receiver) = (house().await, Receiver::start().await);
    let answer = serde_json::json!({
        "body": "x".repeat(6_000), "key": "APP-9", "web_url": "https://gitlab.test/acme/app/-/issues/9",
    });
    receiver.answers(StatusCode::CREATED, &answer.to_string());
    let (id, _) = tracker(&app, Kind::Plain, &receiver.url).await;
    let given = in_tracker(&app, id).await;
    app.settle().await;
    let known = package(&app, given.id).await;
    assert_eq!(
        (known.issue_key.as_deref(), known.issue_url.as_deref()),
        (Some("APP-9"), Some("https://gitlab.test/acme/app/-/issues/9"))
    );
    let notes = notes(&app, given.ticket).await;
    assert!(notes.last().unwrap().contains("APP-9"), "{notes:?}");
    let kept = messages(&app, id).await.remove(0).answer.unwrap();
    assert_eq!(kept.chars().count(), 2_000);
    let subject = given.subject();
    let events = app
        .read(move |tx| kernel::event::of_subject(tx, &subject, 0, 100))
        .await
        .unwrap();
    assert!(
        events
            .iter()
            .any(|event| event.kind == handover::events::PACKAGE_ISSUE_KNOWN)
    );
}
