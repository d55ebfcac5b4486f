//! Reports and verdicts in the JSON interface.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::db::Tx;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Reply, Routes};

use super::judging::Judgement;
use super::{Findings, Report, Verdict, judging, writing};
use crate::access;
use crate::package::PackageId;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(access::REPORT), routes!(write_report))
        .api(Need::permission(access::JUDGE), routes!(judge_report))
}

/// A report of the root cause.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandoverReport)]
pub(crate) struct ReportJson {
    /// Which of the package's reports, from 1.
    number: i64,
    /// What development found.
    #[serde(flatten)]
    findings: Findings,
    /// Who wrote it.
    reported_by: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    reported_at: Timestamp,
    /// What the desk decided.
    verdict: Option<Verdict>,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    /// Who decided.
    judged_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    judged_at: Option<Timestamp>,
}

impl From<Report> for ReportJson {
    fn from(report: Report) -> Self {
        Self {
            number: report.number,
            findings: report.findings,
            reported_by: report.reported_by.map(|user| user.to_string()),
            reported_at: report.reported_at,
            verdict: report.verdict,
            reason: report.reason,
            judged_by: report.judged_by.map(|user| user.to_string()),
            judged_at: report.judged_at,
        }
    }
}

/// Reports the root cause.
#[utoipa::path(post, path = "/handovers/{id}/reports", tag = "handovers", params(("id" = String, Path)),
    request_body = Findings, responses((status = 201, body = ReportJson)))]
pub(crate) async fn write_report(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<PackageId>,
    Json(findings): Json<Findings>,
) -> web::Result<Reply> {
    let base = app.config.base_url.clone();
    let write = move |tx: &mut Tx<'_>| {
        let report = writing::report(tx, &cx.0, id, &findings, &base)?;
        once.created(tx, &format!("/api/v1/handovers/{id}"), &ReportJson::from(report))
    };
    Ok(app.db.write(write).await?)
}

/// What the desk decides.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HandoverJudgement)]
#[serde(deny_unknown_fields)]
pub(crate) struct JudgementJson {
    /// Accepted or returned.
    verdict: Verdict,
    /// Why; needed to return it.
    #[serde(default)]
    reason: String,
    /// The report that was read; another one is answered with 409.
    number: Option<i64>,
}

/// Accepts the report that waits, or returns it.
#[utoipa::path(post, path = "/handovers/{id}/verdict", tag = "handovers", params(("id" = String, Path)),
    request_body = JudgementJson, responses((status = 200, body = ReportJson)))]
pub(crate) async fn judge_report(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<PackageId>,
    Json(wanted): Json<JudgementJson>,
) -> web::Result<Reply> {
    let base = app.config.base_url.clone();
    let judgement = Judgement {
        verdict: wanted.verdict,
        reason: wanted.reason,
        number: wanted.number,
    };
    let judge = move |tx: &mut Tx<'_>| {
        let report = judging::judge(tx, &cx.0, id, &judgement, &base)?;
        once.keep(tx, StatusCode::OK, &ReportJson::from(report))
    };
    Ok(app.db.write(judge).await?)
}
