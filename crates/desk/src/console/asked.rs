//! Which list a page shows: the queue, and how it is narrowed and sorted. All of it stands in the address, so that a list,
//! and a ticket beside its list, can be sent to a colleague and survive a reload.

use std::fmt::Write as _;

use kernel::cx::Cx;
use kernel::error::{Error, Kind, Result};
use kernel::search::SearchQuery;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use web::{App, urlencoded};

use crate::saved_view::{self, Criteria, SavedView, ViewId};
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
    Starred,
    /// Everything one may see: what saved views choose from. It is not in the rail.
    All,
}

impl Queue {
    /// In the order of the rail.
    pub(super) const ALL: [Queue; 11] = [
        Queue::Mine,
        Queue::Teams,
        Queue::Unassigned,
        Queue::Waiting,
        Queue::Overdue,
        Queue::Resolved,
        Queue::Open,
        Queue::Closed,
        Queue::Forgotten,
        Queue::Starred,
        Queue::All,
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
            Queue::Starred => "starred",
            Queue::All => "all",
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
            Queue::Starred => "star",
            Queue::All => "layers",
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

    /// What it means, in the words of a saved view.
    pub(super) const fn criteria(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Queue::Mine => &[("state", "open"), ("assignee", "me")],
            Queue::Teams => &[("state", "open"), ("team", "me")],
            Queue::Unassigned => &[("state", "open"), ("assignee", "none")],
            Queue::Waiting => &[("state", "open,waiting")],
            Queue::Overdue => &[("state", "open"), ("only", "overdue")],
            Queue::Resolved => &[("state", "resolved")],
            Queue::Open => &[("state", "open")],
            Queue::Closed => &[("state", "closed")],
            Queue::Forgotten => &[("state", "open"), ("only", "forgotten")],
            Queue::Starred => &[("only", "starred")],
            Queue::All => &[],
        }
    }

    fn filter(self, cx: &Cx) -> Result<Filter> {
        Criteria::read(self.criteria().iter().copied())?.narrow(cx, Filter::default())
    }
}

/// What stands in the address of a list, and of a ticket beside it. Blank means "not asked"; a parameter that stands there
/// several times is a list.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The queue beside a ticket.
    pub from: String,
    /// The saved view that is shown.
    pub view: String,
    /// The view was refined: what narrows stands in the address, and the view lends its name and columns only.
    pub refined: String,
    pub sort: String,
    /// What narrows, by the names that [`Criteria::read`] knows.
    pub narrow: Vec<(&'static str, String)>,
    /// The cursor of the page before.
    pub after: String,
    /// The article before which a ticket's conversation is shown.
    pub before: String,
    /// The template to begin a reply with, when there is no draft.
    pub template: String,
    /// How many rows a live list shows.
    pub rows: String,
    /// The change of many tickets that was just made.
    pub done: String,
}

/// The parameters that narrow a list.
pub(super) const NARROWING: [&str; 15] = [
    "q",
    "state",
    "priority",
    "type",
    "category",
    "team",
    "assignee",
    "requester",
    "tier",
    "tag",
    "only",
    "created_after",
    "created_before",
    "changed_after",
    "changed_before",
];

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Asked, D::Error> {
        struct Parameters;
        impl<'de> Visitor<'de> for Parameters {
            type Value = Asked;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the parameters of a list")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Asked, A::Error> {
                let mut asked = Asked::default();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    asked.put(&name, value);
                }
                Ok(asked)
            }
        }
        deserializer.deserialize_map(Parameters)
    }
}

const PAGE: i64 = 50;
/// As many as the search is asked for; finer filters look among them.
const FOUND_AT_MOST: usize = 200;

