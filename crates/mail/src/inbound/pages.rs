//! The journal and the quarantine: what arrived, what became of it, and another try for what nobody could take.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, Method, header};
use kernel::i18n::{Locale, format_size, has_key};
use serde::Deserialize;
use web::{App, Need, Page, Path, Query, Routes, Shell, html};

use super::{Filter, Inbound, NEWEST, State as Standing};
use crate::mailbox::pages::said;
use crate::settings_page::{Place, Tab, tabs};

const NEED: Need = Need::permission(crate::MANAGE);
const ROWS: i64 = 50;
/// As much of a raw mail as a page shows; the rest is in the download.
const SHOWN_BYTES: usize = 64 * 1024;

/// The routes of the pages and of the API of the journal.
pub fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/settings/mail/journal", NEED, index)
        .page(Method::GET, "/settings/mail/journal/{id}", NEED, show)
        .page(Method::GET, "/settings/mail/journal/{id}/raw", NEED, raw)
        .page(Method::POST, "/settings/mail/journal/{id}/retry", NEED, retry)
        .page(Method::POST, "/settings/mail/journal/{id}/ignore", NEED, ignore)
        .merge(super::api::routes())
}

/// Which part of a list is asked for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    pub(crate) state: Option<String>,
    pub(crate) before: Option<i64>,
}

/// A filter above a list.
pub(crate) struct FilterLink {
    pub(crate) text: String,
    pub(crate) href: String,
    pub(crate) current: bool,
}

struct Row {
    inbound: Inbound,
    sender: String,
    subject: String,
    state: String,
    class: &'static str,
    reason: String,
}

#[derive(Template)]
#[template(path = "inbound/views/list.html")]
struct Index {
    shell: Shell,
    tabs: Vec<Tab>,
    filters: Vec<FilterLink>,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "inbound/views/show.html")]
struct Show {
    shell: Shell,
    row: Row,
    size: String,
    can_retry: bool,
    can_ignore: bool,
    raw: String,
    cut: bool,
}

async fn index(State(app): State<App>, page: Page, Query(asked): Query<Asked>) -> web::Result {
    let (cx, before) = (page.cx.clone(), asked.before.unwrap_or(NEWEST));
    let state = asked.state.as_deref().and_then(Standing::parse);
    let found = app
        .db
        .read(move |tx| super::list(tx, &cx, &Filter { state }, before, ROWS + 1))
        .await?;
    let (shown, next) = page_of(
        found,
        state.map(Standing::as_str),
        "/settings/mail/journal",
        |one: &Inbound| one.id,
    );
    let all = Standing::ALL.map(|state| {
        (
            state.as_str(),
            page.t(&format!("mail-inbound-{}", state.as_str())),
        )
    });
    let filters = filters(&page, &all, state.map(Standing::as_str), "/settings/mail/journal");
    let shell = page.shell(&app, page.t("mail-journal-title")).await?;
    let tabs = tabs(&app, &shell, Place::Journal).await?;
    let rows = shown
        .into_iter()
        .map(|inbound| row(page.cx.locale, inbound))
        .collect();
    html(Index {
        shell,
        tabs,
        filters,
        rows,
        next,
    })
}

async fn show(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    let inbound = app.db.read(move |tx| super::get(tx, &cx, id)).await?;
    let bytes = app.files.get(&inbound.raw_hash).await?;
    let shown = &bytes[..bytes.len().min(SHOWN_BYTES)];
    let raw = String::from_utf8_lossy(shown).into_owned();
    let locale = page.cx.locale;
    let waits = matches!(inbound.state, Standing::Quarantined | Standing::Ignored);
    let view = Show {
        size: format_size(u64::try_from(inbound.size).unwrap_or_default(), locale),
        can_retry: waits && !inbound.header_only,
        can_ignore: inbound.state == Standing::Quarantined,
        cut: bytes.len() > SHOWN_BYTES,
        raw,
        row: row(locale, inbound),
        shell: page.shell(&app, page.t("mail-journal-title")).await?,
    };
    html(view)
}

/// The mail as it came, as a file: nothing in it may run in the browser.
async fn raw(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    let inbound = app.db.read(move |tx| super::get(tx, &cx, id)).await?;
    let bytes = app.files.get(&inbound.raw_hash).await?;
    let mut response = web::download_bytes(bytes, &format!("mail-{id}.eml"), "message/rfc822")?;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    Ok(response)
}

async fn retry(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| super::retry(tx, &cx, id)).await?;
    said(
        &page,
        "mail-journal-retried",
        &format!("/settings/mail/journal/{id}"),
    )
}

async fn ignore(State(app): State<App>, page: Page, Path(id): Path<i64>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| super::ignore(tx, &cx, id)).await?;
    said(
        &page,
        "mail-journal-ignored",
        "/settings/mail/journal?state=quarantined",
    )
}

fn row(locale: Locale, inbound: Inbound) -> Row {
    let nothing = |key: &str| locale.t(key);
    let class = match inbound.state {
        Standing::Journaled => "",
        Standing::Taken => "chip-success",
        Standing::Ignored => "",
        Standing::Quarantined => "chip-warning",
    };
    Row {
        sender: inbound
            .sender
            .clone()
            .unwrap_or_else(|| nothing("mail-journal-no-sender")),
        subject: inbound
            .subject
            .clone()
            .filter(|text| !text.trim().is_empty())
            .unwrap_or_else(|| nothing("mail-journal-no-subject")),
        state: locale.t(&format!("mail-inbound-{}", inbound.state.as_str())),
        class,
        reason: inbound
            .reason
            .as_deref()
            .map(|reason| reason_words(locale, reason))
            .unwrap_or_default(),
        inbound,
    }
}

/// Reasons of other slices have their own words, or stand as they are.
fn reason_words(locale: Locale, reason: &str) -> String {
    let key = format!("mail-reason-{}", reason.replace(['.', ' '], "-"));
    if has_key(locale, &key) {
        locale.t(&key)
    } else {
        reason.to_owned()
    }
}

/// The rows of this page, and where the next begins when one more was found.
pub(crate) fn page_of<T>(
    mut found: Vec<T>,
    state: Option<&str>,
    path: &str,
    id: impl Fn(&T) -> i64,
) -> (Vec<T>, Option<String>) {
    let most = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|last| match state {
        Some(state) => format!("{path}?state={state}&before={}", id(last)),
        None => format!("{path}?before={}", id(last)),
    });
    (found, next)
}

/// Links to all and to each state.
pub(crate) fn filters(
    page: &Page,
    all: &[(&str, String)],
    current: Option<&str>,
    path: &str,
) -> Vec<FilterLink> {
    let everything = FilterLink {
        text: page.t("kernel-word-all"),
        href: path.to_owned(),
        current: current.is_none(),
    };
    let each = all.iter().map(|(state, text)| FilterLink {
        text: text.clone(),
        href: format!("{path}?state={state}"),
        current: current == Some(state),
    });
    std::iter::once(everything).chain(each).collect()
}
