//! What kind of mail this is: a person, or one of the machines that must never be answered (RFC 3834).
//!
//! Two machines that answer each other do not stop by themselves, so doubt is decided against answering: a weak sign,
//! such as a subject that begins with "自动回复", leaves the mail a person's but forbids answering it automatically.

use super::Message;
use super::report::ReportedRecipient;
use super::threading::{self, Keys};

/// The kind of a message. Everything but `Person` is taken in without ever being answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Person,
    /// A program's answer: receipts, acknowledgements of other desks.
    AutoReply,
    OutOfOffice,
    Bounce(Bounce),
    /// From a discussion list; the identifier is empty when the list gives none.
    List(String),
    /// Sent to many: newsletters, campaigns.
    Bulk,
    /// Sent by a program on its own account, such as a monitoring system.
    Generated,
    /// Our own mail coming back.
    Loop,
}

/// A message of ours that was not delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounce {
    pub recipients: Vec<ReportedRecipient>,
    /// Without brackets.
    pub original_message_id: Option<String>,
    /// True when delivery is only late and is still being tried.
    pub delayed: bool,
}

/// The kind, and whether a machine may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    pub kind: Kind,
    pub may_answer_automatically: bool,
    /// The sign that decided, a stable word for logs and tests.
    pub reason: &'static str,
}

/// How our own mail is known when it comes back.
#[derive(Debug, Clone, Default)]
pub struct OwnMail<'a> {
    /// Addresses of our mailboxes.
    pub addresses: &'a [String],
    /// The value our mail carries in [`LOOP_HEADER`].
    pub loop_mark: &'a str,
    pub keys: Option<&'a Keys>,
}

/// The field by which our mail knows itself again.
pub const LOOP_HEADER: &str = "X-Mainstay-Loop";

/// Looks at all signs, the strongest first.
pub fn classify(message: &Message, own: &OwnMail<'_>) -> Classification {
    if let Some(reason) = loop_sign(message, own) {
        return machine(Kind::Loop, reason);
    }
    if let Some((bounce, reason)) = bounce(message) {
        return machine(Kind::Bounce(bounce), reason);
    }
    if let Some((kind, reason)) = automatic(message).or_else(|| many(message)) {
        return machine(kind, reason);
    }
    match weak_sign(message) {
        Some(reason) => Classification {
            kind: Kind::Person,
            may_answer_automatically: false,
            reason,
        },
        None => Classification {
            kind: Kind::Person,
            may_answer_automatically: true,
            reason: "person",
        },
    }
}

fn machine(kind: Kind, reason: &'static str) -> Classification {
    Classification {
        kind,
        may_answer_automatically: false,
        reason,
    }
}

fn header<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    message
        .headers
        .get(name)
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

