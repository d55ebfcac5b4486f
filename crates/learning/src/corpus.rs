//! Many texts as features, and how rare each feature is.
//!
//! A text costs five bytes for each of its features, and nothing of its words is kept. What is rare weighs more: the
//! weight of a feature in a text is `(1 + ln count) · (1 + ln((1 + texts) / (1 + texts with it)))`, and each family of
//! features is brought to length one.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::features::{self, Family, family};

/// Features are hashes already; one multiplication spreads them over the table.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = u64::from(value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

pub(crate) type ByFeature<T> = HashMap<u32, T, BuildHasherDefault<Spread>>;

/// Texts taken in, in the order in which they came.
#[derive(Debug, Default, Clone)]
pub struct Corpus {
    features: Vec<u32>,
    counts: Vec<u8>,
    /// Where each text ends in the two above.
    ends: Vec<usize>,
}

impl Corpus {
    /// No text yet.
    #[must_use]
    pub fn new() -> Corpus {
        Corpus::default()
    }

    /// Takes a text in.
    pub fn add(&mut self, text: &str) {
        for (feature, count) in features::counted(text) {
            self.features.push(feature);
            self.counts.push(count);
        }
        self.ends.push(self.features.len());
    }

    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many features the texts have together: what a round of training costs.
    #[must_use]
    pub fn volume(&self) -> usize {
        self.features.len()
    }

    /// The features of a text with their counts.
    pub(crate) fn text(&self, place: usize) -> impl Iterator<Item = (u32, u8)> + '_ {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        let range = start..self.ends[place];
        self.features[range.clone()]
            .iter()
            .copied()
            .zip(self.counts[range].iter().copied())
    }

    /// How rare each feature is in these texts. At most `most` features are known, the commonest.
    #[must_use]
    pub fn rarity(&self, most: usize) -> Rarity {
        let mut seen: ByFeature<u32> = ByFeature::default();
        for feature in &self.features {
            *seen.entry(*feature).or_default() += 1;
        }
        // What stands in one text alone can tell nothing of others; in a handful of texts it is all there is.
        let least = if self.len() >= SMALL { 2 } else { 1 };
        let mut kept: Vec<(u32, u32)> = seen.into_iter().filter(|(_, texts)| *texts >= least).collect();
        kept.sort_unstable_by_key(|(feature, texts)| (std::cmp::Reverse(*texts), *feature));
        kept.truncate(most);
        kept.sort_unstable();
        Rarity::new(u32::try_from(self.len()).unwrap_or(u32::MAX), kept)
    }
}

const SMALL: usize = 300;

/// How rare features are: in how many of the texts each stands.
#[derive(Debug, Clone, Default)]
pub struct Rarity {
    pub(crate) texts: u32,
    pub(crate) features: Vec<u32>,
    pub(crate) seen: Vec<u32>,
    pub(crate) weight: Vec<f32>,
    pub(crate) rows: ByFeature<u32>,
}

impl Rarity {
    pub(crate) fn new(texts: u32, kept: Vec<(u32, u32)>) -> Rarity {
        let mut rarity = Rarity {
            texts,
            ..Rarity::default()
        };
        for (feature, seen) in kept {
            rarity.admit(feature, seen);
        }
        rarity
    }

    /// Knows one more feature and gives back its row.
    pub(crate) fn admit(&mut self, feature: u32, seen: u32) -> u32 {
        let row = u32::try_from(self.features.len()).unwrap_or(u32::MAX);
        self.features.push(feature);
        self.seen.push(seen);
        self.weight.push(rareness(self.texts, seen));
        self.rows.insert(feature, row);
        row
    }

    /// A text as numbers: the known features' rows with their weights, each family of length one.
    pub(crate) fn vector(&self, text: impl Iterator<Item = (u32, u8)>) -> Vec<(u32, f32)> {
        let mut vector = Vec::new();
        let mut lengths = [0.0_f32; 2];
        let mut families = Vec::new();
        for (feature, count) in text {
            let Some(row) = self.rows.get(&feature) else {
                continue;
            };
            let weight = often(count) * self.weight[*row as usize];
            let family = usize::from(family(feature) == Family::Pieces);
            lengths[family] += weight * weight;
            vector.push((*row, weight));
            families.push(family);
        }
        let scale = lengths.map(|length| if length > 0.0 { 1.0 / length.sqrt() } else { 0.0 });
        for ((_, weight), family) in vector.iter_mut().zip(families) {
            *weight *= scale[family];
        }
        vector
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of texts are far below 2^24 where it would matter"
)]
pub(crate) fn rareness(texts: u32, seen: u32) -> f32 {
    1.0 + ((1.0 + texts as f32) / (1.0 + seen as f32)).ln()
}

/// The tenth time a word stands in a text says less than the first.
pub(crate) fn often(count: u8) -> f32 {
    1.0 + f32::from(count).ln()
}
