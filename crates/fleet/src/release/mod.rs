//! Releases of the agent: what was signed elsewhere and is brought to devices by rollouts.
//!
//! `publishing` takes a repository in, once it is seen to be good from the root of trust that was published before; `bundling` makes the
//! one file that goes to a device, and makes it anew when it is missing; `listing` says what there is and who runs it. No key lies here,
//! and what a device installs it judges by itself: nothing in these tables can bring a program onto a device that was not signed.

pub mod api;
pub mod bundling;
pub mod events;
pub mod listing;
mod pages;
pub mod platform;
pub mod publishing;
pub mod store;

use kernel::db::Migration;
use kernel::i18n::Locale;
use kernel::time::Timestamp;
use web::Routes;

pub use publishing::publish;

/// The tables.
pub const MIGRATION: Migration = Migration {
    name: "0009_agent_release",
    sql: include_str!("../../migrations/0009_agent_release.sql"),
};

/// The texts.
pub const LOCALES: [(Locale, &str); 4] = [
    (
        Locale::En,
        include_str!("../../../../locales/en/fleet_release.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_release.ftl"),
    ),
    (
        Locale::En,
        include_str!("../../../../locales/en/fleet_update.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_update.ftl"),
    ),
];

/// So long before the metadata runs out it is told of: 14 days.
const SOON_MILLIS: i64 = 14 * 24 * 3_600_000;

/// What is trusted here, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The newest root of trust, as TUF writes it.
    pub root: String,
    /// Its number.
    pub root_version: i64,
    /// When the first part of the metadata runs out.
    pub expires_at: Timestamp,
    /// When something was published last.
    pub published_at: Timestamp,
}

/// Whether what was signed still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Good,
    /// It does, but not for long.
    Soon,
    /// No device takes it any more.
    Over,
}

impl Standing {
    /// The word in JSON and in keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Soon => "soon",
            Self::Over => "over",
        }
    }
}

impl Trust {
    /// Whether what was signed counts at an instant.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        if self.expires_at <= now {
            Standing::Over
        } else if self.expires_at <= now.add_millis(SOON_MILLIS) {
            Standing::Soon
        } else {
            Standing::Good
        }
    }
}

/// A version of the agent that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// As Semantic Versioning writes it.
    pub version: String,
    /// When.
    pub published_at: Timestamp,
    /// Who ran the command, as they are called there.
    pub published_name: String,
}

/// The program of a version for a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Of which version.
    pub version: String,
    /// For which platform.
    pub platform: String,
    /// How many bytes the program has.
    pub size: i64,
    /// The stored program; also its SHA-256, as it was signed.
    pub raw_hash: String,
    /// How many bytes its bundle has.
    pub bundle_size: i64,
    /// The stored bundle.
    pub hash: String,
}

/// The pages and endpoints.
pub(crate) fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_of_a_fortnight_before_signatures_run_out() {
        let now = Timestamp::from_secs(1_772_445_600);
        let days = |days: i64| Trust {
            root: String::new(),
            root_version: 1,
            expires_at: now.add_secs(days * 86_400),
            published_at: now,
        };
        assert_eq!(days(15).standing(now), Standing::Good);
        assert_eq!(days(14).standing(now), Standing::Soon);
        assert_eq!(days(0).standing(now), Standing::Over);
    }
}
