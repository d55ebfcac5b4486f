//! Holds the log against its seals and names every place where they disagree.
//!
//! It reads block by block, so it needs little memory however long the log is. What it cannot see: changes to events
//! that were not yet sealed, and a chain that somebody with the whole database sealed anew. The second is what
//! [`verify_against`] is for, with a seal that was kept outside.

use std::fmt;

use crate::db::{Db, Tx};
use crate::error::Result;

use super::store::{self, Sealable};
use super::{BLOCK, Seal, hash, hash_of};

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Blocks that were checked.
    pub blocks: i64,
    /// Sealed events that were checked.
    pub events: i64,
    /// Events after the last seal, which nothing protects yet.
    pub unsealed: i64,
    /// The block and hash of the last seal.
    pub head: Option<(i64, String)>,
    /// Everything that disagrees; empty when all is well.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Whether nothing disagrees.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// One disagreement between the log and its seals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A block is missing from the chain, or two cover the same range.
    BlockMissing {
        /// The number that should have come.
        block: i64,
    },
    /// A block does not carry the hash of the one before.
    ChainBroken {
        /// The block that does not fit.
        block: i64,
    },
    /// Events were taken out of or put into a sealed range.
    CountDiffers {
        /// The block.
        block: i64,
        /// The first and last number it covers.
        range: (i64, i64),
        /// How many it sealed.
        sealed: i64,
        /// How many are there (counted to one block and one more).
        found: i64,
    },
    /// An event in the range, or the seal itself, was altered.
    ContentDiffers {
        /// The block.
        block: i64,
        /// The first and last number it covers.
        range: (i64, i64),
    },
    /// The personal part of an event was altered (that it is gone is no fault: it may be erased).
    PersonalDiffers {
        /// The event.
        seq: i64,
    },
    /// Seals were cut off: the log had been sealed further than the last block says.
    SealsCut {
        /// Up to where it had been sealed.
        sealed: i64,
        /// Up to where the seals reach.
        found: i64,
    },
    /// Events were cut off: a reader has been further than the last event.
    EventsCut {
        /// The event that was read.
        read: i64,
        /// The last event there is.
        found: i64,
    },
    /// The seal that was kept outside is not in the chain.
    NotTheSameHistory {
        /// The block of that seal.
        block: i64,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlockMissing { block } => write!(f, "block {block}: missing from the chain"),
            Self::ChainBroken { block } => write!(f, "block {block}: does not follow the block before it"),
            Self::CountDiffers {
                block,
                range: (from, to),
                sealed,
                found,
            } => {
                write!(
                    f,
                    "block {block}, events {from} to {to}: {sealed} were sealed, {found} are there"
                )
            }
            Self::ContentDiffers {
                block,
                range: (from, to),
            } => {
                write!(
                    f,
                    "block {block}, events {from} to {to}: altered since they were sealed"
                )
            }
            Self::PersonalDiffers { seq } => write!(f, "event {seq}: its personal part was altered"),
            Self::SealsCut { sealed, found } => {
                write!(
                    f,
                    "the log was sealed up to event {sealed}, the seals end at {found}"
                )
            }
            Self::EventsCut { read, found } => {
                write!(f, "event {read} has been read, but the log ends at {found}")
            }
            Self::NotTheSameHistory { block } => {
                write!(f, "block {block}: not the one whose seal was kept outside")
            }
        }
    }
}

/// Checks the whole log.
pub async fn verify(db: &Db) -> Result<Report> {
    verify_against(db, None).await
}

/// Checks the whole log, and that a seal kept outside (block and hash) is part of its history.
pub async fn verify_against(db: &Db, kept: Option<(i64, String)>) -> Result<Report> {
    verify_after(db, None, kept).await
}

