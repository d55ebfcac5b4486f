//! The sign that stands on every monitor while somebody sees the screen: who, what they may do, that it is recorded, and a
//! button that ends it.
//!
//! It stays above all windows, can be pushed aside but not away, and is pressed by real devices only. Its button is also
//! heard through raw events, because a window hears nothing while somebody else holds the pointer: a viewer who keeps a
//! button down must not keep the person from ending it.

mod looks;

use std::sync::Arc;

use x11rb::protocol::Event;
use x11rb::protocol::xinput::{ButtonPressEvent, ConnectionExt as _, Device, EventMask, XIEventMask};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, PropMode, Visibility, Window};
use x11rb::wrapper::ConnectionExt as _;

use crate::x11::area::Area;
use crate::x11::desktop::{Desktop, Fault, Monitor};
use crate::x11::pane::Pane;
use crate::x11::text::Letters;
use crate::x11::words::{self, Language, Part};
use looks::Looks;

/// Marks the windows of signs, so that those of several sessions stand below each other.
const MARK: &[u8] = b"_MAINSTAY_SIGN";
/// What programs that list windows call it.
const NAME: &str = "Mainstay: this screen is seen";

/// What the sign says.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Who sees the screen.
    pub who: String,
    /// What they may do.
    pub part: Part,
    /// In which language to say so.
    pub language: Language,
}

/// The person wants it to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopPressed;

/// The sign on all monitors; it goes away when this is dropped.
pub struct Sign {
    desktop: Arc<Desktop>,
    notice: Notice,
    letters: Letters,
    monitors: Vec<Monitor>,
    pills: Vec<Pill>,
    /// The button was pressed and not yet let go.
    is_armed: bool,
    drag: Option<Drag>,
}

/// The sign on one monitor.
struct Pill {
    pane: Pane,
    monitor: Area,
    looks: Looks,
    is_hovered: bool,
}

/// A sign that is being pushed aside.
struct Drag {
    window: Window,
    /// Where on the sign it is held.
    held_at: i16,
}

impl Sign {
    /// Shows the sign on every monitor.
    ///
    /// # Errors
    /// [`Fault::NoLetters`] when the device cannot show readable words, and when the display refuses.
    pub fn show(desktop: &Arc<Desktop>, notice: Notice) -> Result<Self, Fault> {
        let mut notice = Notice {
            who: words::plain(&notice.who),
            ..notice
        };
        let letters = match looks::letters(&notice) {
            Err(Fault::NoLetters(_)) if notice.language != Language::English => {
                notice.language = Language::English;
                looks::letters(&notice)?
            }
            other => other?,
        };
        let raw = XIEventMask::RAW_BUTTON_PRESS | XIEventMask::RAW_BUTTON_RELEASE;
        let mask = EventMask {
            deviceid: Device::ALL_MASTER.into(),
            mask: vec![raw],
        };
        desktop
            .connection
            .xinput_xi_select_events(desktop.root, &[mask])?
            .check()?;
        let mut sign = Self {
            desktop: Arc::clone(desktop),
            notice,
            letters,
            monitors: Vec::new(),
            pills: Vec::new(),
            is_armed: false,
            drag: None,
        };
        sign.place()?;
        Ok(sign)
    }

    /// Where it stands on the root, one area for each monitor.
    #[must_use]
    pub fn areas(&self) -> Vec<Area> {
        self.pills.iter().map(|pill| pill.pane.area).collect()
    }

    /// Where its buttons stand on the root.
    #[cfg(test)]
    pub fn buttons(&self) -> Vec<Area> {
        self.pills.iter().map(Pill::button).collect()
    }

