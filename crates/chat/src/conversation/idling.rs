//! Silence: a conversation in which nobody says anything is ended, after a warning in it, and is a ticket like any other.
//!
//! Nobody loses their place because the desk is slow: while somebody is there to answer, a conversation that waits, or in which
//! the desk is to speak, is not silent. When nobody is there any more it is ended like the others.
//!
//! The job looks every minute, over an index, at those that have been silent long enough. Nobody is ended without having been
//! warned: after a night in which nothing ran, the warning comes first.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};
use serde_json::json;

use super::saying::{self, Spoken};
use super::{Conversation, ConversationId, EndedBy, Kind, State, ending, store};
use crate::{duty, events, setting};

const KIND: &str = "chat.idle";
/// Conversations looked at by one job.
const PIECE: i64 = 200;

/// Warns and ends.
pub const HANDLER: JobHandler = JobHandler {
    kind: KIND,
    run: handle,
};

/// Every minute.
pub const SCHEDULE: Schedule = Schedule {
    name: KIND,
    every: Every::Seconds(60),
    job: KIND,
};

fn handle(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(KIND);
        let now = cx.now();
        let silent = kernel
            .db
            .read(move |tx| {
                let patience = setting::patience(tx)?;
                let since = now.add_secs(-patience.quiet_seconds());
                let somebody_is_there = duty::is_anybody_there(tx, now, None)?;
                store::silent(tx, since, somebody_is_there, PIECE)
            })
            .await?;
        let mut failed = None;
        for id in silent {
            let context = cx.clone();
            // One that cannot be ended must not keep the others.
            if let Err(error) = kernel.db.write(move |tx| look(tx, &context, id)).await {
                tracing::warn!(conversation = %id, error = %error, "a silent conversation could not be ended");
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), Err)
    })
}

/// Warns in a conversation that has been silent for long, or ends one that was warned and stayed silent.
pub fn look(tx: &mut Tx<'_>, cx: &Cx, id: ConversationId) -> Result<()> {
    let mut one = saying::begin(tx, id)?;
    let patience = setting::patience(tx)?;
    let quiet = cx.now().since(one.last_word_at) / 1_000;
    if one.state == State::Ended || quiet < patience.quiet_seconds() {
        return Ok(());
    }
    let desk_is_to_speak = one.state == State::Waiting || one.unanswered;
    if desk_is_to_speak && duty::is_anybody_there(tx, cx.now(), Some(one.requester))? {
        return keep(tx, one);
    }
    match one.warned_at {
        None => {
            saying::put(tx, cx, &mut one, Spoken::happened(Kind::Warned, None, None))?;
            one.warned_at = Some(cx.now());
            store::update(tx, &one)?;
            saying::tell(tx, cx, &one, events::WARNED, json!({}))
        }
        Some(at) if cx.now().since(at) / 1_000 >= patience.lead_seconds() => {
            ending::by_the_house(tx, cx, one, EndedBy::Silence).map(drop)
        }
        Some(_) => Ok(()),
    }
}

/// It goes on. What was said while nobody was there warns of nothing any more.
fn keep(tx: &mut Tx<'_>, mut one: Conversation) -> Result<()> {
    match one.warned_at.take() {
        Some(_) => store::update(tx, &one),
        None => Ok(()),
    }
}
