//! A kernel on a fresh database with a clock that the test moves, and a second node beside it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]
#![expect(dead_code, reason = "each test file uses its part")]

#[path = "../support/mod.rs"]
pub mod support;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::config::{Config, DatabaseUrl};
use kernel::db::{Db, Migration, Tx, migrate, params};
use kernel::event::{self, Cursor, Event};
use kernel::job::{Job, JobHandler};
use kernel::{Clock, Cx, Error, Kernel, Result, Timestamp};
use serde_json::json;

const NOTES: &[Migration] = &[Migration {
    name: "0001_note",
    sql: "CREATE TABLE t_note (seq {identity}, text TEXT NOT NULL);",
}];

pub struct House {
    pub kernel: Kernel,
    pub cx: Cx,
    test: support::TestDb,
    folder: tempfile::TempDir,
}

impl House {
    pub async fn open() -> Self {
        let test = support::open().await;
        let clock = Clock::manual(at("2026-03-02T08:00:00Z"));
        migrate(
            &test.db,
            &[("kernel", kernel::MIGRATIONS), ("t", NOTES)],
            clock.now(),
        )
        .await
        .unwrap();
        let cx = Cx::system(clock.clone(), "test");
        let folder = tempfile::tempdir().unwrap();
        let kernel = open(&test.url, folder.path().join("first-node"), clock).await;
        Self {
            kernel,
            cx,
            test,
            folder,
        }
    }

    /// Another node on the same database and clock.
    pub async fn second_node(&self) -> Kernel {
        open(
            &self.test.url,
            self.folder.path().join("second-node"),
            self.kernel.clock.clone(),
        )
        .await
    }

    pub fn db(&self) -> &Db {
        &self.kernel.db
    }

    pub fn later(&self, seconds: i64) {
        self.kernel.clock.advance_millis(seconds * 1000);
    }

    pub async fn append(&self, text: &str) -> i64 {
        let (cx, text) = (self.cx.clone(), text.to_owned());
        self.db()
            .write(move |tx| event::append(tx, &cx, new_event(&text)))
            .await
            .unwrap()
    }

    /// Reads once nothing is held back: on PostgreSQL another test's transaction may do that for a moment.
    pub async fn read_all<T: Send + 'static>(
        &self,
        read: impl Fn(&mut Tx<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> T {
        let read = Arc::new(read);
        for _ in 0..500 {
            let read = Arc::clone(&read);
            let look = move |tx: &mut Tx<'_>| Ok((read(tx)?, event::is_held_back(tx)?));
            let (found, held_back) = self.db().read(look).await.unwrap();
            if !held_back {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the log is held back for five seconds");
    }

    pub async fn read_after(&self, cursor: Cursor, limit: i64) -> Vec<Event> {
        self.read_all(move |tx| event::read_after(tx, cursor, limit))
            .await
    }

    pub async fn execute(&self, sql: &'static str) -> u64 {
        self.db()
            .write(move |tx| tx.execute(sql, params![]))
            .await
            .unwrap()
    }

    /// What the handlers of the jobs wrote, in order.
    pub async fn notes(&self) -> Vec<String> {
        let sql = "SELECT text FROM t_note ORDER BY seq";
        self.db()
            .read(move |tx| tx.query(sql, params![], |row| row.get("text")))
            .await
            .unwrap()
    }
}

/// A node that looks for the database where the test made it; `folder` is the node's own.
async fn open(url: &str, folder: PathBuf, clock: Clock) -> Kernel {
    let config = Config {
        database: DatabaseUrl::parse(url).unwrap(),
        database_readers: 2,
        ..Config::in_folder(folder)
    };
    tokio::task::spawn_blocking(move || Kernel::open(config, clock))
        .await
        .unwrap()
        .unwrap()
}

pub fn new_event(text: &str) -> event::New {
    let personal = Some(json!({ "words": format!("words of {text}") }));
    event::New {
        kind: "test.happened",
        subject: format!("thing:{text}"),
        data: json!({ "text": text }),
        personal,
    }
}

/// What a subscriber has seen: the `text` of each event.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub fn take_in(&self, events: &[Event]) {
        self.0.lock().unwrap().extend(
            events
                .iter()
                .map(|event| event.data["text"].as_str().unwrap_or("").to_owned()),
        );
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

pub fn write_note(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    async move {
        let text = job.data["text"].as_str().unwrap_or("scheduled").to_owned();
        let note = move |tx: &mut Tx<'_>| {
            tx.execute("INSERT INTO t_note (text) VALUES ($1)", params![&text])?;
            Ok(())
        };
        kernel.db.write(note).await
    }
    .boxed()
}

fn fail(_: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    async { Err(Error::unavailable("test.printer_on_fire")) }.boxed()
}

fn panic_once(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    assert!(job.attempt > 1, "the first attempt panics");
    write_note(kernel, job)
}

pub fn handlers() -> Vec<JobHandler> {
    vec![
        JobHandler {
            kind: "test.note",
            run: write_note,
        },
        JobHandler {
            kind: "test.fail",
            run: fail,
        },
        JobHandler {
            kind: "test.panic_once",
            run: panic_once,
        },
    ]
}

pub fn at(text: &str) -> Timestamp {
    text.parse::<jiff::Timestamp>().unwrap().into()
}
