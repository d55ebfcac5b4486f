//! Lists of tickets: filtered, sorted, cut into pages by key, and never more than the actor may see.
//!
//! A technician of three teams sees the union of four sets; each is a walk over an index that stops after a page, and the
//! walks are merged. So a page costs the same at ten thousand tickets and at a million. Filters finer than the indexes (type,
//! category, tag …) are looked at along the walk.

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;

use super::access;
use super::value::{Category, Priority, Stage, State, TicketType, Tier, Voice, words};

mod looking;
pub mod store;
mod without_news;

pub use looking::{Counted, count_up_to, count_within, list};
pub use without_news::without_news;

words!(
    /// The order of a list.
    Order, "order" {
        /// By priority, then the nearest deadline. For what is open; elsewhere `updated` takes its place.
        Urgent => "urgent",
        /// The nearest deadline first. For what is open, likewise.
        Due => "due",
        /// The latest change first.
        Updated => "updated",
        /// The longest untouched first.
        UpdatedAscending => "updated_asc",
        /// The newest first.
        Created => "created",
        /// The oldest first.
        CreatedAscending => "created_asc",
    }
);

impl Order {
    /// The column that leads, and whether its largest value comes first.
    pub(crate) const fn column(self) -> (&'static str, bool) {
        match self {
            Order::Urgent => ("priority", false),
            Order::Due => ("due_rank", false),
            Order::Updated => ("updated_at", true),
            Order::UpdatedAscending => ("updated_at", false),
            Order::Created => ("created_at", true),
            Order::CreatedAscending => ("created_at", false),
        }
    }
}

/// In whose hands a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held<T> {
    By(T),
    Nobody,
}

/// Which tickets; what is left empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub stage: Option<Stage>,
    pub states: Vec<State>,
    pub team: Option<Held<TeamId>>,
    /// Any of the actor's own teams.
    pub my_teams: bool,
    pub assignee: Option<Held<UserId>>,
    pub requester: Option<UserId>,
    pub priorities: Vec<Priority>,
    pub types: Vec<TicketType>,
    pub categories: Vec<Category>,
    pub tier: Option<Tier>,
    pub site: Option<String>,
    pub tag: Option<String>,
    pub only_overdue: bool,
    /// The requester spoke last.
    pub only_unanswered: bool,
    /// Open without a next step and its date.
    pub only_forgotten: bool,
    /// Not older than this, and older than that.
    pub created: Between,
    /// Last changed then.
    pub updated: Between,
    /// Only what this person has starred.
    pub starred_by: Option<UserId>,
    /// Only these numbers: what the search found. At most a few hundred.
    pub numbers: Option<Vec<i64>>,
    pub order: Option<Order>,
}

/// A device that a ticket named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub name: String,
    pub os: String,
}

/// From an instant on, and before another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Between {
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
}

impl Between {
    /// True when both ends are open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.from.is_none() && self.before.is_none()
    }
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketRow {
    pub number: i64,
    pub title: String,
    pub ticket_type: TicketType,
    pub category: Category,
    pub priority: Priority,
    pub state: State,
    pub tier: Tier,
    pub team: Option<TeamId>,
    pub assignee: Option<UserId>,
    pub requester: UserId,
    pub site: Option<String>,
    pub last_voice: Voice,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub next_due_at: Option<Timestamp>,
    pub overdue: bool,
    pub next_step: Option<String>,
    pub next_step_at: Option<Timestamp>,
    pub version: i64,
    pub(crate) due_rank: i64,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    pub items: Vec<TicketRow>,
    /// The cursor of the page after it.
    pub next: Option<String>,
}

/// The most a page holds.
pub const LIMIT_MAX: i64 = 200;

/// One walk over an index: tickets of one stage, by one holder or none in particular.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    pub stage: Option<Stage>,
    pub team: Option<Held<TeamId>>,
    pub assignee: Option<Held<UserId>>,
    pub requester: Option<UserId>,
}

/// By what a walk enters its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Requester,
    Assignee,
    Team,
    Nothing,
}

