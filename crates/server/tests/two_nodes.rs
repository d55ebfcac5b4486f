//! Two nodes on one PostgreSQL: what may happen once happens once, what all must hear is heard by all, and when one node
//! is killed the other carries on.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod desk_client;

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use desk_client::{ADMIN, PASSWORD, PROGRAM, mail, titles};
use serde_json::json;
use testkit::parts::{Account, Dovecot};
use testkit::{Database, ServerProcess, Visitor, eventually};

const SUPPORT: &str = "support@mainstay.test";
/// How often all schedules are made due at the same moment.
const ROUNDS: i64 = 8;

/// Writes down each time that a node fires a schedule; the due instants are the test's round numbers.
const WITNESS: &str = "
    CREATE TABLE test_firing (name TEXT NOT NULL, due BIGINT NOT NULL);
    CREATE FUNCTION test_witness() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO test_firing VALUES (NEW.name, OLD.next_at); RETURN NEW; END $$;
    CREATE TRIGGER test_witness AFTER UPDATE ON kernel_schedule FOR EACH ROW
        WHEN (NEW.last_at IS DISTINCT FROM OLD.last_at) EXECUTE FUNCTION test_witness();";

fn psql(url: &str, statement: &str) -> String {
    let ran = Command::new("psql")
        .args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            url,
            "-c",
            statement,
        ])
        .output();
    let ran = ran.unwrap();
    assert!(
        ran.status.success(),
        "{statement}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    String::from_utf8(ran.stdout).unwrap().trim().to_owned()
}

struct Cluster {
    a: ServerProcess,
    b: ServerProcess,
    imap: Dovecot,
    at_a: Visitor,
    at_b: Visitor,
}

impl Cluster {
    /// Node A starts first and so holds the mailbox; then node B.
    async fn start() -> Self {
        let accounts = [Account::new(SUPPORT, "open-sesame")];
        let (imap, a) = tokio::task::block_in_place(|| {
            let mut a = ServerProcess::new(PROGRAM, Database::Postgres);
            desk_client::install(&a);
            a.start();
            (Dovecot::start(&accounts).unwrap(), a)
        });
        let token = a.token(ADMIN, "*");
        let at_a = a.visitor().with_token(&token);
        let mailbox = desk_client::watched_mailbox(SUPPORT, "open-sesame", imap.imap_address().port());
        let made = at_a.post("/api/v1/mailboxes", &mailbox).await.unwrap();
        assert_eq!(made.status, 201, "{}", made.text);
        let url = a.database().unwrap().to_owned();
        eventually("node A watching the mailbox", async || {
            (psql(
                &url,
                "SELECT count(*) FROM mail_watch WHERE lease_owner IS NOT NULL",
            ) == "1")
                .then_some(())
        })
        .await;
        let b = tokio::task::block_in_place(|| {
            let mut b = a.another_node();
            b.start();
            b
        });
        let at_b = b.visitor().with_token(&token);
        Self {
            a,
            b,
            imap,
            at_a,
            at_b,
        }
    }

    fn sql(&self, statement: &str) -> String {
        psql(self.a.database().unwrap(), statement)
    }

    /// Makes every schedule due at once and waits until each has been fired.
    async fn fire_all(&self, round: i64) {
        self.sql(&format!("UPDATE kernel_schedule SET next_at = {round}"));
        eventually("every schedule being fired", async || {
            let waiting = format!(
                "SELECT count(*) FROM kernel_schedule s WHERE NOT EXISTS
                 (SELECT 1 FROM test_firing f WHERE f.name = s.name AND f.due = {round})"
            );
            (self.sql(&waiting) == "0").then_some(())
        })
        .await;
    }

    /// Delivers mails and waits until each is a ticket; how long that took.
    async fn mails_become_tickets(&self, numbers: std::ops::Range<i64>, node: &Visitor) -> Duration {
        let subjects: BTreeSet<String> = numbers.map(|number| format!("mail-{number}")).collect();
        for subject in &subjects {
            self.imap.deliver(SUPPORT, &mail(subject, SUPPORT)).unwrap();
        }
        let taken = eventually("every mail becoming a ticket", async || {
            let found = titles(node).await.unwrap();
            subjects
                .iter()
                .all(|subject| found.contains_key(subject))
                .then_some(())
        });
        taken.await.1
    }
}

