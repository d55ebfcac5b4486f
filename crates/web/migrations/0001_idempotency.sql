-- Answers to API calls that carried an Idempotency-Key, kept for a day. A row without status is a call in progress;
-- claim names the attempt that may finish it.
CREATE TABLE web_idempotency (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    claim TEXT NOT NULL,
    claimed_at BIGINT NOT NULL,
    status BIGINT,
    location TEXT,
    body TEXT,
    PRIMARY KEY (owner, key)
);
CREATE INDEX web_idempotency_age ON web_idempotency (claimed_at);
