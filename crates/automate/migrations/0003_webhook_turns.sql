-- One job per webhook sends its messages one after the other: which comes next, and when the receiver is left alone.

-- Set while a job sends to it, and then until it is over; a node that died is waited for no longer.
ALTER TABLE automate_webhook ADD COLUMN busy_until BIGINT;
-- Set while it did not answer at all: until then nothing is sent to it.
ALTER TABLE automate_webhook ADD COLUMN rests_until BIGINT;

-- When it was written down, or asked for again.
ALTER TABLE automate_delivery ADD COLUMN asked_at BIGINT NOT NULL DEFAULT 0;
-- Not sent before; the earliest comes first.
ALTER TABLE automate_delivery ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
-- How often it was tried since it was asked for.
ALTER TABLE automate_delivery ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
UPDATE automate_delivery SET asked_at = created_at, due_at = created_at, tries = attempts;
CREATE INDEX automate_delivery_due ON automate_delivery (webhook, due_at, id) WHERE state = 'waiting';
