//! The queues in the rail with their live counts: one statement, on every page of the console.

use askama::Template;
use axum::extract::State;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::Result;
use kernel::i18n::{Locale, format_count};
use serde::Deserialize;
use web::{App, Page, Query, html};

use super::asked::Queue;
use super::queue::view_path;
use crate::saved_view;
use crate::ticket::access;
use crate::ticket::listing::Counted;
use crate::view::{self, Counts};

struct Link {
    text: String,
    href: String,
    icon: &'static str,
    count: Option<String>,
    urgent: bool,
    current: bool,
    key: Option<&'static str>,
    /// What becomes of tickets that are dropped on it.
    drop: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "console/views/rail.html", blocks = ["queues"])]
struct Rail {
    locale: Locale,
    /// Whence the entries come: kept in the address of the live part, so that the mark of the current one survives.
    at: String,
    may_open: bool,
    links: Vec<Link>,
    /// The reader's favourite views.
    views: Vec<Link>,
}

impl Rail {
    fn t(&self, key: &str) -> String {
        self.locale.t(key)
    }

    fn icon(&self, name: &str) -> String {
        format!("{}#{name}", web::assets::path("icons.svg"))
    }
}

/// Counts beyond this are not worth their digits.
const COUNT_AT_MOST: u64 = 999;

/// The panel of the rail.
pub(super) fn panel(app: App, cx: Cx, path: String) -> BoxFuture<'static, Result<Option<String>>> {
    Box::pin(async move {
        if cx.may(access::INTERNAL).is_none() {
            return Ok(None);
        }
        let rail = read(&app, cx, path).await?;
        rail.render().map(Some).map_err(kernel::Error::internal)
    })
}

#[derive(Deserialize)]
pub(super) struct At {
    #[serde(default)]
    at: String,
}

/// The keys that go to a queue; the others are found by the palette.
const fn key(queue: Queue) -> Option<&'static str> {
    match queue {
        Queue::Mine => Some("g m"),
        Queue::Teams => Some("g t"),
        Queue::Unassigned => Some("g u"),
        Queue::Waiting => Some("g w"),
        Queue::Open => Some("g o"),
        Queue::Starred => Some("g s"),
        _ => None,
    }
}

const fn dropped(queue: Queue) -> Option<&'static str> {
    match queue {
        Queue::Mine => Some("mine"),
        Queue::Unassigned => Some("assignee:none"),
        Queue::Starred => Some("star"),
        _ => None,
    }
}

/// `GET /rail`: the list alone, for live pages.
pub(super) async fn refresh(State(app): State<App>, page: Page, Query(At { at }): Query<At>) -> web::Result {
    let rail = read(&app, page.cx.clone(), at).await?;
    html(rail.as_queues())
}

async fn read(app: &App, cx: Cx, path: String) -> Result<Rail> {
    let context = cx.clone();
    let (counts, favourites, figures) = app
        .db
        .read(move |tx| {
            let favourites = saved_view::favourites(tx, &context)?;
            let figures = saved_view::counting::counts(tx, &context, &favourites)?;
            Ok((view::counts(tx, &context)?, favourites, figures))
        })
        .await?;
    // A queue is itself however it is narrowed; what a view shows is told by the address behind the question mark.
    let of_view = path.contains("view=");
    let bare = path.split('?').next().filter(|_| !of_view).unwrap_or_default();
    let link = |queue: Queue| {
        let href = format!("/queues/{}", queue.slug());
        let count = count(queue, &counts).and_then(|count| u64::try_from(count).ok());
        Link {
            text: cx.locale.t(&queue.text_key()),
            icon: queue.icon(),
            count: count
                .filter(|count| *count > 0)
                .map(|count| format_count(count, COUNT_AT_MOST)),
            urgent: queue == Queue::Overdue,
            current: href == bare,
            key: key(queue),
            drop: dropped(queue),
            href,
        }
    };
    let views = favourites.iter().zip(figures).map(|(favourite, (_, figure))| {
        let href = view_path(favourite.id);
        Link {
            text: favourite.name.clone(),
            icon: "list",
            count: figure.and_then(shown),
            urgent: false,
            current: path.starts_with(&href),
            key: None,
            drop: None,
            href,
        }
    });
    let in_rail = Queue::ALL.into_iter().filter(|queue| *queue != Queue::All);
    Ok(Rail {
        links: in_rail.map(link).collect(),
        views: views.collect(),
        may_open: cx.may(access::OPEN).is_some(),
        locale: cx.locale,
        at: path,
    })
}

/// A figure in words: none of nothing, `12`, `12+` when there may be more, `999+`.
fn shown(figure: Counted) -> Option<String> {
    let n = u64::try_from(figure.n)
        .ok()
        .filter(|n| *n > 0 || figure.is_least)?;
    let words = format_count(n, COUNT_AT_MOST);
    Some(if figure.is_least && n <= COUNT_AT_MOST {
        format!("{words}+")
    } else {
        words
    })
}

/// Closed tickets have no bound and forgotten ones are the manager's list: neither is counted here.
const fn count(queue: Queue, counts: &Counts) -> Option<i64> {
    match queue {
        Queue::Mine => Some(counts.mine),
        Queue::Teams => Some(counts.my_teams),
        Queue::Unassigned => Some(counts.unassigned),
        Queue::Waiting => Some(counts.waiting),
        Queue::Overdue => Some(counts.overdue),
        Queue::Resolved => Some(counts.resolved),
        Queue::Open => Some(counts.open),
        Queue::Closed | Queue::Forgotten | Queue::Starred | Queue::All => None,
    }
}
