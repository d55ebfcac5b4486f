//! The cards: the rollouts of a ticket, and those that a device is part of.

use std::collections::BTreeMap;

use askama::Template;
use desk::ticket::{self, Stage};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use web::{App, Panel, Shell};

use super::pages::{Line, may_draft, notes};
use super::store::{self, Placed};
use super::{Rollout, RolloutId, seeing, wording};
use crate::READ;
use crate::device::{self, DeviceId};

const LATEST: i64 = 6;

pub(crate) fn panels() -> Vec<Panel> {
    vec![
        Panel {
            order: 3,
            ..Panel::new("fleet.rollouts", "ticket.side", of_ticket)
        },
        Panel {
            order: 3,
            ..Panel::new("fleet.rollouts", "device.side", of_device)
        },
    ]
}

/// What the device of a card is in a rollout.
struct Own {
    position: u32,
    status: String,
    tone: &'static str,
    notes: Vec<String>,
}

impl Own {
    fn of(locale: Locale, placed: &Placed) -> Self {
        Self {
            position: placed.position.0,
            status: wording::status_at(locale, &placed.target),
            tone: wording::tone(placed.target.status),
            notes: notes(locale, &placed.target),
        }
    }
}

/// A rollout on a card.
struct Entry {
    line: Line,
    /// On the card of a device: what that is in it.
    own: Option<Own>,
}

#[derive(Template)]
#[template(path = "rollout/views/card.html")]
struct Card {
    shell: Shell,
    lines: Vec<Entry>,
    id: String,
    /// Where another one can be planned.
    new: Option<String>,
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
        let read = move |tx: &mut Tx<'_>| on_ticket(tx, &own, number);
        let (rollouts, may_draft) = app.db.read(read).await?;
        let lines = rollouts.into_iter().map(|rollout| Entry {
            line: Line::of(cx.locale, rollout),
            own: None,
        });
        card(Card {
            shell: Shell::plain(&cx),
            lines: lines.collect(),
            id: format!("rollouts-{number}"),
            new: may_draft.then(|| format!("/rollouts/new?ticket={number}")),
        })
    }
    .boxed()
}

/// The rollouts of a ticket, and whether the reader may plan another one for it.
fn on_ticket(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<(Vec<Rollout>, bool)> {
    let rollouts = store::of_ticket(tx, number, LATEST)?;
    let is_open = if may_draft(cx) {
        let ticket = ticket::store::load(tx, number)?;
        ticket.is_some_and(|ticket| {
            ticket.state.stage() == Stage::Open && crate::act::seeing::sees(cx, &ticket)
        })
    } else {
        false
    };
    Ok((seeing::seen(tx, cx, rollouts)?, is_open))
}

fn of_device(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let id: Option<DeviceId> = device::of_subject(&subject);
        let Some(id) = id.filter(|_| cx.may(READ).is_some()) else {
            return Ok(None);
        };
        let own = cx.clone();
        let read = move |tx: &mut Tx<'_>| {
            device::find(tx, &own, id)?;
            let rollouts = store::of_device(tx, id, LATEST)?;
            let places = store::places_of_device(tx, id, LATEST)?;
            Ok((seeing::seen(tx, &own, rollouts)?, places))
        };
        let (rollouts, places): (Vec<Rollout>, Vec<(RolloutId, Placed)>) = app.db.read(read).await?;
        let places: BTreeMap<RolloutId, Placed> = places.into_iter().collect();
        let lines = rollouts.into_iter().map(|rollout| Entry {
            own: places.get(&rollout.id).map(|placed| Own::of(cx.locale, placed)),
            line: Line::of(cx.locale, rollout),
        });
        card(Card {
            shell: Shell::plain(&cx),
            lines: lines.collect(),
            id: format!("rollouts-{id}"),
            new: None,
        })
    }
    .boxed()
}

fn card(card: Card) -> Result<Option<String>> {
    if card.lines.is_empty() && card.new.is_none() {
        return Ok(None);
    }
    card.render().map(Some).map_err(Error::internal)
}
