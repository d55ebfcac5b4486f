//! A department with its past, as many tickets as are asked for, written in bulk and then checked: the figures against
//! a scan, the clocks of a sample against their replay. Measuring what is not true would measure nothing.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use desk::bulk::{self, Rules};
use desk::service_level::clock::Clock as Measured;
use desk::service_level::{self, replaying};
use desk::ticket::Category;
use kernel::db::Tx;
use kernel::event::seal;
use kernel::{Error, Locale, Result};
use people::sign_in::Origin;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::task::JoinSet;

use super::everything;
use super::story::{self, Cast};
use super::words::Tongue;
use crate::demo::department;
use crate::house::House;

/// Tickets in one transaction.
const BATCH: usize = 500;
/// Articles beside the tickets; a small installation has fewer.
const ARTICLES: usize = 50_000;
/// Transactions under way, so that the next is reckoned while one is written.
const UNDER_WAY: usize = 3;
/// Tickets whose clocks are replayed.
const SAMPLE: usize = 300;

/// What the measuring needs of a filled installation.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub tickets: usize,
    /// Numbers of tickets with a long conversation, closed ones and open ones.
    pub long: Vec<i64>,
    /// The last of them: open.
    pub open: i64,
    /// Addresses of who reports.
    pub requesters: Vec<String>,
    /// A session and a token of an engineer, who sees all tickets.
    pub engineer: String,
    pub token: String,
    /// A session and a token of the manager, who works on all tickets.
    pub manager: String,
    pub manager_token: String,
    pub learned: everything::Learned,
    pub took: Duration,
}

/// Fills an empty installation. `tidy` is what the database would do by itself after so much was written, given time.
pub async fn fill(
    house: &House,
    tickets: usize,
    tidy: impl FnOnce() -> io::Result<()> + Send + 'static,
) -> Result<World> {
    let started = Instant::now();
    let mut random = StdRng::seed_from_u64(11);
    let kernel = &house.kernel;
    let begun = kernel.clock.now().add_secs(-(story::YEARS + 1) * 365 * 86_400);
    let department = department::make(house, &mut random, begun).await?;
    let (cast, rules) = cast(house, &department).await?;
    let mut world = World {
        tickets,
        ..World::default()
    };
    world.requesters = department
        .employees
        .iter()
        .map(|person| person.identity.email.clone())
        .collect();
    write_tickets(house, cast, rules, &mut world).await?;
    super::blocking(tidy).await?;
    eprintln!(
        "    {tickets} tickets written after {:.0} s; sweeping clocks",
        started.elapsed().as_secs_f64()
    );
    service_level::sweep(&kernel.db, &kernel.cx_system("bench.fill")).await?;
    check(house).await?;
    eprintln!(
        "    checked after {:.0} s; sealing and indexing",
        started.elapsed().as_secs_f64()
    );
    for _ in 0..2 {
        seal::seal(&kernel.db, &kernel.cx_system("bench.fill")).await?;
    }
    web::indexing::rebuild(&house.app).await?;
    super::articles::add(house, tickets.saturating_mul(5).min(ARTICLES))?;
    world.learned = everything::switch_on(house).await?;
    sign_in(house, &mut world).await?;
    world.took = started.elapsed();
    eprintln!("    filled in {:.0} s", world.took.as_secs_f64());
    Ok(world)
}

async fn cast(house: &House, department: &department::Department) -> Result<(Cast, Rules)> {
    let requesters = department.employees.iter().map(|person| {
        let tongue = if person.locale == Locale::ZhCn {
            Tongue::Chinese
        } else {
            Tongue::English
        };
        (person.identity.user, tongue)
    });
    let staff = department
        .staff
        .values()
        .filter(|identity| !identity.teams.is_empty());
    let mut cast = Cast {
        requesters: requesters.collect(),
        staff: staff
            .map(|identity| (identity.user, identity.teams.clone()))
            .collect(),
        teams: BTreeMap::new(),
    };
    let read = |tx: &mut Tx<'_>| {
        let mut teams = BTreeMap::new();
        for category in Category::ALL {
            teams.insert(*category, desk::triage::store::route(tx, *category)?.team);
        }
        Ok((teams, Rules::load(tx)?))
    };
    let (teams, rules) = house.kernel.db.read(read).await?;
    cast.teams = teams;
    Ok((cast, rules))
}

