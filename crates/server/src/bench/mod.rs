//! Measures the budgets: fills installations of several sizes on both databases, asks them, and writes a page.
//!
//! Start at [`run`]. `fill` makes an installation out of `story` and `words`, `everything` switches on what a desk may use; `measure` asks a server in a process of its own
//! through `http` and `load`; `inside` measures what has no door to the network; `report` is the page. `agents` is a measurement of its own. Everything is bounded in
//! number and time, talks to loopback alone, and ends and removes what it made.

pub mod agents;
mod articles;
mod cluster;
mod everything;
mod fill;
mod http;
mod inside;
mod load;
mod measure;
mod process;
mod report;
mod story;
mod words;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::config::{Config, DatabaseUrl};
use kernel::{Error, Result};

use cluster::Cluster;
use fill::World;
use measure::Patience;
use process::Spot;
pub use report::Report;
use report::{Database, Figures, Row};

use crate::house::House;

/// A database to measure without the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Only {
    Sqlite,
    Postgres,
}

/// What to measure.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Sizes, the smallest first.
    pub tickets: Vec<usize>,
    /// An empty PostgreSQL database to use; none means SQLite, and PostgreSQL when it is installed.
    pub database: Option<String>,
    /// One of the two alone.
    pub only: Option<Only>,
    /// Where to put the data; it is removed afterwards.
    pub folder: PathBuf,
    /// Short looks, for a first impression.
    pub is_quick: bool,
}

impl Plan {
    fn patience(&self) -> Patience {
        if self.is_quick {
            return Patience {
                each: Duration::from_millis(800),
                most: 400,
                lives: 5,
                mails: 100,
            };
        }
        Patience {
            each: Duration::from_secs(6),
            most: 20_000,
            lives: 40,
            mails: 3_000,
        }
    }
}

/// Measures everything, unless it is broken off: then nothing that was started or made for it is left behind.
///
/// # Errors
/// When an installation cannot be made, what was filled in is not consistent, or a signal asks to end.
pub async fn run(plan: Plan) -> Result<Report> {
    tokio::select! {
        report = measured(plan) => report,
        () = asked_to_end() => {
            process::end_running();
            Err(Error::internal("the measurement was broken off"))
        }
    }
}

async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

async fn measured(plan: Plan) -> Result<Report> {
    let begun = Instant::now();
    let mut report = Report {
        circumstances: circumstances(&plan),
        ..Report::default()
    };
    if plan.database.is_none() && plan.only != Some(Only::Postgres) {
        report.databases.push(sqlite(&plan).await?);
    }
    match &plan.database {
        Some(url) => report.databases.push(given(&plan, url).await?),
        None if plan.only == Some(Only::Sqlite) => {}
        None => {
            let scratch = plan.folder.clone();
            match blocking(move || Cluster::start(&scratch)).await? {
                Some(cluster) => report.databases.push(postgres(&plan, Arc::new(cluster)).await?),
                None => eprintln!("PostgreSQL is not installed; it is left out"),
            }
        }
    }
    report.circumstances.push((
        "took".to_owned(),
        format!("{} minutes", begun.elapsed().as_secs() / 60 + 1),
    ));
    Ok(report)
}

async fn sqlite(plan: &Plan) -> Result<Database> {
    eprintln!("SQLite");
    let folder = scratch(&plan.folder)?;
    let spot = Spot {
        folder: folder.path().to_owned(),
        url: None,
        postmaster: None,
    };
    let mut database = Database {
        name: "SQLite".to_owned(),
        empty: starting(spot).await?,
        sizes: Vec::new(),
    };
    for tickets in &plan.tickets {
        let folder = scratch(&plan.folder)?;
        let spot = Spot {
            folder: folder.path().to_owned(),
            url: None,
            postmaster: None,
        };
        database
            .sizes
            .push((*tickets, size(plan, spot, *tickets, || Ok(())).await?));
    }
    Ok(database)
}

async fn postgres(plan: &Plan, cluster: Arc<Cluster>) -> Result<Database> {
    eprintln!("PostgreSQL");
    let postmaster = Some(cluster.postmaster());
    let mut database = Database {
        name: "PostgreSQL".to_owned(),
        empty: Figures::default(),
        sizes: Vec::new(),
    };
    for tickets in std::iter::once(0).chain(plan.tickets.iter().copied()) {
        let folder = scratch(&plan.folder)?;
        let name = format!("bench_{tickets}");
        let (maker, named) = (Arc::clone(&cluster), name.clone());
        let url = Some(blocking(move || maker.create(&named)).await?);
        let spot = Spot {
            folder: folder.path().to_owned(),
            url,
            postmaster,
        };
        if tickets == 0 {
            database.empty = starting(spot).await?;
        } else {
            let (tidier, named) = (Arc::clone(&cluster), name.clone());
            let figures = size(plan, spot, tickets, move || tidier.tidy(&named)).await?;
            database.sizes.push((tickets, figures));
        }
        let remover = Arc::clone(&cluster);
        blocking(move || remover.remove(&name)).await?;
    }
    Ok(database)
}

