//! Twenty thousand agents that are not there: how many links one server carries, what each costs it, and how acts fare meanwhile.
//!
//! Start at [`run`]. `one` is an agent on the true protocol, `contents` what it says is in it, `house` the server it knocks at,
//! `asking` what is asked of it, `figures` the table. All of it stays on loopback, is bounded in number and time, and ends by itself;
//! an installation of its own is removed, one that was named keeps the devices that came.

mod asking;
mod contents;
mod figures;
mod house;
mod one;
mod tally;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use kernel::{Error, Result};
use protocol::key::KeyPair;
use rand::RngExt as _;
use rustix::process::{Resource, getrlimit};
use tokio::task::JoinSet;

use self::contents::Contents;
use self::figures::Figures;
pub use self::figures::Report;
use self::house::Desk;
use self::one::Crowd;
use self::tally::Tally;
use super::cluster::Cluster;
use super::measure::megabytes;
use super::process::{self, Server, Spot};
use super::{Only, blocking, scratch};

/// Files that a process holds besides its links.
const FILES_BESIDE: u64 = 120;
/// For all to be linked.
const PATIENCE: Duration = Duration::from_secs(1_200);
/// For a server that was just started.
const REST: Duration = Duration::from_secs(5);
/// Between two looks at the crowd.
const LOOK: Duration = Duration::from_millis(100);

/// What to measure.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many agents.
    pub count: usize,
    /// How long the steady stretch lasts.
    pub steady: Duration,
    /// How many acts are asked.
    pub acts: usize,
    /// A server that runs already, with the token of an engineer; none: one of our own.
    pub server: Option<(SocketAddr, String)>,
    /// One of the two databases alone.
    pub only: Option<Only>,
    /// Where to put the data of our own; it is removed afterwards.
    pub folder: PathBuf,
}

/// Measures, unless it is broken off: then nothing that was started or made for it is left behind.
///
/// # Errors
/// When this process may not hold so many connections, an installation cannot be made, or a signal asks to end.
pub async fn run(plan: Plan) -> Result<Report> {
    make_room(plan.count)?;
    tokio::select! {
        report = measured(plan) => report,
        () = super::asked_to_end() => {
            process::end_running();
            Err(Error::internal("the measurement was broken off"))
        }
    }
}

/// Every link is a file of this process and one of the server's, which has the same limit.
fn make_room(count: usize) -> Result<()> {
    crate::listening::make_room();
    let most = getrlimit(Resource::Nofile).current.map_or(usize::MAX, |most| {
        usize::try_from(most.saturating_sub(FILES_BESIDE)).unwrap_or(usize::MAX)
    });
    if count <= most {
        return Ok(());
    }
    Err(Error::internal(format!(
        "a process may hold so few files here that {most} agents are the most; raise the hard limit (ulimit -Hn)"
    )))
}

async fn measured(plan: Plan) -> Result<Report> {
    let mut report = Report {
        circumstances: super::surroundings(),
        ..Report::default()
    };
    if let Some((address, token)) = plan.server.clone() {
        let desk = Desk {
            address,
            who: house::header(&token),
        };
        let mut figures = Figures {
            database: format!("The server at {address}"),
            ..Figures::default()
        };
        let (crowd, mut agents) = gather(&plan, &desk, &mut figures).await?;
        stay_on(&plan, &desk, &crowd, None, &mut figures).await?;
        agents.shutdown().await;
        figures
            .remark("the memory and processor time of a server that was named are not looked at".to_owned());
        report.figures.push(figures);
        return Ok(report);
    }
    if plan.only != Some(Only::Postgres) {
        let folder = scratch(&plan.folder)?;
        let spot = Spot {
            folder: folder.path().to_owned(),
            url: None,
            postmaster: None,
        };
        report.figures.push(own(&plan, spot, "SQLite").await?);
    }
    if plan.only != Some(Only::Sqlite) {
        let place = plan.folder.clone();
        match blocking(move || Cluster::start(&place)).await? {
            Some(cluster) => {
                let folder = scratch(&plan.folder)?;
                let spot = Spot {
                    folder: folder.path().to_owned(),
                    url: Some(cluster.create("bench_agents").map_err(Error::internal)?),
                    postmaster: Some(cluster.postmaster()),
                };
                report.figures.push(own(&plan, spot, "PostgreSQL").await?);
            }
            None => eprintln!("PostgreSQL is not installed; it is left out"),
        }
    }
    Ok(report)
}

