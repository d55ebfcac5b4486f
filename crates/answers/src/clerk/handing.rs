//! Handing over: a no, a second message, silence, or somebody of the desk who speaks first. From then on the clerk says nothing
//! more on the ticket.

use desk::ticket::{self, Note, Stage, State};
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::{Db, Tx};
use kernel::error::Result;
use kernel::event::{self, New};
use kernel::job::{Every, Job, JobHandler, Schedule};
use serde_json::json;

use super::{Answer, Outcome, events, store, wording};

/// Gives tickets to people on which nobody said anything.
pub const SILENT: &str = "answers.clerk_silent";

pub const HANDLER: JobHandler = JobHandler { kind: SILENT, run };
pub const SCHEDULE: Schedule = Schedule {
    name: SILENT,
    every: Every::Seconds(900),
    job: SILENT,
};

const AT_ONCE: i64 = 200;

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move { hand_over_silent(&kernel.db, &kernel.cx_system(super::hearing::NAME)).await })
}

/// Gives each ticket to a person to whose answer nobody said anything for as long as the policy lets.
///
/// # Errors
/// The database's.
pub async fn hand_over_silent(db: &Db, cx: &Cx) -> Result<()> {
    let now = cx.now();
    let tickets = db.read(move |tx| store::silent(tx, now, AT_ONCE)).await?;
    for number in tickets {
        let cx = cx.clone();
        db.write(move |tx| hand_over(tx, &cx, number, Outcome::Silent, "").map(drop))
            .await?;
    }
    Ok(())
}

/// The answer that still waits for a word, under the ticket's lock.
pub(super) fn waiting(tx: &mut Tx, ticket: i64) -> Result<Option<Answer>> {
    tx.lock("desk.ticket", ticket)?;
    Ok(store::of_ticket(tx, ticket)?.filter(|answer| answer.outcome.is_none()))
}

/// Gives the ticket to a person, once; whether it was still the clerk's.
///
/// # Errors
/// The database's.
pub fn hand_over(tx: &mut Tx, cx: &Cx, number: i64, outcome: Outcome, reason: &str) -> Result<bool> {
    let Some(answer) = waiting(tx, number)? else {
        return Ok(false);
    };
    settle(tx, cx, &answer, outcome, reason)?;
    let Some(found) = ticket::store::load(tx, number)? else {
        return Ok(true);
    };
    // The desk writes down for itself in the language of the house; who has spoken first needs no note.
    if outcome != Outcome::Taken {
        note(tx, cx, &answer, outcome, reason)?;
    }
    if found.state == State::WaitingRequester && outcome != Outcome::Taken {
        ticket::resume(tx, cx, number)?;
    }
    Ok(true)
}

/// Keeps what came of an answer, and tells it.
pub(super) fn settle(tx: &mut Tx, cx: &Cx, answer: &Answer, outcome: Outcome, reason: &str) -> Result<()> {
    store::settle(tx, answer.ticket, outcome, reason, cx.now())?;
    let new = New {
        kind: events::SETTLED,
        subject: ticket::subject(answer.ticket),
        data: json!({ "article": answer.article, "outcome": outcome.as_str() }),
        personal: (!reason.is_empty()).then(|| json!({ "reason": reason })),
    };
    event::append(tx, cx, new).map(drop)
}

/// Writes down everything for whoever takes over; who has the ticket is called.
pub(super) fn note(tx: &mut Tx, cx: &Cx, answer: &Answer, outcome: Outcome, reason: &str) -> Result<()> {
    let Some(found) = ticket::store::load(tx, answer.ticket)? else {
        return Ok(());
    };
    let locale = match found.assignee {
        None => answer.locale,
        Some(person) => people::user::store::find(tx, person)?
            .and_then(|person| person.locale)
            .unwrap_or(answer.locale),
    };
    let title = title(tx, cx, answer.article, locale)?;
    let note = Note {
        body: wording::note(locale, &title, answer, outcome, reason),
        attachments: Vec::new(),
        mentions: if found.state.stage() == Stage::Open {
            found.assignee.into_iter().collect()
        } else {
            Vec::new()
        },
    };
    ticket::note(tx, cx, answer.ticket, note).map(drop)
}

/// An article's title; an article that is gone has none.
pub(super) fn title(tx: &mut Tx, cx: &Cx, article: i64, locale: Locale) -> Result<String> {
    match knowledge::reading::see(tx, cx, article, Some(locale)) {
        Ok(seen) => Ok(seen.text.words.title),
        Err(error) if error.kind() == kernel::error::Kind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}
