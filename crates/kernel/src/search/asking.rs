//! From words somebody typed to ranked hits.
//!
//! First candidates are gathered in passes, each only asked when those before left room: documents with all words as they are;
//! with all words or what means the same; with all words, the last one completed; with all words or what they may stand for, when few
//! documents have the words themselves; with any of the words. When the words as they are fill all room, a few documents that
//! have only what means the same come beside them, for the one answer to it may be among those. Then all candidates are ranked together (`ranking`). A document named exactly (`#1042`) stands
//! above them. Rights, kinds, and typed filters are terms of every query. The text is never parsed as a query language:
//! nothing a person types is an error.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EnableScoring, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Order, Searcher, TantivyDocument, Term};

use super::allowed::Filters;
use super::analysis::Script;
use super::best::Best;
use super::excerpt::{self, Marks};
use super::generation::Generation;
use super::guessing::Guesser;
use super::meaning::{self, Slot, Way};
use super::passing::Known;
use super::question::Question;
use super::schema::{self, Fields};
use super::synonyms::Synonyms;
use super::telling::telling;
use super::{Answer, Hit, SearchQuery, allowed, meant, sighting, unavailable};
use crate::Result;

/// So many documents are ranked for a page of hits.
const CANDIDATES: usize = 100;
/// While somebody types, fewer are.
const CANDIDATES_WHILE_TYPING: usize = 30;
/// Beside so many that have the word itself, as many may have only what means the same.
const CANDIDATES_ALIKE: usize = 20;
/// A word that so few documents have for the asker may be a slip or pinyin.
pub(super) const RARE: usize = 2;
/// Longer questions are sentences; nothing is guessed of their words.
const MOST_GUESSED: usize = 8;

/// How much is done for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// Everything, with a better spelling offered.
    Full,
    /// Somebody is typing: the last word is unfinished, and answers must come between two keys.
    Typing,
}

pub(super) fn answer(
    generation: &Generation,
    query: &SearchQuery,
    known: &Synonyms,
    care: Care,
) -> Result<Answer> {
    let Some(mut asker) = Asker::new(generation, query, known)? else {
        return Ok(Answer::default());
    };
    let mut found = asker.named(query.limit)?;
    let mut strong = 0;
    if asker.slots.is_empty() && found.is_empty() {
        found = asker.newest(query.limit)?;
    } else {
        let wanted = match care {
            Care::Full => CANDIDATES,
            Care::Typing => CANDIDATES_WHILE_TYPING,
        };
        let pool = asker.candidates(wanted.max(query.limit), care)?;
        strong = pool.strong;
        found.extend(asker.ranked(&pool.addresses)?);
    }
    let mut seen = HashSet::new();
    found.retain(|(_, address)| seen.insert(*address));
    found.truncate(query.limit);
    let meant = match care {
        Care::Full if strong <= RARE => meant::instead(&asker, &query.text)?,
        _ => None,
    };
    let hits = found
        .into_iter()
        .map(|(score, address)| asker.hit(score, address));
    Ok(Answer {
        hits: hits.collect::<Result<_>>()?,
        did_you_mean: meant,
    })
}

pub(super) fn count(generation: &Generation, query: &SearchQuery, known: &Synonyms) -> Result<usize> {
    let Some(mut asker) = Asker::new(generation, query, known)? else {
        return Ok(0);
    };
    if asker.slots.is_empty() && asker.question.keys.is_empty() {
        return asker.number_of(asker.everything());
    }
    for step in [
        Step::Certain,
        Step::Completed,
        Step::Guessed,
        Step::Any,
        Step::Named,
    ] {
        if let Some(words) = asker.words_of(step)? {
            let found = asker.number_of(words)?;
            if found > 0 {
                return Ok(found);
            }
        }
    }
    Ok(0)
}

/// What the passes look for, in their order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Exact,
    Certain,
    Completed,
    Guessed,
    Any,
    Named,
}

/// Documents to be ranked.
struct Pool {
    wanted: usize,
    addresses: Vec<DocAddress>,
    seen: HashSet<DocAddress>,
    /// How many of them have all words, the last one perhaps completed.
    strong: usize,
}

impl Pool {
    fn of(wanted: usize) -> Pool {
        Pool {
            wanted,
            addresses: Vec::with_capacity(wanted),
            seen: HashSet::with_capacity(wanted),
            strong: 0,
        }
    }

    fn is_full(&self) -> bool {
        self.addresses.len() >= self.wanted
    }
}

/// The clauses of a query, all of which must hold.
type Clauses = Vec<Box<dyn Query>>;

pub(super) struct Asker {
    pub searcher: Searcher,
    pub fields: Fields,
    pub slots: Vec<Slot>,
    question: Question,
    filters: Arc<Filters>,
    passing: Arc<Known>,
}

