//! Reading what was found out: six statements, whatever stands there. Only for who reads the desk's own side of a ticket.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};

use super::{Diagnosis, store};
use crate::ticket::{Ticket, access, saving};
use crate::verification;

/// Reads the diagnosis of a ticket.
pub fn load(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Diagnosis> {
    let ticket = see(tx, cx, number)?;
    Ok(Diagnosis {
        ticket: number,
        answers: store::answers(tx, number)?,
        evidence: store::evidence_of(tx, number)?,
        causes: store::causes_of(tx, number)?,
        risky_steps: store::risky_steps_of(tx, number)?,
        resolution: verification::store::resolutions(tx, number)?.pop(),
        may_write: access::may(cx, access::NOTE, &ticket),
    })
}

/// Loads a ticket for who reads the desk's own side of it; for everybody else there is no such side.
pub(crate) fn see(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Ticket> {
    internal(cx, saving::see(tx, cx, number, access::READ)?)
}

/// Locks a ticket for who may write there.
pub(super) fn begin(tx: &mut Tx, cx: &Cx, number: i64) -> Result<Ticket> {
    internal(cx, saving::begin(tx, cx, number, access::NOTE)?)
}

fn internal(cx: &Cx, ticket: Ticket) -> Result<Ticket> {
    if access::sees_internal(cx, &ticket) {
        Ok(ticket)
    } else {
        Err(Error::not_found())
    }
}
