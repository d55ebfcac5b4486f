//! "Did you mean": a better-known word near a word by which the asker finds next to nothing.
//!
//! A word is only ever offered when documents that the asker may see have it, and the whole question only when it finds more
//! within the asker's rights than what was typed. A word that stands in forbidden documents alone is never offered.

use super::analysis::{self, Script, Stems};
use super::asking::{Asker, RARE};
use super::guessing::Guesser;
use super::synonyms;
use crate::Result;

/// The other word must stand in so many times as many documents.
const BETTER_KNOWN: usize = 10;
/// Longer questions are sentences, whose words are seldom all unknown by a slip.
const MOST_WORDS: usize = 8;
/// Characters of a Chinese stretch that is looked through, and of the words compared by sound.
const LONGEST_STRETCH: usize = 12;
const LONGEST_WORD: usize = 4;

/// The question with better-known words in place of unknown ones; `None` when there is no better one.
pub(super) fn instead(asker: &Asker, text: &str) -> Result<Option<String>> {
    if asker.slots.is_empty() || asker.slots.len() > MOST_WORDS {
        return Ok(None);
    }
    let guesser = Guesser {
        searcher: &asker.searcher,
        fields: asker.fields,
    };
    let mut changes: Vec<((usize, usize), String)> = Vec::new();
    for slot in asker.slots.iter().filter(|slot| slot.script == Script::Spaced) {
        let known = asker.known_by(&[slot.stem().to_owned()])?;
        if known <= RARE
            && let Some(better) = better_known(asker, known, guesser.near(&slot.plain)?)?
        {
            changes.push((slot.span, better));
        }
    }
    for (script, start, end) in analysis::runs(text) {
        if script == Script::Han {
            changes.extend(in_stretch(asker, &guesser, text, start, end)?);
        }
    }
    if changes.is_empty() {
        return Ok(None);
    }
    changes.sort_unstable();
    let offered = with_changes(text, &changes);
    let is_better = asker.answering(&offered)? > asker.answering(text)?;
    Ok(is_better.then_some(offered))
}

/// The first of some words that so many more of the asker's documents have.
fn better_known(asker: &Asker, known: usize, words: Vec<String>) -> Result<Option<String>> {
    let mut stems = Stems::new();
    for word in words {
        let row = synonyms::row(&analysis::words(&word), &mut stems);
        let own = asker.known_by(&row)?;
        if own > 0 && own >= known * BETTER_KNOWN {
            return Ok(Some(word));
        }
    }
    Ok(None)
}

/// Chinese slips are characters of the same sound: the longest part of a stretch that sounds like a better-known word.
fn in_stretch(
    asker: &Asker,
    guesser: &Guesser<'_>,
    text: &str,
    start: usize,
    end: usize,
) -> Result<Option<((usize, usize), String)>> {
    let stretch = &text[start..end];
    let mut bounds: Vec<usize> = stretch.char_indices().map(|(at, _)| at).collect();
    bounds.push(stretch.len());
    if bounds.len() > LONGEST_STRETCH {
        return Ok(None);
    }
    let mut stems = Stems::new();
    for length in (2..=LONGEST_WORD.min(bounds.len() - 1)).rev() {
        for window in bounds.windows(length + 1) {
            let (from, to) = (window[0], window[length]);
            let part = &stretch[from..to];
            let others = guesser.sounding_alike(part)?;
            if others.is_empty() {
                continue;
            }
            let known = asker.known_by(&synonyms::row(&analysis::words(part), &mut stems))?;
            if known <= RARE
                && let Some(better) = better_known(asker, known, others)?
            {
                return Ok(Some(((start + from, start + to), better)));
            }
        }
    }
    Ok(None)
}

/// The text with some of its places, in order and apart from each other, said otherwise.
fn with_changes(text: &str, changes: &[((usize, usize), String)]) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for ((start, end), word) in changes {
        if *start < at || *end > text.len() {
            continue;
        }
        changed.push_str(&text[at..*start]);
        changed.push_str(word);
        at = *end;
    }
    changed.push_str(&text[at..]);
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_in_the_place_of_those_that_were_typed() {
        let changes = [((4, 10), "printer".to_owned()), ((11, 14), "jam".to_owned())];
        assert_eq!(with_changes("the pritne jma!", &changes), "the printer jam!");
        assert_eq!(with_changes("a b", &[]), "a b");
    }
}
