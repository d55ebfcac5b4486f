//! Who may use the database at the same time.
//!
//! Every program that opens it holds it together with the others; who moves it away or loads it must be alone. SQLite: a
//! lock on a file beside it. PostgreSQL: an advisory lock on the connection that listens, which every program has anyway.
//! A lock goes with the process that had it, also when that was killed.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use postgres::Client;

use super::postgres::{error, spawn};
use crate::error::{Error, Result};
use crate::private;

/// How a program uses the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Together with others; `kernel.db.held` while one is alone with it.
    Shared,
    /// Alone; `kernel.db.in_use` while others use it.
    Alone,
}

impl Hold {
    /// What PostgreSQL lists the connections by.
    pub(super) const fn application_name(self) -> &'static str {
        match self {
            Self::Shared => SHARED,
            Self::Alone => "mainstay alone",
        }
    }

    fn refused(self) -> Error {
        match self {
            Self::Shared => Error::unavailable("kernel.db.held"),
            Self::Alone => Error::conflict("kernel.db.in_use"),
        }
    }
}

const SHARED: &str = "mainstay";
/// "mainstay" in ASCII; the other advisory locks are hashes.
const KEY: i64 = 0x6d61_696e_7374_6179;
/// A program that has just been told to end is given this long.
const PATIENCE: Duration = Duration::from_secs(7);
const PAUSE: Duration = Duration::from_millis(100);

/// Lets go when dropped.
pub(super) enum Held {
    /// SQLite; none where the file system knows no locks.
    File(#[expect(dead_code, reason = "closing it lets go")] Option<File>),
    /// PostgreSQL, alone: the thread with the connection ends when this is gone.
    Session(#[expect(dead_code, reason = "dropping it ends the thread")] crossbeam_channel::Sender<()>),
    /// PostgreSQL, shared: the listening connection has it.
    Listening,
}

/// Tries until it works or patience is over.
fn insist(hold: Hold, mut attempt: impl FnMut() -> Result<bool>) -> Result<()> {
    let began = Instant::now();
    loop {
        if attempt()? {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            return Err(hold.refused());
        }
        std::thread::sleep(PAUSE);
    }
}

pub(super) fn file(database: &Path, hold: Hold) -> Result<Held> {
    let unavailable = |error: std::io::Error| Error::unavailable("kernel.db.unavailable").caused_by(error);
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let path = Path::new(&name);
    private::make_file(path).map_err(unavailable)?;
    let file = File::options().append(true).open(path).map_err(unavailable)?;
    let mut knows_locks = true;
    insist(hold, || {
        let tried = match hold {
            Hold::Shared => file.try_lock_shared(),
            Hold::Alone => file.try_lock(),
        };
        match tried {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            // Some network drives know no locks; SQLite itself is not at home on them either.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "the file system knows no locks; nothing keeps two programs apart");
                knows_locks = false;
                Ok(true)
            }
        }
    })?;
    Ok(Held::File(knows_locks.then_some(file)))
}

/// Holds it on a connection; gives the connection back when it is the listening one's to keep.
pub(super) fn session(mut client: Client, hold: Hold) -> Result<(Held, Option<Client>)> {
    match hold {
        Hold::Shared => {
            insist(hold, || {
                asked(
                    &mut client,
                    "SELECT pg_try_advisory_lock_shared($1) AS yes",
                    &[&KEY],
                )
            })?;
            Ok((Held::Listening, Some(client)))
        }
        Hold::Alone => {
            insist(hold, || {
                asked(&mut client, "SELECT pg_try_advisory_lock($1) AS yes", &[&KEY])
            })?;
            // A listener that lost its connection came back without the lock.
            insist(hold, || asked(&mut client, NOBODY_ELSE, &[&SHARED]))?;
            let (sender, receiver) = crossbeam_channel::bounded::<()>(0);
            spawn("db-alone", move || {
                // Ends when the facade is gone; nothing is ever sent.
                let _gone = receiver.recv();
                if let Err(error) = client.batch_execute("SELECT pg_advisory_unlock_all()") {
                    tracing::debug!(%error, "the lock went with its connection");
                }
            })?;
            Ok((Held::Session(sender), None))
        }
    }
}

const NOBODY_ELSE: &str = "SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()) AS yes";

fn asked(
    client: &mut Client,
    question: &str,
    params: &[&(dyn postgres::types::ToSql + Sync)],
) -> Result<bool> {
    let row = client
        .query_one(question, params)
        .map_err(|e| error(e, question))?;
    row.try_get("yes").map_err(|e| error(e, question))
}
