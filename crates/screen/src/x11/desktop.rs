//! What the modules share: the connection, the kind of picture windows have, the monitors, and which devices are real.

use std::sync::Arc;

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::shape;
use x11rb::protocol::xfixes::ConnectionExt as _;
use x11rb::protocol::xinput::ConnectionExt as _;
use x11rb::protocol::xkb::ConnectionExt as _;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ColormapAlloc, ConnectionExt as _, ImageOrder, VisualClass, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::x11::area::Area;

/// Why something on the desktop did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The display does not offer what is needed.
    #[error("the display has no {0}")]
    Lacks(&'static str),
    /// Consent without readable words is none.
    #[error("no font of this device can show \"{0}\": install one, for Chinese for example Noto Sans CJK")]
    NoLetters(String),
    /// The connection is gone.
    #[error("the display does not answer: {0}")]
    Lost(#[from] ConnectionError),
    /// The display said no.
    #[error("the display refused: {0}")]
    Refused(#[from] ReplyError),
    /// The display gave no number for a window.
    #[error("the display has no room: {0}")]
    Full(#[from] ReplyOrIdError),
}

/// One monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monitor {
    /// As the display calls it ("HDMI-1").
    pub name: String,
    /// Where it is on the root.
    pub area: Area,
    /// The one where panels and dialogs go.
    pub primary: bool,
    /// How wide it is in millimetres; 0 when it does not know.
    pub millimetres_wide: u32,
}

/// The desktop as its modules see it.
#[derive(Debug)]
pub struct Desktop {
    /// The one connection.
    pub connection: Arc<RustConnection>,
    /// The root window.
    pub root: Window,
    pub(crate) depth: u8,
    pub(crate) visual: u32,
    pub(crate) colormap: u32,
    /// In which order the bytes of a pixel go to the display.
    pub(crate) order: ImageOrder,
    pub(crate) shaped: bool,
    /// The property that the server itself puts on devices of the XTEST extension and lets nobody change.
    injecting: Atom,
    /// `Xft.dpi` as the person set it.
    dots_per_inch: Option<f32>,
}

impl Desktop {
    /// Asks the display for all that is needed.
    ///
    /// # Errors
    /// [`Fault::Lacks`] when an extension or a picture of 24 bits is missing, and when the connection breaks.
    pub fn new(connection: Arc<RustConnection>, screen: usize) -> Result<Arc<Self>, Fault> {
        for (name, text) in [
            ("XInputExtension", "XInput extension"),
            ("XTEST", "XTEST extension"),
            ("XFIXES", "XFIXES extension"),
            ("XKEYBOARD", "XKEYBOARD extension"),
        ] {
            connection
                .extension_information(name)?
                .ok_or(Fault::Lacks(text))?;
        }
        // Raw events reach a client while another holds the pointer only from XInput 2.1 on.
        let input = connection.xinput_xi_query_version(2, 2)?.reply()?;
        if (input.major_version, input.minor_version) < (2, 1) {
            return Err(Fault::Lacks("XInput 2.1"));
        }
        connection.xtest_get_version(2, 2)?.reply()?;
        connection.xfixes_query_version(5, 0)?.reply()?;
        if !connection.xkb_use_extension(1, 0)?.reply()?.supported {
            return Err(Fault::Lacks("XKEYBOARD 1.0"));
        }
        if connection.extension_information("RANDR")?.is_some() {
            connection.randr_query_version(1, 5)?.reply()?;
        }
        let root = connection
            .setup()
            .roots
            .get(screen)
            .ok_or(Fault::Lacks("such screen"))?;
        let (root, visual, depth, default_map) = (root.root, true_colour(root), 24, root.default_colormap);
        let (visual, usual) = visual.ok_or(Fault::Lacks("picture of 24 bits"))?;
        let colormap = if usual {
            default_map
        } else {
            let made = connection.generate_id()?;
            connection.create_colormap(ColormapAlloc::NONE, made, root, visual)?;
            made
        };
        let injecting = connection.intern_atom(false, b"XTEST Device")?.reply()?.atom;
        Ok(Arc::new(Self {
            root,
            depth,
            visual,
            colormap,
            order: connection.setup().image_byte_order,
            shaped: connection
                .extension_information(shape::X11_EXTENSION_NAME)?
                .is_some(),
            injecting,
            dots_per_inch: dots_per_inch(&connection, root)?,
            connection,
        }))
    }

    /// The monitors, the primary first; the whole root when the display knows of none.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn monitors(&self) -> Result<Vec<Monitor>, Fault> {
        let mut found = Vec::new();
        if self.connection.extension_information("RANDR")?.is_some() {
            for info in self
                .connection
                .randr_get_monitors(self.root, true)?
                .reply()?
                .monitors
            {
                let name = self.connection.get_atom_name(info.name)?.reply()?.name;
                found.push(Monitor {
                    name: String::from_utf8_lossy(&name).into_owned(),
                    area: Area {
                        x: info.x,
                        y: info.y,
                        width: info.width,
                        height: info.height,
                    },
                    primary: info.primary,
                    millimetres_wide: info.width_in_millimeters,
                });
            }
        }
        if found.is_empty() {
            let whole = self.connection.get_geometry(self.root)?.reply()?;
            let area = Area {
                x: 0,
                y: 0,
                width: whole.width,
                height: whole.height,
            };
            found.push(Monitor {
                name: String::new(),
                area,
                primary: true,
                millimetres_wide: 0,
            });
        }
        found.sort_by_key(|monitor| !monitor.primary);
        Ok(found)
    }

    /// Whether a device is one that somebody touches. Asked anew each time: devices come and go, and whoever may inject
    /// may also make a new device of that kind. One that is gone already is not real.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn is_real(&self, device: u16) -> Result<bool, Fault> {
        // Only the server sends events of devices it does not name; a slave has a number from 2 on.
        if device < 2 {
            return Ok(false);
        }
        let asked = self.connection.xinput_xi_get_property(
            device,
            false,
            self.injecting,
            AtomEnum::ANY.into(),
            0,
            1,
        )?;
        match asked.reply() {
            Ok(property) => Ok(property.type_ == 0),
            Err(ReplyError::X11Error(_)) => Ok(false),
            Err(lost) => Err(lost.into()),
        }
    }

    /// Whether an event comes from the display itself and from a device that somebody touches.
    pub(crate) fn is_by_hand(&self, response_type: u8, source: u16) -> Result<bool, Fault> {
        // The highest bit marks what another client sent.
        Ok(response_type & 0x80 == 0 && self.is_real(source)?)
    }

    /// How many pixels one measure of a drawing has on a monitor: 1 on an ordinary one, up to 3.
    #[must_use]
    pub(crate) fn scale(&self, monitor: &Monitor) -> f32 {
        let by_hand = self.dots_per_inch.map(|dots| dots / 96.0);
        let inches = monitor.millimetres_wide as f32 / 25.4;
        let measured = f32::from(monitor.area.width) / inches.max(0.1) / 96.0;
        // Many monitors tell nonsense; what nobody builds is not believed.
        let measured = if (0.5..4.0).contains(&measured) {
            measured
        } else {
            1.0
        };
        let by_size = f32::from(monitor.area.height) / 1200.0;
        let scale = by_hand.unwrap_or(measured).max(by_size).clamp(1.0, 3.0);
        (scale * 4.0).floor() / 4.0
    }
}

