//! The running house: database, slices, jobs, subscribers, and the listener, opened and closed in order.

use kernel::config::{Config, DatabaseUrl};
use kernel::db::{Db, Hold, Options};
use kernel::event::Runner as Subscribers;
use kernel::event::seal;
use kernel::job::{Runner as Jobs, Settings};
use kernel::keeping::Program;
use kernel::{Clock, Kernel, Locale, Result, i18n};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use web::App;

use crate::listening::{self, Patience};

/// A house that is open but does nothing by itself yet; see [`House::serve`].
pub struct House {
    /// Database, files, index, clock.
    pub kernel: Kernel,
    /// Slices, pages, and what is computed from them.
    pub app: App,
}

/// Makes the texts of all slices known, so that commands can speak before anything is opened.
pub fn register_texts() {
    for slice in crate::slices() {
        i18n::register(slice.locales);
    }
    i18n::register(TEXTS);
}

/// What the commands themselves say.
const TEXTS: &[(Locale, &str)] = &[
    (Locale::En, include_str!("../../../locales/en/keeping.ftl")),
    (Locale::ZhCn, include_str!("../../../locales/zh-CN/keeping.ftl")),
];

/// This program as backups and moves know it.
pub fn program() -> Program {
    Program {
        version: env!("CARGO_PKG_VERSION"),
        migrations: web::migrations(&crate::slices()),
    }
}

/// Opens a database by itself, as it is: no migration runs and nothing is written.
///
/// # Errors
/// What could not be reached; that others use it, or that one is alone with it.
pub async fn open_database(url: &DatabaseUrl, hold: Hold, purpose: Purpose) -> Result<Db> {
    let mut options = Options::new(match url {
        DatabaseUrl::Sqlite(path) => path.display().to_string(),
        DatabaseUrl::Postgres(url) => url.clone(),
    });
    options.hold = hold;
    options.readers = 2;
    options.checks_references = purpose == Purpose::Using;
    tokio::task::spawn_blocking(move || Db::open(&options))
        .await
        .map_err(kernel::Error::internal)?
}

/// What a database is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Reading, and writing as ever.
    Using,
    /// Taking in everything at once; references are looked at in the end.
    Loading,
}

impl House {
    /// Opens what the settings name and brings the tables up to date.
    ///
    /// # Errors
    /// What could not be reached, or a migration that was edited after it ran.
    pub async fn open(config: Config) -> Result<Self> {
        Self::open_at(config, Clock::System).await
    }

    /// [`House::open`] with a clock of the caller's.
    ///
    /// # Errors
    /// As [`House::open`].
    pub async fn open_at(config: Config, clock: Clock) -> Result<Self> {
        let kernel = tokio::task::spawn_blocking(move || Kernel::open(config, clock))
            .await
            .map_err(kernel::Error::internal)??;
        let app = web::build(kernel.clone(), crate::slices());
        people::role::register(app.permissions().copied().collect());
        kernel::db::migrate(&kernel.db, &app.migrations(), kernel.clock.now()).await?;
        let cx = kernel.cx_system("server.install");
        kernel
            .db
            .write(move |tx| {
                desk::install_defaults(tx, &cx)?;
                answers::install_defaults(tx, &cx)
            })
            .await?;
        Ok(Self { kernel, app })
    }

    /// Brings in the articles, guides, and templates that ship, as far as they were never there. It is not done by opening alone:
    /// whoever opens a house to load or test something must find nothing they did not put there.
    ///
    /// # Errors
    /// The database's.
    pub async fn install(&self) -> Result<()> {
        let cx = self.kernel.cx_system("server.install");
        self.kernel
            .db
            .write(move |tx| knowledge::installing::shipped(tx, &cx))
            .await
    }

    /// The runner of background jobs and schedules.
    ///
    /// # Errors
    /// The database's.
    pub async fn jobs(&self) -> Result<Jobs> {
        let (mut handlers, mut schedules) = (self.app.jobs(), self.app.schedules());
        handlers.push(seal::job_handler());
        schedules.push(seal::schedule());
        Jobs::new(&self.kernel, handlers, schedules).await
    }

    /// The runner of those who hear events.
    ///
    /// # Errors
    /// The database's.
    pub async fn subscribers(&self) -> Result<Subscribers> {
        Subscribers::new(&self.kernel, self.app.subscribers()).await
    }

    /// Serves until `kernel.stop`: pages and API on the listener, jobs, subscribers, and mailboxes beside it. Ends when
    /// requests under way are answered.
    ///
    /// # Errors
    /// When the database cannot be read at the start, or the listener fails.
    pub async fn serve(&self, listener: TcpListener) -> Result<()> {
        self.install().await?;
        listening::make_room();
        let mut tasks = JoinSet::new();
        let (jobs, subscribers) = (self.jobs().await?, self.subscribers().await?);
        let kernel = self.kernel.clone();
        tasks.spawn(async move { jobs.run(&kernel, Settings::default()).await });
        let kernel = self.kernel.clone();
        tasks.spawn(async move { subscribers.run(&kernel).await });
        let kernel = self.kernel.clone();
        tasks.spawn(async move { mail::imap::run(kernel.clone(), kernel.stop.clone()).await });
        let app = self.app.clone();
        tasks.spawn(async move { web::indexing::feed(app).await });
        if let Ok(address) = listener.local_addr() {
            self.kernel.shelf.get::<fleet::link::Listening>().set(address);
        }
        tasks.spawn(fleet::link::keeping::run(self.kernel.clone()));
        let stop = self.kernel.stop.clone();
        listening::serve(listener, web::router(self.app.clone()), stop, Patience::default()).await;
        while tasks.join_next().await.is_some() {}
        Ok(())
    }
}
