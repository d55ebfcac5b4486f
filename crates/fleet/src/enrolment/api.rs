//! Enrolment in the JSON interface: documents, and yes or no to devices that wait.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Reply, Routes, no_content, shown_once};

use super::deciding::{self, Decision};
use super::{Enrolment, EnrolmentId, NewEnrolment, Rule, making};
use crate::MANAGE;
use crate::device::{DeviceId, Kind};

const MOST: i64 = 200;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(MANAGE);
    Routes::new()
        .api(needed, routes!(list_device_enrolments))
        .api(needed, routes!(make_device_enrolment))
        .api(needed, routes!(revoke_device_enrolment))
        .api(needed, routes!(decide_devices))
}

/// An enrolment document, without its token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceEnrolment)]
pub(crate) struct EnrolmentJson {
    /// Identifier.
    id: String,
    /// What people call it.
    name: String,
    /// What becomes of who comes by it.
    rule: Rule,
    /// What sort of devices come by it.
    kind: Kind,
    /// The team they belong to.
    team: Option<String>,
    /// How often it counts.
    uses_most: i64,
    /// How often it was used.
    uses: i64,
    /// `good`, `expired`, `used_up`, `revoked`.
    standing: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    /// Until when it counts.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl EnrolmentJson {
    fn of(one: Enrolment, now: Timestamp) -> Self {
        Self {
            standing: one.standing(now).as_str().to_owned(),
            id: one.id.to_string(),
            name: one.name,
            rule: one.rule,
            kind: one.kind,
            team: one.team.map(|team| team.to_string()),
            uses_most: one.uses_most,
            uses: one.uses,
            made_at: one.made_at,
            expires_at: one.expires_at,
        }
    }
}

/// Enrolment documents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceEnrolments)]
pub(crate) struct EnrolmentsJson {
    /// The latest first.
    items: Vec<EnrolmentJson>,
}

/// An enrolment document that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceEnrolmentMade)]
pub(crate) struct MadeJson {
    /// Identifier.
    id: String,
    /// What goes to the devices as `enrolment.json`. Shown this once.
    #[schema(value_type = serde_json::Value)]
    document: serde_json::Value,
}

/// Enrolment documents, the latest first.
#[utoipa::path(get, path = "/device-enrolments", tag = "devices", responses((status = 200, body = EnrolmentsJson)))]
pub(crate) async fn list_device_enrolments(
    State(app): State<App>,
    CxX(cx): CxX,
) -> web::Result<Json<EnrolmentsJson>> {
    let now = cx.now();
    let found = app.db.read(move |tx| super::list(tx, &cx, MOST)).await?;
    Ok(Json(EnrolmentsJson {
        items: found.into_iter().map(|one| EnrolmentJson::of(one, now)).collect(),
    }))
}

/// Makes an enrolment document.
#[utoipa::path(post, path = "/device-enrolments", tag = "devices", request_body = NewEnrolment,
    responses((status = 201, body = MadeJson)))]
pub(crate) async fn make_device_enrolment(
    State(app): State<App>,
    CxX(cx): CxX,
    Json(new): Json<NewEnrolment>,
) -> web::Result {
    let signer = crate::signing::client::public_key(&app.config)?;
    let base = app.base_url().to_owned();
    let made = app
        .db
        .write(move |tx| making::make(tx, &cx, &base, signer, &new))
        .await?;
    let made = MadeJson {
        id: made.enrolment.id.to_string(),
        document: serde_json::to_value(&made.document).map_err(kernel::Error::from)?,
    };
    // A kept answer would keep the token.
    Ok(shown_once((StatusCode::CREATED, Json(made))))
}

/// Takes an enrolment document back.
#[utoipa::path(delete, path = "/device-enrolments/{id}", tag = "devices", params(("id" = String, Path)),
    responses((status = 204), (status = 404), (status = 409)))]
pub(crate) async fn revoke_device_enrolment(
    State(app): State<App>,
    CxX(cx): CxX,
    Path(id): Path<EnrolmentId>,
) -> web::Result {
    app.db.write(move |tx| super::revoke(tx, &cx, id)).await?;
    no_content()
}

/// Yes or no to devices that wait.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DeviceDecision)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionJson {
    /// Those that may be used.
    #[schema(value_type = Vec<String>)]
    #[serde(default)]
    admit: Vec<DeviceId>,
    /// Those that are sent away.
    #[schema(value_type = Vec<String>)]
    #[serde(default)]
    refuse: Vec<DeviceId>,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeviceDecided)]
pub(crate) struct DecidedJson {
    /// So many may be used.
    admitted: usize,
    /// So many were sent away.
    refused: usize,
}

/// Decides about devices that wait. What was decided before stays as it is.
#[utoipa::path(post, path = "/device-enrolments/decisions", tag = "devices", request_body = DecisionJson,
    responses((status = 200, body = DecidedJson), (status = 404)))]
pub(crate) async fn decide_devices(
    State(app): State<App>,
    CxX(cx): CxX,
    once: Once,
    Json(wanted): Json<DecisionJson>,
) -> web::Result<Reply> {
    let most = usize::try_from(deciding::MOST).unwrap_or(usize::MAX);
    if wanted.admit.len() + wanted.refuse.len() > most {
        return Err(kernel::Error::too_large("fleet.enrolment.too_many")
            .arg("most", deciding::MOST)
            .into());
    }
    let write = move |tx: &mut kernel::db::Tx<'_>| {
        let decided = DecidedJson {
            admitted: deciding::decide(tx, &cx, &wanted.admit, Decision::Admit)?,
            refused: deciding::decide(tx, &cx, &wanted.refuse, Decision::Refuse)?,
        };
        once.keep(tx, StatusCode::OK, &decided)
    };
    Ok(app.db.write(write).await?)
}
