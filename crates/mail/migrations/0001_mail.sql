-- A mailbox of the house: where mail is fetched from and sent by. Passwords are sealed, never readable here.
CREATE TABLE mail_mailbox (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    display_name TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    locale TEXT NOT NULL,
    purpose TEXT NOT NULL,
    settings TEXT NOT NULL,
    imap_host TEXT,
    imap_port BIGINT NOT NULL,
    imap_security TEXT NOT NULL CHECK (imap_security IN ('implicit', 'starttls', 'none')),
    imap_user TEXT NOT NULL,
    imap_password TEXT,
    imap_folder TEXT NOT NULL,
    imap_move_to TEXT,
    poll_seconds BIGINT NOT NULL,
    smtp_host TEXT,
    smtp_port BIGINT NOT NULL,
    smtp_security TEXT NOT NULL CHECK (smtp_security IN ('implicit', 'starttls', 'none')),
    smtp_user TEXT NOT NULL,
    smtp_password TEXT,
    authority TEXT,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mail_mailbox_address ON mail_mailbox (address);

-- Who watches a mailbox, and how it goes. Apart from the settings because it changes every few seconds.
CREATE TABLE mail_watch (
    mailbox TEXT NOT NULL PRIMARY KEY REFERENCES mail_mailbox (id),
    lease_owner TEXT,
    lease_until BIGINT NOT NULL DEFAULT 0,
    imap_ok_at BIGINT,
    imap_error TEXT,
    imap_detail TEXT,
    imap_error_at BIGINT,
    smtp_ok_at BIGINT,
    smtp_error TEXT,
    smtp_detail TEXT,
    smtp_error_at BIGINT,
    uid_validity BIGINT,
    last_uid BIGINT
);

-- The journal of what arrived. A row is committed before the mail is marked as seen; the raw mail is in the file
-- store. dedupe_key makes a mail that is fetched twice one row.
CREATE TABLE mail_inbound (
    id {identity},
    mailbox TEXT NOT NULL REFERENCES mail_mailbox (id),
    received_at BIGINT NOT NULL,
    raw_hash TEXT NOT NULL,
    size BIGINT NOT NULL,
    header_only BOOLEAN NOT NULL,
    message_id TEXT,
    sender TEXT,
    subject TEXT,
    state TEXT NOT NULL CHECK (state IN ('journaled', 'taken', 'ignored', 'quarantined')),
    reason TEXT,
    attempts BIGINT NOT NULL,
    handled_at BIGINT,
    result TEXT,
    dedupe_key TEXT NOT NULL
);
CREATE UNIQUE INDEX mail_inbound_dedupe ON mail_inbound (dedupe_key);
CREATE INDEX mail_inbound_state ON mail_inbound (state, id);
CREATE INDEX mail_inbound_message_id ON mail_inbound (message_id) WHERE message_id IS NOT NULL;

-- Letters on their way out, with the words as JSON until they are sent and after.
CREATE TABLE mail_outbound (
    id {identity},
    key TEXT NOT NULL,
    mailbox TEXT REFERENCES mail_mailbox (id),
    purpose TEXT NOT NULL,
    message_id TEXT NOT NULL,
    about TEXT NOT NULL,
    subject TEXT NOT NULL,
    recipients TEXT NOT NULL,
    letter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'bounced')),
    pending TEXT NOT NULL,
    refused TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    give_up_at BIGINT NOT NULL,
    error TEXT,
    detail TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE UNIQUE INDEX mail_outbound_key ON mail_outbound (key);
CREATE INDEX mail_outbound_message_id ON mail_outbound (message_id);
CREATE INDEX mail_outbound_state ON mail_outbound (state, id);
CREATE INDEX mail_outbound_due ON mail_outbound (next_at) WHERE state IN ('queued', 'sending');

-- How many automatic answers a sender got in an hour, so that two machines cannot write to each other for ever.
CREATE TABLE mail_sender_rate (
    sender TEXT NOT NULL,
    hour BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (sender, hour)
);
CREATE INDEX mail_sender_rate_hour ON mail_sender_rate (hour);
