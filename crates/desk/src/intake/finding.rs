//! Which ticket a mail belongs to, and how its sender stands to it.
//!
//! In this order: a Message-ID or reply address of ours with its signature; the Message-ID of a mail that was taken in;
//! the number in the subject, which anybody can write and which counts only for those who take part in the ticket anyway.
//! An identifier that looks like ours with a wrong signature counts as nothing, and is told of.

use kernel::cx::{Cx, Identity};
use kernel::db::Tx;
use kernel::error::Result;
use mail::message::Message;
use mail::message::threading;
use people::user::User;

use super::reading::Incoming;
use crate::notice::posting::{self, Mark};
use crate::ticket::{self, Ticket};
use crate::{article, catalogue, notice};

/// Somebody with a record here.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) user: User,
    pub(super) identity: Identity,
}

impl Known {
    /// The person with this address, with their rights.
    pub(super) fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Known>> {
        people::user::store::find_by_email(tx, email)?
            .map(|user| Known::of(tx, user))
            .transpose()
    }

    pub(super) fn of(tx: &mut Tx, user: User) -> Result<Known> {
        Ok(Known {
            identity: notice::people::identity(tx, &user)?,
            user,
        })
    }
}

/// By which sign a ticket was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Token,
    Reference,
    Subject,
}

/// How the sender stands to the ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    Requester,
    /// Watches it.
    Participant,
    /// Works at the desk. With the mark of the letter that they answer; without it anybody could have written their name
    /// into From.
    Staff(Option<Mark>),
    /// Was asked to approve it, and has no other part in it.
    Approver,
    Stranger,
}

/// The ticket a mail belongs to.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) ticket: Ticket,
    pub(super) sign: Sign,
    pub(super) standing: Standing,
}

/// What the signs of a mail say.
#[derive(Debug, Clone, Default)]
pub(super) struct Finding {
    pub(super) found: Option<Found>,
    /// It carried an identifier like ours that we did not make.
    pub(super) is_forged: bool,
}

/// Reads the signs.
pub(super) fn find(tx: &mut Tx, cx: &Cx, incoming: &Incoming, sender: Option<&Known>) -> Result<Finding> {
    let message = &incoming.arrival.message;
    let keys = mail::thread_keys(tx, cx)?;
    let hint = threading::find_ticket(message, &keys);
    let is_forged = hint.forged;
    let mut candidates: Vec<(i64, Sign)> = Vec::new();
    candidates.extend(
        hint.ticket
            .and_then(|(number, _)| number.try_into().ok())
            .map(|number| (number, Sign::Token)),
    );
    if candidates.is_empty() {
        for id in &hint.foreign_ids {
            if let Some((number, _)) = article::store::by_message_id(tx, id)? {
                candidates.push((number, Sign::Reference));
                break;
            }
        }
        candidates.extend(
            hint.subject_number
                .and_then(|number| number.try_into().ok())
                .map(|number| (number, Sign::Subject)),
        );
    }
    for (number, sign) in candidates {
        let Some(ticket) = ticket::store::load(tx, number)? else {
            continue;
        };
        let marks = marks(message, number, &keys);
        // What is written to a ticket that became part of another belongs there.
        let ticket = ticket::merging::follow(tx, ticket)?;
        let standing = standing(tx, &ticket, sender, &marks)?;
        if sign == Sign::Subject && standing == Standing::Stranger {
            continue;
        }
        return Ok(Finding {
            found: Some(Found {
                ticket,
                sign,
                standing,
            }),
            is_forged,
        });
    }
    Ok(Finding {
        found: None,
        is_forged,
    })
}

/// Whether the mail answers one of ours, whoever sends it.
pub(super) fn has_token(tx: &mut Tx, cx: &Cx, incoming: &Incoming) -> Result<bool> {
    let keys = mail::thread_keys(tx, cx)?;
    Ok(threading::find_ticket(&incoming.arrival.message, &keys)
        .ticket
        .is_some())
}

/// The marks of our letters that a mail answers, the nearest first.
fn marks(message: &Message, ticket: i64, keys: &threading::Keys) -> Vec<Mark> {
    let answered = message.in_reply_to.iter().chain(message.references.iter().rev());
    answered
        .filter_map(|id| posting::mark_of(id, ticket, keys))
        .collect()
}

fn standing(tx: &mut Tx, ticket: &Ticket, sender: Option<&Known>, marks: &[Mark]) -> Result<Standing> {
    let Some(sender) = sender else {
        return Ok(Standing::Stranger);
    };
    let user = sender.user.id;
    if user == ticket.requester {
        return Ok(Standing::Requester);
    }
    if notice::people::is_staff(&sender.identity) {
        return Ok(Standing::Staff(
            marks.iter().find(|mark| mark.is_for(user)).cloned(),
        ));
    }
    let approvals = catalogue::store::approvals(tx, ticket.number)?;
    if approvals.iter().any(|approval| approval.person == user) {
        return Ok(Standing::Approver);
    }
    let takes_part = ticket::store::watchers(tx, ticket.number)?.contains(&user);
    Ok(if takes_part {
        Standing::Participant
    } else {
        Standing::Stranger
    })
}
