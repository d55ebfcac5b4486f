-- What was asked of devices, by which grant, what came of it, and the scripts of the library.

CREATE TABLE fleet_act (
    id TEXT NOT NULL PRIMARY KEY,
    device TEXT NOT NULL REFERENCES fleet_device (id),
    ticket BIGINT NOT NULL,
    person TEXT NOT NULL,
    person_name TEXT NOT NULL,
    -- `service.restart`
    verb TEXT NOT NULL,
    -- `view`, `change`, `run`.
    danger TEXT NOT NULL,
    -- The verb as JSON, word for word as it is signed for.
    body TEXT NOT NULL,
    -- `held`, `asked`, `granted`, `sent`, `running`, `done`, `failed`, `refused`, `lost`, `cancelled`.
    state TEXT NOT NULL,
    -- Acts that were asked for in one go, and on how many devices.
    batch TEXT NOT NULL,
    fan_out BIGINT NOT NULL,
    approved_by TEXT,
    -- The node that sent it.
    node TEXT,
    -- The epoch of the link by which it left.
    epoch BIGINT,
    asked_at BIGINT NOT NULL,
    -- An act that its device did not take up until then is given up.
    due_at BIGINT NOT NULL,
    sent_at BIGINT,
    ended_at BIGINT,
    -- Somebody wants it to end.
    cancel_at BIGINT,
    -- What the device said of its end, as JSON.
    outcome TEXT,
    -- What it wrote, and whether some of that was left out.
    bytes BIGINT NOT NULL,
    is_cut BOOLEAN NOT NULL,
    -- All that it wrote, as a file.
    hash TEXT
);
CREATE INDEX fleet_act_device ON fleet_act (device, id);
CREATE INDEX fleet_act_ticket ON fleet_act (ticket, id);
CREATE INDEX fleet_act_person ON fleet_act (person, asked_at);
CREATE INDEX fleet_act_batch ON fleet_act (batch);
CREATE INDEX fleet_act_open ON fleet_act (device, state) WHERE ended_at IS NULL;
CREATE INDEX fleet_act_due ON fleet_act (due_at) WHERE ended_at IS NULL;
CREATE INDEX fleet_act_held ON fleet_act (id) WHERE state = 'held';

-- What an act wrote, until it is a file. The device numbers the pieces, so that one that comes twice is kept once.
CREATE TABLE fleet_output (
    act TEXT NOT NULL REFERENCES fleet_act (id),
    seq BIGINT NOT NULL,
    -- `out`, `err`, `note`.
    stream TEXT NOT NULL,
    at BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (act, seq)
);

-- A file on its way from a device or to it.
CREATE TABLE fleet_transfer (
    act TEXT NOT NULL PRIMARY KEY REFERENCES fleet_act (id),
    -- `get`, `put`.
    direction TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    -- The act whose file this one goes on with.
    continues TEXT,
    -- Where it began, and how far it came.
    start_at BIGINT NOT NULL,
    moved BIGINT NOT NULL,
    hash TEXT
);
CREATE INDEX fleet_transfer_continues ON fleet_transfer (continues) WHERE continues IS NOT NULL;

CREATE TABLE fleet_grant (
    id TEXT NOT NULL PRIMARY KEY,
    act TEXT NOT NULL REFERENCES fleet_act (id),
    device TEXT NOT NULL,
    ticket BIGINT NOT NULL,
    -- As the signer signed it, as JSON.
    signed TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX fleet_grant_act ON fleet_grant (act);
CREATE INDEX fleet_grant_ticket ON fleet_grant (ticket, expires_at) WHERE revoked_at IS NULL;
CREATE INDEX fleet_grant_revoked ON fleet_grant (device, expires_at) WHERE revoked_at IS NOT NULL;

-- The library of scripts. What is run is a version that a second person looked at.
CREATE TABLE fleet_script (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    purpose TEXT NOT NULL,
    -- The version that may be run; none until one was reviewed.
    current BIGINT,
    latest BIGINT NOT NULL,
    retired_at BIGINT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX fleet_script_name ON fleet_script (name_key);

CREATE TABLE fleet_script_version (
    script TEXT NOT NULL REFERENCES fleet_script (id),
    number BIGINT NOT NULL,
    -- `sh`, `python`, `powershell`.
    shell TEXT NOT NULL,
    body TEXT NOT NULL,
    -- A list, as JSON.
    parameters TEXT NOT NULL,
    author TEXT,
    at BIGINT NOT NULL,
    reviewed_by TEXT,
    reviewed_at BIGINT,
    PRIMARY KEY (script, number)
);
