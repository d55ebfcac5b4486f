//! Which list a page shows: the queue, and how it is narrowed and sorted. All of it stands in the address, so that a list,
//! and a ticket beside its list, can be sent to a colleague and survive a reload.

use std::fmt::Write as _;

use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use kernel::search::SearchQuery;
use serde::Deserialize;
use web::{App, urlencoded};

use crate::ticket::listing::Held;
use crate::ticket::value::{Priority, Stage, State, TicketType};
use crate::ticket::{Filter, Order};

/// The queues that the house knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Queue {
    Mine,
    Teams,
    Unassigned,
    Waiting,
    Overdue,
    Resolved,
    Open,
    Closed,
    Forgotten,
}

impl Queue {
    /// In the order of the rail.
    pub(super) const ALL: [Queue; 9] = [
        Queue::Mine,
        Queue::Teams,
        Queue::Unassigned,
        Queue::Waiting,
        Queue::Overdue,
        Queue::Resolved,
        Queue::Open,
        Queue::Closed,
        Queue::Forgotten,
    ];

    /// Its name in addresses.
    pub(super) const fn slug(self) -> &'static str {
        match self {
            Queue::Mine => "mine",
            Queue::Teams => "teams",
            Queue::Unassigned => "unassigned",
            Queue::Waiting => "waiting",
            Queue::Overdue => "overdue",
            Queue::Resolved => "resolved",
            Queue::Open => "open",
            Queue::Closed => "closed",
            Queue::Forgotten => "forgotten",
        }
    }

    pub(super) const fn icon(self) -> &'static str {
        match self {
            Queue::Mine => "inbox",
            Queue::Teams => "users",
            Queue::Unassigned => "user-x",
            Queue::Waiting => "circle-pause",
            Queue::Overdue => "triangle-alert",
            Queue::Resolved => "circle-check",
            Queue::Open => "ticket",
            Queue::Closed => "archive",
            Queue::Forgotten => "hourglass",
        }
    }

    /// The key of its name; `-empty` and `-empty-text` belong to it.
    pub(super) fn text_key(self) -> String {
        format!("desk-page-queue-{}", self.slug())
    }

    pub(super) fn parse(slug: &str) -> Result<Queue> {
        Queue::ALL
            .into_iter()
            .find(|queue| queue.slug() == slug)
            .ok_or_else(Error::not_found)
    }

    fn filter(self, cx: &Cx) -> Result<Filter> {
        let open = Filter {
            stage: Some(Stage::Open),
            ..Filter::default()
        };
        Ok(match self {
            Queue::Mine => {
                let me = cx.user_id().ok_or_else(Error::unauthenticated)?;
                Filter {
                    assignee: Some(Held::By(me)),
                    ..open
                }
            }
            Queue::Teams => Filter {
                my_teams: true,
                ..open
            },
            Queue::Unassigned => Filter {
                assignee: Some(Held::Nobody),
                ..open
            },
            Queue::Waiting => {
                let waiting = State::ALL.iter().copied().filter(|state| state.is_waiting());
                Filter {
                    states: waiting.collect(),
                    ..open
                }
            }
            Queue::Overdue => Filter {
                only_overdue: true,
                ..open
            },
            Queue::Resolved => Filter {
                stage: Some(Stage::Resolved),
                ..Filter::default()
            },
            Queue::Open => open,
            Queue::Closed => Filter {
                stage: Some(Stage::Closed),
                ..Filter::default()
            },
            Queue::Forgotten => Filter {
                only_forgotten: true,
                ..open
            },
        })
    }
}

/// What stands in the address of a list, and of a ticket beside it. Blank means "not asked".
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The queue beside a ticket.
    pub from: String,
    pub sort: String,
    pub state: String,
    pub priority: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub team: String,
    pub assignee: String,
    pub tag: String,
    pub q: String,
    /// The cursor of the page before.
    pub after: String,
    /// The article before which a ticket's conversation is shown.
    pub before: String,
    /// The template to begin a reply with, when there is no draft.
    pub template: String,
    /// How many rows a live list shows.
    pub rows: String,
}

const PAGE: i64 = 50;
/// As many as the search is asked for; finer filters look among them.
const FOUND_AT_MOST: usize = 200;

impl Asked {
    /// The queue beside a ticket; without one, the reader's own.
    pub(super) fn queue(&self) -> Queue {
        Queue::parse(&self.from).unwrap_or(Queue::Mine)
    }

