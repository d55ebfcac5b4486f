//! Grants: who may do what on which device until when, and the check that stands before every act.
//!
//! A grant is signed by the signer, a process apart from the web server. So who takes over the web server can ask the
//! signer within its policy, and can neither make grants nor change one. A grant that allows more than looking is bound to
//! one act: to the very bytes of its verb (`act`), and to its id, which must be the id of the act. An agent runs no id
//! twice, so such a grant works once.

use std::fmt;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::floor::{Floor, Forbidden};
use crate::hours::WeekMinute;
use crate::key::PublicKey;
use crate::message::is_id;
use crate::signed::{Signable, Signed};
use crate::verb::{Danger, Verb};

/// How long a grant may live at most, in milliseconds: 8 hours.
pub const LIFETIME_MOST: i64 = 8 * 60 * 60 * 1000;
/// How far the device's clock may be behind the signer's, in milliseconds: 5 minutes.
pub const CLOCK_SKEW: i64 = 5 * 60 * 1000;

/// What a person may do on a device.
///
/// A field that an agent does not know could be a limit that it would not keep, so an unknown field refuses the grant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Its id. When `act` is set, also the id of the one act that it allows.
    pub id: String,
    /// The device.
    pub device: String,
    /// The person's id.
    pub person: String,
    /// The person's name, for whoever looks at the device's own log.
    pub person_name: String,
    /// What for: `ticket:1042`.
    pub subject: String,
    /// The names of the verbs, as [`Verb::name`] gives them.
    pub verbs: Vec<String>,
    /// The SHA-256 of the exact JSON of the one verb it allows, in hexadecimal (see [`hash_of`]); absent only for looking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// From when, in milliseconds.
    pub issued_at: i64,
    /// Until when, in milliseconds.
    pub expires_at: i64,
    /// Who approved it, where a second person must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// On how many devices the same is done.
    pub fan_out: u32,
}

impl Signable for Grant {
    const CONTEXT: &'static str = "mainstay-grant";
}

/// One act: what to do, and the grant that allows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The id of the act, made by the server. No agent runs an id twice.
    pub act: String,
    /// What allows it.
    pub grant: Signed<Grant>,
    /// The JSON of the [`Verb`], verbatim.
    pub verb: String,
    /// The channel for bytes, where the verb needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<u32>,
}

/// The time of a check.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// The device's own clock, in milliseconds. Never the server's: who can set the time can revive a grant.
    pub ms: i64,
    /// The same in the device's time zone.
    pub local: WeekMinute,
}

/// Why an order is not obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The grant is not signed by a trusted signer, or cannot be read.
    Signature,
    /// The grant is for another device.
    Device,
    /// The grant begins later.
    NotYet,
    /// The grant is over, or lives longer than any honest one.
    Expired,
    /// The verb cannot be read, or the grant does not name it.
    Verb,
    /// The grant is bound to another act, or to none though it must be.
    Act,
    /// An act of this id ran before.
    Replayed,
    /// The device does not allow it.
    Floor,
    /// The grant was revoked.
    Revoked,
    /// Not at this hour.
    Hours,
}

impl Refusal {
    /// All of them, for whoever has words for each.
    pub const ALL: [Self; 10] = [
        Self::Signature,
        Self::Device,
        Self::NotYet,
        Self::Expired,
        Self::Verb,
        Self::Act,
        Self::Replayed,
        Self::Floor,
        Self::Revoked,
        Self::Hours,
    ];

    /// The stable code that [`crate::message::Outcome::Refused`] carries.
    pub fn code(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Device => "device",
            Self::NotYet => "not_yet",
            Self::Expired => "expired",
            Self::Verb => "verb",
            Self::Act => "act",
            Self::Replayed => "replayed",
            Self::Floor => "floor",
            Self::Revoked => "revoked",
            Self::Hours => "hours",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}

/// The SHA-256 of a verb's JSON, in hexadecimal, as [`Grant::act`] holds it.
pub fn hash_of(verb: &str) -> String {
    data_encoding::HEXLOWER.encode(digest(&SHA256, verb.as_bytes()).as_ref())
}

/// Whether the order may be obeyed: the one door before every act.
///
/// `seen` tells whether an act of an id ever began here, `revoked` whether a grant was taken back. The signature is looked
/// at first, so that nothing else is ever concluded from words that nobody signed.
pub fn check(
    order: &Order,
    device: &str,
    signer_keys: &[PublicKey],
    floor: &Floor,
    now: Now,
    seen: &dyn Fn(&str) -> bool,
    revoked: &dyn Fn(&str) -> bool,
) -> Result<(Grant, Verb), Refusal> {
    let grant = order.grant.open(signer_keys).map_err(|_| Refusal::Signature)?;
    // A device that does not know its id yet obeys nobody.
    if grant.device != device || !is_id(device) {
        return Err(Refusal::Device);
    }
    in_time(&grant, now.ms)?;
    if revoked(&grant.id) {
        return Err(Refusal::Revoked);
    }
    let verb = Verb::read(&order.verb).map_err(|_| Refusal::Verb)?;
    if !grant.verbs.iter().any(|name| name == verb.name()) {
        return Err(Refusal::Verb);
    }
    bound(&grant, order, verb.danger())?;
    if seen(&order.act) {
        return Err(Refusal::Replayed);
    }
    floor.allows(&verb, now.local).map_err(|why| match why {
        Forbidden::Hours => Refusal::Hours,
        Forbidden::Floor => Refusal::Floor,
    })?;
    Ok((grant, verb))
}

/// Whether a grant counts now. All times are what somebody wrote, so no sum may overflow.
fn in_time(grant: &Grant, now: i64) -> Result<(), Refusal> {
    if now < grant.issued_at.saturating_sub(CLOCK_SKEW) {
        return Err(Refusal::NotYet);
    }
    let lifetime = grant.expires_at.saturating_sub(grant.issued_at);
    if now >= grant.expires_at || lifetime > LIFETIME_MOST {
        return Err(Refusal::Expired);
    }
    Ok(())
}

/// Whether the grant allows this very act.
fn bound(grant: &Grant, order: &Order, danger: Danger) -> Result<(), Refusal> {
    let fits = is_id(&order.act)
        && match &grant.act {
            Some(hash) => *hash == hash_of(&order.verb) && grant.id == order.act,
            None => danger == Danger::View,
        };
    if fits { Ok(()) } else { Err(Refusal::Act) }
}
