//! Open tickets whose promised news is overdue: nobody told the requester anything for longer than was said.
//!
//! They are found by an index over the clocks that have passed, so that it costs the same however many tickets there are.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;

use super::{Filter, TicketRow, list};
use crate::service_level;
use crate::ticket::value::Stage;

/// As many clocks as are looked at; of these the reader sees what is theirs to see.
const LOOKED_AT: i64 = 200;

/// The tickets, those left alone for longest first, each with the instant at which news was promised.
pub fn without_news(tx: &mut Tx, cx: &Cx, limit: usize) -> Result<Vec<(TicketRow, Timestamp)>> {
    let passed = service_level::store::news_overdue(tx, cx.now(), LOOKED_AT)?;
    if passed.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter {
        stage: Some(Stage::Open),
        numbers: Some(passed.iter().map(|(number, _)| *number).collect()),
        ..Filter::default()
    };
    let rows = list(tx, cx, &filter, None, LOOKED_AT)?.items;
    let mut rows: BTreeMap<i64, TicketRow> = rows.into_iter().map(|row| (row.number, row)).collect();
    let found = passed
        .into_iter()
        .filter_map(|(number, promised)| Some((rows.remove(&number)?, promised)));
    Ok(found.take(limit).collect())
}
