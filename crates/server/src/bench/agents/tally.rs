//! What happens to the crowd, counted.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts; read while they change.
#[derive(Default)]
pub struct Tally {
    here: AtomicUsize,
    beats: AtomicUsize,
    acts: AtomicUsize,
    /// Why agents did not get in, and how often.
    failures: Mutex<BTreeMap<String, usize>>,
}

impl Tally {
    pub fn came(&self) {
        self.here.fetch_add(1, Ordering::Relaxed);
    }

    pub fn went(&self) {
        self.here.fetch_sub(1, Ordering::Relaxed);
    }

    pub fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
    }

    pub fn acted(&self) {
        self.acts.fetch_add(1, Ordering::Relaxed);
    }

    pub fn failed(&self, why: &str) {
        if let Ok(mut failures) = self.failures.lock() {
            *failures.entry(why.to_owned()).or_default() += 1;
        }
    }

    /// How many are linked now.
    pub fn here(&self) -> usize {
        self.here.load(Ordering::Relaxed)
    }

    /// How many beats were sent.
    pub fn beats(&self) -> usize {
        self.beats.load(Ordering::Relaxed)
    }

    /// How many acts were answered.
    pub fn acts(&self) -> usize {
        self.acts.load(Ordering::Relaxed)
    }

    /// The commonest reasons for which agents did not get in.
    pub fn failures(&self) -> Vec<(String, usize)> {
        let mut failures: Vec<(String, usize)> =
            self.failures.lock().map(|map| map.clone().into_iter().collect()).unwrap_or_default();
        failures.sort_by_key(|one| std::cmp::Reverse(one.1));
        failures.truncate(5);
        failures
    }
}
