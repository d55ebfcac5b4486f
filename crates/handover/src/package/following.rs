//! Hears of tickets: who has the ticket of a package now. Lists are read by it; whoever opens a package is judged by the ticket
//! itself, as it is at that moment.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};

use super::store;

const NAME: &str = "handover.tickets";

/// From the moment it is first run.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster(NAME, hear).from_now()
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let mut tickets: Vec<i64> = events.iter().filter_map(moved).collect();
        tickets.sort_unstable();
        tickets.dedup();
        if tickets.is_empty() {
            return Ok(());
        }
        let write = move |tx: &mut Tx<'_>| {
            for number in &tickets {
                // As it is now: the event may be old.
                if let Some(ticket) = desk::ticket::store::load(tx, *number)? {
                    store::follow(tx, *number, ticket.team, ticket.assignee)?;
                }
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}

/// The number of a ticket that another team or person has now.
fn moved(event: &Event) -> Option<i64> {
    let after = event.data.get("after")?;
    if after.get("team").is_none() && after.get("assignee").is_none() {
        return None;
    }
    event.subject.strip_prefix("ticket:")?.parse().ok()
}
