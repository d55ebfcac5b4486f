//! The pages about packages: the list is here, handing over in `giving`, one package in `given`, the card on a ticket in `panel`,
//! and the entries of the palette in `palette`.

mod given;
mod giving;
pub(crate) mod palette;
pub(crate) mod panel;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;
use serde::Deserialize;
use web::{App, Need, Page, Query, Routes, Shell, html};

use super::{Package, PackageId, listing, telling};
use crate::access;

/// All of them.
pub(crate) fn routes() -> Routes {
    let (read, create) = (Need::permission(access::READ), Need::permission(access::CREATE));
    Routes::new()
        .page(Method::GET, "/handovers", read, list)
        .page(Method::GET, "/handovers/{id}", read, given::show)
        .page(Method::GET, "/handovers/{id}/package.zip", read, given::archive)
        .page(
            Method::GET,
            "/handovers/{id}/evidence/{place}",
            read,
            given::evidence,
        )
        .page(
            Method::GET,
            "/tickets/{number}/handover/new",
            create,
            giving::form,
        )
        .page(Method::POST, "/tickets/{number}/handover", create, giving::send)
}

/// Which part of the list.
#[derive(Debug, Deserialize)]
struct Wanted {
    settled: Option<String>,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "package/views/list.html")]
struct List {
    shell: Shell,
    settled: bool,
    packages: Vec<Package>,
    receivers: BTreeMap<String, String>,
    next: Option<String>,
    now: Timestamp,
}

impl List {
    fn receiver(&self, id: &PackageId) -> &str {
        self.receivers.get(&id.to_string()).map_or("–", String::as_str)
    }
}

/// To whom each of some packages went; names are looked up once each.
fn receivers(tx: &mut Tx<'_>, packages: &[Package]) -> Result<BTreeMap<String, String>> {
    let mut known: BTreeMap<_, String> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for package in packages {
        let key = (package.team, package.developer, package.tracker);
        let name = match known.get(&key) {
            Some(name) => name.clone(),
            None => telling::receiver_name(tx, package)?,
        };
        known.insert(key, name.clone());
        names.insert(package.id.to_string(), name);
    }
    Ok(names)
}

/// `GET /handovers`
async fn list(State(app): State<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let (cx, settled) = (page.cx.clone(), wanted.settled.is_some());
    let read = move |tx: &mut Tx<'_>| {
        let found = listing::list(tx, &cx, settled, wanted.cursor.as_deref())?;
        let receivers = receivers(tx, &found.items)?;
        Ok((found, receivers))
    };
    let (found, receivers) = app.db.read(read).await?;
    let part = if settled { "settled=1&" } else { "" };
    html(List {
        shell: page.shell(&app, page.t("handover-title")).await?,
        settled,
        receivers,
        next: found.next.map(|next| format!("/handovers?{part}cursor={next}")),
        packages: found.items,
        now: page.cx.now(),
    })
}
