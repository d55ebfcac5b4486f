//! Running a macro on a ticket: what would be done, in words, and doing it in one transaction.
//!
//! The order is that of a careful hand: fields first (they may move the service level), then the owner, then the word,
//! then the state that follows from it. If one step is refused nothing was done.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::Id;
use kernel::time::Timestamp;

use super::{Definition, Macro, Move, Receiver, Voice, load};
use crate::ticket::changing::NextStep;
use crate::ticket::saving::{self, Told};
use crate::ticket::value::{Stage, State, WaitingFor};
use crate::ticket::{self, Assign, Change, Note, Reply, Resolve, Ticket, Wait, access, store};
use crate::{events, reply_template};

/// What a macro would do to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// One thing a line, in the actor's language.
    pub lines: Vec<String>,
    /// What would be said, filled in.
    pub text: Option<String>,
    pub voice: Option<Voice>,
}

/// Says what a macro would do.
pub fn plan(tx: &mut Tx, cx: &Cx, ticket: &Ticket, one: &Macro) -> Result<Plan> {
    let definition = &one.definition;
    Ok(Plan {
        lines: summary(tx, cx, definition)?,
        text: text(tx, cx, ticket, definition)?,
        voice: definition.say.as_ref().map(|say| say.voice),
    })
}

/// What a definition does, one thing a line, in the actor's language.
pub fn summary(tx: &mut Tx, cx: &Cx, definition: &Definition) -> Result<Vec<String>> {
    let t = |key: &str| cx.locale.t(key);
    let with = |key: &str, value: String| cx.locale.t_with(key, &[("value", value.into())]);
    let mut lines = Vec::new();
    let words = [
        (
            "desk-page-field-type",
            definition.ticket_type.map(|word| word.text_key()),
        ),
        (
            "desk-page-field-category",
            definition.category.map(|word| word.text_key()),
        ),
        (
            "desk-page-field-impact",
            definition.impact.map(|word| word.text_key()),
        ),
        (
            "desk-page-field-urgency",
            definition.urgency.map(|word| word.text_key()),
        ),
    ];
    for (field, value) in words {
        if let Some(value) = value {
            lines.push(format!("{} → {}", t(field), t(value)));
        }
    }
    if !definition.tags_add.is_empty() {
        lines.push(with("desk-hand-plan-tags-add", definition.tags_add.join(", ")));
    }
    if !definition.tags_remove.is_empty() {
        lines.push(with(
            "desk-hand-plan-tags-remove",
            definition.tags_remove.join(", "),
        ));
    }
    match definition.assign {
        Some(Receiver::Me) => lines.push(t("desk-hand-plan-assign-me")),
        Some(Receiver::Automatic) => lines.push(t("desk-hand-plan-assign-automatic")),
        Some(Receiver::Team(team)) => {
            let teams = people::team::store::list(tx)?;
            let name = teams.into_iter().find(|one| one.id == team).map(|one| one.name);
            lines.push(with("desk-hand-plan-assign-team", name.unwrap_or_default()));
        }
        None => {}
    }
    if let Some(planned) = &definition.next_step {
        lines.push(cx.locale.t_with(
            "desk-hand-plan-next",
            &[
                ("value", planned.what.clone().into()),
                ("days", planned.in_days.into()),
            ],
        ));
    }
    if let Some(say) = &definition.say {
        lines.push(t(say.voice.text_key()));
    }
    if let Some(step) = definition.step {
        lines.push(t(step.text_key()));
    }
    Ok(lines)
}

/// What is said; none when the macro says nothing, or when its template was thrown away.
fn text(tx: &mut Tx, cx: &Cx, ticket: &Ticket, definition: &Definition) -> Result<Option<String>> {
    let Some(say) = &definition.say else {
        return Ok(None);
    };
    let Some(template) = reply_template::store::load(tx, say.template)? else {
        return Ok(None);
    };
    let is_note = say.voice == Voice::Note;
    reply_template::fill(tx, cx, &template.body, ticket, is_note).map(Some)
}