/// Checks the last blocks of the log only, taking the one before them as it is: for a look that must not take long.
pub async fn verify_last(db: &Db, blocks: i64) -> Result<Report> {
    let before = db
        .read(move |tx| {
            let head = store::last_seal(tx)?.map_or(0, |seal| seal.block);
            let before = head.saturating_sub(blocks);
            if before < 1 {
                return Ok(None);
            }
            store::seal_after(tx, before - 1)
        })
        .await?;
    verify_after(db, before, None).await
}

async fn verify_after(db: &Db, before: Option<Seal>, kept: Option<(i64, String)>) -> Result<Report> {
    let mut report = Report::default();
    let mut last: Option<Seal> = before;
    let mut kept_found = kept.is_none();
    loop {
        let after = last.as_ref().map_or(0, |seal| seal.block);
        // One short transaction per block: a long one would hold back what the database may clean up.
        let Some((seal, events)) = db.read(move |tx| next_block(tx, after)).await? else {
            break;
        };
        kept_found |= kept
            .as_ref()
            .is_some_and(|(block, hash)| seal.block == *block && seal.hash == *hash);
        check(&seal, &events, last.as_ref(), &mut report.problems);
        report.blocks += 1;
        report.events += seal.count;
        last = Some(seal);
    }
    if let (false, Some((block, _))) = (kept_found, kept) {
        report.problems.push(Problem::NotTheSameHistory { block });
    }
    let reach = last.as_ref().map_or(0, |seal| seal.to_seq);
    report.head = last.map(|seal| (seal.block, seal.hash));
    let ends = db.read(Ends::load).await?;
    ends.check(reach, &mut report.problems);
    report.unsealed = db.read(move |tx| store::count_after(tx, reach)).await?;
    Ok(report)
}

fn next_block(tx: &mut Tx<'_>, after: i64) -> Result<Option<(Seal, Vec<Sealable>)>> {
    let Some(seal) = store::seal_after(tx, after)? else {
        return Ok(None);
    };
    let events = store::sealable(tx, seal.from_seq, seal.to_seq, BLOCK + 1)?;
    Ok(Some((seal, events)))
}

fn check(seal: &Seal, events: &[Sealable], last: Option<&Seal>, problems: &mut Vec<Problem>) {
    let expected = last.map_or(1, |last| last.block + 1);
    let starts = last.map_or(1, |last| last.to_seq + 1);
    if seal.block != expected || seal.from_seq != starts {
        problems.push(Problem::BlockMissing { block: expected });
    } else if seal.previous != last.map_or(hash::GENESIS, |last| &last.hash) {
        problems.push(Problem::ChainBroken { block: seal.block });
    }
    let (block, range, found) = (seal.block, (seal.from_seq, seal.to_seq), super::count(events));
    if found != seal.count {
        problems.push(Problem::CountDiffers {
            block,
            range,
            sealed: seal.count,
            found,
        });
    } else if hash_of(seal, events) != seal.hash {
        problems.push(Problem::ContentDiffers { block, range });
    }
    for event in events {
        let Some((salt, data)) = &event.personal else {
            continue;
        };
        if event.personal_hash.as_ref() != Some(&hash::personal(salt, data)) {
            problems.push(Problem::PersonalDiffers { seq: event.seq });
        }
    }
}

/// How far the log reaches according to each table that knows.
struct Ends {
    sealed: i64,
    read: i64,
    events: i64,
}

impl Ends {
    fn load(tx: &mut Tx<'_>) -> Result<Self> {
        let events = crate::event::store::last_seq(tx)?;
        Ok(Self {
            sealed: store::sealed_to(tx)?,
            read: store::furthest_read(tx)?,
            events,
        })
    }

    fn check(&self, reach: i64, problems: &mut Vec<Problem>) {
        if self.sealed > reach {
            problems.push(Problem::SealsCut {
                sealed: self.sealed,
                found: reach,
            });
        }
        if self.read > self.events {
            problems.push(Problem::EventsCut {
                read: self.read,
                found: self.events,
            });
        }
    }
}
