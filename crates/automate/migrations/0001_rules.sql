-- Rules, their versions, and each of their firings.

CREATE TABLE automate_rule (
    id TEXT NOT NULL PRIMARY KEY,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    definition TEXT NOT NULL,
    -- Firings in a row of which an action could not be done; the rule is switched off at a limit.
    failures BIGINT NOT NULL,
    -- Set while it is off because of that.
    switched_off_at BIGINT,
    updated_at BIGINT NOT NULL,
    -- A removed rule keeps its log and stands in no list.
    removed_at BIGINT
);
CREATE UNIQUE INDEX automate_rule_name ON automate_rule (name) WHERE removed_at IS NULL;

-- What a rule said when it fired: versions are only ever added.
CREATE TABLE automate_rule_version (
    rule TEXT NOT NULL,
    version BIGINT NOT NULL,
    definition TEXT NOT NULL,
    saved_by TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (rule, version)
);

CREATE TABLE automate_firing (
    id {identity},
    rule TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- What it fired on, once: `event:SEQ`, or `stretch:SEQ` for what lasts since an event.
    occasion TEXT NOT NULL,
    seq BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    -- 1 when a person or the house caused the event, one more for each rule in between.
    depth BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    matched TEXT NOT NULL,
    actions TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX automate_firing_once ON automate_firing (rule, occasion);
CREATE INDEX automate_firing_rule ON automate_firing (rule, id);
CREATE INDEX automate_firing_rule_at ON automate_firing (rule, at);
CREATE INDEX automate_firing_ticket ON automate_firing (ticket, id);
