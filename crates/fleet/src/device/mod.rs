//! A device: what it is called, whose it is, how far it has come, and who may see it.
//!
//! Its id is never used again. What it says of itself stands in its identity and its inventory; what a person entered (`editing`)
//! stays whatever it says. `listing` reads lists, `seeing` keeps when it was heard of and its last day.

pub mod adding;
pub mod describing;
pub mod editing;
pub mod kind;
pub mod listing;
pub mod of_ticket;
pub mod seeing;
pub mod store;

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event;
use kernel::id::{Id, TeamId, UserId};
use kernel::time::Timestamp;
use protocol::key::PublicKey;
use protocol::message::Identity;
use serde_json::{Value, json};

pub use adding::{NewDevice, admit, create, restore, retire};
pub use describing::describe;
pub use editing::{Edit, edit};
pub use kind::{Kind, Source, State};
pub use listing::{Filter, list};
pub use seeing::seen;

use crate::{READ, events};

/// A device's identifier.
pub type DeviceId = Id<Device>;

/// A device as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Identifier.
    pub id: DeviceId,
    /// As people call it.
    pub name: String,
    /// What sort it is.
    pub kind: Kind,
    /// How far it has come.
    pub state: State,
    /// The team that looks after it.
    pub team: Option<TeamId>,
    /// Who uses it.
    pub owner: Option<UserId>,
    /// What it is known by.
    pub identity: Identity,
    /// Who told of it.
    pub source: Source,
    /// The public key of its agent.
    pub agent_key: Option<String>,
    /// Empty without an agent of ours.
    pub agent_version: String,
    /// When it was last heard of.
    pub seen_at: Option<Timestamp>,
    /// From where.
    pub address: String,
    /// When it last told what is in it.
    pub inventory_at: Option<Timestamp>,
    /// `Ubuntu`
    pub os: String,
    /// `24.04`
    pub os_version: String,
    /// Where it stands.
    pub location: String,
    /// What people should know.
    pub note: String,
    /// Which of `name` and `kind` a person entered: what it says does not change those.
    pub entered: Vec<String>,
    /// When it was first known.
    pub created_at: Timestamp,
    /// When it went out of use.
    pub retired_at: Option<Timestamp>,
    /// The device that it turned out to be.
    pub merged_into: Option<DeviceId>,
    /// Grows with each change of its record.
    pub version: i64,
}

impl Device {
    /// Its name in events and links.
    #[must_use]
    pub fn subject(&self) -> String {
        subject(self.id)
    }

    /// Vendor and model, as far as they are known.
    #[must_use]
    pub fn model(&self) -> String {
        let parts = [self.identity.vendor.trim(), self.identity.model.trim()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            // "HP" and "HP EliteBook 840": the name once.
            [vendor, model] if model.to_lowercase().starts_with(&vendor.to_lowercase()) => {
                (*model).to_owned()
            }
            parts => parts.join(" "),
        }
    }

    /// Operating system and version.
    #[must_use]
    pub fn system(&self) -> String {
        format!("{} {}", self.os, self.os_version).trim().to_owned()
    }

    /// Whether it was heard of so lately that it is there.
    #[must_use]
    pub fn is_online(&self, now: Timestamp) -> bool {
        self.seen_at
            .is_some_and(|at| now.since(at) <= seeing::ONLINE_MILLIS)
    }

    /// Whether a person entered this fact.
    #[must_use]
    pub fn is_entered(&self, field: &str) -> bool {
        self.entered.iter().any(|one| one == field)
    }
}

/// A device's name in events and links: `device:ID`.
#[must_use]
pub fn subject(id: DeviceId) -> String {
    format!("device:{id}")
}

/// The id in such a name.
#[must_use]
pub fn of_subject(subject: &str) -> Option<DeviceId> {
    subject.strip_prefix("device:")?.parse().ok()
}

