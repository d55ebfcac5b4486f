//! A house with a desk, a team, and people, on a database of the test's own.

use desk::ticket::{self, Category, Channel, NewAttachment, Note, Opening, Ticket};
use kernel::config::{Config, DatabaseUrl};
use kernel::cx::Credential;
use kernel::db::Tx;
use kernel::id::{TeamId, UserId};
use kernel::{Clock, Cx, Kernel, Result, Timestamp, Via};
use people::sign_in::{self, Origin};
use people::team::{self, NewTeam};
use people::user::{self, Profile};
use web::App;
use web::testing::{Answer, ApiClient, Browser};

/// Monday, 2 March 2026, 10:00 UTC: in the middle of a working morning.
const MONDAY: Timestamp = Timestamp::from_secs(1_772_445_600);

/// A word that stands in an internal note and nowhere else.
pub const SECRET: &str = "zinnober";

pub struct House {
    pub app: App,
    pub team: TeamId,
    /// Reports things.
    pub ann: UserId,
    /// Reports other things.
    pub bea: UserId,
    /// First line.
    pub tim: UserId,
    /// Second line, in the same team.
    pub eve: UserId,
    /// Manages the desk.
    pub max: UserId,
    _folder: tempfile::TempDir,
}

impl House {
    pub async fn open() -> House {
        House::open_on(None).await
    }

    /// On the database that this run is about: PostgreSQL when `MAINSTAY_TEST_DATABASE` says so.
    pub async fn open_on_either() -> House {
        if std::env::var("MAINSTAY_TEST_DATABASE").is_ok_and(|name| name == "postgres") {
            let url = tokio::task::spawn_blocking(create_postgres).await.unwrap();
            return House::open_on(Some(url)).await;
        }
        House::open().await
    }

    async fn open_on(postgres: Option<String>) -> House {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::in_folder(folder.path());
        if let Some(url) = postgres {
            config.database = DatabaseUrl::Postgres(url);
        }
        let clock = Clock::manual(MONDAY);
        let kernel = tokio::task::spawn_blocking(move || Kernel::open(config, clock))
            .await
            .unwrap()
            .unwrap();
        let app = web::build(kernel, vec![mail::slice(), people::slice(), desk::slice()]);
        people::role::register(app.permissions().copied().collect());
        let mut migrations = app.migrations();
        if !migrations.iter().any(|(name, _)| *name == "kernel") {
            migrations.insert(0, ("kernel", kernel::MIGRATIONS));
        }
        kernel::db::migrate(&app.db, &migrations, app.clock.now())
            .await
            .unwrap();
        let cx = app.cx_command();
        let hired = app.db.write(move |tx| hire(tx, &cx)).await.unwrap();
        let (team, [ann, bea, tim, eve, max]) = hired;
        House {
            app,
            team,
            ann,
            bea,
            tim,
            eve,
            max,
            _folder: folder,
        }
    }

    /// Lets somebody do something.
    pub async fn act<T: Send + 'static>(
        &self,
        person: UserId,
        mut act: impl FnMut(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
    ) -> T {
        let house = self.app.cx_system("test");
        let done = self.app.db.write(move |tx| {
            let user = user::store::load(tx, person)?;
            let credential = Credential::Session {
                session: "test".to_owned(),
                elevated: true,
            };
            let identity = people::identity_of(tx, &user, credential)?;
            act(tx, &house.acting_as(identity, Via::Page))
        });
        done.await.unwrap()
    }

    /// What somebody acts with.
    pub async fn cx_of(&self, person: UserId) -> Cx {
        self.act(person, |_, cx| Ok(cx.clone())).await
    }

    /// Somebody's browser, in English.
    pub async fn browser(&self, person: UserId) -> Browser {
        let cx = self.app.cx_system("test");
        let begin = self
            .app
            .db
            .write(move |tx| sign_in::begin(tx, &cx, person, &Origin::default(), false));
        let mut browser = Browser::new(web::router(self.app.clone())).with("accept-language", "en");
        browser.sign_in_with_session(&begin.await.unwrap());
        browser
    }

