//! What repeats: the tickets of the last whole month, grouped by their words.
//!
//! A job groups them once a day until the next month begins, for late changes of titles; a month's groups stay. Months
//! are those of UTC: a group does not hang on a day. Words of a group come from all its tickets, so it is for whoever may
//! see all tickets.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::{Cx, Scope};
use kernel::db::{Db, Tx};
use kernel::error::{Error, Result};
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;

use super::{store, text_of};
use crate::ticket::value::Stage;
use crate::ticket::{self, Filter, TicketRow, access};

/// Groups last month's tickets.
pub const CLUSTER: &str = "desk.cluster";

pub const HANDLER: JobHandler = JobHandler { kind: CLUSTER, run };
pub const SCHEDULE: Schedule = Schedule {
    name: CLUSTER,
    every: Every::DailyAt(2, 40, "UTC"),
    job: CLUSTER,
};

/// A group of tickets that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    pub month: String,
    pub place: i64,
    pub words: String,
    pub count: i64,
    pub tickets: Vec<i64>,
}

const TICKETS_AT_MOST: i64 = 6_000;
const LEAST: usize = 3;
const MOST: usize = 40;

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move { group(&kernel.db, kernel.clock.now()).await })
}

/// Groups the tickets of the month before this instant.
pub async fn group(db: &Db, now: Timestamp) -> Result<()> {
    let (month, from, to) = last_month(now)?;
    let tickets = db
        .read(move |tx| {
            let mut tickets = Vec::new();
            for stage in Stage::ALL {
                tickets.extend(store::opened_between(
                    tx,
                    stage.rank(),
                    from,
                    to,
                    TICKETS_AT_MOST / 3,
                )?);
            }
            tickets.sort_unstable_by_key(|one| one.0);
            Ok(tickets)
        })
        .await?;
    let clusters = tokio::task::spawn_blocking(move || grouped(&month, &tickets))
        .await
        .map_err(Error::internal)?;
    let (month, ..) = last_month(now)?;
    db.write(move |tx| store::save_clusters(tx, &month, &clusters))
        .await
}

fn grouped(month: &str, tickets: &[(i64, String, String)]) -> Vec<Cluster> {
    let texts: Vec<String> = tickets
        .iter()
        .map(|(_, title, body)| text_of(title, body))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    learning::clusters(&texts, LEAST, MOST)
        .into_iter()
        .enumerate()
        .map(|(place, cluster)| Cluster {
            month: month.to_owned(),
            place: count(place),
            words: cluster.words.join(" · "),
            count: count(cluster.texts.len()),
            tickets: cluster.texts.iter().map(|text| tickets[*text].0).collect(),
        })
        .collect()
}

/// The month before an instant: its name, its beginning, its end.
fn last_month(now: Timestamp) -> Result<(String, Timestamp, Timestamp)> {
    let zone = jiff::tz::TimeZone::UTC;
    let end = now.jiff().to_zoned(zone.clone()).date().first_of_month();
    let start = end.yesterday().map_err(Error::internal)?.first_of_month();
    let at = |date: jiff::civil::Date| -> Result<Timestamp> {
        Ok(date
            .to_zoned(zone.clone())
            .map_err(Error::internal)?
            .timestamp()
            .into())
    };
    let name = format!("{:04}-{:02}", start.year(), start.month());
    Ok((name, at(start)?, at(end)?))
}

fn check(cx: &Cx) -> Result<()> {
    for permission in [access::REPORT, access::READ] {
        if cx.require(permission)? != Scope::All {
            return Err(Error::forbidden().arg("permission", permission));
        }
    }
    Ok(())
}

/// The months that have groups, the latest first.
pub fn months(tx: &mut Tx, cx: &Cx) -> Result<Vec<String>> {
    check(cx)?;
    store::months(tx)
}

/// The groups of a month, the largest first.
pub fn clusters(tx: &mut Tx, cx: &Cx, month: &str) -> Result<Vec<Cluster>> {
    check(cx)?;
    store::clusters(tx, month)
}

/// A group with its tickets, at most as many as a page of a list holds.
pub fn tickets(tx: &mut Tx, cx: &Cx, month: &str, place: i64) -> Result<(Cluster, Vec<TicketRow>)> {
    let found = clusters(tx, cx, month)?
        .into_iter()
        .find(|one| one.place == place);
    let cluster = found.ok_or_else(Error::not_found)?;
    let most = usize::try_from(ticket::listing::LIMIT_MAX).unwrap_or(0);
    let filter = Filter {
        numbers: Some(cluster.tickets.iter().copied().take(most).collect()),
        ..Filter::default()
    };
    let page = ticket::list(tx, cx, &filter, None, ticket::listing::LIMIT_MAX)?;
    Ok((cluster, page.items))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::MONDAY;

    #[test]
    fn last_month_is_the_whole_one_before() {
        let (name, from, to) = last_month(MONDAY).unwrap();
        assert_eq!(name, "2026-02");
        assert_eq!(to.millis() - from.millis(), 28 * 24 * 3600 * 1000);
        assert_eq!(last_month(from).unwrap().0, "2026-01");
    }
}
