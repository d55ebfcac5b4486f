//! From words somebody typed to ranked hits.
//!
//! Answers come in passes, each only asked when those before left room: a document named exactly (`#1042`);
//! documents with all words; with all words, the last one completed; with any of the words. Within a pass BM25
//! decides. Rights and kinds are terms of every query. The text is never parsed as a query language: nothing a
//! person types is an error.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, PhraseQuery, Query, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};

use super::analysis::{Script, Stems};
use super::excerpt::{self, Marks};
use super::generation::Generation;
use super::question::{Asked, Question};
use super::schema::{self, Fields};
use super::{Hit, SearchQuery, unavailable};
use crate::Result;

/// An unfinished word is completed to at most so many words, the commonest.
const MOST_COMPLETIONS: usize = 24;
const MOST_DICTIONARY_STEPS: usize = 2_000;
/// In fewer documents than this no word is too common to look for.
const COMMONPLACE: u64 = 10_000;
/// Where any word is enough, so many documents of all words together are walked: a pasted text has thirty words, and the
/// rarest of them say what it is about.
const MOST_WALKED: u64 = 300_000;

/// What may be found at all.
enum Allowed {
    Nothing,
    Everything,
    Only(Box<dyn Query>),
}

pub(super) fn hits(generation: &Generation, query: &SearchQuery) -> Result<Vec<Hit>> {
    let asker = Asker::new(generation, query)?;
    let Some(asker) = asker else { return Ok(Vec::new()) };
    let mut found: Vec<(f64, DocAddress)> = Vec::new();
    let mut seen = HashSet::new();
    for pass in [
        Asker::by_key,
        Asker::with_all_words,
        Asker::with_last_word_completed,
        Asker::with_any_word,
    ] {
        if found.len() >= query.limit {
            break;
        }
        let Some(words) = pass(&asker)? else { continue };
        let room = query.limit - found.len();
        let fresh = asker.best(words, room + seen.len())?;
        found.extend(
            fresh
                .into_iter()
                .filter(|(_, address)| seen.insert(*address))
                .take(room),
        );
    }
    found
        .into_iter()
        .map(|(score, address)| asker.hit(score, address))
        .collect()
}

pub(super) fn count(generation: &Generation, query: &SearchQuery) -> Result<usize> {
    let Some(asker) = Asker::new(generation, query)? else {
        return Ok(0);
    };
    for pass in [
        Asker::with_all_words,
        Asker::with_last_word_completed,
        Asker::with_any_word,
        Asker::by_key,
    ] {
        if let Some(words) = pass(&asker)? {
            let found = asker
                .searcher
                .search(asker.allowed(words).as_ref(), &Count)
                .map_err(unavailable)?;
            if found > 0 {
                return Ok(found);
            }
        }
    }
    Ok(0)
}

struct Asker {
    searcher: Searcher,
    fields: Fields,
    question: Question,
    filters: Vec<Box<dyn Query>>,
}

impl Asker {
    /// `None` when nothing can be found: no words, no room, no rights.
    fn new(generation: &Generation, query: &SearchQuery) -> Result<Option<Asker>> {
        let question = Question::read(&query.text);
        if query.limit == 0 || (question.asked.is_empty() && question.keys.is_empty()) {
            return Ok(None);
        }
        let searcher = generation.reader.searcher();
        let fields = generation.fields;
        let mut filters = Vec::new();
        match allowed(&searcher, fields.rights, &query.rights, false)? {
            Allowed::Nothing => return Ok(None),
            Allowed::Everything => {}
            Allowed::Only(filter) => filters.push(filter),
        }
        if !query.kinds.is_empty() {
            match allowed(&searcher, fields.kind, &query.kinds, true)? {
                Allowed::Nothing => return Ok(None),
                Allowed::Everything => {}
                Allowed::Only(filter) => filters.push(filter),
            }
        }
        Ok(Some(Asker {
            searcher,
            fields,
            question,
            filters,
        }))
    }

    fn by_key(&self) -> Result<Option<Vec<Box<dyn Query>>>> {
        let names: Vec<Box<dyn Query>> = self
            .question
            .keys
            .iter()
            .map(|key| {
                let term = Term::from_field_text(self.fields.key, key);
                Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>
            })
            .collect();
        if names.is_empty() {
            return Ok(None);
        }
        // Above what words can reach, for those hits come first.
        Ok(Some(vec![Box::new(ConstScoreQuery::new(
            Box::new(BooleanQuery::union(names)),
            1_000.0,
        ))]))
    }

