//! Queues: lists of tickets, filtered and sorted by their address, page by page, alive.

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::i18n::Locale;
use kernel::time::Timestamp;
use people::user::Card;
use web::{App, Choice, FormView, Page, Path, Query, Shell, html};

use super::asked::{Asked, Queue};
use super::many::ManyChoices;
use super::names::Names;
use super::rows::{self, Lines};
use super::wording::{choices, with_any};
use crate::batch::{self, Batch};
use crate::saved_view::{self, Column, Only, SavedView};
use crate::ticket::Order;
use crate::ticket::value::{Category, Priority, State as TicketState, TicketType};

/// The list pane, beside a ticket or alone.
pub(super) struct ListPane {
    pub queue: Queue,
    pub asked: Asked,
    /// The saved view that is shown.
    pub view: Option<SavedView>,
    pub may_change_view: bool,
    pub title: String,
    pub columns: Vec<Column>,
    pub lines: Lines,
    /// `?from=mine&…`: follows the path of each ticket.
    pub beside: String,
    pub filter: FormView,
    pub offer: FilterChoices,
    pub many: ManyChoices,
    /// The form of a change of many tickets, before anybody filled it in.
    pub empty: FormView,
    /// What came of the change that was just made, and until when it can be taken back.
    pub done: Option<(Batch, Option<Timestamp>)>,
}

/// What the fields of a filter offer.
pub(super) struct FilterChoices {
    pub sorts: Vec<Choice>,
    pub states: Vec<Choice>,
    pub priorities: Vec<Choice>,
    pub types: Vec<Choice>,
    pub categories: Vec<Choice>,
    pub tiers: Vec<Choice>,
    pub teams: Vec<Choice>,
    pub assignees: Vec<Choice>,
    pub requesters: Vec<Choice>,
    pub onlys: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "console/views/queue.html")]
struct Show {
    shell: Shell,
    list: ListPane,
}

#[derive(Template)]
#[template(path = "console/views/rows.html")]
struct Rows {
    shell: Shell,
    list: ListPane,
}

#[derive(Template)]
#[template(path = "console/views/more.html")]
struct More {
    shell: Shell,
    list: ListPane,
}

/// `GET /queues/{queue}`: the whole page, or the next rows when "more" was pressed.
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let queue = Queue::parse(&slug)?;
    let more = page.partial && asked.cursor().is_some();
    let list = read(&app, &page.cx, queue, asked, None).await?;
    if list.view.is_none() && !list.asked.view.is_empty() {
        return Err(kernel::Error::not_found().into());
    }
    let shell = page.shell(&app, list.title.clone()).await?;
    if more {
        html(More { shell, list })
    } else {
        html(Show { shell, list })
    }
}

/// `GET /queues/{queue}/rows`: the list alone, for live pages; as many rows as are on screen.
pub(super) async fn rows(
    State(app): State<App>,
    page: Page,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let list = read(&app, &page.cx, Queue::parse(&slug)?, asked, None).await?;
    let shell = page.bare(&app, "");
    html(Rows { shell, list })
}

/// Reads the list that is asked for. `current` is the ticket on screen.
pub(super) async fn read(
    app: &App,
    cx: &Cx,
    queue: Queue,
    asked: Asked,
    current: Option<i64>,
) -> kernel::Result<ListPane> {
    let (whole, view) = asked.resolved(app, cx).await?;
    let filter = whole.filter(app, cx, queue).await?;
    let (context, cursor, limit) = (cx.clone(), asked.cursor().map(str::to_owned), asked.limit());
    let done = asked.done.clone();
    let (lines, staff, done) = app
        .db
        .read(move |tx| {
            let lines = rows::read(tx, &context, &filter, cursor.as_deref(), limit, current)?;
            let done = match done.parse() {
                Ok(id) => batch::load(tx, &context, id).ok(),
                Err(_) => None,
            };
            Ok((lines, people::user::store::staff(tx)?, done))
        })
        .await?;
    let locale = cx.locale;
    let offer = FilterChoices::of(locale, &lines.names, &staff, &whole);
    let chosen = view.as_ref().map(|view| view.definition.columns.clone());
    Ok(ListPane {
        beside: asked.beside(queue),
        filter: filled(&whole),
        many: ManyChoices::of(cx, &offer),
        empty: FormView::empty(),
        done: done.map(|batch| {
            let until = batch.undo_until(cx.now());
            (batch, until)
        }),
        offer,
        title: view
            .as_ref()
            .map_or_else(|| locale.t(&queue.text_key()), |view| view.name.clone()),
        may_change_view: view.as_ref().is_some_and(|view| saved_view::may_change(cx, view)),
        columns: chosen
            .filter(|columns| !columns.is_empty())
            .unwrap_or_else(|| Column::USUAL.to_vec()),
        view,
        lines,
        queue,
        asked,
    })
}

