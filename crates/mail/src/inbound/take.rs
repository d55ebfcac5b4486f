//! The job that turns a journaled mail into something: read it, see what kind it is, hand it to its owner.
//!
//! Whatever goes wrong here, the mail stays in the journal: it is tried again, and at last waits in quarantine.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::job::Job;

use super::{ALREADY_SETTLED, Inbound, Limits, Outcome, enqueue_take, forgotten_before, settle, store};
use crate::mailbox::{self, Mailbox};
use crate::message::Message;
use crate::message::classify::{Classification, Kind, OwnMail, classify};
use crate::message::threading::Keys;
use crate::receiver::{self, Arrival};
use crate::{guard, outbound};

/// Name of the job.
pub const TAKE: &str = "mail.take";
/// After so many attempts a person has to look.
pub(super) const ATTEMPTS: i64 = 8;
/// Forgotten mails that are picked up in one go.
const SWEPT_AT_MOST: i64 = 200;

#[derive(serde::Deserialize)]
struct Data {
    inbound: i64,
}

/// Runs the job.
pub(crate) fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let data: Data = job.data_as()?;
        take(&kernel, data.inbound).await
    })
}

/// Takes one mail of the journal; nothing happens when it is settled already.
///
/// # Errors
/// When it should be tried again.
pub async fn take(kernel: &Kernel, id: i64) -> Result<()> {
    let cx = kernel.cx_system("mail.take");
    let Some(begun) = kernel.db.write(move |tx| begin(tx, &cx, id)).await? else {
        return Ok(());
    };
    let cx = super::cx(kernel, &begun.mailbox);
    if begun.attempt > ATTEMPTS {
        return quarantine(kernel, &cx, id, "owner_failed").await;
    }
    let raw = kernel.files.get(&begun.inbound.raw_hash).await?;
    let Some((message, class)) = understand(raw.to_vec(), begun.own).await else {
        return quarantine(kernel, &cx, id, "unreadable").await;
    };
    if let Some(outcome) = settled_by_mail_itself(&class) {
        return settle_here(kernel, cx, id, class, message, outcome).await;
    }
    let Some(receive) = receiver::receiver(&begun.mailbox.purpose) else {
        return quarantine(kernel, &cx, id, "no_owner").await;
    };
    let (mailbox, received_at, raw_hash) = (begun.mailbox, begun.inbound.received_at, begun.inbound.raw_hash);
    let arrival = Arrival {
        id,
        mailbox,
        received_at,
        message,
        class,
        raw_hash,
        answers_per_hour: Limits::of(kernel).answers_per_hour,
    };
    // A defect in the owner's code must leave the mail where a person finds it, not take the worker down.
    let received = AssertUnwindSafe(receive(kernel, &arrival)).catch_unwind().await;
    match received {
        Ok(Err(error)) if error.code() == ALREADY_SETTLED => Ok(()),
        Ok(Err(error)) => Err(error),
        Ok(Ok(())) => still_waiting(kernel, id).await,
        Err(_) => quarantine(kernel, &cx, id, "owner_failed").await,
    }
}

struct Begun {
    inbound: Inbound,
    mailbox: Mailbox,
    attempt: i64,
    own: Own,
}

struct Own {
    addresses: Vec<String>,
    loop_mark: String,
    keys: Keys,
}

fn begin(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<Option<Begun>> {
    let Some(attempt) = store::begin_attempt(tx, id)? else {
        return Ok(None);
    };
    let inbound = store::get(tx, id)?.ok_or_else(Error::not_found)?;
    let mailbox = mailbox::get(tx, inbound.mailbox)?;
    let addresses = mailbox::list(tx)?
        .into_iter()
        .map(|mailbox| mailbox.address)
        .collect();
    let own = Own {
        addresses,
        loop_mark: guard::loop_mark(tx, cx)?,
        keys: guard::thread_keys(tx, cx)?,
    };
    Ok(Some(Begun {
        inbound,
        mailbox,
        attempt,
        own,
    }))
}

/// Reading megabytes takes a while, so it happens beside the async threads; a mail that brings the reader down is
/// unreadable like any other.
async fn understand(raw: Vec<u8>, own: Own) -> Option<(Message, Classification)> {
    let read = move || {
        let message = Message::parse(&raw).ok()?;
        let own = OwnMail {
            addresses: &own.addresses,
            loop_mark: &own.loop_mark,
            keys: Some(&own.keys),
        };
        let class = classify(&message, &own);
        Some((message, class))
    };
    let read = move || catch_unwind(AssertUnwindSafe(read)).ok().flatten();
    tokio::task::spawn_blocking(read).await.ok().flatten()
}

/// Bounces and our own mail are nobody else's business.
fn settled_by_mail_itself(class: &Classification) -> Option<Outcome> {
    match &class.kind {
        Kind::Bounce(_) => Some(Outcome::Ignored {
            reason: "bounce".to_owned(),
        }),
        Kind::Loop => Some(Outcome::Ignored {
            reason: "own_mail".to_owned(),
        }),
        _ => None,
    }
}

async fn settle_here(
    kernel: &Kernel,
    cx: Cx,
    id: i64,
    class: Classification,
    message: Message,
    outcome: Outcome,
) -> Result<()> {
    let settled = kernel.db.write(move |tx| {
        let Kind::Bounce(bounce) = &class.kind else {
            return settle(tx, &cx, id, &outcome);
        };
        match outbound::bounced(tx, &cx, bounce, &message)? {
            Some(about) => settle(tx, &cx, id, &Outcome::Taken { subject: about }),
            None => settle(tx, &cx, id, &outcome),
        }
    });
    unless_settled(settled.await)
}

async fn quarantine(kernel: &Kernel, cx: &Cx, id: i64, reason: &'static str) -> Result<()> {
    let cx = cx.clone();
    tracing::warn!(inbound = id, reason, "a mail went to quarantine");
    let outcome = Outcome::Quarantine {
        reason: reason.to_owned(),
    };
    unless_settled(kernel.db.write(move |tx| settle(tx, &cx, id, &outcome)).await)
}

fn unless_settled(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.code() == ALREADY_SETTLED => Ok(()),
        other => other,
    }
}

/// An owner that says it is done without having settled the mail would lose it.
async fn still_waiting(kernel: &Kernel, id: i64) -> Result<()> {
    let inbound = kernel.db.read(move |tx| store::get(tx, id)).await?;
    match inbound {
        Some(inbound) if inbound.state == super::State::Journaled => Err(Error::internal(format!(
            "the owner of mail {id} did not settle it"
        ))),
        _ => Ok(()),
    }
}

/// Gives mails another job that wait for longer than any job would take: their job was lost or is dead.
pub(crate) fn sweep(tx: &mut Tx<'_>, cx: &Cx) -> Result<usize> {
    let forgotten = store::forgotten(tx, forgotten_before(cx.now()), SWEPT_AT_MOST)?;
    for id in &forgotten {
        enqueue_take(tx, cx, *id)?;
    }
    Ok(forgotten.len())
}
