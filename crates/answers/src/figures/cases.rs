//! Cases solved by reading, with no ticket: counted anew for a day whenever somebody said so on it, so that hearing of it twice
//! counts once.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use knowledge::voting;

use super::store;
use crate::outcome::{begin, day};

const NAME: &str = "answers.cases";

/// From the beginning of the log.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster(NAME, hear).gathering(std::time::Duration::from_secs(1))
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let voted = |event: &&Event| event.kind == knowledge::events::VOTED && event.data["solved"] == true;
        let days: BTreeSet<i64> = events.iter().filter(voted).map(|event| day(event.at)).collect();
        for one in days {
            kernel.db.write(move |tx| count(tx, one)).await?;
        }
        Ok(())
    })
}

/// Counts the cases of a day.
///
/// # Errors
/// The database's.
pub fn count(tx: &mut Tx<'_>, day: i64) -> Result<()> {
    tx.lock("answers.cases", day)?;
    let cases = voting::store::cases(tx, begin(day), begin(day + 1))?;
    store::put_cases(tx, day, &cases)
}
