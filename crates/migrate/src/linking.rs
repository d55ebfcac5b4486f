//! Links between tickets that came over: made when both are here, and made once however often the import runs.

use std::collections::BTreeMap;

use desk::ticket::family::{self, Relation};
use desk::ticket::subject;
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
    /// The ticket that tells of it was not here before.
    pub is_new: bool,
}

/// Each link once: both tickets tell of it, each from its side.
#[must_use]
pub fn once(wanted: Vec<Wanted>) -> Vec<Wanted> {
    let mut links: BTreeMap<(Relation, String, String), Wanted> = BTreeMap::new();
    for link in wanted {
        let (from, to) = (link.from.clone(), link.to.clone());
        let key = match link.relation {
            Relation::Related if from > to => (Relation::Related, to, from),
            Relation::ChildOf => (Relation::ParentOf, to, from),
            Relation::CausedBy => (Relation::Causes, to, from),
            relation => (relation, from, to),
        };
        let is_new = link.is_new;
        links.entry(key).or_insert(link).is_new |= is_new;
    }
    links.into_values().collect()
}

/// Links of a ticket that are looked at to see whether one is new.
const LOOKED_AT: i64 = 1_000;

/// How it went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// Those that were not here before.
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
        let before = kernel::link::of(tx, &subject(*from), LOOKED_AT)?.len();
        match family::relate(tx, cx, *from, link.relation, *to) {
            Ok(()) => {
                let after = kernel::link::of(tx, &subject(*from), LOOKED_AT)?.len();
                made.linked += u64::from(after > before);
            }
            Err(error) if error.kind() == Kind::Invalid => made.left += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_both_tickets_tell_of_is_one_link() {
        let link = |from: &str, relation, to: &str, is_new| Wanted {
            from: from.to_owned(),
            relation,
            to: to.to_owned(),
            is_new,
        };
        let told = vec![
            link("2", Relation::Related, "1", false),
            link("1", Relation::Related, "2", true),
            link("1", Relation::ParentOf, "2", false),
            link("2", Relation::ChildOf, "1", false),
            link("2", Relation::DuplicateOf, "1", true),
        ];
        let links = once(told);
        let kinds: Vec<(Relation, bool)> = links.iter().map(|link| (link.relation, link.is_new)).collect();
        let wanted = [
            (Relation::Related, true),
            (Relation::DuplicateOf, true),
            (Relation::ParentOf, false),
        ];
        assert_eq!(kinds, wanted);
    }
}
