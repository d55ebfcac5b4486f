//! One session: what is shown and typed becomes records; the link may come and go; somebody ends it.

use super::pty::Pty;
use super::sending::{Stream, Wanted, follow};
use super::shell::Shell;
use super::{PATIENCE, bounded};
use crate::executing::{Channel, Heard, Receiving, Teller};
use protocol::message::Outcome;
use protocol::recording::{Hello, Kind, Mask, Record, Records};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// A program that ended may have left words that are still on their way.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// Why it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// The shell ended with this code.
    Exit(i32),
    /// Somebody called it off: the grant ended, or a key was pressed.
    Cancelled,
    /// Nobody came back for it.
    Forsaken,
    /// The server closed the channel.
    Closed,
}

struct Session<'a> {
    pty: Pty,
    teller: &'a Teller,
    stream: Arc<Stream>,
    began: Instant,
    mask: Mask,
    typed: Records,
    wanted: watch::Sender<Wanted>,
    /// When patience ends; none while a server listens.
    deadline: Option<Instant>,
}

/// Serves a session to its end.
pub async fn run(
    pty: Pty,
    shell: &Shell,
    size: (u16, u16),
    teller: &Teller,
    channel: Channel,
    require_recording: bool,
) -> Outcome {
    let number = channel.number();
    let Channel { sending, receiving } = channel;
    let (wanted, follows) = watch::channel((0, 0));
    let stream = Arc::new(Stream::default());
    let mut session = Session {
        pty,
        teller,
        stream: Arc::clone(&stream),
        began: Instant::now(),
        mask: Mask::default(),
        typed: Records::default(),
        wanted,
        deadline: Some(Instant::now() + PATIENCE),
    };
    let hello = Hello {
        user: shell.user.clone(),
        shell: shell.program.clone(),
        require_recording,
    };
    session.note(Kind::Hello, serde_json::to_vec(&hello).unwrap_or_default());
    session.note(Kind::Resize, format!("{}x{}", size.0, size.1).into_bytes());
    let follower = tokio::spawn(follow(sending, stream, follows));
    teller.opened(number).await;
    let over = session.serve(receiving).await;
    // Without a server there is nobody to send the rest to.
    drop(session);
    if over == Over::Forsaken {
        follower.abort();
    }
    follower.await.ok();
    ended(over, shell, teller).await
}

async fn ended(over: Over, shell: &Shell, teller: &Teller) -> Outcome {
    let summary = serde_json::json!({ "user": shell.user, "shell": shell.program });
    let (reason, outcome) = match over {
        Over::Exit(code) => (
            "exit",
            Outcome::Done {
                code: Some(code),
                summary,
                hash: None,
            },
        ),
        Over::Cancelled => ("cancelled", Outcome::Cancelled),
        Over::Forsaken => (
            "link_lost",
            super::failed("link_lost", "nobody came back for the terminal"),
        ),
        Over::Closed => (
            "closed",
            Outcome::Done {
                code: None,
                summary,
                hash: None,
            },
        ),
    };
    teller.ended(reason).await;
    outcome
}

impl Session<'_> {
    fn note(&self, kind: Kind, bytes: Vec<u8>) {
        let at = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.stream.push(&Record { at, kind, bytes });
    }

    async fn serve(&mut self, mut receiving: Receiving) -> Over {
        let over = self.talk(&mut receiving).await;
        match over {
            Over::Exit(code) => self.last_words(code).await,
            Over::Cancelled | Over::Forsaken | Over::Closed => {
                self.pty.kill();
                self.note(Kind::Marker, over.word().as_bytes().to_vec());
                self.note(Kind::Exit, b"-1".to_vec());
            }
        }
        self.flush(&mut receiving, over).await
    }

    /// Until something ends it.
    async fn talk(&mut self, receiving: &mut Receiving) -> Over {
        let teller = self.teller;
        let stream = Arc::clone(&self.stream);
        let mut size = teller.size();
        size.mark_unchanged();
        let mut is_open = true;
        loop {
            let has_room = stream.scrollback().has_room();
            let patience = self.deadline;
            tokio::select! {
                heard = receiving.receive() => if let Some(over) = self.heard(heard).await {
                    return over;
                },
                shown = self.pty.output.recv(), if is_open && has_room => match shown {
                    Some(bytes) => self.note(Kind::Output, bytes),
                    None => is_open = false,
                },
                () = stream.drained.notified(), if !has_room => {}
                code = &mut self.pty.ended => return Over::Exit(code.unwrap_or(-1)),
                Ok(()) = size.changed() => {
                    let wished = *size.borrow_and_update();
                    self.resize(bounded(wished));
                }
                () = teller.cancelled() => return Over::Cancelled,
                () = until(patience) => return Over::Forsaken,
            }
        }
    }

    /// What the channel brings; an answer ends the session.
    async fn heard(&mut self, heard: Heard) -> Option<Over> {
        match heard {
            Heard::Bytes(bytes) => {
                let Ok(records) = self.typed.take(&bytes) else {
                    return Some(Over::Closed);
                };
                for (record, _) in records {
                    self.obey(record);
                }
            }
            Heard::Away => self.deadline = Some(Instant::now() + PATIENCE),
            Heard::Back(number) => {
                self.typed = Records::default();
                self.teller.opened(number).await;
            }
            Heard::Closed(_) => return Some(Over::Closed),
        }
        None
    }

    fn obey(&mut self, record: Record) {
        if let Some(place) = record.place() {
            self.deadline = None;
            self.wanted.send_modify(|wanted| *wanted = (wanted.0 + 1, place));
        } else if record.kind == Kind::Input {
            let is_shown = self.pty.shows_typing();
            let hidden = self.mask.hide(&record.bytes, is_shown);
            if self.pty.type_in(record.bytes) && !hidden.is_empty() {
                self.note(Kind::Input, hidden);
            }
        }
    }

    fn resize(&mut self, size: (u16, u16)) {
        self.pty.resize(size);
        self.note(Kind::Resize, format!("{}x{}", size.0, size.1).into_bytes());
    }

    /// The shell ended: what it still said, then its code. What it left running in the background may hold the terminal
    /// open, so this does not wait for its end.
    async fn last_words(&mut self, code: i32) {
        let end = Instant::now() + LAST_WORDS;
        while let Ok(Some(bytes)) = tokio::time::timeout_at(end, self.pty.output.recv()).await {
            self.note(Kind::Output, bytes);
        }
        self.note(Kind::Exit, code.to_string().into_bytes());
    }

    /// Waits until the server has everything, as long as patience goes.
    async fn flush(&mut self, receiving: &mut Receiving, over: Over) -> Over {
        let stream = Arc::clone(&self.stream);
        if over == Over::Closed || over == Over::Forsaken {
            return over;
        }
        let end = Instant::now() + PATIENCE;
        while !stream.scrollback().is_sent() {
            tokio::select! {
                heard = receiving.receive() => if self.heard(heard).await.is_some() {
                    return over;
                },
                () = stream.drained.notified() => {}
                () = tokio::time::sleep_until(end) => return Over::Forsaken,
            }
        }
        over
    }
}

impl Over {
    const fn word(self) -> &'static str {
        match self {
            Self::Exit(_) => "exit",
            Self::Cancelled => "cancelled",
            Self::Forsaken => "link_lost",
            Self::Closed => "closed",
        }
    }
}

/// Returns at this instant, or never.
async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
