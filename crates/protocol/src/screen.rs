//! Screens: what device and server say to each other beside the picture.
//!
//! The device sends a stream of [`Record`](crate::recording::Record)s, as terminals do: first a [`Hello`]; words about the session as
//! [`Word`]s; `Resize` where a beginning follows, from which on everything can be understood without what came before; `Output` with the
//! bytes of RFC 6143 from server to viewer, after the greeting; `Exit` with one of [`REASONS`]. The server sends `Input` with one message
//! of a viewer each, and words.

use serde::{Deserialize, Serialize};

/// Why a session is over, as the device says it.
pub const REASONS: [&str; 7] = [
    "refused",
    "unanswered",
    "stopped_by_user",
    "cancelled",
    "closed",
    "gone",
    "failed",
];

/// How many bytes a text of the clipboard may have: a word is one record.
pub const CLIPBOARD_MOST: usize = 48 * 1024;

/// Monitors of a device.
pub const MONITORS_MOST: usize = 16;

/// What the device says when a session begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hello {
    /// Whose desktop it is.
    pub user: String,
    /// Which: `:0`.
    pub display: String,
    /// Whether the device's floor ends a session that is not recorded.
    pub require_recording: bool,
}

/// A monitor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitor {
    /// What the system calls it: `HDMI-1`.
    pub name: String,
    /// Pixels to the right.
    pub width: u16,
    /// Pixels downwards.
    pub height: u16,
}

/// A word beside the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Word {
    /// Whoever sits there is asked.
    Asking,
    /// They agreed, or need not be asked.
    Agreed,
    /// What there is to see.
    Monitors {
        /// All of them, at most [`MONITORS_MOST`].
        monitors: Vec<Monitor>,
        /// Which is shown, from 1; 0 for all.
        chosen: u32,
    },
    /// To the device: show this one, from 1; 0 for all.
    Monitor {
        /// Which.
        number: u32,
    },
    /// What was copied, in either direction.
    Clipboard {
        /// At most [`CLIPBOARD_MOST`] bytes.
        text: String,
    },
}

impl Word {
    /// Reads a word; none for what this version does not know, and for what is longer than allowed.
    #[must_use]
    pub fn read(json: &[u8]) -> Option<Self> {
        let word: Self = serde_json::from_slice(json).ok()?;
        match &word {
            Self::Clipboard { text } if text.len() > CLIPBOARD_MOST => None,
            Self::Monitors { monitors, .. } if monitors.len() > MONITORS_MOST => None,
            _ => Some(word),
        }
    }

    /// The JSON of this word.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
