//! Trying a mailbox's servers with its stored settings: really connects, really signs in.

use kernel::Kernel;
use kernel::cx::Cx;
use kernel::error::Result;

use super::{Mailbox, MailboxId, get, note_imap, note_smtp, passwords};
use crate::outbound::smtp::Server;
use crate::trouble::Trouble;

/// What the servers said; `None` where no server is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Fetching.
    pub imap: Option<Result<(), Trouble>>,
    /// Sending.
    pub smtp: Option<Result<(), Trouble>>,
}

impl Checked {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        [&self.imap, &self.smtp].into_iter().flatten().all(Result::is_ok)
    }
}

/// Tries both servers of a mailbox and remembers what they said.
pub async fn check(kernel: &Kernel, cx: &Cx, id: MailboxId) -> Result<Checked> {
    cx.require(crate::MANAGE)?;
    let open_cx = cx.clone();
    let (mailbox, passwords) = kernel
        .db
        .write(move |tx| {
            let mailbox = get(tx, id)?;
            let passwords = passwords(tx, &open_cx, &mailbox)?;
            Ok((mailbox, passwords))
        })
        .await?;
    let (imap, smtp) = tokio::join!(
        check_imap(&mailbox, &passwords.imap),
        check_smtp(&mailbox, &passwords.smtp)
    );
    let checked = Checked { imap, smtp };
    let (noted, now) = (checked.clone(), cx.now());
    kernel
        .db
        .write(move |tx| {
            if let Some(imap) = &noted.imap {
                note_imap(tx, id, now, imap.as_ref().err())?;
            }
            if let Some(smtp) = &noted.smtp {
                note_smtp(tx, id, now, smtp.as_ref().err())?;
            }
            Ok(())
        })
        .await?;
    Ok(checked)
}

async fn check_imap(mailbox: &Mailbox, password: &str) -> Option<Result<(), Trouble>> {
    mailbox.imap.as_ref()?;
    Some(crate::imap::check(mailbox, password).await)
}

async fn check_smtp(mailbox: &Mailbox, password: &str) -> Option<Result<(), Trouble>> {
    mailbox.smtp.as_ref()?;
    let server = match Server::of(mailbox, password) {
        Ok(server) => server,
        Err(trouble) => return Some(Err(trouble)),
    };
    Some(server.check().await)
}
