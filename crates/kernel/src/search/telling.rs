//! Which words of a long question are worth looking for. Pure.

/// In fewer documents than this no word is too common to look for.
const COMMONPLACE: u64 = 10_000;
/// Where any word is enough, so many documents of all words together are walked: a pasted text has thirty words, and the
/// rarest of them say what it is about.
const MOST_WALKED: u64 = 300_000;

/// Of words with the number of documents each stands in, those worth looking for among so many documents: rare ones, as many
/// as can be walked in passing. The rarest always stays.
pub(super) fn telling<W: Ord>(mut counted: Vec<(u64, W)>, documents: u64) -> Vec<W> {
    counted.sort_unstable();
    // A word of a tenth of all documents says little and takes long to walk.
    let commonplace = (documents / 10).max(COMMONPLACE);
    let mut walked = 0;
    let mut kept = Vec::with_capacity(counted.len());
    for (frequency, word) in counted {
        walked += frequency;
        if !kept.is_empty() && (frequency >= commonplace || walked > MOST_WALKED) {
            break;
        }
        kept.push(word);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commonplace_words_are_not_looked_for_unless_there_are_no_others() {
        assert_eq!(
            telling(vec![(90_000, "printer"), (7, "toner")], 200_000),
            ["toner"]
        );
        assert_eq!(
            telling(vec![(90_000, "printer"), (95_000, "the")], 200_000),
            ["printer"]
        );
        assert_eq!(
            telling(vec![(900, "printer"), (950, "the")], 1_000),
            ["printer", "the"]
        );
    }

    #[test]
    fn of_many_words_only_the_rarest_are_walked() {
        let words: Vec<(u64, u64)> = (1..=40).map(|rank| (rank * 2_000, rank)).collect();
        let kept = telling(words, 1_000_000);
        let walked: u64 = kept.iter().map(|rank| rank * 2_000).sum();
        assert!(
            walked <= MOST_WALKED && walked + 2_000 * 18 > MOST_WALKED,
            "{walked}"
        );
        assert_eq!(kept.first(), Some(&1));
    }
}
