-- Telephones that ring now: who calls whom. Rows live for a minute, because a number is somebody's.
-- `source` is who announced the call and `call_id` its name there: one call may ring at several people.
CREATE TABLE desk_ringing (
    id TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    call_id TEXT NOT NULL,
    person TEXT NOT NULL,
    caller TEXT NOT NULL,
    dismissed BOOLEAN NOT NULL,
    until BIGINT NOT NULL,
    UNIQUE (source, call_id, person)
);
CREATE INDEX desk_ringing_person ON desk_ringing (person, until);
CREATE INDEX desk_ringing_until ON desk_ringing (until);
