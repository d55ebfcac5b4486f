//! Tells the requester of each ticket, by the desk's own reply or resolution.
//!
//! One ticket is one transaction: the reply and the line that says it was told are written together, so a job that ran half,
//! or twice, tells nobody twice. What a ticket refuses (it is closed, a close gate asks for more) is written down with the
//! reason and shown in the room; a ticket that cannot be resolved is told by a reply instead.

use desk::ticket::{self, Stage, State, Ticket};
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::{Credential, Cx, Via};
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::UserId;
use kernel::job::{self, Job, JobHandler};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refusal::Refusal;
use super::{Act, Outcome, Update, UpdateId, Words, store};
use crate::{events, incident};

const KIND: &str = "major.tell";
/// Tickets read at a time.
const PIECE: i64 = 50;

/// Does it.
pub const HANDLER: JobHandler = JobHandler { kind: KIND, run };

#[derive(Serialize, Deserialize)]
struct Order {
    words: UpdateId,
}

/// Has some words told to those who wait for them.
pub(crate) fn ask(tx: &mut Tx<'_>, cx: &Cx, words: UpdateId) -> Result<()> {
    let order = serde_json::to_value(Order { words })?;
    job::enqueue(tx, cx, job::New::now(KIND, order).key(words.to_string())).map(drop)
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let order: Order = job.data_as()?;
        tell_all(&kernel, order.words).await
    })
}

/// Tells everybody who waits for some words. It may be run any number of times.
///
/// # Errors
/// The database's, after everybody else was told; what one ticket refuses is written down.
pub async fn tell_all(kernel: &Kernel, words: UpdateId) -> Result<()> {
    let Some(update) = kernel.db.read(move |tx| store::find(tx, words)).await? else {
        return Ok(());
    };
    let (mut has_told, mut after, mut failed) = (false, 0, None);
    loop {
        let read = move |tx: &mut Tx<'_>| store::waiting(tx, words, after, PIECE);
        let waiting = kernel.db.read(read).await?;
        let Some(last) = waiting.last() else {
            break;
        };
        after = *last;
        for ticket in waiting {
            match tell(kernel, &update, ticket).await {
                Ok(()) => has_told = true,
                // The others are told; this one when the job is tried again.
                Err(error) => failed = failed.or(Some(error)),
            }
        }
    }
    if has_told {
        let cx = kernel.cx_system(KIND);
        kernel.db.write(move |tx| report(tx, &cx, &update)).await?;
    }
    failed.map_or(Ok(()), Err)
}

async fn tell(kernel: &Kernel, update: &Update, ticket: i64) -> Result<()> {
    // A second time when what cannot be resolved is told by a reply instead.
    loop {
        let (cx, words) = (kernel.cx_system(KIND), update.clone());
        let telling = kernel.db.write(move |tx| tell_one(tx, &cx, &words, ticket)).await;
        let Err(error) = telling else {
            return Ok(());
        };
        let is_refusal = matches!(
            error.kind(),
            Kind::Conflict | Kind::Invalid | Kind::Forbidden | Kind::NotFound
        );
        if !is_refusal {
            return Err(error);
        }
        let (cx, words, refusal) = (kernel.cx_system(KIND), update.id, Refusal::of(error)?);
        let outcome = kernel
            .db
            .write(move |tx| refused(tx, &cx, words, ticket, &refusal))
            .await?;
        if outcome != Some(Outcome::Waiting) {
            return Ok(());
        }
    }
}

fn tell_one(tx: &mut Tx<'_>, cx: &Cx, update: &Update, ticket: i64) -> Result<()> {
    // What is done in the room, that it came back or a ticket was taken out, comes wholly before or wholly after.
    tx.lock("major.incident", update.incident)?;
    tx.lock("major.telling", format_args!("{}:{ticket}", update.id))?;
    let found = store::telling(tx, update.id, ticket)?;
    let Some(mut telling) = found.filter(|one| one.outcome == Outcome::Waiting) else {
        return Ok(());
    };
    let known = desk::ticket::store::load(tx, ticket)?.ok_or_else(Error::not_found)?;
    telling.outcome = match telling.act {
        Act::Reply => {
            reply(tx, cx, update, &known)?;
            Outcome::Told
        }
        Act::Resolve => resolve(tx, cx, update, &known)?,
        Act::Reopen => reopen(tx, cx, update, &known)?,
    };
    store::settle(tx, update.id, &telling, cx.now())
}

fn reply(tx: &mut Tx<'_>, cx: &Cx, update: &Update, ticket: &Ticket) -> Result<()> {
    let reply = ticket::Reply {
        body: body(tx, update, ticket.requester)?,
        ..ticket::Reply::default()
    };
    let speaking = speaking(tx, cx, update, ticket)?;
    ticket::reply(tx, &speaking, ticket.number, reply).map(drop)
}

