//! The pointer and the keys of whoever controls the screen, given to the display through XTEST.
//!
//! A viewer names signs ("Ä"), not keys. The key is sought in the keyboard that the display has now, with the modifiers
//! that it needs there; what the viewer holds is restored afterwards. Signs without a key get one (see `spare`).
//!
//! Keys other than modifiers are pressed and let go at once, and again when the viewer's keyboard repeats them: the
//! display would repeat a held key itself, and a slow line would make that "aaaaaa".

mod keyboard;
mod spare;

use std::sync::Arc;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xkb::{self, ConnectionExt as _, Group, ID, MapPart, SelectEventsAux};
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT, ModMask,
};
use x11rb::protocol::xtest::ConnectionExt as _;

use crate::x11::area::Area;
use crate::x11::desktop::{Desktop, Fault};
use keyboard::{Keyboard, LOCK, Sign, Way};
use spare::Spares;

/// So many modifiers are held at once; a viewer that names more is not a keyboard.
const HELD_MOST: usize = 16;
/// So long the viewer's pointer rests after the person moved theirs. A viewer that kept pulling it away would keep the person from the
/// sign's button.
const YIELDS: Duration = Duration::from_secs(1);

/// The hand of one session. Dropping it lets everything go.
pub struct Hand {
    desktop: Arc<Desktop>,
    /// None when it has to be read anew.
    keyboard: Option<Keyboard>,
    spares: Spares,
    /// Modifiers that the viewer holds: the sign it named and the key that was pressed.
    held: Vec<(Sign, u8)>,
    /// Buttons that are down on the display, the left one in the lowest bit.
    down: u8,
    /// Buttons as the viewer last told them.
    told: u8,
    place: Option<(i16, i16)>,
    /// Where the pointer was left; somebody else moved it when it is not there.
    left_at: Option<(i16, i16)>,
    yields_until: Option<Instant>,
}

/// What was changed for one key.
struct Changed {
    pressed: Vec<u8>,
    lifted: Vec<u8>,
    /// Modifiers that were locked or unlocked, as they were.
    locks: Option<(u8, u8)>,
    group: Option<Group>,
}

