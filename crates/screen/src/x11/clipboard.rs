//! The clipboard both ways, as text (ICCCM 2, and XFIXES to hear of its changes).
//!
//! Only what is copied after this begins is read: what lay there before was not meant for anybody else. Nothing but text
//! is read or given, and not more than a mebibyte.

use std::sync::Arc;

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::Event;
use x11rb::protocol::xfixes::{
    ConnectionExt as _, SelectionEventMask, SelectionNotifyEvent as SelectionNotify,
};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Property, PropertyNotifyEvent,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::x11::desktop::{Desktop, Fault};

/// A longer text is not passed on, in either direction, in bytes of UTF-8.
pub const TEXT_MOST: usize = 1 << 20;

x11rb::atom_manager! {
    /// The names of the ways in which text is given.
    Names: NamesCookie {
        CLIPBOARD,
        TARGETS,
        UTF8_STRING,
        TEXT,
        INCR,
        MIME: b"text/plain;charset=utf-8",
        MIME_PLAIN: b"text/plain",
        MAINSTAY_CLIPBOARD,
    }
}

/// The clipboard of one session; what it offered is gone with it.
pub struct Clipboard {
    desktop: Arc<Desktop>,
    names: Names,
    window: Window,
    offered: Option<String>,
    reading: Reading,
}

/// How far a text of the device is.
#[derive(Debug, PartialEq, Eq)]
enum Reading {
    Nothing,
    /// Asked for in this form.
    Asked(Atom),
    /// It comes in pieces. None when it is too long: the rest is taken and thrown away.
    Pieces(Option<Vec<u8>>),
}

impl Clipboard {
    /// Begins to hear of what is copied.
    ///
    /// # Errors
    /// When the display refuses.
    pub fn new(desktop: &Arc<Desktop>) -> Result<Self, Fault> {
        let connection = &desktop.connection;
        let names = Names::new(connection.as_ref())?.reply()?;
        let window = connection.generate_id()?;
        let values = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        let (kind, root) = (WindowClass::INPUT_ONLY, desktop.root);
        connection.create_window(0, window, root, 0, 0, 1, 1, 0, kind, 0, &values)?;
        let changes = SelectionEventMask::SET_SELECTION_OWNER;
        connection
            .xfixes_select_selection_input(window, names.CLIPBOARD, changes)?
            .check()?;
        Ok(Self {
            desktop: Arc::clone(desktop),
            names,
            window,
            offered: None,
            reading: Reading::Nothing,
        })
    }

