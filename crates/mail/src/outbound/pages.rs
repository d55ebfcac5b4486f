//! The outbox: letters that wait, went, or could not go, and "send again".

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::i18n::Locale;
use kernel::time::Timestamp;
use web::{App, Need, Page, Path, Query, Routes, Shell, html};

use super::{Outbound, State as Standing};
use crate::inbound::pages::{Asked, FilterLink, filters, page_of};
use crate::mailbox::pages::said;
use crate::settings_page::{Place, Tab, tabs};
use crate::trouble;

const NEED: Need = Need::permission(crate::MANAGE);
const PATH: &str = "/settings/mail/outbox";
const ROWS: i64 = 50;

/// The routes of the pages and of the API of the outbox.
pub fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, PATH, NEED, index)
        .page(Method::POST, "/settings/mail/outbox/{id}/again", NEED, again)
        .merge(super::api::routes())
}

struct Row {
    letter: Outbound,
    to: String,
    state: String,
    class: &'static str,
    trouble: String,
    detail: String,
    next_at: Option<Timestamp>,
    can_send_again: bool,
}

#[derive(Template)]
#[template(path = "outbound/views/list.html")]
struct Index {
    shell: Shell,
    tabs: Vec<Tab>,
    filters: Vec<FilterLink>,
    rows: Vec<Row>,
    next: Option<String>,
}

async fn index(State(app): State<App>, page: Page, Query(asked): Query<Asked>) -> web::Result {
    let (cx, before) = (page.cx.clone(), asked.before.unwrap_or(i64::MAX));
    let state = asked.state.as_deref().and_then(Standing::parse);
    let found = app
        .db
        .read(move |tx| super::list(tx, &cx, state, before, ROWS + 1))
        .await?;
    let (shown, next) = page_of(found, state.map(Standing::as_str), PATH, |one: &Outbound| one.id);
    let all = Standing::ALL.map(|state| {
        (
            state.as_str(),
            page.t(&format!("mail-outbound-{}", state.as_str())),
        )
    });
    let filters = filters(&page, &all, state.map(Standing::as_str), PATH);
    let shell = page.shell(&app, page.t("mail-outbox-title")).await?;
    let tabs = tabs(&app, &shell, Place::Outbox).await?;
    let rows = shown
        .into_iter()
        .map(|letter| row(page.cx.locale, letter))
        .collect();
    html(Index {
        shell,
        tabs,
        filters,
        rows,
        next,
    })
}

async fn again(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| super::send_again(tx, &cx, id)).await?;
    said(&page, "mail-outbox-sending-again", PATH)
}

fn row(locale: Locale, letter: Outbound) -> Row {
    let class = match letter.state {
        Standing::Queued | Standing::Sending => "",
        Standing::Sent => "chip-success",
        Standing::Failed | Standing::Bounced => "chip-danger",
    };
    Row {
        to: letter.letter.recipients().join(", "),
        state: locale.t(&format!("mail-outbound-{}", letter.state.as_str())),
        class,
        trouble: letter
            .error
            .as_deref()
            .map(|code| trouble::words(locale, code))
            .unwrap_or_default(),
        detail: letter.detail.clone().unwrap_or_default(),
        next_at: (letter.state == Standing::Queued && letter.attempts > 0).then_some(letter.next_at),
        can_send_again: matches!(letter.state, Standing::Failed | Standing::Bounced),
        letter,
    }
}
