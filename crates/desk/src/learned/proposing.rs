//! Proposals: made when a ticket is opened, accepted by a person, applied above a threshold, corrected by what people do.
//!
//! What is asked of the models is only read; the write that keeps the answers is short. Who hears of tickets, and when, is
//! `hearing.rs`.

use std::sync::Arc;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::TeamId;
use kernel::time::Timestamp;
use learning::Model;
use serde::{Deserialize, Serialize};

use super::{Field, Thresholds, store, text_of, thousandths};
use crate::events;
use crate::neighbours;
use crate::ticket::saving::Told;
use crate::ticket::value::{Category, Stage, TicketType, Urgency, words};
use crate::ticket::{self, Assign, Change, Ticket, access};

words!(
    /// What became of a proposal.
    Outcome, "proposal" {
        /// Nobody has said anything yet.
        Open => "open",
        /// The house applied it.
        Applied => "applied",
        /// A person took it, or set the same.
        Accepted => "accepted",
        /// A person set something else; the models have not been shown it yet.
        Corrected => "corrected",
        /// It was learned from.
        Taught => "taught",
    }
);

/// A value for a field of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposed {
    pub field: Field,
    /// The value, as the field stores it.
    pub label: String,
    /// In thousandths.
    pub confidence: i64,
    pub words: Vec<Word>,
    pub outcome: Outcome,
    pub at: Timestamp,
}

/// A word that decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Word {
    pub word: String,
    /// Its share in the decision, in thousandths.
    pub weight: i64,
}

/// Below this nobody is bothered with a proposal.
const SHOWN_FROM: i64 = 500;

/// What the models say about a text.
#[must_use]
pub fn ask(models: &[(Field, Arc<Model>)], title: &str, body: &str, now: Timestamp) -> Vec<Proposed> {
    let text = text_of(title, body);
    models
        .iter()
        .filter_map(|(field, model)| {
            let proposal = model.propose(&text)?;
            Some(Proposed {
                field: *field,
                label: proposal.label,
                confidence: thousandths(proposal.confidence),
                words: proposal
                    .words
                    .into_iter()
                    .map(|word| Word {
                        word: word.word,
                        weight: thousandths(word.weight),
                    })
                    .collect(),
                outcome: Outcome::Open,
                at: now,
            })
        })
        .filter(|proposed| proposed.confidence >= SHOWN_FROM)
        .collect()
}

/// The proposals of a ticket for whoever works on it.
pub fn proposals(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Vec<Proposed>> {
    let ticket = ticket::saving::see(tx, cx, number, access::READ)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    store::proposals(tx, number)
}

/// Takes a proposal: the value is set as if by hand. One that was settled meanwhile is not taken any more, for the page it
/// stands on may be an old one.
pub fn accept(tx: &mut Tx, cx: &Cx, number: i64, field: Field) -> Result<Ticket> {
    tx.lock("desk.ticket", number)?;
    let found = proposals(tx, cx, number)?;
    let proposed = found
        .into_iter()
        .find(|proposed| proposed.field == field)
        .ok_or_else(Error::not_found)?;
    let before = ticket::saving::see(tx, cx, number, access::CHANGE)?;
    if proposed.outcome != Outcome::Open {
        return if proposed.is_on(&before) {
            Ok(before)
        } else {
            Err(Error::conflict("desk.triage.settled").arg("number", number))
        };
    }
    let ticket = set(tx, cx, &before, field, &proposed.label)?;
    store::settle(tx, number, field, Outcome::Accepted, cx.now())?;
    Ok(ticket)
}

/// Sets a field by the operation that a person would use.
fn set(tx: &mut Tx, cx: &Cx, ticket: &Ticket, field: Field, label: &str) -> Result<Ticket> {
    let mut change = Change::default();
    match field {
        Field::Type => change.ticket_type = Some(TicketType::parse(label)?),
        Field::Category => change.category = Some(Category::parse(label)?),
        Field::Urgency => change.urgency = Some(Urgency::parse(label)?),
        Field::Team => {
            let team: TeamId = label.parse().map_err(super::damaged)?;
            let to = match ticket.assignee {
                Some(person) => Assign::PersonInTeam(person, team),
                None => Assign::Team(team),
            };
            return ticket::assign(tx, cx, ticket.number, to);
        }
    }
    ticket::change(tx, cx, ticket.number, change)
}

/// What the models propose for a ticket: nothing when it is not open any more, was looked at before, or says all that
/// already.
pub fn prepare(tx: &mut Tx, node: &str, number: i64, now: Timestamp) -> Result<Vec<Proposed>> {
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(Vec::new());
    };
    if ticket.state.stage() != Stage::Open || !store::proposals(tx, number)?.is_empty() {
        return Ok(Vec::new());
    }
    let models = super::models(tx, node)?;
    if models.is_empty() {
        return Ok(Vec::new());
    }
    let Some(example) = store::one(tx, number)? else {
        return Ok(Vec::new());
    };
    let mut proposals = ask(&models, &example.title, &example.body, now);
    proposals.retain(|proposed| !proposed.is_on(&ticket));
    if proposals.iter().any(|proposed| proposed.field == Field::Team) {
        let teams = neighbours::team_names(tx)?;
        // A team that was learned may be gone by now.
        proposals.retain(|one| {
            one.field != Field::Team || teams.iter().any(|(team, _)| team.to_string() == one.label)
        });
    }
    Ok(proposals)
}

