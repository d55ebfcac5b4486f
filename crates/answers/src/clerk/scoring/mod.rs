//! Which article answers a request, and how sure that is. Pure.
//!
//! There are two judges. The taught one ([`Scorer`]) learned from requests that an article solved here before, and from those that
//! none did; its confidence is fitted on requests it had not seen, among them whole matters it had never heard of
//! (`measuring`), so that 0.9 means nine in ten. The untaught one ([`untaught`]) compares a request with the words of a few
//! articles that the search found, and with the requests they solved so far; it serves articles that are too young to
//! have a past. Neither decides: what is answered is the policy's to say.

mod calibrating;
mod measuring;
mod untaught;

use std::collections::BTreeMap;

use learning::{Check, Corpus, Model, TooFew};

pub use calibrating::Calibration;
pub use measuring::{Curve, Judgement, LOWEST, Point, TARGET, share, threshold};
pub use untaught::{Candidate, likeliest};

/// An article's own words: each text a way of saying what it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub article: i64,
    pub texts: Vec<String>,
}

/// A request of the past: what was asked, and the article that solved it; none when none did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lesson {
    pub text: String,
    pub article: Option<i64>,
}

/// The article that a request is likeliest about.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub article: i64,
    /// 0 to 1: the share of such judgements that is right.
    pub confidence: f64,
    /// The words that decided.
    pub words: Vec<String>,
}

/// What was learned.
#[derive(Debug, Clone)]
pub struct Scorer {
    model: Model,
    calibration: Calibration,
    /// Requests each article was learned from.
    taught: BTreeMap<i64, usize>,
}

/// With fewer solved requests there is nothing to measure by.
pub const LESSONS_AT_LEAST: usize = 60;
/// An article learned from fewer requests is a stranger to the taught judge.
pub const TAUGHT_AT_LEAST: usize = 5;
/// The label of requests that no article solved.
const NONE: &str = "-";
/// A part of the past is kept from the model in turns, and judged by it.
const PARTS: usize = 3;
/// In each part one article in so many is kept from it altogether: its requests are strangers.
const STRANGERS: usize = 9;
const WORDS_SHOWN: usize = 5;

impl Scorer {
    /// Learns from articles and the past, and judges each request of the past as it would have without it.
    ///
    /// # Errors
    /// When too few requests were solved by an article, or by one article only.
    pub fn learn(words: &[Words], past: &[Lesson]) -> Result<(Scorer, Vec<Judgement>), TooFew> {
        let mut taught: BTreeMap<i64, usize> = BTreeMap::new();
        for article in past.iter().filter_map(|lesson| lesson.article) {
            *taught.entry(article).or_default() += 1;
        }
        let solved: usize = taught.values().sum();
        if solved < LESSONS_AT_LEAST {
            return Err(TooFew::Texts(solved));
        }
        if taught.len() < 2 {
            return Err(TooFew::Labels);
        }
        let mut judgements = judge_unseen(words, past, &taught)?;
        let known: Vec<(f64, bool)> = judgements
            .iter()
            .map(|one| (one.confidence, one.is_right))
            .collect();
        let calibration = Calibration::fit(&known);
        for one in &mut judgements {
            one.confidence = calibration.confidence(one.confidence);
        }
        let scorer = Scorer {
            model: train(words, past.iter())?,
            calibration,
            taught,
        };
        Ok((scorer, judgements))
    }

    /// The article a request is likeliest about; none when it has no word in common with anything known.
    #[must_use]
    pub fn judge(&self, request: &str) -> Option<Judged> {
        let (article, probability) = best(&self.model, request)?;
        let spoken = self.model.propose(request)?;
        Some(Judged {
            article,
            confidence: self.calibration.confidence(probability),
            words: spoken
                .words
                .into_iter()
                .map(|one| one.word)
                .take(WORDS_SHOWN)
                .collect(),
        })
    }

