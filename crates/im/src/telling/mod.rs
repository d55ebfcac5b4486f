//! What goes out to the services: who is told what (`stations`, pure), in which words (`wording`), written down behind the event log
//! (`subscribing`), and sent (`delivering`), by one job for each channel (`turns`).

pub mod delivering;
pub mod stations;
pub mod store;
pub mod subscribing;
pub mod turns;
mod wording;

use kernel::id::Id;
use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::channel::ChannelId;
use crate::service::Told;

/// Marks the identifiers of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryMark;
/// Names a message.
pub type DeliveryId = Id<DeliveryMark>;

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChannelDeliveryState)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not yet taken; it is tried again.
    Waiting,
    /// The service has it.
    Delivered,
    /// Not tried again.
    GivenUp,
}

impl DeliveryState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::GivenUp];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
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
            Self::Waiting => "im-delivery-waiting",
            Self::Delivered => "im-delivery-delivered",
            Self::GivenUp => "im-delivery-given-up",
        }
    }
}

/// A message to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which.
    pub id: DeliveryId,
    /// By which channel.
    pub channel: ChannelId,
    /// To whom, as the service knows them.
    pub external: String,
    /// What it tells of, once: `event:SEQ`, `answer:MARK`, `test:ID`.
    pub occasion: String,
    /// `answer`, `test`, or the station: `resolved`.
    pub kind: String,
    /// The ticket it is about.
    pub ticket: Option<i64>,
    /// The words.
    pub told: Told,
    /// Where it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// The beginning of the last answer, or why none came.
    pub answer: Option<String>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last tried.
    pub last_at: Option<Timestamp>,
    /// It is not sent before.
    pub due_at: Timestamp,
}
