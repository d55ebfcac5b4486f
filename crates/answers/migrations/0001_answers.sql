-- Which articles were used in which tickets, what came of it, what should become an article, and the sums of all that.
-- Days are counted since 1970, in UTC.

CREATE TABLE answers_use (
    ticket BIGINT NOT NULL,
    article BIGINT NOT NULL,
    -- link, text, named (somebody said so afterwards), clerk.
    how TEXT NOT NULL,
    -- Somebody said that this one answered it.
    is_answer BOOLEAN NOT NULL,
    -- user:ID or system:NAME.
    used_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- What became of the ticket; none while it is open.
    solved BOOLEAN,
    settled_day BIGINT,
    PRIMARY KEY (ticket, article)
);
CREATE INDEX answers_use_article ON answers_use (article, at, ticket);

-- Tickets whose solution should be written down.
CREATE TABLE answers_flag (
    ticket BIGINT NOT NULL PRIMARY KEY,
    note TEXT NOT NULL,
    flagged_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- The draft that was made of it.
    article BIGINT,
    settled_at BIGINT
);
CREATE INDEX answers_flag_open ON answers_flag (at, ticket) WHERE settled_at IS NULL;

-- What a solved ticket adds to the sums of its day.
CREATE TABLE answers_fact (
    ticket BIGINT NOT NULL PRIMARY KEY,
    day BIGINT NOT NULL,
    category TEXT NOT NULL,
    articles BIGINT NOT NULL
);

CREATE TABLE answers_day (
    day BIGINT NOT NULL,
    category TEXT NOT NULL,
    -- Tickets solved, those of them in which an article was used, and how many articles were.
    solved BIGINT NOT NULL,
    covered BIGINT NOT NULL,
    articles BIGINT NOT NULL,
    PRIMARY KEY (day, category)
);

CREATE TABLE answers_article_day (
    day BIGINT NOT NULL,
    article BIGINT NOT NULL,
    used BIGINT NOT NULL,
    -- Tickets.
    solved BIGINT NOT NULL,
    unsolved BIGINT NOT NULL,
    -- Solved by reading, with no ticket.
    cases BIGINT NOT NULL,
    PRIMARY KEY (day, article)
);
CREATE INDEX answers_article_day_article ON answers_article_day (article, day);

-- How old the words of published articles are; reckoned each night.
CREATE TABLE answers_age (
    -- quarter, year, two_years, older.
    band TEXT NOT NULL PRIMARY KEY,
    articles BIGINT NOT NULL,
    at BIGINT NOT NULL
);