impl Hand {
    /// Begins with nothing pressed.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn new(desktop: &Arc<Desktop>) -> Result<Self, Fault> {
        // Another keyboard or another layout: both are told to clients that know of XKB only when they ask for it.
        let events = xkb::EventType::NEW_KEYBOARD_NOTIFY | xkb::EventType::MAP_NOTIFY;
        let parts = MapPart::KEY_TYPES | MapPart::KEY_SYMS | MapPart::MODIFIER_MAP;
        let none = xkb::EventType::from(0_u16);
        let core = u16::from(ID::USE_CORE_KBD);
        desktop
            .connection
            .xkb_select_events(core, none, events, parts, parts, &SelectEventsAux::new())?
            .check()?;
        let keyboard = Keyboard::read(desktop)?;
        Ok(Self {
            desktop: Arc::clone(desktop),
            spares: Spares::of(&keyboard),
            keyboard: Some(keyboard),
            held: Vec::new(),
            down: 0,
            told: 0,
            place: None,
            left_at: None,
            yields_until: None,
        })
    }

    /// Moves the pointer to a place of the root and presses and lets go buttons, as RFB counts them (RFC 6143, 7.5.5): the
    /// left one in the lowest bit, the wheel in bits 3 to 6. Presses within the guarded areas are not made. For a second after
    /// somebody else moved the pointer it is theirs: then buttons are let go only.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn point(&mut self, buttons: u8, x: i16, y: i16, guarded: &[Area]) -> Result<(), Fault> {
        let pointer = self.pointer()?;
        let now = Instant::now();
        if self.left_at.is_some_and(|left| left != pointer) {
            self.yields_until = Some(now + YIELDS);
        }
        if self.yields_until.is_some_and(|until| now < until) {
            self.left_at = Some(pointer);
            self.place = None;
            return self.let_go(buttons);
        }
        if self.place != Some((x, y)) || buttons != self.told {
            self.fake(MOTION_NOTIFY_EVENT, 0, (x, y))?;
            self.place = Some((x, y));
        }
        let is_guarded = guarded.iter().any(|area| area.holds(x, y));
        for bit in 0..8 {
            let mask = 1_u8 << bit;
            if buttons & mask != 0 && self.told & mask == 0 && !is_guarded {
                self.fake(BUTTON_PRESS_EVENT, bit + 1, (0, 0))?;
                self.down |= mask;
            } else if buttons & mask == 0 && self.down & mask != 0 {
                self.fake(BUTTON_RELEASE_EVENT, bit + 1, (0, 0))?;
                self.down &= !mask;
            }
        }
        self.told = buttons;
        // Where it really is: monitors may leave corners that no pointer reaches.
        self.left_at = Some(self.pointer()?);
        Ok(())
    }

    /// Lets go buttons that the viewer let go, where the pointer is.
    fn let_go(&mut self, buttons: u8) -> Result<(), Fault> {
        for bit in (0..8).filter(|bit| self.down & !buttons & 1 << bit != 0) {
            self.fake(BUTTON_RELEASE_EVENT, bit + 1, (0, 0))?;
        }
        self.down &= buttons;
        // What was pressed meanwhile was not pressed, and is not when this is over.
        self.told = buttons;
        self.desktop.connection.flush()?;
        Ok(())
    }

    fn pointer(&self) -> Result<(i16, i16), Fault> {
        let pointer = self
            .desktop
            .connection
            .query_pointer(self.desktop.root)?
            .reply()?;
        Ok((pointer.root_x, pointer.root_y))
    }

    /// A key of the viewer went down or up, named by its sign (RFC 6143, 7.5.4). A sign that cannot be made is left out.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn key(&mut self, down: bool, keysym: u32) -> Result<(), Fault> {
        if keyboard::is_modifier(keysym) {
            self.modifier(down, keysym)?;
        } else if down {
            self.tap(keysym)?;
        }
        self.desktop.connection.flush()?;
        Ok(())
    }

    /// Takes an event of the connection: the keyboard may have changed.
    ///
    /// # Errors
    /// None at present.
    pub fn hear(&mut self, event: &Event) -> Result<(), Fault> {
        let is_ours = match event {
            Event::XkbNewKeyboardNotify(_) => false,
            Event::XkbMapNotify(event) => {
                let only_signs = event.changed == MapPart::KEY_SYMS;
                only_signs && event.n_key_syms == 1 && self.spares.hold(event.first_key_sym)
            }
            // Told only to clients that do not know XKB; another part of the program may have said we do not.
            Event::MappingNotify(event) => event.count == 1 && self.spares.hold(event.first_keycode),
            _ => true,
        };
        if !is_ours {
            self.keyboard = None;
        }
        Ok(())
    }

    /// Lets go all keys and buttons that were pressed.
    ///
    /// # Errors
    /// When the connection breaks.
    pub fn release_all(&mut self) -> Result<(), Fault> {
        while let Some((_, key)) = self.held.pop() {
            self.fake(KEY_RELEASE_EVENT, key, (0, 0))?;
        }
        for bit in (0..8).filter(|bit| self.down & 1 << bit != 0) {
            self.fake(BUTTON_RELEASE_EVENT, bit + 1, (0, 0))?;
        }
        (self.down, self.told) = (0, 0);
        self.desktop.connection.flush()?;
        Ok(())
    }

    fn modifier(&mut self, down: bool, sign: Sign) -> Result<(), Fault> {
        let held = self.held.iter().position(|(known, _)| *known == sign);
        match (down, held) {
            (true, None) if self.held.len() < HELD_MOST => {
                let keyboard = self.keyboard()?;
                let Some(key) = keyboard
                    .key_of(sign)
                    .or_else(|| keyboard.key_of(other_side(sign)))
                else {
                    return Ok(());
                };
                self.fake(KEY_PRESS_EVENT, key, (0, 0))?;
                self.held.push((sign, key));
            }
            (false, Some(at)) => {
                let (_, key) = self.held.remove(at);
                self.fake(KEY_RELEASE_EVENT, key, (0, 0))?;
            }
            // A lock or a Shift that repeats.
            _ => {}
        }
        Ok(())
    }

    fn tap(&mut self, sign: Sign) -> Result<(), Fault> {
        let sign = keyboard::without_keypad(sign);
        let state = self
            .desktop
            .connection
            .xkb_get_state(ID::USE_CORE_KBD.into())?
            .reply()?;
        let (held, group) = (keyboard::bits(state.mods), u8::from(state.group));
        let keyboard = self.keyboard()?;
        let is_written = keyboard::is_written(sign);
        let way = if is_written {
            keyboard.way_to(sign, held, group)
        } else {
            keyboard.key_of(sign).map(|key| Way {
                key,
                group: 0,
                on: 0,
                off: 0,
            })
        };
        let is_elsewhere = way.is_some_and(|way| is_written && !keyboard.fits_group(&way, group));
        let Some(way) = way.filter(|way| !self.spares.hold(way.key)) else {
            let Some(key) = self.spares.take(&self.desktop, sign)? else {
                return Ok(());
            };
            // Caps Lock must not make the letter a capital, and Shift and the like do not matter on these keys.
            let way = Way {
                key,
                group: 0,
                on: 0,
                off: LOCK,
            };
            return self.tap_by(&way, held, None);
        };
        self.tap_by(
            &way,
            held,
            is_elsewhere.then_some((Group::from(way.group), state.locked_group)),
        )
    }

    fn tap_by(&mut self, way: &Way, held: u8, group: Option<(Group, Group)>) -> Result<(), Fault> {
        let changed = self.prepare(way, held, group)?;
        self.fake(KEY_PRESS_EVENT, way.key, (0, 0))?;
        self.fake(KEY_RELEASE_EVENT, way.key, (0, 0))?;
        self.restore(changed)
    }

    /// Makes the modifiers what a way wants.
    fn prepare(&mut self, way: &Way, held: u8, group: Option<(Group, Group)>) -> Result<Changed, Fault> {
        let (on, off) = (way.on & !held, way.off & held);
        let mut changed = Changed {
            pressed: Vec::new(),
            lifted: Vec::new(),
            locks: None,
            group: None,
        };
        let choosing = self.keyboard()?.choosing.clone();
        let mut left_on = on;
        for (modifier, key) in choosing.iter().filter(|(modifier, _)| on & modifier != 0) {
            self.fake(KEY_PRESS_EVENT, *key, (0, 0))?;
            changed.pressed.push(*key);
            left_on &= !modifier;
        }
        let mut left_off = off;
        for (_, key) in self.held.clone() {
            let sets = self.keyboard()?.modifiers_of(key);
            // Caps Lock held down is not what locks it.
            if sets & off & !LOCK != 0 {
                self.fake(KEY_RELEASE_EVENT, key, (0, 0))?;
                changed.lifted.push(key);
                left_off &= !sets;
            }
        }
        if left_on | left_off != 0 || group.is_some() {
            let chosen = group.map(|(wanted, _)| wanted);
            self.lock(left_on | left_off, left_on, chosen)?;
            changed.locks = Some((left_on | left_off, left_off));
            changed.group = group.map(|(_, before)| before);
        }
        Ok(changed)
    }

    fn restore(&mut self, changed: Changed) -> Result<(), Fault> {
        if let Some((affected, before)) = changed.locks {
            self.lock(affected, before, changed.group)?;
        }
        for key in changed.pressed {
            self.fake(KEY_RELEASE_EVENT, key, (0, 0))?;
        }
        for key in changed.lifted {
            self.fake(KEY_PRESS_EVENT, key, (0, 0))?;
        }
        Ok(())
    }

    fn lock(&self, affected: u8, on: u8, group: Option<Group>) -> Result<(), Fault> {
        let mask = |bits: u8| ModMask::from(u16::from(bits));
        let (chosen, none) = (group.unwrap_or(Group::from(0_u8)), mask(0));
        self.desktop.connection.xkb_latch_lock_state(
            ID::USE_CORE_KBD.into(),
            mask(affected),
            mask(on),
            group.is_some(),
            chosen,
            none,
            false,
            0,
        )?;
        Ok(())
    }

    fn keyboard(&mut self) -> Result<&Keyboard, Fault> {
        let keyboard = match self.keyboard.take() {
            Some(keyboard) => keyboard,
            None => {
                let keyboard = Keyboard::read(&self.desktop)?;
                self.spares.follow(&keyboard);
                keyboard
            }
        };
        Ok(self.keyboard.insert(keyboard))
    }

    fn fake(&self, kind: u8, detail: u8, (x, y): (i16, i16)) -> Result<(), Fault> {
        self.desktop
            .connection
            .xtest_fake_input(kind, detail, 0, self.desktop.root, x, y, 0)?;
        Ok(())
    }
}

/// The right Shift for the left one, and so on: a keyboard may lack one of both, as German ones lack the right Alt.
fn other_side(sign: Sign) -> Sign {
    if sign % 2 == 1 { sign + 1 } else { sign - 1 }
}

impl Drop for Hand {
    fn drop(&mut self) {
        // When the connection is gone the display has let go everything itself.
        let _ = self.release_all();
        let _ = self.spares.clear(&self.desktop);
    }
}
