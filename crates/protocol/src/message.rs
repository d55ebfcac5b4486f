//! What is said on the control channel, as JSON.
//!
//! A message names its kind in `type`. Fields that a side does not know are passed over, so a newer side may say more; a
//! kind that it does not know is an error of that message alone, and the link goes on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::MESSAGE_MOST;
use crate::floor::Floor;
use crate::grant::Order;
use crate::inventory;
use crate::key::{PublicKey, Signature};
use crate::text::line;

/// How many bytes of output one message carries.
pub const OUTPUT_MOST: usize = 24 * 1024;
/// How many addresses of network cards an identity may name.
const MACS_MOST: usize = 32;
/// How many disks a beat may name.
const DISKS_MOST: usize = 64;
/// The last millisecond of the year 9999: what lies later is no time, and sums with it could overflow.
pub const TIME_MOST: i64 = 253_402_300_799_999;
/// How long a text of an identity may be.
const FIELD_MOST: usize = 256;

/// What an agent says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromAgent {
    /// The first words of a link.
    Hello {
        /// The version of the protocol that the agent speaks.
        version: u16,
        /// The agent's key.
        key: PublicKey,
        /// A new nonce.
        nonce: String,
        /// The version of the agent.
        agent_version: String,
        /// Random for each start of the agent, so that a restart is seen.
        boot: String,
    },
    /// The agent holds the key that it named.
    Proof {
        /// Over the whole greeting (see [`crate::handshake`]).
        signature: Signature,
        /// The first time: who it is and what admits it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enrol: Option<Box<Enrol>>,
    },
    /// A sign of life.
    Beat(Beat),
    /// What the device is made of.
    Inventory(inventory::Report),
    /// Output of an act.
    Output {
        /// Which act.
        act: String,
        /// Counted from 0 within the act.
        seq: u64,
        /// Which stream.
        stream: Stream,
        /// The bytes as base64 (they need not be text).
        text_b64: String,
    },
    /// An act came to its end.
    Done {
        /// Which act.
        act: String,
        /// How it ended.
        outcome: Outcome,
    },
    /// A terminal was opened and speaks on this channel.
    Opened {
        /// Which session: the id of its act.
        session: String,
        /// On which channel.
        channel: u32,
    },
    /// A terminal ended.
    Ended {
        /// Which session.
        session: String,
        /// Why, as a code or plain words.
        reason: String,
    },
    /// After Welcome: the truth about what ran.
    Acts {
        /// What is running now.
        running: Vec<String>,
        /// What ended and was not yet taken by the server.
        known: Vec<(String, Outcome)>,
    },
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromServer {
    /// The server proves itself and asks for proof.
    Challenge {
        /// A new nonce.
        nonce: String,
        /// The server's key.
        key: PublicKey,
        /// Over the whole greeting (see [`crate::handshake`]).
        signature: Signature,
        /// The server's time, in milliseconds. It tells how wrong the device's clock is, and never judges a grant.
        at: i64,
    },
    /// The link stands.
    Welcome {
        /// The device's id.
        device: String,
        /// Whether it is admitted.
        state: Admission,
        /// How often to beat.
        beat_seconds: u32,
        /// The hashes of the inventory's sections that the server holds.
        #[serde(default)]
        hashes: BTreeMap<String, String>,
        /// What the server forbids beyond the device's own floor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        floor: Option<Floor>,
    },
    /// The link does not stand.
    Refused {
        /// A stable code.
        code: String,
        /// In plain words.
        text: String,
    },
    /// Take inventory now.
    Collect,
    /// Do something.
    Act(Order),
    /// Stop doing it.
    Cancel {
        /// Which act.
        act: String,
    },
    /// Output is kept durably up to and with this number: the spool may forget it.
    Took {
        /// Which act.
        act: String,
        /// The last number kept.
        seq: u64,
    },
    /// The outcome is kept durably.
    TookDone {
        /// Which act.
        act: String,
    },
    /// These grants count no longer; what runs under them ends.
    Revoke {
        /// Their ids.
        grants: Vec<String>,
    },
    /// The global stop: end all acts and sessions, and begin none until it is lifted.
    Stop {
        /// On or off.
        all: bool,
    },
    /// The terminal's window changed.
    Resize {
        /// Which session.
        session: String,
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The server goes away: come back within this time, at a random moment.
    Drain {
        /// Seconds.
        within_seconds: u32,
    },
    /// The inventory is kept; these are the hashes now.
    TookInventory {
        /// By the section's name.
        hashes: BTreeMap<String, String>,
    },
}

/// Who wants to enrol, and with what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enrol {
    /// The token of the enrolment document.
    pub token: String,
    /// What the device knows of itself.
    pub identity: Identity,
}

/// Whether a device may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// Somebody must admit it first.
    Pending,
    /// It may be used.
    Admitted,
}

/// Which stream of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// What it wrote.
    Out,
    /// What it complained.
    Err,
    /// What the agent says about it.
    Note,
}

/// What a device knows of itself. Nothing of it proves anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// Its name.
    pub host: String,
    /// The id that the operating system made.
    pub machine_id: String,
    /// The serial number.
    pub serial: String,
    /// The id in the firmware.
    pub uuid: String,
    /// The addresses of its network cards.
    pub macs: Vec<String>,
    /// Who made it.
    pub vendor: String,
    /// What it is called.
    pub model: String,
    /// `linux`, `windows`, `macos`, or a distribution's name.
    pub os: String,
    /// Its version.
    pub os_version: String,
    /// `x86_64`, `aarch64`, …
    pub arch: String,
}

