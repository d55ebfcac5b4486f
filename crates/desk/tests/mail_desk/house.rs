//! A desk with a mailbox: Ann reports, Bob works on tickets, Carol manages.

#[path = "../../../kernel/tests/support/mod.rs"]
mod database;

use kernel::config::{Config, DatabaseUrl};
use kernel::cx::{Credential, Via};
use kernel::db::{Tx, migrate};
use kernel::event;
use kernel::id::{TeamId, UserId};
use kernel::job;
use kernel::{Clock, Cx, Kernel, Result, Timestamp};
use mail::inbound::Inbound;
use mail::mailbox::{MailboxInput, Security};
use mail::outbound::Outbound;
use people::user::{Profile, User};

use desk::ticket::{self, Entry, Ticket, Timeline};

pub const SUPPORT: &str = "support@desk.test";
pub const ANN: &str = "ann@desk.test";
pub const BOB: &str = "bob@desk.test";
pub const CAROL: &str = "carol@desk.test";
pub const STRANGER: &str = "zhang@elsewhere.test";
/// Monday, 2 March 2026, 10:00 UTC.
pub const MONDAY: Timestamp = Timestamp::from_secs(1_772_445_600);
pub const DAY: i64 = 86_400;

pub struct House {
    pub kernel: Kernel,
    pub ann: User,
    pub bob: User,
    pub carol: User,
    pub team: TeamId,
    jobs: job::Runner,
    log: event::Runner,
    _database: database::TestDb,
}

fn slices() -> [web::Slice; 3] {
    [people::slice(), mail::slice(), desk::slice()]
}

pub fn mailbox(address: &str) -> MailboxInput {
    MailboxInput {
        name: address.to_owned(),
        address: address.to_owned(),
        display_name: "IT Support".to_owned(),
        enabled: true,
        locale: "en".to_owned(),
        purpose: "desk".to_owned(),
        // Nobody listens there: letters stay in the outbox, where tests read them.
        smtp_host: "127.0.0.1".to_owned(),
        smtp_port: Some(9),
        smtp_security: Security::None,
        ..MailboxInput::default()
    }
}

impl House {
    /// With a mailbox whose letters stay in the outbox.
    pub async fn open() -> House {
        let house = House::without_mailbox(&["mail.take"], Clock::manual(MONDAY)).await;
        house.add_mailbox(mailbox(SUPPORT)).await;
        house
    }

    /// With these jobs alone.
    pub async fn without_mailbox(jobs: &[&str], clock: Clock) -> House {
        let database = database::open().await;
        let mut config = Config::in_folder(database.folder());
        config.base_url = "https://desk.test".to_owned();
        if database::on_postgres() {
            config.database = DatabaseUrl::Postgres(database.url.clone());
        }
        let kernel = tokio::task::spawn_blocking(|| Kernel::open(config, clock))
            .await
            .unwrap()
            .unwrap();
        let slices = slices();
        let mut migrations = vec![("kernel", kernel::MIGRATIONS)];
        let mut handlers = Vec::new();
        let mut permissions = Vec::new();
        for slice in slices {
            migrations.push((slice.name, slice.migrations));
            handlers.extend(
                slice
                    .jobs
                    .into_iter()
                    .filter(|handler| jobs.contains(&handler.kind)),
            );
            permissions.extend_from_slice(slice.permissions);
            kernel::i18n::register(slice.locales);
        }
        people::role::register(permissions);
        migrate(&kernel.db, &migrations, kernel.clock.now())
            .await
            .unwrap();
        let jobs = job::Runner::new(&kernel, handlers, Vec::new()).await.unwrap();
        let log = event::Runner::new(&kernel, vec![desk::notice::subscriber()])
            .await
            .unwrap();
        let cx = kernel.cx_command();
        let (ann, bob, carol, team) = kernel
            .db
            .write(move |tx| {
                desk::install_defaults(tx, &cx)?;
                let ann = person(tx, &cx, ANN, "Ann", "requester")?;
                let bob = person(tx, &cx, BOB, "Bob", "technician")?;
                let carol = person(tx, &cx, CAROL, "Carol", "manager")?;
                let new = people::team::NewTeam {
                    name: "Workplace".to_owned(),
                    tier: 1,
                    calendar: String::new(),
                    description: String::new(),
                    members: vec![bob.id],
                };
                let team = people::team::add(tx, &cx, &new)?;
                Ok((ann, bob, carol, team.id))
            })
            .await
            .unwrap();
        House {
            kernel,
            ann,
            bob,
            carol,
            team,
            jobs,
            log,
            _database: database,
        }
    }

    pub async fn add_mailbox(&self, input: MailboxInput) {
        let cx = self.kernel.cx_command();
        self.write(move |tx| mail::mailbox::create(tx, &cx, &input)).await;
    }

