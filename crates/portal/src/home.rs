//! The first page: search one's requests, report something, and what is under way.

use askama::Template;
use axum::extract::State;
use desk::catalogue::{asking, deciding};
use desk::ticket::{self, Filter, Order, Stage, TicketRow};
use kernel::Locale;
use web::{App, Page, Shell, html};

use crate::words;

/// A request as a list shows it.
pub struct Line {
    pub row: TicketRow,
    pub state: String,
}

impl Line {
    pub(crate) fn of(locale: Locale, row: TicketRow) -> Self {
        Self {
            state: words::state(locale, row.state),
            row,
        }
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    shell: Shell,
    /// Requests that wait for the reader's word.
    asked: Vec<Line>,
    open: Vec<Line>,
    /// How many requests of others wait for the reader's approval.
    approvals: i64,
    /// Whether there is anything to ask for in the catalogue.
    has_catalogue: bool,
    /// Whether one can write to the desk from a chat.
    has_chats: bool,
}

/// Shown on the first page; the rest is one click away.
const LINES: i64 = 5;

pub async fn show(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let (asked, open, approvals, has_catalogue, has_chats) = app
        .db
        .read(move |tx| {
            let mine = Filter {
                requester: cx.user_id(),
                order: Some(Order::Updated),
                ..Filter::default()
            };
            let asked = Filter {
                states: vec![ticket::State::Resolved],
                ..mine.clone()
            };
            let open = Filter {
                stage: Some(Stage::Open),
                ..mine
            };
            Ok((
                ticket::list(tx, &cx, &asked, None, LINES)?.items,
                ticket::list(tx, &cx, &open, None, LINES)?.items,
                deciding::count_mine(tx, &cx)?,
                cx.may(ticket::access::OPEN).is_some() && !asking::offered(tx, &cx)?.is_empty(),
                im::channel::store::is_any_enabled(tx)?,
            ))
        })
        .await?;
    let locale = page.cx.locale;
    let lines = |rows: Vec<TicketRow>| rows.into_iter().map(|row| Line::of(locale, row)).collect();
    let shell = page.bare(&app, page.t("portal-home-title"));
    html(Home {
        shell,
        asked: lines(asked),
        open: lines(open),
        approvals,
        has_catalogue,
        has_chats,
    })
}
