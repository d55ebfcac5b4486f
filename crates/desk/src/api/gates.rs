//! Calls about close gates: keeping them, and how a ticket stands before them.

use axum::http::StatusCode;
use axum::response::Response;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Json, Path};

use super::call::Call;
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

impl GatesJson {
    fn read(tx: &mut Tx<'_>, cx: &Cx) -> Result<GatesJson> {
        let items = gate::gates(tx, cx)?.into_iter().map(GateJson::of).collect();
        Ok(GatesJson { items })
    }
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
pub async fn list_gates(call: Call) -> web::Result<Json<GatesJson>> {
    call.read(GatesJson::read).await
}

/// Add a close gate.
#[utoipa::path(post, path = "/close-gates", tag = "close gates", request_body = GateChangeJson,
    responses((status = 201, body = GateJson)))]
pub async fn add_gate(call: Call, Json(new): Json<GateChangeJson>) -> web::Result<Response> {
    call.write(StatusCode::CREATED, move |tx, cx| {
        gate::save_gate(tx, cx, None, None, new.definition.clone()).map(GateJson::of)
    })
    .await
}

/// Change a close gate.
#[utoipa::path(put, path = "/close-gates/{id}", tag = "close gates", params(("id" = String, Path)),
    request_body = GateChangeJson, responses((status = 200, body = GateJson)))]
pub async fn change_gate(
    call: Call,
    Path(id): Path<String>,
    Json(new): Json<GateChangeJson>,
) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        gate::save_gate(tx, cx, Some(&id), new.version, new.definition.clone()).map(GateJson::of)
    })
    .await
}

/// Remove a close gate.
#[utoipa::path(delete, path = "/close-gates/{id}", tag = "close gates", params(("id" = String, Path)),
    responses((status = 200, body = GatesJson)))]
pub async fn remove_gate(call: Call, Path(id): Path<String>) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        gate::remove_gate(tx, cx, &id)?;
        GatesJson::read(tx, cx)
    })
    .await
}

/// What is missing before a ticket may be resolved.
#[utoipa::path(get, path = "/tickets/{number}/gate", tag = "close gates", params(("number" = i64, Path)),
    responses((status = 200, body = StandingJson)))]
pub async fn get_standing(call: Call, Path(number): Path<i64>) -> web::Result<Json<StandingJson>> {
    call.read(move |tx, cx| {
        let standing = gate::standing(tx, cx, number)?;
        Ok(StandingJson::of(&standing, cx.locale))
    })
    .await
}
