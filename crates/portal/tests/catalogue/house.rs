//! A house with desk and portal: Ann and Bea work elsewhere, Meg leads Ann, Tim works at the desk, Max manages it.

use axum::http::Method;
use desk::ticket::{self, View};
use kernel::config::Config;
use kernel::cx::Credential;
use kernel::db::Tx;
use kernel::id::UserId;
use kernel::{Clock, Cx, Kernel, Result, Timestamp, Via};
use people::sign_in::{self, Origin};
use people::team::{self, NewTeam};
use people::user::{self, Profile};
use serde_json::Value;
use web::App;
use web::testing::{Answer, Browser};

/// Monday, 2 March 2026, 10:00 UTC.
const MONDAY: Timestamp = Timestamp::from_secs(1_772_445_600);

pub struct House {
    pub app: App,
    pub ann: UserId,
    pub bea: UserId,
    pub meg: UserId,
    pub tim: UserId,
    pub max: UserId,
    _folder: tempfile::TempDir,
}

impl House {
    pub async fn open() -> House {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::in_folder(folder.path());
        let clock = Clock::manual(MONDAY);
        let kernel = tokio::task::spawn_blocking(move || Kernel::open(config, clock))
            .await
            .unwrap()
            .unwrap();
        let slices = vec![
            mail::slice(),
            people::slice(),
            knowledge::slice(),
            desk::slice(),
            im::slice(),
            major::slice(),
            portal::slice(),
        ];
        let app = web::build(kernel, slices);
        people::role::register(app.permissions().copied().collect());
        let mut migrations = app.migrations();
        if !migrations.iter().any(|(name, _)| *name == "kernel") {
            migrations.insert(0, ("kernel", kernel::MIGRATIONS));
        }
        kernel::db::migrate(&app.db, &migrations, app.clock.now())
            .await
            .unwrap();
        let cx = app.cx_command();
        let hired = app.db.write(move |tx| {
            desk::install_defaults(tx, &cx)?;
            hire(tx, &cx)
        });
        let [ann, bea, meg, tim, max] = hired.await.unwrap();
        House {
            app,
            ann,
            bea,
            meg,
            tim,
            max,
            _folder: folder,
        }
    }

    /// Lets somebody do something, and hands back what came of it.
    pub async fn act<T: Send + 'static>(
        &self,
        person: UserId,
        mut act: impl FnMut(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
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
        done.await
    }

    /// Somebody's browser, in English.
    pub async fn browser(&self, person: UserId) -> Browser {
        let cx = self.app.cx_system("test");
        let begin = self
            .app
            .db
            .write(move |tx| sign_in::begin(tx, &cx, person, &Origin::default(), false));
        let mut browser = self.visitor();
        browser.sign_in_with_session(&begin.await.unwrap());
        browser
    }

    /// Somebody who has not signed in.
    pub fn visitor(&self) -> Browser {
        Browser::new(web::router(self.app.clone())).with("accept-language", "en")
    }

    /// The ticket as it is now.
    pub async fn ticket(&self, number: i64) -> View {
        self.act(self.max, move |tx, cx| ticket::load(tx, cx, number))
            .await
            .unwrap()
    }
}

/// Calls the JSON interface from a browser's session.
pub async fn call(browser: &mut Browser, method: Method, path: &str, body: &Value) -> Answer {
    if browser.csrf.is_empty() {
        browser.get("/api/docs").await;
    }
    let token = browser.csrf.clone();
    let headers = [
        ("content-type", "application/json"),
        ("x-csrf-token", token.as_str()),
    ];
    let body = if method == Method::GET {
        String::new()
    } else {
        body.to_string()
    };
    browser.send(method, path, &body, &headers).await
}

/// The number of the ticket that an answer leads to.
pub fn number_of(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let place = answer.header("location").rsplit('/').next().unwrap();
    place.parse().unwrap()
}

fn hire(tx: &mut Tx<'_>, cx: &Cx) -> Result<[UserId; 5]> {
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
    let mut person = |name: &str, role: &str, manager: &str, tier: Option<i64>| {
        let profile = Profile {
            email: format!("{}@example.test", name.to_lowercase()),
            name: name.to_owned(),
            locale: "en".to_owned(),
            department: if name == "Bea" { "Sales" } else { "Works" }.to_owned(),
            manager: manager.to_owned(),
            tier,
            roles: vec![role.to_owned()],
            teams: tier.map(|_| team).into_iter().collect(),
            ..Profile::default()
        };
        user::adding::add(tx, cx, &profile).map(|added| added.id)
    };
    let meg = person("Meg", "requester", "", None)?;
    Ok([
        person("Ann", "requester", "meg@example.test", None)?,
        person("Bea", "requester", "", None)?,
        meg,
        person("Tim", "technician", "", Some(1))?,
        person("Max", "manager", "", None)?,
    ])
}