/// Does it.
pub fn run(tx: &mut Tx, cx: &Cx, number: i64, id: Id<Macro>) -> Result<Ticket> {
    let one = load(tx, cx, id)?;
    let before = saving::begin(tx, cx, number, access::NOTE)?;
    Told::new(events::TICKET_MACRO_RAN)
        .with("macro", id.to_string())
        .with_words("name", one.name.of(cx.locale))
        .append(tx, cx, before.subject())?;
    let definition = &one.definition;
    if definition.changes_fields() {
        let wanted = change(tx, cx, number, definition)?;
        ticket::change(tx, cx, number, wanted)?;
    }
    match definition.assign {
        Some(Receiver::Me) if before.assignee == cx.user_id() => {}
        Some(Receiver::Me) => drop(ticket::take(tx, cx, number)?),
        Some(Receiver::Automatic) => drop(ticket::assign(tx, cx, number, Assign::Automatically)?),
        Some(Receiver::Team(team)) => drop(ticket::assign(tx, cx, number, Assign::Team(team))?),
        None => {}
    }
    let now = store::load(tx, number)?.unwrap_or(before);
    let words = text(tx, cx, &now, definition)?;
    if definition.step == Some(Move::Resolve) {
        let name = one.name.of(cx.locale).to_owned();
        let reason = cx
            .locale
            .t_with("desk-hand-standard-solution", &[("name", name.into())]);
        let resolve = Resolve {
            solution: words.unwrap_or_default(),
            tested: false,
            untested_reason: Some(reason),
        };
        return ticket::resolve(tx, cx, number, resolve);
    }
    say(tx, cx, number, definition, words.as_deref())?;
    go(
        tx,
        cx,
        number,
        definition.step,
        words.as_deref().unwrap_or_default(),
    )
}

fn change(tx: &mut Tx, cx: &Cx, number: i64, definition: &Definition) -> Result<Change> {
    let mut tags = store::tags(tx, number)?;
    tags.retain(|tag| !definition.tags_remove.contains(tag));
    tags.extend(definition.tags_add.iter().cloned());
    Ok(Change {
        ticket_type: definition.ticket_type,
        category: definition.category,
        impact: definition.impact,
        urgency: definition.urgency,
        tags: Some(tags),
        next_step: definition.next_step.as_ref().map(|planned| NextStep {
            what: planned.what.clone(),
            at: Some(in_days(cx.now(), planned.in_days)),
        }),
        ..Change::default()
    })
}

/// "Today" leaves an hour: a next step in the past would be no plan.
fn in_days(now: Timestamp, days: i64) -> Timestamp {
    if days == 0 {
        now.add_secs(3_600)
    } else {
        now.add_secs(days * 86_400)
    }
}

fn say(tx: &mut Tx, cx: &Cx, number: i64, definition: &Definition, words: Option<&str>) -> Result<()> {
    let (Some(say), Some(words)) = (&definition.say, words) else {
        return Ok(());
    };
    match say.voice {
        Voice::Reply => {
            let reply = Reply {
                body: words.to_owned(),
                ..Reply::default()
            };
            ticket::reply(tx, cx, number, reply)?;
        }
        Voice::Note => {
            let note = Note {
                body: words.to_owned(),
                ..Note::default()
            };
            ticket::note(tx, cx, number, note)?;
        }
    }
    Ok(())
}

/// Goes the way, unless the ticket is there already.
fn go(tx: &mut Tx, cx: &Cx, number: i64, step: Option<Move>, words: &str) -> Result<Ticket> {
    let now = saving::see(tx, cx, number, access::READ)?;
    let whom = match step {
        Some(Move::Start) if now.state == State::New => return ticket::start(tx, cx, number),
        Some(Move::Start) if now.state.is_waiting() => return ticket::resume(tx, cx, number),
        Some(Move::WaitRequester) => WaitingFor::Requester,
        Some(Move::WaitSupplier) => WaitingFor::Supplier,
        Some(Move::WaitDevelopment) => WaitingFor::Development,
        _ => return Ok(now),
    };
    if now.state == whom.state() && now.state.stage() == Stage::Open {
        return Ok(now);
    }
    let first = words
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let wait = Wait {
        whom,
        reason: first.trim().chars().take(200).collect(),
        until: None,
    };
    ticket::wait(tx, cx, number, wait)
}
