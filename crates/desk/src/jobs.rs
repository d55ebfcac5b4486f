//! What the desk does by the clock and behind events; each calls one operation.
//!
//! All of it bears to run twice: a step of a clock is taken once, a closed ticket does not close again, and computing
//! clocks anew gives the same clocks.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Db;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use kernel::job::{self, Every, Job, JobHandler, Schedule};
use serde_json::json;

use crate::{batch, catalogue, learned, notice, ringing, service_level, ticket, verification};

/// Takes the due steps of all clocks.
pub const SWEEP: &str = "desk.sla_sweep";
/// Closes what was answered by silence.
pub const CLOSE_SILENT: &str = "desk.close_silent";
/// Computes the clocks of open tickets anew.
pub const RECOMPUTE: &str = "desk.recompute_clocks";

/// The handlers.
#[must_use]
pub fn handlers() -> Vec<JobHandler> {
    vec![
        JobHandler {
            kind: SWEEP,
            run: sweep,
        },
        JobHandler {
            kind: CLOSE_SILENT,
            run: close_silent,
        },
        JobHandler {
            kind: RECOMPUTE,
            run: recompute,
        },
        notice::forgotten::HANDLER,
        batch::holding::HANDLER,
        notice::gathering::HANDLER,
        learned::training::HANDLER,
        learned::clustering::HANDLER,
        catalogue::reminding::HANDLER,
        ringing::sweeping::HANDLER,
    ]
}

/// What comes by the clock.
#[must_use]
pub fn schedules() -> Vec<Schedule> {
    vec![
        Schedule {
            name: SWEEP,
            every: Every::Seconds(30),
            job: SWEEP,
        },
        Schedule {
            name: CLOSE_SILENT,
            every: Every::Seconds(300),
            job: CLOSE_SILENT,
        },
        notice::forgotten::SCHEDULE,
        learned::training::SCHEDULE,
        learned::clustering::SCHEDULE,
        catalogue::reminding::SCHEDULE,
    ]
}

/// Who listens.
#[must_use]
pub fn subscribers() -> Vec<Subscriber> {
    vec![
        Subscriber::cluster("desk.calendars", calendars).from_now(),
        notice::subscriber(),
        crate::figures::subscriber(),
        learned::hearing::subscriber(),
    ]
}

fn sweep(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let swept = service_level::sweep(&kernel.db, &kernel.cx_system(SWEEP)).await?;
        if swept.steps > 0 || swept.failed > 0 {
            tracing::info!(
                steps = swept.steps,
                tickets = swept.tickets,
                failed = swept.failed,
                "clocks swept"
            );
        }
        Ok(())
    })
}

fn close_silent(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        close_all_silent(&kernel.db, &kernel.cx_system(CLOSE_SILENT))
            .await
            .map(drop)
    })
}

fn recompute(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let tickets =
            service_level::replaying::recompute_open(&kernel.db, &kernel.cx_system(RECOMPUTE)).await?;
        tracing::info!(tickets, "clocks computed anew");
        Ok(())
    })
}

/// Closes every ticket whose requester was silent for the stated time; gives back how many. One that fails is logged and
/// tried again with the next run.
pub async fn close_all_silent(db: &Db, cx: &Cx) -> Result<usize> {
    let now = cx.now();
    let mut after = (i64::MIN, i64::MIN);
    let mut closed = 0;
    loop {
        let silent = db
            .read(move |tx| verification::store::silent(tx, now, after, 100))
            .await?;
        let Some(last) = silent.last() else {
            return Ok(closed);
        };
        after = *last;
        for (_, number) in silent {
            let context = cx.clone();
            match db
                .write(move |tx| ticket::close_silent(tx, &context, number))
                .await
            {
                Ok(_) => closed += 1,
                Err(error) => tracing::warn!(ticket = number, %error, "a silent ticket was not closed"),
            }
        }
    }
}

/// A calendar that was edited, or another that was chosen, moves the deadlines of what is open.
fn calendars<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let touched = events.iter().any(|event| {
            event.kind == "people.calendar.changed"
                || (event.kind.starts_with("kernel.setting.") && event.subject == CALENDAR_SUBJECT)
        });
        if touched {
            let cx = kernel.cx_system("desk.calendars");
            kernel
                .db
                .write(move |tx| job::enqueue(tx, &cx, job::New::now(RECOMPUTE, json!({})).key(RECOMPUTE)))
                .await?;
        }
        Ok(())
    })
}

const CALENDAR_SUBJECT: &str = "setting:desk.calendar";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_that_is_listened_to_is_the_settings() {
        assert_eq!(
            CALENDAR_SUBJECT,
            format!("setting:{}", crate::neighbours::CALENDAR_SETTING)
        );
    }
}
