//! The bar of a rollout or a ring: how many targets are how far, as parts of a line and as words beside it. Pure.

use ::rollout::Counts;
use ::rollout::state::Head;
use kernel::Locale;
use kernel::i18n::Arg;

/// The length of a whole bar in the units of its drawing.
pub const LENGTH: u64 = 1_000;

/// A part of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// `good`, `rolled-back`, `failed`, `waiting`, `running`, `pending`, `cancelled`.
    pub word: &'static str,
    /// How many targets.
    pub count: u32,
    /// Where it begins.
    pub x: u64,
    /// How long it is.
    pub width: u64,
}

/// The counts over all rings.
#[must_use]
pub fn sum(head: &Head) -> Counts {
    head.counts
        .iter()
        .fold(Counts::default(), |sum, ring| sum.plus(*ring))
}

/// The parts of a bar, from what is done to what is still to come. Parts without targets are left out.
#[must_use]
pub fn parts(counts: &Counts) -> Vec<Part> {
    let all = u64::from(counts.all()).max(1);
    let numbers = [
        ("good", counts.good()),
        ("rolled-back", counts.rolled_back),
        ("failed", counts.failed + counts.roll_back_failed + counts.expired),
        ("running", counts.running),
        ("waiting", counts.waiting()),
        ("pending", counts.pending),
        ("cancelled", counts.cancelled),
    ];
    let (mut parts, mut before) = (Vec::new(), 0);
    for (word, count) in numbers.into_iter().filter(|(_, count)| *count > 0) {
        let x = before * LENGTH / all;
        before += u64::from(count);
        parts.push(Part {
            word,
            count,
            x,
            width: before * LENGTH / all - x,
        });
    }
    parts
}

/// The same in words: `12 good, 1 failed`.
#[must_use]
pub fn words(locale: Locale, counts: &Counts) -> String {
    let words: Vec<String> = parts(counts)
        .iter()
        .map(|part| {
            let key = format!("fleet-rollout-bar-{}", part.word);
            locale.t_with(&key, &[("count", Arg::from(part.count))])
        })
        .collect();
    words.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_fill_it() {
        let counts = Counts {
            pending: 1,
            running: 1,
            succeeded: 1,
            ..Counts::default()
        };
        let parts = parts(&counts);
        let words: Vec<&str> = parts.iter().map(|part| part.word).collect();
        assert_eq!(words, ["good", "running", "pending"]);
        assert_eq!(parts.iter().map(|part| part.width).sum::<u64>(), LENGTH);
        assert_eq!(parts[1].x, parts[0].width);
    }

    #[test]
    fn a_ring_for_which_no_target_was_left_has_an_empty_bar() {
        assert_eq!(parts(&Counts::default()), []);
        assert_eq!(words(Locale::En, &Counts::default()), "");
    }

    #[test]
    fn every_target_is_in_one_part() {
        let counts = Counts {
            pending: 1,
            offline: 2,
            running: 3,
            unknown: 4,
            compliant: 5,
            succeeded: 6,
            failed: 7,
            rolled_back: 8,
            roll_back_failed: 9,
            expired: 10,
            cancelled: 11,
            harm: 26,
        };
        let counted: u32 = parts(&counts).iter().map(|part| part.count).sum();
        assert_eq!(counted, counts.all());
    }

    #[test]
    fn every_part_has_words_in_both_languages() {
        kernel::i18n::register(crate::LOCALES);
        let counts = Counts {
            pending: 1,
            offline: 1,
            running: 1,
            compliant: 1,
            failed: 1,
            rolled_back: 1,
            cancelled: 1,
            ..Counts::default()
        };
        for part in parts(&counts) {
            let key = format!("fleet-rollout-bar-{}", part.word);
            for locale in Locale::ALL {
                assert!(kernel::i18n::has_key(locale, &key), "{key}");
            }
        }
    }
}
