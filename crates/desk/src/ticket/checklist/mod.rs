//! Checklists: what has to be done on a ticket, step by step, with who ticked it off and when.
//!
//! The desk's own: a requester sees none of it. Ticking changes no state; a list that is done resolves nothing by itself.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::saving::{self, Told};
use super::value::Stage;
use super::{Ticket, access};
use crate::{article, events};

pub mod store;

/// Longest text of a step, and the most steps.
pub const TEXT_MAX: usize = 200;
const ITEMS_MAX: i64 = 100;

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: i64,
    /// Where it stands in the list; gaps mean nothing.
    pub place: i64,
    pub text: String,
    pub done_by: Option<UserId>,
    pub done_at: Option<Timestamp>,
}

/// Which way a step is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
}

/// Adds steps at the end, one for each text.
pub fn add(tx: &mut Tx, cx: &Cx, number: i64, texts: &[String]) -> Result<Ticket> {
    let ticket = begin(tx, cx, number)?;
    let mut errors = Errors::new();
    let clean: Vec<String> = texts
        .iter()
        .map(|text| article::line(&mut errors, "item", text, TEXT_MAX))
        .filter(|text| !text.is_empty())
        .collect();
    if clean.is_empty() {
        errors.push("item", "desk.checklist.item_missing");
    }
    let present = store::of_ticket(tx, number)?;
    let many = present.len().saturating_add(clean.len());
    if i64::try_from(many).unwrap_or(i64::MAX) > ITEMS_MAX {
        errors.push("item", "desk.checklist.too_many");
    }
    errors.finish()?;
    let mut place = present.last().map_or(0, |item| item.place);
    for text in &clean {
        place += 1;
        store::insert(tx, number, place, text)?;
    }
    let told = Told::new(events::TICKET_CHECKLIST)
        .with("did", "added")
        .with("items", clean.len())
        .with_words("item", clean.first().map_or("", String::as_str));
    saving::finish(tx, cx, &ticket, ticket.clone(), told)
}

/// Ticks a step off, or takes that back.
pub fn tick(tx: &mut Tx, cx: &Cx, number: i64, id: i64, is_done: bool) -> Result<Ticket> {
    let ticket = begin(tx, cx, number)?;
    let item = find(tx, number, id)?;
    if item.done_at.is_some() == is_done {
        return Ok(ticket);
    }
    let done = is_done.then(|| (cx.user_id(), cx.now()));
    store::set_done(tx, id, done)?;
    let told = Told::new(events::TICKET_CHECKLIST)
        .with("did", if is_done { "done" } else { "undone" })
        .with_words("item", &item.text);
    saving::finish(tx, cx, &ticket, ticket.clone(), told)
}

/// Moves a step past its neighbour. The order is no history: no event tells of it.
pub fn move_item(tx: &mut Tx, cx: &Cx, number: i64, id: i64, way: Way) -> Result<()> {
    begin(tx, cx, number)?;
    let items = store::of_ticket(tx, number)?;
    let at = items
        .iter()
        .position(|item| item.id == id)
        .ok_or_else(Error::not_found)?;
    let other = match way {
        Way::Up => at.checked_sub(1),
        Way::Down => Some(at + 1),
    };
    if let Some(other) = other.and_then(|other| items.get(other)) {
        store::set_place(tx, id, other.place)?;
        store::set_place(tx, other.id, items[at].place)?;
    }
    Ok(())
}

/// Takes a step out.
pub fn remove(tx: &mut Tx, cx: &Cx, number: i64, id: i64) -> Result<Ticket> {
    let ticket = begin(tx, cx, number)?;
    let item = find(tx, number, id)?;
    store::delete(tx, id)?;
    let told = Told::new(events::TICKET_CHECKLIST)
        .with("did", "removed")
        .with_words("item", &item.text);
    saving::finish(tx, cx, &ticket, ticket.clone(), told)
}

/// The steps in their order.
pub fn items(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Vec<Item>> {
    let ticket = saving::see(tx, cx, number, access::READ)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    store::of_ticket(tx, number)
}

fn begin(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Ticket> {
    let ticket = saving::begin(tx, cx, number, access::CHANGE)?;
    if !access::sees_internal(cx, &ticket) {
        return Err(Error::forbidden().arg("permission", access::INTERNAL));
    }
    if ticket.state.stage() == Stage::Closed {
        return Err(Error::conflict("desk.ticket.closed").arg("number", number));
    }
    Ok(ticket)
}

fn find(tx: &mut Tx, number: i64, id: i64) -> Result<Item> {
    let items = store::of_ticket(tx, number)?;
    items
        .into_iter()
        .find(|item| item.id == id)
        .ok_or_else(Error::not_found)
}
