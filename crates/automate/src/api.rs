//! Rules in the JSON interface: all of them and each, what one would have done, and what it did.

use axum::extract::State;
use axum::response::Response;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes, no_content};

use crate::dry_run::{self, Report};
use crate::firing::{self, Firing, Outcome};
use crate::rule::{Action, Definition, Rule, RuleId, keeping, naming};
use crate::{RULES, rule};

pub(crate) fn routes() -> Routes {
    let rules = Need::permission(RULES);
    Routes::new()
        .api(rules, routes!(list_rules))
        .api(rules, routes!(add_rule))
        .api(rules, routes!(get_rule))
        .api(rules, routes!(change_rule))
        .api(rules, routes!(remove_rule))
        .api(rules, routes!(dry_run_rule))
        .api(rules, routes!(list_firings))
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleJson {
    /// Identifier.
    id: String,
    /// Grows with each change.
    version: i64,
    /// Firings in a row of which an action could not be done.
    failures: i64,
    /// Set while it is off because of them.
    #[schema(value_type = Option<String>, format = DateTime)]
    switched_off_at: Option<Timestamp>,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// What it says; teams by name, people by address.
    definition: Definition,
    /// The same as text.
    text: String,
}

fn shown(tx: &mut kernel::db::Tx<'_>, rule: Rule) -> kernel::Result<RuleJson> {
    let definition = naming::spoken(tx, &rule.definition)?;
    Ok(RuleJson {
        id: rule.id.to_string(),
        version: rule.version,
        failures: rule.failures,
        switched_off_at: rule.switched_off_at,
        updated_at: rule.updated_at,
        text: rule::text::write(&definition),
        definition,
    })
}

/// All rules, whole: nobody has many.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rules {
    /// In the order in which they are asked.
    items: Vec<RuleJson>,
}

/// All rules, in the order in which they are asked.
#[utoipa::path(get, path = "/rules", tag = "rules", responses((status = 200, body = Rules)))]
pub(crate) async fn list_rules(State(app): State<App>, cx: CxX) -> web::Result<Json<Rules>> {
    let cx = cx.0;
    let read = move |tx: &mut kernel::db::Tx<'_>| {
        let rules = keeping::list(tx, &cx)?;
        let items = rules
            .into_iter()
            .map(|rule| shown(tx, rule))
            .collect::<kernel::Result<_>>()?;
        Ok(Rules { items })
    };
    Ok(Json(app.db.read(read).await?))
}

/// Adds a rule.
#[utoipa::path(post, path = "/rules", tag = "rules", request_body = Definition, responses((status = 201, body = RuleJson)))]
pub(crate) async fn add_rule(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Json(definition): Json<Definition>,
) -> web::Result<Reply> {
    let cx = cx.0;
    let add = move |tx: &mut kernel::db::Tx<'_>| {
        let rule = keeping::add(tx, &cx, &definition)?;
        let place = format!("/api/v1/rules/{}", rule.id);
        let json = shown(tx, rule)?;
        once.created(tx, &place, &json)
    };
    Ok(app.db.write(add).await?)
}

/// A rule.
#[utoipa::path(get, path = "/rules/{id}", tag = "rules", params(("id" = String, Path)), responses((status = 200, body = RuleJson)))]
pub(crate) async fn get_rule(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<RuleId>,
) -> web::Result<Json<RuleJson>> {
    let cx = cx.0;
    let read = move |tx: &mut kernel::db::Tx<'_>| {
        let rule = keeping::load(tx, &cx, id)?;
        shown(tx, rule)
    };
    Ok(Json(app.db.read(read).await?))
}

/// What a rule shall say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleChange {
    /// The whole of it.
    definition: Definition,
    /// The version that was read; another one is answered with 409.
    version: Option<i64>,
}

/// Changes a rule: a new version.
#[utoipa::path(put, path = "/rules/{id}", tag = "rules", params(("id" = String, Path)), request_body = RuleChange,
    responses((status = 200, body = RuleJson)))]