impl Asker {
    /// `None` when nothing can be found: no words and no filters, no room, no rights.
    fn new(generation: &Generation, query: &SearchQuery, known: &Synonyms) -> Result<Option<Asker>> {
        let question = Question::read(&query.text);
        let narrows = !query.facets.is_empty() || query.since.is_some() || query.until.is_some();
        let is_empty = question.asked.is_empty() && question.keys.is_empty();
        if query.limit == 0 || (is_empty && !narrows) {
            return Ok(None);
        }
        let searcher = generation.reader.searcher();
        let fields = generation.fields;
        let Some(filters) = allowed::filters(&searcher, fields, query)? else {
            return Ok(None);
        };
        let mut slots = meaning::slots(&question);
        known.apply(&query.text, &mut slots);
        Ok(Some(Asker {
            searcher,
            fields,
            slots,
            question,
            filters: Arc::new(filters),
            passing: Arc::clone(&generation.passing),
        }))
    }

    /// Documents whose name was typed; their score is above what words can reach.
    fn named(&self, limit: usize) -> Result<Vec<(f64, DocAddress)>> {
        let Some(names) = self.names() else {
            return Ok(Vec::new());
        };
        self.best(names, limit)
            .map(|found| found.into_iter().map(|address| (1_000.0, address)).collect())
    }

    /// What passes the filters, the youngest first: filters were typed, and no words.
    fn newest(&self, limit: usize) -> Result<Vec<(f64, DocAddress)>> {
        let top = TopDocs::with_limit(limit).order_by_fast_field::<i64>("time", Order::Desc);
        let found = self
            .searcher
            .search(self.allowed(self.everything()).as_ref(), &top)
            .map_err(unavailable)?;
        Ok(found.into_iter().map(|(_, address)| (0.0, address)).collect())
    }

    fn candidates(&mut self, wanted: usize, care: Care) -> Result<Pool> {
        let mut pool = Pool::of(wanted);
        for step in [
            Step::Exact,
            Step::Certain,
            Step::Completed,
            Step::Guessed,
            Step::Any,
        ] {
            let is_skipped = match (step, care) {
                (Step::Certain, _) => !self.slots.iter().any(|slot| slot.has(Way::Alike)),
                (Step::Guessed, _) => pool.strong > RARE,
                (Step::Any, Care::Typing) => !pool.addresses.is_empty(),
                _ => false,
            };
            if is_skipped || pool.is_full() {
                continue;
            }
            if let Some(words) = self.words_of(step)? {
                let room = pool.wanted - pool.addresses.len();
                for address in self.best(words, room + pool.addresses.len())? {
                    if !pool.is_full() && pool.seen.insert(address) {
                        pool.addresses.push(address);
                    }
                }
            }
            if matches!(step, Step::Exact | Step::Certain | Step::Completed) {
                pool.strong = pool.addresses.len();
            }
            if step == Step::Exact
                && pool.is_full()
                && let Some(words) = self.alike()
            {
                for address in self.best(words, CANDIDATES_ALIKE)? {
                    if pool.seen.insert(address) {
                        pool.addresses.push(address);
                    }
                }
            }
        }
        Ok(pool)
    }

    /// Single words that mean the same as the only word of a question.
    fn alike(&self) -> Option<Clauses> {
        let [only] = self.slots.as_slice() else {
            return None;
        };
        let words: Clauses = only
            .alternatives
            .iter()
            .filter(|known| known.way == Way::Alike && known.stems.len() == 1)
            .map(|known| self.stems(&known.stems))
            .collect();
        (!words.is_empty()).then(|| -> Clauses { vec![Box::new(BooleanQuery::union(words))] })
    }

    fn words_of(&mut self, step: Step) -> Result<Option<Clauses>> {
        match step {
            Step::Exact => Ok(self.all_of(&[Way::Whole])),
            Step::Certain => Ok(self.all_of(&[Way::Whole, Way::Alike])),
            Step::Completed => {
                let is_more = self.complete()?;
                let words = self.all_of(&[Way::Whole, Way::Alike, Way::Completed]);
                Ok(words.filter(|_| is_more))
            }
            Step::Guessed => {
                let is_more = self.guess()?;
                let ways = [Way::Whole, Way::Alike, Way::Completed, Way::Near, Way::Sounding];
                Ok(self.all_of(&ways).filter(|_| is_more))
            }
            Step::Any => self.any_of(),
            Step::Named => Ok(self.names()),
        }
    }

    fn names(&self) -> Option<Clauses> {
        let names: Clauses = self
            .question
            .keys
            .iter()
            .map(|key| {
                let term = Term::from_field_text(self.fields.key, key);
                Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>
            })
            .collect();
        if names.is_empty() {
            return None;
        }
        let any = Box::new(BooleanQuery::union(names));
        Some(vec![Box::new(ConstScoreQuery::new(any, 1.0))])
    }

