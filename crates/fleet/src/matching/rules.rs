//! The rules by which devices are known again. Pure.

use std::collections::BTreeMap;

use protocol::message::Identity;
use serde::{Deserialize, Serialize};

use super::Placed;
use crate::device::{Device, DeviceId, Source, State};

/// Something by which a device is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// What sort.
    pub kind: Why,
    /// Its value, in one form.
    pub value: String,
}

/// What speaks for two devices being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The same serial number of the same vendor.
    Serial,
    /// The same UUID of the board.
    Uuid,
    /// The same machine id of the system.
    Machine,
    /// A hardware address in common.
    Mac,
    /// Two devices share what should be of one.
    Several,
}

impl Why {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Serial, Self::Uuid, Self::Machine, Self::Mac, Self::Several];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::Uuid => "uuid",
            Self::Machine => "machine",
            Self::Mac => "mac",
            Self::Several => "several",
        }
    }

    /// Reads [`Why::as_str`] back.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }

    /// The key of its text.
    #[must_use]
    pub fn text_key(self) -> String {
        format!("fleet-why-{}", self.as_str())
    }
}

/// What factories write where a serial number should stand.
const JUNK: &[&str] = &[
    "to be filled by o.e.m.",
    "to be filled by oem",
    "default string",
    "system serial number",
    "chassis serial number",
    "not specified",
    "not applicable",
    "not available",
    "none",
    "n/a",
    "na",
    "null",
    "unknown",
    "invalid",
    "empty",
    "oem",
    "o.e.m.",
    "serial",
    "serial number",
    "123456789",
    "1234567890",
    "0123456789",
    "03000200-0400-0500-0006-000700080009",
    "system-serial-0123456789",
];

/// Whether a text names nothing: a filling word, or one letter again and again.
#[must_use]
pub fn is_junk(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let mut letters = text.chars().filter(|letter| letter.is_alphanumeric());
    let Some(first) = letters.next() else {
        return true;
    };
    let is_uniform = letters.all(|letter| letter == first);
    text.chars().count() < 4 || is_uniform || JUNK.contains(&text.as_str())
}

/// Whether an address was given by a factory to one network card: not one that programs or people chose, and not of many.
fn is_own_mac(mac: &str) -> bool {
    let digits: String = mac.chars().filter(char::is_ascii_hexdigit).collect();
    let Some(first) = digits.get(..2).and_then(|byte| u8::from_str_radix(byte, 16).ok()) else {
        return false;
    };
    // The second bit says that it was chosen locally, the first that it is of a group (IEEE 802, 8.2).
    digits.len() == 12 && first & 0b11 == 0 && digits.bytes().any(|byte| byte != b'0')
}

/// By what this identity is known again.
#[must_use]
pub fn identifiers(identity: &Identity) -> Vec<Identifier> {
    let mut found = Vec::new();
    if !is_junk(&identity.serial) {
        found.push(Identifier {
            kind: Why::Serial,
            value: format!(
                "{}|{}",
                vendor(&identity.vendor),
                identity.serial.trim().to_lowercase()
            ),
        });
    }
    if !is_junk(&identity.uuid) {
        found.push(Identifier {
            kind: Why::Uuid,
            value: identity.uuid.trim().to_lowercase(),
        });
    }
    if !is_junk(&identity.machine_id) {
        found.push(Identifier {
            kind: Why::Machine,
            value: identity.machine_id.trim().to_lowercase(),
        });
    }
    found.extend(
        identity
            .macs
            .iter()
            .filter(|mac| is_own_mac(mac))
            .map(|mac| Identifier {
                kind: Why::Mac,
                value: mac.to_lowercase().replace('-', ":"),
            }),
    );
    found.sort_unstable();
    found.dedup();
    found
}

/// A vendor in one form: "Dell Inc." and "DELL" are one.
fn vendor(name: &str) -> String {
    let name = name.to_lowercase();
    let first = name
        .split(|letter: char| !letter.is_alphanumeric())
        .find(|word| !word.is_empty());
    match first {
        Some("hewlett") => "hp".to_owned(),
        first => first.unwrap_or_default().to_owned(),
    }
}

