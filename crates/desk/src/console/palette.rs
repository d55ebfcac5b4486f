//! What the palette finds of the desk: a ticket by its number or by words, and what one may want to begin.

use std::future::Future;
use std::pin::Pin;

use kernel::cx::Cx;
use kernel::error::{Kind, Result};
use kernel::search::SearchQuery;
use web::{App, PaletteEntry};

use super::asked::Queue;
use super::queue::view_path;
use crate::saved_view;
use crate::ticket::{self, access};

type Found = Pin<Box<dyn Future<Output = Result<Vec<PaletteEntry>>> + Send>>;

const HITS: usize = 8;

/// Tickets: `1042`, `#1042`, or words.
pub(super) fn tickets(app: App, cx: Cx, text: String) -> Found {
    Box::pin(async move {
        let text = text.trim().to_owned();
        if text.is_empty() || cx.may(access::READ).is_none() {
            return Ok(Vec::new());
        }
        let mut entries = Vec::new();
        if let Ok(number) = text.trim_start_matches('#').parse::<i64>() {
            entries.extend(by_number(&app, &cx, number).await?);
        }
        let query = SearchQuery {
            text,
            kinds: vec!["ticket".to_owned()],
            rights: crate::search::rights(&cx),
            limit: HITS,
            ..SearchQuery::default()
        };
        let hits = app.search.query(query).await?;
        let numbers: Vec<i64> = hits.iter().filter_map(|hit| hit.key.parse().ok()).collect();
        let filter = ticket::Filter {
            numbers: Some(numbers.clone()),
            ..ticket::Filter::default()
        };
        let context = cx.clone();
        let limit = i64::try_from(HITS).unwrap_or(8);
        let page = app
            .db
            .read(move |tx| ticket::list(tx, &context, &filter, None, limit))
            .await?;
        let mut rows = page.items;
        // The list has an order of its own; the best hit goes first.
        rows.sort_by_key(|row| numbers.iter().position(|number| *number == row.number));
        let found = rows
            .iter()
            .map(|row| entry(&cx, row.number, &row.title, row.state.text_key()));
        let already: Vec<String> = entries
            .iter()
            .map(|entry: &PaletteEntry| entry.href.clone())
            .collect();
        entries.extend(found.filter(|entry| !already.contains(&entry.href)));
        Ok(entries)
    })
}

async fn by_number(app: &App, cx: &Cx, number: i64) -> Result<Option<PaletteEntry>> {
    let context = cx.clone();
    match app.db.read(move |tx| ticket::load(tx, &context, number)).await {
        Ok(view) => Ok(Some(entry(
            cx,
            number,
            &view.ticket.title,
            view.ticket.state.text_key(),
        ))),
        Err(error) if error.kind() == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn entry(cx: &Cx, number: i64, title: &str, state_key: &str) -> PaletteEntry {
    PaletteEntry {
        text: format!("#{number} {title}"),
        note: cx.locale.t(state_key),
        href: format!("/tickets/{number}"),
        icon: "ticket",
    }
}

/// Saved views by name.
pub(super) fn views(app: App, cx: Cx, text: String) -> Found {
    Box::pin(async move {
        if cx.may(access::INTERNAL).is_none() {
            return Ok(Vec::new());
        }
        let wanted = text.trim().to_lowercase();
        let views = app.db.read(move |tx| saved_view::list(tx, &cx)).await?;
        let fitting = views
            .into_iter()
            .filter(|view| view.name.to_lowercase().contains(&wanted));
        let entry = |view: saved_view::SavedView| PaletteEntry {
            href: view_path(view.id),
            text: view.name,
            note: String::new(),
            icon: "list",
        };
        Ok(fitting.take(HITS).map(entry).collect())
    })
}

/// What one may want to begin: queues, a new ticket. What can be done to the ticket on screen is on its page already.
pub(super) fn acts(_app: App, cx: Cx, text: String) -> Found {
    let wanted = text.trim().to_lowercase();
    let mut entries = Vec::new();
    if cx.may(access::INTERNAL).is_some() {
        let mut push = |text: String, href: String, icon: &'static str| {
            if text.to_lowercase().contains(&wanted) {
                entries.push(PaletteEntry {
                    text,
                    note: String::new(),
                    href,
                    icon,
                });
            }
        };
        push(cx.locale.t("desk-page-new"), "/tickets/new".to_owned(), "plus");
        push(cx.locale.t("desk-calls-title"), "/calls/new".to_owned(), "phone");
        push(
            cx.locale.t("desk-view-new"),
            "/views/new?from=all".to_owned(),
            "list",
        );
        push(cx.locale.t("desk-view-list"), "/views".to_owned(), "list");
        for queue in Queue::ALL {
            push(
                cx.locale.t(&queue.text_key()),
                format!("/queues/{}", queue.slug()),
                queue.icon(),
            );
        }
    }
    Box::pin(std::future::ready(Ok(entries)))
}
