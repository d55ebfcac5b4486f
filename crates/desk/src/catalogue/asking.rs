//! Asking for something: answers to a form become a ticket.
//!
//! The ticket carries what the type says, a body that reads by itself, and the type's short name as a tag, so that views,
//! rules, and search find it by what they know already. A type that must be approved makes a ticket that waits.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, FieldError, Result};
use kernel::i18n::Locale;
use kernel::id::UserId;
use people::user::User;

use super::answering::{self, Answers, Given, place};
use super::approval::Progress;
use super::form::FieldKind;
use super::{Definition, RequestType, approving, store, tasking};
use crate::neighbours;
use crate::ticket::value::Channel;
use crate::ticket::{NewAttachment, Opening, TITLE_MAX, Ticket, access, opening};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asking {
    pub type_id: String,
    pub requester: UserId,
    pub given: Given,
    /// Files by the key of their field.
    pub files: BTreeMap<String, Vec<NewAttachment>>,
    pub channel: Channel,
}

/// The request behind a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub ticket: i64,
    pub type_id: String,
    /// The version of the type that was asked with.
    pub version: i64,
    pub answers: Answers,
    pub approval: Progress,
    /// The step of the approval that is under way, or was the last.
    pub step: i64,
    /// Who filed it; none: the house.
    pub asked_by: Option<UserId>,
}

/// The types that the actor may ask for, in their order.
pub fn offered(tx: &mut Tx, cx: &Cx) -> Result<Vec<RequestType>> {
    cx.require(access::OPEN)?;
    let department = department(tx, cx)?;
    let mut types = store::types(tx)?;
    types.retain(|one| one.is_open_to(cx, &department));
    Ok(types)
}

/// A type that the actor may ask for. What one may not ask for does not exist.
pub fn offer(tx: &mut Tx, cx: &Cx, id: &str) -> Result<RequestType> {
    cx.require(access::OPEN)?;
    let department = department(tx, cx)?;
    store::request_type(tx, id)?
        .filter(|one| one.is_open_to(cx, &department))
        .ok_or_else(Error::not_found)
}

fn department(tx: &mut Tx, cx: &Cx) -> Result<String> {
    let Some(user) = cx.user_id() else {
        return Ok(String::new());
    };
    Ok(people::user::store::find(tx, user)?.map_or_else(String::new, |user| user.department))
}

/// Takes a request in.
pub fn ask(tx: &mut Tx, cx: &Cx, asking: Asking) -> Result<Ticket> {
    let offer = offer(tx, cx, &asking.type_id)?;
    let requester = people::user::store::find(tx, asking.requester)?;
    let requester = requester.ok_or_else(|| Error::invalid("desk.api.person_unknown").field("requester"))?;
    let definition = &offer.definition;
    let answers = answers(tx, cx, definition, &asking)?;
    let locale = requester.locale.unwrap_or(cx.locale);
    let opening = opened(tx, &offer, &answers, (&requester, locale), &asking)?;
    let ticket = opening::open(tx, cx, opening)?;
    let request = Request {
        ticket: ticket.number,
        type_id: offer.id.clone(),
        version: offer.version,
        answers,
        approval: if definition.approval.is_empty() {
            Progress::None
        } else {
            Progress::Waiting
        },
        step: 0,
        asked_by: cx.user_id(),
    };
    store::insert_request(tx, &request)?;
    if request.approval == Progress::Waiting {
        approving::ask_step(tx, cx, &ticket, definition, &request)?;
    } else {
        tasking::begin(tx, cx, &ticket, definition)?;
    }
    Ok(ticket)
}

/// The answers to the form; everything that is wrong at once, also with persons who are not known.
fn answers(tx: &mut Tx, cx: &Cx, definition: &Definition, asking: &Asking) -> Result<Answers> {
    let mut given = asking.given.clone();
    let mut unclear: BTreeMap<String, FieldError> = BTreeMap::new();
    for field in &definition.fields {
        match field.kind {
            FieldKind::Person => {
                let typed = given.get(&field.key).and_then(|values| values.first());
                let typed = typed.map(|text| text.trim().to_owned()).unwrap_or_default();
                if typed.is_empty() {
                    continue;
                }
                let found = person(tx, cx, &typed)?.map_err(|(code, name, words)| FieldError {
                    field: place(&field.key),
                    code: code.to_owned(),
                    args: vec![(name.to_owned(), words.into())],
                });
                let value = match found {
                    Ok(person) => person.to_string(),
                    Err(wrong) => {
                        unclear.insert(wrong.field.clone(), wrong);
                        UNCLEAR.to_owned()
                    }
                };
                given.insert(field.key.clone(), vec![value]);
            }
            FieldKind::File => {
                let names = asking.files.get(&field.key).into_iter().flatten();
                given.insert(field.key.clone(), names.map(|file| file.name.clone()).collect());
            }
            _ => {}
        }
    }
    let zone = neighbours::calendar(tx, "default")?.time_zone().to_owned();
    let today = cx.now().jiff().in_tz(&zone).map_err(Error::internal)?.date();
    answering::read(&definition.fields, &given, today).map_err(|error| {
        let fields = error.fields().iter();
        let fields = fields.map(|one| unclear.get(&one.field).unwrap_or(one).clone());
        Error::invalid("kernel.invalid").with_fields(fields.collect())
    })
}

