//! The keyboard as the display has it now (XKB): which key gives which sign with which modifiers held.

use std::collections::BTreeMap;

use x11rb::protocol::xkb::{ConnectionExt as _, ID, KeySymMap, KeyType, MapPart, VMod};
use x11rb::protocol::xproto::ModMask;

use crate::x11::desktop::{Desktop, Fault};

/// X11's number for what stands on a key (`keysymdef.h`).
pub(super) type Sign = u32;

pub(super) const LOCK: u8 = 2;
const CONTROL: u8 = 4;
const SHIFT_LEFT: Sign = 0xffe1;
const SHIFT_RIGHT: Sign = 0xffe2;
const LEVEL_THREE: Sign = 0xfe03;
const LEVEL_FIVE: Sign = 0xfe11;
const MODE_SWITCH: Sign = 0xff7e;
const NUM_LOCK: Sign = 0xff7f;

/// The keys and their signs.
pub(super) struct Keyboard {
    types: Vec<KeyType>,
    first: u8,
    keys: Vec<KeySymMap>,
    /// The real modifiers that each key sets.
    modifiers: BTreeMap<u8, u8>,
    /// Modifiers that a key sets while it is held and that choose between the signs of a key, with that key.
    pub(super) choosing: Vec<(u8, u8)>,
    /// What Num Lock sets.
    number_lock: u8,
}

/// How to get a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) key: u8,
    pub(super) group: u8,
    /// Modifiers that have to be on, and those that have to be off; the others do not matter.
    pub(super) on: u8,
    pub(super) off: u8,
}

impl Keyboard {
    /// Asks the display.
    pub(super) fn read(desktop: &Desktop) -> Result<Self, Fault> {
        let connection = &desktop.connection;
        let parts = MapPart::KEY_TYPES | MapPart::KEY_SYMS | MapPart::MODIFIER_MAP;
        let core = u16::from(ID::USE_CORE_KBD);
        let reply = connection
            .xkb_get_map(
                core,
                parts,
                MapPart::from(0_u16),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                VMod::from(0_u16),
                0,
                0,
                0,
                0,
                0,
                0,
            )?
            .reply()?;
        let mut keyboard = Self {
            types: reply.map.types_rtrn.unwrap_or_default(),
            first: reply.first_key_sym,
            keys: reply.map.syms_rtrn.unwrap_or_default(),
            modifiers: BTreeMap::new(),
            choosing: Vec::new(),
            number_lock: 0,
        };
        for pair in reply.map.modmap_rtrn.unwrap_or_default() {
            keyboard.modifiers.insert(
                pair.keycode,
                u8::try_from(u16::from(pair.mods) & 0xff).unwrap_or(0),
            );
        }
        keyboard.find_choosing();
        Ok(keyboard)
    }

    fn find_choosing(&mut self) {
        for sign in [SHIFT_LEFT, SHIFT_RIGHT, LEVEL_THREE, MODE_SWITCH, LEVEL_FIVE] {
            for (key, modifiers) in &self.modifiers {
                let is_it = self.signs(*key).first() == Some(&sign);
                let is_new = !self.choosing.iter().any(|(known, _)| known & modifiers != 0);
                // One that is also Control or Alt would do more than choose.
                let is_pure = modifiers.count_ones() == 1 && modifiers & (LOCK | CONTROL) == 0;
                if is_it && is_new && is_pure {
                    self.choosing.push((*modifiers, *key));
                }
            }
        }
        let lock = self
            .modifiers
            .iter()
            .find(|(key, _)| self.signs(**key).first() == Some(&NUM_LOCK));
        self.number_lock = lock.map_or(0, |(_, modifiers)| *modifiers);
    }

    /// The modifiers that may be changed for the time of a key: those that choose, and the locks.
    fn changeable(&self) -> u8 {
        self.choosing
            .iter()
            .fold(LOCK | self.number_lock, |all, (one, _)| all | one)
    }

