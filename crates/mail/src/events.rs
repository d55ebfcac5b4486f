//! What the mail slice tells the house. Addresses, names, and subjects of people stand in the personal part.

/// A mailbox was set up; subject `mailbox:ID`.
pub const MAILBOX_CREATED: &str = "mail.mailbox.created";
/// A mailbox was changed, started, or stopped.
pub const MAILBOX_CHANGED: &str = "mail.mailbox.changed";
/// A mail arrived and is safe; subject `mail:ID`. Personal: `from`, `subject`.
pub const INBOUND_JOURNALED: &str = "mail.inbound.journaled";
/// It became something; data `subject` (`ticket:1042`).
pub const INBOUND_TAKEN: &str = "mail.inbound.taken";
/// It needs nobody's attention; data `reason`.
pub const INBOUND_IGNORED: &str = "mail.inbound.ignored";
/// Somebody has to look at it; data `reason`.
pub const INBOUND_QUARANTINED: &str = "mail.inbound.quarantined";
/// Somebody asked for another try.
pub const INBOUND_RETRIED: &str = "mail.inbound.retried";
/// A letter was accepted by the next server; subject is what the letter is about. Personal: `to`.
pub const OUTBOUND_SENT: &str = "mail.outbound.sent";
/// A letter could not be sent and is not tried again; data `reason`.
pub const OUTBOUND_FAILED: &str = "mail.outbound.failed";
/// A letter was accepted and came back later.
pub const OUTBOUND_BOUNCED: &str = "mail.outbound.bounced";
/// Somebody asked to send a letter again.
pub const OUTBOUND_AGAIN: &str = "mail.outbound.again";

/// All of them.
pub const ALL: &[&str] = &[
    MAILBOX_CREATED,
    MAILBOX_CHANGED,
    INBOUND_JOURNALED,
    INBOUND_TAKEN,
    INBOUND_IGNORED,
    INBOUND_QUARANTINED,
    INBOUND_RETRIED,
    OUTBOUND_SENT,
    OUTBOUND_FAILED,
    OUTBOUND_BOUNCED,
    OUTBOUND_AGAIN,
];
