//! What a request was, for programs: its type, the version of its form, its answers, and how its approval stands.

use std::collections::BTreeMap;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answering::Answer;
use super::approval::{Decision, Progress};
use super::approving::Approval;
use super::store;

/// The request behind a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestJson {
    /// Short name of the type.
    #[serde(rename = "type")]
    request_type: String,
    /// The version of the form that was filled in.
    version: i64,
    /// By the keys of that form; persons by identifier, files by name.
    answers: BTreeMap<String, Answer>,
    /// How the approval stands.
    approval: Progress,
    /// Who was asked.
    approvals: Vec<ApprovalJson>,
}

/// Somebody who was asked to approve.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalJson {
    /// Counted from one.
    step: i64,
    #[schema(value_type = String)]
    person: UserId,
    /// Who was absent.
    #[schema(value_type = Option<String>)]
    instead_of: Option<UserId>,
    decision: Option<Decision>,
    comment: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
}

impl ApprovalJson {
    fn of(one: Approval) -> ApprovalJson {
        ApprovalJson {
            step: one.step + 1,
            person: one.person,
            instead_of: one.instead_of,
            decision: one.decision,
            comment: one.comment,
            decided_at: one.decided_at,
        }
    }
}

/// The request behind a ticket that the caller may see; none when it did not come by a form.
pub fn of_ticket(tx: &mut Tx, number: i64) -> Result<Option<RequestJson>> {
    let Some((request, _)) = store::request(tx, number)? else {
        return Ok(None);
    };
    let approvals = if request.approval == Progress::None {
        Vec::new()
    } else {
        store::approvals(tx, number)?
    };
    Ok(Some(RequestJson {
        request_type: request.type_id,
        version: request.version,
        answers: request.answers,
        approval: request.approval,
        approvals: approvals.into_iter().map(ApprovalJson::of).collect(),
    }))
}
