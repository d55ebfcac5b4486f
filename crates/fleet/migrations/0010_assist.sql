-- Help for a device without the agent: the programs that are handed out, and one row for each time somebody is helped.

CREATE TABLE fleet_assist_program (
    -- `linux-x86_64`
    platform TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    size BIGINT NOT NULL,
    put_at BIGINT NOT NULL,
    put_by TEXT NOT NULL
);

CREATE TABLE fleet_assist (
    id TEXT NOT NULL PRIMARY KEY,
    ticket BIGINT NOT NULL,
    person TEXT NOT NULL,
    -- `waiting`, `fetched`, `connected`, `ended`.
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    -- Code and document, sealed, until the code was entered.
    code TEXT,
    document TEXT,
    enrolment TEXT NOT NULL REFERENCES fleet_enrolment (id),
    device TEXT REFERENCES fleet_device (id),
    -- By what the guest is known again once its key is forgotten.
    key_hash TEXT,
    made_at BIGINT NOT NULL,
    code_until BIGINT NOT NULL,
    fetched_at BIGINT,
    connected_at BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX fleet_assist_enrolment ON fleet_assist (enrolment);
CREATE INDEX fleet_assist_device ON fleet_assist (device);
CREATE INDEX fleet_assist_key ON fleet_assist (key_hash);
CREATE INDEX fleet_assist_ticket ON fleet_assist (ticket, id);
CREATE INDEX fleet_assist_open ON fleet_assist (id) WHERE state <> 'ended';
