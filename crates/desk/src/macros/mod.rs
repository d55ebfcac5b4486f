//! Macros: several changes to a ticket, and a word about it, done together in one step.
//!
//! A macro says what shall be; `running.rs` shows it before and does it, by the same operations as by hand, so that
//! rights, clocks, events, and notices are theirs. Macros know no conditions: what depends on the ticket is a rule's.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event;
use kernel::id::{Id, TeamId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::events;
use crate::reply_template::{self, Both, ReplyTemplate};
use crate::ticket::value::{Category, Impact, TicketType, Urgency, words};
use crate::ticket::{TITLE_MAX, access, changing};

pub mod running;
pub mod store;

pub use running::{Plan, plan, run};

words!(
    /// Which way the ticket goes.
    Move, "macro_move" {
        Start => "start",
        WaitRequester => "wait_requester",
        WaitSupplier => "wait_supplier",
        WaitDevelopment => "wait_development",
        Resolve => "resolve",
    }
);

words!(
    /// Who reads what is said.
    Voice, "macro_voice" { Reply => "reply", Note => "note" }
);

/// Who gets the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Receiver {
    /// Whoever runs the macro.
    Me,
    /// Whom the reckoning chooses.
    Automatic,
    Team(TeamId),
}

impl From<Receiver> for String {
    fn from(receiver: Receiver) -> String {
        match receiver {
            Receiver::Me => "me".to_owned(),
            Receiver::Automatic => "automatic".to_owned(),
            Receiver::Team(team) => format!("team:{team}"),
        }
    }
}

impl TryFrom<String> for Receiver {
    type Error = Error;

    fn try_from(text: String) -> Result<Receiver> {
        let unknown = || Error::invalid("web.form.malformed").field("assign");
        match text.as_str() {
            "me" => Ok(Receiver::Me),
            "automatic" => Ok(Receiver::Automatic),
            other => {
                let team = other.strip_prefix("team:").ok_or_else(unknown)?;
                Ok(Receiver::Team(team.parse().map_err(|_| unknown())?))
            }
        }
    }
}

/// What happens next, counted from the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub what: String,
    pub in_days: i64,
}

/// A template to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    pub voice: Voice,
    pub template: Id<ReplyTemplate>,
}

/// Everything a macro does; what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Definition {
    #[serde(rename = "type")]
    pub ticket_type: Option<TicketType>,
    pub category: Option<Category>,
    pub impact: Option<Impact>,
    pub urgency: Option<Urgency>,
    pub tags_add: Vec<String>,
    pub tags_remove: Vec<String>,
    pub assign: Option<Receiver>,
    pub next_step: Option<Planned>,
    pub say: Option<Say>,
    #[serde(rename = "move")]
    pub step: Option<Move>,
}

impl Definition {
    /// Whether it changes fields of the ticket.
    pub(crate) fn changes_fields(&self) -> bool {
        self.ticket_type.is_some()
            || self.category.is_some()
            || self.impact.is_some()
            || self.urgency.is_some()
            || !self.tags_add.is_empty()
            || !self.tags_remove.is_empty()
            || self.next_step.is_some()
    }
}

/// A macro as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Macro {
    pub id: Id<Macro>,
    /// None: everybody's.
    pub owner: Option<UserId>,
    pub name: Both,
    pub definition: Definition,
}

/// What a person wrote.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub shared: bool,
    pub name: Both,
    pub definition: Definition,
}

const DAYS_MAX: i64 = 365;

/// The macros that the actor may run, by name.
pub fn list(tx: &mut Tx, cx: &Cx) -> Result<Vec<Macro>> {
    cx.require(access::NOTE)?;
    let mut found = store::of(tx, cx.user_id())?;
    found.sort_by_key(|one| one.name.of(cx.locale).to_lowercase());
    Ok(found)
}

/// A macro that the actor may run.
pub fn load(tx: &mut Tx, cx: &Cx, id: Id<Macro>) -> Result<Macro> {
    cx.require(access::NOTE)?;
    let found = store::load(tx, id)?.ok_or_else(Error::not_found)?;
    if reply_template::may_use(cx, found.owner) {
        Ok(found)
    } else {
        Err(Error::not_found())
    }
}

/// Saves a new macro, or another version of one.
pub fn save(tx: &mut Tx, cx: &Cx, id: Option<Id<Macro>>, wanted: &Wanted) -> Result<Macro> {
    let owner = reply_template::owner(cx, wanted.shared)?;
    if let Some(id) = id {
        let found = load(tx, cx, id)?;
        reply_template::may_change(cx, found.owner)?;
    }
    let kept = Macro {
        id: id.unwrap_or_else(|| cx.new_id()),
        owner,
        name: reply_template::clean_name(&wanted.name)?,
        definition: clean(tx, cx, wanted)?,
    };
    store::save(tx, &kept, cx.now())?;
    note(tx, cx, events::MACRO_SAVED, kept.id)?;
    Ok(kept)
}

/// Throws a macro away.
pub fn remove(tx: &mut Tx, cx: &Cx, id: Id<Macro>) -> Result<()> {
    let found = load(tx, cx, id)?;
    reply_template::may_change(cx, found.owner)?;
    store::delete(tx, id)?;
    note(tx, cx, events::MACRO_REMOVED, id)
}

fn clean(tx: &mut Tx, cx: &Cx, wanted: &Wanted) -> Result<Definition> {
    let mut definition = wanted.definition.clone();
    let mut errors = Errors::new();
    definition.tags_add = changing::clean_tags(&definition.tags_add)?;
    definition.tags_remove = changing::clean_tags(&definition.tags_remove)?;
    if let Some(planned) = &mut definition.next_step {
        planned.what = crate::article::line(&mut errors, "next_step", &planned.what, TITLE_MAX);
        if planned.what.is_empty() {
            errors.push("next_step", "desk.ticket.next_step_half");
        }
        if !(0..=DAYS_MAX).contains(&planned.in_days) {
            errors.push("next_step_days", "desk.macro.days_out_of_range");
        }
    }
    if let Some(say) = &definition.say {
        match reply_template::store::load(tx, say.template)? {
            // What everybody runs cannot hang on what one person may throw away.
            Some(template)
                if template.owner.is_none() || (!wanted.shared && template.owner == cx.user_id()) => {}
            Some(_) => errors.push("template", "desk.macro.template_not_shared"),
            None => errors.push("template", "desk.macro.template_unknown"),
        }
    }
    match definition.step {
        Some(Move::Resolve) if definition.say.as_ref().is_none_or(|say| say.voice == Voice::Note) => {
            errors.push("template", "desk.macro.resolve_needs_words");
        }
        Some(Move::WaitRequester | Move::WaitSupplier | Move::WaitDevelopment)
            if definition.say.is_none() =>
        {
            errors.push("template", "desk.macro.wait_needs_words");
        }
        _ => {}
    }
    if definition == Definition::default() {
        errors.push("name_en", "desk.macro.does_nothing");
    }
    errors.finish()?;
    Ok(definition)
}

fn note(tx: &mut Tx, cx: &Cx, kind: &'static str, id: Id<Macro>) -> Result<()> {
    let new = event::New {
        kind,
        subject: format!("desk.macro:{id}"),
        data: json!({}),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
