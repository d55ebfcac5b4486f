-- The clerk: what it answered and what came of it, what it learned, what people search for, and what is missing.

-- One row for each ticket it ever answered: it never speaks twice on one.
CREATE TABLE answers_clerk (
    ticket BIGINT NOT NULL PRIMARY KEY,
    article BIGINT NOT NULL,
    requester TEXT NOT NULL,
    locale TEXT NOT NULL,
    -- In thousandths, as the next.
    confidence BIGINT NOT NULL,
    threshold BIGINT NOT NULL,
    -- The words that decided, a list.
    words TEXT NOT NULL,
    -- The article on the ticket that it wrote.
    reply BIGINT NOT NULL,
    -- Stands in the signed links.
    question TEXT NOT NULL,
    -- solved, refused, wrote, silent, taken; none while the requester has not spoken.
    outcome TEXT,
    reason TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    silent_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX answers_clerk_requester ON answers_clerk (requester, answered_at);
CREATE INDEX answers_clerk_waiting ON answers_clerk (silent_at) WHERE outcome IS NULL;
CREATE INDEX answers_clerk_answered ON answers_clerk (answered_at, ticket);

-- Why it stayed silent, counted by day (days since 1970, in UTC).
CREATE TABLE answers_silence (
    day BIGINT NOT NULL,
    why TEXT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (day, why)
);

-- What it learned from the past, and how it was measured: one row.
CREATE TABLE answers_scorer (
    id BIGINT NOT NULL PRIMARY KEY,
    model BYTEA NOT NULL,
    -- How its confidence is fitted, the requests per article, and the curve, as JSON.
    fitted TEXT NOT NULL,
    -- In thousandths; none when no threshold is precise enough.
    threshold BIGINT,
    requests BIGINT NOT NULL,
    learned_at BIGINT NOT NULL
);

-- What it would have said to the tickets of the last ninety days, judged without them.
CREATE TABLE answers_judged (
    ticket BIGINT NOT NULL PRIMARY KEY,
    article BIGINT NOT NULL,
    confidence BIGINT NOT NULL,
    -- The article that did solve it; none when none did.
    truth BIGINT,
    -- What the policy asks about, as JSON.
    facts TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX answers_judged_confidence ON answers_judged (confidence, ticket);

-- What was searched for. Nobody's name stands here; kept for ninety days.
CREATE TABLE answers_asked (
    id TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    -- The text as it is counted: folded, without filters.
    key TEXT NOT NULL,
    place TEXT NOT NULL,
    locale TEXT NOT NULL,
    found BIGINT NOT NULL,
    -- The first hit that was opened, as kind:key.
    opened TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX answers_asked_at ON answers_asked (at);

-- The same by month (202603), kept for two years.
CREATE TABLE answers_asked_month (
    month BIGINT NOT NULL,
    key TEXT NOT NULL,
    -- As somebody typed it.
    text TEXT NOT NULL,
    locale TEXT NOT NULL,
    asked BIGINT NOT NULL,
    found_nothing BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    PRIMARY KEY (month, key)
);
CREATE INDEX answers_asked_month_asked ON answers_asked_month (month, asked);

-- What is missing: the work list.
CREATE TABLE answers_gap (
    id {identity},
    -- nothing_found, not_opened, answered_often, never_used, never_found, contradicting.
    kind TEXT NOT NULL,
    -- What it is about, within its kind.
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    locale TEXT NOT NULL,
    -- How often, in the last ninety days.
    weight BIGINT NOT NULL,
    -- Articles and tickets it is about, as JSON.
    about TEXT NOT NULL,
    -- open, drafted, dismissed, gone.
    state TEXT NOT NULL,
    owner TEXT,
    -- The draft that was made of it.
    article BIGINT,
    reason TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    settled_by TEXT,
    settled_at BIGINT
);
CREATE UNIQUE INDEX answers_gap_key ON answers_gap (kind, key);
CREATE INDEX answers_gap_list ON answers_gap (state, weight, id);
CREATE INDEX answers_gap_owner ON answers_gap (owner, state) WHERE owner IS NOT NULL;
