//! The events this slice sends: its public contract. The subject is `course:ID`.
//!
//! Data names people by id and parts by number; the personal part, in brackets, holds what people wrote. What was answered in a
//! test is in no event.

/// A course was made [`title`].
pub const COURSE_ADDED: &str = "training.course_added";
/// Its words, minutes, or whom it is for were changed [`title`].
pub const COURSE_CHANGED: &str = "training.course_changed";
/// It was opened, or closed: `state`, `before`.
pub const STATE_CHANGED: &str = "training.state_changed";
/// A part was added: `part`, `kind`.
pub const PART_ADDED: &str = "training.part_added";
/// A part was changed or has another place: `part`.
pub const PART_CHANGED: &str = "training.part_changed";
/// A part was taken out: `part`.
pub const PART_REMOVED: &str = "training.part_removed";
/// People are to take it: `assignment`, `kind`, `target`, `due_on`, `people` (how many were added).
pub const ASSIGNED: &str = "training.assigned";
/// They no longer are: `assignment`.
pub const UNASSIGNED: &str = "training.unassigned";
/// Somebody did a part, or not after all: `part`, `person`, `done`.
pub const PART_TICKED: &str = "training.part_ticked";
/// Somebody tried a test: `part`, `person`, `right`, `questions`, `passed`.
pub const TEST_TAKEN: &str = "training.test_taken";
/// Somebody has done all of it: `person`, `minutes`.
pub const COURSE_DONE: &str = "training.course_done";
/// Somebody has not, after all: `person`.
pub const COURSE_REOPENED: &str = "training.course_reopened";
/// A session has a date: `session`, `starts_at`, `seats`, `trainer`.
pub const SESSION_ADDED: &str = "training.session_added";
/// Its date, place, seats, or trainer were changed: `session`, `starts_at`, `seats`, `trainer`.
pub const SESSION_CHANGED: &str = "training.session_changed";
/// It does not take place: `session`.
pub const SESSION_CANCELLED: &str = "training.session_cancelled";
/// Somebody has a seat: `session`, `person`.
pub const SIGNED_UP: &str = "training.signed_up";
/// Somebody gave it back: `session`, `person`.
pub const SIGNED_OFF: &str = "training.signed_off";
/// The trainer said who was there: `session`, `attended`, `missed` (lists of people).
pub const ATTENDANCE: &str = "training.attendance";
/// People were reminded of a session: `session`, `people`.
pub const REMINDED: &str = "training.reminded";
/// A day has passed and somebody has not done it: `person`, `due_on`.
pub const OVERDUE: &str = "training.overdue";

/// All of them.
pub const ALL: &[&str] = &[
    COURSE_ADDED,
    COURSE_CHANGED,
    STATE_CHANGED,
    PART_ADDED,
    PART_CHANGED,
    PART_REMOVED,
    ASSIGNED,
    UNASSIGNED,
    PART_TICKED,
    TEST_TAKEN,
    COURSE_DONE,
    COURSE_REOPENED,
    SESSION_ADDED,
    SESSION_CHANGED,
    SESSION_CANCELLED,
    SIGNED_UP,
    SIGNED_OFF,
    ATTENDANCE,
    REMINDED,
    OVERDUE,
];
