//! One session: what the screen tells becomes records, what the server says is passed on; the link may come and go.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crossbeam_channel::Sender;
use protocol::message::Outcome;
use protocol::recording::{Kind, RECORD_MOST, Record, Records};
use protocol::screen::{CLIPBOARD_MOST, Hello, MONITORS_MOST, Monitor, Word};
use screen::{Heard, Over, Told, Wish};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::desktop::Desktop;
use super::{PATIENCE, failed};
use crate::executing::{Channel, Gone, Heard as FromChannel, Receiving, Sending, Teller};

/// What the screen was not yet told. A person presses no more keys, and who floods is not heard.
const HEARD_MOST: usize = 1024;
/// Messages on their way to the link: the screen is not looked at while they wait.
const TOLD_MOST: usize = 2;
/// The screen waits so long for a link that is full. Not longer: meanwhile it does not hear that the person presses stop.
const FULL: Duration = Duration::from_millis(300);
const LOOK_AGAIN: Duration = Duration::from_millis(2);
/// What a screen that was ended still puts away, and what is still sent, takes no longer.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// On its way to the server.
enum Out {
    /// The stream can be reached again, and begins with these.
    Begin(Vec<Record>),
    Record(Record),
    /// A message of RFC 6143.
    Message(Vec<u8>),
}

/// Why it is over.
enum End {
    Over(Over),
    Cancelled,
    /// Nobody came back for it.
    Forsaken,
    /// The server closed the channel.
    Closed,
}

struct Session<'a> {
    teller: &'a Teller,
    hello: Hello,
    said: Records,
    voice: Voice,
    /// When patience ends; none while a server listens.
    deadline: Option<Instant>,
}

/// What a server that comes back has to know.
#[derive(Default)]
struct State {
    word: Option<Word>,
    monitors: Vec<Monitor>,
    chosen: u32,
}

impl State {
    fn monitors(&self) -> Word {
        Word::Monitors {
            monitors: self.monitors.clone(),
            chosen: self.chosen,
        }
    }
}

/// Where the screen tells what it shows; it speaks on a thread of its own.
#[derive(Clone)]
struct Voice {
    began: Instant,
    out: mpsc::Sender<Out>,
    state: Arc<Mutex<State>>,
    ear: Ear,
}

/// Where the screen hears, once the server listens.
#[derive(Clone, Default)]
struct Ear {
    screen: Arc<OnceLock<Sender<Heard>>>,
    /// Something could not be told because the link was full: the screen waits to hear that it is not any more.
    waits: Arc<AtomicBool>,
}

impl Ear {
    /// More is dropped when the screen is behind: nobody presses so many keys.
    fn tell(&self, heard: Heard) {
        if let Some(screen) = self.screen.get() {
            screen.try_send(heard).ok();
        }
    }

    /// The link has room again.
    fn relieved(&self) {
        if self.waits.swap(false, Ordering::Relaxed) {
            self.tell(Heard::Back);
        }
    }
}

/// Serves a session to its end.
pub async fn run(
    desktop: Desktop,
    wish: Wish,
    teller: &Teller,
    channel: Channel,
    require_recording: bool,
) -> Outcome {
    let number = channel.number();
    let Channel {
        sending,
        mut receiving,
    } = channel;
    let (out, outgoing) = mpsc::channel(TOLD_MOST);
    let began = Instant::now();
    let ear = Ear::default();
    let mut follower = tokio::spawn(follow(sending, outgoing, ear.clone(), began));
    let mut session = Session {
        teller,
        hello: Hello {
            user: user(desktop.user),
            display: desktop.display.clone(),
            require_recording,
        },
        voice: Voice {
            began,
            out,
            state: Arc::default(),
            ear,
        },
        said: Records::default(),
        deadline: Some(Instant::now() + PATIENCE),
    };
    teller.opened(number).await;
    let (tell_over, mut over) = oneshot::channel();
    let end = session
        .serve((desktop, wish, tell_over), &mut over, &mut receiving)
        .await;
    let outcome = ended(&end, &session.hello);
    session.put_away(&end, &mut over).await;
    drop(session);
    if tokio::time::timeout(LAST_WORDS, &mut follower).await.is_err() {
        // Nobody reads any more; with its end gone the screen's thread ends, too.
        follower.abort();
    }
    teller.ended(reason(&end)).await;
    outcome
}

#[cfg(unix)]
fn user(number: u32) -> String {
    crate::processes::by_number(number).map_or_else(|| number.to_string(), |user| user.name)
}

#[cfg(not(unix))]
fn user(number: u32) -> String {
    number.to_string()
}

