//! Articles beside a ticket: the best for it, what was used, and whether it should become one.
//!
//! They are fetched after the ticket's page, so that it never waits for them; without a script their place is a link to them as
//! a page. `ranking` chooses, `words` is what goes into a reply, `using` keeps what was used.

pub mod api;
pub mod flagging;
pub mod pages;
pub mod ranking;
pub mod store;
pub mod using;
pub mod words;

use std::collections::BTreeMap;

use askama::Template;
use desk::learned;
use desk::ticket::{Stage, Ticket, access};
use futures::future::BoxFuture;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::link;
use knowledge::{Article, Kind, Number, Text, article, text, visibility};
use web::App;

use crate::USE;
use crate::drafting::DRAFTED_FROM;
use flagging::Flag;
use ranking::{Candidate, Matter};
use store::Use;

/// Articles that are looked at for one ticket.
const CANDIDATES: usize = 20;
/// The search is asked for no more than this.
const ASKED_LETTERS: usize = 300;
const LINKS: i64 = 100;

/// An article beside a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Which.
    pub number: Number,
    /// What sort.
    pub kind: Kind,
    /// In the reader's language.
    pub title: String,
    /// In a sentence.
    pub summary: String,
    /// It may no longer hold.
    pub is_outdated: bool,
    /// Tickets that were solved with it.
    pub solved: i64,
    /// Of a hundred who said so, those whom it helped; none when nobody did.
    pub share: Option<i64>,
    /// Whether the requester may read it.
    pub is_open: bool,
    /// The language in which it would be put into a reply.
    pub locale: Locale,
    /// What a reply gets: a link.
    pub link: String,
    /// What a reply gets: the steps.
    pub text: String,
    /// Whether it was used in this ticket.
    pub is_used: bool,
}

/// An article that was used.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// How, when, and what came of it.
    pub how: Use,
    /// In the reader's language; none for who may not see it.
    pub title: Option<String>,
}

/// What stands beside a ticket.
#[derive(Debug, Clone)]
pub struct Beside {
    /// The ticket.
    pub number: i64,
    /// The requester's language.
    pub locale: Locale,
    /// The best first.
    pub suggestions: Vec<Suggestion>,
    /// The first used first.
    pub used: Vec<Used>,
    /// Whether its solution should be written down.
    pub flag: Option<Flag>,
    /// Drafts that were made of it.
    pub drafts: Vec<Number>,
    /// Whether the reader may write to the requester.
    pub may_reply: bool,
    /// Whether a draft can be made of it, by this reader.
    pub may_draft: bool,
}

/// What is known of a ticket before the search is asked.
struct Basis {
    ticket: Ticket,
    asked: String,
    locale: Locale,
}

