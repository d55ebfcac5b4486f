//! On the ticket's card of devices and on the page of a device: the key that connects, and what was done lately.

use askama::Template;
use desk::ticket;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Panel, Shell};

use super::asking;
use super::pages::Row;
use super::{seeing, store, telling};
use crate::DIAGNOSE;
use crate::device::{self, Device, DeviceId};

const LATEST: i64 = 5;
const OF_TICKET: i64 = 50;

/// With the device, on the card of the ticket's devices.
pub(crate) const PANEL: Panel = Panel {
    order: -10,
    ..Panel::new("fleet.acts", "ticket.device", render)
};

#[derive(Template)]
#[template(path = "act/views/panel.html")]
struct Card {
    shell: Shell,
    number: i64,
    id: DeviceId,
    rows: Vec<Row>,
    may_ask: bool,
}

impl Card {
    fn verb(&self, name: &str) -> String {
        telling::verb_name(self.shell.cx.locale, name)
    }
}

/// The subject names the ticket and the device: `ticket:1042 device:ID`.
fn render(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let named = subject.split_once(' ').and_then(|(ticket, device)| {
            let number: i64 = ticket.strip_prefix("ticket:")?.parse().ok()?;
            Some((number, device::of_subject(device)?))
        });
        let Some((number, id)) = named else {
            return Ok(None);
        };
        let own = cx.clone();
        let read = move |tx: &mut Tx<'_>| {
            let device = device::find(tx, &own, id)?;
            let mut acts = store::of_ticket(tx, number, OF_TICKET)?;
            acts.retain(|act| act.device == id);
            acts.truncate(usize::try_from(LATEST).unwrap_or_default());
            let may_ask =
                may_ask(&own, &device) && asking::open_ticket(tx, &own, &ticket::subject(number)).is_ok();
            Ok((seeing::seen(tx, &own, acts)?, may_ask))
        };
        let (acts, may_ask) = app.db.read(read).await?;
        if acts.is_empty() && !may_ask {
            return Ok(None);
        }
        let card = Card {
            shell: Shell::plain(&cx),
            number,
            id,
            rows: acts.into_iter().map(|act| Row::of(&cx, act)).collect(),
            may_ask,
        };
        card.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}

fn may_ask(cx: &Cx, device: &Device) -> bool {
    device.agent_key.is_some() && device.state == device::State::Admitted && device::may(cx, DIAGNOSE, device)
}

/// On the page of a device, above what is known of it.
pub(crate) const DEVICE_PANEL: Panel = Panel {
    order: -10,
    ..Panel::new("fleet.acts-on-device", "device.main", on_device)
};

#[derive(Template)]
#[template(path = "act/views/on_device.html")]
struct OnDevice {
    shell: Shell,
    id: DeviceId,
    rows: Vec<Row>,
    may_ask: bool,
}

impl OnDevice {
    fn verb(&self, name: &str) -> String {
        telling::verb_name(self.shell.cx.locale, name)
    }
}

fn on_device(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let Some(id) = device::of_subject(&subject) else {
            return Ok(None);
        };
        let own = cx.clone();
        let read = move |tx: &mut Tx<'_>| {
            let device = device::find(tx, &own, id)?;
            let acts = store::of_device(tx, id, None, LATEST)?;
            Ok((seeing::seen(tx, &own, acts)?, may_ask(&own, &device)))
        };
        let (acts, may_ask) = app.db.read(read).await?;
        if acts.is_empty() && !may_ask {
            return Ok(None);
        }
        let card = OnDevice {
            shell: Shell::plain(&cx),
            id,
            rows: acts.into_iter().map(|act| Row::of(&cx, act)).collect(),
            may_ask,
        };
        card.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}