/// The filter as its form shows it: boxes that are checked are values of their own.
pub(super) fn filled(asked: &Asked) -> FormView {
    let mut pairs = vec![("sort", asked.sort.clone())];
    for (name, value) in &asked.narrow {
        if *name == "only" {
            pairs.extend(value.split(',').map(|word| (*name, word.trim().to_owned())));
        } else {
            pairs.push((*name, value.clone()));
        }
    }
    FormView::of(pairs)
}

impl FilterChoices {
    pub(super) fn of(locale: Locale, names: &Names, staff: &[Card], asked: &Asked) -> FilterChoices {
        let any = |key: &str, choices| with_any(locale.t(key), choices);
        let one = |value: &str, key: &str| Choice::new(value, locale.t(key));
        let mut states = vec![
            one("open", "desk-view-state-open"),
            one("waiting", "desk-view-state-waiting"),
        ];
        states.extend(choices!(TicketState, locale));
        let mut teams = vec![one("me", "desk-view-my-teams"), one("none", "desk-page-no-team")];
        teams.extend(
            names
                .teams
                .iter()
                .map(|(team, name)| Choice::new(team.to_string(), name)),
        );
        let mut people = vec![one("me", "desk-view-me"), one("none", "desk-page-nobody")];
        people.extend(
            staff
                .iter()
                .map(|card| Choice::new(card.id.to_string(), &card.name)),
        );
        let tiers = (1..=3).map(|tier| Choice::new(tier.to_string(), format!("L{tier}")));
        FilterChoices {
            sorts: with_any(
                locale.t("desk-page-sort-urgent"),
                Order::ALL[1..]
                    .iter()
                    .map(|order| Choice::new(order.as_str(), locale.t(order.text_key())))
                    .collect(),
            ),
            states: with_own(any("desk-page-any-state", states), asked.value("state")),
            priorities: with_own(
                any("desk-page-any-priority", urgent_first(choices!(Priority, locale))),
                asked.value("priority"),
            ),
            types: with_own(
                any("desk-page-any-type", choices!(TicketType, locale)),
                asked.value("type"),
            ),
            categories: with_own(
                any("desk-view-any-category", choices!(Category, locale)),
                asked.value("category"),
            ),
            tiers: any("desk-view-any-tier", tiers.collect()),
            teams: with_own(any("desk-page-any-team", teams), asked.value("team")),
            assignees: with_own(any("desk-page-any-assignee", people), asked.value("assignee")),
            requesters: with_own(
                any("desk-view-any-requester", vec![one("me", "desk-view-me")]),
                asked.value("requester"),
            ),
            onlys: choices!(Only, locale),
        }
    }
}

/// The two that are looked at together most.
fn urgent_first(mut priorities: Vec<Choice>) -> Vec<Choice> {
    priorities.insert(0, Choice::new("P0,P1", "P0 · P1"));
    priorities
}

/// What an address asks for stays chosen when the form is sent, also when the form offers no such choice.
fn with_own(mut choices: Vec<Choice>, value: &str) -> Vec<Choice> {
    if !choices.iter().any(|choice| choice.value == value) {
        choices.push(Choice::new(value, value.replace(',', " · ")));
    }
    choices
}

impl ListPane {
    /// Where live pages fetch the list again.
    pub(super) fn live_url(&self) -> String {
        self.asked.queue_path(self.queue).replacen(
            self.queue.slug(),
            &format!("{}/rows", self.queue.slug()),
            1,
        )
    }

    /// Where the rows after these are.
    pub(super) fn more_url(&self) -> Option<String> {
        let next = self.lines.next.as_deref()?;
        let path = self.asked.queue_path(self.queue);
        let joint = if path.contains('?') { '&' } else { '?' };
        Some(format!("{path}{joint}after={}", web::urlencoded::encode(next)))
    }

    /// The list without what was refined.
    pub(super) fn clear_url(&self) -> String {
        match &self.view {
            Some(view) => view_path(view.id),
            None => format!("/queues/{}", self.queue.slug()),
        }
    }

    /// The list itself, as it is asked for.
    pub(super) fn here(&self) -> String {
        self.asked.queue_path(self.queue)
    }

    /// Where the list becomes a view.
    pub(super) fn save_url(&self) -> String {
        format!("/views/new{}", self.beside)
    }

    /// Why it is empty, and what to do.
    pub(super) fn empty_text_key(&self) -> String {
        format!("{}-text", self.empty_key())
    }

    /// What an empty list says: narrowed away, or nothing there.
    pub(super) fn empty_key(&self) -> String {
        if self.asked.narrows() || self.view.is_some() {
            "desk-page-queue-narrowed-empty".to_owned()
        } else {
            format!("{}-empty", self.queue.text_key())
        }
    }
}

/// Where a saved view is shown.
pub(super) fn view_path(id: saved_view::ViewId) -> String {
    format!("/queues/{}?view={id}", Queue::All.slug())
}
