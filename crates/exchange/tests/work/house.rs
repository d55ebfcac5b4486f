//! What the tests share: places with an installation or without one, exports of them, and changes to those.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use exchange::format::Manifest;
use exchange::{Checked, Made, ReadBack, Secrets, Target};
use kernel::Timestamp;
use kernel::config::{Config, DatabaseUrl};
use kernel::db::{Db, Hold, tables};
use kernel::file::Files;
use kernel::keeping::{self, TableSum};
use serde_json::Value;
use server::house::{House, Purpose, open_database, program};
use sha2::{Digest as _, Sha256};
use testkit::Database;
use testkit::parts::Postgres;

/// The instant at which exports of tests are made.
pub const NOW: Timestamp = Timestamp::from_secs(1_772_532_000);

/// A folder, and a PostgreSQL database if it has one.
pub struct Place {
    folder: tempfile::TempDir,
    database: Option<String>,
}

impl Place {
    pub fn on(database: Database) -> Self {
        let postgres = || Postgres::shared().and_then(Postgres::create_database).unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: (database == Database::Postgres).then(postgres),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn config(&self) -> Config {
        let mut config = Config::in_folder(self.path("data"));
        if let Some(url) = &self.database {
            config.database = DatabaseUrl::Postgres(url.clone());
        }
        config
    }

    pub async fn open(&self, purpose: Purpose) -> Db {
        let hold = match purpose {
            Purpose::Using => Hold::Shared,
            Purpose::Loading => Hold::Alone,
        };
        open_database(&self.config().database, hold, purpose)
            .await
            .unwrap()
    }

    pub fn files(&self) -> Files {
        Files::local(self.config().files_folder()).unwrap()
    }

    pub async fn export(&self, name: &str, secrets: Secrets) -> Made {
        let db = self.open(Purpose::Using).await;
        let place = self.path(name);
        exchange::export(&db, &self.files(), &program(), NOW, &place, secrets)
            .await
            .unwrap()
    }

    /// Reads an export back that must be whole.
    pub async fn read_back(&self, export: &Path) -> ReadBack {
        let checked = exchange::check(export, &program()).await.unwrap();
        self.load(&checked).await.unwrap()
    }

    pub async fn load(&self, checked: &Checked) -> kernel::Result<ReadBack> {
        let target = Target {
            db: self.open(Purpose::Loading).await,
            files: self.files(),
        };
        exchange::read_back(checked, &target, &program(), NOW, &self.path("work")).await
    }

    pub async fn is_empty(&self) -> bool {
        let db = self.open(Purpose::Using).await;
        db.read(tables).await.unwrap().is_empty()
    }

    /// What every table comes to, by another way than this slice's.
    pub async fn sums(&self) -> Vec<TableSum> {
        let db = self.open(Purpose::Using).await;
        let file = self.path("sums.backup");
        keeping::backup(&db, &self.files(), &program(), NOW, &file)
            .await
            .unwrap()
            .tables
    }

    pub async fn house(&self) -> House {
        House::open(self.config()).await.unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(url) = &self.database {
            Postgres::shared()
                .and_then(|server| server.drop_database(url))
                .ok();
        }
    }
}

/// A department with a past, files, and seals, that nobody serves.
pub async fn department(database: Database, tickets: usize) -> Place {
    let place = Place::on(database);
    let house = place.house().await;
    server::demo::fill(&house, 7, tickets).await.unwrap();
    let stored = house.kernel.files.put("PAPER JAM 49.4C02", 1000).await.unwrap();
    let loose = house.kernel.files.put("nobody names this", 1000).await.unwrap();
    assert_ne!(stored.hash, loose.hash);
    let attached = house.kernel.db.write(move |tx| {
        tx.execute(
            "INSERT INTO desk_attachment (article, ticket, hash, name, media_type, size)
             SELECT MIN(id), MIN(ticket), $1, 'jam.txt', 'text/plain', 17 FROM desk_article",
            kernel::db::params![&stored.hash],
        )
    });
    attached.await.unwrap();
    for _ in 0..3 {
        let cx = house.kernel.cx_command();
        kernel::event::seal::seal(&house.kernel.db, &cx).await.unwrap();
    }
    place
}

pub fn manifest(export: &Path) -> Manifest {
    serde_json::from_slice(&std::fs::read(export.join("manifest.json")).unwrap()).unwrap()
}

/// Changes the manifest as JSON.
pub fn change_manifest(export: &Path, change: impl FnOnce(&mut Value)) {
    let path = export.join("manifest.json");
    let mut value: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut value);
    std::fs::write(&path, serde_json::to_vec(&value).unwrap()).unwrap();
}

/// Changes the lines of a table and mends the manifest, so that only the lines themselves are wrong.
pub fn change_lines(export: &Path, table: &str, change: impl FnOnce(&mut Vec<String>)) {
    let path = export.join(format!("tables/{table}.jsonl"));
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, &text).unwrap();
    change_manifest(export, |manifest| {
        let tables = manifest["tables"].as_array_mut().unwrap();
        let part = tables.iter_mut().find(|part| part["name"] == table).unwrap();
        part["rows"] = lines.len().into();
        part["sha256"] = HEXLOWER.encode(&Sha256::digest(text.as_bytes())).into();
    });
}

/// Every file of a folder with its path inside.
pub fn every_file(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// A copy of an export that may be broken.
pub fn copy_of(export: &Path, to: &Path) {
    for (name, content) in every_file(export) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}
