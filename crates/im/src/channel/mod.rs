//! A channel: one robot or app at one chat service, with the settings it needs.
//!
//! `keeping` holds the operations, `store` the SQL, `sealing` keeps secrets out of sight, `pages` and `api` are the doors.

pub(crate) mod api;
pub mod keeping;
pub(crate) mod pages;
pub(crate) mod sealing;
pub mod store;

use std::collections::BTreeMap;

use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::id::Id;
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::service::{FieldKind, Kind, Settings, named};

/// Marks the identifiers of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelMark;
/// Names a channel.
pub type ChannelId = Id<ChannelMark>;

/// What a person says of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChatChannelDefinition)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What it is called.
    pub name: String,
    /// `wecom`, `dingtalk`, `feishu`, `slack`, `teams`, `plain`; it stays what it was made for.
    pub service: String,
    /// `en` or `zh-CN`: the language for people who chose none.
    pub locale: String,
    /// Whether anything is heard and said.
    #[serde(default)]
    pub enabled: bool,
    /// The service's settings. A secret is only ever written: one that is missing or empty stays as it was,
    /// unless the service's address becomes another than its own.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// A channel, its secrets opened.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Which.
    pub id: ChannelId,
    /// Grows with each change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// The service it speaks with.
    pub service: Kind,
    /// The language for people who chose none.
    pub locale: Locale,
    /// Whether anything is heard and said.
    pub enabled: bool,
    /// The service's settings.
    pub settings: Settings,
    /// The access token with the instant until which it is good.
    pub token: Option<(String, Timestamp)>,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Channel {
    /// The address that the service calls.
    #[must_use]
    pub fn address(&self, base_url: &str) -> String {
        format!("{}/im/{}", base_url.trim_end_matches('/'), self.id)
    }

    /// The text that names its service.
    #[must_use]
    pub fn service_key(&self) -> String {
        service_key(self.service)
    }

    /// Which secrets are kept.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let fields = self.service.fields().iter();
        let kept = fields
            .filter(|field| field.kind == FieldKind::Secret && !self.settings.get(field.name).is_empty());
        kept.map(|field| field.name.to_owned()).collect()
    }

    /// The settings that may be seen.
    #[must_use]
    pub fn visible(&self) -> BTreeMap<String, String> {
        let fields = self.service.fields().iter();
        let seen = fields.filter(|field| field.kind != FieldKind::Secret);
        seen.map(|field| (field.name.to_owned(), self.settings.get(field.name).to_owned()))
            .collect()
    }
}

/// The text that names a service.
#[must_use]
pub fn service_key(service: Kind) -> String {
    format!("im-service-{}", service.name())
}

/// The service of a stored name.
///
/// # Errors
/// Internal, for one that there is not.
pub(crate) fn known(name: &str) -> Result<Kind> {
    named(name).ok_or_else(|| Error::internal(format!("unknown chat service {name:?} in the database")))
}
