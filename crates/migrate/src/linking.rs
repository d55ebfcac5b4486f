//! Links between tickets that came over: made when both are here, and made once however often the import runs.

use desk::ticket::family::{self, Relation};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind, Result};

use crate::store;

/// A link by the ids over there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub from: String,
    pub relation: Relation,
    pub to: String,
}

/// How it went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// Both tickets are here and linked.
    pub linked: u64,
    /// The other ticket is not here, or the link would close a circle.
    pub left: u64,
}

/// Makes these links.
pub fn make(tx: &mut Tx, cx: &Cx, source: &str, wanted: &[Wanted]) -> Result<Made> {
    let mut ids: Vec<String> = wanted
        .iter()
        .flat_map(|link| [link.from.clone(), link.to.clone()])
        .collect();
    ids.sort();
    ids.dedup();
    let numbers = store::numbers(tx, source, &ids)?;
    let mut made = Made::default();
    for link in wanted {
        let (Some(from), Some(to)) = (numbers.get(&link.from), numbers.get(&link.to)) else {
            made.left += 1;
            continue;
        };
        // What has no direction is told by both sides; it is made from the lower number.
        let (from, to) = match link.relation {
            Relation::Related if from > to => (to, from),
            _ => (from, to),
        };
        match family::relate(tx, cx, *from, link.relation, *to) {
            Ok(()) => made.linked += 1,
            Err(error) if error.kind() == Kind::Invalid => made.left += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(made)
}
