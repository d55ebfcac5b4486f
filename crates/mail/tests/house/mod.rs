//! A house with the mail slice alone, and an owner that writes an event for each mail it gets.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]
#![expect(dead_code, reason = "each test file uses its part")]

#[path = "../../../kernel/tests/support/mod.rs"]
mod database;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use kernel::config::{Config, DatabaseUrl};
use kernel::db::migrate;
use kernel::job::Runner;
use kernel::stop::Stop;
use kernel::{Clock, Cx, Kernel, Result, event};
use mail::mailbox::{MailboxInput, Security};
use mail::message::Address;
use mail::{Arrival, Letter, MailboxId, Outcome};
use serde_json::json;

/// How long anything may take that is waited for.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct House {
    pub kernel: Kernel,
    runner: Runner,
    _database: database::TestDb,
}

/// What the test's owner does with a mail whose subject says so.
fn receive<'a>(kernel: &'a Kernel, arrival: &'a Arrival) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let subject = arrival.message.subject.clone().unwrap_or_default();
        assert!(!subject.contains("panic"), "the owner has a defect");
        if subject.contains("fail") {
            return Err(kernel::Error::unavailable("test.owner"));
        }
        if subject.contains("forget") {
            return Ok(());
        }
        let (id, cx) = (arrival.id, kernel.cx_system("test.owner"));
        kernel
            .db
            .write(move |tx| {
                let ticket = format!("ticket:{id}");
                let new = event::New {
                    kind: "test.ticket",
                    subject: ticket.clone(),
                    data: json!({ "mail": id }),
                    personal: None,
                };
                event::append(tx, &cx, new)?;
                mail::settle(tx, &cx, id, &Outcome::Taken { subject: ticket })
            })
            .await
    })
}

impl House {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let database = database::open().await;
        let mut config = Config::in_folder(database.folder());
        if database::on_postgres() {
            config.database = DatabaseUrl::Postgres(database.url.clone());
        }
        change(&mut config);
        let kernel = tokio::task::spawn_blocking(|| Kernel::open(config, Clock::System))
            .await
            .unwrap()
            .unwrap();
        let slice = mail::slice();
        let migrations = [("kernel", kernel::MIGRATIONS), ("mail", slice.migrations)];
        migrate(&kernel.db, &migrations, kernel.clock.now())
            .await
            .unwrap();
        kernel::i18n::register(slice.locales);
        mail::set_receiver("desk", receive);
        let runner = Runner::new(&kernel, slice.jobs, Vec::new()).await.unwrap();
        Self {
            kernel,
            runner,
            _database: database,
        }
    }

    pub fn cx(&self) -> Cx {
        self.kernel.cx_command()
    }

    pub fn folder(&self) -> &std::path::Path {
        self._database.folder()
    }

    /// The same house on another node.
    pub fn other_node(&self) -> Kernel {
        Kernel {
            node: Arc::from("other-node"),
            ..self.kernel.clone()
        }
    }

    pub async fn add_mailbox(&self, input: MailboxInput) -> MailboxId {
        let cx = self.cx();
        self.kernel
            .db
            .write(move |tx| mail::mailbox::create(tx, &cx, &input))
            .await
            .unwrap()
    }

    /// Does the jobs that are due, until none is.
    pub async fn work(&self) {
        self.runner.drain(&self.kernel).await.unwrap();
    }

    pub async fn deliver(&self, raw: &str) -> mail::Delivery {
        let raw = raw.replace('\n', "\r\n").into_bytes();
        mail::deliver(&self.kernel, None, raw).await
    }

    pub async fn journal(&self) -> Vec<mail::inbound::Inbound> {
        let cx = self.cx();
        let all = mail::inbound::Filter::default();
        self.kernel
            .db
            .read(move |tx| mail::inbound::list(tx, &cx, &all, i64::MAX, 1000))
            .await
            .unwrap()
    }

    pub async fn outbox(&self) -> Vec<mail::outbound::Outbound> {
        let cx = self.cx();
        self.kernel
            .db
            .read(move |tx| mail::outbound::list(tx, &cx, None, i64::MAX, 1000))
            .await
            .unwrap()
    }

    pub async fn send(&self, letter: Letter) -> i64 {
        let cx = self.cx();
        self.kernel
            .db
            .write(move |tx| mail::send(tx, &cx, &letter))
            .await
            .unwrap()
    }

    pub async fn events(&self, kind: &'static str) -> Vec<event::Event> {
        let all = self
            .kernel
            .db
            .read(|tx| event::latest(tx, i64::MAX, 10_000))
            .await
            .unwrap();
        all.into_iter().filter(|one| one.kind == kind).collect()
    }

    pub async fn health(&self, id: MailboxId) -> mail::mailbox::Health {
        self.kernel
            .db
            .read(move |tx| mail::mailbox::health(tx, id))
            .await
            .unwrap()
    }
}

/// Watches the mailboxes until it is stopped.
pub struct Watch {
    stop: Stop,
    task: tokio::task::JoinHandle<()>,
}

impl Watch {
    pub fn start(kernel: &Kernel) -> Self {
        let stop = Stop::new();
        let task = tokio::spawn(mail::imap::run(kernel.clone(), stop.clone()));
        Self { stop, task }
    }

    pub async fn stop(self) {
        self.stop.stop();
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap();
    }
}

/// Asks again and again until the answer is yes.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut ask: impl FnMut() -> F) {
    let began = Instant::now();
    while !ask().await {
        assert!(began.elapsed() < PATIENCE, "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

pub fn mailbox(address: &str) -> MailboxInput {
    MailboxInput {
        name: "IT support".to_owned(),
        address: address.to_owned(),
        enabled: true,
        locale: "en".to_owned(),
        purpose: "desk".to_owned(),
        imap_security: Security::None,
        smtp_security: Security::None,
        poll_seconds: Some(10),
        ..MailboxInput::default()
    }
}

pub fn letter(to: &str, key: &str) -> Letter {
    let to = Address {
        name: Some("王芳".to_owned()),
        email: to.to_owned(),
    };
    Letter::new(
        "desk",
        to,
        "打印机 [#1042]",
        "请打开 https://help.example/t/1042\n\n谢谢",
        "ticket:1042",
        key,
    )
}

pub fn plain(from: &str, subject: &str, id: &str) -> String {
    format!(
        "From: <{from}>\nTo: <support@mainstay.test>\nSubject: {subject}\nMessage-ID: <{id}@person.test>\n\
         Date: Sat, 21 Nov 2026 10:00:00 +0000\n\nThe printer on floor 3 is jammed.\n"
    )
}
