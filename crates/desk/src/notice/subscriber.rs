//! Walks the event log and writes the letters that an event asks for, all of one event in one transaction.
//!
//! Keys make it bear events that come twice. A letter that cannot be written is logged and passed over: one broken letter
//! must not keep all others waiting; only a database that does not answer stops the walk, which then goes on later.

use std::collections::BTreeMap;
use std::sync::Once;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use kernel::id::UserId;
use mail::{AutoSubmitted, LetterFile, Mailbox};

use super::context::{self, Matter};
use super::planning::{self, Planned, Situation};
use super::posting::{self, Draft, Post};
use super::{Notice, bounce, gathering, is_hopeless, people, store, template};
use crate::batch::holding;
use crate::ticket::value::Voice;
use crate::ticket::{self, Ticket};
use crate::{article, events};

/// Tells people of what happened, from the moment it is first run.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster("desk.notices", tell).from_now()
}

const KINDS: [&str; 19] = [
    events::TICKET_OPENED,
    events::TICKET_ASSIGNED,
    events::TICKET_REPLIED,
    events::TICKET_NOTED,
    events::TICKET_WAITING,
    events::TICKET_RESOLVED,
    events::TICKET_CONFIRMED,
    events::TICKET_CLOSED_SILENT,
    events::TICKET_REFUSED,
    events::TICKET_REOPENED,
    events::TICKET_ESCALATED,
    events::CLOCK_WARNED,
    events::CLOCK_BREACHED,
    events::TICKET_APPROVAL_ASKED,
    events::TICKET_APPROVAL_REMINDED,
    events::TICKET_APPROVED,
    events::TICKET_DECLINED,
    events::TICKET_TASK_OPENED,
    events::TICKET_TASKS_DONE,
];
/// More events than this in a moment, and the later ones have a moment of their own.
const GATHERED_MAX: i64 = 200;
/// Files up to this go along with an answer; larger ones are behind the link.
const FILES_MAX: i64 = 10_000_000;

static NO_MAILBOX: Once = Once::new();

/// Tells of these events; those that were told before are not told again.
pub fn tell<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for event in events {
            let is_bounce = bounce::is_meant(event);
            if !is_bounce && !KINDS.contains(&event.kind.as_str()) {
                continue;
            }
            let (cx, event, base_url) = (
                kernel.cx_system("desk.notices"),
                event.clone(),
                kernel.config.base_url.clone(),
            );
            let seq = event.seq;
            let done = kernel.db.write(move |tx| match is_bounce {
                true => bounce::note(tx, &cx, &event),
                // What can still be taken back is told when it no longer can.
                false if holding::holds_back(tx, &cx, &event)? => Ok(()),
                false => tell_one(tx, &cx, &event, &base_url),
            });
            match done.await {
                Err(error) if is_hopeless(&error) => {
                    tracing::error!(event = seq, %error, "an event was not told")
                }
                done => done?,
            }
        }
        Ok(())
    })
}

/// Tells of an event that was held back.
pub(crate) async fn tell_held(kernel: &Kernel, event: Event) -> Result<()> {
    let cx = kernel.cx_system("desk.notices");
    let base_url = kernel.config.base_url.clone();
    let done = kernel.db.write(move |tx| tell_one(tx, &cx, &event, &base_url));
    match done.await {
        Err(error) if is_hopeless(&error) => {
            tracing::error!(%error, "an event that was held back was not told");
            Ok(())
        }
        done => done,
    }
}

fn tell_one(tx: &mut Tx, cx: &Cx, event: &Event, base_url: &str) -> Result<()> {
    let Some(number) = event
        .subject
        .strip_prefix("ticket:")
        .and_then(|number| number.parse().ok())
    else {
        return Ok(());
    };
    let Some(post) = posting::open(tx, cx, base_url)? else {
        NO_MAILBOX.call_once(|| tracing::info!("no mailbox can send, so nobody is told by mail"));
        return Ok(());
    };
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(());
    };
    let matter = matter(tx, ticket, event)?;
    let team = planning::team_of(&event.kind, &event.data, &matter.ticket);
    let team = people::members(tx, team)?;
    let managers = people::managers(tx)?;
    let situation = Situation {
        event: event.into(),
        ticket: &matter.ticket,
        author: matter.article.as_ref().and_then(|article| article.author),
        watchers: &matter.watchers,
        staff: &matter.staff,
        team: &team,
        managers: &managers,
    };
    for planned in planning::plan(&situation) {
        if gathering::waits(planned.notice) {
            gathering::later(tx, cx, number, event.seq)?;
        } else {
            write(tx, cx, &post, &matter, planned)?;
        }
    }
    Ok(())
}

/// Tells where a ticket stands, of all that happened to it since an event: each reader the latest, and nothing to whom a
/// letter of its own has told more since.
pub(super) fn tell_latest(tx: &mut Tx, cx: &Cx, number: i64, since: i64, base_url: &str) -> Result<()> {
    let Some(post) = posting::open(tx, cx, base_url)? else {
        return Ok(());
    };
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(());
    };
    let managers = people::managers(tx)?;
    let mut latest: BTreeMap<UserId, (Planned, Event)> = BTreeMap::new();
    for event in kernel::event::of_subject(tx, &ticket.subject(), since - 1, GATHERED_MAX)? {
        if !KINDS.contains(&event.kind.as_str())
            || holding::is_undone(tx, &event)?
            || holding::holds_back(tx, cx, &event)?
        {
            continue;
        }
        let matter = matter(tx, ticket.clone(), &event)?;
        let team = planning::team_of(&event.kind, &event.data, &ticket);
        let team = people::members(tx, team)?;
        let situation = Situation {
            event: (&event).into(),
            ticket: &ticket,
            author: matter.article.as_ref().and_then(|article| article.author),
            watchers: &matter.watchers,
            staff: &matter.staff,
            team: &team,
            managers: &managers,
        };
        for planned in planning::plan(&situation) {
            if gathering::waits(planned.notice) {
                latest.insert(planned.to, (planned, event.clone()));
            } else {
                latest.remove(&planned.to);
            }
        }
    }
    for (planned, event) in latest.into_values() {
        let matter = matter(tx, ticket.clone(), &event)?;
        write(tx, cx, &post, &matter, planned)?;
    }
    Ok(())
}