/// Decides, by who has which of the identifiers.
///
/// The UUID, or serial number with vendor, is of one machine for its life; a machine id is copied with a disk, so it counts with a second
/// sign; a hardware address alone may be of a dock. Whoever differs in something sure is another machine.
pub(super) fn judge(
    identity: &Identity,
    holders: &[(Why, DeviceId)],
    known: Vec<Device>,
    source: Source,
) -> Placed {
    let mut signs: BTreeMap<DeviceId, Vec<Why>> = BTreeMap::new();
    for (why, id) in holders {
        signs.entry(*id).or_default().push(*why);
    }
    // A device out of use is no candidate for what reports now, but the question is asked.
    let mut sure: Vec<Device> = Vec::new();
    let mut perhaps: Option<(DeviceId, Why)> = None;
    for device in known.into_iter().filter(|device| device.merged_into.is_none()) {
        let Some(signs) = signs.get(&device.id) else {
            continue;
        };
        // An agent that comes with another key than the one that is known may be anybody who knows a serial number.
        let is_rival = source == Source::Agent && device.agent_key.is_some();
        let is_sure =
            is_same(identity, &device, signs, source) && device.state != State::Retired && !is_rival;
        if is_sure {
            sure.push(device);
        } else if let Some(why) = signs.first().filter(|_| is_possible(identity, &device, signs)) {
            perhaps = perhaps.or(Some((device.id, *why)));
        }
    }
    match (sure.len(), perhaps) {
        (1, _) => sure
            .pop()
            .map_or(Placed::New, |device| Placed::Known(Box::new(device))),
        (0, None) => Placed::New,
        (0, Some((with, why))) => Placed::Doubt { with, why },
        _ => Placed::Doubt {
            with: sure[0].id,
            why: Why::Several,
        },
    }
}

fn differs(one: &str, other: &str) -> bool {
    !is_junk(one) && !is_junk(other) && !one.trim().eq_ignore_ascii_case(other.trim())
}

fn is_same(identity: &Identity, device: &Device, signs: &[Why], source: Source) -> bool {
    let known = &device.identity;
    let is_other = differs(&identity.serial, &known.serial) || differs(&identity.uuid, &known.uuid);
    if is_other {
        return false;
    }
    let has = |why| signs.contains(&why);
    if has(Why::Serial) || has(Why::Uuid) {
        // The same program on a board with the same signs but another installed system: a disk was put in anew, the machine is the same.
        return true;
    }
    let same_host = !identity.host.is_empty() && identity.host.eq_ignore_ascii_case(&known.host);
    // Virtual machines and small boards have no serial number: two weaker signs together will do.
    (has(Why::Machine) && (has(Why::Mac) || same_host))
        || (has(Why::Mac) && same_host && source != Source::Agent)
}

/// Whether it is worth asking: what differs in something sure is another machine, unless much else is the same.
fn is_possible(identity: &Identity, device: &Device, signs: &[Why]) -> bool {
    let known = &device.identity;
    let is_other = differs(&identity.serial, &known.serial) && differs(&identity.uuid, &known.uuid);
    !is_other || signs.len() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(serial: &str, uuid: &str, machine: &str, mac: &str, host: &str) -> Identity {
        Identity {
            host: host.to_owned(),
            machine_id: machine.to_owned(),
            serial: serial.to_owned(),
            uuid: uuid.to_owned(),
            macs: vec![mac.to_owned()],
            vendor: "Dell Inc.".to_owned(),
            ..Identity::default()
        }
    }

    #[test]
    fn filling_words_of_factories_are_no_serial_numbers() {
        for junk in [
            "To be filled by O.E.M.",
            "0",
            "0000000000",
            "xxxxxxxx",
            "  Default string ",
            "None",
            "",
            "....",
        ] {
            assert!(is_junk(junk), "{junk}");
        }
        for good in ["5CG1234ABC", "7X2F3P2", "PF-0A1B2C"] {
            assert!(!is_junk(good), "{good}");
        }
    }

    #[test]
    fn addresses_that_programs_choose_do_not_count() {
        assert!(is_own_mac("3c:22:fb:12:34:56"));
        for mac in [
            "02:42:ac:11:00:02",
            "00:00:00:00:00:00",
            "ff:ff:ff:ff:ff:ff",
            "52:54:00:12:34:56",
            "x",
        ] {
            assert!(!is_own_mac(mac), "{mac}");
        }
    }

    #[test]
    fn a_vendor_is_one_however_it_is_written() {
        assert_eq!(vendor("Dell Inc."), vendor("DELL"));
        assert_eq!(vendor("Hewlett-Packard"), vendor("HP"));
    }

    #[test]
    fn two_vendors_may_number_alike() {
        let dell = identifiers(&identity("ABC1234", "", "", "", ""));
        let other = Identity {
            vendor: "LENOVO".to_owned(),
            ..identity("ABC1234", "", "", "", "")
        };
        assert_ne!(dell, identifiers(&other));
    }
}
