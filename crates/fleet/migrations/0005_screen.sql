-- Screens: one row for each session beside its act, the pieces of its recording, and who was there.

CREATE TABLE fleet_screen (
    act TEXT NOT NULL PRIMARY KEY REFERENCES fleet_act (id),
    device TEXT NOT NULL REFERENCES fleet_device (id),
    ticket BIGINT NOT NULL,
    control BOOLEAN NOT NULL,
    clipboard BOOLEAN NOT NULL,
    -- Whose desktop it is, once the device says so.
    user_name TEXT NOT NULL,
    -- `waiting`, `asking`, `open`, `ended`.
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    is_recorded BOOLEAN NOT NULL,
    -- When the device took it up; when whoever sits there agreed.
    opened_at BIGINT,
    agreed_at BIGINT,
    ended_at BIGINT,
    -- How far the device's stream is kept, in bytes, and in milliseconds since it began; the recording's pieces, bytes, and size of
    -- the picture at its end.
    place BIGINT NOT NULL,
    last_millis BIGINT NOT NULL,
    pieces BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL
);
CREATE INDEX fleet_screen_device ON fleet_screen (device, act);
CREATE INDEX fleet_screen_ticket ON fleet_screen (ticket, act);
CREATE INDEX fleet_screen_open ON fleet_screen (act) WHERE state <> 'ended';

-- The recording is the files of its pieces, one behind the other.
CREATE TABLE fleet_screen_piece (
    act TEXT NOT NULL REFERENCES fleet_screen (act),
    number BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (act, number)
);

-- Who looked on, and who took part.
CREATE TABLE fleet_screen_person (
    act TEXT NOT NULL REFERENCES fleet_screen (act),
    person TEXT NOT NULL,
    took_part BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (act, person)
);