const fn reason(end: &End) -> &'static str {
    match end {
        End::Over(Over::Refused) => "refused",
        End::Over(Over::Unanswered) => "unanswered",
        End::Over(Over::StoppedByUser) => "stopped_by_user",
        End::Over(Over::Gone) => "gone",
        End::Over(Over::Failed { .. }) => "failed",
        End::Cancelled => "cancelled",
        End::Over(Over::Stopped) | End::Closed => "closed",
        End::Forsaken => "link_lost",
    }
}

fn ended(end: &End, hello: &Hello) -> Outcome {
    let done = || Outcome::Done {
        code: None,
        summary: serde_json::json!({ "user": hello.user, "ended": reason(end) }),
        hash: None,
    };
    match end {
        End::Over(Over::StoppedByUser | Over::Stopped) | End::Closed => done(),
        End::Over(Over::Refused) => failed("refused", "the person at the device refused"),
        End::Over(Over::Unanswered) => failed("unanswered", "nobody at the device answered"),
        End::Over(Over::Gone) => failed("gone", "the desktop was closed"),
        End::Over(Over::Failed { code, text }) => failed(code, text.clone()),
        End::Cancelled => Outcome::Cancelled,
        End::Forsaken => failed("link_lost", "nobody came back for the screen"),
    }
}

/// What the screen needs to begin.
type Beginning = (Desktop, Wish, oneshot::Sender<Over>);

impl Session<'_> {
    async fn serve(
        &mut self,
        beginning: Beginning,
        over: &mut oneshot::Receiver<Over>,
        receiving: &mut Receiving,
    ) -> End {
        let mut beginning = Some(beginning);
        let teller = self.teller;
        loop {
            let patience = self.deadline;
            tokio::select! {
                heard = receiving.receive() => match self.heard(heard).await {
                    Err(end) => return end,
                    // The server listens: now there is somebody to ask for.
                    Ok(true) => match beginning.take() {
                        Some(beginning) => if let Err(text) = self.voice.start(beginning) {
                            return End::Over(Over::Failed { code: "thread", text });
                        },
                        None => self.tell(Heard::Back),
                    },
                    Ok(false) => {}
                },
                over = &mut *over, if self.voice.ear.screen.get().is_some() => return End::Over(over.unwrap_or_else(|_| {
                    let text = "the agent made a mistake while it showed the screen".to_owned();
                    Over::Failed { code: "screen", text }
                })),
                () = teller.cancelled() => return End::Cancelled,
                () = until(patience) => return End::Forsaken,
            }
        }
    }

    /// Has the screen put away what it shows, and says why it is over.
    async fn put_away(&self, end: &End, over: &mut oneshot::Receiver<Over>) {
        if self.voice.ear.screen.get().is_some() && !matches!(end, End::Over(_)) {
            self.tell(Heard::Stop);
            tokio::time::timeout(LAST_WORDS, over).await.ok();
        }
        let exit = self.voice.record(Kind::Exit, reason(end).as_bytes().to_vec());
        let sent = self.voice.out.send(Out::Record(exit));
        tokio::time::timeout(LAST_WORDS, sent).await.ok();
    }

    fn tell(&self, heard: Heard) {
        self.voice.ear.tell(heard);
    }

    /// What the channel brings; whether the server has begun to listen.
    async fn heard(&mut self, heard: FromChannel) -> Result<bool, End> {
        match heard {
            FromChannel::Bytes(bytes) => {
                let Ok(records) = self.said.take(&bytes) else {
                    return Err(End::Closed);
                };
                let mut listens = false;
                for (record, _) in records {
                    listens |= self.obey(&record).await;
                }
                return Ok(listens);
            }
            FromChannel::Away => {
                self.deadline = Some(Instant::now() + PATIENCE);
                self.tell(Heard::Away);
            }
            FromChannel::Back(number) => {
                self.said = Records::default();
                self.teller.opened(number).await;
            }
            FromChannel::Closed(_) => return Err(End::Closed),
        }
        Ok(false)
    }

    /// Whether it asked for the stream.
    async fn obey(&mut self, record: &Record) -> bool {
        match record.kind {
            Kind::From => {
                self.deadline = None;
                let hello = serde_json::to_vec(&self.hello).unwrap_or_default();
                let mut first = vec![record.clone(), self.voice.record(Kind::Hello, hello)];
                first.extend(self.voice.known());
                self.voice.out.send(Out::Begin(first)).await.ok();
                return true;
            }
            Kind::Input => {
                if let Ok(Some((said, _))) = rfb::saying::read(&record.bytes) {
                    self.tell(Heard::Said(said));
                }
            }
            Kind::Word => match Word::read(&record.bytes) {
                Some(Word::Clipboard { text }) => self.tell(Heard::Clipboard(text)),
                Some(Word::Monitor { number }) => {
                    self.tell(Heard::Monitor(number));
                    let chosen = self.voice.chosen(number);
                    self.voice.out.send(chosen).await.ok();
                }
                _ => {}
            },
            _ => {}
        }
        false
    }
}

