//! The managers' morning letter: open tickets of which nobody has said what happens next and when (D7), and those whose
//! requesters were promised news that has not come.
//!
//! The zone of the desk's hours is a setting and not known when schedules are made, so the job looks every few minutes
//! whether it is past eight there, and claims the day in the transaction that writes the letters.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;
use mail::{Letter, Mailbox, Sender};
use minijinja::Value;

use super::people::{self, Reader};
use super::posting::{self, Post};
use super::template::Context;
use super::{Notice, context, store, template};
use crate::neighbours;
use crate::ticket::{self, TicketRow};

/// Name of the job.
pub const FORGOTTEN: &str = "desk.forgotten";
const LOOKS_EVERY: i64 = 600;
const HOUR: i8 = 8;
/// As many tickets as a letter names.
const SHOWN: i64 = 30;
/// As far as the letter counts.
const COUNTED: i64 = 200;

/// The handler of the job.
pub const HANDLER: JobHandler = JobHandler { kind: FORGOTTEN, run };

/// When it looks.
pub const SCHEDULE: Schedule = Schedule {
    name: FORGOTTEN,
    every: Every::Seconds(LOOKS_EVERY),
    job: FORGOTTEN,
};

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(FORGOTTEN);
        let base_url = kernel.config.base_url.clone();
        kernel
            .db
            .write(move |tx| tell_managers(tx, &cx, &base_url))
            .await
            .map(drop)
    })
}

/// Writes the letters of this morning if they are due and not written; gives back how many.
pub fn tell_managers(tx: &mut Tx, cx: &Cx, base_url: &str) -> Result<usize> {
    let zone = neighbours::calendar(tx, "default")?.time_zone().to_owned();
    let Some(day) = morning(cx.now(), &zone)? else {
        return Ok(0);
    };
    let Some(post) = posting::open(tx, cx, base_url)? else {
        return Ok(0);
    };
    if !store::claim_day(tx, FORGOTTEN, &day)? {
        return Ok(0);
    }
    let tickets = ticket::forgotten(tx, cx, COUNTED)?;
    let silent = ticket::without_news(tx, cx, usize::try_from(SHOWN).unwrap_or(usize::MAX))?;
    if tickets.is_empty() && silent.is_empty() {
        return Ok(0);
    }
    let mut written = 0;
    for manager in people::managers(tx)? {
        let mailbox = post.mailbox(None).clone();
        let Some(reader) = people::reader(tx, manager, mailbox.locale)? else {
            continue;
        };
        if store::is_unreachable(tx, &reader.email)? {
            continue;
        }
        send(tx, cx, &post, (&mailbox, &reader), (&tickets, &silent), &day)?;
        written += 1;
    }
    Ok(written)
}

/// The day whose letter is due: today from eight on.
fn morning(now: Timestamp, zone: &str) -> Result<Option<String>> {
    let local = now.jiff().in_tz(zone).map_err(Error::internal)?;
    Ok((local.hour() >= HOUR).then(|| local.date().to_string()))
}

fn send(
    tx: &mut Tx,
    cx: &Cx,
    post: &Post,
    (mailbox, reader): (&Mailbox, &Reader),
    (tickets, silent): (&[TicketRow], &[(TicketRow, Timestamp)]),
    day: &str,
) -> Result<()> {
    let mut values = values(tx, post, reader, tickets)?;
    let overdue = silent.iter().map(|(ticket, promised)| {
        Value::from_pairs([
            ("number", Value::from(ticket.number)),
            ("title", Value::from(ticket.title.clone())),
            ("priority", Value::from(ticket.priority.as_str())),
            ("promised", Value::from(context::when(*promised, reader))),
            (
                "link",
                Value::from(context::link(&post.base_url, ticket.number, true)),
            ),
        ])
    });
    values.insert("silent", Value::from_iter(overdue));
    let words = template::render_current(tx, Notice::Forgotten, reader.locale, &values)?;
    let to = mail::message::Address {
        name: Some(reader.name.clone()),
        email: reader.email.clone(),
    };
    let key = format!("{FORGOTTEN}:{day}:{}", reader.user);
    let mut letter = Letter::new(mail::DESK, to, words.subject, words.text, "", key);
    letter.from = Sender::Mailbox(mailbox.id);
    letter.reply_to = Some(posting::address_of(mailbox));
    mail::send(tx, cx, &letter)?;
    Ok(())
}

fn values(tx: &mut Tx, post: &Post, reader: &Reader, tickets: &[TicketRow]) -> Result<Context> {
    let shown = &tickets[..tickets.len().min(usize::try_from(SHOWN).unwrap_or(usize::MAX))];
    let owners: Vec<_> = shown.iter().filter_map(|ticket| ticket.assignee).collect();
    let names = people::names(tx, &owners)?;
    let rows = shown.iter().map(|ticket| {
        let owner = ticket
            .assignee
            .and_then(|owner| names.get(&owner))
            .cloned()
            .unwrap_or_default();
        Value::from_pairs([
            ("number", Value::from(ticket.number)),
            ("title", Value::from(ticket.title.clone())),
            ("priority", Value::from(ticket.priority.as_str())),
            ("state", Value::from(reader.locale.t(ticket.state.text_key()))),
            ("assignee", Value::from(owner)),
            ("updated", Value::from(context::when(ticket.updated_at, reader))),
            (
                "link",
                Value::from(context::link(&post.base_url, ticket.number, true)),
            ),
        ])
    });
    let rows = Value::from_iter(rows);
    let mut values = Context::new();
    values.insert("tickets", rows);
    let limit = u64::try_from(COUNTED - 1).unwrap_or(u64::MAX);
    values.insert(
        "count",
        kernel::i18n::format_count(tickets.len() as u64, limit).into(),
    );
    values.insert("more", Value::from(tickets.len() > shown.len()));
    values.insert("link", Value::from(format!("{}/queues/forgotten", post.base_url)));
    values.insert("recipient", Value::from(reader.name.clone()));
    values.insert(
        "desk",
        posting::address_of(post.mailbox(None))
            .name
            .unwrap_or_default()
            .into(),
    );
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_morning_begins_at_eight_in_the_desks_zone() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().into();
        assert_eq!(
            morning(at("2026-03-02T23:59:00Z"), "Asia/Shanghai").unwrap(),
            None
        );
        assert_eq!(
            morning(at("2026-03-03T00:00:00Z"), "Asia/Shanghai")
                .unwrap()
                .as_deref(),
            Some("2026-03-03")
        );
        assert_eq!(morning(at("2026-03-03T00:00:00Z"), "UTC").unwrap(), None);
    }
}
