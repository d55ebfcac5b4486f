//! The question that stands before every remote session: may they?
//!
//! Only a hand on a real device answers it. A press counts where the button is let go, and not in the first moment after
//! the question appears, when it was meant for something else. No answer is a refusal; so is Escape. There is no key that
//! allows.

mod layout;

use std::sync::Arc;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{
    ButtonPressEvent, ConnectionExt as _, Device, GrabMode22, GrabOwner, GrabType, KeyPressEvent,
    ModifierMask, XIEventMask,
};
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, Visibility};

use crate::x11::area::Area;
use crate::x11::desktop::{Desktop, Fault, Monitor};
use crate::x11::pane::Pane;
use crate::x11::text::Letters;
use crate::x11::words::{self, Language, Part};
use layout::{Button, Layout};

/// Presses so soon after the question appeared were meant for what was there before.
const TOO_SOON: Duration = Duration::from_millis(700);
/// The keysym of Escape.
const ESCAPE: u32 = 0xff1b;
/// What programs that list windows call it.
const NAME: &str = "Mainstay: may they see this screen?";

/// What a person is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Who wants to see the screen.
    pub who: String,
    /// The ticket it is for, number and title; may be empty.
    pub subject: String,
    /// What they may do then.
    pub part: Part,
    /// Whether copied text goes both ways.
    pub clipboard: bool,
    /// In which language to ask.
    pub language: Language,
    /// How long an answer is waited for.
    pub patience: Duration,
}

/// How a question ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A person pressed the button that allows.
    Allowed,
    /// A person pressed the one that refuses, or Escape.
    Refused,
    /// Nobody answered in time.
    Unanswered,
}

/// The question on the screen; it goes away when this is dropped.
pub struct Dialog {
    desktop: Arc<Desktop>,
    pane: Pane,
    letters: Letters,
    question: Question,
    layout: Layout,
    monitor: Monitor,
    end: Instant,
    /// Presses before this are ignored.
    settled: Instant,
    /// Set by the first tick after that: what was pressed earlier and read late has been heard by then.
    listens: bool,
    is_hidden: bool,
    hover: Option<Button>,
    pressed: Option<Button>,
    seconds: u64,
    escape: Option<u8>,
}

impl Dialog {
    /// Shows the question in the middle of the first monitor, above all windows. Where no font has the letters of the
    /// language it is asked in English.
    ///
    /// # Errors
    /// [`Fault::NoLetters`] when the device cannot show readable words, and when the display refuses.
    pub fn show(desktop: &Arc<Desktop>, question: Question, now: Instant) -> Result<Self, Fault> {
        let begun = Instant::now();
        let mut question = Question {
            who: words::plain(&question.who),
            subject: words::plain(&question.subject),
            ..question
        };
        let letters = match layout::letters(&question) {
            Err(Fault::NoLetters(_)) if question.language != Language::English => {
                question.language = Language::English;
                layout::letters(&question)?
            }
            other => other?,
        };
        let (layout, area, monitor) = place(desktop, &question, &letters)?;
        let mut dialog = Self {
            desktop: Arc::clone(desktop),
            pane: Pane::new(desktop, area, NAME)?,
            letters,
            layout,
            monitor,
            end: now + question.patience,
            settled: now + TOO_SOON,
            listens: false,
            is_hidden: false,
            hover: None,
            pressed: None,
            seconds: 0,
            escape: None,
            question,
        };
        dialog.seconds = dialog.seconds_left(now);
        dialog.pane.shape(dialog.layout.radius)?;
        dialog.draw()?;
        dialog.pane.map()?;
        dialog.escape = dialog.take_escape()?;
        // Looking for fonts took its time.
        dialog.settled += begun.elapsed();
        Ok(dialog)
    }

    /// Where it is on the root.
    #[cfg(test)]
    pub fn area(&self) -> Area {
        self.pane.area
    }

