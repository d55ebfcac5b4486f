-- Webhooks: who is told of what happens, and each message to them.

CREATE TABLE automate_webhook (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    -- A list of words: what is told.
    events TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    -- Signs every message; the former one signs beside it until then.
    secret TEXT NOT NULL,
    former_secret TEXT,
    former_until BIGINT,
    -- Set while every attempt has failed since then.
    failing_since BIGINT,
    -- Set while it is off because of that.
    switched_off_at BIGINT,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    removed_at BIGINT
);
CREATE UNIQUE INDEX automate_webhook_name ON automate_webhook (name) WHERE removed_at IS NULL;

CREATE TABLE automate_delivery (
    id TEXT NOT NULL PRIMARY KEY,
    webhook TEXT NOT NULL,
    -- What it tells of, once: `event:SEQ`, `test:ID`.
    occasion TEXT NOT NULL,
    kind TEXT NOT NULL,
    ticket BIGINT,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Of the last attempt: the answer's status and beginning, or why none came.
    status BIGINT,
    answer TEXT,
    created_at BIGINT NOT NULL,
    last_at BIGINT
);
CREATE UNIQUE INDEX automate_delivery_once ON automate_delivery (webhook, occasion);
CREATE INDEX automate_delivery_webhook ON automate_delivery (webhook, id);
CREATE INDEX automate_delivery_created ON automate_delivery (created_at);
