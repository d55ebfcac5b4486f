//! The whole program in this process: every slice, a fresh database, a clock that stands still until a test moves it.
//!
//! Background work does not run by itself: [`TestApp::settle`] does what is due, and fails when a job was given up.

mod cast;
mod clients;
mod settling;
mod story;

use std::future::Future;

use axum::Router;
use kernel::config::Config;
use kernel::db::Tx;
use kernel::{Clock, Cx, Result, Timestamp};
use server::house::House;

pub use cast::{Cast, Person};
pub use story::{FileOfTicket, SECRET_WORD};

use crate::database::{Database, Fresh};

/// Monday, 2 March 2026, 10:00 UTC: in the middle of a working morning.
pub const MONDAY: Timestamp = Timestamp::from_secs(1_772_445_600);

/// The program, its people, and its clock.
pub struct TestApp {
    /// What the binary runs.
    pub house: House,
    /// Everything by its path.
    pub router: Router,
    /// Moved by tests.
    pub clock: Clock,
    /// Who is there.
    pub cast: Cast,
    subscribers: kernel::event::Runner,
    jobs: kernel::job::Runner,
    // Dropped last: the house is connected to it.
    _database: Fresh,
}

impl TestApp {
    /// Opens the program on the database that this run of the suite is about.
    pub async fn open() -> Self {
        Self::on(Database::of_this_run()).await
    }

    /// Opens it on a database of the test's choice.
    pub async fn on(database: Database) -> Self {
        Self::with(database, |_| {}).await
    }

    /// The same with other settings.
    pub async fn with(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        let database = Fresh::make(database).await;
        let mut config = database.config();
        change(&mut config);
        let clock = Clock::manual(MONDAY);
        let house = House::open_at(config, clock.clone()).await.unwrap();
        let cast = Cast::hire(&house).await;
        Self {
            router: web::router(house.app.clone()),
            subscribers: house.subscribers().await.unwrap(),
            jobs: house.jobs().await.unwrap(),
            house,
            clock,
            cast,
            _database: database,
        }
    }

    /// Runs in one writing transaction.
    pub async fn write<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.house.kernel.db.write(act).await
    }

    /// Runs in one reading transaction.
    pub async fn read<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.house.kernel.db.read(act).await
    }

    /// The context of whoever sits at the machine: everything is allowed.
    pub fn cx(&self) -> Cx {
        self.house.kernel.cx_command()
    }

    /// How many statements an act costs. Nothing else may happen meanwhile.
    pub async fn queries<T>(&self, act: impl Future<Output = T>) -> (T, u64) {
        let before = self.house.kernel.db.query_count();
        let outcome = act.await;
        (outcome, self.house.kernel.db.query_count() - before)
    }
}
