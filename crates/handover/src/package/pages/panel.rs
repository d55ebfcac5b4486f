//! The card beside a ticket's conversation: its packages, each with its state and deadline, and the way to hand over.

use askama::Template;
use desk::ticket::{self, Stage, access as desk_access};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use web::{App, Shell};

use crate::access;
use crate::package::{Package, store};

const LINES: i64 = 5;

#[derive(Template)]
#[template(path = "package/views/panel.html")]
struct Card {
    shell: Shell,
    number: i64,
    packages: Vec<Package>,
    may_give: bool,
    now: Timestamp,
}

/// Renders the card; none for whom the desk keeps it to itself.
pub(crate) fn render(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let Some(number) = subject
            .strip_prefix("ticket:")
            .and_then(|number| number.parse().ok())
        else {
            return Ok(None);
        };
        let context = cx.clone();
        let read = app.db.read(move |tx| {
            let ticket = ticket::store::load(tx, number)?;
            let ticket = ticket.filter(|ticket| desk_access::sees_internal(&context, ticket));
            let Some(ticket) = ticket else { return Ok(None) };
            Ok(Some((ticket, store::of_ticket(tx, number, LINES)?)))
        });
        let Some((ticket, mut packages)) = read.await? else {
            return Ok(None);
        };
        let is_open =
            !matches!(ticket.state.stage(), Stage::Closed) && ticket.state != ticket::State::Resolved;
        let may_give = is_open
            && cx.may(access::CREATE).is_some()
            && desk_access::may(&cx, desk_access::RESOLVE, &ticket)
            && packages.iter().all(|package| package.state.is_settled());
        for package in &mut packages {
            package.follow(&ticket);
        }
        packages.retain(|package| access::may_read(&cx, package));
        if packages.is_empty() && !may_give {
            return Ok(None);
        }
        let card = Card {
            shell: Shell::plain(&cx),
            number,
            packages,
            may_give,
            now: cx.now(),
        };
        card.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}
