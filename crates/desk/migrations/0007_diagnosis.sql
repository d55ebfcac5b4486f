-- What the desk found out about a ticket, with its evidence, and what must be there before it may be called resolved.

-- One answer of the six questions. Each has a version of its own, so that two people at two questions never meet; an
-- answer that was taken back keeps its row, or its version would begin anew.
CREATE TABLE desk_diagnosis (
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    question TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    by_person TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (ticket, question)
);

-- A removed piece stays as a trace; nothing serves it any more.
CREATE TABLE desk_evidence (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT,
    name TEXT,
    media_type TEXT,
    size BIGINT,
    attachment BIGINT,
    device TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    taken_by TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by TEXT,
    removed_at BIGINT,
    removed_by TEXT
);
CREATE INDEX desk_evidence_ticket ON desk_evidence (ticket, id) WHERE removed_at IS NULL;

CREATE TABLE desk_cause (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    place BIGINT NOT NULL,
    cause TEXT NOT NULL,
    tested_how TEXT NOT NULL,
    outcome TEXT NOT NULL,
    version BIGINT NOT NULL,
    by_person TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX desk_cause_ticket ON desk_cause (ticket, place, id);

CREATE TABLE desk_risky_step (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    step TEXT NOT NULL,
    risk TEXT NOT NULL,
    backup TEXT NOT NULL,
    way_back TEXT NOT NULL,
    done_at BIGINT,
    done_by TEXT,
    version BIGINT NOT NULL,
    by_person TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX desk_risky_step_ticket ON desk_risky_step (ticket, id);

-- A close gate: for which tickets, what must be there, what is said when it is not; definition is JSON.
CREATE TABLE desk_close_gate (
    id TEXT NOT NULL PRIMARY KEY,
    place BIGINT NOT NULL,
    definition TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL
);