fn loop_sign(message: &Message, own: &OwnMail<'_>) -> Option<&'static str> {
    let carries_mark = |name| {
        message
            .headers
            .all(name)
            .any(|value| value.trim().eq_ignore_ascii_case(own.loop_mark))
    };
    if !own.loop_mark.is_empty() && (carries_mark(LOOP_HEADER) || carries_mark("X-Loop")) {
        return Some("own_loop_mark");
    }
    let is_own = |email: &str| {
        own.addresses
            .iter()
            .any(|address| address.eq_ignore_ascii_case(email))
    };
    if message.from.iter().any(|address| is_own(&address.email)) {
        return Some("own_address");
    }
    let id = message.message_id.as_deref()?;
    own.keys
        .and_then(|keys| threading::verify(id, keys))
        .map(|_| "own_message_id")
}

fn bounce(message: &Message) -> Option<(Bounce, &'static str)> {
    if let Some(report) = message
        .report
        .as_ref()
        .filter(|report| report.kind == "delivery-status")
    {
        let delayed =
            report.failed().next().is_none() && report.recipients.iter().any(|one| one.action == "delayed");
        let recipients = if delayed {
            report.recipients.clone()
        } else {
            report.failed().cloned().collect()
        };
        let original_message_id = report.original_message_id.clone();
        return Some((
            Bounce {
                recipients,
                original_message_id,
                delayed,
            },
            "delivery_status",
        ));
    }
    if let Some(failed) = header(message, "X-Failed-Recipients") {
        return Some((unreported(message, failed), "failed_recipients"));
    }
    let from_postmaster = message.from.iter().any(|address| {
        let local = address
            .email
            .split('@')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        matches!(
            local.as_str(),
            "mailer-daemon" | "mailerdaemon" | "mail-daemon" | "postmaster"
        )
    });
    let null_sender = message.return_path.as_deref() == Some("");
    let speaks_of_failure = BOUNCE_SUBJECTS
        .iter()
        .any(|words| subject(message).contains(words));
    if from_postmaster && (null_sender || speaks_of_failure) || null_sender && speaks_of_failure {
        return Some((unreported(message, ""), "postmaster"));
    }
    None
}

const BOUNCE_SUBJECTS: [&str; 14] = [
    "undelivered mail",
    "undeliverable",
    "delivery status notification",
    "delivery failure",
    "delivery failed",
    "mail delivery failed",
    "mail delivery system",
    "returned mail",
    "failure notice",
    "退信",
    "未送达",
    "无法送达",
    "unzustellbar",
    "投递失败",
];

/// What can be learned from a bounce that does not follow RFC 3464: the id is in what it quotes.
fn unreported(message: &Message, failed: &str) -> Bounce {
    let recipients = super::address::parse_list(failed)
        .into_iter()
        .filter(super::Address::is_mailbox)
        .map(|one| ReportedRecipient {
            email: one.email,
            action: "failed".to_owned(),
            ..ReportedRecipient::default()
        })
        .collect();
    let quoted_id = message.text.lines().find_map(|line| {
        let (name, value) = line.trim_start_matches(['>', ' ']).split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("message-id")
            .then(|| super::ids::first(value))
            .flatten()
    });
    let original_message_id = quoted_id
        .or_else(|| message.in_reply_to.clone())
        .or_else(|| message.references.last().cloned());
    Bounce {
        recipients,
        original_message_id,
        delayed: false,
    }
}

fn automatic(message: &Message) -> Option<(Kind, &'static str)> {
    let absent = OUT_OF_OFFICE_SUBJECTS
        .iter()
        .any(|words| subject(message).contains(words));
    let answer = if absent {
        Kind::OutOfOffice
    } else {
        Kind::AutoReply
    };
    // RFC 3834 section 5: anything but `no` was sent by a program; `auto-replied` answers something.
    match message.auto_submitted.as_deref() {
        None | Some("no") => {}
        Some("auto-generated") if !absent => return Some((Kind::Generated, "auto_submitted")),
        Some(_) => return Some((answer, "auto_submitted")),
    }
    if message
        .report
        .as_ref()
        .is_some_and(|report| report.kind == "disposition-notification")
    {
        return Some((Kind::AutoReply, "disposition_notification"));
    }
    const REPLY_FIELDS: [&str; 6] = [
        "X-Autoreply",
        "X-Autorespond",
        "X-Auto-Reply-From",
        "X-Mail-Autoreply",
        "X-Autogenerated",
        "X-Vacation",
    ];
    if REPLY_FIELDS
        .iter()
        .any(|name| header(message, name).is_some_and(|value| !value.eq_ignore_ascii_case("no")))
    {
        return Some((answer, "autoreply_field"));
    }
    if matches!(
        message.precedence.as_deref(),
        Some("auto_reply" | "auto-reply" | "autoreply")
    ) {
        return Some((answer, "precedence"));
    }
    // Exchange writes it into its own answers; a program that sets it wants no answer either.
    let suppress = header(message, "X-Auto-Response-Suppress")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !suppress.is_empty() && suppress != "none" {
        return Some((answer, "auto_response_suppress"));
    }
    if message.return_path.as_deref() == Some("") {
        return Some((answer, "null_sender"));
    }
    if header(message, "X-Loop").is_some() {
        return Some((Kind::Generated, "loop_field"));
    }
    None
}

const OUT_OF_OFFICE_SUBJECTS: [&str; 16] = [
    "out of office",
    "out-of-office",
    "out of the office",
    "automatic reply",
    "auto reply",
    "autoreply",
    "auto-reply",
    "automatische antwort",
    "abwesenheit",
    "réponse automatique",
    "respuesta automática",
    "自动回复",
    "自动答复",
    "自動回覆",
    "自動返信",
    "автоответ",
];

fn many(message: &Message) -> Option<(Kind, &'static str)> {
    const LIST_FIELDS: [&str; 5] = [
        "List-Post",
        "List-Help",
        "Mailing-List",
        "X-Mailing-List",
        "X-BeenThere",
    ];
    if let Some(id) = &message.list_id {
        return Some((Kind::List(id.clone()), "list_id"));
    }
    match message.precedence.as_deref() {
        Some("list") => return Some((Kind::List(String::new()), "precedence")),
        Some("bulk" | "junk") => return Some((Kind::Bulk, "precedence")),
        _ => {}
    }
    if LIST_FIELDS.iter().any(|name| header(message, name).is_some()) {
        return Some((Kind::List(String::new()), "list_field"));
    }
    let is_bulk = [
        "List-Unsubscribe",
        "Feedback-ID",
        "X-Campaign",
        "X-CampaignId",
        "X-Mailer-Campaign",
    ]
    .iter()
    .any(|name| header(message, name).is_some());
    is_bulk.then_some((Kind::Bulk, "bulk_field"))
}

/// Signs that a person could also give: never enough to call it a machine, enough not to let one answer.
fn weak_sign(message: &Message) -> Option<&'static str> {
    if OUT_OF_OFFICE_SUBJECTS
        .iter()
        .any(|words| subject(message).starts_with(words))
    {
        return Some("subject_of_autoreply");
    }
    let senders = message.reply_to.first().or(message.from.first());
    let Some(sender) = senders.filter(|sender| sender.is_mailbox()) else {
        return Some("no_sender");
    };
    let local = sender
        .email
        .split('@')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let compact: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    // RFC 3834 section 2 names these as addresses that are never to be answered.
    let is_unanswerable =
        compact.contains("noreply") || compact.contains("donotreply") || compact.starts_with("mailerdaemon");
    let is_list_address = local.starts_with("owner-")
        || local.ends_with("-owner")
        || local.ends_with("-request")
        || local.contains("-bounces");
    (is_unanswerable || is_list_address).then_some("sender_takes_no_mail")
}

fn subject(message: &Message) -> String {
    message
        .subject
        .as_deref()
        .unwrap_or_default()
        .trim()
        .to_lowercase()
}
