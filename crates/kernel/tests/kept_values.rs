//! Values kept between transactions: a change counts from its commit on, for every node, and what was rolled back never does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel::db::{Db, Migration, Options, Watched, migrate, params};
use kernel::{Error, Result, Timestamp};

const TEAMS: &[Migration] = &[Migration {
    name: "0001_teams",
    sql: "CREATE TABLE t_team (name TEXT NOT NULL PRIMARY KEY, size BIGINT NOT NULL);",
}];
const WATCHED: &[Watched] = &[Watched::Table("t_team")];

/// One node: a facade of its own over the shared database, and how often it had to load.
#[derive(Clone)]
struct Node {
    db: Db,
    loads: Arc<AtomicU64>,
}

impl Node {
    fn new(db: Db) -> Self {
        db.watch(WATCHED);
        let loads = Arc::default();
        Self { db, loads }
    }

    async fn sizes(&self) -> i64 {
        let loads = Arc::clone(&self.loads);
        self.db.read(move |tx| sum(tx, &loads)).await.unwrap()
    }

    fn loads(&self) -> u64 {
        self.loads.load(Ordering::Relaxed)
    }

    async fn grow(&self, by: i64, fails: bool) -> Result<i64> {
        let loads = Arc::clone(&self.loads);
        self.db
            .write(move |tx| {
                tx.execute("UPDATE t_team SET size = size + $1", params![by])?;
                let own = sum(tx, &loads)?;
                if fails { Err(Error::not_found()) } else { Ok(own) }
            })
            .await
    }
}

fn sum(tx: &mut kernel::db::Tx<'_>, loads: &AtomicU64) -> Result<i64> {
    let kept = tx.kept("t.sum", &["t_team"], |tx| {
        loads.fetch_add(1, Ordering::Relaxed);
        total(tx)
    })?;
    Ok(*kept)
}

fn total(tx: &mut kernel::db::Tx<'_>) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS sum FROM t_team";
    tx.query_one(sql, &[], |row| row.get("sum"))
}

