//! The standard health check: 25 points, each with a verdict.
//!
//! The agent measures, the server words it. A point that a system cannot answer is [`Verdict::Unknown`], never left out, so
//! that "nothing found" and "not looked" stay apart.

use serde::{Deserialize, Serialize};

use crate::text::line;

/// What a point is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Disks and file systems.
    Storage,
    /// Memory.
    Memory,
    /// Processors.
    Processor,
    /// The operating system.
    System,
    /// The network.
    Network,
    /// What is installed.
    Software,
    /// Safety of the device.
    Security,
    /// Power.
    Power,
}

/// One question of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its stable name; words in both languages hang on it.
    pub id: &'static str,
    /// What it is about.
    pub area: Area,
}

/// How a point stands, from good to bad; unknown says nothing and stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It could not be found out.
    Unknown,
    /// As it should be.
    Ok,
    /// Worth knowing.
    Notice,
    /// It will be a fault if nobody acts.
    Warning,
    /// It is one now.
    Fault,
}

/// The answer to one point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The id of the point.
    pub point: String,
    /// How it stands.
    pub verdict: Verdict,
    /// What was measured, short: `92 %`, `3`, `nginx.service`.
    pub value: String,
    /// More, where it helps: which volume, which units.
    #[serde(default)]
    pub detail: String,
}

const fn point(id: &'static str, area: Area) -> Point {
    Point { id, area }
}

/// The points, in the order in which they are shown.
pub const POINTS: [Point; 25] = [
    point("disk_space", Area::Storage),
    point("disk_inodes", Area::Storage),
    point("disk_health", Area::Storage),
    point("disk_read_only", Area::Storage),
    point("memory_free", Area::Memory),
    point("memory_swap", Area::Memory),
    point("memory_kills", Area::Memory),
    point("processor_load", Area::Processor),
    point("processor_temperature", Area::Processor),
    point("restart_needed", Area::System),
    point("failed_services", Area::System),
    point("log_errors", Area::System),
    point("crashes", Area::System),
    point("clock", Area::System),
    point("stuck_processes", Area::System),
    point("network_address", Area::Network),
    point("network_gateway", Area::Network),
    point("network_dns", Area::Network),
    point("network_server", Area::Network),
    point("network_errors", Area::Network),
    point("packages_broken", Area::Software),
    point("security_updates", Area::Software),
    point("certificates", Area::Security),
    point("failed_sign_ins", Area::Security),
    point("battery", Area::Power),
];

/// The point of this id.
pub fn find(id: &str) -> Option<&'static Point> {
    POINTS.iter().find(|point| point.id == id)
}

/// The findings as they are shown: one for each point, in order; what nobody answered is unknown, what is no point is left out.
pub fn arranged(findings: &[Finding]) -> Vec<Finding> {
    let answer = |point: &Point| {
        let found = findings.iter().find(|finding| finding.point == point.id);
        Finding {
            point: point.id.to_owned(),
            verdict: found.map_or(Verdict::Unknown, |finding| finding.verdict),
            value: found.map(|finding| line(&finding.value, 200)).unwrap_or_default(),
            detail: found
                .map(|finding| line(&finding.detail, 2000))
                .unwrap_or_default(),
        }
    };
    POINTS.iter().map(answer).collect()
}

/// The verdict on the whole: the worst of all.
pub fn overall(findings: &[Finding]) -> Verdict {
    findings
        .iter()
        .map(|finding| finding.verdict)
        .max()
        .unwrap_or(Verdict::Unknown)
}
