//! When a device was heard of last, and how its last day went.
//!
//! This is written with every heartbeat of every device, so it is no event, touches no index of the record, and costs two statements.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;
use protocol::message::Beat;

use super::{DeviceId, clean, store};

/// A device that was heard of within this time is there: two heartbeats and some.
pub const ONLINE_MILLIS: i64 = 180_000;
const SLOT_MILLIS: i64 = 5 * 60_000;
const SLOTS: i64 = 24 * 60 * 60_000 / SLOT_MILLIS;
const DISKS_MOST: usize = 64;

/// One measure of a device's last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// When.
    pub at: Timestamp,
    /// Hundredths.
    pub load: i64,
    /// Tenths of a percent.
    pub cpu: i64,
    /// Bytes.
    pub memory_used: i64,
    /// Bytes.
    pub memory_total: i64,
    /// The fullest disk, in tenths of a percent.
    pub disk: i64,
}

/// A number that a device sent, times a factor, within bounds: it may be anything, even none.
fn whole(number: f32, factor: f32, most: i64) -> i64 {
    let scaled = number * factor;
    if !scaled.is_finite() || scaled <= 0.0 {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped in the next step, and casts saturate"
    )]
    let whole = scaled.round() as i64;
    whole.clamp(0, most)
}

fn bytes(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How full the fullest disk is, in tenths of a percent.
fn fullest(beat: &Beat) -> i64 {
    let tenths = |used: u64, total: u64| {
        let share = u128::from(used) * 1000 / u128::from(total.max(1));
        i64::try_from(share).unwrap_or(1000).min(1000)
    };
    beat.disks
        .iter()
        .take(DISKS_MOST)
        .map(|disk| tenths(disk.used, disk.total))
        .max()
        .unwrap_or(0)
}

/// Keeps that a device was heard of.
///
/// # Errors
/// The database's.
pub fn seen(tx: &mut Tx<'_>, id: DeviceId, at: Timestamp, beat: &Beat, address: &str) -> Result<()> {
    let mut beat = beat.clone();
    beat.disks.truncate(DISKS_MOST);
    for disk in &mut beat.disks {
        disk.mount = clean(&disk.mount, 200);
    }
    store::put_seen(tx, id, at, &clean(address, 60), &serde_json::to_string(&beat)?)?;
    let measure = Measure {
        at,
        load: whole(beat.load, 100.0, 10_000_000),
        cpu: whole(beat.cpu, 10.0, 1000),
        memory_used: bytes(beat.memory_used),
        memory_total: bytes(beat.memory_total),
        disk: fullest(&beat),
    };
    store::put_measure(tx, id, &measure)
}

/// Keeps that something told of a device that sends no heartbeats.
///
/// # Errors
/// The database's.
pub fn told(tx: &mut Tx<'_>, id: DeviceId, at: Timestamp, address: &str) -> Result<()> {
    store::put_seen(tx, id, at, &clean(address, 60), "")
}

/// The last heartbeat; none from what sends none.
///
/// # Errors
/// The database's.
pub fn last_beat(tx: &mut Tx<'_>, id: DeviceId) -> Result<Option<Beat>> {
    let beat = store::last_beat(tx, id)?;
    Ok(beat.and_then(|beat| serde_json::from_str(&beat).ok()))
}

/// The measures of the last day, oldest first.
///
/// # Errors
/// The database's.
pub fn last_day(tx: &mut Tx<'_>, id: DeviceId, now: Timestamp) -> Result<Vec<Measure>> {
    store::measures(tx, id, now.add_millis(-SLOTS * SLOT_MILLIS))
}

/// The place of an instant in the ring of a day, and when that stretch began.
pub(super) fn slot(at: Timestamp) -> (i64, Timestamp) {
    let number = at.millis().div_euclid(SLOT_MILLIS);
    (
        number.rem_euclid(SLOTS),
        Timestamp::from_millis(number * SLOT_MILLIS),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_none_is_nothing() {
        assert_eq!(whole(f32::NAN, 10.0, 1000), 0);
        assert_eq!(whole(f32::INFINITY, 10.0, 1000), 0);
        assert_eq!(whole(-4.0, 10.0, 1000), 0);
        assert_eq!(whole(250.0, 10.0, 1000), 1000);
        assert_eq!(whole(12.34, 10.0, 1000), 123);
    }

    #[test]
    fn the_same_minute_of_the_next_day_takes_the_same_place() {
        let at = Timestamp::from_secs(1_772_445_600);
        assert_eq!(slot(at).0, slot(at.add_secs(86_400)).0);
        assert_ne!(slot(at).0, slot(at.add_secs(300)).0);
    }
}
