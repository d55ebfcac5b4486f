//! The package: what development needs to find the cause, and the clock of its report.
//!
//! `picking` offers what a ticket has, `giving` hands over, `acting` takes on and takes back, `clock` and `chasing` keep the
//! deadline, `following` hears of the ticket, `markdown` and `file` make the package that leaves the house, `store` is the SQL, `pages` and `api` the doors.

pub mod acting;
pub(crate) mod api;
pub mod chasing;
pub mod clock;
pub mod file;
pub mod following;
pub mod giving;
pub mod listing;
pub mod looking;
pub mod markdown;
pub(crate) mod pages;
pub mod picking;
pub mod privacy;
pub mod store;
pub mod telling;
pub mod zip;

use desk::ticket::Ticket;
use kernel::i18n::Locale;
use kernel::id::{Id, TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::tracker::TrackerId;
use privacy::Warning;

/// Marks the identifiers of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageMark;
/// Names a package.
pub type PackageId = Id<PackageMark>;

/// How bad it is for those who use the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HandoverSeverity)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nobody can work, or data is lost.
    Critical,
    /// An important function is missing and there is no way around.
    High,
    /// There is a way around.
    Medium,
    /// A blemish.
    Low,
}

impl Severity {
    /// The worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The severity of a word.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Critical => "handover-severity-critical",
            Self::High => "handover-severity-high",
            Self::Medium => "handover-severity-medium",
            Self::Low => "handover-severity-low",
        }
    }
}

/// Where a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HandoverState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has taken it on yet; the clock runs.
    HandedOver,
    /// Somebody looks into it, or the fix is there; the clock runs.
    ReportDue,
    /// The report waits for the desk's verdict.
    Reported,
    /// The report was returned; the clock runs again.
    Returned,
    /// The report was accepted.
    Accepted,
    /// The desk took it back.
    Withdrawn,
}

impl State {
    const ALL: [Self; 6] = [
        Self::HandedOver,
        Self::ReportDue,
        Self::Reported,
        Self::Returned,
        Self::Accepted,
        Self::Withdrawn,
    ];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HandedOver => "handed_over",
            Self::ReportDue => "report_due",
            Self::Reported => "reported",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::HandedOver => "handover-state-handed-over",
            Self::ReportDue => "handover-state-report-due",
            Self::Reported => "handover-state-reported",
            Self::Returned => "handover-state-returned",
            Self::Accepted => "handover-state-accepted",
            Self::Withdrawn => "handover-state-withdrawn",
        }
    }

    /// Whether a report is awaited.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::HandedOver | Self::ReportDue | Self::Returned)
    }

    /// Whether nothing follows.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Accepted | Self::Withdrawn)
    }

    /// Its place in the order of the list.
    #[must_use]
    pub const fn rank(self) -> i64 {
        match self {
            Self::HandedOver | Self::ReportDue | Self::Returned => 0,
            Self::Reported => 1,
            Self::Accepted | Self::Withdrawn => 2,
        }
    }
}

/// What the desk says of the fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HandoverFault)]
pub struct Fault {
    /// In a line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Steps to reproduce it.
    pub steps: String,
    /// What should happen.
    pub expected: String,
    /// What happens instead.
    pub actual: String,
    /// Device, system, application, network.
    #[serde(default)]
    pub environment: String,
    /// What the desk found out.
    #[serde(default)]
    pub found: String,
    /// What the desk tried, and what came of it.
    #[serde(default)]
    pub tried: String,
    /// Versions with the fault, and without.
    #[serde(default)]
    pub versions: String,
}

