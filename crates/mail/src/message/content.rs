//! Walking the MIME structure: what is text to read, what is an attachment, what a report says.
//!
//! The walk is a recursion with a fixed depth and a fixed number of parts, each byte is cut once per level, so time is
//! linear in size. Whatever the limits stop is kept whole as an attachment and named in `problems`.

use std::borrow::Cow;

use super::header::{self, Headers};
use super::parameter::Structured;
use super::part::{content_id, content_type, file_name, is_attached, is_disposed_as_attachment};
use super::report::Report;
use super::{Attachment, Limits, Problem, charset, flowed, html, multipart, transfer};

/// What a part contributes to its message.
#[derive(Default)]
pub(crate) struct Content {
    pub blocks: Vec<Block>,
    pub attachments: Vec<Attachment>,
}

/// A stretch of readable text in one or both of its forms.
#[derive(Default, Clone)]
pub(crate) struct Block {
    pub plain: Option<String>,
    pub html: Option<String>,
}

impl Content {
    fn of_block(block: Block) -> Content {
        Content {
            blocks: vec![block],
            attachments: Vec::new(),
        }
    }

    fn of_attachment(attachment: Attachment) -> Content {
        Content {
            blocks: Vec::new(),
            attachments: vec![attachment],
        }
    }

    fn append(&mut self, other: Content) {
        self.blocks.extend(other.blocks);
        self.attachments.extend(other.attachments);
    }
}

pub(crate) struct Walk<'l> {
    limits: &'l Limits,
    parts: usize,
    pub problems: Vec<Problem>,
    pub report: Option<Report>,
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    is_root: bool,
    in_related: bool,
    /// RFC 2046 section 5.1.5: parts of a digest are messages unless they say otherwise.
    in_digest: bool,
}