    /// The parts that narrow and sort, as pairs for addresses and hidden fields.
    pub(super) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("sort", self.sort.as_str()),
            ("state", &self.state),
            ("priority", &self.priority),
            ("type", &self.kind),
            ("team", &self.team),
            ("assignee", &self.assignee),
            ("tag", &self.tag),
            ("q", &self.q),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .collect()
    }

    /// Whether anything narrows the queue.
    pub(super) fn narrows(&self) -> bool {
        self.pairs().iter().any(|(name, _)| *name != "sort")
    }

    /// The address of a queue, narrowed likewise.
    pub(super) fn queue_path(&self, queue: Queue) -> String {
        with_query(format!("/queues/{}", queue.slug()), &self.pairs())
    }

    /// What follows the path of a ticket and of all that belongs to it: `?from=mine&sort=updated`.
    pub(super) fn beside(&self, queue: Queue) -> String {
        let mut pairs = vec![("from", queue.slug())];
        pairs.extend(self.pairs());
        with_query(String::new(), &pairs)
    }

    /// How many rows are wanted: a page, or as many as a live list shows.
    pub(super) fn limit(&self) -> i64 {
        self.rows.parse().map_or(PAGE, |rows: i64| {
            rows.clamp(PAGE, crate::ticket::listing::LIMIT_MAX)
        })
    }

    /// The cursor, when there is one.
    pub(super) fn cursor(&self) -> Option<&str> {
        Some(self.after.as_str()).filter(|cursor| !cursor.is_empty())
    }

    /// The tickets that are meant.
    pub(super) async fn filter(&self, app: &App, cx: &Cx, queue: Queue) -> Result<Filter> {
        let mut filter = queue.filter(cx)?;
        if let Some(state) = word(&self.state, State::parse)? {
            filter.states = vec![state];
        }
        filter.priorities.extend(word(&self.priority, Priority::parse)?);
        filter.types.extend(word(&self.kind, TicketType::parse)?);
        filter.order = word(&self.sort, Order::parse)?;
        if let Some(team) = held::<TeamId>(&self.team, "team")? {
            filter.team = Some(team);
        }
        if let Some(person) = held::<UserId>(&self.assignee, "assignee")? {
            filter.assignee = Some(person);
        }
        filter.tag = Some(self.tag.trim().to_lowercase()).filter(|tag| !tag.is_empty());
        filter.numbers = self.found(app, cx).await?;
        Ok(filter)
    }

    /// The numbers that the words find: a number finds its ticket without the index.
    async fn found(&self, app: &App, cx: &Cx) -> Result<Option<Vec<i64>>> {
        let text = self.q.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if let Ok(number) = text.trim_start_matches('#').parse::<i64>() {
            return Ok(Some(vec![number]));
        }
        let query = SearchQuery {
            text: text.to_owned(),
            kinds: vec!["ticket".to_owned(), "ticket_note".to_owned()],
            rights: crate::search::rights(cx),
            limit: FOUND_AT_MOST,
        };
        let hits = app.search.query(query).await?;
        let mut numbers: Vec<i64> = hits.iter().filter_map(|hit| hit.key.parse().ok()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Ok(Some(numbers))
    }
}

fn word<T>(text: &str, parse: fn(&str) -> Result<T>) -> Result<Option<T>> {
    let text = text.trim();
    if text.is_empty() {
        Ok(None)
    } else {
        parse(text).map(Some)
    }
}

fn held<T: std::str::FromStr>(text: &str, field: &str) -> Result<Option<Held<T>>> {
    match text.trim() {
        "" => Ok(None),
        "none" => Ok(Some(Held::Nobody)),
        id => {
            let id = id
                .parse()
                .map_err(|_| Error::invalid("web.form.malformed").field(field))?;
            Ok(Some(Held::By(id)))
        }
    }
}

fn with_query(mut path: String, pairs: &[(&'static str, &str)]) -> String {
    if !pairs.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(path, "?{}", urlencoded::join(pairs));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_ticket_carries_its_list() {
        let asked = Asked {
            sort: "updated".into(),
            q: "打印".into(),
            ..Asked::default()
        };
        let query = asked.beside(Queue::Teams);
        assert!(query.starts_with("?from=teams&sort=updated&q=%"), "{query}");
        assert_eq!(Asked::default().beside(Queue::Mine), "?from=mine");
        assert_eq!(Asked::default().queue_path(Queue::Open), "/queues/open");
    }

    #[test]
    fn a_live_list_is_bounded_however_many_rows_are_asked_for() {
        let rows = |text: &str| {
            Asked {
                rows: text.into(),
                ..Asked::default()
            }
            .limit()
        };
        assert_eq!(
            (rows("3"), rows("120"), rows("1000000"), rows("x")),
            (50, 120, 200, 50)
        );
    }

    #[test]
    fn every_queue_is_found_by_its_own_name() {
        for queue in Queue::ALL {
            assert_eq!(Queue::parse(queue.slug()).unwrap(), queue);
        }
        assert!(Queue::parse("nowhere").is_err());
    }
}
