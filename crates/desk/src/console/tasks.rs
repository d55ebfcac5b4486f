//! Tasks on the console: the card beside a ticket, the list of what one has to do, a task with what was asked for, and adding
//! one by hand.
//!
//! Whoever is in the team of a task works on it here also without a right to its ticket; then the page shows the answers of
//! the request and nothing else of the ticket.

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Kind, Result};
use kernel::i18n::Locale;
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Page, Path, Query, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::acting::{Act, OnTicket, given, malformed, shown};
use super::names::Names;
use crate::catalogue::showing::Card;
use crate::catalogue::task::TaskState;
use crate::catalogue::tasking::{self, Listed, NewTask, Place, TicketTask};
use crate::catalogue::{asking, said, task_store};
use crate::neighbours;
use crate::ticket::{Ticket, access};

pub(super) const PATH: &str = "/tasks";
const LISTED: i64 = 50;

/// How many open tasks the reader has, for the menu.
pub(super) fn count(tx: &mut Tx<'_>, cx: &Cx) -> Result<u64> {
    Ok(u64::try_from(tasking::count_mine(tx, cx)?).unwrap_or(0))
}

/// A task as a page shows it.
pub(super) struct Line {
    pub id: String,
    pub title: String,
    pub stage: i64,
    pub state: TaskState,
    pub team: String,
    pub assignee: Option<String>,
    pub due_at: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    pub done_by: Option<String>,
    pub remark: Option<String>,
    pub is_overdue: bool,
    pub is_mine: bool,
    /// Whether the reader may take, finish, or put it back now.
    pub may_work: bool,
    /// Whether the reader may open its page.
    pub may_open: bool,
}

impl Line {
    fn of(
        task: &TicketTask,
        cx: &Cx,
        ticket: Option<&Ticket>,
        team: String,
        name: &dyn Fn(UserId) -> String,
    ) -> Line {
        let may_work = match ticket {
            Some(ticket) => tasking::may_work(cx, task, ticket),
            None => tasking::works_on(cx, task),
        };
        Line {
            id: task.id.to_string(),
            title: said(&task.title, cx.locale).to_owned(),
            stage: task.stage,
            state: task.state,
            team,
            assignee: task.assignee.map(name),
            due_at: task.due_at,
            done_at: task.done_at,
            done_by: task.done_by.map(name),
            remark: task.remark.clone(),
            is_overdue: task.is_overdue(cx.now()),
            is_mine: task.assignee.is_some() && task.assignee == cx.user_id(),
            may_work: may_work && task.state == TaskState::Open,
            may_open: may_work || ticket.is_some_and(|ticket| tasking::sees_ticket(cx, ticket)),
        }
    }

    /// Over is what is done or was skipped.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, TaskState::Done | TaskState::Skipped)
    }
}

/// The card beside a ticket.
pub(super) struct TaskCard {
    pub lines: Vec<Line>,
    /// Whether stages are worth naming.
    pub has_stages: bool,
    pub done: usize,
}

impl TaskCard {
    /// The tasks of a ticket that has some. The names of teams are known already.
    pub(super) fn load(tx: &mut Tx<'_>, cx: &Cx, ticket: &Ticket, names: &Names) -> Result<TaskCard> {
        let tasks = task_store::of_ticket(tx, ticket.number)?;
        let people: Vec<UserId> = tasks
            .iter()
            .flat_map(|task| [task.assignee, task.done_by])
            .flatten()
            .collect();
        let people = asking::names_of(tx, &people)?;
        let name = |person: UserId| named(people.get(&person).cloned(), cx.locale);
        let team = |task: &TicketTask| task.team.and_then(|team| names.team(team)).unwrap_or_default();
        let lines: Vec<Line> = tasks
            .iter()
            .map(|task| Line::of(task, cx, Some(ticket), team(task).to_owned(), &name))
            .collect();
        Ok(TaskCard {
            has_stages: lines.iter().any(|line| line.stage != lines[0].stage),
            done: lines.iter().filter(|line| line.is_over()).count(),
            lines,
        })
    }
}

