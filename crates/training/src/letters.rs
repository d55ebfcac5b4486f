//! Mails: a course was assigned, a session is tomorrow or does not take place, a day has passed.

pub(crate) use people::letters::{Words, send};

/// Where a page of this slice is: `/training/courses/ID`.
pub(crate) fn place(base: &str, path: &str) -> String {
    format!("{}{path}", base.trim_end_matches('/'))
}
