//! The half of a session that sends: it follows the scrollback as fast as the server reads.

use super::scrollback::Scrollback;
use crate::executing::{Gone, Sending};
use protocol::recording::Record;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// The scrollback, shared by who fills and who sends it.
#[derive(Debug, Default)]
pub struct Stream {
    scrollback: Mutex<Scrollback>,
    /// Something was put in.
    filled: Notify,
    /// Something was sent.
    pub drained: Notify,
}

impl Stream {
    /// The scrollback; held for moments only.
    pub fn scrollback(&self) -> MutexGuard<'_, Scrollback> {
        self.scrollback.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a record and has it sent.
    pub fn push(&self, record: &Record) {
        self.scrollback().push(record);
        self.filled.notify_one();
    }
}

/// Where the server wants the stream from, and how often it has said so.
pub type Wanted = (u64, u64);

/// Sends until the channel is closed. Each time the server says where from, it begins there.
pub async fn follow(mut sending: Sending, stream: Arc<Stream>, mut wanted: watch::Receiver<Wanted>) {
    while wanted.changed().await.is_ok() {
        let (_, place) = *wanted.borrow_and_update();
        match from(&mut sending, &stream, place, &mut wanted).await {
            // The link dropped: the server will say where it goes on.
            Err(Gone::Away) => {}
            Err(Gone::Closed(_)) => return,
            Ok(()) => break,
        }
    }
    sending.close("ended").await;
}

/// Sends from a place on. Returns when nobody will put in any more and everything was sent.
async fn from(
    sending: &mut Sending,
    stream: &Stream,
    place: u64,
    wanted: &mut watch::Receiver<Wanted>,
) -> Result<(), Gone> {
    let begins = stream.scrollback().rewind(place);
    sending.send(&Record::from(begins).encode()).await?;
    loop {
        let next = stream.scrollback().next();
        if let Some(bytes) = next {
            sending.send(&bytes).await?;
            stream.scrollback().advance(bytes.len());
            stream.drained.notify_one();
            continue;
        }
        tokio::select! {
            () = stream.filled.notified() => {}
            // Asked again, after the link dropped while nothing was to be sent; or the session is over.
            changed = wanted.changed() => match changed {
                Ok(()) => {
                    let place = wanted.borrow_and_update().1;
                    let begins = stream.scrollback().rewind(place);
                    sending.send(&Record::from(begins).encode()).await?;
                }
                Err(_) => return Ok(()),
            },
        }
    }
}