async fn nodes() -> (support::TestDb, Node, Node) {
    let test = support::open().await;
    let slices: &[(&str, &[Migration])] = &[("kernel", kernel::MIGRATIONS), ("t", TEAMS)];
    migrate(&test.db, slices, Timestamp::from_millis(1))
        .await
        .unwrap();
    let url = test.url.clone();
    let other = tokio::task::spawn_blocking(move || Db::open(&Options::new(url)).unwrap());
    let (one, two) = (Node::new(test.db.clone()), Node::new(other.await.unwrap()));
    one.db
        .write(|tx| tx.execute("INSERT INTO t_team (name, size) VALUES ('first', 3)", &[]))
        .await
        .unwrap();
    (test, one, two)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_change_is_loaded_once() {
    let (_test, one, _) = nodes().await;
    for _ in 0..5 {
        assert_eq!(one.sizes().await, 3);
    }
    assert_eq!(one.loads(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_counts_from_its_commit_on_for_every_node() {
    let (_test, one, two) = nodes().await;
    assert_eq!((one.sizes().await, two.sizes().await), (3, 3));
    // Who changes sees it at once, inside the transaction.
    assert_eq!(two.grow(4, false).await.unwrap(), 7);
    assert_eq!((one.sizes().await, two.sizes().await), (7, 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rolled_back_is_not_kept() {
    let (_test, one, two) = nodes().await;
    assert_eq!(one.sizes().await, 3);
    one.grow(100, true).await.unwrap_err();
    assert_eq!((one.sizes().await, two.sizes().await), (3, 3));
    assert_eq!(one.grow(1, false).await.unwrap(), 4);
    assert_eq!((one.sizes().await, two.sizes().await), (4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_an_old_value_while_others_change_it() {
    let (_test, one, two) = nodes().await;
    let mut expected = 3;
    for turn in 0..30 {
        let (by, at) = if turn % 2 == 0 { (&one, &two) } else { (&two, &one) };
        let reading = tokio::spawn({
            let at = at.clone();
            async move { at.sizes().await }
        });
        by.grow(1, false).await.unwrap();
        expected += 1;
        assert_eq!((one.sizes().await, two.sizes().await), (expected, expected));
        // Begun before the commit or after it: one of the two, never anything else.
        let read = reading.await.unwrap();
        assert!(read == expected || read == expected - 1, "{read} of {expected}");
    }
}

/// The same sum, of a table nobody watches: kept while the log stands still.
async fn still(node: &Node) -> i64 {
    let loads = Arc::clone(&node.loads);
    node.db.read(move |tx| while_still(tx, &loads)).await.unwrap()
}

fn while_still(tx: &mut kernel::db::Tx<'_>, loads: &AtomicU64) -> Result<i64> {
    let kept = tx.kept_while_still("t.still", |tx| {
        loads.fetch_add(1, Ordering::Relaxed);
        total(tx)
    })?;
    Ok(*kept)
}

/// Changes the sum and tells it, in one transaction; inside it the new sum is seen.
async fn tell(node: &Node, by: i64, fails: bool) -> Result<i64> {
    let loads = Arc::clone(&node.loads);
    node.db
        .write(move |tx| {
            tx.execute("UPDATE t_team SET size = size + $1", params![by])?;
            let cx = kernel::Cx::system(kernel::Clock::System, "test");
            let told = kernel::event::New {
                kind: "t.grew",
                subject: "t:first".to_owned(),
                data: serde_json::json!({ "by": by }),
                personal: None,
            };
            kernel::event::append(tx, &cx, told)?;
            let own = while_still(tx, &loads)?;
            if fails { Err(Error::not_found()) } else { Ok(own) }
        })
        .await
}

/// Asks five times while nothing happens and expects one computation at most. The snapshots of PostgreSQL number the
/// transactions of the whole cluster, other databases' too: only a stretch with the same one before and after was quiet.
async fn loads_of_a_quiet_moment(node: &Node) {
    for _ in 0..1_000 {
        let (before, loads) = (snapshot(node).await, node.loads());
        for _ in 0..5 {
            assert_eq!(still(node).await, 3);
        }
        if snapshot(node).await == before {
            assert!(node.loads() <= loads + 1, "{} computations", node.loads() - loads);
            return;
        }
    }
    panic!("this cluster never stood still");
}

async fn snapshot(node: &Node) -> String {
    let postgres = support::on_postgres();
    let read = move |tx: &mut kernel::db::Tx<'_>| {
        if !postgres {
            return Ok(String::new());
        }
        let sql = "SELECT pg_current_snapshot()::text AS snapshot";
        tx.query_one(sql, &[], |row| row.get("snapshot"))
    };
    node.db.read(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nothing_happens_a_figure_is_computed_once_and_an_event_makes_it_old() {
    let (_test, one, two) = nodes().await;
    loads_of_a_quiet_moment(&one).await;
    assert_eq!(still(&two).await, 3);
    assert_eq!(tell(&two, 4, false).await.unwrap(), 7);
    assert_eq!((still(&one).await, still(&two).await), (7, 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_transaction_saw_of_its_own_events_is_not_kept_when_it_is_rolled_back() {
    let (_test, one, two) = nodes().await;
    assert_eq!(still(&one).await, 3);
    tell(&one, 100, true).await.unwrap_err();
    assert_eq!((still(&one).await, still(&two).await), (3, 3));
    assert_eq!(tell(&two, 1, false).await.unwrap(), 4);
    assert_eq!((still(&one).await, still(&two).await), (4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_committed_after_a_later_one_makes_figures_old_too() {
    let (_test, one, two) = nodes().await;
    let (told, hears) = std::sync::mpsc::channel::<()>();
    let (go_on, waits) = std::sync::mpsc::channel::<()>();
    // The earlier event is written and its transaction left open. SQLite has one writer, so there it simply is the first.
    let slow = one.clone();
    let earlier = tokio::spawn(async move {
        let write = move |tx: &mut kernel::db::Tx<'_>| {
            let cx = kernel::Cx::system(kernel::Clock::System, "test");
            let grown = kernel::event::New {
                kind: "t.grew",
                subject: "t:slow".to_owned(),
                data: serde_json::json!({}),
                personal: None,
            };
            kernel::event::append(tx, &cx, grown)?;
            told.send(()).ok();
            waits.recv_timeout(std::time::Duration::from_secs(20)).ok();
            tx.execute("INSERT INTO t_team (name, size) VALUES ('slow', 50)", &[])
        };
        slow.db.write(write).await
    });
    tokio::task::spawn_blocking(move || hears.recv())
        .await
        .unwrap()
        .unwrap();
    if support::on_postgres() {
        tell(&two, 1, false).await.unwrap();
        assert_eq!(still(&two).await, 4);
    }
    go_on.send(()).unwrap();
    earlier.await.unwrap().unwrap();
    let all = if support::on_postgres() { 54 } else { 53 };
    assert_eq!((still(&one).await, still(&two).await), (all, all));
}
