//! Trying a gate on the past: which of the tickets resolved in the last thirty days would have been stopped.
//!
//! Bounded by number, not by time alone: a desk that resolves more is judged by its latest.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;

use super::{Definition, missing, store};
use crate::ticket::access;

/// What trying a gate showed.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Tickets that it stands for, of those that were looked at.
    pub looked: i64,
    pub stopped: i64,
    /// The latest of the stopped: number and title.
    pub examples: Vec<(i64, String)>,
    /// There were more than were looked at.
    pub is_cut: bool,
}

const DAYS: i64 = 30;
/// As many tickets of each stage as are looked at.
pub const LOOKED_MAX: i64 = 500;
const EXAMPLES_MAX: usize = 5;

/// Tries a gate; nothing is written.
pub fn preview(tx: &mut Tx, cx: &Cx, definition: &Definition) -> Result<Preview> {
    cx.require(access::SETTINGS)?;
    let since = cx.now().add_secs(-DAYS * 86_400);
    let mut preview = Preview::default();
    // Resolved and closed: the stages after the work.
    for stage in [1, 2] {
        let past = store::resolved_since(tx, stage, since, LOOKED_MAX)?;
        preview.is_cut |= i64::try_from(past.len()).unwrap_or(LOOKED_MAX) >= LOOKED_MAX;
        for (facts, attempt) in past {
            if !definition.holds(facts.ticket_type, facts.priority) {
                continue;
            }
            preview.looked += 1;
            if missing(&definition.needs, &facts, Some(attempt)).is_empty() {
                continue;
            }
            preview.stopped += 1;
            if preview.examples.len() < EXAMPLES_MAX {
                preview.examples.push((facts.number, facts.title));
            }
        }
    }
    Ok(preview)
}
