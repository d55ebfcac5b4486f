//! Judging a report: what was learned from the past and, for articles too young for that, what the search finds.
//!
//! Both judges are asked within the requester's rights: an article that they may not read does not exist here either. What is not
//! published, or is marked as outdated, is no answer; nor is a kind of article that tells nobody what to do.

use desk::learned::{self, Field};
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{self, Result};
use knowledge::{Article, Kind, Number, State, Words, reading, rendering, searching};
use learning::Rarity;

use super::scoring::{self, Candidate, Judged, TAUGHT_AT_LEAST};
use super::{Policy, learning_past, store};

/// An article for a report, with how sure that is and how sure it must be.
#[derive(Debug, Clone)]
pub struct Found {
    pub judged: Judged,
    /// In thousandths; none when no threshold is precise enough.
    pub threshold: Option<i64>,
    pub article: Article,
    /// In the requester's language, where the article has it.
    pub words: Words,
}

/// Articles of the search that are looked at.
const HITS: usize = 8;
/// Letters of a report that the search is asked for; the comparison sees all.
const ASKED_LETTERS: usize = 300;
/// Solved requests of an article that a new one is compared with.
const SOLVED: i64 = 20;
/// Headings under which an article says how the trouble looks.
const SYMPTOM: &[&str] = &["Symptom", "Symptoms", "症状", "现象"];
const SYMPTOM_LETTERS: usize = 600;

/// The likeliest article; none when nothing fits at all.
///
/// # Errors
/// The database's. A search that is away finds nothing.
pub async fn judge(kernel: &Kernel, reader: &Cx, policy: &Policy, text: &str) -> Result<Option<Found>> {
    let plain = |letter: char| {
        if matches!(letter, '"' | '“' | '”') {
            ' '
        } else {
            letter
        }
    };
    let asked: String = text.chars().take(ASKED_LETTERS).map(plain).collect();
    // A trailing gap: the last word is finished.
    let (search, asker) = (kernel.search.clone(), reader.clone());
    let hits =
        tokio::task::spawn_blocking(move || searching::find(&search, &asker, &format!("{asked} "), HITS))
            .await
            .map_err(error::Error::internal)?
            .inspect_err(|error| tracing::warn!(%error, "the clerk cannot search"))
            .unwrap_or_default();
    let found: Vec<Number> = hits.iter().map(|hit| hit.0).collect();
    let (reader, policy, text) = (reader.clone(), policy.clone(), text.to_owned());
    let node = kernel.node.clone();
    kernel
        .db
        .read(move |tx| judge_in(tx, &reader, &node, &policy, &text, &found))
        .await
}

fn judge_in(
    tx: &mut Tx,
    reader: &Cx,
    node: &str,
    policy: &Policy,
    text: &str,
    found: &[Number],
) -> Result<Option<Found>> {
    let known = learning_past::known(tx)?;
    let taught = known.as_ref().as_ref().and_then(|known| {
        let judged = known.scorer.judge(text)?;
        let is_taught = known.scorer.taught(judged.article) >= TAUGHT_AT_LEAST;
        is_taught.then(|| (judged, policy.threshold(Some(known.threshold))))
    });
    let is_young = |number: &Number| {
        known
            .as_ref()
            .as_ref()
            .is_none_or(|known| known.scorer.taught(*number) < TAUGHT_AT_LEAST)
    };
    let young: Vec<Number> = found.iter().copied().filter(is_young).collect();
    let candidates = candidates(tx, reader, &young)?;
    let models = learned::models(tx, node)?;
    let strangers = Rarity::of(
        candidates
            .iter()
            .flat_map(|one| one.texts.iter().map(String::as_str)),
    );
    let rarity = match (known.as_ref(), models.iter().find(|one| one.0 == Field::Category)) {
        (Some(known), _) => known.scorer.rarity(),
        (None, Some((_, model))) => model.rarity(),
        (None, None) => &strangers,
    };
    let untaught =
        scoring::likeliest(rarity, text, &candidates).map(|judged| (judged, policy.threshold(None)));
    // The surer one, each by its own measure.
    let above = |one: &(Judged, Option<i64>)| {
        let threshold = one.1.unwrap_or(1_001);
        super::thousandths(one.0.confidence) - threshold
    };
    let best = taught.into_iter().chain(untaught).max_by_key(above);
    let Some((judged, threshold)) = best else {
        return Ok(None);
    };
    let Some(seen) = visible(tx, reader, judged.article)? else {
        return Ok(None);
    };
    Ok(Some(Found {
        judged,
        threshold,
        article: seen.article,
        words: seen.text.words,
    }))
}

/// An article as the requester reads it, if it may be answered with.
fn visible(tx: &mut Tx, reader: &Cx, number: Number) -> Result<Option<knowledge::Seen>> {
    match reading::see(tx, reader, number, Some(reader.locale)) {
        Ok(seen) => Ok(Some(seen).filter(|seen| is_answer(&seen.article))),
        Err(error) if error.kind() == error::Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether it tells somebody what to do, and holds.
#[must_use]
pub fn is_answer(article: &Article) -> bool {
    article.state == State::Published
        && !article.is_template
        && matches!(
            article.kind,
            Kind::HowTo | Kind::Fault | Kind::KnownError | Kind::Faq
        )
}

fn candidates(tx: &mut Tx, reader: &Cx, numbers: &[Number]) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::with_capacity(numbers.len());
    for number in numbers {
        let Some(seen) = visible(tx, reader, *number)? else {
            continue;
        };
        let mut texts = texts_of(&seen.text.words);
        for locale in seen.locales.iter().filter(|locale| **locale != seen.text.locale) {
            texts.extend(texts_of(
                &reading::see(tx, reader, *number, Some(*locale))?.text.words,
            ));
        }
        let tickets = store::solved_by(tx, *number, SOLVED)?;
        let mut solved = Vec::with_capacity(tickets.len());
        for ticket in tickets {
            if let Some(example) = learned::store::one(tx, ticket)? {
                solved.push(format!("{}\n{}", example.title, example.body));
            }
        }
        candidates.push(Candidate {
            article: *number,
            texts,
            solved,
        });
    }
    Ok(candidates)
}

/// The ways in which an article says what it is about.
#[must_use]
pub fn texts_of(words: &Words) -> Vec<String> {
    let mut texts = vec![words.title.clone(), format!("{}\n{}", words.title, words.summary)];
    if !words.tags.is_empty() {
        texts.push(format!("{}\n{}", words.title, words.tags.join(", ")));
    }
    if let Some(symptom) = rendering::section(&words.body, SYMPTOM) {
        let plain: String = rendering::plain(&symptom).chars().take(SYMPTOM_LETTERS).collect();
        texts.push(format!("{}\n{plain}", words.title));
    }
    texts
}
