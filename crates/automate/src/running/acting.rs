//! Doing one action, by the desk's ordinary operations: what a person could not do to the ticket, a rule cannot either.

use desk::ticket::changing::{NextStep, Pin};
use desk::ticket::escalating::{Escalate, Handoff};
use desk::ticket::{
    self, Assign, Category, Change, Impact, Note, Priority, Reply, Resolve, Ticket, TicketType, Tier,
    Urgency, Wait, WaitingFor,
};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use mail::message::Address;
use mail::{Letter, Sender};

use super::words;
use crate::rule::word::minutes;
use crate::rule::{Action, ActionKind, checking};

/// What an action needs to know besides itself.
#[derive(Debug, Clone)]
pub struct Around<'a> {
    /// The rule's name.
    pub rule: &'a str,
    /// The firing's number.
    pub firing: i64,
    /// Where pages of this installation are.
    pub base_url: &'a str,
}

/// Does an action; whether anything changed.
///
/// # Errors
/// The operation's own refusal.
pub fn act(
    tx: &mut Tx<'_>,
    cx: &Cx,
    number: i64,
    action: &Action,
    place: usize,
    around: &Around<'_>,
) -> Result<bool> {
    let ticket = ticket::store::load(tx, number)?.ok_or_else(Error::not_found)?;
    let value = action.value.as_str();
    let text = |tx: &mut Tx<'_>, locale: Locale| said(tx, &ticket, action, around, locale);
    match action.kind {
        ActionKind::Stop => Ok(false),
        ActionKind::SetType
        | ActionKind::SetCategory
        | ActionKind::SetImpact
        | ActionKind::SetUrgency
        | ActionKind::SetPriority => set(tx, cx, &ticket, action),
        ActionKind::AddTags | ActionKind::RemoveTags => tag(tx, cx, number, action),
        ActionKind::AssignTeam | ActionKind::AssignPerson | ActionKind::AssignAutomatically => {
            assign(tx, cx, &ticket, action)
        }
        ActionKind::Escalate => {
            let words = text(tx, cx.locale)?;
            let tier = Tier::new(value.parse().unwrap_or_default())?;
            let handoff = Handoff {
                tried: words.clone(),
                known: words,
                boundary: cx
                    .locale
                    .t_with("automate-handoff", &[("rule", around.rule.into())]),
            };
            let escalate = Escalate {
                tier,
                handoff,
                team: None,
                assignee: None,
            };
            changed(ticket::escalate(tx, cx, number, escalate))
        }
        ActionKind::Note => {
            let body = text(tx, cx.locale)?;
            changed(ticket::note(
                tx,
                cx,
                number,
                Note {
                    body,
                    ..Note::default()
                },
            ))
        }
        ActionKind::Reply => {
            let locale = people::user::store::find(tx, ticket.requester)?.and_then(|person| person.locale);
            let body = text(tx, locale.unwrap_or(cx.locale))?;
            changed(ticket::reply(
                tx,
                cx,
                number,
                Reply {
                    body,
                    ..Reply::default()
                },
            ))
        }
        ActionKind::Wait => {
            let whom = WaitingFor::parse(value)?;
            if ticket.state == whom.state() {
                return Ok(false);
            }
            let reason = one_line(&text(tx, cx.locale)?);
            changed(ticket::wait(
                tx,
                cx,
                number,
                Wait {
                    whom,
                    reason,
                    until: None,
                },
            ))
        }
        ActionKind::Resume => changed(ticket::resume(tx, cx, number)),
        ActionKind::NextStep => {
            let next_step = NextStep {
                what: one_line(&text(tx, cx.locale)?),
                at: Some(later(tx, cx, value)?),
            };
            let change = Change {
                next_step: Some(next_step),
                ..Change::default()
            };
            changed(ticket::change(tx, cx, number, change))
        }
        ActionKind::Watch => watch(tx, cx, number, person(value)?),
        ActionKind::Notify => notify(tx, cx, &ticket, action, place, around),
        ActionKind::Resolve => {
            let resolve = Resolve {
                solution: text(tx, cx.locale)?,
                tested: false,
                untested_reason: Some(
                    cx.locale
                        .t_with("automate-untested", &[("rule", around.rule.into())]),
                ),
            };
            changed(ticket::resolve(tx, cx, number, resolve))
        }
    }
}

fn changed<T>(done: Result<T>) -> Result<bool> {
    done.map(|_| true)
}

