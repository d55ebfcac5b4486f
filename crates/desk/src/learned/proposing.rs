//! Proposals: made when a ticket is opened, accepted by a person, applied above a threshold, corrected by what people do.

use std::sync::Arc;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{Event, Subscriber};
use kernel::id::TeamId;
use kernel::time::Timestamp;
use learning::Model;
use serde::{Deserialize, Serialize};

use super::{Field, store, text_of, thousandths, thresholds};
use crate::events;
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

/// Takes a proposal: the value is set as if by hand.
pub fn accept(tx: &mut Tx, cx: &Cx, number: i64, field: Field) -> Result<Ticket> {
    let found = proposals(tx, cx, number)?;
    let proposed = found
        .into_iter()
        .find(|proposed| proposed.field == field)
        .ok_or_else(Error::not_found)?;
    let ticket = set(tx, cx, number, field, &proposed.label)?;
    store::settle(tx, number, field, Outcome::Accepted, cx.now())?;
    Ok(ticket)
}

/// Sets a field by the operation that a person would use.
fn set(tx: &mut Tx, cx: &Cx, number: i64, field: Field, label: &str) -> Result<Ticket> {
    let mut change = Change::default();
    match field {
        Field::Type => change.ticket_type = Some(TicketType::parse(label)?),
        Field::Category => change.category = Some(Category::parse(label)?),
        Field::Urgency => change.urgency = Some(Urgency::parse(label)?),
        Field::Team => {
            let team: TeamId = label.parse().map_err(super::damaged)?;
            return ticket::assign(tx, cx, number, Assign::Team(team));
        }
    }
    ticket::change(tx, cx, number, change)
}

/// Proposes for a ticket that came in, and applies what is sure enough where nobody has said anything.
pub fn arrive(tx: &mut Tx, cx: &Cx, node: &str, number: i64) -> Result<()> {
    let models = super::models(tx, node)?;
    if models.is_empty() || !store::proposals(tx, number)?.is_empty() {
        return Ok(());
    }
    let (Some(ticket), Some(example)) = (ticket::store::load(tx, number)?, store::one(tx, number)?) else {
        return Ok(());
    };
    let thresholds = thresholds(tx)?;
    for mut proposed in ask(&models, &example.title, &example.body, cx.now()) {
        if proposed.field.value(&ticket).as_deref() == Some(proposed.label.as_str()) {
            continue;
        }
        let sure = thresholds
            .get(&proposed.field)
            .is_some_and(|threshold| proposed.confidence >= threshold * 10);
        if sure && proposed.field.is_unset(&ticket) && ticket.state.stage() == Stage::Open {
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
    set(tx, cx, ticket.number, proposed.field, &proposed.label)?;
    Ok(())
}

/// A person changed a ticket: what was proposed otherwise is a correction, and what was proposed alike was right.
pub(crate) fn changed(tx: &mut Tx, cx: &Cx, number: i64) -> Result<()> {
    let proposals = store::proposals(tx, number)?;
    if proposals.is_empty() {
        return Ok(());
    }
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(());
    };
    for proposed in proposals {
        let is_same = proposed.field.value(&ticket).as_deref() == Some(proposed.label.as_str());
        let outcome = match (proposed.outcome, is_same) {
            (Outcome::Open, true) => Outcome::Accepted,
            (Outcome::Open, false) if proposed.field.is_unset(&ticket) => continue,
            (Outcome::Open | Outcome::Applied | Outcome::Accepted, false) => Outcome::Corrected,
            _ => continue,
        };
        store::settle(tx, number, proposed.field, outcome, cx.now())?;
    }
    Ok(())
}

/// Hears of new tickets and of what people change.
pub fn subscriber() -> Subscriber {
    Subscriber::cluster("desk.learned", hear).from_now()
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for event in events {
            let Some(number) = event
                .subject
                .strip_prefix("ticket:")
                .and_then(|text| text.parse().ok())
            else {
                continue;
            };
            let (cx, node) = (kernel.cx_system("desk.learned"), Arc::clone(&kernel.node));
            let by_person = event.actor.starts_with("user:");
            match event.kind.as_str() {
                events::TICKET_OPENED => kernel.db.write(move |tx| arrive(tx, &cx, &node, number)).await?,
                events::TICKET_CHANGED | events::TICKET_ASSIGNED if by_person => {
                    kernel.db.write(move |tx| changed(tx, &cx, number)).await?;
                }
                _ => {}
            }
        }
        Ok(())
    })
}
