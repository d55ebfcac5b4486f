//! The notice of a call on every page of whoever is called: who it is, and the way to take it down.
//!
//! It stands in the frame of the page, so that it is there without scripts too, and is fetched again by itself when the
//! person's telephone rings or falls silent. It takes neither the focus nor the page: what is being written stays.

use askama::Template;
use axum::extract::State;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use people::user::Card;
use serde::Deserialize;
use web::{App, Page, Path, Query, Shell, html, local_path, see_other, urlencoded};

use super::opening;
use crate::ringing::{self, Ringing, RingingId};
use crate::ticket::value::Stage;
use crate::ticket::{self, Filter, access};

/// Open tickets of a caller are counted no further.
const OPEN_MOST: i64 = 99;

/// A call, with what is known of who calls.
struct Incoming {
    id: RingingId,
    number: String,
    /// The page that takes it down.
    take: String,
    /// Everybody with this number.
    callers: Vec<Card>,
    /// How many tickets the one caller has open.
    open: i64,
}

impl Incoming {
    /// As templates take it: a field would be a reference.
    fn open(&self) -> i64 {
        self.open
    }
}

#[derive(Template)]
#[template(path = "console/views/ringing.html")]
struct Notice {
    shell: Shell,
    topic: String,
    /// The page that shows it, for the way back and to leave out the call that this page is about.
    at: String,
    calls: Vec<Incoming>,
}

/// Which page shows it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct At {
    at: String,
}

/// The panel of the frame: one statement while nothing rings.
pub(super) fn panel(app: App, cx: Cx, path: String) -> BoxFuture<'static, Result<Option<String>>> {
    Box::pin(async move {
        if cx.may(access::INTERNAL).is_none() {
            return Ok(None);
        }
        let notice = read(&app, cx, path).await?;
        notice.render().map(Some).map_err(Error::internal)
    })
}

/// `GET /calls/ringing`: the notice alone, for live pages.
pub(super) async fn show(State(app): State<App>, page: Page, Query(At { at }): Query<At>) -> web::Result {
    html(read(&app, page.cx.clone(), at).await?)
}

/// `POST /calls/ringing/{id}/dismissal`
pub(super) async fn dismiss(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RingingId>,
    Query(At { at }): Query<At>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| ringing::dismiss(tx, &cx, id)).await?;
    if page.scripted {
        return html(read(&app, page.cx.clone(), at).await?);
    }
    see_other(local_path(&at))
}

async fn read(app: &App, cx: Cx, at: String) -> Result<Notice> {
    let (context, path) = (cx.clone(), at.clone());
    let calls = app
        .db
        .read(move |tx| {
            let ringing = ringing::mine(tx, &context)?;
            ringing
                .into_iter()
                .filter(|one| !is_page_of(&path, &one.caller))
                .map(|one| incoming(tx, &context, one))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    Ok(Notice {
        topic: cx.user_id().map(ringing::topic).unwrap_or_default(),
        shell: Shell::plain(&cx),
        at,
        calls,
    })
}

fn incoming(tx: &mut Tx<'_>, cx: &Cx, ringing: Ringing) -> Result<Incoming> {
    let callers = if opening::is_number(&ringing.caller) {
        people::user::store::find_by_phone(tx, &ringing.caller)?
    } else {
        Vec::new()
    };
    let open = match callers.as_slice() {
        [only] => {
            let filter = Filter {
                stage: Some(Stage::Open),
                requester: Some(only.id),
                ..Filter::default()
            };
            ticket::count_up_to(tx, cx, &filter, OPEN_MOST)?
        }
        _ => 0,
    };
    Ok(Incoming {
        id: ringing.id,
        take: page_of(&ringing.caller),
        number: ringing.caller,
        callers,
        open,
    })
}

fn page_of(caller: &str) -> String {
    format!("/calls/new?{}", urlencoded::join(&[("from", caller)]))
}

/// Whether this page is about that call: there the notice has done what it is for.
fn is_page_of(path: &str, caller: &str) -> bool {
    path.strip_prefix(page_of(caller).as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('&'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_the_call_is_told_from_other_pages_and_other_callers() {
        let own = page_of("+86 138");
        assert!(is_page_of(&own, "+86 138"));
        assert!(is_page_of(&format!("{own}&person=7"), "+86 138"));
        assert!(!is_page_of(&own, "+86 13"));
        assert!(!is_page_of("/tickets/7", "+86 138"));
    }
}
