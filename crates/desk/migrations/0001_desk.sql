-- Tickets and everything that hangs on one. Instants are milliseconds UTC; ids of people and teams are the people slice's
-- and carry no foreign key across slices.

CREATE TABLE desk_ticket (
    number {identity},
    title TEXT NOT NULL,
    type TEXT NOT NULL,
    category TEXT NOT NULL,
    impact TEXT NOT NULL,
    urgency TEXT NOT NULL,
    priority TEXT NOT NULL,
    priority_pinned BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    -- 0 open, 1 resolved, 2 closed: what queues and the small partial indexes are cut by.
    stage BIGINT NOT NULL,
    tier BIGINT NOT NULL,
    complexity BIGINT NOT NULL,
    team TEXT,
    assignee TEXT,
    requester TEXT NOT NULL,
    organisation TEXT,
    site TEXT,
    channel TEXT NOT NULL,
    device TEXT,
    os TEXT,
    application TEXT,
    app_version TEXT,
    steps TEXT,
    error_text TEXT,
    waiting_reason TEXT,
    last_voice TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    first_response_at BIGINT,
    resolved_at BIGINT,
    closed_at BIGINT,
    reopen_count BIGINT NOT NULL,
    next_due_at BIGINT,
    -- next_due_at with "never" as the largest number, so that keyset pages compare without NULL.
    due_rank BIGINT NOT NULL,
    overdue BOOLEAN NOT NULL,
    next_step TEXT,
    next_step_at BIGINT,
    policy TEXT,
    version BIGINT NOT NULL
);
-- Every list names a stage and at most one holder, and finds both, in its order, in one of these. The stage leads even
-- where the index is partial: without statistics SQLite prefers an index that answers one more equality, and would sort.
-- The working queues: as small as the open tickets are few.
CREATE INDEX desk_ticket_open_urgent ON desk_ticket (stage, priority, due_rank, number) WHERE stage = 0;
CREATE INDEX desk_ticket_open_team ON desk_ticket (team, stage, priority, due_rank, number) WHERE stage = 0;
CREATE INDEX desk_ticket_open_assignee ON desk_ticket (assignee, stage, priority, due_rank, number) WHERE stage = 0;
CREATE INDEX desk_ticket_forgotten ON desk_ticket (stage, updated_at, number) WHERE stage = 0 AND next_step_at IS NULL;
-- Everything, the latest first.
CREATE INDEX desk_ticket_stage_updated ON desk_ticket (stage, updated_at, number);
CREATE INDEX desk_ticket_stage_created ON desk_ticket (stage, created_at, number);
CREATE INDEX desk_ticket_team_updated ON desk_ticket (team, stage, updated_at, number);
CREATE INDEX desk_ticket_team_created ON desk_ticket (team, stage, created_at, number);
CREATE INDEX desk_ticket_assignee_updated ON desk_ticket (assignee, stage, updated_at, number);
CREATE INDEX desk_ticket_assignee_created ON desk_ticket (assignee, stage, created_at, number);
CREATE INDEX desk_ticket_requester_updated ON desk_ticket (requester, stage, updated_at, number);

CREATE TABLE desk_article (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    kind TEXT NOT NULL,
    public BOOLEAN NOT NULL,
    voice TEXT NOT NULL,
    author TEXT,
    body TEXT NOT NULL,
    body_html TEXT,
    -- The part of a mail that quotes earlier ones: folded away on screen, never lost.
    quoted TEXT,
    message_id TEXT,
    minutes BIGINT,
    at BIGINT NOT NULL
);
CREATE INDEX desk_article_ticket ON desk_article (ticket, id);
CREATE UNIQUE INDEX desk_article_message ON desk_article (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE desk_attachment (
    id {identity},
    article BIGINT NOT NULL REFERENCES desk_article (id),
    ticket BIGINT NOT NULL,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    content_id TEXT
);
CREATE INDEX desk_attachment_ticket ON desk_attachment (ticket, article);
CREATE INDEX desk_attachment_article ON desk_attachment (article);

CREATE TABLE desk_tag (
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    tag TEXT NOT NULL,
    PRIMARY KEY (ticket, tag)
);
CREATE INDEX desk_tag_tag ON desk_tag (tag, ticket);

CREATE TABLE desk_watcher (
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    person TEXT NOT NULL,
    PRIMARY KEY (ticket, person)
);
CREATE INDEX desk_watcher_person ON desk_watcher (person, ticket);

CREATE TABLE desk_draft (
    person TEXT NOT NULL,
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    body TEXT NOT NULL,
    internal BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, ticket)
);

