//! A document waits under seal until it is fetched, and is gone then: nobody finds it later who should not have it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde_json::json;

use super::making::Made;
use super::{Enrolment, EnrolmentId, Standing, load, note, store};
use crate::link::{events, sealing};

/// Keeps a document that was just made until it is fetched.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, cx: &Cx, made: &Made) -> Result<()> {
    let id = made.enrolment.id;
    let text = serde_json::to_vec_pretty(&made.document)?;
    let sealed = sealing::seal(tx, cx, &place(id), &text)?;
    store::put_document(tx, id, Some(&sealed))
}

/// Hands the document out, once.
///
/// # Errors
/// 403, 404; 409 `fleet.enrolment.fetched` the second time, `fleet.enrolment.over` for one that counts no more.
pub fn fetch(tx: &mut Tx<'_>, cx: &Cx, id: EnrolmentId) -> Result<(Enrolment, Vec<u8>)> {
    tx.lock("fleet.enrolment", id)?;
    let enrolment = load(tx, cx, id)?;
    if enrolment.standing(cx.now()) != Standing::Good {
        return Err(Error::conflict("fleet.enrolment.over"));
    }
    let sealed = store::document(tx, id)?.ok_or_else(|| Error::conflict("fleet.enrolment.fetched"))?;
    let document = sealing::open(tx, cx, &place(id), &sealed)?;
    store::put_document(tx, id, None)?;
    note(tx, cx, id, events::ENROLMENT_FETCHED, json!({}), None)?;
    Ok((enrolment, document))
}

fn place(id: EnrolmentId) -> String {
    format!("document/{id}")
}
