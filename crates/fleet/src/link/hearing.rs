//! What other parts of the slice decide about a device, and its link must hear: it was admitted, taken out of use, or merged.
//!
//! The link is ended, and the agent comes back at once and is told how it stands now. So there is one place where it learns that:
//! the greeting.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use protocol::message::{Admission, FromServer};

use super::hub;
use crate::device::of_subject;
use crate::events;

/// Hears on every node, for the link may be on any.
pub(crate) fn subscriber() -> Subscriber {
    Subscriber::node("fleet.link", hear)
}

fn hear<'a>(kernel: &'a Kernel, heard: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let hub = hub::of(kernel);
        for event in heard {
            let Some((device, code)) = of_subject(&event.subject).zip(code_of(&event.kind)) else {
                continue;
            };
            let Some(admission) = hub.admission(&device) else {
                continue;
            };
            // Who came back meanwhile knows it already.
            if code == "admitted" && admission == Admission::Admitted {
                continue;
            }
            hub.send(&device, &FromServer::Drain { within_seconds: 1 });
            hub.end(&device, code);
        }
        Ok(())
    })
}

fn code_of(kind: &str) -> Option<&'static str> {
    match kind {
        events::DEVICE_ADMITTED => Some("admitted"),
        events::DEVICE_RETIRED => Some("retired"),
        events::DEVICE_MERGED => Some("merged"),
        _ => None,
    }
}
