//! How a ticket's state is told to an employee: four steps and a sentence, no jargon.

use desk::service_level::{ClockKind, ClockState};
use desk::ticket::{State, Ticket, View};
use kernel::{Locale, Timestamp};

/// One of the four steps that every request goes through.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its word.
    pub text: String,
    /// `done`, `now`, or nothing.
    pub class: &'static str,
}

/// The steps of a request with where it stands.
pub fn steps(locale: Locale, ticket: &Ticket) -> Vec<Step> {
    let reached = match ticket.state {
        State::New | State::WaitingApproval => 0,
        State::InProgress | State::WaitingRequester | State::WaitingSupplier | State::WaitingDevelopment => 1,
        State::Resolved => 2,
        State::Closed => 4,
    };
    [
        "portal-step-received",
        "portal-step-working",
        "portal-step-check",
        "portal-step-done",
    ]
    .iter()
    .enumerate()
    .map(|(place, key)| Step {
        text: locale.t(key),
        class: match place.cmp(&reached) {
            std::cmp::Ordering::Less => "step-done",
            std::cmp::Ordering::Equal => "step-now",
            std::cmp::Ordering::Greater => "",
        },
    })
    .collect()
}

/// The state in the employee's words.
pub fn state(locale: Locale, state: State) -> String {
    locale.t(match state {
        State::New => "portal-state-new",
        State::InProgress => "portal-state-in_progress",
        State::WaitingRequester => "portal-state-waiting_requester",
        State::WaitingSupplier => "portal-state-waiting_supplier",
        State::WaitingDevelopment => "portal-state-waiting_development",
        State::WaitingApproval => "portal-state-waiting_approval",
        State::Resolved => "portal-state-resolved",
        State::Closed => "portal-state-closed",
    })
}

/// When there will be news at the latest, as far as that is promised and still ahead: while others are waited for, when the desk
/// asks them again; else the nearest of the first answer, the next update, and the solution.
pub fn news(view: &View, now: Timestamp) -> Option<Timestamp> {
    let ahead = |at: &Timestamp| *at > now;
    if view.ticket.state == State::WaitingRequester {
        return None;
    }
    let asks_again = view.ticket.next_step_at.filter(ahead);
    if let Some(at) = asks_again.filter(|_| view.ticket.state.is_waiting()) {
        return Some(at);
    }
    let promised = |kinds: &[ClockKind]| {
        let running = view
            .clocks
            .iter()
            .filter(|clock| clock.state == ClockState::Running && kinds.contains(&clock.kind));
        running.filter_map(|clock| clock.deadline).filter(ahead).min()
    };
    promised(&[ClockKind::FirstResponse, ClockKind::NextUpdate]).or_else(|| promised(&[ClockKind::Solution]))
}
