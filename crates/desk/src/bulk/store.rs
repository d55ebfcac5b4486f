//! Every SQL statement about writing many tickets at once.

use kernel::db::{Tx, Value, insert_many, insert_many_numbered, params};
use kernel::error::Result;

use super::life::Life;
use crate::ticket::Ticket;
use crate::ticket::store as tickets;

/// Numbers of the tickets, in their order.
pub fn insert_tickets<'a>(tx: &mut Tx, all: impl Iterator<Item = &'a Ticket>) -> Result<Vec<i64>> {
    let values: Vec<Value> = all.flat_map(tickets::values).collect();
    let insert = format!("INSERT INTO desk_ticket ({}) VALUES", tickets::COLUMNS.join(", "));
    insert_many_numbered(tx, &insert, "number", tickets::COLUMNS.len(), &values)
}

const ARTICLES: &str = "INSERT INTO desk_article (ticket, kind, public, voice, author, body, at) VALUES";

/// Ids of the articles of each life.
pub fn insert_articles(tx: &mut Tx, numbers: &[i64], lives: &[Life]) -> Result<Vec<Vec<i64>>> {
    let mut values = Vec::new();
    for (number, life) in numbers.iter().zip(lives) {
        for article in &life.articles {
            values.extend_from_slice(params![
                *number,
                article.kind.as_str(),
                article.public,
                article.voice.as_str(),
                article.author,
                &article.body,
                article.at,
            ]);
        }
    }
    let ids = insert_many_numbered(tx, ARTICLES, "id", 7, &values)?;
    Ok(shared_out(ids, lives.iter().map(|life| life.articles.len())))
}

const RESOLUTIONS: &str =
    "INSERT INTO desk_resolution (ticket, solution, tested, untested_reason, by_person, failed, at) VALUES";

/// Ids of the resolutions of each life.
pub fn insert_resolutions(tx: &mut Tx, numbers: &[i64], lives: &[Life]) -> Result<Vec<Vec<i64>>> {
    let mut values = Vec::new();
    for (number, life) in numbers.iter().zip(lives) {
        for (resolution, _) in &life.resolutions {
            values.extend_from_slice(params![
                *number,
                &resolution.solution,
                resolution.tested,
                &resolution.untested_reason,
                resolution.by,
                resolution.failed,
                resolution.at,
            ]);
        }
    }
    let ids = insert_many_numbered(tx, RESOLUTIONS, "id", 7, &values)?;
    Ok(shared_out(ids, lives.iter().map(|life| life.resolutions.len())))
}

const QUESTIONS: &str = "INSERT INTO desk_verification (id, ticket, resolution, asked_at, expires_at, closes_at, \
                         answered_at, answer, via, by_person) VALUES";
const ASSIGNMENTS: &str = "INSERT INTO desk_assignment (ticket, team, assignee, by_hand, reason, at) VALUES";
const TAGS: &str = "INSERT INTO desk_tag (ticket, tag) VALUES";
const CLOCKS: &str = "INSERT INTO desk_clock (ticket, kind, policy, state, started_at, target, elapsed, measured_at, \
                      deadline, warn_at, stopped_at, due_at) VALUES";

/// What hangs on the tickets and has no number that others name.
pub fn insert_beside(tx: &mut Tx, numbers: &[i64], lives: &[Life], resolutions: &[Vec<i64>]) -> Result<()> {
    let (mut questions, mut assignments, mut tags, mut clocks) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (place, (number, life)) in numbers.iter().zip(lives).enumerate() {
        for ((_, question), id) in life.resolutions.iter().zip(&resolutions[place]) {
            let Some(question) = question else { continue };
            questions.extend_from_slice(params![
                question.id,
                *number,
                *id,
                question.asked_at,
                question.expires_at,
                question.closes_at,
                question.answered_at,
                question.answer.map(|answer| answer.as_str()),
                question.answered_by.map(|via| via.as_str()),
                question.by,
            ]);
        }
        for (at, choice) in &life.choices {
            let reason = serde_json::to_string(&choice.reason)?;
            assignments.extend_from_slice(params![
                *number,
                choice.team,
                choice.assignee,
                choice.by_hand,
                reason,
                *at
            ]);
        }
        for tag in &life.tags {
            tags.extend_from_slice(params![*number, tag]);
        }
        for (clock, due_at) in &life.clocks {
            clocks.extend_from_slice(params![
                *number,
                clock.kind.as_str(),
                &clock.policy,
                clock.state.as_str(),
                clock.started_at,
                clock.target,
                clock.elapsed,
                clock.measured_at,
                clock.deadline,
                clock.warn_at,
                clock.stopped_at,
                *due_at,
            ]);
        }
    }
    insert_many(tx, QUESTIONS, 10, &questions)?;
    insert_many(tx, ASSIGNMENTS, 6, &assignments)?;
    insert_many(tx, TAGS, 2, &tags)?;
    insert_many(tx, CLOCKS, 12, &clocks)
}

/// Consecutive ids, so many to each.
fn shared_out(ids: Vec<i64>, counts: impl Iterator<Item = usize>) -> Vec<Vec<i64>> {
    let mut ids = ids.into_iter();
    counts.map(|count| ids.by_ref().take(count).collect()).collect()
}
