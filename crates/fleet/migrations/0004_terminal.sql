-- Terminals: one row for each session beside its act, the pieces of its recording until it is a file, and its words.

CREATE TABLE fleet_terminal (
    act TEXT NOT NULL PRIMARY KEY REFERENCES fleet_act (id),
    device TEXT NOT NULL REFERENCES fleet_device (id),
    ticket BIGINT NOT NULL,
    -- As whom it was asked for; who it runs as, once the device says so.
    run_as TEXT NOT NULL,
    user_name TEXT NOT NULL,
    columns BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    -- `waiting`, `open`, `ended`.
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    is_recorded BOOLEAN NOT NULL,
    opened_at BIGINT,
    ended_at BIGINT,
    -- How far the device's stream is kept, in bytes, in milliseconds since it began, and in pieces and lines of words.
    place BIGINT NOT NULL,
    last_millis BIGINT NOT NULL,
    pieces BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    -- The whole recording, as a file.
    hash TEXT
);
CREATE INDEX fleet_terminal_device ON fleet_terminal (device, act);
CREATE INDEX fleet_terminal_ticket ON fleet_terminal (ticket, act);
CREATE INDEX fleet_terminal_open ON fleet_terminal (act) WHERE state <> 'ended';

CREATE TABLE fleet_terminal_piece (
    act TEXT NOT NULL REFERENCES fleet_terminal (act),
    number BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (act, number)
);

-- What stood on its screen, line by line, with the moment; the second text is in lower case, for searching.
CREATE TABLE fleet_terminal_line (
    act TEXT NOT NULL REFERENCES fleet_terminal (act),
    number BIGINT NOT NULL,
    at_millis BIGINT NOT NULL,
    words TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (act, number)
);

-- Who looked on, and who took part.
CREATE TABLE fleet_terminal_person (
    act TEXT NOT NULL REFERENCES fleet_terminal (act),
    person TEXT NOT NULL,
    took_part BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (act, person)
);