fn said(
    tx: &mut Tx<'_>,
    ticket: &Ticket,
    action: &Action,
    around: &Around<'_>,
    locale: Locale,
) -> Result<String> {
    let context = words::of_ticket(tx, ticket, around.rule, around.base_url, locale)?;
    words::render(&action.text, &context).map_err(|detail| {
        Error::invalid("automate.rule.text_broken")
            .field("text")
            .arg("detail", detail)
            .arg("names", words::NAMES.join(", "))
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn set(tx: &mut Tx<'_>, cx: &Cx, ticket: &Ticket, action: &Action) -> Result<bool> {
    let value = action.value.as_str();
    let mut change = Change::default();
    match action.kind {
        ActionKind::SetType => change.ticket_type = Some(TicketType::parse(value)?),
        ActionKind::SetCategory => change.category = Some(Category::parse(value)?),
        ActionKind::SetImpact => change.impact = Some(Impact::parse(value)?),
        ActionKind::SetUrgency => change.urgency = Some(Urgency::parse(value)?),
        _ => {
            let priority = Priority::parse(value)?;
            // One that a person pinned to the same is left as it is; so is one that the matrix gives.
            if ticket.priority == priority {
                return Ok(false);
            }
            change.priority = Some(Pin::To(priority));
        }
    }
    let after = ticket::change(tx, cx, ticket.number, change)?;
    Ok(after.version != ticket.version)
}

fn tag(tx: &mut Tx<'_>, cx: &Cx, number: i64, action: &Action) -> Result<bool> {
    let mut tags = ticket::store::tags(tx, number)?;
    let before = tags.clone();
    for tag in checking::tags(&action.value) {
        if action.kind == ActionKind::RemoveTags {
            tags.retain(|present| *present != tag);
        } else if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if tags == before {
        return Ok(false);
    }
    let change = Change {
        tags: Some(tags),
        ..Change::default()
    };
    changed(ticket::change(tx, cx, number, change))
}

fn assign(tx: &mut Tx<'_>, cx: &Cx, ticket: &Ticket, action: &Action) -> Result<bool> {
    let to = match action.kind {
        ActionKind::AssignTeam => {
            let team: TeamId = action
                .value
                .parse()
                .map_err(|_| gone("automate.rule.team_unknown", &action.value))?;
            if people::team::store::list(tx)?
                .iter()
                .all(|found| found.id != team)
            {
                return Err(gone("automate.rule.team_unknown", &action.value));
            }
            if ticket.team == Some(team) {
                return Ok(false);
            }
            Assign::Team(team)
        }
        ActionKind::AssignPerson => {
            let person = person(&action.value)?;
            if ticket.assignee == Some(person) {
                return Ok(false);
            }
            Assign::Person(person)
        }
        _ => {
            if ticket.assignee.is_some() {
                return Ok(false);
            }
            Assign::Automatically
        }
    };
    let after = ticket::assign(tx, cx, ticket.number, to)?;
    Ok(after.assignee != ticket.assignee || after.team != ticket.team)
}

fn gone(code: &'static str, name: &str) -> Error {
    Error::invalid(code).field("value").arg("name", name)
}

fn person(id: &str) -> Result<UserId> {
    id.parse().map_err(|_| gone("automate.rule.person_unknown", id))
}

fn watch(tx: &mut Tx<'_>, cx: &Cx, number: i64, person: UserId) -> Result<bool> {
    if ticket::store::watchers(tx, number)?.contains(&person) {
        return Ok(false);
    }
    changed(ticket::watch(tx, cx, number, person))
}

/// Working time from now on.
fn later(tx: &mut Tx<'_>, cx: &Cx, value: &str) -> Result<Timestamp> {
    let hours = desk::service_level::Hours::Calendar(desk::neighbours::calendar(tx, "default")?);
    let wanted = minutes(value, hours.day_millis() / 60_000).unwrap_or(60);
    let at = hours.add(cx.now(), wanted * 60_000)?;
    Ok(at.unwrap_or_else(|| cx.now().add_millis(wanted * 60_000)))
}

fn notify(
    tx: &mut Tx<'_>,
    cx: &Cx,
    ticket: &Ticket,
    action: &Action,
    place: usize,
    around: &Around<'_>,
) -> Result<bool> {
    if mail::mailbox::for_sending(tx, &Sender::Purpose(mail::DESK.to_owned()))?.is_none() {
        return Err(Error::conflict("automate.notify.no_mailbox"));
    }
    let readers = whom(tx, ticket, &action.value)?;
    if readers.is_empty() {
        return Err(Error::conflict("automate.notify.nobody").arg("whom", action.value.as_str()));
    }
    let mut sent = false;
    for reader in readers {
        let found = people::user::store::find(tx, reader)?;
        let Some(reader) = found.filter(|person| person.active && people::user::is_email(&person.email))
        else {
            continue;
        };
        let locale = reader.locale.unwrap_or(cx.locale);
        let text = said(tx, ticket, action, around, locale)?;
        let link = format!(
            "{}/tickets/{}",
            around.base_url.trim_end_matches('/'),
            ticket.number
        );
        let foot = locale.t_with("automate-notice-foot", &[("rule", around.rule.into())]);
        let to = Address {
            name: Some(reader.name.clone()).filter(|name| !name.is_empty()),
            email: reader.email.clone(),
        };
        let letter = Letter::new(
            mail::DESK,
            to,
            format!("[#{}] {}", ticket.number, ticket.title),
            format!("{text}\n\n{link}\n\n{foot}\n"),
            ticket.subject(),
            format!("automate.notice:{}:{place}:{}", around.firing, reader.id),
        );
        mail::send(tx, cx, &letter)?;
        sent = true;
    }
    Ok(sent)
}

fn whom(tx: &mut Tx<'_>, ticket: &Ticket, value: &str) -> Result<Vec<UserId>> {
    let members = |tx: &mut Tx<'_>, team: Option<TeamId>| match team {
        Some(team) => people::team::store::members(tx, team),
        None => Ok(Vec::new()),
    };
    match value.split_once(':') {
        Some(("team", team)) => members(tx, team.parse().ok()),
        Some((_, one)) => Ok(vec![person(one)?]),
        None if value == "assignee" => Ok(ticket.assignee.into_iter().collect()),
        None if value == "team" => members(tx, ticket.team),
        None => people::role::store::users_with(tx, "manager"),
    }
}
