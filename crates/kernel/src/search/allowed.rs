//! What an asker may find at all, as part of every query: rights, kinds, typed filters, and times.

use std::collections::BTreeSet;
use std::ops::Bound;

use tantivy::query::{BoostQuery, Query, RangeQuery, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::passing::Conditions;
use super::schema::Fields;
use super::{SearchQuery, unavailable};
use crate::{Result, Timestamp};

/// What passes one filter.
enum Allowed {
    Nothing,
    Everything,
    Only(Box<dyn Query>),
}

/// What every document that an asker finds must pass, told twice: as a query, for counting and for lists by age; and as
/// conditions of which the answers are kept, for gathering the best by words.
pub(super) struct Filters {
    /// Rights, kinds, and typed filters as queries; what everything passes is left out.
    pub values: Vec<Box<dyn Query>>,
    /// The same as conditions; none when everything passes.
    pub conditions: Conditions,
    /// The times.
    pub times: Option<Box<dyn Query>>,
}

/// The filters of a query; `None` when nothing can pass them.
pub(super) fn filters(searcher: &Searcher, fields: Fields, query: &SearchQuery) -> Result<Option<Filters>> {
    let mut wanted: Vec<(Field, &[String], bool)> = vec![(fields.rights, &query.rights, false)];
    if !query.kinds.is_empty() {
        wanted.push((fields.kind, &query.kinds, true));
    }
    wanted.extend(
        query
            .facets
            .iter()
            .map(|facets| (fields.facets, facets.as_slice(), false)),
    );
    let mut filters = Filters {
        values: Vec::new(),
        conditions: Conditions::default(),
        times: within(fields.time, query.since, query.until),
    };
    for (field, values, one_each) in wanted {
        match has_any(searcher, field, values, one_each)? {
            Allowed::Nothing => return Ok(None),
            Allowed::Everything => {}
            Allowed::Only(filter) => {
                filters.values.push(filter);
                filters.conditions.add(field, values);
            }
        }
    }
    Ok(Some(filters))
}

/// Changed at or after the one instant and before the other.
fn within(field: Field, since: Option<Timestamp>, until: Option<Timestamp>) -> Option<Box<dyn Query>> {
    if since.is_none() && until.is_none() {
        return None;
    }
    let term = |at: Timestamp| Term::from_field_i64(field, at.millis());
    let range = RangeQuery::new(
        since.map_or(Bound::Unbounded, |at| Bound::Included(term(at))),
        until.map_or(Bound::Unbounded, |at| Bound::Excluded(term(at))),
    );
    Some(Box::new(BoostQuery::new(Box::new(range), 0.0)))
}

/// The filter "has any of these values". Values nobody has are dropped, and so is a filter that every document
/// passes: without it the best hits are found without walking all of a common word's documents. That stays exact,
/// because the very snapshot that is searched is asked. `one_each` says that a document has exactly one value.
fn has_any(searcher: &Searcher, field: Field, values: &[String], one_each: bool) -> Result<Allowed> {
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
