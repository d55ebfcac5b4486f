//! What is offered while somebody writes on a ticket: `/` templates, `@` people of the desk, `#` tickets.
//!
//! The script asks with the letters typed so far and puts the chosen text in their place. Without scripts templates are a
//! list of links that begin a reply; people and tickets are written by hand.

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::search::SearchQuery;
use serde::Deserialize;
use web::{App, Page, Path, Query, Shell, html};

use super::acting::{Act, OnTicket, malformed};
use super::settings_templates::parse;
use crate::reply_template::{self, ReplyTemplate};
use crate::ticket::drafting::Draft;
use crate::ticket::{self, Ticket, access, store};

/// What the script asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// `/`, `@`, or `#`.
    sign: String,
    /// The letters after it.
    q: String,
    /// `note` or `reply`: decides the language of a template.
    kind: String,
}

/// One thing to choose.
struct Offer {
    /// What is put into the text.
    insert: String,
    name: String,
    hint: String,
}

#[derive(Template)]
#[template(path = "console/views/completion.html")]
struct Offers {
    offers: Vec<Offer>,
}

const AT_MOST: usize = 8;
const HINT_MAX: usize = 60;

/// `GET /tickets/{number}/completion`
pub(super) async fn offer(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> web::Result {
    let cx = page.cx.clone();
    let text = wanted.q.trim().to_lowercase();
    let offers = match wanted.sign.as_str() {
        "/" => {
            let is_note = wanted.kind == "note";
            app.db
                .read(move |tx| templates(tx, &cx, number, &text, is_note))
                .await?
        }
        "@" => app.db.read(move |tx| people(tx, &cx, number, &text)).await?,
        "#" => tickets(&app, &cx, &text).await?,
        _ => return Err(malformed("sign").into()),
    };
    html(Offers { offers })
}

fn seen(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Ticket> {
    let ticket = ticket::load(tx, cx, number)?.ticket;
    access::check(cx, access::NOTE, &ticket)?;
    Ok(ticket)
}

fn templates(tx: &mut Tx<'_>, cx: &Cx, number: i64, text: &str, is_note: bool) -> Result<Vec<Offer>> {
    let ticket = seen(tx, cx, number)?;
    let found = reply_template::list(tx, cx)?;
    let fits = |one: &ReplyTemplate| {
        [&one.name.en, &one.name.zh]
            .iter()
            .any(|name| name.to_lowercase().contains(text))
    };
    let mut offers = Vec::new();
    for one in found.iter().filter(|one| fits(one)).take(AT_MOST) {
        let insert = reply_template::fill(tx, cx, &one.body, &ticket, is_note)?;
        offers.push(Offer {
            name: one.name.of(cx.locale).to_owned(),
            hint: insert.chars().take(HINT_MAX).collect(),
            insert,
        });
    }
    Ok(offers)
}

fn people(tx: &mut Tx<'_>, cx: &Cx, number: i64, text: &str) -> Result<Vec<Offer>> {
    seen(tx, cx, number)?;
    let staff = people::user::store::staff(tx)?;
    let twice = |name: &str| staff.iter().filter(|other| other.name == name).count() > 1;
    let offers = staff
        .iter()
        .filter(|card| card.name.to_lowercase().contains(text) || card.email.starts_with(text))
        .take(AT_MOST)
        .map(|card| Offer {
            insert: format!(
                "@{} ",
                if twice(&card.name) {
                    &card.email
                } else {
                    &card.name
                }
            ),
            name: card.name.clone(),
            hint: card.email.clone(),
        });
    Ok(offers.collect())
}

async fn tickets(app: &App, cx: &Cx, text: &str) -> Result<Vec<Offer>> {
    let mut numbers: Vec<i64> = text.parse().into_iter().collect();
    if !text.is_empty() {
        let query = SearchQuery {
            text: text.to_owned(),
            kinds: vec!["ticket".to_owned()],
            rights: crate::search::rights(cx),
            limit: AT_MOST,
            ..SearchQuery::default()
        };
        let hits = app.search.query(query).await?;
        numbers.extend(hits.iter().filter_map(|hit| hit.key.parse::<i64>().ok()));
    }
    let context = cx.clone();
    let found = app.db.read(move |tx| store::load_many(tx, &numbers)).await?;
    let offers = found
        .into_iter()
        .filter(|ticket| access::may(&context, access::READ, ticket))
        .take(AT_MOST)
        .map(|ticket| Offer {
            insert: format!("#{} ", ticket.number),
            name: format!("#{}", ticket.number),
            hint: ticket.title,
        });
    Ok(offers.collect())
}

#[derive(Template)]
#[template(path = "console/views/templates.html", blocks = ["act"])]
struct Choose {
    shell: Shell,
    act: Act,
    lines: Vec<Choice>,
}

struct Choice {
    href: String,
    name: String,
    text: String,
}

/// `GET /tickets/{number}/templates`: every template, filled in; a click begins a reply with it.
pub(super) async fn choose(on: OnTicket) -> web::Result {
    let beside = on.beside();
    let lines = on
        .read(move |tx, cx, number| {
            let ticket = seen(tx, cx, number)?;
            let mut lines = Vec::new();
            for one in reply_template::list(tx, cx)? {
                lines.push(Choice {
                    href: format!("/tickets/{number}{beside}&template={}", one.id),
                    name: one.name.of(cx.locale).to_owned(),
                    text: reply_template::fill(tx, cx, &one.body, &ticket, false)?,
                });
            }
            Ok(lines)
        })
        .await?;
    let words = "desk-page-template-insert";
    let (shell, act) = on.frame("templates", words, words).await?;
    let dialog = act.dialog;
    let view = Choose { shell, act, lines };
    if dialog { html(view.as_act()) } else { html(view) }
}

/// The reply that an address with a template in it begins with.
pub(super) fn begun(tx: &mut Tx<'_>, cx: &Cx, ticket: &Ticket, template: &str) -> Result<Option<Draft>> {
    if template.is_empty() {
        return Ok(None);
    }
    let found = reply_template::load(tx, cx, parse(template)?)?;
    Ok(Some(Draft {
        body: reply_template::fill(tx, cx, &found.body, ticket, false)?,
        internal: false,
        at: cx.now(),
    }))
}
