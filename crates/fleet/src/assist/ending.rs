//! The end: the guest is sent away and forgotten. It comes when the session is over, when somebody wants it, when the ticket is
//! closed, and by itself.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::event::{Event, Subscriber};
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;
use kernel::{Kernel, link};
use serde_json::json;

use super::asking::START_SECONDS;
use super::{Assist, AssistId, State, events, note, store};
use crate::act::{self, cancelling};
use crate::device::{self, DeviceId, of_subject};
use crate::{enrolment, screen};

/// A guest that is away so long does not come back.
pub const AWAY_SECONDS: i64 = 30 * 60;
/// So long after its screen was shown or refused it goes, where the session itself never told that it is over.
const LINGERS_SECONDS: i64 = 60;
/// No guest stays longer.
pub const STAY_SECONDS: i64 = 8 * 60 * 60;
const OPEN_MOST: i64 = 2_000;
const NAME: &str = "fleet.assists";

/// Ends what ends by itself.
pub(crate) const HANDLER: JobHandler = JobHandler { kind: NAME, run };
/// When.
pub(crate) const SCHEDULE: Schedule = Schedule {
    name: NAME,
    every: Every::Seconds(60),
    job: NAME,
};

/// Hears that a session is over, and ends the help with it.
pub(crate) fn subscriber() -> Subscriber {
    Subscriber::cluster(NAME, hear).from_now()
}

fn hear<'a>(kernel: &'a Kernel, heard: &'a [Event]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let over = heard.iter().filter(|event| event.kind == screen::ENDED);
        let devices: BTreeSet<DeviceId> = over.filter_map(|event| of_subject(&event.subject)).collect();
        if devices.is_empty() {
            return Ok(());
        }
        let cx = kernel.cx_system(NAME);
        let write = move |tx: &mut Tx<'_>| {
            for device in &devices {
                if let Some(assist) = store::of_device(tx, *device)? {
                    begin(tx, &cx, assist.id, "over")?;
                }
            }
            Ok(())
        };
        kernel.db.write(write).await
    })
}

fn run(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(NAME);
        kernel.db.write(move |tx| sweep(tx, &cx)).await
    })
}

/// Ends what is over by now.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    for assist in store::open(tx, OPEN_MOST)? {
        let seen_at = match assist.device {
            Some(device) => device::store::find(tx, device)?.and_then(|device| device.seen_at),
            None => None,
        };
        let reason = match over(&assist, seen_at, cx.now()) {
            None if is_shown(tx, &assist, cx.now())? => Some("over"),
            reason => reason,
        };
        if let Some(reason) = reason {
            begin(tx, cx, assist.id, reason)?;
        }
    }
    Ok(())
}

/// Whether the last thing asked of a guest has been over for a while. A screen that never began, refused or without a desktop, is not
/// told of as a session.
fn is_shown(tx: &mut Tx<'_>, assist: &Assist, now: Timestamp) -> Result<bool> {
    let Some(device) = assist.device else {
        return Ok(false);
    };
    let last = act::store::of_device(tx, device, None, 1)?.pop();
    let ended_at = last.and_then(|act| act.ended_at);
    Ok(ended_at.is_some_and(|at| at.add_secs(LINGERS_SECONDS) <= now))
}

/// Why it is over by now; none while it is not.
fn over(assist: &Assist, seen_at: Option<Timestamp>, now: Timestamp) -> Option<&'static str> {
    let is_past = |at: Timestamp, seconds: i64| at.add_secs(seconds) <= now;
    match assist.state {
        State::Waiting => (assist.code_until <= now).then_some("expired"),
        State::Fetched => is_past(assist.made_at, START_SECONDS).then_some("not_started"),
        State::Connected => {
            let came = assist.connected_at.unwrap_or(assist.made_at);
            let last = seen_at.map_or(came, |seen| seen.max(came));
            if is_past(came, STAY_SECONDS) {
                Some("too_long")
            } else if is_past(last, AWAY_SECONDS) {
                Some("gone")
            } else {
                // An end that waited for a session.
                (!assist.reason.is_empty()).then_some("over")
            }
        }
        State::Ended => None,
    }
}

