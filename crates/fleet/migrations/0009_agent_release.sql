-- Releases of the agent: what was published last, as it was verified. Programs and bundles are stored files.

-- What is trusted, and until when; one row, or none while nothing was ever published.
CREATE TABLE fleet_release_trust (
    id BIGINT NOT NULL PRIMARY KEY,
    -- The newest root of trust, as TUF writes it.
    root TEXT NOT NULL,
    root_version BIGINT NOT NULL,
    -- When the first part of the metadata runs out.
    expires_at BIGINT NOT NULL,
    published_at BIGINT NOT NULL
);

-- The metadata that goes into every bundle, file by file.
CREATE TABLE fleet_release_metadata (
    name TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
);

CREATE TABLE fleet_release (
    version TEXT NOT NULL PRIMARY KEY,
    published_at BIGINT NOT NULL,
    -- Who ran the command, as they are called there.
    published_name TEXT NOT NULL
);

CREATE TABLE fleet_release_program (
    version TEXT NOT NULL REFERENCES fleet_release (version),
    platform TEXT NOT NULL,
    -- The program by itself, from which a bundle is made anew.
    size BIGINT NOT NULL,
    raw_hash TEXT NOT NULL,
    -- The bundle that goes to devices.
    bundle_size BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (version, platform)
);
CREATE INDEX fleet_release_program_hash ON fleet_release_program (hash);

-- How many devices run which version, and which of them are older than another.
CREATE INDEX fleet_device_agent_version ON fleet_device (agent_version, state);