    /// The real modifiers that a key sets.
    pub(super) fn modifiers_of(&self, key: u8) -> u8 {
        self.modifiers.get(&key).copied().unwrap_or(0)
    }

    /// What stands on a key, level by level and group by group.
    pub(super) fn signs(&self, key: u8) -> &[Sign] {
        key.checked_sub(self.first)
            .and_then(|at| self.keys.get(usize::from(at)))
            .map_or(&[], |key| &key.syms)
    }

    /// Keys on which nothing stands and that set nothing, from the highest.
    pub(super) fn empty(&self) -> Vec<u8> {
        let keys = (self.first..=u8::MAX).take(self.keys.len());
        let is_empty =
            |key: &u8| self.signs(*key).iter().all(|sign| *sign == 0) && self.modifiers_of(*key) == 0;
        keys.filter(is_empty).rev().collect()
    }

    /// The first key that has a sign anywhere, whatever the modifiers.
    pub(super) fn key_of(&self, sign: Sign) -> Option<u8> {
        let keys = (self.first..=u8::MAX).take(self.keys.len());
        // On its first place rather than on another: Alt stands on Meta's key too.
        let mut found: Vec<(usize, u8)> = keys
            .filter_map(|key| {
                self.signs(key)
                    .iter()
                    .position(|there| *there == sign)
                    .map(|at| (at, key))
            })
            .collect();
        found.sort_unstable();
        found.first().map(|(_, key)| *key)
    }

    /// The way to a sign that changes least of what is held and locked now.
    pub(super) fn way_to(&self, sign: Sign, held: u8, group: u8) -> Option<Way> {
        let keys = (self.first..=u8::MAX).take(self.keys.len());
        let ways = keys.flat_map(|key| self.ways(key, sign, held));
        ways.min_by_key(|way| (self.cost(way, held, group), way.key))
    }

    fn cost(&self, way: &Way, held: u8, group: u8) -> u32 {
        let changed = way.on & !held | way.off & held;
        let locks = changed & (LOCK | self.number_lock);
        let others = changed & !locks;
        let other_group = if self.group_on(way.key, group) == way.group {
            0
        } else {
            100
        };
        // To take away what the viewer holds is worse than to add: some programs follow the keys themselves.
        others.count_ones() + (others & way.off).count_ones() + 20 * locks.count_ones() + other_group
    }

    fn ways(&self, key: u8, sign: Sign, held: u8) -> Vec<Way> {
        let Some(of) = key
            .checked_sub(self.first)
            .and_then(|at| self.keys.get(usize::from(at)))
        else {
            return Vec::new();
        };
        let mut ways = Vec::new();
        let places = of
            .syms
            .iter()
            .enumerate()
            .filter(|(_, there)| is_same(**there, sign));
        for (at, _) in places {
            let (group, level) = (
                at / usize::from(of.width.max(1)),
                at % usize::from(of.width.max(1)),
            );
            let kind = of
                .kt_index
                .get(group)
                .and_then(|kind| self.types.get(usize::from(*kind)));
            let Some(kind) = kind else { continue };
            let mask = bits(kind.mods_mask);
            // Every set of modifiers that the key looks at and that gives this level; what is no choice stays as it is.
            let fixed = held & mask & !self.changeable();
            for set in subsets(mask & self.changeable()) {
                if level_of(kind, set | fixed) == level {
                    let mut way = Way {
                        key,
                        group: group as u8,
                        on: set,
                        off: mask & self.changeable() & !set,
                    };
                    if mask & LOCK == 0 && is_small_letter(sign) {
                        // Where a key knows nothing of Caps Lock, programs make the letter a capital themselves.
                        way.off |= LOCK;
                    }
                    ways.push(way);
                }
            }
        }
        ways
    }

    /// The group that counts on a key when a group is chosen: a key with fewer wraps around.
    fn group_on(&self, key: u8, group: u8) -> u8 {
        let of = key
            .checked_sub(self.first)
            .and_then(|at| self.keys.get(usize::from(at)));
        let count = of.map_or(0, |of| of.group_info & 0x0f);
        if count == 0 { 0 } else { group % count }
    }

