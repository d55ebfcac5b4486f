//! Where the words of a question stand in the candidates: read from the postings of the index, segment by segment.
//!
//! Only candidates are looked at, in the order of the lists, so that each list is gone through once and mostly skipped.

use std::collections::{BTreeMap, HashMap};

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet, InvertedIndexReader, Searcher, SegmentReader, TERMINATED, Term};

use super::meaning::{Alternative, Slot};
use super::ranking::{self, Sighting};
use super::unavailable;
use crate::Result;

/// Scores candidates against the words of a question.
pub(super) fn scores(
    searcher: &Searcher,
    field: Field,
    slots: &[Slot],
    candidates: &[DocAddress],
) -> Result<HashMap<DocAddress, f64>> {
    let weighed = Weighed::new(searcher, field, slots)?;
    let mut segments: BTreeMap<u32, Vec<DocId>> = BTreeMap::new();
    for address in candidates {
        segments
            .entry(address.segment_ord)
            .or_default()
            .push(address.doc_id);
    }
    let mut scores = HashMap::with_capacity(candidates.len());
    for (segment, mut documents) in segments {
        documents.sort_unstable();
        documents.dedup();
        let reader = searcher.segment_reader(segment);
        let values = weighed.in_segment(reader, field, &documents)?;
        let addresses = documents
            .into_iter()
            .map(|document| DocAddress::new(segment, document));
        scores.extend(addresses.zip(values));
    }
    Ok(scores)
}

/// The words of a question with what the whole index says about each.
struct Weighed<'a> {
    /// How telling each word is.
    asked: Vec<f64>,
    /// For each word: what answers it that is in the index at all, with how telling that is.
    ways: Vec<Vec<(&'a Alternative, f64)>>,
    usual_length: f64,
}

