//! Jobs and schedules: done after the commit, tried again, given up, taken over, and fired once.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod house;

use std::time::Duration;

use house::{House, handlers};
use kernel::db::params;
use kernel::job::{self, Every, JobId, New, Runner, Schedule, Settings, State};
use kernel::{Cx, Kernel};
use serde_json::json;

fn note(text: &str) -> New {
    New::now("test.note", json!({ "text": text }))
}

async fn enqueue(house: &House, new: New) -> JobId {
    let cx = house.cx.clone();
    house
        .db()
        .write(move |tx| job::enqueue(tx, &cx, new.clone()))
        .await
        .unwrap()
}

async fn runner(kernel: &Kernel) -> Runner {
    Runner::new(kernel, handlers(), vec![]).await.unwrap()
}

async fn count(house: &House, state: State) -> i64 {
    house.db().read(move |tx| job::count(tx, state)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_done_and_leaves_no_row() {
    let house = House::open().await;
    let runner = runner(&house.kernel).await;
    enqueue(&house, note("a")).await;
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
    assert_eq!(house.notes().await, ["a"]);
    for state in [State::Queued, State::Running, State::Dead] {
        assert_eq!(count(&house, state).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_failed_transaction_is_never_done() {
    let house = House::open().await;
    let runner = runner(&house.kernel).await;
    let cx = house.cx.clone();
    let failed = house
        .db()
        .write(move |tx| {
            job::enqueue(tx, &cx, note("never"))?;
            Err::<(), _>(kernel::Error::conflict("test.changed_my_mind"))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_waits_for_its_instant() {
    let house = House::open().await;
    let runner = runner(&house.kernel).await;
    enqueue(&house, note("later").at(house.cx.now().add_secs(60))).await;
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 0);
    house.later(60);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_keeps_a_waiting_job_from_being_enqueued_twice() {
    let house = House::open().await;
    let runner = runner(&house.kernel).await;
    let soon = house.cx.now().add_secs(60);
    let first = enqueue(&house, note("first").key("k").at(soon)).await;
    let second = enqueue(&house, note("second").key("k")).await;
    let other = enqueue(&house, note("other").key("x")).await;
    assert_eq!(first, second);
    assert_ne!(first, other);
    assert_eq!(
        runner.drain(&house.kernel).await.unwrap(),
        2,
        "the earlier instant counts"
    );
    assert_eq!(house.notes().await.len(), 2);
    enqueue(&house, note("again").key("k")).await;
    assert_eq!(
        runner.drain(&house.kernel).await.unwrap(),
        1,
        "a job that is done frees its key"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_waits_longer_each_time_and_then_is_dead() {
    let house = House::open().await;
    let runner = runner(&house.kernel).await;
    let id = enqueue(&house, New::now("test.fail", json!({})).max_attempts(3)).await;
    for (attempt, longest) in [(1, 10), (2, 20)] {
        assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
        let waiting = house
            .db()
            .read(|tx| job::list(tx, State::Queued, None, 10))
            .await
            .unwrap();
        let pause = waiting[0].run_at.since(house.cx.now());
        assert_eq!(waiting[0].job.attempt, attempt);
        assert!(
            pause >= longest * 500 && pause <= longest * 1000,
            "attempt {attempt} waits {pause} ms"
        );
        assert_eq!(runner.drain(&house.kernel).await.unwrap(), 0);
        house.later(longest);
    }
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
    let dead = house
        .db()
        .read(|tx| job::list(tx, State::Dead, None, 10))
        .await
        .unwrap();
    assert_eq!((dead.len(), dead[0].job.id), (1, id));
    assert!(
        dead[0]
            .last_error
            .as_ref()
            .unwrap()
            .contains("test.printer_on_fire")
    );
    house.later(100_000);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_can_be_run_again_or_discarded() {
    let house = House::open().await;
    let runner = runner(&house.kernel).await;
    let id = enqueue(&house, New::now("test.fail", json!({})).max_attempts(1)).await;
    runner.drain(&house.kernel).await.unwrap();
    assert_eq!(count(&house, State::Dead).await, 1);
    let cx = house.cx.clone();
    house
        .db()
        .write(move |tx| job::run_again(tx, &cx, id))
        .await
        .unwrap();
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
    house.db().write(move |tx| job::discard(tx, id)).await.unwrap();
    let cx = house.cx.clone();
    let gone = house
        .db()
        .write(move |tx| job::run_again(tx, &cx, id))
        .await
        .unwrap_err();
    assert_eq!(gone.kind(), kernel::error::Kind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_panics_is_tried_again() {
    let house = House::open().await;
    let runner = runner(&house.kernel).await;
    enqueue(
        &house,
        New::now("test.panic_once", json!({ "text": "second try" })),
    )
    .await;
    runner.drain(&house.kernel).await.unwrap();
    house.later(10);
    runner.drain(&house.kernel).await.unwrap();
    assert_eq!(house.notes().await, ["second try"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_whose_key_was_taken_meanwhile_goes_on_beside_the_other() {
    let house = House::open().await;
    let runner = runner(&house.kernel).await;
    enqueue(
        &house,
        New::now("test.panic_once", json!({ "text": "one" })).key("k"),
    )
    .await;
    house
        .execute("UPDATE kernel_job SET state = 'running', attempts = 1, locked_by = 'gone'")
        .await;
    enqueue(
        &house,
        New::now("test.panic_once", json!({ "text": "two" })).key("k"),
    )
    .await;
    house
        .execute("UPDATE kernel_job SET attempts = 0 WHERE state = 'running'")
        .await;
    // Both fail once; the first goes back to the queue while the second waits there with the key.
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 2);
    house.later(10);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 2);
    assert_eq!(house.notes().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_jobs_of_a_dead_node_are_taken_up_when_its_lease_runs_out() {
    let house = House::open().await;
    let runner = runner(&house.kernel).await;
    let until = house.cx.now().add_secs(60).millis();
    enqueue(&house, note("orphan")).await;
    enqueue(&house, note("poison").max_attempts(1)).await;
    let seize = move |tx: &mut kernel::db::Tx<'_>| {
        tx.execute(
            "UPDATE kernel_job SET state = 'running', attempts = 1, locked_by = 'dead-node', locked_until = $1",
            params![until],
        )
    };
    house.db().write(seize).await.unwrap();
    house.later(59);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 0);
    house.later(1);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
    assert_eq!(house.notes().await, ["orphan"]);
    assert_eq!(
        count(&house, State::Dead).await,
        1,
        "the job that took its node down at its last attempt is given up"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_the_jobs_and_do_each_once() {
    let house = House::open().await;
    let other = house.second_node().await;
    let (here, there) = (runner(&house.kernel).await, runner(&other).await);
    let cx = house.cx.clone();
    let many = move |tx: &mut kernel::db::Tx<'_>| {
        for number in 0..60 {
            job::enqueue(tx, &cx, note(&format!("{number:02}")))?;
        }
        Ok(())
    };
    house.db().write(many).await.unwrap();
    let kernels = [house.kernel.clone(), other];
    let nodes: Vec<_> = [(here, kernels[0].clone()), (there, kernels[1].clone())]
        .into_iter()
        .map(|(runner, kernel)| tokio::spawn(async move { runner.run(&kernel, Settings::default()).await }))
        .collect();
    for _ in 0..1_000 {
        if count(&house, State::Queued).await + count(&house, State::Running).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    kernels.iter().for_each(|kernel| kernel.stop.stop());
    for node in nodes {
        tokio::time::timeout(Duration::from_secs(30), node)
            .await
            .expect("it ends")
            .unwrap();
    }
    let mut notes = house.notes().await;
    notes.sort();
    let expected: Vec<String> = (0..60).map(|number| format!("{number:02}")).collect();
    assert_eq!(notes, expected);
}

const SWEEP: Schedule = Schedule {
    name: "test.sweep",
    every: Every::Seconds(30),
    job: "test.note",
};

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_fires_once_on_two_nodes() {
    let house = House::open().await;
    let other = house.second_node().await;
    let here = Runner::new(&house.kernel, handlers(), vec![SWEEP]).await.unwrap();
    let there = Runner::new(&other, handlers(), vec![SWEEP]).await.unwrap();
    for round in 1..=5 {
        house.later(30);
        let (one, two) = tokio::join!(here.drain(&house.kernel), there.drain(&other));
        assert_eq!(one.unwrap() + two.unwrap(), 1, "round {round}");
    }
    assert_eq!(house.notes().await.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn missed_firings_are_made_up_for_by_one() {
    let house = House::open().await;
    let runner = Runner::new(&house.kernel, handlers(), vec![SWEEP]).await.unwrap();
    assert_eq!(
        runner.drain(&house.kernel).await.unwrap(),
        0,
        "not before its time"
    );
    house.later(86_400);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
    house.later(29);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 0);
    house.later(1);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_that_now_comes_more_often_need_not_wait_for_its_old_instant() {
    let house = House::open().await;
    let daily = Schedule {
        every: Every::DailyAt(3, 0, "Asia/Shanghai"),
        ..SWEEP
    };
    Runner::new(&house.kernel, handlers(), vec![daily]).await.unwrap();
    let runner = Runner::new(&house.kernel, handlers(), vec![SWEEP]).await.unwrap();
    house.later(30);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_sealed_by_its_schedule() {
    let house = House::open().await;
    let (schedule, handler) = (
        kernel::event::seal::schedule(),
        kernel::event::seal::job_handler(),
    );
    let runner = Runner::new(&house.kernel, vec![handler], vec![schedule])
        .await
        .unwrap();
    house.append("a").await;
    house.later(10);
    assert_eq!(runner.drain(&house.kernel).await.unwrap(), 1);
    let report = kernel::event::seal::verify(house.db()).await.unwrap();
    assert_eq!((report.events, report.unsealed), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_cut_short_by_the_end_of_the_process_is_done_by_the_next() {
    fn hang(_: Kernel, _: job::Job) -> futures::future::BoxFuture<'static, kernel::Result<()>> {
        Box::pin(std::future::pending())
    }
    let house = House::open().await;
    let hanging = job::JobHandler {
        kind: "test.note",
        run: hang,
    };
    let first = Runner::new(&house.kernel, vec![hanging], vec![]).await.unwrap();
    enqueue(&house, note("in the end").max_attempts(1)).await;
    let running = {
        let kernel = house.kernel.clone();
        let settings = Settings {
            grace: Duration::from_millis(50),
            ..Settings::default()
        };
        tokio::spawn(async move { first.run(&kernel, settings).await })
    };
    for _ in 0..1_000 {
        if count(&house, State::Running).await == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    house.kernel.stop.stop();
    tokio::time::timeout(Duration::from_secs(10), running)
        .await
        .expect("it ends")
        .unwrap();
    let next = runner(&house.kernel).await;
    assert_eq!(
        next.drain(&house.kernel).await.unwrap(),
        1,
        "without waiting for the lease, and as its first attempt"
    );
    assert_eq!(house.notes().await, ["in the end"]);
}

#[test]
fn a_context_names_the_work_it_is_for() {
    let cx = Cx::system(kernel::Clock::System, "test.sweep");
    assert_eq!(cx.actor.key(), "system:test.sweep");
}
