//! Signs that stand on no key, like Chinese letters, are put on empty keys for a moment.
//!
//! A program asks for the keyboard only when it hears that it changed, and may be late. So the empty keys take turns, and
//! one is not given another sign before programs had time to ask.

use std::thread;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::ConnectionExt as _;

use crate::x11::desktop::{Desktop, Fault};
use crate::x11::hand::keyboard::{Keyboard, Sign};

/// No more are taken: other programs may want some.
const KEYS_MOST: usize = 24;
/// A key keeps its sign at least so long after it was last pressed.
const KEPT: Duration = Duration::from_millis(120);

struct Spare {
    key: u8,
    sign: Sign,
    pressed: Option<Instant>,
}

/// The empty keys, the one that was pressed longest ago first.
pub(super) struct Spares {
    keys: Vec<Spare>,
}

impl Spares {
    pub(super) fn of(keyboard: &Keyboard) -> Self {
        let mut spares = Self { keys: Vec::new() };
        spares.follow(keyboard);
        spares
    }

    /// The keyboard is another one now: signs may be gone, and keys taken by others or free.
    pub(super) fn follow(&mut self, keyboard: &Keyboard) {
        let there = |key: u8| keyboard.signs(key).first().copied().unwrap_or(0);
        self.keys
            .retain(|spare| there(spare.key) == 0 || there(spare.key) == spare.sign);
        for spare in &mut self.keys {
            spare.sign = there(spare.key);
        }
        let free = keyboard.empty().into_iter().filter(|key| !self.hold(*key));
        let free: Vec<u8> = free.take(KEYS_MOST.saturating_sub(self.keys.len())).collect();
        // Those that hold nothing come first.
        self.keys.splice(
            0..0,
            free.into_iter().map(|key| Spare {
                key,
                sign: 0,
                pressed: None,
            }),
        );
    }

    /// Whether a key is one of them.
    pub(super) fn hold(&self, key: u8) -> bool {
        self.keys.iter().any(|spare| spare.key == key)
    }

    /// A key that has this sign now; none when the keyboard has no empty key.
    pub(super) fn take(&mut self, desktop: &Desktop, sign: Sign) -> Result<Option<u8>, Fault> {
        let at = self.keys.iter().position(|spare| spare.sign == sign).unwrap_or(0);
        if self.keys.is_empty() {
            return Ok(None);
        }
        let mut spare = self.keys.remove(at);
        if spare.sign != sign {
            if let Some(pressed) = spare.pressed {
                thread::sleep(KEPT.saturating_sub(pressed.elapsed()));
            }
            // On both places of the key, so that Shift makes no difference.
            desktop
                .connection
                .change_keyboard_mapping(1, spare.key, 2, &[sign, sign])?
                .check()?;
            spare.sign = sign;
        }
        spare.pressed = Some(Instant::now());
        let key = spare.key;
        self.keys.push(spare);
        Ok(Some(key))
    }

    /// Empties them again, when programs had time to see what was on them.
    pub(super) fn clear(&mut self, desktop: &Desktop) -> Result<(), Fault> {
        let last = self.keys.iter().filter_map(|spare| spare.pressed).max();
        if let Some(last) = last {
            thread::sleep(KEPT.saturating_sub(last.elapsed()));
        }
        for spare in self.keys.iter_mut().filter(|spare| spare.sign != 0) {
            desktop
                .connection
                .change_keyboard_mapping(1, spare.key, 2, &[0, 0])?;
            (spare.sign, spare.pressed) = (0, None);
        }
        desktop.connection.flush()?;
        Ok(())
    }
}