/// Whether a right of this name reaches this device.
#[must_use]
pub fn may(cx: &Cx, permission: &str, device: &Device) -> bool {
    match cx.may(permission) {
        Some(Scope::All) => true,
        Some(Scope::Team) => device.team.is_some_and(|team| cx.team_ids().contains(&team)),
        Some(Scope::Own) | None => false,
    }
}

/// Whether the reader may do something on a device that an agent serves.
///
/// # Errors
/// The database's.
pub(crate) fn may_act_on(tx: &mut Tx<'_>, cx: &Cx, permission: &str, id: DeviceId) -> Result<bool> {
    let device = store::find(tx, id)?;
    Ok(device.is_some_and(|device| {
        device.state == State::Admitted && device.agent_key.is_some() && may(cx, permission, &device)
    }))
}

/// A device that the reader may see.
///
/// # Errors
/// Not found for what they may not; forbidden without the right.
pub fn find(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId) -> Result<Device> {
    with_right(tx, cx, READ, id)
}

/// A device on which the reader has a right: one they may not see is not found, one they may only see is forbidden.
///
/// # Errors
/// As [`find`].
pub fn with_right(tx: &mut Tx<'_>, cx: &Cx, permission: &str, id: DeviceId) -> Result<Device> {
    cx.require(permission)?;
    let device = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    if may(cx, permission, &device) {
        Ok(device)
    } else if may(cx, READ, &device) {
        Err(Error::forbidden().arg("permission", permission))
    } else {
        Err(Error::not_found())
    }
}

/// The devices somebody uses, as far as the reader may see them.
///
/// # Errors
/// The database's.
pub fn of_person(tx: &mut Tx<'_>, cx: &Cx, person: UserId) -> Result<Vec<Device>> {
    const MOST: i64 = 20;
    if cx.may(READ).is_none() {
        return Ok(Vec::new());
    }
    let mut devices = store::of_owner(tx, person, MOST)?;
    devices.retain(|device| may(cx, READ, device));
    Ok(devices)
}

/// The device whose agent has this key; also one that is out of use, for its agent must hear that.
///
/// # Errors
/// The database's.
pub fn by_key(tx: &mut Tx<'_>, key: &PublicKey) -> Result<Option<Device>> {
    store::by_key(tx, &key.to_string())
}

/// Gives a device the key of its agent. Whether the key may be believed is the caller's to know.
///
/// # Errors
/// `fleet.device.key_taken` when another device has it.
pub fn set_key(tx: &mut Tx<'_>, cx: &Cx, id: DeviceId, key: &PublicKey) -> Result<()> {
    let key = key.to_string();
    if let Some(holder) = store::by_key(tx, &key)? {
        return if holder.id == id {
            Ok(())
        } else {
            Err(Error::conflict("fleet.device.key_taken"))
        };
    }
    store::set_key(tx, id, Some(&key))?;
    note(tx, cx, id, events::DEVICE_KEYED, json!({}), None)
}

/// Writes an event about a device.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: DeviceId,
    kind: &'static str,
    data: Value,
    personal: Option<Value>,
) -> Result<()> {
    let new = event::New {
        kind,
        subject: subject(id),
        data,
        personal,
    };
    event::append(tx, cx, new).map(drop)
}

/// A text that a person or a device gave, fit to be kept: without characters that steer, and no longer than so many letters.
#[must_use]
pub(crate) fn clean(text: &str, most: usize) -> String {
    let text: String = text
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .filter(|letter| !protocol::text::is_hidden(*letter))
        .take(most)
        .collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_not_kept() {
        assert_eq!(clean(" a\u{0}b\nc\u{1b}[31m \u{202e}", 100), "ab c[31m");
        assert_eq!(clean("设备名称", 2), "设备");
    }

    #[test]
    fn a_subject_reads_back() {
        let id: DeviceId = Id::from_parts(1_700_000_000_000, &[7; 10]);
        assert_eq!(of_subject(&subject(id)), Some(id));
        assert_eq!(of_subject("ticket:1"), None);
    }
}
