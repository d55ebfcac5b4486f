//! People, tickets, and a database for the desk's own tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::cx::{Actor, Credential, Cx, Identity, Via};
use kernel::db::{Db, Options, Tx};
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::{Id, TeamId, UserId};
use kernel::time::{Clock, Timestamp};

use crate::ticket::value::{Category, Channel, Impact, Priority, State, TicketType, Tier, Urgency, Voice};
use crate::ticket::{Environment, Opening, Ticket, open};

/// Monday, 2 March 2026, 10:00 UTC: in the middle of a morning of the fallback calendar.
pub const MONDAY: Timestamp = Timestamp::from_secs(1_772_445_600);
pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// Somebody with a role.
#[derive(Clone)]
pub struct Who {
    pub user: UserId,
    pub teams: Vec<TeamId>,
    role: &'static str,
    clock: Clock,
}

impl Who {
    fn new(role: &'static str, kind: u8, name: u8, teams: Vec<TeamId>) -> Who {
        let user = Id::from_parts(1, &[kind, name, 0, 0, 0, 0, 0, 0, 0, 0]);
        Who {
            user,
            teams,
            role,
            clock: Clock::manual(MONDAY),
        }
    }

    pub fn requester(name: u8) -> Who {
        Who::new("requester", 1, name, Vec::new())
    }

    pub fn technician(name: u8, team_number: u8) -> Who {
        Who::new("technician", 2, name, vec![team(team_number)])
    }

    pub fn manager() -> Who {
        Who::new("manager", 3, 1, Vec::new())
    }

    pub fn at(mut self, clock: &Clock) -> Who {
        self.clock = clock.clone();
        self
    }

    pub fn cx(&self) -> Cx {
        let mut grants = BTreeMap::new();
        for permission in crate::PERMISSIONS {
            for (_, scope) in permission.granted.iter().filter(|(role, _)| *role == self.role) {
                grants.insert(permission.name.to_owned(), *scope);
            }
        }
        let identity = Identity {
            user: self.user,
            name: "Somebody".to_owned(),
            email: "somebody@example.org".to_owned(),
            teams: self.teams.clone(),
            groups: Vec::new(),
            grants,
            credential: Credential::Session {
                session: "s".to_owned(),
                elevated: true,
            },
        };
        Cx {
            actor: Actor::User(Arc::new(identity)),
            via: Via::Page,
            locale: Locale::En,
            time_zone: Arc::from("UTC"),
            request: Arc::from("test"),
            clock: self.clock.clone(),
        }
    }
}

pub fn team(number: u8) -> TeamId {
    Id::from_parts(1, &[9, number, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// A ticket that is in no database.
pub fn ticket(number: i64) -> Ticket {
    Ticket {
        number,
        title: "Printer".to_owned(),
        ticket_type: TicketType::Incident,
        category: Category::Hardware,
        impact: Impact::Person,
        urgency: Urgency::Medium,
        priority: Priority::P2,
        priority_pinned: false,
        state: State::New,
        tier: Tier::FIRST,
        complexity: 1,
        team: None,
        assignee: None,
        requester: Who::requester(1).user,
        organisation: None,
        site: None,
        channel: Channel::Portal,
        environment: Environment::default(),
        steps: None,
        error_text: None,
        waiting_reason: None,
        last_voice: Voice::Requester,
        created_at: MONDAY,
        updated_at: MONDAY,
        first_response_at: None,
        resolved_at: None,
        closed_at: None,
        reopen_count: 0,
        next_due_at: None,
        overdue: false,
        next_step: None,
        next_step_at: None,
        policy: None,
        version: 1,
    }
}

/// A desk with its database, a clock to move, and the usual people.
pub struct Desk {
    pub db: Db,
    pub clock: Clock,
    pub ann: Who,
    pub bob: Who,
    pub carol: Who,
    pub manager: Who,
    _folder: tempfile::TempDir,
}

impl Desk {
    /// Ann reports; Bob (team 1) and Carol (team 2) work.
    pub async fn open() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let url = if std::env::var("MAINSTAY_TEST_DATABASE").is_ok_and(|name| name == "postgres") {
            create_postgres().await
        } else {
            folder.path().join("mainstay.db").display().to_string()
        };
        let mut options = Options::new(url);
        (options.readers, options.writers) = (2, 4);
        let db = tokio::task::spawn_blocking(move || Db::open(&options))
            .await
            .unwrap()
            .unwrap();
        let slices = [
            ("kernel", kernel::MIGRATIONS),
            ("people", people::MIGRATIONS),
            ("desk", crate::MIGRATIONS),
        ];
        kernel::db::migrate(&db, &slices, MONDAY).await.unwrap();
        let clock = Clock::manual(MONDAY);
        Desk {
            ann: Who::requester(1).at(&clock),
            bob: Who::technician(1, 1).at(&clock),
            carol: Who::technician(2, 2).at(&clock),
            manager: Who::manager().at(&clock),
            db,
            clock,
            _folder: folder,
        }
    }

    /// Runs in one writing transaction.
    pub async fn write<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(act).await
    }

    pub async fn read<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.read(act).await
    }

    pub fn system(&self) -> Cx {
        Cx::system(self.clock.clone(), "desk.test")
    }

    /// Ann reports a broken printer; it goes to Bob's team and into nobody's hands.
    pub async fn printer(&self) -> Ticket {
        self.report(self.ann_reports("The printer on floor 3 is dead"))
            .await
    }

    pub fn ann_reports(&self, title: &str) -> Opening {
        let mut opening = Opening::new(self.ann.user, title, "It does not print at all.", Channel::Portal);
        opening.category = Category::Hardware;
        opening.team = Some(team(1));
        opening
    }

    pub async fn report(&self, opening: Opening) -> Ticket {
        let cx = self.ann.cx();
        self.write(move |tx| open(tx, &cx, opening.clone()))
            .await
            .unwrap()
    }
}

/// A database of the test's own on the server that `MAINSTAY_TEST_POSTGRES` names, made through the facade itself: a
/// schema would do as well, but tests of the whole program have databases too.
async fn create_postgres() -> String {
    let server = std::env::var("MAINSTAY_TEST_POSTGRES").expect("MAINSTAY_TEST_POSTGRES names a server");
    let name = format!("desk_{}", Cx::system(Clock::System, "test").new_id::<Ticket>());
    let (base, query) = server
        .split_once('?')
        .map_or((server.as_str(), ""), |(base, query)| (base, query));
    let host = base.rsplit_once('/').map_or(base, |(host, _)| host).to_owned();
    let options = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    let url = format!("{host}/{name}{options}");
    let server = server.clone();
    tokio::task::spawn_blocking(move || {
        let output = std::process::Command::new("psql")
            .args(["-q", "-d", &server, "-c"])
            .arg(format!(
                "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
            ))
            .output()
            .expect("psql is installed");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    })
    .await
    .unwrap();
    url
}
