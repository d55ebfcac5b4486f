//! One session with a server: fetch what is unseen, then wait until the server says that there is more.

use std::time::Duration;

use async_imap::extensions::idle::IdleResponse;
use async_imap::types::UnsolicitedResponse;
use kernel::Kernel;
use kernel::stop::Stop;

use super::connection::{Open, open, soon};
use super::fetching::{Folder, fetch_new};
use super::watcher::note;
use crate::mailbox::{self, Incoming, Mailbox, MailboxId};
use crate::trouble::{Outcome, Trouble};

/// RFC 2177 asks for a new IDLE at least every 29 minutes; firewalls forget silent connections much sooner.
const IDLE_AT_MOST: Duration = Duration::from_secs(9 * 60);

/// How to learn of new mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    /// The server tells, when it says that it can.
    Idle,
    /// The house asks: the server has refused what it says it can.
    Poll,
}

/// Trouble of a server that offers IDLE and then refuses it.
pub(super) const IDLE_REFUSED: &str = "imap_idle_refused";

/// Works until something goes wrong or the end is asked for.
pub(super) async fn run(kernel: &Kernel, id: MailboxId, stop: &Stop, waiting: Waiting) -> Outcome<()> {
    let cx = kernel.cx_system("mail.watch");
    let (mailbox, passwords) = kernel
        .db
        .write(move |tx| {
            let mailbox = mailbox::get(tx, id)?;
            let passwords = mailbox::passwords(tx, &cx, &mailbox)?;
            Ok((mailbox, passwords))
        })
        .await?;
    let Some(imap) = mailbox.imap.clone() else {
        return Ok(());
    };
    let mut session = open(&mailbox, &imap, &passwords.imap).await?;
    let abilities = soon(session.capabilities()).await?;
    let mut folder = select(&mut session, &imap).await?;
    folder.can_move = abilities.has_str("MOVE");
    folder.can_expunge_one = abilities.has_str("UIDPLUS");
    let can_idle = waiting == Waiting::Idle && abilities.has_str("IDLE");
    loop {
        work_off(kernel, &mut session, &mailbox, &imap, &folder).await?;
        note(kernel, id, None).await;
        if stop.is_stopped() {
            // Whether the server says good-bye is of no interest.
            let _farewell = soon(session.logout()).await;
            return Ok(());
        }
        session = if can_idle {
            idle(session, stop).await?
        } else {
            poll(session, &imap, stop).await?
        };
    }
}

async fn select(session: &mut Open, imap: &Incoming) -> Outcome<Folder> {
    match soon(session.select(&imap.folder)).await {
        Ok(selected) => Ok(Folder {
            uid_validity: selected.uid_validity,
            can_move: false,
            can_expunge_one: false,
        }),
        Err(trouble) if trouble.code == "imap_refused" => {
            Err(Trouble::new("imap_folder_missing", trouble.detail))
        }
        Err(trouble) => Err(trouble),
    }
}

/// Fetches until nothing is left and the server has not spoken of new mail meanwhile: a word said during a command
/// is not said again when IDLE begins.
async fn work_off(
    kernel: &Kernel,
    session: &mut Open,
    mailbox: &Mailbox,
    imap: &Incoming,
    folder: &Folder,
) -> Outcome<()> {
    loop {
        drain(session);
        let fetched = fetch_new(kernel, session, mailbox, imap, folder).await?;
        if fetched == 0 && !drain(session) {
            return Ok(());
        }
    }
}

/// Forgets what the server said unasked; whether it spoke of new mail.
fn drain(session: &mut Open) -> bool {
    let mut has_news = false;
    while let Ok(said) = session.unsolicited_responses.try_recv() {
        has_news |= matches!(
            said,
            UnsolicitedResponse::Exists(_) | UnsolicitedResponse::Recent(_)
        );
    }
    has_news
}

async fn idle(session: Open, stop: &Stop) -> Outcome<Open> {
    let mut handle = session.idle();
    soon(handle.init())
        .await
        .map_err(|trouble| Trouble::new(IDLE_REFUSED, trouble.detail))?;
    let (waiting, interrupt) = handle.wait_with_timeout(IDLE_AT_MOST);
    let waited = tokio::select! {
        waited = waiting => Some(waited),
        () = stop.stopped() => None,
    };
    drop(interrupt);
    match waited {
        // The stream ends like an interruption when the server goes away; DONE then fails and says so.
        None | Some(Ok(IdleResponse::NewData(_) | IdleResponse::Timeout | IdleResponse::ManualInterrupt)) => {
        }
        Some(Err(error)) => return Err(Trouble::new("imap_lost", error)),
    }
    soon(handle.done()).await
}

async fn poll(mut session: Open, imap: &Incoming, stop: &Stop) -> Outcome<Open> {
    let pause = Duration::from_secs(u64::try_from(imap.poll_seconds).unwrap_or(60));
    tokio::select! {
        () = stop.stopped() => {}
        () = tokio::time::sleep(pause) => {}
    }
    soon(session.noop()).await?;
    Ok(session)
}
