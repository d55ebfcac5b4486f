//! What a file is, told by its first bytes. Pure.
//!
//! What a sender says is not believed: a page that calls itself a picture would otherwise be one to the browser. Only what is told
//! here as a picture or a video is ever shown; SVG may carry scripts and is saved like everything else.

/// As many first bytes are needed.
pub const HEAD: usize = 512;

/// Anything.
pub const UNKNOWN: &str = "application/octet-stream";

/// What begins with these bytes at this place.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"OggS", "video/ogg"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
];

/// The media type of what begins like this.
#[must_use]
pub fn sniff(head: &[u8]) -> &'static str {
    let fits =
        |(at, bytes, _): &&(usize, &[u8], &str)| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes));
    if let Some((_, _, found)) = MAGIC.iter().find(fits) {
        return found;
    }
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last letter may be cut in two.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return UNKNOWN,
    };
    let is_text = !text
        .chars()
        .any(|letter| letter.is_control() && !"\n\r\t\u{c}".contains(letter));
    if !is_text {
        return UNKNOWN;
    }
    let lower = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_lowercase();
    if lower.contains("<svg") {
        return "image/svg+xml";
    }
    if lower.starts_with('<') {
        UNKNOWN
    } else {
        "text/plain"
    }
}

/// Whether it is shown where it stands.
#[must_use]
pub fn is_shown(media_type: &str) -> bool {
    is_picture(media_type) || is_video(media_type)
}

/// A picture that browsers show and nothing in it runs.
#[must_use]
pub fn is_picture(media_type: &str) -> bool {
    matches!(
        media_type,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif"
    )
}

/// A video that browsers play.
#[must_use]
pub fn is_video(media_type: &str) -> bool {
    matches!(
        media_type,
        "video/mp4" | "video/webm" | "video/ogg" | "video/quicktime"
    )
}

/// The ending that stands for it in an article, where only the name tells a picture from a video.
#[must_use]
pub fn ending(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "image/avif" => ".avif",
        "video/mp4" => ".mp4",
        "video/webm" => ".webm",
        "video/ogg" => ".ogv",
        "video/quicktime" => ".mov",
        _ => "",
    }
}

/// Whether a name ends like that of a video.
#[must_use]
pub fn names_video(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".mp4", ".m4v", ".webm", ".ogv", ".mov"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        for (head, found) in [
            (&b"\x89PNG\r\n\x1a\n\0\0"[..], "image/png"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"\0\0\0\x18ftypisom", "video/mp4"),
            (b"\0\0\0\x18ftypqt  ", "video/quicktime"),
            (b"\x1a\x45\xdf\xa3\x01", "video/webm"),
            (b"<?xml version='1.0'?><svg onload='x()'/>", "image/svg+xml"),
            (b"<html><script>", UNKNOWN),
            (b"MZ\x90\0", UNKNOWN),
            (b"", "text/plain"),
        ] {
            assert_eq!(sniff(head), found, "{head:?}");
        }
        let text = "打印机 ".repeat(100);
        assert_eq!(sniff(&text.as_bytes()[..HEAD]), "text/plain");
    }

    #[test]
    fn what_is_shown_has_an_ending_and_svg_is_not_shown() {
        for (_, _, media_type) in MAGIC {
            assert_eq!(
                is_shown(media_type),
                !ending(media_type).is_empty(),
                "{media_type}"
            );
            assert_eq!(
                is_video(media_type),
                names_video(ending(media_type)),
                "{media_type}"
            );
        }
        assert!(!is_shown("image/svg+xml") && !is_shown("text/html"));
    }
}
