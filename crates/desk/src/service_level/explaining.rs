//! Why a clock stands where it stands: its time cut into parts, each with its reason.
//!
//! The parts lie end to end from the clock's start to its stop (or to the present), and the running ones add up to what
//! the clock has counted. The words for the reasons are the page's.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use serde::Serialize;
use worktime::{Kind, Reason};

use super::clock::{self, Clock, Course};
use super::history::{self, HistoryPoint};
use super::{Book, ClockKind, Hours, keeping};
use crate::ticket::access;
use crate::ticket::store as ticket_store;
use crate::ticket::value::State;

/// A part of a clock's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    pub from: Timestamp,
    pub to: Timestamp,
    #[serde(flatten)]
    pub kind: PartKind,
}

/// What the clock did in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "detail", rename_all = "snake_case")]
pub enum PartKind {
    /// Time counted.
    Running,
    /// Time counted on a day with hours of its own, such as a make-up working day; with its name.
    MakeUp(String),
    /// The policy pauses in this state.
    Paused(State),
    /// The requester was being asked, or the ticket was closed for a while.
    Awaiting(State),
    Night,
    Break,
    Weekend,
    /// With the holiday's name.
    Holiday(String),
}

impl PartKind {
    /// True when the part counts.
    #[must_use]
    pub const fn counts(&self) -> bool {
        matches!(self, PartKind::Running | PartKind::MakeUp(_))
    }

    /// The key of its words; names are arguments `name` and `state`.
    #[must_use]
    pub const fn text_key(&self) -> &'static str {
        match self {
            PartKind::Running => "desk-part-running",
            PartKind::MakeUp(_) => "desk-part-make_up",
            PartKind::Paused(_) => "desk-part-paused",
            PartKind::Awaiting(_) => "desk-part-awaiting",
            PartKind::Night => "desk-part-night",
            PartKind::Break => "desk-part-break",
            PartKind::Weekend => "desk-part-weekend",
            PartKind::Holiday(_) => "desk-part-holiday",
        }
    }
}

/// A clock with the parts of its time.
#[derive(Debug, Clone)]
pub struct Explanation {
    pub clock: Clock,
    pub parts: Vec<Part>,
    /// Counted by now, in milliseconds.
    pub elapsed: i64,
    /// The calendar's zone, none when it runs round the clock.
    pub time_zone: Option<String>,
    /// How long a working day is, in milliseconds.
    pub day: i64,
}

/// Explains one clock of a ticket up to the present.
pub fn explain(tx: &mut Tx, cx: &Cx, number: i64, kind: ClockKind) -> Result<Explanation> {
    let ticket = ticket_store::load(tx, number)?.ok_or_else(Error::not_found)?;
    access::check(cx, access::READ, &ticket)?;
    let past = history::of_ticket(tx, number)?;
    let book = keeping::book(tx, &past)?;
    let clock = clock::replay(&book, &past)?
        .into_iter()
        .find(|clock| clock.kind == kind)
        .ok_or_else(Error::not_found)?;
    let (_, hours) = book.get(&clock.policy)?;
    Ok(Explanation {
        parts: parts(&book, &past, &clock, cx.now())?,
        elapsed: clock.elapsed_at(hours, cx.now())?,
        time_zone: hours.time_zone().map(str::to_owned),
        day: hours.day_millis(),
        clock,
    })
}

/// The parts of a clock's time up to `now`. Pure.
pub fn parts(book: &Book, history: &[HistoryPoint], clock: &Clock, now: Timestamp) -> Result<Vec<Part>> {
    let (policy, hours) = book.get(&clock.policy)?;
    let stretches = Course::of(clock.kind, history).stretches(history, policy);
    let mut parts = Vec::new();
    for stretch in &stretches.done {
        extend(
            &mut parts,
            hours,
            (stretch.from, stretch.to),
            stretch.state,
            stretch.runs,
        )?;
    }
    if let Some((since, state, runs)) = stretches.since {
        extend(&mut parts, hours, (since, now), state, runs)?;
    }
    Ok(parts)
}

fn extend(
    parts: &mut Vec<Part>,
    hours: &Hours,
    (from, to): (Timestamp, Timestamp),
    state: State,
    runs: bool,
) -> Result<()> {
    if to <= from {
        return Ok(());
    }
    if !runs {
        let kind = if state.is_waiting() {
            PartKind::Paused(state)
        } else {
            PartKind::Awaiting(state)
        };
        push(parts, Part { from, to, kind });
        return Ok(());
    }
    let calendar = match hours {
        Hours::Always => {
            push(
                parts,
                Part {
                    from,
                    to,
                    kind: PartKind::Running,
                },
            );
            return Ok(());
        }
        Hours::Calendar(calendar) => calendar,
    };
    let spans = calendar
        .explain_millis(from.millis(), to.millis())
        .map_err(super::hours::impossible)?;
    for span in spans {
        let kind = match span.kind {
            Kind::Open => PartKind::Running,
            Kind::Replaced(name) => PartKind::MakeUp(name),
            Kind::Closed(Reason::Night) => PartKind::Night,
            Kind::Closed(Reason::Break) => PartKind::Break,
            Kind::Closed(Reason::Weekend) => PartKind::Weekend,
            Kind::Closed(Reason::Holiday(name)) => PartKind::Holiday(name),
        };
        push(
            parts,
            Part {
                from: span.from.into(),
                to: span.to.into(),
                kind,
            },
        );
    }
    Ok(())
}

fn push(parts: &mut Vec<Part>, part: Part) {
    match parts.last_mut() {
        Some(last) if last.kind == part.kind && last.to == part.from => last.to = part.to,
        _ => parts.push(part),
    }
}
