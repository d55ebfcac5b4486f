//! What an act says while it works, and how it hears that it should stop.

use protocol::message::{Outcome, Stream};
use tokio::sync::{mpsc, watch};

/// Columns and rows of a terminal.
pub type Size = (u16, u16);

/// One thing that an act said, on its way to the spool or, for sessions, straight to the link.
#[derive(Clone, Debug, PartialEq)]
pub enum Telling {
    /// Kept on disk until the server has it.
    Output {
        act: String,
        stream: Stream,
        bytes: Vec<u8>,
    },
    /// A session is reachable on this channel; not kept.
    Opened { session: String, channel: u32 },
    /// A session is over; not kept, because the act's outcome says it too.
    Ended { session: String, reason: String },
    /// The act is over; said for it by whoever runs it, after everything that it said itself.
    Finished { act: String, outcome: Outcome },
}

/// The voice of one act.
#[derive(Clone, Debug)]
pub struct Teller {
    act: String,
    telling: mpsc::Sender<Telling>,
    cancelled: watch::Receiver<bool>,
    size: watch::Receiver<Size>,
}

impl Teller {
    /// A voice for this act; whoever performs it never makes one.
    pub fn new(
        act: &str,
        telling: mpsc::Sender<Telling>,
        cancelled: watch::Receiver<bool>,
        size: watch::Receiver<Size>,
    ) -> Self {
        Self {
            act: act.to_owned(),
            telling,
            cancelled,
            size,
        }
    }

    /// A voice whose words are thrown away and that is never cancelled, for tests and for `doctor`.
    ///
    /// What it says can be read from the receiver; drop it, or read it, but do not keep it unread.
    pub fn aside(act: &str) -> (Self, mpsc::Receiver<Telling>) {
        let (telling, said) = mpsc::channel(1024);
        // Senders that are gone leave the last value in place.
        let (_, cancelled) = watch::channel(false);
        let (_, size) = watch::channel((80, 24));
        (Self::new(act, telling, cancelled, size), said)
    }

    /// The act's id; of a terminal also the session's.
    pub fn act(&self) -> &str {
        &self.act
    }

    /// Bytes of the usual output. Waits while the spool is behind.
    pub async fn out(&self, bytes: impl Into<Vec<u8>>) {
        self.output(Stream::Out, bytes.into()).await;
    }

    /// Bytes of the error output.
    pub async fn err(&self, bytes: impl Into<Vec<u8>>) {
        self.output(Stream::Err, bytes.into()).await;
    }

    /// A word of our own to whoever reads the output.
    pub async fn note(&self, text: impl Into<String>) {
        self.output(Stream::Note, text.into().into_bytes()).await;
    }

    /// Says that the session can be reached on this channel: once it began, and again after `Heard::Back`.
    pub async fn opened(&self, channel: u32) {
        let session = self.act.clone();
        self.say(Telling::Opened { session, channel }).await;
    }

    /// Says that the session is over.
    pub async fn ended(&self, reason: &str) {
        let (session, reason) = (self.act.clone(), reason.to_owned());
        self.say(Telling::Ended { session, reason }).await;
    }

    /// Whether somebody called this act off.
    pub fn is_cancelled(&self) -> bool {
        *self.cancelled.borrow()
    }

    /// Returns when somebody calls this act off, and not before; for `select!`.
    pub async fn cancelled(&self) {
        let mut cancelled = self.cancelled.clone();
        if cancelled.wait_for(|is| *is).await.is_err() {
            // Nobody is left who could.
            std::future::pending::<()>().await;
        }
    }

    /// The size of the window at the other end, as it changes.
    pub fn size(&self) -> watch::Receiver<Size> {
        self.size.clone()
    }

    /// Bytes of any stream, for whoever passes on what another process says.
    pub(crate) async fn output(&self, stream: Stream, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let act = self.act.clone();
        self.say(Telling::Output { act, stream, bytes }).await;
    }

    async fn say(&self, telling: Telling) {
        // Nobody listening means that the executor is going down; the log will say that this act was lost.
        self.telling.send(telling).await.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_told_names_its_act() {
        let (teller, mut said) = Teller::aside("one");
        teller.out("hello").await;
        teller.note("").await;
        drop(teller);
        let Some(Telling::Output { act, stream, bytes }) = said.recv().await else {
            panic!("nothing was said")
        };
        assert_eq!(
            (act.as_str(), stream, bytes.as_slice()),
            ("one", Stream::Out, &b"hello"[..])
        );
        assert_eq!(said.recv().await, None);
    }

    #[tokio::test]
    async fn an_act_hears_that_it_was_called_off() {
        let (telling, _said) = mpsc::channel(1);
        let (cancel, cancelled) = watch::channel(false);
        let (_, size) = watch::channel((80, 24));
        let teller = Teller::new("one", telling, cancelled, size);
        assert!(!teller.is_cancelled());
        cancel.send(true).unwrap();
        teller.cancelled().await;
        assert!(teller.is_cancelled());
    }
}
