//! Enrolment: how a device that nobody knows comes in.
//!
//! A person makes a document (`making`): where the server is, by which keys it is known, and a token that counts a few times for a
//! while. An agent that holds it asks to be let in (`redeeming`): at once, or as pending until somebody says yes (`deciding`). The
//! token lies here as its hash; the document itself can be fetched once (`fetching`).

mod api;
pub mod deciding;
pub mod fetching;
pub mod making;
mod pages;
pub mod redeeming;
pub(crate) mod store;

use data_encoding::HEXLOWER;
use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::event;
use kernel::id::{Id, TeamId, UserId};
use kernel::time::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use web::Routes;

pub use making::{NewEnrolment, make};
pub use redeeming::{Newcomer, redeem};

use crate::MANAGE;
use crate::device::Kind;
use crate::link::events;

/// An enrolment's identifier.
pub type EnrolmentId = Id<Enrolment>;

/// What becomes of a device that comes by a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = DeviceEnrolmentRule)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// It may be used at once.
    Admit,
    /// A person says yes first.
    Wait,
}

impl Rule {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Wait, Self::Admit];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Wait => "wait",
        }
    }

    /// Reads [`Rule::as_str`] back.
    #[must_use]
    pub fn known(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The key of its text.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Admit => "fleet-enrolment-rule-admit",
            Self::Wait => "fleet-enrolment-rule-wait",
        }
    }
}

/// A document that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrolment {
    /// Identifier.
    pub id: EnrolmentId,
    /// What people call it.
    pub name: String,
    /// What becomes of who comes by it.
    pub rule: Rule,
    /// What sort of devices come by it.
    pub kind: Kind,
    /// The team they belong to.
    pub team: Option<TeamId>,
    /// It counts so often.
    pub uses_most: i64,
    /// It was used so often.
    pub uses: i64,
    /// Who made it.
    pub made_by: Option<UserId>,
    /// When.
    pub made_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// When somebody took it back.
    pub revoked_at: Option<Timestamp>,
    /// Whether the document was not fetched yet.
    pub has_document: bool,
}

/// Whether a document still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Good,
    /// Its time is over.
    Expired,
    /// It was used as often as it may be.
    UsedUp,
    /// Somebody took it back.
    Revoked,
}

impl Standing {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Expired => "expired",
            Self::UsedUp => "used_up",
            Self::Revoked => "revoked",
        }
    }

    /// The key of its text.
    #[must_use]
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Good => "fleet-enrolment-standing-good",
            Self::Expired => "fleet-enrolment-standing-expired",
            Self::UsedUp => "fleet-enrolment-standing-used-up",
            Self::Revoked => "fleet-enrolment-standing-revoked",
        }
    }

    /// The colour of its chip.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Good => "success",
            Self::Expired | Self::UsedUp => "neutral",
            Self::Revoked => "danger",
        }
    }
}

impl Enrolment {
    /// Whether it counts now.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        if self.revoked_at.is_some() {
            Standing::Revoked
        } else if self.expires_at <= now {
            Standing::Expired
        } else if self.uses >= self.uses_most {
            Standing::UsedUp
        } else {
            Standing::Good
        }
    }
}

/// The documents, the latest first.
///
/// # Errors
/// 403.
pub fn list(tx: &mut Tx<'_>, cx: &Cx, limit: i64) -> Result<Vec<Enrolment>> {
    cx.require(MANAGE)?;
    let mut all = store::list(tx, limit)?;
    all.retain(|one| reaches(cx, one.team));
    Ok(all)
}

/// A document the reader may manage.
///
/// # Errors
/// 403, 404.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: EnrolmentId) -> Result<Enrolment> {
    cx.require(MANAGE)?;
    let found = store::find(tx, id)?;
    found
        .filter(|one| reaches(cx, one.team))
        .ok_or_else(Error::not_found)
}

/// Takes a document back: nobody comes in by it any more. Who came by it stays.
///
/// # Errors
/// 403, 404; 409 `fleet.enrolment.revoked`.
pub fn revoke(tx: &mut Tx<'_>, cx: &Cx, id: EnrolmentId) -> Result<()> {
    tx.lock("fleet.enrolment", id)?;
    let enrolment = load(tx, cx, id)?;
    if enrolment.revoked_at.is_some() {
        return Err(Error::conflict("fleet.enrolment.revoked"));
    }
    store::revoke(tx, id, cx.now())?;
    note(tx, cx, id, events::ENROLMENT_REVOKED, json!({}), None)
}

/// Whoever manages only the devices of the own teams makes documents for those.
fn reaches(cx: &Cx, team: Option<TeamId>) -> bool {
    match cx.may(MANAGE) {
        Some(Scope::All) => true,
        Some(Scope::Team) => team.is_some_and(|team| cx.team_ids().contains(&team)),
        Some(Scope::Own) | None => false,
    }
}

/// How a token lies in the database.
fn hash(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token.as_bytes()))
}

fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: EnrolmentId,
    kind: &'static str,
    data: Value,
    personal: Option<Value>,
) -> Result<()> {
    let new = event::New {
        kind,
        subject: format!("enrolment:{id}"),
        data,
        personal,
    };
    event::append(tx, cx, new).map(drop)
}

pub(crate) fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_counts_until_it_is_used_up_or_over_or_taken_back() {
        let now = Timestamp::from_secs(1_772_445_600);
        let mut enrolment = Enrolment {
            id: Id::from_parts(1, &[1; 10]),
            name: String::new(),
            rule: Rule::Wait,
            kind: Kind::Computer,
            team: None,
            uses_most: 2,
            uses: 1,
            made_by: None,
            made_at: now,
            expires_at: now.add_secs(1),
            revoked_at: None,
            has_document: false,
        };
        assert_eq!(enrolment.standing(now), Standing::Good);
        assert_eq!(enrolment.standing(now.add_secs(1)), Standing::Expired);
        enrolment.uses = 2;
        assert_eq!(enrolment.standing(now), Standing::UsedUp);
        enrolment.revoked_at = Some(now);
        assert_eq!(enrolment.standing(now), Standing::Revoked);
    }
}
