-- Tasks of a ticket, each with a team of its own: those of its request type, and those added by hand.
-- `title` is JSON by language. `sort_at` is when it is due, far off when it never is, so that lists page by it.
CREATE TABLE desk_task (
    id TEXT NOT NULL PRIMARY KEY,
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    stage BIGINT NOT NULL,
    place BIGINT NOT NULL,
    title TEXT NOT NULL,
    of_type BOOLEAN NOT NULL,
    team TEXT,
    hours BIGINT,
    assignee TEXT,
    state TEXT NOT NULL,
    opened_at BIGINT,
    due_at BIGINT,
    sort_at BIGINT NOT NULL,
    done_at BIGINT,
    done_by TEXT,
    remark TEXT
);
CREATE INDEX desk_task_ticket ON desk_task (ticket, stage, place);
CREATE INDEX desk_task_team ON desk_task (team, sort_at, id) WHERE state = 'open';
CREATE INDEX desk_task_assignee ON desk_task (assignee, sort_at, id) WHERE state = 'open';