/// An installation of our own, from its making to its end.
async fn own(plan: &Plan, spot: Spot, name: &str) -> Result<Figures> {
    eprintln!("{name}");
    let mut figures = Figures {
        database: name.to_owned(),
        ..Figures::default()
    };
    let who = house::make(&spot).await?;
    let mut server = start(&spot).await?;
    // What the start brings with it is over before the first look.
    tokio::time::sleep(REST).await;
    let desk = |server: &Server| Desk {
        address: server.address,
        who: who.clone(),
    };
    let alone = (server.memory(), server.memory_own());
    let before = server.cpu();
    let (crowd, mut agents) = gather(plan, &desk(&server), &mut figures).await?;
    let entering = server.cpu().saturating_sub(before);
    figures.put(
        "processor time of one that comes for the first time",
        "ms",
        super::measure::each(entering, plan.count),
    );
    stay_on(plan, &desk(&server), &crowd, Some((&server, alone)), &mut figures).await?;
    let begun = Instant::now();
    blocking(move || server.stop()).await?;
    figures.put_seconds("ending in good order", begun.elapsed());
    server = start(&spot).await?;
    come_back(plan, &crowd, &server, "good order", &mut figures).await?;
    drop(server);
    server = start(&spot).await?;
    come_back(plan, &crowd, &server, "being killed", &mut figures).await?;
    figures.put("memory after both restarts", "MB", megabytes(server.memory_own()));
    agents.shutdown().await;
    blocking(move || server.stop()).await?;
    Ok(figures)
}

async fn start(spot: &Spot) -> Result<Server> {
    let spot = spot.clone();
    blocking(move || Server::start(&spot)).await
}

/// Makes the crowd and waits until everybody is in.
async fn gather(plan: &Plan, desk: &Desk, figures: &mut Figures) -> Result<(Arc<Crowd>, JoinSet<()>)> {
    figures.agents = plan.count;
    let name = format!("{:06x}", rand::rng().random_range(0..1_u32 << 24));
    let (asked, called, count) = (desk.clone(), name.clone(), plan.count);
    let document = blocking(move || asked.document(&called, count)).await?;
    let keys: io::Result<Vec<KeyPair>> = (0..plan.count)
        .map(|_| KeyPair::generate().map_err(io::Error::other))
        .collect();
    let crowd = Arc::new(Crowd {
        address: RwLock::new(desk.address),
        document,
        contents: Contents::make(),
        name,
        devices: Mutex::default(),
        tally: Tally::default(),
    });
    let begun = Instant::now();
    let mut agents = JoinSet::new();
    for (number, key) in keys.map_err(Error::internal)?.into_iter().enumerate() {
        agents.spawn(one::live(Arc::clone(&crowd), number, key));
    }
    wait(&crowd, "linked", || crowd.tally.here() >= plan.count).await;
    figures.put_count("linked at once", crowd.tally.here());
    figures.put_seconds("until all were enrolled and linked", begun.elapsed());
    wait(&crowd, "with their inventory", || {
        crowd.tally.inventories() >= plan.count - crowd.tally.pending().min(plan.count)
    })
    .await;
    figures.put_seconds("until all inventories were taken", begun.elapsed());
    if crowd.tally.pending() > 0 {
        figures.put_count("left waiting to be admitted", crowd.tally.pending());
    }
    failures(&crowd, "while enrolling", figures);
    Ok((crowd, agents))
}

/// Waits for a while, telling how far it is.
async fn wait(crowd: &Crowd, what: &str, is_over: impl Fn() -> bool) {
    let begun = Instant::now();
    let mut told = begun;
    while !is_over() && begun.elapsed() < PATIENCE {
        tokio::time::sleep(LOOK).await;
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            eprintln!(
                "    {:.0} s: {} linked, {} inventories; waiting for all {what}",
                begun.elapsed().as_secs_f64(),
                crowd.tally.here(),
                crowd.tally.inventories()
            );
        }
    }
}

