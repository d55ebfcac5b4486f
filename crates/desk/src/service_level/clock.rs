//! Clocks as a pure function of policy, hours, and history.
//!
//! Nothing here knows the present: a running clock is told by what it had counted when it last began to run and by the
//! instants at which it will reach its steps. So the same history gives the same clocks for ever, and what is stored can
//! be proved by replay.
//!
//! The rules:
//! - Time counts in the hours of the policy's calendar, except in the states in which the policy pauses, while a request
//!   waits for its approval under any policy, and while the requester is asked whether it works. A refused fix lets the solution clock run on from where it stood.
//! - The first response is the desk's first public word; a resolution or closing without one counts as one.
//! - The next update is counted from the desk's last public word, first from the report, and anew after reopening.
//! - A clock that has stopped is judged by the policy that held at that moment; one that runs, by the policy that holds
//!   now, from the report on. Raising a priority therefore does not give the desk new time.
//! - A clock is breached when more than the promised time was counted: stopping on the deadline is in time.

use kernel::error::Result;
use kernel::time::Timestamp;

use super::history::{Happening, HistoryPoint};
use super::{Book, ClockKind, Hours, Policy, Target};
use crate::ticket::value::{Stage, State, words};

words!(
    /// How a clock stands.
    ClockState, "clock_state" { Running => "running", Paused => "paused", Met => "met", Breached => "breached" }
);

/// One clock of one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub kind: ClockKind,
    /// The version of the policy whose promise it measures.
    pub policy: String,
    pub state: ClockState,
    pub started_at: Timestamp,
    /// The promised time in counted milliseconds.
    pub target: i64,
    /// What had been counted at `measured_at`.
    pub elapsed: i64,
    /// For a running clock when it last began to run, else when it stood still.
    pub measured_at: Timestamp,
    /// The instant at which the promised time is used up, also when that has passed; none while it cannot be known.
    pub deadline: Option<Timestamp>,
    /// The first warning, likewise.
    pub warn_at: Option<Timestamp>,
    pub stopped_at: Option<Timestamp>,
    /// The instants of the policy's steps that can be known.
    pub steps: Vec<(i64, Timestamp)>,
}

impl Clock {
    /// What has been counted by now.
    pub fn elapsed_at(&self, hours: &Hours, now: Timestamp) -> Result<i64> {
        if self.state == ClockState::Running && now > self.measured_at {
            return Ok(self.elapsed + hours.between(self.measured_at, now)?);
        }
        Ok(self.elapsed)
    }

    /// True when the promise is broken by now, stopped or not.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        match self.state {
            ClockState::Running | ClockState::Paused => self.deadline.is_some_and(|deadline| deadline < now),
            ClockState::Met => false,
            ClockState::Breached => true,
        }
    }

    /// True while it can still run.
    #[must_use]
    pub const fn is_alive(&self) -> bool {
        matches!(self.state, ClockState::Running | ClockState::Paused)
    }
}

/// The clocks that this history leaves behind, in the order of their kinds.
pub fn replay(book: &Book, history: &[HistoryPoint]) -> Result<Vec<Clock>> {
    let mut clocks = Vec::new();
    for kind in ClockKind::ALL {
        let course = Course::of(*kind, history);
        let Some(start) = course.start else { continue };
        let Some(reference) = policy_before(history, course.end.unwrap_or(history.len())) else {
            continue;
        };
        let (policy, hours) = book.get(&reference)?;
        if let Some(target) = policy.target(*kind) {
            clocks.push(measure(
                policy,
                hours,
                target,
                &course.stretches(history, policy),
                history[start].at,
            )?);
        }
    }
    Ok(clocks)
}

/// Where in the history a clock starts and ends.
pub(super) struct Course {
    /// Index of the point it starts with.
    pub start: Option<usize>,
    /// Index of the point that stops it.
    pub end: Option<usize>,
}

impl Course {
    pub(super) fn of(kind: ClockKind, history: &[HistoryPoint]) -> Course {
        let opened = history
            .iter()
            .position(|point| matches!(point.happening, Happening::State(_)));
        let (start, end) = match kind {
            ClockKind::FirstResponse => {
                let answered = history.iter().position(|point| match &point.happening {
                    Happening::Spoke => true,
                    Happening::State(state) => state.stage() != Stage::Open,
                    Happening::Policy(_) => false,
                });
                (opened, answered)
            }
            ClockKind::NextUpdate => (last_word(history).or(opened), last_stop(history)),
            ClockKind::Solution => (opened, last_stop(history)),
        };
        Course { start, end }
    }