/// Stands for a person who was not found: no identifier reads so.
const UNCLEAR: &str = "?";
const NAMED_AT_MOST: i64 = 6;
const LOOKED_AT_MOST: i64 = 50;

type Unclear = (&'static str, &'static str, String);

/// Who is meant: by address, by identifier, or by a name that only one has. Who does not work at the desk names somebody they
/// know, by the whole name, and learns of nobody else.
fn person(tx: &mut Tx, cx: &Cx, typed: &str) -> Result<Result<UserId, Unclear>> {
    let short: String = typed.chars().take(80).collect();
    let unknown = Err(("desk.catalogue.person_unknown", "value", short));
    if typed.contains('@') {
        let found = people::user::store::find_by_email(tx, typed)?.filter(|user| user.active);
        return Ok(found.map(|user| user.id).map_or(unknown, Ok));
    }
    if let Ok(id) = typed.parse::<UserId>() {
        let found = people::user::store::find(tx, id)?.filter(|user| user.active);
        return Ok(found.map(|user| user.id).map_or(unknown, Ok));
    }
    let is_outsider = cx.may(access::INTERNAL).is_none();
    let most = if is_outsider {
        LOOKED_AT_MOST
    } else {
        NAMED_AT_MOST
    };
    let mut found = people::user::store::suggest(tx, typed, most)?;
    let is_exact = |card: &people::user::Card| card.name.eq_ignore_ascii_case(typed);
    if is_outsider || found.iter().filter(|card| is_exact(card)).count() == 1 {
        found.retain(is_exact);
    }
    if is_outsider && found.len() > 1 {
        return Ok(unknown);
    }
    Ok(match found.as_slice() {
        [] => unknown,
        [one] => Ok(one.id),
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|card| format!("{} <{}>", card.name, card.email))
                .collect();
            Err(("desk.catalogue.person_unclear", "names", names.join(", ")))
        }
    })
}

fn opened(
    tx: &mut Tx,
    offer: &RequestType,
    answers: &Answers,
    (requester, locale): (&User, Locale),
    asking: &Asking,
) -> Result<Opening> {
    let definition = &offer.definition;
    let names = names_of(tx, &answering::people(&definition.fields, answers))?;
    let lines = answering::lines(&definition.fields, answers, locale, &names);
    let mut opening = Opening::new(
        requester.id,
        title(offer.name(locale), &lines),
        body(offer.name(locale), &lines),
        asking.channel,
    );
    opening.ticket_type = definition.ticket_type;
    opening.category = definition.category;
    opening.impact = definition.impact;
    opening.urgency = definition.urgency;
    opening.team = definition.team;
    opening.tier = definition.tier;
    opening.tags = vec![offer.id.clone()];
    opening.site.clone_from(&requester.site);
    opening.organisation = Some(requester.organisation.clone()).filter(|name| !name.is_empty());
    opening.awaits_approval = !definition.approval.is_empty();
    let device = definition
        .fields
        .iter()
        .find(|field| field.kind == FieldKind::Device);
    if let Some(answering::Answer::Text(device)) = device.and_then(|field| answers.get(&field.key)) {
        opening.environment.device = Some(device.clone());
    }
    let asked_for = definition
        .fields
        .iter()
        .filter(|field| answers.contains_key(&field.key));
    let files = asked_for
        .filter_map(|field| asking.files.get(&field.key))
        .flatten();
    opening.attachments = files.cloned().collect();
    Ok(opening)
}

/// The names of people; none is looked up when there are none.
pub(crate) fn names_of(tx: &mut Tx, of: &[UserId]) -> Result<BTreeMap<UserId, String>> {
    if of.is_empty() {
        return Ok(BTreeMap::new());
    }
    let cards = people::user::store::cards(tx, of)?;
    Ok(cards.into_iter().map(|(user, card)| (user, card.name)).collect())
}

/// The type and the first thing that was answered: enough to tell two requests in a list apart.
fn title(name: &str, lines: &[(String, String)]) -> String {
    let first = lines
        .first()
        .and_then(|(_, words)| words.lines().next())
        .unwrap_or_default();
    let title = if first.is_empty() {
        name.to_owned()
    } else {
        format!("{name} · {first}")
    };
    title.chars().take(TITLE_MAX).collect()
}

fn body(name: &str, lines: &[(String, String)]) -> String {
    if lines.is_empty() {
        return name.to_owned();
    }
    let line = |(question, words): &(String, String)| {
        if words.contains('\n') {
            format!("{question}\n{words}")
        } else {
            format!("{question} — {words}")
        }
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
