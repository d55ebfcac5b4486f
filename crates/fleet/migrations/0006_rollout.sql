-- Rollouts: the same change on many devices. The plan is written with the draft and never again; how far it is stands in the head
-- and in one row for each target.

CREATE TABLE fleet_rollout (
    id TEXT NOT NULL PRIMARY KEY,
    ticket BIGINT NOT NULL,
    title TEXT NOT NULL,
    -- Which devices it was made for, as it was typed, and which of them come first.
    query TEXT NOT NULL,
    first TEXT NOT NULL,
    -- What it does, the plan, and what is not about a single target, each as JSON.
    content TEXT NOT NULL,
    plan TEXT NOT NULL,
    head TEXT NOT NULL,
    -- Copies for lists: `draft`, `dry_run`, `rehearsal`, `ring`, `done`, `cancelled`; `going`, `retrying`, `halted`, `cancelling`.
    phase TEXT NOT NULL,
    course TEXT NOT NULL,
    -- Who made it; its acts are theirs.
    person TEXT NOT NULL,
    person_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX fleet_rollout_ticket ON fleet_rollout (ticket, id);
CREATE INDEX fleet_rollout_open ON fleet_rollout (id) WHERE ended_at IS NULL;

-- What each step is: the verb as JSON, word for word as it will be signed for.
CREATE TABLE fleet_rollout_step (
    rollout TEXT NOT NULL REFERENCES fleet_rollout (id),
    -- `dry_run`, `check`, `apply`, `verify`, `roll_back`.
    step TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (rollout, step)
);

CREATE TABLE fleet_rollout_target (
    rollout TEXT NOT NULL REFERENCES fleet_rollout (id),
    position BIGINT NOT NULL,
    device TEXT NOT NULL REFERENCES fleet_device (id),
    ring BIGINT NOT NULL,
    status TEXT NOT NULL,
    -- All that is known of it, as JSON.
    state TEXT NOT NULL,
    PRIMARY KEY (rollout, position),
    UNIQUE (rollout, device)
);
CREATE INDEX fleet_rollout_target_status ON fleet_rollout_target (rollout, status, position);
CREATE INDEX fleet_rollout_target_device ON fleet_rollout_target (device, rollout);
CREATE INDEX fleet_rollout_target_waits ON fleet_rollout_target (device)
    WHERE status IN ('pending', 'offline', 'running', 'unknown');

-- The act of each command: what makes a command one act, however often it is read off the state.
CREATE TABLE fleet_rollout_command (
    rollout TEXT NOT NULL REFERENCES fleet_rollout (id),
    position BIGINT NOT NULL,
    step TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    act TEXT NOT NULL UNIQUE REFERENCES fleet_act (id),
    -- The number of its target's link when it was asked.
    epoch BIGINT NOT NULL,
    -- When the rollout took its end in.
    heard_at BIGINT,
    PRIMARY KEY (rollout, position, step, attempt)
);
CREATE INDEX fleet_rollout_command_open ON fleet_rollout_command (rollout) WHERE heard_at IS NULL;

-- The rollout that an act is part of.
ALTER TABLE fleet_act ADD COLUMN rollout TEXT;
