//! What the screen shows: the pixels that changed, and the pointer in them.
//!
//! The display tells once that something changed (DAMAGE, "non-empty") and is asked for what, when a frame can be sent: a
//! program that paints a thousand letters costs one event and not a thousand. Nothing is read while nothing changes.

mod pixels;
mod pointer;

use std::sync::Arc;

use rfb::area::Area;
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::errors::ReplyError;
use x11rb::protocol::damage::{self, ConnectionExt as _, Damage, ReportLevel};
use x11rb::protocol::dpms::{ConnectionExt as _, DPMSMode};
use x11rb::protocol::randr::{ConnectionExt as _, NotifyMask};
use x11rb::protocol::xfixes::{ConnectionExt as _, CursorNotifyMask, Region};
use x11rb::protocol::xinput::{self, ConnectionExt as _, XIEventMask};
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt as _, EventMask, ImageOrder, ScreenSaver, Window,
};
use x11rb::protocol::{Event, randr, shm};
use x11rb::rust_connection::RustConnection;

use crate::picture::Seen;
use crate::picture::grid::Grid;
use crate::x11::desktop::Fault;
use pixels::Source;
use pointer::Pointer;

/// Of one reading, in tiles: the whole screen at once if need be.
const AT_ONCE: (usize, usize) = (usize::MAX, usize::MAX);

/// What an event means for the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Nothing.
    Nothing,
    /// Something looks different, or the pointer moved.
    Changed,
    /// Monitors came, went, or have another size.
    Monitors,
}

/// A part of the screen that is looked at.
pub struct Capture {
    connection: Arc<RustConnection>,
    root: Window,
    damage: Damage,
    region: Region,
    source: Source,
    pointer: Pointer,
    /// Of the root window.
    view: Area,
    pixels: Vec<u32>,
    /// Not read yet.
    stale: Vec<bool>,
    is_damaged: bool,
}

impl Capture {
    /// Wakes the screen and looks at a part of it; [`Capture::aim`] tells which.
    ///
    /// # Errors
    /// [`Fault::Lacks`] when the display cannot tell what changes, or has no pixels of 24 bits in the usual order.
    pub fn new(connection: Arc<RustConnection>, screen: usize) -> Result<Self, Fault> {
        for (name, text) in [
            (damage::X11_EXTENSION_NAME, "DAMAGE extension"),
            (xinput::X11_EXTENSION_NAME, "XInput extension"),
            ("XFIXES", "XFIXES extension"),
        ] {
            connection
                .extension_information(name)?
                .ok_or(Fault::Lacks(text))?;
        }
        connection.xfixes_query_version(5, 0)?.reply()?;
        connection.damage_query_version(1, 1)?.reply()?;
        connection.xinput_xi_query_version(2, 2)?.reply()?;
        let setup = connection.setup();
        let root = setup.roots.get(screen).ok_or(Fault::Lacks("such screen"))?;
        if !has_usual_pixels(&connection, root) {
            return Err(Fault::Lacks("picture of 24 bits"));
        }
        let root = root.root;
        wake(&connection)?;
        let (damage, region) = (connection.generate_id()?, connection.generate_id()?);
        connection
            .damage_create(damage, root, ReportLevel::NON_EMPTY)?
            .check()?;
        connection.xfixes_create_region(region, &[])?.check()?;
        connection.xfixes_select_cursor_input(root, CursorNotifyMask::DISPLAY_CURSOR)?;
        // Where the pointer is, is asked; that it moves is told even while a program holds it.
        let moves = xinput::EventMask {
            deviceid: xinput::Device::ALL_MASTER.into(),
            mask: vec![XIEventMask::RAW_MOTION],
        };
        connection.xinput_xi_select_events(root, &[moves])?;
        // Monitors that are only named otherwise are told as a root window that was configured.
        let aux = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        connection.change_window_attributes(root, &aux)?;
        if connection
            .extension_information(randr::X11_EXTENSION_NAME)?
            .is_some()
        {
            connection.randr_query_version(1, 5)?.reply()?;
            let changes = NotifyMask::SCREEN_CHANGE | NotifyMask::CRTC_CHANGE | NotifyMask::OUTPUT_CHANGE;
            connection.randr_select_input(root, changes)?;
        }
        Ok(Self {
            source: Source::Plain,
            pointer: Pointer::asked(&connection, root)?,
            view: Area::default(),
            pixels: Vec::new(),
            stale: Vec::new(),
            is_damaged: true,
            connection,
            root,
            damage,
            region,
        })
    }

