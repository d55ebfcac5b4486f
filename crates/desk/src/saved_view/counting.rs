//! How many tickets a view shows now: a sum over the figures that are kept where those know enough, else counted up to a
//! thousand among a bounded number of rows.

use std::sync::Arc;

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::{TeamId, UserId};

use super::criteria::{Criteria, Only, Whose};
use super::{SavedView, ViewId};
use crate::ticket::Filter;
use crate::ticket::access;
use crate::ticket::listing::{Counted, count_within};
use crate::view::{self, Key};

/// "999+" is what is shown beyond it.
const MOST: i64 = 1_000;
/// Rows looked at for one figure; a rail holds several, on every page.
const LOOK: i64 = 2_000;

/// The figure of each view. One that asks the search for words has none: a figure is not worth a search on every page.
pub fn counts(tx: &mut Tx, cx: &Cx, views: &[SavedView]) -> Result<Vec<(ViewId, Option<Counted>)>> {
    let scope = cx.require(access::READ)?;
    let kept = if views.iter().any(|view| view.definition.filter.is_kept_count()) {
        view::store::not_closed(tx)?
    } else {
        Arc::default()
    };
    views
        .iter()
        .map(|view| Ok((view.id, count(tx, cx, scope, &kept, &view.definition.filter)?)))
        .collect()
}

fn count(
    tx: &mut Tx,
    cx: &Cx,
    scope: Scope,
    kept: &[(Key, i64)],
    criteria: &Criteria,
) -> Result<Option<Counted>> {
    if criteria.words.is_some() {
        return Ok(None);
    }
    if criteria.is_kept_count() {
        let fitting = kept
            .iter()
            .filter(|(key, _)| view::sees(cx, scope, key) && fits(cx, criteria, key));
        return Ok(Some(Counted {
            n: fitting.map(|(_, n)| n).sum(),
            is_least: false,
        }));
    }
    let filter = criteria.narrow(cx, Filter::default())?;
    if filter.starred_by.is_some() {
        // A star is nobody's event.
        return count_within(tx, cx, &filter, MOST, LOOK).map(Some);
    }
    let reader = (cx.user_id(), scope, cx.team_ids());
    let key = format!("desk.view_count:{reader:?}:{filter:?}");
    let counted = tx.kept_while_still(&key, |tx| count_within(tx, cx, &filter, MOST, LOOK))?;
    Ok(Some(*counted))
}

/// Whether the tickets of this figure are meant.
fn fits(cx: &Cx, criteria: &Criteria, key: &Key) -> bool {
    fn any<T: PartialEq>(wanted: &[T], value: &T) -> bool {
        wanted.is_empty() || wanted.contains(value)
    }
    let team = |wanted: Whose<TeamId>| match wanted {
        Whose::Mine => key.team.is_some_and(|team| cx.team_ids().contains(&team)),
        Whose::Nobody => key.team.is_none(),
        Whose::By(team) => key.team == Some(team),
    };
    let assignee = |wanted: Whose<UserId>| match wanted {
        Whose::Mine => key.assignee.is_some() && key.assignee == cx.user_id(),
        Whose::Nobody => key.assignee.is_none(),
        Whose::By(person) => key.assignee == Some(person),
    };
    criteria.stage.is_none_or(|stage| key.state.stage() == stage)
        && any(&criteria.state, &key.state)
        && any(&criteria.priority, &key.priority)
        && any(&criteria.ticket_type, &key.ticket_type)
        && criteria.team.is_none_or(team)
        && criteria.assignee.is_none_or(assignee)
        && (key.overdue || !criteria.only.contains(&Only::Overdue))
}
