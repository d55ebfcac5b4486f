//! Calls about the request catalogue: what can be asked for, asking, approving, and keeping the types.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use web::{Json, Path};

use super::call::Call;
use super::json::PersonJson;
use crate::catalogue::answering;
use crate::catalogue::approving::Approval;
use crate::catalogue::asking::{self, Asking};
use crate::catalogue::deciding::{self, Verdict};
use crate::catalogue::{Definition, Field, RequestType, settings};
use crate::ticket::{self, Channel};

/// Something to ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestOfferJson {
    /// Its short name.
    id: String,
    /// The version of its form.
    version: i64,
    /// In each language.
    name: BTreeMap<String, String>,
    /// Likewise.
    description: BTreeMap<String, String>,
    /// What is asked, in this order.
    fields: Vec<Field>,
    /// Whether somebody must approve it first.
    needs_approval: bool,
}

impl RequestOfferJson {
    fn of(one: RequestType) -> RequestOfferJson {
        RequestOfferJson {
            id: one.id,
            version: one.version,
            name: one.definition.name,
            description: one.definition.description,
            fields: one.definition.fields,
            needs_approval: !one.definition.approval.is_empty(),
        }
    }
}

/// What can be asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogueJson {
    /// In the order of the catalogue.
    items: Vec<RequestOfferJson>,
}

/// A request.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequestJson {
    /// By the keys of the form's fields: texts, numbers, yes and no as true and false, lists of choices. A person is named by
    /// mail address or identifier. Files cannot be sent; they come by the page.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub answers: BTreeMap<String, Value>,
    /// Mail address or identifier of who asks; left out: the caller.
    #[serde(default)]
    pub requester: Option<String>,
}

/// What the caller may ask for.
#[utoipa::path(get, path = "/catalogue", tag = "catalogue", responses((status = 200, body = CatalogueJson)))]
pub async fn list_catalogue(call: Call) -> web::Result<Json<CatalogueJson>> {
    call.read(|tx, cx| {
        let items = asking::offered(tx, cx)?
            .into_iter()
            .map(RequestOfferJson::of)
            .collect();
        Ok(CatalogueJson { items })
    })
    .await
}

/// Ask for something. What is wrong with an answer is named as `answers.KEY`.
#[utoipa::path(post, path = "/catalogue/{type}/requests", tag = "catalogue", params(("type" = String, Path)),
    request_body = NewRequestJson, responses((status = 201, description = "A ticket", body = super::json::TicketJson)))]
pub async fn add_request(
    call: Call,
    Path(type_id): Path<String>,
    Json(new): Json<NewRequestJson>,
) -> web::Result<Response> {
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
            Some(named) => asked_for(tx, cx, named)?,
        };
        let asking = Asking {
            type_id: type_id.clone(),
            requester,
            given: answering::given_by_json(&new.answers)?,
            files: BTreeMap::new(),
            channel: Channel::Api,
        };
        asking::ask(tx, cx, asking)
    })
    .await
}

/// Only who may open tickets for others learns who is known.
fn asked_for(tx: &mut Tx<'_>, cx: &Cx, named: &str) -> Result<UserId> {
    let own = cx.identity().map(|me| me.email.clone());
    if own.is_some_and(|own| own == people::user::normal_email(named)) {
        return cx.user_id().ok_or_else(Error::unauthenticated);
    }
    if cx.may(ticket::access::OPEN) <= Some(kernel::Scope::Own) {
        return Err(Error::forbidden().arg("permission", ticket::access::OPEN));
    }
    super::naming::person(tx, cx, "requester", named)
}

/// A request that waits for the caller's approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingApprovalJson {
    /// Of the approval.
    id: String,
    /// Number of the ticket.
    ticket: i64,
    title: String,
    requester: Option<PersonJson>,
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
}

/// What waits for the caller's approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalsJson {
    /// The oldest first, 100 at most.
    items: Vec<WaitingApprovalJson>,
}

/// What waits for the caller's approval.
#[utoipa::path(get, path = "/approvals", tag = "catalogue", responses((status = 200, body = ApprovalsJson)))]
pub async fn list_approvals(call: Call) -> web::Result<Json<ApprovalsJson>> {
    call.read(|tx, cx| {
        let waiting = deciding::mine(tx, cx)?;
        let requesters: Vec<UserId> = waiting.iter().map(|one| one.requester).collect();
        let cards = people::user::store::cards(tx, &requesters)?;
        let items = waiting.into_iter().map(|one| WaitingApprovalJson {
            id: one.id.to_string(),
            ticket: one.ticket,
            title: one.title,
            requester: cards.get(&one.requester).map(PersonJson::from),
            asked_at: one.asked_at,
        });
        let items = items.collect();
        Ok(ApprovalsJson { items })
    })
    .await
}

