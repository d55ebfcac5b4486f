//! When a ticket is no longer open, its grants hold no longer: what was asked for it is ended, what runs is told to end.

use std::collections::{BTreeMap, BTreeSet};

use desk::events::{
    TICKET_CLOSED_SILENT, TICKET_CONFIRMED, TICKET_DECLINED, TICKET_MERGED, TICKET_RESOLVED, TICKET_WITHDRAWN,
};
use desk::ticket::{self, Stage};
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, Event, New, Subscriber};
use serde_json::json;

use super::store;
use crate::act::{cancelling, events};
use crate::assist;
use crate::device::DeviceId;

const NAME: &str = "fleet.revoking";
const ENDS: &[&str] = &[
    TICKET_RESOLVED,
    TICKET_CONFIRMED,
    TICKET_CLOSED_SILENT,
    TICKET_MERGED,
    TICKET_DECLINED,
    TICKET_WITHDRAWN,
];

/// From the moment it is first run.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster(NAME, hear).from_now()
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let tickets: BTreeSet<i64> = events.iter().filter_map(ended).collect();
        if tickets.is_empty() {
            return Ok(());
        }
        let cx = kernel.cx_system(NAME);
        let write = move |tx: &mut Tx<'_>| {
            for number in &tickets {
                // The news may be old: a ticket that came back meanwhile keeps what was asked since.
                let now = ticket::store::load(tx, *number)?;
                if now.is_none_or(|ticket| ticket.state.stage() != Stage::Open) {
                    revoke(tx, &cx, *number)?;
                    assist::ending::of_ticket(tx, &cx, *number)?;
                }
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}

fn ended(event: &Event) -> Option<i64> {
    let number = event
        .subject
        .strip_prefix("ticket:")
        .filter(|_| ENDS.contains(&event.kind.as_str()))?;
    number.parse().ok()
}

/// Takes back the grants of a ticket and ends what goes on for it.
///
/// # Errors
/// The database's.
pub fn revoke(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<()> {
    for open in crate::act::store::open_of_ticket(tx, number)? {
        tx.lock("fleet.act", open.id)?;
        if let Some(mut act) = crate::act::store::find(tx, open.id)? {
            cancelling::begin(tx, cx, &mut act)?;
        }
    }
    let grants = store::of_ticket(tx, number, cx.now())?;
    if grants.is_empty() {
        return Ok(());
    }
    let mut devices: BTreeMap<DeviceId, Vec<String>> = BTreeMap::new();
    for grant in &grants {
        store::revoke(tx, grant.act, cx.now())?;
        devices
            .entry(grant.device)
            .or_default()
            .push(grant.act.to_string());
    }
    let line = json!({
        "icon": "shield", "key": "fleet-line-revoked", "args": { "count": grants.len(), "devices": devices.len() },
    });
    let new = New {
        kind: events::REVOKED,
        subject: ticket::subject(number),
        data: json!({ "devices": devices, "line": line }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
