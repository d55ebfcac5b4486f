//! Which texts are alike: the angle between their features, weighed by rarity.
//!
//! [`Nearest`] holds many texts and finds the nearest ones through lists of who has which feature; [`alike`] compares a text
//! with a few candidates that something else (the search index) found. Whole words decide where they suffice; pieces of
//! words help where somebody wrote it differently.

use crate::corpus::{ByFeature, Corpus, Rarity, often, rareness};
use crate::features;

/// How alike a text is to each of some candidates, from 0 to 1.
#[must_use]
pub fn alike(rarity: &Rarity, text: &str, candidates: &[&str]) -> Vec<f64> {
    let vector = |text: &str| weighed(rarity, &features::counted(text));
    let asked = vector(text);
    candidates
        .iter()
        .map(|candidate| f64::from(product(&asked, &vector(candidate)).clamp(0.0, 1.0)))
        .collect()
}

/// The words two texts share, the rarest first, as the first one writes them.
#[must_use]
pub fn shared_words(rarity: &Rarity, text: &str, other: &str, most: usize) -> Vec<String> {
    let known: Vec<(u32, u8)> = features::counted(other);
    let (words, occurrences) = features::occurrences(text);
    let mut found: Vec<(f32, &str)> = Vec::new();
    for one in occurrences.iter().filter(|one| one.word == one.also) {
        let is_word = features::family(one.feature) == features::Family::Words;
        let word = words[one.word as usize].written;
        let is_shared = known.binary_search_by_key(&one.feature, |known| known.0).is_ok();
        if is_word && is_shared && !found.iter().any(|(_, known)| known.eq_ignore_ascii_case(word)) {
            found.push((weight(rarity, one.feature), word));
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found
        .into_iter()
        .take(most)
        .map(|(_, word)| word.to_owned())
        .collect()
}

fn weight(rarity: &Rarity, feature: u32) -> f32 {
    rarity
        .rows
        .get(&feature)
        .map_or_else(|| rareness(rarity.texts, 0), |row| rarity.weight[*row as usize])
}

/// Like a vector of the model, but what the model does not know counts as very rare: a new product's name is what makes
/// two tickets alike.
fn weighed(rarity: &Rarity, counted: &[(u32, u8)]) -> Vec<(u32, f32)> {
    let mut lengths = [0.0_f32; 3];
    let family = |feature: u32| features::family(feature) as usize;
    let mut vector: Vec<(u32, f32)> = counted
        .iter()
        .map(|(feature, count)| {
            let weight = often(*count) * weight(rarity, *feature);
            lengths[family(*feature)] += weight * weight;
            (*feature, weight)
        })
        .collect();
    let scale = [0, 1, 2].map(|one| {
        if lengths[one] > 0.0 {
            (SHARES[one] / lengths[one]).sqrt()
        } else {
            0.0
        }
    });
    for (feature, weight) in &mut vector {
        *weight *= scale[family(*feature)];
    }
    vector
}

/// What words, pairs, and pieces have to say in the comparison.
const SHARES: [f32; 3] = [0.6, 0.1, 0.3];

fn product(one: &[(u32, f32)], other: &[(u32, f32)]) -> f32 {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut sum = 0.0;
    while let (Some((feature, weight)), Some((its_feature, its_weight))) = (one.peek(), other.peek()) {
        match feature.cmp(its_feature) {
            std::cmp::Ordering::Less => drop(one.next()),
            std::cmp::Ordering::Greater => drop(other.next()),
            std::cmp::Ordering::Equal => {
                sum += weight * its_weight;
                one.next();
                other.next();
            }
        }
    }
    sum
}

/// Which features are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Features {
    /// Words, pairs, and pieces, as everywhere in the desk.
    All,
    /// Whole words alone, stemmed: the plain way, to compare with.
    PlainWords,
}

/// Many texts in which the nearest to another are found.
#[derive(Debug)]
pub struct Nearest {
    features: Features,
    rarity: Rarity,
    /// Who has a feature, and with which weight.
    lists: ByFeature<Vec<(u32, f32)>>,
    texts: usize,
}

impl Nearest {
    /// Takes all texts in.
    pub fn of<'a>(texts: impl Iterator<Item = &'a str> + Clone, features: Features) -> Nearest {
        let mut nearest = Nearest {
            features,
            rarity: rarity_of(texts.clone(), features),
            lists: ByFeature::default(),
            texts: 0,
        };
        for text in texts {
            let place = u32::try_from(nearest.texts).unwrap_or(u32::MAX);
            for (feature, weight) in nearest.vector(text) {
                nearest.lists.entry(feature).or_default().push((place, weight));
            }
            nearest.texts += 1;
        }
        nearest
    }

    fn vector(&self, text: &str) -> Vec<(u32, f32)> {
        match self.features {
            Features::All => weighed(&self.rarity, &features::counted(text)),
            Features::PlainWords => weighed(&self.rarity, &plain(text)),
        }
    }

    /// The nearest texts to another, as (place, likeness), the nearest first.
    #[must_use]
    pub fn to(&self, text: &str, most: usize) -> Vec<(usize, f64)> {
        let mut sums = vec![0.0_f32; self.texts];
        for (feature, weight) in self.vector(text) {
            for (place, its_weight) in self.lists.get(&feature).into_iter().flatten() {
                sums[*place as usize] += weight * its_weight;
            }
        }
        let mut found: Vec<(usize, f32)> = sums
            .into_iter()
            .enumerate()
            .filter(|(_, sum)| *sum > 0.0)
            .collect();
        found.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        found.truncate(most);
        found
            .into_iter()
            .map(|(place, sum)| (place, f64::from(sum)))
            .collect()
    }
}

fn plain(text: &str) -> Vec<(u32, u8)> {
    let mut counted = features::counted(text);
    counted.retain(|(feature, _)| features::family(*feature) == features::Family::Words);
    counted
}

fn rarity_of<'a>(texts: impl Iterator<Item = &'a str>, features: Features) -> Rarity {
    let mut seen: ByFeature<u32> = ByFeature::default();
    let mut count = 0;
    for text in texts {
        count += 1;
        let counted = match features {
            Features::All => features::counted(text),
            Features::PlainWords => plain(text),
        };
        for (feature, _) in counted {
            *seen.entry(feature).or_default() += 1;
        }
    }
    Rarity::new(count, seen.into_iter().collect())
}

impl Rarity {
    /// How rare the features of some texts are, without keeping the texts.
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Rarity {
        let mut corpus = Corpus::new();
        texts.for_each(|text| corpus.add(text));
        corpus.rarity(usize::MAX)
    }
}