fn matter(tx: &mut Tx, ticket: Ticket, event: &Event) -> Result<Matter> {
    let article = match (event.kind.as_str(), event.data["article"].as_i64()) {
        (events::TICKET_REPLIED | events::TICKET_NOTED, Some(id)) => article::store::load(tx, id)?,
        _ => None,
    };
    let before = match &article {
        Some(article) if article.public => {
            article::store::latest(tx, ticket.number, true, article.id, 1)?.pop()
        }
        _ => None,
    };
    let watchers = ticket::store::watchers(tx, ticket.number)?;
    let mut concerned = watchers.clone();
    let mentions = event.data["mentions"].as_array().cloned().unwrap_or_default();
    concerned.extend(
        mentions
            .iter()
            .filter_map(|person| person.as_str()?.parse::<UserId>().ok()),
    );
    let staff = people::staff_among(tx, &concerned)?;
    Ok(Matter {
        ticket,
        event: Some(event.clone()),
        article,
        before,
        watchers,
        staff,
    })
}

fn write(tx: &mut Tx, cx: &Cx, post: &Post, matter: &Matter, planned: Planned) -> Result<()> {
    let mailbox = post.mailbox(matter.ticket.team);
    let Some(reader) = people::reader(tx, planned.to, mailbox.locale)? else {
        return Ok(());
    };
    let is_ours = mail::mailbox::is_ours(tx, &reader.email)?;
    if is_ours || !::people::user::is_email(&reader.email) || store::is_unreachable(tx, &reader.email)? {
        return Ok(());
    }
    let Some(mut values) = context::of_ticket(tx, cx, matter, planned.notice, (&reader, &post.base_url))?
    else {
        return Ok(());
    };
    values.insert(
        "desk",
        posting::address_of(mailbox).name.unwrap_or_default().into(),
    );
    let words = template::render_current(tx, planned.notice, reader.locale, &values)?;
    let seq = match planned.notice {
        Notice::Received => 0,
        _ => matter.event.as_ref().map_or(0, |event| event.seq),
    };
    let draft = Draft {
        ticket: &matter.ticket,
        notice: planned.notice,
        reader: &reader,
        seq,
        auto_submitted: auto_submitted(matter, planned.notice),
        files: files(tx, matter, planned.notice)?,
    };
    let message_id = posting::send(tx, cx, post, draft, words)?;
    // The requester's copy stands for the article: its answers find the ticket by it, also without our token.
    let unnamed = matter
        .article
        .as_ref()
        .filter(|article| article.public && article.message_id.is_none());
    if let Some(article) = unnamed.filter(|_| planned.to == matter.ticket.requester)
        && article::store::by_message_id(tx, &message_id)?.is_none()
    {
        article::store::set_message_id(tx, article.id, &message_id)?;
    }
    Ok(())
}

/// What a person of the desk said is a person's mail although the house sends it (RFC 3834 section 2: automatic is what
/// no person decided); the rest the house says by itself, and the acknowledgement of a mail is an answer.
fn auto_submitted(matter: &Matter, notice: Notice) -> AutoSubmitted {
    let said_by_person = matter
        .article
        .as_ref()
        .is_some_and(|article| article.voice == Voice::Staff && article.author.is_some());
    match notice {
        Notice::Replied if said_by_person => AutoSubmitted::No,
        Notice::Received if matter.event.is_none() => AutoSubmitted::Replied,
        _ => AutoSubmitted::Generated,
    }
}

fn files(tx: &mut Tx, matter: &Matter, notice: Notice) -> Result<Vec<LetterFile>> {
    let Some(article) = matter.article.as_ref().filter(|_| notice == Notice::Replied) else {
        return Ok(Vec::new());
    };
    let mut total = 0;
    let attached = article::store::attachments(tx, matter.ticket.number)?;
    let fitting = attached
        .into_iter()
        .filter(|file| file.article == article.id)
        .filter(|file| {
            total += file.size;
            total <= FILES_MAX
        });
    let file = |file: article::Attachment| LetterFile {
        hash: file.hash,
        name: file.name,
        media_type: file.media_type,
        content_id: None,
    };
    Ok(fitting.map(file).collect())
}

/// The acknowledgement of a mail that became a ticket, in the transaction in which it did. Whether the mail may be
/// answered at all is the caller's to ask.
pub fn received_by_mail(
    tx: &mut Tx,
    cx: &Cx,
    ticket: &Ticket,
    mailbox: &Mailbox,
    base_url: &str,
) -> Result<()> {
    let Some(post) = posting::open(tx, cx, base_url)? else {
        return Ok(());
    };
    let Some(known) = people::reader(tx, ticket.requester, mailbox.locale)? else {
        return Ok(());
    };
    let matter = Matter {
        ticket: ticket.clone(),
        event: None,
        article: None,
        before: None,
        watchers: Vec::new(),
        staff: Vec::new(),
    };
    write(
        tx,
        cx,
        &post,
        &matter,
        Planned {
            notice: Notice::Received,
            to: known.user,
        },
    )
}
