//! The card on an article's page: which tickets it solved.

use askama::Template;
use desk::ticket::{self, Ticket, access};
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use knowledge::{Number, article};
use web::{App, Shell};

use crate::USE;
use crate::beside::store::{self, Use};

/// Tickets that are looked at, and shown.
const LOOKED: i64 = 60;
const SHOWN: usize = 10;

/// A ticket in which the article was used.
pub struct Line {
    /// The ticket.
    pub ticket: Ticket,
    /// How it was used, and what came of it.
    pub how: Use,
}

#[derive(Template)]
#[template(path = "outcome/views/tickets.html")]
struct Card {
    shell: Shell,
    solved: Vec<Line>,
    others: Vec<Line>,
}

/// Tickets in which an article was used that the reader may see, the latest first.
///
/// # Errors
/// The database's.
pub fn lines(tx: &mut Tx<'_>, cx: &Cx, article: Number) -> Result<Vec<Line>> {
    let uses = store::of_article(tx, article, LOOKED)?;
    let numbers: Vec<i64> = uses.iter().map(|one| one.ticket).collect();
    let tickets = ticket::store::load_many(tx, &numbers)?;
    let line = |one: Use| {
        let found = tickets.iter().find(|ticket| ticket.number == one.ticket)?;
        access::may(cx, access::READ, found).then(|| Line {
            ticket: found.clone(),
            how: one,
        })
    };
    Ok(uses.into_iter().filter_map(line).collect())
}

/// Renders the card; none for readers who are not of the desk, and while there is nothing to tell.
pub(crate) fn render(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    Box::pin(async move {
        let Some(number) = article::of_subject(&subject).filter(|_| cx.may(USE).is_some()) else {
            return Ok(None);
        };
        let reader = cx.clone();
        let lines = app.db.read(move |tx| lines(tx, &reader, number)).await?;
        if lines.is_empty() {
            return Ok(None);
        }
        let (mut solved, mut others): (Vec<Line>, Vec<Line>) =
            lines.into_iter().partition(|line| line.how.solved == Some(true));
        solved.truncate(SHOWN);
        others.truncate(SHOWN);
        let card = Card {
            shell: Shell::plain(&cx),
            solved,
            others,
        };
        card.render().map(Some).map_err(Error::internal)
    })
}
