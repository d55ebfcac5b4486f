//! What of a text is counted: its words, pairs of neighbours, and pieces of words (two to five letters, with the word's
//! edges), which see through inflections, compounds, and slips of the keyboard. Chinese is counted by words, pairs of
//! words, and pieces of one to three characters, so that a word the dictionary cuts oddly is still known.
//!
//! A feature is a 32-bit hash, so nothing need be spelled out or kept. Its lowest bits tell the family, because families
//! are weighed apart: a text of many pieces must not drown its words.

use crate::text::{self, Script, Word};

/// Whole words (without their endings), pairs of neighbours, or pieces of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Words = 0,
    Pairs = 1,
    Pieces = 2,
}

/// The family of a feature.
pub(crate) const fn family(feature: u32) -> Family {
    match feature & 3 {
        0 => Family::Words,
        1 => Family::Pairs,
        _ => Family::Pieces,
    }
}

/// A feature where it stands, for telling which word decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Occurrence {
    pub feature: u32,
    /// The word it belongs to.
    pub word: u32,
    /// The other word, for a pair.
    pub also: u32,
}

/// Pieces are taken of no more words than this; what comes later is counted by whole words.
const WORDS_IN_PIECES: usize = 250;
const LETTERS_OF_A_WORD: usize = 24;

/// Every occurrence of a feature in a text, with its words.
pub(crate) fn occurrences(text: &str) -> (Vec<Word<'_>>, Vec<Occurrence>) {
    let words = text::words(text);
    let mut found = Vec::with_capacity(words.len() * 20);
    let mut before: Option<(u32, u32)> = None;
    for (place, word) in words.iter().enumerate() {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let whole = hash(SEED_WORD, text::stem(&word.folded).bytes().map(u32::from));
        found.push(at(whole, Family::Words, place, place));
        if let Some((previous, its_hash)) = before {
            let pair = mix(mix(SEED_PAIR, its_hash), whole);
            found.push(at(pair, Family::Pairs, place, previous));
        }
        before = Some((place, whole));
    }
    pieces(&words, &mut found);
    (words, found)
}

fn pieces(words: &[Word<'_>], found: &mut Vec<Occurrence>) {
    let mut letters: Vec<(u32, u32)> = Vec::with_capacity(64);
    let mut run: Vec<(u32, u32)> = Vec::with_capacity(64);
    for (place, word) in words.iter().enumerate().take(WORDS_IN_PIECES) {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        if word.script == Script::Han {
            // Pieces of Chinese reach over the edges of words, for there are none on paper.
            run.extend(word.folded.chars().map(|letter| (u32::from(letter), place)));
            continue;
        }
        grams(&run, 1, 3, found);
        run.clear();
        letters.clear();
        letters.push((EDGE, place));
        letters.extend(
            word.folded
                .chars()
                .take(LETTERS_OF_A_WORD)
                .map(|letter| (u32::from(letter), place)),
        );
        letters.push((EDGE, place));
        grams(&letters, 2, 5, found);
    }
    grams(&run, 1, 3, found);
}

fn grams(letters: &[(u32, u32)], shortest: usize, longest: usize, found: &mut Vec<Occurrence>) {
    for start in 0..letters.len() {
        let mut state = SEED_PIECE;
        for (length, (letter, place)) in letters[start..].iter().take(longest).enumerate() {
            state = mix(state, *letter);
            if length + 1 >= shortest {
                found.push(at(state, Family::Pieces, letters[start].1, *place));
            }
        }
    }
}

/// The features of a text, each once with how often it stands there, in ascending order.
pub(crate) fn counted(text: &str) -> Vec<(u32, u8)> {
    let (_, occurrences) = occurrences(text);
    let mut features: Vec<u32> = occurrences.into_iter().map(|one| one.feature).collect();
    features.sort_unstable();
    let mut counted: Vec<(u32, u8)> = Vec::with_capacity(features.len());
    for feature in features {
        match counted.last_mut() {
            Some((last, count)) if *last == feature => *count = count.saturating_add(1),
            _ => counted.push((feature, 1)),
        }
    }
    counted
}

/// The feature of a folded word standing by itself.
pub(crate) fn word(folded: &str) -> u32 {
    at(
        hash(SEED_WORD, text::stem(folded).bytes().map(u32::from)),
        Family::Words,
        0,
        0,
    )
    .feature
}

const SEED_WORD: u32 = 0x811C_9DC5;
const SEED_PAIR: u32 = 0x2C1B_3C6D;
const SEED_PIECE: u32 = 0x5BD1_E995;
const EDGE: u32 = 0x20;

fn at(state: u32, family: Family, word: u32, also: u32) -> Occurrence {
    Occurrence {
        feature: (settle(state) & !3) | family as u32,
        word,
        also,
    }
}

fn hash(seed: u32, values: impl Iterator<Item = u32>) -> u32 {
    values.fold(seed, mix)
}

/// One step of a multiplying hash; weak by itself, [`settle`] makes the bits even.
const fn mix(state: u32, value: u32) -> u32 {
    (state.rotate_left(5) ^ value)
        .wrapping_mul(0x9E37_79B1)
        .rotate_left(13)
        .wrapping_mul(0x85EB_CA6B)
}

/// The last step of MurmurHash3.
const fn settle(state: u32) -> u32 {
    let state = (state ^ (state >> 16)).wrapping_mul(0x85EB_CA6B);
    let state = (state ^ (state >> 13)).wrapping_mul(0xC2B2_AE35);
    state ^ (state >> 16)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn both_families_are_there_and_know_their_word() {
        let (words, found) = occurrences("打印机 jammed");
        assert!(found.iter().any(|one| family(one.feature) == Family::Words));
        assert!(found.iter().any(|one| family(one.feature) == Family::Pieces));
        assert!(found.iter().all(|one| (one.word as usize) < words.len()));
    }

    #[test]
    fn different_words_have_different_features() {
        let features: HashSet<u32> = (0..20_000).map(|number| word(&format!("word{number}"))).collect();
        assert!(features.len() > 19_990, "{}", features.len());
    }

    #[test]
    fn a_misspelled_word_shares_most_pieces() {
        let pieces = |text: &str| -> HashSet<u32> { counted(text).into_iter().map(|one| one.0).collect() };
        let (right, wrong) = (pieces("password"), pieces("pasword"));
        assert!(right.intersection(&wrong).count() * 2 > wrong.len());
    }
}
