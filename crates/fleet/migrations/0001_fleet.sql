-- Devices, what they say of themselves, what changed on them, and what people entered.

CREATE TABLE fleet_device (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- The name as lists are ordered by it.
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- `pending`, `admitted`, `retired`.
    state TEXT NOT NULL,
    team TEXT,
    owner TEXT,
    source TEXT NOT NULL,
    -- What it is known by, as it said last: JSON.
    identity TEXT NOT NULL,
    -- The public key of its agent; none for what has no agent of ours.
    agent_key TEXT,
    agent_version TEXT NOT NULL,
    os TEXT NOT NULL,
    os_version TEXT NOT NULL,
    location TEXT NOT NULL,
    note TEXT NOT NULL,
    -- Which of its own facts a person entered, as a list: `name`, `kind`.
    entered TEXT NOT NULL,
    -- Lower case; what the words of a list's search are looked for in.
    words TEXT NOT NULL,
    inventory_at BIGINT,
    created_at BIGINT NOT NULL,
    retired_at BIGINT,
    -- The device that this one turned out to be.
    merged_into TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX fleet_device_name ON fleet_device (name_key, id);
CREATE INDEX fleet_device_state ON fleet_device (state, name_key, id);
CREATE INDEX fleet_device_owner ON fleet_device (owner, name_key, id) WHERE owner IS NOT NULL;
CREATE INDEX fleet_device_team ON fleet_device (team, name_key, id) WHERE team IS NOT NULL;
CREATE UNIQUE INDEX fleet_device_key ON fleet_device (agent_key) WHERE agent_key IS NOT NULL;

-- When a device was last heard of, apart from its record: this is written every minute, that seldom.
CREATE TABLE fleet_seen (
    device TEXT NOT NULL PRIMARY KEY REFERENCES fleet_device (id),
    at BIGINT NOT NULL,
    address TEXT NOT NULL,
    -- The last heartbeat, as JSON; empty for what sends none.
    beat TEXT NOT NULL
);
CREATE INDEX fleet_seen_at ON fleet_seen (at);

-- The last day of a device, one row for five minutes; tomorrow's overwrite today's, so nothing is ever cleared away.
CREATE TABLE fleet_beat (
    device TEXT NOT NULL,
    slot BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- Hundredths.
    load BIGINT NOT NULL,
    -- Tenths of a percent.
    cpu BIGINT NOT NULL,
    memory_used BIGINT NOT NULL,
    memory_total BIGINT NOT NULL,
    -- The fullest disk, in tenths of a percent.
    disk BIGINT NOT NULL,
    PRIMARY KEY (device, slot)
);

-- By what a device is known again: `serial`, `uuid`, `machine`, `mac`.
CREATE TABLE fleet_identifier (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    device TEXT NOT NULL REFERENCES fleet_device (id),
    PRIMARY KEY (kind, value, device)
);
CREATE INDEX fleet_identifier_device ON fleet_identifier (device);

-- What sections hold, kept once however many devices have it.
CREATE TABLE fleet_content (
    digest TEXT NOT NULL PRIMARY KEY,
    items BIGINT NOT NULL,
    -- JSON.
    body TEXT NOT NULL,
    -- When a device said so last: what is fresh is not cleared away.
    used_at BIGINT NOT NULL
);

-- Which content a device's sections have.
CREATE TABLE fleet_section (
    device TEXT NOT NULL REFERENCES fleet_device (id),
    section TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- When the device said so last.
    at BIGINT NOT NULL,
    PRIMARY KEY (device, section)
);
CREATE INDEX fleet_section_digest ON fleet_section (digest);

-- What changed on a device from one inventory to the next.
CREATE TABLE fleet_change (
    id {identity},
    device TEXT NOT NULL,
    section TEXT NOT NULL,
    item TEXT NOT NULL,
    -- `added`, `removed`, `changed`.
    kind TEXT NOT NULL,
    -- Values as JSON.
    before TEXT,
    after TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX fleet_change_device ON fleet_change (device, at, id);
CREATE INDEX fleet_change_at ON fleet_change (at);

-- What a person entered over what a device says.
CREATE TABLE fleet_overlay (
    device TEXT NOT NULL REFERENCES fleet_device (id),
    section TEXT NOT NULL,
    item TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    by_person TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (device, section, item, field)
);

-- Devices that may be one and the same, for a person to decide.
CREATE TABLE fleet_merge (
    id TEXT NOT NULL PRIMARY KEY,
    device TEXT NOT NULL REFERENCES fleet_device (id),
    other TEXT NOT NULL REFERENCES fleet_device (id),
    why TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- `open`, `merged`, `apart`.
    state TEXT NOT NULL,
    by_person TEXT,
    decided_at BIGINT
);
CREATE INDEX fleet_merge_open ON fleet_merge (id) WHERE state = 'open';
CREATE INDEX fleet_merge_device ON fleet_merge (device);
CREATE INDEX fleet_merge_other ON fleet_merge (other);

-- Lists that people keep.
CREATE TABLE fleet_view (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    columns TEXT NOT NULL,
    is_shared BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX fleet_view_owner ON fleet_view (owner, name);
CREATE INDEX fleet_view_shared ON fleet_view (name) WHERE is_shared;
