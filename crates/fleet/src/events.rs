//! The events this slice sends about devices: its public contract. The subject is `device:ID`.
//!
//! Data names people, teams, and devices by id; the personal part, in brackets, holds names and words.

/// A device is known: `kind`, `state`, `source` [`name`].
pub const DEVICE_ADDED: &str = "fleet.device_added";
/// It may be acted on: `by_rule` when nobody pressed a key.
pub const DEVICE_ADMITTED: &str = "fleet.device_admitted";
/// It is out of use: `merged_into` when it turned out to be another.
pub const DEVICE_RETIRED: &str = "fleet.device_retired";
/// It is in use again.
pub const DEVICE_RESTORED: &str = "fleet.device_restored";
/// A person changed what they know of it: `fields`, `kind`, `owner`, `team` [`name`, `location`, `note`].
pub const DEVICE_EDITED: &str = "fleet.device_edited";
/// It says other things of itself: `fields` [`name`].
pub const DEVICE_DESCRIBED: &str = "fleet.device_described";
/// Its agent has another key.
pub const DEVICE_KEYED: &str = "fleet.device_keyed";
/// A person entered a value over what it says, or took it away: `section`, `item`, `field`, `removed` [`value`].
pub const VALUE_ENTERED: &str = "fleet.value_entered";
/// It told what is in it and something changed: `sections`, `changes`.
pub const INVENTORY_TAKEN: &str = "fleet.inventory_taken";
/// It may be the same as another: `with`, `why`.
pub const MERGE_PROPOSED: &str = "fleet.merge_proposed";
/// Somebody decided that it is not: `with`.
pub const MERGE_REFUSED: &str = "fleet.merge_refused";
/// Another turned out to be this one: `from`.
pub const DEVICE_MERGED: &str = "fleet.device_merged";

/// All of them.
pub const ALL: &[&str] = &[
    DEVICE_ADDED,
    DEVICE_ADMITTED,
    DEVICE_RETIRED,
    DEVICE_RESTORED,
    DEVICE_EDITED,
    DEVICE_DESCRIBED,
    DEVICE_KEYED,
    VALUE_ENTERED,
    INVENTORY_TAKEN,
    MERGE_PROPOSED,
    MERGE_REFUSED,
    DEVICE_MERGED,
];