    /// How many requests it learned an article from.
    #[must_use]
    pub fn taught(&self, article: i64) -> usize {
        self.taught.get(&article).copied().unwrap_or(0)
    }

    /// Articles it learned, with their requests.
    #[must_use]
    pub fn articles(&self) -> &BTreeMap<i64, usize> {
        &self.taught
    }

    /// How rare words are in what it learned.
    #[must_use]
    pub fn rarity(&self) -> &learning::Rarity {
        self.model.rarity()
    }

    /// What is kept of it: the model, how its confidence is fitted, and whom it learned.
    #[must_use]
    pub fn keep(&self) -> (Vec<u8>, Calibration, BTreeMap<i64, usize>) {
        (self.model.to_bytes(), self.calibration, self.taught.clone())
    }

    /// What was kept.
    ///
    /// # Errors
    /// When the bytes are of another version.
    pub fn read(
        bytes: &[u8],
        calibration: Calibration,
        taught: BTreeMap<i64, usize>,
    ) -> Result<Scorer, learning::Damaged> {
        Ok(Scorer {
            model: Model::from_bytes(bytes)?,
            calibration,
            taught,
        })
    }
}

fn label(article: Option<i64>) -> String {
    article.map_or_else(|| NONE.to_owned(), |number| number.to_string())
}

fn train<'a>(words: &[Words], past: impl Iterator<Item = &'a Lesson>) -> Result<Model, TooFew> {
    let mut corpus = Corpus::new();
    let mut labels: Vec<String> = Vec::new();
    for one in words {
        for text in &one.texts {
            corpus.add(text);
            labels.push(label(Some(one.article)));
        }
    }
    for lesson in past {
        corpus.add(&lesson.text);
        labels.push(label(lesson.article));
    }
    let labels: Vec<Option<&str>> = labels.iter().map(|label| Some(label.as_str())).collect();
    Model::train(&corpus, &labels, Check::Spread).map(|(model, _)| model)
}

/// The likeliest article with its probability; that none fits is no article.
fn best(model: &Model, request: &str) -> Option<(i64, f64)> {
    let probable = model.probabilities(request);
    probable
        .iter()
        .find_map(|(label, probability)| Some((label.parse().ok()?, *probability)))
}

/// What models say of requests they had not seen. Some of these requests are about matters that were kept from the model
/// altogether; there every answer is wrong.
fn judge_unseen(
    words: &[Words],
    past: &[Lesson],
    taught: &BTreeMap<i64, usize>,
) -> Result<Vec<Judgement>, TooFew> {
    let mut part = vec![0; past.len()];
    for (turn, place) in learning::shuffled(past.len(), 7).into_iter().enumerate() {
        part[place] = turn % PARTS;
    }
    let articles: Vec<i64> = taught.keys().copied().collect();
    let order = learning::shuffled(articles.len(), 3);
    let in_part = articles.len() / STRANGERS;
    let mut judged = Vec::with_capacity(past.len());
    for turn in 0..PARTS {
        let strangers: Vec<i64> = order
            .iter()
            .skip(turn * in_part)
            .take(in_part)
            .map(|place| articles[*place])
            .collect();
        let known: Vec<Words> = words
            .iter()
            .filter(|one| !strangers.contains(&one.article))
            .cloned()
            .collect();
        let is_stranger =
            |lesson: &Lesson| lesson.article.is_some_and(|article| strangers.contains(&article));
        let shown = past
            .iter()
            .zip(&part)
            .filter(|(lesson, part)| **part != turn && !is_stranger(lesson))
            .map(|(lesson, _)| lesson);
        let model = train(&known, shown)?;
        for (place, lesson) in past.iter().enumerate().filter(|(place, _)| part[*place] == turn) {
            let Some((article, probability)) = best(&model, &lesson.text) else {
                continue;
            };
            judged.push(Judgement {
                lesson: place,
                article,
                confidence: probability,
                is_right: lesson.article == Some(article),
                is_stranger: is_stranger(lesson),
            });
        }
    }
    Ok(judged)
}
