//! How good labels are: accuracy, and macro-F1, which counts a rare label as much as a common one.

use std::collections::BTreeMap;

/// The figures.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measured {
    /// How many were judged.
    pub count: usize,
    /// The share that was right.
    pub accuracy: f64,
    /// The mean over all labels of the harmonic mean of precision and recall.
    pub macro_f1: f64,
}

/// Compares what was said with what is true: pairs of (truth, said).
pub fn measure<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Measured {
    // Per label: how often it was right, how often it was said, how often it was true.
    let mut labels: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut count = 0;
    for (truth, said) in pairs {
        count += 1;
        labels.entry(truth).or_default().2 += 1;
        labels.entry(said).or_default().1 += 1;
        if truth == said {
            labels.entry(truth).or_default().0 += 1;
        }
    }
    if count == 0 {
        return Measured::default();
    }
    let right: usize = labels.values().map(|label| label.0).sum();
    let f1: f64 = labels
        .values()
        .map(|(right, said, truth)| 2.0 * share(*right, said + truth))
        .sum();
    Measured {
        count,
        accuracy: share(right, count),
        macro_f1: f1 / share(labels.len(), 1),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^53")]
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_the_textbook() {
        let pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("c", "a")];
        let measured = measure(pairs.into_iter());
        assert_eq!((measured.count, measured.accuracy), (4, 0.5));
        // a: 2·1/(2+2), b: 2·1/(2+1), c: 0.
        assert!((measured.macro_f1 - (0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
        assert_eq!(measure(std::iter::empty()), Measured::default());
    }
}
