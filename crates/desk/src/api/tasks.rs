//! Calls about tasks: those of a ticket, those one has to do, and what is done with one.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::{Id, TeamId, UserId};
use kernel::time::Timestamp;
use people::user::Card;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, Path, Query};

use super::call::Call;
use super::json::PersonJson;
use crate::catalogue::task::TaskState;
use crate::catalogue::tasking::{self, Listed, NewTask, TicketTask};

/// A task of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketTaskJson {
    id: String,
    /// Number of the ticket.
    ticket: i64,
    /// In each language.
    title: BTreeMap<String, String>,
    /// Tasks of one stage run side by side.
    stage: i64,
    state: TaskState,
    /// Who does it; none: anybody at the desk.
    #[schema(value_type = Option<String>)]
    team: Option<TeamId>,
    /// Who took it.
    assignee: Option<PersonJson>,
    /// Whether the request type named it, and not somebody by hand.
    of_type: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    opened_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    overdue: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    done_at: Option<Timestamp>,
    /// None when it was withdrawn with its ticket.
    done_by: Option<PersonJson>,
    /// What was said when it was finished, or why it was skipped.
    remark: Option<String>,
}

impl TicketTaskJson {
    fn of(task: TicketTask, now: Timestamp, cards: &BTreeMap<UserId, Card>) -> TicketTaskJson {
        let person = |person: Option<UserId>| person.and_then(|id| cards.get(&id)).map(PersonJson::from);
        TicketTaskJson {
            id: task.id.to_string(),
            ticket: task.ticket,
            stage: task.stage,
            state: task.state,
            team: task.team,
            assignee: person(task.assignee),
            of_type: task.of_type,
            opened_at: task.opened_at,
            due_at: task.due_at,
            overdue: task.is_overdue(now),
            done_at: task.done_at,
            done_by: person(task.done_by),
            remark: task.remark,
            title: task.title,
        }
    }
}

fn with_names(tx: &mut Tx<'_>, cx: &Cx, tasks: Vec<TicketTask>) -> Result<Vec<TicketTaskJson>> {
    let people: Vec<UserId> = tasks
        .iter()
        .flat_map(|task| [task.assignee, task.done_by])
        .flatten()
        .collect();
    let cards = if people.is_empty() {
        BTreeMap::new()
    } else {
        people::user::store::cards(tx, &people)?
    };
    let now = cx.now();
    Ok(tasks
        .into_iter()
        .map(|task| TicketTaskJson::of(task, now, &cards))
        .collect())
}

fn answer(tx: &mut Tx<'_>, cx: &Cx, task: TicketTask) -> Result<TicketTaskJson> {
    with_names(tx, cx, vec![task])?
        .pop()
        .ok_or_else(kernel::Error::not_found)
}

/// The tasks of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketTasksJson {
    /// Stage by stage.
    items: Vec<TicketTaskJson>,
}

/// The tasks of a ticket.
#[utoipa::path(get, path = "/tickets/{number}/tasks", tag = "catalogue", params(("number" = i64, Path)),
    responses((status = 200, body = TicketTasksJson)))]
pub async fn list_ticket_tasks(call: Call, Path(number): Path<i64>) -> web::Result<Json<TicketTasksJson>> {
    call.read(move |tx, cx| {
        let tasks = tasking::of_ticket(tx, cx, number)?;
        let items = with_names(tx, cx, tasks)?;
        Ok(TicketTasksJson { items })
    })
    .await
}

/// A task to add.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicketTaskJson {
    /// One line.
    pub title: String,
    /// Name or identifier; left out: the ticket's.
    #[serde(default)]
    pub team: Option<String>,
    /// Working hours until it is due; left out: never.
    #[serde(default)]
    pub hours: Option<i64>,
}

/// Add a task to an open ticket.
#[utoipa::path(post, path = "/tickets/{number}/tasks", tag = "catalogue", params(("number" = i64, Path)),
    request_body = NewTicketTaskJson, responses((status = 201, body = TicketTaskJson)))]
pub async fn add_task(
    call: Call,
    Path(number): Path<i64>,
    Json(new): Json<NewTicketTaskJson>,
) -> web::Result<Response> {
    call.write(StatusCode::CREATED, move |tx, cx| {
        // Who may not see the ticket learns nothing of which teams there are.
        crate::ticket::load(tx, cx, number)?;
        let team = match &new.team {
            Some(team) => Some(super::naming::team(tx, "team", team)?),
            None => None,
        };
        let wanted = NewTask {
            title: new.title.clone(),
            team,
            hours: new.hours,
        };
        let task = tasking::add(tx, cx, number, &wanted)?;
        answer(tx, cx, task)
    })
    .await
}

