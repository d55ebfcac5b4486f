//! The entry in the rail with its live count: one statement, on every page of the console.

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

/// Counts beyond this are not worth their digits.
const COUNT_AT_MOST: u64 = 99;

#[derive(Template)]
#[template(path = "console/views/rail.html")]
struct Rail {
    shell: Shell,
    /// Whence the entry comes: kept in its address, so that the mark of the current page survives.
    at: String,
    count: Option<String>,
}

impl Rail {
    fn is_current(&self) -> bool {
        let path = self.at.split('?').next().unwrap_or_default();
        path == "/chats" || path.starts_with("/chats/")
    }
}

async fn read(app: &App, cx: &Cx, at: String) -> Result<Rail> {
    let waiting = app.db.read(store::count_waiting).await?;
    let waiting = u64::try_from(waiting).unwrap_or(0);
    Ok(Rail {
        shell: Shell::plain(cx),
        at,
        count: (waiting > 0).then(|| format_count(waiting, COUNT_AT_MOST)),
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
