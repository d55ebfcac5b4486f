//! Queues: lists of tickets, filtered and sorted by their address, page by page, alive.

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::i18n::Locale;
use web::{App, Choice, FormView, Page, Path, Query, Shell, html};

use super::asked::{Asked, Queue};
use super::rows::{self, Lines};
use super::wording::{choices, with_any};
use crate::ticket::value::{Priority, State as TicketState, TicketType};

/// The list pane, beside a ticket or alone.
pub(super) struct ListPane {
    pub queue: Queue,
    pub asked: Asked,
    pub lines: Lines,
    /// `?from=mine&…`: follows the path of each ticket.
    pub beside: String,
    pub filter: FormView,
    pub states: Vec<Choice>,
    pub priorities: Vec<Choice>,
    pub types: Vec<Choice>,
    pub sorts: Vec<Choice>,
    pub teams: Vec<Choice>,
    pub assignees: Vec<Choice>,
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
    let shell = page.shell(&app, page.t(&queue.text_key())).await?;
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
    let filter = asked.filter(app, cx, queue).await?;
    let (context, cursor, limit) = (cx.clone(), asked.cursor().map(str::to_owned), asked.limit());
    let (lines, staff) = app
        .db
        .read(move |tx| {
            let lines = rows::read(tx, &context, &filter, cursor.as_deref(), limit, current)?;
            Ok((lines, people::user::store::staff(tx)?))
        })
        .await?;
    let locale = cx.locale;
    let teams = lines
        .names
        .teams
        .iter()
        .map(|(team, name)| Choice::new(team.to_string(), name))
        .collect();
    let staff = staff
        .into_iter()
        .map(|card| Choice::new(card.id.to_string(), card.name))
        .collect();
    Ok(ListPane {
        lines,
        beside: asked.beside(queue),
        filter: FormView::of(asked.pairs()),
        states: with_any(locale.t("desk-page-any-state"), choices!(TicketState, locale)),
        priorities: with_any(locale.t("desk-page-any-priority"), choices!(Priority, locale)),
        types: with_any(locale.t("desk-page-any-type"), choices!(TicketType, locale)),
        sorts: sorts(locale),
        teams: with_any(
            locale.t("desk-page-any-team"),
            with_nobody(locale.t("desk-page-no-team"), teams),
        ),
        assignees: with_any(
            locale.t("desk-page-any-assignee"),
            with_nobody(locale.t("desk-page-nobody"), staff),
        ),
        queue,
        asked,
    })
}

fn sorts(locale: Locale) -> Vec<Choice> {
    let one = |value: &str, key: &str| Choice::new(value, locale.t(key));
    vec![
        one("", "desk-page-sort-urgent"),
        one("updated", "desk-page-sort-updated"),
        one("created", "desk-page-sort-created"),
    ]
}

fn with_nobody(label: String, mut choices: Vec<Choice>) -> Vec<Choice> {
    choices.insert(0, Choice::new("none", label));
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

    /// Why it is empty, and what to do.
    pub(super) fn empty_text_key(&self) -> String {
        format!("{}-text", self.empty_key())
    }

    /// What an empty list says: narrowed away, or nothing there.
    pub(super) fn empty_key(&self) -> String {
        if self.asked.narrows() {
            "desk-page-queue-narrowed-empty".to_owned()
        } else {
            format!("{}-empty", self.queue.text_key())
        }
    }
}
