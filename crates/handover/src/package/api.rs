//! Packages in the JSON interface.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::TeamId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes};

use super::giving::Giving;
use super::privacy::Warning;
use super::{
    Fault, Package, PackageId, Piece, State as PackageState, acting, file, giving, listing, looking, store,
};
use crate::access;
use crate::report::{self, api::ReportJson};
use crate::tracker::TrackerId;

const REPORTS: i64 = 100;

pub(crate) fn routes() -> Routes {
    let (read, create) = (Need::permission(access::READ), Need::permission(access::CREATE));
    Routes::new()
        .api(create, routes!(hand_ticket_over))
        .api(read, routes!(list_handovers))
        .api(read, routes!(get_handover))
        .api(Need::permission(access::REPORT), routes!(take_handover))
        .api(create, routes!(withdraw_handover))
}

/// What is to be handed over.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewHandover)]
pub(crate) struct NewJson {
    /// What is wrong.
    #[serde(flatten)]
    fault: Fault,
    /// The team that shall look into it.
    #[schema(value_type = Option<String>)]
    team: Option<TeamId>,
    /// The mail address of who shall look into it.
    #[serde(default)]
    developer: String,
    /// The tracker in which it shall become an issue.
    #[schema(value_type = Option<String>)]
    tracker: Option<TrackerId>,
    /// What goes along: `article:ID`, `file:ID`, `evidence:ID`.
    #[serde(default)]
    evidence: Vec<String>,
    /// Somebody has looked at what seems to hold private data.
    #[serde(default)]
    checked: bool,
}

/// A piece of evidence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandoverEvidence)]
pub(crate) struct PieceJson {
    /// Where it stands.
    place: i64,
    /// What it was taken from.
    source: String,
    /// What it is called.
    name: String,
    /// What it is called in the archive.
    file: String,
    /// Its media type.
    media_type: String,
    /// Bytes.
    size: i64,
    /// Its address.
    url: String,
    /// What it was warned about.
    warnings: Vec<Warning>,
}

/// A package.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Handover)]
pub(crate) struct PackageJson {
    /// Identifier.
    id: String,
    /// The ticket it came from.
    ticket: i64,
    /// What an issue carries so that it is found again.
    reference: String,
    /// What is wrong.
    #[serde(flatten)]
    fault: Fault,
    /// The team that looks into it.
    team: Option<String>,
    /// The person who looks into it.
    developer: Option<String>,
    /// The tracker in which it is an issue.
    tracker: Option<String>,
    /// Who handed it over.
    handed_by: Option<String>,
    /// Where it is.
    state: PackageState,
    /// Which clock runs, from 1.
    round: i64,
    /// When the report is due.
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// Whether it is late.
    overdue: bool,
    /// The tracker's name for it.
    issue_key: Option<String>,
    /// The issue's page.
    issue_url: Option<String>,
    /// When the tracker said that it is fixed.
    #[schema(value_type = Option<String>, format = DateTime)]
    fix_delivered_at: Option<Timestamp>,
    /// Why it was taken back.
    withdrawn_reason: Option<String>,
    /// When it was handed over.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When nothing more was to follow.
    #[schema(value_type = Option<String>, format = DateTime)]
    settled_at: Option<Timestamp>,
}

impl PackageJson {
    fn of(cx: &Cx, package: Package) -> Self {
        Self {
            id: package.id.to_string(),
            ticket: package.ticket,
            reference: package.reference(),
            team: package.team.map(|id| id.to_string()),
            developer: package.developer.map(|id| id.to_string()),
            tracker: package.tracker.map(|id| id.to_string()),
            handed_by: package.handed_by.map(|id| id.to_string()),
            state: package.state,
            round: package.round,
            due_at: package.due_at,
            overdue: package.is_overdue(&cx.now()),
            issue_key: package.issue_key,
            issue_url: package.issue_url,
            fix_delivered_at: package.fix_delivered_at,
            withdrawn_reason: package.withdrawn_reason,
            created_at: package.created_at,
            settled_at: package.settled_at,
            fault: package.fault,
        }
    }
}

/// A package with its evidence and reports.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandoverWhole)]
pub(crate) struct WholeJson {
    /// The package.
    #[serde(flatten)]
    package: PackageJson,
    /// Its evidence.
    evidence: Vec<PieceJson>,
    /// Its reports, latest first.
    reports: Vec<ReportJson>,
}

