-- Conversations on the portal, every word of them, and who answers.

CREATE TABLE chat_conversation (
    id TEXT NOT NULL PRIMARY KEY,
    requester TEXT NOT NULL,
    -- Who has it; nobody while it waits in the queue.
    technician TEXT,
    -- waiting, talking, ended
    state TEXT NOT NULL,
    -- The first line: what a list shows, and the title of the ticket unless somebody writes another.
    subject TEXT NOT NULL,
    -- How many messages there are: the place of the next one.
    messages BIGINT NOT NULL,
    -- What they would take in a ticket, so that the whole fits into one record.
    letters BIGINT NOT NULL,
    -- The desk is to speak: the requester spoke last, or it was handed to the next one.
    unanswered BOOLEAN NOT NULL,
    opened_at BIGINT NOT NULL,
    -- When the silence began.
    last_word_at BIGINT NOT NULL,
    -- When it was said that the silence will end it.
    warned_at BIGINT,
    ended_at BIGINT,
    -- desk, requester, silence, left
    ended_by TEXT,
    ticket BIGINT,
    -- The form that began it, so that sending it twice begins one.
    token TEXT NOT NULL
);
-- A person has one conversation at a time.
CREATE UNIQUE INDEX chat_conversation_open ON chat_conversation (requester) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX chat_conversation_token ON chat_conversation (requester, token);
CREATE INDEX chat_conversation_queue ON chat_conversation (state, opened_at, id) WHERE ended_at IS NULL;
CREATE INDEX chat_conversation_calling ON chat_conversation (technician) WHERE ended_at IS NULL AND unanswered;
CREATE INDEX chat_conversation_silent ON chat_conversation (last_word_at, id) WHERE ended_at IS NULL;

CREATE TABLE chat_message (
    conversation TEXT NOT NULL,
    place BIGINT NOT NULL,
    -- said, aside, hand_off: words; taken, handed_over, returned, warned, ended: what happened
    kind TEXT NOT NULL,
    -- None when the house itself speaks.
    author TEXT,
    -- Whom it names: who has it now.
    person TEXT,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- The form it came from, so that sending it twice says it once.
    token TEXT,
    PRIMARY KEY (conversation, place)
);
CREATE UNIQUE INDEX chat_message_token ON chat_message (conversation, token) WHERE token IS NOT NULL;

-- Who answers, and until when that was said.
CREATE TABLE chat_duty (
    person TEXT NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL,
    -- Said outside of the desk's hours: it holds then. Else it holds while the desk is open.
    any_hour BOOLEAN NOT NULL
);
CREATE INDEX chat_duty_until ON chat_duty (until);
