//! What a rule would have done: the log of the past days replayed against its conditions, reading only.
//!
//! Each ticket is taken back, event by event, to what it was at the time (`Facts::undo`). Not kept in the log, and so
//! judged by today: the requester's team, department, and job. The report says so, and that it does not know what the
//! rule's own acts would have led to. For rules about what lasts, each stretch between two changes is looked at where it
//! ended.

pub mod replaying;

use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Db;
use kernel::error::{Error, Result};
use kernel::event::{self, Event};
use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::RULES;
use crate::rule::{Action, Definition, Field, Trigger, checking, naming};
use crate::running::firing::ticket_of;

/// The days looked back at when nothing is said.
pub const DAYS: i64 = 30;
/// The furthest back.
pub const DAYS_MAX: i64 = 366;
/// Events of the log that are looked at, the latest first.
const EVENTS_MAX: usize = 20_000;
const TICKETS_MAX: usize = 5_000;
/// Lines that the report holds; what is beyond is counted.
const LINES_MAX: usize = 200;
const EVENTS_PIECE: i64 = 1_000;
const TICKETS_PIECE: usize = 50;

/// Once that the rule would have fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Would {
    /// The ticket.
    pub ticket: i64,
    /// Its title today.
    pub title: String,
    /// The event; 0 for what lasted until today.
    pub event: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The conditions that held, as text.
    pub because: Vec<String>,
}

/// See the module's text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Report {
    /// How many days were asked for.
    pub days: i64,
    /// How far back the events that were looked at go.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// How many events were looked at.
    pub events: usize,
    /// Whether there were more than are looked at.
    pub cut: bool,
    /// How often the rule would have fired.
    pub firings: usize,
    /// On how many tickets.
    pub tickets: usize,
    /// The latest of them.
    pub lines: Vec<Would>,
    /// What it would have done each time.
    pub actions: Vec<Action>,
    /// Fields of its conditions that are judged by what they are today.
    pub judged_by_today: Vec<Field>,
}

/// The events of a ticket that a dry run asks the rule about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) events: Vec<i64>,
}

/// Replays the past days against a rule, stored or not. Writes nothing.
///
/// # Errors
/// What is wrong with the rule, or `days` out of range.
pub async fn run(kernel: &Kernel, cx: &Cx, definition: &Definition, days: i64) -> Result<Report> {
    cx.require(RULES)?;
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Error::invalid("automate.dry_run.days")
            .field("days")
            .arg("max", DAYS_MAX));
    }
    checking::check(definition)?;
    let wanted = definition.clone();
    let definition = kernel.db.read(move |tx| naming::resolved(tx, &wanted)).await?;
    let since = cx.now().add_millis(-days * 24 * 3_600_000);
    let mut report = Report {
        days,
        since,
        events: 0,
        cut: false,
        firings: 0,
        tickets: 0,
        lines: Vec::new(),
        actions: definition.then.clone(),
        judged_by_today: checking::todays(&definition),
    };
    let asked = gather(&kernel.db, &definition, &mut report).await?;
    replay(&kernel.db, definition, asked, cx.now(), &mut report).await?;
    Ok(report)
}

/// Reads the log backwards; which tickets are to be looked at, at which of their events.
async fn gather(db: &Db, definition: &Definition, report: &mut Report) -> Result<Vec<(i64, Asked)>> {
    let mut asked: std::collections::BTreeMap<i64, Asked> = std::collections::BTreeMap::new();
    let hourly = definition.when.contains(&Trigger::Hourly);
    if hourly {
        let most = i64::try_from(TICKETS_MAX).unwrap_or(i64::MAX);
        let open = db.read(move |tx| replaying::alive(tx, most)).await?;
        asked.extend(open.into_iter().map(|number| (number, Asked::default())));
    }
    let since = report.since;
    let (mut before, mut oldest) = (i64::MAX, None);
    loop {
        let events = db.read(move |tx| event::latest(tx, before, EVENTS_PIECE)).await?;
        let Some(last) = events.last() else { break };
        before = last.seq;
        report.events += events.len();
        for event in events.iter().filter(|event| event.at >= since) {
            oldest = Some(event.at);
            take_in(&mut asked, definition, event, hourly);
        }
        // History that was imported lately stands among new events, so age alone ends nothing; the bound does.
        let is_whole = events.len() < usize::try_from(EVENTS_PIECE).unwrap_or(1_000);
        if is_whole {
            break;
        }
        if report.events >= EVENTS_MAX {
            report.cut = events.iter().any(|event| event.at >= since);
            break;
        }
    }
    if report.cut {
        report.since = oldest.unwrap_or(since);
    }
    let mut asked: Vec<(i64, Asked)> = asked.into_iter().rev().collect();
    report.cut |= asked.len() > TICKETS_MAX;
    asked.truncate(TICKETS_MAX);
    Ok(asked)
}

fn take_in(
    asked: &mut std::collections::BTreeMap<i64, Asked>,
    definition: &Definition,
    event: &Event,
    hourly: bool,
) {
    let (Some(ticket), Some(trigger)) = (ticket_of(event), Trigger::of(event)) else {
        return;
    };
    if definition.when.contains(&trigger) {
        asked.entry(ticket).or_default().events.push(event.seq);
    } else if hourly {
        asked.entry(ticket).or_default();
    }
}

async fn replay(
    db: &Db,
    definition: Definition,
    asked: Vec<(i64, Asked)>,
    now: Timestamp,
    report: &mut Report,
) -> Result<()> {
    let mut lines = Vec::new();
    for piece in asked.chunks(TICKETS_PIECE) {
        let (piece, rule, since) = (piece.to_vec(), definition.clone(), report.since);
        let found = db
            .read(move |tx| {
                let mut found = Vec::new();
                for (ticket, asked) in &piece {
                    found.extend(replaying::ticket(tx, &rule, *ticket, asked, (since, now))?);
                }
                Ok(found)
            })
            .await?;
        let mut tickets: Vec<i64> = found.iter().map(|would| would.ticket).collect();
        tickets.dedup();
        report.tickets += tickets.len();
        report.firings += found.len();
        lines.extend(found);
    }
    lines.sort_by_key(|would| std::cmp::Reverse((would.at, would.event)));
    lines.truncate(LINES_MAX);
    report.lines = lines;
    Ok(())
}
