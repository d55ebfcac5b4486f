//! The events this slice sends.

/// The subject of all of them.
pub const SUBJECT: &str = "exchange:export";
/// Somebody took everything out: `made_at`, `rows`, `files`, `bytes`, `with_secrets`, `digest` (SHA-256 of the manifest).
pub const EXPORTED: &str = "exchange.exported";

/// All of them.
pub const ALL: &[&str] = &[EXPORTED];
