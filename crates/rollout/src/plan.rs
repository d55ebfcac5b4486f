//! The plan of a rollout: how many targets, in which rings, what may go wrong, and how fast. It never changes after the start.
//!
//! The words, and whose they are:
//!
//! - **Canary**: the first, small ring. "A partial and time-limited deployment of a change in a service and its evaluation"
//!   (Google, The Site Reliability Workbook, chapter 16, Canarying Releases, <https://sre.google/workbook/canarying-releases>).
//! - **Ring**: a group of targets that is taken up as one, after the rings before it (Microsoft's deployment rings: test, first, fast,
//!   broad, <https://learn.microsoft.com/windows/deployment/windows-autopatch>). Elsewhere: wave, stage, batch.
//! - **Bake time**: how long a ring that is finished is only watched before the next one begins; harm often shows late (Amazon Builders'
//!   Library, Automating safe, hands-off deployments).
//! - **Failure budget**: how many targets may fail before the rollout stops by itself. It is spent when it is *exceeded*, not when
//!   it is reached, as with Ansible's `max_fail_percentage`. (An error budget is another thing: it belongs to a service.)
//! - **In flight**: targets on which something of this rollout runs now. A sliding window as Salt's `--batch-size` is: as one returns, the next
//!   is taken (<https://docs.saltproject.io/en/latest/topics/targeting/batch.html>); Rundeck's thread count.
//! - **Blast radius**: how many targets can be harmed at worst before the rollout has stopped ([`Plan::blast_radius`]).
//! - **Halt**: to begin nothing more and to leave in order what has begun: Salt's `--failhard`, the contrary of Rundeck's `keepgoing`.

use serde::{Deserialize, Serialize};

use crate::command::{Position, Step};
use crate::{Millis, Refusal};

/// On more targets than this nobody acts alone (as `ALONE_MOST` of the fleet's acts).
pub const ALONE_MOST: u32 = 25;
/// Targets of one rollout.
pub const TARGETS_MOST: u32 = 10_000;
/// Rings of one rollout.
pub const RINGS_MOST: usize = 20;
/// Each step is tried so often at most.
pub const TRIES_MOST: u8 = 10;
/// Targets in flight: more would be one long transaction for each answer.
pub const IN_FLIGHT_MOST: u32 = 200;
/// A target may be silent for so long in the middle of a change, as while it restarts: a quarter of an hour. Then its silence is harm.
pub const SILENT_MOST: Millis = 15 * 60_000;
/// A year: no bake time or expiry is longer, and sums stay numbers.
pub const SPAN_MOST: Millis = 366 * 24 * 3_600_000;

/// What a rollout is to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// How many targets the snapshot has. They are named by their position in it; rings are cut from it in its order.
    pub targets: u32,
    /// The rings in their order. The first is the canary, the last takes the rest.
    pub rings: Vec<Ring>,
    /// How many failures there may be over all.
    pub budget: Budget,
    /// So many targets are in flight at most.
    pub in_flight_most: u32,
    /// How often each step is tried.
    pub tries: Tries,
    /// On so many targets the dry run has to pass.
    pub sample: u32,
    /// What is rolled back when the rollout halts.
    pub undo: Undo,
    /// Whether there is a way back at all.
    pub way_back: WayBack,
    /// A target that is away is waited for so long, and given up then.
    pub offline_most: Millis,
}

/// A part of the targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// As people call it.
    pub name: String,
    /// How many targets.
    pub size: Size,
    /// How many of them may fail.
    pub budget: Budget,
    /// How long it is watched when it is finished.
    pub bake: Millis,
    /// Up to this share of it may be away without holding the next ring up. They follow when they come back.
    pub offline: Share,
    /// Whether a good probe must be heard before the next ring begins.
    pub probe: Probing,
}

/// How large a ring is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// So many.
    Count(u32),
    /// A share of all targets, rounded up.
    Share(Share),
    /// All that are left.
    Rest,
}

/// A share, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Share(u8);

impl Share {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything.
    pub const ALL: Self = Self(100);

    /// So many percent; none above 100.
    #[must_use]
    pub const fn percent(percent: u8) -> Option<Self> {
        if percent <= 100 { Some(Self(percent)) } else { None }
    }

    /// So much of a number, rounded down: what may go wrong is never rounded up.
    #[must_use]
    pub fn floor_of(self, whole: u32) -> u32 {
        let part = u64::from(whole) * u64::from(self.0) / 100;
        u32::try_from(part).unwrap_or(whole)
    }

    /// So much of a number, rounded up.
    #[must_use]
    pub fn ceil_of(self, whole: u32) -> u32 {
        let part = (u64::from(whole) * u64::from(self.0)).div_ceil(100);
        u32::try_from(part).unwrap_or(whole)
    }
}

impl TryFrom<u8> for Share {
    type Error = String;

    fn try_from(percent: u8) -> Result<Self, String> {
        Self::percent(percent).ok_or_else(|| format!("{percent} percent is more than all"))
    }
}

impl From<Share> for u8 {
    fn from(share: Share) -> Self {
        share.0
    }
}

/// How many failures there may be. The smaller of both holds; one more is too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// So many.
    pub count: u32,
    /// Such a share, rounded down.
    pub share: Share,
}

impl Budget {
    /// How many of so many may fail.
    #[must_use]
    pub fn of(self, size: u32) -> u32 {
        self.count.min(self.share.floor_of(size))
    }
}

