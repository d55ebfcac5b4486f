//! What a node does for its links all the time: say that it is there, write beats, give leases back, and send everybody away in
//! good order when it ends.

use std::time::Duration;

use kernel::Kernel;
use kernel::error::Result;
use protocol::message::FromServer;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::hub::{self, Hub};
use super::{beats, lease, node};

/// How often leases are given back.
const TICK: Duration = Duration::from_secs(1);
/// Ticks between two writings of beats, while few wait.
const TICKS_OF_BEATS: u64 = 5;
/// Ticks between two writings however many wait: the devices whose rows lie on one page of the database are written together then,
/// and it is written once instead of many times.
const TICKS_OF_MANY_BEATS: u64 = 30;
/// So many are few.
const FEW_BEATS: usize = 128;
/// Leases given back in one transaction.
const LEASES_AT_ONCE: usize = 500;
/// So many links come back in a second when this node goes away.
const RETURNS_A_SECOND: usize = 400;
const RETURN_MOST_SECONDS: usize = 60;
/// For links to end by themselves.
const FAREWELL: Duration = Duration::from_secs(5);

/// Begins to keep the hub of this process, when nobody does yet.
pub(super) fn ensure(kernel: &Kernel) {
    if hub::of(kernel).begin_keeping() {
        tokio::spawn(keep(kernel.clone()));
    }
}

/// Keeps the links of this node until the process is to end, and then sends them away. Whoever serves waits for it.
pub async fn run(kernel: Kernel) {
    if hub::of(&kernel).begin_keeping() {
        keep(kernel).await;
    } else {
        // A link came before: its task keeps, and this waits for it to be over.
        kernel.stop.stopped().await;
        tokio::time::sleep(TICK).await;
    }
}

async fn keep(kernel: Kernel) {
    let hub = hub::of(&kernel);
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut count: u64 = 0;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = kernel.stop.stopped() => break,
        }
        if let Err(error) = tick(&kernel, &hub, count).await {
            tracing::warn!(error = %error, "links are not kept in order; this is tried again");
        }
        count += 1;
    }
    drain(&kernel, &hub).await;
}

async fn tick(kernel: &Kernel, hub: &Hub, count: u64) -> Result<()> {
    if count.is_multiple_of(node::BEAT_SECONDS) {
        say_we_are_here(kernel, hub).await?;
    }
    release(kernel, hub).await?;
    let are_few = hub.beats.count() <= FEW_BEATS;
    if count.is_multiple_of(TICKS_OF_MANY_BEATS) || (are_few && count.is_multiple_of(TICKS_OF_BEATS)) {
        beats::flush(kernel, hub).await?;
    }
    Ok(())
}

/// Writes what waits, without waiting for the clock.
///
/// # Errors
/// The database's.
pub async fn flush(kernel: &Kernel) -> Result<()> {
    let hub = hub::of(kernel);
    say_we_are_here(kernel, &hub).await?;
    release(kernel, &hub).await?;
    beats::flush(kernel, &hub).await
}

async fn say_we_are_here(kernel: &Kernel, hub: &Hub) -> Result<()> {
    let (cx, this, links) = (kernel.cx_system("fleet.node"), node::this(kernel), hub.count());
    kernel.db.write(move |tx| node::beat(tx, &cx, &this, links)).await
}

async fn release(kernel: &Kernel, hub: &Hub) -> Result<()> {
    loop {
        let mut over = hub.take_released(LEASES_AT_ONCE);
        if over.is_empty() {
            return Ok(());
        }
        // In one order, so that two nodes never wait for each other.
        over.sort_unstable_by_key(|(device, _)| *device);
        let write = move |tx: &mut kernel::db::Tx<'_>| {
            over.iter()
                .try_for_each(|(device, epoch)| lease::release(tx, *device, *epoch))
        };
        kernel.db.write(write).await?;
    }
}

/// Sends everybody away: they come back one by one within a time that grows with their number.
async fn drain(kernel: &Kernel, hub: &Hub) {
    hub.begin_draining();
    let links = hub.count();
    let seconds = (links / RETURNS_A_SECOND + 1).min(RETURN_MOST_SECONDS);
    let away = FromServer::Drain {
        within_seconds: u32::try_from(seconds).unwrap_or(1),
    };
    hub.send_all(&away);
    for device in hub.here() {
        hub.end(&device, "drain");
    }
    let until = Instant::now() + FAREWELL;
    while hub.tasks() > 0 && Instant::now() < until {
        let _ended = tokio::time::timeout_at(until, hub.done.notified()).await;
    }
    let this = kernel.node.clone();
    let written = async {
        beats::flush(kernel, hub).await?;
        kernel.db.write(move |tx| node::leave(tx, &this)).await
    };
    if let Err(error) = written.await {
        tracing::warn!(error = %error, "the leases of this node were not given back; they end by themselves");
    }
}
