//! How far a list looks for what no index answers.
//!
//! Stage, holder, and order find their index; type, category, tier, dates … are looked at row by row along it. Where they
//! are rare, that could go through a million tickets for one page. So a page looks at a bounded number of rows: first few,
//! for mostly those suffice, then many; and when even those do not fill it, the page says where to go on.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;

use super::store::{self, Question};
use super::{Filter, LIMIT_MAX, Order, Page, Place, TicketRow, order, walks};
use crate::ticket::value::Stage;

/// So many rows of each walk are looked at, one attempt after the other.
const LOOKS: [i64; 2] = [1_000, 20_000];

/// A page of the tickets that the filter and the actor's rights leave. It may hold fewer than `limit` and still have a
/// next one: see the module's text.
pub fn list(tx: &mut Tx, cx: &Cx, filter: &Filter, cursor: Option<&str>, limit: i64) -> Result<Page> {
    let limit = limit.clamp(1, LIMIT_MAX);
    let order = order(filter);
    let after = cursor.map(|text| Place::read(order, text)).transpose()?;
    let walks = walks(cx, filter)?;
    let mut question = Question {
        walks: &walks,
        filter,
        order,
        after: after.as_ref(),
        look: None,
    };
    if !is_looked_for(filter, order) {
        let items = store::page(tx, &question, limit + 1)?;
        return Ok(cut(order, items, limit, None));
    }
    let mut page = Page {
        items: Vec::new(),
        next: None,
    };
    for look in LOOKS {
        question.look = Some(look);
        let items = store::page(tx, &question, limit + 1)?;
        let end = store::end(tx, &question)?.map(|row| Place::of(order, &row));
        let was_cut = end.is_some();
        page = cut(order, items, limit, end);
        if !was_cut || i64::try_from(page.items.len()).is_ok_and(|found| found >= limit) {
            break;
        }
    }
    Ok(page)
}

/// The page that rows make: what lies behind the end of the looking may have others before it that were not seen.
fn cut(order: Order, mut items: Vec<TicketRow>, limit: i64, end: Option<Place>) -> Page {
    if let Some(end) = &end {
        items.retain(|row| !Place::of(order, row).is_behind(order, end));
    }
    let fits = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > fits;
    items.truncate(fits);
    let last = items.last().filter(|_| more).map(|last| Place::of(order, last));
    Page {
        items,
        next: last.or(end).map(|place| place.show()),
    }
}

/// Whether rows must be looked at that an index cannot choose. What the search, a tag, or a star names is few anyway.
fn is_looked_for(filter: &Filter, order: Order) -> bool {
    let named = filter.numbers.is_some() || filter.tag.is_some() || filter.starred_by.is_some();
    // Resolved and closed are one state each.
    let by_state = filter.states.iter().any(|state| state.stage() == Stage::Open);
    let by_priority = !filter.priorities.is_empty() && order != Order::Urgent;
    !named
        && (by_state
            || by_priority
            || !filter.types.is_empty()
            || !filter.categories.is_empty()
            || filter.tier.is_some()
            || filter.site.is_some()
            || filter.only_overdue
            || filter.only_unanswered
            || filter.only_forgotten
            || !filter.created.is_open()
            || !filter.updated.is_open())
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub n: i64,
    /// There may be more than were counted.
    pub is_least: bool,
}

/// How many tickets the filter leaves, counted no further than `most` ("999+") and among no more than `look` rows of each
/// walk.
pub fn count_within(tx: &mut Tx, cx: &Cx, filter: &Filter, most: i64, look: i64) -> Result<Counted> {
    let order = Order::Updated;
    let walks = walks(cx, filter)?;
    let looked_for = is_looked_for(filter, order);
    let most = most.clamp(1, 10_000);
    let question = Question {
        walks: &walks,
        filter,
        order,
        after: None,
        look: looked_for.then_some(look),
    };
    let (n, looked) = store::count(tx, &question, most)?;
    Ok(Counted {
        n: n.min(most),
        is_least: n >= most || (looked_for && looked >= look),
    })
}

/// How many tickets the filter leaves, counted no further than `most`: "999+".
pub fn count_up_to(tx: &mut Tx, cx: &Cx, filter: &Filter, most: i64) -> Result<i64> {
    count_within(tx, cx, filter, most, LOOKS[1]).map(|counted| counted.n)
}
