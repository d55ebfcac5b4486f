//! Turning a mail into a request, an answer, or a note. Everything happens in the caller's transaction.
//!
//! Who writes as the requester or as a participant of a ticket says something public on it. Who works at the desk does so
//! too if the mail answers a letter that the desk wrote to exactly this person; else From may be forged, and the words
//! become a note for somebody to look at. A stranger's answer becomes a request of its own that is linked to the ticket, and
//! learns nothing of it. Machines are never answered and never reopen anything.

use kernel::cx::{Cx, Via};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::{link, setting};
use mail::inbound::Outcome;
use mail::message::classify::Kind;
use people::user::{is_email, normal_email};

use super::finding::{self, Finding, Found, Known, Sign, Standing};
use super::reading::Incoming;
use super::{REOPEN_DAYS_MAX, REOPEN_SETTING, REOPEN_WITHIN_DAYS};
use crate::ticket::value::{Channel, Stage};
use crate::ticket::{self, Note, Opening, Reply, Ticket};
use crate::{article, notice};

/// Kind of the link from a new request to the ticket that its mail answered.
const FOLLOWS: &str = "follows";

/// Takes a mail; the answer is what the journal says of it.
pub(super) fn take(tx: &mut Tx, cx: &Cx, incoming: &Incoming) -> Result<Outcome> {
    let Some(email) = incoming
        .sender
        .as_ref()
        .map(|sender| normal_email(&sender.email))
        .filter(|email| is_email(email))
    else {
        return Ok(Outcome::Quarantine {
            reason: "desk.no_sender".to_owned(),
        });
    };
    if let Some(reason) = sent_to_many(tx, cx, incoming)? {
        return Ok(ignored(reason));
    }
    let sender = Known::by_email(tx, &email)?;
    if sender.as_ref().is_some_and(|sender| !sender.user.active) {
        return Ok(Outcome::Quarantine {
            reason: "desk.sender_inactive".to_owned(),
        });
    }
    let mut taking = Taking {
        cx,
        incoming,
        email,
        sender,
        message_id: None,
    };
    if taking.is_known_already(tx)? {
        return Ok(ignored("desk.duplicate"));
    }
    notice::store::forget_unreachable(tx, &taking.email)?;
    let finding = finding::find(tx, cx, incoming, taking.sender.as_ref())?;
    let number = match &incoming.class.kind {
        Kind::AutoReply | Kind::OutOfOffice => match &finding.found {
            Some(found) => taking.note(tx, found.ticket.number, "desk-mail-automatic")?,
            None if incoming.class.kind == Kind::OutOfOffice => return Ok(ignored("desk.out_of_office")),
            None => return Ok(ignored("desk.auto_reply")),
        },
        Kind::Generated => match &finding.found {
            Some(found) => taking.note(tx, found.ticket.number, "desk-mail-generated")?,
            None => taking.open(tx, None)?,
        },
        _ => taking.said(tx, &finding)?,
    };
    taking.tell_of_trouble(tx, number, &finding)?;
    Ok(Outcome::Taken {
        subject: ticket::subject(number),
    })
}

fn ignored(reason: &str) -> Outcome {
    Outcome::Ignored {
        reason: reason.to_owned(),
    }
}

/// Newsletters and lists are not written to us. An answer that comes back through a list is.
fn sent_to_many(tx: &mut Tx, cx: &Cx, incoming: &Incoming) -> Result<Option<&'static str>> {
    let reason = match &incoming.class.kind {
        Kind::List(_) => "desk.list",
        Kind::Bulk => "desk.bulk",
        // The mail slice settles these itself; should one come here, it must not be answered.
        Kind::Bounce(_) | Kind::Loop => return Ok(Some("desk.machine")),
        _ => return Ok(None),
    };
    Ok((!finding::has_token(tx, cx, incoming)?).then_some(reason))
}

