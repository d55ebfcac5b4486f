//! What a draft begins with, and keeping it as an article.

use desk::diagnosis::{self, Outcome, Question};
use desk::learned;
use desk::ticket::{self, Entry, Stage, Ticket};
use desk::{finding, verification};
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::link;
use knowledge::{Article, Facts, Kind, Words, writing};
use serde_json::json;

use super::composing::{self, Fault, Known};
use super::striking::{self, Struck};
use crate::beside::{self, store, using};
use crate::events;

/// The kind of the link from an article to the ticket it was begun from.
pub const DRAFTED_FROM: &str = "drafted_from";

/// A ticket from which a draft can be made.
#[derive(Debug, Clone)]
pub struct Basis {
    /// The ticket.
    pub ticket: Ticket,
    /// The language of the draft.
    pub locale: Locale,
    /// What the draft says, with everything that is private.
    pub fault: Fault,
    /// Names of those who have to do with it.
    pub names: Vec<String>,
    /// Names of their machines.
    pub hosts: Vec<String>,
}

impl Basis {
    /// What is known of those whom the text may be about.
    #[must_use]
    pub fn known(&self) -> privacy::Known<'_> {
        privacy::Known {
            names: &self.names,
            hosts: &self.hosts,
        }
    }
}

/// Reads a ticket for its draft.
///
/// # Errors
/// 403 for who may not write articles, 404 for a ticket that is not for their eyes, 409 while it is open.
pub fn basis(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Basis> {
    cx.require(knowledge::WRITE)?;
    let view = using::see(tx, cx, number)?;
    if view.ticket.state.stage() == Stage::Open {
        return Err(Error::conflict("answers.not_solved"));
    }
    let body = learned::store::bodies(tx, &[number])?.pop().map(|one| one.1);
    let report = body.unwrap_or_default();
    // The article is in the language of what stands in it, whatever its requester reads elsewhere.
    let written = beside::words::language(&format!("{}\n{report}", view.ticket.title));
    let locale = match written {
        Some(locale) => locale,
        None => beside::language(tx, &view.ticket, &report)?,
    };
    let ticket = view.ticket;
    let known = known(tx, cx, &ticket, report)?;
    let mut hosts: Vec<String> = ticket.environment.device.iter().cloned().collect();
    hosts.retain(|host| !host.contains(' '));
    Ok(Basis {
        fault: composing::compose(&known, locale),
        names: names(tx, cx, &ticket, &view.watchers)?,
        hosts,
        locale,
        ticket,
    })
}

fn known(tx: &mut Tx<'_>, cx: &Cx, ticket: &Ticket, report: String) -> Result<Known> {
    let diagnosis = diagnosis::load(tx, cx, ticket.number)?;
    let finding = finding::load(tx, cx, ticket.number)?;
    let resolutions = verification::store::resolutions(tx, ticket.number)?;
    let held = resolutions
        .iter()
        .rev()
        .find(|one| !one.failed)
        .or(resolutions.last());
    let mut causes = vec![finding.plain, finding.technical];
    let confirmed = diagnosis
        .causes
        .iter()
        .filter(|cause| cause.outcome == Outcome::Confirmed);
    causes.extend(confirmed.map(|cause| cause.cause.clone()));
    if causes.iter().all(String::is_empty) {
        let why = diagnosis.answers.iter().find(|one| one.question == Question::Why);
        causes.extend(why.map(|answer| answer.text.clone()));
    }
    let environment = ticket.environment.clone();
    let value = |value: Option<String>| value.unwrap_or_default();
    Ok(Known {
        title: ticket.title.clone(),
        report,
        steps: ticket.steps.clone().unwrap_or_default(),
        error_text: ticket.error_text.clone().unwrap_or_default(),
        environment: vec![
            ("desk-page-field-device", value(environment.device)),
            ("desk-page-field-os", value(environment.os)),
            ("desk-page-field-application", value(environment.application)),
            ("desk-page-field-version", value(environment.version)),
        ],
        causes,
        solution: held.map(|one| one.solution.clone()).unwrap_or_default(),
        is_tested: held.is_some_and(|one| one.tested),
    })
}

/// Everybody who has to do with a ticket, and the organisation it comes from.
fn names(tx: &mut Tx<'_>, cx: &Cx, ticket: &Ticket, watchers: &[UserId]) -> Result<Vec<String>> {
    let mut people: Vec<UserId> = watchers.to_vec();
    people.push(ticket.requester);
    people.extend(ticket.assignee);
    let entries = ticket::timeline(tx, cx, ticket.number)?.entries;
    people.extend(entries.iter().filter_map(|entry| match entry {
        Entry::Article(article) => article.author,
        Entry::Event(_) => None,
    }));
    people.sort_unstable();
    people.dedup();
    let cards = people::user::store::cards(tx, &people)?;
    let mut names: Vec<String> = cards.into_values().map(|card| card.name).collect();
    // Whoever helped from the next desk is named in the solution more often than anybody else.
    names.extend(people::user::store::staff(tx)?.into_iter().map(|card| card.name));
    names.sort_unstable();
    names.dedup();
    names.extend(ticket.organisation.clone());
    Ok(names)
}

/// A draft that somebody looked at.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What it says, with marks.
    pub fault: Fault,
    /// What was struck out.
    pub struck: Vec<Struck>,
    /// The marks of what may stand.
    pub keep: Vec<String>,
    /// Somebody says that they looked at each piece.
    pub is_checked: bool,
    /// Where it will stand.
    pub space: String,
}

