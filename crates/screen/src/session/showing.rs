//! Shows the screen to viewers: frame by frame, each with a fence behind it, and now and then a beginning.

use std::sync::Arc;
use std::time::Instant;

use rfb::area::Area;
use rfb::saying::Said;
use rfb::telling::{FENCE_BEFORE, FENCE_REQUEST, fence};
use x11rb::protocol::Event;

use crate::capture::{Capture, News};
use crate::picture::Picture;
use crate::session::pacing::Pacing;
use crate::x11::desktop::{Desktop, Fault};
use crate::{Monitor, Told};

/// What is shown, and how far.
pub struct Showing<'a, T> {
    desktop: &'a Arc<Desktop>,
    capture: Capture,
    picture: Picture,
    told: &'a T,
    pacing: Pacing,
    /// A monitor's number; 0 for all.
    chosen: u32,
    monitors: Vec<Monitor>,
    /// Something may look different.
    is_stale: bool,
    /// The monitors or the choice are others than before.
    is_rearranged: bool,
    wants_beginning: bool,
    is_away: bool,
}

impl<'a, T: Fn(Told) -> bool> Showing<'a, T> {
    pub fn new(desktop: &'a Arc<Desktop>, capture: Capture, told: &'a T) -> Result<Self, Fault> {
        Ok(Self {
            desktop,
            capture,
            picture: Picture::new(0, 0),
            told,
            pacing: Pacing::default(),
            chosen: 0,
            monitors: Vec::new(),
            is_stale: true,
            is_rearranged: true,
            wants_beginning: true,
            is_away: false,
        })
    }

    /// What of the root window is shown.
    pub fn view(&self) -> Area {
        self.capture.view()
    }

    pub fn is_away(&self) -> bool {
        self.is_away
    }

    pub fn go_away(&mut self) {
        self.is_away = true;
    }

    pub fn come_back(&mut self) {
        self.is_away = false;
        self.begin_anew();
        // Who comes back may have missed what was told meanwhile.
        self.tell(Told::Agreed);
        self.monitors.clear();
        self.is_rearranged = true;
    }

    pub fn choose(&mut self, number: u32) {
        self.chosen = number;
        self.is_rearranged = true;
    }

    pub fn hear(&mut self, event: &Event) {
        match self.capture.hear(event) {
            News::Nothing => {}
            News::Changed => self.is_stale = true,
            News::Monitors => self.is_rearranged = true,
        }
    }

    /// Whether a viewer's message was about what is shown; it is done then.
    pub fn is_shown(&mut self, said: &Said) -> bool {
        match said {
            Said::Update { changes, .. } => {
                if !changes {
                    self.begin_anew();
                }
                true
            }
            Said::Fence { payload, .. } => {
                if let Ok(number) = payload[..].try_into() {
                    self.pacing.shown(u64::from_be_bytes(number));
                }
                true
            }
            _ => false,
        }
    }

    fn begin_anew(&mut self) {
        self.wants_beginning = true;
        self.pacing.forgive();
    }

    /// When there is something to do; none while nothing changes.
    pub fn wakes_at(&self, now: Instant) -> Option<Instant> {
        if self.is_away {
            return None;
        }
        let ready = self.pacing.ready_at();
        if self.is_stale || self.is_rearranged || self.wants_beginning {
            return Some(ready.unwrap_or(now));
        }
        let settles = self.picture.settles_at()?;
        Some(ready.map_or(settles, |ready| ready.max(settles)))
    }

    /// Sends a frame when it is time and there is something to be seen.
    pub fn show(&mut self, now: Instant) -> Result<(), Fault> {
        if self.wakes_at(now).is_none_or(|at| at > now) {
            return Ok(());
        }
        if std::mem::take(&mut self.is_rearranged) {
            self.arrange()?;
        }
        if std::mem::take(&mut self.is_stale) {
            let tiles = self.capture.read()?;
            self.picture.look(&self.capture, tiles.into_iter(), now);
        }
        let frame = self.frame(now);
        self.pacing.worked(now, Instant::now());
        if let Some(mut bytes) = frame {
            let number = self.pacing.next().to_be_bytes();
            bytes.extend(fence(FENCE_REQUEST | FENCE_BEFORE, &number));
            self.tell(Told::Bytes(bytes));
        }
        Ok(())
    }

    /// All that viewers do not have, and some of what they have nearly.
    fn frame(&mut self, now: Instant) -> Option<Vec<u8>> {
        if self.wants_beginning || self.pacing.wants_beginning(now) && self.picture.has_changes() {
            self.wants_beginning = false;
            self.pacing.began(now);
            self.picture.begin();
            let Area { width, height, .. } = self.view();
            self.tell(Told::Begin { width, height });
            return self.picture.write_changes();
        }
        let mut frame = self.picture.write_changes();
        if let Some(settled) = self.picture.write_settled(now) {
            frame.get_or_insert_default().extend(settled);
        }
        frame
    }

    /// Aims at what was chosen.
    fn arrange(&mut self) -> Result<(), Fault> {
        let found = self.desktop.monitors()?;
        let listed = found.iter().map(|monitor| Monitor {
            name: monitor.name.clone(),
            width: monitor.area.width,
            height: monitor.area.height,
        });
        let listed: Vec<Monitor> = listed.collect();
        if listed != self.monitors {
            self.monitors.clone_from(&listed);
            self.tell(Told::Monitors(listed));
        }
        let number = usize::try_from(self.chosen).unwrap_or(usize::MAX);
        let chosen = number.checked_sub(1).and_then(|at| found.get(at));
        let part = chosen.map_or(Area::sized(u16::MAX, u16::MAX), |monitor| Area {
            x: monitor.area.x.try_into().unwrap_or(0),
            y: monitor.area.y.try_into().unwrap_or(0),
            width: monitor.area.width,
            height: monitor.area.height,
        });
        if self.capture.aim(part)? {
            let Area { width, height, .. } = self.view();
            self.picture = Picture::new(width, height);
            (self.wants_beginning, self.is_stale) = (true, true);
        }
        Ok(())
    }

    fn tell(&mut self, told: Told) {
        if !(self.told)(told) {
            self.is_away = true;
        }
    }
}
