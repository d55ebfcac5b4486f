//! Walks the event log behind the writers and writes messages down for those who want to be told by chat.
//!
//! At least once, as the log gives them; a message knows its event, so that none is written twice. What can still be taken back
//! waits until it no longer can, as the desk's letters do.

use desk::batch::{Batch, store as batches};
use desk::ticket;
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind, Result};
use kernel::event::{self, Event, Subscriber};
use kernel::i18n::Locale;
use kernel::job::{self, Job, JobHandler};
use serde::{Deserialize, Serialize};

use super::stations::{self, Station};
use super::wording::{self, Matter};
use super::{Delivery, delivering, store};
use crate::person;

/// Older events are history.
const FRESH_MILLIS: i64 = 24 * 3_600_000;
const TELL_LATER: &str = "im.tell_later";

/// Tells of an event that was held back.
pub const HANDLER: JobHandler = JobHandler {
    kind: TELL_LATER,
    run: tell_later,
};

/// Tells people by chat, from the moment it is first run.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster("im.telling", hear).from_now()
}

/// Writes messages about these events.
pub fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let now = kernel.clock.now();
        let heard: Vec<Event> = events
            .iter()
            .filter(|event| stations::is_told(&event.kind) && now.since(event.at) <= FRESH_MILLIS)
            .cloned()
            .collect();
        if heard.is_empty() || !anybody(kernel).await? {
            return Ok(());
        }
        for event in heard {
            let (cx, base_url, seq) = (
                kernel.cx_system("im.telling"),
                kernel.config.base_url.clone(),
                event.seq,
            );
            let write = move |tx: &mut Tx<'_>| match holds_back(tx, &cx, &event)? {
                true => Ok(()),
                false => tell(tx, &cx, &event, &base_url),
            };
            match kernel.db.write(write).await {
                Err(error) if error.kind() != Kind::Unavailable => {
                    tracing::error!(event = seq, %error, "an event was not told by chat");
                }
                done => done?,
            }
        }
        Ok(())
    })
}

/// Whether there is a channel at all: most houses have none, and pay one short query for it.
async fn anybody(kernel: &Kernel) -> Result<bool> {
    let channels = kernel.db.read(crate::channel::store::list).await?;
    Ok(channels.iter().any(|channel| channel.enabled))
}

#[derive(Debug, Serialize, Deserialize)]
struct Later {
    subject: String,
    seq: i64,
}

/// Whether the event belongs to a change of many tickets that can still be taken back: then a job tells of it later.
fn holds_back(tx: &mut Tx<'_>, cx: &Cx, event: &Event) -> Result<bool> {
    let Some(done_at) = batches::done_at(tx, &event.request)? else {
        return Ok(false);
    };
    let until = Batch::accepted_until(done_at).add_millis(1);
    if cx.now() > until {
        return Ok(false);
    }
    let later = Later {
        subject: event.subject.clone(),
        seq: event.seq,
    };
    let new = job::New::now(TELL_LATER, serde_json::to_value(later)?)
        .at(until)
        .key(format!("event:{}", event.seq));
    job::enqueue(tx, cx, new)?;
    Ok(true)
}

fn tell_later(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let later: Later = job.data_as()?;
        let (cx, base_url) = (kernel.cx_system("im.telling"), kernel.config.base_url.clone());
        let write = move |tx: &mut Tx<'_>| {
            let mut found = event::of_subject(tx, &later.subject, later.seq - 1, 1)?;
            match found.pop().filter(|event| event.seq == later.seq) {
                Some(event) if !batches::is_undone(tx, &event.request)? => tell(tx, &cx, &event, &base_url),
                _ => Ok(()),
            }
        };
        kernel.db.write(write).await
    })
}

fn tell(tx: &mut Tx<'_>, cx: &Cx, event: &Event, base_url: &str) -> Result<()> {
    let number = event
        .subject
        .strip_prefix("ticket:")
        .and_then(|number| number.parse().ok());
    let Some(number) = number else {
        return Ok(());
    };
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(());
    };
    let article = match event.data["article"].as_i64() {
        Some(id) => desk::article::store::load(tx, id)?,
        None => None,
    };
    let author = article.as_ref().and_then(|article| article.author);
    let matter = Matter {
        ticket: &ticket,
        article: article.as_ref(),
        base_url,
    };
    for (station, user) in stations::of(event, &ticket, author) {
        let Some(person) = person::active(tx, user)? else {
            continue;
        };
        for way in store::ways_to(tx, user)? {
            // Who reported it by this channel was told its number there and then.
            if station == Station::Received && person::store::channels_of(tx, number)?.contains(&way.channel)
            {
                continue;
            }
            let locale = person.locale.or(Locale::parse(&way.locale)).unwrap_or(Locale::En);
            let Some(mut told) = wording::told(tx, cx, &matter, station, locale)? else {
                continue;
            };
            if way.service.is_overheard() {
                told = wording::overheard(told, number, &person.name, locale);
            }
            let delivery = Delivery {
                occasion: format!("event:{}", event.seq),
                ticket: Some(number),
                ..delivering::fresh(
                    cx,
                    cx.new_id(),
                    (way.channel, way.external),
                    station.as_str(),
                    &told,
                )
            };
            let is_new = delivering::enqueue(tx, cx, &delivery)?;
            // What they say next answers it.
            if is_new && matches!(station, Station::Replied | Station::Waiting | Station::Resolved) {
                person::store::talk(tx, way.channel, user, number, cx.now())?;
            }
        }
    }
    Ok(())
}
