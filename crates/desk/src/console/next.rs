//! "And next": where one goes when a ticket is done, so that a queue is worked through without going back to its list.
//!
//! The list that one came from stands in the address. The place is looked up before the ticket moves in it; the list is
//! walked page by page and no further than a person would scroll.

use kernel::cx::Cx;
use web::{App, Page, Tone, go_to, with_toast};

use super::asked::Asked;
use crate::ticket;
use crate::ticket::listing::LIMIT_MAX;

/// Nobody scrolled further than this to reach the ticket that is on screen.
const PAGES_MAX: usize = 5;

/// The ticket below this one in its list; at its end, and for one that is not in it, the first other one.
pub(super) async fn in_list(app: &App, cx: &Cx, asked: &Asked, number: i64) -> kernel::Result<Option<i64>> {
    let (whole, _) = asked.resolved(app, cx).await?;
    let filter = whole.filter(app, cx, asked.queue()).await?;
    let context = cx.clone();
    app.db
        .read(move |tx| {
            let mut first = None;
            let mut is_found = false;
            let mut cursor: Option<String> = None;
            for _ in 0..PAGES_MAX {
                let page = ticket::list(tx, &context, &filter, cursor.as_deref(), LIMIT_MAX)?;
                for row in &page.items {
                    if is_found {
                        return Ok(Some(row.number));
                    }
                    is_found = row.number == number;
                    if !is_found && first.is_none() {
                        first = Some(row.number);
                    }
                }
                let Some(next) = page.next else { break };
                cursor = Some(next);
            }
            Ok(first)
        })
        .await
}

/// Goes there, or to the list when it is empty, and says what was done.
pub(super) fn go(page: &Page, asked: &Asked, next: Option<i64>, done: &str) -> web::Result {
    let path = match next {
        Some(next) => format!("/tickets/{next}{}", asked.beside(asked.queue())),
        None => asked.queue_path(asked.queue()),
    };
    Ok(with_toast(
        go_to(page, &path)?,
        page,
        Tone::Success,
        &page.t(done),
    ))
}
