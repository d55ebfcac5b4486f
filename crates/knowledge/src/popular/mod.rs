//! How often articles are read, by day, and what is read most these days.
//!
//! Counting waits for nobody and nobody waits for it: a reading that is not counted is still a good answer.

mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;
use web::App;

use crate::Number;

/// What counts as these days.
const DAYS: i64 = 14;
/// So many are looked at; some of them the reader may not see.
const MOST: i64 = 60;
const DAY_MILLIS: i64 = 86_400_000;

/// Counts that somebody read an article. It runs beside the answer.
pub fn count(app: &App, now: Timestamp, number: Number) {
    let app = app.clone();
    tokio::spawn(async move {
        let counted = app.db.write(move |tx| store::count(tx, number, day(now)));
        if let Err(error) = counted.await {
            tracing::warn!(%error, "a reading could not be counted");
        }
    });
}

/// The articles that were read most in the last fortnight, the most read first, whoever may read them.
///
/// # Errors
/// The database's.
pub fn now(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Number>> {
    let since = Timestamp::from_millis(cx.now().millis() - DAYS * DAY_MILLIS);
    store::most_read(tx, day(since), MOST)
}

/// Days since 1970, UTC.
fn day(at: Timestamp) -> i64 {
    at.millis().div_euclid(DAY_MILLIS)
}
