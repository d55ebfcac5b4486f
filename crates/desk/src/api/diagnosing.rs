//! Calls about what was found out: answers, evidence, causes, risky steps. The desk's own; for a requester there is none.

mod json;

use axum::http::StatusCode;
use axum::response::Response;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use web::{Json, Path};

use self::json::{
    AnsweringJson, CauseJson, DiagnosisJson, EvidenceJson, NewCauseJson, NewEvidenceJson, NewRiskyStepJson,
    RiskyStepJson,
};
use super::call::Call;
use crate::diagnosis;

/// What was found out about a ticket.
#[utoipa::path(get, path = "/tickets/{number}/diagnosis", tag = "diagnosis", params(("number" = i64, Path)),
    responses((status = 200, body = DiagnosisJson)))]
pub async fn get_diagnosis(call: Call, Path(number): Path<i64>) -> web::Result<Json<DiagnosisJson>> {
    call.read(move |tx, cx| found(tx, cx, number)).await
}

/// All of it, as it stands now.
fn found(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<DiagnosisJson> {
    diagnosis::load(tx, cx, number).map(DiagnosisJson::of)
}

/// Answer some of the six questions.
#[utoipa::path(put, path = "/tickets/{number}/diagnosis", tag = "diagnosis", params(("number" = i64, Path)),
    request_body = AnsweringJson, responses((status = 200, body = DiagnosisJson)))]
pub async fn put_diagnosis(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<AnsweringJson>,
) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        diagnosis::answer(tx, cx, number, &new.clone().into_answering())?;
        found(tx, cx, number)
    })
    .await
}

/// Add a piece of evidence.
#[utoipa::path(post, path = "/tickets/{number}/evidence", tag = "diagnosis", params(("number" = i64, Path)),
    request_body = NewEvidenceJson, responses((status = 201, body = EvidenceJson)))]
pub async fn add_evidence(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<NewEvidenceJson>,
) -> web::Result<Response> {
    let new = new.into_evidence();
    call.write(StatusCode::CREATED, move |tx, cx| {
        diagnosis::add_evidence(tx, cx, number, &new).map(EvidenceJson::of)
    })
    .await
}

/// Take a piece of evidence out; the record keeps that it was there.
#[utoipa::path(delete, path = "/tickets/{number}/evidence/{id}", tag = "diagnosis",
    params(("number" = i64, Path), ("id" = i64, Path)), responses((status = 200, body = DiagnosisJson)))]
pub async fn remove_evidence(call: Call, Path((number, id)): Path<(i64, i64)>) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        diagnosis::remove_evidence(tx, cx, number, id)?;
        found(tx, cx, number)
    })
    .await
}

/// Note a cause.
#[utoipa::path(post, path = "/tickets/{number}/causes", tag = "diagnosis", params(("number" = i64, Path)),
    request_body = NewCauseJson, responses((status = 201, body = CauseJson)))]
pub async fn add_cause(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<NewCauseJson>,
) -> web::Result<Response> {
    let new = new.into_cause();
    call.write(StatusCode::CREATED, move |tx, cx| {
        diagnosis::add_cause(tx, cx, number, &new).map(CauseJson::of)
    })
    .await
}

/// Change a cause: what testing it showed.
#[utoipa::path(put, path = "/tickets/{number}/causes/{id}", tag = "diagnosis",
    params(("number" = i64, Path), ("id" = i64, Path)), request_body = NewCauseJson,
    responses((status = 200, body = CauseJson)))]
pub async fn change_cause(
    call: Call,
    Path((number, id)): Path<(i64, i64)>,
    Json(new): Json<NewCauseJson>,
) -> web::Result<Response> {
    let new = new.into_cause();
    call.write(StatusCode::OK, move |tx, cx| {
        diagnosis::change_cause(tx, cx, number, id, &new).map(CauseJson::of)
    })
    .await
}

/// Strike a cause out.
#[utoipa::path(delete, path = "/tickets/{number}/causes/{id}", tag = "diagnosis",
    params(("number" = i64, Path), ("id" = i64, Path)), responses((status = 200, body = DiagnosisJson)))]
pub async fn remove_cause(call: Call, Path((number, id)): Path<(i64, i64)>) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        diagnosis::remove_cause(tx, cx, number, id)?;
        found(tx, cx, number)
    })
    .await
}

/// Note a risky step.
#[utoipa::path(post, path = "/tickets/{number}/risky-steps", tag = "diagnosis", params(("number" = i64, Path)),
    request_body = NewRiskyStepJson, responses((status = 201, body = RiskyStepJson)))]
pub async fn add_risky_step(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<NewRiskyStepJson>,
) -> web::Result<Response> {
    let new = new.into_step();
    call.write(StatusCode::CREATED, move |tx, cx| {
        diagnosis::add_risky_step(tx, cx, number, &new).map(RiskyStepJson::of)
    })
    .await
}

/// Change a risky step: its backup was made, it was done.
#[utoipa::path(put, path = "/tickets/{number}/risky-steps/{id}", tag = "diagnosis",
    params(("number" = i64, Path), ("id" = i64, Path)), request_body = NewRiskyStepJson,
    responses((status = 200, body = RiskyStepJson)))]
pub async fn change_risky_step(
    call: Call,
    Path((number, id)): Path<(i64, i64)>,
    Json(new): Json<NewRiskyStepJson>,
) -> web::Result<Response> {
    let new = new.into_step();
    call.write(StatusCode::OK, move |tx, cx| {
        diagnosis::change_risky_step(tx, cx, number, id, &new).map(RiskyStepJson::of)
    })
    .await
}

/// Strike a risky step out.
#[utoipa::path(delete, path = "/tickets/{number}/risky-steps/{id}", tag = "diagnosis",
    params(("number" = i64, Path), ("id" = i64, Path)), responses((status = 200, body = DiagnosisJson)))]
pub async fn remove_risky_step(call: Call, Path((number, id)): Path<(i64, i64)>) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        diagnosis::remove_risky_step(tx, cx, number, id)?;
        found(tx, cx, number)
    })
    .await
}
