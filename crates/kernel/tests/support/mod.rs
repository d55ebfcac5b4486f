//! A fresh database for each test: a SQLite file, or a database of its own on the PostgreSQL server that
//! `MAINSTAY_TEST_POSTGRES` names when `MAINSTAY_TEST_DATABASE` is `postgres`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must end"
)]
#![expect(dead_code, reason = "each test file uses its part")]

use kernel::db::{Db, Options};

/// The database and what must live as long as it.
pub struct TestDb {
    pub db: Db,
    pub url: String,
    folder: tempfile::TempDir,
}

impl TestDb {
    /// A folder of the test's own.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// Whether the suite runs on PostgreSQL.
pub fn on_postgres() -> bool {
    std::env::var("MAINSTAY_TEST_DATABASE").is_ok_and(|name| name == "postgres")
}

/// Opens a fresh, empty database.
pub async fn open() -> TestDb {
    let folder = tempfile::tempdir().unwrap();
    let url = if on_postgres() {
        let server = std::env::var("MAINSTAY_TEST_POSTGRES").expect("MAINSTAY_TEST_POSTGRES names a server");
        tokio::task::spawn_blocking(move || create(&server))
            .await
            .unwrap()
    } else {
        folder.path().join("mainstay.db").display().to_string()
    };
    let mut options = Options::new(url.clone());
    (options.readers, options.writers) = (2, 4);
    let db = tokio::task::spawn_blocking(move || Db::open(&options))
        .await
        .unwrap()
        .unwrap();
    TestDb { db, url, folder }
}

fn create(server: &str) -> String {
    let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
    let random = rand::random::<u64>();
    let name = format!("kernel_{random:x}");
    client
        .batch_execute(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
        ))
        .unwrap();
    let (before, options) = server
        .split_once('?')
        .map_or((server, None), |(before, options)| (before, Some(options)));
    let base = before.rsplit_once('/').map_or(before, |(base, _)| base);
    options.map_or_else(
        || format!("{base}/{name}"),
        |options| format!("{base}/{name}?{options}"),
    )
}
