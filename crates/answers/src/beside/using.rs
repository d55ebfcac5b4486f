//! An article is used in a ticket: put into a reply, named as its answer afterwards, or sent by the clerk.
//!
//! One row for each ticket and article, however often it is put in. What comes of it is `crate::outcome`'s.

use desk::ticket;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event;
use kernel::link;
use knowledge::{Number, reading};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::store;
use crate::{USE, events, outcome};

/// The kind of the link from a ticket to what answered it.
pub const ANSWERED_BY: &str = "answered_by";

/// How an article was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ArticleUseHow)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// As a link in a reply.
    Link,
    /// As text in a reply.
    Text,
    /// Somebody said afterwards that it was the answer.
    Named,
    /// By the clerk.
    Clerk,
}

impl How {
    /// The word in the database and in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Text => "text",
            Self::Named => "named",
            Self::Clerk => "clerk",
        }
    }

    /// Reads [`How::as_str`] back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Link, Self::Text, Self::Named, Self::Clerk]
            .into_iter()
            .find(|how| how.as_str() == word)
    }

    /// The text that names it.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Link => "answers-how-link",
            Self::Text => "answers-how-text",
            Self::Named => "answers-how-named",
            Self::Clerk => "answers-how-clerk",
        }
    }
}

/// Keeps that an article was used in a ticket. Whether that is new.
///
/// # Errors
/// 403 without the right, 404 for a ticket or an article that the actor may not see.
pub fn record(tx: &mut Tx<'_>, cx: &Cx, ticket: i64, article: Number, how: How) -> Result<bool> {
    see(tx, cx, ticket)?;
    tx.lock("answers.ticket", ticket)?;
    let found = reading::article(tx, cx, article)?;
    if !found.state.is_read() {
        // A draft is nothing to send to anybody.
        return Err(Error::conflict("answers.not_published"));
    }
    let is_new = store::insert(tx, ticket, article, how, &cx.actor.key(), cx.now())?;
    if is_new {
        store::count(tx, outcome::day(cx.now()), article, store::Counted::used(1))?;
        link::add(tx, cx, &ticket::subject(ticket), &found.subject(), ANSWERED_BY)?;
        knowledge::outcome::used(tx, cx, article, ticket)?;
        let data = json!({ "article": article, "how": how.as_str() });
        tell(tx, cx, ticket, events::ARTICLE_USED, data, None)?;
    }
    if how == How::Named {
        name(tx, cx, ticket, article, true)?;
    }
    if is_new {
        // The ticket may be over already.
        outcome::settle(tx, cx, ticket)?;
    }
    Ok(is_new)
}

/// Says that an article which was used answered the ticket, or takes that back.
///
/// # Errors
/// 403, 404 also for an article that was not used in it.
pub fn name(tx: &mut Tx<'_>, cx: &Cx, ticket: i64, article: Number, answered: bool) -> Result<()> {
    see(tx, cx, ticket)?;
    let uses = store::of_ticket(tx, ticket)?;
    let present = uses
        .iter()
        .find(|one| one.article == article)
        .ok_or_else(Error::not_found)?;
    if present.is_answer == answered {
        return Ok(());
    }
    store::set_answer(tx, ticket, article, answered)?;
    let data = json!({ "article": article, "answered": answered });
    tell(tx, cx, ticket, events::ANSWER_NAMED, data, None)
}

/// Lets pass who reads the desk's side of a ticket and may use articles in it.
///
/// # Errors
/// 403 without the right, 404 for a ticket that is not for their eyes.
pub fn see(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<ticket::View> {
    cx.require(USE)?;
    let view = ticket::load(tx, cx, number)?;
    if view.internal {
        Ok(view)
    } else {
        Err(Error::not_found())
    }
}

pub(crate) fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    ticket: i64,
    kind: &'static str,
    data: Value,
    personal: Option<Value>,
) -> Result<()> {
    let new = event::New {
        kind,
        subject: ticket::subject(ticket),
        data,
        personal,
    };
    event::append(tx, cx, new).map(drop)
}
