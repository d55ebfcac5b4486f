//! `mail deliver`: a mail server's pipe hands over one message and is told whether it may forget it.

use bytes::Bytes;
use kernel::Kernel;
use kernel::error::Result;

use super::{Limits, Outcome, Raw, cx, journal, settle, store};
use crate::mailbox;

/// The answer to the pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is in the journal and will not be lost.
    Taken {
        /// Its number in the journal.
        id: i64,
        /// It had been delivered before; this changed nothing.
        known: bool,
    },
    /// It is not stored; the pipe must keep it and come again.
    TryAgain {
        /// What was in the way, for the log of the mail server.
        reason: String,
    },
}

impl Delivery {
    /// As `sysexits.h` says it: 0 taken, 75 (`EX_TEMPFAIL`) come again.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Taken { .. } => 0,
            Self::TryAgain { .. } => 75,
        }
    }
}

/// The file store takes what a mail server would let through and more; the journal then decides.
const STORED_AT_MOST: u64 = 1 << 30;

/// Journals a raw message for a mailbox (its id, address, or name; without one the desk's).
///
/// Whatever it holds is taken, for a pipe that is refused would send a bounce to somebody innocent: what cannot be
/// read or is too large goes to quarantine.
pub async fn deliver(kernel: &Kernel, named: Option<&str>, raw: impl Into<Bytes>) -> Delivery {
    match try_deliver(kernel, named, raw.into()).await {
        Ok(Some((id, known))) => Delivery::Taken { id, known },
        Ok(None) => {
            let named = named.unwrap_or_default();
            Delivery::TryAgain {
                reason: format!("there is no mailbox {named:?}; see Settings, Mailboxes"),
            }
        }
        Err(error) => Delivery::TryAgain {
            reason: error.to_string(),
        },
    }
}

async fn try_deliver(kernel: &Kernel, named: Option<&str>, raw: Bytes) -> Result<Option<(i64, bool)>> {
    let named = named.map(ToOwned::to_owned);
    let cx_deliver = kernel.cx_system("mail.deliver");
    let Some(mailbox) = kernel
        .db
        .write(move |tx| mailbox::for_delivery(tx, &cx_deliver, named.as_deref()))
        .await?
    else {
        return Ok(None);
    };
    let stored = kernel.files.put(raw.clone(), STORED_AT_MOST).await?;
    let (cx, entry) = (cx(kernel, &mailbox), Raw::of(mailbox.id, &stored.hash, &raw));
    let limits = Limits::of(kernel);
    let too_large = raw.len() as u64 > limits.mail_bytes;
    let (id, known) = kernel
        .db
        .write(move |tx| {
            let Some(id) = journal(tx, &cx, mailbox.id, &entry)? else {
                let known = store::id_of(tx, &entry.dedupe_key)?;
                return Ok((known.unwrap_or_default(), true));
            };
            if too_large {
                settle(
                    tx,
                    &cx,
                    id,
                    &Outcome::Quarantine {
                        reason: "too_large".to_owned(),
                    },
                )?;
                super::refuse_politely(tx, &cx, limits, &mailbox, id, &entry)?;
            }
            Ok((id, false))
        })
        .await?;
    Ok(Some((id, known)))
}
