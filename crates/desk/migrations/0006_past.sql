-- Tickets that came from another desk: the foreign id keeps an import from doubling anything, and what the other desk counted
-- itself stands beside what our record shows.
CREATE TABLE desk_import (
    source TEXT NOT NULL,
    foreign_id TEXT NOT NULL,
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    -- Whether the other desk kept its promise; none when it does not say.
    met BOOLEAN,
    reassignments BIGINT,
    reopenings BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (source, foreign_id)
);
CREATE UNIQUE INDEX desk_import_ticket ON desk_import (ticket);

-- What figures need to know of a ticket, worked out from its record. Days are written as numbers, 20260302, in the zone of
-- the desk's hours. Made anew by `mainstay figures --rebuild`.
CREATE TABLE desk_fact (
    ticket BIGINT NOT NULL PRIMARY KEY REFERENCES desk_ticket (number),
    source TEXT,
    team TEXT,
    priority TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_day BIGINT NOT NULL,
    responded_ms BIGINT,
    -- The day it was held solved, none while it is open.
    solved_day BIGINT,
    -- From the report to the solution; none while it is open, and where another desk did not keep it.
    solved_ms BIGINT,
    met BOOLEAN,
    team_changes BIGINT NOT NULL,
    assignee_changes BIGINT NOT NULL,
    tier_changes BIGINT NOT NULL,
    reopenings BIGINT NOT NULL,
    stated_reassignments BIGINT,
    stated_reopenings BIGINT,
    first_contact BOOLEAN NOT NULL
);
CREATE INDEX desk_fact_opened ON desk_fact (opened_day, ticket);
CREATE INDEX desk_fact_solved ON desk_fact (solved_day, ticket) WHERE solved_day IS NOT NULL;
CREATE INDEX desk_fact_source ON desk_fact (source, opened_day) WHERE source IS NOT NULL;

-- The same, added up by day and team, so that a page about a year costs what a year has days and not what it had tickets.
-- `bucket` is the priority, or the step of a histogram of durations.
CREATE TABLE desk_daily (
    figure TEXT NOT NULL,
    day BIGINT NOT NULL,
    team TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (figure, day, team, bucket)
);
