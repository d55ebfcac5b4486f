//! The list of packages: what still waits by its deadline, so that the overdue stand first, then what waits for a verdict; or
//! what is settled.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;

use super::{Package, PackageId, store};
use crate::access;

/// Packages on a page.
pub const PIECE: i64 = 50;

/// Where a page begins: behind this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its place in the order of states.
    pub rank: i64,
    /// Its deadline.
    pub due: Timestamp,
    /// Which.
    pub id: PackageId,
}

impl Place {
    fn of(package: &Package) -> Self {
        Self {
            rank: package.state.rank(),
            due: package.due_at,
            id: package.id,
        }
    }

    fn text(&self) -> String {
        format!("{}.{}.{}", self.rank, self.due.millis(), self.id)
    }

    fn read(text: &str) -> Result<Self> {
        let mut parts = text.split('.');
        let mut next = || parts.next().unwrap_or_default();
        let (rank, due, id) = (next().parse().ok(), next().parse().ok(), next().parse().ok());
        match (rank, due, id) {
            (Some(rank), Some(due), Some(id)) => Ok(Self {
                rank,
                due: Timestamp::from_millis(due),
                id,
            }),
            _ => Err(Error::invalid("handover.cursor").field("cursor")),
        }
    }
}

/// A page of the list.
#[derive(Debug)]
pub struct Page {
    /// The packages.
    pub items: Vec<Package>,
    /// Where the next one begins.
    pub next: Option<String>,
}

/// Reads a page of what the reader may see.
///
/// # Errors
/// A cursor that is none.
pub fn list(tx: &mut Tx<'_>, cx: &Cx, settled: bool, cursor: Option<&str>) -> Result<Page> {
    let reader = store::Reader {
        scope: cx.require(access::READ)?,
        user: cx.user_id(),
        teams: cx.team_ids().to_vec(),
    };
    let after = cursor.map(Place::read).transpose()?;
    let mut items = store::page(tx, &reader, settled, after.as_ref(), PIECE + 1)?;
    let most = usize::try_from(PIECE).unwrap_or(usize::MAX);
    let is_more = items.len() > most;
    items.truncate(most);
    let next: Option<String> = items
        .last()
        .filter(|_| is_more)
        .map(|last| Place::of(last).text());
    // What the rows say of their tickets was heard; what counts is how the tickets are.
    let numbers: Vec<i64> = items.iter().map(|package| package.ticket).collect();
    for ticket in desk::ticket::store::load_many(tx, &numbers)? {
        let of_ticket = items.iter_mut().filter(|package| package.ticket == ticket.number);
        of_ticket.for_each(|package| package.follow(&ticket));
    }
    items.retain(|package| access::may_read(cx, package));
    Ok(Page { items, next })
}

/// A package that the reader may see.
///
/// # Errors
/// Not found, also when it is not for the reader's eyes.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: PackageId) -> Result<Package> {
    let mut package = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    if let Some(ticket) = desk::ticket::store::load(tx, package.ticket)? {
        package.follow(&ticket);
    }
    access::check_read(cx, &package)?;
    Ok(package)
}
