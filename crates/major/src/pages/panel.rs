//! The card on the ticket page: which major incident this ticket is of or belongs to, or the key that makes one of it.

use askama::Template;
use desk::ticket::{self, Stage};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Shell};

use crate::incident::{self, Incident};
use crate::{DECLARE, READ};

const LINES: i64 = 3;

#[derive(Template)]
#[template(path = "pages/views/panel.html")]
struct Card {
    shell: Shell,
    number: i64,
    around: Vec<Incident>,
    may_declare: bool,
}

/// Renders the card; none where there is neither an incident nor a key for this reader.
pub(crate) fn render(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let number: Option<i64> = subject
            .strip_prefix("ticket:")
            .and_then(|number| number.parse().ok());
        let Some(number) = number.filter(|_| cx.may(READ).is_some()) else {
            return Ok(None);
        };
        let declares = cx.may(DECLARE).is_some();
        let read = move |tx: &mut Tx<'_>| {
            let around = incident::store::around_ticket(tx, number, LINES)?;
            let is_free = around
                .iter()
                .all(|one| one.ticket != number && !one.state.is_open());
            let may_declare = declares && is_free && is_open(tx, number)?;
            Ok((around, may_declare))
        };
        let (around, may_declare) = app.db.read(read).await?;
        if around.is_empty() && !may_declare {
            return Ok(None);
        }
        let card = Card {
            shell: Shell::plain(&cx),
            number,
            around,
            may_declare,
        };
        card.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}

fn is_open(tx: &mut Tx<'_>, number: i64) -> Result<bool> {
    let found = ticket::store::load(tx, number)?;
    Ok(found.is_some_and(|ticket| ticket.state.stage() == Stage::Open))
}
