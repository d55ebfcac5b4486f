//! `backup`, `restore`, `move`, and `doctor` as people run them: with the real binary, beside a server that works, into
//! either database, killed half way, and on a full disk.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod desk_client;

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use automate::webhook;
use desk_client::{PROGRAM, mail, mailbox, titles};
use kernel::config::{Config, DatabaseUrl};
use kernel::db::{Hold, tables};
use kernel::keeping;
use serde_json::{Value, json};
use server::house::{House, Purpose, open_database};
use testkit::parts::Postgres;
use testkit::{Database, ServerProcess, TestApp};

const PIPE: &str = "pipe@mainstay.test";

/// An installation that no server runs on: a folder, and a PostgreSQL database if it has one.
struct Place {
    folder: tempfile::TempDir,
    database: Option<String>,
}

impl Place {
    fn sqlite() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: None,
        }
    }

    fn postgres() -> Self {
        let url = Postgres::shared().and_then(Postgres::create_database).unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: Some(url),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MAINSTAY_")) {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").arg("--data").arg(self.data());
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        command.args(arguments).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command printed that must succeed.
    fn must(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, err) = words(&output);
        assert!(output.status.success(), "{arguments:?}: {out}{err}");
        out
    }

    fn is_empty(&self) -> bool {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let path = self.data().join("mainstay.db");
        runtime.block_on(async move {
            let url = DatabaseUrl::Sqlite(path);
            let db = open_database(&url, Hold::Shared, Purpose::Using).await.unwrap();
            db.read(tables).await.unwrap().is_empty()
        })
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

fn words(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// The lines about tables: name, rows, and the beginning of the sum.
fn table_lines(out: &str) -> Vec<String> {
    let lines: Vec<String> = out
        .lines()
        .filter(|line| line.starts_with("  "))
        .map(str::to_owned)
        .collect();
    assert!(lines.len() > 50, "the tables were not printed: {out}");
    lines
}

/// A department with a past, in a folder that nobody serves.
fn department(tickets: usize) -> Place {
    let place = Place::sqlite();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let data = place.data();
    runtime.block_on(async move {
        let house = House::open(Config::in_folder(data)).await.unwrap();
        server::demo::fill(&house, 7, tickets).await.unwrap();
        let stored = house.kernel.files.put("PAPER JAM 49.4C02", 1000).await.unwrap();
        let named = stored.hash.clone();
        let attached = house.kernel.db.write(move |tx| {
            tx.execute(
                "INSERT INTO desk_evidence (ticket, kind, title, body, hash, name, media_type, size, device, taken_at, taken_by,
                     added_at)
                 SELECT MIN(number), 'log', 'a jam', '', $1, 'jam.txt', 'text/plain', 17, '', 0, '', 0 FROM desk_ticket",
                kernel::db::params![&named],
            )
        });
        attached.await.unwrap();
        for _ in 0..3 {
            let cx = house.kernel.cx_command();
            kernel::event::seal::seal(&house.kernel.db, &cx).await.unwrap();
        }
    });
    place
}

#[test]
fn round_the_databases_and_back_nothing_differs() {
    let first = department(40);
    let (second, third, fourth) = (Place::postgres(), Place::sqlite(), Place::postgres());
    let file = first.folder.path().join("first.backup");
    let file = file.to_str().unwrap();
    let said = first.must(&["backup", file]);
    assert!(said.contains("sealed up to block"), "{said}");

    let into_postgres = second.must(&["restore", file]);
    let again = second.folder.path().join("second.backup");
    second.must(&["backup", again.to_str().unwrap()]);
    let into_sqlite = third.must(&["restore", again.to_str().unwrap()]);
    assert_eq!(table_lines(&into_postgres), table_lines(&into_sqlite));

    let url = fourth.database.as_deref().unwrap();
    let moved = third.must(&["move", "--to", url]);
    assert_eq!(table_lines(&into_postgres), table_lines(&moved));
    let back = format!("sqlite:{}", third.data().join("back.db").display());
    let moved_back = third.must(&["--database", url, "move", "--to", &back]);
    assert_eq!(table_lines(&into_postgres), table_lines(&moved_back));
    for out in [&into_postgres, &into_sqlite, &moved, &moved_back] {
        assert!(
            out.contains("The event log is untouched") && out.contains(" 0 differ"),
            "{out}"
        );
    }
    // Here the index is, of what is there.
    let index = third.data().join("search");
    std::fs::create_dir_all(&index).unwrap();
    std::fs::write(index.join("meta.json"), "{}").unwrap();
    let again = third.run(&["--database", url, "restore", file]);
    assert!(index.join("meta.json").exists(), "nothing was touched");
    assert_eq!(again.status.code(), Some(1));
    assert!(words(&again).1.contains("not empty"), "{}", words(&again).1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_beside_a_busy_server_is_one_moment_of_it() {
    let mut server = ServerProcess::new(PROGRAM, Database::of_this_run());
    tokio::task::block_in_place(|| {
        desk_client::install(&server);
        server.start();
    });
    let admin = desk_client::admin(&server);
    assert_eq!(
        admin
            .post("/api/v1/mailboxes", &mailbox(PIPE))
            .await
            .unwrap()
            .status,
        201
    );
    let deliver = |subject: &str| {
        let ran = server.run(&["mail", "deliver", "--mailbox", PIPE], &mail(subject, PIPE));
        assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    };
    tokio::task::block_in_place(|| deliver("printer"));
    let over = Arc::new(AtomicBool::new(false));
    let load: Vec<_> = (0..3)
        .map(|worker| {
            let (admin, over) = (admin.clone(), Arc::clone(&over));
            tokio::spawn(async move {
                for count in 0.. {
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                    desk_client::open(&admin, &format!("load-{worker}-{count}")).await;
                    // Busy, and no busier on a fast disk: all of it is restored three times.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            })
        })
        .collect();
    let (folder, mut last) = (tempfile::tempdir().unwrap(), 0);
    for round in 0..3 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        desk_client::open(&admin, &format!("before-{round}")).await;
        let file = folder.path().join(format!("{round}.backup"));
        let file = file.to_str().unwrap().to_owned();
        let made = tokio::task::block_in_place(|| server.run(&["backup", &file], b""));
        assert_eq!(made.code, 0, "{} {}", made.out, made.err);
        // Another kind of database than the one it came from.
        let place = tokio::task::block_in_place(|| {
            let place = match Database::of_this_run() {
                Database::Sqlite => Place::postgres(),
                Database::Postgres => Place::sqlite(),
            };
            let out = place.must(&["restore", &file, "--mailboxes-off"]);
            assert!(
                out.contains("The event log is untouched") && out.contains(" 0 differ"),
                "{out}"
            );
            assert!(out.contains("\n1 files"), "the mail as it came is in it: {out}");
            place
        });
        let mut copy = ServerProcess::on(PROGRAM, place.database.as_deref());
        std::fs::rename(place.data(), copy.data()).unwrap();
        tokio::task::block_in_place(|| copy.start());
        let token = admin_token(&copy);
        let there = titles(&copy.visitor().with_token(&token)).await.unwrap();
        assert!(
            there.contains_key(&format!("before-{round}")),
            "what was acknowledged before is in it"
        );
        assert!(there.len() > last);
        last = there.len();
        tokio::task::block_in_place(|| copy.stop());
    }
    over.store(true, Ordering::SeqCst);
    for one in load {
        one.await.unwrap();
    }
    // Alone it must be, and the server is there.
    let moved = tokio::task::block_in_place(|| {
        let to = format!("sqlite:{}", folder.path().join("moved.db").display());
        server.run(&["move", "--to", &to], b"")
    });
    assert_eq!(moved.code, 1, "{}", moved.out);
    assert!(moved.err.contains("kernel.db.in_use"), "{}", moved.err);
    assert!(server.is_running());
}

fn admin_token(server: &ServerProcess) -> String {
    tokio::task::block_in_place(|| server.token(desk_client::ADMIN, "*"))
}

/// Which mailboxes and webhooks are on.
fn switched_on(place: &Place) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let data = place.data();
    runtime.block_on(async move {
        let house = House::open(Config::in_folder(data)).await.unwrap();
        let cx = house.kernel.cx_command();
        let on = house.kernel.db.read(move |tx| {
            let mailboxes = mail::mailbox::list(tx)?.into_iter();
            let mailboxes = mailboxes
                .filter(|one| one.enabled)
                .map(|one| one.address.to_string());
            let webhooks = webhook::keeping::list(tx, &cx)?.into_iter();
            let webhooks = webhooks.filter(|one| one.definition.enabled);
            Ok(mailboxes.chain(webhooks.map(|one| one.definition.name)).collect())
        });
        on.await.unwrap()
    })
}

#[test]
fn nothing_leaves_a_copy_that_shall_be_quiet() {
    let source = department(10);
    let data = source.data();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async move {
        let house = House::open(Config::in_folder(data)).await.unwrap();
        let cx = house.kernel.cx_command();
        let input = serde_json::from_value(mailbox(PIPE)).unwrap();
        let definition = webhook::Definition {
            name: "Intranet".to_owned(),
            url: "https://intranet.example/hook".to_owned(),
            events: vec![automate::rule::Trigger::Opened],
            enabled: true,
        };
        let added = house.kernel.db.write(move |tx| {
            mail::mailbox::create(tx, &cx, &input)?;
            let webhook = webhook::keeping::add(tx, &cx, &definition)?;
            webhook::keeping::test(tx, &cx, webhook.id)
        });
        added.await.unwrap();
    });
    let file = source.folder.path().join("a.backup");
    let file = file.to_str().unwrap();
    source.must(&["backup", file]);
    for (arguments, on) in [
        (vec!["restore", file], vec![PIPE, "Intranet"]),
        (vec!["restore", file, "--quiet"], vec![]),
        (vec!["restore", file, "--mailboxes-off"], vec![]),
    ] {
        let place = Place::sqlite();
        place.must(&arguments);
        assert_eq!(switched_on(&place), on, "{arguments:?}");
    }
}

#[test]
fn a_restore_that_is_killed_leaves_an_empty_database_and_can_be_begun_again() {
    let source = department(40);
    let file = source.folder.path().join("a.backup");
    let file = file.to_str().unwrap();
    source.must(&["backup", file]);
    let place = Place::sqlite();
    let mut killed = 0;
    for patience in [40, 120, 250, 400, 600, 900, 1300] {
        let mut child = place
            .command(&["restore", file])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(patience));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if !place.is_empty() {
            // It was past its commit, and all of it is there.
            let said = place.must(&["doctor"]);
            assert!(!said.contains("FAILED"), "{said}");
            std::fs::remove_dir_all(place.data()).unwrap();
            break;
        }
        killed += 1;
    }
    assert!(killed > 0, "it was never killed while it worked");
    if place.data().join("mainstay.db").exists() && !place.is_empty() {
        std::fs::remove_dir_all(place.data()).unwrap();
    }
    let out = place.must(&["restore", file]);
    assert!(out.contains(" 0 differ"), "{out}");
}

#[test]
fn a_broken_backup_and_a_full_disk_leave_everything_as_it_was() {
    let source = department(40);
    let file = source.folder.path().join("a.backup");
    source.must(&["backup", file.to_str().unwrap()]);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    let broken = source.folder.path().join("broken.backup");
    std::fs::write(&broken, &bytes).unwrap();
    let place = Place::sqlite();
    let refused = place.run(&["restore", broken.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(words(&refused).1.contains("kernel.backup.damaged"));
    assert!(!place.data().exists(), "nothing was touched");

    // Files may not grow past 50 KB: as a full disk to whoever writes a longer one.
    assert!(bytes.len() > 80_000, "{} bytes", bytes.len());
    let full = source.folder.path().join("full.backup");
    let plain = source.command(&["backup", full.to_str().unwrap()]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "limited"])
        .arg(PROGRAM)
        .args(plain.get_args())
        .env("LC_ALL", "C");
    let output = limited.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{:?}", words(&output));
    assert!(
        words(&output).1.contains("kernel.backup.disk_full"),
        "{:?}",
        words(&output)
    );
    let left: Vec<_> = std::fs::read_dir(source.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().starts_with("full"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

fn checks(output: &Output) -> Vec<Value> {
    let (out, err) = words(output);
    let answer: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    answer["checks"].as_array().unwrap().clone()
}

fn state<'a>(checks: &'a [Value], name: &str) -> &'a str {
    let found = checks.iter().find(|one| one["check"] == name);
    found.unwrap_or_else(|| panic!("no check {name}: {checks:?}"))["state"]
        .as_str()
        .unwrap()
}

#[test]
fn the_doctor_says_what_is_wrong_and_changes_nothing() {
    let place = department(10);
    let well = place.run(&["doctor", "--json", "--files"]);
    let found = checks(&well);
    assert_eq!(well.status.code(), Some(0), "{found:#?}");
    for check in [
        "database",
        "migrations",
        "integrity",
        "files",
        "record",
        "permissions",
    ] {
        assert_eq!(state(&found, check), "ok", "{found:#?}");
    }
    assert_eq!(state(&found, "backup"), "warning");
    let file = place.folder.path().join("a.backup");
    place.must(&["backup", file.to_str().unwrap()]);
    assert_eq!(state(&checks(&place.run(&["doctor", "--json"])), "backup"), "ok");

    std::fs::remove_dir_all(place.data().join("files")).unwrap();
    std::fs::set_permissions(place.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let ill = place.run(&["doctor", "--json"]);
    let found = checks(&ill);
    assert_eq!(ill.status.code(), Some(1), "{found:#?}");
    assert_eq!(
        (state(&found, "files"), state(&found, "permissions")),
        ("failed", "warning")
    );
    let remedies = found.iter().filter(|one| one["state"] != "ok");
    for finding in remedies {
        let remedy = finding["remedy"].as_str().unwrap_or_default();
        assert!(remedy.len() > 15 && !remedy.contains('⟨'), "{finding}");
    }
    let chinese = place
        .command(&["doctor"])
        .env("LC_ALL", "zh_CN.UTF-8")
        .output()
        .unwrap();
    assert!(
        words(&chinese).0.contains("文件：被引用的文件缺失"),
        "{}",
        words(&chinese).0
    );

    let nowhere = Place::sqlite();
    let none = nowhere.run(&["doctor", "--json"]);
    assert_eq!(
        (none.status.code(), state(&checks(&none), "database")),
        (Some(1), "failed")
    );
    assert!(!nowhere.data().exists(), "the doctor makes nothing");
    assert_eq!(nowhere.run(&["backup", "none.backup"]).status.code(), Some(1));
    assert!(!nowhere.data().exists(), "nor does a backup of nothing");
}

/// Files are found by what a column is called; a new one of another name would be missed by the doctor.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_column_that_names_a_stored_file_is_called_so() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await;
    app.amy_diagnoses(ticket.number).await;
    app.amy_notes_a_secret(ticket.number).await;
    let raw = app
        .house
        .kernel
        .files
        .put(mail("jam", PIPE), 100_000)
        .await
        .unwrap();
    assert!(app.house.kernel.files.exists(&raw.hash).await.unwrap());
    let all = app.read(tables).await.unwrap();
    let mut seen = Vec::new();
    for table in all {
        for column in &table.columns {
            if column.kind != kernel::db::ColumnKind::Text {
                continue;
            }
            let (name, column) = (table.name.clone(), column.name.clone());
            let (table_name, column_name) = (name.clone(), column.clone());
            let mut values = Vec::new();
            let read = app.read(move |tx| {
                values.clear();
                keeping::named_files(tx, &name, &column, None, |value| {
                    values.push(value);
                    Ok(())
                })?;
                Ok(std::mem::take(&mut values))
            });
            for value in read.await.unwrap() {
                let names_a_file =
                    value.len() == 64 && app.house.kernel.files.exists(&value).await.unwrap_or(false);
                if names_a_file {
                    assert!(
                        keeping::is_file_column(&table_name, &column_name),
                        "{table_name}.{column_name} names a stored file"
                    );
                    seen.push(format!("{table_name}.{column_name}"));
                }
            }
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(
        seen,
        ["desk_attachment.hash", "desk_evidence.hash"],
        "{}",
        json!(seen)
    );
}

#[test]
fn an_export_is_read_back_by_command_and_a_full_disk_leaves_none() {
    let source = department(20);
    let export = source.folder.path().join("export");
    let said = source.must(&["export", export.to_str().unwrap(), "--with-secrets"]);
    assert!(said.contains(" tickets, ") && said.contains("SHA-256"), "{said}");
    let place = Place::postgres();
    let checked = place.must(&["read-back", export.to_str().unwrap(), "--check"]);
    assert!(checked.contains("whole") && !place.data().exists(), "{checked}");
    let read = place.must(&["read-back", export.to_str().unwrap()]);
    assert!(
        read.contains("The event log is untouched") && read.contains(" 0 differ"),
        "{read}"
    );
    assert!(!table_lines(&read).is_empty());
    let again = place.run(&["read-back", export.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(1));
    assert!(words(&again).1.contains("not empty"), "{}", words(&again).1);

    let full = source.folder.path().join("full");
    let plain = source.command(&["export", full.to_str().unwrap()]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "limited"])
        .arg(PROGRAM)
        .args(plain.get_args())
        .env("LC_ALL", "C");
    let output = limited.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{:?}", words(&output));
    let left: Vec<_> = std::fs::read_dir(source.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().starts_with("full"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
