//! The cards beside the conversation: request, tasks, requester, details, confirmation, hand-offs, tags, watchers, history.

use askama::Template;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use people::user::Card;
use web::{PanelCard, Shell, html};

use super::acting::OnTicket;
use super::head;
use super::names::{Names, Person};
use super::tasks::TaskCard;
use super::ticket::named;
use crate::catalogue::approval::Progress;
use crate::catalogue::{showing, task_store};
use crate::finding::{self, Finding};
use crate::rating::{self, Rating};
use crate::service_level;
use crate::ticket::checklist::{self, Item};
use crate::ticket::escalating::Escalation;
use crate::ticket::family::{self, Linked};
use crate::ticket::timing::{self, Spent};
use crate::ticket::value::Stage;
use crate::ticket::{self, Filter, Ticket, TicketRow, View, access};
use crate::verification::{Question, Resolution};

/// See the module's text.
pub(super) struct Side {
    pub ticket: Ticket,
    pub beside: String,
    pub requester: Person,
    pub card: Option<Card>,
    /// The requester's other open tickets.
    pub others: Vec<TicketRow>,
    /// Tickets that belong to this one.
    pub links: Vec<Linked>,
    pub items: Vec<Item>,
    pub spent: Vec<Spent>,
    /// Minutes.
    pub spent_sum: i64,
    pub may_note: bool,
    pub me: Option<UserId>,
    names: Names,
    pub tags: Vec<String>,
    pub watchers: Vec<Watcher>,
    pub watches: bool,
    pub question: Option<Question>,
    pub resolutions: Vec<(Resolution, Option<Person>)>,
    /// The cause in two texts.
    pub finding: Finding,
    /// What the requester thought, the latest first.
    pub ratings: Vec<Rating>,
    pub may_resolve: bool,
    pub handoffs: Vec<Handed>,
    /// The name of the service level that holds.
    pub policy: Option<String>,
    pub may_change: bool,
    /// The request as it was asked, when it came by a form of the catalogue.
    pub request: Option<String>,
    /// What several teams have to do, when there is any.
    pub tasks: Option<TaskCard>,
    pub may_add_task: bool,
}

/// Somebody who watches.
pub(super) struct Watcher {
    pub id: UserId,
    pub person: Person,
}

/// A hand-off.
pub(super) struct Handed {
    pub escalation: Escalation,
    pub by: Option<Person>,
    pub owner: Option<Person>,
}

const OTHERS_AT_MOST: i64 = 6;

impl Side {
    /// The requester's other open tickets, as far as the reader may see them.
    pub(super) fn others(tx: &mut Tx<'_>, cx: &Cx, view: &View) -> Result<Vec<TicketRow>> {
        let filter = Filter {
            stage: Some(Stage::Open),
            requester: Some(view.ticket.requester),
            ..Filter::default()
        };
        let page = ticket::list(tx, cx, &filter, None, OTHERS_AT_MOST)?;
        Ok(page
            .items
            .into_iter()
            .filter(|row| row.number != view.ticket.number)
            .collect())
    }

    pub(super) fn of(
        tx: &mut Tx<'_>,
        cx: &Cx,
        view: &View,
        others: Vec<TicketRow>,
        names: &Names,
        beside: &str,
    ) -> Result<Side> {
        let ticket = view.ticket.clone();
        let links = family::linked(tx, cx, &ticket)?;
        let items = checklist::store::of_ticket(tx, ticket.number)?;
        let (spent, spent_sum) = timing::store::of_ticket(tx, ticket.number)?;
        let policy = match &ticket.policy {
            Some(reference) => Some(
                service_level::keeping::page(tx, reference)?
                    .0
                    .name(cx.locale)
                    .to_owned(),
            ),
            None => None,
        };
        let (request, tasks) = request(tx, cx, view, names)?;
        let person = |id: Option<UserId>| id.map(|id| names.person(id));
        let watcher = |id: &UserId| Watcher {
            id: *id,
            person: names.person(*id),
        };
        let handed = |one: &Escalation| Handed {
            by: person(one.by),
            owner: person(one.owner),
            escalation: one.clone(),
        };
        Ok(Side {
            requester: names.person(ticket.requester),
            card: names.card(ticket.requester).cloned(),
            tags: view.tags.clone(),
            watchers: view.watchers.iter().map(watcher).collect(),
            watches: cx.user_id().is_some_and(|me| view.watchers.contains(&me)),
            question: view.question.clone(),
            resolutions: view
                .resolutions
                .iter()
                .rev()
                .map(|one| (one.clone(), person(one.by)))
                .collect(),
            handoffs: view.escalations.iter().rev().map(handed).collect(),
            finding: if view.internal {
                finding::store::of_ticket(tx, ticket.number)?.unwrap_or_default()
            } else {
                Finding::default()
            },
            ratings: ratings(tx, cx, view)?,
            may_resolve: view.internal && access::may(cx, access::RESOLVE, &ticket),
            may_change: ticket.state.stage() != Stage::Closed && access::may(cx, access::CHANGE, &ticket),
            may_add_task: head::may_add_task(cx, &ticket),
            beside: beside.to_owned(),
            request,
            tasks,
            policy,
            others,
            links,
            items,
            spent,
            spent_sum,
            may_note: access::may(cx, access::NOTE, &ticket),
            me: cx.user_id(),
            names: names.clone(),
            ticket,
        })
    }

