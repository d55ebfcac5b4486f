//! How far one written word is from another, and how far a typed word may be from the one that was meant. Pure.

/// Letters of a word that may hold one slip, and of one that may hold two.
const ONE_SLIP: usize = 4;
const TWO_SLIPS: usize = 8;

/// How many slips a typed word may hold; none for short words, and for codes and numbers, where a slip is another code.
pub(super) fn slips(word: &str) -> Option<u8> {
    if !word.chars().all(char::is_alphabetic) {
        return None;
    }
    match word.chars().count() {
        0..ONE_SLIP => None,
        ONE_SLIP..TWO_SLIPS => Some(1),
        _ => Some(2),
    }
}

/// How many slips lead from one word to the other: a letter too many, too few, another, or two swapped.
pub(super) fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let width = right.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (at, one) in left.iter().enumerate() {
        let mut row = vec![at + 1; width];
        for (across, two) in right.iter().enumerate() {
            let same = usize::from(one != two);
            let mut least = (rows[at][across] + same)
                .min(rows[at][across + 1] + 1)
                .min(row[across] + 1);
            if at > 0 && across > 0 && *one == right[across - 1] && left[at - 1] == *two {
                least = least.min(rows[at - 1][across - 1] + 1);
            }
            row[across + 1] = least;
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

/// How good a guess a word is; smaller is better: few slips, then the same beginning, then the better known.
pub(super) fn rank(typed: &str, word: &str, frequency: u64) -> (usize, bool, std::cmp::Reverse<u64>) {
    let other_beginning = typed.chars().next() != word.chars().next();
    (
        distance(typed, word),
        other_beginning,
        std::cmp::Reverse(frequency),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_are_counted() {
        assert_eq!(distance("printer", "pritner"), 1, "two letters swapped");
        assert_eq!(distance("printer", "printr"), 1);
        assert_eq!(distance("printer", "prinnter"), 1);
        assert_eq!(distance("printer", "grinder"), 2);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn short_words_and_codes_hold_no_slips() {
        assert_eq!(slips("vpn"), None);
        assert_eq!(slips("0x80070005"), None);
        assert_eq!(slips("moniter"), Some(1));
        assert_eq!(slips("authentcation"), Some(2));
    }

    #[test]
    fn the_nearer_then_the_better_known_word_is_meant() {
        let mut words = [("pointer", 900), ("printer", 10), ("printed", 500)];
        words.sort_by_key(|(word, frequency)| rank("printr", word, *frequency));
        assert_eq!(words[0].0, "printer");
    }

    proptest! {
        #[test]
        fn distance_is_a_distance(left in "[a-d]{0,8}", right in "[a-d]{0,8}") {
            prop_assert_eq!(distance(&left, &right), distance(&right, &left));
            prop_assert_eq!(distance(&left, &right) == 0, left == right);
            prop_assert!(distance(&left, &right) <= left.len().max(right.len()));
            prop_assert!(distance(&left, &right) >= left.len().abs_diff(right.len()));
        }
    }
}