/// Who was removed keeps a place, not a name.
fn named(found: Option<String>, locale: Locale) -> String {
    found.unwrap_or_else(|| locale.t("desk-catalogue-person-gone"))
}

/// A task in a list, with its ticket.
struct Row {
    line: Line,
    number: i64,
    ticket: String,
    priority: &'static str,
}

/// Part of a list, and where it goes on.
struct Rows {
    rows: Vec<Row>,
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "console/views/tasks.html")]
struct List {
    shell: Shell,
    mine: Rows,
    teams: Rows,
    /// Whether this is a later part of one of the lists.
    is_later: bool,
}

/// Which list is wanted, and from where on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    of: String,
    after: String,
}

/// `GET /tasks`: what is in the reader's hands, then what the reader's teams have to do.
pub(super) async fn list(State(app): State<App>, page: Page, Query(wanted): Query<Wanted>) -> web::Result {
    let cx = page.cx.clone();
    let after: Option<Place> = wanted.after.parse().ok();
    let (wants_mine, wants_teams) = (wanted.of != "teams", wanted.of != "mine");
    let read = app.db.read(move |tx| {
        let mine = if wants_mine {
            tasking::mine(tx, &cx, after, LISTED + 1)?
        } else {
            Vec::new()
        };
        let teams = if wants_teams {
            tasking::of_my_teams(tx, &cx, after, LISTED + 1)?
        } else {
            Vec::new()
        };
        let people: Vec<UserId> = teams.iter().filter_map(|one| one.task.assignee).collect();
        let names = Names::load(tx, &people)?;
        Ok((mine, teams, names))
    });
    let (mine, teams, names) = read.await?;
    html(List {
        shell: page.shell(&app, page.t("desk-tasks-title")).await?,
        mine: rows(mine, &page.cx, &names, "mine"),
        teams: rows(teams, &page.cx, &names, "teams"),
        is_later: after.is_some(),
    })
}

fn rows(mut found: Vec<Listed>, cx: &Cx, names: &Names, of: &str) -> Rows {
    let most = usize::try_from(LISTED).unwrap_or(usize::MAX);
    let has_more = found.len() > most;
    found.truncate(most);
    let last = found.last().filter(|_| has_more);
    let more = last.map(|last| format!("{PATH}?of={of}&after={}", last.place));
    let name = |person: UserId| names.person(person).name;
    let row = |one: Listed| {
        let team = one
            .task
            .team
            .and_then(|team| names.team(team))
            .unwrap_or_default();
        Row {
            line: Line::of(&one.task, cx, None, team.to_owned(), &name),
            number: one.task.ticket,
            ticket: one.ticket_title,
            priority: one.priority.as_str(),
        }
    };
    Rows {
        rows: found.into_iter().map(row).collect(),
        more,
    }
}

#[derive(Template)]
#[template(path = "console/views/task.html")]
struct One {
    shell: Shell,
    form: FormView,
    line: Line,
    number: i64,
    ticket: String,
    /// Whether the reader may open the ticket.
    sees_ticket: bool,
    may_skip: bool,
    requester: String,
    card: Option<String>,
}

async fn view(app: &App, page: &Page, id: Id<TicketTask>, form: FormView) -> web::Result<One> {
    let cx = page.cx.clone();
    let read = app.db.read(move |tx| {
        let (task, ticket) = tasking::load(tx, &cx, id)?;
        let mut people = vec![ticket.requester];
        people.extend([task.assignee, task.done_by].into_iter().flatten());
        let names = Names::load(tx, &people)?;
        let mut card = Card::load(tx, &cx, ticket.number)?;
        let sees_ticket = tasking::sees_ticket(&cx, &ticket);
        // What the approvers said is for whoever reads the ticket.
        if let Some(card) = card.as_mut().filter(|_| !sees_ticket) {
            card.steps.clear();
        }
        Ok((task, ticket, names, card))
    });
    let (task, ticket, names, card) = read.await?;
    let cx = &page.cx;
    let name = |person: UserId| names.person(person).name;
    let team = task.team.and_then(|team| names.team(team)).unwrap_or_default();
    let line = Line::of(&task, cx, Some(&ticket), team.to_owned(), &name);
    let card = card.map(|card| card.html(&Shell::plain(cx))).transpose()?;
    Ok(One {
        shell: page.shell(app, line.title.clone()).await?,
        may_skip: tasking::may_change(cx, &ticket) && !line.is_over(),
        sees_ticket: tasking::sees_ticket(cx, &ticket),
        requester: name(ticket.requester),
        number: ticket.number,
        ticket: ticket.title,
        form,
        line,
        card,
    })
}