/// What came of it.
#[derive(Debug)]
pub enum Made {
    /// The draft is there.
    Article(Box<Article>),
    /// There is something to look at first: the draft and all that is struck out of it now.
    Look(Box<Fault>, Vec<Struck>),
}

/// Makes the draft, unless there is private data in it that nobody looked at.
///
/// # Errors
/// Those of [`basis`], and what is wrong with the words.
pub fn make(tx: &mut Tx<'_>, cx: &Cx, number: i64, wanted: &Wanted) -> Result<Made> {
    let basis = basis(tx, cx, number)?;
    let mut struck = wanted.struck.clone();
    let fault = striking::put_back(&wanted.fault, &struck, &wanted.keep);
    let kept: Vec<String> = struck
        .iter()
        .filter(|one| wanted.keep.contains(&one.mark))
        .map(|one| one.piece.clone())
        .collect();
    let seen = struck.len();
    let clean = striking::strike(&fault, &basis.known(), basis.locale, &kept, &mut struck);
    if struck.len() > seen || clean != fault || (!struck.is_empty() && !wanted.is_checked) {
        // With what may stand struck out again, as its box is still ticked.
        let shown = striking::strike(&fault, &basis.known(), basis.locale, &[], &mut struck);
        return Ok(Made::Look(Box::new(shown), struck));
    }
    let fault = striking::finish(&clean, &struck, basis.locale);
    let article = writing::create(
        tx,
        cx,
        &facts(cx, &basis, &wanted.space),
        basis.locale,
        &words(&fault, basis.locale),
    )?;
    link::add(tx, cx, &article.subject(), &ticket::subject(number), DRAFTED_FROM)?;
    if store::flag(tx, number)?.is_some_and(|flag| flag.is_open()) {
        store::settle_flag(tx, number, Some(article.number), cx.now())?;
    }
    let data = json!({ "article": article.number, "struck": struck.len() - kept.len(), "kept": kept.len() });
    using::tell(tx, cx, number, events::DRAFTED, data, None)?;
    Ok(Made::Article(Box::new(article)))
}

fn words(fault: &Fault, locale: Locale) -> Words {
    Words {
        title: fault.title.clone(),
        summary: String::new(),
        tags: Vec::new(),
        body: fault.body(locale),
    }
}

fn facts(cx: &Cx, basis: &Basis, space: &str) -> Facts {
    let ticket = &basis.ticket;
    // Nobody looks at these two, so nothing private may stand in them.
    let clean = |text: &Option<String>| {
        text.clone()
            .filter(|text| privacy::pieces(text, &basis.known()).is_empty())
    };
    Facts {
        kind: Kind::Fault,
        space: space.to_owned(),
        category: Some(ticket.category.as_str().to_owned()),
        audience: vec![knowledge::visibility::EVERYONE.to_owned()],
        owner: cx.user_id(),
        software: clean(&ticket.environment.application),
        software_version: clean(&ticket.environment.version),
        ..Facts::default()
    }
}

/// The space in which articles of a category stand in a fresh installation.
#[must_use]
pub fn usual_space(category: &str) -> &'static str {
    match category {
        "hardware" => "devices",
        "network" => "network",
        "account" => "accounts",
        "security" => "security",
        _ => "software",
    }
}