    /// Whether a key gives what a way wants with this group chosen.
    pub(super) fn fits_group(&self, way: &Way, group: u8) -> bool {
        self.group_on(way.key, group) == way.group
    }
}

fn level_of(kind: &KeyType, held: u8) -> usize {
    let held = held & bits(kind.mods_mask);
    let entry = kind
        .map
        .iter()
        .find(|entry| entry.active && bits(entry.mods_mask) == held);
    // What no entry names is the first level.
    entry.map_or(0, |entry| usize::from(entry.level))
}

pub(super) fn bits(mask: ModMask) -> u8 {
    u8::try_from(u16::from(mask) & 0xff).unwrap_or(0)
}

fn subsets(mask: u8) -> impl Iterator<Item = u8> {
    (0..=u8::MAX).filter(move |set| set & !mask == 0)
}

/// Latin-1 has two numbers for each letter, and so has the Euro.
fn is_same(there: Sign, wanted: Sign) -> bool {
    let plain = |sign: Sign| match sign {
        0x0100_0020..=0x0100_00ff => sign - 0x0100_0000,
        0x20ac => 0x0100_20ac,
        other => other,
    };
    there != 0 && plain(there) == plain(wanted)
}

/// What a sign writes, when its number says so.
pub(super) fn letter(sign: Sign) -> Option<char> {
    match sign {
        0x20..=0x7e | 0xa0..=0xff => char::from_u32(sign),
        0x0100_0000..=0x0110_ffff => char::from_u32(sign - 0x0100_0000),
        _ => None,
    }
}

/// Whether Caps Lock would change it. Latin, Greek, and Cyrillic signs with numbers of their own count as well.
fn is_small_letter(sign: Sign) -> bool {
    match letter(sign) {
        Some(letter) => letter.is_lowercase(),
        None => matches!(sign, 0x6a1..=0x6af | 0x6c0..=0x6df | 0x7b1..=0x7bb | 0x7e1..=0x7f9),
    }
}

/// Shift, Control, Alt, and the like, and the locks.
pub(super) fn is_modifier(sign: Sign) -> bool {
    matches!(sign, 0xffe1..=0xffee | 0xfe01..=0xfe13 | MODE_SWITCH | NUM_LOCK | 0xff14)
}

/// An arrow of the keypad is an arrow: whether the keypad has arrows or figures depends on Num Lock, here and there.
pub(super) fn without_keypad(sign: Sign) -> Sign {
    match sign {
        // Home, the arrows, the pages, and End.
        0xff95..=0xff9c => sign - 0x45,
        // Insert and Delete.
        0xff9e => 0xff63,
        0xff9f => 0xffff,
        other => other,
    }
}

/// Whether Shift and the others choose what it writes, so that they may be changed for its sake. With the other keys
/// (Tab, arrows, F1) they are part of what the person wants.
pub(super) fn is_written(sign: Sign) -> bool {
    // The keypad writes too, all but its Enter, and so do dead keys.
    !(0xfe00..0x0100_0000).contains(&sign) || matches!(sign, 0xffaa..=0xffb9 | 0xffbd | 0xfe50..=0xfe9f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_latin_have_two_numbers() {
        assert!(is_same(0xe4, 0x0100_00e4));
        assert!(is_same(0x0100_20ac, 0x20ac));
        assert!(!is_same(0, 0) && !is_same(0x61, 0x41));
    }

    #[test]
    fn tab_and_f1_are_not_written_and_the_keypad_is() {
        assert!(is_written(0x61) && is_written(0x0100_4e2d) && is_written(0xffb1));
        assert!(!is_written(0xff09) && !is_written(0xffbe) && !is_written(0xff8d));
        assert_eq!((without_keypad(0xff95), without_keypad(0xff9c)), (0xff50, 0xff57));
        assert!(is_modifier(0xffe1) && is_modifier(0xfe03) && !is_modifier(0xff1b));
    }
}
