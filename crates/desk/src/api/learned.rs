//! Calls about what was learned: proposals for a ticket, and tickets that are like it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, CxX, Json, Once, Path};

use super::json::TicketJson;
use crate::learned::Field;
use crate::learned::likeness::{self, Similar};
use crate::learned::proposing::{self, Outcome, Proposed, Word};
use crate::ticket::State as TicketState;

/// What was proposed for a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalsJson {
    items: Vec<ProposalJson>,
}

/// A value that was proposed for a field.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalJson {
    field: Field,
    /// As the field takes it; a team by its identifier.
    value: String,
    /// In thousandths: the share of such proposals that is right.
    confidence: i64,
    /// The ticket's words that decided, the weightiest first.
    words: Vec<Word>,
    outcome: Outcome,
}

impl From<Proposed> for ProposalJson {
    fn from(proposed: Proposed) -> ProposalJson {
        ProposalJson {
            field: proposed.field,
            value: proposed.label,
            confidence: proposed.confidence,
            words: proposed.words,
            outcome: proposed.outcome,
        }
    }
}

/// Which proposal is taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceJson {
    field: Field,
}

/// Tickets that are like one.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimilarJson {
    /// Perhaps the same trouble.
    open: Vec<SimilarTicketJson>,
    /// Perhaps the same solution.
    solved: Vec<SimilarTicketJson>,
}

/// A ticket that is like another.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimilarTicketJson {
    number: i64,
    title: String,
    state: TicketState,
    /// In thousandths.
    likeness: i64,
    /// Words both have.
    words: Vec<String>,
    /// The beginning of its solution.
    solution: Option<String>,
}

impl From<Similar> for SimilarTicketJson {
    fn from(similar: Similar) -> SimilarTicketJson {
        SimilarTicketJson {
            number: similar.number,
            title: similar.title,
            state: similar.state,
            likeness: similar.likeness,
            words: similar.words,
            solution: similar.solution,
        }
    }
}

/// What was learned to propose for a ticket.
#[utoipa::path(get, path = "/tickets/{number}/proposals", tag = "tickets", params(("number" = i64, Path)),
    responses((status = 200, body = ProposalsJson)))]
pub async fn list_proposals(
    State(app): State<App>,
    cx: CxX,
    Path(number): Path<i64>,
) -> web::Result<Json<ProposalsJson>> {
    let cx = cx.0.clone();
    let found = app
        .db
        .read(move |tx| proposing::proposals(tx, &cx, number))
        .await?;
    Ok(Json(ProposalsJson {
        items: found.into_iter().map(ProposalJson::from).collect(),
    }))
}

/// Take a proposal: its value is set as if by hand.
#[utoipa::path(post, path = "/tickets/{number}/proposals", tag = "tickets", params(("number" = i64, Path)),
    request_body = AcceptanceJson, responses((status = 200, body = TicketJson)))]
pub async fn accept_proposal(
    State(app): State<App>,
    cx: CxX,
    once: Once,
    Path(number): Path<i64>,
    Json(taken): Json<AcceptanceJson>,
) -> web::Result<Response> {
    let cx = cx.0.clone();
    let reply = app
        .db
        .write(move |tx| {
            let ticket = proposing::accept(tx, &cx, number, taken.field)?;
            let answer = TicketJson::of(tx, &ticket)?;
            once.keep(tx, StatusCode::OK, &answer)
        })
        .await?;
    Ok(reply.into_response())
}

/// Tickets that are like one: open ones, and solved ones with their solution.
#[utoipa::path(get, path = "/tickets/{number}/similar", tag = "tickets", params(("number" = i64, Path)),
    responses((status = 200, body = SimilarJson)))]
pub async fn list_similar(
    State(app): State<App>,
    cx: CxX,
    Path(number): Path<i64>,
) -> web::Result<Json<SimilarJson>> {
    let found = likeness::like_ticket(&app, &cx, number).await?;
    let all = |found: Vec<Similar>| found.into_iter().map(SimilarTicketJson::from).collect();
    Ok(Json(SimilarJson {
        open: all(found.open),
        solved: all(found.solved),
    }))
}
