//! What delivery reports say (RFC 3464, RFC 6522) and receipts (RFC 8098): who was not reached, and with which message.

use serde::{Deserialize, Serialize};

use super::{address, header, ids};

/// The machine-readable facts of a multipart/report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// `delivery-status`, `disposition-notification`, `feedback-report` …, in lower case.
    pub kind: String,
    pub recipients: Vec<ReportedRecipient>,
    /// Message-ID of the message the report is about, without brackets.
    pub original_message_id: Option<String>,
}

/// One recipient's fate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedRecipient {
    pub email: String,
    /// `failed`, `delayed`, `delivered`, `relayed`, or `expanded`.
    pub action: String,
    /// The enhanced status code, such as `5.1.1`.
    pub status: String,
    pub diagnostic: String,
}

const MAX_RECIPIENTS: usize = 1_000;

impl Report {
    pub(crate) fn new(kind: String) -> Report {
        Report {
            kind: kind.to_ascii_lowercase(),
            ..Report::default()
        }
    }

    /// Takes in a part of the report other than its words for people.
    pub(crate) fn read(&mut self, media_type: &str, body: &[u8]) {
        match media_type {
            "message/delivery-status" | "message/global-delivery-status" => {
                if self.kind.is_empty() {
                    "delivery-status".clone_into(&mut self.kind);
                }
                self.read_delivery_status(body);
            }
            "message/disposition-notification" => {
                let (fields, _) = header::split(body, false);
                self.original_message_id = fields
                    .get("original-message-id")
                    .and_then(ids::first)
                    .or(self.original_message_id.take());
            }
            "message/feedback-report" => {}
            _ => {
                let (fields, _) = header::split(body, true);
                self.original_message_id = fields
                    .get("message-id")
                    .and_then(ids::first)
                    .or(self.original_message_id.take());
            }
        }
    }

    /// Groups of fields separated by blank lines: the first about the message, the others about one recipient each.
    fn read_delivery_status(&mut self, body: &[u8]) {
        let mut rest = body;
        while !rest.is_empty() && self.recipients.len() < MAX_RECIPIENTS {
            let (fields, next) = header::split(rest, false);
            if let Some(recipient) = fields
                .get("final-recipient")
                .or_else(|| fields.get("original-recipient"))
            {
                let value = |name| fields.get(name).unwrap_or_default().to_owned();
                self.recipients.push(ReportedRecipient {
                    email: after_type(recipient),
                    action: value("action").to_ascii_lowercase(),
                    status: value("status"),
                    diagnostic: after_type(fields.get("diagnostic-code").unwrap_or_default()),
                });
            }
            if next.len() == rest.len() {
                // Neither field nor blank line: step over what is no part of a report.
                rest = header::take_line(rest).1;
            } else {
                rest = next;
            }
        }
    }

    /// Recipients to whom the message will never come.
    pub fn failed(&self) -> impl Iterator<Item = &ReportedRecipient> {
        self.recipients.iter().filter(|recipient| {
            recipient.action == "failed" || (recipient.action.is_empty() && recipient.status.starts_with('5'))
        })
    }
}

/// `rfc822; a@b` without the type before the semicolon.
fn after_type(value: &str) -> String {
    let text = value.split_once(';').map_or(value, |(_, text)| text).trim();
    match address::parse_list(text).as_slice() {
        [one] if one.is_mailbox() && !text.contains(' ') => one.email.clone(),
        _ => text.to_owned(),
    }
}