/// `GET /tasks/{id}`
pub(super) async fn show(State(app): State<App>, page: Page, Path(id): Path<Id<TicketTask>>) -> web::Result {
    html(view(&app, &page, id, FormView::empty()).await?)
}

/// Runs what a button says; gives back the words for what was done.
fn act(tx: &mut Tx<'_>, cx: &Cx, id: Id<TicketTask>, act: &str, remark: &str) -> Result<&'static str> {
    match act {
        "take" => tasking::take(tx, cx, id).map(|_| "desk-tasks-taken"),
        "done" => tasking::finish(tx, cx, id, remark).map(|_| "desk-tasks-finished"),
        "skip" => tasking::skip(tx, cx, id, remark).map(|_| "desk-tasks-skipped"),
        "back" => tasking::put_back(tx, cx, id).map(|_| "desk-tasks-put-back"),
        _ => Err(malformed("act")),
    }
}

/// `POST /tasks/{id}`: `act` is take, done, skip, or back.
pub(super) async fn change(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Id<TicketTask>>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let (wanted, remark) = (form.text("act").to_owned(), form.text("remark").to_owned());
    let stays = wanted == "take" && form.text("from") != "list";
    let acting = app.db.write(move |tx| act(tx, &cx, id, &wanted, &remark));
    match acting.await {
        Ok(words) => {
            let there = if stays {
                format!("{PATH}/{id}")
            } else {
                PATH.to_owned()
            };
            Ok(with_toast(
                see_other(&there)?,
                &page,
                Tone::Success,
                &page.t(words),
            ))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(&app, &page, id, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /tickets/{number}/tasks/{id}`: the same from the card beside the ticket.
pub(super) async fn change_beside(
    on: OnTicket,
    Path((_, id)): Path<(i64, Id<TicketTask>)>,
    form: FormData,
) -> web::Result {
    let wanted = form.text("act").to_owned();
    let words = on
        .run(move |tx, cx, number| {
            let (task, _) = tasking::load(tx, cx, id)?;
            if task.ticket != number {
                return Err(kernel::Error::not_found());
            }
            act(tx, cx, id, &wanted, "")
        })
        .await?;
    on.done(words).await
}

#[derive(Template)]
#[template(path = "console/views/task_new.html", blocks = ["act"])]
struct New {
    shell: Shell,
    act: Act,
    form: FormView,
    teams: Vec<Choice>,
}

async fn show_new(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on.frame("tasks", "desk-tasks-add", "desk-tasks-add").await?;
    let mut teams = vec![Choice::new("", on.page.t("desk-tasks-team-of-ticket"))];
    let known = on.app.db.read(neighbours::team_names).await?;
    teams.extend(
        known
            .into_iter()
            .map(|(team, name)| Choice::new(team.to_string(), name)),
    );
    shown!(New {
        shell,
        act,
        form,
        teams
    })
}

/// `GET /tickets/{number}/tasks`
pub(super) async fn ask(on: OnTicket) -> web::Result {
    on.load(access::CHANGE).await?;
    show_new(&on, FormView::empty()).await
}

/// `POST /tickets/{number}/tasks`
pub(super) async fn add(on: OnTicket, form: FormData) -> web::Result {
    let wanted = || -> Result<NewTask> {
        Ok(NewTask {
            title: form.text("title").to_owned(),
            team: given(&form, "team")?,
            hours: given(&form, "hours")?,
        })
    };
    let adding = on
        .run_with(wanted(), |tx, cx, number, wanted| {
            tasking::add(tx, cx, number, wanted)
        })
        .await;
    on.answer(adding, &form, "desk-tasks-added", show_new).await
}
