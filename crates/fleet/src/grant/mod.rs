//! Grants: who may do what on which device, for which ticket, until when; signed by the signer, judged by the agent.
//!
//! A grant is for one act and has its id. It is asked for when the act is about to leave, so what was held or waited has none.
//! `revoking` takes back those of a ticket that is no longer open.

pub mod revoking;
pub mod store;

use kernel::time::Timestamp;
use protocol::grant::{Grant, LIFETIME_MOST, hash_of};
use protocol::signed::Signed;
use protocol::verb::Verb;

use crate::act::{Act, ActId};
use crate::device::DeviceId;

const MINUTE: i64 = 60_000;

/// A grant that was signed.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The act it is for; its id too.
    pub act: ActId,
    /// On which device.
    pub device: DeviceId,
    /// For which ticket.
    pub ticket: i64,
    /// As it was signed.
    pub signed: Signed<Grant>,
    /// From when.
    pub issued_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// What is asked of the signer for an act.
#[must_use]
pub fn wanted(act: &Act, verb: &Verb, now: Timestamp) -> Grant {
    Grant {
        id: act.id.to_string(),
        device: act.device.to_string(),
        person: act.person.to_string(),
        person_name: act.person_name.clone(),
        subject: desk::ticket::subject(act.ticket),
        verbs: vec![verb.name().to_owned()],
        act: Some(hash_of(&act.body)),
        issued_at: now.millis(),
        expires_at: now.add_millis(lifetime(verb)).millis(),
        approved_by: act.approved_by.map(|person| person.to_string()),
        fan_out: u32::try_from(act.fan_out).unwrap_or(u32::MAX),
    }
}

/// How long an act of this verb may hold its grant: what it can need, and no more.
fn lifetime(verb: &Verb) -> i64 {
    let run = |seconds: u32| i64::from(seconds) * 1_000 + 10 * MINUTE;
    let wanted = match verb {
        Verb::Terminal { .. } | Verb::Screen { .. } => LIFETIME_MOST,
        Verb::Journal { follow: true, .. } | Verb::LogRead { follow: true, .. } => 120 * MINUTE,
        Verb::FileGet { .. } | Verb::FilePut { .. } => 120 * MINUTE,
        Verb::CommandRun { timeout_seconds, .. }
        | Verb::ScriptRun { timeout_seconds, .. }
        | Verb::Package { timeout_seconds, .. }
        | Verb::AgentUpdate { timeout_seconds, .. } => run(*timeout_seconds),
        _ => 30 * MINUTE,
    };
    wanted.min(LIFETIME_MOST)
}