impl<'l> Walk<'l> {
    pub fn new(limits: &'l Limits) -> Walk<'l> {
        Walk {
            limits,
            parts: 0,
            problems: Vec::new(),
            report: None,
        }
    }

    /// The content of a whole message.
    pub fn message(&mut self, headers: &Headers, body: &[u8]) -> Content {
        self.entity(
            headers,
            body,
            Place {
                depth: 0,
                is_root: true,
                in_related: false,
                in_digest: false,
            },
        )
    }

    fn entity(&mut self, headers: &Headers, body: &[u8], place: Place) -> Content {
        self.parts += 1;
        let content_type = content_type(headers, place.in_digest);
        if place.depth >= self.limits.max_depth {
            self.note(Problem::TooDeep);
            return self.leaf(
                headers,
                &content_type,
                body,
                Place {
                    is_root: false,
                    ..place
                },
                true,
            );
        }
        if content_type.value.starts_with("multipart/") {
            return self.multipart(headers, &content_type, body, place);
        }
        if matches!(
            content_type.value.as_str(),
            "message/rfc822" | "message/global" | "message/news"
        ) && !is_attached(headers, &content_type)
        {
            return self.nested(headers, body, place);
        }
        self.leaf(headers, &content_type, body, place, false)
    }

    fn multipart(
        &mut self,
        headers: &Headers,
        content_type: &Structured,
        body: &[u8],
        place: Place,
    ) -> Content {
        // RFC 2045 section 6.4 forbids encoding a multipart; who does it anyway is understood.
        let body = transfer::decode(body, headers.get("content-transfer-encoding"));
        let boundary = content_type
            .parameter("boundary")
            .or_else(|| multipart::evident_boundary(&body));
        let room = self.limits.max_parts.saturating_sub(self.parts).max(1);
        let pieces = multipart::cut(&body, boundary.as_deref().unwrap_or_default(), room);
        if !pieces.found {
            // Nothing to cut: the text is all there is, and it is shown rather than lost.
            return Content::of_block(text_block(&Structured::parse("text/plain"), &body));
        }
        if self.parts + pieces.parts.len() >= self.limits.max_parts {
            self.note(Problem::TooManyParts);
        }
        let place = Place {
            depth: place.depth + 1,
            is_root: false,
            in_related: content_type.value == "multipart/related",
            in_digest: content_type.value == "multipart/digest",
        };
        let contents = match content_type.value.as_str() {
            "multipart/report" => return self.report(content_type, &pieces.parts, place),
            _ => self.children(&pieces.parts, place),
        };
        if contents.is_empty() {
            return Content::of_block(text_block(&Structured::parse("text/plain"), pieces.preamble));
        }
        if content_type.value == "multipart/alternative" {
            merge_alternatives(contents)
        } else {
            concatenate(contents)
        }
    }

    fn children(&mut self, parts: &[&[u8]], place: Place) -> Vec<Content> {
        let mut contents = Vec::with_capacity(parts.len().min(64));
        for (index, part) in parts.iter().enumerate() {
            let (headers, body) = header::split(part, false);
            // The first part of a related is what is read; the others are what it shows.
            let in_related = place.in_related && index > 0;
            contents.push(self.entity(&headers, body, Place { in_related, ..place }));
        }
        contents
    }

    /// RFC 6522: words for people, facts for machines, and the returned message or its header.
    fn report(&mut self, report_type: &Structured, parts: &[&[u8]], place: Place) -> Content {
        let mut report = Report::new(report_type.parameter("report-type").unwrap_or_default());
        let mut content = Content::default();
        for part in parts {
            let (headers, body) = header::split(part, false);
            let kind = content_type(&headers, false);
            match kind.value.as_str() {
                "message/rfc822"
                | "message/global"
                | "text/rfc822-headers"
                | "message/rfc822-headers"
                | "message/delivery-status"
                | "message/global-delivery-status"
                | "message/disposition-notification"
                | "message/feedback-report" => {
                    self.parts += 1;
                    report.read(
                        &kind.value,
                        &transfer::decode(body, headers.get("content-transfer-encoding")),
                    );
                }
                _ => content.append(self.entity(&headers, body, place)),
            }
        }
        self.report.get_or_insert(report);
        content
    }

    /// A message inside the message, shown in its place with who wrote it and about what.
    fn nested(&mut self, headers: &Headers, body: &[u8], place: Place) -> Content {
        let body = transfer::decode(body, headers.get("content-transfer-encoding"));
        let (inner_headers, inner_body) = header::split(&body, true);
        let mut content = Content::default();
        let introduction: String = ["From", "Subject"]
            .iter()
            .filter_map(|name| {
                inner_headers
                    .get(name)
                    .map(|value| (name, super::encoded_word::decode(value)))
            })
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        if !introduction.is_empty() {
            content.blocks.push(Block {
                plain: Some(introduction),
                html: None,
            });
        }
        let place = Place {
            depth: place.depth + 1,
            is_root: false,
            in_related: false,
            in_digest: false,
        };
        content.append(self.entity(&inner_headers, inner_body, place));
        content
    }

    fn leaf(
        &mut self,
        headers: &Headers,
        content_type: &Structured,
        body: &[u8],
        place: Place,
        opaque: bool,
    ) -> Content {
        // RFC 2046 section 5.2.3: an external body is only pointed at; there is no file to keep, only words about it.
        let is_pointer = content_type.value == "message/external-body";
        let is_text =
            content_type.value.starts_with("text/") && content_type.value != "text/calendar" || is_pointer;
        let named_only = !is_disposed_as_attachment(headers) && (place.is_root || is_pointer);
        if is_text && !opaque && (!is_attached(headers, content_type) || named_only) {
            let body = transfer::decode(body, headers.get("content-transfer-encoding"));
            return Content::of_block(text_block(content_type, &body));
        }
        let bytes = match opaque {
            true => Cow::Borrowed(body),
            false => transfer::decode(body, headers.get("content-transfer-encoding")),
        };
        let (name, content_id) = (file_name(headers, content_type), content_id(headers));
        let is_inline = !is_disposed_as_attachment(headers) && (content_id.is_some() || place.in_related);
        let mut attachment = Attachment::new(name, content_type.value.clone(), bytes.into_owned());
        attachment.content_id = content_id;
        attachment.inline = is_inline;
        if attachment.size > self.limits.max_attachment_bytes {
            self.note(Problem::AttachmentTooLarge);
            attachment.bytes = Vec::new();
            attachment.dropped = true;
        }
        Content::of_attachment(attachment)
    }

    fn note(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

fn concatenate(contents: Vec<Content>) -> Content {
    contents
        .into_iter()
        .fold(Content::default(), |mut whole, content| {
            whole.append(content);
            whole
        })
}

/// RFC 2046 section 5.1.4: the parts say the same; the plain one is read from the first that has it, the HTML one from
/// the last. Files hidden in an alternative (calendar invitations) are kept.
fn merge_alternatives(contents: Vec<Content>) -> Content {
    let mut merged = Content::default();
    let (mut plain, mut html): (Option<Vec<Block>>, Option<Vec<Block>>) = (None, None);
    for content in contents {
        merged.attachments.extend(content.attachments);
        if content.blocks.iter().any(|block| block.html.is_some()) {
            html = Some(content.blocks);
        } else if plain.is_none() && !content.blocks.is_empty() {
            plain = Some(content.blocks);
        }
    }
    match (plain, html) {
        (Some(plain), Some(html)) => {
            let plain = join_plain(&plain);
            let html_text = html.iter().map(Block::as_html).collect::<Vec<_>>().join("\n");
            let plain = Some(plain).filter(|text| !text.trim().is_empty());
            merged.blocks.push(Block {
                plain,
                html: Some(html_text),
            });
        }
        (Some(blocks), None) | (None, Some(blocks)) => merged.blocks = blocks,
        (None, None) => {}
    }
    merged
}

fn join_plain(blocks: &[Block]) -> String {
    blocks
        .iter()
        .filter_map(|block| block.plain.as_deref())
        .collect::<Vec<_>>()
        .join("\n")
}

impl Block {
    /// The block as HTML, made from the plain text when that is all there is.
    pub fn as_html(&self) -> String {
        match (&self.html, &self.plain) {
            (Some(html), _) => html.clone(),
            (None, Some(plain)) => format!("<pre>{}</pre>", ammonia::clean_text(plain)),
            (None, None) => String::new(),
        }
    }

    /// The block as lines of text, with what the markup knows about quoting.
    pub fn lines(&self) -> Vec<html::Line> {
        match (&self.plain, &self.html) {
            (Some(plain), _) => plain
                .trim_end_matches('\n')
                .split('\n')
                .map(|line| html::Line {
                    text: line.to_owned(),
                    quoted: false,
                })
                .collect(),
            (None, Some(html)) => html::to_lines(html),
            (None, None) => Vec::new(),
        }
    }
}

fn text_block(content_type: &Structured, bytes: &[u8]) -> Block {
    let is_html = matches!(content_type.value.as_str(), "text/html" | "text/xhtml");
    let declared = content_type
        .parameter("charset")
        .or_else(|| is_html.then(|| html_charset(bytes)).flatten());
    let text = charset::decode(bytes, declared.as_deref());
    if is_html {
        return Block {
            plain: None,
            html: Some(text),
        };
    }
    let is_flowed = content_type
        .parameter("format")
        .is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
    let delete_space = content_type
        .parameter("delsp")
        .is_some_and(|value| value.eq_ignore_ascii_case("yes"));
    let text = if is_flowed {
        flowed::unfold(&text, delete_space)
    } else {
        text
    };
    Block {
        plain: Some(text.replace("\r\n", "\n").replace('\r', "\n")),
        html: None,
    }
}

/// The charset an HTML document declares about itself when its header does not.
fn html_charset(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let (_, value) = start.split_once("charset=")?;
    let value = value.trim_start_matches(['"', '\'', ' ']);
    let end = value.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_:.".contains(letter)))?;
    Some(value[..end].to_owned()).filter(|label| !label.is_empty())
}
