//! A database that is away and a disk that is full: refused with 503, nothing acknowledged that is not stored, and well
//! again without a restart.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod desk_client;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use desk_client::{PROGRAM, titles};
use serde_json::{Value, json};
use testkit::parts::Postgres;
use testkit::parts::postgres::Durability;
use testkit::visitor::Reply;
use testkit::{Database, ServerProcess, Visitor, eventually};

fn new_ticket(title: &str, letters: usize) -> Value {
    json!({ "title": title, "body": "x".repeat(letters) })
}

fn is_polite_refusal(answer: &Reply) {
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(answer.media_type, "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], 503);
    assert!(
        problem["detail"].as_str().is_some_and(|words| words.len() > 20),
        "{problem}"
    );
}

async fn health(visitor: &Visitor) -> (u16, u16) {
    let alive = visitor.get("/healthz").await.unwrap().status;
    (alive, visitor.get("/readyz").await.unwrap().status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_is_away_is_said_and_survived() {
    let (mut postgres, server) = tokio::task::block_in_place(|| {
        let postgres = Postgres::start_own(Durability::Full).unwrap();
        let url = postgres.create_database().unwrap();
        let mut server = ServerProcess::on(PROGRAM, Some(&url));
        desk_client::install(&server);
        server.start();
        (postgres, server)
    });
    let admin = desk_client::admin(&server);
    desk_client::open(&admin, "before").await;
    assert_eq!(health(&admin).await, (200, 200));
    let pid = server.pid();

    tokio::task::block_in_place(|| postgres.stop()).unwrap();
    for attempt in 0..5 {
        let path = "/api/v1/tickets";
        is_polite_refusal(
            &admin
                .post(path, &new_ticket(&format!("refused-{attempt}"), 10))
                .await
                .unwrap(),
        );
        is_polite_refusal(
            &admin
                .post_once(path, "key-1", &new_ticket("with a key", 10))
                .await
                .unwrap(),
        );
        is_polite_refusal(&admin.get(path).await.unwrap());
    }
    assert_eq!(health(&admin).await, (200, 503));
    let page = server.visitor().get("/sign-in").await.unwrap();
    assert!(page.status == 200 || page.status == 503, "{}", page.status);
    assert!(page.text.contains("<html"), "people get a page: {}", page.text);

    tokio::task::block_in_place(|| postgres.start_again()).unwrap();
    let (_, recovery) = eventually("the server being ready again", async || {
        (health(&admin).await == (200, 200)).then_some(())
    })
    .await;
    let once = admin
        .post_once("/api/v1/tickets", "key-1", &new_ticket("with a key", 10))
        .await
        .unwrap();
    assert_eq!(once.status, 201, "a refused key is free: {}", once.text);
    desk_client::open(&admin, "after").await;
    let found = titles(&admin).await.unwrap();
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        ["after", "before", "with a key"],
        "what was refused was not done"
    );
    assert!(
        server.is_running() && server.pid() == pid,
        "it was not started anew"
    );
    println!("refused while PostgreSQL was away; ready {recovery:?} after it came back");
}

/// A disk that can be filled and emptied while the server runs.
enum Disk {
    /// A small file system of the server's own.
    Small { ballast: PathBuf },
    /// Where mounting is not allowed: files may not grow.
    Limited { pid: u32 },
}

const SIZE: &str = "size=24m";

impl Disk {
    /// Starts the server on a small disk with the data it has so far.
    fn start(server: &mut ServerProcess) -> Self {
        let mounts = Command::new("unshare")
            .args(["-m", "true"])
            .status()
            .is_ok_and(|status| status.success());
        if mounts {
            let seed = server.data().with_file_name("seed");
            std::fs::rename(server.data(), &seed).unwrap();
            let script = format!(
                "mount -t tmpfs -o {SIZE} tmpfs '{}' && cp -a '{}/.' '{0}' && exec \"$@\"",
                server.data().display(),
                seed.display()
            );
            server.run_inside(["unshare", "-m", "sh", "-c", &script, "small-disk"]);
            server.start();
            let inside = format!("/proc/{}/root{}", server.pid(), server.data().display());
            return Self::Small {
                ballast: PathBuf::from(inside).join("ballast"),
            };
        }
        println!("no mount is allowed here; the size of files is limited instead");
        server.run_inside(["sh", "-c", "trap '' XFSZ; exec \"$@\"", "limited"]);
        server.start();
        Self::Limited { pid: server.pid() }
    }

    fn fill(&self) {
        match self {
            Self::Small { ballast } => {
                let mut file = std::fs::File::create(ballast).unwrap();
                let block = vec![7_u8; 16 * 1024];
                while file.write_all(&block).is_ok() {}
            }
            Self::Limited { pid } => limit(*pid, "65536:"),
        }
    }

    fn free(&self) {
        match self {
            Self::Small { ballast } => std::fs::remove_file(ballast).unwrap(),
            Self::Limited { pid } => limit(*pid, "unlimited:"),
        }
    }
}

fn limit(pid: u32, soft: &str) {
    let done = Command::new("prlimit")
        .args(["--pid", &pid.to_string(), &format!("--fsize={soft}")])
        .status()
        .unwrap();
    assert!(done.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_survived() {
    let mut server = ServerProcess::new(PROGRAM, Database::Sqlite);
    let (token, disk) = tokio::task::block_in_place(|| {
        desk_client::install(&server);
        let token = server.token(desk_client::ADMIN, "*");
        (token, Disk::start(&mut server))
    });
    let (admin, pid) = (server.visitor().with_token(&token), server.pid());
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    desk_client::open(&admin, "before").await;
    kept.push("before".to_owned());

    tokio::task::block_in_place(|| disk.fill());
    // The log of SQLite may have room left; it has none after some of these.
    for attempt in 0..60 {
        let title = format!("full-{attempt}");
        let answer = admin
            .post("/api/v1/tickets", &new_ticket(&title, 15_000))
            .await
            .unwrap();
        if answer.status == 201 {
            kept.push(title);
        } else {
            is_polite_refusal(&answer);
            refused.push(title);
        }
    }
    assert!(
        refused.len() >= 10,
        "{} of 60 were refused: the disk was not full",
        refused.len()
    );
    assert_eq!(admin.get("/healthz").await.unwrap().status, 200);
    assert_eq!(
        admin.get("/api/v1/tickets").await.unwrap().status,
        200,
        "reading goes on"
    );

    tokio::task::block_in_place(|| disk.free());
    let (_, recovery) = eventually("a ticket being taken again", async || {
        let answer = admin
            .post("/api/v1/tickets", &new_ticket("after", 15_000))
            .await
            .unwrap();
        (answer.status == 201).then_some(())
    })
    .await;
    let found = titles(&admin).await.unwrap();
    for title in &kept {
        assert_eq!(
            found.get(title).map(Vec::len),
            Some(1),
            "{title} was acknowledged"
        );
    }
    for title in &refused {
        assert!(!found.contains_key(title), "{title} was refused");
    }
    eventually("search finding what came after", async || {
        let hits = admin.get("/api/v1/search?q=after").await.unwrap().json();
        hits["items"]
            .as_array()
            .is_some_and(|items| !items.is_empty())
            .then_some(())
    })
    .await;
    assert!(
        server.is_running() && server.pid() == pid,
        "it was not started anew"
    );
    let audit = tokio::task::block_in_place(|| server.must(&["audit", "verify"], ""));
    println!(
        "{} kept and {} refused on a full disk; tickets taken again {recovery:?} after there was room; {audit}",
        kept.len(),
        refused.len()
    );
}
