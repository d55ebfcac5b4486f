//! A department at work, made from a seed: people, teams, calendars, and ninety days of tickets.
//!
//! Everything goes through the same operations as the work of real people, with a clock that walks through those ninety
//! days, so that clocks, figures, and the event log are as true as if it had happened.

pub(crate) mod department;
mod devices;
mod hand;
mod history;
mod knowing;
mod names;
mod problems;

use answers::clerk::learning_past;
use answers::gap::building;
use desk::learned::{clustering, training};
use kernel::db::Tx;
use kernel::job;
use kernel::{Clock, Cx, Result, Timestamp};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use crate::house::House;

/// The password of everybody in the demo.
pub const PASSWORD: &str = "rock in midstream";

/// Somebody whom a visitor can sign in as.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Mail address.
    pub email: String,
    /// What they are.
    pub what: &'static str,
}

/// Seconds after which the groups of last month's tickets are surely there.
const GROUPED_AFTER: i64 = 20;
/// The past that the demo has.
const DAYS: i64 = 90;

/// Fills an empty installation.
///
/// # Errors
/// The database's.
pub async fn fill(house: &House, seed: u64, tickets: usize) -> Result<Vec<SignIn>> {
    let mut random = StdRng::seed_from_u64(seed);
    let now = house.kernel.clock.now();
    let start = now.add_secs(-DAYS * 86_400);
    let department = department::make(house, &mut random, start).await?;
    hand::make(house, start).await?;
    let reported = history::make(house, &department, &mut random, (start, now), tickets).await?;
    knowing::make(house, &reported, (start, now)).await?;
    devices::make(house, &department, &reported, (start, now)).await?;
    let cx = house.kernel.cx_system("demo");
    house.kernel.db.write(move |tx| think(tx, &cx)).await?;
    Ok(department.sign_ins)
}

/// What a house does every few minutes and every night is done at once, in the background: learning from the past and
/// grouping what repeats.
fn think(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    for kind in [training::LEARN, clustering::CLUSTER, learning_past::LEARN] {
        job::enqueue(tx, cx, job::New::now(kind, json!({})).key(kind))?;
    }
    // What is missing is looked for when it is known what repeats.
    let after = cx.now().add_secs(GROUPED_AFTER);
    job::enqueue(
        tx,
        cx,
        job::New::now(building::BUILD, json!({}))
            .key(building::BUILD)
            .at(after),
    )?;
    Ok(())
}

/// The house itself, at some instant of the past.
fn system_at(at: Timestamp) -> Cx {
    Cx::system(Clock::manual(at), "demo")
}