    /// Takes an event of the connection; gives the answer when it is one.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn hear(&mut self, event: &Event, now: Instant) -> Result<Option<Answer>, Fault> {
        match event {
            Event::XinputButtonPress(event) if event.event == self.pane.window => {
                let counts = event.detail == 1
                    && self.listens
                    && self.desktop.is_by_hand(event.response_type, event.sourceid)?;
                self.pressed = self.button_at(event).filter(|_| counts);
            }
            Event::XinputButtonRelease(event) if event.event == self.pane.window && event.detail == 1 => {
                let pressed = self.pressed.take();
                if pressed.is_some()
                    && pressed == self.button_at(event)
                    && self.desktop.is_by_hand(event.response_type, event.sourceid)?
                {
                    return Ok(pressed.map(|button| match button {
                        Button::Allow => Answer::Allowed,
                        Button::Refuse => Answer::Refused,
                    }));
                }
            }
            Event::XinputMotion(event) if event.event == self.pane.window => {
                self.hover_over(self.button_at(event))?
            }
            Event::XinputLeave(event) if event.event == self.pane.window => self.hover_over(None)?,
            Event::XinputKeyPress(event) if self.is_escape(event)? => return Ok(Some(Answer::Refused)),
            Event::VisibilityNotify(event) if event.window == self.pane.window => {
                // What comes back from behind another window appears anew.
                if self.is_hidden && event.state != Visibility::FULLY_OBSCURED {
                    (self.settled, self.listens) = (now + TOO_SOON, false);
                }
                self.is_hidden = event.state == Visibility::FULLY_OBSCURED;
                if event.state != Visibility::UNOBSCURED {
                    self.pane.raise()?;
                }
            }
            _ => {}
        }
        Ok(None)
    }

    /// To be called some four times a second, when all events that are there were handed in: counts down and stays above all windows.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn tick(&mut self, now: Instant) -> Result<Option<Answer>, Fault> {
        if now >= self.end {
            return Ok(Some(Answer::Unanswered));
        }
        // Not every change of monitors is told by an event: those that a person defines are not.
        if self.desktop.monitors()?.first() != Some(&self.monitor) {
            self.lay_out(now)?;
        }
        self.listens |= now >= self.settled;
        self.pane.tick()?;
        let seconds = self.seconds_left(now);
        if seconds != self.seconds {
            self.seconds = seconds;
            self.draw()?;
        }
        Ok(None)
    }

    fn is_escape(&self, event: &KeyPressEvent) -> Result<bool, Fault> {
        let is_it = self.escape.map(u32::from) == Some(event.detail) && self.listens;
        Ok(is_it && self.desktop.is_by_hand(event.response_type, event.sourceid)?)
    }

    fn button_at(&self, event: &ButtonPressEvent) -> Option<Button> {
        self.layout
            .button(event.event_x as f32 / 65_536.0, event.event_y as f32 / 65_536.0)
    }

    fn hover_over(&mut self, button: Option<Button>) -> Result<(), Fault> {
        if self.hover == button {
            return Ok(());
        }
        self.hover = button;
        self.draw()
    }

    fn seconds_left(&self, now: Instant) -> u64 {
        self.end.saturating_duration_since(now).as_millis().div_ceil(1000) as u64
    }

    fn draw(&self) -> Result<(), Fault> {
        self.pane
            .paint(&self.layout.draw(&self.letters, self.seconds, self.hover))
    }

    /// Monitors changed: the question moves to the middle of what is the first one now.
    fn lay_out(&mut self, now: Instant) -> Result<(), Fault> {
        let (layout, area, monitor) = place(&self.desktop, &self.question, &self.letters)?;
        let pane = Pane::new(&self.desktop, area, NAME)?;
        (self.layout, self.pane, self.monitor) = (layout, pane, monitor);
        (self.hover, self.pressed) = (None, None);
        (self.settled, self.listens) = (now + TOO_SOON, false);
        self.pane.shape(self.layout.radius)?;
        self.draw()?;
        self.pane.map()
    }

    /// Escape comes to us while the question stands, and no other key does: nothing that is being typed goes astray.
    /// Where another program has it already, there are still the buttons.
    fn take_escape(&self) -> Result<Option<u8>, Fault> {
        let connection = &self.desktop.connection;
        let (least, most) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let map = connection
            .get_keyboard_mapping(least, most - least + 1)?
            .reply()?;
        let wide = usize::from(map.keysyms_per_keycode).max(1);
        let at = map
            .keysyms
            .chunks(wide)
            .position(|signs| signs.first() == Some(&ESCAPE));
        let Some(key) = at.and_then(|at| u8::try_from(at).ok()).map(|at| least + at) else {
            return Ok(None);
        };
        let mask = [u32::from(XIEventMask::KEY_PRESS)];
        let any = [u32::from(ModifierMask::ANY)];
        let asked = connection.xinput_xi_passive_grab_device(
            x11rb::CURRENT_TIME,
            self.desktop.root,
            x11rb::NONE,
            u32::from(key),
            Device::ALL_MASTER,
            GrabType::KEYCODE,
            GrabMode22::ASYNC,
            GrabMode::ASYNC,
            GrabOwner::NO_OWNER,
            &mask,
            &any,
        )?;
        Ok(asked.reply()?.modifiers.is_empty().then_some(key))
    }
}

impl Drop for Dialog {
    fn drop(&mut self) {
        if let Some(key) = self.escape {
            let any = [u32::from(ModifierMask::ANY)];
            let (connection, kind) = (&self.desktop.connection, GrabType::KEYCODE);
            // When the connection is gone, so is the grab.
            let _ = connection.xinput_xi_passive_ungrab_device(
                self.desktop.root,
                u32::from(key),
                Device::ALL_MASTER,
                kind,
                &any,
            );
            let _ = connection.flush();
        }
    }
}

fn place(
    desktop: &Desktop,
    question: &Question,
    letters: &Letters,
) -> Result<(Layout, Area, Monitor), Fault> {
    let monitor = desktop
        .monitors()?
        .into_iter()
        .next()
        .ok_or(Fault::Lacks("monitor"))?;
    let layout = Layout::fitting(question, letters, monitor.area, desktop.scale(&monitor));
    let middle = |from: i16, whole: u16, part: u16| from + (whole.saturating_sub(part) / 2) as i16;
    let area = Area {
        x: middle(monitor.area.x, monitor.area.width, layout.width),
        y: middle(monitor.area.y, monitor.area.height, layout.height),
        width: layout.width,
        height: layout.height,
    };
    Ok((layout, area, monitor))
}
