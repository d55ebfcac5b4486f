//! Which label a text deserves: one linear separator for each label, all trained together.
//!
//! A model is a table of weights, a row for each feature and a column for each label. The margins of a text are the sum of
//! its features' rows; a softmax, whose sharpness is fitted on texts the model had not seen, makes them a confidence.

mod explaining;
mod storing;
mod training;

use std::collections::BTreeMap;

pub use explaining::{Proposal, Weighted};
pub use storing::Damaged;
pub use training::Check;

use crate::corpus::{Corpus, Rarity};
use crate::features;
use crate::measure::{self, Measured};

/// What was learned.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub(crate) labels: Vec<String>,
    /// Texts learned per label.
    pub(crate) shown: Vec<u32>,
    pub(crate) rarity: Rarity,
    /// Rows of `width` numbers: the first is the bias, the others belong to the features in their order.
    pub(crate) weights: Vec<f32>,
    /// Columns in a row: the labels, rounded up, so that rows are worked on eight numbers at a time.
    pub(crate) width: usize,
    /// How much a margin counts in the softmax.
    pub(crate) sharpness: f32,
}

/// How a model fared with texts it was not shown.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Checked {
    /// Accuracy and macro-F1 of the proposals.
    pub model: Measured,
    /// Of always saying the commonest label.
    pub commonest: Measured,
}

/// Why nothing can be learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooFew {
    /// Not enough labelled texts.
    #[error("{0} labelled texts are too few to learn from")]
    Texts(usize),
    /// Nothing to choose between.
    #[error("there is only one label, so there is nothing to learn")]
    Labels,
}

/// With fewer texts nothing is learned.
pub(crate) const TEXTS_AT_LEAST: usize = 10;
/// The table of weights is bounded whatever is learned: 64 MB.
pub(crate) const WEIGHTS_AT_MOST: usize = 16 * 1024 * 1024;
pub(crate) const FEATURES_AT_MOST: usize = 250_000;
/// Columns are worked on so many at a time.
pub(crate) const LANES: usize = 8;

impl Model {
    /// Learns from all texts of a corpus whose label is known; `labels` stands beside the texts. What `check` holds back
    /// is judged by a model that has not seen it, which also fits the confidence, and is then learned as well.
    ///
    /// # Errors
    /// When there are too few texts or only one label.
    pub fn train(corpus: &Corpus, labels: &[Option<&str>], check: Check) -> Result<(Model, Checked), TooFew> {
        training::train(corpus, labels, check)
    }

    /// The labels it can propose, with how many texts each was learned from.
    pub fn labels(&self) -> impl Iterator<Item = (&str, u32)> {
        self.labels
            .iter()
            .map(String::as_str)
            .zip(self.shown.iter().copied())
    }

    /// How many texts it learned from.
    #[must_use]
    pub fn texts(&self) -> u64 {
        self.shown.iter().map(|shown| u64::from(*shown)).sum()
    }

    /// How many features it knows.
    #[must_use]
    pub fn features(&self) -> usize {
        self.rarity.features.len()
    }

    /// How rare the words and pieces of what it learned are, for comparing texts.
    #[must_use]
    pub fn rarity(&self) -> &Rarity {
        &self.rarity
    }

    /// Every label with its probability, the likeliest first.
    #[must_use]
    pub fn probabilities(&self, text: &str) -> Vec<(&str, f64)> {
        let vector = self.rarity.vector(features::counted(text).into_iter());
        let mut probable: Vec<(&str, f64)> = self
            .labels
            .iter()
            .map(String::as_str)
            .zip(self.softmax(&self.margins(&vector)))
            .collect();
        probable.sort_by(|one, other| other.1.total_cmp(&one.1));
        probable
    }

    /// The most probable label.
    #[must_use]
    pub fn guess(&self, text: &str) -> Option<&str> {
        let vector = self.rarity.vector(features::counted(text).into_iter());
        best(&self.margins(&vector)[..self.labels.len()]).map(|best| self.labels[best].as_str())
    }

