//! Which documents pass an asker's rights, kinds, and typed filters: one bit for each, kept for each segment of the index.
//!
//! A segment's documents never change (what is deleted is marked beside them), so what was found out of one stays true. That
//! lets the best hits be gathered by words alone, with the documents that cannot reach them skipped, and each that would
//! enter asked for its bit. What is kept is bounded; the least used goes first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet as _, SegmentReader, TERMINATED, Term};

use super::unavailable;
use crate::Result;

/// So many bytes of bits are kept.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// What an entry takes besides its bits.
const ENTRY_BYTES: usize = 256;

/// Conditions that must all hold; of each, one of the values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Conditions(Vec<(Field, Vec<String>)>);

impl Conditions {
    /// The document has one of these values of the field.
    pub fn add(&mut self, field: Field, values: &[String]) {
        let mut values = values.to_vec();
        values.sort_unstable();
        values.dedup();
        self.0.push((field, values));
    }

    /// Which documents of a segment pass.
    fn look(&self, segment: &SegmentReader) -> Result<Passing> {
        let mut all: Option<Bits> = None;
        for (field, values) in &self.0 {
            let index = segment.inverted_index(*field).map_err(unavailable)?;
            let mut any = Bits::none(segment.max_doc());
            for value in values {
                let term = Term::from_field_text(*field, value);
                let postings = index.read_postings(&term, IndexRecordOption::Basic);
                if let Some(mut postings) = postings.map_err(unavailable)? {
                    let mut document = postings.doc();
                    while document != TERMINATED {
                        any.set(document);
                        document = postings.advance();
                    }
                }
            }
            match &mut all {
                Some(all) => all.keep(&any),
                None => all = Some(any),
            }
        }
        Ok(match all {
            Some(bits) if bits.count() < u64::from(segment.max_doc()) => Passing::Some(bits),
            _ => Passing::All,
        })
    }
}

/// Which documents of one segment pass.
#[derive(Debug)]
pub(super) enum Passing {
    All,
    Some(Bits),
}

impl Passing {
    pub fn has(&self, document: DocId) -> bool {
        match self {
            Self::All => true,
            Self::Some(bits) => bits.has(document),
        }
    }

    fn bytes(&self) -> usize {
        ENTRY_BYTES
            + match self {
                Self::All => 0,
                Self::Some(bits) => bits.words.len() * 8,
            }
    }
}

/// One bit for each document.
#[derive(Debug)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    fn none(documents: u32) -> Self {
        Self {
            words: vec![0; documents.div_ceil(64) as usize],
        }
    }

    fn set(&mut self, document: DocId) {
        if let Some(word) = self.words.get_mut((document / 64) as usize) {
            *word |= 1 << (document % 64);
        }
    }

    fn has(&self, document: DocId) -> bool {
        let word = self.words.get((document / 64) as usize);
        word.is_some_and(|word| word & (1 << (document % 64)) != 0)
    }

    fn keep(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

/// What was found out, for everybody who asks under the same conditions.
#[derive(Debug, Default)]
pub(super) struct Known {
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    entries: HashMap<(SegmentId, Conditions), Entry>,
    bytes: usize,
    turn: u64,
}

#[derive(Debug)]
struct Entry {
    passing: Arc<Passing>,
    used: u64,
}

impl Known {
    /// Which documents of a segment pass.
    pub fn of(&self, segment: &SegmentReader, conditions: &Conditions) -> Result<Arc<Passing>> {
        let key = (segment.segment_id(), conditions.clone());
        if let Some(passing) = self.shelf().find(&key) {
            return Ok(passing);
        }
        // Looked at without the lock: two who ask at once both look, and find the same.
        let passing = Arc::new(conditions.look(segment)?);
        self.shelf().put(key, Arc::clone(&passing));
        Ok(passing)
    }

    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn find(&mut self, key: &(SegmentId, Conditions)) -> Option<Arc<Passing>> {
        self.turn += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.turn;
        Some(Arc::clone(&entry.passing))
    }

    fn put(&mut self, key: (SegmentId, Conditions), passing: Arc<Passing>) {
        self.bytes += passing.bytes();
        let used = self.turn;
        if let Some(before) = self.entries.insert(key, Entry { passing, used }) {
            self.bytes -= before.passing.bytes();
        }
        if self.bytes > MOST_BYTES {
            self.forget();
        }
    }

    /// Drops the half that was not used for longest.
    fn forget(&mut self) {
        let mut uses: Vec<u64> = self.entries.values().map(|entry| entry.used).collect();
        uses.sort_unstable();
        let middle = uses.get(uses.len() / 2).copied().unwrap_or_default();
        self.entries.retain(|_, entry| entry.used > middle);
        self.bytes = self.entries.values().map(|entry| entry.passing.bytes()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_say_what_was_set_and_no_more() {
        let mut bits = Bits::none(130);
        for document in [0, 63, 64, 129] {
            bits.set(document);
        }
        let set: Vec<u32> = (0..200).filter(|document| bits.has(*document)).collect();
        assert_eq!(set, [0, 63, 64, 129]);
        let mut other = Bits::none(130);
        other.set(64);
        bits.keep(&other);
        assert_eq!((bits.count(), bits.has(64)), (1, true));
    }

    #[test]
    fn what_is_kept_is_bounded_and_the_least_used_goes_first() {
        let mut shelf = Shelf::default();
        let bits = || Arc::new(Passing::Some(Bits::none(8 * 1024 * 1024 * 8)));
        let keys: Vec<(SegmentId, Conditions)> = (0..6)
            .map(|number| {
                let mut conditions = Conditions::default();
                conditions.add(Field::from_field_id(1), &[number.to_string()]);
                (SegmentId::generate_random(), conditions)
            })
            .collect();
        for key in &keys[..3] {
            shelf.put(key.clone(), bits());
            shelf.find(key);
        }
        shelf.find(&keys[0]);
        for key in &keys[3..] {
            shelf.put(key.clone(), bits());
            shelf.find(key);
        }
        assert!(shelf.bytes <= MOST_BYTES, "{}", shelf.bytes);
        assert!(shelf.find(&keys[5]).is_some());
        assert!(shelf.find(&keys[1]).is_none());
    }
}