    fn everything(&self) -> Clauses {
        vec![Box::new(AllQuery)]
    }

    /// Completes the last word; false when there is nothing to complete it to.
    fn complete(&mut self) -> Result<bool> {
        let guesser = Guesser {
            searcher: &self.searcher,
            fields: self.fields,
        };
        match self.slots.last_mut() {
            Some(last) if self.question.open_end => {
                guesser.complete(last)?;
                Ok(last.has(Way::Completed))
            }
            _ => Ok(false),
        }
    }

    /// Guesses what words that the asker finds next to nothing by may stand for; false when nothing was found.
    fn guess(&mut self) -> Result<bool> {
        if self.slots.len() > MOST_GUESSED {
            return Ok(false);
        }
        let mut is_more = false;
        for at in 0..self.slots.len() {
            if self.known_by(&[self.slots[at].stem().to_owned()])? > RARE {
                continue;
            }
            let is_open = self.question.open_end && at + 1 == self.slots.len();
            let guesser = Guesser {
                searcher: &self.searcher,
                fields: self.fields,
            };
            let slot = &mut self.slots[at];
            guesser.guess(slot, is_open)?;
            is_more |= slot.has(Way::Near) || slot.has(Way::Sounding);
        }
        Ok(is_more)
    }

    /// How many documents with these stems in a row the asker may see.
    pub fn known_by(&self, stems: &[String]) -> Result<usize> {
        self.number_of(vec![self.stems(stems)])
    }

    /// How many documents the asker may see that have all words of another question as they are.
    pub fn answering(&self, text: &str) -> Result<usize> {
        let question = Question::read(text);
        let other = Asker {
            searcher: self.searcher.clone(),
            fields: self.fields,
            slots: meaning::slots(&question),
            question,
            filters: Arc::clone(&self.filters),
            passing: Arc::clone(&self.passing),
        };
        match other.all_of(&[Way::Whole]) {
            Some(words) => other.number_of(words),
            None => Ok(0),
        }
    }

    fn number_of(&self, words: Clauses) -> Result<usize> {
        self.searcher
            .search(self.allowed(words).as_ref(), &Count)
            .map_err(unavailable)
    }

    /// Each word in one of these ways, and what must stand together.
    fn all_of(&self, ways: &[Way]) -> Option<Clauses> {
        let mut required: Clauses = Vec::with_capacity(self.slots.len() + self.question.phrases.len());
        for slot in &self.slots {
            let alternatives = slot.alternatives.iter().filter(|known| ways.contains(&known.way));
            let mut any: Clauses = alternatives
                .map(|known| self.weighed(&known.stems, known.way))
                .collect();
            required.push(match any.len() {
                0 => return None,
                1 => any.remove(0),
                _ => Box::new(BooleanQuery::union(any)),
            });
        }
        for phrase in &self.question.phrases {
            required.push(self.stems(phrase));
        }
        (!required.is_empty()).then_some(required)
    }

    /// Any of the telling words, with whatever answers them.
    fn any_of(&self) -> Result<Option<Clauses>> {
        let mut rows: BTreeMap<&[String], Way> = BTreeMap::new();
        for known in self.slots.iter().flat_map(|slot| &slot.alternatives) {
            let way = rows.entry(&known.stems).or_insert(known.way);
            *way = (*way).min(known.way);
        }
        if rows.len() < 2 {
            return Ok(None);
        }
        let mut counted = Vec::with_capacity(rows.len());
        for (stems, way) in rows {
            let mut rarest = u64::MAX;
            for stem in stems {
                let term = Term::from_field_text(self.fields.text, stem);
                rarest = rarest.min(self.searcher.doc_freq(&term).map_err(unavailable)?);
            }
            counted.push((rarest, (stems, way)));
        }
        let any = telling(counted, self.searcher.num_docs());
        let any = any
            .into_iter()
            .map(|(stems, way)| self.weighed(stems, way))
            .collect();
        Ok(Some(vec![Box::new(BooleanQuery::union(any))]))
    }

    fn weighed(&self, stems: &[String], way: Way) -> Box<dyn Query> {
        let query = self.stems(stems);
        match way {
            Way::Whole => query,
            _ => Box::new(BoostQuery::new(query, way.nearness() as f32)),
        }
    }

