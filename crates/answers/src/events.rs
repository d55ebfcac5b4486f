//! The events this slice sends: its public contract. The subject is `ticket:NUMBER`.
//!
//! Data names tickets and articles by number; the personal part, in brackets, holds what people wrote.

/// An article was used in a ticket: `article`, `how` (`link`, `text`, `named`, `clerk`).
pub const ARTICLE_USED: &str = "answers.article_used";
/// Somebody said which article answered the ticket, or took that back: `article`, `answered`.
pub const ANSWER_NAMED: &str = "answers.answer_named";
/// Its solution should become an article [`note`].
pub const FLAGGED: &str = "answers.flagged";
/// It need not: nobody will write it.
pub const UNFLAGGED: &str = "answers.unflagged";
/// A draft was made of it: `article`, `struck` (how many private pieces), `kept` (how many somebody let stand).
pub const DRAFTED: &str = "answers.drafted";

/// All of them.
pub const ALL: &[&str] = &[ARTICLE_USED, ANSWER_NAMED, FLAGGED, UNFLAGGED, DRAFTED];
