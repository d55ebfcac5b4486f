//! Calls that read tickets.

use std::collections::BTreeMap;

use axum::extract::State;
use kernel::Timestamp;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::{TeamId, UserId};
use kernel::search::SearchQuery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, CxX, Json, Path, Query};

use super::json::{PersonJson, TeamJson, TicketJson};
use super::naming;
use crate::article::{Article, ArticleKind};
use crate::catalogue::telling::{self, RequestJson};
use crate::saved_view::Criteria;
use crate::service_level::clock::{Clock, ClockState};
use crate::service_level::{self, ClockKind};
use crate::ticket::listing::Held;
use crate::ticket::{self, Category, Filter, Order, Priority, State as TicketState, TicketRow, TicketType};

/// Tickets that the words of `q` find; more would not be read by anybody.
pub(super) const FOUND_AT_MOST: usize = 200;

/// Which tickets; several values of a field are separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// `new`, `in_progress`, `waiting_requester`, `waiting_supplier`, `waiting_development`,
    /// `waiting_approval`, `resolved`, `closed`; or
    /// `open` for all that are not resolved.
    state: Option<String>,
    /// Mail address or identifier, `me`, or `none`.
    assignee: Option<String>,
    /// Name or identifier, or `none`.
    team: Option<String>,
    /// Mail address or identifier of who asked, or `me`.
    requester: Option<String>,
    /// `P0` to `P3`.
    priority: Option<String>,
    /// `incident`, `request`, `question`, `change_request`.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    ticket_type: Option<String>,
    /// Tickets with this tag.
    tag: Option<String>,
    /// Only those past a deadline.
    overdue: Option<bool>,
    /// `hardware`, `software`, `network`, `account`, `security`, `other`.
    category: Option<String>,
    /// 1 to 3.
    tier: Option<i64>,
    /// `overdue`, `unanswered`, `forgotten`, `starred`: all of those named.
    only: Option<String>,
    /// A date, or days before today as `7d`.
    created_after: Option<String>,
    /// Likewise; before its beginning.
    created_before: Option<String>,
    /// Likewise.
    changed_after: Option<String>,
    /// Likewise.
    changed_before: Option<String>,
    /// Words to find.
    q: Option<String>,
    /// `urgent`, `due`, `updated`, `updated_asc`, `created`, or `created_asc`.
    order: Option<String>,
    /// 1 to 200. Default: 50.
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketPageJson {
    /// The tickets.
    items: Vec<TicketRowJson>,
    /// The cursor of the next page; null on the last.
    next: Option<String>,
}

impl TicketPageJson {
    /// A page with its people and teams.
    pub(super) fn of(tx: &mut Tx, page: ticket::Page) -> Result<TicketPageJson> {
        Ok(TicketPageJson {
            items: rows(tx, &page.items)?,
            next: page.next,
        })
    }
}

/// A ticket as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketRowJson {
    number: i64,
    title: String,
    #[serde(rename = "type")]
    ticket_type: TicketType,
    category: Category,
    priority: Priority,
    state: TicketState,
    tier: i64,
    requester: Option<PersonJson>,
    assignee: Option<PersonJson>,
    team: Option<TeamJson>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    next_due_at: Option<Timestamp>,
    overdue: bool,
    version: i64,
}

/// A ticket with its clocks and what was said.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeTicketJson {
    #[serde(flatten)]
    ticket: TicketJson,
    /// What the service level promised and where it stands.
    clocks: Vec<ClockJson>,
    /// What was said, oldest first; notes only for who may read them.
    articles: Vec<ArticleJson>,
    /// What was asked for, when it came by a form of the catalogue.
    catalogue: Option<RequestJson>,
}

/// A clock of a service level.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockJson {
    kind: ClockKind,
    state: ClockState,
    /// The promised working time, in milliseconds.
    target_ms: i64,
    /// The working time used by now, in milliseconds.
    elapsed_ms: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    deadline: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    stopped_at: Option<Timestamp>,
    /// Whether the promise is broken by now.
    late: bool,
}

