//! Live pages: the names of things that changed, as server-sent events.
//!
//! The stream carries topics (`ticket:1042`, `queue`), never content; pages fetch their fragments again, so what a
//! reader may see is decided where pages are made. Even a name tells that something happened, so each topic is held
//! against the reader's rights before it is sent, and the reader is identified again every minute. A node hears of
//! changes through the event log, so it does not matter on which node they were made.

mod hub;
mod stream;

use kernel::event::{Event, Subscriber};

pub use self::hub::Hub;
pub(crate) use self::stream::open;
use crate::app::App;

/// Publishes the topics of each event on this node.
pub(crate) fn subscriber(app: &App) -> Subscriber {
    let (hub, namers) = (app.live.clone(), app.event_topics());
    Subscriber::node("web.live", move |_kernel, events: &[Event]| {
        hub.publish(&topics_of(events, &namers));
        Box::pin(std::future::ready(Ok(())))
    })
}

/// The subjects of the events, and what slices add.
fn topics_of(events: &[Event], namers: &[fn(&Event) -> Vec<String>]) -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    for event in events {
        topics.push(event.subject.clone());
        topics.extend(namers.iter().flat_map(|namer| namer(event)));
    }
    topics.sort_unstable();
    topics.dedup();
    topics
}
