//! Backups and moves of a whole database: everything comes through, on both databases and between them; what is broken is
//! refused before anything is touched.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod house;

use std::path::{Path, PathBuf};

use house::support::{self, on_postgres};
use kernel::db::{Db, Hold, Migration, Options, Tx, migrate, params, tables};
use kernel::event::{self, seal};
use kernel::file::Files;
use kernel::keeping::{self, Program, Target};
use kernel::{Clock, Cx, Timestamp};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::json;

/// A table that nobody told the backup of: every kind of column, a row that refers to a later one, a partial index.
const ANY: &[Migration] = &[
    Migration {
        name: "0001_any",
        sql: "CREATE TABLE t_any (id {identity}, number BIGINT, fraction DOUBLE PRECISION, truth BOOLEAN, words TEXT,
                  bytes BYTEA, hash TEXT, follows BIGINT REFERENCES t_any (id));
              CREATE INDEX t_any_truth ON t_any (truth, id) WHERE words IS NOT NULL;
              INSERT INTO t_any (words) VALUES ('by the migration');",
    },
    Migration {
        name: "0002_order",
        sql: "CREATE TABLE t_order (\"order\" TEXT NOT NULL, \"group\" BIGINT NOT NULL, PRIMARY KEY (\"group\", \"order\"));
              CREATE UNIQUE INDEX t_order_order ON t_order (\"order\");",
    },
];

const NOW: Timestamp = Timestamp::from_secs(1_772_445_600);

fn program() -> Program {
    Program {
        version: "1.0",
        migrations: vec![("kernel", kernel::MIGRATIONS), ("t", ANY)],
    }
}

/// A database with something in it, and its files.
struct Source {
    test: support::TestDb,
    files: Files,
    cx: Cx,
    folder: tempfile::TempDir,
}

impl Source {
    async fn open() -> Self {
        let test = support::open().await;
        migrate(&test.db, &program().migrations, NOW).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let files = Files::local(folder.path().join("files")).unwrap();
        let cx = Cx::system(Clock::manual(NOW), "test");
        Self {
            test,
            files,
            cx,
            folder,
        }
    }

    /// With rows of any content, a sealed log, and a file that a row names.
    async fn filled() -> Self {
        let source = Self::open().await;
        let stored = source.files.put("a picture of a jam", 1000).await.unwrap();
        source.files.put("nobody names this", 1000).await.unwrap();
        source.write(move |tx| fill(tx, &stored.hash)).await;
        let cx = source.cx.clone();
        source
            .write(move |tx| {
                for number in 0..20 {
                    let new = event::New {
                        kind: "t.thing.done",
                        subject: format!("thing:{number}"),
                        data: json!({ "number": number, "text": "😀 \u{0} 中" }),
                        personal: Some(json!({ "name": "李娜" })),
                    };
                    event::append(tx, &cx, new)?;
                }
                Ok(())
            })
            .await;
        // On PostgreSQL a first run remembers, and a later one seals.
        for _ in 0..3 {
            seal::seal(&source.test.db, &source.cx).await.unwrap();
        }
        source
    }

