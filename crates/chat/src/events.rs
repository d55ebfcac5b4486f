//! The events this slice sends. Subject of those about a conversation: `chat:ID`. What was said is never in them.

/// An employee began a conversation: `requester`.
pub const OPENED: &str = "chat.opened";
/// A technician took it: `technician`, `from` when it was a colleague's.
pub const TAKEN: &str = "chat.taken";
/// It was given to a colleague: `from`, `to`.
pub const HANDED_OVER: &str = "chat.handed_over";
/// It was given back to the queue: `from`.
pub const RETURNED: &str = "chat.returned";
/// Something was said: `place`, `by` (`requester` or `desk`), `technician` (who has it, if anybody).
pub const SAID: &str = "chat.said";
/// Technicians said something among themselves: `place`. Its subject is `chat-aside:ID`, of which the requester hears nothing.
pub const NOTED: &str = "chat.noted";
/// It was said that the silence will end it.
pub const WARNED: &str = "chat.warned";
/// It ended and has become a ticket: `ticket`, `by` (`desk`, `requester`, `silence`, `left`), `solved`.
pub const ENDED: &str = "chat.ended";
/// Somebody began or ceased to answer: `on`, `until`. Subject `chat-duty:PERSON`.
pub const DUTY: &str = "chat.duty";

/// All of them.
pub const ALL: &[&str] = &[
    OPENED,
    TAKEN,
    HANDED_OVER,
    RETURNED,
    SAID,
    NOTED,
    WARNED,
    ENDED,
    DUTY,
];
