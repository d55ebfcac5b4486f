//! A session from the question to its end.
//!
//! One thread does everything in turn: what the display tells ([`Ear`]) and what the server says come out of two channels, and
//! between them it waits without a processor. Before the person agreed the part that captures does not exist, and without the
//! sign nothing is shown.

mod pacing;
mod showing;
mod taking;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, select_biased};
use x11rb::errors::{ReplyError, ReplyOrIdError};
use x11rb::protocol::Event;
use x11rb::rust_connection::RustConnection;

use crate::capture::Capture;
use crate::x11::desktop::{Desktop, Fault};
use crate::x11::dialog::{Answer, Dialog, Question};
use crate::x11::ear::Ear;
use crate::x11::opening;
use crate::x11::sign::{Notice, Sign};
use crate::x11::words::{Language, Part};
use crate::{Heard, Over, Place, Told, Wish};
use showing::Showing;
use taking::Taking;

/// Windows look so often whether they are still on top.
const TICK: Duration = Duration::from_millis(250);
/// So many events of a display wait for us; more wait in the connection.
const EVENTS_MOST: usize = 1024;
/// So much is heard between two frames at most, however much waits.
const HEARD_MOST: u32 = 64;

/// What a display tells: an event, or none when it is gone.
enum News {
    /// Of the connection that has the windows.
    Desktop(Option<Event>),
    /// Of the connection that captures.
    Capture(Option<Event>),
}

impl From<Fault> for Over {
    fn from(fault: Fault) -> Self {
        let code = match fault {
            Fault::Lost(_)
            | Fault::Refused(ReplyError::ConnectionError(_))
            | Fault::Full(ReplyOrIdError::ConnectionError(_)) => return Self::Gone,
            Fault::Lacks(_) | Fault::NoLetters(_) => "screen.lacks",
            Fault::Refused(_) | Fault::Full(_) => "screen.refused",
        };
        let text = fault.to_string();
        Self::Failed { code, text }
    }
}

/// Serves a screen until the session is over; blocks, and wants a thread of its own.
///
/// `told` may wait while the link is full, but not for long: meanwhile nothing is heard, neither [`Heard::Stop`] nor the person's
/// Stop. It answers false when nobody hears it; that is taken as [`Heard::Away`].
pub fn serve(place: &Place, wish: &Wish, heard: Receiver<Heard>, told: impl Fn(Told) -> bool) -> Over {
    match Session::begin(place, wish, heard, told) {
        Ok(mut session) => session.run().unwrap_or_else(|over| over),
        Err(over) => over,
    }
}

struct Session<'a, T> {
    place: &'a Place,
    wish: &'a Wish,
    heard: Receiver<Heard>,
    told: T,
    desktop: Arc<Desktop>,
    sender: Sender<News>,
    news: Receiver<News>,
    /// While it lives, events of the desktop come.
    _ear: Ear,
}

impl<'a, T: Fn(Told) -> bool> Session<'a, T> {
    fn begin(place: &'a Place, wish: &'a Wish, heard: Receiver<Heard>, told: T) -> Result<Self, Over> {
        let (connection, screen) = open(place)?;
        let desktop = Desktop::new(connection, screen)?;
        let (sender, news) = bounded(EVENTS_MOST);
        let ear = Ear::open(&desktop.connection, desktop.root, sender.clone(), News::Desktop)?;
        Ok(Self {
            place,
            wish,
            heard,
            told,
            desktop,
            sender,
            news,
            _ear: ear,
        })
    }