/// How often each step is tried on a target before it counts as failed. What was never taken up because the target was away is no try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tries {
    /// The dry run.
    pub dry_run: u8,
    /// The check: until it answers.
    pub check: u8,
    /// The apply. Before each further one there is a check.
    pub apply: u8,
    /// The verification.
    pub verify: u8,
    /// The way back.
    pub roll_back: u8,
}

impl Tries {
    /// How often this one.
    #[must_use]
    pub const fn of(&self, step: Step) -> u8 {
        match step {
            Step::DryRun => self.dry_run,
            Step::Check => self.check,
            Step::Apply => self.apply,
            Step::Verify => self.verify,
            Step::RollBack => self.roll_back,
        }
    }
}

/// What is rolled back when the rollout halts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// What failed.
    Failed,
    /// What failed, and all that succeeded in the ring that was under way.
    Ring,
}

/// Whether the change can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayBack {
    /// By a step of its own.
    Scripted,
    /// It cannot: somebody must take that upon themselves.
    Missing,
}

/// Whether a ring needs to be told that all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Probing {
    /// No news is good news.
    Optional,
    /// A good probe must be heard while the ring bakes.
    Needed,
}

/// Why a plan is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No target, or too many.
    #[error("a rollout has from 1 to {TARGETS_MOST} targets")]
    Targets,
    /// Fewer than a canary and the rest, or too many, or the rest is not the last.
    #[error("the rings are a canary, any more, and at last the rest")]
    Rings,
    /// A ring without targets.
    #[error("ring {0} would have no targets")]
    Empty(usize),
    /// Nothing may be in flight, or too many.
    #[error("from 1 to {IN_FLIGHT_MOST} targets may be in flight")]
    InFlight,
    /// A step is never tried, or too often.
    #[error("each step is tried from 1 to {TRIES_MOST} times")]
    Tries,
    /// The dry run would be on nothing, or on more than one person may touch alone.
    #[error("the dry run needs a sample of 1 to {ALONE_MOST} targets")]
    Sample,
    /// A bake time or the expiry is negative or longer than a year.
    #[error("a span of time is negative or longer than a year")]
    Span,
}

impl Unfit {
    /// The word that stays.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Targets => "rollout.plan_targets",
            Self::Rings => "rollout.plan_rings",
            Self::Empty(_) => "rollout.plan_ring_empty",
            Self::InFlight => "rollout.plan_in_flight",
            Self::Tries => "rollout.plan_tries",
            Self::Sample => "rollout.plan_sample",
            Self::Span => "rollout.plan_span",
        }
    }
}

impl Plan {
    /// Whether it can be followed.
    ///
    /// # Errors
    /// Says the first thing that is wrong.
    pub fn check(&self) -> Result<(), Unfit> {
        if !(1..=TARGETS_MOST).contains(&self.targets) {
            return Err(Unfit::Targets);
        }
        let last = self.rings.len().saturating_sub(1);
        let is_rest_last = (0..)
            .zip(&self.rings)
            .all(|(at, ring)| (ring.size == Size::Rest) == (at == last));
        if !(2..=RINGS_MOST).contains(&self.rings.len()) || !is_rest_last {
            return Err(Unfit::Rings);
        }
        let is_empty = |ring: &Ring| matches!(ring.size, Size::Count(0) | Size::Share(Share::NONE));
        if let Some(empty) = self.rings.iter().position(is_empty) {
            return Err(Unfit::Empty(empty));
        }
        if !(1..=IN_FLIGHT_MOST).contains(&self.in_flight_most) {
            return Err(Unfit::InFlight);
        }
        if Step::ALL
            .iter()
            .any(|step| !(1..=TRIES_MOST).contains(&self.tries.of(*step)))
        {
            return Err(Unfit::Tries);
        }
        if !(1..=ALONE_MOST).contains(&self.sample) {
            return Err(Unfit::Sample);
        }
        let mut spans = self.rings.iter().map(|ring| ring.bake).chain([self.offline_most]);
        if spans.any(|span| !(0..=SPAN_MOST).contains(&span)) {
            return Err(Unfit::Span);
        }
        Ok(())
    }

    /// Where each ring ends: the position after its last target. Rings for which no target is left are empty.
    #[must_use]
    pub fn ends(&self) -> Vec<u32> {
        let mut end: u32 = 0;
        let mut ends = Vec::with_capacity(self.rings.len());
        for ring in &self.rings {
            let size = match ring.size {
                Size::Count(count) => count,
                Size::Share(share) => share.ceil_of(self.targets),
                Size::Rest => self.targets,
            };
            end = end.saturating_add(size).min(self.targets);
            ends.push(end);
        }
        ends
    }

    /// The ring of a target.
    ///
    /// # Errors
    /// When there is no such target.
    pub fn ring_of(&self, target: Position) -> Result<usize, Refusal> {
        let ends = self.ends();
        ends.iter()
            .position(|end| target.0 < *end)
            .ok_or(Refusal::UnknownTarget)
    }

    /// How many targets of a ring can fail at worst before the rollout has stopped: the budget, and what is in flight when it is spent.
    #[must_use]
    pub fn blast_radius(&self, ring: usize) -> u32 {
        let ends = self.ends();
        let begin = ring
            .checked_sub(1)
            .and_then(|before| ends.get(before))
            .copied()
            .unwrap_or(0);
        let size = ends.get(ring).map_or(0, |end| end - begin);
        let allowed = self
            .rings
            .get(ring)
            .map_or(0, |ring| ring.budget.of(size))
            .min(self.budget.of(self.targets));
        allowed.saturating_add(self.in_flight_most).min(size)
    }
}
