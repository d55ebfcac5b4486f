//! Webhooks: other programs are told of what happens to tickets, by signed messages as Standard Webhooks lays them out.
//!
//! `signing` is the signature (pure), `keeping` the operations, `hearing` walks the event log and writes messages down,
//! `turns` says which message is sent when, `delivering` sends one and reckons with the outcome, `store` is the SQL, `pages` and
//! `api` the doors. A message is delivered at least once
//! and in no promised order; it names the ticket as it was when the message was written and carries no words of people but the
//! title, for what a note says is read by the interface, with its rights.

pub(crate) mod api;
pub mod delivering;
pub mod hearing;
pub mod keeping;
pub(crate) mod pages;
pub mod signing;
pub mod store;
pub mod turns;

use kernel::id::Id;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rule::Trigger;

/// Marks the identifiers of webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookMark;
/// Names a webhook.
pub type WebhookId = Id<WebhookMark>;
/// Marks the identifiers of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryMark;
/// Names a message; receivers know it as `webhook-id`.
pub type DeliveryId = Id<DeliveryMark>;

/// What a person says of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WebhookDefinition)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What it is called.
    pub name: String,
    /// Where messages go: `https://…`, or `http://…` in one's own network.
    pub url: String,
    /// What is told; at least one.
    pub events: Vec<Trigger>,
    /// Whether anything is told.
    #[serde(default = "on")]
    pub enabled: bool,
}

const fn on() -> bool {
    true
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Which.
    pub id: WebhookId,
    /// Grows with each change.
    pub version: i64,
    /// What a person said of it.
    pub definition: Definition,
    /// `whsec_` and 32 bytes in Base64; empty where it was left out of the export that this was read back from.
    pub secret: String,
    /// The secret before, which signs beside the new one until then.
    pub former_secret: Option<(String, Timestamp)>,
    /// Set while every attempt has failed since then.
    pub failing_since: Option<Timestamp>,
    /// Set while it is off because of that.
    pub switched_off_at: Option<Timestamp>,
    /// Set when it did not answer at all: nothing is sent to it before.
    pub rests_until: Option<Timestamp>,
    /// Set while a job sends to it; kept by `turns` alone.
    pub busy_until: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Webhook {
    /// Whether it has a secret to sign with; without one it is off.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        signing::is_secret(&self.secret)
    }
}

/// What is told of: everything that rules hear but the hour.
pub fn events() -> impl Iterator<Item = Trigger> {
    Trigger::ALL.iter().copied().filter(|one| *one != Trigger::Hourly)
}

/// The `type` of a message.
#[must_use]
pub fn kind(trigger: Trigger) -> String {
    format!("ticket.{}", trigger.as_str())
}

/// The `type` of a message that was sent to try the way.
pub const TEST: &str = "mainstay.test";

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not yet taken; it is tried again.
    Waiting,
    /// Answered with 2xx.
    Delivered,
    /// Not tried again unless somebody asks.
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
            Self::Waiting => "automate-delivery-waiting",
            Self::Delivered => "automate-delivery-delivered",
            Self::GivenUp => "automate-delivery-given-up",
        }
    }
}

/// A message to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which; `webhook-id` is `msg_` and this.
    pub id: DeliveryId,
    /// To whom.
    pub webhook: WebhookId,
    /// What it tells of, once: `event:SEQ`, `test:ID`.
    pub occasion: String,
    /// Its `type`.
    pub kind: String,
    /// The ticket it is about.
    pub ticket: Option<i64>,
    /// The message as it is sent.
    pub body: String,
    /// Where it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// How often it was tried since it was last asked for.
    pub tries: i64,
    /// When it was written down, or asked for again.
    pub asked_at: Timestamp,
    /// Not sent before.
    pub due_at: Timestamp,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// The beginning of the last answer, or why none came.
    pub answer: Option<String>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last tried.
    pub last_at: Option<Timestamp>,
}