impl<'a> Weighed<'a> {
    fn new(searcher: &Searcher, field: Field, slots: &'a [Slot]) -> Result<Weighed<'a>> {
        let documents = searcher.num_docs() as f64;
        let words = searcher.total_num_tokens(field).map_err(unavailable)? as f64;
        let mut weighed = Weighed {
            asked: Vec::with_capacity(slots.len()),
            ways: Vec::with_capacity(slots.len()),
            usual_length: (words / documents.max(1.0)).max(1.0),
        };
        for slot in slots {
            let mut known = Vec::with_capacity(slot.alternatives.len());
            for alternative in &slot.alternatives {
                if let Some(frequency) = frequency(searcher, field, &alternative.stems)? {
                    known.push((alternative, importance(frequency, documents)));
                }
            }
            // A word nobody wrote is as telling as what stands for it; a word that is there bounds its substitutes.
            let own = known
                .first()
                .filter(|(nearest, _)| nearest.stems == [slot.stem()]);
            let own = own.map(|(_, importance)| *importance);
            let best = known
                .iter()
                .map(|(_, importance)| *importance)
                .fold(0.0, f64::max);
            let asked = own.unwrap_or(if known.is_empty() {
                importance(0.0, documents)
            } else {
                best
            });
            for (_, importance) in &mut known {
                *importance = importance.min(asked);
            }
            weighed.asked.push(asked);
            weighed.ways.push(known);
        }
        Ok(weighed)
    }

    fn in_segment(&self, reader: &SegmentReader, field: Field, documents: &[DocId]) -> Result<Vec<f64>> {
        let index = reader.inverted_index(field).map_err(unavailable)?;
        let norms = reader.get_fieldnorms_reader(field).map_err(unavailable)?;
        let mut seen: Vec<Vec<Option<Sighting>>> = vec![vec![None; self.asked.len()]; documents.len()];
        for (word, ways) in self.ways.iter().enumerate() {
            for (alternative, importance) in ways {
                let Some(mut lists) = Lists::open(&index, field, &alternative.stems)? else {
                    continue;
                };
                for (document, words) in documents.iter().zip(&mut seen) {
                    let positions = lists.positions(*document);
                    if !positions.is_empty() {
                        let nearness = alternative.way.nearness();
                        note(&mut words[word], *importance, nearness, positions);
                    }
                }
            }
        }
        let scored = documents.iter().zip(&seen).map(|(document, words)| {
            let length = f64::from(norms.fieldnorm(*document)) / self.usual_length;
            ranking::score(&self.asked, words, length)
        });
        Ok(scored.collect())
    }
}

/// In how many documents the rarest of some stems stands; none when one of them stands nowhere.
fn frequency(searcher: &Searcher, field: Field, stems: &[String]) -> Result<Option<f64>> {
    let mut rarest = f64::INFINITY;
    for stem in stems {
        let documents = searcher
            .doc_freq(&Term::from_field_text(field, stem))
            .map_err(unavailable)?;
        rarest = rarest.min(documents as f64);
    }
    Ok((rarest > 0.0 && rarest.is_finite()).then_some(rarest))
}

/// Inverse document frequency, as BM25 has it.
fn importance(frequency: f64, documents: f64) -> f64 {
    let others = (documents - frequency).max(0.0);
    (1.0 + (others + 0.5) / (frequency + 0.5)).ln()
}

/// Of several things that answer the same word in a document the most telling counts; equally near ones count together.
fn note(known: &mut Option<Sighting>, importance: f64, nearness: f64, positions: Vec<u32>) {
    if let Some(known) = known {
        let is_as_near = (known.nearness - nearness).abs() < f64::EPSILON;
        if is_as_near {
            known.importance = known.importance.max(importance);
            known.positions.extend(positions);
            known.positions.sort_unstable();
            return;
        }
        if known.importance * known.nearness >= importance * nearness {
            return;
        }
    }
    *known = Some(Sighting {
        importance,
        nearness,
        positions,
    });
}

/// The lists of some stems that must stand in a row.
struct Lists {
    lists: Vec<SegmentPostings>,
}

impl Lists {
    fn open(index: &InvertedIndexReader, field: Field, stems: &[String]) -> Result<Option<Lists>> {
        let mut lists = Vec::with_capacity(stems.len());
        for stem in stems {
            let term = Term::from_field_text(field, stem);
            let list = index
                .read_postings(&term, IndexRecordOption::WithFreqsAndPositions)
                .map_err(unavailable)?;
            match list {
                Some(list) => lists.push(list),
                None => return Ok(None),
            }
        }
        Ok(Some(Lists { lists }))
    }

    /// Where the stems stand in a row in a document; asked for documents in ascending order.
    fn positions(&mut self, document: DocId) -> Vec<u32> {
        let mut rows: Option<Vec<u32>> = None;
        for (offset, list) in (0_u32..).zip(&mut self.lists) {
            if list.doc() < document {
                list.seek(document);
            }
            if list.doc() == TERMINATED || list.doc() != document {
                return Vec::new();
            }
            let mut places = Vec::new();
            list.positions(&mut places);
            rows = Some(match rows {
                None => places,
                Some(starts) => starts
                    .into_iter()
                    .filter(|start| places.binary_search(&(start + offset)).is_ok())
                    .collect(),
            });
        }
        rows.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_word_tells_more_than_a_common_one() {
        assert!(importance(1.0, 1_000.0) > importance(900.0, 1_000.0));
        assert!(importance(1_000.0, 1_000.0) > 0.0);
    }

    #[test]
    fn equally_near_words_count_together_and_farther_ones_give_way() {
        let mut known = None;
        note(&mut known, 2.0, 0.8, vec![9]);
        note(&mut known, 3.0, 0.8, vec![4]);
        note(&mut known, 3.0, 0.4, vec![1]);
        let expected = Sighting {
            importance: 3.0,
            nearness: 0.8,
            positions: vec![4, 9],
        };
        assert_eq!(known, Some(expected));
    }
}
