//! What the index's own dictionaries say a word may stand for: how it may end, what is written nearly like it, what sounds so.
//!
//! The dictionaries hold the words of all documents, also of those the asker may not see. That gives nothing away, because a
//! guess is only ever looked for within the asker's rights; what is shown to people as a word (`meant`) is counted within
//! them first.

use std::collections::HashMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::analysis::{self, Script, Stems};
use super::meaning::{Slot, Way};
use super::schema::Fields;
use super::{sounds, spelling, synonyms, unavailable};
use crate::Result;

/// An unfinished word is completed to at most so many words, the commonest.
const MOST_COMPLETIONS: usize = 24;
const MOST_DICTIONARY_STEPS: usize = 2_000;
/// At most so many words are taken for a misspelled one, and for a sound.
const MOST_NEAR: usize = 5;
const MOST_SOUNDING: usize = 8;
/// Letters from which on pinyin may be unfinished.
const UNFINISHED_SOUND: usize = 3;

/// Looks words up in the dictionaries of one snapshot of the index.
pub(super) struct Guesser<'a> {
    pub searcher: &'a Searcher,
    pub fields: Fields,
}

impl Guesser<'_> {
    /// Adds to an unfinished word the commonest words that begin so.
    pub fn complete(&self, slot: &mut Slot) -> Result<()> {
        if slot.script == Script::Spaced && slot.plain.len() < 2 {
            return Ok(());
        }
        let found = self.beginning_with(self.fields.dictionary, &slot.plain)?;
        let mut words: Vec<(u64, String)> = found
            .into_iter()
            .map(|(word, frequency)| (frequency, word))
            .collect();
        words.sort_unstable_by(|left, right| right.cmp(left));
        let mut stems = Stems::new();
        for (_, word) in words.iter().take(MOST_COMPLETIONS) {
            slot.add(vec![stems.of(word)], Way::Completed);
        }
        Ok(())
    }

    /// Adds to a word that nobody seems to know those that are written nearly like it, and those that sound so.
    pub fn guess(&self, slot: &mut Slot, is_open: bool) -> Result<()> {
        if slot.script != Script::Spaced {
            return Ok(());
        }
        let mut stems = Stems::new();
        for word in self.near(&slot.plain)? {
            slot.add(vec![stems.of(&word)], Way::Near);
        }
        for word in self.sounding(&slot.plain, is_open)? {
            slot.add(synonyms::row(&analysis::words(&word), &mut stems), Way::Sounding);
        }
        Ok(())
    }

    /// Words of the index within a few slips, the likeliest first.
    pub fn near(&self, word: &str) -> Result<Vec<String>> {
        let Some(slips) = spelling::slips(word) else {
            return Ok(Vec::new());
        };
        let mut found: HashMap<String, u64> = HashMap::new();
        let fuzzy = FuzzyTermQuery::new(Term::from_field_text(self.fields.dictionary, word), slips, true);
        for segment in self.searcher.segment_readers() {
            let index = segment
                .inverted_index(self.fields.dictionary)
                .map_err(unavailable)?;
            let automaton = fuzzy.automaton().map_err(unavailable)?;
            let mut words = index
                .terms()
                .search(automaton)
                .into_stream()
                .map_err(unavailable)?;
            while words.advance() {
                let near = String::from_utf8_lossy(words.key()).into_owned();
                if near != word {
                    *found.entry(near).or_default() += u64::from(words.value().doc_freq);
                }
            }
        }
        let mut found: Vec<(String, u64)> = found.into_iter().collect();
        found.sort_by_cached_key(|(near, frequency)| (spelling::rank(word, near, *frequency), near.clone()));
        Ok(found.into_iter().take(MOST_NEAR).map(|(near, _)| near).collect())
    }

    /// Chinese words whose pinyin or initials are these letters, or begin with them while they are typed.
    fn sounding(&self, letters: &str, is_open: bool) -> Result<Vec<String>> {
        if !sounds::may_be(letters) {
            return Ok(Vec::new());
        }
        let is_unfinished = is_open && letters.len() >= UNFINISHED_SOUND;
        let beginning = if is_unfinished {
            letters.to_owned()
        } else {
            sounds::exactly(letters)
        };
        let entries = self.beginning_with(self.fields.sounds, &beginning)?;
        let mut words: HashMap<&str, (bool, u64)> = HashMap::new();
        for (entry, frequency) in &entries {
            if let Some((sound, word)) = sounds::entry(entry) {
                let known = words.entry(word).or_default();
                known.0 |= sound == letters;
                known.1 = known.1.max(*frequency);
            }
        }
        let mut words: Vec<((bool, u64), &str)> =
            words.into_iter().map(|(word, rank)| (rank, word)).collect();
        words.sort_unstable_by(|left, right| right.cmp(left));
        let best = words.into_iter().take(MOST_SOUNDING);
        Ok(best.map(|(_, word)| word.to_owned()).collect())
    }

    /// Other Chinese words that sound like this one, the commonest first.
    pub fn sounding_alike(&self, word: &str) -> Result<Vec<String>> {
        let Some(sound) = sounds::blurred(word) else {
            return Ok(Vec::new());
        };
        let entries = self.beginning_with(self.fields.sounds, &sounds::exactly(&sound))?;
        let mut words: Vec<(u64, String)> = entries
            .iter()
            .filter_map(|(entry, frequency)| Some((*frequency, sounds::entry(entry)?.1.to_owned())))
            .filter(|(_, other)| other != word)
            .collect();
        words.sort_unstable_by(|left, right| right.cmp(left));
        Ok(words.into_iter().take(MOST_NEAR).map(|(_, word)| word).collect())
    }

    /// The terms of a field that begin so, with the number of documents each stands in.
    fn beginning_with(&self, field: Field, beginning: &str) -> Result<HashMap<String, u64>> {
        let mut frequencies: HashMap<String, u64> = HashMap::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field).map_err(unavailable)?;
            let range = index.terms().range().ge(beginning.as_bytes());
            let mut words = range.into_stream().map_err(unavailable)?;
            let mut steps = 0;
            while words.advance()
                && words.key().starts_with(beginning.as_bytes())
                && steps < MOST_DICTIONARY_STEPS
            {
                steps += 1;
                let word = String::from_utf8_lossy(words.key()).into_owned();
                *frequencies.entry(word).or_default() += u64::from(words.value().doc_freq);
            }
        }
        Ok(frequencies)
    }
}