/// Whose tasks are listed.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TasksOf {
    /// Those in the caller's hands.
    #[default]
    Mine,
    /// Those of the caller's teams that are not in the caller's hands.
    Teams,
}

/// Which open tasks are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TasksQuery {
    /// `mine` (left out) or `teams`.
    #[serde(default)]
    #[param(inline)]
    of: TasksOf,
    /// What the answer before named as `next`.
    #[serde(default)]
    cursor: Option<String>,
}

/// A part of the open tasks.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskListJson {
    /// Those that are due first; fifty at most.
    items: Vec<TicketTaskJson>,
    /// Send as `cursor` for what follows; none when this is the end.
    next: Option<String>,
}

const LISTED: i64 = 50;

/// Open tasks of the caller or of the caller's teams.
#[utoipa::path(get, path = "/tasks", tag = "catalogue", params(TasksQuery),
    responses((status = 200, body = TaskListJson)))]
pub async fn list_tasks(call: Call, Query(query): Query<TasksQuery>) -> web::Result<Json<TaskListJson>> {
    call.read(move |tx, cx| {
        let after = query.cursor.as_deref().map(str::parse).transpose()?;
        let mut found: Vec<Listed> = match query.of {
            TasksOf::Mine => tasking::mine(tx, cx, after, LISTED + 1)?,
            TasksOf::Teams => tasking::of_my_teams(tx, cx, after, LISTED + 1)?,
        };
        let most = usize::try_from(LISTED).unwrap_or(usize::MAX);
        let has_more = found.len() > most;
        found.truncate(most);
        let next = found
            .last()
            .filter(|_| has_more)
            .map(|last| last.place.to_string());
        let tasks = found.into_iter().map(|one| one.task).collect();
        Ok(TaskListJson {
            items: with_names(tx, cx, tasks)?,
            next,
        })
    })
    .await
}

/// What is said about a task.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskRemarkJson {
    /// One line; needed when a task is skipped.
    #[serde(default)]
    pub remark: String,
}

/// Take a task.
#[utoipa::path(post, path = "/tasks/{id}/taking", tag = "catalogue", params(("id" = String, Path)),
    responses((status = 200, body = TicketTaskJson)))]
pub async fn take_task(call: Call, Path(id): Path<Id<TicketTask>>) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        let task = tasking::take(tx, cx, id)?;
        answer(tx, cx, task)
    })
    .await
}

/// Give a task back to its team.
#[utoipa::path(delete, path = "/tasks/{id}/taking", tag = "catalogue", params(("id" = String, Path)),
    responses((status = 200, body = TicketTaskJson)))]
pub async fn put_task_back(call: Call, Path(id): Path<Id<TicketTask>>) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        let task = tasking::put_back(tx, cx, id)?;
        answer(tx, cx, task)
    })
    .await
}

/// Finish a task. The last of its stage opens the next stage.
#[utoipa::path(post, path = "/tasks/{id}/completion", tag = "catalogue", params(("id" = String, Path)),
    request_body = TaskRemarkJson, responses((status = 200, body = TicketTaskJson)))]
pub async fn finish_task(
    call: Call,
    Path(id): Path<Id<TicketTask>>,
    Json(said): Json<TaskRemarkJson>,
) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        let task = tasking::finish(tx, cx, id, &said.remark)?;
        answer(tx, cx, task)
    })
    .await
}

/// Skip a task that is not needed. Takes the right to change the ticket.
#[utoipa::path(post, path = "/tasks/{id}/skipping", tag = "catalogue", params(("id" = String, Path)),
    request_body = TaskRemarkJson, responses((status = 200, body = TicketTaskJson)))]
pub async fn skip_task(
    call: Call,
    Path(id): Path<Id<TicketTask>>,
    Json(said): Json<TaskRemarkJson>,
) -> web::Result<Response> {
    call.write(StatusCode::OK, move |tx, cx| {
        let task = tasking::skip(tx, cx, id, &said.remark)?;
        answer(tx, cx, task)
    })
    .await
}
