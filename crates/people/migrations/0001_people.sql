-- People, what they may do, what they can do, and when they work.

CREATE TABLE people_site (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  time_zone TEXT NOT NULL,
  calendar TEXT
);

-- Working calendars: `definition` is worktime's JSON form.
CREATE TABLE people_calendar (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  definition TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE people_user (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT,
  locale TEXT,
  time_zone TEXT,
  phone TEXT NOT NULL DEFAULT '',
  -- Digits only, so that a caller's number is found however it was written.
  phone_digits TEXT NOT NULL DEFAULT '',
  organisation TEXT NOT NULL DEFAULT '',
  department TEXT NOT NULL DEFAULT '',
  job_title TEXT NOT NULL DEFAULT '',
  site TEXT,
  place TEXT NOT NULL DEFAULT '',
  -- 1, 2, 3 for those who work on tickets.
  tier BIGINT,
  -- The hours they work; none: their site's, else round the clock.
  calendar TEXT,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  totp_secret BYTEA,
  totp_confirmed BOOLEAN NOT NULL DEFAULT FALSE,
  -- The last time step whose code was accepted, so that a code serves once (RFC 6238, 5.2).
  totp_last_step BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  last_sign_in_at BIGINT
);
CREATE INDEX people_user_name ON people_user (name, id);
CREATE INDEX people_user_phone ON people_user (phone_digits) WHERE phone_digits <> '';
CREATE INDEX people_user_tier ON people_user (tier, name) WHERE tier IS NOT NULL;

CREATE TABLE people_recovery_code (
  user_id TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (user_id, code_hash)
);

-- Roles made by an administrator; the built-in ones are code.
CREATE TABLE people_role (
  name TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE people_role_grant (
  role TEXT NOT NULL,
  permission TEXT NOT NULL,
  scope TEXT NOT NULL,
  PRIMARY KEY (role, permission)
);
CREATE TABLE people_user_role (
  user_id TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (user_id, role)
);
CREATE INDEX people_user_role_role ON people_user_role (role, user_id);

CREATE TABLE people_team (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  tier BIGINT NOT NULL DEFAULT 1,
  calendar TEXT,
  description TEXT NOT NULL DEFAULT ''
);
CREATE TABLE people_member (
  team TEXT NOT NULL,
  user_id TEXT NOT NULL,
  lead BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (team, user_id)
);
CREATE INDEX people_member_user ON people_member (user_id, team);

CREATE TABLE people_skill (
  name TEXT PRIMARY KEY,
  title TEXT NOT NULL
);
CREATE TABLE people_user_skill (
  user_id TEXT NOT NULL,
  skill TEXT NOT NULL,
  -- 1 junior, 2 middle, 3 senior.
  level BIGINT NOT NULL,
  PRIMARY KEY (user_id, skill)
);

-- Hours that replace a person's usual ones between two instants (a late shift, a night on call).
CREATE TABLE people_shift (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  team TEXT,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX people_shift_user ON people_shift (user_id, ends_at);
CREATE INDEX people_shift_time ON people_shift (starts_at, id);

CREATE TABLE people_absence (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX people_absence_user ON people_absence (user_id, ends_at);
CREATE INDEX people_absence_time ON people_absence (starts_at, id);

CREATE TABLE people_session (
  id TEXT PRIMARY KEY,
  -- SHA-256 of the cookie's value; the value itself is never stored.
  secret_hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  -- Until then the password (and second factor) count as just given.
  elevated_until BIGINT NOT NULL,
  -- The password was right, the second factor is still due.
  pending BOOLEAN NOT NULL DEFAULT FALSE,
  failures BIGINT NOT NULL DEFAULT 0,
  address TEXT NOT NULL DEFAULT '',
  agent TEXT NOT NULL DEFAULT ''
);
CREATE INDEX people_session_user ON people_session (user_id, created_at);
CREATE INDEX people_session_expiry ON people_session (expires_at);

CREATE TABLE people_token (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- JSON list of scopes: a permission name, a prefix ending in `.*`, or `*`.
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT
);
CREATE INDEX people_token_user ON people_token (user_id, created_at);

-- One-time links by mail: a forgotten password, an invitation.
CREATE TABLE people_reset (
  secret_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX people_reset_user ON people_reset (user_id);

-- Failed sign-ins by address, to slow guessing across restarts and nodes.
CREATE TABLE people_attempt (
  subject TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  blocked_until BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
