//! Each minute: acts that no device took up in time, and acts of which nothing was ever heard.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};
use protocol::message::Outcome;

use super::{State, ending, store};

const NAME: &str = "fleet.expire_acts";
const AT_ONCE: i64 = 200;

/// Does it.
pub const HANDLER: JobHandler = JobHandler { kind: NAME, run };
/// When.
pub const SCHEDULE: Schedule = Schedule {
    name: NAME,
    every: Every::Seconds(60),
    job: NAME,
};

fn run(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(NAME);
        let write = move |tx: &mut Tx<'_>| {
            for overdue in store::overdue(tx, cx.now(), AT_ONCE)? {
                tx.lock("fleet.act", overdue.id)?;
                let Some(mut act) = store::find(tx, overdue.id)?.filter(|act| act.due_at <= cx.now()) else {
                    continue;
                };
                let outcome = match act.state {
                    State::Held => Outcome::Refused {
                        code: "second_person".to_owned(),
                    },
                    State::Asked | State::Granted => Outcome::Failed {
                        code: "device_away".to_owned(),
                        text: String::new(),
                    },
                    _ => Outcome::Lost {
                        text: ending::NEVER_HEARD.to_owned(),
                    },
                };
                ending::settle(tx, &cx, &mut act, outcome)?;
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}
