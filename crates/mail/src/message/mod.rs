//! A mail message, read: headers, text, quotes, attachments, and what kind of mail it is. Bytes in, facts out.
//!
//! Any bytes are read as far as they can be; the only refusal is for input without a header and without a body. The
//! structure is read here and not by mail-parser (whose charset tables are used), because it accepts
//! boundaries in the middle of a line, replaces undeclared 8-bit text by question marks, and rescans what follows for
//! every unfinished part. Nothing in this module does I/O, reads a clock, or knows about tickets beyond their numbers.

pub mod address;
mod attributes;
mod charset;
pub mod classify;
pub mod compose;
mod content;
mod date;
mod encoded_word;
mod flowed;
pub mod header;
mod html;
mod html_text;
pub mod ids;
mod multipart;
mod parameter;
mod part;
pub mod quote;
mod quote_rules;
mod quote_words;
pub mod report;
mod signature;
pub mod threading;
mod transfer;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use address::Address;
pub use header::Headers;
pub use report::Report;

/// Why a message cannot be read at all; it belongs into quarantine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the message is empty: there is neither a header nor a body")]
    Empty,
}

/// Bounds on what one message may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub max_depth: usize,
    pub max_parts: usize,
    pub max_attachment_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_depth: 16,
            max_parts: 1_000,
            max_attachment_bytes: 64 * 1024 * 1024,
        }
    }
}

/// Something that was left unread, and why; the raw message still has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    TooDeep,
    TooManyParts,
    AttachmentTooLarge,
}

/// A file that came with the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The file name without any path; some parts have none.
    pub name: Option<String>,
    pub media_type: String,
    pub size: u64,
    /// Lower-case hexadecimal, of the decoded bytes.
    pub sha256: String,
    pub content_id: Option<String>,
    /// True when the HTML text shows it in its place.
    pub inline: bool,
    pub bytes: Vec<u8>,
    /// True when it was larger than the limit and `bytes` is empty although `size` is not.
    pub dropped: bool,
}

impl Attachment {
    pub fn new(name: Option<String>, media_type: String, bytes: Vec<u8>) -> Attachment {
        Attachment {
            name,
            media_type,
            size: bytes.len() as u64,
            sha256: data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes)),
            content_id: None,
            inline: false,
            bytes,
            dropped: false,
        }
    }
}

/// A message as its reader understands it.
#[derive(Debug, Clone, Default)]
pub struct Message {
    pub headers: Headers,
    pub subject: Option<String>,
    pub from: Vec<Address>,
    pub sender: Option<Address>,
    pub reply_to: Vec<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    /// Seconds since 1970.
    pub date: Option<i64>,
    pub message_id: Option<String>,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    /// The keyword of the Auto-Submitted field (RFC 3834), in lower case.
    pub auto_submitted: Option<String>,
    pub list_id: Option<String>,
    pub precedence: Option<String>,
    /// The envelope sender as the delivering server noted it; `Some("")` is the null sender of bounces.
    pub return_path: Option<String>,
    pub report: Option<Report>,
    /// The whole readable text; HTML is converted when there is nothing else.
    pub text: String,
    /// HTML that can be shown: it loads nothing but the message's own pictures.
    pub html: Option<String>,
    /// What this sender wrote, without what they quote and without their signature.
    pub reply_text: String,
    pub quoted: String,
    pub signature: String,
    pub attachments: Vec<Attachment>,
    pub problems: Vec<Problem>,
}

impl Message {
    /// Reads a raw message within the default limits.
    pub fn parse(raw: &[u8]) -> Result<Message, ParseError> {
        Message::parse_within(raw, &Limits::default())
    }

    /// Reads a raw message; see [`Limits`].
    pub fn parse_within(raw: &[u8], limits: &Limits) -> Result<Message, ParseError> {
        if raw.trim_ascii().is_empty() {
            return Err(ParseError::Empty);
        }
        if raw.contains(&b'\r') && !raw.contains(&b'\n') {
            // Line ends of old Macintosh programs; everything below looks for line feeds.
            let raw: Vec<u8> = raw
                .iter()
                .map(|byte| if *byte == b'\r' { b'\n' } else { *byte })
                .collect();
            return Ok(read(&raw, limits));
        }
        Ok(read(raw, limits))
    }