impl Walk {
    /// The narrowest that the walk names: a person has fewer tickets than a team.
    #[must_use]
    pub fn holder(&self) -> Holder {
        match (self.requester, self.assignee, self.team) {
            (Some(_), _, _) => Holder::Requester,
            (None, Some(Held::By(_)), _) => Holder::Assignee,
            (None, _, Some(_)) => Holder::Team,
            (None, _, None) => Holder::Nothing,
        }
    }
}

/// Open tickets without a next step and a date, the longest untouched first: what the manager is shown daily.
pub fn forgotten(tx: &mut Tx, cx: &Cx, limit: i64) -> Result<Vec<TicketRow>> {
    let filter = Filter {
        stage: Some(Stage::Open),
        only_forgotten: true,
        ..Filter::default()
    };
    let walks = walks(cx, &filter)?;
    store::forgotten(tx, &walks, &filter, limit.clamp(1, LIMIT_MAX))
}

fn stage(filter: &Filter) -> Option<Stage> {
    let mut stages = filter.states.iter().map(|state| state.stage());
    let first = stages.next();
    let one = first.filter(|first| stages.all(|stage| stage == *first));
    filter.stage.or(one)
}

/// The order that is used: urgency means something while a ticket is open, and only there has an index.
#[must_use]
pub fn order(filter: &Filter) -> Order {
    match (filter.order, stage(filter)) {
        (None, Some(Stage::Open)) => Order::Urgent,
        (Some(order), Some(Stage::Open)) => order,
        (None | Some(Order::Urgent | Order::Due), _) => Order::Updated,
        (Some(order), _) => order,
    }
}

/// The walks whose union is what the filter means within the actor's rights. They may overlap: what is in one's own hands
/// is mostly one's team's too.
pub fn walks(cx: &Cx, filter: &Filter) -> Result<Vec<Walk>> {
    let scope = cx.require(access::READ)?;
    let asked = Walk {
        stage: stage(filter),
        team: filter.team,
        assignee: filter.assignee,
        requester: filter.requester,
    };
    let held = if filter.my_teams {
        of_teams(cx, &asked)
    } else {
        within(cx, scope, &asked)?
    };
    // A stage in which none of the wanted states is holds nothing to look for.
    let may_hold = |walk: &Walk| {
        filter.states.is_empty()
            || filter
                .states
                .iter()
                .any(|state| Some(state.stage()) == walk.stage)
    };
    Ok(held.into_iter().flat_map(by_stage).filter(may_hold).collect())
}

/// A list of one holder's tickets of all stages is three walks: the indexes are cut by stage.
fn by_stage(walk: Walk) -> Vec<Walk> {
    match walk.stage {
        Some(_) => vec![walk],
        None => Stage::ALL
            .iter()
            .map(|stage| Walk {
                stage: Some(*stage),
                ..walk.clone()
            })
            .collect(),
    }
}

fn of_teams(cx: &Cx, asked: &Walk) -> Vec<Walk> {
    cx.team_ids()
        .iter()
        .map(|team| Walk {
            team: Some(Held::By(*team)),
            ..asked.clone()
        })
        .collect()
}

fn within(cx: &Cx, scope: Scope, asked: &Walk) -> Result<Vec<Walk>> {
    if scope == Scope::All {
        return Ok(vec![asked.clone()]);
    }
    let me = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let about_me = asked.assignee == Some(Held::By(me)) || asked.requester == Some(me);
    if about_me {
        return Ok(vec![asked.clone()]);
    }
    let mine = asked.assignee.is_none().then(|| Walk {
        assignee: Some(Held::By(me)),
        ..asked.clone()
    });
    if scope == Scope::Own {
        let reported = asked.requester.is_none().then(|| Walk {
            requester: Some(me),
            ..asked.clone()
        });
        return Ok([mine, reported].into_iter().flatten().collect());
    }
    match asked.team {
        Some(Held::Nobody) => Ok(vec![asked.clone()]),
        Some(Held::By(team)) if cx.team_ids().contains(&team) => Ok(vec![asked.clone()]),
        Some(Held::By(_)) => Ok(mine.into_iter().collect()),
        None => {
            let mut walks = of_teams(cx, asked);
            walks.push(Walk {
                team: Some(Held::Nobody),
                ..asked.clone()
            });
            walks.extend(mine);
            Ok(walks)
        }
    }
}

