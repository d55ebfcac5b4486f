//! How a ticket's state is told to an employee: four steps and a sentence, no jargon.

use desk::ticket::{State, Ticket};
use kernel::Locale;

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
