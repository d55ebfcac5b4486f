//! The card on a device: how many updates it reports wait for a decision, and how many are approved.

use std::collections::BTreeMap;

use askama::Template;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Panel, Shell};

use super::State;
use super::seeing::{self, Count};
use crate::READ;
use crate::device::{self, DeviceId};

pub(crate) const PANEL: Panel = Panel {
    order: 4,
    ..Panel::new("fleet.patches", "device.side", of_device)
};

#[derive(Template)]
#[template(path = "patch/views/card.html")]
struct Card {
    shell: Shell,
    id: DeviceId,
    counts: BTreeMap<&'static str, Count>,
}

impl Card {
    /// States of which there are some, in their order.
    fn lines(&self) -> Vec<(State, Count)> {
        let count = |state: &State| Some((*state, *self.counts.get(state.as_str())?));
        State::ALL.iter().filter_map(count).collect()
    }
}

fn of_device(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let Some(id) = device::of_subject(&subject).filter(|_| cx.may(READ).is_some()) else {
            return Ok(None);
        };
        let own = cx.clone();
        let read = move |tx: &mut Tx<'_>| {
            device::find(tx, &own, id)?;
            seeing::counts(tx, id)
        };
        let counts = app.db.read(read).await?;
        if counts.is_empty() {
            return Ok(None);
        }
        let card = Card {
            shell: Shell::plain(&cx),
            id,
            counts,
        };
        card.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}
