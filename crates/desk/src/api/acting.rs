//! Calls that change a ticket.

use axum::http::StatusCode;
use axum::response::Response;
use kernel::error::Error;
use web::{Json, Path};

use super::call::Call;
use super::json::{
    AssignmentJson, ChangeJson, EscalationJson, NewTicketJson, NoteJson, ReopeningJson, ReplyJson,
    ResolutionJson, TicketJson, VerificationJson, WaitingJson, environment,
};
use super::naming;
use crate::finding;
use crate::ticket::{
    self, Assign, Change, Channel, Escalate, Note, Opening, Reply, Resolve, Tier, Verify, Wait,
};

/// Open a ticket. The requester is made when their address is unknown.
#[utoipa::path(post, path = "/tickets", tag = "tickets", request_body = NewTicketJson,
    responses((status = 201, description = "Opened, triaged, and assigned", body = TicketJson)))]
pub async fn open_ticket(call: Call, Json(new): Json<NewTicketJson>) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        let requester = match new
            .requester
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            None => cx
                .user_id()
                .ok_or_else(|| Error::invalid("desk.api.requester_missing").field("requester"))?,
            Some(email)
                if cx
                    .identity()
                    .is_some_and(|me| me.email == people::user::normal_email(email)) =>
            {
                cx.user_id().ok_or_else(Error::unauthenticated)?
            }
            Some(email) => {
                // Only who may open for others may make somebody known by naming them.
                if cx.may(ticket::access::OPEN) <= Some(kernel::Scope::Own) {
                    return Err(Error::forbidden().arg("permission", ticket::access::OPEN));
                }
                people::user::adding::find_or_add_requester(tx, cx, email, "")?.id
            }
        };
        let mut opening = Opening::new(
            requester,
            new.title.clone(),
            new.body.clone(),
            new.channel.unwrap_or(Channel::Api),
        );
        if let Some(ticket_type) = new.ticket_type {
            opening.ticket_type = ticket_type;
        }
        opening.category = new.category.unwrap_or(opening.category);
        opening.impact = new.impact.unwrap_or(opening.impact);
        opening.urgency = new.urgency.unwrap_or(opening.urgency);
        opening.priority = new.priority;
        opening.environment = environment(new.environment.as_ref());
        opening.steps = new.steps.clone();
        opening.error_text = new.error_text.clone();
        opening.tags = new.tags.clone();
        ticket::open(tx, cx, opening)
    })
    .await
}

/// Change fields; what is left out stays. `version` guards against overwriting what somebody else changed.
#[utoipa::path(patch, path = "/tickets/{number}", tag = "tickets", params(("number" = i64, Path)), request_body = ChangeJson,
    responses((status = 200, body = TicketJson)))]
pub async fn change_ticket(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<ChangeJson>,
) -> web::Result<Response> {
    call.act(StatusCode::OK, move |tx, cx| {
        let change = Change {
            title: new.title.clone(),
            ticket_type: new.ticket_type,
            category: new.category,
            impact: new.impact,
            urgency: new.urgency,
            priority: new.priority.map(ticket::changing::Pin::To),
            environment: new.environment.as_ref().map(|given| environment(Some(given))),
            steps: new.steps.clone(),
            error_text: new.error_text.clone(),
            tags: new.tags.clone(),
            expected_version: new.version,
            ..Change::default()
        };
        ticket::change(tx, cx, number, change)
    })
    .await
}

/// Say something publicly.
#[utoipa::path(post, path = "/tickets/{number}/replies", tag = "tickets", params(("number" = i64, Path)),
    request_body = ReplyJson, responses((status = 201, body = TicketJson)))]
pub async fn reply(call: Call, Path(number): Path<i64>, Json(new): Json<ReplyJson>) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        let reply = Reply {
            body: new.body.clone(),
            ..Reply::default()
        };
        ticket::reply(tx, cx, number, reply).map(|(ticket, _)| ticket)
    })
    .await
}

/// Say something that only the desk reads.
#[utoipa::path(post, path = "/tickets/{number}/notes", tag = "tickets", params(("number" = i64, Path)),
    request_body = NoteJson, responses((status = 201, body = TicketJson)))]
pub async fn note(call: Call, Path(number): Path<i64>, Json(new): Json<NoteJson>) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        let note = Note {
            body: new.body.clone(),
            ..Note::default()
        };
        ticket::note(tx, cx, number, note).map(|(ticket, _)| ticket)
    })
    .await
}

/// Give the ticket to a person, to a team, or (with neither) to whom the reckoning chooses.
#[utoipa::path(post, path = "/tickets/{number}/assignment", tag = "tickets", params(("number" = i64, Path)),
    request_body = AssignmentJson, responses((status = 201, body = TicketJson)))]
