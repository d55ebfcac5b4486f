//! The status page: what does not work now, what is said about it, and what was in the last 90 days.
//!
//! It is for everybody, signed in or, by the setting `major.status_public`, anybody; so it holds the public words and nothing
//! else: no ticket, no name, nothing of the room. An incident may be kept off it, and words may be taken off it. When something is down everybody looks at it, so what it shows is kept in
//! memory until it changes.

pub mod pages;

use std::sync::Arc;

use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::setting;
use kernel::time::Timestamp;

use crate::SETTINGS;
use crate::incident::{self, Incident, IncidentId, State};
use crate::update::{self, Update, Words};

/// Whether the page is for anybody; only for people who signed in unless it is set.
pub const PUBLIC_SETTING: &str = "major.status_public";
/// How far back it goes.
const DAYS: i64 = 90;
/// Incidents of each part; more nobody reads.
const MOST: i64 = 100;
/// Of what is over the last words are shown; of what goes on, all.
const PAST_WORDS: usize = 20;
/// Where the page is.
pub const PATH: &str = "/status";

/// Public words.
#[derive(Debug, Clone)]
pub struct Said {
    /// Names them in a feed.
    pub id: String,
    /// The words.
    pub words: Words,
    /// How far it was.
    pub state: State,
    /// When.
    pub at: Timestamp,
}

/// An incident as everybody sees it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Names it.
    pub id: IncidentId,
    /// What does not work.
    pub title: String,
    /// What that does to people.
    pub impact: String,
    /// What is hit.
    pub services: Vec<String>,
    /// How far it is.
    pub state: State,
    /// Since when.
    pub declared_at: Timestamp,
    /// Until when.
    pub resolved_at: Option<Timestamp>,
    /// What was said, the latest first.
    pub said: Vec<Said>,
}

/// Everything on the page.
#[derive(Debug, Clone)]
pub struct Board {
    /// What does not work now, the latest first.
    pub present: Vec<Shown>,
    /// What is over, the latest first.
    pub past: Vec<Shown>,
}

impl Board {
    /// When something changed last.
    #[must_use]
    pub fn changed_at(&self) -> Option<Timestamp> {
        let all = self.present.iter().chain(&self.past);
        all.flat_map(|shown| {
            let words = shown.said.iter().map(|said| said.at);
            words.chain([shown.declared_at]).chain(shown.resolved_at)
        })
        .max()
    }
}

/// Whether anybody may read the page.
pub(crate) fn is_public(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(setting::get(tx, PUBLIC_SETTING)?.unwrap_or(false))
}

/// Opens the page to anybody, or to those who signed in.
///
/// # Errors
/// 403.
pub fn set_public(tx: &mut Tx<'_>, cx: &Cx, public: Audience) -> Result<()> {
    cx.require(SETTINGS)?;
    setting::put(tx, cx, PUBLIC_SETTING, &(public == Audience::Anybody))
}

/// Who may read the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Whoever knows its address.
    Anybody,
    /// People who signed in.
    SignedIn,
}

/// What the page shows.
///
/// # Errors
/// 401 for nobody known, unless it is public.
pub fn board(tx: &mut Tx<'_>, cx: &Cx) -> Result<Board> {
    if matches!(cx.actor, Actor::Anonymous) && !is_public(tx)? {
        return Err(Error::unauthenticated());
    }
    let kept = kept(tx)?;
    let from = cx.now().add_secs(-DAYS * 86_400);
    let is_recent = |shown: &&Shown| shown.resolved_at.is_some_and(|at| at >= from);
    Ok(Board {
        present: kept.present.clone(),
        past: kept.past.iter().filter(is_recent).cloned().collect(),
    })
}

/// What does not work now, by title: for pages on which people would report it once more.
///
/// # Errors
/// As [`board`].
pub fn troubles(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<String>> {
    if matches!(cx.actor, Actor::Anonymous) && !is_public(tx)? {
        return Err(Error::unauthenticated());
    }
    let kept = kept(tx)?;
    Ok(kept.present.iter().map(|shown| shown.title.clone()).collect())
}

/// Until an incident or its words change.
fn kept(tx: &mut Tx<'_>) -> Result<Arc<Board>> {
    tx.kept("major.status", &["major_incident", "major_update"], |tx| {
        let (open, past) = (
            incident::store::open_shown(tx, MOST)?,
            incident::store::past_shown(tx, MOST)?,
        );
        let ids: Vec<IncidentId> = open.iter().chain(&past).map(|one| one.id).collect();
        let said = update::store::of_incidents(tx, &ids)?;
        Ok(Board {
            present: open
                .into_iter()
                .map(|one| shown(one, &said, usize::MAX))
                .collect(),
            past: past
                .into_iter()
                .map(|one| shown(one, &said, PAST_WORDS))
                .collect(),
        })
    })
}

fn shown(incident: Incident, said: &[Update], most: usize) -> Shown {
    let said = said
        .iter()
        .filter(|update| update.incident == incident.id && update.hidden_at.is_none())
        .take(most);
    Shown {
        said: said
            .map(|update| Said {
                id: update.id.to_string(),
                words: update.words.clone(),
                state: update.state,
                at: update.at,
            })
            .collect(),
        id: incident.id,
        title: incident.title,
        impact: incident.impact,
        services: incident.services,
        state: incident.state,
        declared_at: incident.declared_at,
        resolved_at: incident.resolved_at,
    }
}
