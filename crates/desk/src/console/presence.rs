//! Who else is on the ticket's page: told by each window, shown to the others.
//!
//! On this node the others hear at once, on other nodes with their own next look, twenty seconds at most.

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use web::{App, FormData, Page, Path, Shell, html, no_content};

use super::names::{Names, Person};
use crate::ticket::presence;

/// Somebody else on the page.
struct Other {
    person: Person,
    is_typing: bool,
}

#[derive(Template)]
#[template(path = "console/views/presence.html")]
struct Part {
    shell: Shell,
    number: i64,
    others: Vec<Other>,
}

/// `GET /tickets/{number}/presence`
pub(super) async fn show(State(app): State<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    let others = app.db.read(move |tx| read(tx, &cx, number)).await?;
    let shell = page.bare(&app, "");
    html(Part {
        shell,
        number,
        others,
    })
}

fn read(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Vec<Other>> {
    let present = presence::others(tx, cx, number)?;
    let people: Vec<_> = present.iter().map(|one| one.person).collect();
    let names = Names::load(tx, &people)?;
    Ok(present
        .into_iter()
        .map(|one| Other {
            person: names.person(one.person),
            is_typing: one.is_typing,
        })
        .collect())
}

/// `PUT /tickets/{number}/presence`: this window is there (`typing=true|false`), or was closed (`gone=true`).
pub(super) async fn tell(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let (is_typing, is_gone) = (form.text("typing") == "true", form.text("gone") == "true");
    let is_news = app
        .db
        .write(move |tx| {
            if is_gone {
                presence::leave(tx, &cx, number)?;
                return Ok(true);
            }
            presence::look(tx, &cx, number, is_typing)
        })
        .await?;
    if is_news {
        app.live.publish(&[format!("presence:{number}")]);
    }
    no_content()
}