impl Asked {
    /// From the pairs of a form or of a view.
    pub(super) fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in pairs {
            asked.put(name, value.to_owned());
        }
        asked
    }

    fn put(&mut self, name: &str, value: String) {
        match name {
            "from" => self.from = value,
            "view" => self.view = value,
            "refined" => self.refined = value,
            "sort" => self.sort = value,
            "after" => self.after = value,
            "before" => self.before = value,
            "rows" => self.rows = value,
            "done" => self.done = value,
            name => {
                let known = NARROWING.iter().find(|known| **known == name);
                if let Some(known) = known.filter(|_| !value.trim().is_empty()) {
                    match self.narrow.iter_mut().find(|(name, _)| name == known) {
                        Some((_, list)) => *list = format!("{list},{value}"),
                        None => self.narrow.push((known, value)),
                    }
                }
            }
        }
    }

    /// What narrows by this name.
    pub(super) fn value(&self, name: &str) -> &str {
        self.narrow
            .iter()
            .find(|(found, _)| *found == name)
            .map_or("", |(_, value)| value)
    }

    /// The queue beside a ticket; without one, the reader's own.
    pub(super) fn queue(&self) -> Queue {
        Queue::parse(&self.from).unwrap_or(Queue::Mine)
    }

    /// The parts that narrow and sort, as pairs for addresses and hidden fields.
    pub(super) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let mut all = vec![
            ("view", self.view.as_str()),
            ("refined", &self.refined),
            ("sort", &self.sort),
        ];
        all.extend(self.narrow.iter().map(|(name, value)| (*name, value.as_str())));
        all.into_iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .collect()
    }

    /// Whether anything narrows the queue or changes the view.
    pub(super) fn narrows(&self) -> bool {
        !self.narrow.is_empty() || !self.refined.is_empty()
    }

    /// What is asked for in the end, and the saved view it comes from.
    pub(super) async fn resolved(&self, app: &App, cx: &Cx) -> Result<(Asked, Option<SavedView>)> {
        let Ok(id) = self.view.parse::<ViewId>() else {
            return Ok((self.clone(), None));
        };
        let context = cx.clone();
        let view = match app.db.read(move |tx| saved_view::load(tx, &context, id)).await {
            Ok(view) => view,
            // A ticket's page outlives the view it was opened from.
            Err(error) if error.kind() == Kind::NotFound => return Ok((self.clone(), None)),
            Err(error) => return Err(error),
        };
        let mut asked = self.clone();
        if asked.refined.is_empty() {
            asked.narrow = view.definition.filter.pairs();
            asked.sort = view
                .definition
                .sort
                .map_or_else(String::new, |order| order.as_str().to_owned());
        }
        Ok((asked, Some(view)))
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

    /// What narrows, as a view would keep it.
    pub(super) fn criteria(&self) -> Result<Criteria> {
        Criteria::read(self.narrow.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// The tickets that are meant, when all that is asked for stands here: see [`Asked::resolved`].
    pub(super) async fn filter(&self, app: &App, cx: &Cx, queue: Queue) -> Result<Filter> {
        let mut filter = self.criteria()?.narrow(cx, queue.filter(cx)?)?;
        filter.order = word(&self.sort, Order::parse)?;
        filter.numbers = self.found(app, cx).await?;
        Ok(filter)
    }

    /// The numbers that the words find: a number finds its ticket without the index.
    async fn found(&self, app: &App, cx: &Cx) -> Result<Option<Vec<i64>>> {
        let text = self.value("q").trim();
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
            ..SearchQuery::default()
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
            narrow: vec![("q", "打印".into())],
            ..Asked::default()
        };
        let query = asked.beside(Queue::Teams);
        assert!(query.starts_with("?from=teams&sort=updated&q=%"), "{query}");
        assert_eq!(Asked::default().beside(Queue::Mine), "?from=mine");
        assert_eq!(Asked::default().queue_path(Queue::Open), "/queues/open");
    }

    #[test]
    fn a_parameter_that_stands_there_twice_is_a_list() {
        let asked = Asked::of([("only", "overdue"), ("only", "starred"), ("nonsense", "x")]);
        assert_eq!(asked.value("only"), "overdue,starred");
        assert_eq!(asked.criteria().unwrap().only.len(), 2);
        assert_eq!(asked.pairs().len(), 1);
    }

    #[test]
    fn every_queue_says_what_it_means_in_the_words_of_a_view() {
        for queue in Queue::ALL {
            let criteria = Criteria::read(queue.criteria().iter().copied()).unwrap();
            assert_eq!(criteria == Criteria::default(), queue == Queue::All, "{queue:?}");
        }
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
