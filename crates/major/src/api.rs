//! Major incidents in the JSON interface: declaring, saying, listing, and the status page.

use axum::extract::State as Given;
use kernel::db::Tx;
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use web::{App, CxX, Json, Need, Once, Path, Query, Reply, Routes};

use crate::incident::declaring::{Declaration, Facts, declare};
use crate::incident::{self, Incident, IncidentId, Role, State};
use crate::status::pages::StatusJson;
use crate::update::{self, Update, Words};
use crate::{DECLARE, READ};

/// Past incidents in one answer.
const PIECE: i64 = 50;
const OPEN_MOST: i64 = 100;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Need::permission(READ), routes!(list_major_incidents))
        .api(Need::permission(DECLARE), routes!(declare_major_incident))
        .api(Need::permission(READ), routes!(get_major_incident))
        .api(Need::permission(READ), routes!(add_major_incident_update))
        .api(Need::SignedIn, routes!(get_status))
}

/// A major incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MajorIncident)]
pub(crate) struct IncidentJson {
    /// Identifier.
    id: String,
    /// The ticket it was made of.
    ticket: i64,
    /// What everybody reads.
    title: String,
    /// What it does to people.
    impact: String,
    /// What is hit.
    services: Vec<String>,
    /// How far it is.
    state: State,
    /// Words are due so often.
    update_minutes: i64,
    /// Whether the status page tells of it.
    on_status: bool,
    /// When words are due next; missing once it is over.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_update_at: Option<Timestamp>,
    /// When it was declared.
    #[schema(value_type = String, format = DateTime)]
    declared_at: Timestamp,
    /// When it was over.
    #[schema(value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Timestamp>,
}

impl From<Incident> for IncidentJson {
    fn from(incident: Incident) -> Self {
        Self {
            id: incident.id.to_string(),
            ticket: incident.ticket,
            title: incident.title,
            impact: incident.impact,
            services: incident.services,
            state: incident.state,
            update_minutes: incident.update_minutes,
            on_status: incident.on_status,
            next_update_at: incident.next_update_at,
            declared_at: incident.declared_at,
            resolved_at: incident.resolved_at,
        }
    }
}

/// Somebody with a role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MajorIncidentHolder)]
pub(crate) struct HolderJson {
    role: Role,
    /// The person's identifier.
    person: String,
}

/// Words to those affected.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MajorIncidentUpdate)]
pub(crate) struct UpdateJson {
    /// Identifier.
    id: String,
    /// The words.
    text: Words,
    /// How far it was.
    state: State,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<Update> for UpdateJson {
    fn from(update: Update) -> Self {
        Self {
            id: update.id.to_string(),
            text: update.words,
            state: update.state,
            at: update.at,
        }
    }
}

/// A major incident with what belongs to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MajorIncidentRoom)]
pub(crate) struct RoomJson {
    #[serde(flatten)]
    incident: IncidentJson,
    /// Who does what.
    roles: Vec<HolderJson>,
    /// The tickets that belong to it, as far as the caller may see them.
    links: Vec<i64>,
    /// How many more there are.
    links_hidden: usize,
    /// What was said, the latest first.
    updates: Vec<UpdateJson>,
}

/// Major incidents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MajorIncidents)]
pub(crate) struct IncidentsJson {
    /// Those that go on, the latest first; only in the first answer.
    open: Vec<IncidentJson>,
    /// Those that are over, the latest first.
    past: Vec<IncidentJson>,
    /// Pass as `cursor` for older ones; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Where an answer begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Beginning {
    /// The cursor of the answer before.
    #[param(value_type = Option<String>)]
    cursor: Option<IncidentId>,
}

/// Major incidents: those that go on, then those that are over.
#[utoipa::path(get, path = "/major-incidents", tag = "major incidents", params(Beginning),
    responses((status = 200, body = IncidentsJson)))]
pub(crate) async fn list_major_incidents(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Query(from): Query<Beginning>,
) -> web::Result<Json<IncidentsJson>> {
    let read = move |tx: &mut Tx<'_>| {
        cx.require(READ)?;
        let open = match from.cursor {
            Some(_) => Vec::new(),
            None => incident::store::open(tx, OPEN_MOST)?,
        };
        Ok((open, incident::store::past(tx, from.cursor, PIECE)?))
    };
    let (open, past) = app.db.read(read).await?;
    let is_full = i64::try_from(past.len()).unwrap_or(0) >= PIECE;
    let cursor = past.last().filter(|_| is_full).map(|last| last.id.to_string());
    Ok(Json(IncidentsJson {
        open: open.into_iter().map(IncidentJson::from).collect(),
        past: past.into_iter().map(IncidentJson::from).collect(),
        cursor,
    }))
}

