//! What became of the tickets in which an article was used: the strongest word about it.
//!
//! Whoever knows tickets calls this; here a ticket is a number. A ticket that comes back takes its yes back.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event;
use serde_json::{Value, json};

use crate::worth::{self, reckoning};
use crate::{events, reading};

pub mod store;

/// An article was used in a ticket; once for each.
///
/// # Errors
/// 404 for who may not read it.
pub fn used(tx: &mut Tx, cx: &Cx, number: i64, ticket: i64) -> Result<()> {
    reading::article(tx, cx, number)?;
    if store::insert(tx, number, ticket, cx.now())? {
        worth::store::used(tx, number, cx.now())?;
        note(tx, cx, events::USED, number, json!({ "ticket": ticket }))?;
    }
    Ok(())
}

/// The requester confirmed the ticket, or refused it; the articles used in it, which have the word now.
///
/// # Errors
/// The database's.
pub fn settled(tx: &mut Tx, cx: &Cx, ticket: i64, solved: bool) -> Result<Vec<i64>> {
    let mut touched = Vec::new();
    for (article, before) in store::of_ticket(tx, ticket)? {
        if before == Some(solved) {
            continue;
        }
        tx.lock("knowledge.article", article)?;
        store::settle(tx, article, ticket, solved, cx.now())?;
        let one = |what: bool| i64::from(solved == what) - i64::from(before == Some(what));
        worth::store::add(tx, article, (0, 0), (one(true), one(false)))?;
        reckoning::after_word(tx, cx, article)?;
        let data = json!({ "ticket": ticket, "solved": solved });
        note(tx, cx, events::SETTLED, article, data)?;
        touched.push(article);
    }
    Ok(touched)
}

fn note(tx: &mut Tx, cx: &Cx, kind: &'static str, article: i64, data: Value) -> Result<()> {
    let new = event::New {
        kind,
        subject: crate::article::subject(article),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}
