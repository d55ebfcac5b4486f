//! A house with people in it, on a database of the test's own and with a clock that the test moves.

use std::collections::BTreeMap;

use kernel::config::{Config, DatabaseUrl};
use kernel::cx::Credential;
use kernel::db::Tx;
use kernel::id::UserId;
use kernel::{Clock, Cx, Kernel, Result, Timestamp, Via};
use people::sign_in::{self, Origin, Step, password};
use people::user::{Profile, User};
use people::{role, user};
use web::testing::{ApiClient, Browser};
use web::{App, Credentials, SignedIn};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

pub struct House {
    pub app: App,
    _folder: tempfile::TempDir,
}

/// Instants as people write them.
pub fn at(text: &str) -> Timestamp {
    serde_json::from_value(serde_json::Value::from(text)).unwrap()
}

impl House {
    /// With an administrator, Ada, so that everybody else can be anything.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::in_folder(folder.path());
        config.base_url = "http://desk.test".to_owned();
        if std::env::var("MAINSTAY_TEST_DATABASE").is_ok_and(|name| name == "postgres") {
            config.database =
                DatabaseUrl::Postgres(tokio::task::spawn_blocking(create_postgres).await.unwrap());
        }
        // A Monday morning in Shanghai.
        let clock = Clock::manual(at("2026-11-23T02:00:00Z"));
        let kernel = tokio::task::spawn_blocking(move || Kernel::open(config, clock))
            .await
            .unwrap()
            .unwrap();
        let app = web::build(kernel, vec![mail::slice(), people::slice()]);
        role::register(app.permissions().copied().collect());
        let mut migrations = app.migrations();
        if !migrations.iter().any(|(name, _)| *name == "kernel") {
            migrations.insert(0, ("kernel", kernel::MIGRATIONS));
        }
        kernel::db::migrate(&app.db, &migrations, app.clock.now())
            .await
            .unwrap();
        let house = Self { app, _folder: folder };
        house.add("ada@example.com", "Ada", &["admin"]).await;
        house
    }

    pub fn system(&self) -> Cx {
        self.app.cx_system("test")
    }

    pub fn later(&self, seconds: i64) {
        self.app.clock.advance_millis(seconds * 1000);
    }

    pub async fn write<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.app.db.write(act).await
    }

    pub async fn read<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.app.db.read(act).await.unwrap()
    }

    /// Somebody with roles and the house's password.
    pub async fn add(&self, email: &str, name: &str, roles: &[&str]) -> User {
        self.add_with(Profile {
            email: email.to_owned(),
            name: name.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..Profile::default()
        })
        .await
    }

    pub async fn add_with(&self, profile: Profile) -> User {
        let cx = self.system();
        let hash = password::hash_now(PASSWORD).unwrap();
        self.write(move |tx| {
            let user = user::adding::add(tx, &cx, &profile)?;
            password::store_new(tx, &cx, user.id, &hash, None)?;
            Ok(user)
        })
        .await
        .unwrap()
    }

    pub async fn user(&self, email: &'static str) -> User {
        self.read(move |tx| user::store::find_by_email(tx, email))
            .await
            .unwrap()
    }

    /// What somebody may do now, as in a browser.
    pub async fn cx(&self, email: &'static str) -> Cx {
        let credential = Credential::Session {
            session: "test".to_owned(),
            elevated: true,
        };
        let identity = self
            .read(move |tx| {
                let person = user::store::find_by_email(tx, email)?.unwrap();
                people::identity_of(tx, &person, credential.clone())
            })
            .await;
        self.system().acting_as(identity, Via::Page)
    }

    pub async fn try_password(&self, email: &str, password: &str) -> Result<Step> {
        self.try_password_from("10.0.0.7", email, password).await
    }

    pub async fn try_password_from(&self, address: &str, email: &str, password: &str) -> Result<Step> {
        let origin = Origin {
            address: address.to_owned(),
            agent: "test".to_owned(),
        };
        let mut cx = self.system();
        cx.actor = kernel::Actor::Anonymous;
        sign_in::with_password(&self.app.db, &cx, email, password, &origin).await
    }

    pub async fn try_code(&self, pending: &str, code: &str) -> Result<String> {
        sign_in::with_code(&self.app.db, &self.system(), pending, code, &Origin::default()).await
    }

    /// The session of somebody without a second factor.
    pub async fn session(&self, email: &str) -> String {
        match self.try_password(email, PASSWORD).await.unwrap() {
            Step::SignedIn(secret) => secret,
            Step::SecondFactor(_) => panic!("{email} has a second factor"),
        }
    }

    pub async fn who_is(&self, session: &str) -> Option<SignedIn> {
        self.app
            .who_is(&Credentials::Session(session.to_owned()))
            .await
            .unwrap()
    }

    pub async fn whose_token(&self, token: &str) -> Option<SignedIn> {
        self.app
            .who_is(&Credentials::Bearer(token.to_owned()))
            .await
            .unwrap()
    }

    pub fn stranger(&self) -> Browser {
        Browser::new(web::router(self.app.clone()))
    }

    pub async fn browser(&self, email: &str) -> Browser {
        let mut browser = self.stranger();
        browser.sign_in_with_session(&self.session(email).await);
        browser.get("/account").await;
        browser
    }

    pub async fn client(&self, email: &'static str, scopes: &[&str]) -> ApiClient {
        ApiClient::new(
            web::router(self.app.clone()),
            Some(&self.token(email, scopes).await),
        )
    }

    pub async fn token(&self, email: &'static str, scopes: &[&str]) -> String {
        let (cx, id) = (self.cx(email).await, self.user(email).await.id);
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let create = move |tx: &mut Tx<'_>| people::token::create(tx, &cx, id, "test", &scopes, None);
        self.write(create).await.unwrap().1
    }

    /// The kinds of what is in the log about somebody, oldest first.
    pub async fn log_of(&self, id: UserId) -> Vec<String> {
        let subject = format!("user:{id}");
        let events = self
            .read(move |tx| kernel::event::of_subject(tx, &subject, 0, 100))
            .await;
        events.into_iter().map(|event| event.kind).collect()
    }
}

/// What is wrong, by field.
pub fn wrong(error: &kernel::Error) -> BTreeMap<String, String> {
    error
        .fields()
        .iter()
        .map(|field| (field.field.clone(), field.code.clone()))
        .collect()
}

/// A database of the test's own on the server that `MAINSTAY_TEST_POSTGRES` names.
fn create_postgres() -> String {
    let server = std::env::var("MAINSTAY_TEST_POSTGRES").unwrap();
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    let name = format!("people_{:016x}", rand::random::<u64>());
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