impl Voice {
    /// Begins to show the screen, on a thread of its own.
    fn start(&self, (desktop, wish, over): Beginning) -> Result<(), String> {
        let (screen, heard) = crossbeam_channel::bounded(HEARD_MOST);
        let voice = self.clone();
        let work = move || {
            let end = screen::serve(&desktop.place(), &wish, heard, |told| voice.tell(told));
            over.send(end).ok();
        };
        let started = std::thread::Builder::new().name("screen".to_owned()).spawn(work);
        started.map_err(|error| format!("no thread: {error}"))?;
        self.ear.screen.set(screen).ok();
        Ok(())
    }

    /// What the screen tells; waits a little while the link is full. Whether it was taken: otherwise the screen waits to hear that the
    /// link is back, and begins anew.
    fn tell(&self, told: Told) -> bool {
        let out = match told {
            Told::Asking => self.state(Word::Asking),
            Told::Agreed => self.state(Word::Agreed),
            Told::Monitors(monitors) => self.monitors(monitors),
            Told::Clipboard(text) if text.len() <= CLIPBOARD_MOST => {
                Out::Record(self.record(Kind::Word, Word::Clipboard { text }.write()))
            }
            Told::Clipboard(_) => return true,
            Told::Begin { width, height } => {
                Out::Record(self.record(Kind::Resize, format!("{width}x{height}").into_bytes()))
            }
            Told::Bytes(bytes) => Out::Message(bytes),
        };
        let end = std::time::Instant::now() + FULL;
        let mut out = out;
        loop {
            out = match self.out.try_send(out) {
                Ok(()) => return true,
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
                Err(mpsc::error::TrySendError::Full(out)) => out,
            };
            if std::time::Instant::now() > end {
                self.ear.waits.store(true, Ordering::Relaxed);
                return false;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    fn state(&self, word: Word) -> Out {
        let out = Out::Record(self.record(Kind::Word, word.write()));
        self.known_now().word = Some(word);
        out
    }

    fn monitors(&self, monitors: Vec<screen::Monitor>) -> Out {
        let monitors = monitors.into_iter().map(|one| Monitor {
            name: one.name,
            width: one.width,
            height: one.height,
        });
        let mut state = self.known_now();
        state.monitors = monitors.take(MONITORS_MOST).collect();
        Out::Record(self.record(Kind::Word, state.monitors().write()))
    }

    /// The server wants to see this monitor.
    fn chosen(&self, number: u32) -> Out {
        let mut state = self.known_now();
        if usize::try_from(number).is_ok_and(|number| number <= state.monitors.len()) {
            state.chosen = number;
        }
        Out::Record(self.record(Kind::Word, state.monitors().write()))
    }

    /// What a server that begins to listen has to know.
    fn known(&self) -> Vec<Record> {
        let state = self.known_now();
        let monitors = (!state.monitors.is_empty()).then(|| state.monitors());
        let words = state.word.iter().cloned().chain(monitors);
        words.map(|word| self.record(Kind::Word, word.write())).collect()
    }

    fn known_now(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, kind: Kind, bytes: Vec<u8>) -> Record {
        record(self.began, kind, bytes)
    }
}

fn record(began: Instant, kind: Kind, bytes: Vec<u8>) -> Record {
    let at = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Record { at, kind, bytes }
}

/// Sends what is told, as fast as the server reads; what is told while nobody listens is lost, since the server begins anew.
async fn follow(mut sending: Sending, mut outgoing: mpsc::Receiver<Out>, ear: Ear, began: Instant) {
    let mut is_open = false;
    while let Some(out) = outgoing.recv().await {
        let records = match out {
            Out::Begin(records) => {
                is_open = true;
                records
            }
            Out::Record(record) => vec![record],
            Out::Message(bytes) => {
                let parts = bytes.chunks(RECORD_MOST);
                let mut records: Vec<Record> = parts
                    .map(|part| record(began, Kind::Output, part.to_vec()))
                    .collect();
                // All of the message was told: a recording keeps whole ones.
                records.push(record(began, Kind::Marker, Vec::new()));
                records
            }
        };
        for record in records.iter().filter(|_| is_open) {
            match sending.send(&record.encode()).await {
                Ok(()) => {}
                Err(Gone::Away) => {
                    is_open = false;
                    break;
                }
                Err(Gone::Closed(_)) => return,
            }
        }
        ear.relieved();
    }
    sending.close("ended").await;
}

/// Returns at this instant, or never.
async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
