//! How tickets stand to each other: related, duplicates, cause and effect, parent and child.
//!
//! The links are the kernel's; here they get a meaning and rights: a link is made by who may change both tickets, and seen
//! as far as the other ticket is. A parent is resolved with its children, before them, or not before them: the desk's
//! rule says which.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::link;
use kernel::setting;

use super::value::{Stage, words};
use super::{Ticket, access, saving, store};

words!(
    /// What this ticket is to the other.
    Relation, "relation" {
        Related => "related",
        DuplicateOf => "duplicate_of",
        Causes => "causes",
        CausedBy => "caused_by",
        ParentOf => "parent_of",
        ChildOf => "child_of",
    }
);

words!(
    /// What becomes of open children when their parent is resolved.
    ParentRule, "parent_rule" {
        Refuse => "refuse",
        Resolve => "resolve",
        Ignore => "ignore",
    }
);

/// The desk's rule, one of [`ParentRule`].
pub const RULE_SETTING: &str = "desk.parent_rule";

const LINKS_SHOWN: i64 = 100;
const ANCESTORS_MAX: usize = 50;
const PARENT: &str = "parent_of";

/// Another ticket, and what this one is to it.
#[derive(Debug, Clone)]
pub struct Linked {
    pub relation: Relation,
    pub ticket: Ticket,
}

impl Relation {
    /// How it is kept: one row for both directions, and whether this ticket stands at its end.
    const fn kept(self) -> (&'static str, bool) {
        match self {
            Relation::Related => ("related", false),
            Relation::DuplicateOf => ("duplicate_of", false),
            Relation::Causes => ("causes", false),
            Relation::CausedBy => ("causes", true),
            Relation::ParentOf => (PARENT, false),
            Relation::ChildOf => (PARENT, true),
        }
    }

    fn of(kind: &str, is_end: bool) -> Relation {
        match (kind, is_end) {
            ("duplicate_of", false) => Relation::DuplicateOf,
            ("causes", false) => Relation::Causes,
            ("causes", true) => Relation::CausedBy,
            (PARENT, false) => Relation::ParentOf,
            (PARENT, true) => Relation::ChildOf,
            _ => Relation::Related,
        }
    }
}

/// Links two tickets; says what the first is to the second.
pub fn relate(tx: &mut Tx, cx: &Cx, number: i64, relation: Relation, other: i64) -> Result<()> {
    let ticket = saving::begin(tx, cx, number, access::CHANGE)?;
    if number == other {
        return Err(Error::invalid("desk.ticket.link_itself").field("other"));
    }
    let unknown = || {
        Error::invalid("desk.ticket.other_unknown")
            .field("other")
            .arg("number", other)
    };
    let found = store::load(tx, other)?
        .filter(|found| access::may(cx, access::READ, found))
        .ok_or_else(unknown)?;
    access::check(cx, access::CHANGE, &found)?;
    let (kind, is_end) = relation.kept();
    let (from, to) = ends(&ticket, &found, is_end);
    if kind == PARENT {
        let (parent, child) = if is_end { (other, number) } else { (number, other) };
        refuse_circle(tx, parent, child)?;
    }
    link::add(tx, cx, &from, &to, kind)?;
    Ok(())
}

