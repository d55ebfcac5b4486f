//! Subscribers: at least once, in order, from where they stopped, and once in the cluster.

mod house;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures::FutureExt as _;
use house::{House, Seen};
use kernel::Error;
use kernel::event::{self, Runner, Subscriber};

fn cluster(name: &'static str, seen: &Seen) -> Subscriber {
    let seen = seen.clone();
    Subscriber::cluster(name, move |_, events| {
        seen.take_in(events);
        async { Ok(()) }.boxed()
    })
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited ten seconds in vain until {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_sees_each_event_once_and_in_order() {
    let house = House::open().await;
    house.append("a").await;
    let seen = Seen::default();
    let runner = Runner::new(&house.kernel, vec![cluster("test.reader", &seen)])
        .await
        .unwrap();
    house.append("b").await;
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 2);
    house.append("c").await;
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 0);
    assert_eq!(seen.all(), ["a", "b", "c"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_failed_goes_on_at_its_cursor() {
    let house = House::open().await;
    let seen = Seen::default();
    let broken = Arc::new(AtomicBool::new(false));
    let subscriber = {
        let (seen, broken) = (seen.clone(), Arc::clone(&broken));
        Subscriber::cluster("test.reader", move |_, events| {
            if broken.load(Ordering::SeqCst) {
                return async { Err(Error::unavailable("test.broken")) }.boxed();
            }
            seen.take_in(events);
            async { Ok(()) }.boxed()
        })
    };
    let runner = Runner::new(&house.kernel, vec![subscriber]).await.unwrap();
    house.append("a").await;
    runner.drain(&house.kernel).await.unwrap();
    broken.store(true, Ordering::SeqCst);
    house.append("b").await;
    assert_eq!(
        runner.drain(&house.kernel).await.unwrap_err().code(),
        "test.broken"
    );
    house.append("c").await;
    broken.store(false, Ordering::SeqCst);
    runner.drain(&house.kernel).await.unwrap();
    assert_eq!(seen.all(), ["a", "b", "c"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_panics_fails_and_nothing_else() {
    let house = House::open().await;
    let calls = Arc::new(AtomicUsize::new(0));
    let subscriber = {
        let calls = Arc::clone(&calls);
        Subscriber::cluster("test.reader", move |_, _| {
            assert!(calls.fetch_add(1, Ordering::SeqCst) > 0, "the first call panics");
            async { Ok(()) }.boxed()
        })
    };
    let runner = Runner::new(&house.kernel, vec![subscriber]).await.unwrap();
    house.append("a").await;
    assert!(runner.drain(&house.kernel).await.is_err());
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_subscriber_from_now_does_not_hear_of_the_past() {
    let house = House::open().await;
    house.append("past").await;
    let (notices, live) = (Seen::default(), Seen::default());
    let node = {
        let live = live.clone();
        Subscriber::node("test.live", move |_, events| {
            live.take_in(events);
            async { Ok(()) }.boxed()
        })
    };
    let subscribers = vec![cluster("test.notices", &notices).from_now(), node];
    let runner = Runner::new(&house.kernel, subscribers).await.unwrap();
    house.append("present").await;
    runner.drain(&house.kernel).await.unwrap();
    assert_eq!(notices.all(), ["present"]);
    assert_eq!(live.all(), ["present"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_node_reads_for_the_cluster_and_another_takes_over_when_it_falls_silent() {
    let house = House::open().await;
    let other = house.second_node().await;
    let (first, second) = (Seen::default(), Seen::default());
    let here = Runner::new(&house.kernel, vec![cluster("test.reader", &first)])
        .await
        .unwrap();
    let there = Runner::new(&other, vec![cluster("test.reader", &second)])
        .await
        .unwrap();
    house.append("a").await;
    here.drain(&house.kernel).await.unwrap();
    house.append("b").await;
    assert_eq!(
        there.drain(&other).await.unwrap(),
        0,
        "the first node still holds the lease"
    );
    house.later(31);
    assert_eq!(there.drain(&other).await.unwrap(), 1);
    house.append("c").await;
    assert_eq!(
        here.drain(&house.kernel).await.unwrap(),
        0,
        "now the second node holds it"
    );
    assert_eq!(
        (first.all(), second.all()),
        (vec!["a".to_owned()], vec!["b".to_owned()])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lost_its_lease_in_the_middle_does_not_move_the_cursor() {
    let house = House::open().await;
    let other = house.second_node().await;
    let second = Seen::default();
    let there = Runner::new(&other, vec![cluster("test.reader", &second)])
        .await
        .unwrap();
    let slow = {
        let (clock, other) = (house.kernel.clock.clone(), other.clone());
        Subscriber::cluster("test.reader", move |_, _| {
            let (clock, other, there) = (clock.clone(), other.clone(), there.clone());
            async move {
                clock.advance_millis(31_000);
                there.drain(&other).await?;
                Ok(())
            }
            .boxed()
        })
    };
    let here = Runner::new(&house.kernel, vec![slow]).await.unwrap();
    house.append("a").await;
    assert_eq!(
        here.drain(&house.kernel).await.unwrap(),
        0,
        "the other node had moved it"
    );
    assert_eq!(second.all(), ["a"]);
    let progress = house.db().read(event::progress).await.unwrap();
    assert_eq!(progress[0].behind, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn running_subscribers_hear_of_events_tell_of_failures_and_end_when_asked() {
    let house = House::open().await;
    let seen = Seen::default();
    let failing = Subscriber::cluster("test.failing", |_, _| {
        async { Err(Error::unavailable("test.broken")) }.boxed()
    });
    let runner = Runner::new(&house.kernel, vec![cluster("test.reader", &seen), failing])
        .await
        .unwrap();
    let running = {
        let (runner, kernel) = (runner.clone(), house.kernel.clone());
        tokio::spawn(async move { runner.run(&kernel).await })
    };
    house.append("a").await;
    until("the reader has seen it", || seen.all() == ["a"]).await;
    let mut failures = 0;
    for _ in 0..500 {
        let progress = house.db().read(event::progress).await.unwrap();
        failures = progress
            .iter()
            .find(|one| one.name == "test.failing")
            .unwrap()
            .failures;
        if failures > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(failures > 0, "the failure shows");
    house.kernel.stop.stop();
    tokio::time::timeout(Duration::from_secs(10), running)
        .await
        .expect("it ends")
        .unwrap();
    // The lease was given back: another node need not wait for it to run out.
    let other = house.second_node().await;
    house.append("b").await;
    let second = Seen::default();
    let there = Runner::new(&other, vec![cluster("test.reader", &second)])
        .await
        .unwrap();
    assert_eq!(there.drain(&other).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_subscriber_has_yet_to_read_is_counted() {
    let house = House::open().await;
    let runner = Runner::new(&house.kernel, vec![cluster("test.reader", &Seen::default())])
        .await
        .unwrap();
    house.append("a").await;
    runner.drain(&house.kernel).await.unwrap();
    house.append("b").await;
    house.append("c").await;
    let progress = house.db().read(event::progress).await.unwrap();
    let behind: Vec<(&str, i64)> = progress
        .iter()
        .map(|one| (one.name.as_str(), one.behind))
        .collect();
    assert_eq!(behind, [("test.reader", 2)]);
}
