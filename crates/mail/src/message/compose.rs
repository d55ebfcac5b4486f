//! Writing outgoing mail: text, HTML, and files as one message with the right headers for threading and for machines.
//!
//! Whatever comes from people (names, subjects, file names) is stripped of control characters before it meets a header,
//! so no value can start a header of its own. Sending is somebody else's work.

use std::time::{Duration, SystemTime};

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as FilePart, Mailbox, MessageBuilder, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::Address;
use super::classify::LOOP_HEADER;

/// Whether a person or a program speaks (RFC 3834 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// A technician's own words.
    Person,
    /// A notice nobody asked for: warnings, digests.
    Generated,
    /// An answer to a message: acknowledgements.
    Replied,
}

/// A file to send; with a content id it is shown inside the HTML.
#[derive(Debug, Clone)]
pub struct OutgoingFile {
    pub name: String,
    pub media_type: String,
    pub content_id: Option<String>,
    pub bytes: Vec<u8>,
}

/// A message to be written.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub from: Address,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub reply_to: Option<Address>,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub files: Vec<OutgoingFile>,
    /// Identifiers without brackets.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub references: Vec<String>,
    /// Seconds since 1970.
    pub date: i64,
    pub voice: Voice,
    /// Our mark, by which the message is known when it comes back.
    pub loop_mark: String,
    /// Language tag of the text, such as `zh-CN`.
    pub language: Option<String>,
}

/// A finished message and whom to give it to.
#[derive(Debug, Clone)]
pub struct Composed {
    pub raw: Vec<u8>,
    pub envelope: Envelope,
}

/// Why a message cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    #[error("the message has no recipient")]
    NoRecipient,
    #[error("{field} holds {address:?}, which is not a mail address")]
    BadAddress { field: &'static str, address: String },
    #[error("{name:?} has the media type {media_type:?}, which cannot be written into a header")]
    BadMediaType { name: String, media_type: String },
    #[error("the message cannot be built: {0}")]
    Build(String),
}

/// Beyond this many the middle of a References field is left out (the root and the nearest stay).
const MAX_REFERENCES: usize = 20;

/// Builds the message.
pub fn compose(outgoing: &Outgoing) -> Result<Composed, ComposeError> {
    if outgoing.to.is_empty() && outgoing.cc.is_empty() {
        return Err(ComposeError::NoRecipient);
    }
    let builder = addressed(outgoing)?;
    let builder = threaded(builder, outgoing);
    let builder = marked(builder, outgoing);
    let message = builder
        .multipart(body(outgoing)?)
        .map_err(|error| ComposeError::Build(error.to_string()))?;
    Ok(Composed {
        raw: message.formatted(),
        envelope: message.envelope().clone(),
    })
}

fn addressed(outgoing: &Outgoing) -> Result<MessageBuilder, ComposeError> {
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(outgoing.date).unwrap_or_default());
    let mut builder = lettre::Message::builder()
        .date(date)
        .from(mailbox("From", &outgoing.from)?);
    for address in &outgoing.to {
        builder = builder.to(mailbox("To", address)?);
    }
    for address in &outgoing.cc {
        builder = builder.cc(mailbox("Cc", address)?);
    }
    if let Some(address) = &outgoing.reply_to {
        builder = builder.reply_to(mailbox("Reply-To", address)?);
    }
    Ok(builder.subject(one_line(&outgoing.subject)))
}

fn threaded(builder: MessageBuilder, outgoing: &Outgoing) -> MessageBuilder {
    let mut builder = builder.message_id(Some(bracketed(&outgoing.message_id)));
    if let Some(id) = &outgoing.in_reply_to {
        builder = builder.in_reply_to(bracketed(id));
    }
    let references = &outgoing.references;
    let skipped = references.len().saturating_sub(MAX_REFERENCES);
    let kept = references
        .iter()
        .enumerate()
        .filter(|(place, _)| *place == 0 || *place > skipped);
    let kept: Vec<String> = kept.map(|(_, id)| bracketed(id)).collect();
    if kept.is_empty() {
        builder
    } else {
        builder.references(kept.join(" "))
    }
}

