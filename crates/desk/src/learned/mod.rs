//! Learned triage: what the desk's own closed tickets say about a new one.
//!
//! Four fields are learned: type, category, team, urgency (the priority follows from the matrix). A model for each lies in
//! the database, trained by a job from what was resolved and closed here (`training.rs`); nothing is shipped. When a ticket
//! is opened, by whichever door, proposals are computed and stored with their confidence and the words that decided
//! (`hearing.rs`, `proposing.rs`). A proposal is shown to whoever may change the ticket, and applied by itself only for fields whose
//! threshold was set (`thresholds`), and only where nobody has set the field. What people change afterwards teaches.
//!
//! It deliberately learns no people: whom a ticket goes to is the reckoning's (`assignment`).

pub mod clustering;
pub mod hearing;
pub mod likeness;
pub mod proposing;
pub mod store;
pub mod training;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::setting;
use learning::Model;

use crate::ticket::value::{Category, TicketType, Urgency, words};
use crate::ticket::{Ticket, access};

words!(
    /// What is learned about a ticket.
    Field, "learned-field" { Type => "type", Category => "category", Team => "team", Urgency => "urgency" }
);

impl Field {
    /// The field's value on a ticket, as models know it; none for a ticket in no team.
    #[must_use]
    pub fn value(self, ticket: &Ticket) -> Option<String> {
        match self {
            Field::Type => Some(ticket.ticket_type.to_string()),
            Field::Category => Some(ticket.category.to_string()),
            Field::Team => ticket.team.map(|team| team.to_string()),
            Field::Urgency => Some(ticket.urgency.to_string()),
        }
    }

    /// Whether the ticket still has what an empty form has: nobody has said anything about the field.
    #[must_use]
    pub fn is_unset(self, ticket: &Ticket) -> bool {
        match self {
            Field::Type => ticket.ticket_type == TicketType::Incident,
            Field::Category => ticket.category == Category::Other,
            // Who was named to work on it works on it, in whichever team.
            Field::Team => ticket.team.is_none() && ticket.assignee.is_none(),
            Field::Urgency => ticket.urgency == Urgency::Medium && !ticket.priority_pinned,
        }
    }
}

/// From which confidence a field's proposals are applied by themselves, in hundredths; a field that is not named is only
/// proposed.
pub type Thresholds = BTreeMap<Field, i64>;

/// The setting that holds them.
pub const THRESHOLDS_SETTING: &str = "desk.triage_thresholds";
/// A lower threshold would apply what is wrong too often to be of help.
pub const THRESHOLD_AT_LEAST: i64 = 50;

/// The thresholds in force.
pub fn thresholds(tx: &mut Tx) -> Result<Thresholds> {
    Ok(setting::get(tx, THRESHOLDS_SETTING)?.unwrap_or_default())
}

/// Sets them.
pub fn save_thresholds(tx: &mut Tx, cx: &Cx, thresholds: &Thresholds) -> Result<()> {
    cx.require(access::SETTINGS)?;
    let mut errors = Errors::new();
    for (field, threshold) in thresholds {
        if !(THRESHOLD_AT_LEAST..=100).contains(threshold) {
            errors.push(field.as_str(), "desk.triage.threshold_out_of_range");
        }
    }
    errors.finish()?;
    setting::put(tx, cx, THRESHOLDS_SETTING, thresholds)
}

/// Models as this node holds them, with the version they were read at.
static HELD: LazyLock<Mutex<HashMap<(String, Field), Held>>> = LazyLock::new(Mutex::default);

#[derive(Clone)]
struct Held {
    version: i64,
    model: Arc<Model>,
}

/// The models in force, read from the database when another version is there. `node` is the name of this process' house.
pub fn models(tx: &mut Tx, node: &str) -> Result<Vec<(Field, Arc<Model>)>> {
    let mut models = Vec::new();
    for (field, version) in store::versions(tx)? {
        let key = (node.to_owned(), field);
        let held = HELD
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if let Some(held) = held.filter(|held| held.version == version) {
            models.push((field, held.model));
            continue;
        }
        let Some((bytes, version)) = store::model(tx, field)? else {
            continue;
        };
        // A model of an older version of the program is passed over until the next training replaces it.
        let Ok(model) = Model::from_bytes(&bytes) else {
            continue;
        };
        let model = Arc::new(model);
        let held = Held {
            version,
            model: Arc::clone(&model),
        };
        HELD.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, held);
        models.push((field, model));
    }
    Ok(models)
}

/// What a ticket is known by when it arrives: its title and what was reported.
pub(crate) fn text_of(title: &str, body: &str) -> String {
    let body: String = body.chars().take(3_000).collect();
    format!("{title}\n{body}")
}

pub(crate) fn thousandths(share: f64) -> i64 {
    let bounded = (share.clamp(0.0, 1.0) * 1000.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "a whole number from 0 to 1000")]
    let whole = bounded as i64;
    whole
}

pub(crate) fn damaged(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("stored proposal: {error}"))
}