    pub(crate) fn margins(&self, vector: &[(u32, f32)]) -> Vec<f32> {
        let mut margins = self
            .weights
            .get(..self.width)
            .map(<[f32]>::to_vec)
            .unwrap_or_default();
        for (row, weight) in vector {
            training::add(&mut margins, self.row(*row), *weight);
        }
        margins
    }

    pub(crate) fn row(&self, row: u32) -> &[f32] {
        let start = (row as usize + 1) * self.width;
        self.weights.get(start..start + self.width).unwrap_or_default()
    }

    pub(crate) fn softmax(&self, margins: &[f32]) -> Vec<f64> {
        softmax(&margins[..self.labels.len()], self.sharpness)
    }

    /// Takes in one more text without beginning anew. A label that is new is admitted, and so are the text's words;
    /// how rare the words are is weighed anew with the next training only.
    pub fn learn(&mut self, text: &str, label: &str) {
        let column = match self.labels.iter().position(|known| known == label) {
            Some(column) => column,
            None => match self.admit(label) {
                Some(column) => column,
                None => return,
            },
        };
        let counted = features::counted(text);
        let room = FEATURES_AT_MOST.min(WEIGHTS_AT_MOST / self.width.max(1));
        self.rarity.texts = self.rarity.texts.saturating_add(1);
        for (feature, _) in &counted {
            match self.rarity.rows.get(feature) {
                Some(row) => {
                    let seen = &mut self.rarity.seen[*row as usize];
                    *seen = seen.saturating_add(1);
                }
                None if self.rarity.features.len() < room => {
                    self.rarity.admit(*feature, 1);
                    self.weights.extend(std::iter::repeat_n(0.0, self.width));
                }
                None => {}
            }
        }
        let vector = self.rarity.vector(counted.into_iter());
        self.shown[column] = self.shown[column].saturating_add(1);
        training::fit_one(self, &vector, column);
    }

    /// One more column. None when the table is full.
    fn admit(&mut self, label: &str) -> Option<usize> {
        let column = self.labels.len();
        if column == self.width {
            let width = self.width + LANES;
            if width * (self.rarity.features.len() + 1) > WEIGHTS_AT_MOST * 2 {
                return None;
            }
            let mut weights = Vec::with_capacity(width * (self.rarity.features.len() + 1));
            for row in self.weights.chunks_exact(self.width.max(1)) {
                weights.extend_from_slice(row);
                weights.extend(std::iter::repeat_n(0.0, LANES));
            }
            weights.resize(width * (self.rarity.features.len() + 1), 0.0);
            (self.weights, self.width) = (weights, width);
        }
        self.labels.push(label.to_owned());
        self.shown.push(0);
        // A label nobody deserved so far is not likely before there is a reason.
        self.weights[column] = -1.0;
        Some(column)
    }
}

/// The place of the largest number.
pub(crate) fn best(margins: &[f32]) -> Option<usize> {
    (0..margins.len()).max_by(|one, other| margins[*one].total_cmp(&margins[*other]).then(other.cmp(one)))
}

pub(crate) fn softmax(margins: &[f32], sharpness: f32) -> Vec<f64> {
    let highest = margins.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let parts: Vec<f64> = margins
        .iter()
        .map(|margin| f64::from((margin - highest) * sharpness).exp())
        .collect();
    let whole: f64 = parts.iter().sum();
    parts.into_iter().map(|part| part / whole).collect()
}

/// The commonest label's share of the truth, as a model that always says it.
pub(crate) fn commonest<'a>(learned: &[&'a str], truth: &[&'a str]) -> Measured {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for label in learned {
        *counts.entry(label).or_default() += 1;
    }
    let commonest = counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(label, _)| label);
    measure::measure(truth.iter().filter_map(|truth| Some((*truth, commonest?))))
}
