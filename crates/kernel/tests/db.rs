//! The facade over both databases: durability, isolation, errors, group commit.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod support;

use kernel::db::{Migration, migrate, params};
use kernel::{Error, Timestamp};

const NOTES: &[Migration] = &[Migration {
    name: "0001_notes",
    sql: "CREATE TABLE t_note (id {identity}, body TEXT NOT NULL, done BOOLEAN NOT NULL DEFAULT FALSE, weight DOUBLE PRECISION,
          raw BYTEA);
          CREATE UNIQUE INDEX t_note_body ON t_note (body);",
}];

async fn database() -> support::TestDb {
    let test = support::open().await;
    migrate(&test.db, &[("t", NOTES)], Timestamp::from_millis(1))
        .await
        .unwrap();
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_as_they_went_in() {
    let test = database().await;
    let id = test
        .db
        .write(|tx| {
            tx.query_one(
                "INSERT INTO t_note (body, done, weight, raw) VALUES ($1, $2, $3, $4) RETURNING id",
                params!["打印机坏了 $1 '", true, 1.5, vec![0_u8, 255]],
                |row| row.get::<i64>("id"),
            )
        })
        .await
        .unwrap();
    let row = test
        .db
        .read(move |tx| {
            tx.query_one(
                "SELECT body, done, weight, raw FROM t_note WHERE id = $1",
                params![id],
                |row| {
                    Ok((
                        row.get::<String>("body")?,
                        row.get::<bool>("done")?,
                        row.get::<f64>("weight")?,
                        row.get::<Vec<u8>>("raw")?,
                    ))
                },
            )
        })
        .await
        .unwrap();
    assert_eq!(row, ("打印机坏了 $1 '".to_owned(), true, 1.5, vec![0, 255]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_failing_closure_of_a_batch_takes_nobody_with_it() {
    let test = database().await;
    let writes = (0..200_i64).map(|n| {
        let db = test.db.clone();
        tokio::spawn(async move {
            db.write(move |tx| {
                tx.execute(
                    "INSERT INTO t_note (body) VALUES ($1)",
                    params![format!("note {n}")],
                )?;
                if n % 3 == 0 {
                    Err(Error::invalid("t.third"))
                } else {
                    Ok(n)
                }
            })
            .await
        })
    });
    let mut stored = 0_i64;
    for write in writes.collect::<Vec<_>>() {
        stored += i64::from(write.await.unwrap().is_ok());
    }
    let count = test
        .db
        .read(|tx| tx.query_one("SELECT COUNT(*) AS n FROM t_note", &[], |row| row.get::<i64>("n")))
        .await
        .unwrap();
    assert_eq!((stored, count), (133, 133));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_row_with_a_unique_value_is_a_conflict_and_a_panic_is_an_error() {
    let test = database().await;
    let insert = |body: &'static str| {
        test.db
            .write(move |tx| tx.execute("INSERT INTO t_note (body) VALUES ($1)", params![body]))
    };
    insert("one").await.unwrap();
    assert_eq!(insert("one").await.unwrap_err().code(), "kernel.db.unique");
    let panicked = test
        .db
        .write(|_| -> kernel::Result<()> { panic!("a defect") })
        .await;
    assert_eq!(panicked.unwrap_err().code(), "kernel.internal");
    insert("two").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_cannot_write() {
    let test = database().await;
    let tried = test
        .db
        .read(|tx| tx.execute("INSERT INTO t_note (body) VALUES ('x')", &[]))
        .await;
    assert!(tried.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_migration_is_refused_and_an_applied_one_is_not_run_again() {
    const EDITED: &[Migration] = &[Migration {
        name: "0001_notes",
        sql: "CREATE TABLE t_other (id {identity});",
    }];
    let test = database().await;
    let now = Timestamp::from_millis(2);
    assert_eq!(migrate(&test.db, &[("t", NOTES)], now).await.unwrap(), 0);
    let refused = migrate(&test.db, &[("t", EDITED)], now).await.unwrap_err();
    assert_eq!(refused.code(), "kernel.db.migration_changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_up_from_many_callers_loses_nothing() {
    let test = database().await;
    test.db
        .write(|tx| tx.execute("INSERT INTO t_note (body, weight) VALUES ('sum', 0)", &[]))
        .await
        .unwrap();
    let adds = (0..60).map(|_| {
        let db = test.db.clone();
        tokio::spawn(async move {
            db.write(|tx| {
                tx.lock("t.note", "sum")?;
                let sum = tx.query_one("SELECT weight FROM t_note WHERE body = 'sum'", &[], |row| {
                    row.get::<f64>("weight")
                })?;
                tx.execute(
                    "UPDATE t_note SET weight = $1 WHERE body = 'sum'",
                    params![sum + 1.0],
                )
            })
            .await
        })
    });
    for add in adds.collect::<Vec<_>>() {
        add.await.unwrap().unwrap();
    }
    let sum = test
        .db
        .read(|tx| {
            tx.query_one("SELECT weight FROM t_note WHERE body = 'sum'", &[], |row| {
                row.get::<f64>("weight")
            })
        })
        .await
        .unwrap();
    assert!((sum - 60.0).abs() < f64::EPSILON);
}
