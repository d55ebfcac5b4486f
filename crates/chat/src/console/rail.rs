//! The entry in the rail with its live count: one statement, on every page of the console.
//!
//! It counts what calls for the reader: who waits in the queue, and their own conversations in which they are to speak.

use askama::Template;
use axum::extract::State;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::i18n::format_count;
use serde::Deserialize;
use web::{App, Page, Query, Shell, html};

use crate::ANSWER;
use crate::conversation::store;
use crate::live::HOLDER;

/// Counts beyond this are not worth their digits.
const COUNT_AT_MOST: u64 = 99;

#[derive(Template)]
#[template(path = "console/views/rail.html")]
struct Rail {
    shell: Shell,
    /// Whence the entry comes: kept in its address, so that the mark of the current page survives.
    at: String,
    count: Option<String>,
    /// What moves the count.
    topics: String,
}

impl Rail {
    fn is_current(&self) -> bool {
        let path = self.at.split('?').next().unwrap_or_default();
        path == "/chats" || path.starts_with("/chats/")
    }
}

async fn read(app: &App, cx: &Cx, at: String) -> Result<Rail> {
    let me = cx.user_id().ok_or_else(Error::unauthenticated)?;
    let calling = app.db.read(move |tx| store::count_calling(tx, me)).await?;
    let calling = u64::try_from(calling).unwrap_or(0);
    Ok(Rail {
        shell: Shell::plain(cx),
        at,
        count: (calling > 0).then(|| format_count(calling, COUNT_AT_MOST)),
        topics: format!("chat-queue {HOLDER}:{me}"),
    })
}

/// The panel.
pub(crate) fn render(app: App, cx: Cx, path: String) -> BoxFuture<'static, Result<Option<String>>> {
    Box::pin(async move {
        if cx.may(ANSWER).is_none() {
            return Ok(None);
        }
        let rail = read(&app, &cx, path).await?;
        rail.render().map(Some).map_err(Error::internal)
    })
}

#[derive(Deserialize)]
pub(super) struct At {
    #[serde(default)]
    at: String,
}

/// `GET /chats/rail`: the entry alone, for live pages.
pub(super) async fn refresh(State(app): State<App>, page: Page, Query(At { at }): Query<At>) -> web::Result {
    html(read(&app, &page.cx, at).await?)
}
