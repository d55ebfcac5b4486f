//! Holding back the letters about a change of many tickets until it can no longer be taken back: a letter cannot.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, Event};
use kernel::job::{self, Job, JobHandler};
use serde::{Deserialize, Serialize};

use super::{Batch, store};
use crate::notice;

/// Tells of an event later.
pub const TELL_LATER: &str = "desk.tell_later";

/// The handler of the job.
pub const HANDLER: JobHandler = JobHandler {
    kind: TELL_LATER,
    run,
};

#[derive(Debug, Serialize, Deserialize)]
struct Later {
    subject: String,
    seq: i64,
}

/// Whether the event waits: then a job tells of it when the time has come.
pub(crate) fn holds_back(tx: &mut Tx, cx: &Cx, event: &Event) -> Result<bool> {
    let Some(done_at) = store::done_at(tx, &event.request)? else {
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
    let job = job::New::now(TELL_LATER, serde_json::to_value(later)?)
        .at(until)
        .key(format!("event:{}", event.seq));
    job::enqueue(tx, cx, job)?;
    Ok(true)
}

/// Whether the event belongs to a change of many tickets that was taken back.
pub(crate) fn is_undone(tx: &mut Tx, event: &Event) -> Result<bool> {
    store::is_undone(tx, &event.request)
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let later: Later = job.data_as()?;
        let found = kernel
            .db
            .read(move |tx| {
                let mut events = event::of_subject(tx, &later.subject, later.seq - 1, 1)?;
                let Some(event) = events.pop().filter(|event| event.seq == later.seq) else {
                    return Ok(None);
                };
                let undone = store::is_undone(tx, &event.request)?;
                Ok((!undone).then_some(event))
            })
            .await?;
        match found {
            Some(event) => notice::tell_held(&kernel, event).await,
            None => Ok(()),
        }
    })
}