    fn with_all_words(&self) -> Result<Option<Vec<Box<dyn Query>>>> {
        Ok(self.all_of(self.whole_words(&self.question.asked)))
    }

    fn with_last_word_completed(&self) -> Result<Option<Vec<Box<dyn Query>>>> {
        let Some((last, others)) = self.question.asked.split_last() else {
            return Ok(None);
        };
        if !self.question.open_end || (last.script == Script::Spaced && last.plain.len() < 2) {
            return Ok(None);
        }
        let completions = self.completions(&last.plain)?;
        if completions.is_empty() {
            return Ok(None);
        }
        let mut required = self.whole_words(others);
        required.push(Box::new(BooleanQuery::union(
            completions.iter().map(|term| self.word(term)).collect(),
        )));
        Ok(self.all_of(required))
    }

    fn with_any_word(&self) -> Result<Option<Vec<Box<dyn Query>>>> {
        let words: BTreeSet<&String> = self.question.asked.iter().flat_map(|word| &word.terms).collect();
        if words.len() < 2 {
            return Ok(None);
        }
        let mut counted = Vec::with_capacity(words.len());
        for word in words {
            let term = Term::from_field_text(self.fields.text, word);
            let frequency = self.searcher.doc_freq(&term).map_err(unavailable)?;
            counted.push((frequency, word));
        }
        let any = telling(counted, self.searcher.num_docs());
        let any = any.into_iter().map(|word| self.word(word)).collect();
        Ok(Some(vec![Box::new(BooleanQuery::union(any))]))
    }

    /// The words as typed. The shorter words inside a Chinese one stand in the same documents anyway.
    fn whole_words(&self, asked: &[Asked]) -> Vec<Box<dyn Query>> {
        let words: BTreeSet<&String> = asked.iter().filter_map(|word| word.terms.last()).collect();
        words.into_iter().map(|term| self.word(term)).collect()
    }

    fn all_of(&self, mut required: Vec<Box<dyn Query>>) -> Option<Vec<Box<dyn Query>>> {
        for phrase in &self.question.phrases {
            let terms = phrase
                .iter()
                .map(|stem| Term::from_field_text(self.fields.text, stem))
                .collect();
            required.push(Box::new(PhraseQuery::new(terms)));
        }
        (!required.is_empty()).then_some(required)
    }

    fn word(&self, stem: &str) -> Box<dyn Query> {
        let term = Term::from_field_text(self.fields.text, stem);
        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
    }

    /// The stems of the commonest words that begin so.
    fn completions(&self, beginning: &str) -> Result<BTreeSet<String>> {
        let mut frequencies: HashMap<String, u64> = HashMap::new();
        for segment in self.searcher.segment_readers() {
            let index = segment
                .inverted_index(self.fields.dictionary)
                .map_err(unavailable)?;
            let mut words = index
                .terms()
                .range()
                .ge(beginning.as_bytes())
                .into_stream()
                .map_err(unavailable)?;
            let mut steps = 0;
            while words.advance()
                && words.key().starts_with(beginning.as_bytes())
                && steps < MOST_DICTIONARY_STEPS
            {
                steps += 1;
                let word = String::from_utf8_lossy(words.key()).into_owned();
                *frequencies.entry(word).or_default() += u64::from(words.value().doc_freq);
            }
        }
        let mut words: Vec<(u64, String)> = frequencies
            .into_iter()
            .map(|(word, frequency)| (frequency, word))
            .collect();
        words.sort_unstable_by(|left, right| right.cmp(left));
        let mut stems = Stems::new();
        Ok(words
            .iter()
            .take(MOST_COMPLETIONS)
            .map(|(_, word)| stems.of(word))
            .collect())
    }

    /// The words of a pass together with what the asker may see. A lone clause stays bare: wrapped, tantivy could
    /// not skip the documents that cannot reach the best.
    fn allowed(&self, words: Vec<Box<dyn Query>>) -> Box<dyn Query> {
        let mut clauses = words;
        clauses.extend(self.filters.iter().map(|filter| filter.box_clone()));
        if clauses.len() == 1 {
            return clauses.remove(0);
        }
        Box::new(BooleanQuery::intersection(clauses))
    }

