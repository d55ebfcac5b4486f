//! Changing many tickets in one step, and taking that back.
//!
//! Each ticket goes through the ordinary operations with their rights and rules; one that is refused stays as it was and
//! is named with the reason, the others are changed. Before and after are written down for each, and for ten seconds the
//! step can be taken back (`undoing.rs`); until then nobody is written a letter about it (`holding.rs`).

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind, Result};
use kernel::i18n::Locale;
use kernel::id::{Id, TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::saved_view::criteria::Whose;
use crate::ticket::changing::NextStep;
use crate::ticket::value::{Category, Impact, State, TicketType, Urgency, WaitingFor};
use crate::ticket::{self, Assign, Change, Resolve, Ticket, Wait, access, store as tickets};

pub mod holding;
pub mod star;
pub mod store;
pub mod trace;
pub mod undoing;

pub use undoing::{Undone, undo};

use trace::Trace;

/// A batch's identifier.
pub type BatchId = Id<Batch>;

/// More in one step would hold up everybody else who writes.
pub const TICKETS_MOST: usize = 200;
/// How long a step can be taken back, as the page says it.
pub const UNDO_SECONDS: i64 = 10;
/// The click is on its way when the time is over.
const GRACE_SECONDS: i64 = 3;
/// What came of a step can be read again for a day.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// What to change on each ticket; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Many {
    /// An identifier, `me`, or `none` (back into the team's queue).
    #[schema(value_type = Option<String>)]
    pub assignee: Option<Whose<UserId>>,
    /// An identifier. Alone: into the team's queue.
    #[schema(value_type = Option<String>)]
    pub team: Option<TeamId>,
    #[serde(rename = "type")]
    pub ticket_type: Option<TicketType>,
    pub category: Option<Category>,
    /// With the urgency it makes the priority.
    pub impact: Option<Impact>,
    pub urgency: Option<Urgency>,
    pub add_tags: Vec<String>,
    pub remove_tags: Vec<String>,
    /// `in_progress`, one of `waiting_…`, or `resolved`.
    pub state: Option<State>,
    /// Why it waits.
    pub reason: Option<String>,
    /// What solved it: the same words to each requester.
    pub solution: Option<String>,
    /// Whether the solution was tested.
    pub tested: bool,
    /// Why it could not be tested.
    pub untested_reason: Option<String>,
    /// What happens next, and when; both or neither.
    pub next_step: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_step_at: Option<Timestamp>,
    /// The caller watches them, or no longer.
    pub watch: Option<bool>,
    /// The caller's star on them, or none.
    pub star: Option<bool>,
}

/// A ticket that was left as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub number: i64,
    /// The stable code.
    pub code: String,
    /// The words, in the language of who asked.
    pub words: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    pub id: BatchId,
    pub person: UserId,
    pub done_at: Timestamp,
    pub undone_at: Option<Timestamp>,
    /// The tickets that were changed.
    pub numbers: Vec<i64>,
    pub refused: Vec<Refusal>,
    /// What stayed when it was taken back, because somebody had changed it in between.
    pub kept: Vec<Refusal>,
}

impl Batch {
    /// Until when the page offers to take it back; none when there is nothing to take back.
    #[must_use]
    pub fn undo_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.done_at.add_millis(UNDO_SECONDS * 1_000);
        (self.undone_at.is_none() && !self.numbers.is_empty() && now < until).then_some(until)
    }

    /// The last moment at which taking back is accepted.
    #[must_use]
    pub fn accepted_until(done_at: Timestamp) -> Timestamp {
        done_at.add_millis((UNDO_SECONDS + GRACE_SECONDS) * 1_000)
    }
}

