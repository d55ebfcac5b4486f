//! What repeats: texts that are alike brought together, each group named by the words that set it apart.
//!
//! One pass in the order given: a text joins the group whose centre it is nearest to, when it is near enough, else it
//! begins a group; then every text is once more put where it is nearest, now that the centres are known. The cost grows with
//! the texts times the groups that share a word with them, so callers bound both.

use std::collections::BTreeMap;

use crate::corpus::{ByFeature, Corpus, Rarity};
use crate::features::{self, Family, family};
use crate::text;

/// A group of texts that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// The places of its texts, in order.
    pub texts: Vec<usize>,
    /// The words that set it apart, the most telling first.
    pub words: Vec<String>,
}

/// How near a text must be to a group's centre to belong to it, as a cosine.
const NEAR: f32 = 0.34;
/// A feature that stands in more than one of so many texts brings nothing together.
const COMMON: usize = 2;
const WORDS_AT_MOST: usize = 4;
const FEATURES_OF_A_CENTRE: usize = 400;

/// The groups of at least `least` texts, the largest first, at most `most`.
#[must_use]
pub fn clusters(texts: &[&str], least: usize, most: usize) -> Vec<Cluster> {
    let mut corpus = Corpus::new();
    texts.iter().for_each(|text| corpus.add(text));
    let rarity = corpus.rarity(usize::MAX);
    let vectors: Vec<Vec<(u32, f32)>> = (0..corpus.len())
        .map(|place| telling(&corpus, &rarity, place))
        .collect();
    let mut groups = Groups::default();
    for vector in &vectors {
        let place = groups.nearest(vector).unwrap_or_else(|| groups.begin());
        groups.join(place, vector);
    }
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (text, vector) in vectors.iter().enumerate() {
        if let Some(group) = groups.nearest(vector) {
            found.entry(group).or_default().push(text);
        }
    }
    let mut clusters: Vec<Cluster> = found
        .into_values()
        .filter(|members| members.len() >= least.max(2))
        .map(|members| Cluster {
            words: naming(texts, &members, &rarity),
            texts: members,
        })
        .collect();
    clusters.sort_by_key(|cluster| {
        (
            std::cmp::Reverse(cluster.texts.len()),
            cluster.texts.first().copied(),
        )
    });
    clusters.truncate(most);
    clusters
}

/// The whole-word features of a text that are neither everywhere nor here alone, of length one.
fn telling(corpus: &Corpus, rarity: &Rarity, place: usize) -> Vec<(u32, f32)> {
    let words = corpus.text(place).filter(|(feature, _)| {
        let seen = rarity
            .rows
            .get(feature)
            .map_or(0, |row| rarity.seen[*row as usize] as usize);
        family(*feature) == Family::Words && seen > 1 && (corpus.len() < 12 || seen <= corpus.len() / COMMON)
    });
    rarity.vector(words)
}

#[derive(Default)]
struct Groups {
    /// The sum of a group's vectors.
    centres: Vec<ByFeature<f32>>,
    lengths: Vec<f32>,
    /// Which groups have a feature.
    lists: ByFeature<Vec<u32>>,
}

impl Groups {
    fn begin(&mut self) -> usize {
        self.centres.push(ByFeature::default());
        self.lengths.push(0.0);
        self.centres.len() - 1
    }

    fn nearest(&self, vector: &[(u32, f32)]) -> Option<usize> {
        let mut sums: ByFeature<f32> = ByFeature::default();
        for (feature, weight) in vector {
            for group in self.lists.get(feature).into_iter().flatten() {
                let its = self.centres[*group as usize].get(feature).copied().unwrap_or(0.0);
                *sums.entry(*group).or_default() += weight * its;
            }
        }
        sums.into_iter()
            .map(|(group, sum)| {
                (
                    group as usize,
                    sum / self.lengths[group as usize].sqrt().max(f32::EPSILON),
                )
            })
            .filter(|(_, likeness)| *likeness >= NEAR)
            .max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)))
            .map(|(group, _)| group)
    }

    fn join(&mut self, group: usize, vector: &[(u32, f32)]) {
        let name = u32::try_from(group).unwrap_or(u32::MAX);
        for (feature, weight) in vector {
            let centre = &mut self.centres[group];
            let is_full = centre.len() >= FEATURES_OF_A_CENTRE;
            match centre.get_mut(feature) {
                Some(present) => {
                    self.lengths[group] += weight * (2.0 * *present + weight);
                    *present += weight;
                }
                None if is_full => {}
                None => {
                    self.lengths[group] += weight * weight;
                    centre.insert(*feature, *weight);
                    self.lists.entry(*feature).or_default().push(name);
                }
            }
        }
    }
}

/// The words that most of the members share and few others have.
fn naming(texts: &[&str], members: &[usize], rarity: &Rarity) -> Vec<String> {
    let mut seen: BTreeMap<String, (usize, f32)> = BTreeMap::new();
    for member in members.iter().take(200) {
        let mut words: Vec<(String, u32)> = text::words(texts[*member])
            .into_iter()
            .filter(|word| word.folded.chars().count() > 1 && word.script != text::Script::Number)
            .map(|word| (word.folded.clone(), features::word(&word.folded)))
            .collect();
        words.sort_unstable();
        words.dedup();
        for (word, feature) in words {
            let weight = rarity
                .rows
                .get(&feature)
                .map_or(0.0, |row| rarity.weight[*row as usize] - 1.0);
            let entry = seen.entry(word).or_insert((0, weight));
            entry.0 += 1;
        }
    }
    let mut words: Vec<(String, f32)> = seen
        .into_iter()
        .filter(|(_, (count, _))| count * 3 >= members.len().min(200))
        .map(|(word, (count, weight))| {
            (
                word,
                f32::from(u16::try_from(count).unwrap_or(u16::MAX)) * weight * weight,
            )
        })
        .collect();
    // Among equally telling words a longer one says more.
    words.sort_by(|one, other| {
        let by_length = other.0.chars().count().cmp(&one.0.chars().count());
        other.1.total_cmp(&one.1).then(by_length)
    });
    words
        .into_iter()
        .take(WORDS_AT_MOST)
        .map(|(word, _)| word)
        .collect()
}
