-- Patches: updates that devices report, what was decided of each, and the rollouts that were planned from them.

-- A version of a package that at least one device could have.
CREATE TABLE fleet_patch (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    -- Some device said that it closes a hole; it stays so.
    is_security BOOLEAN NOT NULL,
    first_seen_at BIGINT NOT NULL,
    -- `waiting`, `approved`, `declined`.
    state TEXT NOT NULL,
    -- The person who spoke last. Where one has spoken no rule decides any more, also when it waits again.
    decided_by TEXT,
    decided_name TEXT NOT NULL,
    decided_at BIGINT,
    -- The rule that decided; none when a person did.
    rule TEXT,
    note TEXT NOT NULL,
    -- How many devices report it, and since when none does.
    devices BIGINT NOT NULL,
    gone_at BIGINT,
    UNIQUE (name, version)
);
CREATE INDEX fleet_patch_state ON fleet_patch (state, is_security DESC, devices DESC, name, version);
CREATE INDEX fleet_patch_order ON fleet_patch (is_security DESC, devices DESC, name, version);
CREATE INDEX fleet_patch_undecided ON fleet_patch (id) WHERE state = 'waiting' AND decided_by IS NULL AND devices > 0;
CREATE INDEX fleet_patch_gone ON fleet_patch (gone_at) WHERE gone_at IS NOT NULL AND decided_by IS NULL;

-- Who reports which, with the version that is installed; empty where the update would bring the package anew.
CREATE TABLE fleet_patch_device (
    patch TEXT NOT NULL REFERENCES fleet_patch (id),
    device TEXT NOT NULL REFERENCES fleet_device (id),
    installed TEXT NOT NULL,
    PRIMARY KEY (patch, device)
);
CREATE INDEX fleet_patch_device_device ON fleet_patch_device (device);

-- What decides where nobody has. A rule is never changed: it is ended, and another one is made.
CREATE TABLE fleet_patch_rule (
    id TEXT NOT NULL PRIMARY KEY,
    -- The name of a package; `*` stands for anything.
    pattern TEXT NOT NULL,
    security_only BOOLEAN NOT NULL,
    -- So many days after the patch was first seen.
    after_days BIGINT NOT NULL,
    -- `approve`, `decline`.
    verdict TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX fleet_patch_rule_open ON fleet_patch_rule (created_at, id) WHERE ended_at IS NULL;
CREATE INDEX fleet_patch_rule_ended ON fleet_patch_rule (ended_at, id) WHERE ended_at IS NOT NULL;

-- The approved patches that a rollout was planned from.
CREATE TABLE fleet_rollout_patch (
    rollout TEXT NOT NULL REFERENCES fleet_rollout (id),
    patch TEXT NOT NULL REFERENCES fleet_patch (id),
    PRIMARY KEY (rollout, patch)
);
CREATE INDEX fleet_rollout_patch_patch ON fleet_rollout_patch (patch, rollout);