fn resolve(tx: &mut Tx<'_>, cx: &Cx, update: &Update, ticket: &Ticket) -> Result<Outcome> {
    let body = body(tx, update, ticket.requester)?;
    if ticket.state == State::Resolved
        && let Some(solution) = last_solution(tx, ticket.number)?
        && forms(&update.words)
            .iter()
            .any(|form| form.trim_end() == solution)
    {
        // Its parent was resolved with these words before, and it with it: its requester has been asked.
        if solution != body.trim_end() {
            reply(tx, cx, update, ticket)?;
        }
        return Ok(Outcome::Resolved);
    }
    let resolve = ticket::Resolve {
        solution: body,
        tested: update.tested,
        untested_reason: update.untested_reason.clone(),
    };
    let speaking = speaking(tx, cx, update, ticket)?;
    ticket::resolve(tx, &speaking, ticket.number, resolve)?;
    Ok(Outcome::Resolved)
}

/// What was resolved with words that proved wrong goes on, unless the incident is over again by now.
fn reopen(tx: &mut Tx<'_>, cx: &Cx, update: &Update, ticket: &Ticket) -> Result<Outcome> {
    let goes_on = incident::store::find(tx, update.incident)?.is_some_and(|one| one.state.is_open());
    if !goes_on {
        return Ok(Outcome::Resolved);
    }
    if ticket.state.stage() != Stage::Open {
        let reason = house_locale(tx, update)?.t("major-reopened");
        ticket::reopen(tx, cx, ticket.number, &reason)?;
    }
    Ok(Outcome::Reopened)
}

/// The house writes in the language of who wrote the words.
fn house_locale(tx: &mut Tx<'_>, update: &Update) -> Result<kernel::Locale> {
    let Some(author) = update.by else {
        return Ok(kernel::Locale::default());
    };
    let found = people::user::store::find(tx, author)?;
    Ok(found.and_then(|person| person.locale).unwrap_or_default())
}

fn last_solution(tx: &mut Tx<'_>, ticket: i64) -> Result<Option<String>> {
    let resolutions = desk::verification::store::resolutions(tx, ticket)?;
    Ok(resolutions.into_iter().next_back().map(|last| last.solution))
}

/// As a requester may have got them.
fn forms(words: &Words) -> [String; 3] {
    let read = |locale| words.read(locale).to_owned();
    [read(kernel::Locale::En), read(kernel::Locale::ZhCn), words.both()]
}

/// A ticket that cannot be resolved like the others is told of it; one that takes no words is left out. Gives back what
/// became of it, unless that was done meanwhile.
fn refused(
    tx: &mut Tx<'_>,
    cx: &Cx,
    words: UpdateId,
    ticket: i64,
    refusal: &Refusal,
) -> Result<Option<Outcome>> {
    let found = store::telling(tx, words, ticket)?;
    let Some(mut telling) = found.filter(|one| one.outcome == Outcome::Waiting) else {
        return Ok(None);
    };
    telling.reason = (telling.act != Act::Reopen).then(|| refusal.clone());
    match telling.act {
        Act::Resolve => telling.act = Act::Reply,
        Act::Reply => telling.outcome = Outcome::Skipped,
        // It is part of another ticket by now, or was declined: it stays as it is, and that is no trouble.
        Act::Reopen => telling.outcome = Outcome::Resolved,
    }
    store::settle(tx, words, &telling, cx.now())?;
    Ok(Some(telling.outcome))
}

/// The words in the requester's language; in both when nobody knows it.
fn body(tx: &mut Tx<'_>, update: &Update, requester: UserId) -> Result<String> {
    let locale = people::user::store::find(tx, requester)?.and_then(|person| person.locale);
    Ok(match locale {
        Some(locale) => update.words.read(locale).to_owned(),
        None => update.words.both(),
    })
}

/// The person who wrote the words, as far as these tickets need it; the house when they have left.
fn speaking(tx: &mut Tx<'_>, cx: &Cx, update: &Update, ticket: &Ticket) -> Result<Cx> {
    // Who reported a ticket does not answer it: then the house does.
    let Some(author) = update.by.filter(|author| *author != ticket.requester) else {
        return Ok(cx.clone());
    };
    let found = people::user::store::find(tx, author)?;
    let Some(person) = found.filter(|person| person.active) else {
        return Ok(cx.clone());
    };
    let credential = Credential::Session {
        session: KIND.to_owned(),
        elevated: false,
    };
    let identity = people::identity_of(tx, &person, credential)?;
    Ok(incident::reaching(&cx.acting_as(identity, Via::Job)))
}

fn report(tx: &mut Tx<'_>, cx: &Cx, update: &Update) -> Result<()> {
    let tellings = store::tellings(tx, update.id)?;
    let count = |outcome| tellings.iter().filter(|one| one.outcome == outcome).count();
    let data = json!({
        "words": update.id.to_string(), "told": count(Outcome::Told), "resolved": count(Outcome::Resolved) + count(Outcome::Reopened),
        "skipped": count(Outcome::Skipped),
    });
    incident::tell(
        tx,
        cx,
        &incident::subject(update.incident),
        events::TOLD,
        data,
        None,
    )
}
