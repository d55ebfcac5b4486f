//! Likeness: open tickets that may be the same trouble, and solved ones whose solution may help again.
//!
//! The search index names candidates, with the reader's rights as a part of its question, and the list of tickets reads
//! them under the same rights again; then their words are compared (`learning::likeness`). So the cost is that of one
//! search and three small reads, whatever the installation holds, and nobody is shown what they may not see.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernel::cx::Cx;
use kernel::db::{Tx, Value};
use kernel::error::{Error, Result};
use kernel::search::SearchQuery;
use learning::likeness::{alike, shared_words};
use web::App;

use super::{Field, text_of, thousandths};
use crate::search::TICKET;
use crate::ticket::value::{Stage, State};
use crate::ticket::{self, Filter, TicketRow, access, saving};

/// A ticket that is like another.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    pub number: i64,
    pub title: String,
    pub state: State,
    /// In thousandths.
    pub likeness: i64,
    /// Words both have.
    pub words: Vec<String>,
    /// How it was solved, for one that was.
    pub solution: Option<String>,
}

/// What is like a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    pub open: Vec<Similar>,
    pub solved: Vec<Similar>,
}

const CANDIDATES: usize = 40;
const SHOWN: usize = 5;
/// Below this two texts have little more than the usual words in common.
const LIKE_FROM: f64 = 0.2;
/// The search is asked for no more than this; the comparison sees all.
const ASKED_LETTERS: usize = 300;
const SHARED_WORDS: usize = 4;
const SOLUTION_LETTERS: usize = 240;

/// What is like a ticket, for this reader.
pub async fn like_ticket(app: &App, cx: &Cx, number: i64) -> Result<Found> {
    let reader = cx.clone();
    let text = app
        .db
        .read(move |tx| {
            let ticket = saving::see(tx, &reader, number, access::READ)?;
            if !access::sees_internal(&reader, &ticket) {
                return Err(Error::forbidden().arg("permission", access::INTERNAL));
            }
            let body = super::store::bodies(tx, &[number])?
                .pop()
                .map(|one| one.1)
                .unwrap_or_default();
            Ok(text_of(&ticket.title, &body))
        })
        .await?;
    like_text(app, cx, text, Some(number)).await
}

/// What is like a text that is being written, for this reader.
pub async fn like_text(app: &App, cx: &Cx, text: String, but: Option<i64>) -> Result<Found> {
    cx.require(access::INTERNAL)?;
    // A quotation is a phrase to the search; here it is but words.
    let plain = |letter: char| {
        if matches!(letter, '"' | '“' | '”') {
            ' '
        } else {
            letter
        }
    };
    let asked: String = text.chars().take(ASKED_LETTERS).map(plain).collect();
    if asked.trim().is_empty() {
        return Ok(Found::default());
    }
    // An index that is away takes no page with it: there is nothing to show then.
    let hits = app
        .search
        .query(SearchQuery {
            // A trailing gap: the last word is finished.
            text: format!("{asked} "),
            kinds: vec![TICKET.to_owned()],
            rights: app.search_rights(cx),
            limit: CANDIDATES,
            ..SearchQuery::default()
        })
        .await
        .inspect_err(|error| tracing::warn!(%error, "no candidates for likeness"))
        .unwrap_or_default();
    let numbers: Vec<i64> = hits
        .iter()
        .filter_map(|hit| hit.key.parse().ok())
        .filter(|number| Some(*number) != but)
        .collect();
    if numbers.is_empty() {
        return Ok(Found::default());
    }
    let (cx, node) = (cx.clone(), Arc::clone(&app.node));
    app.db
        .read(move |tx| compare(tx, &cx, &node, &text, &numbers))
        .await
}

