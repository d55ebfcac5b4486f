//! How well a document answers a question, from where the words of the question stand in it. Pure.
//!
//! The index proposes candidates by BM25 of single words. That sees neither how much of the question a document answers, nor
//! whether its words stand together, nor whether they stand where a text says what it is about: in its title and its first
//! sentences. This function adds those three to BM25. Its few constants lie in the middle of wide plateaus on judged queries
//! of two languages (`mainstay search eval`), and each of them stands for one plain idea; nothing is learned here.
//!
//! It deliberately knows no index, no age, and no weight of a document: `asking` multiplies those in.

/// BM25: how soon more of the same word stops to matter.
const SATURATION: f64 = 1.2;
/// BM25: how much a long text must say a word more often.
const LENGTH: f64 = 0.75;
/// This share of the words' sum depends on how much of the question was found.
const COVERAGE: f64 = 0.5;
/// What two neighbouring words of the question add when they stand side by side.
const TOGETHER: f64 = 0.7;
/// What a word adds that stands at the very beginning…
const EARLY: f64 = 1.2;
/// …and after so many words it adds half of it.
const BEGINNING: f64 = 20.0;

/// Where a word of the question, or what stands for it, is in a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sighting {
    /// How telling what was found is: its inverse document frequency.
    pub importance: f64,
    /// 1 for the word itself, less for what merely stands for it.
    pub nearness: f64,
    /// Every place, counted in words, ascending; never empty.
    pub positions: Vec<u32>,
}

/// The score of a document: `asked` holds how telling each word of the question is, `seen` where it stands, in the order of
/// the question; `length` is the document's length in words divided by the usual length.
pub(super) fn score(asked: &[f64], seen: &[Option<Sighting>], length: f64) -> f64 {
    let mut words = 0.0;
    let mut early = 0.0;
    let mut found = 0.0;
    for (importance, sighting) in asked.iter().zip(seen) {
        let Some(sighting) = sighting else { continue };
        let value = sighting.importance * sighting.nearness;
        let frequency = sighting.positions.len() as f64;
        let damping = SATURATION * (1.0 - LENGTH + LENGTH * length);
        words += value * frequency * (SATURATION + 1.0) / (frequency + damping);
        let first = sighting.positions.first().copied().unwrap_or(u32::MAX);
        early += value / (1.0 + f64::from(first) / BEGINNING);
        found += importance * sighting.nearness;
    }
    let whole: f64 = asked.iter().sum();
    let covered = if whole > 0.0 {
        (found / whole).min(1.0)
    } else {
        0.0
    };
    words * (1.0 - COVERAGE + COVERAGE * covered) + EARLY * early + TOGETHER * together(seen)
}

/// What neighbours in the question that stand close in the document are worth.
fn together(seen: &[Option<Sighting>]) -> f64 {
    seen.windows(2)
        .filter_map(|pair| {
            let (left, right) = (pair[0].as_ref()?, pair[1].as_ref()?);
            let gap = closest(&left.positions, &right.positions)?;
            let value = (left.importance * left.nearness).min(right.importance * right.nearness);
            Some(value / f64::from(gap))
        })
        .sum()
}

/// The smallest gap between a place of one and a place of the other; none when they only share places, as a word and its
/// own part do.
fn closest(left: &[u32], right: &[u32]) -> Option<u32> {
    let (left, right) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    let mut best: Option<u32> = None;
    for &place in left {
        let after = right.partition_point(|other| *other < place);
        let before = right[..after].last();
        let mut behind = right[after..].iter().filter(|other| **other != place);
        for other in before.into_iter().chain(behind.next()) {
            let gap = place.abs_diff(*other);
            best = Some(best.map_or(gap, |known| known.min(gap)));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(positions: &[u32]) -> Option<Sighting> {
        Some(Sighting {
            importance: 3.0,
            nearness: 1.0,
            positions: positions.to_vec(),
        })
    }

    fn sighting() -> impl Strategy<Value = Option<Sighting>> {
        let places = proptest::collection::btree_set(0_u32..5_000, 1..40);
        let some =
            (0.01_f64..15.0, 0.1_f64..=1.0, places).prop_map(|(importance, nearness, places)| Sighting {
                importance,
                nearness,
                positions: places.into_iter().collect(),
            });
        proptest::option::of(some)
    }

    fn question() -> impl Strategy<Value = Vec<Option<Sighting>>> {
        proptest::collection::vec(sighting(), 1..9)
    }

    fn asked(seen: &[Option<Sighting>]) -> Vec<f64> {
        seen.iter()
            .map(|sighting| sighting.as_ref().map_or(4.0, |sighting| sighting.importance))
            .collect()
    }

    proptest! {
        #[test]
        fn a_score_is_a_number_and_nothing_scores_nothing(seen in question(), length in 0.0_f64..100.0) {
            let value = score(&asked(&seen), &seen, length);
            prop_assert!(value.is_finite() && value >= 0.0, "{value}");
            prop_assert_eq!(value == 0.0, seen.iter().all(Option::is_none));
        }

        #[test]
        fn one_word_less_is_never_better(seen in question(), which in 0_usize..9, length in 0.1_f64..10.0) {
            let asked = asked(&seen);
            let mut less = seen.clone();
            let which = which % less.len();
            less[which] = None;
            prop_assert!(score(&asked, &less, length) <= score(&asked, &seen, length) + 1e-9);
        }

        #[test]
        fn what_stands_for_a_word_is_never_better_than_the_word(seen in question(), factor in 0.1_f64..1.0) {
            let asked = asked(&seen);
            let mut further = seen.clone();
            for sighting in further.iter_mut().flatten() {
                sighting.nearness *= factor;
            }
            prop_assert!(score(&asked, &further, 1.0) <= score(&asked, &seen, 1.0) + 1e-9);
        }

        #[test]
        fn a_longer_text_saying_the_same_is_never_better(seen in question(), length in 0.1_f64..10.0) {
            let asked = asked(&seen);
            prop_assert!(score(&asked, &seen, length * 2.0) <= score(&asked, &seen, length) + 1e-9);
        }

        #[test]
        fn the_smallest_gap_is_found(
            left in proptest::collection::btree_set(0_u32..300, 1..20),
            right in proptest::collection::btree_set(0_u32..300, 1..20),
        ) {
            let (left, right): (Vec<u32>, Vec<u32>) = (left.into_iter().collect(), right.into_iter().collect());
            let gaps = left.iter().flat_map(|one| right.iter().map(|two| one.abs_diff(*two)));
            prop_assert_eq!(closest(&left, &right), gaps.filter(|gap| *gap > 0).min());
        }
    }

    #[test]
    fn words_side_by_side_beat_words_far_apart() {
        let asked = [3.0, 3.0];
        let near = score(&asked, &[at(&[50]), at(&[51])], 1.0);
        let far = score(&asked, &[at(&[50]), at(&[90])], 1.0);
        assert!(near > far);
    }

    #[test]
    fn what_a_text_begins_with_counts_more() {
        assert!(score(&[3.0], &[at(&[0])], 1.0) > score(&[3.0], &[at(&[400])], 1.0));
    }

    #[test]
    fn all_words_once_beat_one_word_often() {
        let asked = [3.0, 3.0];
        let all = score(&asked, &[at(&[30]), at(&[60])], 1.0);
        let often = score(&asked, &[at(&[30, 40, 50, 60, 70, 80]), None], 1.0);
        assert!(all > often, "{all} {often}");
    }
}