/// The caller's word.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictJson {
    /// Yes or no.
    pub approved: bool,
    /// Must not be left out with a no.
    #[serde(default)]
    pub comment: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecidedJson {
    /// Number of the ticket.
    ticket: i64,
    /// Where it stands now.
    state: ticket::State,
}

/// Take back a request that waits for approval.
#[utoipa::path(post, path = "/tickets/{number}/withdrawal", tag = "catalogue", params(("number" = i64, Path)),
    responses((status = 201, body = DecidedJson)))]
pub async fn withdraw(call: Call, Path(number): Path<i64>) -> web::Result<Response> {
    call.write(StatusCode::CREATED, move |tx, cx| {
        let ticket = deciding::withdraw(tx, cx, number)?;
        Ok(DecidedJson {
            ticket: ticket.number,
            state: ticket.state,
        })
    })
    .await
}

/// Approve or refuse.
#[utoipa::path(post, path = "/approvals/{id}/decision", tag = "catalogue", params(("id" = String, Path)),
    request_body = VerdictJson, responses((status = 201, body = DecidedJson)))]
pub async fn decide(
    call: Call,
    Path(id): Path<Id<Approval>>,
    Json(said): Json<VerdictJson>,
) -> web::Result<Response> {
    call.write(StatusCode::CREATED, move |tx, cx| {
        let verdict = Verdict {
            approved: said.approved,
            comment: said.comment.clone(),
        };
        let ticket = deciding::decide(tx, cx, id, &verdict)?;
        Ok(DecidedJson {
            ticket: ticket.number,
            state: ticket.state,
        })
    })
    .await
}

/// A type as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypeJson {
    id: String,
    /// Grows with each change; send it along to overwrite nothing unread.
    version: i64,
    /// Whether it is offered.
    on: bool,
    definition: Definition,
}

impl TypeJson {
    fn of(one: RequestType) -> TypeJson {
        TypeJson {
            id: one.id,
            version: one.version,
            on: one.is_on,
            definition: one.definition,
        }
    }
}

/// All types.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypesJson {
    /// In their order.
    items: Vec<TypeJson>,
}

impl TypesJson {
    fn read(tx: &mut Tx<'_>, cx: &Cx) -> Result<TypesJson> {
        let items = settings::types(tx, cx)?.into_iter().map(TypeJson::of).collect();
        Ok(TypesJson { items })
    }
}

/// A new type.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTypeJson {
    /// Its short name: small letters, digits, hyphens. It cannot be changed.
    pub id: String,
    pub definition: Definition,
}

/// A type as it is to stand; what is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypeChangeJson {
    #[serde(default)]
    pub definition: Option<Definition>,
    /// Whether it is offered.
    #[serde(default)]
    pub on: Option<bool>,
    /// The version that was read; 409 when somebody changed it since.
    #[serde(default)]
    pub version: Option<i64>,
}

/// The types of the catalogue.
#[utoipa::path(get, path = "/request-types", tag = "catalogue", responses((status = 200, body = TypesJson)))]
pub async fn list_types(call: Call) -> web::Result<Json<TypesJson>> {
    call.read(TypesJson::read).await
}

/// Add a type.
#[utoipa::path(post, path = "/request-types", tag = "catalogue", request_body = NewTypeJson,
    responses((status = 201, body = TypeJson)))]
pub async fn add_type(call: Call, Json(new): Json<NewTypeJson>) -> web::Result<Response> {
    call.write(StatusCode::CREATED, move |tx, cx| {
        settings::add(tx, cx, &new.id, new.definition.clone()).map(TypeJson::of)
    })
    .await
}

/// Change a type, or switch it on or off.
#[utoipa::path(put, path = "/request-types/{id}", tag = "catalogue", params(("id" = String, Path)),
    request_body = TypeChangeJson, responses((status = 200, body = TypeJson)))]
pub async fn change_type(
    call: Call,
    Path(id): Path<String>,
    Json(new): Json<TypeChangeJson>,
) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        let mut kept = match &new.definition {
            Some(definition) => settings::change(tx, cx, &id, new.version, definition.clone())?,
            None => settings::request_type(tx, cx, &id)?,
        };
        if let Some(on) = new.on.filter(|on| *on != kept.is_on) {
            kept = settings::switch(tx, cx, &id, on)?;
        }
        Ok(TypeJson::of(kept))
    })
    .await
}

/// Remove a type; its short name stays taken.
#[utoipa::path(delete, path = "/request-types/{id}", tag = "catalogue", params(("id" = String, Path)),
    responses((status = 200, body = TypesJson)))]
pub async fn remove_type(call: Call, Path(id): Path<String>) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        settings::remove(tx, cx, &id)?;
        TypesJson::read(tx, cx)
    })
    .await
}