/// How a ticket becomes a major incident.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MajorIncidentDeclaration)]
pub(crate) struct DeclareJson {
    /// The ticket.
    ticket: i64,
    /// What everybody may read.
    #[serde(flatten)]
    facts: Facts,
    /// Who commands; the caller when missing.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    commander: Option<UserId>,
    /// The key of the plan to follow.
    #[serde(default)]
    plan: Option<String>,
    /// Other tickets that tell of the same.
    #[serde(default)]
    links: Vec<i64>,
    /// The first words to those affected.
    #[serde(default)]
    text: Option<Words>,
}

/// Makes a ticket a major incident.
#[utoipa::path(post, path = "/major-incidents", tag = "major incidents", request_body = DeclareJson,
    responses((status = 201, body = IncidentJson), (status = 404), (status = 409)))]
pub(crate) async fn declare_major_incident(
    Given(app): Given<App>,
    CxX(cx): CxX,
    once: Once,
    Json(wanted): Json<DeclareJson>,
) -> web::Result<Reply> {
    let base = app.base_url().to_owned();
    let declaration = Declaration {
        facts: wanted.facts,
        commander: wanted.commander,
        plan: wanted.plan,
        links: wanted.links,
        words: wanted.text,
    };
    let write = move |tx: &mut Tx<'_>| {
        let incident = declare(tx, &cx, &base, wanted.ticket, &declaration)?;
        let place = format!("/api/v1/major-incidents/{}", incident.id);
        once.created(tx, &place, &IncidentJson::from(incident))
    };
    Ok(app.db.write(write).await?)
}

/// A major incident with its roles, tickets, and words.
#[utoipa::path(get, path = "/major-incidents/{id}", tag = "major incidents", params(("id" = String, Path)),
    responses((status = 200, body = RoomJson), (status = 404)))]
pub(crate) async fn get_major_incident(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<IncidentId>,
) -> web::Result<Json<RoomJson>> {
    let read = move |tx: &mut Tx<'_>| {
        let incident = incident::load(tx, &cx, id)?;
        let roles = incident::store::holders(tx, id)?
            .into_iter()
            .map(|holder| HolderJson {
                role: holder.role,
                person: holder.person.to_string(),
            });
        let links = incident::store::links(tx, id)?;
        let seen = incident::seeing::seen(tx, &cx, &links)?;
        Ok(RoomJson {
            roles: roles.collect(),
            links_hidden: links.len() - seen.len(),
            links: seen.into_iter().collect(),
            updates: update::store::of_incidents(tx, &[id])?
                .into_iter()
                .map(UpdateJson::from)
                .collect(),
            incident: incident.into(),
        })
    };
    Ok(Json(app.db.read(read).await?))
}

/// Words to those affected.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MajorIncidentUpdateWanted)]
#[serde(deny_unknown_fields)]
pub(crate) struct SayJson {
    /// The words, in one language or both.
    text: Words,
    /// How far it is now; unchanged when missing. Moving it needs the right to lead, or to be its commander.
    #[serde(default)]
    state: Option<State>,
}

/// Tells everybody affected: a reply on every ticket of the incident, and words on the status page.
#[utoipa::path(post, path = "/major-incidents/{id}/updates", tag = "major incidents", params(("id" = String, Path)),
    request_body = SayJson, responses((status = 201, body = UpdateJson), (status = 404), (status = 409)))]
pub(crate) async fn add_major_incident_update(
    Given(app): Given<App>,
    CxX(cx): CxX,
    Path(id): Path<IncidentId>,
    once: Once,
    Json(wanted): Json<SayJson>,
) -> web::Result<Reply> {
    let write = move |tx: &mut Tx<'_>| {
        let update = update::write(tx, &cx, id, &wanted.text, wanted.state)?;
        once.created(
            tx,
            &format!("/api/v1/major-incidents/{id}"),
            &UpdateJson::from(update),
        )
    };
    Ok(app.db.write(write).await?)
}

/// What does not work now and what was in the last 90 days, in public words. `/status.json` is the same for whoever may read the
/// status page.
#[utoipa::path(get, path = "/status", tag = "major incidents", responses((status = 200, body = StatusJson)))]
pub(crate) async fn get_status(Given(app): Given<App>, CxX(cx): CxX) -> web::Result<Json<StatusJson>> {
    Ok(Json(crate::status::pages::read(&app, &cx).await?.into()))
}