    /// Looks at this part of the root window from now on; what of it lies outside is left out. Whether that is another part than
    /// before.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn aim(&mut self, part: Area) -> Result<bool, Fault> {
        let root = self.connection.get_geometry(self.root)?.reply()?;
        let view = part.within(&Area::sized(root.width, root.height));
        if view == self.view {
            return Ok(false);
        }
        self.view = view;
        self.source.close(&self.connection);
        self.source = Source::new(&self.connection, view.pixels())?;
        self.pixels = vec![0; view.pixels()];
        self.stale = vec![true; self.grid().tiles()];
        Ok(true)
    }

    pub fn root(&self) -> Window {
        self.root
    }

    /// What is looked at, of the root window.
    pub fn view(&self) -> Area {
        self.view
    }

    fn grid(&self) -> Grid {
        Grid {
            width: self.view.width,
            height: self.view.height,
        }
    }

    /// Takes an event of the connection.
    pub fn hear(&mut self, event: &Event) -> News {
        match event {
            Event::DamageNotify(_) => self.is_damaged = true,
            Event::XfixesCursorNotify(_) => self.pointer.has_another_shape(),
            Event::XinputRawMotion(_) => self.pointer.has_moved(),
            Event::RandrScreenChangeNotify(_) | Event::RandrNotify(_) | Event::ConfigureNotify(_) => {
                return News::Monitors;
            }
            _ => return News::Nothing,
        }
        News::Changed
    }

    /// Reads what changed; gives back the tiles in which something may look different.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn read(&mut self) -> Result<Vec<usize>, Fault> {
        let grid = self.grid();
        // What is painted from here on is told anew.
        if std::mem::take(&mut self.is_damaged) {
            self.connection
                .damage_subtract(self.damage, x11rb::NONE, self.region)?;
            let changed = self.connection.xfixes_fetch_region(self.region)?.reply()?;
            for part in changed.rectangles {
                for tile in grid.touched(self.seen_of(part.x, part.y, part.width, part.height)) {
                    self.stale[tile] = true;
                }
            }
        }
        let mut touched = self.stale.clone();
        let before = self.pointer.area(self.view);
        if self.pointer.ask(&self.connection, self.root)? {
            for area in [before, self.pointer.area(self.view)] {
                for tile in grid.touched(area) {
                    touched[tile] = true;
                }
            }
        }
        let stale = std::mem::replace(&mut self.stale, vec![false; grid.tiles()]);
        let parts = grid.merge(|tile| stale[tile].then_some(()), |(), ()| Some(()), AT_ONCE);
        let parts: Vec<Area> = parts.into_iter().map(|(area, ())| area).collect();
        if let Err(fault) = self
            .source
            .read(&self.connection, self.root, self.view, &parts, &mut self.pixels)
        {
            // A screen that becomes smaller is told of later; until then there is less to read.
            self.stale = stale;
            return match fault {
                Fault::Refused(ReplyError::X11Error(_)) => Ok(Vec::new()),
                other => Err(other),
            };
        }
        Ok(touched
            .iter()
            .enumerate()
            .filter_map(|(tile, touched)| touched.then_some(tile))
            .collect())
    }

    /// What is seen of a part of the root window.
    fn seen_of(&self, x: i16, y: i16, width: u16, height: u16) -> Area {
        pointer::cut(self.view, (i32::from(x), i32::from(y)), (width, height))
    }
}

impl Seen for Capture {
    fn read(&self, area: Area, out: &mut Vec<u32>) {
        let (from, across) = (out.len(), usize::from(self.view.width));
        let first = usize::from(area.y) * across + usize::from(area.x);
        let rows = self.pixels[first..].chunks(across).take(usize::from(area.height));
        for row in rows {
            out.extend_from_slice(&row[..usize::from(area.width)]);
        }
        self.pointer.draw(self.view, area, &mut out[from..]);
    }
}

/// Whether pixels are numbers of 32 bits with blue in the lowest byte and red in the third.
fn has_usual_pixels(connection: &RustConnection, root: &x11rb::protocol::xproto::Screen) -> bool {
    let setup = connection.setup();
    let wide = setup
        .pixmap_formats
        .iter()
        .any(|form| form.depth == root.root_depth && form.bits_per_pixel == 32);
    let visuals = root.allowed_depths.iter().flat_map(|depth| &depth.visuals);
    let own = visuals
        .into_iter()
        .find(|visual| visual.visual_id == root.root_visual);
    wide && setup.image_byte_order == ImageOrder::LSB_FIRST
        && own.is_some_and(|own| (own.red_mask, own.green_mask, own.blue_mask) == (0xFF_0000, 0xFF00, 0xFF))
}

/// A screen that went dark shows nothing to anybody. Displays without power management refuse, and need it not.
fn wake(connection: &RustConnection) -> Result<(), Fault> {
    connection.force_screen_saver(ScreenSaver::RESET)?;
    if connection
        .extension_information(x11rb::protocol::dpms::X11_EXTENSION_NAME)?
        .is_some()
    {
        connection.dpms_force_level(DPMSMode::ON)?.ignore_error();
    }
    Ok(())
}

/// Whether the display can put pixels where we read them without sending them.
fn shares(connection: &RustConnection) -> Result<bool, Fault> {
    use shm::ConnectionExt as _;
    if connection
        .extension_information(shm::X11_EXTENSION_NAME)?
        .is_none()
    {
        return Ok(false);
    }
    let version = connection.shm_query_version()?.reply()?;
    Ok((version.major_version, version.minor_version) >= (1, 2))
}