    async fn write(&self, act: impl FnMut(&mut Tx<'_>) -> kernel::Result<()> + Send + 'static) {
        self.test.db.write(act).await.unwrap();
    }

    async fn backup(&self) -> (PathBuf, keeping::Made) {
        let place = self.folder.path().join("a.backup");
        let made = keeping::backup(&self.test.db, &self.files, &program(), NOW, &place)
            .await
            .unwrap();
        (place, made)
    }
}

fn drawn<T>(runner: &mut TestRunner, strategy: impl Strategy<Value = T>) -> T {
    strategy.new_tree(runner).unwrap().current()
}

fn fill(tx: &mut Tx<'_>, hash: &str) -> kernel::Result<()> {
    let mut runner = TestRunner::deterministic();
    let insert = "INSERT INTO t_any (number, fraction, truth, words, bytes) VALUES ($1, $2, $3, $4, $5)";
    // More than one piece, and a single value larger than a piece.
    let long = "x".repeat(3 << 20);
    tx.execute(insert, params![1_i64, 1.5_f64, false, long, Vec::<u8>::new()])?;
    for _ in 0..1500 {
        let fraction = drawn(&mut runner, any::<f64>().prop_filter("a number", |n| !n.is_nan()));
        let row = params![
            drawn(&mut runner, any::<Option<i64>>()),
            Some(fraction),
            drawn(&mut runner, any::<Option<bool>>()),
            drawn(&mut runner, any::<Option<String>>()).map(|text| text.replace('\0', "")),
            drawn(&mut runner, any::<Option<Vec<u8>>>())
        ];
        tx.execute(insert, row)?;
    }
    let edges: [(i64, f64, &str); 4] = [
        (i64::MIN, f64::MIN, ""),
        (i64::MAX, f64::MAX, "👩‍👩‍👧‍👦 “quotes” 'and' \\ \n\t"),
        (0, -0.0, "中流砥柱"),
        (-1, f64::INFINITY, "0123"),
    ];
    for (number, fraction, words) in edges {
        tx.execute(insert, params![number, fraction, true, words, vec![0_u8, 255, 1]])?;
    }
    tx.execute("UPDATE t_any SET hash = $1 WHERE id = 5", params![hash])?;
    tx.execute("UPDATE t_any SET follows = 1400 WHERE id = 5", &[])?;
    tx.execute(
        "INSERT INTO t_order (\"order\", \"group\") VALUES ($1, $2)",
        params!["first", 1_i64],
    )?;
    // A number that was given away never comes again, also when its row is gone.
    tx.execute("DELETE FROM t_any WHERE id = (SELECT MAX(id) FROM t_any)", &[])?;
    Ok(())
}

/// An empty place of either kind. The database is opened alone, and closed when this is dropped.
async fn target(folder: &Path) -> Target {
    let mut options = Options::new(folder.join("restored.db").display().to_string());
    options.hold = Hold::Alone;
    options.checks_references = false;
    Target {
        db: tokio::task::spawn_blocking(move || Db::open(&options))
            .await
            .unwrap()
            .unwrap(),
        files: Files::local(folder.join("restored-files")).unwrap(),
    }
}

fn code<T: std::fmt::Debug>(outcome: kernel::Result<T>) -> String {
    outcome.unwrap_err().code().to_owned()
}

async fn ask(db: &Db, sql: &'static str) -> i64 {
    db.read(move |tx| tx.query_one(sql, &[], |row| row.get("n")))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_through_a_backup_and_the_next_backup_is_the_same() {
    let source = Source::filled().await;
    let (place, made) = source.backup().await;
    assert_eq!(made.missing_count, 0);
    assert_eq!(made.files.count, 1, "only files that rows name are in it");
    let here = source.test.db.read(tables).await.unwrap();
    let names: Vec<&str> = made.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(
        names,
        here.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(),
        "every table that is there is in it"
    );
    assert!(
        made.tables
            .iter()
            .any(|table| table.name == "t_any" && table.rows > 1500)
    );

    let checked = keeping::check(&place, &program()).await.unwrap();
    assert_eq!(checked.tables, made.tables);
    let target = target(source.folder.path()).await;
    let restored = keeping::restore(&checked, &target, &program()).await.unwrap();
    assert_eq!(restored.tables, made.tables);

    let again = source.folder.path().join("again.backup");
    let second = keeping::backup(&target.db, &target.files, &program(), NOW, &again)
        .await
        .unwrap();
    assert_eq!(second.tables, made.tables, "nothing differs");
    let counted = |made: &keeping::Made| -> Vec<_> {
        made.outline
            .tables
            .iter()
            .map(|table| table.numbered.clone())
            .collect()
    };
    assert_eq!(counted(&second), counted(&made), "keys go on where they were");
    assert_eq!(
        target.files.get(&named(&source).await).await.unwrap(),
        "a picture of a jam"
    );
    let report = seal::verify(&target.db).await.unwrap();
    assert!(report.is_sound() && report.events == 20, "{report:?}");
    let indexes =
        "SELECT COUNT(*) AS n FROM sqlite_schema WHERE name IN ('t_any_truth', 'kernel_event_order')";
    assert_eq!(ask(&target.db, indexes).await, 2, "indexes are back");
}

async fn named(source: &Source) -> String {
    let sql = "SELECT hash FROM t_any WHERE hash IS NOT NULL";
    let read = source
        .test
        .db
        .read(move |tx| tx.query_one(sql, &[], |row| row.get("hash")));
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_goes_back_into_the_database_it_came_from_when_that_is_empty() {
    let source = Source::filled().await;
    let (place, made) = source.backup().await;
    let empty = support::open().await;
    let folder = tempfile::tempdir().unwrap();
    let files = Files::local(folder.path().join("files")).unwrap();
    // The facade that the tests opened looks at each reference; loading does not.
    let url = empty.url.clone();
    let checked = keeping::check(&place, &program()).await.unwrap();
    let target = Target {
        db: loading(&url, Hold::Shared).await.unwrap(),
        files,
    };
    let restored = keeping::restore(&checked, &target, &program()).await.unwrap();
    assert_eq!(restored.tables, made.tables);
    let next = "INSERT INTO t_any (words) VALUES ('next') RETURNING id AS n";
    let numbers = made.outline.tables.iter().find(|table| table.name == "t_any");
    let last = numbers.unwrap().numbered.clone().unwrap().last;
    let number: i64 = target
        .db
        .write(move |tx| tx.query_one(next, &[], |row| row.get("n")))
        .await
        .unwrap();
    assert_eq!(number, last + 1);
    let again = keeping::restore(&checked, &target, &program()).await;
    assert_eq!(code(again), "kernel.backup.target_not_empty");
}

async fn loading(url: &str, hold: Hold) -> kernel::Result<Db> {
    let mut options = Options::new(url.to_owned());
    options.hold = hold;
    options.checks_references = false;
    tokio::task::spawn_blocking(move || Db::open(&options))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_carries_everything_and_leaves_the_old_database_as_it_was() {
    let source = Source::filled().await;
    let (_, made) = source.backup().await;
    let target = target(source.folder.path()).await;
    let moved = keeping::move_to(&source.test.db, &target.db, &program(), NOW)
        .await
        .unwrap();
    assert_eq!(moved.tables, made.tables);
    let (_, after) = source.backup().await;
    assert_eq!(after.tables, made.tables);
    let again = keeping::move_to(&source.test.db, &target.db, &program(), NOW).await;
    assert_eq!(code(again), "kernel.backup.target_not_empty");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carried_log_is_read_on_without_a_gap() {
    let source = Source::open().await;
    for text in ["a", "b", "c", "d"] {
        let cx = source.cx.clone();
        let new = house::new_event(text);
        source
            .write(move |tx| event::append(tx, &cx, new.clone()).map(drop))
            .await;
    }
    // As if another server had written it: b committed long after c and d.
    source
        .write(|tx| {
            tx.batch(
                "UPDATE kernel_event SET txid = 9000000000000 + seq;
                 UPDATE kernel_event SET txid = 9100000000000 WHERE subject = 'thing:b';
                 INSERT INTO kernel_cursor (name, txid, seq, updated_at, lease_owner, lease_until)
                     SELECT 'test.reader', txid, seq, 0, 'node-1', 99 FROM kernel_event WHERE subject = 'thing:d';",
            )
        })
        .await;
    let target = target(source.folder.path()).await;
    keeping::move_to(&source.test.db, &target.db, &program(), NOW)
        .await
        .unwrap();
    let cursor =
        "SELECT seq AS n FROM kernel_cursor WHERE name = 'test.reader' AND txid = 0 AND lease_owner IS NULL";
    // SQLite goes by number alone, so there everything up to d has been read.
    let unread = if on_postgres() { 1 } else { 4 };
    assert_eq!(
        ask(&target.db, cursor).await,
        unread,
        "b had not been read yet on PostgreSQL"
    );
    assert_eq!(
        ask(
            &target.db,
            "SELECT COUNT(*) AS n FROM kernel_event WHERE txid = 0"
        )
        .await,
        4
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_backup_is_refused_whichever_byte_is_wrong() {
    let source = Source::filled().await;
    let (place, _) = source.backup().await;
    let whole = std::fs::read(&place).unwrap();
    let broken = source.folder.path().join("broken.backup");
    let step = (whole.len() / 60).max(1);
    let places = (0..40)
        .chain((40..whole.len()).step_by(step))
        .chain(whole.len() - 40..whole.len());
    for at in places {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&broken, &bytes).unwrap();
        let refused = keeping::check(&broken, &program()).await.unwrap_err();
        assert!(
            refused.code().starts_with("kernel.backup."),
            "byte {at}: {refused}"
        );
    }
    for length in [0, 5, 19, 20, 40, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&broken, &whole[..length]).unwrap();
        assert!(
            keeping::check(&broken, &program()).await.is_err(),
            "{length} bytes"
        );
    }
    let mut longer = whole.clone();
    longer.push(0);
    std::fs::write(&broken, &longer).unwrap();
    assert_eq!(
        code(keeping::check(&broken, &program()).await),
        "kernel.backup.damaged"
    );
    std::fs::write(&broken, "not a backup at all, but long enough to be one").unwrap();
    assert_eq!(
        code(keeping::check(&broken, &program()).await),
        "kernel.backup.not_one"
    );
    assert_eq!(
        code(keeping::check(Path::new("nowhere.backup"), &program()).await),
        "kernel.backup.unreadable"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_later_or_another_program_is_refused() {
    let source = Source::filled().await;
    let (place, _) = source.backup().await;
    let mut older = program();
    older.migrations[1].1 = &ANY[..1];
    assert_eq!(code(keeping::check(&place, &older).await), "kernel.backup.newer");
    const OTHER: &[Migration] = &[Migration {
        name: "0001_any",
        sql: "CREATE TABLE t_any (id {identity});",
    }];
    older.migrations[1].1 = OTHER;
    assert_eq!(
        code(keeping::check(&place, &older).await),
        "kernel.backup.other_text"
    );
    let read = keeping::backup(&source.test.db, &source.files, &older, NOW, &place).await;
    assert_eq!(code(read), "kernel.backup.other_text");
    // A program with more migrations takes it; its tables come up to date afterwards.
    const MORE: &[Migration] = &[
        ANY[0],
        ANY[1],
        Migration {
            name: "0003_more",
            sql: "ALTER TABLE t_order ADD COLUMN more TEXT;",
        },
    ];
    older.migrations[1].1 = MORE;
    let checked = keeping::check(&place, &older).await.unwrap();
    let target = target(source.folder.path()).await;
    keeping::restore(&checked, &target, &older).await.unwrap();
    assert_eq!(migrate(&target.db, &older.migrations, NOW).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_other_columns_than_its_migration_makes_is_no_backup() {
    let source = Source::filled().await;
    source
        .write(|tx| tx.batch("ALTER TABLE t_order ADD COLUMN sneaked TEXT"))
        .await;
    let place = source.folder.path().join("none.backup");
    let made = keeping::backup(&source.test.db, &source.files, &program(), NOW, &place).await;
    assert_eq!(code(made), "kernel.backup.table_differs");
    assert!(!place.exists() && !place.with_extension("backup.partial").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_gone_or_damaged_are_named_and_the_rest_is_in_the_backup() {
    let source = Source::filled().await;
    let gone = "0".repeat(64);
    let damaged = source.files.put("what it was", 1000).await.unwrap().hash;
    let (one, two) = (gone.clone(), damaged.clone());
    source
        .write(move |tx| {
            tx.execute("UPDATE t_any SET hash = $1 WHERE id = 6", params![&one])?;
            tx.execute("UPDATE t_any SET hash = $1 WHERE id = 7", params![&two])?;
            Ok(())
        })
        .await;
    let path = source
        .folder
        .path()
        .join("files")
        .join(&damaged[..2])
        .join(&damaged[2..4])
        .join(&damaged);
    std::fs::write(path, "what it is!").unwrap();
    let (place, made) = source.backup().await;
    let mut missing = made.missing.clone();
    missing.sort();
    let mut wanted = vec![gone, damaged];
    wanted.sort();
    assert_eq!((missing, made.missing_count, made.files.count), (wanted, 2, 1));
    let checked = keeping::check(&place, &program()).await.unwrap();
    let target = target(source.folder.path()).await;
    let restored = keeping::restore(&checked, &target, &program()).await.unwrap();
    assert_eq!(restored.files.count, 1);
    let stored = files_under(&source.folder.path().join("restored-files"));
    assert_eq!(
        stored.len(),
        1,
        "what was not whole is not stored either: {stored:?}"
    );
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_under(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_exchanged_after_it_was_checked_is_not_loaded() {
    let source = Source::filled().await;
    let target = target(source.folder.path()).await;
    // The same outline with other rows, and another outline.
    for change in [
        "UPDATE t_any SET words = 'exchanged' WHERE id = 9",
        "INSERT INTO t_any (words) VALUES ('one more')",
    ] {
        let (place, _) = source.backup().await;
        let checked = keeping::check(&place, &program()).await.unwrap();
        source.write(move |tx| tx.execute(change, &[]).map(drop)).await;
        source.backup().await;
        let restored = keeping::restore(&checked, &target, &program()).await;
        assert_eq!(code(restored), "kernel.backup.damaged", "{change}");
        assert_eq!(target.db.read(tables).await.unwrap(), [], "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_laid_where_a_backup_is_written_gives_way_and_gets_nothing_of_it() {
    use std::os::unix::fs::MetadataExt as _;
    let source = Source::filled().await;
    let folder = source.folder.path();
    let partial = folder.join("a.backup.partial");
    let precious = folder.join("precious.txt");
    std::fs::write(&precious, "precious").unwrap();
    std::os::unix::fs::symlink(&precious, &partial).unwrap();
    let (place, _) = source.backup().await;
    assert_eq!(
        std::fs::read_to_string(&precious).unwrap(),
        "precious",
        "a link is not followed"
    );
    assert!(std::fs::symlink_metadata(&place).unwrap().is_file());

    let theirs = folder.join("theirs");
    std::fs::write(&theirs, "bait").unwrap();
    std::fs::hard_link(&theirs, &partial).unwrap();
    let (place, _) = source.backup().await;
    assert_eq!(std::fs::read_to_string(&theirs).unwrap(), "bait");
    let number = |path: &Path| std::fs::metadata(path).unwrap().ino();
    assert_ne!(number(&place), number(&theirs), "the file is made anew");

    // One that a run holds which still works is left alone.
    let held = std::fs::File::create(&partial).unwrap();
    held.lock().unwrap();
    let made = keeping::backup(&source.test.db, &source.files, &program(), NOW, &place).await;
    assert_eq!(code(made), "kernel.backup.running");
    assert!(partial.exists());
    drop(held);
    source.backup().await;
    assert!(!partial.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_backup_is_never_overwritten_and_a_backup_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let source = Source::filled().await;
    let place = source.folder.path().join("precious.txt");
    std::fs::write(&place, "precious").unwrap();
    let made = keeping::backup(&source.test.db, &source.files, &program(), NOW, &place).await;
    assert_eq!(code(made), "kernel.backup.exists");
    assert_eq!(std::fs::read_to_string(&place).unwrap(), "precious");
    let (first, _) = source.backup().await;
    let mode = std::fs::metadata(&first).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let (second, made) = source.backup().await;
    assert_eq!(first, second, "a backup replaces an older one");
    assert_eq!(made.bytes, std::fs::metadata(&second).unwrap().len());
    let nowhere = source.folder.path().join("no/such/folder/a.backup");
    let made = keeping::backup(&source.test.db, &source.files, &program(), NOW, &nowhere).await;
    assert_eq!(code(made), "kernel.backup.unwritable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_breaks_off_leaves_the_database_as_empty_as_it_was() {
    let source = Source::filled().await;
    let target = target(source.folder.path()).await;
    // A reference into nothing, as only a database without its checks can hold it.
    if on_postgres() {
        return;
    }
    let unchecked = loading(&source.test.url, Hold::Shared).await.unwrap();
    unchecked
        .write(|tx| tx.execute("UPDATE t_any SET follows = 999999 WHERE id = 8", &[]))
        .await
        .unwrap();
    let moved = keeping::move_to(&source.test.db, &target.db, &program(), NOW).await;
    assert_eq!(code(moved), "kernel.backup.broken_reference");
    assert_eq!(target.db.read(tables).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_while_one_is_alone_and_nobody_is_alone_while_others_are_in() {
    let test = support::open().await;
    let url = test.url.clone();
    assert_eq!(code(loading(&url, Hold::Alone).await), "kernel.db.in_use");
    let second = loading(&url, Hold::Shared).await.unwrap();
    drop(second);
    let apart = tempfile::tempdir().unwrap();
    let place = if on_postgres() {
        support::open().await.url
    } else {
        apart.path().join("alone.db").display().to_string()
    };
    // The program that opened it before may take a moment to be gone.
    let alone = loading(&place, Hold::Alone).await.unwrap();
    assert_eq!(code(loading(&place, Hold::Shared).await), "kernel.db.held");
    drop(alone);
    loading(&place, Hold::Shared).await.unwrap();
}
