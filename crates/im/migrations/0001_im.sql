-- Channels to chat services, the people known there, what was heard, refused, and told.

CREATE TABLE im_channel (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- `slack`, `feishu` …
    service TEXT NOT NULL,
    -- The language of what is said to people who chose none.
    locale TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    -- What the service needs, as JSON; secret fields are sealed.
    settings TEXT NOT NULL,
    -- The access token that the service gave for them, sealed.
    token TEXT,
    token_until BIGINT,
    -- Set while a job sends by it, and then until it is over; a node that died is waited for no longer.
    busy_until BIGINT,
    -- Set while the service has answered nothing since then, and until when it is left alone because of that.
    failing_since BIGINT,
    rests_until BIGINT,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    removed_at BIGINT
);
CREATE UNIQUE INDEX im_channel_name ON im_channel (name) WHERE removed_at IS NULL;

-- Who somebody of the service is here.
CREATE TABLE im_person (
    channel TEXT NOT NULL,
    external TEXT NOT NULL,
    person TEXT NOT NULL,
    -- Whether they want to be told.
    told BOOLEAN NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (channel, external)
);
CREATE UNIQUE INDEX im_person_once ON im_person (person, channel);

-- People who said that they are not somebody there: a mail address makes them known no more, a code does.
CREATE TABLE im_refused_person (
    channel TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (channel, person)
);

-- Codes by which a person makes themselves known; only their digest is kept.
CREATE TABLE im_code (
    person TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    told BOOLEAN NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX im_code_digest ON im_code (digest);

-- Marks of what was heard, so that nothing counts twice.
CREATE TABLE im_heard (
    channel TEXT NOT NULL,
    mark TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (channel, mark)
);
CREATE INDEX im_heard_at ON im_heard (at);

-- What was said by somebody whom the service is asked after.
CREATE TABLE im_unheeded (
    id TEXT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    external TEXT NOT NULL,
    -- What was said, as JSON.
    heard TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX im_unheeded_of ON im_unheeded (channel, external, id);
CREATE INDEX im_unheeded_created ON im_unheeded (created_at);

-- Tickets that somebody speaks of in a chat.
CREATE TABLE im_talk (
    channel TEXT NOT NULL,
    person TEXT NOT NULL,
    ticket BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (channel, person, ticket)
);
CREATE INDEX im_talk_ticket ON im_talk (ticket);
CREATE INDEX im_talk_at ON im_talk (at);

-- Requests that were refused, summed by hour so that a flood stays small.
CREATE TABLE im_refusal (
    channel TEXT NOT NULL,
    hour BIGINT NOT NULL,
    reason TEXT NOT NULL,
    address TEXT NOT NULL,
    times BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (channel, hour, reason, address)
);

CREATE TABLE im_delivery (
    id TEXT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    -- To whom, as the service knows them.
    external TEXT NOT NULL,
    -- What it tells of, once: `event:SEQ`, `answer:MARK`, `test:ID`.
    occasion TEXT NOT NULL,
    kind TEXT NOT NULL,
    ticket BIGINT,
    -- The words, as JSON.
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Of the last attempt: the answer's status and beginning, or why none came.
    status BIGINT,
    answer TEXT,
    created_at BIGINT NOT NULL,
    last_at BIGINT,
    -- Not sent before; the earliest comes first.
    due_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX im_delivery_once ON im_delivery (channel, external, occasion);
CREATE INDEX im_delivery_channel ON im_delivery (channel, id);
CREATE INDEX im_delivery_due ON im_delivery (channel, due_at, id) WHERE state = 'waiting';
CREATE INDEX im_delivery_created ON im_delivery (created_at);
