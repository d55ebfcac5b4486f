//! Resolving: the desk says it is solved, how, and whether it was tested; the requester is asked.
//!
//! A resolution closes nothing. It stops the clocks, writes down the solution, and opens the question that `verifying.rs`
//! takes the answer to.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};

use super::saving::{self, Told};
use super::state::{self, Step};
use super::value::Voice;
use super::{Ticket, access, family};
use crate::catalogue::tasking;
use crate::gate::checking::{self, Overridden};
use crate::gate::{Attempt, Missing};
use crate::verification::{self, Resolution};
use crate::{article, events, finding};

/// What solved it.
#[derive(Debug, Clone, Default)]
pub struct Resolve {
    /// In words the requester can follow; it is what they are asked about.
    pub solution: String,
    pub tested: bool,
    /// Why it could not be tested; needed when it was not.
    pub untested_reason: Option<String>,
}

const REASON_MAX: usize = 500;

/// Resolves a ticket and asks its requester. A close gate that asks for more refuses (`desk.gate_closed`).
pub fn resolve(tx: &mut Tx, cx: &Cx, number: i64, resolve: Resolve) -> Result<Ticket> {
    resolve_with(tx, cx, number, resolve, None)
}

/// Resolves a ticket past a close gate, for a reason that stands in the record. Where no gate stops it, nothing is passed
/// and nothing is told.
pub fn resolve_past_gate(
    tx: &mut Tx,
    cx: &Cx,
    number: i64,
    resolve: Resolve,
    reason: &str,
) -> Result<Ticket> {
    resolve_with(tx, cx, number, resolve, Some(reason))
}

fn resolve_with(
    tx: &mut Tx,
    cx: &Cx,
    number: i64,
    resolve: Resolve,
    past_gate: Option<&str>,
) -> Result<Ticket> {
    let answer = resolve.clone();
    let before = saving::begin(tx, cx, number, access::RESOLVE)?;
    let next = state::next(before.state, Step::Resolve)?;
    let children = family::before_resolving(tx, cx, &before)?;
    tasking::refuse_undone(tx, number)?;
    let (solution, reason) = read(&resolve)?;
    let attempt = Attempt {
        solution_letters: i64::try_from(solution.trim().chars().count()).unwrap_or(i64::MAX),
        tested_or_reason: resolve.tested || !reason.is_empty(),
    };
    let overridden = checking::pass(tx, cx, &before, attempt, past_gate)?;

    let now = cx.now();
    let resolution = Resolution {
        id: 0,
        ticket: number,
        solution: solution.clone(),
        tested: resolve.tested,
        untested_reason: (!resolve.tested).then(|| reason.clone()),
        by: cx.user_id(),
        failed: false,
        at: now,
    };
    let resolution_id = verification::store::insert_resolution(tx, &resolution)?;
    let question = verification::ask(tx, cx, number, resolution_id)?;
    let mut after = before.clone();
    after.state = next;
    after.resolved_at = Some(now);
    after.first_response_at = after.first_response_at.or(Some(now));
    after.waiting_reason = None;
    after.next_step = None;
    after.next_step_at = None;
    after.last_voice = Voice::Staff;
    let told = Told::new(events::TICKET_RESOLVED)
        .with("resolution", resolution_id)
        .with("question", question.id.to_string())
        .with("closes_at", question.closes_at.millis())
        .with("tested", resolve.tested)
        .with_words("solution", &solution)
        .with_words("untested_reason", &reason)
        .spoke();
    let resolved = saving::finish(tx, cx, &before, after, told)?;
    if let Some(overridden) = overridden {
        tell_overridden(tx, cx, &resolved, overridden)?;
    }
    for child in children {
        finding::inherit(tx, cx, number, child)?;
        // Through its parent a child may have been resolved by now.
        match self::resolve(tx, cx, child, answer.clone()) {
            Err(error) if error.code() == "desk.ticket.already_resolved" => {}
            outcome => drop(outcome?),
        }
    }
    Ok(resolved)
}

/// The solution and the reason why it was not tested, as they may be stored.
fn read(resolve: &Resolve) -> Result<(String, String)> {
    let mut errors = Errors::new();
    let solution = match article::body("solution", &resolve.solution) {
        Ok(solution) => solution,
        Err(_) if resolve.solution.trim().is_empty() => {
            errors.push("solution", "desk.ticket.solution_missing");
            String::new()
        }
        Err(error) => {
            errors.absorb(&error);
            String::new()
        }
    };
    let reason = resolve.untested_reason.as_deref().unwrap_or_default();
    let reason = article::line(&mut errors, "untested_reason", reason, REASON_MAX);
    if !resolve.tested && reason.is_empty() {
        errors.push("untested_reason", "desk.ticket.untested_reason_missing");
    }
    errors.finish()?;
    Ok((solution, reason))
}

fn tell_overridden(tx: &mut Tx, cx: &Cx, ticket: &Ticket, overridden: Overridden) -> Result<()> {
    let missing: Vec<String> = overridden.missing.iter().map(Missing::field).collect();
    Told::new(events::TICKET_GATE_OVERRIDDEN)
        .with("missing", missing)
        .with("gates", overridden.gates)
        .with_words("reason", &overridden.reason)
        .append(tx, cx, ticket.subject())?;
    Ok(())
}
