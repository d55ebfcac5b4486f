//! The events this slice sends.

/// A channel was added or changed: `version`, `name`, `service`, `enabled`. Subject `im.channel:ID`.
pub const CHANNEL_SAVED: &str = "im.channel.saved";
/// A channel was removed: `name`. Subject `im.channel:ID`.
pub const CHANNEL_REMOVED: &str = "im.channel.removed";
/// A person is known on a channel: `channel`, `by` (`code`, `email`) [`external`]. Subject `user:ID`.
pub const PERSON_CONNECTED: &str = "im.person.connected";
/// A person is known there no longer: `channel`. Subject `user:ID`.
pub const PERSON_DISCONNECTED: &str = "im.person.disconnected";
/// Requests to a channel are refused: `reason` [`address`]; once an hour for each reason and address. Subject `im.channel:ID`.
pub const REQUEST_REFUSED: &str = "im.request.refused";

/// All of them.
pub const ALL: &[&str] = &[
    CHANNEL_SAVED,
    CHANNEL_REMOVED,
    PERSON_CONNECTED,
    PERSON_DISCONNECTED,
    REQUEST_REFUSED,
];
