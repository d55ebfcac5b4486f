//! The events this slice writes. Others may listen to them; a name never changes its meaning.
//!
//! Subjects are `user:ID`, `team:ID`, `role:NAME`, `skill:NAME`, `calendar:ID`, `site:ID`, and `sign-in` for failed
//! attempts, which belong to nobody known.

/// A person was added; names and addresses are in the personal part.
pub const USER_ADDED: &str = "people.user.added";
/// A person's record was changed.
pub const USER_CHANGED: &str = "people.user.changed";
/// A person was kept out: sessions and tokens ended.
pub const USER_DEACTIVATED: &str = "people.user.deactivated";
/// A person was let in again.
pub const USER_ACTIVATED: &str = "people.user.activated";
/// A person's roles changed: `before`, `after`.
pub const USER_ROLES: &str = "people.user.roles";
/// A person's teams changed: `before`, `after`.
pub const USER_TEAMS: &str = "people.user.teams";
/// A person's skills changed: `skills`.
pub const USER_SKILLS: &str = "people.user.skills";

/// Somebody signed in.
pub const SIGN_IN_SUCCEEDED: &str = "people.sign_in.succeeded";
/// Somebody tried to sign in.
pub const SIGN_IN_FAILED: &str = "people.sign_in.failed";
/// A password was set.
pub const PASSWORD_CHANGED: &str = "people.password.changed";
/// A one-time link to set a password was made.
pub const PASSWORD_RESET_ASKED: &str = "people.password.reset_asked";
/// The second factor was switched on.
pub const SECOND_FACTOR_ON: &str = "people.second_factor.on";
/// The second factor was switched off.
pub const SECOND_FACTOR_OFF: &str = "people.second_factor.off";
/// Sessions of a person were ended by hand.
pub const SESSION_ENDED: &str = "people.session.ended";
/// An API token was made: `token`, `scopes`.
pub const TOKEN_CREATED: &str = "people.token.created";
/// An API token was ended: `token`.
pub const TOKEN_REVOKED: &str = "people.token.revoked";

/// A role of the department's own was made or changed: `grants`.
pub const ROLE_SAVED: &str = "people.role.saved";
/// A role of the department's own was removed.
pub const ROLE_REMOVED: &str = "people.role.removed";
/// A team was added: `name`, `tier`, `members`.
pub const TEAM_ADDED: &str = "people.team.added";
/// A team was changed: `name`, `tier`, `members`.
pub const TEAM_CHANGED: &str = "people.team.changed";
/// A skill was added, or its title changed: `title`.
pub const SKILL_SAVED: &str = "people.skill.saved";
/// A skill was removed from the matrix.
pub const SKILL_REMOVED: &str = "people.skill.removed";
/// A working calendar was added: `definition`.
pub const CALENDAR_ADDED: &str = "people.calendar.added";
/// A working calendar was changed: `definition`. Deadlines that were computed by it are due for another look.
pub const CALENDAR_CHANGED: &str = "people.calendar.changed";
/// A site was added or changed: `time_zone`, `calendar`.
pub const SITE_SAVED: &str = "people.site.saved";
/// A shift was noted: `starts_at`, `ends_at`.
pub const SHIFT_ADDED: &str = "people.shift.added";
/// A shift was taken back.
pub const SHIFT_REMOVED: &str = "people.shift.removed";
/// An absence was noted: `starts_at`, `ends_at`.
pub const ABSENCE_ADDED: &str = "people.absence.added";
/// An absence was taken back.
pub const ABSENCE_REMOVED: &str = "people.absence.removed";

/// All of them.
pub const ALL: &[&str] = &[
    USER_ADDED,
    USER_CHANGED,
    USER_DEACTIVATED,
    USER_ACTIVATED,
    USER_ROLES,
    USER_TEAMS,
    USER_SKILLS,
    SIGN_IN_SUCCEEDED,
    SIGN_IN_FAILED,
    PASSWORD_CHANGED,
    PASSWORD_RESET_ASKED,
    SECOND_FACTOR_ON,
    SECOND_FACTOR_OFF,
    SESSION_ENDED,
    TOKEN_CREATED,
    TOKEN_REVOKED,
    ROLE_SAVED,
    ROLE_REMOVED,
    TEAM_ADDED,
    TEAM_CHANGED,
    SKILL_SAVED,
    SKILL_REMOVED,
    CALENDAR_ADDED,
    CALENDAR_CHANGED,
    SITE_SAVED,
    SHIFT_ADDED,
    SHIFT_REMOVED,
    ABSENCE_ADDED,
    ABSENCE_REMOVED,
];
