//! The events this slice sends: its public contract. The subject is `article:NUMBER`; for spaces, software, synonyms, and guides
//! `knowledge.space:ID`, `knowledge.software:NAME`, `knowledge.synonym:ID`, `knowledge.guide:ID`.
//!
//! Data names articles by number, people by id, languages by tag, states by word; the personal part, in brackets, holds what
//! people wrote.

/// An article was begun: `kind`, `space`, `locale` [`title`].
pub const CREATED: &str = "knowledge.article.created";
/// Its words were saved by hand: `locale`, `version`, `merged` [`note`].
pub const SAVED: &str = "knowledge.article.saved";
/// Its facts changed: `version`, `fields`.
pub const CHANGED: &str = "knowledge.article.changed";
/// It moved on: `state`, `before` [`note`].
pub const STATE_CHANGED: &str = "knowledge.article.state_changed";
/// Words were published: `locales` [`note`].
pub const PUBLISHED: &str = "knowledge.article.published";
/// A working copy was given up: `locale`.
pub const DISCARDED: &str = "knowledge.article.discarded";
/// A version was taken back into the working copy: `locale`, `version`.
pub const RESTORED: &str = "knowledge.article.restored";
/// A translation is in step with the original again: `locale`, `version`.
pub const IN_STEP: &str = "knowledge.article.in_step";
/// Somebody was asked to look it over: `people` [`note`].
pub const REVIEW_ASKED: &str = "knowledge.article.review_asked";
/// A reviewer decided: `verdict` [`note`].
pub const REVIEW_DECIDED: &str = "knowledge.article.review_decided";
/// It is due for a review: `reason`.
pub const REVIEW_DUE: &str = "knowledge.article.review_due";
/// Its review is done, and it holds: `review_at`.
pub const REVIEWED: &str = "knowledge.article.reviewed";
/// Somebody said whether it solved the trouble: `solved`, `place` [`reason`].
pub const VOTED: &str = "knowledge.article.voted";
/// It was used in a ticket: `ticket`.
pub const USED: &str = "knowledge.article.used";
/// A ticket in which it was used is settled: `ticket`, `solved`.
pub const SETTLED: &str = "knowledge.article.settled";
/// Its worth was reckoned anew: `worth`.
pub const WORTH_CHANGED: &str = "knowledge.article.worth_changed";
/// Somebody commented: `comment` [`text`].
pub const COMMENTED: &str = "knowledge.article.commented";
/// A comment was settled, or opened again: `comment`, `settled`.
pub const COMMENT_SETTLED: &str = "knowledge.article.comment_settled";
/// A file came: `file`, `size` [`name`].
pub const FILE_ADDED: &str = "knowledge.article.file_added";
/// A file went: `file` [`name`].
pub const FILE_REMOVED: &str = "knowledge.article.file_removed";
/// It came from elsewhere: `source`, `versions`.
pub const IMPORTED: &str = "knowledge.article.imported";
/// A space was saved.
pub const SPACE_SAVED: &str = "knowledge.space.saved";
/// A space was removed.
pub const SPACE_REMOVED: &str = "knowledge.space.removed";
/// A software has a version: `name`, `version`, `before`, `articles`.
pub const SOFTWARE_SAVED: &str = "knowledge.software.saved";
/// A software is no longer listed: `name`.
pub const SOFTWARE_REMOVED: &str = "knowledge.software.removed";
/// A group of synonyms was saved: `words`.
pub const SYNONYM_SAVED: &str = "knowledge.synonym.saved";
/// A group of synonyms was removed: `words`.
pub const SYNONYM_REMOVED: &str = "knowledge.synonym.removed";
/// A guide was saved.
pub const GUIDE_SAVED: &str = "knowledge.guide.saved";
/// Articles are being brought over: `format`, `name`.
pub const IMPORT_STARTED: &str = "knowledge.import.started";
/// That is over: `state`, `articles`.
pub const IMPORT_ENDED: &str = "knowledge.import.ended";

/// All of them.
pub const ALL: &[&str] = &[
    CREATED,
    SAVED,
    CHANGED,
    STATE_CHANGED,
    PUBLISHED,
    DISCARDED,
    RESTORED,
    IN_STEP,
    REVIEW_ASKED,
    REVIEW_DECIDED,
    REVIEW_DUE,
    REVIEWED,
    VOTED,
    USED,
    SETTLED,
    WORTH_CHANGED,
    COMMENTED,
    COMMENT_SETTLED,
    FILE_ADDED,
    FILE_REMOVED,
    IMPORTED,
    SPACE_SAVED,
    SPACE_REMOVED,
    SOFTWARE_SAVED,
    SOFTWARE_REMOVED,
    SYNONYM_SAVED,
    SYNONYM_REMOVED,
    GUIDE_SAVED,
    IMPORT_STARTED,
    IMPORT_ENDED,
];
