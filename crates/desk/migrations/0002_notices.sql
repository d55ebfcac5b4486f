-- What an administrator made of the shipped words of a notice; without a row the shipped ones hold.
CREATE TABLE desk_template (
    notice TEXT NOT NULL,
    locale TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_person TEXT,
    PRIMARY KEY (notice, locale)
);

-- Addresses that letters came back from, with the event that told so. Nothing more is sent there until mail arrives from it.
CREATE TABLE desk_unreachable (
    email TEXT NOT NULL,
    event BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (email, event)
);

-- The day for which a daily notice was written last.
CREATE TABLE desk_notice_day (
    name TEXT NOT NULL PRIMARY KEY,
    day TEXT NOT NULL
);
