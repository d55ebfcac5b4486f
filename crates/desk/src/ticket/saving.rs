//! What every operation on a ticket has in common: begin (lock, load, authorise) and finish (event, clocks, row, counts).
//!
//! An operation in between only decides. `finish` compares the ticket before and after and writes the differing values
//! into the event by itself, so no operation can forget to tell of a change. What a person wrote goes into the event's
//! personal part, where it can be erased.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event::{self, New};
use serde_json::{Map, Value, json};

use super::{Ticket, access, store};
use crate::catalogue::{Texts, tasking};
use crate::service_level::{history, keeping};
use crate::view;

/// An event in the making.
pub(crate) struct Told {
    kind: &'static str,
    data: Map<String, Value>,
    personal: Map<String, Value>,
}

impl Told {
    /// An event of this kind; the values before and after are added by [`finish`].
    pub(crate) fn new(kind: &'static str) -> Told {
        Told {
            kind,
            data: Map::new(),
            personal: Map::new(),
        }
    }

    /// Adds a value that names nobody.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Told {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    /// Adds words of a person; empty ones are left out.
    pub(crate) fn with_words(mut self, name: &str, words: &str) -> Told {
        if !words.is_empty() {
            self.personal.insert(name.to_owned(), words.into());
        }
        self
    }

    /// Adds titles in their languages; a person may have written them.
    pub(crate) fn with_texts<'a>(mut self, name: &str, texts: impl IntoIterator<Item = &'a Texts>) -> Told {
        let texts: Vec<&Texts> = texts.into_iter().collect();
        self.personal.insert(name.to_owned(), json!(texts));
        self
    }

    /// Marks that the desk spoke to the requester.
    pub(crate) fn spoke(self) -> Told {
        self.with("spoke", true)
    }

    /// Writes the event.
    pub(crate) fn append(mut self, tx: &mut Tx, cx: &Cx, subject: String) -> Result<i64> {
        self.data.entry("at").or_insert_with(|| cx.now().millis().into());
        let personal = (!self.personal.is_empty()).then_some(Value::Object(self.personal));
        event::append(
            tx,
            cx,
            New {
                kind: self.kind,
                subject,
                data: Value::Object(self.data),
                personal,
            },
        )
    }
}

/// Takes the ticket's lock, loads it, and lets pass who may do this to it.
pub(crate) fn begin(tx: &mut Tx, cx: &Cx, number: i64, permission: &str) -> Result<Ticket> {
    tx.lock("desk.ticket", number)?;
    see(tx, cx, number, permission)
}

/// Loads a ticket for reading and lets pass who may.
pub(crate) fn see(tx: &mut Tx, cx: &Cx, number: i64, permission: &str) -> Result<Ticket> {
    // Nobody known learns nothing, not even that a number is free.
    cx.require(access::READ)?;
    let ticket = store::load(tx, number)?.ok_or_else(Error::not_found)?;
    access::check(cx, permission, &ticket)?;
    Ok(ticket)
}

/// Saves what an operation decided, with its event, clocks, and counts.
pub(crate) fn finish(tx: &mut Tx, cx: &Cx, before: &Ticket, mut after: Ticket, told: Told) -> Result<Ticket> {
    after.updated_at = cx.now();
    after.version = before.version + 1;
    if decides_policy(before, &after) {
        after.policy = keeping::policy_for(tx, &after)?;
    }
    append_change(tx, cx, before, &after, told)?;
    tasking::follow(tx, cx, before, &after)?;
    settle(tx, cx, before, after)
}

/// Brings clocks, row, and counts in line with the events written so far.
pub(crate) fn settle(tx: &mut Tx, cx: &Cx, before: &Ticket, mut after: Ticket) -> Result<Ticket> {
    let past = history::of_ticket(tx, after.number)?;
    keeping::refresh(tx, cx, &mut after, &past)?;
    store::update(tx, before, &after)?;
    view::moved(tx, Some(before), &after)?;
    Ok(after)
}

/// Writes the event of a change with the differing values in it.
pub(crate) fn append_change(
    tx: &mut Tx,
    cx: &Cx,
    before: &Ticket,
    after: &Ticket,
    mut told: Told,
) -> Result<i64> {
    let mut difference = Difference::default();
    difference.of(before, after);
    if !difference.plain.0.is_empty() {
        told.data
            .insert("before".to_owned(), Value::Object(difference.plain.0));
        told.data
            .insert("after".to_owned(), Value::Object(difference.plain.1));
    }
    if !difference.words.0.is_empty() {
        told.personal
            .insert("before".to_owned(), Value::Object(difference.words.0));
        told.personal
            .insert("after".to_owned(), Value::Object(difference.words.1));
    }
    told.append(tx, cx, after.subject())
}

/// The values that clocks and readers of a report need from the first event on.
pub(crate) fn first_values(ticket: &Ticket) -> Value {
    json!({
        "state": ticket.state, "type": ticket.ticket_type, "category": ticket.category, "impact": ticket.impact,
        "urgency": ticket.urgency, "priority": ticket.priority, "priority_pinned": ticket.priority_pinned,
        "tier": ticket.tier, "complexity": ticket.complexity, "team": ticket.team, "assignee": ticket.assignee,
        "requester": ticket.requester, "organisation": ticket.organisation, "site": ticket.site,
        "channel": ticket.channel, "policy": ticket.policy,
    })
}

fn decides_policy(before: &Ticket, after: &Ticket) -> bool {
    before.priority != after.priority
        || before.ticket_type != after.ticket_type
        || before.category != after.category
        || before.site != after.site
}

#[derive(Default)]
struct Difference {
    plain: (Map<String, Value>, Map<String, Value>),
    words: (Map<String, Value>, Map<String, Value>),
}

impl Difference {
    fn of(&mut self, before: &Ticket, after: &Ticket) {
        macro_rules! plain { ($($name:literal: $field:ident),* $(,)?) => { $(
            self.plain_value($name, json!(before.$field), json!(after.$field));
        )* } }
        macro_rules! words { ($($name:literal: $($field:ident).+),* $(,)?) => { $(
            self.words_value($name, json!(before.$($field).+), json!(after.$($field).+));
        )* } }
        plain!(
            "type": ticket_type, "category": category, "impact": impact, "urgency": urgency, "priority": priority,
            "priority_pinned": priority_pinned, "state": state, "tier": tier, "complexity": complexity, "team": team,
            "assignee": assignee, "requester": requester, "organisation": organisation, "site": site,
            "policy": policy, "next_step_at": next_step_at, "reopen_count": reopen_count,
        );
        words!(
            "title": title, "steps": steps, "error_text": error_text, "next_step": next_step,
            "waiting_reason": waiting_reason, "device": environment.device, "os": environment.os,
            "application": environment.application, "version": environment.version,
        );
    }

    fn plain_value(&mut self, name: &str, before: Value, after: Value) {
        note(&mut self.plain, name, before, after);
    }

    fn words_value(&mut self, name: &str, before: Value, after: Value) {
        note(&mut self.words, name, before, after);
    }
}

fn note((old, new): &mut (Map<String, Value>, Map<String, Value>), name: &str, before: Value, after: Value) {
    if before != after {
        old.insert(name.to_owned(), before);
        new.insert(name.to_owned(), after);
    }
}
