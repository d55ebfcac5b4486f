//! The words a ticket is described with: closed sets of values, spelled the same in code, SQL, JSON, and texts.
//!
//! They exist as enums so that a wrong word cannot get past the edge. This module holds no rule about what the words
//! mean together: the way from state to state is in `state.rs`, the way from impact and urgency to priority in `priority.rs`.

use std::fmt;

use kernel::error::{Error, Result};
use serde::{Deserialize, Serialize};

macro_rules! words {
    // The words are taken as `tt`: a `literal` reaches the derives wrapped, and the API document would not see it.
    ($(#[$meta:meta])* $name:ident, $field:literal { $($(#[$variant_meta:meta])* $variant:ident => $text:tt),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every value, in the order in which a person is offered them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word as it is stored, sent, and read.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            /// The key of the word's name in the reader's language.
            #[must_use]
            pub const fn text_key(self) -> &'static str {
                match self { $($name::$variant => concat!("desk-", $field, "-", $text)),+ }
            }

            /// Reads what a person or a program sent; the error names the field and lists the words it takes.
            pub fn parse(text: &str) -> ::kernel::error::Result<Self> {
                Self::known(text).ok_or_else(|| {
                    let words: Vec<&str> = Self::ALL.iter().map(|value| value.as_str()).collect();
                    $crate::ticket::value::unknown($field, text, &words)
                })
            }

            /// Reads what we stored ourselves; anything else is damage.
            pub fn stored(text: &str) -> ::kernel::error::Result<Self> {
                Self::known(text).ok_or_else(|| $crate::ticket::value::damaged($field, text))
            }

            fn known(text: &str) -> Option<Self> {
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

pub(crate) fn unknown(field: &str, text: &str, words: &[&str]) -> Error {
    Error::invalid("desk.ticket.unknown_value")
        .field(field)
        .arg("value", text.chars().take(40).collect::<String>())
        .arg("words", words.join(", "))
}

pub(crate) fn damaged(field: &str, text: &str) -> Error {
    Error::internal(format!("unknown {field} {text:?} in the database"))
}

words!(
    /// What sort of request it is.
    TicketType, "type" {
        Incident => "incident", Request => "request", Question => "question", ChangeRequest => "change_request",
    }
);

words!(
    /// Which part of the department's work it belongs to.
    Category, "category" {
        Hardware => "hardware", Software => "software", Network => "network", Account => "account",
        Security => "security", Other => "other",
    }
);

words!(
    /// How many people are hit.
    Impact, "impact" { Person => "person", Team => "team", Site => "site", Organisation => "organisation" }
);

words!(
    /// How soon it hurts.
    Urgency, "urgency" { Low => "low", Medium => "medium", High => "high" }
);

words!(
    /// What must be done first; `P0` before all else.
    Priority, "priority" { P0 => "P0", P1 => "P1", P2 => "P2", P3 => "P3" }
);

words!(
    /// Where the ticket stands on its way. `Resolved` awaits the requester's confirmation; only `Closed` is the end.
    State, "state" {
        New => "new", InProgress => "in_progress", WaitingRequester => "waiting_requester",
        WaitingSupplier => "waiting_supplier", WaitingDevelopment => "waiting_development",
        /// Somebody must approve it before the desk begins.
        WaitingApproval => "waiting_approval",
        Resolved => "resolved", Closed => "closed",
    }
);

words!(
    /// The door it came in by.
    Channel, "channel" {
        Portal => "portal", Mail => "mail", Phone => "phone", Chat => "chat", Api => "api", Alert => "alert",
    }
);

words!(
    /// Whom a waiting ticket waits for.
    WaitingFor, "waiting_for" { Requester => "requester", Supplier => "supplier", Development => "development" }
);

words!(
    /// Which side of the desk a person speaks from.
    Voice, "voice" { Requester => "requester", Staff => "staff" }
);

/// Levels of support, L1 to L3.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "i64", into = "i64")]
#[schema(value_type = i64, minimum = 1, maximum = 3)]
pub struct Tier(u8);

impl Tier {
    /// The level that takes the first call.
    pub const FIRST: Tier = Tier(1);
    /// The last level; nobody is above it.
    pub const LAST: Tier = Tier(3);

    /// A level between 1 and 3.
    pub fn new(level: i64) -> Result<Tier> {
        match u8::try_from(level) {
            Ok(level @ 1..=3) => Ok(Tier(level)),
            _ => Err(Error::invalid("desk.ticket.tier_out_of_range")
                .field("tier")
                .arg("value", level)),
        }
    }

    /// The level as a number.
    #[must_use]
    pub const fn level(self) -> i64 {
        self.0 as i64
    }

    /// The next level up, none above the last.
    #[must_use]
    pub fn above(self) -> Option<Tier> {
        (self < Self::LAST).then_some(Tier(self.0 + 1))
    }
}

impl TryFrom<i64> for Tier {
    type Error = String;

    fn try_from(level: i64) -> std::result::Result<Tier, String> {
        Tier::new(level).map_err(|_| format!("tier {level} is not between 1 and 3"))
    }
}

impl From<Tier> for i64 {
    fn from(tier: Tier) -> i64 {
        tier.level()
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "L{}", self.0)
    }
}

impl State {
    /// The part of its life, coarser than the state: what queues and indexes are cut by.
    #[must_use]
    pub const fn stage(self) -> Stage {
        match self {
            State::Resolved => Stage::Resolved,
            State::Closed => Stage::Closed,
            _ => Stage::Open,
        }
    }

    /// True while the desk waits for somebody outside of it.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(
            self,
            State::WaitingRequester
                | State::WaitingSupplier
                | State::WaitingDevelopment
                | State::WaitingApproval
        )
    }
}

impl WaitingFor {
    /// The state of a ticket that waits for them.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            WaitingFor::Requester => State::WaitingRequester,
            WaitingFor::Supplier => State::WaitingSupplier,
            WaitingFor::Development => State::WaitingDevelopment,
        }
    }
}

words!(
    /// Open (somebody must act), resolved (the requester is asked), or closed.
    Stage, "stage" { Open => "open", Resolved => "resolved", Closed => "closed" }
);

impl Stage {
    /// The stage as it stands in indexes.
    #[must_use]
    pub const fn rank(self) -> i64 {
        match self {
            Stage::Open => 0,
            Stage::Resolved => 1,
            Stage::Closed => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back_from_its_own_word() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()).unwrap(), *state);
        }
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_name_of_its_field() {
        let error = Urgency::parse("soonish").unwrap_err();
        assert_eq!(error.code(), "desk.ticket.unknown_value");
        assert_eq!(error.fields()[0].field, "urgency");
    }

    #[test]
    fn nobody_is_above_the_last_tier() {
        assert_eq!(Tier::new(2).unwrap().above(), Some(Tier::LAST));
        assert_eq!(Tier::LAST.above(), None);
        assert!(Tier::new(4).is_err());
        assert!(Tier::new(0).is_err());
    }
}