/// A place in a list: what the page after it begins behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Urgent(Priority, i64, i64),
    At(i64, i64),
}

impl Place {
    pub(crate) fn of(order: Order, row: &TicketRow) -> Place {
        match order {
            Order::Urgent => Place::Urgent(row.priority, row.due_rank, row.number),
            Order::Due => Place::At(row.due_rank, row.number),
            Order::Updated | Order::UpdatedAscending => Place::At(row.updated_at.millis(), row.number),
            Order::Created | Order::CreatedAscending => Place::At(row.created_at.millis(), row.number),
        }
    }

    /// Whether this place comes after the other in a list of this order.
    fn is_behind(&self, order: Order, other: &Place) -> bool {
        match (self, other, order.column().1) {
            (Place::At(at, number), Place::At(mark, last), true) => (at, number) < (mark, last),
            (Place::At(at, number), Place::At(mark, last), false) => (at, number) > (mark, last),
            (Place::Urgent(a, b, c), Place::Urgent(d, e, f), _) => (a, b, c) > (d, e, f),
            _ => false,
        }
    }

    fn show(&self) -> String {
        match self {
            Place::Urgent(priority, due, number) => format!("{priority}.{due}.{number}"),
            Place::At(at, number) => format!("{at}.{number}"),
        }
    }

    fn read(order: Order, text: &str) -> Result<Place> {
        let bad = || Error::invalid("desk.ticket.cursor_malformed").field("cursor");
        let parts: Vec<&str> = text.split('.').collect();
        let number = |text: &str| text.parse::<i64>().map_err(|_| bad());
        match (order, parts.as_slice()) {
            (Order::Urgent, [priority, due, ticket]) => Ok(Place::Urgent(
                Priority::parse(priority).map_err(|_| bad())?,
                number(due)?,
                number(ticket)?,
            )),
            (Order::Urgent, _) => Err(bad()),
            (_, [at, ticket]) => Ok(Place::At(number(at)?, number(ticket)?)),
            _ => Err(bad()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Who;

    #[test]
    fn a_cursor_of_one_order_is_refused_by_another() {
        let place = Place::Urgent(Priority::P1, 5, 7);
        assert_eq!(Place::read(Order::Urgent, &place.show()).unwrap(), place);
        assert_eq!(
            Place::read(Order::Updated, &place.show()).unwrap_err().code(),
            "desk.ticket.cursor_malformed"
        );
        assert!(Place::read(Order::Urgent, "P9.1.2").is_err());
    }

    #[test]
    fn a_requester_walks_over_own_tickets_only() {
        let ann = Who::requester(1);
        let walks = walks(
            &ann.cx(),
            &Filter {
                stage: Some(Stage::Open),
                ..Filter::default()
            },
        )
        .unwrap();
        assert!(
            walks.iter().all(|walk| {
                walk.requester == Some(ann.user) || walk.assignee == Some(Held::By(ann.user))
            })
        );
    }

    #[test]
    fn asking_for_another_teams_queue_leaves_what_is_in_ones_own_hands() {
        let bob = Who::technician(1, 1);
        let other = Who::technician(2, 2).teams[0];
        let filter = Filter {
            stage: Some(Stage::Open),
            team: Some(Held::By(other)),
            ..Filter::default()
        };
        let walks = walks(&bob.cx(), &filter).unwrap();
        assert_eq!(walks.len(), 1);
        assert_eq!(
            (walks[0].team, walks[0].assignee),
            (Some(Held::By(other)), Some(Held::By(bob.user)))
        );
    }

    #[test]
    fn urgency_orders_only_what_is_open() {
        let closed = Filter {
            stage: Some(Stage::Closed),
            order: Some(Order::Urgent),
            ..Filter::default()
        };
        assert_eq!(order(&closed), Order::Updated);
        assert_eq!(
            order(&Filter {
                states: vec![State::New],
                ..Filter::default()
            }),
            Order::Urgent
        );
    }
}