    fn stems(&self, stems: &[String]) -> Box<dyn Query> {
        let mut terms: Vec<Term> = stems
            .iter()
            .map(|stem| Term::from_field_text(self.fields.text, stem))
            .collect();
        if terms.len() == 1 {
            return Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::WithFreqs));
        }
        Box::new(PhraseQuery::new(terms))
    }

    /// The words of a pass together with what the asker may see. A lone clause stays bare: wrapped, tantivy could
    /// not skip the documents that cannot reach the best.
    fn allowed(&self, words: Clauses) -> Box<dyn Query> {
        let mut clauses = words;
        clauses.extend(self.filters.values.iter().map(|filter| filter.box_clone()));
        self.within_times(clauses)
    }

    fn within_times(&self, mut clauses: Clauses) -> Box<dyn Query> {
        clauses.extend(self.filters.times.as_ref().map(|times| times.box_clone()));
        if clauses.len() == 1 {
            return clauses.remove(0);
        }
        Box::new(BooleanQuery::intersection(clauses))
    }

    /// The best of one pass by BM25. What the asker may see is asked of each document that would enter, not walked beside
    /// the words: so the documents that cannot reach the best are skipped whoever asks.
    fn best(&self, words: Clauses, wanted: usize) -> Result<Vec<DocAddress>> {
        let query = self.within_times(words);
        let weight = query
            .weight(EnableScoring::enabled_from_searcher(&self.searcher))
            .map_err(unavailable)?;
        let mut best = Best::of(wanted);
        for (place, segment) in (0..).zip(self.searcher.segment_readers()) {
            let passing = self.passing.of(segment, &self.filters.conditions)?;
            let alive = segment.alive_bitset();
            let threshold = best.threshold();
            weight
                .for_each_pruning(threshold, segment, &mut |document, score| {
                    let is_alive = alive.is_none_or(|alive| alive.is_alive(document));
                    if is_alive && passing.has(document) {
                        best.offer(score, DocAddress::new(place, document));
                    }
                    best.threshold()
                })
                .map_err(unavailable)?;
        }
        Ok(best.into_addresses())
    }

    /// Candidates by how well they answer and by weight, the best first; among equals the younger.
    fn ranked(&self, candidates: &[DocAddress]) -> Result<Vec<(f64, DocAddress)>> {
        let scores = sighting::scores(&self.searcher, self.fields.text, &self.slots, candidates)?;
        let mut columns = HashMap::new();
        let mut ranked: Vec<(f64, i64, DocAddress)> = Vec::with_capacity(candidates.len());
        for address in candidates {
            let (weights, times) = match columns.entry(address.segment_ord) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(gap) => {
                    let facts = self.searcher.segment_reader(address.segment_ord).fast_fields();
                    let weights = facts.f64("weight").map_err(unavailable)?;
                    gap.insert((weights, facts.i64("time").map_err(unavailable)?))
                }
            };
            let weight = weights.first(address.doc_id).unwrap_or(1.0);
            let time = times.first(address.doc_id).unwrap_or_default();
            let score = scores.get(address).copied().unwrap_or_default() * weight;
            ranked.push((score, time, *address));
        }
        sort_by_score_then_age(&mut ranked);
        Ok(ranked
            .into_iter()
            .map(|(score, _, address)| (score, address))
            .collect())
    }

    fn hit(&self, score: f64, address: DocAddress) -> Result<Hit> {
        let document: TantivyDocument = self.searcher.doc(address).map_err(unavailable)?;
        let facts = self.searcher.segment_reader(address.segment_ord).fast_fields();
        let time = facts.i64("time").map_err(unavailable)?.first(address.doc_id);
        let marks = self.marks();
        let stored = |field| self.fields.stored(&document, field);
        Ok(Hit {
            kind: stored(self.fields.kind).to_owned(),
            key: stored(self.fields.key).to_owned(),
            score,
            title_html: excerpt::marked(stored(self.fields.title), &marks),
            snippet_html: excerpt::snippet(stored(self.fields.body), &marks),
            time: schema::instant(time),
        })
    }

    fn marks(&self) -> Marks {
        let mut marks = Marks::default();
        let alternatives = self.slots.iter().flat_map(|slot| &slot.alternatives);
        for stem in alternatives.flat_map(|known| &known.stems) {
            marks.add(stem);
        }
        let last = self.question.asked.last().filter(|_| self.question.open_end);
        marks.beginning = last
            .filter(|last| last.script == Script::Spaced && last.plain.len() > 1)
            .map(|last| last.plain.clone());
        marks
    }
}

/// The best first. Differences of less than a hundredth of the best are no difference in relevance: there the younger wins.
fn sort_by_score_then_age(ranked: &mut [(f64, i64, DocAddress)]) {
    let best = ranked
        .iter()
        .map(|(score, ..)| *score)
        .fold(f64::MIN_POSITIVE, f64::max);
    let grade = |score: f64| (score / best * 100.0).round();
    ranked.sort_by(|left, right| {
        grade(right.0)
            .total_cmp(&grade(left.0))
            .then(right.1.cmp(&left.1))
            .then(right.0.total_cmp(&left.0))
            .then(left.2.cmp(&right.2))
    });
}