    pub async fn write<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.kernel.db.write(act).await.unwrap()
    }

    pub async fn read<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.kernel.db.read(act).await.unwrap()
    }

    pub fn cx(&self) -> Cx {
        self.kernel.cx_command()
    }

    /// The context of somebody signed in.
    pub async fn cx_of(&self, user: &User) -> Cx {
        let user = user.clone();
        let identity = self
            .write(move |tx| {
                let credential = Credential::Session {
                    session: "test".to_owned(),
                    elevated: true,
                };
                people::identity_of(tx, &user, credential)
            })
            .await;
        self.cx().acting_as(identity, Via::Page)
    }

    /// A mail comes in, and everything that follows from it happens.
    pub async fn receive(&self, raw: &str) -> Inbound {
        self.receive_bytes(raw.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes())
            .await
    }

    pub async fn receive_bytes(&self, raw: Vec<u8>) -> Inbound {
        let delivery = mail::deliver(&self.kernel, None, raw).await;
        assert_eq!(delivery.exit_code(), 0, "{delivery:?}");
        self.settle().await;
        self.journal().await.remove(0)
    }

    /// Jobs and subscribers until there is nothing left to do.
    pub async fn settle(&self) {
        while self.jobs.drain(&self.kernel).await.unwrap() + self.log.drain(&self.kernel).await.unwrap() > 0 {
        }
    }

    /// Newest first.
    pub async fn journal(&self) -> Vec<Inbound> {
        let cx = self.cx();
        self.read(move |tx| mail::inbound::list(tx, &cx, &mail::inbound::Filter::default(), i64::MAX, 1000))
            .await
    }

    /// Letters, oldest first.
    pub async fn letters(&self) -> Vec<Outbound> {
        let cx = self.cx();
        let mut all = self
            .read(move |tx| mail::outbound::list(tx, &cx, None, i64::MAX, 1000))
            .await;
        all.reverse();
        all
    }

    pub async fn letters_to(&self, email: &str) -> Vec<Outbound> {
        let mut letters = self.letters().await;
        letters.retain(|letter| letter.letter.to[0].email == email);
        letters
    }

    pub async fn ticket(&self, number: i64) -> Ticket {
        let cx = self.cx();
        self.read(move |tx| Ok(ticket::load(tx, &cx, number)?.ticket))
            .await
    }

    pub async fn tickets(&self) -> Vec<i64> {
        let cx = self.cx();
        let page = self
            .read(move |tx| ticket::list(tx, &cx, &ticket::Filter::default(), None, 200))
            .await;
        let mut numbers: Vec<i64> = page.items.iter().map(|row| row.number).collect();
        numbers.sort_unstable();
        numbers
    }

    pub async fn articles(&self, number: i64) -> Vec<desk::article::Article> {
        let cx = self.cx();
        let timeline: Timeline = self.read(move |tx| ticket::timeline(tx, &cx, number)).await;
        let articles = timeline.entries.into_iter().filter_map(|entry| match entry {
            Entry::Article(article) => Some(article),
            Entry::Event(_) => None,
        });
        articles.collect()
    }

    /// Ann reports by mail; Bob has the ticket.
    pub async fn reported(&self) -> i64 {
        let became = self
            .receive(&mail_of(
                ANN,
                "Printer",
                "It does not print.",
                "<report@desk.test>",
            ))
            .await;
        let number = number_of(&became);
        let (cx, bob, team) = (self.cx(), self.bob.id, self.team);
        self.write(move |tx| ticket::assign(tx, &cx, number, ticket::Assign::PersonInTeam(bob, team)))
            .await;
        self.settle().await;
        number
    }

    /// One person more.
    pub async fn someone(&self, name: &'static str, role: &'static str) -> User {
        let cx = self.cx();
        let email = format!("{}@desk.test", name.to_lowercase());
        self.write(move |tx| person(tx, &cx, &email, name, role)).await
    }

    /// Bob says something public.
    pub async fn bob_says(&self, number: i64, words: &'static str) {
        let cx = self.cx_of(&self.bob).await;
        let reply = ticket::Reply {
            body: words.to_owned(),
            ..ticket::Reply::default()
        };
        self.write(move |tx| ticket::reply(tx, &cx, number, reply.clone()))
            .await;
        self.settle().await;
    }

    pub async fn bob_resolves(&self, number: i64) {
        let cx = self.cx_of(&self.bob).await;
        let resolve = ticket::Resolve {
            solution: "A sheet was stuck.".to_owned(),
            tested: true,
            untested_reason: None,
        };
        self.write(move |tx| ticket::resolve(tx, &cx, number, resolve.clone()))
            .await;
        self.settle().await;
    }
}

fn person(tx: &mut Tx<'_>, cx: &Cx, email: &str, name: &str, role: &str) -> Result<User> {
    let profile = Profile {
        email: email.to_owned(),
        name: name.to_owned(),
        roles: vec![role.to_owned()],
        ..Profile::default()
    };
    people::user::adding::add(tx, cx, &profile)
}

/// The ticket that a mail became.
pub fn number_of(inbound: &Inbound) -> i64 {
    let became = inbound
        .became()
        .unwrap_or_else(|| panic!("{:?} {:?}", inbound.state, inbound.reason));
    became.strip_prefix("ticket:").unwrap().parse().unwrap()
}

pub fn mail_of(from: &str, subject: &str, body: &str, message_id: &str) -> String {
    with_headers(from, subject, body, &format!("Message-ID: {message_id}\n"))
}

pub fn with_headers(from: &str, subject: &str, body: &str, headers: &str) -> String {
    format!(
        "From: {from}\nTo: {SUPPORT}\nSubject: {subject}\n{headers}MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n"
    )
}

/// An answer to a letter, as a mail program makes it.
pub fn answer(from: &str, letter: &Outbound, body: &str) -> String {
    let references: Vec<String> = letter
        .letter
        .references
        .iter()
        .map(|id| format!("<{id}>"))
        .collect();
    let id = &letter.message_id;
    let unique: String = body
        .bytes()
        .map(|byte| format!("{byte:x}"))
        .collect::<String>()
        .chars()
        .take(40)
        .collect();
    let headers = format!(
        "Message-ID: <{unique}.{}@person.test>\nIn-Reply-To: <{id}>\nReferences: {} <{id}>\n",
        from.split('@').next().unwrap(),
        references.join(" ")
    );
    with_headers(from, &format!("Re: {}", letter.letter.subject), body, &headers)
}

pub fn users(users: &[&User]) -> Vec<UserId> {
    users.iter().map(|user| user.id).collect()
}
