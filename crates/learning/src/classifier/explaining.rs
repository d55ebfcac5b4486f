//! Why a label: the words that spoke for it and against the next best one.

use super::Model;
use crate::corpus::often;
use crate::features::{self, Family, Occurrence, family};

/// A label for a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub label: String,
    /// Between 0 and 1: the share of such proposals that is right.
    pub confidence: f64,
    /// The words that decided, the weightiest first, as the text writes them.
    pub words: Vec<Weighted>,
    /// The next likely labels.
    pub others: Vec<(String, f64)>,
}

/// A word and its share in the decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted {
    pub word: String,
    /// The words' weights that spoke for the label add up to 1.
    pub weight: f64,
}

const WORDS_AT_MOST: usize = 5;
const OTHERS_AT_MOST: usize = 2;

impl Model {
    /// The likeliest label with the reasons; none for a text of which the model knows no word, or a model without labels.
    #[must_use]
    pub fn propose(&self, text: &str) -> Option<Proposal> {
        let (words, mut occurrences) = features::occurrences(text);
        occurrences.sort_unstable();
        let counted = occurrences
            .chunk_by(|one, next| one.feature == next.feature)
            .map(|same| (same[0].feature, u8::try_from(same.len()).unwrap_or(u8::MAX)));
        let vector = self.rarity.vector(counted);
        if vector.is_empty() || self.labels.is_empty() {
            return None;
        }
        let margins = self.margins(&vector);
        let shares = self.softmax(&margins);
        let mut order: Vec<usize> = (0..shares.len()).collect();
        order.sort_by(|one, other| shares[*other].total_cmp(&shares[*one]));
        let first = *order.first()?;
        let second = order.get(1).copied().unwrap_or(first);
        let spoke = self.spoke(&words.len(), &occurrences, first, second);
        Some(Proposal {
            label: self.labels[first].clone(),
            confidence: shares[first],
            words: weightiest(
                words.iter().map(|word| (word.written, word.folded.as_str())),
                &spoke,
            ),
            others: order
                .into_iter()
                .skip(1)
                .take(OTHERS_AT_MOST)
                .map(|column| (self.labels[column].clone(), shares[column]))
                .collect(),
        })
    }

    /// What each word added to the distance between two labels.
    fn spoke(&self, words: &usize, occurrences: &[Occurrence], first: usize, second: usize) -> Vec<f32> {
        let mut spoke = vec![0.0_f32; *words];
        for same in occurrences.chunk_by(|one, next| one.feature == next.feature) {
            let Some(row) = self.rarity.rows.get(&same[0].feature) else {
                continue;
            };
            let weights = self.row(*row);
            let count = u8::try_from(same.len()).unwrap_or(u8::MAX);
            let part = (weights[first] - weights[second]) * often(count) * self.rarity.weight[*row as usize]
                / f32::from(count);
            // Both families have about the same say; pieces are many, so each says little.
            let part = if family(same[0].feature) == Family::Words {
                part
            } else {
                part * 0.2
            };
            for one in same {
                spoke[one.word as usize] += part / 2.0;
                spoke[one.also as usize] += part / 2.0;
            }
        }
        spoke
    }
}

fn weightiest<'a>(words: impl Iterator<Item = (&'a str, &'a str)>, spoke: &[f32]) -> Vec<Weighted> {
    let mut all: Vec<(&str, &str, f32)> = Vec::new();
    for ((written, folded), weight) in words.zip(spoke) {
        match all.iter_mut().find(|known| known.1 == folded) {
            Some(known) => known.2 += weight,
            None => all.push((written, folded, *weight)),
        }
    }
    all.retain(|(_, _, weight)| *weight > 0.0);
    all.sort_by(|one, other| other.2.total_cmp(&one.2));
    let whole: f32 = all.iter().map(|(_, _, weight)| weight).sum();
    all.into_iter()
        .take(WORDS_AT_MOST)
        .map(|(written, _, weight)| Weighted {
            word: written.to_owned(),
            weight: f64::from(weight / whole),
        })
        .collect()
}
