//! A draft as what stands in the record: the ticket as it ended, its first event, and its way there. Pure.

use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use serde_json::{Map, Value, json};

use super::draft::{Draft, Named, NamedTeam, Standing};
use crate::bulk::{Change, Recorded, Words};
use crate::ticket::Ticket;
use crate::ticket::value::{Stage, Voice};

/// Who is who here, once everybody that a draft names is found or made.
pub trait Naming {
    /// The person whom a draft names so.
    fn person(&self, named: &Named) -> Option<UserId>;
    /// The team that a draft names so.
    fn team(&self, named: &NamedTeam) -> Option<TeamId>;
}

/// The draft with everybody named.
///
/// # Errors
/// Not found, when nobody is its requester.
pub fn recorded(draft: &Draft, names: &impl Naming, source: &str) -> Result<Recorded> {
    let last = draft.last();
    let requester = names.person(&draft.requester).ok_or_else(Error::not_found)?;
    let reopenings = i64::try_from(reopenings(draft)).unwrap_or(0);
    let ticket = Ticket {
        number: 0,
        title: draft.title.clone(),
        ticket_type: last.ticket_type,
        category: last.category,
        impact: last.impact,
        urgency: last.urgency,
        priority: last.priority,
        priority_pinned: draft.pinned,
        state: last.state,
        tier: last.tier,
        complexity: 1,
        team: last.team.as_ref().and_then(|team| names.team(team)),
        assignee: last.assignee.as_ref().and_then(|person| names.person(person)),
        requester,
        organisation: draft.organisation.clone(),
        site: None,
        channel: draft.channel,
        environment: draft.environment.clone(),
        steps: None,
        error_text: draft.error_text.clone(),
        waiting_reason: None,
        last_voice: Voice::Requester,
        created_at: draft.opened_at,
        updated_at: draft.updated_at,
        first_response_at: None,
        resolved_at: draft.resolved_at,
        closed_at: draft.closed_at,
        reopen_count: draft.stated.reopenings.unwrap_or(reopenings),
        next_due_at: None,
        overdue: false,
        next_step: None,
        next_step_at: None,
        policy: None,
        version: 1,
    };
    let mut before = values(&draft.first, names);
    let mut first = before.clone();
    first.insert("requester".to_owned(), json!(requester));
    first.insert("channel".to_owned(), json!(draft.channel));
    first.insert("policy".to_owned(), Value::Null);
    let mut changes = Vec::with_capacity(draft.steps.len());
    for step in &draft.steps {
        let after = values(&step.after, names);
        let (old, new) = difference(&before, &after);
        changes.push(Change {
            at: step.at,
            by: step.by.as_ref().and_then(|by| names.person(by)),
            before: old,
            after: new,
        });
        before = after;
    }
    let words = draft.said.iter().map(|said| Words {
        at: said.at,
        author: said.author.as_ref().and_then(|author| names.person(author)),
        public: said.public,
        body: said.body.clone(),
    });
    Ok(Recorded {
        ticket,
        first,
        body: draft.body.clone(),
        tags: draft.tags.clone(),
        changes,
        words: words.collect(),
        solution: draft.solution.clone(),
        source: source.to_owned(),
        foreign_id: draft.foreign.clone(),
    })
}

fn reopenings(draft: &Draft) -> usize {
    let states = std::iter::once(&draft.first).chain(draft.steps.iter().map(|step| &step.after));
    let stages: Vec<Stage> = states.map(|standing| standing.state.stage()).collect();
    stages
        .windows(2)
        .filter(|pair| pair[0] != Stage::Open && pair[1] == Stage::Open)
        .count()
}

fn values(standing: &Standing, names: &impl Naming) -> Map<String, Value> {
    let value = json!({
        "state": standing.state, "type": standing.ticket_type, "category": standing.category,
        "impact": standing.impact, "urgency": standing.urgency, "priority": standing.priority,
        "tier": standing.tier,
        "team": standing.team.as_ref().and_then(|team| names.team(team)),
        "assignee": standing.assignee.as_ref().and_then(|person| names.person(person)),
    });
    value.as_object().cloned().unwrap_or_default()
}

fn difference(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let mut changed = (Map::new(), Map::new());
    for (name, new) in after {
        let old = before.get(name).cloned().unwrap_or_default();
        if old != *new {
            changed.0.insert(name.clone(), old);
            changed.1.insert(name.clone(), new.clone());
        }
    }
    changed
}