pub async fn assign(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<AssignmentJson>,
) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        let team = new
            .team
            .as_deref()
            .map(|text| naming::team(tx, "team", text))
            .transpose()?;
        let person = new
            .assignee
            .as_deref()
            .map(|text| naming::person(tx, cx, "assignee", text))
            .transpose()?;
        let to = match (person, team) {
            (Some(person), Some(team)) => Assign::PersonInTeam(person, team),
            (Some(person), None) => Assign::Person(person),
            (None, Some(team)) => Assign::Team(team),
            (None, None) => Assign::Automatically,
        };
        ticket::assign(tx, cx, number, to)
    })
    .await
}

/// Hand the ticket up, with what was tried, what is known, and where the boundary lies.
#[utoipa::path(post, path = "/tickets/{number}/escalation", tag = "tickets", params(("number" = i64, Path)),
    request_body = EscalationJson, responses((status = 201, body = TicketJson)))]
pub async fn escalate(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<EscalationJson>,
) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        let tier = Tier::new(new.tier)?;
        let team = new
            .team
            .as_deref()
            .map(|text| naming::team(tx, "team", text))
            .transpose()?;
        let assignee = new
            .assignee
            .as_deref()
            .map(|text| naming::person(tx, cx, "assignee", text))
            .transpose()?;
        ticket::escalate(
            tx,
            cx,
            number,
            Escalate {
                tier,
                handoff: new.handoff.clone().into(),
                team,
                assignee,
            },
        )
    })
    .await
}

/// Wait for somebody outside of the desk.
#[utoipa::path(post, path = "/tickets/{number}/waiting", tag = "tickets", params(("number" = i64, Path)),
    request_body = WaitingJson, responses((status = 201, body = TicketJson)))]
pub async fn wait(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<WaitingJson>,
) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        ticket::wait(
            tx,
            cx,
            number,
            Wait {
                whom: new.whom,
                reason: new.reason.clone(),
                until: new.until,
            },
        )
    })
    .await
}

/// Go on with a ticket that waited.
#[utoipa::path(delete, path = "/tickets/{number}/waiting", tag = "tickets", params(("number" = i64, Path)),
    responses((status = 200, body = TicketJson)))]
pub async fn resume(call: Call, Path(number): Path<i64>) -> web::Result<Response> {
    call.act(StatusCode::OK, move |tx, cx| ticket::resume(tx, cx, number))
        .await
}

/// Say how it was solved; the requester is asked whether it works.
#[utoipa::path(post, path = "/tickets/{number}/resolution", tag = "tickets", params(("number" = i64, Path)),
    request_body = ResolutionJson, responses((status = 201, body = TicketJson)))]
pub async fn resolve(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<ResolutionJson>,
) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        if new.technical.is_some() || new.plain.is_some() {
            let known = finding::load(tx, cx, number)?;
            let wanted = finding::Wanted {
                technical: new.technical.clone().unwrap_or(known.technical),
                plain: new.plain.clone().unwrap_or(known.plain),
            };
            finding::write(tx, cx, number, &wanted)?;
        }
        let resolve = Resolve {
            solution: new.solution.clone(),
            tested: new.tested,
            untested_reason: new.untested_reason.clone(),
        };
        match &new.override_reason {
            Some(reason) => ticket::resolve_past_gate(tx, cx, number, resolve, reason),
            None => ticket::resolve(tx, cx, number, resolve),
        }
    })
    .await
}

/// Take a resolution or a closing back.
#[utoipa::path(delete, path = "/tickets/{number}/resolution", tag = "tickets", params(("number" = i64, Path)),
    request_body = ReopeningJson, responses((status = 200, body = TicketJson)))]
pub async fn reopen(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<ReopeningJson>,
) -> web::Result<Response> {
    call.act(StatusCode::OK, move |tx, cx| {
        ticket::reopen(tx, cx, number, &new.reason)
    })
    .await
}

/// The requester's answer, or the desk's word for it: yes closes, no reopens with the same owner.
#[utoipa::path(post, path = "/tickets/{number}/verification", tag = "tickets", params(("number" = i64, Path)),
    request_body = VerificationJson, responses((status = 201, body = TicketJson)))]
pub async fn verify(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<VerificationJson>,
) -> web::Result<Response> {
    call.act(StatusCode::CREATED, move |tx, cx| {
        ticket::verify(
            tx,
            cx,
            number,
            Verify {
                accepted: new.accepted,
                comment: new.comment.clone(),
            },
        )
    })
    .await
}