async fn write_tickets(house: &House, cast: Cast, rules: Rules, world: &mut World) -> Result<()> {
    let (kernel, total) = (&house.kernel, world.tickets);
    let now = kernel.clock.now();
    let cx = kernel.cx_system("bench.fill");
    let mut under_way: JoinSet<Result<Vec<(usize, i64)>>> = JoinSet::new();
    for first in (0..total).step_by(BATCH) {
        if under_way.len() >= UNDER_WAY {
            take(world, under_way.join_next().await)?;
        }
        let (db, cx, cast, rules) = (kernel.db.clone(), cx.clone(), cast.clone(), rules.clone());
        under_way.spawn(async move {
            let places = first..(first + BATCH).min(total);
            let context = cx.clone();
            let reckoning = places.clone();
            let reckoned = tokio::task::spawn_blocking(move || {
                let pasts: Vec<_> = reckoning
                    .map(|place| story::past(&cast, place, total, now))
                    .collect();
                bulk::reckon(&rules, &context, &pasts)
            });
            let reckoned = reckoned.await.map_err(Error::internal)??;
            let numbers = db.write(move |tx| bulk::insert(tx, &cx, &reckoned)).await?;
            Ok(places.zip(numbers).collect())
        });
    }
    while let Some(done) = under_way.join_next().await {
        take(world, Some(done))?;
    }
    world.long.sort_unstable();
    Ok(())
}

type Written = std::result::Result<Result<Vec<(usize, i64)>>, tokio::task::JoinError>;

fn take(world: &mut World, done: Option<Written>) -> Result<()> {
    let Some(done) = done else { return Ok(()) };
    for (place, number) in done.map_err(Error::internal)?? {
        if story::is_long(place, world.tickets) {
            world.long.push(number);
        }
        // The last places are the open ones.
        if place + 2 >= world.tickets {
            world.open = number;
        }
    }
    Ok(())
}

/// Compares what was written with what can be computed from it.
async fn check(house: &House) -> Result<()> {
    let db = &house.kernel.db;
    let (kept, counted) = db
        .read(|tx| Ok((desk::view::store::stored(tx)?, desk::view::store::scan(tx)?)))
        .await?;
    if kept != counted {
        return Err(Error::internal(
            "the figures of the filled database are not those of a scan",
        ));
    }
    let differing = db
        .read(|tx| {
            let mut differing = Vec::new();
            for after in spread(tx)? {
                let Some(number) = service_level::store::numbers_after(tx, after, 1)?
                    .first()
                    .copied()
                else {
                    continue;
                };
                let computed = replaying::computed(tx, number)?;
                let bare: Vec<Measured> = computed
                    .into_iter()
                    .map(|clock| Measured {
                        steps: Vec::new(),
                        ..clock
                    })
                    .collect();
                if bare != service_level::store::clocks(tx, number)? {
                    differing.push(number);
                }
            }
            Ok(differing)
        })
        .await?;
    match differing.first() {
        None => Ok(()),
        Some(number) => Err(Error::internal(format!(
            "clocks of {} tickets of a sample do not replay, the first is {number}",
            differing.len()
        ))),
    }
}

/// Numbers all over the table.
fn spread(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    let all: i64 = desk::view::store::stored(tx)?.values().sum();
    let step = usize::try_from(all).unwrap_or(0) / SAMPLE + 1;
    Ok((0..all).step_by(step).collect())
}

async fn sign_in(house: &House, world: &mut World) -> Result<()> {
    let cx = house.kernel.cx_command();
    let (sessions, tokens) = house
        .kernel
        .db
        .write(move |tx| {
            let mut person = |name: &str| {
                let found = people::user::store::find_by_email(tx, &format!("{name}@example.test"))?;
                found.map(|person| person.id).ok_or_else(Error::not_found)
            };
            let (engineer, manager) = (person("l2")?, person("manager")?);
            let origin = Origin {
                address: "127.0.0.1".to_owned(),
                agent: "mainstay bench".to_owned(),
            };
            let sessions = (
                people::sign_in::begin(tx, &cx, engineer, &origin, false)?,
                people::sign_in::begin(tx, &cx, manager, &origin, false)?,
            );
            let mut token = |person| people::token::create(tx, &cx, person, "bench", &["*".to_owned()], None);
            Ok((sessions, (token(engineer)?.1, token(manager)?.1)))
        })
        .await?;
    world.engineer = format!("Cookie: mainstay_session={}", sessions.0);
    world.manager = format!("Cookie: mainstay_session={}", sessions.1);
    world.token = format!("Authorization: Bearer {}", tokens.0);
    world.manager_token = format!("Authorization: Bearer {}", tokens.1);
    Ok(())
}
