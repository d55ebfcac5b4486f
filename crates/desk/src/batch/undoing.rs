//! Taking a change of many tickets back, within ten seconds.
//!
//! The rights were asked when the change was made, a moment ago, by the same person; a ticket that went to a team whose
//! tickets the actor does not see must come back all the same. The ticket's events stay in the log, and the clocks pass
//! over them when the whole change was taken back: the time goes on as if nothing had been.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};

use super::trace::Trace;
use super::{Batch, BatchId, Refusal, load, store};
use crate::events;
use crate::ticket::saving::{self, Told};
use crate::ticket::{access, store as tickets};

/// What came of taking back.
#[derive(Debug, Clone)]
pub struct Undone {
    pub batch: Batch,
    /// How many tickets are as they were, or as they would be but for what others changed.
    pub tickets: usize,
}

/// Puts back what the batch changed, where nobody changed it since.
pub fn undo(tx: &mut Tx, cx: &Cx, id: BatchId) -> Result<Undone> {
    tx.lock("desk.batch", id)?;
    let mut batch = load(tx, cx, id)?;
    cx.require(access::READ)?;
    if batch.undone_at.is_some() {
        return Err(Error::conflict("desk.bulk.undone_already"));
    }
    let now = cx.now();
    if now > Batch::accepted_until(batch.done_at) {
        return Err(Error::conflict("desk.bulk.too_late"));
    }
    let (request, begun_at) = store::request(tx, id)?;
    let undoes =
        serde_json::json!({ "request": request, "from": begun_at.millis(), "to": batch.done_at.millis() });
    let traces = store::traces(tx, id)?;
    for (number, trace) in &traces {
        batch.kept.extend(back(tx, cx, *number, trace, &undoes)?);
    }
    batch.undone_at = Some(now);
    store::set_undone(tx, &batch)?;
    Ok(Undone {
        tickets: traces.len(),
        batch,
    })
}

/// Puts one ticket back; what stayed is given back with its name.
fn back(
    tx: &mut Tx,
    cx: &Cx,
    number: i64,
    trace: &Trace,
    undoes: &serde_json::Value,
) -> Result<Option<Refusal>> {
    tx.lock("desk.ticket", number)?;
    let Some(ticket) = tickets::load(tx, number)? else {
        return Ok(None);
    };
    let tags = tickets::tags(tx, number)?;
    let back = trace.back(&ticket, &tags);
    let person = cx.user_id().ok_or_else(Error::unauthenticated)?;
    match trace.watched {
        Some(true) => _ = tickets::add_watcher(tx, number, person)?,
        Some(false) => _ = tickets::remove_watcher(tx, number, person)?,
        None => {}
    }
    let kept = (!back.kept.is_empty()).then(|| {
        let names: Vec<String> = back
            .kept
            .iter()
            .map(|part| cx.locale.t(part.text_key()))
            .collect();
        Refusal {
            number,
            code: "desk.bulk.changed_since".to_owned(),
            words: cx
                .locale
                .t_with("desk-bulk-changed-since", &[("parts", names.join(" · ").into())]),
        }
    });
    if !back.any {
        return Ok(kept);
    }
    let mut told = Told::new(events::TICKET_CHANGED).with("undone", true);
    if kept.is_none() {
        told = told.with("undoes", undoes.clone());
    }
    let (added, removed) = put_tags(tx, number, &tags, &back.tags)?;
    if !added.is_empty() || !removed.is_empty() {
        told = told.with("tags_added", added).with("tags_removed", removed);
    }
    if trace.resolved() && back.ticket.state != ticket.state {
        store::withdraw_question(tx, number)?;
    }
    saving::finish(tx, cx, &ticket, back.ticket, told)?;
    Ok(kept)
}

fn put_tags(
    tx: &mut Tx,
    number: i64,
    now: &[String],
    wanted: &[String],
) -> Result<(Vec<String>, Vec<String>)> {
    let missing = |from: &[String], of: &[String]| -> Vec<String> {
        of.iter().filter(|tag| !from.contains(tag)).cloned().collect()
    };
    let (added, removed) = (missing(now, wanted), missing(wanted, now));
    for tag in &added {
        tickets::add_tag(tx, number, tag)?;
    }
    for tag in &removed {
        tickets::remove_tag(tx, number, tag)?;
    }
    Ok((added, removed))
}
