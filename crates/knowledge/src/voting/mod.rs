//! "Solved it" or "did not": once each, by people signed in or not.
//!
//! A changed mind replaces what was said before. A yes given anywhere but at a ticket is a case that was solved without one, counted
//! once a day for whoever says it. How many voices one address may give in an hour is the page's to limit; here nobody has two.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event;
use kernel::id::UserId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::article::Article;
use crate::worth::{self, falling, reckoning};
use crate::{events, reading};

pub mod store;

pub use store::{Reason, Vote};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 1_000;
/// Longest question that is kept with a case.
const ASKED_MAX: usize = 300;
const DAY: i64 = 86_400;
/// Reasons shown at once.
const REASONS: i64 = 50;

/// Whoever votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voter {
    /// Somebody signed in.
    User(UserId),
    /// Somebody else, by a name that says nothing about them: a hash, at most 64 characters are kept.
    Visitor(String),
}

impl Voter {
    /// As it is kept.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::User(id) => format!("user:{id}"),
            Self::Visitor(name) => format!("visitor:{}", name.chars().take(64).collect::<String>()),
        }
    }
}

/// Where it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = KnowledgePlace)]
pub enum Place {
    /// Under the article.
    Article,
    /// On the form for a report, while typing.
    Report,
    /// At the end of guided questions.
    Guide,
    /// In the search.
    Search,
    /// After an answer of the clerk's.
    Robot,
    /// About a ticket: no case without one.
    Ticket,
}

impl Place {
    /// As it is kept.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Report => "report",
            Self::Guide => "guide",
            Self::Search => "search",
            Self::Robot => "robot",
            Self::Ticket => "ticket",
        }
    }

    /// Reads [`Place::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Article,
            Self::Report,
            Self::Guide,
            Self::Search,
            Self::Robot,
            Self::Ticket,
        ]
        .into_iter()
        .find(|place| place.as_str() == text)
    }

    /// Whether a yes here is a case that was solved without a ticket. The clerk answers tickets.
    const fn is_without_ticket(self) -> bool {
        !matches!(self, Self::Ticket | Self::Robot)
    }
}

/// Takes what somebody says of an article that they may read; a vote of before is replaced. `asked` is what they looked for, when
/// that is known.
///
/// # Errors
/// 404 for who may not read it, 422 for a reason that is too long.
#[expect(
    clippy::too_many_arguments,
    reason = "the words of one sentence, each of which every caller has"
)]
pub fn vote(
    tx: &mut Tx,
    cx: &Cx,
    number: i64,
    voter: &Voter,
    solved: bool,
    reason: &str,
    place: Place,
    asked: &str,
) -> Result<Article> {
    tx.lock("knowledge.article", number)?;
    reading::article(tx, cx, number)?;
    let reason = reason.trim();
    if reason.chars().count() > REASON_MAX {
        return Err(Error::invalid("knowledge.vote.reason_too_long")
            .field("reason")
            .arg("max", REASON_MAX));
    }
    let before = store::find(tx, number, &voter.key())?;
    let vote = Vote {
        solved,
        // Whoever says the same again without a reason has not taken the first one back.
        reason: match &before {
            Some(before) if reason.is_empty() && before.solved == solved => before.reason.clone(),
            _ => reason.to_owned(),
        },
        place,
        at: cx.now(),
    };
    if before.as_ref().is_none_or(|before| !before.says_the_same(&vote)) {
        keep(tx, cx, number, voter, before.as_ref(), &vote)?;
    }
    if solved {
        worth::store::used(tx, number, cx.now())?;
        if place.is_without_ticket() {
            count_case(tx, cx, number, voter, place, asked)?;
        }
    }
    reading::article(tx, cx, number)
}

fn keep(tx: &mut Tx, cx: &Cx, number: i64, voter: &Voter, before: Option<&Vote>, vote: &Vote) -> Result<()> {
    store::put(tx, number, &voter.key(), vote)?;
    let mind_changed = before.is_none_or(|before| before.solved != vote.solved);
    if mind_changed {
        let (solved, unsolved) = difference(before.map(|before| before.solved), vote.solved);
        worth::store::add(tx, number, (solved, unsolved), (0, 0))?;
    }
    reckoning::after_word(tx, cx, number)?;
    let new = event::New {
        kind: events::VOTED,
        subject: crate::article::subject(number),
        data: json!({ "solved": vote.solved, "place": vote.place.as_str(), "again": before.is_some() }),
        personal: (!vote.reason.is_empty()).then(|| json!({ "reason": vote.reason })),
    };
    event::append(tx, cx, new)?;
    if mind_changed && !vote.solved {
        falling::look(tx, cx, number)?;
    }
    Ok(())
}

/// What a vote changes in the sums of yes and no. Pure.
fn difference(before: Option<bool>, now: bool) -> (i64, i64) {
    let one = |said: bool, what: bool| i64::from(said == what);
    let gone = |what: bool| before.map_or(0, |before| one(before, what));
    (one(now, true) - gone(true), one(now, false) - gone(false))
}

fn count_case(tx: &mut Tx, cx: &Cx, number: i64, voter: &Voter, place: Place, asked: &str) -> Result<()> {
    let (key, since) = (voter.key(), cx.now().add_secs(-DAY));
    if store::has_case(tx, number, &key, since)? {
        return Ok(());
    }
    let asked: String = asked.trim().chars().take(ASKED_MAX).collect();
    let case = store::Case {
        article: number,
        voter: key,
        place,
        asked,
        locale: cx.locale.tag(),
        at: cx.now(),
    };
    store::insert_case(tx, &case)
}

/// What this one said of it.
///
/// # Errors
/// The database's.
pub fn mine(tx: &mut Tx, _cx: &Cx, number: i64, voter: &Voter) -> Result<Option<bool>> {
    Ok(store::find(tx, number, &voter.key())?.map(|vote| vote.solved))
}

/// Why it did not help, the latest first: for those who write.
///
/// # Errors
/// 403 for others, 404 for who may not see it.
pub fn reasons(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Vec<Reason>> {
    cx.require(crate::WRITE)?;
    reading::article(tx, cx, number)?;
    store::reasons(tx, number, REASONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_mind_moves_one_voice_from_one_side_to_the_other() {
        assert_eq!(difference(None, true), (1, 0));
        assert_eq!(difference(None, false), (0, 1));
        assert_eq!(difference(Some(true), false), (-1, 1));
        assert_eq!(difference(Some(false), true), (1, -1));
        assert_eq!(difference(Some(true), true), (0, 0));
    }
}