-- Service levels. A policy's versions are immutable: a ticket names the version that holds for it, so that its clocks
-- replay to the same values after the policy was edited.
CREATE TABLE desk_policy (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    place BIGINT NOT NULL,
    is_current BOOLEAN NOT NULL,
    definition TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id, version)
);
CREATE INDEX desk_policy_current ON desk_policy (place, id) WHERE is_current;

CREATE TABLE desk_clock (
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    kind TEXT NOT NULL,
    policy TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    target BIGINT NOT NULL,
    elapsed BIGINT NOT NULL,
    measured_at BIGINT NOT NULL,
    deadline BIGINT,
    warn_at BIGINT,
    stopped_at BIGINT,
    -- When the sweep has to look at it next: the first step that has not been taken.
    due_at BIGINT,
    PRIMARY KEY (ticket, kind)
);
CREATE INDEX desk_clock_due ON desk_clock (due_at, ticket) WHERE due_at IS NOT NULL;

-- A step that was taken is taken once, whatever restarts in between.
CREATE TABLE desk_clock_step (
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    kind TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    percent BIGINT NOT NULL,
    fired_at BIGINT NOT NULL,
    PRIMARY KEY (ticket, kind, started_at, percent)
);

CREATE TABLE desk_matrix (
    impact TEXT NOT NULL,
    urgency TEXT NOT NULL,
    priority TEXT NOT NULL,
    PRIMARY KEY (impact, urgency)
);

-- Where a category goes and what it asks of a person.
CREATE TABLE desk_route (
    category TEXT NOT NULL PRIMARY KEY,
    team TEXT,
    skill TEXT,
    level BIGINT NOT NULL,
    complexity BIGINT NOT NULL,
    automatic BOOLEAN NOT NULL
);