/// Ends those of a ticket that is not open any more.
///
/// # Errors
/// The database's.
pub(crate) fn of_ticket(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<()> {
    for assist in store::open_of_ticket(tx, number)? {
        begin(tx, cx, assist.id, "ticket_closed")?;
    }
    Ok(())
}

/// Ends one. A session that runs is told to end first, so that its recording is whole; its end comes back here.
///
/// # Errors
/// The database's.
pub(super) fn begin(tx: &mut Tx<'_>, cx: &Cx, id: AssistId, reason: &str) -> Result<()> {
    tx.lock("fleet.assist", id)?;
    let Some(mut assist) = store::find(tx, id)?.filter(|assist| !assist.is_over()) else {
        return Ok(());
    };
    if assist.reason.is_empty() {
        reason.clone_into(&mut assist.reason);
    }
    let runs = match assist.device {
        Some(device) => stop(tx, cx, device)?,
        None => false,
    };
    // A device that is away never says that its session ended, and must not keep the guest for that.
    let waits = runs && !matches!(reason, "gone" | "too_long");
    if waits {
        return store::update(tx, &assist);
    }
    finish(tx, cx, assist)
}

/// Tells what runs there to end; whether something does.
fn stop(tx: &mut Tx<'_>, cx: &Cx, device: DeviceId) -> Result<bool> {
    let mut runs = false;
    for open in act::store::open_of_device(tx, device)? {
        tx.lock("fleet.act", open.id)?;
        let Some(mut act) = act::store::find(tx, open.id)? else {
            continue;
        };
        if act.cancel_at.is_none() {
            cancelling::begin(tx, cx, &mut act)?;
        }
        runs |= !act.state.is_over();
    }
    Ok(runs)
}

fn finish(tx: &mut Tx<'_>, cx: &Cx, mut assist: Assist) -> Result<()> {
    assist.state = State::Ended;
    assist.ended_at = Some(cx.now());
    (assist.code, assist.document) = (None, None);
    store::update(tx, &assist)?;
    enrolment::store::revoke(tx, assist.enrolment, cx.now())?;
    let came = assist.device.is_some();
    if let Some(device) = assist.device {
        forget(tx, cx, assist.ticket, device)?;
    }
    let line = came.then_some("fleet-line-assist-ended");
    note(tx, cx, &assist, events::ENDED, line)
}

/// Takes the guest out of use. Its key is forgotten: nobody comes back by it.
fn forget(tx: &mut Tx<'_>, cx: &Cx, ticket: i64, id: DeviceId) -> Result<()> {
    link::remove(
        tx,
        cx,
        &desk::ticket::subject(ticket),
        &device::subject(id),
        device::of_ticket::ON_DEVICE,
    )?;
    device::store::set_key(tx, id, None)?;
    let Some(mut device) = device::store::find(tx, id)? else {
        return Ok(());
    };
    if device.state == device::State::Retired {
        return Ok(());
    }
    device.state = device::State::Retired;
    device.retired_at = Some(cx.now());
    device::adding::save(tx, &mut device)?;
    device::note(tx, cx, id, crate::events::DEVICE_RETIRED, json!({}), None)
}

#[cfg(test)]
mod tests {
    use kernel::id::Id;

    use super::*;

    fn assist(state: State) -> Assist {
        let made_at = Timestamp::from_secs(1_772_445_600);
        Assist {
            id: Id::from_parts(1, &[1; 10]),
            ticket: 1,
            person: Id::from_parts(1, &[2; 10]),
            state,
            reason: String::new(),
            code_hash: String::new(),
            code: None,
            document: None,
            enrolment: Id::from_parts(1, &[3; 10]),
            device: None,
            key_hash: None,
            made_at,
            code_until: made_at.add_secs(600),
            fetched_at: None,
            connected_at: Some(made_at),
            ended_at: None,
        }
    }

    #[test]
    fn each_state_has_its_end() {
        let one = assist(State::Waiting);
        let at = |seconds: i64| one.made_at.add_secs(seconds);
        assert_eq!(over(&one, None, at(599)), None);
        assert_eq!(over(&one, None, at(600)), Some("expired"));
        let fetched = assist(State::Fetched);
        assert_eq!(over(&fetched, None, at(START_SECONDS - 1)), None);
        assert_eq!(over(&fetched, None, at(START_SECONDS)), Some("not_started"));
        let there = assist(State::Connected);
        assert_eq!(over(&there, Some(at(3000)), at(3000 + AWAY_SECONDS - 1)), None);
        assert_eq!(
            over(&there, Some(at(3000)), at(3000 + AWAY_SECONDS)),
            Some("gone")
        );
        assert_eq!(
            over(&there, Some(at(STAY_SECONDS)), at(STAY_SECONDS)),
            Some("too_long")
        );
        assert_eq!(over(&assist(State::Ended), None, at(STAY_SECONDS * 9)), None);
    }
}
