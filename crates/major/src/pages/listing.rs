//! `/major`: what goes on, then what is over.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use serde::Deserialize;
use web::{App, Need, Page, Query, Routes, Shell, html};

use crate::incident::{self, Incident, IncidentId, Role};
use crate::{READ, review};

/// Past incidents on a page.
const PIECE: i64 = 30;
const OPEN_MOST: i64 = 100;

pub(super) fn routes() -> Routes {
    Routes::new().page(Method::GET, "/major", Need::permission(READ), show)
}

struct Row {
    incident: Incident,
    commander: Option<String>,
    done: i64,
    steps: i64,
    review: Option<review::Review>,
}

#[derive(Template)]
#[template(path = "pages/views/list.html", blocks = ["rows"])]
struct List {
    shell: Shell,
    open: Vec<Row>,
    past: Vec<Row>,
    older: Option<String>,
}

impl List {
    fn is_late(&self, row: &Row) -> bool {
        row.incident.is_late(self.shell.cx.now())
    }

    fn review_is_late(&self, review: &review::Review) -> bool {
        review.is_late(self.shell.cx.now())
    }
}

#[derive(Deserialize)]
struct Before {
    before: Option<IncidentId>,
}

/// `GET /major`
async fn show(State(app): State<App>, page: Page, Query(from): Query<Before>) -> web::Result {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        cx.require(READ)?;
        let open = match from.before {
            Some(_) => Vec::new(),
            None => incident::store::open(tx, OPEN_MOST)?,
        };
        let past = incident::store::past(tx, from.before, PIECE)?;
        Ok((rows(tx, open)?, rows(tx, past)?))
    };
    let (open, past) = app.db.read(read).await?;
    let is_full = i64::try_from(past.len()).unwrap_or(0) >= PIECE;
    let last = past.last().filter(|_| is_full);
    let list = List {
        older: last.map(|row| format!("/major?before={}", row.incident.id)),
        shell: page.shell(&app, page.t("major-title")).await?,
        open,
        past,
    };
    if page.partial {
        html(list.as_rows())
    } else {
        html(list)
    }
}

fn rows(tx: &mut Tx<'_>, incidents: Vec<Incident>) -> kernel::Result<Vec<Row>> {
    let ids: Vec<IncidentId> = incidents.iter().map(|one| one.id).collect();
    let progress: BTreeMap<IncidentId, (i64, i64)> = incident::store::progress(tx, &ids)?
        .into_iter()
        .map(|(id, done, steps)| (id, (done, steps)))
        .collect();
    let mut commanders = incident::store::having(tx, &ids, Role::Commander)?;
    let mut reviews = review::store::of_incidents(tx, &ids)?;
    let people: Vec<_> = commanders.values().copied().collect();
    let cards = people::user::store::cards(tx, &people)?;
    let row = |incident: Incident| {
        let (done, steps) = progress.get(&incident.id).copied().unwrap_or_default();
        let commander = commanders.remove(&incident.id);
        Row {
            commander: commander
                .and_then(|id| cards.get(&id))
                .map(|card| card.name.clone()),
            review: reviews.remove(&incident.id),
            done,
            steps,
            incident,
        }
    };
    Ok(incidents.into_iter().map(row).collect())
}
