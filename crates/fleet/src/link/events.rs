//! The events about links and enrolment: a public contract, as those of `crate::events`.
//!
//! The subject is `enrolment:ID` or `fleet:keys`; the personal part, in brackets, holds names.

/// An enrolment document was made: `rule`, `uses`, `expires_at` [`name`].
pub const ENROLMENT_MADE: &str = "fleet.enrolment_made";
/// It counts no more.
pub const ENROLMENT_REVOKED: &str = "fleet.enrolment_revoked";
/// A device came by it: `device`, `placed` (`new`, `known`, `doubt`).
pub const ENROLMENT_USED: &str = "fleet.enrolment_used";
/// The document was fetched.
pub const ENROLMENT_FETCHED: &str = "fleet.enrolment_fetched";
/// The server has another key for agents: `key`.
pub const KEY_MADE: &str = "fleet.link_key_made";
/// A key of the server counts no more: `key`.
pub const KEY_WITHDRAWN: &str = "fleet.link_key_withdrawn";

/// All of them.
pub const ALL: &[&str] = &[
    ENROLMENT_MADE,
    ENROLMENT_REVOKED,
    ENROLMENT_USED,
    ENROLMENT_FETCHED,
    KEY_MADE,
    KEY_WITHDRAWN,
];
