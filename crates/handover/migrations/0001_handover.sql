-- Hand-over to development: packages with their evidence, reports of the root cause, chasing, and issue trackers.

CREATE TABLE handover_package (
    id TEXT NOT NULL PRIMARY KEY,
    ticket BIGINT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    steps TEXT NOT NULL,
    expected TEXT NOT NULL,
    actual TEXT NOT NULL,
    environment TEXT NOT NULL,
    -- What the desk found out (who, what, when, where, why, how), and what it tried.
    found TEXT NOT NULL,
    tried TEXT NOT NULL,
    versions TEXT NOT NULL,
    -- The language it was written in.
    locale TEXT NOT NULL,
    -- To whom: a team, a person, a tracker; at least one of them.
    team TEXT,
    developer TEXT,
    tracker TEXT,
    -- The team that held the ticket, and the person who handed over.
    from_team TEXT,
    handed_by TEXT,
    -- Who has the ticket now, as far as it was heard of.
    ticket_team TEXT,
    ticket_assignee TEXT,
    state TEXT NOT NULL,
    -- 0 while the clock runs, 1 while a report waits for its verdict, 2 when settled: the order of the list.
    rank BIGINT NOT NULL,
    -- Grows with each returned report; each round has a clock of its own.
    round BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- When somebody is asked next; none while nobody is to be asked.
    chase_at BIGINT,
    chase_step BIGINT NOT NULL,
    -- The issue of the tracker, known from its first message on.
    issue_key TEXT,
    issue_url TEXT,
    fix_delivered_at BIGINT,
    withdrawn_reason TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX handover_package_ticket ON handover_package (ticket, id);
CREATE INDEX handover_package_order ON handover_package (rank, due_at, id);
CREATE INDEX handover_package_chase ON handover_package (chase_at) WHERE chase_at IS NOT NULL;
CREATE UNIQUE INDEX handover_package_issue ON handover_package (tracker, issue_key) WHERE issue_key IS NOT NULL;

-- What was chosen of the ticket, as it was then: files by their hash, words as a copy.
CREATE TABLE handover_evidence (
    package TEXT NOT NULL,
    place BIGINT NOT NULL,
    -- `article:7`, `file:9`, `evidence:3`
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    hash TEXT,
    words TEXT,
    -- The kinds of private data it was warned about, as a list of words.
    warnings TEXT NOT NULL,
    PRIMARY KEY (package, place)
);

-- Reports of the root cause; a returned one stays, the next has a higher number.
CREATE TABLE handover_report (
    package TEXT NOT NULL,
    number BIGINT NOT NULL,
    cause_technical TEXT NOT NULL,
    cause_plain TEXT NOT NULL,
    fix TEXT NOT NULL,
    fixed_in TEXT NOT NULL,
    prevention TEXT NOT NULL,
    reported_by TEXT,
    reported_at BIGINT NOT NULL,
    verdict TEXT,
    reason TEXT NOT NULL,
    judged_by TEXT,
    judged_at BIGINT,
    PRIMARY KEY (package, number)
);

-- Each step of chasing, once.
CREATE TABLE handover_chase (
    package TEXT NOT NULL,
    round BIGINT NOT NULL,
    step BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- How many mails left.
    mails BIGINT NOT NULL,
    PRIMARY KEY (package, round, step)
);

CREATE TABLE handover_tracker (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Where packages are posted; empty: the tracker is only read back.
    url TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    -- Sealed: the one signs what leaves, the other checks what comes in.
    secret_out TEXT NOT NULL,
    secret_in TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    removed_at BIGINT,
    -- Since when nothing is answered, until when it is left alone, and until when a job is sending to it.
    failing_since BIGINT,
    rests_until BIGINT,
    busy_until BIGINT
);
CREATE UNIQUE INDEX handover_tracker_name ON handover_tracker (name) WHERE removed_at IS NULL;

-- Messages to trackers.
CREATE TABLE handover_message (
    id TEXT NOT NULL PRIMARY KEY,
    tracker TEXT NOT NULL,
    -- None for a test.
    package TEXT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Attempts since it was last asked for, when that was, and when the next one is due.
    tries BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    status BIGINT,
    answer TEXT,
    created_at BIGINT NOT NULL,
    last_at BIGINT
);
CREATE INDEX handover_message_tracker ON handover_message (tracker, id);
CREATE INDEX handover_message_package ON handover_message (package, id);
CREATE INDEX handover_message_waiting ON handover_message (tracker, due_at, id) WHERE state = 'waiting';
CREATE INDEX handover_message_created ON handover_message (created_at);

-- Messages from trackers. What was taken is remembered so that it cannot be played again; of the rest the latest are kept.
CREATE TABLE handover_hook (
    id {identity},
    tracker TEXT NOT NULL,
    -- As the tracker names it, and the hash of its body.
    delivery TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    package TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX handover_hook_tracker ON handover_hook (tracker, id);
CREATE INDEX handover_hook_delivery ON handover_hook (tracker, delivery);
CREATE INDEX handover_hook_fingerprint ON handover_hook (tracker, fingerprint);
CREATE INDEX handover_hook_at ON handover_hook (at);