    /// The history between start and end as stretches in which the clock runs or stands.
    pub(super) fn stretches(&self, history: &[HistoryPoint], policy: &Policy) -> Stretches {
        let mut stretches = Stretches {
            done: Vec::new(),
            since: None,
            stopped_at: None,
        };
        let Some(start) = self.start else { return stretches };
        let mut state = state_at(history, start);
        let mut since = history[start].at;
        let mut push = |from: Timestamp, to: Timestamp, state: State| {
            if to > from {
                stretches.done.push(Stretch {
                    from,
                    to,
                    state,
                    runs: runs(policy, state),
                });
            }
        };
        for (index, point) in history.iter().enumerate().skip(start + 1) {
            if let Happening::State(to) = point.happening {
                push(since, point.at, state);
                since = point.at;
                state = to;
            }
            if self.end == Some(index) {
                push(since, point.at, state);
                stretches.stopped_at = Some(point.at);
                return stretches;
            }
        }
        if self.end == Some(start) {
            stretches.stopped_at = Some(since);
            return stretches;
        }
        stretches.since = Some((since, state, runs(policy, state)));
        stretches
    }
}

/// How a clock's time passed.
pub(super) struct Stretches {
    pub done: Vec<Stretch>,
    /// The stretch that has no end yet: since when, in which state, and whether the clock runs in it.
    pub since: Option<(Timestamp, State, bool)>,
    pub stopped_at: Option<Timestamp>,
}

/// A time in one state.
pub(super) struct Stretch {
    pub from: Timestamp,
    pub to: Timestamp,
    pub state: State,
    pub runs: bool,
}

/// Whether a clock runs in this state under this policy.
fn runs(policy: &Policy, state: State) -> bool {
    state.stage() == Stage::Open
        && state != State::WaitingApproval
        && !policy.definition.pauses.contains(&state)
}

fn state_at(history: &[HistoryPoint], index: usize) -> State {
    history[..=index]
        .iter()
        .rev()
        .find_map(|point| match point.happening {
            Happening::State(state) => Some(state),
            _ => None,
        })
        .unwrap_or(State::New)
}

/// The desk's last word to the requester, or the last return to work when that came later.
fn last_word(history: &[HistoryPoint]) -> Option<usize> {
    let mut word = None;
    let mut before = State::New;
    for (index, point) in history.iter().enumerate() {
        match point.happening {
            Happening::Spoke => word = Some(index),
            Happening::State(state) => {
                if before.stage() != Stage::Open && state.stage() == Stage::Open {
                    word = Some(index);
                }
                before = state;
            }
            Happening::Policy(_) => {}
        }
    }
    word
}

/// The point with which the ticket left the open stage, unless it came back.
fn last_stop(history: &[HistoryPoint]) -> Option<usize> {
    let mut stop = None;
    for (index, point) in history.iter().enumerate() {
        if let Happening::State(state) = point.happening {
            match (state.stage(), stop) {
                (Stage::Open, _) => stop = None,
                (_, None) => stop = Some(index),
                (_, Some(_)) => {}
            }
        }
    }
    stop
}

/// The policy that the history names at or before this point; the one named with the report counts from the report on,
/// for both stand in one event.
fn policy_before(history: &[HistoryPoint], end: usize) -> Option<String> {
    let last_at = history.get(end).map(|point| point.at);
    let mut found: Option<Option<String>> = None;
    for (index, point) in history.iter().enumerate() {
        if let Happening::Policy(policy) = &point.happening {
            let in_time = index <= end || last_at == Some(point.at);
            if found.is_none() || in_time {
                found = Some(policy.clone());
            }
        }
    }
    found.flatten()
}

fn measure(
    policy: &Policy,
    hours: &Hours,
    target: &Target,
    stretches: &Stretches,
    started_at: Timestamp,
) -> Result<Clock> {
    let promised = target.millis(hours);
    let mut elapsed = 0;
    let mut counted: Vec<(Timestamp, i64, i64)> = Vec::new();
    for stretch in stretches.done.iter().filter(|stretch| stretch.runs) {
        let amount = hours.between(stretch.from, stretch.to)?;
        counted.push((stretch.from, elapsed, elapsed + amount));
        elapsed += amount;
    }
    let reach = |budget: i64| -> Result<Option<Timestamp>> {
        for (from, before, after) in &counted {
            if budget <= *after {
                return hours.add(*from, (budget - before).max(0));
            }
        }
        match stretches.since {
            Some((since, _, true)) => hours.add(since, budget - elapsed),
            _ => Ok(None),
        }
    };
    let mut steps = Vec::new();
    for step in &target.steps {
        if let Some(at) = reach(promised.saturating_mul(step.percent) / 100)? {
            steps.push((step.percent, at));
        }
    }
    steps.sort_unstable();
    let (state, measured_at) = match (stretches.since, stretches.stopped_at) {
        (Some((since, _, true)), _) => (ClockState::Running, since),
        (Some((since, _, false)), _) => (ClockState::Paused, since),
        (None, Some(at)) if elapsed > promised => (ClockState::Breached, at),
        (None, at) => (ClockState::Met, at.unwrap_or(started_at)),
    };
    Ok(Clock {
        kind: target.clock,
        policy: policy.reference(),
        state,
        started_at,
        target: promised,
        elapsed,
        measured_at,
        deadline: reach(promised)?,
        warn_at: steps
            .iter()
            .find(|(percent, _)| *percent < 100)
            .map(|(_, at)| *at),
        stopped_at: stretches.stopped_at,
        steps,
    })
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
