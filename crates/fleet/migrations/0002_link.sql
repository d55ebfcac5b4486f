-- Links of agents to this house: nodes, leases, the server's keys, and enrolment.

-- Processes that serve, each with the address where the others reach it. A process writes its row every few seconds; whoever is
-- not heard of any more holds nothing.
CREATE TABLE fleet_node (
    node TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    links BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- Which node has the link of a device. The epoch grows with each link, so that a link that was replaced can write nothing more.
CREATE TABLE fleet_lease (
    device TEXT NOT NULL PRIMARY KEY REFERENCES fleet_device (id),
    epoch BIGINT NOT NULL,
    -- None when the device has no link.
    node TEXT,
    taken_at BIGINT NOT NULL
);
CREATE INDEX fleet_lease_node ON fleet_lease (node) WHERE node IS NOT NULL;

-- The keys by which agents know the server. The oldest that is not withdrawn signs, because every document carries it.
CREATE TABLE fleet_link_key (
    id TEXT NOT NULL PRIMARY KEY,
    public TEXT NOT NULL UNIQUE,
    sealed TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);

-- Enrolment documents: what lets an agent that nobody knows ask to be taken in.
CREATE TABLE fleet_enrolment (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- SHA-256 of the token.
    token_hash TEXT NOT NULL UNIQUE,
    -- `admit` at once, or `wait` for a person.
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    team TEXT,
    uses_most BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    made_by TEXT,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    -- The document under seal until it is fetched, which can be done once.
    document TEXT
);
CREATE INDEX fleet_enrolment_made ON fleet_enrolment (made_at, id);

-- Who came by which document.
CREATE TABLE fleet_enrolled (
    device TEXT NOT NULL PRIMARY KEY REFERENCES fleet_device (id),
    enrolment TEXT NOT NULL REFERENCES fleet_enrolment (id),
    at BIGINT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX fleet_enrolled_enrolment ON fleet_enrolled (enrolment, at);