fn basis(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Basis> {
    let ticket = using::see(tx, cx, number)?.ticket;
    let body = learned::store::bodies(tx, &[number])?.pop().map(|one| one.1);
    let report = body.unwrap_or_default();
    let locale = language(tx, &ticket, &report)?;
    let application = ticket.environment.application.clone().unwrap_or_default();
    let error = ticket.error_text.clone().unwrap_or_default();
    // A quotation is a phrase to the search; here it is but words.
    let whole = format!("{} {application} {error} {report}", ticket.title).replace(['"', '“', '”'], " ");
    let asked: String = whole.chars().take(ASKED_LETTERS).collect();
    Ok(Basis {
        // A trailing gap: the last word is finished.
        asked: format!("{} ", asked.split_whitespace().collect::<Vec<_>>().join(" ")),
        ticket,
        locale,
    })
}

/// The language the requester chose, else the one they wrote in.
///
/// # Errors
/// The database's.
pub fn language(tx: &mut Tx<'_>, ticket: &Ticket, report: &str) -> Result<Locale> {
    let cards = people::user::store::cards(tx, &[ticket.requester])?;
    let chosen = cards.get(&ticket.requester).and_then(|card| card.locale);
    let written = || words::language(&format!("{}\n{report}", ticket.title));
    Ok(chosen.or_else(written).unwrap_or(Locale::En))
}

/// What stands beside a ticket, for this reader.
///
/// # Errors
/// 403 without the right, 404 for a ticket that is not for their eyes.
pub async fn find(app: &App, cx: &Cx, number: i64) -> Result<Beside> {
    let reader = cx.clone();
    let basis = app.db.read(move |tx| basis(tx, &reader, number)).await?;
    // An index that is away takes no page with it: there is nothing to propose then.
    let (search, reader, asked) = (app.search.clone(), cx.clone(), basis.asked.clone());
    let ask = move || knowledge::searching::find(&search, &reader, &asked, CANDIDATES);
    let found = tokio::task::spawn_blocking(ask)
        .await
        .map_err(Error::internal)?
        .inspect_err(|error| tracing::warn!(%error, "no articles for a ticket"))
        .unwrap_or_default();
    let found: Vec<(Number, f64)> = found
        .into_iter()
        .map(|(number, hit)| (number, hit.score))
        .collect();
    let (cx, base) = (cx.clone(), app.base_url().to_owned());
    app.db
        .read(move |tx| beside(tx, &cx, &base, &basis, &found))
        .await
}

fn beside(tx: &mut Tx<'_>, cx: &Cx, base: &str, basis: &Basis, found: &[(Number, f64)]) -> Result<Beside> {
    let number = basis.ticket.number;
    let uses = store::of_ticket(tx, number)?;
    let mut wanted: Vec<Number> = found.iter().map(|one| one.0).collect();
    wanted.extend(uses.iter().map(|one| one.article));
    wanted.sort_unstable();
    wanted.dedup();
    let articles = seen(tx, cx, &wanted)?;
    let texts = text::store::of_articles(tx, &wanted)?;
    let of = |number: &Number| Some((articles.get(number)?, texts.get(number)?));
    let candidates: Vec<Candidate> = found
        .iter()
        .filter_map(|(number, score)| of(number).map(|(article, texts)| candidate(article, texts, *score)))
        .collect();
    let suggestions = ranking::rank(&matter(&basis.ticket), &candidates)
        .into_iter()
        .filter_map(|number| of(&number))
        .filter_map(|(article, texts)| suggestion(cx, base, basis, article, texts, &uses))
        .collect();
    let title = |number: &Number| {
        let (article, texts) = of(number)?;
        Some(
            in_language(texts, cx.locale, article.original)?
                .words
                .title
                .clone(),
        )
    };
    let used = uses
        .iter()
        .map(|one| Used {
            title: title(&one.article),
            how: one.clone(),
        })
        .collect();
    let stage = basis.ticket.state.stage();
    Ok(Beside {
        number,
        locale: basis.locale,
        suggestions,
        used,
        flag: store::flag(tx, number)?,
        drafts: drafts(tx, number)?,
        may_reply: stage != Stage::Closed && access::may(cx, access::REPLY, &basis.ticket),
        may_draft: stage != Stage::Open && cx.may(knowledge::WRITE).is_some(),
    })
}

/// Published articles that the reader may see, by number.
fn seen(tx: &mut Tx<'_>, cx: &Cx, numbers: &[Number]) -> Result<BTreeMap<Number, Article>> {
    let terms = visibility::terms(cx);
    let found = article::store::find_many(tx, numbers)?;
    Ok(found
        .into_iter()
        .filter(|one| one.state.is_read() && visibility::sees(cx, &terms, one))
        .map(|one| (one.number, one))
        .collect())
}

/// Articles that were begun from a ticket.
///
/// # Errors
/// The database's.
pub fn drafts(tx: &mut Tx<'_>, number: i64) -> Result<Vec<Number>> {
    let links = link::of(tx, &desk::ticket::subject(number), LINKS)?;
    let drafts = links.iter().filter(|link| link.kind == DRAFTED_FROM);
    Ok(drafts
        .filter_map(|link| article::of_subject(&link.from))
        .collect())
}

fn matter(ticket: &Ticket) -> Matter {
    let environment = ticket.environment.clone();
    Matter {
        category: ticket.category.as_str().to_owned(),
        application: environment.application.unwrap_or_default(),
        version: environment.version.unwrap_or_default(),
        device: environment.device.unwrap_or_default(),
        system: environment.os.unwrap_or_default(),
    }
}

fn candidate(article: &Article, texts: &[Text], found: f64) -> Candidate {
    let words = texts.iter().flat_map(|text| {
        let title = std::iter::once(text.words.title.as_str());
        title.chain(text.words.tags.iter().map(String::as_str))
    });
    Candidate {
        number: article.number,
        found,
        category: article.category.clone(),
        software: article.software.clone(),
        version: article.software_version.clone(),
        words: words.collect::<Vec<_>>().join(" "),
        worth: article.worth,
        is_outdated: article.state == knowledge::State::Outdated,
    }
}

/// The words in a language, else those of the original, else any.
fn in_language(texts: &[Text], locale: Locale, original: Locale) -> Option<&Text> {
    let of = |locale: Locale| texts.iter().find(|text| text.locale == locale);
    of(locale).or_else(|| of(original)).or_else(|| texts.first())
}

fn suggestion(
    cx: &Cx,
    base: &str,
    basis: &Basis,
    article: &Article,
    texts: &[Text],
    uses: &[Use],
) -> Option<Suggestion> {
    let shown = in_language(texts, cx.locale, article.original)?;
    let sent = in_language(texts, basis.locale, article.original)?;
    let address = format!("{}/help/{}", base.trim_end_matches('/'), article.number);
    let (title, steps) = (&sent.words.title, words::steps(&sent.words.body));
    let voices = article.solved + article.unsolved;
    Some(Suggestion {
        number: article.number,
        kind: article.kind,
        title: shown.words.title.clone(),
        summary: shown.words.summary.clone(),
        is_outdated: article.state == knowledge::State::Outdated,
        solved: article.tickets_solved,
        share: (voices > 0).then(|| (article.solved * 100 + voices / 2) / voices),
        is_open: is_open(article, &basis.ticket),
        locale: sent.locale,
        link: words::link(basis.locale, title, &address),
        text: words::text(basis.locale, title, &steps, &address),
        is_used: uses.iter().any(|one| one.article == article.number),
    })
}

/// What a reply to the requester would get of an article.
///
/// # Errors
/// 403, 404 also for an article that the requester may not read, or when nobody may write to them any more.
pub fn wording(tx: &mut Tx<'_>, cx: &Cx, base: &str, number: i64, article: Number) -> Result<Suggestion> {
    let basis = basis(tx, cx, number)?;
    let stage = basis.ticket.state.stage();
    let may_reply = stage != Stage::Closed && access::may(cx, access::REPLY, &basis.ticket);
    let articles = seen(tx, cx, &[article])?;
    let texts = text::store::of_articles(tx, &[article])?;
    let found = articles.get(&article).zip(texts.get(&article));
    found
        .and_then(|(article, texts)| suggestion(cx, base, &basis, article, texts, &[]))
        .filter(|one| may_reply && one.is_open)
        .ok_or_else(Error::not_found)
}

/// Whether whoever reported the ticket may read the article. Teams and roles are the department's own; what cannot be known here
/// is taken as no.
fn is_open(article: &Article, ticket: &Ticket) -> bool {
    let organisation = ticket
        .organisation
        .as_ref()
        .map(|name| format!("organisation:{name}"));
    article.audience.iter().any(|term| {
        matches!(term.as_str(), visibility::PUBLIC | visibility::EVERYONE)
            || organisation.as_ref() == Some(term)
    })
}

#[derive(Template)]
#[template(path = "beside/views/place.html")]
struct Place {
    number: i64,
    title: String,
}

/// The place in the side of a ticket where they will stand: no statement is spent on it.
pub(crate) fn panel(_: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    Box::pin(async move {
        let number = subject
            .strip_prefix("ticket:")
            .and_then(|text| text.parse::<i64>().ok());
        let is_theirs = cx.may(USE).is_some() && cx.may(access::INTERNAL).is_some();
        let Some(number) = number.filter(|_| is_theirs) else {
            return Ok(None);
        };
        place(number, cx.locale).map(Some)
    })
}

fn place(number: i64, locale: Locale) -> Result<String> {
    let title = locale.t("answers-beside-title");
    Place { number, title }.render().map_err(Error::internal)
}