/// A database of the caller's: one size, for it cannot be emptied here.
async fn given(plan: &Plan, url: &str) -> Result<Database> {
    let tickets = plan.tickets.last().copied().unwrap_or(10_000);
    let folder = scratch(&plan.folder)?;
    let spot = Spot {
        folder: folder.path().to_owned(),
        url: Some(url.to_owned()),
        postmaster: None,
    };
    let empty = starting(spot.clone()).await?;
    let mut figures = size(plan, spot, tickets, || Ok(())).await?;
    figures.remark("the processor time of the database server is not part of the figures".to_owned());
    Ok(Database {
        name: "The given database".to_owned(),
        empty,
        sizes: vec![(tickets, figures)],
    })
}

async fn starting(spot: Spot) -> Result<Figures> {
    eprintln!("  empty database");
    blocking(move || {
        let mut figures = Figures::default();
        measure::starting(&spot, &mut figures)?;
        Ok(figures)
    })
    .await
}

/// Fills an installation and measures it.
async fn size(
    plan: &Plan,
    spot: Spot,
    tickets: usize,
    tidy: impl FnOnce() -> io::Result<()> + Clone + Send + 'static,
) -> Result<Figures> {
    eprintln!("  {tickets} tickets");
    let patience = plan.patience();
    let mut figures = Figures::default();
    let house = open(&spot).await?;
    let world: World = fill::fill(&house, tickets, tidy.clone()).await?;
    figures.set(Row::FillSeconds, world.took.as_secs_f64());
    figures.set(Row::LearnSeconds, world.learned.triage.as_secs_f64());
    figures.set(Row::FiguresSeconds, world.learned.figures.as_secs_f64());
    blocking(tidy).await?;
    inside::sweep(&house, &mut figures).await?;
    house.kernel.stop.stop();
    drop(house);
    let (asked, filled) = (spot.clone(), world.clone());
    let mut figures = blocking(move || {
        measure::over_http(&asked, &filled, patience, &mut figures)?;
        Ok(figures)
    })
    .await?;
    let house = Arc::new(open(&spot).await?);
    inside::mail(house, &spot, &world, patience, &mut figures).await?;
    // A later size may fail; what was measured until then is not to be lost with it.
    eprintln!("    {}", figures.line());
    Ok(figures)
}

async fn open(spot: &Spot) -> Result<House> {
    let mut config = Config::in_folder(&spot.folder);
    if let Some(url) = &spot.url {
        config.database = DatabaseUrl::Postgres(url.clone());
    }
    House::open(config).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)
}

fn scratch(folder: &Path) -> Result<tempfile::TempDir> {
    tempfile::Builder::new()
        .prefix("mainstay-bench-")
        .tempdir_in(folder)
        .map_err(Error::internal)
}

fn circumstances(plan: &Plan) -> Vec<(String, String)> {
    let mut pairs = surroundings();
    if plan.is_quick {
        pairs.push((
            "short looks".to_owned(),
            "`--quick`: first impressions, not figures to quote".to_owned(),
        ));
    }
    pairs
}

/// Where and when: without it figures say nothing.
fn surroundings() -> Vec<(String, String)> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map(|(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = read("/proc/meminfo");
    let memory = memory.lines().find_map(|line| {
        line.strip_prefix("MemTotal:")?
            .split_whitespace()
            .next()?
            .parse::<u64>()
            .ok()
    });
    let mut pairs = vec![
        ("version".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        (
            "processor".to_owned(),
            format!("{cores} cores, {}", model.unwrap_or("unknown")),
        ),
        (
            "memory".to_owned(),
            format!("{:.0} GB", measure::megabytes(memory.unwrap_or(0) * 1024) / 1e3),
        ),
        (
            "system".to_owned(),
            format!("Linux {}", read("/proc/sys/kernel/osrelease").trim()),
        ),
    ];
    if cfg!(debug_assertions) {
        pairs.push((
            "built".to_owned(),
            "**without optimisation: these figures say nothing**".to_owned(),
        ));
    }
    pairs
}
