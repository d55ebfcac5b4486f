//! Mails to those who look after articles: one is due, one stopped solving, somebody asks for a review.

use crate::article::Number;

pub(crate) use people::letters::{Words, send};

/// Where an article is.
pub(crate) fn link(base: &str, number: Number) -> String {
    format!("{}/knowledge/{number}", base.trim_end_matches('/'))
}