/// Something said about a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleJson {
    id: i64,
    kind: ArticleKind,
    /// Whether the requester reads it.
    public: bool,
    author: Option<PersonJson>,
    body: String,
    /// What the mail quoted; folded away on pages.
    quoted: Option<String>,
    attachments: Vec<AttachmentJson>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A file on an article.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentJson {
    id: i64,
    name: String,
    media_type: String,
    /// In bytes.
    size: i64,
    /// SHA-256 of its content.
    sha256: String,
}

/// List tickets that the caller may see.
#[utoipa::path(get, path = "/tickets", tag = "tickets", params(ListQuery),
    responses((status = 200, body = TicketPageJson)))]
pub async fn list_tickets(
    State(app): State<App>,
    cx: CxX,
    Query(query): Query<ListQuery>,
) -> web::Result<Json<TicketPageJson>> {
    let cx = cx.0;
    let found = match query
        .q
        .as_deref()
        .map(str::trim)
        .filter(|words| !words.is_empty())
    {
        Some(words) => Some(numbers(&app, &cx, words).await?),
        None => None,
    };
    let page = app
        .db
        .read(move |tx| {
            let filter = Filter {
                numbers: found.clone(),
                ..filter(tx, &cx, &query)?
            };
            let page = ticket::list(
                tx,
                &cx,
                &filter,
                query.cursor.as_deref(),
                query.limit.unwrap_or(50),
            )?;
            TicketPageJson::of(tx, page)
        })
        .await?;
    Ok(Json(page))
}

/// The numbers of the tickets that words find, within the caller's rights.
async fn numbers(app: &App, cx: &Cx, words: &str) -> Result<Vec<i64>> {
    let query = SearchQuery {
        text: words.to_owned(),
        kinds: vec!["ticket".to_owned()],
        rights: app.search_rights(cx),
        limit: FOUND_AT_MOST,
        ..SearchQuery::default()
    };
    Ok(app
        .search
        .query(query)
        .await?
        .into_iter()
        .filter_map(|hit| hit.key.parse().ok())
        .collect())
}

fn filter(tx: &mut Tx, cx: &Cx, query: &ListQuery) -> Result<Filter> {
    let stage_open = query.state.as_deref() == Some("open");
    let states = if stage_open { None } else { query.state.as_deref() };
    let assignee = match query.assignee.as_deref() {
        Some("none") => Some(Held::Nobody),
        Some(text) => Some(Held::By(naming::person(tx, cx, "assignee", text)?)),
        None => None,
    };
    let team = match query.team.as_deref() {
        Some("none") => Some(Held::Nobody),
        Some(text) => Some(Held::By(naming::team(tx, "team", text)?)),
        None => None,
    };
    let text = |value: &'_ Option<String>| value.clone().unwrap_or_default();
    let (category, only) = (text(&query.category), text(&query.only));
    let tier = query.tier.map(|tier| tier.to_string()).unwrap_or_default();
    let days = [
        ("created_after", text(&query.created_after)),
        ("created_before", text(&query.created_before)),
        ("changed_after", text(&query.changed_after)),
        ("changed_before", text(&query.changed_before)),
    ];
    let mut pairs = vec![("category", category.as_str()), ("only", &only), ("tier", &tier)];
    pairs.extend(days.iter().map(|(name, day)| (*name, day.as_str())));
    let finer = Criteria::read(pairs)?.narrow(cx, Filter::default())?;
    Ok(Filter {
        stage: stage_open.then_some(ticket::Stage::Open),
        states: several(states, TicketState::parse)?,
        team,
        assignee,
        requester: query
            .requester
            .as_deref()
            .map(|text| naming::person(tx, cx, "requester", text))
            .transpose()?,
        priorities: several(query.priority.as_deref(), Priority::parse)?,
        types: several(query.ticket_type.as_deref(), TicketType::parse)?,
        tag: query.tag.clone(),
        only_overdue: query.overdue.unwrap_or(false) || finer.only_overdue,
        order: query.order.as_deref().map(Order::parse).transpose()?,
        ..finer
    })
}

fn several<T>(text: Option<&str>, parse: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    text.into_iter()
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(parse)
        .collect()
}

