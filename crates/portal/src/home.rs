//! The first page: what is known not to work, search, guided questions, reporting something, and what is under way.

use askama::Template;
use axum::extract::State;
use desk::catalogue::{asking, deciding};
use desk::ticket::{self, Filter, Order, Stage, TicketRow};
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use web::{App, Page, Shell, html};

use crate::help::{self, Answer, GuideLink};
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
    /// What was typed; nothing on this page.
    text: &'static str,
    /// What is known not to work.
    troubles: Vec<String>,
    guides: Vec<GuideLink>,
    popular: Vec<Answer>,
}

/// Shown on the first page; the rest is one click away.
const LINES: i64 = 5;
const POPULAR: usize = 5;

/// What the page shows, read in one transaction.
struct Found {
    asked: Vec<TicketRow>,
    open: Vec<TicketRow>,
    approvals: i64,
    has_catalogue: bool,
    has_chats: bool,
    troubles: Vec<String>,
    guides: Vec<GuideLink>,
    popular: Vec<Answer>,
}

impl Found {
    fn read(tx: &mut Tx<'_>, cx: &Cx) -> Result<Self> {
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
        Ok(Self {
            asked: ticket::list(tx, cx, &asked, None, LINES)?.items,
            open: ticket::list(tx, cx, &open, None, LINES)?.items,
            approvals: deciding::count_mine(tx, cx)?,
            has_catalogue: cx.may(ticket::access::OPEN).is_some() && !asking::offered(tx, cx)?.is_empty(),
            has_chats: im::channel::store::is_any_enabled(tx)?,
            troubles: major::status::troubles(tx, cx)?,
            guides: help::guides(tx, cx.locale)?,
            popular: help::popular(tx, cx, POPULAR)?,
        })
    }
}

pub async fn show(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| Found::read(tx, &cx)).await?;
    let locale = page.cx.locale;
    let lines = |rows: Vec<TicketRow>| rows.into_iter().map(|row| Line::of(locale, row)).collect();
    html(Home {
        shell: page.bare(&app, page.t("portal-home-title")),
        asked: lines(found.asked),
        open: lines(found.open),
        approvals: found.approvals,
        has_catalogue: found.has_catalogue,
        has_chats: found.has_chats,
        text: "",
        troubles: found.troubles,
        guides: found.guides,
        popular: found.popular,
    })
}
