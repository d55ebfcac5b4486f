//! The cards: terminals of a ticket and of a device, and the key that opens one from a ticket.

use askama::Template;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Panel, Shell};

use super::pages::{Row, rows};
use super::store;
use crate::device::{self, DeviceId};
use crate::{READ, RUN};

const LATEST: i64 = 6;

pub(super) fn panels() -> Vec<Panel> {
    vec![
        Panel::new("fleet.terminal.key", "ticket.device", key),
        Panel {
            order: 2,
            ..Panel::new("fleet.terminals", "ticket.side", of_ticket)
        },
        Panel {
            order: 2,
            ..Panel::new("fleet.terminals", "device.side", of_device)
        },
    ]
}

#[derive(Template)]
#[template(path = "terminal/views/key.html")]
struct Key {
    shell: Shell,
    href: String,
}

/// The key beside a device on a ticket: `ticket:1042 device:ID`.
fn key(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let Some((number, id)) = crate::pages::on_ticket::of_subject(&subject) else {
            return Ok(None);
        };
        let own = cx.clone();
        let may = move |tx: &mut Tx<'_>| device::may_act_on(tx, &own, RUN, id);
        if !app.db.read(may).await? {
            return Ok(None);
        }
        let key = Key {
            shell: Shell::plain(&cx),
            href: format!("/devices/{id}/terminals/new?ticket={number}"),
        };
        key.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}

#[derive(Template)]
#[template(path = "terminal/views/card.html")]
struct Card {
    shell: Shell,
    rows: Vec<Row>,
    id: String,
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
            let sessions = store::of_ticket(tx, number, LATEST)?;
            rows(tx, &own, sessions)
        };
        card(&cx, app.db.read(read).await?, format!("terminals-{number}"))
    }
    .boxed()
}

fn of_device(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let id: Option<DeviceId> = device::of_subject(&subject);
        let Some(id) = id.filter(|_| cx.may(READ).is_some()) else {
            return Ok(None);
        };
        let own = cx.clone();
        let read = move |tx: &mut Tx<'_>| {
            let sessions = store::of_device(tx, id, LATEST)?;
            rows(tx, &own, sessions)
        };
        card(&cx, app.db.read(read).await?, format!("terminals-{id}"))
    }
    .boxed()
}

fn card(cx: &Cx, rows: Vec<Row>, id: String) -> Result<Option<String>> {
    if rows.is_empty() {
        return Ok(None);
    }
    let card = Card {
        shell: Shell::plain(cx),
        rows,
        id,
    };
    card.render().map(Some).map_err(Error::internal)
}
