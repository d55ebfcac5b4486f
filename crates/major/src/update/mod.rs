//! Words to those affected: written once, told to the requester of every ticket, shown on the status page.
//!
//! What is written stands in one transaction with a line for every ticket that must hear of it; `telling` goes through those
//! lines, each in a transaction of its own, so that a job that runs twice tells nobody twice. `refusal` is why a ticket took no
//! words, `store` the SQL.

pub mod refusal;
pub mod store;
pub mod telling;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use refusal::Refusal;

use crate::events;
use crate::incident::{self, Incident, IncidentId, State};

/// Marks the identifiers of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdateMark;
/// Names some words.
pub type UpdateId = Id<UpdateMark>;

const MOST: usize = 4_000;
/// Whoever waits longer for words was forgotten: the room says so, and they are told again.
pub const LATE_SECONDS: i64 = 600;

/// Words in one language or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MajorIncidentWords)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// In English.
    pub en: Option<String>,
    /// In Chinese.
    pub zh: Option<String>,
}

impl Words {
    /// In the language of a reader, else in the other one.
    #[must_use]
    pub fn read(&self, locale: kernel::Locale) -> &str {
        let (en, zh) = (self.en.as_deref(), self.zh.as_deref());
        incident::in_language(locale, en.unwrap_or_default(), zh.unwrap_or_default())
    }

    /// Both, for a reader of whom no language is known.
    #[must_use]
    pub fn both(&self) -> String {
        let texts = [self.zh.as_deref(), self.en.as_deref()];
        texts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        [&self.en, &self.zh]
            .into_iter()
            .flatten()
            .all(|text| text.trim().is_empty())
    }

    /// As they are kept: trimmed, at least one of both, not endless.
    ///
    /// # Errors
    /// 422 with the field.
    pub fn checked(&self) -> Result<Self> {
        let mut errors = Errors::new();
        let mut clean = |field: &str, text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default().trim().replace('\0', "");
            if text.chars().count() > MOST {
                let most = vec![("most".to_owned(), MOST.into())];
                errors.push_with(field, "major.words_too_long", most);
            }
            (!text.is_empty()).then_some(text)
        };
        let words = Self {
            en: clean("en", &self.en),
            zh: clean("zh", &self.zh),
        };
        errors.finish()?;
        if words.is_blank() {
            return Err(Error::invalid("major.words_missing").field("en"));
        }
        Ok(words)
    }
}

/// What is done to a ticket with some words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// They are a public reply.
    Reply,
    /// They are its solution.
    Resolve,
    /// They were its solution, and the trouble came back.
    Reopen,
}

impl Act {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Resolve => "resolve",
            Self::Reopen => "reopen",
        }
    }
}

/// What became of telling one ticket's requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Not yet done.
    Waiting,
    /// They stand on the ticket as a reply.
    Told,
    /// The ticket was resolved with them.
    Resolved,
    /// It was resolved with them, and goes on again.
    Reopened,
    /// The ticket took no words: it is closed, or part of another.
    Skipped,
}

impl Outcome {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Told => "told",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
            Self::Skipped => "skipped",
        }
    }

    pub(crate) fn known(word: &str) -> Option<Self> {
        [
            Self::Waiting,
            Self::Told,
            Self::Resolved,
            Self::Reopened,
            Self::Skipped,
        ]
        .into_iter()
        .find(|one| one.as_str() == word)
    }
}

/// One ticket that must hear some words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// Whose requester.
    pub ticket: i64,
    /// How.
    pub act: Act,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it was skipped, or not resolved though it should have been.
    pub reason: Option<Refusal>,
}

/// Words as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// Which.
    pub id: UpdateId,
    /// Of which incident.
    pub incident: IncidentId,
    /// The words.
    pub words: Words,
    /// How far the incident was.
    pub state: State,
    /// For words that are a solution: whether it was tested.
    pub tested: bool,
    /// Why not.
    pub untested_reason: Option<String>,
    /// Who wrote them.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// When they were taken off the status page.
    pub hidden_at: Option<Timestamp>,
}

