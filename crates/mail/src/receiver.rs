//! Who gets the mail: each purpose has one owner slice, which registers itself here at the start.
//!
//! Mail stands left of its owners and cannot call them by name. The owner's receiver must end with
//! [`crate::inbound::settle`] inside the one transaction in which it does its work; then a mail becomes something
//! exactly once, whatever is repeated around it.

use std::sync::{PoisonError, RwLock};

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;

use crate::mailbox::Mailbox;
use crate::message::Message;
use crate::message::classify::Classification;

/// A mail in the hands of its owner.
#[derive(Debug)]
pub struct Arrival {
    /// Its number in the journal.
    pub id: i64,
    /// The mailbox it came to.
    pub mailbox: Mailbox,
    /// When it was journaled.
    pub received_at: Timestamp,
    /// The mail, read.
    pub message: Message,
    /// What kind of mail it is.
    pub class: Classification,
    /// Its raw bytes in the file store.
    pub raw_hash: String,
    /// Automatic answers that a sender may get in an hour.
    pub answers_per_hour: i64,
}

impl Arrival {
    /// Who wrote it, when that can be written to.
    pub fn sender(&self) -> Option<&crate::message::Address> {
        self.message.from.iter().find(|address| address.is_mailbox())
    }
}

/// Takes one mail, see the module's text.
pub type Receive = for<'a> fn(&'a Kernel, &'a Arrival) -> BoxFuture<'a, Result<()>>;

/// What a person may choose for a setting of a mailbox: value and words.
pub type Choices = fn(&mut Tx<'_>, &Cx) -> Result<Vec<(String, String)>>;

/// A setting that the owner keeps with each of its mailboxes.
#[derive(Clone, Copy, Debug)]
pub struct SettingChoice {
    /// Name in the settings' JSON: `team`.
    pub name: &'static str,
    /// Key of its label.
    pub label: &'static str,
    /// What can be chosen.
    pub choices: Choices,
}

#[derive(Clone, Debug)]
struct Owner {
    purpose: &'static str,
    receive: Option<Receive>,
    settings: Vec<SettingChoice>,
}

static OWNERS: RwLock<Vec<Owner>> = RwLock::new(Vec::new());

/// Names the receiver of a purpose; the last one named counts.
pub fn set_receiver(purpose: &'static str, receive: Receive) {
    with_owner(purpose, |owner| owner.receive = Some(receive));
}

/// Names a setting that mailboxes of a purpose have, for their form.
pub fn set_setting(purpose: &'static str, setting: SettingChoice) {
    with_owner(purpose, |owner| {
        owner.settings.retain(|known| known.name != setting.name);
        owner.settings.push(setting);
    });
}

fn with_owner(purpose: &'static str, change: impl FnOnce(&mut Owner)) {
    let mut owners = OWNERS.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(owner) = owners.iter_mut().find(|owner| owner.purpose == purpose) {
        return change(owner);
    }
    let mut owner = Owner {
        purpose,
        receive: None,
        settings: Vec::new(),
    };
    change(&mut owner);
    owners.push(owner);
}

/// The receiver of a purpose.
pub(crate) fn receiver(purpose: &str) -> Option<Receive> {
    let owners = OWNERS.read().unwrap_or_else(PoisonError::into_inner);
    owners
        .iter()
        .find(|owner| owner.purpose == purpose)
        .and_then(|owner| owner.receive)
}

/// The purposes that have an owner.
pub(crate) fn purposes() -> Vec<&'static str> {
    OWNERS
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .map(|owner| owner.purpose)
        .collect()
}

/// The settings of all purposes.
pub(crate) fn settings() -> Vec<SettingChoice> {
    let owners = OWNERS.read().unwrap_or_else(PoisonError::into_inner);
    owners
        .iter()
        .flat_map(|owner| owner.settings.iter().copied())
        .collect()
}
