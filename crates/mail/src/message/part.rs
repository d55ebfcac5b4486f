//! What the header of a part says about it: its type, its disposition, its name.

use super::header::Headers;
use super::parameter::Structured;

pub(super) fn content_type(headers: &Headers, in_digest: bool) -> Structured {
    let default = if in_digest { "message/rfc822" } else { "text/plain" };
    let Some(field) = headers.get("content-type").filter(|field| !field.is_empty()) else {
        return Structured::parse(default);
    };
    let mut parsed = Structured::parse(field);
    // RFC 2045 section 5.2: what cannot be understood as type/subtype is plain text.
    let is_valid = parsed
        .value
        .split_once('/')
        .is_some_and(|(kind, subtype)| !kind.is_empty() && !subtype.is_empty());
    if !is_valid {
        default.clone_into(&mut parsed.value);
    }
    parsed.value.retain(|letter| !letter.is_whitespace());
    parsed
}

pub(super) fn is_disposed_as_attachment(headers: &Headers) -> bool {
    // RFC 2183 section 2.8: an unknown disposition is treated as attachment.
    headers
        .get("content-disposition")
        .map(Structured::parse)
        .is_some_and(|field| !matches!(field.value.as_str(), "inline" | ""))
}

pub(super) fn is_attached(headers: &Headers, content_type: &Structured) -> bool {
    is_disposed_as_attachment(headers) || file_name(headers, content_type).is_some()
}

/// RFC 2183 section 2.3: path information in a file name must not be respected.
pub(super) fn file_name(headers: &Headers, content_type: &Structured) -> Option<String> {
    let disposition = headers.get("content-disposition").map(Structured::parse);
    let name = disposition
        .and_then(|field| field.readable("filename"))
        .or_else(|| content_type.readable("name"))?;
    let name = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    Some(name).filter(|name| !name.is_empty() && name != "." && name != "..")
}

pub(super) fn content_id(headers: &Headers) -> Option<String> {
    let id = headers
        .get("content-id")?
        .trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .to_owned();
    Some(id).filter(|id| !id.is_empty())
}
