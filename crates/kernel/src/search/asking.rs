//! From words somebody typed to ranked hits.
//!
//! Answers come in passes, each only asked when those before left room: a document named exactly (`#1042`);
//! documents with all words; with all words, the last one completed; with any of the words. Within a pass BM25
//! decides. Rights and kinds are terms of every query. The text is never parsed as a query language: nothing a
//! person types is an error.

use std::collections::{BTreeSet, HashMap, HashSet};

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};

use super::analysis::{self, Script, Stems, Word};
use super::excerpt::{self, Marks};
use super::generation::Generation;
use super::schema::{self, Fields};
use super::{Hit, SearchQuery, unavailable};
use crate::Result;

/// Longer questions are pasted texts; their first words say enough.
const MOST_WORDS: usize = 32;
/// An unfinished word is completed to at most so many words, the commonest.
const MOST_COMPLETIONS: usize = 24;
const MOST_DICTIONARY_STEPS: usize = 2_000;

/// Words that stand in every text; left out of questions that have others.
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how", "i", "in",
    "is", "it", "my", "of", "on", "or", "that", "the", "this", "to", "was", "what", "when", "with", "的",
    "了", "和", "是", "在", "我", "吗", "呢", "请", "如何", "怎么", "怎样", "什么", "一个", "与", "及", "或",
    "吧", "把",
];

/// One word of the question with everything it stands for.
#[derive(Debug)]
struct Asked {
    /// Stemmed terms that a matching document must all have: a Chinese word and the words inside it.
    terms: Vec<String>,
    /// The word as typed, folded.
    plain: String,
    script: Script,
}

/// The question, understood.
#[derive(Debug, Default)]
struct Question {
    asked: Vec<Asked>,
    /// Stems that must stand next to each other: "in quotes", and codes such as `10.0.0.1` or `ERR_RESET`.
    phrases: Vec<Vec<String>>,
    /// Names of documents in lower case: `1042`, `chg-17`.
    keys: Vec<String>,
    /// Whether the last word may be unfinished.
    open_end: bool,
}

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
                .search(&asker.allowed(words), &Count)
                .map_err(unavailable)?;
            if found > 0 {
                return Ok(found);
            }
        }
    }
    Ok(0)
}

impl Question {
    fn read(text: &str) -> Question {
        let mut stems = Stems::new();
        let mut words = analysis::words(text);
        let cut = words
            .iter()
            .position(|word| word.position >= MOST_WORDS)
            .unwrap_or(words.len());
        words.truncate(cut);
        let phrases = phrases(text, &words, &mut stems);
        let mut asked: Vec<Asked> = Vec::new();
        let mut at = None;
        for word in &words {
            let stem = stems.of(&word.text);
            match asked.last_mut() {
                // The longest comes last and is the word itself.
                Some(last) if at == Some(word.position) => {
                    last.terms.push(stem);
                    last.plain.clone_from(&word.text);
                }
                _ => asked.push(Asked {
                    terms: vec![stem],
                    plain: word.text.clone(),
                    script: word.script,
                }),
            }
            at = Some(word.position);
        }
        let open_end = words
            .last()
            .is_some_and(|last| last.end == text.trim_end_matches(char::is_control).len());
        let is_telling = |word: &Asked| !STOP_WORDS.contains(&word.plain.as_str());
        if asked.iter().any(is_telling) {
            asked.retain(is_telling);
        }
        Question {
            asked,
            phrases,
            keys: keys(text),
            open_end,
        }
    }
}

