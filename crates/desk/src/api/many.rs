//! Changing many tickets in one call, and taking it back.

use axum::http::StatusCode;
use axum::response::Response;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Json, Path};

use super::call::Call;
use crate::batch::{self, Batch, BatchId, Many, Refusal};

/// Which tickets, and what to change on each.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManyJson {
    /// At most 200.
    numbers: Vec<i64>,
    /// What is left out stays.
    change: Many,
}

/// What came of a change of many tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchJson {
    #[schema(value_type = String)]
    id: BatchId,
    /// One for each ticket, by number.
    results: Vec<ResultJson>,
    /// Until when `…/undo` puts it back; null when there is nothing to put back.
    #[schema(value_type = Option<String>, format = DateTime)]
    undo_until: Option<Timestamp>,
}

/// What came of it for one ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultJson {
    number: i64,
    /// 200 when it was changed, 409 when the rules or the rights refused.
    status: u16,
    /// The stable code of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl BatchJson {
    fn of(batch: &Batch, refused: &[Refusal], now: Timestamp) -> BatchJson {
        let refusal = |number: &i64| refused.iter().find(|refusal| refusal.number == *number);
        let mut numbers: Vec<i64> = batch.numbers.clone();
        numbers.extend(refused.iter().map(|refusal| refusal.number));
        numbers.sort_unstable();
        numbers.dedup();
        let result = |number: i64| {
            let refused = refusal(&number);
            ResultJson {
                number,
                status: if refused.is_some() { 409 } else { 200 },
                code: refused.map(|refusal| refusal.code.clone()),
                detail: refused.map(|refusal| refusal.words.clone()),
            }
        };
        BatchJson {
            id: batch.id,
            undo_until: batch.undo_until(now),
            results: numbers.into_iter().map(result).collect(),
        }
    }
}

/// Change many tickets in one step. Each is changed by the ordinary rules and rights or left as it was.
#[utoipa::path(post, path = "/tickets/bulk", tag = "tickets", request_body = ManyJson,
    responses((status = 207, description = "What came of it for each ticket", body = BatchJson)))]
pub async fn change_many(call: Call, Json(new): Json<ManyJson>) -> web::Result<Response> {
    call.write(StatusCode::MULTI_STATUS, move |tx, cx| {
        let batch = batch::many(tx, cx, &new.numbers, &new.change)?;
        Ok(BatchJson::of(&batch, &batch.refused, cx.now()))
    })
    .await
}

/// Take a change of many tickets back. A ticket that somebody changed since keeps that, and is named with 409.
#[utoipa::path(post, path = "/tickets/bulk/{id}/undo", tag = "tickets", params(("id" = String, Path)),
    responses((status = 207, description = "What came of it for each ticket", body = BatchJson)))]
pub async fn undo_many(call: Call, Path(id): Path<BatchId>) -> web::Result<Response> {
    call.write(StatusCode::MULTI_STATUS, move |tx, cx| {
        let undone = batch::undo(tx, cx, id)?;
        Ok(BatchJson::of(&undone.batch, &undone.batch.kept, cx.now()))
    })
    .await
}
