//! The best few of many, while they are met one after the other.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use tantivy::{DocAddress, Score};

/// Keeps so many of the best.
pub(super) struct Best {
    wanted: usize,
    heap: BinaryHeap<Reverse<Scored>>,
}

/// A document with its score; of equals the one met first is better.
#[derive(Clone, Copy)]
struct Scored {
    score: Score,
    address: DocAddress,
}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then_with(|| other.address.cmp(&self.address))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Scored {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Scored {}

impl Best {
    pub fn of(wanted: usize) -> Self {
        Self {
            wanted: wanted.max(1),
            heap: BinaryHeap::with_capacity(wanted.max(1) + 1),
        }
    }

    /// What a document must exceed to enter.
    pub fn threshold(&self) -> Score {
        match self.heap.peek() {
            Some(Reverse(worst)) if self.heap.len() >= self.wanted => worst.score,
            _ => Score::MIN,
        }
    }

    pub fn offer(&mut self, score: Score, address: DocAddress) {
        self.heap.push(Reverse(Scored { score, address }));
        if self.heap.len() > self.wanted {
            self.heap.pop();
        }
    }

    /// The best first.
    pub fn into_addresses(self) -> Vec<DocAddress> {
        self.heap
            .into_sorted_vec()
            .into_iter()
            .map(|Reverse(scored)| scored.address)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_those_that_sorting_everything_gives(scores in prop::collection::vec(0_u8..20, 0..60), wanted in 1_usize..12) {
            let mut best = Best::of(wanted);
            for (place, score) in scores.iter().enumerate() {
                let score = Score::from(*score);
                if score > best.threshold() {
                    best.offer(score, DocAddress::new(0, place as u32));
                }
            }
            let mut sorted: Vec<(u8, usize)> = scores.iter().copied().zip(0..).collect();
            sorted.sort_by_key(|(score, place)| (Reverse(*score), *place));
            let expected: Vec<u32> = sorted.into_iter().take(wanted).map(|(_, place)| place as u32).collect();
            let found: Vec<u32> = best.into_addresses().into_iter().map(|address| address.doc_id).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
