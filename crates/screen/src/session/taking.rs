//! What a viewer does to the device: keys, pointer, clipboard. Who only watches does nothing.

use std::sync::Arc;

use rfb::area::Area;
use rfb::saying::Said;
use x11rb::protocol::Event;

use crate::Wish;
use crate::x11::area::Area as Guarded;
use crate::x11::clipboard::Clipboard;
use crate::x11::desktop::{Desktop, Fault};
use crate::x11::hand::Hand;

/// The hand and the clipboard, as far as they were granted.
pub struct Taking {
    hand: Option<Hand>,
    clipboard: Option<Clipboard>,
}

impl Taking {
    pub fn new(desktop: &Arc<Desktop>, wish: &Wish) -> Result<Self, Fault> {
        let hand = if wish.control {
            Some(Hand::new(desktop)?)
        } else {
            None
        };
        let clipboard = if wish.clipboard {
            Some(Clipboard::new(desktop)?)
        } else {
            None
        };
        Ok(Self { hand, clipboard })
    }

    /// Takes a key or the pointer, which a viewer counts from the corner of the view. Presses in guarded areas of the root window
    /// are dropped.
    pub fn take(&mut self, said: &Said, view: Area, guarded: &[Guarded]) -> Result<(), Fault> {
        let Some(hand) = &mut self.hand else {
            return Ok(());
        };
        match *said {
            Said::Key { down, sign } => hand.key(down, sign),
            Said::Pointer { buttons, x, y } => {
                let within = |at: u16, from: u16, length: u16| {
                    i16::try_from(from.saturating_add(at.min(length.saturating_sub(1)))).unwrap_or(i16::MAX)
                };
                let (x, y) = (within(x, view.x, view.width), within(y, view.y, view.height));
                hand.point(buttons, x, y, guarded)
            }
            Said::Update { .. } | Said::Fence { .. } | Said::Nothing => Ok(()),
        }
    }

    /// A viewer copied a text. Who only watches cannot leave anything on the device.
    pub fn offer(&mut self, text: &str) -> Result<(), Fault> {
        match (&self.hand, &mut self.clipboard) {
            (Some(_), Some(clipboard)) => clipboard.offer(text),
            _ => Ok(()),
        }
    }

    /// Nothing is held any more.
    pub fn release(&mut self) -> Result<(), Fault> {
        self.hand.as_mut().map_or(Ok(()), Hand::release_all)
    }

    /// Takes an event of the desktop; gives back a text that was copied on it.
    pub fn hear(&mut self, event: &Event) -> Result<Option<String>, Fault> {
        if let Some(hand) = &mut self.hand {
            hand.hear(event)?;
        }
        self.clipboard
            .as_mut()
            .map_or(Ok(None), |clipboard| clipboard.hear(event))
    }
}