    /// The best by score and weight; among equals the younger. More are fetched than wanted, so that weight and
    /// age can still reorder near the edge.
    fn best(&self, words: Vec<Box<dyn Query>>, wanted: usize) -> Result<Vec<(f64, DocAddress)>> {
        let top = TopDocs::with_limit(wanted * 2 + 20).order_by_score();
        let fetched = self
            .searcher
            .search(self.allowed(words).as_ref(), &top)
            .map_err(unavailable)?;
        let mut columns = HashMap::new();
        let mut ranked: Vec<(f64, i64, DocAddress)> = Vec::with_capacity(fetched.len());
        for (score, address) in fetched {
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
            // Differences below a thousandth are noise of rounding, not relevance.
            let score = (f64::from(score) * weight * 1000.0).round() / 1000.0;
            ranked.push((score, time, address));
        }
        ranked.sort_by(|left, right| {
            right
                .0
                .total_cmp(&left.0)
                .then(right.1.cmp(&left.1))
                .then(left.2.cmp(&right.2))
        });
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
        for word in &self.question.asked {
            match word.script {
                Script::Han => marks.han.extend(word.terms.iter().cloned()),
                Script::Spaced => marks.stems.extend(word.terms.iter().cloned()),
            }
        }
        let last = self.question.asked.last().filter(|_| self.question.open_end);
        marks.beginning = last
            .filter(|last| last.script == Script::Spaced && last.plain.len() > 1)
            .map(|last| last.plain.clone());
        marks
    }
}

/// Of words with the number of documents each stands in, those worth looking for among so many documents: rare ones, as many
/// as can be walked in passing. The rarest always stays.
fn telling<W: Ord>(mut counted: Vec<(u64, W)>, documents: u64) -> Vec<W> {
    counted.sort_unstable();
    // A word of a tenth of all documents says little and takes long to walk.
    let commonplace = (documents / 10).max(COMMONPLACE);
    let mut walked = 0;
    let mut kept = Vec::with_capacity(counted.len());
    for (frequency, word) in counted {
        walked += frequency;
        if !kept.is_empty() && (frequency >= commonplace || walked > MOST_WALKED) {
            break;
        }
        kept.push(word);
    }
    kept
}

/// The filter "has any of these values". Values nobody has are dropped, and so is a filter that every document
/// passes: without it the best hits are found without walking all of a common word's documents. That stays exact,
/// because the very snapshot that is searched is asked. `one_each` says that a document has exactly one value.
fn allowed(searcher: &Searcher, field: Field, values: &[String], one_each: bool) -> Result<Allowed> {
    let mut terms = Vec::new();
    let mut covered: u64 = 0;
    let all = searcher
        .segment_readers()
        .iter()
        .map(|segment| u64::from(segment.max_doc()))
        .sum::<u64>();
    let values: BTreeSet<&String> = values.iter().collect();
    for value in values {
        let term = Term::from_field_text(field, value);
        let frequency = searcher.doc_freq(&term).map_err(unavailable)?;
        covered = if one_each {
            covered + frequency
        } else {
            covered.max(frequency)
        };
        if frequency > 0 {
            terms.push(term);
        }
    }
    Ok(match terms.len() {
        0 => Allowed::Nothing,
        _ if covered == all => Allowed::Everything,
        // Filters say yes or no; they do not make a document better.
        1 => {
            let only = TermQuery::new(terms.remove(0), IndexRecordOption::WithFreqs);
            Allowed::Only(Box::new(BoostQuery::new(Box::new(only), 0.0)))
        }
        _ => Allowed::Only(Box::new(BoostQuery::new(Box::new(TermSetQuery::new(terms)), 0.0))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commonplace_words_are_not_looked_for_unless_there_are_no_others() {
        assert_eq!(
            telling(vec![(90_000, "printer"), (7, "toner")], 200_000),
            ["toner"]
        );
        assert_eq!(
            telling(vec![(90_000, "printer"), (95_000, "the")], 200_000),
            ["printer"]
        );
        assert_eq!(
            telling(vec![(900, "printer"), (950, "the")], 1_000),
            ["printer", "the"]
        );
    }

    #[test]
    fn of_many_words_only_the_rarest_are_walked() {
        let words: Vec<(u64, u64)> = (1..=40).map(|rank| (rank * 2_000, rank)).collect();
        let kept = telling(words, 1_000_000);
        let walked: u64 = kept.iter().map(|rank| rank * 2_000).sum();
        assert!(
            walked <= MOST_WALKED && walked + 2_000 * 18 > MOST_WALKED,
            "{walked}"
        );
        assert_eq!(kept.first(), Some(&1));
    }
}
