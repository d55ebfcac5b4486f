-- The event log. Rows are only ever added. txid is the transaction that wrote the row (PostgreSQL; always 0 on
-- SQLite, whose one writer commits in the order of seq): readers go by (txid, seq) and stop below the oldest
-- transaction that still runs, so that none is ever stepped over.
CREATE TABLE kernel_event (
    seq {identity},
-- only: sqlite
    txid BIGINT NOT NULL DEFAULT 0,
-- end
-- only: postgres
    txid BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
-- end
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    request TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    personal_hash TEXT
);
CREATE INDEX kernel_event_order ON kernel_event (txid, seq);
CREATE INDEX kernel_event_subject ON kernel_event (subject, seq);
CREATE INDEX kernel_event_actor ON kernel_event (actor, seq);
CREATE INDEX kernel_event_kind ON kernel_event (kind, seq);

-- What is personal in an event. Rows go when a person is erased; the salted hash in the event stays.
CREATE TABLE kernel_event_personal (
    seq BIGINT NOT NULL PRIMARY KEY REFERENCES kernel_event (seq),
    salt TEXT NOT NULL,
    data TEXT NOT NULL
);

-- How far each reader of the log has come, and which node reads for the cluster. A row of the sealer's holds what
-- it remembers between two runs.
CREATE TABLE kernel_cursor (
    name TEXT NOT NULL PRIMARY KEY,
    txid BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    updated_at BIGINT NOT NULL
);

-- The chain of seals: each block covers a range of events and carries the hash of the one before.
CREATE TABLE kernel_seal (
    block BIGINT NOT NULL PRIMARY KEY,
    from_seq BIGINT NOT NULL,
    to_seq BIGINT NOT NULL,
    count BIGINT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX kernel_seal_from ON kernel_seal (from_seq);

-- Work to be done after the transaction that asked for it. Rows that are done are deleted.
CREATE TABLE kernel_job (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'dead')),
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    dedupe_key TEXT,
    last_error TEXT,
    locked_by TEXT,
    locked_until BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    request TEXT NOT NULL
);
CREATE UNIQUE INDEX kernel_job_key ON kernel_job (kind, dedupe_key) WHERE state = 'queued' AND dedupe_key IS NOT NULL;
CREATE INDEX kernel_job_due ON kernel_job (run_at, id) WHERE state = 'queued';
CREATE INDEX kernel_job_lease ON kernel_job (locked_until) WHERE state = 'running';
CREATE INDEX kernel_job_dead ON kernel_job (id) WHERE state = 'dead';

-- When each schedule fires next.
CREATE TABLE kernel_schedule (
    name TEXT NOT NULL PRIMARY KEY,
    next_at BIGINT NOT NULL,
    last_at BIGINT
);

-- A link between any two things of the house, named like the subjects of events ("ticket:1042").
CREATE TABLE kernel_link (
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (source, target, kind)
);
CREATE INDEX kernel_link_target ON kernel_link (target, source);

-- Keys the house makes for itself.
CREATE TABLE kernel_secret (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- Settings with a page and an API, as JSON.
CREATE TABLE kernel_setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    actor TEXT NOT NULL
);
