//! kill -9 at random moments under load: what was acknowledged is there once, and the books still agree.
//!
//! Five doors are used at the same time: the API with `Idempotency-Key`, a browser's form, mail by pipe, mail by a real IMAP
//! server, and a chat's robot, which brings a message again under its name until it was taken. A journal in this process holds what was acknowledged. `MAINSTAY_KILLS=50` makes the long run, which
//! also waits until keys that died in flight are free again and repeats them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod desk_client;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use automate::webhook::signing;
use desk_client::{PASSWORD, PROGRAM, mail, titles};
use serde_json::json;
use testkit::parts::{Account, Dovecot};
use testkit::visitor::Reply;
use testkit::{Database, Ran, ServerProcess, Visitor};

const KILLS: usize = 8;
/// From so many on, the run is the long one.
const MANY: usize = 50;
/// A key whose attempt died in flight is free after this long; see the kit's idempotency.
const LEASE: Duration = Duration::from_secs(92);
/// The lease of a job is a minute, and one that died twice waits twice.
const MAIL_PATIENCE: Duration = Duration::from_secs(180);
/// How often a resting door looks whether it may go on.
const PAUSE: Duration = Duration::from_millis(10);
const SUPPORT: &str = "support@mainstay.test";
const PIPE: &str = "pipe@mainstay.test";
const BRUNO: &str = "bruno@example.test";
const ROBOT_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// A robot signs by the second, and the same signature twice is a replay.
const ROBOT_PAUSE: Duration = Duration::from_millis(1_100);

/// What was acknowledged to whom.
#[derive(Clone, Default)]
struct Journal {
    /// Titles of tickets by API, with their numbers.
    by_api: BTreeMap<String, i64>,
    /// Replies: the ticket's number and the words.
    replies: Vec<(i64, String)>,
    /// Titles of tickets by form.
    by_click: Vec<String>,
    /// Subjects of mails that the pipe took.
    by_pipe: Vec<String>,
    /// Subjects of mails that lie in the IMAP server's inbox.
    by_imap: Vec<String>,
    /// Titles that a chat's robot brought.
    by_robot: Vec<String>,
    /// Titles that were asked for without an answer: there once or not at all.
    uncertain: Vec<String>,
}

#[derive(Clone)]
struct Load {
    journal: Arc<Mutex<Journal>>,
    over: Arc<AtomicBool>,
    rests: Arc<AtomicBool>,
}