    /// The text without what it quotes but with its signature.
    pub fn text_without_quotes(&self) -> String {
        match (self.reply_text.is_empty(), self.signature.is_empty()) {
            (_, true) => self.reply_text.clone(),
            (true, false) => self.signature.clone(),
            (false, false) => format!("{}\n\n{}", self.reply_text, self.signature),
        }
    }

    /// The facts as `mail parse` prints them.
    pub fn to_json(&self) -> serde_json::Value {
        let plain = |list: &[Address]| -> Vec<String> {
            list.iter()
                .filter(|one| one.is_mailbox())
                .map(|one| one.email.clone())
                .collect()
        };
        let attachments: Vec<serde_json::Value> = self
            .attachments
            .iter()
            .map(|file| {
                serde_json::json!({
                    "name": file.name, "media_type": file.media_type, "size": file.size, "sha256": file.sha256,
                })
            })
            .collect();
        serde_json::json!({
            "subject": self.subject,
            "from": plain(&self.from),
            "to": plain(&self.to),
            "cc": plain(&self.cc),
            "date": self.date,
            "message_id": self.message_id,
            "in_reply_to": self.in_reply_to,
            "references": self.references,
            "auto_submitted": self.auto_submitted,
            "text": self.text,
            "reply_text": self.text_without_quotes(),
            "attachments": attachments,
        })
    }
}

fn read(raw: &[u8], limits: &Limits) -> Message {
    let (headers, body) = header::split(raw, true);
    let mut walk = content::Walk::new(limits);
    let found = walk.message(&headers, body);
    let mut lines = Vec::new();
    for block in &found.blocks {
        lines.extend(block.lines());
    }
    let html = shown_html(&found.blocks);
    let subject = headers.get("subject").map(encoded_word::decode);
    let answers = headers.get("in-reply-to").is_some() || headers.get("references").is_some();
    let folded = quote::fold(
        &lines,
        quote::Occasion::of(subject.as_deref().unwrap_or_default(), answers),
    );
    let text = lines
        .iter()
        .map(|line| line.text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    let list = |name: &str| -> Vec<Address> { headers.all(name).flat_map(address::parse_list).collect() };
    let keyword = |name: &str| {
        let value = headers
            .get(name)?
            .split([';', ' ', '('])
            .next()?
            .trim()
            .to_ascii_lowercase();
        Some(value).filter(|value| !value.is_empty())
    };
    Message {
        subject,
        from: list("from"),
        sender: list("sender").into_iter().next(),
        reply_to: list("reply-to"),
        to: list("to"),
        cc: list("cc"),
        date: headers.get("date").and_then(date::parse),
        message_id: headers.get("message-id").and_then(ids::first),
        in_reply_to: headers
            .get("in-reply-to")
            .and_then(|value| ids::all(value).into_iter().next()),
        references: headers.all("references").flat_map(ids::all).collect(),
        auto_submitted: keyword("auto-submitted"),
        list_id: headers.get("list-id").and_then(ids::first),
        precedence: keyword("precedence"),
        return_path: headers.get("return-path").map(return_path),
        report: walk.report,
        text,
        html,
        reply_text: folded.reply,
        quoted: folded.quoted,
        signature: folded.signature,
        attachments: found.attachments,
        problems: walk.problems,
        headers,
    }
}

/// All texts as one harmless document; `None` when none of them came as HTML.
fn shown_html(blocks: &[content::Block]) -> Option<String> {
    blocks.iter().any(|block| block.html.is_some()).then(|| {
        let joined: Vec<String> = blocks.iter().map(content::Block::as_html).collect();
        html::sanitize(&joined.join("\n"))
    })
}

fn return_path(value: &str) -> String {
    address::parse_list(value)
        .into_iter()
        .next()
        .map(|one| one.email)
        .unwrap_or_default()
}
