//! What happens to the crowd, counted.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Different reasons that are told apart; the rest is one.
const REASONS_MOST: usize = 50;

/// When an order reached its agent, and when the agent heard that its end is kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    pub ordered: Option<Instant>,
    pub kept: Option<Instant>,
}

/// Counts; read while they change.
#[derive(Debug, Default)]
pub struct Tally {
    here: AtomicUsize,
    lost: AtomicUsize,
    beats: AtomicUsize,
    inventories: AtomicUsize,
    waiting: AtomicUsize,
    acts: Mutex<HashMap<String, Marks>>,
    /// Why agents did not get in, or orders were not obeyed, and how often.
    failures: Mutex<BTreeMap<String, usize>>,
}

impl Tally {
    pub fn came(&self) {
        self.here.fetch_add(1, Ordering::Relaxed);
    }

    pub fn went(&self) {
        self.here.fetch_sub(1, Ordering::Relaxed);
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    pub fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
    }

    /// The server has taken an inventory.
    pub fn took_inventory(&self) {
        self.inventories.fetch_add(1, Ordering::Relaxed);
    }

    /// Somebody must admit this one first.
    pub fn is_pending(&self) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
    }

    pub fn ordered(&self, act: &str) {
        self.acts().entry(act.to_owned()).or_default().ordered = Some(Instant::now());
    }

    pub fn kept(&self, act: &str) {
        self.acts().entry(act.to_owned()).or_default().kept = Some(Instant::now());
    }

    pub fn failed(&self, why: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = failures.len() < REASONS_MOST || failures.contains_key(why);
        let why = if is_known { why } else { "other reasons" };
        *failures.entry(why.to_owned()).or_default() += 1;
    }

    /// How many are linked now.
    pub fn here(&self) -> usize {
        self.here.load(Ordering::Relaxed)
    }

    /// How many links ended so far.
    pub fn lost(&self) -> usize {
        self.lost.load(Ordering::Relaxed)
    }

    /// How many beats were sent.
    pub fn beats(&self) -> usize {
        self.beats.load(Ordering::Relaxed)
    }

    /// How many inventories the server has taken.
    pub fn inventories(&self) -> usize {
        self.inventories.load(Ordering::Relaxed)
    }

    /// How many greetings ended with waiting to be admitted.
    pub fn pending(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// How far an act is.
    pub fn marks(&self, act: &str) -> Marks {
        self.acts().get(act).copied().unwrap_or_default()
    }

    /// The commonest failures since the last asking, and how often each.
    pub fn take_failures(&self) -> Vec<(String, usize)> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken: Vec<(String, usize)> = std::mem::take(&mut *failures).into_iter().collect();
        taken.sort_by_key(|one| std::cmp::Reverse(one.1));
        taken
    }

    fn acts(&self) -> MutexGuard<'_, HashMap<String, Marks>> {
        self.acts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
