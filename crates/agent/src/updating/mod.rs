//! The agent's own update on the device: what is trusted, where programs lie, and which of them runs.
//!
//! Two slots (`slots/a`, `slots/b`) hold programs that came as updates, beside the one that the package installed. The installed
//! program, started as the service, is the guard (`guard`) as soon as there is a slot: it starts the program that counts and
//! watches it. A program that came anew is on trial (`trial`): it counts only when the server welcomed it and it lived on for a
//! while. Otherwise the guard goes back by itself, without any server.
//!
//! What is installed must be signed by keys that the root of trust names (`trust`); no server holds them.
//!
//! The notes (`notes`) are the one file that says all this. The guard writes them only while no agent runs, the agent only while it
//! runs, so they never have two writers.

#[cfg(unix)]
pub mod guard;
pub mod notes;
pub mod program;
mod restart;
pub mod trial;
pub mod trust;

use std::path::PathBuf;
use std::time::Duration;

pub use restart::Restart;

/// A program on trial must live so long after the server welcomed it.
const SETTLE: Duration = Duration::from_secs(20);

/// So long it may take until then, by a clock that cannot be set.
const TRIAL: Duration = Duration::from_secs(5 * 60);

/// So often a program on trial is started; a reboot is a start, too.
const TRIES: u32 = 3;

/// An agent that ends with this wants to be started anew.
pub const AGAIN: u8 = 75;

/// How this process came to run.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The installed program, where the guard started us.
    pub guard: Option<PathBuf>,
    /// Why the guard started another program than the notes say.
    pub fell_back: Option<String>,
}

impl Origin {
    /// The installed program.
    pub fn installed(&self) -> std::io::Result<PathBuf> {
        self.guard.clone().map_or_else(std::env::current_exe, Ok)
    }
}

/// How long a program must live after its welcome; tests do not wait so long.
pub fn settle() -> Duration {
    from_environment("MAINSTAY_AGENT_SETTLE_MILLIS").unwrap_or(SETTLE)
}

/// How long a trial may last; tests do not wait so long.
fn trial_most() -> Duration {
    from_environment("MAINSTAY_AGENT_TRIAL_MILLIS").unwrap_or(TRIAL)
}

fn from_environment(name: &str) -> Option<Duration> {
    let text = std::env::var(name).ok()?;
    text.parse().ok().map(Duration::from_millis)
}
