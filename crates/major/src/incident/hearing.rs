//! Hears of tickets: when the ticket of an incident is resolved or closed by itself, the incident is over.

use desk::events::{TICKET_CLOSED_SILENT, TICKET_CONFIRMED, TICKET_RESOLVED};
use desk::ticket::Stage;
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};

use super::{resolving, store};

const NAME: &str = "major.tickets";

/// From the moment it is first run.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster(NAME, hear).from_now()
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let mut tickets: Vec<i64> = events.iter().filter_map(resolved_ticket).collect();
        tickets.sort_unstable();
        tickets.dedup();
        if tickets.is_empty() {
            return Ok(());
        }
        let (cx, base) = (kernel.cx_system(NAME), kernel.config.base_url.clone());
        let write = move |tx: &mut Tx<'_>| {
            for ticket in &tickets {
                let Some(incident) = store::of_ticket(tx, *ticket)? else {
                    continue;
                };
                // The news may be old: a ticket that came back meanwhile ends nothing.
                let now = desk::ticket::store::load(tx, *ticket)?;
                if now.is_some_and(|ticket| ticket.state.stage() != Stage::Open) {
                    resolving::by_ticket(tx, &cx, &base, incident.id)?;
                }
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}

fn resolved_ticket(event: &Event) -> Option<i64> {
    let is_one = [TICKET_RESOLVED, TICKET_CONFIRMED, TICKET_CLOSED_SILENT].contains(&event.kind.as_str());
    let number = event.subject.strip_prefix("ticket:").filter(|_| is_one)?;
    number.parse().ok()
}