/// Writes words, has every requester told, and starts the clock of the next ones.
///
/// # Errors
/// 403 without a part in it, or when it is moved without leading it; 409 when it is over, 422 with the field.
pub fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: IncidentId,
    words: &Words,
    state: Option<State>,
) -> Result<Update> {
    let mut incident = incident::begin(tx, cx, id)?;
    if !incident.state.is_open() {
        return Err(Error::conflict("major.is_over"));
    }
    let words = words.checked()?;
    if state.is_some_and(|state| !state.is_open()) {
        return Err(Error::invalid("major.state_by_words").field("state"));
    }
    if let Some(state) = state.filter(|state| *state != incident.state) {
        incident::require_lead(cx, &incident::store::holders(tx, id)?)?;
        incident::steering::turn(tx, cx, &mut incident, state)?;
    }
    incident.wind(cx.now());
    let update = fresh(cx, &incident, words);
    let acts = reply_to_all(tx, &incident)?;
    say(tx, cx, &mut incident, &update, &acts)?;
    Ok(update)
}

/// Words that nobody has heard yet.
pub(crate) fn fresh(cx: &Cx, incident: &Incident, words: Words) -> Update {
    Update {
        id: cx.new_id(),
        incident: incident.id,
        words,
        state: incident.state,
        tested: false,
        untested_reason: None,
        by: cx.user_id(),
        at: cx.now(),
        hidden_at: None,
    }
}

/// A reply to its ticket and to all that belong to it.
pub(crate) fn reply_to_all(tx: &mut Tx<'_>, incident: &Incident) -> Result<Vec<(i64, Act)>> {
    let mut tickets = vec![incident.ticket];
    tickets.extend(incident::store::links(tx, incident.id)?);
    Ok(tickets.into_iter().map(|ticket| (ticket, Act::Reply)).collect())
}

/// Keeps words, saves the incident, and has the tickets told.
pub(crate) fn say(
    tx: &mut Tx<'_>,
    cx: &Cx,
    incident: &mut Incident,
    update: &Update,
    acts: &[(i64, Act)],
) -> Result<()> {
    store::insert(tx, update)?;
    for (ticket, act) in acts {
        store::await_telling(tx, update.id, *ticket, *act)?;
    }
    let data = json!({ "words": update.id.to_string(), "state": update.state, "tickets": acts.len() });
    let text = json!({ "text": update.words.both() });
    incident::save(tx, cx, incident, events::UPDATED, data, Some(text))?;
    telling::ask(tx, cx, update.id)
}

/// The incident came back: who was not told yet is not told that it is over, and what was resolved with its words goes on.
pub(crate) fn come_back(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId) -> Result<()> {
    let reason = Refusal::plain("major.came_back");
    store::skip_waiting(tx, id, &reason, cx.now())?;
    for words in store::ask_back(tx, id)? {
        telling::ask(tx, cx, words)?;
    }
    Ok(())
}

/// Takes words off the status page, or puts them there again. What was replied to a requester stays said.
///
/// # Errors
/// 403, 404.
pub fn show(tx: &mut Tx<'_>, cx: &Cx, id: IncidentId, words: UpdateId, shown: Shown) -> Result<()> {
    let incident = incident::lead(tx, cx, id)?;
    let update = store::find(tx, words)?.filter(|update| update.incident == id);
    let update = update.ok_or_else(Error::not_found)?;
    let hides = shown == Shown::No;
    if update.hidden_at.is_some() == hides {
        return Ok(());
    }
    store::set_hidden(tx, words, hides.then(|| cx.now()))?;
    let data = json!({ "words": words.to_string(), "hidden": hides });
    incident::tell(tx, cx, &incident.subject(), events::UPDATE_HIDDEN, data, None)
}

/// Whether words stand on the status page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// They do.
    Yes,
    /// Only in the room.
    No,
}

/// Tells a ticket that joined late what was said last.
pub(crate) fn catch_up(tx: &mut Tx<'_>, cx: &Cx, incident: &Incident, ticket: i64) -> Result<()> {
    // What was said at an end that was none is not said again.
    let is_news = |last: &Update| incident.state.is_open() && last.state.is_open();
    let Some(last) = store::last_shown(tx, incident.id)?.filter(is_news) else {
        return Ok(());
    };
    store::await_telling(tx, last.id, ticket, Act::Reply)?;
    telling::ask(tx, cx, last.id)
}