async fn no_mail_is_there_twice(node: &Visitor, expected: usize) {
    let found = titles(node).await.unwrap();
    let mails: Vec<_> = found
        .iter()
        .filter(|(title, _)| title.starts_with("mail-"))
        .collect();
    assert_eq!(mails.len(), expected);
    let twice: Vec<_> = mails.iter().filter(|(_, numbers)| numbers.len() != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// What a browser at `listener` hears of a change that is made at `actor`, and how soon.
async fn change_crosses(listener: &ServerProcess, actor: &Visitor) -> Duration {
    let browser = listener.visitor();
    browser.sign_in(ADMIN, PASSWORD).await;
    let number = desk_client::open(actor, "The lift hums").await;
    let topic = format!("ticket:{number}");
    let mut stream = browser.listen(&format!("/live?topics={topic}")).await.unwrap();
    assert_eq!(stream.status().as_u16(), 200);
    let first = stream.chunk().await.unwrap().unwrap();
    assert!(
        first.starts_with(b": open") || first.starts_with(b":open") || first.starts_with(b"retry"),
        "{first:?}"
    );
    let began = std::time::Instant::now();
    let told = actor
        .post(
            &format!("/api/v1/tickets/{number}/replies"),
            &json!({ "body": "We hear it too." }),
        )
        .await
        .unwrap();
    assert_eq!(told.status, 201, "{}", told.text);
    let mut said = String::new();
    while !said.contains(&topic) {
        let piece = tokio::time::timeout(Duration::from_secs(20), stream.chunk()).await;
        let piece = piece.unwrap_or_else(|_| panic!("the other node heard nothing of {topic}: {said}"));
        said.push_str(&String::from_utf8_lossy(&piece.unwrap().unwrap()));
    }
    assert!(
        said.contains("event: change") || said.contains("event:change"),
        "{said}"
    );
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_the_work_and_one_carries_on_alone() {
    let mut cluster = Cluster::start().await;
    cluster.sql(WITNESS);
    let schedules: i64 = cluster
        .sql("SELECT count(*) FROM kernel_schedule")
        .parse()
        .unwrap();
    assert!(schedules >= 4, "{schedules} schedules");
    for round in 1..=ROUNDS {
        cluster.fire_all(round).await;
    }
    let more_than_once = "SELECT name, due, count(*) FROM test_firing WHERE due < 1000 GROUP BY name, due HAVING count(*) <> 1";
    assert_eq!(cluster.sql(more_than_once), "", "name, round, how often");

    cluster.mails_become_tickets(0..12, &cluster.at_b).await;
    no_mail_is_there_twice(&cluster.at_b, 12).await;
    let there = change_crosses(&cluster.b, &cluster.at_a).await;
    let back = change_crosses(&cluster.a, &cluster.at_b).await;

    // A job that a dead node had in its hands, as a row.
    cluster.sql(
        "INSERT INTO kernel_job (id, kind, data, state, run_at, attempts, max_attempts, locked_by, locked_until, created_at, actor, request)
         VALUES ('00000000000000000000000000', 'desk.sla_sweep', '{}', 'running', 0, 1, 8, 'a node that died',
         CAST(extract(epoch FROM now()) * 1000 AS BIGINT) + 3000, 0, 'system:test', '')",
    );
    let holder = cluster.sql("SELECT lease_owner FROM mail_watch");
    tokio::task::block_in_place(|| cluster.a.kill());
    let taken_over = cluster.mails_become_tickets(12..18, &cluster.at_b).await;
    no_mail_is_there_twice(&cluster.at_b, 18).await;
    assert_ne!(
        cluster.sql("SELECT lease_owner FROM mail_watch"),
        holder,
        "node A held the mailbox, now node B does"
    );
    cluster.fire_all(ROUNDS + 1).await;
    desk_client::open(&cluster.at_b, "Still there?").await;
    let last: i64 = cluster.sql("SELECT max(seq) FROM kernel_event").parse().unwrap();
    eventually("node B taking over the subscribers and the job", async || {
        let behind =
            format!("SELECT count(*) FROM kernel_cursor WHERE seq < {last} AND name NOT LIKE '%seal%'");
        let held = "SELECT count(*) FROM kernel_job WHERE id = '00000000000000000000000000'";
        (cluster.sql(&behind) == "0" && cluster.sql(held) == "0").then_some(())
    })
    .await;
    assert_eq!(cluster.sql(more_than_once), "", "name, round, how often");
    tokio::task::block_in_place(|| cluster.b.stop());
    println!(
        "{schedules} schedules x {} rounds fired once each; 18 mails taken once each; changes crossed nodes in {there:?} and \
         {back:?}; after node A was killed node B took mail again within {taken_over:?}",
        ROUNDS + 1
    );
}
