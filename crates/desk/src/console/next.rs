//! "And next": where one goes when a ticket is done, so that a queue is worked through without going back to its list.
//!
//! The list that one came from stands in the address. The place is looked up before the ticket moves in it; the list is
//! walked page by page and no further than a person would scroll.

use kernel::cx::Cx;
use web::{App, FormData, Tone, go_to, with_toast};

use super::acting::OnTicket;
use super::asked::Asked;
use crate::ticket;
use crate::ticket::listing::LIMIT_MAX;

/// Nobody scrolled further than this to reach the ticket that is on screen.
const PAGES_MAX: usize = 5;

/// The ticket below this one in its list; at its end, and for one that is not in it, the first other one.
async fn in_list(app: &App, cx: &Cx, asked: &Asked, number: i64) -> kernel::Result<Option<i64>> {
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

/// Where one goes when an act is done.
pub(super) enum Onward {
    /// The form does not say "and next".
    Stay,
    /// To the next ticket; to the list when there is none.
    Next(Option<i64>),
}

impl Onward {
    /// Looked up before the act moves the ticket in its list.
    pub(super) async fn of(on: &OnTicket, form: &FormData) -> kernel::Result<Onward> {
        if form.text("then") != "next" {
            return Ok(Onward::Stay);
        }
        let next = in_list(&on.app, &on.page.cx, &on.asked, on.number).await?;
        Ok(Onward::Next(next))
    }

    /// Goes there and says what was done.
    pub(super) async fn done(self, on: &OnTicket, words: &str) -> web::Result {
        let path = match self {
            Onward::Stay => return on.done(words).await,
            Onward::Next(Some(number)) => return on.go_to(number, &on.page.t(words)),
            Onward::Next(None) => on.asked.queue_path(on.asked.queue()),
        };
        let response = go_to(&on.page, &path)?;
        Ok(with_toast(response, &on.page, Tone::Success, &on.page.t(words)))
    }
}