impl Load {
    fn note(&self, note: impl FnOnce(&mut Journal)) {
        note(&mut self.journal.lock().unwrap());
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    fn rests(&self) -> bool {
        self.rests.load(Ordering::SeqCst) && !self.is_over()
    }

    /// Waits while the books are held against what is there; the kill itself falls into the load.
    async fn may_go_on(&self) {
        while self.rests() {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Calls again with the same key until there is an answer; `None` when the key is held by an attempt that died, or
    /// the load is over.
    async fn insist(
        &self,
        visitor: &Visitor,
        path: &str,
        key: &str,
        body: &serde_json::Value,
    ) -> Option<Reply> {
        loop {
            match visitor.post_once(path, key, body).await {
                Ok(answer) if answer.status == 201 => return Some(answer),
                Ok(answer) if answer.status == 409 => {
                    assert_eq!(
                        answer.json()["code"],
                        "web.idempotency.in_progress",
                        "{}",
                        answer.text
                    );
                    return None;
                }
                Ok(answer) => assert!(answer.status >= 500, "{path}: {} {}", answer.status, answer.text),
                Err(_) => {}
            }
            if self.is_over() {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    async fn by_api(self, visitor: Visitor, worker: usize) {
        for count in 0.. {
            self.may_go_on().await;
            if self.is_over() {
                return;
            }
            let title = format!("api-{worker}-{count}");
            let body = json!({ "title": title, "body": "Nothing works." });
            let Some(answer) = self.insist(&visitor, "/api/v1/tickets", &title, &body).await else {
                self.note(|journal| journal.uncertain.push(title));
                continue;
            };
            let number = answer.json()["number"].as_i64().unwrap();
            self.note(|journal| {
                journal.by_api.insert(title.clone(), number);
            });
            let (path, words) = (
                format!("/api/v1/tickets/{number}/replies"),
                format!("reply to {title}"),
            );
            if self
                .insist(&visitor, &path, &words, &json!({ "body": words }))
                .await
                .is_some()
            {
                self.note(|journal| journal.replies.push((number, words)));
            }
        }
    }

    async fn by_click(self, visitor: Visitor) {
        for count in 0.. {
            self.may_go_on().await;
            if self.is_over() {
                return;
            }
            let title = format!("click-{count}");
            let fields = [
                ("title", title.as_str()),
                ("body", "Nothing works."),
                ("category", "other"),
            ];
            match visitor.submit("/portal/report", "/portal/report", &fields).await {
                Ok(answer) if answer.status == 303 => {
                    assert!(
                        answer.location.starts_with("/portal/requests/"),
                        "signed out: {}",
                        answer.location
                    );
                    self.note(|journal| journal.by_click.push(title));
                }
                // 403: the page with the form's token never came.
                Ok(answer) => assert!(
                    matches!(answer.status, 403 | 500..),
                    "{} {}",
                    answer.status,
                    answer.text
                ),
                // Nobody took the connection, so nobody took the form.
                Err(error) if error.is_connect() => {}
                Err(_) => self.note(|journal| journal.uncertain.push(title)),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn by_pipe(&self, run: impl Fn(&[&str], &[u8]) -> Ran) {
        for count in 0.. {
            while self.rests() {
                std::thread::sleep(PAUSE);
            }
            let subject = format!("pipe-{count}");
            let raw = mail(&subject, PIPE);
            loop {
                if self.is_over() {
                    return;
                }
                let ran = run(&["mail", "deliver", "--mailbox", PIPE], &raw);
                match ran.code {
                    0 => break self.note(|journal| journal.by_pipe.push(subject.clone())),
                    75 => {}
                    _ => panic!("a mail program would bounce this: {ran:?}"),
                }
            }
        }
    }

    async fn by_imap(self, server: Arc<Dovecot>) {
        for count in 0.. {
            self.may_go_on().await;
            if self.is_over() {
                return;
            }
            let subject = format!("imap-{count}");
            server.deliver(SUPPORT, &mail(&subject, SUPPORT)).unwrap();
            self.note(|journal| journal.by_imap.push(subject));
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    async fn by_robot(self, robot: Visitor, channel: String) {
        for count in 0.. {
            self.may_go_on().await;
            if self.is_over() {
                return;
            }
            let title = format!("robot-{count}");
            let words = json!({
                "type": "message", "from": { "id": "bruno", "email": BRUNO }, "text": format!("new {title}"),
            });
            if self.bring(&robot, &channel, &title, &words.to_string()).await {
                self.note(|journal| journal.by_robot.push(title));
            } else {
                self.note(|journal| journal.uncertain.push(title));
            }
            tokio::time::sleep(ROBOT_PAUSE).await;
        }
    }

    /// Brings a message under its name, signed anew each time, until it was taken or the load is over.
    async fn bring(&self, robot: &Visitor, channel: &str, name: &str, body: &str) -> bool {
        while !self.is_over() {
            let at = kernel::Clock::System.now();
            let signed = signing::signatures(&[ROBOT_SECRET], name, at, body).unwrap();
            let headers = [
                ("content-type", "application/json".to_owned()),
                ("webhook-id", name.to_owned()),
                ("webhook-timestamp", signing::seconds(at).to_string()),
                ("webhook-signature", signed),
            ];
            match robot
                .post_signed(&format!("/im/{channel}"), &headers, body.to_owned())
                .await
            {
                Ok(answer) if answer.status == 200 => return true,
                Ok(answer) => assert!(
                    matches!(answer.status, 429 | 500..),
                    "{} {}",
                    answer.status,
                    answer.text
                ),
                Err(_) => {}
            }
            tokio::time::sleep(ROBOT_PAUSE).await;
        }
        false
    }
}

impl Journal {
    /// Every ticket that was acknowledged directly is there, and nothing is there twice.
    fn hold_against(&self, found: &BTreeMap<String, Vec<i64>>) {
        for (title, numbers) in found {
            assert_eq!(
                numbers.len(),
                1,
                "{title} is there {} times: {numbers:?}",
                numbers.len()
            );
        }
        for (title, number) in &self.by_api {
            assert_eq!(found.get(title), Some(&vec![*number]), "{title} was acknowledged");
        }
        for title in self.by_click.iter().chain(&self.by_robot) {
            assert!(found.contains_key(title), "{title} was acknowledged and is gone");
        }
    }

    fn mails(&self) -> impl Iterator<Item = &String> {
        self.by_pipe.iter().chain(&self.by_imap)
    }
}

/// Each reply is there once.
async fn hold_replies(admin: &Visitor, replies: &[(i64, String)]) {
    for (number, words) in replies {
        let ticket = admin
            .get(&format!("/api/v1/tickets/{number}"))
            .await
            .unwrap()
            .json();
        let said = ticket["articles"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|article| article["body"] == **words);
        assert_eq!(said.count(), 1, "ticket {number}: {words}");
    }
}

fn kills() -> usize {
    match std::env::var("MAINSTAY_KILLS") {
        Ok(number) => number.parse().unwrap(),
        Err(_) => KILLS,
    }
}

fn people_of(server: &ServerProcess) {
    desk_client::install(server);
    server.add_person(BRUNO, "Bruno Keller", "requester", PASSWORD);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_is_there_once_however_often_the_server_is_killed() {
    let (began, kills) = (Instant::now(), kills());
    let accounts = [Account::new(SUPPORT, "open-sesame")];
    let imap = Arc::new(tokio::task::block_in_place(|| Dovecot::start(&accounts)).unwrap());
    let mut server = tokio::task::block_in_place(|| {
        let mut server = ServerProcess::new(PROGRAM, Database::of_this_run());
        people_of(&server);
        server.start();
        server
    });
    let admin = desk_client::admin(&server);
    let watched = desk_client::watched_mailbox(SUPPORT, "open-sesame", imap.imap_address().port());
    for mailbox in [watched, desk_client::mailbox(PIPE)] {
        let made = admin.post("/api/v1/mailboxes", &mailbox).await.unwrap();
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let robot = json!({
        "name": "Intranet", "service": "plain", "locale": "en", "enabled": true,
        "settings": { "url": "https://intranet.example/in", "secret": ROBOT_SECRET },
    });
    let channel = admin.post("/api/v1/channels", &robot).await.unwrap();
    assert_eq!(channel.status, 201, "{}", channel.text);
    let channel = channel.json()["id"].as_str().unwrap().to_owned();
    let browser = server.visitor();
    browser.sign_in(BRUNO, PASSWORD).await;

    let load = Load {
        journal: Arc::default(),
        over: Arc::default(),
        rests: Arc::default(),
    };
    let mut doors = tokio::task::JoinSet::new();
    for worker in 0..3 {
        doors.spawn(load.clone().by_api(admin.clone(), worker));
    }
    doors.spawn(load.clone().by_click(browser));
    doors.spawn(load.clone().by_robot(server.visitor(), channel));
    doors.spawn(load.clone().by_imap(Arc::clone(&imap)));
    let (pipe, run) = (load.clone(), server.runner());
    doors.spawn_blocking(move || pipe.by_pipe(run));

    let mut checked = 0;
    for _ in 0..kills {
        tokio::time::sleep(Duration::from_millis(200 + rand::random::<u64>() % 900)).await;
        tokio::task::block_in_place(|| {
            server.kill();
            server.start();
        });
        load.rests.store(true, Ordering::SeqCst);
        let journal = load.journal.lock().unwrap().clone();
        journal.hold_against(&titles(&admin).await.unwrap());
        hold_replies(&admin, &journal.replies[checked..]).await;
        checked = journal.replies.len();
        load.rests.store(false, Ordering::SeqCst);
    }
    load.over.store(true, Ordering::SeqCst);
    while let Some(ended) = doors.join_next().await {
        ended.unwrap();
    }
    let journal = load.journal.lock().unwrap().clone();
    for door in [
        journal.by_api.len(),
        journal.replies.len(),
        journal.by_click.len(),
        journal.by_pipe.len(),
        journal.by_imap.len(),
        journal.by_robot.len(),
    ] {
        assert!(door > 0, "a door was never passed, so nothing was proved of it");
    }
    let found = all_mails_are_tickets(&admin, &journal).await;
    journal.hold_against(&found);
    hold_replies(&admin, &journal.replies).await;
    if kills >= MANY {
        repeat_uncertain(&admin, &journal, &found).await;
    }
    let books = tokio::task::block_in_place(|| {
        server.stop();
        [
            server.must(&["sla", "replay"], ""),
            server.must(&["audit", "verify"], ""),
        ]
    });
    assert!(books[0].contains(" 0 differ"), "{}", books[0]);
    println!(
        "{kills} kills on {:?} in {:?}: {} tickets and {} replies by API, {} tickets by form, {} mails by pipe, {} by IMAP, \
         {} by chat acknowledged and there once; {} without an answer, there at most once.\n{}\n{}",
        Database::of_this_run(),
        began.elapsed(),
        journal.by_api.len(),
        journal.replies.len(),
        journal.by_click.len(),
        journal.by_pipe.len(),
        journal.by_imap.len(),
        journal.by_robot.len(),
        journal.uncertain.len(),
        books[0],
        books[1],
    );
}

/// Waits until every mail is a ticket. A job that died with its process is taken up again when its lease runs out.
async fn all_mails_are_tickets(admin: &Visitor, journal: &Journal) -> BTreeMap<String, Vec<i64>> {
    let began = Instant::now();
    loop {
        let found = titles(admin).await.unwrap();
        let missing: Vec<&String> = journal
            .mails()
            .filter(|subject| !found.contains_key(*subject))
            .collect();
        if missing.is_empty() {
            return found;
        }
        let waited = began.elapsed();
        assert!(
            waited < MAIL_PATIENCE,
            "after {waited:?} these mails are no tickets: {missing:?}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A call whose answer was lost is repeated with its key: it finds what it made, or makes it now.
async fn repeat_uncertain(admin: &Visitor, journal: &Journal, found: &BTreeMap<String, Vec<i64>>) {
    tokio::time::sleep(LEASE).await;
    for title in journal.uncertain.iter().filter(|title| title.starts_with("api-")) {
        let body = json!({ "title": title, "body": "Nothing works." });
        let answer = admin.post_once("/api/v1/tickets", title, &body).await.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text);
        if let Some(numbers) = found.get(title) {
            assert_eq!(
                Some(numbers[0]),
                answer.json()["number"].as_i64(),
                "{title} was made already"
            );
        }
    }
    journal.hold_against(&titles(admin).await.unwrap());
}