    /// Puts a text of the viewer's on the device's clipboard. One that is too long is not taken.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn offer(&mut self, text: &str) -> Result<(), Fault> {
        if text.len() > TEXT_MOST.min(self.desktop.connection.maximum_request_bytes().saturating_sub(64)) {
            return Ok(());
        }
        // An answer that is under way is older than this text.
        self.reading = Reading::Nothing;
        self.offered = Some(text.to_owned());
        let connection = &self.desktop.connection;
        connection.set_selection_owner(self.window, self.names.CLIPBOARD, x11rb::CURRENT_TIME)?;
        connection.flush()?;
        Ok(())
    }

    /// Takes an event of the connection; gives a text that was copied on the device.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn hear(&mut self, event: &Event) -> Result<Option<String>, Fault> {
        match event {
            Event::XfixesSelectionNotify(event) if self.is_news(event) => {
                self.offered = None;
                self.ask(self.names.UTF8_STRING)?;
            }
            Event::SelectionNotify(event) if event.requestor == self.window => return self.answered(event),
            Event::PropertyNotify(event) if event.window == self.window => return self.piece(event),
            Event::SelectionRequest(event) if event.owner == self.window => self.give(event)?,
            Event::SelectionClear(event) if event.owner == self.window => self.offered = None,
            _ => {}
        }
        Ok(None)
    }

    /// Whether somebody else has the clipboard now.
    fn is_news(&self, event: &SelectionNotify) -> bool {
        let is_other = event.owner != self.window && event.owner != x11rb::NONE;
        event.window == self.window && event.selection == self.names.CLIPBOARD && is_other
    }

    fn ask(&mut self, form: Atom) -> Result<(), Fault> {
        let (connection, names) = (&self.desktop.connection, &self.names);
        connection.delete_property(self.window, names.MAINSTAY_CLIPBOARD)?;
        let property = names.MAINSTAY_CLIPBOARD;
        connection.convert_selection(self.window, names.CLIPBOARD, form, property, x11rb::CURRENT_TIME)?;
        connection.flush()?;
        self.reading = Reading::Asked(form);
        Ok(())
    }

    fn answered(&mut self, event: &SelectionNotifyEvent) -> Result<Option<String>, Fault> {
        if self.reading != Reading::Asked(event.target) {
            return Ok(None);
        }
        self.reading = Reading::Nothing;
        if event.property == x11rb::NONE {
            // Old programs know Latin-1 only.
            if event.target == self.names.UTF8_STRING {
                self.ask(AtomEnum::STRING.into())?;
            }
            return Ok(None);
        }
        let (kind, bytes) = self.take()?;
        if kind == self.names.INCR {
            self.reading = Reading::Pieces(Some(Vec::new()));
            return Ok(None);
        }
        Ok(self.text_of(kind, bytes))
    }

    fn piece(&mut self, event: &PropertyNotifyEvent) -> Result<Option<String>, Fault> {
        let Reading::Pieces(so_far) = &mut self.reading else {
            return Ok(None);
        };
        if event.state != Property::NEW_VALUE || event.atom != self.names.MAINSTAY_CLIPBOARD {
            return Ok(None);
        }
        let mut so_far = so_far.take();
        let (kind, bytes) = self.take()?;
        let Some(bytes) = bytes else {
            self.reading = Reading::Pieces(None);
            return Ok(None);
        };
        if bytes.is_empty() {
            self.reading = Reading::Nothing;
            return Ok(self.text_of(kind, so_far));
        }
        if let Some(text) = &mut so_far {
            text.extend(bytes);
        }
        self.reading = Reading::Pieces(so_far.filter(|text| text.len() <= TEXT_MOST));
        Ok(None)
    }

    /// Takes what was put on our window, which tells the other side to go on; no bytes when there are too many.
    fn take(&self) -> Result<(Atom, Option<Vec<u8>>), Fault> {
        let (connection, property) = (&self.desktop.connection, self.names.MAINSTAY_CLIPBOARD);
        let most = u32::try_from(TEXT_MOST / 4).unwrap_or(0);
        let asked = connection
            .get_property(false, self.window, property, AtomEnum::ANY, 0, most)?
            .reply()?;
        connection.delete_property(self.window, property)?;
        connection.flush()?;
        Ok((asked.type_, (asked.bytes_after == 0).then_some(asked.value)))
    }

    fn text_of(&self, kind: Atom, bytes: Option<Vec<u8>>) -> Option<String> {
        let bytes = bytes?;
        let text = if kind == u32::from(AtomEnum::STRING) {
            bytes.into_iter().map(char::from).collect()
        } else {
            String::from_utf8_lossy(&bytes).into_owned()
        };
        // Some programs count a zero at the end to the text.
        let text = text.trim_end_matches('\0').to_owned();
        (!text.is_empty() && text.len() <= TEXT_MOST).then_some(text)
    }

    fn give(&self, event: &SelectionRequestEvent) -> Result<(), Fault> {
        let (connection, names) = (&self.desktop.connection, &self.names);
        // Old programs name no property and mean the target.
        let property = if event.property == x11rb::NONE {
            event.target
        } else {
            event.property
        };
        let given = match &self.offered {
            Some(text) if event.selection == names.CLIPBOARD => self.put(event, property, text)?,
            _ => false,
        };
        let told = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: event.time,
            requestor: event.requestor,
            selection: event.selection,
            target: event.target,
            property: if given { property } else { x11rb::NONE },
        };
        connection.send_event(false, event.requestor, EventMask::NO_EVENT, told)?;
        connection.flush()?;
        Ok(())
    }

    /// Puts the text where it is wanted, if it is wanted in a form that text has.
    fn put(&self, event: &SelectionRequestEvent, property: Atom, text: &str) -> Result<bool, Fault> {
        let (connection, names) = (&self.desktop.connection, &self.names);
        let (window, put) = (event.requestor, PropMode::REPLACE);
        let target = event.target;
        let latin: u32 = AtomEnum::STRING.into();
        if target == names.TARGETS {
            let forms = [
                names.TARGETS,
                names.UTF8_STRING,
                names.MIME,
                names.MIME_PLAIN,
                names.TEXT,
                latin,
            ];
            connection.change_property32(put, window, property, AtomEnum::ATOM, &forms)?;
        } else if [names.UTF8_STRING, names.MIME, names.MIME_PLAIN].contains(&target) {
            connection.change_property8(put, window, property, target, text.as_bytes())?;
        } else if target == names.TEXT {
            connection.change_property8(put, window, property, names.UTF8_STRING, text.as_bytes())?;
        } else if target == latin {
            let latin_bytes: Vec<u8> = text
                .chars()
                .map(|one| u8::try_from(u32::from(one)).unwrap_or(b'?'))
                .collect();
            connection.change_property8(put, window, property, target, &latin_bytes)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        // When the connection is gone, so is the window.
        let _ = self.desktop.connection.destroy_window(self.window);
        let _ = self.desktop.connection.flush();
    }
}
