//! Who somebody of a chat service is here.
//!
//! Learned by a code that a person fetches on `/im/connect` and says to the robot, or by the mail address for which the service
//! vouches. Nobody is known by a name alone, and nothing is opened for strangers.

pub mod connecting;
pub(crate) mod pages;
pub mod store;

use kernel::cx::{Credential, Cx, Via};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Locale;
use kernel::id::UserId;
use kernel::time::Timestamp;
use people::user::User;

use crate::channel::ChannelId;

/// Somebody who is known on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Where.
    pub channel: ChannelId,
    /// As the service knows them.
    pub external: String,
    /// As we know them.
    pub person: UserId,
    /// Whether they want to be told there.
    pub told: bool,
    /// Since when they are known.
    pub since: Timestamp,
}

/// The record of a person who may act; nobody when they are gone or switched off.
pub(crate) fn active(tx: &mut Tx<'_>, user: UserId) -> Result<Option<User>> {
    Ok(people::user::store::find(tx, user)?.filter(|person| person.active))
}

/// The context in which a person acts by a chat message: with all their rights, in their language.
pub(crate) fn acting(tx: &mut Tx<'_>, cx: &Cx, person: &User, fallback: Locale) -> Result<Cx> {
    let credential = Credential::Session {
        session: "chat".to_owned(),
        elevated: false,
    };
    let identity = people::identity_of(tx, person, credential)?;
    let mut acting = cx.acting_as(identity, Via::Api);
    acting.locale = person.locale.unwrap_or(fallback);
    Ok(acting)
}
