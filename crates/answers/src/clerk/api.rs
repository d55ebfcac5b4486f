//! The clerk in the JSON interface: what it did, and what it may do.

use axum::extract::State as Given;
use desk::ticket::{Category, TicketType};
use kernel::id::TeamId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Routes};

use super::reporting::{self, Sums};
use super::{Policy, learning_past, policy};
use crate::{CLERK, REPORT};

/// The endpoints.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(REPORT), routes!(get_clerk_report))
        .api(Need::permission(CLERK), routes!(get_clerk_policy))
        .api(Need::permission(CLERK), routes!(set_clerk_policy))
}

/// A month of the clerk's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClerkMonth)]
pub(crate) struct MonthJson {
    /// 202603 for March 2026.
    month: i64,
    #[serde(flatten)]
    sums: Sums,
    /// Of those who said anything, how many were helped, in hundredths.
    helped: Option<i64>,
}

/// An article of the clerk's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClerkArticle)]
pub(crate) struct ArticleJson {
    /// Its number.
    article: i64,
    /// Its title, where the caller may see it.
    title: Option<String>,
    #[serde(flatten)]
    sums: Sums,
}

/// Why it stayed silent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClerkSilence)]
pub(crate) struct SilenceJson {
    /// The reason.
    why: String,
    /// How often.
    times: i64,
}

/// What the clerk did in the last year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClerkReport)]
pub(crate) struct ReportJson {
    /// Everything.
    sums: Sums,
    /// The latest month first.
    months: Vec<MonthJson>,
    /// The most answered with first.
    articles: Vec<ArticleJson>,
    /// The commonest first.
    silences: Vec<SilenceJson>,
}

/// What the clerk answered, and what came of it.
#[utoipa::path(get, path = "/answers/clerk", tag = "knowledge", responses((status = 200, body = ReportJson)))]
pub(crate) async fn get_clerk_report(Given(app): Given<App>, CxX(cx): CxX) -> web::Result<Json<ReportJson>> {
    let report = app.db.read(move |tx| reporting::report(tx, &cx)).await?;
    Ok(Json(ReportJson {
        sums: report.sums,
        months: report
            .months
            .into_iter()
            .map(|(month, sums)| MonthJson {
                month,
                helped: sums.helped(),
                sums,
            })
            .collect(),
        articles: report
            .articles
            .into_iter()
            .map(|(article, title, sums)| ArticleJson { article, title, sums })
            .collect(),
        silences: report
            .silences
            .into_iter()
            .map(|(why, times)| SilenceJson { why, times })
            .collect(),
    }))
}

/// What the clerk may do.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClerkPolicy)]
pub(crate) struct PolicyJson {
    /// Whether it answers at all.
    is_on: bool,
    /// How sure it must be, in hundredths; what was measured when missing.
    #[serde(default)]
    threshold: Option<i64>,
    /// How many cases an article must have solved.
    proven: i64,
    /// Categories it keeps out of.
    #[serde(default)]
    categories: Vec<Category>,
    /// Types it keeps out of.
    #[serde(default)]
    types: Vec<TicketType>,
    /// Addresses and domains it keeps out of.
    #[serde(default)]
    senders: Vec<String>,
    /// Teams it keeps out of.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    teams: Vec<TeamId>,
    /// After so many days without a word a person looks at it.
    silent_days: i64,
    /// What was measured, in thousandths; missing before there is enough past. It is not taken, so that what was given can be sent
    /// back.
    #[serde(default)]
    #[schema(read_only)]
    measured: Option<i64>,
}

impl PolicyJson {
    fn of(policy: Policy, measured: Option<i64>) -> Self {
        Self {
            is_on: policy.is_on,
            threshold: policy.threshold,
            proven: policy.proven,
            categories: policy.categories,
            types: policy.types,
            senders: policy.senders,
            teams: policy.teams,
            silent_days: policy.silent_days,
            measured,
        }
    }
}

/// What the clerk may do.
#[utoipa::path(get, path = "/answers/clerk/policy", tag = "knowledge", responses((status = 200, body = PolicyJson)))]
pub(crate) async fn get_clerk_policy(Given(app): Given<App>, CxX(cx): CxX) -> web::Result<Json<PolicyJson>> {
    let read = app.db.read(move |tx| {
        cx.require(CLERK)?;
        let known = learning_past::known(tx)?;
        let measured = known.as_ref().as_ref().and_then(|known| known.threshold);
        Ok((policy::load(tx)?, measured))
    });
    let (policy, measured) = read.await?;
    Ok(Json(PolicyJson::of(policy, measured)))
}

/// Sets what the clerk may do.
#[utoipa::path(put, path = "/answers/clerk/policy", tag = "knowledge", request_body = PolicyJson,
    responses((status = 200, body = PolicyJson), (status = 422)))]
pub(crate) async fn set_clerk_policy(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Json(wanted): Json<PolicyJson>,
) -> web::Result<Json<PolicyJson>> {
    let policy = Policy {
        is_on: wanted.is_on,
        threshold: wanted.threshold,
        proven: wanted.proven,
        categories: wanted.categories,
        types: wanted.types,
        senders: wanted.senders,
        teams: wanted.teams,
        silent_days: wanted.silent_days,
    };
    let (policy, measured) = app
        .db
        .write(move |tx| {
            let saved = policy::save(tx, &cx, &policy)?;
            let known = learning_past::known(tx)?;
            let measured = known.as_ref().as_ref().and_then(|known| known.threshold);
            Ok((saved, measured))
        })
        .await?;
    Ok(Json(PolicyJson::of(policy, measured)))
}
