//! Seals: blocks of events chained by hash, so that nothing in the log can be changed unseen.
//!
//! [`seal`] runs as a job every few seconds and seals what can no longer grow. The head of the chain can be sent
//! outside ([`head`]), so that even the owner of the database cannot rewrite history and seal it anew. Checking is
//! `audit`'s. Sealing never waits for a writer and no writer waits for it.

mod audit;
pub(super) mod hash;
mod store;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::Kernel;
use crate::cx::Cx;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::job::{Every, Job, JobHandler, Schedule};
use crate::time::Timestamp;

pub use audit::{Problem, Report, verify, verify_against, verify_last};

/// Row of kernel_cursor: up to which number the sealer saw events, and a transaction that began after it looked.
pub(super) const CANDIDATE: &str = "kernel.seal.candidate";
/// Row of kernel_cursor: the end of the sealed range, kept apart from the seals so that a cut tail shows.
pub(super) const SEALED: &str = "kernel.seal.sealed";
/// So many events at most in one block: what a check must hold in memory at once.
const BLOCK: i64 = 1000;

/// A sealed block: every event from one number to another, and the hash over them and the block before.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Seal {
    /// Counts from 1 without gaps.
    pub block: i64,
    /// The first number it covers.
    pub from_seq: i64,
    /// The last number it covers.
    pub to_seq: i64,
    /// How many events there are between.
    pub count: i64,
    /// The hash of the block before.
    pub previous: String,
    /// The hash of this block.
    pub hash: String,
    /// When it was sealed.
    pub at: Timestamp,
}

/// The schedule that seals.
pub fn schedule() -> Schedule {
    Schedule {
        name: "kernel.seal",
        every: Every::Seconds(10),
        job: "kernel.seal",
    }
}

/// The handler of the job that seals.
pub fn job_handler() -> JobHandler {
    fn run(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
        async move {
            let cx = kernel.cx_system("kernel.seal");
            seal(&kernel.db, &cx).await?;
            Ok(())
        }
        .boxed()
    }
    JobHandler {
        kind: "kernel.seal",
        run,
    }
}

/// Seals everything that is settled; gives back how many blocks were made. Safe to run on several nodes at once.
pub async fn seal(db: &Db, cx: &Cx) -> Result<usize> {
    // Read in a transaction of its own: `settled` relies on it having ended before the sealing one begins.
    let seen = db.read(super::store::last_seq).await?;
    let now = cx.now();
    let settled = db.write(move |tx| store::settled(tx, seen, now)).await?;
    let mut blocks = 0;
    while db.write(move |tx| seal_next(tx, settled, now)).await? {
        blocks += 1;
    }
    Ok(blocks)
}

fn seal_next(tx: &mut Tx<'_>, settled: i64, now: Timestamp) -> Result<bool> {
    // Two nodes may seal at once; the second waits here and then sees the first one's block.
    tx.lock("kernel.seal", "chain")?;
    let last = store::last_seal(tx)?;
    let from_seq = last.as_ref().map_or(1, |seal| seal.to_seq + 1);
    if settled < from_seq {
        return Ok(false);
    }
    let events = store::sealable(tx, from_seq, settled, BLOCK)?;
    let Some(newest) = events.last() else {
        return Ok(false);
    };
    let mut seal = Seal {
        block: last.as_ref().map_or(1, |seal| seal.block + 1),
        from_seq,
        to_seq: newest.seq,
        count: count(&events),
        previous: last.map_or_else(|| hash::GENESIS.to_owned(), |seal| seal.hash),
        hash: String::new(),
        at: now,
    };
    seal.hash = hash_of(&seal, &events);
    store::insert_seal(tx, &seal)?;
    Ok(true)
}

fn hash_of(seal: &Seal, events: &[store::Sealable]) -> String {
    let mut block = hash::Block::begin(seal);
    events.iter().for_each(|event| block.event(event));
    block.finish()
}

fn count(events: &[store::Sealable]) -> i64 {
    i64::try_from(events.len()).unwrap_or(i64::MAX)
}

/// The latest seal: send its block and hash outside, and hold the log against it later with [`verify_against`].
pub fn head(tx: &mut Tx<'_>) -> Result<Option<Seal>> {
    store::last_seal(tx)
}
