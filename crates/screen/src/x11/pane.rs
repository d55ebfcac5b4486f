//! A window of ours: without a frame, above all others, drawn by us.

use std::sync::Arc;

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::shape::{ConnectionExt as _, SK, SO};
use x11rb::protocol::xinput::{ConnectionExt as _, Device, EventMask, XIEventMask};
use x11rb::protocol::xproto::{
    AtomEnum, ClipOrdering, ConfigureWindowAux, ConnectionExt as _, CreateGCAux, CreateWindowAux,
    EventMask as CoreMask, ImageFormat, ImageOrder, MapState, PropMode, Rectangle, StackMode, Window,
    WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::x11::area::Area;
use crate::x11::canvas::{self, Canvas};
use crate::x11::desktop::{Desktop, Fault};

/// The left arrow of the cursor font.
const ARROW: u16 = 68;
/// So often a window goes up between two ticks; another that does the same would otherwise keep both busy for ever.
const RAISES_MOST: u8 = 3;

/// One window; it is gone when this is dropped.
pub(crate) struct Pane {
    desktop: Arc<Desktop>,
    pub(crate) window: Window,
    pub(crate) area: Area,
    raises: u8,
}

impl Pane {
    /// Makes a window, not yet shown, that hears of the pointer and of what covers it.
    pub(crate) fn new(desktop: &Arc<Desktop>, area: Area, name: &str) -> Result<Self, Fault> {
        let connection = &desktop.connection;
        let window = connection.generate_id()?;
        let values = CreateWindowAux::new()
            .override_redirect(1)
            .background_pixel(0)
            .border_pixel(0)
            .colormap(desktop.colormap)
            .event_mask(CoreMask::VISIBILITY_CHANGE);
        connection.create_window(
            desktop.depth,
            window,
            desktop.root,
            area.x,
            area.y,
            area.width,
            area.height,
            0,
            WindowClass::INPUT_OUTPUT,
            desktop.visual,
            &values,
        )?;
        let pane = Self {
            desktop: Arc::clone(desktop),
            window,
            area,
            raises: 0,
        };
        connection.change_property8(
            PropMode::REPLACE,
            window,
            AtomEnum::WM_NAME,
            AtomEnum::STRING,
            name.as_bytes(),
        )?;
        let class = b"mainstay\0Mainstay\0";
        connection.change_property8(
            PropMode::REPLACE,
            window,
            AtomEnum::WM_CLASS,
            AtomEnum::STRING,
            class,
        )?;
        pane.listen()?;
        pane.point_with_arrow()?;
        Ok(pane)
    }

    fn listen(&self) -> Result<(), Fault> {
        let connection = &self.desktop.connection;
        let heard = XIEventMask::BUTTON_PRESS
            | XIEventMask::BUTTON_RELEASE
            | XIEventMask::MOTION
            | XIEventMask::ENTER
            | XIEventMask::LEAVE;
        // Events of a master name the slave they come from, which is what tells a hand from a program.
        let mask = EventMask {
            deviceid: Device::ALL_MASTER.into(),
            mask: vec![heard],
        };
        connection
            .xinput_xi_select_events(self.window, &[mask])?
            .check()?;
        Ok(())
    }

    fn point_with_arrow(&self) -> Result<(), Fault> {
        let connection = &self.desktop.connection;
        let (font, cursor) = (connection.generate_id()?, connection.generate_id()?);
        connection.open_font(font, b"cursor")?;
        connection.create_glyph_cursor(
            cursor,
            font,
            font,
            ARROW,
            ARROW + 1,
            0,
            0,
            0,
            u16::MAX,
            u16::MAX,
            u16::MAX,
        )?;
        let values = x11rb::protocol::xproto::ChangeWindowAttributesAux::new().cursor(cursor);
        connection.change_window_attributes(self.window, &values)?;
        connection.free_cursor(cursor)?;
        connection.close_font(font)?;
        Ok(())
    }

    /// Shows a picture; the server keeps it and repaints the window itself.
    pub(crate) fn paint(&self, canvas: &Canvas) -> Result<(), Fault> {
        let connection = &self.desktop.connection;
        let (pixmap, context) = (connection.generate_id()?, connection.generate_id()?);
        connection.create_pixmap(
            self.desktop.depth,
            pixmap,
            self.window,
            canvas.width,
            canvas.height,
        )?;
        connection.create_gc(context, pixmap, &CreateGCAux::new())?;
        let line = usize::from(canvas.width);
        let lines = (connection.maximum_request_bytes().saturating_sub(64) / (line * 4)).clamp(1, 512);
        let mut top = 0;
        for part in canvas.pixels.chunks(line * lines) {
            let bytes: Vec<u8> = match self.desktop.order {
                ImageOrder::MSB_FIRST => part.iter().flat_map(|pixel| pixel.to_be_bytes()).collect(),
                _ => part.iter().flat_map(|pixel| pixel.to_le_bytes()).collect(),
            };
            let height = (part.len() / line) as u16;
            let (format, depth) = (ImageFormat::Z_PIXMAP, self.desktop.depth);
            connection.put_image(
                format,
                pixmap,
                context,
                canvas.width,
                height,
                0,
                top,
                0,
                depth,
                &bytes,
            )?;
            top += height as i16;
        }
        connection.free_gc(context)?;
        let values = x11rb::protocol::xproto::ChangeWindowAttributesAux::new().background_pixmap(pixmap);
        connection.change_window_attributes(self.window, &values)?;
        connection.free_pixmap(pixmap)?;
        connection.clear_area(false, self.window, 0, 0, 0, 0)?;
        connection.flush()?;
        Ok(())
    }

    /// Rounds the corners, where the display can.
    pub(crate) fn shape(&self, radius: f32) -> Result<(), Fault> {
        if !self.desktop.shaped {
            return Ok(());
        }
        let lines = canvas::lines(self.area.width, self.area.height, radius);
        let lines: Vec<Rectangle> = (0_i16..)
            .zip(lines)
            .map(|(y, (x, width))| Rectangle {
                x: x as i16,
                y,
                width,
                height: 1,
            })
            .collect();
        for kind in [SK::BOUNDING, SK::INPUT] {
            let connection = &self.desktop.connection;
            connection.shape_rectangles(SO::SET, kind, ClipOrdering::YX_BANDED, self.window, 0, 0, &lines)?;
        }
        Ok(())
    }

    /// Shows it, above all.
    pub(crate) fn map(&self) -> Result<(), Fault> {
        self.desktop.connection.map_window(self.window)?;
        self.to_top()
    }

    pub(crate) fn move_to(&mut self, x: i16, y: i16) -> Result<(), Fault> {
        (self.area.x, self.area.y) = (x, y);
        let values = ConfigureWindowAux::new().x(i32::from(x)).y(i32::from(y));
        self.desktop.connection.configure_window(self.window, &values)?;
        self.desktop.connection.flush()?;
        Ok(())
    }

    /// Goes up at once because something came above it.
    pub(crate) fn raise(&mut self) -> Result<(), Fault> {
        if self.raises >= RAISES_MOST {
            return Ok(());
        }
        self.raises += 1;
        self.to_top()
    }

    /// Goes up when something lies above it: where pictures are composed, no window hears that it is covered.
    pub(crate) fn tick(&mut self) -> Result<(), Fault> {
        self.raises = 0;
        if self.is_covered()? { self.to_top() } else { Ok(()) }
    }

    fn to_top(&self) -> Result<(), Fault> {
        let values = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
        self.desktop.connection.configure_window(self.window, &values)?;
        self.desktop.connection.flush()?;
        Ok(())
    }

    fn is_covered(&self) -> Result<bool, Fault> {
        let connection = &self.desktop.connection;
        let siblings = connection.query_tree(self.desktop.root)?.reply()?.children;
        let above = siblings
            .iter()
            .rev()
            .take_while(|sibling| **sibling != self.window);
        let mut asked = Vec::new();
        for sibling in above {
            asked.push((
                connection.get_window_attributes(*sibling)?,
                connection.get_geometry(*sibling)?,
            ));
        }
        for (attributes, geometry) in asked {
            // A window that is gone meanwhile covers nothing.
            let (Ok(attributes), Ok(place)) = (attributes.reply(), geometry.reply()) else {
                continue;
            };
            let area = Area {
                x: place.x,
                y: place.y,
                width: place.width,
                height: place.height,
            };
            let is_seen =
                attributes.map_state == MapState::VIEWABLE && attributes.class == WindowClass::INPUT_OUTPUT;
            if is_seen && area.meets(&self.area) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        // When the connection is gone, so is the window.
        let _ = self.desktop.connection.destroy_window(self.window);
        let _ = self.desktop.connection.flush();
    }
}
