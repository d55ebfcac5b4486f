//! Holding the gates against a ticket: before one tries, and when it is about to be resolved.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};

use super::{Attempt, Facts, Gate, Missing, Needs, missing, refusal, store, together};
use crate::diagnosis::reading;
use crate::ticket::{Ticket, access};
use crate::{article, diagnosis};

/// How a ticket stands before its gates.
#[derive(Debug, Clone)]
pub struct Standing {
    pub number: i64,
    /// The gates that stand before it.
    pub gates: Vec<Gate>,
    /// What they ask for together.
    pub needs: Needs,
    /// What is not there, besides the solution itself.
    pub missing: Vec<Missing>,
    /// Causes that were noted, confirmed or not.
    pub causes: i64,
    /// Whether the reader may pass all the same.
    pub may_override: bool,
}

/// A gate that was passed without what it asks for.
#[derive(Debug, Clone)]
pub struct Overridden {
    pub reason: String,
    pub missing: Vec<Missing>,
    pub gates: Vec<String>,
}

/// How a ticket stands before its gates, for who reads the desk's side of it.
pub fn standing(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Standing> {
    let ticket = reading::see(tx, cx, number)?;
    let gates = before(tx, &ticket)?;
    let needs = together(gates.iter().map(|gate| &gate.definition.needs));
    let (mut gaps, mut causes) = (Vec::new(), 0);
    if !gates.is_empty() {
        let facts = facts(tx, number)?;
        gaps = missing(&needs, &facts, None);
        causes = facts.causes;
    }
    Ok(Standing {
        number,
        gates,
        needs,
        missing: gaps,
        causes,
        may_override: access::may(cx, access::GATE_OVERRIDE, &ticket),
    })
}

/// The gates that stand before a ticket.
fn before(tx: &mut Tx, ticket: &Ticket) -> Result<Vec<Gate>> {
    let mut gates = store::all(tx)?;
    gates.retain(|gate| gate.definition.holds(ticket.ticket_type, ticket.priority));
    Ok(gates)
}

fn facts(tx: &mut Tx, number: i64) -> Result<Facts> {
    store::facts(tx, number)?.ok_or_else(Error::not_found)
}

/// Lets a ticket pass with its solution, or refuses with one entry for each missing thing. With a reason, whoever may passes
/// all the same; it is told of afterwards.
pub(crate) fn pass(
    tx: &mut Tx,
    cx: &Cx,
    ticket: &Ticket,
    attempt: Attempt,
    reason: Option<&str>,
) -> Result<Option<Overridden>> {
    let gates = before(tx, ticket)?;
    if gates.is_empty() {
        return Ok(None);
    }
    let facts = facts(tx, ticket.number)?;
    let stops = |gate: &Gate| !missing(&gate.definition.needs, &facts, Some(attempt)).is_empty();
    let gates: Vec<Gate> = gates.into_iter().filter(stops).collect();
    if gates.is_empty() {
        return Ok(None);
    }
    let needs = together(gates.iter().map(|gate| &gate.definition.needs));
    let gaps = missing(&needs, &facts, Some(attempt));
    let Some(reason) = reason else {
        return Err(refusal(ticket.number, &gates, &gaps, cx.locale));
    };
    access::check(cx, access::GATE_OVERRIDE, ticket)?;
    let mut errors = Errors::new();
    let reason = article::line(&mut errors, "override_reason", reason, diagnosis::LINE_MAX);
    if reason.is_empty() {
        errors.push("override_reason", "desk.gate.reason_missing");
    }
    errors.finish()?;
    Ok(Some(Overridden {
        reason,
        missing: gaps,
        gates: gates.into_iter().map(|gate| gate.id).collect(),
    }))
}