    /// Ends in either way with why.
    fn run(&mut self) -> Result<Over, Over> {
        let mut is_away = false;
        if self.wish.ask {
            (self.told)(Told::Asking);
            is_away = self.ask()?;
        }
        let notice = Notice {
            who: self.wish.who.clone(),
            part: self.part(),
            language: self.language(),
        };
        let mut sign = Sign::show(&self.desktop, notice)?;
        (self.told)(Told::Agreed);
        let (connection, screen) = open(self.place)?;
        let capture = Capture::new(Arc::clone(&connection), screen)?;
        let _ear = Ear::open(&connection, capture.root(), self.sender.clone(), News::Capture)?;
        let mut taking = Taking::new(&self.desktop, self.wish)?;
        let mut showing = Showing::new(&self.desktop, capture, &self.told)?;
        if is_away {
            showing.go_away();
        }
        let (mut ticks_at, mut heard_since) = (Instant::now() + TICK, 0);
        loop {
            let wakes_at = showing
                .wakes_at(Instant::now())
                .map_or(ticks_at, |at| at.min(ticks_at));
            match self.wait(wakes_at) {
                Some(Word::Server(heard)) => hear(heard, &mut taking, &mut showing, &sign)?,
                Some(Word::Display(News::Capture(event))) => showing.hear(&event.ok_or(Over::Gone)?),
                Some(Word::Display(News::Desktop(event))) => {
                    let event = event.ok_or(Over::Gone)?;
                    if sign.hear(&event)?.is_some() {
                        return Ok(Over::StoppedByUser);
                    }
                    if let Some(text) = taking.hear(&event)? {
                        (self.told)(Told::Clipboard(text));
                    }
                }
                None => {}
            }
            let now = Instant::now();
            if now >= ticks_at {
                sign.tick()?;
                ticks_at = now + TICK;
            }
            heard_since += 1;
            // What waits is heard first: a frame that shows all of it is one frame less.
            let is_quiet = self.heard.is_empty() && self.news.is_empty();
            if is_quiet || heard_since >= HEARD_MOST {
                heard_since = 0;
                let was_away = showing.is_away();
                showing.show(now)?;
                if showing.is_away() && !was_away {
                    taking.release()?;
                }
            }
        }
    }

    /// Asks the person; gives back whether the link dropped meanwhile.
    fn ask(&mut self) -> Result<bool, Over> {
        let question = Question {
            who: self.wish.who.clone(),
            subject: self.wish.subject.clone(),
            part: self.part(),
            clipboard: self.wish.clipboard,
            language: self.language(),
            patience: self.wish.patience,
        };
        let mut dialog = Dialog::show(&self.desktop, question, Instant::now())?;
        let (mut ticks_at, mut is_away) = (Instant::now() + TICK, false);
        loop {
            let mut answer = None;
            match self.wait(ticks_at) {
                Some(Word::Server(Heard::Stop)) => return Err(Over::Stopped),
                Some(Word::Server(Heard::Away)) => is_away = true,
                Some(Word::Server(Heard::Back)) => {
                    is_away = false;
                    (self.told)(Told::Asking);
                }
                // Nothing is taken before there is an answer.
                Some(Word::Server(_)) | None => {}
                Some(Word::Display(News::Desktop(event))) => {
                    answer = dialog.hear(&event.ok_or(Over::Gone)?, Instant::now())?;
                }
                Some(Word::Display(News::Capture(_))) => {}
            }
            let now = Instant::now();
            if now >= ticks_at {
                answer = answer.or(dialog.tick(now)?);
                ticks_at = now + TICK;
            }
            match answer {
                Some(Answer::Allowed) => return Ok(is_away),
                Some(Answer::Refused) => return Err(Over::Refused),
                Some(Answer::Unanswered) => return Err(Over::Unanswered),
                None => {}
            }
        }
    }

    /// What comes first, or none when nothing came until then.
    fn wait(&self, until: Instant) -> Option<Word> {
        let patience = until.saturating_duration_since(Instant::now());
        // The person's Stop comes before everything that viewers say.
        select_biased! {
            recv(self.news) -> news => news.ok().map(Word::Display),
            // A server that is gone has ended the session.
            recv(self.heard) -> heard => Some(Word::Server(heard.unwrap_or(Heard::Stop))),
            default(patience) => None,
        }
    }

    fn part(&self) -> Part {
        if self.wish.control {
            Part::Controlling
        } else {
            Part::Watching
        }
    }

    fn language(&self) -> Language {
        Language::of(&self.place.language)
    }
}

enum Word {
    Server(Heard),
    Display(News),
}

/// Does what the server says.
fn hear<T: Fn(Told) -> bool>(
    heard: Heard,
    taking: &mut Taking,
    showing: &mut Showing<'_, T>,
    sign: &Sign,
) -> Result<(), Over> {
    match heard {
        Heard::Said(said) if !showing.is_shown(&said) => taking.take(&said, showing.view(), &sign.areas())?,
        Heard::Said(_) => {}
        Heard::Clipboard(text) => taking.offer(&text)?,
        Heard::Monitor(number) => showing.choose(number),
        Heard::Away => {
            showing.go_away();
            taking.release()?;
        }
        Heard::Back => showing.come_back(),
        Heard::Stop => return Err(Over::Stopped),
    }
    Ok(())
}

fn open(place: &Place) -> Result<(Arc<RustConnection>, usize), Over> {
    let opened = opening::open(&place.display, place.authority.as_deref());
    let (connection, screen) = opened.map_err(|error| Over::Failed {
        code: "screen.display",
        text: format!("the display {} cannot be opened: {error}", place.display),
    })?;
    Ok((Arc::new(connection), screen))
}
