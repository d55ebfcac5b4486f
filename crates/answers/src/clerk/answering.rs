//! Answering: one word on a ticket, with everything that belongs to it, in one transaction.
//!
//! Whether it may speak is looked at once more here, under the ticket's lock: a person may have spoken since the ticket was
//! heard of. The row that keeps the answer has the ticket for its key, so that a crash, a repeat, or two nodes cannot make it
//! speak twice.

use desk::ticket::{self, Reply, Wait, WaitingFor};
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{self, New};
use knowledge::Words;
use serde_json::json;

use super::deciding::{self, Why};
use super::hearing;
use super::scoring::Judged;
use super::{Answer, Policy, events, said, store, thousandths, wording};

/// What it is about to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub ticket: i64,
    pub judged: Judged,
    /// In thousandths.
    pub threshold: i64,
    /// The language it is said in, and the words.
    pub locale: Locale,
    pub words: Words,
}

const DAY: i64 = 86_400;

/// Answers, or says why not after all. `base` is the address of the house.
///
/// # Errors
/// The database's, or the desk's refusal.
pub fn answer(tx: &mut Tx, cx: &Cx, base: &str, policy: &Policy, proposal: &Proposal) -> Result<Option<Why>> {
    let number = proposal.ticket;
    tx.lock("desk.ticket", number)?;
    let Some(heard) = hearing::facts(tx, cx, number)? else {
        return Ok(Some(Why::State));
    };
    // Two tickets of one person at the same moment are one answer.
    tx.lock("answers.clerk", heard.ticket.requester)?;
    let facts = deciding::Facts {
        was_answered_lately: store::answered_since(tx, heard.ticket.requester, cx.now().add_secs(-DAY))?,
        ..heard.facts
    };
    if let Some(why) = deciding::silence(policy, &facts) {
        return Ok(Some(why));
    }
    let mut answer = Answer {
        ticket: number,
        article: proposal.judged.article,
        requester: heard.ticket.requester,
        locale: proposal.locale,
        confidence: thousandths(proposal.judged.confidence),
        threshold: proposal.threshold,
        words: proposal.judged.words.clone(),
        reply: 0,
        question: cx.new_id(),
        outcome: None,
        reason: String::new(),
        answered_at: cx.now(),
        silent_at: cx.now().add_secs(policy.silent_days * DAY),
        settled_at: None,
    };
    let word = said::token(tx, cx, &answer)?;
    let reply = Reply {
        body: wording::answer(proposal.locale, base, answer.article, &proposal.words, &word),
        ..Reply::default()
    };
    (_, answer.reply) = ticket::reply(tx, cx, number, reply)?;
    let wait = Wait {
        whom: WaitingFor::Requester,
        reason: wording::waits(proposal.locale, answer.article),
        until: None,
    };
    ticket::wait(tx, cx, number, wait)?;
    store::insert(tx, &answer)?;
    let new = New {
        kind: events::ANSWERED,
        subject: ticket::subject(number),
        data: json!({
            "article": answer.article, "confidence": answer.confidence, "threshold": answer.threshold,
        }),
        personal: Some(json!({ "words": answer.words })),
    };
    event::append(tx, cx, new)?;
    Ok(None)
}
