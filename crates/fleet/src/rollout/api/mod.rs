//! Rollouts in the JSON interface: planning, looking, and what people order.

mod planning;
mod shapes;

use axum::extract::State as Given;
use axum::http::StatusCode;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes};

use self::planning::WishJson;
use self::shapes::{RolloutJson, RolloutsJson, TargetJson, TargetsJson};
use super::{RolloutId, drafting, ordering, seeing, store};
use crate::{APPROVE, CHANGE, READ};

/// Rollouts, or targets, of one answer.
const PIECE: i64 = 100;

pub(super) fn routes() -> Routes {
    let (read, change, approve) = (
        Need::permission(READ),
        Need::permission(CHANGE),
        Need::permission(APPROVE),
    );
    Routes::new()
        .api(read, routes!(list_rollouts))
        .api(change, routes!(draft_rollout))
        .api(read, routes!(get_rollout))
        .api(read, routes!(list_rollout_targets))
        .api(change, routes!(start_rollout))
        .api(approve, routes!(approve_rollout))
        .api(approve, routes!(except_rollout))
        .api(change, routes!(halt_rollout))
        // After harm whoever may approve lets it go on, and they need not be somebody who may change things.
        .api(read, routes!(resume_rollout))
        .api(change, routes!(cancel_rollout))
        .api(change, routes!(probe_rollout))
}

/// Where a list begins.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Beginning {
    /// The cursor of the answer before.
    #[param(value_type = Option<String>)]
    cursor: Option<RolloutId>,
}

/// Rollouts that the caller may see, the latest first.
#[utoipa::path(get, path = "/rollouts", tag = "rollouts", params(Beginning), responses((status = 200, body = RolloutsJson)))]
pub(crate) async fn list_rollouts(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(from): Query<Beginning>,
) -> web::Result<Json<RolloutsJson>> {
    let read = move |tx: &mut Tx<'_>| {
        cx.require(READ)?;
        let rollouts = store::latest(tx, from.cursor, PIECE)?;
        let is_full = i64::try_from(rollouts.len()).is_ok_and(|count| count >= PIECE);
        let cursor = rollouts
            .last()
            .filter(|_| is_full)
            .map(|last| last.id.to_string());
        let items = seeing::seen(tx, &cx, rollouts)?;
        Ok(RolloutsJson {
            items: items.iter().map(RolloutJson::of).collect(),
            cursor,
        })
    };
    Ok(Json(app.db.read(read).await?))
}

/// Plans a rollout. It is a draft: nothing begins before it is started, and it never changes.
#[utoipa::path(post, path = "/rollouts", tag = "rollouts", request_body = WishJson,
    responses((status = 201, body = RolloutJson)))]
pub(crate) async fn draft_rollout(
    Given(app): Given<App>,
    CxX(cx): CxX,
    once: Once,
    Json(input): Json<WishJson>,
) -> web::Result<Reply> {
    let wish = input.wish()?;
    let write = move |tx: &mut Tx<'_>| {
        let id = drafting::draft(tx, &cx, &wish)?;
        let rollout = seeing::load(tx, &cx, id)?;
        let place = format!("/api/v1/rollouts/{id}");
        once.created(tx, &place, &RolloutJson::of(&rollout))
    };
    Ok(app.db.write(write).await?)
}

/// One rollout.
#[utoipa::path(get, path = "/rollouts/{id}", tag = "rollouts", params(("id" = String, Path)),
    responses((status = 200, body = RolloutJson), (status = 404)))]
pub(crate) async fn get_rollout(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RolloutId>,
) -> web::Result<Json<RolloutJson>> {
    let rollout = app.db.read(move |tx| seeing::load(tx, &cx, id)).await?;
    Ok(Json(RolloutJson::of(&rollout)))
}

/// Which targets.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Which {
    /// Only those of this status: `failed`, `succeeded` …
    status: Option<String>,
    /// The position of the last target that is known.
    after: Option<u32>,
}

/// The targets of a rollout by position. Devices out of the caller's reach are there without their id.
#[utoipa::path(get, path = "/rollouts/{id}/targets", tag = "rollouts", params(("id" = String, Path), Which),
    responses((status = 200, body = TargetsJson), (status = 404)))]
pub(crate) async fn list_rollout_targets(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RolloutId>,
    Query(which): Query<Which>,
) -> web::Result<Json<TargetsJson>> {
    let read = move |tx: &mut Tx<'_>| {
        seeing::load(tx, &cx, id)?;
        seeing::targets(tx, &cx, id, which.status.as_deref(), which.after, PIECE)
    };
    let shown = app.db.read(read).await?;
    let is_full = i64::try_from(shown.len()).is_ok_and(|count| count >= PIECE);
    let last = shown.last().filter(|_| is_full);
    Ok(Json(TargetsJson {
        after: last.map(|last| last.placed.position.0),
        items: shown.iter().map(TargetJson::of).collect(),
    }))
}

