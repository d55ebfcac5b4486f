//! The words a rule is written with: events, fields, operators, actions. Closed sets, spelled the same in the text form,
//! in JSON, and in the form's fields.
//!
//! Which operator fits which field, and what an action takes, stands here as data; what they do is in `matching` and
//! `running::acting`.

use desk::events;
use desk::ticket::{Category, Channel, Impact, Priority, State, TicketType, Urgency, WaitingFor};
use kernel::event::Event;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $prefix:literal { $($variant:ident => $text:tt),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema)]
        pub enum $name {
            $(#[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every word, in the order in which they are offered.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            /// The key of its name in the reader's language.
            #[must_use]
            pub const fn text_key(self) -> &'static str {
                match self { $($name::$variant => concat!("automate-", $prefix, "-", $text)),+ }
            }

            /// Reads the word back.
            #[must_use]
            pub fn known(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words!(
    /// When a rule is asked.
    Trigger, "when" {
        Opened => "opened", Approved => "approved", Declined => "declined", RequesterReplied => "requester_replied", StaffReplied => "staff_replied",
        Noted => "noted", Called => "called", Changed => "changed", Assigned => "assigned",
        Escalated => "escalated", Started => "started", Waiting => "waiting", Resumed => "resumed",
        Resolved => "resolved", Closed => "closed", Reopened => "reopened", Rated => "rated",
        ClockWarned => "clock_warned", ClockBreached => "clock_breached", Hourly => "hourly",
    }
);

impl Trigger {
    /// What an event of the log is to rules; none when rules do not hear of it.
    #[must_use]
    pub fn of(event: &Event) -> Option<Trigger> {
        Some(match event.kind.as_str() {
            events::TICKET_OPENED => Trigger::Opened,
            events::TICKET_APPROVED => Trigger::Approved,
            events::TICKET_DECLINED => Trigger::Declined,
            events::TICKET_REPLIED if event.data["voice"] == "requester" => Trigger::RequesterReplied,
            events::TICKET_REPLIED => Trigger::StaffReplied,
            events::TICKET_NOTED => Trigger::Noted,
            events::TICKET_CALLED => Trigger::Called,
            events::TICKET_CHANGED => Trigger::Changed,
            events::TICKET_ASSIGNED => Trigger::Assigned,
            events::TICKET_ESCALATED => Trigger::Escalated,
            events::TICKET_STARTED => Trigger::Started,
            events::TICKET_WAITING => Trigger::Waiting,
            events::TICKET_RESUMED => Trigger::Resumed,
            events::TICKET_RESOLVED => Trigger::Resolved,
            events::TICKET_CONFIRMED | events::TICKET_CLOSED_SILENT => Trigger::Closed,
            events::TICKET_REFUSED | events::TICKET_REOPENED => Trigger::Reopened,
            events::TICKET_RATED => Trigger::Rated,
            events::CLOCK_WARNED => Trigger::ClockWarned,
            events::CLOCK_BREACHED => Trigger::ClockBreached,
            _ => return None,
        })
    }
}

words!(
    /// Whether all must hold or one is enough.
    Join, "join" { All => "all", Any => "any" }
);

words!(
    /// What a condition looks at.
    Field, "field" {
        Type => "type", Category => "category", Impact => "impact", Urgency => "urgency", Priority => "priority",
        State => "state", Tier => "tier", Complexity => "complexity", ReopenCount => "reopen_count",
        Rating => "rating",
        Channel => "channel", Team => "team", Assignee => "assignee", Tags => "tags",
        Title => "title", Report => "report", Said => "said", Words => "words",
        Application => "application", Device => "device", Os => "os",
        Requester => "requester", RequesterTeam => "requester_team", RequesterDepartment => "requester_department",
        RequesterJob => "requester_job", Organisation => "organisation", Site => "site",
        Overdue => "overdue", WorkingHours => "working_hours",
        Age => "age", InState => "in_state", Quiet => "quiet", Unassigned => "unassigned",
    }
);

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One of a closed set of words.
    Word,
    /// A whole number.
    Number,
    /// Working time: `3d`, `4h`, `30m`.
    Duration,
    /// A team, by name in texts, by id inside.
    Team,
    /// A person, by address in texts, by id inside.
    Person,
    /// A site, by name in texts, by id inside.
    Site,
    /// Free text.
    Text,
    /// A set of tags.
    Tags,
    /// `yes` or `no`.
    Flag,
}

impl Field {
    /// What it holds.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Field::Type
            | Field::Category
            | Field::Impact
            | Field::Urgency
            | Field::Priority
            | Field::State
            | Field::Channel => Kind::Word,
            Field::Tier | Field::Complexity | Field::ReopenCount | Field::Rating => Kind::Number,
            Field::Team | Field::RequesterTeam => Kind::Team,
            Field::Assignee | Field::Requester => Kind::Person,
            Field::Site => Kind::Site,
            Field::Tags => Kind::Tags,
            Field::Overdue | Field::WorkingHours => Kind::Flag,
            Field::Age | Field::InState | Field::Quiet | Field::Unassigned => Kind::Duration,
            _ => Kind::Text,
        }
    }

    /// The words it can hold; empty when it is no closed set.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        macro_rules! all {
            ($set:ty) => {
                <$set>::ALL.iter().map(|one| one.as_str()).collect()
            };
        }
        match self {
            Field::Type => all!(TicketType),
            Field::Category => all!(Category),
            Field::Impact => all!(Impact),
            Field::Urgency => all!(Urgency),
            Field::Priority => all!(Priority),
            Field::State => all!(State),
            Field::Channel => all!(Channel),
            Field::Overdue | Field::WorkingHours => vec!["yes", "no"],
            _ => Vec::new(),
        }
    }

    /// Whether the event log says how it was before: such fields can be asked for their change, and a dry run rebuilds
    /// them as they were.
    #[must_use]
    pub const fn is_in_log(self) -> bool {
        matches!(
            self,
            Field::Type
                | Field::Category
                | Field::Impact
                | Field::Urgency
                | Field::Priority
                | Field::State
                | Field::Tier
                | Field::Complexity
                | Field::ReopenCount
                | Field::Team
                | Field::Assignee
                | Field::Requester
                | Field::Site
                | Field::Organisation
                | Field::Title
                | Field::Application
                | Field::Device
                | Field::Os
        )
    }

    /// Fields that a dry run judges by what they are today, because the log does not keep them.
    #[must_use]
    pub const fn is_todays(self) -> bool {
        matches!(
            self,
            Field::RequesterTeam | Field::RequesterDepartment | Field::RequesterJob
        )
    }

    /// The operators that make sense for it.
    #[must_use]
    pub fn operators(self) -> Vec<Operator> {
        use Operator::{
            AtLeast, AtMost, Became, Changed, Contains, ContainsNone, Empty, Filled, Is, IsNot, Was,
        };
        let mut operators = match self.kind() {
            Kind::Word => vec![Is, IsNot],
            Kind::Number => vec![Is, AtLeast, AtMost],
            Kind::Duration => vec![AtLeast, AtMost],
            Kind::Team | Kind::Person | Kind::Site => vec![Is, IsNot, Empty, Filled],
            Kind::Text => vec![Contains, ContainsNone, Is, Empty, Filled],
            Kind::Tags => vec![Contains, ContainsNone, Empty, Filled],
            Kind::Flag => vec![Is],
        };
        if self.is_in_log() {
            operators.push(Changed);
            if matches!(
                self.kind(),
                Kind::Word | Kind::Number | Kind::Team | Kind::Person | Kind::Site
            ) {
                operators.extend([Was, Became]);
            }
        }
        operators
    }
}

