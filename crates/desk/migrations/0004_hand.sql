-- What makes the hand fast: texts that are kept, acts that are bundled, tickets that were merged.

-- A text that is inserted in replies and notes. Without an owner it is everybody's.
CREATE TABLE desk_reply_template (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    body_en TEXT NOT NULL,
    body_zh TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX desk_reply_template_owner ON desk_reply_template (owner, id);

-- Several changes and a word, done together; what is done stands in the definition, as JSON.
CREATE TABLE desk_macro (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    definition TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX desk_macro_owner ON desk_macro (owner, id);

-- A ticket that became part of another, and what it was before, so that there is a way back.
CREATE TABLE desk_merge (
    ticket BIGINT NOT NULL PRIMARY KEY REFERENCES desk_ticket (number),
    target BIGINT NOT NULL REFERENCES desk_ticket (number),
    before TEXT NOT NULL,
    by_person TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX desk_merge_target ON desk_merge (target, ticket);

-- What a person has begun to fill in on a form of a ticket (the resolution, a hand-off); the composer's is in desk_draft.
CREATE TABLE desk_form_draft (
    person TEXT NOT NULL,
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    form TEXT NOT NULL,
    fields TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, ticket, form)
);

-- In which window of the person the draft was typed last, so that a second window is told when it replaces the first's.
ALTER TABLE desk_draft ADD COLUMN written_in TEXT;

-- Who has a ticket open now; rows live for seconds.
CREATE TABLE desk_presence (
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    person TEXT NOT NULL,
    is_typing BOOLEAN NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (ticket, person)
);
CREATE INDEX desk_presence_until ON desk_presence (until);

-- Minutes that people of the desk worked on a ticket.
CREATE TABLE desk_time (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    person TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    what TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX desk_time_ticket ON desk_time (ticket, id);

-- What has to be done on a ticket, step by step.
CREATE TABLE desk_checklist (
    id {identity},
    ticket BIGINT NOT NULL REFERENCES desk_ticket (number),
    place BIGINT NOT NULL,
    item TEXT NOT NULL,
    done_by TEXT,
    done_at BIGINT
);
CREATE INDEX desk_checklist_ticket ON desk_checklist (ticket, place, id);
