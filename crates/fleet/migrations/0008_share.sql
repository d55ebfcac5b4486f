-- Shares: the screen of somebody's browser, shown by themselves from their own ticket. One row for each, the pieces of its recording,
-- and who looked on.

CREATE TABLE fleet_share (
    id TEXT NOT NULL PRIMARY KEY,
    ticket BIGINT NOT NULL,
    -- Whose screen it is, and what they were called then.
    person TEXT NOT NULL,
    person_name TEXT NOT NULL,
    -- `waiting` (for the browser to come back), `open`, `ended`.
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    -- When whoever keeps it last said so, or when the browser went away.
    seen_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- The node that keeps it, and how often it was taken up: only the last to take it up writes.
    node TEXT NOT NULL,
    generation BIGINT NOT NULL,
    -- How far the recording goes.
    last_millis BIGINT NOT NULL,
    pieces BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL
);
CREATE INDEX fleet_share_ticket ON fleet_share (ticket, id);
CREATE INDEX fleet_share_of_person ON fleet_share (person, started_at);
CREATE INDEX fleet_share_open ON fleet_share (seen_at) WHERE state <> 'ended';

-- The recording is the files of its pieces, one behind the other.
CREATE TABLE fleet_share_piece (
    share TEXT NOT NULL REFERENCES fleet_share (id),
    number BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (share, number)
);

-- Who looked on.
CREATE TABLE fleet_share_person (
    share TEXT NOT NULL REFERENCES fleet_share (id),
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (share, person)
);