words!(
    /// How a condition compares.
    Operator, "operator" {
        Is => "is", IsNot => "is_not", Contains => "contains", ContainsNone => "contains_none",
        AtLeast => "at_least", AtMost => "at_most", Empty => "empty", Filled => "filled",
        Changed => "changed", Was => "was", Became => "became",
    }
);

impl Operator {
    /// Whether it compares with values.
    #[must_use]
    pub const fn takes_values(self) -> bool {
        !matches!(self, Operator::Empty | Operator::Filled | Operator::Changed)
    }
}

words!(
    /// What a rule does.
    ActionKind, "action" {
        SetType => "set_type", SetCategory => "set_category", SetImpact => "set_impact", SetUrgency => "set_urgency",
        SetPriority => "set_priority", AddTags => "add_tags", RemoveTags => "remove_tags",
        AssignTeam => "assign_team", AssignPerson => "assign_person", AssignAutomatically => "assign_automatically",
        Escalate => "escalate", Note => "note", Reply => "reply", Wait => "wait", Resume => "resume",
        NextStep => "next_step", Watch => "watch", Notify => "notify", Resolve => "resolve", Stop => "stop",
    }
);

/// What an action takes as its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// One of these words.
    Word(Vec<&'static str>),
    /// Tags, with commas between.
    Tags,
    /// A team.
    Team,
    /// A person.
    Person,
    /// Working time from now on.
    Duration,
    /// Whom to tell: `assignee`, `team`, `managers`, `team:NAME`, `person:ADDRESS`.
    Whom,
}