/// Takes a link away.
pub fn part(tx: &mut Tx, cx: &Cx, number: i64, relation: Relation, other: i64) -> Result<()> {
    let ticket = saving::begin(tx, cx, number, access::CHANGE)?;
    let found = saving::see(tx, cx, other, access::CHANGE)?;
    let (kind, is_end) = relation.kept();
    let (from, to) = ends(&ticket, &found, is_end);
    let is_removed = link::remove(tx, cx, &from, &to, kind)?
        // What has no direction may have been made from the other side.
        || (relation == Relation::Related && link::remove(tx, cx, &to, &from, kind)?);
    if is_removed {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}

fn ends(ticket: &Ticket, other: &Ticket, is_end: bool) -> (String, String) {
    if is_end {
        (other.subject(), ticket.subject())
    } else {
        (ticket.subject(), other.subject())
    }
}

/// The tickets that this one is linked to, as far as the actor may see them; two statements.
pub fn linked(tx: &mut Tx, cx: &Cx, ticket: &Ticket) -> Result<Vec<Linked>> {
    let own = ticket.subject();
    let mut relations = Vec::new();
    for found in link::of(tx, &own, LINKS_SHOWN)? {
        let is_end = found.to == own;
        let other = if is_end { &found.from } else { &found.to };
        if let Some(number) = number_of(other) {
            relations.push((number, Relation::of(&found.kind, is_end)));
        }
    }
    let numbers: Vec<i64> = relations.iter().map(|(number, _)| *number).collect();
    let tickets = store::load_many(tx, &numbers)?;
    let one = |(number, relation): (i64, Relation)| {
        let ticket = tickets.iter().find(|found| found.number == number)?;
        access::may(cx, access::READ, ticket).then(|| Linked {
            relation,
            ticket: ticket.clone(),
        })
    };
    let mut linked: Vec<Linked> = relations.into_iter().filter_map(one).collect();
    linked.sort_by_key(|one| (one.relation, one.ticket.number));
    Ok(linked)
}

/// The rule that holds.
pub fn rule(tx: &mut Tx) -> Result<ParentRule> {
    let word = setting::get::<String>(tx, RULE_SETTING)?;
    Ok(word
        .and_then(|word| ParentRule::parse(&word).ok())
        .unwrap_or(ParentRule::Refuse))
}

/// What the rule says to resolving this ticket: the children to resolve with it, or a refusal that names those that are
/// open.
pub(crate) fn before_resolving(tx: &mut Tx, cx: &Cx, ticket: &Ticket) -> Result<Vec<i64>> {
    let numbers = related_numbers(tx, ticket.number, false)?;
    if numbers.is_empty() {
        return Ok(numbers);
    }
    let children = store::load_many(tx, &numbers)?;
    let open: Vec<&Ticket> = children
        .iter()
        .filter(|child| child.state.stage() == Stage::Open)
        .collect();
    let rule = rule(tx)?;
    if open.is_empty() || rule == ParentRule::Ignore {
        return Ok(Vec::new());
    }
    if rule == ParentRule::Resolve && open.iter().all(|child| access::may(cx, access::RESOLVE, child)) {
        return Ok(open.iter().map(|child| child.number).collect());
    }
    let mut names: Vec<String> = open
        .iter()
        .filter(|child| access::may(cx, access::READ, child))
        .map(|child| format!("#{}", child.number))
        .collect();
    if names.len() < open.len() {
        names.push("…".to_owned());
    }
    Err(Error::conflict("desk.ticket.children_open").arg("children", names.join(", ")))
}

fn refuse_circle(tx: &mut Tx, parent: i64, child: i64) -> Result<()> {
    let mut level = vec![parent];
    for _ in 0..ANCESTORS_MAX {
        if level.contains(&child) {
            return Err(Error::invalid("desk.ticket.link_circle").field("other"));
        }
        let mut above = Vec::new();
        for number in level {
            above.extend(related_numbers(tx, number, true)?);
        }
        if above.is_empty() {
            return Ok(());
        }
        level = above;
    }
    Err(Error::invalid("desk.ticket.link_circle").field("other"))
}

/// The numbers of a ticket's parents, or of its children.
fn related_numbers(tx: &mut Tx, number: i64, parents: bool) -> Result<Vec<i64>> {
    let own = super::subject(number);
    let links = link::of(tx, &own, LINKS_SHOWN)?;
    Ok(links
        .iter()
        .filter(|link| link.kind == PARENT && (link.to == own) == parents)
        .filter_map(|link| number_of(if parents { &link.from } else { &link.to }))
        .collect())
}

fn number_of(subject: &str) -> Option<i64> {
    subject.strip_prefix("ticket:")?.parse().ok()
}
