//! Mails to people of the desk: a role was given, words are due, a review is late.

pub(crate) use people::letters::{Words, send};

/// Where a room is.
pub(crate) fn room(base: &str, id: crate::incident::IncidentId) -> String {
    format!("{}/major/{id}", base.trim_end_matches('/'))
}