/// How full a disk is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiskUse {
    /// Where it hangs.
    pub mount: String,
    /// Bytes in use.
    pub used: u64,
    /// Bytes in all.
    pub total: u64,
}

/// A sign of life, with what is cheap to measure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Beat {
    /// When, by the device's clock, in milliseconds.
    pub at: i64,
    /// Seconds since the device started.
    pub uptime: u64,
    /// The load of the last minute.
    #[serde(serialize_with = "finite")]
    pub load: f32,
    /// How busy the processors are, in percent of all.
    #[serde(serialize_with = "finite")]
    pub cpu: f32,
    /// Bytes in use.
    pub memory_used: u64,
    /// Bytes in all.
    pub memory_total: u64,
    /// The disks.
    pub disks: Vec<DiskUse>,
    /// Bytes of memory that the agent uses.
    pub rss: u64,
    /// Bytes waiting in the agent's spool.
    pub spool: u64,
}

/// How an act ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It ran to its end.
    Done {
        /// The exit code, where there is one.
        #[serde(default)]
        code: Option<i32>,
        /// What came of it, by the verb.
        #[serde(default)]
        summary: serde_json::Value,
        /// The SHA-256 of what was transferred, in hexadecimal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hash: Option<String>,
    },
    /// It did not succeed.
    Failed {
        /// A stable code.
        code: String,
        /// In plain words.
        text: String,
    },
    /// The agent did not begin it.
    Refused {
        /// See [`crate::grant::Refusal::code`].
        code: String,
    },
    /// The agent cannot know how it ended.
    Lost {
        /// In plain words.
        text: String,
    },
    /// Somebody stopped it.
    Cancelled,
}

/// Why a message was not read.
#[derive(Debug)]
pub enum Unreadable {
    /// Larger than [`MESSAGE_MOST`].
    Large,
    /// Not JSON, a kind that this version does not know, or a field of the wrong type.
    Json(serde_json::Error),
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Large => out.write_str("a message larger than allowed"),
            Self::Json(why) => write!(out, "a message that cannot be read: {why}"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// The bytes of a message.
pub fn write<T: Serialize>(message: &T) -> Result<Vec<u8>, Unreadable> {
    let bytes = serde_json::to_vec(message).map_err(Unreadable::Json)?;
    if bytes.len() > MESSAGE_MOST {
        Err(Unreadable::Large)
    } else {
        Ok(bytes)
    }
}

/// The message in these bytes. What it says is typed and of bounded size, and not yet clean (see [`Identity::cleaned`]).
pub fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    if bytes.len() > MESSAGE_MOST {
        return Err(Unreadable::Large);
    }
    serde_json::from_slice(bytes).map_err(Unreadable::Json)
}

/// Whether a text can be an id: letters, digits, hyphen, underscore; at most 64.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

impl Identity {
    /// The same in harmless text of bounded length.
    pub fn cleaned(&self) -> Self {
        let macs = self
            .macs
            .iter()
            .take(MACS_MOST)
            .map(|mac| line(mac, 32).to_lowercase());
        Self {
            host: line(&self.host, FIELD_MOST),
            machine_id: line(&self.machine_id, FIELD_MOST),
            serial: line(&self.serial, FIELD_MOST),
            uuid: line(&self.uuid, FIELD_MOST),
            macs: macs.filter(|mac| !mac.is_empty()).collect(),
            vendor: line(&self.vendor, FIELD_MOST),
            model: line(&self.model, FIELD_MOST),
            os: line(&self.os, FIELD_MOST),
            os_version: line(&self.os_version, FIELD_MOST),
            arch: line(&self.arch, FIELD_MOST),
        }
    }
}

impl Beat {
    /// The same with numbers that can be true and texts of bounded length. Sums stay within what a database counts (`i64`).
    pub fn cleaned(&self) -> Self {
        let count = |bytes: u64| bytes.min(i64::MAX as u64);
        let disks = self.disks.iter().take(DISKS_MOST).map(|disk| DiskUse {
            mount: line(&disk.mount, FIELD_MOST),
            used: count(disk.used).min(count(disk.total)),
            total: count(disk.total),
        });
        Self {
            at: self.at.clamp(0, TIME_MOST),
            uptime: count(self.uptime),
            load: within(self.load, 100_000.0),
            cpu: within(self.cpu, 100.0),
            memory_used: count(self.memory_used).min(count(self.memory_total)),
            memory_total: count(self.memory_total),
            disks: disks.collect(),
            rss: count(self.rss),
            spool: count(self.spool),
        }
    }
}

/// Writes 0 for what is no number: JSON has no word for it, and the whole beat would be unreadable.
fn finite<S: serde::Serializer>(value: &f32, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f32(if value.is_finite() { *value } else { 0.0 })
}

/// A number from 0 to the most; what is no number counts as 0.
fn within(value: f32, most: f32) -> f32 {
    if value.is_finite() {
        value.clamp(0.0, most)
    } else {
        0.0
    }
}
