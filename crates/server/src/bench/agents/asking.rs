//! Acts asked one after the other while everybody beats: how long until the device has the order, and until its end is kept.

use std::io;
use std::time::{Duration, Instant};

use super::house::Desk;
use super::one::Crowd;
use crate::bench::load::Sample;

/// For one act.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between looking whether an act has ended; what is measured does not depend on it.
const LOOK: Duration = Duration::from_millis(2);
/// Between two acts.
const PAUSE: Duration = Duration::from_millis(40);

/// What acts took, from the moment somebody asked.
#[derive(Debug, Default)]
pub struct Acts {
    /// Until the device had the order.
    pub ordered: Sample,
    /// Until the device heard that its end is kept.
    pub kept: Sample,
}

/// Asks so many acts of devices spread over the crowd.
///
/// # Errors
/// When there is no device to ask, or the ticket cannot be opened.
pub fn ask(desk: &Desk, crowd: &Crowd, count: usize) -> io::Result<Acts> {
    let devices = crowd
        .devices
        .lock()
        .map(|devices| devices.clone())
        .unwrap_or_default();
    if devices.is_empty() {
        return Err(io::Error::other("there is no device to ask"));
    }
    let ticket = desk.ticket()?;
    let mut client = desk.asker();
    let mut acts = Acts::default();
    for turn in 0..count {
        // A prime, so that neighbours are far apart.
        let device = &devices[turn * 7_919 % devices.len()];
        let asked = Instant::now();
        let act = match desk.ask(&mut client, ticket, device) {
            Ok(act) => act,
            Err(error) => {
                acts.kept.failed += 1;
                acts.kept.failure.get_or_insert(error.to_string());
                client = desk.asker();
                continue;
            }
        };
        let mut marks = crowd.tally.marks(&act);
        while marks.kept.is_none() && asked.elapsed() < PATIENCE {
            std::thread::sleep(LOOK);
            marks = crowd.tally.marks(&act);
        }
        match (marks.ordered, marks.kept) {
            (Some(ordered), Some(kept)) => {
                acts.ordered.took.push(ordered.saturating_duration_since(asked));
                acts.kept.took.push(kept.saturating_duration_since(asked));
            }
            _ => {
                acts.kept.failed += 1;
                acts.kept
                    .failure
                    .get_or_insert(format!("act {act} did not end in time"));
            }
        }
        std::thread::sleep(PAUSE);
    }
    acts.ordered.took.sort_unstable();
    acts.kept.took.sort_unstable();
    Ok(acts)
}