CREATE TABLE desk_assignment (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    team TEXT,
    assignee TEXT,
    by_hand BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX desk_assignment_ticket ON desk_assignment (ticket, id);

-- Open work per person, kept with every change, so that assignment asks one row and not a thousand tickets.
CREATE TABLE desk_load (
    person TEXT NOT NULL PRIMARY KEY,
    weight BIGINT NOT NULL,
    tickets BIGINT NOT NULL
);

CREATE TABLE desk_escalation (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    from_tier BIGINT NOT NULL,
    to_tier BIGINT NOT NULL,
    tried TEXT NOT NULL,
    known TEXT NOT NULL,
    boundary TEXT NOT NULL,
    -- The clock that did it; none when a person did.
    clock TEXT,
    by_person TEXT,
    owner TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX desk_escalation_ticket ON desk_escalation (ticket, id);

CREATE TABLE desk_resolution (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    solution TEXT NOT NULL,
    tested BOOLEAN NOT NULL,
    untested_reason TEXT,
    by_person TEXT,
    failed BOOLEAN NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX desk_resolution_ticket ON desk_resolution (ticket, id);

-- One question to the requester: does it work? Its random id is what the signed link carries.
CREATE TABLE desk_verification (
    id TEXT NOT NULL PRIMARY KEY,
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    resolution BIGINT NOT NULL REFERENCES desk_resolution (id),
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When silence counts as an answer.
    closes_at BIGINT NOT NULL,
    answered_at BIGINT,
    answer TEXT,
    via TEXT,
    by_person TEXT,
    comment TEXT
);
CREATE INDEX desk_verification_ticket ON desk_verification (ticket, asked_at);
CREATE INDEX desk_verification_silent ON desk_verification (closes_at, ticket) WHERE answered_at IS NULL;
CREATE INDEX desk_verification_answered ON desk_verification (answered_at);

-- How many tickets stand where. `slot` spreads writers over rows that would be hot otherwise.
CREATE TABLE desk_count (
    state TEXT NOT NULL,
    priority TEXT NOT NULL,
    team TEXT NOT NULL,
    assignee TEXT NOT NULL,
    type TEXT NOT NULL,
    overdue BOOLEAN NOT NULL,
    slot BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (state, priority, team, assignee, type, overdue, slot)
);

INSERT INTO desk_matrix (impact, urgency, priority) VALUES
    ('person', 'low', 'P3'), ('person', 'medium', 'P2'), ('person', 'high', 'P2'),
    ('team', 'low', 'P3'), ('team', 'medium', 'P2'), ('team', 'high', 'P1'),
    ('site', 'low', 'P2'), ('site', 'medium', 'P1'), ('site', 'high', 'P0'),
    ('organisation', 'low', 'P2'), ('organisation', 'medium', 'P1'), ('organisation', 'high', 'P0');

INSERT INTO desk_route (category, team, skill, level, complexity, automatic) VALUES
    ('hardware', NULL, 'hardware', 1, 1, TRUE),
    ('software', NULL, 'software', 1, 1, TRUE),
    ('network', NULL, 'network', 1, 2, TRUE),
    ('account', NULL, 'account', 1, 1, TRUE),
    ('security', NULL, 'security', 2, 3, TRUE),
    ('other', NULL, NULL, 1, 1, TRUE);

-- The service levels as delivered: P0 round the clock, the rest in the hours of the desk's own calendar.
INSERT INTO desk_policy (id, version, place, is_current, definition, at) VALUES
('p0', 1, 10, TRUE, '{"name":{"en":"P0 · core system down","zh-CN":"P0 · 核心系统中断"},"conditions":{"priorities":["P0"]},"calendar":"always","pauses":["waiting_requester"],"targets":[{"clock":"first_response","amount":30,"unit":"minute","steps":[{"percent":50,"actions":["notify_owner"]},{"percent":100,"actions":["notify_owner","notify_manager","tier_up"]}]},{"clock":"next_update","amount":60,"unit":"minute","steps":[{"percent":75,"actions":["notify_owner"]},{"percent":100,"actions":["notify_manager"]}]},{"clock":"solution","amount":24,"unit":"hour","steps":[{"percent":50,"actions":["notify_owner"]},{"percent":75,"actions":["notify_owner","notify_manager"]},{"percent":100,"actions":["notify_owner","notify_manager","tier_up"]}]}]}', 0),
('p1', 1, 20, TRUE, '{"name":{"en":"P1 · many people hindered","zh-CN":"P1 · 多人受阻"},"conditions":{"priorities":["P1"]},"calendar":"default","pauses":["waiting_requester","waiting_supplier","waiting_development"],"targets":[{"clock":"first_response","amount":1,"unit":"hour","steps":[{"percent":75,"actions":["notify_owner"]},{"percent":100,"actions":["notify_owner","notify_manager"]}]},{"clock":"next_update","amount":1,"unit":"working_day","steps":[{"percent":75,"actions":["notify_owner"]},{"percent":100,"actions":["notify_manager"]}]},{"clock":"solution","amount":3,"unit":"working_day","steps":[{"percent":75,"actions":["notify_owner"]},{"percent":100,"actions":["notify_owner","notify_manager","tier_up"]}]}]}', 0),
('p2', 1, 30, TRUE, '{"name":{"en":"P2 · one person hindered","zh-CN":"P2 · 单人受阻"},"conditions":{"priorities":["P2"]},"calendar":"default","pauses":["waiting_requester","waiting_supplier","waiting_development"],"targets":[{"clock":"first_response","amount":1,"unit":"hour","steps":[{"percent":75,"actions":["notify_owner"]},{"percent":100,"actions":["notify_owner"]}]},{"clock":"solution","amount":4,"unit":"hour","steps":[{"percent":75,"actions":["notify_owner"]},{"percent":100,"actions":["notify_owner","notify_manager","tier_up"]}]}]}', 0),
('p3', 1, 40, TRUE, '{"name":{"en":"P3 · planned","zh-CN":"P3 · 按计划处理"},"conditions":{"priorities":["P3"]},"calendar":"default","pauses":["waiting_requester","waiting_supplier","waiting_development"],"targets":[{"clock":"first_response","amount":1,"unit":"working_day","steps":[{"percent":75,"actions":["notify_owner"]},{"percent":100,"actions":["notify_owner"]}]},{"clock":"solution","amount":10,"unit":"working_day","steps":[{"percent":80,"actions":["notify_owner"]},{"percent":100,"actions":["notify_owner","notify_manager"]}]}]}', 0);