/// An order for the round that the caller looked at.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = RolloutRound)]
pub(crate) struct RoundJson {
    /// The `round` of the rollout; with another one nothing is done.
    round: u32,
}

/// Something that needs a reason and holds whatever happened since.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = RolloutReason)]
pub(crate) struct ReasonJson {
    /// Why.
    reason: String,
}

/// Going on without a proof.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = RolloutException)]
pub(crate) struct ExceptionJson {
    /// The `round` of the rollout.
    round: u32,
    /// `dry_run` or `way_back`.
    #[schema(value_type = String)]
    gate: ::rollout::Gate,
    /// Why.
    reason: String,
}

/// Going on after a halt.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = RolloutResumption)]
pub(crate) struct ResumptionJson {
    /// The `round` of the rollout.
    round: u32,
    /// `go_on` takes the failures as they are; `only_failed` tries those again that failed, and halts.
    #[schema(value_type = String)]
    how: ::rollout::Resume,
}

/// What somebody, or another program, saw of the ring that is under way.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = RolloutProbe)]
pub(crate) struct ProbeJson {
    /// The `round` of the rollout.
    round: u32,
    /// What is wrong; missing when all is well.
    #[serde(default)]
    bad: Option<String>,
}

/// Runs an order and answers with the rollout as it is then.
async fn order<F>(app: App, cx: Cx, once: Once, id: RolloutId, run: F) -> web::Result<Reply>
where
    F: Fn(&mut Tx<'_>, &Cx) -> Result<()> + Send + 'static,
{
    let write = move |tx: &mut Tx<'_>| {
        run(tx, &cx)?;
        let rollout = seeing::load(tx, &cx, id)?;
        once.keep(tx, StatusCode::OK, &RolloutJson::of(&rollout))
    };
    Ok(app.db.write(write).await?)
}

/// Begins the dry run of a draft.
#[utoipa::path(post, path = "/rollouts/{id}/start", tag = "rollouts", params(("id" = String, Path)), request_body = RoundJson,
    responses((status = 200, body = RolloutJson), (status = 404), (status = 409)))]
pub(crate) async fn start_rollout(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RolloutId>,
    once: Once,
    Json(input): Json<RoundJson>,
) -> web::Result<Reply> {
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::start(tx, cx, id, input.round);
    order(app, cx, once, id, run).await
}

/// Agrees as the second person.
#[utoipa::path(post, path = "/rollouts/{id}/approval", tag = "rollouts", params(("id" = String, Path)), request_body = RoundJson,
    responses((status = 200, body = RolloutJson), (status = 404), (status = 409)))]
pub(crate) async fn approve_rollout(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RolloutId>,
    once: Once,
    Json(input): Json<RoundJson>,
) -> web::Result<Reply> {
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::approve(tx, cx, id, input.round);
    order(app, cx, once, id, run).await
}

/// Goes on without a dry run that passed, or without a rehearsed way back.
#[utoipa::path(post, path = "/rollouts/{id}/exceptions", tag = "rollouts", params(("id" = String, Path)), request_body = ExceptionJson,
    responses((status = 200, body = RolloutJson), (status = 404), (status = 409)))]
pub(crate) async fn except_rollout(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RolloutId>,
    once: Once,
    Json(input): Json<ExceptionJson>,
) -> web::Result<Reply> {
    let run =
        move |tx: &mut Tx<'_>, cx: &Cx| ordering::except(tx, cx, id, input.round, input.gate, &input.reason);
    order(app, cx, once, id, run).await
}

/// Begins nothing more. What runs is finished, what failed is rolled back.
#[utoipa::path(post, path = "/rollouts/{id}/halt", tag = "rollouts", params(("id" = String, Path)), request_body = ReasonJson,
    responses((status = 200, body = RolloutJson), (status = 404), (status = 409)))]
pub(crate) async fn halt_rollout(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RolloutId>,
    once: Once,
    Json(input): Json<ReasonJson>,
) -> web::Result<Reply> {
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::halt(tx, cx, id, &input.reason);
    order(app, cx, once, id, run).await
}

/// Goes on after a halt; after harm that is for those who may approve.
#[utoipa::path(post, path = "/rollouts/{id}/resumption", tag = "rollouts", params(("id" = String, Path)), request_body = ResumptionJson,
    responses((status = 200, body = RolloutJson), (status = 404), (status = 409)))]
