//! Which tickets of an incident a reader may hear of. The room is the department's, the tickets are their teams': of those that
//! a reader may not see it is said how many there are, and no number.

use std::collections::BTreeSet;

use desk::ticket::{self, Ticket, access};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;

/// Those of some tickets that a reader may see.
pub(crate) fn seen(tx: &mut Tx<'_>, cx: &Cx, numbers: &[i64]) -> Result<BTreeSet<i64>> {
    if numbers.is_empty() {
        return Ok(BTreeSet::new());
    }
    let known = ticket::store::load_many(tx, numbers)?;
    let is_seen = |one: &&Ticket| access::may(cx, access::READ, one);
    Ok(known.iter().filter(is_seen).map(|one| one.number).collect())
}