struct Taking<'a> {
    cx: &'a Cx,
    incoming: &'a Incoming,
    email: String,
    sender: Option<Known>,
    /// The mail's own identifier, when no other article has it.
    message_id: Option<String>,
}

impl Taking<'_> {
    /// The same mail by another mailbox of ours. Another mail under the same identifier is taken, without it.
    fn is_known_already(&mut self, tx: &mut Tx) -> Result<bool> {
        let Some(id) = &self.incoming.message_id else {
            return Ok(false);
        };
        tx.lock("desk.mail", id)?;
        let Some((_, known)) = article::store::by_message_id(tx, id)? else {
            self.message_id = Some(id.clone());
            return Ok(false);
        };
        let Some(known) = article::store::load(tx, known)? else {
            return Ok(false);
        };
        let is_theirs = self
            .sender
            .as_ref()
            .is_some_and(|sender| known.author == Some(sender.user.id));
        Ok(is_theirs && known.body.trim() == self.body().trim())
    }

    /// A person wrote.
    fn said(&mut self, tx: &mut Tx, finding: &Finding) -> Result<i64> {
        let Some(found) = &finding.found else {
            return self.open(tx, None);
        };
        let number = found.ticket.number;
        let is_closed = found.ticket.state.stage() == Stage::Closed;
        match &found.standing {
            Standing::Requester if is_closed && !self.may_reopen(tx, &found.ticket)? => {
                self.open(tx, Some(found))
            }
            Standing::Requester => self.answer_as_requester(tx, found, is_closed),
            Standing::Participant if is_closed => self.open(tx, Some(found)),
            Standing::Participant => {
                let reply = Reply {
                    author: self.sender.as_ref().map(|sender| sender.user.id),
                    ..self.reply()
                };
                ticket::reply(tx, self.cx, number, reply)?;
                self.invite_to(tx, found)?;
                Ok(number)
            }
            Standing::Staff(Some(mark)) if !mark.is_internal && !is_closed => {
                self.answer_as_staff(tx, &found.ticket)
            }
            Standing::Staff(Some(_)) => self.staff_note(tx, &found.ticket),
            Standing::Staff(None) => self.note(tx, number, "desk-mail-unproven"),
            Standing::Approver => self.note(tx, number, "desk-mail-from-approver"),
            Standing::Stranger => self.open(tx, Some(found)),
        }
    }

    fn acting(&self) -> Option<Cx> {
        self.sender
            .as_ref()
            .map(|sender| self.cx.acting_as(sender.identity.clone(), Via::Mail))
    }

    fn answer_as_requester(&self, tx: &mut Tx, found: &Found, is_closed: bool) -> Result<i64> {
        let number = found.ticket.number;
        let Some(acting) = self.acting() else {
            return Ok(number);
        };
        if is_closed {
            ticket::reopen(tx, &acting, number, &self.cx.locale.t("desk-mail-reopened"))?;
        }
        ticket::reply(tx, &acting, number, self.reply())?;
        self.invite_to(tx, found)?;
        Ok(number)
    }

    /// Somebody of the desk answers a letter that was theirs. If the ticket is no longer theirs to answer, the words
    /// are kept for those who have it now.
    fn answer_as_staff(&self, tx: &mut Tx, ticket: &Ticket) -> Result<i64> {
        let Some(acting) = self.acting() else {
            return Ok(ticket.number);
        };
        if ticket::access::check(&acting, ticket::access::REPLY, ticket).is_err() {
            return self.note(tx, ticket.number, "desk-mail-not-theirs");
        }
        ticket::reply(tx, &acting, ticket.number, self.reply())?;
        Ok(ticket.number)
    }

    fn staff_note(&self, tx: &mut Tx, ticket: &Ticket) -> Result<i64> {
        let Some(acting) = self.acting() else {
            return Ok(ticket.number);
        };
        if ticket::access::check(&acting, ticket::access::NOTE, ticket).is_err() {
            return self.note(tx, ticket.number, "desk-mail-not-theirs");
        }
        let note = Note {
            body: self.body(),
            attachments: self.incoming.files.clone(),
            mentions: Vec::new(),
        };
        let (_, article) = ticket::note(tx, &acting, ticket.number, note)?;
        self.name(tx, article)?;
        Ok(ticket.number)
    }

    /// The house writes down what came, under a line that says why it is no more than a note.
    fn note(&self, tx: &mut Tx, number: i64, opening: &str) -> Result<i64> {
        let name = self
            .incoming
            .sender
            .as_ref()
            .and_then(|sender| sender.name.clone())
            .unwrap_or_default();
        let from = if name.is_empty() {
            self.email.clone()
        } else {
            format!("{name} <{}>", self.email)
        };
        let opening = self.cx.locale.t_with(opening, &[("from", from.into())]);
        let room = ticket::BODY_MAX - opening.chars().count() - 2;
        let body: String = self.body().chars().take(room).collect();
        let note = Note {
            body: format!("{opening}\n\n{body}"),
            attachments: self.incoming.files.clone(),
            mentions: Vec::new(),
        };
        let (_, article) = ticket::note(tx, self.cx, number, note)?;
        self.name(tx, article)?;
        Ok(number)
    }

    fn name(&self, tx: &mut Tx, article: i64) -> Result<()> {
        match &self.message_id {
            Some(id) => article::store::set_message_id(tx, article, id),
            None => Ok(()),
        }
    }

    fn may_reopen(&self, tx: &mut Tx, ticket: &Ticket) -> Result<bool> {
        // What was not approved is asked for anew.
        if crate::catalogue::store::is_refused(tx, ticket.number)? {
            return Ok(false);
        }
        let days = setting::get::<i64>(tx, REOPEN_SETTING)?
            .unwrap_or(REOPEN_WITHIN_DAYS)
            .clamp(0, REOPEN_DAYS_MAX);
        Ok(ticket
            .closed_at
            .is_none_or(|closed| closed.add_secs(days * 86_400) >= self.cx.now()))
    }

    fn body(&self) -> String {
        match self.incoming.body.trim() {
            "" => self.cx.locale.t("desk-mail-no-text"),
            _ => self.incoming.body.clone(),
        }
    }

    fn reply(&self) -> Reply {
        Reply {
            body: self.body(),
            body_html: self.incoming.html.clone(),
            quoted: self.incoming.quoted.clone(),
            message_id: self.message_id.clone(),
            attachments: self.incoming.files.clone(),
            author: None,
        }
    }

    /// A new request, linked to the ticket whose mail it answers.
    fn open(&mut self, tx: &mut Tx, answers: Option<&Found>) -> Result<i64> {
        let requester = self.requester(tx)?;
        let title = match self.incoming.title.as_str() {
            "" => self.cx.locale.t("desk-mail-no-subject"),
            title => title.to_owned(),
        };
        let mut opening = Opening::new(requester.user.id, title, self.body(), Channel::Mail);
        opening.body_html = self.incoming.html.clone();
        opening.quoted = self.incoming.quoted.clone();
        opening.message_id = self.message_id.clone();
        opening.attachments = self.incoming.files.clone();
        opening.team = self.incoming.mailbox.settings["team"]
            .as_str()
            .and_then(|team| team.parse().ok());
        opening.site = requester.user.site.clone();
        opening.organisation = Some(requester.user.organisation.clone()).filter(|name| !name.is_empty());
        let acting = self.cx.acting_as(requester.identity.clone(), Via::Mail);
        let ticket = ticket::open(tx, &acting, opening)?;
        if let Some(found) =
            answers.filter(|found| found.sign != Sign::Subject || found.standing != Standing::Stranger)
        {
            link::add(tx, self.cx, &ticket.subject(), &found.ticket.subject(), FOLLOWS)?;
        }
        if self.incoming.class.kind == Kind::Person {
            self.invite(tx, ticket.number)?;
        }
        if mail::answer_allowed(tx, self.cx, &self.incoming.arrival)? {
            notice::received_by_mail(
                tx,
                self.cx,
                &ticket,
                &self.incoming.mailbox,
                &self.incoming.base_url,
            )?;
        }
        Ok(ticket.number)
    }

    /// The sender's record, made when there is none, in the language they seem to write in.
    fn requester(&mut self, tx: &mut Tx) -> Result<Known> {
        if let Some(known) = &self.sender {
            return Ok(known.clone());
        }
        let name = self
            .incoming
            .sender
            .as_ref()
            .and_then(|sender| sender.name.clone())
            .unwrap_or_default();
        let user = people::user::adding::find_or_add_requester(tx, self.cx, &self.email, &name)?;
        let mut known = Known::of(tx, user)?;
        if let Some(locale) = self.incoming.locale {
            let acting = self.cx.acting_as(known.identity.clone(), Via::Mail);
            people::user::changing::set_preferences(tx, &acting, locale, "")?;
            known.user.locale = Some(locale);
        }
        self.sender = Some(known.clone());
        Ok(known)
    }

    /// As [`Self::invite`], for a ticket that was there already. A number in the subject and the requester's name in From
    /// can be written by anybody: who only has these adds words, but nobody who would be told what the desk says.
    fn invite_to(&self, tx: &mut Tx, found: &Found) -> Result<()> {
        match found.sign {
            Sign::Token | Sign::Reference => self.invite(tx, found.ticket.number),
            Sign::Subject => Ok(()),
        }
    }

    /// Whoever got a copy takes part from now on: those with a record here, and addresses of our own domain. Others do
    /// not, or a stranger could have the desk write to anybody.
    fn invite(&self, tx: &mut Tx, number: i64) -> Result<()> {
        let Some(ticket) = ticket::store::load(tx, number)? else {
            return Ok(());
        };
        for address in &self.incoming.also_to {
            let email = normal_email(&address.email);
            if email == self.email || !is_email(&email) || mail::mailbox::is_ours(tx, &email)? {
                continue;
            }
            let is_house = address
                .domain()
                .eq_ignore_ascii_case(self.incoming.mailbox.domain());
            let known = match people::user::store::find_by_email(tx, &email)? {
                None if is_house && !is_ours_with_token(&email, &self.incoming.mailbox.address) => {
                    let name = address.name.clone().unwrap_or_default();
                    Some(people::user::adding::find_or_add_requester(
                        tx, self.cx, &email, &name,
                    )?)
                }
                known => known,
            };
            if let Some(person) = known.filter(|person| person.active && person.id != ticket.requester) {
                ticket::watch(tx, self.cx, number, person.id)?;
            }
        }
        Ok(())
    }

    /// What the desk should know of the mail besides its words.
    fn tell_of_trouble(&self, tx: &mut Tx, number: i64, finding: &Finding) -> Result<()> {
        let forged = finding.is_forged.then_some("desk-mail-forged");
        let lines: Vec<String> = self
            .incoming
            .problems
            .iter()
            .copied()
            .chain(forged)
            .map(|key| self.cx.locale.t(key))
            .collect();
        if !lines.is_empty() {
            ticket::note(
                tx,
                self.cx,
                number,
                Note {
                    body: lines.join("\n"),
                    ..Note::default()
                },
            )?;
        }
        Ok(())
    }
}

/// `support+t1042.tag@…` is a mailbox of ours with a ticket's token.
fn is_ours_with_token(email: &str, mailbox: &str) -> bool {
    let Some((local, domain)) = mailbox.rsplit_once('@') else {
        return false;
    };
    let plus = format!("{}+", local.to_lowercase());
    email.starts_with(&plus)
        && email
            .rsplit_once('@')
            .is_some_and(|(_, of)| of.eq_ignore_ascii_case(domain))
}