/// Keeps proposals for a ticket, and applies what is sure enough where nobody has said anything.
pub fn keep(
    tx: &mut Tx,
    cx: &Cx,
    number: i64,
    proposals: &[Proposed],
    thresholds: &Thresholds,
) -> Result<()> {
    tx.lock("desk.ticket", number)?;
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(());
    };
    if ticket.state.stage() != Stage::Open || !store::proposals(tx, number)?.is_empty() {
        return Ok(());
    }
    for proposed in proposals.iter().filter(|proposed| !proposed.is_on(&ticket)) {
        let sure = thresholds
            .get(&proposed.field)
            .is_some_and(|threshold| proposed.confidence >= threshold * 10);
        let mut proposed = proposed.clone();
        if sure && proposed.field.is_unset(&ticket) {
            apply(tx, cx, &ticket, &proposed)?;
            proposed.outcome = Outcome::Applied;
        }
        store::propose(tx, number, &proposed)?;
    }
    Ok(())
}

/// The reason first, then the change itself: both stand in the ticket's history.
fn apply(tx: &mut Tx, cx: &Cx, ticket: &Ticket, proposed: &Proposed) -> Result<()> {
    let words: Vec<&str> = proposed.words.iter().map(|word| word.word.as_str()).collect();
    Told::new(events::TICKET_TRIAGED)
        .with("field", proposed.field.as_str())
        .with("value", proposed.label.as_str())
        .with("confidence", proposed.confidence)
        .with_words("words", &words.join(" · "))
        .append(tx, cx, ticket.subject())?;
    set(tx, cx, ticket, proposed.field, &proposed.label)?;
    Ok(())
}

/// What becomes of a ticket's proposals when a person has set these fields: what was proposed otherwise is a correction,
/// what was proposed alike was right. Of a field that nobody touched nothing is known.
pub fn outcomes(tx: &mut Tx, number: i64, fields: &[Field]) -> Result<Vec<(Field, Outcome)>> {
    let proposals = store::proposals(tx, number)?;
    if proposals.is_empty() {
        return Ok(Vec::new());
    }
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(Vec::new());
    };
    let touched = proposals.iter().filter(|one| fields.contains(&one.field));
    Ok(touched
        .filter_map(|one| Some((one.field, one.after(&ticket)?)))
        .collect())
}

/// A person has set these fields of a ticket.
pub fn settle(tx: &mut Tx, cx: &Cx, number: i64, fields: &[Field]) -> Result<()> {
    for (field, outcome) in outcomes(tx, number, fields)? {
        store::settle(tx, number, field, outcome, cx.now())?;
    }
    Ok(())
}

impl Proposed {
    /// Whether the ticket has the value already.
    fn is_on(&self, ticket: &Ticket) -> bool {
        self.field.value(ticket).as_deref() == Some(self.label.as_str())
    }

    /// What a person's hand on the field makes of it.
    fn after(&self, ticket: &Ticket) -> Option<Outcome> {
        match (self.outcome, self.is_on(ticket)) {
            (Outcome::Open, true) => Some(Outcome::Accepted),
            (Outcome::Open, false) if self.field.is_unset(ticket) => None,
            (Outcome::Open | Outcome::Applied | Outcome::Accepted, false) => Some(Outcome::Corrected),
            _ => None,
        }
    }
}
