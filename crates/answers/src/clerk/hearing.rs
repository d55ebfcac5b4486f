//! Who hears of tickets for the clerk: a new one is looked at, and a word on one that it answered ends its part.
//!
//! It reads behind the log, so reporting never waits for it. Everything is read and judged first, without holding anybody up;
//! `answering` looks at the ticket once more when it speaks. What one ticket is refused stops no other.

use desk::article::{self, ArticleKind};
use desk::events as told;
use desk::learned::{self, Field};
use desk::ticket::{self, Category, Channel, Ticket};
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::Locale;
use kernel::cx::{Credential, Cx, Via};
use kernel::db::Tx;
use kernel::error::{Kind, Result};
use kernel::event::{Event, Subscriber};
use mail::message::Message;
use mail::message::classify::{OwnMail, classify};
use people::user::User;

use super::answering::{self, Proposal};
use super::deciding::{self, Facts, Why};
use super::{Outcome, Policy, handing, judging, policy, store, thousandths};
use crate::beside::words;

/// The name under which it acts.
pub const NAME: &str = "answers.clerk";

/// Letters of a report that are looked at.
const BODY_LETTERS: usize = 3_000;
/// From this probability on a text is treated as a matter of security.
const SECURITY_FROM: f64 = 0.3;
const INCIDENTS: i64 = 20;
const DAY: i64 = 86_400;

/// From what happens after it was first started: it never answers old tickets.
#[must_use]
pub fn subscriber() -> Subscriber {
    Subscriber::cluster(NAME, hear).from_now()
}

fn hear<'a>(kernel: &'a Kernel, events: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(NAME);
        spoken_to(kernel, &cx, events).await?;
        for event in events.iter().filter(|event| event.kind == told::TICKET_OPENED) {
            let Some(number) = number_of(event) else { continue };
            match consider(kernel, &cx, number).await {
                Err(error) if !matches!(error.kind(), Kind::Internal | Kind::Unavailable) => {
                    tracing::warn!(number, %error, "the clerk could not answer");
                }
                other => other?,
            }
        }
        Ok(())
    })
}

fn number_of(event: &Event) -> Option<i64> {
    event.subject.strip_prefix("ticket:")?.parse().ok()
}

/// What a ticket's event means for an answer that waits for a word.
fn meaning(event: &Event) -> Option<Outcome> {
    let by_a_person = event.actor.starts_with("user:");
    match event.kind.as_str() {
        told::TICKET_REPLIED if event.data["voice"] == "requester" => Some(Outcome::Wrote),
        told::TICKET_REPLIED
        | told::TICKET_CALLED
        | told::TICKET_RESOLVED
        | told::TICKET_ESCALATED
        | told::TICKET_RESUMED
            if by_a_person =>
        {
            Some(Outcome::Taken)
        }
        told::TICKET_MERGED | told::TICKET_CONFIRMED | told::TICKET_CLOSED_SILENT => Some(Outcome::Taken),
        _ => None,
    }
}

/// A word on a ticket that the clerk answered: from now on it is a person's.
async fn spoken_to(kernel: &Kernel, cx: &Cx, events: &[Event]) -> Result<()> {
    let words: Vec<(i64, Outcome)> = events
        .iter()
        .filter_map(|event| Some((number_of(event)?, meaning(event)?)))
        .collect();
    if words.is_empty() {
        return Ok(());
    }
    let tickets: Vec<i64> = words.iter().map(|word| word.0).collect();
    let waiting = kernel
        .db
        .read(move |tx| store::waiting_among(tx, &tickets))
        .await?;
    for (number, outcome) in words.into_iter().filter(|word| waiting.contains(&word.0)) {
        let cx = cx.clone();
        kernel
            .db
            .write(move |tx| handing::hand_over(tx, &cx, number, outcome, "").map(drop))
            .await?;
    }
    Ok(())
}

/// What is known of a ticket: its row, its words, its requester, and the facts that need no model and no file.
#[derive(Debug, Clone)]
pub struct Heard {
    pub ticket: Ticket,
    /// Title and report.
    pub text: String,
    pub requester: User,
    /// The mail it came by.
    pub message_id: Option<String>,
    pub facts: Facts,
}