/// What was typed in quotes, and words of several parts written without a gap.
fn phrases(text: &str, words: &[Word], stems: &mut Stems) -> Vec<Vec<String>> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut quote = None;
    for (at, character) in text.char_indices() {
        if matches!(character, '"' | '“' | '”') {
            match quote.take() {
                Some(start) => spans.push((start, at)),
                None => quote = Some(at),
            }
        }
    }
    let mut start = 0;
    for piece in text.split(char::is_whitespace) {
        let end = start + piece.len();
        let parts = words.iter().filter(|word| word.start >= start && word.end <= end);
        if parts.clone().count() > 1 && parts.clone().all(|word| word.script == Script::Spaced) {
            spans.push((start, end));
        }
        start = end + text[end..].chars().next().map_or(0, char::len_utf8);
    }
    let mut phrases = Vec::new();
    for (start, end) in spans {
        let mut phrase: Vec<String> = Vec::new();
        let mut at = None;
        for word in words.iter().filter(|word| word.start >= start && word.end <= end) {
            // Of the words at one position the last is the longest, and the only one that fills it.
            if at == Some(word.position) {
                phrase.pop();
            }
            phrase.push(stems.of(&word.text));
            at = Some(word.position);
        }
        if phrase.len() > 1 {
            phrases.push(phrase);
        }
    }
    phrases
}

/// Names of documents in a question: the whole of it, and pieces that look like one (`#1042`, `CHG-17`). A bare
/// number among words is no name: "windows 10" does not ask for number 10.
fn keys(text: &str) -> Vec<String> {
    let mut keys = BTreeSet::new();
    let clean = |piece: &str| piece.trim_start_matches(['#', '＃']).to_lowercase();
    let pieces: Vec<&str> = text.split_whitespace().collect();
    for piece in &pieces {
        let marked = piece.starts_with(['#', '＃']);
        let name = clean(piece);
        let dashed = name.split_once('-').is_some_and(|(letters, digits)| {
            letters.chars().all(char::is_alphabetic) && digits.chars().all(|digit| digit.is_ascii_digit())
        });
        if (pieces.len() == 1 || marked || dashed) && name.chars().any(|digit| digit.is_ascii_digit()) {
            keys.insert(name);
        }
    }
    keys.into_iter().collect()
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
        let words = self
            .question
            .asked
            .iter()
            .flat_map(|word| &word.terms)
            .collect::<BTreeSet<_>>();
        Ok(self.all_of(words.into_iter().map(|term| self.word(term)).collect()))
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
        let mut required: Vec<Box<dyn Query>> = others
            .iter()
            .flat_map(|word| &word.terms)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|term| self.word(term))
            .collect();
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
        let any: Vec<Box<dyn Query>> = words.into_iter().map(|term| self.word(term)).collect();
        Ok(Some(vec![Box::new(BooleanQuery::union(any))]))
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

    /// The words of a pass together with what the asker may see.
    fn allowed(&self, words: Vec<Box<dyn Query>>) -> BooleanQuery {
        let filters = self.filters.iter().map(|filter| filter.box_clone());
        BooleanQuery::new(
            words
                .into_iter()
                .chain(filters)
                .map(|query| (Occur::Must, query))
                .collect(),
        )
    }

    /// The best by score and weight; among equals the younger. More are fetched than wanted, so that weight and
    /// age can still reorder near the edge.
    fn best(&self, words: Vec<Box<dyn Query>>, wanted: usize) -> Result<Vec<(f64, DocAddress)>> {
        let top = TopDocs::with_limit(wanted * 2 + 20).order_by_score();
        let fetched = self
            .searcher
            .search(&self.allowed(words), &top)
            .map_err(unavailable)?;
        let mut ranked: Vec<(f64, i64, DocAddress)> = Vec::with_capacity(fetched.len());
        for (score, address) in fetched {
            let facts = self.searcher.segment_reader(address.segment_ord).fast_fields();
            let weight = facts
                .f64("weight")
                .map_err(unavailable)?
                .first(address.doc_id)
                .unwrap_or(1.0);
            let time = facts
                .i64("time")
                .map_err(unavailable)?
                .first(address.doc_id)
                .unwrap_or_default();
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
            terms.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>);
        }
    }
    Ok(match terms.len() {
        0 => Allowed::Nothing,
        _ if covered == all => Allowed::Everything,
        // Filters say yes or no; they do not make a document better.
        1 => Allowed::Only(Box::new(BoostQuery::new(terms.remove(0), 0.0))),
        _ => Allowed::Only(Box::new(ConstScoreQuery::new(
            Box::new(BooleanQuery::union(terms)),
            0.0,
        ))),
    })
}
