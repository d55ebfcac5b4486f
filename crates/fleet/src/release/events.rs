//! The event about releases of the agent: part of the slice's public contract.

/// A repository was published: `root_version`, `expires_at`, `added` and `withdrawn` (versions) [`name`]. The subject is `agent_releases:1`.
pub const PUBLISHED: &str = "fleet.release_published";

/// All of them.
pub const ALL: &[&str] = &[PUBLISHED];
