//! Patches in the JSON interface: looking, deciding, and the rules.

mod shapes;

use axum::extract::State as Given;
use axum::http::StatusCode;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes};

use self::shapes::{DecidedJson, PatchJson, PatchesJson, RuleJson, RulesJson};
use super::listing::{self, Place, Tab};
use super::ruling::{self, NewRule};
use super::{PatchId, RuleId, State, Verdict, deciding, seeing};
use crate::{APPROVE, READ};

/// Patches in one answer.
const PIECE: i64 = 100;

pub(super) fn routes() -> Routes {
    let (read, approve) = (Need::permission(READ), Need::permission(APPROVE));
    Routes::new()
        .api(read, routes!(list_patches))
        .api(read, routes!(get_patch))
        .api(approve, routes!(decide_patches))
        .api(read, routes!(list_patch_rules))
        .api(approve, routes!(add_patch_rule))
        .api(approve, routes!(end_patch_rule))
}

/// Which patches.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// `waiting` (reported by devices and not decided), `approved`, `declined`, or `all`; `waiting` when it is left out.
    state: String,
    /// Words of the name and `security:yes`, as on the page.
    q: String,
    /// The cursor of the answer before.
    cursor: String,
}

/// Patches: those that close holes first, then those that most devices report. The devices of one are those of
/// `/devices?q=update:NAME=VERSION`.
#[utoipa::path(get, path = "/patches", tag = "patches", params(Wanted), responses((status = 200, body = PatchesJson)))]
pub(crate) async fn list_patches(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(wanted): Query<Wanted>,
) -> web::Result<Json<PatchesJson>> {
    let asked = listing::read(Tab::read(&wanted.state)?, &wanted.q);
    let after = Place::read(&wanted.cursor)?;
    let read = move |tx: &mut Tx<'_>| listing::list(tx, &cx, &asked, after.as_ref(), PIECE);
    let patches = app.db.read(read).await?;
    let is_full = i64::try_from(patches.len()).is_ok_and(|count| count >= PIECE);
    let last = patches.last().filter(|_| is_full);
    Ok(Json(PatchesJson {
        cursor: last.map(Place::after).transpose()?,
        items: patches.iter().map(PatchJson::of).collect(),
    }))
}

/// One patch.
#[utoipa::path(get, path = "/patches/{id}", tag = "patches", params(("id" = String, Path)),
    responses((status = 200, body = PatchJson), (status = 404)))]
pub(crate) async fn get_patch(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<PatchId>,
) -> web::Result<Json<PatchJson>> {
    let patch = app.db.read(move |tx| seeing::load(tx, &cx, id)).await?;
    Ok(Json(PatchJson::of(&patch)))
}

/// A decision about some patches.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = PatchDecision)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionJson {
    /// Which.
    #[schema(value_type = Vec<String>)]
    patches: Vec<PatchId>,
    /// How they stand from now on: `approved`, `declined`, or `waiting`, which takes a decision back.
    state: String,
    /// What is said with it.
    #[serde(default)]
    note: String,
}

/// Decides some patches. What a person says stands against every rule.
#[utoipa::path(post, path = "/patches/decisions", tag = "patches", request_body = DecisionJson,
    responses((status = 200, body = DecidedJson), (status = 404)))]
pub(crate) async fn decide_patches(
    Given(app): Given<App>,
    CxX(cx): CxX,
    once: Once,
    Json(input): Json<DecisionJson>,
) -> web::Result<Reply> {
    let state = State::known(&input.state).ok_or_else(|| choice("state"))?;
    let write = move |tx: &mut Tx<'_>| {
        let decided = deciding::decide(tx, &cx, &input.patches, state, &input.note)?;
        let items = decided.iter().map(PatchJson::of).collect();
        once.keep(tx, StatusCode::OK, &DecidedJson { items })
    };
    Ok(app.db.write(write).await?)
}

fn choice(field: &str) -> Error {
    Error::invalid("web.form.choice").field(field)
}

/// The rules that hold, the oldest first: the first that fits decides. Then the last that were ended.
#[utoipa::path(get, path = "/patches/rules", tag = "patches", responses((status = 200, body = RulesJson)))]
pub(crate) async fn list_patch_rules(Given(app): Given<App>, CxX(cx): CxX) -> web::Result<Json<RulesJson>> {
    let rules = app.db.read(move |tx| ruling::list(tx, &cx)).await?;
    Ok(Json(RulesJson {
        items: rules.holding.iter().map(RuleJson::of).collect(),
        ended: rules.ended.iter().map(RuleJson::of).collect(),
    }))
}

/// What a rule is to say.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewPatchRule)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRuleJson {
    /// The name of a package; `*` stands for anything.
    pattern: String,
    /// Whether it is only for what closes holes.
    #[serde(default)]
    security_only: bool,
    /// So many days after a patch was first seen.
    #[serde(default)]
    after_days: i64,
    /// `approve` or `decline`.
    verdict: String,
}

impl NewRuleJson {
    fn read(self) -> Result<NewRule> {
        Ok(NewRule {
            verdict: Verdict::known(&self.verdict).ok_or_else(|| choice("verdict"))?,
            pattern: self.pattern,
            security_only: self.security_only,
            after_days: self.after_days,
        })
    }
}

/// Makes a rule. A rule is never changed: end it, and make another one.
#[utoipa::path(post, path = "/patches/rules", tag = "patches", request_body = NewRuleJson,
    responses((status = 201, body = RuleJson), (status = 409)))]
pub(crate) async fn add_patch_rule(
    Given(app): Given<App>,
    CxX(cx): CxX,
    once: Once,
    Json(input): Json<NewRuleJson>,
) -> web::Result<Reply> {
    let new = input.read()?;
    let write = move |tx: &mut Tx<'_>| {
        let rule = ruling::add(tx, &cx, &new)?;
        once.created(tx, "/api/v1/patches/rules", &RuleJson::of(&rule))
    };
    Ok(app.db.write(write).await?)
}

/// Ends a rule. What it decided stays.
#[utoipa::path(post, path = "/patches/rules/{id}/end", tag = "patches", params(("id" = String, Path)),
    responses((status = 200, body = RuleJson), (status = 404), (status = 409)))]
pub(crate) async fn end_patch_rule(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RuleId>,
    once: Once,
) -> web::Result<Reply> {
    let write = move |tx: &mut Tx<'_>| {
        let rule = ruling::end(tx, &cx, id)?;
        once.keep(tx, StatusCode::OK, &RuleJson::of(&rule))
    };
    Ok(app.db.write(write).await?)
}
