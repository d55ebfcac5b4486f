//! Calls about close gates: keeping them, and how a ticket stands before them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Locale;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, CxX, Json, Once, Path};

use crate::gate::{self, Definition, Gate, Needs, Standing};

/// A close gate.
#[derive(Debug, Serialize, ToSchema)]
pub struct GateJson {
    id: String,
    /// Grows with each change; send it along to overwrite nothing unread.
    version: i64,
    /// What it says.
    definition: Definition,
}

impl GateJson {
    fn of(gate: Gate) -> GateJson {
        GateJson {
            id: gate.id,
            version: gate.version,
            definition: gate.definition,
        }
    }
}

/// All close gates.
#[derive(Debug, Serialize, ToSchema)]
pub struct GatesJson {
    /// In their order.
    items: Vec<GateJson>,
}

/// A close gate as it is to stand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GateChangeJson {
    /// What it says.
    pub definition: Definition,
    /// The version that was read; 409 when somebody changed it since.
    #[serde(default)]
    pub version: Option<i64>,
}

/// How a ticket stands before its gates.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingJson {
    /// Nothing is missing besides the solution itself.
    open: bool,
    /// What the gates ask for together.
    needs: Needs,
    /// The gates that stand before it, by name.
    gates: Vec<String>,
    /// What is not there.
    missing: Vec<MissingJson>,
}

/// Something that is not there.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingJson {
    field: String,
    code: String,
    /// The words.
    detail: String,
    /// Where it is filled.
    link: String,
}

impl StandingJson {
    fn of(standing: &Standing, locale: Locale) -> StandingJson {
        let missing = standing.missing.iter().map(|one| MissingJson {
            field: one.field(),
            code: one.code().to_owned(),
            detail: one.message(standing.number, locale),
            link: one.place(standing.number),
        });
        StandingJson {
            open: standing.missing.is_empty(),
            needs: standing.needs.clone(),
            gates: standing
                .gates
                .iter()
                .map(|gate| gate.name(locale).to_owned())
                .collect(),
            missing: missing.collect(),
        }
    }
}

/// The close gates.
#[utoipa::path(get, path = "/close-gates", tag = "close gates", responses((status = 200, body = GatesJson)))]
pub async fn list_gates(State(app): State<App>, cx: CxX) -> web::Result<Json<GatesJson>> {
    let cx = cx.0.clone();
    let gates = app.db.read(move |tx| gate::gates(tx, &cx)).await?;
    Ok(Json(GatesJson {
        items: gates.into_iter().map(GateJson::of).collect(),
    }))
}

/// Add a close gate.
#[utoipa::path(post, path = "/close-gates", tag = "close gates", request_body = GateChangeJson,
    responses((status = 201, body = GateJson)))]
pub async fn add_gate(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Json(new): Json<GateChangeJson>,
) -> web::Result<Response> {
    let writing = app.db.write(move |tx| {
        let gate = gate::save_gate(tx, &cx, None, None, new.definition.clone())?;
        once.keep(tx, StatusCode::CREATED, &GateJson::of(gate))
    });
    Ok(writing.await?.into_response())
}

/// Change a close gate.
#[utoipa::path(put, path = "/close-gates/{id}", tag = "close gates", params(("id" = String, Path)),
    request_body = GateChangeJson, responses((status = 200, body = GateJson)))]
pub async fn change_gate(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<String>,
    Json(new): Json<GateChangeJson>,
) -> web::Result<Response> {
    let writing = app.db.write(move |tx| {
        let gate = gate::save_gate(tx, &cx, Some(&id), new.version, new.definition.clone())?;
        once.keep(tx, StatusCode::OK, &GateJson::of(gate))
    });
    Ok(writing.await?.into_response())
}

/// Remove a close gate.
#[utoipa::path(delete, path = "/close-gates/{id}", tag = "close gates", params(("id" = String, Path)),
    responses((status = 200, body = GatesJson)))]
pub async fn remove_gate(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(id): Path<String>,
) -> web::Result<Response> {
    let writing = app.db.write(move |tx| {
        gate::remove_gate(tx, &cx, &id)?;
        let items = gate::gates(tx, &cx)?.into_iter().map(GateJson::of).collect();
        once.keep(tx, StatusCode::OK, &GatesJson { items })
    });
    Ok(writing.await?.into_response())
}

/// What is missing before a ticket may be resolved.
#[utoipa::path(get, path = "/tickets/{number}/gate", tag = "close gates", params(("number" = i64, Path)),
    responses((status = 200, body = StandingJson)))]
pub async fn get_standing(
    State(app): State<App>,
    cx: CxX,
    Path(number): Path<i64>,
) -> web::Result<Json<StandingJson>> {
    let (context, locale) = (cx.0.clone(), cx.locale);
    let standing = app
        .db
        .read(move |tx| gate::standing(tx, &context, number))
        .await?;
    Ok(Json(StandingJson::of(&standing, locale)))
}