pub(crate) async fn resume_rollout(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RolloutId>,
    once: Once,
    Json(input): Json<ResumptionJson>,
) -> web::Result<Reply> {
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::resume(tx, cx, id, input.round, input.how);
    order(app, cx, once, id, run).await
}

/// Ends it for good. What succeeded stays.
#[utoipa::path(post, path = "/rollouts/{id}/cancellation", tag = "rollouts", params(("id" = String, Path)), request_body = ReasonJson,
    responses((status = 200, body = RolloutJson), (status = 404), (status = 409)))]
pub(crate) async fn cancel_rollout(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RolloutId>,
    once: Once,
    Json(input): Json<ReasonJson>,
) -> web::Result<Reply> {
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::cancel(tx, cx, id, &input.reason);
    order(app, cx, once, id, run).await
}

/// Says whether all is well with the ring that is under way.
#[utoipa::path(post, path = "/rollouts/{id}/probes", tag = "rollouts", params(("id" = String, Path)), request_body = ProbeJson,
    responses((status = 200, body = RolloutJson), (status = 404), (status = 409)))]
pub(crate) async fn probe_rollout(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<RolloutId>,
    once: Once,
    Json(input): Json<ProbeJson>,
) -> web::Result<Reply> {
    let run = move |tx: &mut Tx<'_>, cx: &Cx| ordering::probe(tx, cx, id, input.round, input.bad.as_deref());
    order(app, cx, once, id, run).await
}

/// What is done, as it was sent; what is left out of how a script runs is as usual.
fn content(mut sent: serde_json::Value) -> Result<super::Content> {
    let usual = [
        ("run_as", serde_json::json!("root")),
        ("timeout_seconds", serde_json::json!(300)),
        ("memory_mb", serde_json::json!(512)),
        ("cpu_percent", serde_json::json!(100)),
    ];
    if let Some(fields) = sent.as_object_mut()
        && fields.get("kind").and_then(serde_json::Value::as_str) == Some("script")
    {
        for (name, value) in usual {
            fields.entry(name).or_insert(value);
        }
    }
    serde_json::from_value(sent).map_err(|error| {
        Error::invalid("fleet.rollout_content")
            .field("content")
            .arg("reason", error.to_string())
    })
}

#[cfg(test)]
mod tests {
    use ::rollout::plan::Size;
    use serde_json::json;

    use super::*;
    use crate::rollout::Content;
    use crate::script::ScriptId;

    fn scripts() -> serde_json::Value {
        let id = ScriptId::from_parts(1, &[0; 10]).to_string();
        json!({ "kind": "script", "dry_run": id, "check": id, "apply": id })
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        let sent = json!({ "ticket": 7, "title": "Mail", "content": scripts() });
        let read: WishJson = serde_json::from_value(sent).unwrap();
        let wish = read.wish().unwrap();
        assert_eq!(wish.manner, drafting::Manner::default());
        let Content::Script(scripts) = wish.content else {
            panic!("{:?}", wish.content);
        };
        assert_eq!(
            (scripts.limits.run_as.as_str(), scripts.limits.memory_mb),
            ("root", 512)
        );
    }

    #[test]
    fn rings_are_read_as_they_are_written() {
        let sent = json!({
            "ticket": 7, "title": "Mail", "content": scripts(),
            "rings": [
                { "name": "two", "size": { "count": 2 } },
                { "name": "tenth", "size": { "share": 10 }, "budget": { "share": 5 }, "bake": 1000, "probe": "needed" },
                { "name": "rest", "size": "rest" },
            ],
        });
        let wish = serde_json::from_value::<WishJson>(sent).unwrap().wish().unwrap();
        let rings = wish.manner.rings;
        assert_eq!((rings[0].size, rings[0].budget.of(100)), (Size::Count(2), 0));
        assert_eq!((rings[1].budget.of(100), rings[1].bake), (5, 1000));
        assert_eq!(rings[2].size, Size::Rest);
    }

    #[test]
    fn a_content_that_is_none_is_refused_by_its_field() {
        for sent in [
            json!(null),
            json!({ "kind": "magic" }),
            json!({ "kind": "script", "check": 1 }),
        ] {
            assert_eq!(content(sent).unwrap_err().fields()[0].field, "content");
        }
        let wild = json!({ "ticket": 7, "title": "x", "content": {}, "rings": [{ "name": "a", "size": { "share": 101 } }] });
        assert!(serde_json::from_value::<WishJson>(wild).is_err());
    }
}