    /// A program with a token of somebody's, narrowed to some scopes.
    pub async fn program(&self, person: UserId, scopes: &[&str]) -> ApiClient {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let (_, secret) = self
            .act(person, move |tx, cx| {
                people::token::create(tx, cx, person, "a test", &scopes, None)
            })
            .await;
        ApiClient::new(web::router(self.app.clone()), Some(&secret))
    }

    /// A ticket that somebody reported; the team has it.
    pub async fn reported(&self, person: UserId, title: &str) -> Ticket {
        let (team, title) = (self.team, title.to_owned());
        self.act(person, move |tx, cx| {
            let mut opening = Opening::new(person, title.clone(), "It does not work.", Channel::Portal);
            opening.category = Category::Hardware;
            opening.team = Some(team);
            ticket::open(tx, cx, opening)
        })
        .await
    }

    /// Tim writes down what is nobody else's business, with a file of the same.
    pub async fn noted(&self, number: i64) {
        let stored = self
            .app
            .files
            .put(SECRET.as_bytes().to_vec(), 1_000)
            .await
            .unwrap();
        self.act(self.tim, move |tx, cx| {
            let file = NewAttachment {
                hash: stored.hash.clone(),
                name: "internal.html".to_owned(),
                media_type: "text/html".to_owned(),
                size: stored.size,
                content_id: None,
            };
            let body = format!("The contract, {SECRET}, ran out.");
            ticket::note(
                tx,
                cx,
                number,
                Note {
                    body,
                    attachments: vec![file],
                    ..Note::default()
                },
            )
        })
        .await;
    }

    /// The ticket as it is now.
    pub async fn ticket(&self, number: i64) -> Ticket {
        self.act(self.max, move |tx, cx| ticket::load(tx, cx, number))
            .await
            .ticket
    }
}

/// A part of a page, as htmx asks for it.
pub async fn part(browser: &mut Browser, path: &str) -> Answer {
    let headers = [("hx-request", "true"), ("hx-request-type", "partial")];
    browser.send(axum::http::Method::GET, path, "", &headers).await
}

fn hire(tx: &mut Tx<'_>, cx: &Cx) -> Result<(TeamId, [UserId; 5])> {
    let team = team::add(
        tx,
        cx,
        &NewTeam {
            name: "Service desk".to_owned(),
            tier: 1,
            ..NewTeam::default()
        },
    )?
    .id;
    let mut person = |name: &str, role: &str, tier: Option<i64>| {
        let profile = Profile {
            email: format!("{}@example.test", name.to_lowercase()),
            name: name.to_owned(),
            locale: "en".to_owned(),
            phone: match name {
                "Ann" => "+86 138 0000 1234".to_owned(),
                "Tim" => "204".to_owned(),
                _ => String::new(),
            },
            tier,
            roles: vec![role.to_owned()],
            teams: tier.map(|_| team).into_iter().collect(),
            ..Profile::default()
        };
        user::adding::add(tx, cx, &profile).map(|added| added.id)
    };
    let people = [
        person("Ann", "requester", None)?,
        person("Bea", "requester", None)?,
        person("Tim", "technician", Some(1))?,
        person("Eve", "engineer", Some(2))?,
        person("Max", "manager", None)?,
    ];
    Ok((team, people))
}

/// A database of the test's own on the server that `MAINSTAY_TEST_POSTGRES` names.
fn create_postgres() -> String {
    let server = std::env::var("MAINSTAY_TEST_POSTGRES").unwrap();
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    let name = format!("console_{:016x}", rand::random::<u64>());
    client
        .batch_execute(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
        ))
        .unwrap();
    let (base, query) = server
        .split_once('?')
        .map_or((server.as_str(), String::new()), |(base, query)| {
            (base, format!("?{query}"))
        });
    let host = base.rsplit_once('/').map_or(base, |(host, _)| host);
    format!("{host}/{name}{query}")
}
