//! Tells the requester of each ticket, by the desk's own reply or resolution.
//!
//! One ticket is one transaction: the reply and the line that says it was told are written together, so a job that ran half,
//! or twice, tells nobody twice. What a ticket refuses (it is closed, a close gate asks for more) is written down with the
//! reason and shown in the room; a ticket that cannot be resolved is told by a reply instead.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::{Credential, Cx, Via};
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::id::UserId;
use kernel::job::{self, Job, JobHandler};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Act, Outcome, Update, UpdateId, store};
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
/// The database's; what one ticket refuses is written down and stops nobody else's.
pub async fn tell_all(kernel: &Kernel, words: UpdateId) -> Result<()> {
    let Some(update) = kernel.db.read(move |tx| store::find(tx, words)).await? else {
        return Ok(());
    };
    let mut has_told = false;
    loop {
        let waiting = kernel.db.read(move |tx| store::waiting(tx, words, PIECE)).await?;
        if waiting.is_empty() {
            break;
        }
        for ticket in waiting {
            tell(kernel, &update, ticket).await?;
            has_told = true;
        }
    }
    if has_told {
        let cx = kernel.cx_system(KIND);
        kernel.db.write(move |tx| report(tx, &cx, &update)).await?;
    }
    Ok(())
}

async fn tell(kernel: &Kernel, update: &Update, ticket: i64) -> Result<()> {
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
    let (cx, words, code) = (kernel.cx_system(KIND), update.id, error.code().to_owned());
    kernel
        .db
        .write(move |tx| refused(tx, &cx, words, ticket, &code))
        .await
}

fn tell_one(tx: &mut Tx<'_>, cx: &Cx, update: &Update, ticket: i64) -> Result<()> {
    tx.lock("major.telling", format_args!("{}:{ticket}", update.id))?;
    let found = store::telling(tx, update.id, ticket)?;
    let Some(mut telling) = found.filter(|one| one.outcome == Outcome::Waiting) else {
        return Ok(());
    };
    let known = desk::ticket::store::load(tx, ticket)?.ok_or_else(Error::not_found)?;
    let body = body(tx, update, known.requester)?;
    // Who reported a ticket does not answer it: then the house does.
    let author = update.by.filter(|author| *author != known.requester);
    let speaking = speaking(tx, cx, author)?;
    telling.outcome = match telling.act {
        Act::Reply => {
            let reply = desk::ticket::Reply {
                body,
                ..desk::ticket::Reply::default()
            };
            desk::ticket::reply(tx, &speaking, ticket, reply)?;
            Outcome::Told
        }
        Act::Resolve => {
            let resolve = desk::ticket::Resolve {
                solution: body,
                tested: update.tested,
                untested_reason: update.untested_reason.clone(),
            };
            desk::ticket::resolve(tx, &speaking, ticket, resolve)?;
            Outcome::Resolved
        }
    };
    store::settle(tx, update.id, &telling, cx.now())
}

/// A ticket that cannot be resolved like the others is told of it; one that takes no words is left out.
fn refused(tx: &mut Tx<'_>, cx: &Cx, words: UpdateId, ticket: i64, code: &str) -> Result<()> {
    let found = store::telling(tx, words, ticket)?;
    let Some(mut telling) = found.filter(|one| one.outcome == Outcome::Waiting) else {
        return Ok(());
    };
    telling.reason = Some(code.to_owned());
    match telling.act {
        Act::Resolve => telling.act = Act::Reply,
        Act::Reply => telling.outcome = Outcome::Skipped,
    }
    store::settle(tx, words, &telling, cx.now())
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
fn speaking(tx: &mut Tx<'_>, cx: &Cx, author: Option<UserId>) -> Result<Cx> {
    let Some(author) = author else {
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
        "words": update.id.to_string(), "told": count(Outcome::Told), "resolved": count(Outcome::Resolved),
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