fn whole(tx: &mut Tx<'_>, cx: &Cx, id: PackageId) -> Result<WholeJson> {
    let package = listing::load(tx, cx, id)?;
    let piece = |piece: Piece| PieceJson {
        file: file::name_of(&piece),
        url: format!("/handovers/{id}/evidence/{}", piece.place),
        place: piece.place,
        source: piece.source,
        name: piece.name,
        media_type: piece.media_type,
        size: piece.size,
        warnings: piece.warnings,
    };
    Ok(WholeJson {
        package: PackageJson::of(cx, package),
        evidence: store::pieces(tx, id)?.into_iter().map(piece).collect(),
        reports: report::store::of_package(tx, id, REPORTS)?
            .into_iter()
            .map(ReportJson::from)
            .collect(),
    })
}

/// Hands a ticket over to development.
#[utoipa::path(post, path = "/tickets/{number}/handovers", tag = "handovers", params(("number" = i64, Path)),
    request_body = NewJson, responses((status = 201, body = WholeJson)))]
pub(crate) async fn hand_ticket_over(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(number): Path<i64>,
    Json(wanted): Json<NewJson>,
) -> web::Result<Reply> {
    let giving = Giving {
        seen: looking::at_ticket(&app, &cx.0, number, &wanted.evidence).await?,
        team: wanted.team,
        developer: wanted.developer,
        tracker: wanted.tracker,
        evidence: wanted.evidence,
        checked: wanted.checked,
        fault: wanted.fault,
    };
    let base = app.config.base_url.clone();
    let give = move |tx: &mut Tx<'_>| {
        let package = giving::hand_over(tx, &cx.0, number, &giving, &base)?;
        let made = whole(tx, &cx.0, package.id)?;
        once.created(tx, &format!("/api/v1/handovers/{}", package.id), &made)
    };
    Ok(app.db.write(give).await?)
}

/// Packages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Handovers)]
pub(crate) struct PackagesJson {
    /// What waits by its deadline, or what is settled, latest first.
    items: Vec<PackageJson>,
    /// Pass as `cursor` for more; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Which ones.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Settled ones instead of those that wait.
    #[serde(default)]
    settled: bool,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Packages that wait, the earliest deadline first; or those that are settled.
#[utoipa::path(get, path = "/handovers", tag = "handovers", params(Wanted),
    responses((status = 200, body = PackagesJson)))]
pub(crate) async fn list_handovers(
    State(app): State<App>,
    cx: CxX,
    Query(wanted): Query<Wanted>,
) -> web::Result<Json<PackagesJson>> {
    let reader = cx.0.clone();
    let read = move |tx: &mut Tx<'_>| listing::list(tx, &reader, wanted.settled, wanted.cursor.as_deref());
    let found = app.db.read(read).await?;
    Ok(Json(PackagesJson {
        items: found
            .items
            .into_iter()
            .map(|package| PackageJson::of(&cx.0, package))
            .collect(),
        next: found.next,
    }))
}

/// A package with its evidence and reports.
#[utoipa::path(get, path = "/handovers/{id}", tag = "handovers", params(("id" = String, Path)),
    responses((status = 200, body = WholeJson)))]
pub(crate) async fn get_handover(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<PackageId>,
) -> web::Result<Json<WholeJson>> {
    Ok(Json(app.db.read(move |tx| whole(tx, &cx.0, id)).await?))
}

/// Takes a package on: whoever calls looks into it.
#[utoipa::path(post, path = "/handovers/{id}/taking", tag = "handovers", params(("id" = String, Path)),
    responses((status = 200, body = PackageJson)))]
pub(crate) async fn take_handover(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<PackageId>,
) -> web::Result<Reply> {
    let take = move |tx: &mut Tx<'_>| {
        let package = acting::take(tx, &cx.0, id)?;
        once.keep(tx, StatusCode::OK, &PackageJson::of(&cx.0, package))
    };
    Ok(app.db.write(take).await?)
}

/// Why a package is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HandoverWithdrawal)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawalJson {
    /// Why.
    reason: String,
}

/// Takes a package back; its ticket goes on.
#[utoipa::path(post, path = "/handovers/{id}/withdrawal", tag = "handovers", params(("id" = String, Path)),
    request_body = WithdrawalJson, responses((status = 200, body = PackageJson)))]
pub(crate) async fn withdraw_handover(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<PackageId>,
    Json(wanted): Json<WithdrawalJson>,
) -> web::Result<Reply> {
    let base = app.config.base_url.clone();
    let withdraw = move |tx: &mut Tx<'_>| {
        let package = acting::withdraw(tx, &cx.0, id, &wanted.reason, &base)?;
        once.keep(tx, StatusCode::OK, &PackageJson::of(&cx.0, package))
    };
    Ok(app.db.write(withdraw).await?)
}