/// Whom a notice can go to without being named.
pub const WHOM: &[&str] = &["assignee", "team", "managers"];

impl ActionKind {
    /// What it takes as its value.
    #[must_use]
    pub fn takes(self) -> Takes {
        match self {
            ActionKind::SetType => Takes::Word(Field::Type.words()),
            ActionKind::SetCategory => Takes::Word(Field::Category.words()),
            ActionKind::SetImpact => Takes::Word(Field::Impact.words()),
            ActionKind::SetUrgency => Takes::Word(Field::Urgency.words()),
            ActionKind::SetPriority => Takes::Word(Field::Priority.words()),
            ActionKind::AddTags | ActionKind::RemoveTags => Takes::Tags,
            ActionKind::AssignTeam => Takes::Team,
            ActionKind::AssignPerson | ActionKind::Watch => Takes::Person,
            ActionKind::Escalate => Takes::Word(vec!["2", "3"]),
            ActionKind::Wait => Takes::Word(WaitingFor::ALL.iter().map(|one| one.as_str()).collect()),
            ActionKind::NextStep => Takes::Duration,
            ActionKind::Notify => Takes::Whom,
            ActionKind::AssignAutomatically
            | ActionKind::Note
            | ActionKind::Reply
            | ActionKind::Resume
            | ActionKind::Resolve
            | ActionKind::Stop => Takes::Nothing,
        }
    }

    /// Whether it says something, so that it needs a text.
    #[must_use]
    pub const fn takes_text(self) -> bool {
        matches!(
            self,
            ActionKind::Escalate
                | ActionKind::Note
                | ActionKind::Reply
                | ActionKind::Wait
                | ActionKind::NextStep
                | ActionKind::Notify
                | ActionKind::Resolve
        )
    }
}

/// Working time as it is written: `3d`, `4h`, `30m`; in minutes, a day as long as the calendar's.
#[must_use]
pub fn minutes(text: &str, day_minutes: i64) -> Option<i64> {
    let text = text.trim();
    let (amount, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let amount: i64 = amount
        .trim()
        .parse()
        .ok()
        .filter(|amount| (1..=10_000).contains(amount))?;
    match unit {
        "d" => Some(amount * day_minutes),
        "h" => Some(amount * 60),
        "m" => Some(amount),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_time_is_read_with_its_unit() {
        assert_eq!(minutes("3d", 480), Some(1_440));
        assert_eq!(minutes(" 4h", 480), Some(240));
        assert_eq!(minutes("30m", 480), Some(30));
        for wrong in ["", "d", "3", "0h", "-1h", "3 weeks", "三d", "99999d"] {
            assert_eq!(minutes(wrong, 480), None, "{wrong}");
        }
    }

    #[test]
    fn every_field_can_be_asked_and_reads_back_from_its_word() {
        for field in Field::ALL {
            assert!(!field.operators().is_empty(), "{field}");
            assert_eq!(Field::known(field.as_str()), Some(*field));
        }
    }
}
