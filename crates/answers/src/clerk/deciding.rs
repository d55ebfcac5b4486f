//! Where the clerk stays silent, whatever an article would say. Pure.
//!
//! The order is that of the report: the first reason that holds is the one that is counted.

use desk::ticket::{Category, Channel, Priority, State, TicketType};
use kernel::id::TeamId;

use super::policy::Policy;

/// Why it did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Neither by mail nor by the portal.
    Door,
    /// It answered this ticket before.
    Twice,
    /// Somebody has spoken already.
    Spoken,
    /// It waits for an approval, or is closed.
    State,
    /// P0 or P1.
    Urgent,
    /// About security, or likely so.
    Security,
    /// Part of a major incident.
    Major,
    /// The policy keeps out of its category, type, team, or sender.
    Excluded,
    /// Others follow it: the links would reach them too.
    Watched,
    /// A program wrote it.
    Machine,
    /// It answered this person within a day.
    Lately,
    /// No article fits.
    Nothing,
    /// The article has not solved enough yet.
    Unproven,
    /// Not sure enough.
    Unsure,
}

impl Why {
    /// All of them.
    pub const ALL: [Why; 14] = [
        Why::Door,
        Why::Twice,
        Why::Spoken,
        Why::State,
        Why::Urgent,
        Why::Security,
        Why::Major,
        Why::Excluded,
        Why::Watched,
        Why::Machine,
        Why::Lately,
        Why::Nothing,
        Why::Unproven,
        Why::Unsure,
    ];

    /// As it is counted.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::Door => "door",
            Why::Twice => "twice",
            Why::Spoken => "spoken",
            Why::State => "state",
            Why::Urgent => "urgent",
            Why::Security => "security",
            Why::Major => "major",
            Why::Excluded => "excluded",
            Why::Watched => "watched",
            Why::Machine => "machine",
            Why::Lately => "lately",
            Why::Nothing => "nothing",
            Why::Unproven => "unproven",
            Why::Unsure => "unsure",
        }
    }
}

/// What is known of a ticket besides its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub channel: Channel,
    pub state: State,
    pub priority: Priority,
    pub ticket_type: TicketType,
    pub category: Category,
    pub team: Option<TeamId>,
    /// The requester's address.
    pub sender: String,
    /// What was learned from closed tickets holds it for a matter of security.
    pub looks_like_security: bool,
    pub is_major: bool,
    /// The clerk answered it before.
    pub is_answered: bool,
    /// Anything but the report was said, or somebody of the desk acted.
    pub is_spoken: bool,
    /// The clerk answered this person within a day.
    pub was_answered_lately: bool,
    /// Somebody besides the requester watches it.
    pub is_watched: bool,
    /// A program wrote it, or it cannot be told.
    pub is_machine: bool,
}

/// The first reason to stay silent; none when it may look for an article.
#[must_use]
pub fn silence(policy: &Policy, facts: &Facts) -> Option<Why> {
    let reasons = [
        (
            Why::Door,
            !matches!(facts.channel, Channel::Mail | Channel::Portal),
        ),
        (Why::Twice, facts.is_answered),
        (Why::Spoken, facts.is_spoken),
        (Why::State, facts.state != State::New),
        (Why::Urgent, matches!(facts.priority, Priority::P0 | Priority::P1)),
        (
            Why::Security,
            facts.category == Category::Security || facts.looks_like_security,
        ),
        (Why::Major, facts.is_major),
        (
            Why::Excluded,
            policy.categories.contains(&facts.category)
                || policy.types.contains(&facts.ticket_type)
                || facts.team.is_some_and(|team| policy.teams.contains(&team))
                || policy.leaves_out(&facts.sender),
        ),
        (Why::Watched, facts.is_watched),
        (Why::Machine, facts.is_machine),
        (Why::Lately, facts.was_answered_lately),
    ];
    reasons.into_iter().find_map(|(why, holds)| holds.then_some(why))
}

/// Whether an article may be answered with: how sure, in thousandths, from which threshold, and how often it solved and did
/// not. An article that fails more than one in three has proved the opposite.
#[must_use]
pub fn doubt(
    policy: &Policy,
    confidence: i64,
    threshold: Option<i64>,
    (solved, unsolved): (i64, i64),
) -> Option<Why> {
    if threshold.is_none_or(|threshold| confidence < threshold) {
        return Some(Why::Unsure);
    }
    (solved < policy.proven || unsolved * 2 > solved).then_some(Why::Unproven)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Facts {
        Facts {
            channel: Channel::Portal,
            state: State::New,
            priority: Priority::P3,
            ticket_type: TicketType::Incident,
            category: Category::Network,
            team: None,
            sender: "ann@example.com".to_owned(),
            looks_like_security: false,
            is_major: false,
            is_answered: false,
            is_spoken: false,
            was_answered_lately: false,
            is_watched: false,
            is_machine: false,
        }
    }

    #[test]
    fn a_plain_report_may_be_answered() {
        assert_eq!(silence(&Policy::default(), &plain()), None);
    }

    #[test]
    fn each_reason_silences_it_by_itself() {
        type Change = fn(&mut Facts);
        let changes: [(Change, Why); 13] = [
            (|facts| facts.channel = Channel::Phone, Why::Door),
            (|facts| facts.is_answered = true, Why::Twice),
            (|facts| facts.is_spoken = true, Why::Spoken),
            (|facts| facts.state = State::WaitingApproval, Why::State),
            (|facts| facts.priority = Priority::P0, Why::Urgent),
            (|facts| facts.priority = Priority::P1, Why::Urgent),
            (|facts| facts.category = Category::Security, Why::Security),
            (|facts| facts.looks_like_security = true, Why::Security),
            (|facts| facts.is_major = true, Why::Major),
            (
                |facts| facts.ticket_type = TicketType::ChangeRequest,
                Why::Excluded,
            ),
            (|facts| facts.is_watched = true, Why::Watched),
            (|facts| facts.is_machine = true, Why::Machine),
            (|facts| facts.was_answered_lately = true, Why::Lately),
        ];
        for (change, why) in changes {
            let mut facts = plain();
            change(&mut facts);
            assert_eq!(silence(&Policy::default(), &facts), Some(why));
        }
    }

    #[test]
    fn a_doubt_is_about_the_confidence_first_and_then_about_the_article() {
        let policy = Policy::default();
        assert_eq!(doubt(&policy, 799, Some(800), (9, 0)), Some(Why::Unsure));
        assert_eq!(doubt(&policy, 990, None, (9, 0)), Some(Why::Unsure));
        assert_eq!(doubt(&policy, 800, Some(800), (2, 0)), Some(Why::Unproven));
        assert_eq!(doubt(&policy, 800, Some(800), (9, 5)), Some(Why::Unproven));
        assert_eq!(doubt(&policy, 800, Some(800), (3, 1)), None);
    }
}