fn compare(tx: &mut Tx, cx: &Cx, node: &str, text: &str, numbers: &[i64]) -> Result<Found> {
    let rows = rows(tx, cx, numbers)?;
    let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
    let bodies = super::store::bodies(tx, &numbers)?;
    let texts: Vec<String> = rows
        .iter()
        .map(|row| {
            let body = bodies
                .iter()
                .find(|one| one.0 == row.number)
                .map_or("", |one| one.1.as_str());
            text_of(&row.title, body)
        })
        .collect();
    let models = super::models(tx, node)?;
    let model = models
        .iter()
        .find(|one| one.0 == Field::Category)
        .or(models.first());
    let strangers = learning::Rarity::of(texts.iter().map(String::as_str));
    let rarity = model.map_or(&strangers, |(_, model)| model.rarity());
    let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
    let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
    let title = text.lines().next().unwrap_or_default();
    // A title says what it is about; a report may be mostly politeness. Each has half the say.
    let by_title = alike(rarity, title, &titles);
    let by_all = alike(rarity, text, &borrowed);
    let mut ranked: Vec<(f64, &TicketRow, &str)> = by_title
        .into_iter()
        .zip(by_all)
        .map(|(title, all)| f64::midpoint(title, all))
        .zip(&rows)
        .zip(borrowed)
        .map(|((likeness, row), text)| (likeness, row, text))
        .filter(|(likeness, ..)| *likeness >= LIKE_FROM)
        .collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.number.cmp(&one.1.number)));
    let similar = |(likeness, row, its): &(f64, &TicketRow, &str)| Similar {
        number: row.number,
        title: row.title.clone(),
        state: row.state,
        likeness: thousandths(*likeness),
        words: shared_words(rarity, text, its, SHARED_WORDS),
        solution: None,
    };
    let of = |open: bool| {
        ranked
            .iter()
            .filter(move |one| (one.1.state.stage() == Stage::Open) == open)
    };
    // The title of a ticket may be read by who reported it; what the desk did about it is the desk's.
    let is_open_to = |row: &TicketRow| access::sees_internal_of(cx, row.assignee, row.team);
    let mut found = Found {
        open: of(true).take(SHOWN).map(similar).collect(),
        solved: of(false).filter(|one| is_open_to(one.1)).map(similar).collect(),
    };
    with_solutions(tx, &mut found.solved)?;
    Ok(found)
}

/// Tickets of these numbers, as far as the reader may see them.
fn rows(tx: &mut Tx, cx: &Cx, numbers: &[i64]) -> Result<Vec<TicketRow>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter {
        numbers: Some(numbers.to_vec()),
        ..Filter::default()
    };
    Ok(ticket::list(tx, cx, &filter, None, ticket::listing::LIMIT_MAX)?.items)
}

/// Only what was solved with a solution that held is of help.
fn with_solutions(tx: &mut Tx, solved: &mut Vec<Similar>) -> Result<()> {
    let numbers: Vec<i64> = solved.iter().map(|one| one.number).collect();
    let mut solutions = super::store::solutions(tx, &numbers)?;
    for one in solved.iter_mut() {
        one.solution = solutions.remove(&one.number).map(|solution| excerpt(&solution));
    }
    // The same solution five times is no more help than once: the likeliest ticket stands for it.
    let mut known = BTreeSet::new();
    solved.retain(|one| {
        one.solution
            .as_ref()
            .is_some_and(|solution| known.insert(solution.clone()))
    });
    solved.truncate(SHOWN);
    Ok(())
}

fn excerpt(solution: &str) -> String {
    let mut letters = solution.trim().chars();
    let mut short: String = letters.by_ref().take(SOLUTION_LETTERS).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// The solution of another ticket that the reader may see, whole, to be used again.
pub fn solution_of(tx: &mut Tx, cx: &Cx, number: i64) -> Result<String> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::not_found());
    }
    super::store::solutions(tx, &[number])?
        .remove(&number)
        .ok_or_else(Error::not_found)
}

/// `$1, $2, …` and the values for a list of numbers.
pub(super) fn places(numbers: &[i64]) -> (String, Vec<Value>) {
    let places: Vec<String> = (1..=numbers.len()).map(|place| format!("${place}")).collect();
    (places.join(", "), numbers.iter().map(Value::from).collect())
}