/// What is known of a ticket; none when there is nothing to answer.
///
/// # Errors
/// The database's.
pub fn facts(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Option<Heard>> {
    let Some(ticket) = ticket::store::load(tx, number)? else {
        return Ok(None);
    };
    let Some(requester) = people::user::store::find(tx, ticket.requester)?.filter(|user| user.active) else {
        return Ok(None);
    };
    let said = article::store::latest(tx, number, false, i64::MAX, 2)?;
    let Some(report) = said.iter().find(|one| one.kind == ArticleKind::Report) else {
        return Ok(None);
    };
    let body: String = report.body.chars().take(BODY_LETTERS).collect();
    let text = format!("{}\n{body}", ticket.title);
    let watchers = ticket::store::watchers(tx, number)?;
    let facts = Facts {
        channel: ticket.channel,
        state: ticket.state,
        priority: ticket.priority,
        ticket_type: ticket.ticket_type,
        category: ticket.category,
        team: ticket.team,
        sender: requester.email.clone(),
        looks_like_security: false,
        is_major: is_major(tx, &ticket, &text)?,
        is_answered: store::of_ticket(tx, number)?.is_some(),
        is_spoken: said.len() > 1,
        was_answered_lately: store::answered_since(tx, ticket.requester, cx.now().add_secs(-DAY))?,
        is_watched: watchers.iter().any(|person| *person != ticket.requester),
        is_machine: false,
    };
    Ok(Some(Heard {
        message_id: report.message_id.clone(),
        ticket,
        text,
        requester,
        facts,
    }))
}

/// Whether it belongs to a major incident, or may: while one goes on, whoever reports the same must not be told to restart.
fn is_major(tx: &mut Tx, found: &Ticket, text: &str) -> Result<bool> {
    if !major::incident::store::around_ticket(tx, found.number, 1)?.is_empty() {
        return Ok(true);
    }
    let text = text.to_lowercase();
    for incident in major::incident::store::open(tx, INCIDENTS)? {
        let is_named =
            |service: &String| !service.trim().is_empty() && text.contains(&service.trim().to_lowercase());
        if incident.services.iter().any(is_named) {
            return Ok(true);
        }
        let category = ticket::store::load(tx, incident.ticket)?.map(|ticket| ticket.category);
        if category.is_some_and(|category| category == found.category && category != Category::Other) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the desk's own past holds a text for a matter of security.
fn looks_like_security(tx: &mut Tx, node: &str, text: &str) -> Result<bool> {
    let models = learned::models(tx, node)?;
    let Some((_, model)) = models.iter().find(|one| one.0 == Field::Category) else {
        return Ok(false);
    };
    Ok(model
        .probabilities(text)
        .iter()
        .any(|(label, share)| *label == Category::Security.as_str() && *share >= SECURITY_FROM))
}

/// Looks at a ticket that came in, and answers it when everything speaks for it.
///
/// # Errors
/// The database's, or what the desk refuses.
pub async fn consider(kernel: &Kernel, cx: &Cx, number: i64) -> Result<()> {
    let (house, node) = (cx.clone(), kernel.node.clone());
    let read = kernel.db.read(move |tx| {
        let policy = policy::load(tx)?;
        if !policy.is_on {
            return Ok(None);
        }
        let Some(mut heard) = facts(tx, &house, number)? else {
            return Ok(None);
        };
        heard.facts.looks_like_security = looks_like_security(tx, &node, &heard.text)?;
        let raw = match &heard.message_id {
            Some(id) => mail::inbound::raw_of(tx, id)?,
            None => None,
        };
        Ok(Some((policy, heard, raw)))
    });
    let Some((policy, mut heard, raw)) = read.await? else {
        return Ok(());
    };
    if heard.ticket.channel == Channel::Mail {
        heard.facts.is_machine = is_machine(kernel, raw.as_deref()).await;
    }
    let why = match deciding::silence(&policy, &heard.facts) {
        Some(why) => Some(why),
        None => find_and_answer(kernel, cx, &policy, &heard).await?,
    };
    match why {
        // Doors that are none of its business are not worth a count.
        None | Some(Why::Door | Why::Twice) => Ok(()),
        Some(why) => {
            let day = crate::outcome::day(cx.now());
            kernel
                .db
                .write(move |tx| store::count_silence(tx, day, why.as_str()))
                .await
        }
    }
}

/// Whether a program wrote the mail. What cannot be read is treated as if one had.
async fn is_machine(kernel: &Kernel, raw: Option<&str>) -> bool {
    let Some(hash) = raw else { return true };
    let Ok(bytes) = kernel.files.get(hash).await else {
        return true;
    };
    Message::parse(&bytes).map_or(true, |message| {
        !classify(&message, &OwnMail::default()).may_answer_automatically
    })
}

async fn find_and_answer(kernel: &Kernel, cx: &Cx, policy: &Policy, heard: &Heard) -> Result<Option<Why>> {
    let requester = heard.requester.clone();
    let house = cx.clone();
    let reader = kernel.db.read(move |tx| reader(tx, &house, &requester)).await?;
    let found = judging::judge(kernel, &reader, policy, &heard.text).await?;
    let Some(found) = found else {
        return Ok(Some(Why::Nothing));
    };
    let confidence = thousandths(found.judged.confidence);
    let article = found.article.number;
    // Whoever is not signed in can have many voices; they order articles, and prove none.
    let (helped, failed) = kernel
        .db
        .read(move |tx| knowledge::voting::store::of_people(tx, article))
        .await?;
    let proof = (
        helped + found.article.tickets_solved,
        failed + found.article.tickets_unsolved,
    );
    if let Some(why) = deciding::doubt(policy, confidence, found.threshold, proof) {
        return Ok(Some(why));
    }
    let locale = language(&heard.requester, &heard.text);
    let proposal = Proposal {
        ticket: heard.ticket.number,
        judged: found.judged,
        threshold: found.threshold.unwrap_or(1_000),
        locale,
        words: found.words,
    };
    let (cx, base, policy) = (cx.clone(), kernel.config.base_url.clone(), policy.clone());
    kernel
        .db
        .write(move |tx| answering::answer(tx, &cx, &base, &policy, &proposal))
        .await
}

/// The requester's own language, else that of what they wrote.
fn language(requester: &User, text: &str) -> Locale {
    requester
        .locale
        .or_else(|| words::language(text))
        .unwrap_or_default()
}

/// The requester as a reader: what they may not read is not answered with.
pub(super) fn reader(tx: &mut Tx, cx: &Cx, requester: &User) -> Result<Cx> {
    let credential = Credential::Session {
        session: NAME.to_owned(),
        elevated: false,
    };
    let identity = people::identity_of(tx, requester, credential)?;
    let mut reader = cx.acting_as(identity, Via::Mail);
    reader.locale = requester.locale.unwrap_or(cx.locale);
    Ok(reader)
}
