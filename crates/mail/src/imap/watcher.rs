//! One mailbox on one node: wait for the lease, work while it is held, come back after troubles.

use std::time::Duration;

use kernel::Kernel;
use kernel::backoff;
use kernel::stop::Stop;
use kernel::time::Timestamp;

use super::session::{self, IDLE_REFUSED, Waiting};
use crate::mailbox::{self, MailboxId};
use crate::trouble::Trouble;

/// How long a node that died keeps its mailboxes from the others.
const LEASE_SECS: i64 = 20;
const RENEWED_EVERY: Duration = Duration::from_secs(6);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Servers lock accounts after many wrong passwords. A new password is a new setting and tried at once.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_secs(300);
/// How long to poll after IDLE was refused; a broken connection looks the same, so it is not for ever.
const POLLED_FOR_SECS: i64 = 3600;

/// Watches a mailbox until the sign to stop.
pub(super) async fn watch(kernel: Kernel, id: MailboxId, stop: Stop) {
    // Two runs of the same process must not take each other's lease for their own.
    let owner = format!(
        "{}/{}",
        kernel.node,
        kernel.cx_system("mail.watch").new_id::<MailboxId>()
    );
    let mut failures = 0;
    let mut polled_until = Timestamp::from_millis(0);
    while !stop.is_stopped() {
        if !holds_lease(&kernel, id, &owner).await {
            pause(&stop, RENEWED_EVERY).await;
            continue;
        }
        let began = kernel.clock.now();
        let waiting = if began < polled_until {
            Waiting::Poll
        } else {
            Waiting::Idle
        };
        let ended = work(&kernel, id, &owner, &stop, waiting).await;
        if let Err(trouble) = &ended {
            if trouble.code == IDLE_REFUSED {
                polled_until = kernel.clock.now().add_secs(POLLED_FOR_SECS);
            }
            tracing::warn!(mailbox = %id, code = trouble.code, "fetching mail was interrupted");
            note(&kernel, id, Some(trouble)).await;
            // A session that went well for a while starts the pauses anew.
            failures = if kernel.clock.now().since(began) > 120_000 {
                1
            } else {
                failures + 1
            };
            let random = u64::from_le_bytes(kernel.cx_system("mail.watch").random_bytes::<8>());
            let refused = trouble.code == "imap_login_refused";
            let usual = backoff::pause(failures, FIRST_PAUSE, LONGEST_PAUSE, random);
            pause(&stop, if refused { PAUSE_AFTER_REFUSAL } else { usual }).await;
        }
    }
    let released = kernel
        .db
        .write(move |tx| mailbox::release_lease(tx, id, &owner))
        .await;
    if let Err(error) = released {
        tracing::debug!(mailbox = %id, %error, "the lease was not given back and will run out");
    }
}

/// Works until something goes wrong, the lease is lost, or the end is asked for.
async fn work(
    kernel: &Kernel,
    id: MailboxId,
    owner: &str,
    stop: &Stop,
    waiting: Waiting,
) -> Result<(), Trouble> {
    tokio::select! {
        ended = session::run(kernel, id, stop, waiting) => ended,
        () = keep_lease(kernel, id, owner) => Ok(()),
    }
}

/// Renews the lease until it cannot be; the session is then dropped wherever it stands, which is safe because
/// nothing is marked as seen that is not in the journal.
async fn keep_lease(kernel: &Kernel, id: MailboxId, owner: &str) {
    loop {
        tokio::time::sleep(RENEWED_EVERY).await;
        if !holds_lease(kernel, id, owner).await {
            tracing::info!(mailbox = %id, "another node watches this mailbox now");
            return;
        }
    }
}

async fn holds_lease(kernel: &Kernel, id: MailboxId, owner: &str) -> bool {
    let (now, owner) = (kernel.clock.now(), owner.to_owned());
    let until = now.add_secs(LEASE_SECS);
    let held = kernel
        .db
        .write(move |tx| mailbox::acquire_lease(tx, id, &owner, now, until))
        .await;
    held.unwrap_or_else(|error| {
        tracing::warn!(mailbox = %id, %error, "the lease of a mailbox could not be kept");
        false
    })
}

/// Remembers how it goes, for the settings page and the metrics.
pub(super) async fn note(kernel: &Kernel, id: MailboxId, trouble: Option<&Trouble>) {
    let up = if trouble.is_none() { 1.0 } else { 0.0 };
    metrics::gauge!("mainstay_mail_mailbox_up", "mailbox" => id.to_string()).set(up);
    let (now, trouble) = (kernel.clock.now(), trouble.cloned());
    let noted = kernel
        .db
        .write(move |tx| mailbox::note_imap(tx, id, now, trouble.as_ref()))
        .await;
    if let Err(error) = noted {
        tracing::warn!(mailbox = %id, %error, "how fetching goes could not be written down");
    }
}

async fn pause(stop: &Stop, length: Duration) {
    tokio::select! {
        () = stop.stopped() => {}
        () = tokio::time::sleep(length) => {}
    }
}
