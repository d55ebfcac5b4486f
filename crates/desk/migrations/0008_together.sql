-- Who else is at a ticket, what has to be done on it, and how long people worked.

-- Who has a ticket open now; rows live for seconds.
CREATE TABLE desk_presence (
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    person TEXT NOT NULL,
    is_typing BOOLEAN NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (ticket, person)
);
CREATE INDEX desk_presence_until ON desk_presence (until);

-- Minutes that people of the desk worked on a ticket.
CREATE TABLE desk_time (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    person TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    what TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX desk_time_ticket ON desk_time (ticket, id);

-- What has to be done on a ticket, step by step.
CREATE TABLE desk_checklist (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    place BIGINT NOT NULL,
    item TEXT NOT NULL,
    done_by TEXT,
    done_at BIGINT
);
CREATE INDEX desk_checklist_ticket ON desk_checklist (ticket, place, id);
