-- What the desk has learned from its own tickets, one row a field. Shares are kept in thousandths.
CREATE TABLE desk_learned (
    field TEXT NOT NULL PRIMARY KEY,
    model BYTEA NOT NULL,
    -- Grows with each saving; a node that holds an older one reads it anew.
    version BIGINT NOT NULL,
    texts BIGINT NOT NULL,
    labels BIGINT NOT NULL,
    -- The check on tickets the model had not seen: how many, what was right, and what the commonest label would have got.
    checked BIGINT NOT NULL,
    accuracy BIGINT NOT NULL,
    macro_f1 BIGINT NOT NULL,
    commonest BIGINT NOT NULL,
    trained_at BIGINT NOT NULL,
    -- The last closed ticket that was learned, in the order of the index.
    upto_at BIGINT NOT NULL,
    upto_number BIGINT NOT NULL
);

-- What was proposed for a ticket, and what became of it.
CREATE TABLE desk_proposal (
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    field TEXT NOT NULL,
    label TEXT NOT NULL,
    confidence BIGINT NOT NULL,
    -- The deciding words with their weights, as JSON. They are the ticket's own words.
    words TEXT NOT NULL,
    -- open, applied, accepted, corrected
    outcome TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (ticket, field)
);
-- Corrections that the models have not been shown yet.
CREATE INDEX desk_proposal_corrected ON desk_proposal (at, ticket) WHERE outcome = 'corrected';

-- What repeated in a month, the commonest first.
CREATE TABLE desk_cluster (
    -- 2026-02
    month TEXT NOT NULL,
    place BIGINT NOT NULL,
    words TEXT NOT NULL,
    count BIGINT NOT NULL,
    -- Numbers as JSON.
    tickets TEXT NOT NULL,
    PRIMARY KEY (month, place)
);
