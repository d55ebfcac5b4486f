//! What machines ask: is it alive, is it ready, how busy is it.
//!
//! `/metrics` is open to programs on this machine (a Prometheus or its agent beside the server) and to tokens with the
//! right `web.metrics.read`; figures about the desk are nobody else's business.

use std::sync::OnceLock;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::error::Error;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::app::App;
use crate::failure::Result;
use crate::page::Page;

/// The right to read the figures from another machine.
pub const READ_METRICS: &str = "web.metrics.read";

const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers and every migration has been applied.
pub(crate) async fn ready(State(app): State<App>) -> Result {
    let applied = app.db.read(kernel::db::applied).await.map_err(|error| {
        // A database that is away is what this question is about, whatever sort of failure it is.
        Error::unavailable("web.not_ready").caused_by(error)
    })?;
    let missing = app
        .migration_names()
        .into_iter()
        .filter(|name| !applied.contains(name))
        .count();
    if missing > 0 {
        return Err(Error::unavailable("web.not_ready")
            .caused_by(format!("{missing} migrations are missing"))
            .into());
    }
    Ok((StatusCode::OK, "ready\n").into_response())
}

/// `GET /metrics`
pub(crate) async fn metrics(State(app): State<App>, page: Page) -> Result {
    if !page.is_local {
        page.cx.require(READ_METRICS)?;
    }
    let streams = u32::try_from(app.live.open_streams()).unwrap_or(u32::MAX);
    metrics::gauge!("mainstay_live_streams").set(f64::from(streams));
    let Some(handle) = recorder() else {
        return Err(Error::unavailable("web.not_ready").into());
    };
    handle.run_upkeep();
    let mut response: Response = handle.render().into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; version=0.0.4"),
    );
    Ok(response)
}

/// The process has one recorder, however many apps a test makes. `None` when somebody else installed one.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new();
            let named = Matcher::Suffix("_seconds".to_owned());
            builder
                .set_buckets_for_metric(named, &BUCKETS)
                .ok()?
                .install_recorder()
                .ok()
        })
        .as_ref()
}