pub(crate) async fn change_rule(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<RuleId>,
    Json(wanted): Json<RuleChange>,
) -> web::Result<Json<RuleJson>> {
    let cx = cx.0;
    let change = move |tx: &mut kernel::db::Tx<'_>| {
        let rule = keeping::change(tx, &cx, id, &wanted.definition, wanted.version)?;
        shown(tx, rule)
    };
    Ok(Json(app.db.write(change).await?))
}

/// Removes a rule; its log stays.
#[utoipa::path(delete, path = "/rules/{id}", tag = "rules", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn remove_rule(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<RuleId>,
) -> web::Result<Response> {
    let cx = cx.0;
    app.db.write(move |tx| keeping::remove(tx, &cx, id)).await?;
    no_content()
}

/// How far to look back, and at what.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DryRun {
    /// Days, 30 when nothing is said.
    days: Option<i64>,
    /// Instead of what the rule says: a change that is not saved.
    definition: Option<Definition>,
}

/// What a rule would have done in the past days. Writes nothing.
#[utoipa::path(post, path = "/rules/{id}/dry-run", tag = "rules", params(("id" = String, Path)), request_body = DryRun,
    responses((status = 200, body = Report)))]
pub(crate) async fn dry_run_rule(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<RuleId>,
    Json(wanted): Json<DryRun>,
) -> web::Result<Json<Report>> {
    let cx = cx.0;
    let context = cx.clone();
    let rule = app.db.read(move |tx| keeping::load(tx, &context, id)).await?;
    let definition = wanted.definition.unwrap_or(rule.definition);
    Ok(Json(
        dry_run::run(&app, &cx, &definition, wanted.days.unwrap_or(dry_run::DAYS)).await?,
    ))
}

/// A firing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiringJson {
    /// Its number; events it caused carry it as request `rule-firing:NUMBER`.
    id: i64,
    /// The version of the rule that fired.
    version: i64,
    /// The event it fired on.
    event: i64,
    /// The ticket.
    ticket: i64,
    /// 1 when no other rule had caused the event.
    depth: i64,
    /// How it ended.
    outcome: Outcome,
    /// The conditions that held.
    matched: Vec<String>,
    /// What was done.
    actions: Vec<DeedJson>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// What became of an action.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeedJson {
    /// What was to be done.
    action: Action,
    /// Whether it changed anything.
    changed: bool,
    /// Why it could not be done: a stable code.
    refused: Option<String>,
}

impl From<Firing> for FiringJson {
    fn from(firing: Firing) -> Self {
        Self {
            id: firing.id,
            version: firing.version,
            event: firing.seq,
            ticket: firing.ticket,
            depth: firing.depth,
            outcome: firing.outcome,
            matched: firing.matched.iter().map(|one| one.told()).collect(),
            actions: firing
                .deeds
                .into_iter()
                .map(|deed| DeedJson {
                    action: deed.action,
                    changed: deed.changed,
                    refused: deed.refusal.map(|refusal| refusal.code),
                })
                .collect(),
            at: firing.at,
        }
    }
}

/// Firings, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Firings {
    /// The lines.
    items: Vec<FiringJson>,
    /// Pass as `cursor` for older ones; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Where a page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Beginning {
    /// The cursor of the page before.
    cursor: Option<i64>,
}

const PIECE: i64 = 50;

/// What a rule did, newest first.
#[utoipa::path(get, path = "/rules/{id}/firings", tag = "rules", params(("id" = String, Path), Beginning),
    responses((status = 200, body = Firings)))]
pub(crate) async fn list_firings(
    State(app): State<App>,
    cx: CxX,
    Path(id): Path<RuleId>,
    Query(from): Query<Beginning>,
) -> web::Result<Json<Firings>> {
    let cx = cx.0;
    let read = move |tx: &mut kernel::db::Tx<'_>| {
        keeping::load(tx, &cx, id)?;
        firing::of_rule(tx, &cx, id, from.cursor.unwrap_or(i64::MAX), PIECE)
    };
    let found = app.db.read(read).await?;
    let is_full = i64::try_from(found.len()).unwrap_or(0) >= PIECE;
    let cursor = found
        .last()
        .filter(|_| is_full)
        .map(|firing| firing.id.to_string());
    Ok(Json(Firings {
        items: found.into_iter().map(FiringJson::from).collect(),
        cursor,
    }))
}