/// A visual of 24 bits with a byte for each colour, and whether it is the root's own.
fn true_colour(screen: &x11rb::protocol::xproto::Screen) -> Option<(u32, bool)> {
    let depth = screen.allowed_depths.iter().find(|depth| depth.depth == 24)?;
    let mut fit = depth.visuals.iter().filter(|visual| {
        visual.class == VisualClass::TRUE_COLOR && visual.red_mask == 0x00ff_0000 && visual.blue_mask == 0xff
    });
    let own = fit.clone().find(|visual| visual.visual_id == screen.root_visual);
    own.or_else(|| fit.next())
        .map(|visual| (visual.visual_id, visual.visual_id == screen.root_visual))
}

fn dots_per_inch(connection: &RustConnection, root: Window) -> Result<Option<f32>, Fault> {
    let asked = connection
        .get_property(
            false,
            root,
            AtomEnum::RESOURCE_MANAGER,
            AtomEnum::STRING,
            0,
            16_384,
        )?
        .reply()?;
    let lines = String::from_utf8_lossy(&asked.value).into_owned();
    let dots = lines.lines().find_map(|line| line.strip_prefix("Xft.dpi:"));
    Ok(dots
        .and_then(|dots| dots.trim().parse().ok())
        .filter(|dots| (48.0..480.0).contains(dots)))
}
