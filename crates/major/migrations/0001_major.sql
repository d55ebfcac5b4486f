-- Major incidents: the room, what is told from it, its plan, and the review after it.

CREATE TABLE major_incident (
    id TEXT NOT NULL PRIMARY KEY,
    ticket BIGINT NOT NULL,
    -- What everybody may read.
    title TEXT NOT NULL,
    impact TEXT NOT NULL,
    -- A list of names.
    services TEXT NOT NULL,
    state TEXT NOT NULL,
    update_minutes BIGINT NOT NULL,
    -- None once it is resolved.
    next_update_at BIGINT,
    -- When somebody is reminded that words are due, and how often that was done for these.
    remind_at BIGINT,
    reminded BIGINT NOT NULL,
    plan TEXT,
    declared_by TEXT,
    declared_at BIGINT NOT NULL,
    resolved_at BIGINT,
    -- Its ticket was resolved, but those affected have not been told yet.
    asks_last_words BOOLEAN NOT NULL,
    -- Whether the status page tells of it: a break-in is not told to whoever broke in.
    on_status BOOLEAN NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX major_incident_ticket ON major_incident (ticket);
CREATE INDEX major_incident_open ON major_incident (id) WHERE resolved_at IS NULL;
CREATE INDEX major_incident_past ON major_incident (id) WHERE resolved_at IS NOT NULL;
CREATE INDEX major_incident_remind ON major_incident (remind_at) WHERE remind_at IS NOT NULL;

CREATE TABLE major_role (
    incident TEXT NOT NULL REFERENCES major_incident (id),
    role TEXT NOT NULL,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (incident, role)
);

CREATE TABLE major_link (
    incident TEXT NOT NULL REFERENCES major_incident (id),
    ticket BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (incident, ticket)
);
CREATE INDEX major_link_ticket ON major_link (ticket);

-- The plan of one incident, copied when it was declared: a plan that is edited later changes no record.
CREATE TABLE major_step (
    id {identity},
    incident TEXT NOT NULL REFERENCES major_incident (id),
    place BIGINT NOT NULL,
    role TEXT,
    text_en TEXT NOT NULL,
    text_zh TEXT NOT NULL,
    done_by TEXT,
    done_at BIGINT
);
CREATE INDEX major_step_incident ON major_step (incident, place, id);

-- Plans that somebody made or changed; those that come with the product stand in the program until then.
CREATE TABLE major_plan (
    key TEXT NOT NULL PRIMARY KEY,
    definition TEXT NOT NULL,
    at BIGINT NOT NULL,
    removed_at BIGINT
);

CREATE TABLE major_update (
    id TEXT NOT NULL PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES major_incident (id),
    -- At least one of both.
    text_en TEXT,
    text_zh TEXT,
    -- The state at that time.
    state TEXT NOT NULL,
    tested BOOLEAN NOT NULL,
    untested_reason TEXT,
    by_person TEXT,
    at BIGINT NOT NULL,
    -- Taken off the status page; the replies stay.
    hidden_at BIGINT
);
CREATE INDEX major_update_incident ON major_update (incident, id);

-- Whose ticket is told of which words, and what became of it.
CREATE TABLE major_telling (
    words TEXT NOT NULL REFERENCES major_update (id),
    ticket BIGINT NOT NULL,
    -- `reply`, `resolve` with these words as the solution, or `reopen` because what they solved came back.
    act TEXT NOT NULL,
    -- `waiting`, `told`, `resolved`, `reopened`, `skipped`.
    outcome TEXT NOT NULL,
    -- Why it was skipped or not resolved: the refusal, as JSON.
    reason TEXT,
    at BIGINT,
    PRIMARY KEY (words, ticket)
);
CREATE INDEX major_telling_waiting ON major_telling (words, ticket) WHERE outcome = 'waiting';

CREATE TABLE major_review (
    incident TEXT NOT NULL PRIMARY KEY REFERENCES major_incident (id),
    owner TEXT,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    -- When its owner is reminded next.
    chase_at BIGINT,
    timeline TEXT NOT NULL,
    -- Until when the record was written into it.
    filled_at BIGINT NOT NULL,
    happened TEXT NOT NULL,
    cause TEXT NOT NULL,
    went_well TEXT NOT NULL,
    went_badly TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    held_at BIGINT,
    closed_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX major_review_chase ON major_review (chase_at) WHERE chase_at IS NOT NULL;

CREATE TABLE major_action (
    id {identity},
    incident TEXT NOT NULL REFERENCES major_incident (id),
    what TEXT NOT NULL,
    owner TEXT NOT NULL,
    -- A day, as 2026-03-09.
    due_on TEXT NOT NULL,
    done_at BIGINT
);
CREATE INDEX major_action_incident ON major_action (incident, id);