fn rows(tx: &mut Tx, rows: &[TicketRow]) -> Result<Vec<TicketRowJson>> {
    let people: Vec<UserId> = rows
        .iter()
        .flat_map(|row| std::iter::once(row.requester).chain(row.assignee))
        .collect();
    let cards = people::user::store::cards(tx, &people)?;
    let teams: BTreeMap<TeamId, String> = people::team::store::list(tx)?
        .into_iter()
        .map(|team| (team.id, team.name))
        .collect();
    let row = |row: &TicketRow| TicketRowJson {
        number: row.number,
        title: row.title.clone(),
        ticket_type: row.ticket_type,
        category: row.category,
        priority: row.priority,
        state: row.state,
        tier: row.tier.level(),
        requester: cards.get(&row.requester).map(PersonJson::from),
        assignee: row.assignee.and_then(|id| cards.get(&id)).map(PersonJson::from),
        team: row.team.and_then(|id| {
            teams.get(&id).map(|name| TeamJson {
                id,
                name: name.clone(),
            })
        }),
        created_at: row.created_at,
        updated_at: row.updated_at,
        next_due_at: row.next_due_at,
        overdue: row.overdue,
        version: row.version,
    };
    Ok(rows.iter().map(row).collect())
}

/// Read a ticket with its clocks and what was said.
#[utoipa::path(get, path = "/tickets/{number}", tag = "tickets", params(("number" = i64, Path)),
    responses((status = 200, body = WholeTicketJson)))]
pub async fn get_ticket(
    State(app): State<App>,
    cx: CxX,
    Path(number): Path<i64>,
) -> web::Result<Json<WholeTicketJson>> {
    let cx = cx.0;
    Ok(Json(app.db.read(move |tx| whole(tx, &cx, number)).await?))
}

fn whole(tx: &mut Tx, cx: &Cx, number: i64) -> Result<WholeTicketJson> {
    let view = ticket::load(tx, cx, number)?;
    let articles = ticket::said(tx, &view)?;
    let mut people: Vec<UserId> = articles.iter().filter_map(|article| article.author).collect();
    people.push(view.ticket.requester);
    people.extend(view.ticket.assignee);
    let cards = people::user::store::cards(tx, &people)?;
    let team = view
        .ticket
        .team
        .map(|id| people::team::store::load(tx, id))
        .transpose()?;
    let team = team.map(|team| TeamJson {
        id: team.id,
        name: team.name,
    });
    let clocks = view
        .clocks
        .iter()
        .map(|clock| clock_json(tx, cx, clock))
        .collect::<Result<Vec<_>>>()?;
    let article = |article: &Article| ArticleJson {
        id: article.id,
        kind: article.kind,
        public: article.public,
        author: article.author.and_then(|id| cards.get(&id)).map(PersonJson::from),
        body: article.body.clone(),
        // What was quoted is the other's letter; the portal does not show it either.
        quoted: article.quoted.clone().filter(|_| view.internal),
        attachments: article.attachments.iter().map(AttachmentJson::from).collect(),
        at: article.at,
    };
    Ok(WholeTicketJson {
        catalogue: telling::of_ticket(tx, number)?,
        clocks,
        articles: articles.iter().map(article).collect(),
        ticket: TicketJson::new(&view.ticket, &cards, team, view.tags),
    })
}

fn clock_json(tx: &mut Tx, cx: &Cx, clock: &Clock) -> Result<ClockJson> {
    let page = service_level::keeping::page(tx, &clock.policy)?;
    let hours = &page.1;
    Ok(ClockJson {
        kind: clock.kind,
        state: clock.state,
        target_ms: clock.target,
        elapsed_ms: clock.elapsed_at(hours, cx.now())?,
        deadline: clock.deadline,
        stopped_at: clock.stopped_at,
        late: clock.is_late(cx.now()),
    })
}

impl From<&crate::article::Attachment> for AttachmentJson {
    fn from(attachment: &crate::article::Attachment) -> Self {
        Self {
            id: attachment.id,
            name: attachment.name.clone(),
            media_type: attachment.media_type.clone(),
            size: attachment.size,
            sha256: attachment.hash.clone(),
        }
    }
}
