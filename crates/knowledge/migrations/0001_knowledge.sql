-- Articles in several languages, with every version, what people say of them, and what surrounds them.

CREATE TABLE knowledge_space (
    -- A short name: network.
    id TEXT NOT NULL PRIMARY KEY,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    icon TEXT NOT NULL,
    parent TEXT,
    place BIGINT NOT NULL
);

CREATE TABLE knowledge_article (
    number {identity},
    kind TEXT NOT NULL,
    space TEXT NOT NULL REFERENCES knowledge_space (id),
    -- The article it stands under in the tree.
    parent BIGINT,
    place BIGINT NOT NULL,
    -- A category of tickets.
    category TEXT,
    -- draft, review, published, outdated, withdrawn.
    state TEXT NOT NULL,
    -- A list of terms: public, everyone, staff, team:ID, role:NAME, organisation:NAME.
    audience TEXT NOT NULL,
    -- The language the others are translated from.
    original TEXT NOT NULL,
    owner TEXT,
    -- Copied to begin an article with; never shown to readers.
    is_template BOOLEAN NOT NULL,
    software TEXT,
    software_version TEXT,
    review_months BIGINT,
    review_at BIGINT,
    -- Why it is due before its time: software, unsolved, by_hand.
    review_reason TEXT,
    -- Whoever brought it: shipped, mediawiki:NAME … with its name there.
    source TEXT,
    foreign_id TEXT,
    created_by TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    published_at BIGINT,
    -- Kept sums; see knowledge_vote, knowledge_outcome, and knowledge_read.
    solved BIGINT NOT NULL,
    unsolved BIGINT NOT NULL,
    tickets_solved BIGINT NOT NULL,
    tickets_unsolved BIGINT NOT NULL,
    reads BIGINT NOT NULL,
    last_used_at BIGINT,
    -- What it is worth among others on the same matter, 0 to 1; the nightly reckoning lets it age.
    worth DOUBLE PRECISION NOT NULL,
    -- Counts every change, for whoever saves what they read before.
    version BIGINT NOT NULL
);
CREATE INDEX knowledge_article_space ON knowledge_article (space, place, number);
CREATE INDEX knowledge_article_latest ON knowledge_article (updated_at, number);
CREATE INDEX knowledge_article_parent ON knowledge_article (parent) WHERE parent IS NOT NULL;
CREATE INDEX knowledge_article_state ON knowledge_article (state, updated_at, number);
CREATE INDEX knowledge_article_owner ON knowledge_article (owner, updated_at, number) WHERE owner IS NOT NULL;
CREATE INDEX knowledge_article_review ON knowledge_article (review_at, number) WHERE review_at IS NOT NULL;
CREATE INDEX knowledge_article_software ON knowledge_article (software) WHERE software IS NOT NULL;
CREATE UNIQUE INDEX knowledge_article_foreign ON knowledge_article (source, foreign_id) WHERE source IS NOT NULL;

-- What readers see: the published text in one language.
CREATE TABLE knowledge_text (
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    locale TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    -- Separated by commas.
    tags TEXT NOT NULL,
    body TEXT NOT NULL,
    -- The version it is.
    version BIGINT NOT NULL,
    -- The version of the original it was last in step with; none for the original.
    original_version BIGINT,
    updated_by TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (article, locale)
);

-- The working copy, while it differs from what is published. All who write share it.
CREATE TABLE knowledge_draft (
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    locale TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    tags TEXT NOT NULL,
    body TEXT NOT NULL,
    -- Counts every save, of the hand or by itself.
    step BIGINT NOT NULL,
    -- The version of the original a translation was made from; none for the original.
    original_version BIGINT,
    updated_by TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (article, locale)
);

-- Everything that was ever saved by hand or published. Its words are never changed.
CREATE TABLE knowledge_version (
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    locale TEXT NOT NULL,
    -- 1, 2, 3 … within article and language.
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    tags TEXT NOT NULL,
    body TEXT NOT NULL,
    note TEXT NOT NULL,
    -- Who wrote it: a person's id, or the words of another system.
    author TEXT,
    author_name TEXT,
    published BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (article, locale, version)
);

CREATE TABLE knowledge_reviewer (
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    person TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- approved, changes.
    verdict TEXT,
    note TEXT NOT NULL,
    decided_at BIGINT,
    PRIMARY KEY (article, person)
);
CREATE INDEX knowledge_reviewer_person ON knowledge_reviewer (person, article) WHERE verdict IS NULL;

CREATE TABLE knowledge_comment (
    id {identity},
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    locale TEXT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- Settled by whoever looks after the article.
    settled_by TEXT,
    settled_at BIGINT
);
CREATE INDEX knowledge_comment_article ON knowledge_comment (article, id);

-- "Solved it" or "did not", once each.
CREATE TABLE knowledge_vote (
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    -- user:ID, or visitor:HASH for those not signed in.
    voter TEXT NOT NULL,
    solved BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    -- article, report, guide, search, robot, ticket.
    place TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (article, voter)
);
CREATE INDEX knowledge_vote_at ON knowledge_vote (at, article);
-- The last voices about one.
CREATE INDEX knowledge_vote_article ON knowledge_vote (article, at);
CREATE INDEX knowledge_vote_voter ON knowledge_vote (voter, at);

-- What became of a ticket in which the article was used: once for each ticket.
CREATE TABLE knowledge_outcome (
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    ticket BIGINT NOT NULL,
    -- None while the ticket is open.
    solved BOOLEAN,
    at BIGINT NOT NULL,
    PRIMARY KEY (article, ticket)
);
CREATE INDEX knowledge_outcome_ticket ON knowledge_outcome (ticket);

-- A fault that was solved by reading, with no ticket opened for it.
CREATE TABLE knowledge_case (
    id {identity},
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    voter TEXT NOT NULL,
    place TEXT NOT NULL,
    -- What was asked, when it came from a search or the report form.
    asked TEXT NOT NULL,
    locale TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX knowledge_case_at ON knowledge_case (at, article);
CREATE INDEX knowledge_case_voter ON knowledge_case (article, voter, at);

-- How often it was read on a day (days since 1970, UTC).
CREATE TABLE knowledge_read (
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    day BIGINT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (article, day)
);
CREATE INDEX knowledge_read_day ON knowledge_read (day, times);

-- Pictures, videos, and other files of an article.
CREATE TABLE knowledge_file (
    id TEXT NOT NULL PRIMARY KEY,
    article BIGINT NOT NULL REFERENCES knowledge_article (number),
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    added_by TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX knowledge_file_article ON knowledge_file (article, id);
CREATE INDEX knowledge_file_hash ON knowledge_file (hash);

-- The versions of software in use, as the department says.
CREATE TABLE knowledge_software (
    name TEXT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Words that mean the same.
CREATE TABLE knowledge_synonym (
    id {identity},
    -- A list.
    words TEXT NOT NULL
);

-- Guided questions.
CREATE TABLE knowledge_guide (
    id TEXT NOT NULL PRIMARY KEY,
    place BIGINT NOT NULL,
    enabled BOOLEAN NOT NULL,
    definition TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- Bringing articles over from elsewhere, and what came of it.
CREATE TABLE knowledge_import (
    id TEXT NOT NULL PRIMARY KEY,
    format TEXT NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    options TEXT NOT NULL,
    -- waiting, done, failed.
    state TEXT NOT NULL,
    report TEXT NOT NULL,
    started_by TEXT,
    at BIGINT NOT NULL,
    ended_at BIGINT
);