/// Changes these tickets, in the order of their numbers.
pub fn many(tx: &mut Tx, cx: &Cx, numbers: &[i64], change: &Many) -> Result<Batch> {
    cx.require(access::READ)?;
    cx.require(access::INTERNAL)?;
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    check(cx, &numbers, change)?;
    let mut batch = Batch {
        id: cx.new_id(),
        person,
        done_at: cx.now(),
        undone_at: None,
        numbers: Vec::new(),
        refused: Vec::new(),
        kept: Vec::new(),
    };
    let begun_at = cx.now();
    let mut traces = Vec::new();
    for number in numbers {
        store::mark(tx)?;
        match one(tx, cx, number, change) {
            Ok(Some(trace)) => {
                store::drop_mark(tx)?;
                batch.numbers.push(number);
                traces.push((number, trace));
            }
            Ok(None) => {
                store::drop_mark(tx)?;
                batch.numbers.push(number);
            }
            Err(error) if is_refusal(&error) => {
                store::back_to_mark(tx)?;
                batch.refused.push(refusal(number, &error, cx.locale));
            }
            Err(error) => return Err(error),
        }
    }
    batch.done_at = cx.now();
    store::delete_before(tx, begun_at.add_millis(-KEPT_MILLIS))?;
    store::insert(tx, &batch, (&cx.request, begun_at), &traces)?;
    Ok(batch)
}

/// A batch of the actor's own.
pub fn load(tx: &mut Tx, cx: &Cx, id: BatchId) -> Result<Batch> {
    cx.require(access::INTERNAL)?;
    let batch = store::load(tx, id)?.ok_or_else(Error::not_found)?;
    if cx.user_id() != Some(batch.person) {
        return Err(Error::not_found());
    }
    Ok(batch)
}

/// What the rules and the rights say about one ticket; anything else is trouble for all.
fn is_refusal(error: &Error) -> bool {
    matches!(
        error.kind(),
        Kind::Invalid | Kind::Conflict | Kind::Forbidden | Kind::NotFound
    )
}

fn refusal(number: i64, error: &Error, locale: Locale) -> Refusal {
    let words = match (error.fields().first(), error.kind()) {
        (Some(field), _) => field.message(locale),
        (None, Kind::Forbidden) => locale.t("desk-bulk-forbidden"),
        (None, Kind::NotFound) => locale.t("desk-bulk-not-found"),
        (None, _) => error.message(locale),
    };
    Refusal {
        number,
        code: error.code().to_owned(),
        words,
    }
}

/// What is wrong with the change itself is said once, and not for each ticket.
fn check(cx: &Cx, numbers: &[i64], change: &Many) -> Result<()> {
    let mut errors = Errors::new();
    if numbers.is_empty() {
        errors.push("numbers", "desk.bulk.no_tickets");
    }
    if numbers.len() > TICKETS_MOST {
        let most = i64::try_from(TICKETS_MOST).unwrap_or(i64::MAX);
        errors.push_with(
            "numbers",
            "desk.bulk.too_many",
            vec![("most".to_owned(), most.into())],
        );
    }
    if *change == Many::default() {
        errors.push("change", "desk.bulk.nothing");
    }
    let blank = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().is_empty();
    match change.state {
        Some(State::New | State::WaitingApproval | State::Closed) => {
            errors.push("state", "desk.bulk.state_unfit")
        }
        Some(State::Resolved) => {
            if blank(&change.solution) {
                errors.push("solution", "desk.ticket.solution_missing");
            }
            if !change.tested && blank(&change.untested_reason) {
                errors.push("untested_reason", "desk.ticket.untested_reason_missing");
            }
        }
        Some(state) if state.is_waiting() && blank(&change.reason) => {
            errors.push("reason", "desk.ticket.reason_missing");
        }
        _ => {}
    }
    match (blank(&change.next_step), change.next_step_at) {
        (true, Some(_)) => errors.push("next_step", "desk.ticket.next_step_half"),
        (false, None) => errors.push("next_step_at", "desk.ticket.next_step_half"),
        _ => {}
    }
    if change.next_step_at.is_some_and(|at| at <= cx.now()) {
        errors.push("next_step_at", "desk.ticket.until_past");
    }
    errors.finish()
}

