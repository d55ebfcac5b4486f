//! What is missing: searches that found nothing or nothing worth opening, questions answered again and again without an article,
//! and articles that nobody uses, that nobody finds, or that contradict each other. A work list.
//!
//! `finding` says what is a gap (pure), `building` looks for them each night and keeps them, `changing` is what people do with a
//! line: give it to somebody, begin an article, or dismiss it with a reason. A dismissed line stays dismissed however often
//! it is found; one that is found no more goes by itself.

pub mod api;
pub mod building;
pub mod changing;
pub mod finding;
pub mod pages;
pub mod store;

use desk::ticket::access;
use kernel::Locale;
use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::REPORT;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = GapKind)]
pub enum Kind {
    /// Searched for, and nothing is found.
    NothingFound,
    /// Something is found, and nobody opens it.
    NotOpened,
    /// The desk answers it again and again, without an article.
    AnsweredOften,
    /// Somebody said that it should be an article.
    Flagged,
    /// An article that was read and never helped anybody.
    NeverUsed,
    /// An article that nobody ever opened.
    NeverFound,
    /// Two articles about the same, neither of which helps.
    Contradicting,
}

impl Kind {
    /// In the order in which they are shown.
    pub const ALL: [Kind; 7] = [
        Kind::NothingFound,
        Kind::NotOpened,
        Kind::AnsweredOften,
        Kind::Flagged,
        Kind::Contradicting,
        Kind::NeverFound,
        Kind::NeverUsed,
    ];

    /// The word in the database, in addresses, and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::NothingFound => "nothing_found",
            Kind::NotOpened => "not_opened",
            Kind::AnsweredOften => "answered_often",
            Kind::Flagged => "flagged",
            Kind::NeverUsed => "never_used",
            Kind::NeverFound => "never_found",
            Kind::Contradicting => "contradicting",
        }
    }

    /// Reads [`Kind::as_str`] back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub fn text_key(self) -> String {
        format!("answers-gap-kind-{}", self.as_str())
    }

    /// Whether its words come from tickets: then it is for whoever may see all of them.
    #[must_use]
    pub const fn is_from_tickets(self) -> bool {
        matches!(self, Kind::AnsweredOften | Kind::Flagged)
    }

    /// Whether an article can be begun from it; else there is one already.
    #[must_use]
    pub const fn wants_an_article(self) -> bool {
        matches!(
            self,
            Kind::NothingFound | Kind::NotOpened | Kind::AnsweredOften | Kind::Flagged
        )
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = GapState)]
pub enum State {
    /// Waits for somebody.
    #[default]
    Open,
    /// An article was begun.
    Drafted,
    /// Nobody will do anything about it, for a reason.
    Dismissed,
    /// It is found no more.
    Gone,
}

impl State {
    /// All of them.
    pub const ALL: [State; 4] = [State::Open, State::Drafted, State::Dismissed, State::Gone];

    /// The word in the database, in addresses, and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Drafted => "drafted",
            State::Dismissed => "dismissed",
            State::Gone => "gone",
        }
    }

    /// Reads [`State::as_str`] back.
    #[must_use]
    pub fn parse(word: &str) -> Option<State> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub fn text_key(self) -> String {
        format!("answers-gap-state-{}", self.as_str())
    }
}

/// What a line is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GapAbout)]
pub struct About {
    /// Articles, by number.
    #[serde(default)]
    pub articles: Vec<i64>,
    /// Some of the tickets.
    #[serde(default)]
    pub tickets: Vec<i64>,
}

/// A line of the work list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub id: i64,
    pub kind: Kind,
    /// What it is about, within its kind.
    pub key: String,
    pub title: String,
    pub locale: Locale,
    /// How often, in the last ninety days.
    pub weight: i64,
    pub about: About,
    pub state: State,
    pub owner: Option<UserId>,
    /// The draft that was made of it.
    pub article: Option<i64>,
    /// Why it was dismissed.
    pub reason: String,
    pub first_at: Timestamp,
    pub seen_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

/// Which lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub state: State,
    pub kind: Option<Kind>,
    pub owner: Option<UserId>,
}

/// Lines of a page.
pub const PAGE: usize = 50;

/// Whether somebody may see what comes from tickets.
fn sees_tickets(cx: &Cx) -> bool {
    cx.may(access::READ) == Some(Scope::All) && cx.may(access::INTERNAL) == Some(Scope::All)
}

/// Whether this reader may see such a line.
fn is_seen(cx: &Cx, kind: Kind) -> bool {
    !kind.is_from_tickets() || sees_tickets(cx)
}

/// Lines by weight, the heaviest first, from an offset on; whether there are more.
///
/// # Errors
/// 403 for others.
pub fn list(tx: &mut Tx<'_>, cx: &Cx, filter: &Filter, offset: usize) -> Result<(Vec<Gap>, bool)> {
    cx.require(REPORT)?;
    let kinds: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| is_seen(cx, *kind) && filter.kind.is_none_or(|wanted| wanted == *kind))
        .collect();
    if kinds.is_empty() {
        return Ok((Vec::new(), false));
    }
    let mut found = store::list(tx, filter, &kinds, offset, PAGE + 1)?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    name(tx, cx, &mut found)?;
    Ok((found, more))
}

/// How many lines of each kind wait.
///
/// # Errors
/// 403 for others.
pub fn counts(tx: &mut Tx<'_>, cx: &Cx, state: State) -> Result<Vec<(Kind, i64)>> {
    cx.require(REPORT)?;
    let counted = store::counts(tx, state)?;
    Ok(Kind::ALL
        .into_iter()
        .filter(|kind| is_seen(cx, *kind))
        .map(|kind| {
            let count = counted.iter().find(|one| one.0 == kind).map_or(0, |one| one.1);
            (kind, count)
        })
        .collect())
}

/// One line.
///
/// # Errors
/// 404 for one that is not there or not for this reader.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<Gap> {
    let may_know = cx.may(REPORT).is_some();
    let found = store::find(tx, id)?.filter(|gap| may_know && is_seen(cx, gap.kind));
    let mut found = found.ok_or_else(Error::not_found)?;
    name(tx, cx, std::slice::from_mut(&mut found))?;
    Ok(found)
}

/// Lines about articles are named as this reader may see them: by title, else by number.
fn name(tx: &mut Tx<'_>, cx: &Cx, gaps: &mut [Gap]) -> Result<()> {
    let mut numbers: Vec<i64> = gaps
        .iter()
        .filter(|gap| !gap.kind.wants_an_article())
        .flat_map(|gap| gap.about.articles.clone())
        .collect();
    if numbers.is_empty() {
        return Ok(());
    }
    numbers.sort_unstable();
    numbers.dedup();
    let lines = knowledge::reading::lines(tx, cx, &numbers)?;
    for gap in gaps.iter_mut().filter(|gap| !gap.kind.wants_an_article()) {
        let titles: Vec<String> = gap
            .about
            .articles
            .iter()
            .map(|number| {
                let line = lines.iter().find(|line| line.number == *number);
                line.map_or_else(|| format!("KB-{number}"), |line| line.title.clone())
            })
            .collect();
        gap.title = titles.join(" / ");
    }
    Ok(())
}