fn marked(mut builder: MessageBuilder, outgoing: &Outgoing) -> MessageBuilder {
    let mut set = |name: &'static str, value: String| {
        let header = HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        builder = std::mem::take(&mut builder).raw_header(header);
    };
    match outgoing.voice {
        Voice::Person => {}
        Voice::Generated => set("Auto-Submitted", "auto-generated".to_owned()),
        Voice::Replied => set("Auto-Submitted", "auto-replied".to_owned()),
    }
    if outgoing.voice != Voice::Person {
        set("X-Auto-Response-Suppress", "All".to_owned());
    }
    if !outgoing.loop_mark.is_empty() {
        set(LOOP_HEADER, one_line(&outgoing.loop_mark));
    }
    if let Some(language) = &outgoing.language {
        set("Content-Language", one_line(language));
    }
    builder
}

/// mixed( alternative( text, related( html, pictures ) ), files ), without the layers that would hold one thing.
fn body(outgoing: &Outgoing) -> Result<MultiPart, ComposeError> {
    let (pictures, files): (Vec<_>, Vec<_>) = outgoing
        .files
        .iter()
        .partition(|file| file.content_id.is_some() && outgoing.html.is_some());
    let boundary = |layer: &str| {
        // Derived from the identifier, so that the same message is written twice as the same bytes.
        let digest = Sha256::digest(format!("{layer} {}", outgoing.message_id));
        format!("=_{layer}_{}", &data_encoding::HEXLOWER.encode(&digest)[..32])
    };
    let alternative = MultiPart::alternative().boundary(boundary("alternative"));
    let alternative = alternative.singlepart(SinglePart::plain(outgoing.text.clone()));
    let alternative = match &outgoing.html {
        None => alternative,
        Some(html) if pictures.is_empty() => alternative.singlepart(SinglePart::html(html.clone())),
        Some(html) => {
            let related = MultiPart::related().boundary(boundary("related"));
            let mut related = related.singlepart(SinglePart::html(html.clone()));
            for picture in pictures {
                related = related.singlepart(file_part(picture)?);
            }
            alternative.multipart(related)
        }
    };
    if files.is_empty() {
        return Ok(alternative);
    }
    let mut mixed = MultiPart::mixed()
        .boundary(boundary("mixed"))
        .multipart(alternative);
    for file in files {
        mixed = mixed.singlepart(file_part(file)?);
    }
    Ok(mixed)
}

fn file_part(file: &OutgoingFile) -> Result<SinglePart, ComposeError> {
    let name = one_line(&file.name);
    let content_type =
        ContentType::parse(&one_line(&file.media_type)).map_err(|_| ComposeError::BadMediaType {
            name: name.clone(),
            media_type: file.media_type.clone(),
        })?;
    let part = match &file.content_id {
        Some(id) => FilePart::new_inline_with_name(identifier(id), name),
        None => FilePart::new(name),
    };
    Ok(part.body(file.bytes.clone(), content_type))
}

fn mailbox(field: &'static str, address: &Address) -> Result<Mailbox, ComposeError> {
    let email = address.email.parse().map_err(|_| ComposeError::BadAddress {
        field,
        address: address.email.clone(),
    })?;
    let name = address
        .name
        .as_deref()
        .map(one_line)
        .filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, email))
}

/// Text without line breaks and other control characters; a line break in a header would begin another header.
fn one_line(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|letter| {
            if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                letter
            }
        })
        .collect();
    text.trim().to_owned()
}

fn bracketed(id: &str) -> String {
    format!("<{}>", identifier(id))
}

/// Only what may stand in an identifier (RFC 5322 section 3.6.4), as far as it keeps the field one field.
fn identifier(id: &str) -> String {
    id.chars()
        .filter(|letter| letter.is_ascii_graphic() && !matches!(letter, '<' | '>'))
        .collect()
}