    /// How many steps are done.
    pub(super) fn items_done(&self) -> usize {
        self.items.iter().filter(|item| item.done_at.is_some()).count()
    }

    /// Who spent the time.
    pub(super) fn who(&self, one: &Spent) -> String {
        self.names.person(one.person).name
    }

    /// Whether the reader did.
    pub(super) fn is_mine(&self, one: &Spent) -> bool {
        self.me == Some(one.person)
    }

    /// The address of something that belongs to the ticket.
    pub(super) fn at(&self, path: &str) -> String {
        format!("/tickets/{}/{path}{}", self.ticket.number, self.beside)
    }

    /// The facts of the environment that are known: key of the name, value.
    pub(super) fn environment(&self) -> Vec<(&'static str, &str)> {
        let environment = &self.ticket.environment;
        let all = [
            ("desk-page-field-device", &environment.device),
            ("desk-page-field-os", &environment.os),
            ("desk-page-field-application", &environment.application),
            ("desk-page-field-version", &environment.version),
        ];
        all.into_iter()
            .filter_map(|(key, value)| Some((key, value.as_deref()?)))
            .collect()
    }

    /// What happened when, for the history card: key of the name, instant.
    pub(super) fn history(&self) -> Vec<(&'static str, Timestamp)> {
        let ticket = &self.ticket;
        let all = [
            ("desk-page-history-created", Some(ticket.created_at)),
            ("desk-page-history-answered", ticket.first_response_at),
            ("desk-page-history-resolved", ticket.resolved_at),
            ("desk-page-history-closed", ticket.closed_at),
            ("desk-page-history-updated", Some(ticket.updated_at)),
        ];
        all.into_iter().filter_map(|(key, at)| Some((key, at?))).collect()
    }
}

/// Asked for only where there can be some: a ticket that was never solved costs no statement more.
fn ratings(tx: &mut Tx<'_>, cx: &Cx, view: &View) -> Result<Vec<Rating>> {
    if view.internal && !view.resolutions.is_empty() {
        return rating::of_ticket(tx, cx, view.ticket.number);
    }
    Ok(Vec::new())
}

/// The request behind a ticket and its tasks: most tickets have neither, and one look says so.
fn request(
    tx: &mut Tx<'_>,
    cx: &Cx,
    view: &View,
    names: &Names,
) -> Result<(Option<String>, Option<TaskCard>)> {
    let (count, request) = task_store::beside(tx, view.ticket.number)?;
    let request = match request {
        Some((request, definition)) => Some(showing::Card::loaded(tx, cx, request, &definition)?),
        None => None,
    };
    let request = request.map(|card| with_withdrawal(card, cx, &view.ticket).html(&Shell::plain(cx)));
    let request = request.transpose()?;
    let tasks = if view.internal && count > 0 {
        Some(TaskCard::load(tx, cx, &view.ticket, names)?)
    } else {
        None
    };
    Ok((request, tasks))
}

#[derive(Template)]
#[template(path = "console/views/side.html")]
struct Part {
    shell: Shell,
    side: Side,
    panels: Vec<PanelCard>,
}

/// `GET /tickets/{number}/side`: the cards alone, for live pages.
pub(super) async fn refresh(on: OnTicket) -> web::Result {
    let beside = on.beside();
    let side = on
        .read(move |tx, cx, number| {
            let view = ticket::load(tx, cx, number)?;
            let others = Side::others(tx, cx, &view)?;
            let names = Names::load(tx, &named(&view))?;
            Side::of(tx, cx, &view, others, &names, &beside)
        })
        .await?;
    let (panels, shell) = (on.panels().await, on.page.bare(&on.app, ""));
    html(Part { shell, side, panels })
}

/// Who may change the ticket can take the request back while it waits.
fn with_withdrawal(mut card: showing::Card, cx: &Cx, ticket: &Ticket) -> showing::Card {
    let is_open = card.request.approval == Progress::Waiting && access::may(cx, access::CHANGE, ticket);
    card.withdraw = is_open.then(|| format!("/tickets/{}/withdrawal", ticket.number));
    card
}