/// Changes one ticket by the ordinary operations. None when nothing on it changed.
fn one(tx: &mut Tx, cx: &Cx, number: i64, change: &Many) -> Result<Option<Trace>> {
    tx.lock("desk.ticket", number)?;
    // Seeing it is the least that is asked; the operations ask for more.
    let before = ticket::load(tx, cx, number)?;
    if !before.internal {
        return Err(Error::not_found());
    }
    let watched = before
        .watchers
        .contains(&cx.user_id().ok_or_else(Error::unauthenticated)?);
    if let Some(to) = owner(cx, change)? {
        ticket::assign(tx, cx, number, to)?;
    }
    if let Some(fields) = fields(&before.tags, change) {
        ticket::change(tx, cx, number, fields)?;
    }
    if let Some(state) = change.state {
        step(tx, cx, number, state, change)?;
    }
    personal(tx, cx, number, change)?;
    let after = tickets::load(tx, number)?.ok_or_else(Error::not_found)?;
    let tags = tickets::tags(tx, number)?;
    let watches = match change.watch {
        Some(watch) if watch != watched => Some(watched),
        _ => None,
    };
    Ok(Trace::between(
        (&before.ticket, &before.tags),
        (&after, &tags),
        watches,
    ))
}

fn owner(cx: &Cx, change: &Many) -> Result<Option<Assign>> {
    let to_person = |person: UserId| match change.team {
        Some(team) => Assign::PersonInTeam(person, team),
        None => Assign::Person(person),
    };
    Ok(match (change.assignee, change.team) {
        (Some(Whose::Mine), _) => Some(to_person(cx.user_id().ok_or_else(Error::unauthenticated)?)),
        (Some(Whose::By(person)), _) => Some(to_person(person)),
        (_, Some(team)) => Some(Assign::Team(team)),
        (Some(Whose::Nobody), None) => Some(Assign::Nobody),
        (None, None) => None,
    })
}

fn fields(present: &[String], change: &Many) -> Option<Change> {
    let clean = |tag: &String| tag.trim().to_lowercase();
    let removed: Vec<String> = change.remove_tags.iter().map(clean).collect();
    let tags = (!change.add_tags.is_empty() || !removed.is_empty()).then(|| {
        let kept = present.iter().filter(|tag| !removed.contains(tag)).cloned();
        kept.chain(change.add_tags.iter().map(clean)).collect()
    });
    let next_step = change.next_step_at.map(|at| NextStep {
        what: change.next_step.clone().unwrap_or_default(),
        at: Some(at),
    });
    let fields = Change {
        ticket_type: change.ticket_type,
        category: change.category,
        impact: change.impact,
        urgency: change.urgency,
        tags,
        next_step,
        ..Change::default()
    };
    let any = fields.ticket_type.is_some()
        || fields.category.is_some()
        || fields.impact.is_some()
        || fields.urgency.is_some()
        || fields.tags.is_some()
        || fields.next_step.is_some();
    any.then_some(fields)
}

fn step(tx: &mut Tx, cx: &Cx, number: i64, state: State, change: &Many) -> Result<()> {
    let wait = |whom: WaitingFor| Wait {
        whom,
        reason: change.reason.clone().unwrap_or_default(),
        until: None,
    };
    let now: Ticket = tickets::load(tx, number)?.ok_or_else(Error::not_found)?;
    match state {
        State::InProgress if now.state == State::New => ticket::start(tx, cx, number).map(drop),
        State::InProgress if now.state == State::InProgress => Ok(()),
        State::InProgress => ticket::resume(tx, cx, number).map(drop),
        State::Resolved => {
            let resolve = Resolve {
                solution: change.solution.clone().unwrap_or_default(),
                tested: change.tested,
                untested_reason: change.untested_reason.clone(),
            };
            ticket::resolve(tx, cx, number, resolve).map(drop)
        }
        State::New | State::Closed => Err(Error::invalid("desk.bulk.state_unfit").field("state")),
        waiting => {
            let whom = WaitingFor::ALL.iter().find(|whom| whom.state() == waiting);
            let whom = whom.ok_or_else(|| Error::invalid("desk.bulk.state_unfit").field("state"))?;
            ticket::wait(tx, cx, number, wait(*whom)).map(drop)
        }
    }
}

/// What is the actor's own: watching and stars.
fn personal(tx: &mut Tx, cx: &Cx, number: i64, change: &Many) -> Result<()> {
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    match change.watch {
        Some(true) => ticket::watch(tx, cx, number, person)?,
        Some(false) => ticket::unwatch(tx, cx, number, person)?,
        None => {}
    }
    match change.star {
        Some(true) => star::set(tx, cx, number),
        Some(false) => star::unset(tx, cx, number),
        None => Ok(()),
    }
}