/// The steady stretch, and the acts.
async fn stay_on(
    plan: &Plan,
    desk: &Desk,
    crowd: &Arc<Crowd>,
    server: Option<(&Server, (u64, u64))>,
    figures: &mut Figures,
) -> Result<()> {
    // Index, events, and jobs of the newcomers are done, and everybody has beaten once.
    tokio::time::sleep(plan.steady.min(Duration::from_secs(75))).await;
    let (beats, lost) = (crowd.tally.beats(), crowd.tally.lost());
    let before = server.map(|(server, _)| server.cpu());
    let begun = Instant::now();
    tokio::time::sleep(plan.steady).await;
    let seconds = begun.elapsed().as_secs_f64();
    if let (Some((server, alone)), Some(before)) = (server, before) {
        let spent = server.cpu().saturating_sub(before).as_secs_f64();
        figures.put(
            "processor of the server, beats alone",
            "% of a core",
            spent / seconds * 100.0,
        );
        memory(plan, server, alone, figures);
    }
    #[expect(clippy::cast_precision_loss, reason = "a count for people to read")]
    figures.put(
        "beats",
        "a second",
        (crowd.tally.beats() - beats) as f64 / seconds,
    );
    figures.put_count("links lost in the steady stretch", crowd.tally.lost() - lost);
    let (asked, named) = (desk.clone(), crowd.name.clone());
    let known = blocking(move || asked.known(&named)).await?;
    figures.put_count("devices on the server's list", known.devices);
    figures.put_count("of them not heard of for two beats", known.silent);
    let (asked, asking, count) = (desk.clone(), Arc::clone(crowd), plan.acts);
    let acts = blocking(move || asking::ask(&asked, &asking, count)).await?;
    figures.put("an act, asked to ordered: p50", "ms", acts.ordered.quantile(0.5));
    figures.put("an act, asked to ordered: p99", "ms", acts.ordered.quantile(0.99));
    figures.put(
        "an act, asked to its end kept: p50",
        "ms",
        acts.kept.quantile(0.5),
    );
    figures.put(
        "an act, asked to its end kept: p99",
        "ms",
        acts.kept.quantile(0.99),
    );
    figures.put_count("acts that ended", acts.kept.took.len());
    figures.put_count("acts that did not", acts.kept.failed);
    if let Some(failure) = acts.kept.failure {
        figures.remark(format!("an act: {failure}"));
    }
    failures(crowd, "in the steady stretch and with the acts", figures);
    Ok(())
}

fn memory(plan: &Plan, server: &Server, alone: (u64, u64), figures: &mut Figures) {
    let now = (server.memory(), server.memory_own());
    let grown = now.1.saturating_sub(alone.1);
    #[expect(clippy::cast_precision_loss, reason = "bytes for people to read")]
    let each = grown as f64 / plan.count as f64 / 1e3;
    figures.put("memory of the server without agents", "MB", megabytes(alone.0));
    figures.put("memory of the server with them", "MB", megabytes(now.0));
    figures.put(
        "its own, without pages of files: without agents",
        "MB",
        megabytes(alone.1),
    );
    figures.put(
        "its own, without pages of files: with them",
        "MB",
        megabytes(now.1),
    );
    figures.put("its own for each agent", "kB", each);
    figures.put("most memory so far", "MB", megabytes(server.memory_peak()));
}

/// The server is there anew: until everybody is.
async fn come_back(
    plan: &Plan,
    crowd: &Arc<Crowd>,
    server: &Server,
    after: &str,
    figures: &mut Figures,
) -> Result<()> {
    *crowd.address.write().unwrap_or_else(PoisonError::into_inner) = server.address;
    let before = server.cpu();
    let begun = Instant::now();
    // Links that end with the old server are still counted for a moment.
    tokio::time::sleep(Duration::from_secs(1)).await;
    wait(crowd, "back", || crowd.tally.here() >= plan.count).await;
    figures.put_seconds(&format!("until all are back after {after}"), begun.elapsed());
    let spent = server.cpu().saturating_sub(before);
    figures.put(
        "processor time of one that comes back",
        "ms",
        super::measure::each(spent, plan.count),
    );
    failures(crowd, &format!("after {after}"), figures);
    Ok(())
}

fn failures(crowd: &Crowd, when: &str, figures: &mut Figures) {
    for (why, count) in crowd.tally.take_failures().into_iter().take(5) {
        figures.remark(format!("{when}: {count} times: {why}"));
    }
}
