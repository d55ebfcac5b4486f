//! What repeated last month, and the tickets behind each figure.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use web::{App, Page, Path, Query, Shell, html};

use crate::learned::clustering::{self, Cluster};
use crate::ticket::TicketRow;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    month: String,
}

#[derive(Template)]
#[template(path = "console/views/clusters.html")]
struct Clusters {
    shell: Shell,
    months: Vec<String>,
    month: String,
    clusters: Vec<Cluster>,
}

/// `GET /clusters?month=`
pub(super) async fn list(State(app): State<App>, page: Page, Query(which): Query<Which>) -> web::Result {
    let cx = page.cx.clone();
    let (months, month, clusters) = app
        .db
        .read(move |tx| {
            let months = clustering::months(tx, &cx)?;
            let latest = months.first().cloned().unwrap_or_default();
            let month = if which.month.is_empty() {
                latest
            } else {
                which.month.clone()
            };
            let clusters = clustering::clusters(tx, &cx, &month)?;
            Ok((months, month, clusters))
        })
        .await?;
    html(Clusters {
        shell: page.shell(&app, page.t("desk-page-clusters")).await?,
        months,
        month,
        clusters,
    })
}

#[derive(Template)]
#[template(path = "console/views/cluster.html")]
struct Tickets {
    shell: Shell,
    cluster: Cluster,
    rows: Vec<TicketRow>,
}

/// `GET /clusters/{month}/{place}`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path((month, place)): Path<(String, i64)>,
) -> web::Result {
    let cx = page.cx.clone();
    let (cluster, rows) = app
        .db
        .read(move |tx| clustering::tickets(tx, &cx, &month, place))
        .await?;
    html(Tickets {
        shell: page.shell(&app, cluster.words.clone()).await?,
        cluster,
        rows,
    })
}