    /// Takes an event of the connection.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn hear(&mut self, event: &Event) -> Result<Option<StopPressed>, Fault> {
        match event {
            Event::XinputRawButtonPress(event) | Event::XinputRawButtonRelease(event)
                if event.detail == 1 =>
            {
                let at = self
                    .desktop
                    .connection
                    .query_pointer(self.desktop.root)?
                    .reply()?;
                let is_down = event.event_type == x11rb::protocol::xinput::RAW_BUTTON_PRESS_EVENT;
                let source = (event.response_type, event.sourceid);
                return self.button(is_down, (at.root_x, at.root_y), source);
            }
            Event::XinputButtonPress(event) if event.detail == 1 => {
                let Some(at) = self.pill(event.event) else {
                    return Ok(None);
                };
                let (x, y) = root_place(event);
                let source = (event.response_type, event.sourceid);
                if !self.pills[at].button().holds(x, y) && self.desktop.is_by_hand(source.0, source.1)? {
                    let held_at = x.saturating_sub(self.pills[at].pane.area.x);
                    self.drag = Some(Drag {
                        window: event.event,
                        held_at,
                    });
                }
                return self.button(true, (x, y), source);
            }
            Event::XinputButtonRelease(event) if event.detail == 1 && self.pill(event.event).is_some() => {
                self.drag = None;
                return self.button(false, root_place(event), (event.response_type, event.sourceid));
            }
            Event::XinputMotion(event) => self.moved(event)?,
            Event::XinputLeave(event) => self.hover(event.event, false)?,
            Event::VisibilityNotify(event) if event.state != Visibility::UNOBSCURED => {
                if let Some(at) = self.pill(event.window) {
                    self.pills[at].pane.raise()?;
                }
            }
            _ => {}
        }
        Ok(None)
    }

    /// To be called some four times a second: stays above all windows and follows the monitors.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn tick(&mut self) -> Result<(), Fault> {
        // Not every change of monitors is told by an event: those that a person defines are not.
        if self.desktop.monitors()? != self.monitors {
            self.place()?;
        }
        self.pills.iter_mut().try_for_each(|pill| pill.pane.tick())
    }

    /// A button of a pointer went down or up at a place of the root. A press is heard twice, by the window and raw; it is
    /// the same press.
    fn button(
        &mut self,
        is_down: bool,
        (x, y): (i16, i16),
        (response_type, source): (u8, u16),
    ) -> Result<Option<StopPressed>, Fault> {
        let is_on_it = self.pills.iter().any(|pill| pill.button().holds(x, y));
        if !is_on_it && !self.is_armed || !self.desktop.is_by_hand(response_type, source)? {
            return Ok(None);
        }
        let is_pressed = !is_down && is_on_it && self.is_armed;
        self.is_armed = is_down && is_on_it;
        Ok(is_pressed.then_some(StopPressed))
    }

    fn moved(&mut self, event: &ButtonPressEvent) -> Result<(), Fault> {
        let (x, y) = root_place(event);
        if let Some(at) = self.pill(event.event) {
            let is_over = self.pills[at].button().holds(x, y);
            self.hover(event.event, is_over)?;
        }
        let Some(drag) = self.drag.as_ref().filter(|drag| drag.window == event.event) else {
            return Ok(());
        };
        let (to, window) = (x.saturating_sub(drag.held_at), drag.window);
        if !self.desktop.is_by_hand(event.response_type, event.sourceid)? {
            return Ok(());
        }
        if let Some(at) = self.pill(window) {
            let Pill { pane, monitor, .. } = &mut self.pills[at];
            let most = monitor.x + monitor.width.saturating_sub(pane.area.width) as i16;
            pane.move_to(to.clamp(monitor.x, most.max(monitor.x)), pane.area.y)?;
        }
        Ok(())
    }

    fn hover(&mut self, window: Window, is_over: bool) -> Result<(), Fault> {
        let Some(at) = self.pill(window) else {
            return Ok(());
        };
        let pill = &mut self.pills[at];
        if pill.is_hovered == is_over {
            return Ok(());
        }
        pill.is_hovered = is_over;
        pill.pane.paint(&pill.looks.draw(&self.letters, is_over))
    }

    fn pill(&self, window: Window) -> Option<usize> {
        self.pills.iter().position(|pill| pill.pane.window == window)
    }

    /// Puts a sign on every monitor that is there now.
    fn place(&mut self) -> Result<(), Fault> {
        self.pills.clear();
        self.drag = None;
        let mark = self.desktop.connection.intern_atom(false, MARK)?.reply()?.atom;
        let others = self.others(mark)?;
        self.monitors = self.desktop.monitors()?;
        for monitor in self.monitors.clone() {
            if self.pills.iter().any(|pill| pill.monitor == monitor.area) {
                continue;
            }
            let pill = self.pill_on(&monitor, &others)?;
            let kind = AtomEnum::CARDINAL;
            self.desktop.connection.change_property8(
                PropMode::REPLACE,
                pill.pane.window,
                mark,
                kind,
                &[1],
            )?;
            pill.pane.map()?;
            self.pills.push(pill);
        }
        Ok(())
    }

    fn pill_on(&self, monitor: &Monitor, others: &[Area]) -> Result<Pill, Fault> {
        let looks = Looks::fitting(
            &self.notice,
            &self.letters,
            monitor.area,
            self.desktop.scale(monitor),
        );
        let gap = (6.0 * looks.scale) as i16;
        let mut area = Area {
            x: monitor.area.x + (monitor.area.width.saturating_sub(looks.width) / 2) as i16,
            y: monitor.area.y + gap,
            width: looks.width,
            height: looks.height,
        };
        for other in others {
            // They stand in rows; whoever is pushed aside keeps its row.
            let row = Area {
                x: monitor.area.x,
                width: monitor.area.width,
                ..area
            };
            if other.meets(&row) {
                area.y = other.y + other.height as i16 + gap;
            }
        }
        let pane = Pane::new(&self.desktop, area, NAME)?;
        pane.shape(f32::from(area.height))?;
        pane.paint(&looks.draw(&self.letters, false))?;
        Ok(Pill {
            pane,
            monitor: monitor.area,
            looks,
            is_hovered: false,
        })
    }

    /// Where the signs of other sessions stand, from above.
    fn others(&self, mark: u32) -> Result<Vec<Area>, Fault> {
        let connection = &self.desktop.connection;
        let windows = connection.query_tree(self.desktop.root)?.reply()?.children;
        let mut asked = Vec::new();
        for window in windows {
            let marked = connection.get_property(false, window, mark, AtomEnum::CARDINAL, 0, 1)?;
            asked.push((marked, connection.get_geometry(window)?));
        }
        let mut areas = Vec::new();
        for (marked, place) in asked {
            let (Ok(marked), Ok(place)) = (marked.reply(), place.reply()) else {
                continue;
            };
            if marked.type_ != 0 {
                areas.push(Area {
                    x: place.x,
                    y: place.y,
                    width: place.width,
                    height: place.height,
                });
            }
        }
        areas.sort_by_key(|area| area.y);
        Ok(areas)
    }
}

impl Pill {
    fn button(&self) -> Area {
        let (frame, area) = (self.looks.stop, self.pane.area);
        Area {
            x: area.x + frame.x as i16,
            y: area.y + frame.y as i16,
            width: frame.width as u16,
            height: frame.height as u16,
        }
    }
}

fn root_place(event: &ButtonPressEvent) -> (i16, i16) {
    ((event.root_x >> 16) as i16, (event.root_y >> 16) as i16)
}
