//! The card on a ticket: what its requester shares or has shared, and the way to ask them for it.

use askama::Template;
use desk::ticket::{self, State as TicketState, access};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Panel, Shell};

use super::{Share, sharing_path, store};
use crate::READ;
use crate::act::seeing;

const LATEST: i64 = 6;

pub(super) const PANEL: Panel = Panel {
    order: 3,
    ..Panel::new("fleet.shares", "ticket.side", of_ticket)
};

#[derive(Template)]
#[template(path = "share/views/card.html")]
struct Card {
    shell: Shell,
    number: i64,
    shares: Vec<Share>,
    /// To be sent to the requester; empty when nothing can be shared any more.
    link: String,
    may_ask: bool,
}

fn of_ticket(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let number: Option<i64> = subject
            .strip_prefix("ticket:")
            .and_then(|number| number.parse().ok());
        let Some(number) = number.filter(|_| cx.may(READ).is_some()) else {
            return Ok(None);
        };
        let own = cx.clone();
        let read = move |tx: &mut Tx<'_>| {
            let found = ticket::store::load(tx, number)?.filter(|ticket| seeing::sees(&own, ticket));
            let Some(found) = found else {
                return Ok(None);
            };
            let shares = store::of_ticket(tx, number, LATEST)?;
            let is_open = found.state != TicketState::Closed;
            let may_ask = is_open && access::may(&own, access::REPLY, &found);
            Ok(Some((shares, is_open, may_ask)))
        };
        let Some((shares, is_open, may_ask)) = app.db.read(read).await? else {
            return Ok(None);
        };
        if shares.is_empty() && !is_open {
            return Ok(None);
        }
        let card = Card {
            shell: Shell::plain(&cx),
            number,
            shares,
            link: if is_open {
                format!("{}{}", app.base_url(), sharing_path(number))
            } else {
                String::new()
            },
            may_ask,
        };
        card.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}
