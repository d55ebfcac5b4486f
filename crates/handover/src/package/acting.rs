//! What is done with a package besides its report: a developer takes it on, the desk takes it back, the tracker says that it is
//! fixed.

use desk::article;
use desk::ticket;
use kernel::cx::{Actor, Cx};
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use serde_json::{Value, json};

use super::{Package, PackageId, State, giving, listing, store, telling};
use crate::{access, events};

const REASON_MOST: usize = 1_000;

/// The ticket is changed by the house: whoever may judge a package or take it back need not have the ticket, which may be
/// another team's by now. Who decided stands at the package and in its events.
pub(crate) fn house(cx: &Cx) -> Cx {
    Cx {
        actor: Actor::System("handover"),
        ..cx.clone()
    }
}

/// Loads a package to change it.
pub(crate) fn begin(tx: &mut Tx<'_>, cx: &Cx, id: PackageId) -> Result<Package> {
    tx.lock("handover.package", id)?;
    listing::load(tx, cx, id)
}

/// Writes a changed package with what is told of it.
pub(crate) fn finish(
    tx: &mut Tx<'_>,
    cx: &Cx,
    package: &mut Package,
    kind: &'static str,
    mut data: Value,
) -> Result<()> {
    package.version += 1;
    store::update(tx, package)?;
    if let Some(fields) = data.as_object_mut() {
        fields.insert("ticket".to_owned(), package.ticket.into());
    }
    let new = New {
        kind,
        subject: package.subject(),
        data,
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// Somebody looks into it from now on. Taking it on twice changes nothing.
///
/// # Errors
/// 409 when somebody else did, or nothing is awaited any more.
pub fn take(tx: &mut Tx<'_>, cx: &Cx, id: PackageId) -> Result<Package> {
    let mut package = begin(tx, cx, id)?;
    access::check(cx, access::REPORT, access::may_report(cx, &package), &package)?;
    let Some(user) = cx.user_id() else {
        return Err(Error::forbidden().arg("permission", access::REPORT));
    };
    if !package.state.is_running() {
        return Err(Error::conflict("handover.package.not_running"));
    }
    if package.developer.is_some_and(|other| other != user) {
        return Err(Error::conflict("handover.package.taken"));
    }
    if package.developer == Some(user) && package.state != State::HandedOver {
        return Ok(package);
    }
    package.developer = Some(user);
    if package.state == State::HandedOver {
        package.state = State::ReportDue;
    }
    finish(
        tx,
        cx,
        &mut package,
        events::PACKAGE_TAKEN,
        json!({ "developer": user.to_string() }),
    )?;
    Ok(package)
}

/// The desk takes it back: it was not development's, or is no longer wanted. The ticket goes on.
///
/// # Errors
/// A missing reason; 409 when it is settled.
pub fn withdraw(tx: &mut Tx<'_>, cx: &Cx, id: PackageId, reason: &str, base: &str) -> Result<Package> {
    let mut package = begin(tx, cx, id)?;
    access::check(cx, access::CREATE, access::may_withdraw(cx, &package), &package)?;
    if package.state.is_settled() {
        return Err(Error::conflict("handover.package.settled"));
    }
    let reason = reason_of(reason)?;
    package.state = State::Withdrawn;
    package.chase_at = None;
    package.settled_at = Some(cx.now());
    package.withdrawn_reason = Some(reason.clone());
    finish(tx, cx, &mut package, events::PACKAGE_WITHDRAWN, json!({}))?;
    let words = cx
        .locale
        .t_with("handover-note-withdrawn", &[("reason", reason.into())]);
    let house = house(cx);
    giving::note_of_house(tx, &house, &package, words)?;
    resume(tx, &house, package.ticket)?;
    telling::withdrawn(tx, cx, &package, base)?;
    Ok(package)
}

/// A reason that must be there.
pub(crate) fn reason_of(text: &str) -> Result<String> {
    let mut errors = Errors::new();
    let reason = article::line(&mut errors, "reason", text, REASON_MOST);
    if reason.is_empty() {
        errors.push("reason", "handover.reason_missing");
    }
    errors.finish()?;
    Ok(reason)
}

/// The ticket goes on, if it still waits for development.
pub(crate) fn resume(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<()> {
    let state = ticket::load(tx, cx, number)?.ticket.state;
    if state == ticket::State::WaitingDevelopment {
        ticket::resume(tx, cx, number)?;
    }
    Ok(())
}

/// The issue of a package is known: what is given here is new, what is not stays.
pub(crate) fn issue_known(
    tx: &mut Tx<'_>,
    cx: &Cx,
    package: &mut Package,
    key: Option<String>,
    url: Option<String>,
) -> Result<()> {
    package.issue_key = key.or_else(|| package.issue_key.take());
    package.issue_url = url.or_else(|| package.issue_url.take());
    let issue = package.issue_key.clone();
    finish(
        tx,
        cx,
        package,
        events::PACKAGE_ISSUE_KNOWN,
        json!({ "issue": issue }),
    )
}

/// The tracker closed the issue: the fix is there, the report is still due.
pub(crate) fn fix_delivered(tx: &mut Tx<'_>, cx: &Cx, package: &mut Package, base: &str) -> Result<()> {
    if package.fix_delivered_at.is_some() || package.state.is_settled() {
        return Ok(());
    }
    package.fix_delivered_at = Some(cx.now());
    if package.state == State::HandedOver {
        package.state = State::ReportDue;
    }
    let issue = package.issue_key.clone();
    finish(
        tx,
        cx,
        package,
        events::PACKAGE_FIX_DELIVERED,
        json!({ "issue": issue }),
    )?;
    if package.state.is_running() {
        telling::fix_delivered(tx, cx, package, base)?;
    }
    Ok(())
}

/// The tracker opened the issue again.
pub(crate) fn fix_taken_back(tx: &mut Tx<'_>, cx: &Cx, package: &mut Package) -> Result<()> {
    if package.fix_delivered_at.take().is_none() {
        return Ok(());
    }
    let issue = package.issue_key.clone();
    finish(
        tx,
        cx,
        package,
        events::PACKAGE_FIX_TAKEN_BACK,
        json!({ "issue": issue }),
    )
}
