//! The key below the devices of a ticket: help for a device without the agent.

use askama::Template;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Panel, Shell};

use super::{Assist, program, store};
use crate::act::asking::open_ticket;
use crate::{CHANGE, MANAGE};

pub(super) const PANEL: Panel = Panel::new("fleet.assist", "ticket.devices", foot);

#[derive(Template)]
#[template(path = "assist/views/key.html")]
struct Key {
    shell: Shell,
    number: i64,
    open: Vec<Assist>,
    /// Without one there is nothing to hand out, which only concerns who can change it.
    has_program: bool,
}

fn foot(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        if cx.may(CHANGE).is_none() {
            return Ok(None);
        }
        let own = cx.clone();
        let read = move |tx: &mut Tx<'_>| {
            let Ok(number) = open_ticket(tx, &own, &subject) else {
                return Ok(None);
            };
            let has_program = program::program(tx, program::LINUX)?.is_some();
            Ok(Some((number, store::open_of_ticket(tx, number)?, has_program)))
        };
        let Some((number, open, has_program)) = app.db.read(read).await? else {
            return Ok(None);
        };
        if !has_program && open.is_empty() && cx.may(MANAGE).is_none() {
            return Ok(None);
        }
        let key = Key {
            shell: Shell::plain(&cx),
            number,
            open,
            has_program,
        };
        key.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}