impl Fault {
    /// All that is said, by the field it stands in.
    #[must_use]
    pub fn texts(&self) -> [(&'static str, &str); 8] {
        [
            ("title", &self.title),
            ("steps", &self.steps),
            ("expected", &self.expected),
            ("actual", &self.actual),
            ("environment", &self.environment),
            ("versions", &self.versions),
            ("found", &self.found),
            ("tried", &self.tried),
        ]
    }
}

/// A package as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Which.
    pub id: PackageId,
    /// The ticket it came from.
    pub ticket: i64,
    /// What the desk says of the fault.
    pub fault: Fault,
    /// The language it was written in.
    pub locale: Locale,
    /// The team that looks into it.
    pub team: Option<TeamId>,
    /// The person who looks into it.
    pub developer: Option<UserId>,
    /// The tracker in which it is an issue.
    pub tracker: Option<TrackerId>,
    /// The team that held the ticket then.
    pub from_team: Option<TeamId>,
    /// Who handed it over; none when the house did.
    pub handed_by: Option<UserId>,
    /// The team that has the ticket now.
    pub ticket_team: Option<TeamId>,
    /// The person who has the ticket now.
    pub ticket_assignee: Option<UserId>,
    /// Where it is.
    pub state: State,
    /// Which clock runs, from 1.
    pub round: i64,
    /// When the clock began.
    pub started_at: Timestamp,
    /// When the report is due.
    pub due_at: Timestamp,
    /// When somebody is asked next.
    pub chase_at: Option<Timestamp>,
    /// The last step taken in this round.
    pub chase_step: i64,
    /// The tracker's name for it: `acme/app#12`, `APP-12`.
    pub issue_key: Option<String>,
    /// The issue's page.
    pub issue_url: Option<String>,
    /// When the tracker said that it is fixed.
    pub fix_delivered_at: Option<Timestamp>,
    /// Why it was taken back.
    pub withdrawn_reason: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it was handed over.
    pub created_at: Timestamp,
    /// When nothing more was to follow.
    pub settled_at: Option<Timestamp>,
}

impl Package {
    /// The name under which the event log knows it.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("handover:{}", self.id)
    }

    /// What an issue carries in its words or labels, so that the tracker's messages find their way back. Half of it is
    /// random: whoever was not told cannot write it into another issue.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{REFERENCE}{}", self.id)
    }

    /// The ticket as it is now says who stands on the desk's side.
    pub fn follow(&mut self, ticket: &Ticket) {
        (self.ticket_team, self.ticket_assignee) = (ticket.team, ticket.assignee);
    }

    /// Whether its report is late.
    #[must_use]
    pub fn is_overdue(&self, now: &Timestamp) -> bool {
        self.state.is_running() && *now >= self.due_at
    }

    /// Begins a clock.
    pub fn run(&mut self, now: Timestamp, due: Timestamp) {
        self.started_at = now;
        self.due_at = due;
        self.chase_step = clock::NO_STEP;
        self.chase_at = Some(clock::instant_of(0, now, due));
    }

    /// The colour of its state.
    #[must_use]
    pub fn tone(&self, now: &Timestamp) -> &'static str {
        match self.state {
            _ if self.is_overdue(now) => "danger",
            State::HandedOver | State::ReportDue => "info",
            State::Returned => "warning",
            State::Reported => "accent",
            State::Accepted => "success",
            State::Withdrawn => "plain",
        }
    }
}

/// Stands before the identifier in a reference.
pub const REFERENCE: &str = "mainstay-handover-";

/// The package that a text names.
#[must_use]
pub fn referred_to(text: &str) -> Option<PackageId> {
    text.split(REFERENCE)
        .skip(1)
        .find_map(|rest| rest.get(..26).and_then(|id| id.parse().ok()))
}

/// A piece of evidence in a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands, from 1.
    pub place: i64,
    /// What it was taken from: `article:7`, `file:9`, `evidence:3`.
    pub source: String,
    /// What it is called.
    pub name: String,
    /// `text/plain`
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Of a file: its hash in the store.
    pub hash: Option<String>,
    /// Of words: a copy.
    pub words: Option<String>,
    /// What it was warned about.
    pub warnings: Vec<Warning>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_a_package_by_its_whole_reference_only() {
        let id: PackageId = Id::from_parts(1_772_445_600_000, &[7; 10]);
        assert_eq!(referred_to(&format!("see {REFERENCE}{id}.")), Some(id));
        assert_eq!(
            referred_to(&format!("see {REFERENCE}{}", &id.to_string()[..25])),
            None
        );
        assert_eq!(referred_to(&id.to_string()), None);
        assert_eq!(
            referred_to(&format!("{REFERENCE}界界界界界界界界界 {REFERENCE}{id}")),
            Some(id)
        );
    }
}
