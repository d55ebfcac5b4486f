//! A batch of drafts, written whole in one transaction: people, tickets with their record, where they come from, and
//! what figures need of them.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde_json::{Map, Value, json};

use super::draft::{Draft, Standing};
use super::naming::Names;
use super::refusal::Refusal;
use super::store;
use crate::bulk::{self, Change, Recorded, Words};
use crate::figures;
use crate::ticket::Ticket;
use crate::ticket::value::{Stage, Voice};

/// What came of a batch.
#[derive(Debug, Default)]
pub struct Written {
    pub names: Names,
    pub taken: u64,
    pub known: u64,
    pub refused: Vec<Refusal>,
}

/// Writes what is not here yet. Those that name somebody unknown are refused, the others are not held up by it.
pub fn write(
    tx: &mut Tx,
    cx: &Cx,
    source: &str,
    drafts: &[Draft],
    names: &Names,
    dry: bool,
) -> Result<Written> {
    if !dry {
        // Two imports of one source at once would both find a ticket new; the second waits and finds it here.
        tx.lock("desk.import", source)?;
    }
    let foreign: Vec<&str> = drafts.iter().map(|draft| draft.foreign.as_str()).collect();
    let here = store::known(tx, source, &foreign)?;
    let mut written = Written {
        names: names.clone(),
        known: here.len() as u64,
        ..Written::default()
    };
    let mut taken: Vec<&Draft> = Vec::new();
    for draft in drafts.iter().filter(|draft| !here.contains(&draft.foreign)) {
        match written.names.lacks(tx, draft)? {
            Some(refusal) => written.refused.push(refusal),
            None => {
                written.names.learn(tx, cx, draft, dry)?;
                taken.push(draft);
            }
        }
    }
    written.taken = taken.len() as u64;
    if !dry && !taken.is_empty() {
        insert(tx, cx, source, &taken, &written.names)?;
    }
    Ok(written)
}

fn insert(tx: &mut Tx, cx: &Cx, source: &str, drafts: &[&Draft], names: &Names) -> Result<()> {
    let records: Vec<Recorded> = drafts
        .iter()
        .map(|draft| record(draft, names, source))
        .collect::<Result<_>>()?;
    let numbers = bulk::insert(tx, cx, &bulk::recorded(&records)?)?;
    let origins: Vec<_> = numbers
        .iter()
        .zip(drafts)
        .map(|(number, draft)| (*number, draft.foreign.clone(), draft.stated.clone()))
        .collect();
    store::insert(tx, source, &origins, cx.now())?;
    figures::take_in(tx, &numbers, &records, drafts)
}

/// The draft with everybody named.
fn record(draft: &Draft, names: &Names, source: &str) -> Result<Recorded> {
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

fn values(standing: &Standing, names: &Names) -> Map<String, Value> {
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
