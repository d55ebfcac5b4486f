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
use crate::ticket::access;
use crate::view::{self, Counts};

struct Link {
    text: String,
    href: String,
    icon: &'static str,
    count: Option<String>,
    urgent: bool,
    current: bool,
}

#[derive(Template)]
#[template(path = "console/views/rail.html", blocks = ["queues"])]
struct Rail {
    locale: Locale,
    /// Whence the entries come: kept in the address of the live part, so that the mark of the current one survives.
    at: String,
    may_open: bool,
    links: Vec<Link>,
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

/// `GET /rail`: the list alone, for live pages.
pub(super) async fn refresh(State(app): State<App>, page: Page, Query(At { at }): Query<At>) -> web::Result {
    let rail = read(&app, page.cx.clone(), at).await?;
    html(rail.as_queues())
}

async fn read(app: &App, cx: Cx, path: String) -> Result<Rail> {
    let context = cx.clone();
    let counts = app.db.read(move |tx| view::counts(tx, &context)).await?;
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
            current: href == path,
            href,
        }
    };
    Ok(Rail {
        links: Queue::ALL.into_iter().map(link).collect(),
        may_open: cx.may(access::OPEN).is_some(),
        locale: cx.locale,
        at: path,
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
        Queue::Closed | Queue::Forgotten => None,
    }
}
