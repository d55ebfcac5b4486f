-- Saved views, starred tickets, and what a change of many tickets can be taken back by.

-- Lists by the nearest deadline.
CREATE INDEX desk_ticket_open_due ON desk_ticket (stage, due_rank, number) WHERE stage = 0;
CREATE INDEX desk_ticket_open_team_due ON desk_ticket (team, stage, due_rank, number) WHERE stage = 0;
CREATE INDEX desk_ticket_open_assignee_due ON desk_ticket (assignee, stage, due_rank, number) WHERE stage = 0;

CREATE TABLE desk_saved_view (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    -- mine, teams, all: who may use it.
    audience TEXT NOT NULL,
    -- Criteria, order, and columns as JSON.
    definition TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX desk_saved_view_owner ON desk_saved_view (owner, name);
CREATE INDEX desk_saved_view_all ON desk_saved_view (name) WHERE audience = 'all';

-- The teams a view is shared with: its owner's when it was saved.
CREATE TABLE desk_saved_view_team (
    view TEXT NOT NULL REFERENCES desk_saved_view (id) ON DELETE CASCADE,
    team TEXT NOT NULL,
    PRIMARY KEY (view, team)
);
CREATE INDEX desk_saved_view_team_team ON desk_saved_view_team (team, view);

-- The views in a person's rail, in the person's order.
CREATE TABLE desk_view_favourite (
    person TEXT NOT NULL,
    view TEXT NOT NULL REFERENCES desk_saved_view (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    PRIMARY KEY (person, view)
);
CREATE INDEX desk_view_favourite_view ON desk_view_favourite (view);

CREATE TABLE desk_star (
    person TEXT NOT NULL,
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    PRIMARY KEY (person, ticket)
);
CREATE INDEX desk_star_ticket ON desk_star (ticket);

-- A change of many tickets at once: what it was for each is what it can be taken back by.
CREATE TABLE desk_batch (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    -- The request it was done by: its events carry the same.
    request TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    done_at BIGINT NOT NULL,
    undone_at BIGINT,
    -- Which were refused and why, as JSON.
    refused TEXT NOT NULL,
    -- What others had changed before it was taken back, as JSON.
    kept TEXT NOT NULL
);
CREATE INDEX desk_batch_request ON desk_batch (request, done_at);
CREATE INDEX desk_batch_done ON desk_batch (done_at);

CREATE TABLE desk_batch_ticket (
    batch TEXT NOT NULL REFERENCES desk_batch (id) ON DELETE CASCADE,
    ticket BIGINT NOT NULL,
    -- The values before and after, as JSON.
    trace TEXT NOT NULL,
    PRIMARY KEY (batch, ticket)
);
