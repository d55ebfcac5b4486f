-- The request catalogue: types with forms of their own, what was answered, and who had to approve it.

-- A type that was removed keeps its row: tickets speak of it, and a type that came with the house does not come back.
CREATE TABLE desk_request_type (
    id TEXT NOT NULL PRIMARY KEY,
    place BIGINT NOT NULL,
    version BIGINT NOT NULL,
    is_on BOOLEAN NOT NULL,
    removed_at BIGINT
);

-- Every version of a type, as JSON; an answer is read with the form it was given to.
CREATE TABLE desk_request_type_version (
    type TEXT NOT NULL REFERENCES desk_request_type (id),
    version BIGINT NOT NULL,
    definition TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (type, version)
);

-- A ticket that came by a form: which, and the answers as JSON. `step` is the step of the approval that is under way.
CREATE TABLE desk_request (
    ticket BIGINT NOT NULL PRIMARY KEY REFERENCES desk_ticket (number),
    type TEXT NOT NULL,
    version BIGINT NOT NULL,
    answers TEXT NOT NULL,
    approval TEXT NOT NULL,
    step BIGINT NOT NULL,
    -- Who filed it, for oneself or for somebody else: neither of them decides on it.
    asked_by TEXT
);
CREATE INDEX desk_request_type_ticket ON desk_request (type, ticket);

-- Somebody who was asked to approve.
CREATE TABLE desk_approval (
    id TEXT NOT NULL PRIMARY KEY,
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    step BIGINT NOT NULL,
    person TEXT NOT NULL,
    instead_of TEXT,
    asked_at BIGINT NOT NULL,
    remind_at BIGINT,
    reminders BIGINT NOT NULL DEFAULT 0,
    decided_at BIGINT,
    decision TEXT,
    via TEXT,
    comment TEXT
);
CREATE INDEX desk_approval_ticket ON desk_approval (ticket, step, id);
CREATE INDEX desk_approval_person ON desk_approval (person, asked_at, id) WHERE decided_at IS NULL;
CREATE INDEX desk_approval_remind ON desk_approval (remind_at, id) WHERE decided_at IS NULL AND remind_at IS NOT NULL;
